package model

import (
	"maps"
	"slices"
	"testing"
)

// offLens finds high where isolated, low and mitigated behind a NAT gateway, and
// unknown where the describe was refused: a policy in small.
func offLens() Lens {
	return Lens{Findings: func(n *Notebook) []Finding {
		switch {
		case n.Described.State == LoadFailed:
			return []Finding{{Severity: SeverityUnknown}}
		case n.NetworkMode() != NetworkVPCOnly:
			return nil
		case n.verdict() == VerdictNAT:
			return []Finding{{Severity: SeverityLow, Mitigated: true}}
		case n.verdict() == VerdictIsolated:
			return []Finding{{Severity: SeverityLow}, {Severity: SeverityHigh}}
		}
		return []Finding{{Severity: SeverityMedium}}
	}}
}

func judgedAs(v Verdict) *Notebook {
	n := known()
	n.Name, n.Egress = string(v), &Egress{Verdict: v, Reason: "Because."}
	return n
}

func TestCellsOfTheJudgement(t *testing.T) {
	refused := Part{State: LoadFailed, Reason: "denied"}
	change := func(f func(n *Notebook)) *Notebook {
		n := judgedAs(VerdictIsolated)
		f(n)
		return n
	}
	pending := Cell{TextPending, CellPending}
	for _, c := range []struct {
		says            string
		n               *Notebook
		egress, finding Cell
		reason          string
	}{
		{"isolated", judgedAs(VerdictIsolated), Cell{"isolated", CellKnown}, Cell{"high", CellKnown}, ""},
		{"behind a NAT gateway", judgedAs(VerdictNAT), Cell{"NAT", CellKnown}, Cell{"low, mitigated", CellKnown}, ""},
		{"unknown is a verdict, with its reason", judgedAs(VerdictUnknown), Cell{"unknown", CellUnknown}, Cell{"medium", CellKnown}, "Because."},
		{"a verdict of tomorrow", judgedAs("tunnelled"), Cell{"tunnelled", CellKnown}, Cell{"medium", CellKnown}, ""},
		{"network on its way: no finding yet", change(func(n *Notebook) { n.Egress, n.Networked = nil, Part{} }), pending, pending, "on its way"},
		{
			"a verdict before its network is read: no finding yet", change(func(n *Notebook) { n.Networked = Part{} }),
			Cell{"isolated", CellKnown}, pending, "",
		},
		{"an empty judgement is none", change(func(n *Notebook) { n.Egress, n.Networked = &Egress{}, Part{} }), pending, pending, "on its way"},
		{
			"network refused", change(func(n *Notebook) { n.Egress, n.Networked = nil, refused }),
			Cell{TextUnknown, CellUnknown}, Cell{"medium", CellKnown}, "denied",
		},
		{
			"describe refused", change(func(n *Notebook) { n.Egress, n.Described = nil, refused }),
			Cell{TextUnknown, CellUnknown}, Cell{"unknown", CellUnknown}, "denied",
		},
		{"describe on its way", change(func(n *Notebook) { n.Egress, n.Described, n.Networked = nil, Part{}, Part{} }), pending, pending, "on its way"},
		{
			"without a VPC nothing is waited for", change(func(n *Notebook) { n.Egress, n.Networked, n.SubnetID = nil, Part{}, "" }),
			pending, Cell{TextAbsent, CellAbsent}, "on its way",
		},
		{"direct internet on", change(func(n *Notebook) { n.DirectInternet = Enabled }), Cell{"isolated", CellKnown}, Cell{TextAbsent, CellAbsent}, ""},
	} {
		t.Run(c.says, func(t *testing.T) {
			egress, finding := offLens().Cell(c.n, FieldEgress), offLens().Cell(c.n, FieldFinding)
			if egress != c.egress || finding != c.finding {
				t.Errorf("egress is %+v and the finding %+v, want %+v and %+v", egress, finding, c.egress, c.finding)
			}
			if got := c.n.Reason(FieldEgress); got != c.reason || c.n.Knows(FieldEgress) != (c.reason == "") {
				t.Errorf("known %v because %q, want %q", c.n.Knows(FieldEgress), got, c.reason)
			}
			if got := (Lens{}).Text(c.n, FieldFinding); got != "" {
				t.Errorf("without a judge, %q is found", got)
			}
		})
	}
}

func TestWorstTakesTheHeaviestAndOfEqualsTheUnmitigated(t *testing.T) {
	low, lowMitigated := Finding{Code: "a", Severity: SeverityLow}, Finding{Code: "b", Severity: SeverityLow, Mitigated: true}
	high, unknown := Finding{Code: "c", Severity: SeverityHigh}, Finding{Code: "d", Severity: SeverityUnknown}
	future := Finding{Code: "e", Severity: "fatal"}
	for _, c := range []struct {
		says string
		all  []Finding
		want string
	}{
		{"nothing", nil, ""},
		{"the heaviest", []Finding{low, high, unknown}, "c"},
		{"low before unknown", []Finding{unknown, lowMitigated}, "b"},
		{"the unmitigated", []Finding{lowMitigated, low}, "a"},
		{"the first of equals", []Finding{{Code: "z", Severity: SeverityLow}, low}, "z"},
		{"a severity of tomorrow is one all the same", []Finding{future}, "e"},
	} {
		worst, ok := Worst(c.all)
		if worst.Code != c.want || ok != (len(c.all) > 0) {
			t.Errorf("%s: %q, %v", c.says, worst.Code, ok)
		}
	}
}

func TestSeveritiesCountNotebooksByTheirWorstFinding(t *testing.T) {
	pending := judgedAs(VerdictNAT)
	pending.Egress, pending.Networked = nil, Part{}
	rows := []*Notebook{
		judgedAs(VerdictIsolated), judgedAs(VerdictIsolated), judgedAs(VerdictNAT), judgedAs(VerdictUnknown), pending,
		{Described: Part{State: LoadFailed}}, {Described: Part{State: LoadDone}},
	}
	want := map[Severity]int{SeverityHigh: 2, SeverityLow: 1, SeverityMedium: 1, SeverityUnknown: 1}
	if got := offLens().Severities(rows); !maps.Equal(got, want) {
		t.Errorf("counted %v, want %v", got, want)
	}
}

func TestSortByTheJudgement(t *testing.T) {
	none := judgedAs("")
	none.Networked = Part{}
	rows := []*Notebook{
		none, judgedAs("tunnelled"), judgedAs(VerdictUnknown), judgedAs(VerdictIsolated), judgedAs(VerdictNAT), judgedAs(VerdictDirect),
		{Name: "refused", Described: Part{State: LoadFailed}},
	}
	for _, c := range []struct {
		says string
		key  SortKey
		want []int32
	}{
		{"the freest way out first, nothing last", SortKey{FieldEgress, false}, []int32{5, 4, 3, 2, 1, 0, 6}},
		{"downwards, nothing still last", SortKey{FieldEgress, true}, []int32{1, 2, 3, 4, 5, 0, 6}},
		{"the heaviest finding first", SortKey{FieldFinding, false}, []int32{3, 5, 1, 2, 4, 6, 0}},
		{"the lightest finding first", SortKey{FieldFinding, true}, []int32{6, 4, 5, 1, 2, 3, 0}},
	} {
		view := []int32{0, 1, 2, 3, 4, 5, 6}
		Sort(rows, view, []SortKey{c.key}, offLens())
		if !slices.Equal(view, c.want) {
			t.Errorf("%s: %v, want %v", c.says, view, c.want)
		}
	}
}
