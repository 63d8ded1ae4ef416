package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestTypingBeatsHotkeys(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "q?:rxe1")
	d.sees("/ q?:rxe1")
	if d.app.overlay != nil {
		t.Error("a key typed into the filter opened an overlay")
	}
}

func TestTheFilterStaysUntilEscClearsIt(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "fraud", "enter", "tab", "tab", "tab")
	d.sees("Notebooks  1/12", "/ fraud", "fraud-features-eu")
	d.seesNot("churn-model-train")
	d.keys("esc")
	d.sees("Notebooks 12 ", "churn-model-train")
}

func TestEscUndoesOneThingAtATime(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("space", "/", "fraud", "enter", "enter")
	d.sees("Overview  Network", "/ fraud", "1 marked")
	d.keys("esc") // closes the detail and nothing else
	d.sees("/ fraud", "1 marked")
	d.seesNot("Overview  Network")
	d.keys("esc") // clears the filter and nothing else
	d.sees("1 marked")
	d.seesNot("/ fraud")
	d.keys("esc") // clears the marks
	d.seesNot("1 marked")
}

func TestAnIssueIsNamedWithTheNearestWordAndTabTakesIt(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "vcp:vpc-01")
	d.sees(`no field "vcp"`, "tab takes vpc:", "12/12")
	d.keys("tab")
	d.sees("/ vpc:")
}

func TestTabMendsAFieldThatHasAValueAlready(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "vcp:x", "tab")
	d.sees("/ vpc:x")
}

func TestTabCompletesTheFirstSuggestion(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "stat", "tab")
	d.sees("/ status:")
}

func TestABareWordRanksUntilTheUserSorts(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "fr", "enter")
	d.sees("best match first")
	d.keys("s")
	d.sees("by name")
	d.keys("S")
	d.sees("NAME ↓")
	d.keys("esc", "/", "ch", "enter")
	d.sees("best match first")
}

func TestSortingGoesThroughTheColumnsAndTheHeaderSortsByClick(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("s")
	d.sees("ACCOUNT ↑", "by account")
	d.keys("S")
	d.sees("ACCOUNT ↓")
	x := strings.Index(strings.Split(d.view(), "\n")[3], "VPC")
	d.send(tea.MouseClickMsg{X: x, Y: 3, Button: tea.MouseLeft})
	d.sees("VPC ↑")
	d.send(tea.MouseClickMsg{X: x, Y: 3, Button: tea.MouseLeft})
	d.sees("VPC ↓")
}

func TestGroupsHaveHeadsWithCounts(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("b")
	d.sees("prod-ml 111122223333  6 notebooks", "grouped by account")
	d.keys("b", "b")
	d.sees("no VPC", "not known  1 notebook", "not known yet")
	if got := strings.Count(d.view(), "no VPC  1 notebook"); got != 1 {
		t.Errorf("%d groups without a VPC, want 1", got)
	}
	d.keys("b", "b")
	d.seesNot("grouped")
}

func TestPresetsAreOnNumberKeys(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("8")
	d.sees("/ status:failed", "1/12", "recommender-dev")
	d.keys("1")
	d.sees("Notebooks 12 ")
	d.keys("4", "0")
	d.sees("Notebooks 12  ")
	d.send(tea.MouseClickMsg{X: strings.Index(strings.Split(d.view(), "\n")[2], "isolated"), Y: 2, Button: tea.MouseLeft})
	d.sees("/ egress:isolated")
	if row := d.app.View().Content; !strings.Contains(row, d.app.theme.Render(theme.Accent, " 3 isolated ")) {
		t.Errorf("which preset is on is not shown:\n%s", d.view())
	}
}

func TestACodeIsAskedForAndKeysMeantForTheListDoNotAnswer(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	answer, canceled := "", 0
	q := model.Question{Profile: "prod", Prompt: "MFA code for arn:aws:iam::1:mfa/ana",
		Answer: func(s string) { answer = s }, Cancel: func() { canceled++ }}
	d.feed(model.Batch{Asked: &q})
	d.sees("MFA code for arn:aws:iam::1:mfa/ana", "profile prod")
	d.keys("9", "enter")
	if answer != "" || d.app.overlay == nil {
		t.Fatal("a key pressed as the question opened answered it")
	}
	d.clock.Pass(time.Second)
	d.keys("123456", "enter")
	if answer != "123456" || d.app.overlay != nil {
		t.Errorf("answered %q", answer)
	}
	d.feed(model.Batch{Asked: &q})
	d.clock.Pass(time.Second)
	d.keys("esc")
	if canceled != 1 {
		t.Errorf("esc cancelled %d times, want 1", canceled)
	}
	d.feed(model.Batch{Asked: &q})
	d.keys("ctrl+c")
	if canceled != 2 {
		t.Errorf("quitting left the question open")
	}
}

func TestAQuestionWaitsBehindAnOverlay(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	d.keys("?")
	q := model.Question{Prompt: "code please", Answer: func(string) {}, Cancel: func() {}}
	d.feed(model.Batch{Asked: &q})
	d.seesNot("code please")
	d.keys("esc")
	d.sees("code please")
}

func TestAQuestionOfAnOlderScanIsRefused(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	canceled := false
	q := model.Question{Prompt: "code", Cancel: func() { canceled = true }}
	d.send(batchMsg{[]model.Batch{{Generation: 99, Asked: &q}}})
	if !canceled || d.app.overlay != nil {
		t.Error("a sign-in that nobody waits for was asked about")
	}
}

