package ui

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestCtrlCFinishesTheCallAndLeavesAndTheSecondOneLeavesAtOnce(t *testing.T) {
	for _, again := range []bool{false, true} {
		s := newStudio(t, 120, 40, forever)
		told := 0
		s.app.cfg.Leaving = func() { told++ }
		s.press(approved()...)
		s.sees("Waiting until churn-model-train-net is InService")
		first := s.keys("ctrl+c")
		s.sees("finishing this call, then leaving; ctrl+c again leaves now")
		if quits(first) || told != 1 {
			t.Fatalf("the first ctrl+c leaves, or was told %d times", told)
		}
		s.follow(first)
		if again {
			if !quits(s.keys("ctrl+c")) || told != 2 {
				t.Errorf("the second ctrl+c does not leave, or was told: %d times in all", told)
			}
			continue
		}
		s.lands()
		if !s.left {
			t.Error("the call is over, and the program goes on")
		}
		if b := s.book(); b.run.Phase != recreate.PhasePaused || b.did() != "create" {
			t.Errorf("the run is %q, did %q", b.run.Phase, b.did())
		}
	}
}

// quits reports whether a command ends the program, without carrying out others.
func quits(c tea.Cmd) bool {
	return c != nil && fmt.Sprintf("%p", c) == fmt.Sprintf("%p", tea.Cmd(tea.Quit))
}

func TestAPausedRunIsResumedByLookingFirst(t *testing.T) {
	s := newStudio(t, 120, 40, forever)
	s.press(approved("ctrl+x")...)
	s.lands()
	s.sees("Paused")
	s.runs.perform = smooth
	s.press("u")
	s.sees("Copy waits for you")
	if got := s.book().did(); got != "create" {
		t.Errorf("did %q", got)
	}
}

func TestQuittingAsksOnceWhileARunIsUnderWay(t *testing.T) {
	s := newStudio(t, 120, 40, forever)
	s.press(approved("esc", "q")...)
	s.sees("1 run under way: leave?", "[ Cancel ]")
	s.press("enter")
	s.sees("Notebooks 12")
	s.press("q", "tab")
	if !quits(s.keys("enter")) {
		t.Error("Leave does not leave")
	}
	s = newStudio(t, 120, 40, nil)
	s.press(attested("esc")...)
	s.press("q")
	if !quits(s.keys("enter")) {
		t.Error("a run that waits for the user keeps the program from being left")
	}
}

func TestARunThatWaitsRingsAndSaysSoInTheTitle(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	keys := approved()
	s.press(keys[:len(keys)-1]...)
	s.readOn()
	begun := s.keys("enter")
	s.keys("esc") // the page is left before the run waits
	s.follow(begun)
	v := s.app.View()
	if !strings.Contains(v.WindowTitle, "churn-model-train waits for you: copy the data") {
		t.Errorf("the title is %q", v.WindowTitle)
	}
	if v.ProgressBar == nil || v.ProgressBar.State != tea.ProgressBarWarning {
		t.Errorf("the progress bar is %v", v.ProgressBar)
	}
	if s.rang == 0 {
		t.Error("there is no bell")
	}
	s.sees("churn-model-train: waits for you: copy the data")
	s = newStudio(t, 120, 40, noCapacity)
	s.press(approved()...)
	if b := s.app.View().ProgressBar; b == nil || b.State != tea.ProgressBarError {
		t.Errorf("the progress bar of a failure is %v", b)
	}
}

func TestBothNotebooksOfARunSaySoAndSoDoesTheTagOfAColleagues(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press(approved("esc")...)
	made := s.book().newOne
	s.feed(model.Batch{Notebooks: []*model.Notebook{
		uitest.Notebook(1, made.Name, uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.Tags = made.Tags }),
		uitest.Notebook(1, "pricing-lab-net", uitest.Shared, "us-east-1", func(n *model.Notebook) {
			n.Tags = []model.Tag{
				{Key: recreate.TagRunID, Value: "c0113a9e"}, {Key: recreate.TagSource, Value: "arn:aws:sagemaker:us-east-1:" + uitest.Shared + ":notebook-instance/pricing-lab"},
			}
		}),
	}})
	s.send(dueMsg{timerToast, s.app.clock.newest[timerToast]})
	s.sees("churn-model-train ◆", "◆ recreate, source: waits for you: copy the data")
	s.press("R")
	s.sees("Copy waits for you")
	s.press("esc", "j")
	s.sees("◆ recreate, replacement: waits for you")
	s.press("/", "pricing", "enter", "g")
	s.sees("pricing-lab ◆", "being replaced by pricing-lab-net")
	s.press("j", "enter")
	s.sees("replacement of pricing-lab, run c0113a9e")
}

