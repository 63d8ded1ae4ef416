package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// believing is a scan of which an index leaves two targets unasked.
func believing() []model.Batch {
	at := func(region string) model.Target { return model.Target{Account: "111122223333", Region: region} }
	made := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	asked := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	return []model.Batch{{
		Index: &model.Index{Region: "us-east-1", Asked: asked, State: model.IndexActive, Created: made, Read: true, Named: 1, Reported: asked.Add(-time.Hour)},
		Targets: []model.TargetStatus{
			{Target: at("eu-west-1"), State: model.StateOK, Notebooks: 1, Missed: 1}, {Target: at("eu-west-2"), State: model.StateBelieved}, {Target: at("eu-west-3"), State: model.StateBelieved},
		},
		Notebooks: []*model.Notebook{known("alpha", "111122223333", "eu-west-1")},
	}}
}

// TestWhatAnIndexBelievesIsNoAnswer, unless the user says so, and never covers for what
// failed.
func TestWhatAnIndexBelievesIsNoAnswer(t *testing.T) {
	t.Parallel()
	failed := believing()
	failed[0].Targets[0] = model.TargetStatus{Target: failed[0].Targets[0].Target, State: model.StateFailed, Problem: &model.Problem{Kind: model.KindNetwork, Message: "no route"}}
	failed[0].Notebooks = nil
	signIn := believing()
	signIn[0].Problems = []model.Problem{{Kind: model.KindDenied, Message: "no role"}}
	for name, c := range map[string]struct {
		batches []model.Batch
		args    []string
		code    int
	}{
		"left open":                   {believing(), nil, ExitPartial},
		"trusted":                     {believing(), []string{"--trust-index"}, ExitOK},
		"trusted, a target failed":    {failed, []string{"--trust-index"}, ExitPartial},
		"trusted, an account refused": {signIn, []string{"--trust-index"}, ExitPartial},
		"trusted, a finding":          {believing(), []string{"--trust-index", "--policy", "restrict", "--fail-on", "high"}, ExitFinding},
	} {
		o := command(t, c.batches, append([]string{"list", "-o", "json"}, c.args...)...)
		if o.code != c.code {
			t.Errorf("%s: exit %d, want %d: %s", name, o.code, c.code, o.stderr)
		}
		var got struct {
			Coverage struct {
				Targets, Answered, Believed int
				Complete                    bool
				Failed                      []any
				Index                       struct{ Says string }
			}
		}
		if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
			t.Fatal(err)
		}
		if x := got.Coverage; x.Believed != 2 || x.Complete || x.Targets != 3 || len(x.Failed) != 3-x.Answered-x.Believed || !strings.Contains(x.Index.Says, "us-east-1 names 1 notebook") {
			t.Errorf("%s: %+v", name, x)
		}
		if !strings.Contains(o.stderr, "2 targets not asked") || strings.Contains(o.stderr, "missed") != (name != "trusted, a target failed") {
			t.Errorf("%s: it tells %q", name, o.stderr)
		}
	}
	if o := command(t, believing(), "list", "--discover", "indx"); o.code != ExitUsage || !strings.Contains(o.stderr, `did you mean "index"?`) || o.opened != 0 {
		t.Errorf("exit %d: %s", o.code, o.stderr)
	}
}
