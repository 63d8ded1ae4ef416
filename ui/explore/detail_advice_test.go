package explore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// advising answers what would better a network, and keeps whom it was told of.
type advising struct {
	answering
	found *model.Notebook
	known []string
}

func (a *advising) Advise(_ context.Context, _ *model.Notebook, known []*model.Notebook) (*model.Notebook, error) {
	for _, n := range known {
		a.known = append(a.known, n.Name)
	}
	return a.found, a.err
}

// unadvised is a cut off notebook for which nobody has judged remedies.
func unadvised(change func(*model.Notebook)) *model.Notebook {
	n := known(nil)
	e := *n.Egress
	e.Advice, n.Egress = nil, &e
	if change != nil {
		change(n)
	}
	return n
}

// TestRemediesAreAskedForWhereTheyAreLookedAt goes through what keeps them from being
// asked for.
func TestRemediesAreAskedForWhereTheyAreLookedAt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		notebook *model.Notebook
		section  section
		change   func(*detail)
		want     bool
	}{
		"findings":                  {unadvised(nil), sectionFindings, nil, true},
		"findings beside the list":  {unadvised(nil), sectionFindings, func(d *detail) { d.focused = false }, true},
		"overview":                  {unadvised(nil), sectionOverview, nil, true},
		"overview beside the list":  {unadvised(nil), sectionOverview, func(d *detail) { d.focused = false }, false},
		"tags":                      {unadvised(nil), sectionTags, nil, false},
		"asked for":                 {unadvised(nil), sectionFindings, func(d *detail) { d.advice = &advice{} }, false},
		"nobody to ask":             {unadvised(nil), sectionFindings, func(d *detail) { d.port = nil }, false},
		"no notebook":               {nil, sectionFindings, nil, false},
		"judged":                    {known(nil), sectionFindings, nil, false},
		"no subnet":                 {unadvised(func(n *model.Notebook) { n.SubnetID = "" }), sectionFindings, nil, false},
		"not judged":                {unadvised(func(n *model.Notebook) { n.Egress = nil }), sectionFindings, nil, false},
		"not described":             {unadvised(func(n *model.Notebook) { n.Described = uitest.Refused("denied") }), sectionFindings, nil, false},
		"nothing to better":         {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), sectionFindings, nil, false},
		"nothing found by a policy": {unadvised(nil), sectionFindings, func(d *detail) { d.world.Lens.Findings = nil }, false},
	} {
		d := pageOf(c.notebook, c.section, c.change).detail
		had := d.advice
		if got := d.fetchAdvice() != nil; got != c.want || (d.advice != had) != c.want {
			t.Errorf("%s: asked for %v, want %v", name, got, c.want)
		}
	}
}

// TestRemediesComeForTheNotebookThatIsShown has an answer, a refusal, and an answer after
// the user has gone on to another notebook.
func TestRemediesComeForTheNotebookThatIsShown(t *testing.T) {
	t.Parallel()
	n := unadvised(nil)
	h := &listHost{}
	a := &advising{found: known(nil)}
	d := pageOf(n, sectionFindings, func(d *detail) {
		d.port = a
		d.world.Rows = []*model.Notebook{n, uitest.Notebook(0, "b", uitest.Prod, "eu-west-1", nil), uitest.Notebook(0, "c", uitest.Sandbox, "eu-west-1", nil)}
	}).detail
	kit.Perform(h, d.fetch())
	if got := uitest.Told(detailPages{d}.document(), d.theme); !strings.Contains(strings.Join(got, "\n"), "reading the network and judging what would open it, since 12:00:00 UTC") {
		t.Errorf("while it is judged it says %q", got)
	}
	d.lines()
	h.answers()
	if len(d.remediesOf(n)) != 3 || d.doc != nil || fmt.Sprint(a.known) != "[churn b]" {
		t.Errorf("there are %d remedies, judged beside %q", len(d.remediesOf(n)), a.known)
	}
	a.err = errors.New("denied")
	d.advice = nil
	kit.Perform(h, d.fetch())
	h.answers()
	if d.advice.problem == nil || d.advice.problem.Message != "denied" {
		t.Errorf("what was refused is %+v", d.advice.problem)
	}
	kit.Perform(h, d.turnTo(sectionFindings)) // asks once more
	if d.advice == nil || d.advice.problem != nil {
		t.Errorf("asked once more it is %+v", d.advice)
	}
	other := unadvised(func(n *model.Notebook) { n.ARN, n.Name = n.ARN+"-b", "b" })
	kit.Perform(h, d.show(other))
	for _, answered := range []bool{false, true} { // the first is about the notebook that was left
		h.answers()
		if d.advice == nil || (d.advice.problem != nil) != answered {
			t.Errorf("of another notebook it is %+v", d.advice)
		}
	}
	kit.Perform(h, d.show(nil))
	if d.advice != nil || d.notebook != nil {
		t.Errorf("of none it is %+v", d.advice)
	}
}

