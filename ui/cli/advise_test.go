package cli

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// asking runs the command line over a notebook whose remedies nobody has judged.
func asking(t *testing.T, advice func(*model.Notebook) (*model.Notebook, error), args ...string) outcome {
	t.Helper()
	batches := planWorld()
	n := batches[0].Notebooks[2]
	e := *n.Egress
	e.Advice = nil
	n.Egress = &e
	var asked model.ScanRequest
	o := commandIn(t, Env{
		Args: args, NewRunID: func() string { return "7f3c2a9be1d0" },
		Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		Open: func(context.Context, Settings) (Session, error) {
			return Session{Backend: &backend{batches: batches, asked: &asked, advice: advice}, Close: func() error { return nil }}, nil
		},
	})
	o.asked = asked
	return o
}

func TestOnlyTheJSONOfAListHasRemediesJudged(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]bool{"list -o json": true, "list": false, "list -o csv": false, "list -o json --summary account": false} {
		if o := asking(t, nil, strings.Fields(args)...); o.asked.Advise != want || o.asked.Mode != model.Full {
			t.Errorf("%s asks for %+v", args, o.asked)
		}
	}
}

func TestShowJudgesRemediesAndSaysWhereItCannot(t *testing.T) {
	t.Parallel()
	judged := func(n *model.Notebook) (*model.Notebook, error) {
		out, e := *n, *n.Egress
		e.Advice = &model.Advice{None: []string{"Nothing is offered for the block."}, Remedies: []model.Remedy{
			{Kind: model.RemedyNATRoute, Title: "Route it to nat-1", Why: "w", Commands: []string{"aws ec2 create-route"}, After: model.VerdictNAT},
		}}
		out.Egress = &e
		return &out, nil
	}
	for args, wants := range map[string][]string{
		"show churn":         {"Route it to nat-1", "free; no recreate; nobody else affected", "$  aws ec2 create-route", "Nothing is offered for the block."},
		"show churn -o json": {`"title": "Route it to nat-1"`, `"monthlyUSD": 0`, `"verdict": "nat"`, `"noRemedy"`},
	} {
		o := asking(t, judged, strings.Fields(args)...)
		for _, want := range wants {
			if !strings.Contains(strings.Join(strings.Fields(o.stdout), " "), strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s does not say %q:\n%s", args, want, o.stdout)
			}
		}
	}
	o := asking(t, func(*model.Notebook) (*model.Notebook, error) { return nil, errors.New("no way to the network") }, "show", "churn", "-o", "json")
	if !strings.Contains(o.stderr, "no way to the network") || !strings.Contains(o.stdout, `"remedies": "not judged yet`) {
		t.Errorf("a failure is not told: %s\n%s", o.stderr, o.stdout)
	}
}

func TestRemediesAreJudgedOnlyWhereSomethingMayBeBettered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*model.Notebook)
		want   int
	}{
		"blocked in a VPC":         {func(*model.Notebook) {}, 1},
		"open in a VPC":            {func(n *model.Notebook) { n.Egress.Verdict = model.VerdictNAT }, 0},
		"blocked and in no subnet": {func(n *model.Notebook) { n.SubnetID = "" }, 0},
		"not judged":               {func(n *model.Notebook) { n.Egress = nil }, 0},
	} {
		n := &model.Notebook{SubnetID: "subnet-1", Egress: &model.Egress{Verdict: model.VerdictIsolated}}
		c.change(n)
		asked := 0
		got := advised(t.Context(), &Env{}, Session{Backend: &backend{advice: func(n *model.Notebook) (*model.Notebook, error) {
			asked++
			return n, nil
		}}}, n)
		if asked != c.want || got != n {
			t.Errorf("%s: asked %d times", name, asked)
		}
	}
}