// TestTheMarkOfARunEndsWithItsReplacement rolls back somebody else's run: the list is
// read to its end without the replacement, or shows it being deleted.
func TestTheMarkOfARunEndsWithItsReplacement(t *testing.T) {
	for name, end := range map[string]func(n *model.Notebook) []*model.Notebook{
		"gone": func(*model.Notebook) []*model.Notebook { return nil },
		"deleting": func(n *model.Notebook) []*model.Notebook {
			n.Status = model.StatusDeleting
			return []*model.Notebook{n}
		},
		"untagged": func(n *model.Notebook) []*model.Notebook { n.Tags = nil; return []*model.Notebook{n} },
	} {
		s := newStudio(t, 120, 40, nil)
		made := func() *model.Notebook {
			return uitest.Notebook(1, "pricing-lab-net", uitest.Shared, "us-east-1", func(n *model.Notebook) {
				n.Tags = []model.Tag{{Key: recreate.TagRunID, Value: "c0113a9e"}, {Key: recreate.TagSource, Value: "arn:aws:sagemaker:us-east-1:" + uitest.Shared + ":notebook-instance/pricing-lab"}}
			})
		}
		s.feed(model.Batch{Notebooks: []*model.Notebook{made()}})
		s.press("/", "pricing", "enter", "g")
		s.sees("pricing-lab ◆", "being replaced by pricing-lab-net")
		left := end(made())
		s.app.inv.Apply(model.Batch{Generation: s.app.inv.Generation(), Notebooks: left})
		if len(left) == 0 {
			s.app.inv.Retain(func(model.Target) bool { return false })
		}
		s.app.look()
		n := uitest.Notebook(1, "pricing-lab", uitest.Shared, "us-east-1", nil)
		if by, ok := s.app.world.ReplacedBy(n); ok {
			t.Errorf("%s: it is marked as replaced by %s", name, by)
		}
	}
}

func TestTheRunsScreenResumesWhatNobodyHoldsAndOpensItsGateByItself(t *testing.T) {
	s := newStudio(t, 120, 40, severalRuns)
	s.press("tab", "tab", "tab")
	s.sees("1 waiting for you", "1 kept", "held by another process", "$7.00")
	s.press("j", "a")
	s.sees("Unlock writes")
	s.press("later", uitest.Prod, "enter")
	s.sees("Delete demand-forecast", "The keep time is not over", "Type: demand-forecast delete before the keep time")
	s.press("demand-forecast", "enter")
	b := s.runs.books["0ld0000"]
	if strings.Contains(b.did(), "delete") {
		t.Fatal("keys pressed as the gate opened by itself deleted the source")
	}
	s.press("later", "demand-forecast delete before the keep time", "enter")
	if b.run.Outcome != recreate.OutcomeDone {
		t.Errorf("the run is %q in phase %q", b.run.Outcome, b.run.Phase)
	}
}

func TestARunThatAnotherProcessHoldsIsReadOnly(t *testing.T) {
	s := newStudio(t, 120, 40, severalRuns)
	s.press("tab", "tab", "tab", "G", "enter")
	s.sees("Read-only: the run is held by process 4711 on build-7", "Stop source waits for you")
	s.seesNot("What you can do")
	s.aws.Unlocked[uitest.Prod] = true
	s.press("a", "tab", "enter", "u", "B", "X", "t")
	if got := s.runs.books["0ld0002"].did(); got != "create" {
		t.Errorf("did %q", got)
	}
	if _, err := s.runs.Open("0ld0002"); err == nil {
		t.Error("the fake lets a held run be opened")
	}
}

func TestTheProgramOpensTheRunItWasStartedFor(t *testing.T) {
	s := newStudioOf(t, 120, 40, func(c *Config) { c.Resume = "0ld0001" }, severalRuns)
	s.sees("pricing-lab → pricing-lab-net", "Copy waits for you", "say that it is copied")
	if !s.runs.books["0ld0001"].held {
		t.Error("the run is not held")
	}
}

