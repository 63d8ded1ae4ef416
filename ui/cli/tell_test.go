package cli

import (
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/drive"
)

func TestWhatIsSkippedIsNoReasonForNotHavingSeenANotebook(t *testing.T) {
	t.Parallel()
	skip := model.Skip{Tags: true, Egress: true}
	done := model.Part{State: model.LoadDone}
	n := &model.Notebook{
		Account: "111122223333", Region: "eu-west-1", Name: "a", Described: done, Located: done,
		Tagged: skip.Part(model.FieldTags), Networked: skip.Part(model.FieldEgress),
		Status: model.StatusInService, InstanceType: "ml.t3.medium", DirectInternet: model.Enabled, RootAccess: model.Enabled, IMDSVersion: "2", VolumeGB: 5,
	}
	got := untold(model.TargetStatus{Target: n.Target(), Unknown: 1}, []*model.Notebook{n})
	if want := "1 notebook not seen in full: AWS gave no value for the platform"; got.Message != want {
		t.Errorf("%q, want %q", got.Message, want)
	}
}

// TestWhyARunIsNotCarriedOn asks for the reason of a run that stands still for a
// problem of its own, whatever it was at.
func TestWhyARunIsNotCarriedOn(t *testing.T) {
	t.Parallel()
	full := &model.Problem{Message: "no space left on device"}
	c := carrier{flags: &carryFlags{until: string(drive.UntilStop)}}
	for name, at := range map[string]struct {
		problem *model.Problem
		verdict drive.Verdict
		want    string
	}{
		"it cannot be written":       {full, drive.Failed, "run 7f3c stands still: no space left on device"},
		"nothing is in its way":      {nil, drive.Failed, "run 7f3c: waits for you: approve create"},
		"it waits":                   {nil, drive.Waits, "run 7f3c waits for you: approve create"},
		"it is not as it was":        {nil, drive.Drift, "run 7f3c stopped: "},
		"drift is told before it is": {full, drive.Drift, "run 7f3c stopped: "},
		"another holds it":           {full, drive.Held, "run 7f3c is held by process 7"},
		"it is over":                 {nil, drive.Over, "run 7f3c is over: "},
	} {
		k := aRun("7f3c", nil)
		k.HeldBy = "process 7"
		err := c.reason(&drive.Snapshot{Kept: k, ID: "7f3c", Run: k.Run, Problem: at.problem}, at.verdict)
		if err == nil || !strings.HasPrefix(err.Error(), at.want) {
			t.Errorf("%s: %v, want %q", name, err, at.want)
		}
	}
	if err := c.reason(&drive.Snapshot{ID: "7f3c"}, drive.Done); err != nil {
		t.Errorf("a run that is done: %v", err)
	}
}
