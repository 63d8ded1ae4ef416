package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// crashed are runs of a batch whose program ended: three at their stop, one at its
// copy.
func crashed(s *studio) { crashedOf(s, 4) }

// crashedMany are as many as no gate has room for on a page.
func crashedMany(s *studio) { crashedOf(s, 69) }

// crashedOf are runs of which all but the last wait for the approval of their stop.
func crashedOf(s *studio, n int) {
	for i := range n {
		src := uitest.Snapshot(fmt.Sprintf("batch-%d", i), nil)
		p := recreate.NewPlan(fmt.Sprintf("crash%d", i), uitest.Noon().Add(-time.Hour), src, recreate.SpecFor(&src, recreate.Enable))
		p.Cost = recreate.CostOf(&src, p.Spec, uitest.GoodFacts(src, p.Spec).Prices)
		b := s.runs.add(recreate.Begin(p, p.Made))
		if i < n-1 {
			b.drive(s.t, recreate.StepStop)
			continue
		}
		b.drive(s.t, recreate.StepCopy)
	}
	s.aws.Unlocked[uitest.Prod] = true
}

// untold takes the sentence of the moment from the footer.
func (s *studio) untold() { s.send(dueMsg{timerToast, s.app.clock.newest[timerToast]}) }

func TestRunsAreResumedTogetherAfterACrashAndApprovedByTheirMarks(t *testing.T) {
	s := newStudio(t, 120, 40, crashed)
	s.sees("◆ 4 runs wait  W")
	s.press("W")
	s.sees("Runs 4", "U resume all 4")
	s.press("U")
	for id, b := range s.runs.books {
		if !b.held {
			t.Errorf("%s is not resumed", id)
		}
	}
	s.seesNot("resume all")
	s.press("*")
	s.untold()
	s.sees("4 marked", "a approves: stop source of 3 to direct internet Enabled", "a stop source of 3")
	s.press("a", "later", "enter") // on Cancel
	if got := s.wrote(); strings.Contains(got, "stop") {
		t.Fatalf("did %q", got)
	}
	s.press("a")
	s.sees("Stop 3 sources", "It runs Amazon Linux 2: stopped, it does not start again as it is (all 3)")
	s.press("later", "tab", "enter")
	if got := s.wrote(); strings.Count(got, "create stop") != 3 || strings.Count(got, "create") != 4 {
		t.Errorf("did %q", got)
	}
	s.untold()
	s.sees("Nothing can be approved together now")
	s.press("a", "tab", "enter")
	if got := s.wrote(); strings.Contains(got, "delete") {
		t.Errorf("deletions were approved together: %q", got)
	}
}

func TestOneMarkedRunIsWhatACommandIsAbout(t *testing.T) {
	s := newStudio(t, 120, 40, crashed)
	s.press("W", "U", "g")
	s.press("space") // the cursor goes on
	s.untold()
	s.sees("1 marked", "stop source of 1 ", "a stop source of 1")
	s.press("a", "later", "tab", "enter")
	if got := s.wrote(); strings.Count(got, "create stop") != 1 || strings.Count(got, "stop") != 1 {
		t.Errorf("did %q", got)
	}
	s.press("B", "X")
	if s.app.overlay != nil {
		t.Error("a command about one run is offered while others are marked")
	}
}

func TestWhatChangedSinceItsProofIsLeftOutOfAJointStop(t *testing.T) {
	s := newStudio(t, 120, 40, crashed)
	b := s.runs.books["crash1"]
	s.press("W", "U", "*")
	seen := uitest.Noon().Add(time.Hour)
	s.feed(model.Batch{Notebooks: []*model.Notebook{
		uitest.Notebook(1, "batch-1", uitest.Prod, "eu-west-1", func(n *model.Notebook) {
			n.ARN, n.SeenAt, n.Modified = b.source.ARN, seen, seen
		}),
	}})
	s.press("a")
	s.sees("Stop 2 sources", "batch-1 is left out: it changed since its copy was proven")
	s.press("later", "tab", "enter")
	if b.did() != "create" || strings.Count(s.wrote(), "create stop") != 2 {
		t.Errorf("did %q", s.wrote())
	}
}

// TestAJointGateIsAboutNow stops one replacement after the runs have last looked.
func TestAJointGateIsAboutNow(t *testing.T) {
	s := newStudio(t, 120, 40, crashed)
	s.press("W", "U", "*")
	b := s.runs.books["crash1"]
	b.newOne.Status = model.StatusStopped
	s.press("a")
	s.sees("Stop 2 sources", "batch-1 is left out: the replacement is Stopped")
	s.press("later", "esc")
	perform := s.runs.perform
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		if b.run.ID() == "crash2" && e.Kind == recreate.EffectObserve {
			return recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindNetwork, Message: "no route"}}
		}
		return perform(ctx, b, e, tell)
	}
	s.press("a")
	s.sees("Stop batch-0", "batch-2 is not decided with the others: paused at stop source")
	s.press("later", "tab", "enter")
	if b.did() != "create" || strings.Count(s.wrote(), "create stop") != 1 {
		t.Errorf("did %q", s.wrote())
	}
}

func TestABatchIsLeftAndFoundAgain(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true
	s.press("space", "space", "space", "R")
	s.sees("Recreate 3 notebooks", "3 ready")
	s.press("esc", "tab", "tab", "tab")
	s.sees("No notebook has been recreated")
	s.press("b")
	s.sees("Recreate 3 notebooks", "3 ready")
	s.press("a", "tab", "enter", "esc")
	s.sees("Runs 3", "3 waiting for you")
	s.press("shift+tab", ":", "back to the batch", "enter")
	s.sees("Recreate 3 notebooks", "3 begun")
	s.press("esc")
	for _, b := range s.runs.books {
		if err := s.app.cfg.Driver.Decide(b.run.ID(), recreate.Event{Kind: recreate.EventClosed}); err != nil {
			t.Fatal(err)
		}
		s.settle()
	}
	s.press("tab")
	if slices.ContainsFunc(input{s.app}.commands(), func(c kit.Command) bool { return strings.HasPrefix(c.Name, "Back to the batch") }) {
		t.Error("a batch of which nothing is left to do is offered")
	}
}

// TestAFailedCreationIsTriedAgainOnlyAfterItsApproval presses the key of the retry,
// and every other but those that answer its gate.
func TestAFailedCreationIsTriedAgainOnlyAfterItsApproval(t *testing.T) {
	s := newStudio(t, 120, 40, noCapacity)
	s.press(approved("t")...)
	s.sees("Remove the failed churn-model-train-net", "The replacement that failed is removed", "sagemaker:DeleteNotebookInstance", "[ Try again ]")
	if got := s.book().did(); got != "create" {
		t.Fatalf("without an approval it did %q", got)
	}
	s.press("enter")
	if got := s.book().did(); got != "create" || s.app.overlay != nil {
		t.Fatalf("on Cancel it did %q", got)
	}
	s.press("t", "tab", "enter")
	if got := s.book().did(); got != "create delete" {
		t.Errorf("did %q", got)
	}
}