func TestCopiesGoToTheClipboardAndAreTold(t *testing.T) {
	d := loaded(t, 200, 40, nil)
	d.keys("y")
	d.sees("ARN sent to the terminal: arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train")
	d.keys("Y")
	d.sees("CLI command sent to the terminal: aws sagemaker describe-notebook-instance --region eu-west-1", "--profile prod")
	d.keys("O")
	d.sees("console URL sent to the terminal: https://eu-west-1.console.aws.amazon.com/sagemaker/home")
}

func TestTheExportIsExactlyWhatIsShown(t *testing.T) {
	files := map[string]string{}
	d := loaded(t, 160, 40, func(c *Config) {
		c.ExportDir = "out"
		c.WriteFile = func(p string, data []byte) error { files[p] = string(data); return nil }
	}).withPump()
	d.keys("/", "net:vpc-only", "enter", "e", "csv")
	d.run(d.keys("enter"))
	text, about := files["out/nbscope-20261123T120000Z.csv"], files["out/nbscope-20261123T120000Z.about.txt"]
	if len(files) != 2 || !strings.Contains(about, "filter: net:vpc-only\n") {
		t.Errorf("written is %q", files)
	}
	if !strings.Contains(text, "pricing-lab") || strings.Contains(text, "churn-model-train") {
		t.Errorf("the export is not what is shown:\n%s", text)
	}
	d.sees("written to out/nbscope-20261123T120000Z.csv, and what they are to nbscope-20261123T120000Z.about.txt")
}

func TestAnExportThatFailsNamesThePath(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) {
		c.ExportDir = "/nowhere"
		c.WriteFile = func(path string, _ []byte) error { return errors.New("write " + path + ": permission denied") }
	}).withPump()
	d.keys("e", "json")
	d.run(d.keys("enter"))
	d.sees("write /nowhere/nbscope-20261123T120000Z.json", "permission denied")
}

func TestThePaletteRunsACommandByName(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys(":", "sort by age")
	d.sees("Sort by age")
	d.keys("enter")
	d.sees("by age")
	d.keys(":", "zzzz")
	d.sees("nothing by that name")
	d.keys("enter", "esc")
	d.sees("churn-model-train")
}

func TestHelpComesFromTheLiveBindings(t *testing.T) {
	d := loaded(t, 120, 90, nil)
	d.keys("?")
	d.sees("Copy the ARN", "net:vpc-only", "ctrl+d", "✗  ", "does not work: failed, isolated")
	d.seesNot("Stop the scan")
	d.keys("q")
	d.keys("r", "?")
	d.sees("Stop the scan")
}

func TestRetryScansOnlyTheTargetUnderTheCursor(t *testing.T) {
	d := loaded(t, 120, 40, nil).withPump()
	d.keys("tab", "tab")
	d.sees("▌  prod-ml", "explicit deny", "7f3c2d1e")
	d.run(d.keys("r"))
	waitFor(t, func() bool { return len(d.scanner.asked()) == 1 })
	if req := d.scanner.asked()[0]; len(req.Only) != 1 || req.Only[0] != (model.Target{Account: uitest.Prod, Region: "eu-west-3"}) {
		t.Errorf("asked for %v", req.Only)
	}
}

func TestTheTargetsCanBeFilteredByAnyText(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("tab", "tab", "/", "denied", "enter")
	d.sees("Targets 1/12", "eu-west-3")
	d.keys("esc")
	d.sees("Targets 12")
}

func TestTheColumnSortedByIsOnScreen(t *testing.T) {
	d := loaded(t, 80, 24, nil)
	d.seesNot("VOLUME")
	d.keys(":", "sort by volume", "enter")
	d.sees("VOLUME", "by volume")
}

func TestAScanThatTheUserStoppedIsNotFollowedByAnotherOne(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	d.feed(uitest.SmallWorld())
	d.keys("ctrl+x")
	d.finish()
	d.send(dueMsg{timerTransition, d.app.clock.newest[timerTransition]})
	if d.app.world.Scan.Running {
		t.Error("a scan began by itself")
	}
}

func TestWhereHowAndWhatIsWrongAreOnScreenAtEightyCellsWhateverTheStatus(t *testing.T) {
	d := loaded(t, 80, 24, nil)
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(0, "a-name-of-more-than-thirty-letters", uitest.Prod, "ap-southeast-2", func(n *model.Notebook) {
		n.Status = model.StatusPendingMaintenance
	})}})
	d.sees("NAME", "REGION", "STATUS", "VPC", "DIRECT", "EGRESS", "ap-southeast-2 ◐ Pending", "0112 sh…", "off    ✗ isolated  ✗", "off    ◇ endpoint… ▲", "off    ✓ NAT       ◦")
	d.sees("a-name-of-more-than-thirty-letters · ") // in full below the list
}

func TestTheARNsOfWhatIsMarkedAreCopiedTogether(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("space", "space")
	if got := d.copied(d.keys("y")); strings.Count(got, "\n") != 1 || strings.Count(got, "arn:") != 2 {
		t.Errorf("copies %q", got)
	}
	d.sees("2 ARNs sent to the terminal: arn:aws:sagemaker")
}