// TestWhereTheJudgingOfRemediesStandsIsSaid goes from before it to what came of it.
func TestWhereTheJudgingOfRemediesStandsIsSaid(t *testing.T) {
	t.Parallel()
	moved := known(nil)
	moved.Egress = uitest.JudgedAs(moved, model.VerdictNAT)
	none := unadvised(func(n *model.Notebook) { n.Egress.Advice = &model.Advice{None: []string{"nothing opens it"}} })
	for name, c := range map[string]struct {
		notebook *model.Notebook
		advice   *advice
		want     []string
	}{
		"nobody asked":       {unadvised(nil), nil, []string{"drawn|→ enter reads the network again and judges what would open it"}},
		"asked for":          {unadvised(nil), &advice{since: uitest.Noon()}, []string{"drawn|… reading the network and judging what would open it, since 12:00:00 UTC"}},
		"refused":            {unadvised(nil), &advice{problem: &model.Problem{Message: "denied"}}, []string{"bad|Problem|✗ denied", "dim|Kind|none", "dim|Turn to this section again to ask once more."}},
		"moved":              {unadvised(nil), &advice{found: moved}, []string{"warn|▲ The network has changed since it was read: it is NAT now. r reads it again."}},
		"nothing opens it":   {none, nil, []string{"drawn|▲ nothing opens it"}},
		"judged":             {unadvised(nil), &advice{found: known(nil)}, nil},
		"nothing to better":  {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), nil, nil},
		"an empty answer":    {unadvised(nil), &advice{since: uitest.Noon(), found: unadvised(func(n *model.Notebook) { n.Egress = nil })}, []string{"drawn|… reading the network and judging what would open it, since 12:00:00 UTC"}},
		"judged by the scan": {known(nil), &advice{found: moved}, nil},
	} {
		p := pageOf(c.notebook, sectionFindings, func(d *detail) { d.advice = c.advice })
		var doc kit.Document
		p.sayAdvice(&doc, c.notebook)
		if d := uitest.Differ(uitest.Told(doc, p.theme), c.want); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestWhomARemedyTouchesIsToldSaveForTheChecks has a published check among them, which the
// finding names, before somebody else.
func TestWhomARemedyTouchesIsToldSaveForTheChecks(t *testing.T) {
	t.Parallel()
	n := unadvised(func(n *model.Notebook) {
		n.Egress.Advice = &model.Advice{Remedies: []model.Remedy{{Title: "Open it", Affects: []model.Affected{
			{What: "SageMaker.1", Before: "passes", After: "fails", Control: true}, {What: "subnet b", Before: "isolated", After: "NAT"}, {What: "notebook c", Before: "NAT", After: "isolated", Worse: true},
		}}}}
	})
	p := pageOf(n, sectionFindings, nil)
	var doc kit.Document
	p.remedies(&doc, n)
	got := strings.Join(uitest.Told(doc, p.theme), "\n")
	if !strings.Contains(got, "→ subnet b: isolated, then NAT\ndrawn|▲ notebook c: NAT, then isolated") || strings.Contains(got, "SageMaker.1: ") {
		t.Errorf("it says %s", got)
	}
}
