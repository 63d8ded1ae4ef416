package ui

import (
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// unadvised is a loaded explorer in which nobody has judged remedies yet.
func unadvised(t *testing.T, in *fakeInspector) *rig {
	t.Helper()
	d := loaded(t, 120, 40, func(c *Config) { c.Inspector = in }).withPump()
	n := *rowNamed(t, d, "credit-risk-2024")
	e := *n.Egress
	e.Advice = nil
	n.Egress = &e
	d.app.inv.Apply(model.Batch{Generation: d.app.inv.Generation(), Notebooks: []*model.Notebook{&n}})
	d.finish()
	d.keys("/", "'credit-risk-2024", "enter")
	return d
}

// withAdvice is the notebook as AWS shows it when it is asked for.
func withAdvice(t *testing.T, d *rig, v model.Verdict) *model.Notebook {
	t.Helper()
	n := *rowNamed(t, d, "credit-risk-2024")
	e := *n.Egress
	e.Verdict, e.Advice = v, &model.Advice{Remedies: uitest.Remedies(&n), None: []string{"Nothing is offered for the block."}}
	n.Egress = &e
	return &n
}

func TestRemediesAreJudgedWhenSomebodyLooks(t *testing.T) {
	in := &fakeInspector{}
	d := unadvised(t, in)
	in.advised = withAdvice(t, d, model.VerdictEndpoints)
	d.run(d.keys("enter"))
	d.sees("What to do", "enter reads the network", "1 Recreate the notebook")
	if len(in.calls) != 0 {
		t.Fatalf("asked %q for a notebook that is passed by", in.calls)
	}
	asks := d.keys("enter")
	d.sees("reading the network and judging")
	d.run(asks)
	d.sees("1 Let tcp/443 out in security group", "free · no recreate · nobody else affected", "$36.50 a month", "Nothing is offered for the block")
	d.run(d.keys("3"))
	d.run(d.keys("1"))
	if len(in.calls) != 1 || in.calls[0] != "advise credit-risk-2024" {
		t.Errorf("asked %q", in.calls)
	}
}

func TestRemediesOfAnotherNetworkAreNotShown(t *testing.T) {
	in := &fakeInspector{}
	d := unadvised(t, in)
	in.advised = withAdvice(t, d, model.VerdictNAT)
	d.run(d.keys("enter"))
	d.run(d.keys("enter"))
	d.sees("has changed since it was read", "NAT now")
	d.seesNot("Let tcp/443 out")
}

func TestAFailureToJudgeRemediesIsSaidAndCanBeTriedAgain(t *testing.T) {
	in := &fakeInspector{err: model.Problem{Kind: model.KindThrottled, Message: "too many calls", Hint: "Wait a minute."}}
	d := unadvised(t, in)
	d.run(d.keys("enter"))
	d.run(d.keys("enter"))
	d.sees("too many calls", "Wait a minute.", "ask once more")
	in.err, in.advised = nil, withAdvice(t, d, model.VerdictEndpoints)
	d.run(d.keys("3"))
	d.sees("▌ 1  Let tcp/443 out")
	if strings.Count(strings.Join(in.calls, " "), "advise") != 2 {
		t.Errorf("asked %q", in.calls)
	}
}
