package policy

import (
	"testing"

	"nbscope/model"
)

func TestATableJudgesByThePolicyThatHolds(t *testing.T) {
	t.Parallel()
	table := Table{Overrides: []Override{{Account: "999988887777", Policy: model.PolicyRestrict}}}
	isolated := func(n *model.Notebook) { n.Egress = &model.Egress{Verdict: model.VerdictIsolated} }
	other := func(n *model.Notebook) { n.Account = "999988887777" }
	for _, c := range []struct {
		name, want string
		remedies   int
		n          *model.Notebook
	}{
		{"by the default", CodeDirectOff, 1, notebook(isolated)},
		{"what is not judged yet weighs as unknown", CodeDirectOff, 1, notebook()},
		{"by the override, which finds nothing in it", "", 0, notebook(isolated, other)},
		{"by the override, which finds direct internet", CodeDirectOn, 1, notebook(isolated, other, directOn)},
	} {
		got := ""
		if found := table.Findings(c.n); len(found) > 0 {
			got = found[0].Code
		}
		if got != c.want || len(table.Remedies(c.n)) != c.remedies {
			t.Errorf("%s: %q with %d remedies, want %q with %d", c.name, got, len(table.Remedies(c.n)), c.want, c.remedies)
		}
	}
}

func TestSeveritiesThatRestOnWhatIsSkippedCannotBeTold(t *testing.T) {
	t.Parallel()
	byTag := []Override{{TagKey: "Team", Policy: model.PolicyRestrict}}
	for _, c := range []struct {
		table Table
		skip  model.Skip
		needs bool
	}{
		{Table{}, model.Skip{}, false},
		{Table{}, model.Skip{Tags: true}, false},
		{Table{}, model.Skip{Egress: true}, true},
		{Table{Default: model.PolicyRestrict}, model.Skip{Egress: true}, false},
		{Table{Default: model.PolicyRestrict, Overrides: []Override{{Account: "1", Policy: model.PolicyConnect}}}, model.Skip{Egress: true}, true},
		{Table{Default: model.PolicyRestrict, Overrides: byTag}, model.Skip{Tags: true}, true},
		{Table{Default: model.PolicyRestrict, Overrides: byTag}, model.Skip{Egress: true}, false},
	} {
		if got := c.table.Needs(c.skip); (got != "") != c.needs {
			t.Errorf("%+v with %+v: %q", c.table, c.skip, got)
		}
	}
	skipped := notebook(func(n *model.Notebook) { n.Networked = model.Skip{Egress: true}.Part(model.FieldEgress) })
	if found := (Table{}).Findings(skipped); len(found) != 1 || found[0].Severity != model.SeverityUnknown || found[0].Code != CodeDirectOff {
		t.Errorf("found %+v", found)
	}
	if (Table{Default: model.PolicyReport}).Judges() || !(Table{}).Judges() || !(Table{Default: model.PolicyReport, Overrides: byTag}).Judges() {
		t.Error("who judges is not told right")
	}
}
