package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/query"
	"nbscope/model/report"
)

// namesOf are the names in lines, in their order; the last line's is "end".
func namesOf(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(text) {
		var got struct{ Kind, Name string }
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if got.Kind == "coverage" {
			got.Name = "end"
		}
		out = append(out, got.Name)
	}
	return out
}

// TestLinesLeaveWhenNothingMoreIsToldOfThem feeds a scan batch by batch.
func TestLinesLeaveWhenNothingMoreIsToldOfThem(t *testing.T) {
	t.Parallel()
	at := func(region string) model.Target { return model.Target{Account: "111122223333", Region: region} }
	row := func(name, region string) *model.Notebook {
		n := known(name, "111122223333", region)
		egress := *n.Egress
		egress.Advice = &model.Advice{None: []string{"nothing is offered"}}
		n.Egress = &egress
		return n
	}
	batches := []model.Batch{
		{
			Targets:   []model.TargetStatus{{Target: at("a-1"), State: model.StateDescribing}, {Target: at("b-1"), State: model.StateOK}},
			Notebooks: []*model.Notebook{row("one", "a-1"), row("gone", "a-1"), row("two", "b-1")},
		},
		{Targets: []model.TargetStatus{{Target: at("a-1"), State: model.StateOK}}, Gone: []string{row("gone", "a-1").ARN}},
		{Targets: []model.TargetStatus{{Target: at("c-1"), State: model.StateOK, Borrows: true}}, Notebooks: []*model.Notebook{row("lent", "c-1")}},
		{
			Identities: []model.Identity{{Account: "111122223333", Alias: "prod-ml"}},
			Targets:    []model.TargetStatus{{Target: at("d-1"), State: model.StateDenied}}, Notebooks: []*model.Notebook{row("seen", "d-1")},
		},
		{Done: true},
	}
	for filter, want := range map[string][]string{
		"":                {"two", "two one", "two one", "two one seen", "two one seen lent"},
		"region:a-1|c-1":  {"", "one", "one", "one", "one lent"},
		"account:prod-ml": {"", "", "", "", "one two lent seen"},
		"'lent":           {"", "", "", "", "lent"},
	} {
		q, issues := query.ParseStrict(filter, time.Time{})
		if len(issues) > 0 {
			t.Fatal(issues)
		}
		var out bytes.Buffer
		l := lines{
			out: report.NewLines(&out, policy.Table{}), stop: func(error) {}, plan: &listPlan{query: q},
			waiting: map[model.Target]map[string]bool{}, atEnd: asksAccounts(q),
		}
		inv := model.NewInventory()
		inv.Begin(1, nil)
		for i, b := range batches {
			b.Generation = 1
			inv.Apply(b)
			l.see(b, inv)
			if got := strings.Join(namesOf(t, out.String()), " "); got != want[i] {
				t.Errorf("%q, after batch %d: %q, want %q", filter, i+1, got, want[i])
			}
		}
		for _, n := range inv.Rows() {
			if n.Egress.Advice != nil {
				t.Errorf("%q: the remedies of %s are kept", filter, n.Name)
			}
		}
	}
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, context.DeadlineExceeded }

func TestLinesThatNobodyTakesEndTheScan(t *testing.T) {
	t.Parallel()
	var why error
	l := lines{
		out: report.NewLines(fullDisk{}, policy.Table{}), stop: func(err error) { why = err }, plan: &listPlan{},
		waiting: map[model.Target]map[string]bool{},
	}
	inv := model.NewInventory()
	inv.Begin(1, nil)
	b := world()[0]
	b.Generation = 1
	inv.Apply(b)
	l.see(b, inv)
	if why == nil {
		t.Error("the scan goes on")
	}
}

func TestListAsLines(t *testing.T) {
	t.Parallel()
	o := command(t, world(), "list", "-o", "jsonl")
	if got := namesOf(t, o.stdout); !slices.Equal(got, []string{"alpha", "zeta", "end"}) || o.code != ExitPartial {
		t.Errorf("exit %d, lines of %v", o.code, got)
	}
	if !strings.Contains(o.stderr, "an SCP says no") || !strings.Contains(o.stdout, `"state":"denied"`) {
		t.Errorf("what failed is not told:\n%s%s", o.stderr, o.stdout)
	}
	if !o.asked.Advise {
		t.Error("no remedies are judged")
	}
	for _, flag := range []string{"--sort=age", "--summary=vpc", "--with-header"} {
		if o := command(t, world(), "list", "-o", "jsonl", flag); o.code != ExitUsage || o.opened != 0 {
			t.Errorf("%s: exit %d", flag, o.code)
		}
	}
}