func TestRunsThatCannotBeReadSayWhy(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) { s.runs.err = fmt.Errorf("read the runs: permission denied") })
	s.press("tab", "tab", "tab")
	s.sees("permission denied", "r reads the journals again")
	s.runs.err = nil
	s.press("r")
	s.sees("No notebook has been recreated from here yet")
}

func TestABatchPutsFailuresFirstAndApprovesTheSameStepTogetherButNeverADelete(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) {
		troubled(s)
		s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true
	})
	s.press("space", "space", "space", "R")
	rows := strings.Split(s.view(), "\n")
	if !strings.Contains(rows[3], "churn-model-train") || !strings.Contains(rows[3], "2 checks failed") {
		t.Errorf("the first row is %q", rows[3])
	}
	s.sees("2 ready", "1 blocked", "$0.24 an hour", "a approves: create of 2")
	s.press("a")
	s.sees("Create 2 replacements, to direct internet Enabled", "each source's with -net behind it", "credit-risk-2024 ·")
	s.press("enter")
	if len(s.runs.order) != 0 {
		t.Fatal("enter on Cancel approved")
	}
	s.press("a", "tab", "enter")
	if got := s.wrote(); got != "create|create" {
		t.Fatalf("did %q", got)
	}
	s.sees("waits for you: copy the data")
	for range 2 { // each is attested on its own page
		s.press("j", "enter")
		s.press("a", "copied "+s.about(), "enter", "esc")
	}
	s.sees("a approves: stop source of 2")
	s.press("a", "later", "tab", "enter")
	if got := s.wrote(); got != "create stop|create stop" {
		t.Fatalf("did %q", got)
	}
	s.sees("stopped and kept", "Nothing can be approved together now")
	s.press("a", "tab", "enter")
	if got := s.wrote(); got != "create stop|create stop" {
		t.Errorf("a delete was approved together: %q", got)
	}
}

func TestAPartThatBreaksStopsItsRunAndNothingElse(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) {
		s.runs.perform = func(context.Context, *fakeBook, recreate.Effect, func(recreate.Progress)) recreate.Event {
			panic("boom")
		}
	})
	s.press(approved()...)
	s.sees("The run stands still: a part of nbscope failed: boom", "u        resume")
	s.seesNot("Nobody goes on with this run")
	if r := s.app.cfg.Driver.Runs()[0]; r.UnderWay() || r.Held || !r.Can(recreate.EventResumed) {
		t.Errorf("the run is under way: %v, held: %v, and can be moved by %v", r.UnderWay(), r.Held, r.Choices())
	}
	s.press("esc")
	s.sees("Notebooks 12")
}

func TestAJournalThatCannotBeWrittenLetsTheRunGoAndUResumesIt(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press(approved()...)
	b := s.book()
	b.takeFail = errors.New("write the journal of run 7f3c0001: no space left on device; nothing goes on until it can be written")
	s.press("a", "copied churn-model-train", "enter")
	s.sees("The run stands still: write the journal", "no space left on device", "u        resume")
	if b.held {
		t.Error("the run is not let go")
	}
	s.press("u")
	s.sees("no space left on device", "u        resume") // still full
	b.takeFail = nil
	s.press("u")
	s.sees("Copy waits for you", "say that it is copied")
	s.seesNot("stands still")
	s.seesNot("no space left on device")
	if !b.held || b.did() != "create" {
		t.Errorf("held %v, did %q", b.held, b.did())
	}
}

func TestAWaitIsStoppedFromTheListOfRunsToo(t *testing.T) {
	s := newStudio(t, 120, 40, forever)
	s.press(approved("esc", "tab", "tab", "tab")...)
	s.sees("1 under way")
	s.press("ctrl+x")
	s.lands()
	s.sees("paused at wait", "1 waiting for you")
}

func TestOfTheProgressOfARunTheNewestReachesTheLoop(t *testing.T) {
	seen := func(id string, looks int) finding {
		return finding{notice: &drive.Notice{ID: id, Progress: true, Run: drive.Snapshot{Flight: &drive.Flight{Progress: recreate.Progress{Looks: looks}}}}}
	}
	landed := finding{notice: &drive.Notice{ID: "r1", Landed: &recreate.Effect{ID: 1}}}
	got := messages([]finding{landed, seen("r1", 1), {batch: model.Batch{Generation: 1}}, seen("r1", 2), seen("r2", 1)})
	if len(got) != 2 {
		t.Fatalf("%d messages, want 2", len(got))
	}
	n := got[1].(drivenMsg).notices
	if len(n) != 3 || n[0].Landed == nil || n[1].Run.Flight.Progress.Looks != 2 || n[2].ID != "r2" {
		t.Errorf("the notices are %+v", n)
	}
}

