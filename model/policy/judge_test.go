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
