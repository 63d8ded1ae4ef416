package ui

import (
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// copying is a studio whose run waits for the copy, with the scan that followed the
// creation over, a minute later.
func copying(t *testing.T) *studio {
	t.Helper()
	s := newStudio(t, 120, 40, nil)
	s.press(approved("esc")...)
	s.follow(s.finish())
	s.clock.Pass(time.Minute)
	return s
}

// lists lets a watch come round whose lists show these notebooks, and end.
func (s *studio) lists(notebooks ...*model.Notebook) {
	s.t.Helper()
	s.follow(s.send(dueMsg{timerCopy, s.app.clock.newest[timerCopy]}))
	if scan := s.app.world.Scan; !scan.Running || scan.Mode != model.Transition {
		s.t.Fatalf("the watch scans %+v", scan)
	}
	target := model.TargetStatus{Target: model.Target{Account: uitest.Prod, Region: "eu-west-1"}, State: model.StateOK, Started: s.clock.Now()}
	s.clock.Pass(time.Second)
	s.feed(model.Batch{Notebooks: notebooks, Targets: []model.TargetStatus{target}})
	s.follow(s.finish())
	s.clock.Pass(time.Minute)
}

func (s *studio) listed(n *recreate.Snapshot, status model.Status) *model.Notebook {
	return uitest.Notebook(1, n.Name, uitest.Prod, "eu-west-1", func(row *model.Notebook) {
		row.Status, row.SeenAt = status, s.clock.Now().Add(time.Second)
	})
}

func TestANotebookThatIsStoppedOrRemovedDuringTheCopyIsTold(t *testing.T) {
	s := copying(t)
	b := s.book()
	looks := len(b.effects)
	s.lists(s.listed(b.newOne, model.StatusInService), s.listed(b.source, model.StatusInService))
	if got := len(b.effects) - looks; got != 0 {
		t.Fatalf("%d looks at notebooks that the list shows as they were", got)
	}
	s.seesNot("the replacement is")

	b.newOne.Status = model.StatusStopped
	s.lists(s.listed(b.newOne, model.StatusStopped), s.listed(b.source, model.StatusInService))
	s.sees("churn-model-train: the replacement is Stopped, and the data is not copied")
	s.press("R")
	s.sees("Something other than this run is at work: the replacement is Stopped", "say that it is copied")

	b.newOne.Status = model.StatusInService
	s.lists(s.listed(b.newOne, model.StatusInService), s.listed(b.source, model.StatusInService))
	s.seesNot("Something other than this run is at work")

	arn := b.newOne.ARN
	b.newOne = nil
	s.app.inv.Apply(model.Batch{Generation: s.app.inv.Generation(), Gone: []string{arn}})
	s.lists(s.listed(b.source, model.StatusInService))
	s.sees("the replacement is gone", "There is nothing left to copy to", "Copy cannot go on", "churn-model-train-net  gone")
	s.seesNot("say that it is copied", "The copy, by hand")
	if got := b.did(); got != "create" {
		t.Errorf("did %q", got)
	}
}

func TestAnOpenGateIsNotDisturbedByTheWatch(t *testing.T) {
	s := copying(t)
	b := s.book()
	s.press("R", "a")
	s.sees("Confirm the copy")
	looks := len(b.effects)
	b.newOne.Status = model.StatusStopped
	s.lists(s.listed(b.newOne, model.StatusStopped), s.listed(b.source, model.StatusInService))
	if len(b.effects) != looks {
		t.Error("the run looks while its gate is open")
	}
	s.press("esc")
	s.lists(s.listed(b.newOne, model.StatusStopped), s.listed(b.source, model.StatusInService))
	s.sees("the replacement is Stopped")
}

func TestTheHelpOfARunIsAboutRuns(t *testing.T) {
	s := copying(t)
	s.press("R", "?")
	s.sees("How a recreate goes", "opens a gate never answers it", "Roll back")
	s.seesNot("Filter: terms are joined by and")
	s.press("esc", "esc", "?", "G")
	s.sees("egress:isolated  ") // of the filter's language
}

func TestADeletionThatIsSureToBeRefusedIsNotAskedFor(t *testing.T) {
	s := copying(t)
	b := s.book()
	s.press("R")
	s.press("a", "copied "+s.about(), "enter", "a", "later", "tab", "enter")
	s.sees("stopped and kept")
	b.newOne.Status = model.StatusStopped
	before := len(b.effects)
	s.press("a", "later")
	s.sees("Type: churn-model-train") // nothing has shown it yet
	s.press("esc")
	s.lists(s.listed(b.newOne, model.StatusStopped), s.listed(b.source, model.StatusStopped))
	s.press("a", "later")
	s.sees("The source is only deleted while its replacement is in service: start the replacement first.")
	s.seesNot("Type: churn-model-train")
	if len(b.effects) == before {
		t.Error("AWS was not looked at before it was refused")
	}
	b.newOne.Status, b.newOne.SeenAt = model.StatusInService, s.clock.Now() // which no list has shown yet
	s.press("a", "later")
	s.sees("Type: churn-model-train")
}

// TestRunsOfOtherProgramsAppearByThemselves has another program begin a run, come to its
// gate, and end, with nobody pressing a key.
func TestRunsOfOtherProgramsAppearByThemselves(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("tab", "tab", "tab")
	s.sees("No notebook has been recreated from here yet")
	again := func() {
		t.Helper()
		s.follow(s.send(dueMsg{timerRuns, s.app.clock.newest[timerRuns]}))
	}
	p := recreate.NewPlan("7f3c00ff", s.clock.Now(), uitest.Snapshot("elsewhere", nil), recreate.Spec{Name: "elsewhere-net", DirectInternet: model.Enabled})
	s.runs.mu.Lock()
	b := s.runs.add(recreate.Begin(p, s.clock.Now()))
	b.by = "process 17 on this host"
	s.runs.mu.Unlock()
	again()
	s.sees("elsewhere", "held by process 17")
	b.by = "" // it was killed
	again()
	s.seesNot("held by process 17")
	s.sees("elsewhere", "u resume")
}

// TestTheKeyToDecideDoesWhatTheListSays stands on runs that wait for something else than a
// gate: the key leads to their choices.
func TestTheKeyToDecideDoesWhatTheListSays(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	p := recreate.NewPlan("7f3c00ff", s.clock.Now(), uitest.Snapshot("elsewhere", nil), recreate.Spec{Name: "elsewhere-net", DirectInternet: model.Enabled})
	r := recreate.Begin(p, s.clock.Now())
	r.Phase, r.Effects, r.Problem = recreate.PhaseFailed, 2, &model.Problem{Kind: model.KindDenied, Message: "an SCP says no"}
	r.Steps[0].Idle = false
	s.runs.mu.Lock()
	b := s.runs.add(r)
	src := p.Source
	b.source = &src
	s.runs.mu.Unlock()
	s.follow(s.send(dueMsg{timerRuns, s.app.clock.newest[timerRuns]}))
	s.press("W", "u")
	s.sees("create failed", "a decide")
	s.press("a")
	s.sees("What you can do", "an SCP says no", "try again")
}

// TestARunThatIsOverStandsAtNoStep ends runs at a gate and on their way back: one row of
// the steps is the one that is looked at, and nothing is said to wait.
func TestARunThatIsOverStandsAtNoStep(t *testing.T) {
	for name, keys := range map[string][]string{
		"ended at its copy":  {"X", "tab", "enter"},
		"rolled back":        {"B", "churn-model-train-net", "enter"},
		"ended after a stop": {"a", "copied churn-model-train", "enter", "a", "tab", "enter", "X", "tab", "enter"},
	} {
		s := newStudio(t, 120, 40, nil)
		s.press(approved(keys...)...)
		if s.book().run.Outcome == "" {
			t.Fatalf("%s: it is not over:\n%s", name, s.view())
		}
		marks := 0
		for line := range strings.Lines(s.view()) {
			left, _, ok := strings.Cut(line, "│")
			if ok && strings.HasPrefix(strings.TrimSpace(left), "▌") {
				marks++
			}
			if ok && strings.Contains(left, "◆") {
				t.Errorf("%s: a step waits: %s", name, left)
			}
		}
		if marks != 1 {
			t.Errorf("%s: %d rows are marked:\n%s", name, marks, s.view())
		}
	}
}