func TestEveryPageOfARecreateIsDrawnExactlyAtAnySize(t *testing.T) {
	for name, scene := range recreateScenes() {
		s := newStudio(t, 120, 40, scene.world)
		s.press(scene.keys...)
		if scene.after != nil {
			scene.after(s)
		}
		for w := 0; w <= 130; w += 3 + w/7 {
			for _, h := range []int{0, 1, 3, 11, 12, 13, 20, 50} {
				s.send(tea.WindowSizeMsg{Width: w, Height: h})
				s.view()
			}
		}
		if t.Failed() {
			t.Fatalf("scene %s", name)
		}
	}
}

func TestTheRecreateNeedsNoMoreThanASCIIAndNoColour(t *testing.T) {
	for name, scene := range recreateScenes() {
		s := newStudioOf(t, 120, 40, func(c *Config) { c.ASCII, c.NoColor = true, true }, scene.world)
		s.send(tea.BackgroundColorMsg{Color: color.White})
		s.press(scene.keys...)
		for _, size := range sizes() {
			s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			needsASCII(t, "scene "+name, s.view())
		}
		if content := s.app.View().Content; strings.Contains(content, "[38;") || strings.Contains(content, ";48;") {
			t.Errorf("scene %s has colours", name)
		}
	}
}

func TestHostileTextOfANotebookNeverReachesTheTerminalFromARecreate(t *testing.T) {
	const evil = "x\x1b]0;owned\a\x1b[2J\x9b31m\u202egnp\r\n\x00\u200b日本\xff"
	s := newStudio(t, 120, 40, func(s *studio) {
		s.aws.Snaps["churn-model-train"] = uitest.Snapshot("churn-model-train", func(n *recreate.Snapshot) {
			n.RoleARN, n.KMSKeyID, n.LifecycleName, n.FailureReason, n.URL = evil, evil, evil, evil, evil
			n.Tags = []model.Tag{{Key: evil, Value: evil}}
			n.SubnetID, n.SecurityGroups, n.Platform, n.InstanceType = evil, []string{evil}, evil, evil
		})
		s.aws.Values[recreate.FieldType] = []recreate.Choice{{Value: evil, Label: evil, Note: evil, Bad: evil}}
		s.runs.perform = func(context.Context, *fakeBook, recreate.Effect, func(recreate.Progress)) recreate.Event {
			return recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Message: evil, Hint: evil, Code: evil, RequestID: evil}}
		}
		for _, name := range []string{"demand-forecast"} {
			src := uitest.Snapshot(name, func(n *recreate.Snapshot) { n.Name, n.LifecycleName = evil, evil })
			b := s.runs.add(recreate.Begin(recreate.NewPlan("0ld", uitest.Noon(), src, recreate.SpecFor(&src, recreate.Enable)), uitest.Noon()))
			b.by = evil
		}
	})
	check := func(where string) {
		s.view()
		v := s.app.View()
		for _, bad := range []string{"\x1b]0;", "\a", "\x1b[2J", "\u009b", "\u202e", "\r", "\x00", "\u200b"} {
			if strings.Contains(v.Content, bad) || strings.Contains(v.WindowTitle, bad) {
				t.Errorf("%s: %q reaches the terminal", where, bad)
			}
		}
		if !utf8.ValidString(v.Content) {
			t.Errorf("%s: not UTF-8", where)
		}
	}
	for _, keys := range [][]string{{"R"}, {"1"}, {"3"}, {"j", "enter"}, {"esc", "4"}, {"tab"}, {"tab"}, {"tab"}, {"tab"}, {"tab"}, {"a"}, {"esc", "esc"}, {"tab", "tab", "tab"}, {"enter"}} {
		s.press(keys...)
		check(fmt.Sprint(keys))
	}
}

func TestARunThatIsNotKnownIsSaid(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.follow(kit.Perform(s.app, kit.OpenRun{ID: "gone"}))
	s.sees("there is no run gone")
}
