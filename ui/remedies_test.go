package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// TestTheWaysOnFromAFailedCreationAreTaken presses the key of each and holds what
// follows against what it says.
func TestTheWaysOnFromAFailedCreationAreTaken(t *testing.T) {
	onKey := func(s *studio) { failing(s, "The KMS key k is disabled.") }
	cases := map[string]struct {
		world func(*studio)
		key   string
		sees  []string
	}{
		"another type":   {noCapacity, "i", []string{"▌ Instance type"}},
		"another subnet": {noCapacity, "s", []string{"▌ Subnet"}},
		"another key":    {onKey, "c", []string{"▌ Encryption key"}},
		"no scripts":     {badScript, "n", []string{"▌ Lifecycle configuration", "was autostop-1h"}},
		"otherwise":      {badScript, "m", []string{"▌ Lifecycle configuration", "autostop-1h"}},
		"again":          {noCapacity, "t", []string{"Remove the failed churn-model-train-net", "[ Cancel ]"}},
		"no more":        {noCapacity, "B", []string{"Roll back", "churn-model-train-net"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStudio(t, 120, 40, c.world)
			s.press(approved()...)
			s.press(c.key)
			s.sees(c.sees...)
			if got := s.book().did(); got != "create" {
				t.Errorf("did %q", got)
			}
		})
	}
}

func TestNoWayOnIsOfferedThatDoesNotFit(t *testing.T) {
	s := newStudio(t, 120, 40, badScript)
	s.press(approved()...)
	s.sees("create without the lifecycle configuration", "aws logs get-log-events --region eu-west-1", "churn-model-train-net/LifecycleConfigOnCreate")
	s.seesNot("take another instance type", "take another subnet", "take another encryption key")
	view := s.view()
	if strings.Index(view, "create without the lifecycle") > strings.Index(view, "try the same again") {
		t.Error("the likeliest way on does not stand first")
	}
	s.press("i") // offered elsewhere, and not here
	s.seesNot("▌ Instance type")
}

func TestPreflightNamesTheOtherRunOfANotebook(t *testing.T) {
	s := newStudio(t, 120, 40, someoneElses)
	s.press("R")
	s.sees("Other runs of this notebook", "it has the replacement churn-blue, InService", "0e1f made it, of which there is no journal on this machine")
	s.press("4", "a")
	s.sees("it cannot be approved: 1 check failed")
}

// TestARunBegunElsewhereSinceTheListWasReadIsNamed lets another process begin a run
// of the notebook whose plan is on screen.
func TestARunBegunElsewhereSinceTheListWasReadIsNamed(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("R")
	s.seesNot("is the source of run")
	src := s.aws.Snaps["churn-model-train"]
	p := recreate.NewPlan("0e1f", uitest.Noon(), src, recreate.SpecFor(&src, recreate.Enable))
	p.Identity.ARN = "arn:aws:iam::" + uitest.Prod + ":user/ben"
	s.runs.add(recreate.Begin(p, uitest.Noon()))
	s.follow(s.app.runs.Read())
	s.press("r")
	s.sees("churn-model-train is the source of run 0e1f", "user/ben", "nbscope resume 0e1f")
}

func TestABatchOffersNoMoreThanFit(t *testing.T) {
	s := newStudio(t, 140, 40, func(s *studio) { oneFits(s); s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true })
	s.press("space", "space", "space", "R")
	s.sees("1 ready", "2 blocked", "1 of 3 fit: quota of notebooks", "a approves: create of 1")
	s.press("j", "enter") // the plan of one that has no place
	s.sees("7 notebook instances in eu-west-1 are used; 1 of the 3 in this batch that need it fit")
	s.press("4", "a")
	s.sees("it cannot be approved: 1 of 3 fit: quota of notebooks")
	s.press("esc", "a", "tab", "enter")
	if got := s.wrote(); got != "create" {
		t.Fatalf("did %q", got)
	}
	s.seesNot("ready to", "approves: create")
	s.sees("0 ready", "1 begun", "2 blocked")
}

// TestABatchStopsOfferingAfterTheFirstRefusal has AWS refuse the first creation for a
// limit that preflight could not see.
func TestABatchStopsOfferingAfterTheFirstRefusal(t *testing.T) {
	refuse := true
	s := newStudio(t, 160, 40, func(s *studio) {
		s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true
		s.aws.Finds = func(n recreate.Snapshot, spec recreate.Spec) recreate.Facts {
			f := uitest.GoodFacts(n, spec)
			f.Quotas = recreate.Unknown[recreate.Quotas]("not allowed to list quotas")
			return f
		}
		s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
			if e.Kind == recreate.EffectCreate && refuse {
				return recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{
					Kind: model.KindLimit, Code: "ResourceLimitExceeded", Message: "The account- service limit 'Total number of notebook instances' is 8 NotebookInstances.",
				}}
			}
			return smooth(ctx, b, e, tell)
		}
	})
	s.press("space", "space", "space", "R")
	s.sees("3 ready")
	s.press("j", "enter", "4", "a", "tab", "enter", "esc")
	s.sees("2 notebooks not offered: AWS refused another a limit that they share. r checks again.", "0 ready")
	s.press("a")
	if got := len(s.runs.books); got != 1 {
		t.Fatalf("%d runs were begun", got)
	}
	refuse = false
	s.clock.Pass(time.Minute)
	s.press("r")
	s.seesNot("not offered")
	s.sees("2 ready", "a approves: create of 2")
}
