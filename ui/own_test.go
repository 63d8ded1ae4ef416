package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

const consolePage = "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/churn-model-train"

func TestAPageIsOpenedInTheBrowserOrCopiedWithTheReason(t *testing.T) {
	opened, fails := "", error(nil)
	d := loaded(t, 240, 40, func(c *Config) {
		c.Browser = func(_ context.Context, url string) error { opened = url; return fails }
	}).withPump()
	d.run(d.keys("o"))
	if opened != consolePage {
		t.Errorf("opened is %q", opened)
	}
	d.sees("console URL opened in the browser: " + consolePage)
	fails = errors.New("xdg-open: exit status 3")
	if got := d.copied(d.keys("o")); got != consolePage {
		t.Errorf("without a browser %q is copied", got)
	}
	d.sees("xdg-open: exit status 3: console URL sent to the terminal: " + consolePage)

	far := loaded(t, 240, 40, func(c *Config) { c.NoBrowser = "over SSH" })
	if got := far.copied(far.keys("o")); got != consolePage {
		t.Errorf("over SSH %q is copied", got)
	}
	far.sees("console URL sent to the terminal (no browser is opened over SSH): " + consolePage)
	if got := far.copied(far.keys("O")); got != consolePage {
		t.Errorf("O copies %q", got)
	}
	far.keys("space", "space", "o") // nobody wants a window for each
	far.sees("2 console URLs sent to the terminal")
}

// onOne is a list of one notebook with this name.
func onOne(t *testing.T, name string, own ...OwnCommand) *rig {
	t.Helper()
	d := newRig(t, 200, 40, func(c *Config) { c.Own = own }).withPump()
	d.app.tty.environ = []string{"PATH=" + os.Getenv("PATH"), "NAME=of the shell"}
	w := uitest.SmallWorld()
	n := *w.Notebooks[0]
	n.Name, n.ARN = name, "arn:aws:sagemaker:"+n.Region+":"+n.Account+":notebook-instance/"+name
	w.Notebooks = []*model.Notebook{&n}
	d.feed(w)
	return d
}

func TestACommandOfTheUsersGetsItsValuesAsVariables(t *testing.T) {
	own := OwnCommand{Key: "ctrl+o", Title: "Cost report", Line: `printf '%s|' "$NAME" "$REGION" "$PROFILE" "$ACCOUNT" "$ARN"; echo; echo done it`, Background: true}
	d := onOne(t, "churn-model-train", own)
	d.run(d.keys("ctrl+o"))
	d.sees("Cost report, churn-model-train: done",
		"churn-model-train|eu-west-1|prod|111122223333|arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train|", "done it")
	d.keys("?")
	d.sees("Your commands", "ctrl+o", "Cost report")
	d.keys("esc", ":", "cost rep")
	d.sees("Cost report")
	d.run(d.keys("enter"))
	d.sees("Cost report, churn-model-train: done")
}

func TestACommandThatFailsSaysWithWhatAndItsLastLines(t *testing.T) {
	d := onOne(t, "a", OwnCommand{Key: "ctrl+o", Title: "Fail", Line: "seq 1 9; exit 7", Background: true})
	d.run(d.keys("ctrl+o"))
	d.sees("Fail, a: exit status 7 · 7 · 8 · 9")
}

// TestNoNameIsCode runs a command line without any quotes about what no name of AWS's is.
func TestNoNameIsCode(t *testing.T) {
	for _, name := range []string{"$(touch OUT)", "`touch OUT`", "; touch OUT", "a b", "*", "--output", "a\nb", "'", `"`, "a\x00b", "%PATH%", ""} {
		dir := t.TempDir()
		out := filepath.Join(dir, "ran")
		hostile := strings.ReplaceAll(name, "OUT", out)
		d := onOne(t, hostile, OwnCommand{Key: "ctrl+o", Title: "Own", Line: "touch '" + out + "'; eval echo $NAME", Background: true})
		d.run(d.keys("ctrl+o"))
		if _, err := os.Stat(out); err == nil {
			t.Errorf("a command saw %q", hostile)
		}
		d.sees("is nothing that AWS gives: no command gets to see it")
	}
}

func TestACommandThatChangesSomethingWaitsUntilWritesAreUnlocked(t *testing.T) {
	s := newStudioOf(t, 120, 40, func(c *Config) {
		c.Own = []OwnCommand{{Key: "ctrl+o", Title: "Stop it", Line: "echo ran", Background: true, Writes: true}}
	}, nil)
	s.follow(s.keys("ctrl+o"))
	s.sees("Unlock writes to prod-ml 111122223333")
	s.follow(s.keys("esc"))
	s.seesNot("ran")
	s.follow(s.keys("ctrl+o"))
	s.follow(s.keys("111122223333", "enter"))
	s.sees("Stop it, churn-model-train: done · ran")
}

func TestNothingOfACommandInTheBackgroundOutlivesTheProgram(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	if err := os.WriteFile(pid, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newRig(t, 120, 40, nil)
	ctx, cancel := context.WithCancel(context.Background())
	d.app.pump.start(ctx, func(tea.Msg) {})
	d.app.tty.environ = []string{"PATH=" + os.Getenv("PATH")}
	n := uitest.SmallWorld().Notebooks[0]
	ended := make(chan struct{})
	cmd := d.app.RunOwn(OwnCommand{Title: "Wait", Line: "sleep 1000 & echo $! > '" + pid + "'; wait", Background: true}, n)
	go func() { defer close(ended); d.run(cmd) }()
	for raw := []byte(nil); !strings.HasSuffix(string(raw), "\n"); raw, _ = os.ReadFile(pid) {
	}
	cancel()
	d.app.pump.wait()
	<-ended
	raw, _ := os.ReadFile(pid)
	for { // the system ends it in its own time
		if stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(raw)) + "/stat"); err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
	}
}

func TestConfiguredKeysHoldAndAreShown(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) {
		c.Keys = map[string][]string{"sort": {"o"}, "console": {"ctrl+o"}, "help": {"H"}, "refresh": {"Z"}}
	})
	d.keys("o")
	d.sees("ACCOUNT")
	before := d.view()
	d.keys("s")
	if d.view() != before {
		t.Error("the key that was given away still sorts")
	}
	d.keys("H")
	d.sees("o", "Sort by the next column", "ctrl+o", "Open its page of the AWS console", "Z", "Refresh: list again")
}

func TestOwnPresetsStandInPlaceOfTheOthers(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) {
		c.Presets = []model.Preset{{Key: '3', Name: "of fraud", Filter: "fraud"}}
	})
	d.keys("3")
	d.sees("/ fraud")
	d.keys("8")
	d.sees("/ status:failed")
	d.keys("esc", "?")
	d.sees("Show of fraud")
}

func TestAnAccountIsShownAsTheUserTellsItApart(t *testing.T) {
	look := []AccountLook{NewAccountLook("PROD-*", "red", "PROD")}
	d := loaded(t, 160, 40, func(c *Config) { c.Accounts = look })
	d.sees("prod-ml [PROD]")
	red := d.app.theme.Seq(kit.AccountTone("red")).On
	if got := strings.Count(d.app.View().Content, red+"prod-ml"); got == 0 {
		t.Error("the account is not red in the list")
	}
	d.send(tea.WindowSizeMsg{Width: 160, Height: 80})
	d.keys("enter", "enter")
	d.sees("prod-ml 111122223333 [PROD]")
	without := loaded(t, 160, 40, func(c *Config) { c.Accounts, c.NoColor = look, true })
	without.sees("prod-ml [PROD]")
	without.keys("b")
	without.sees("prod-ml 111122223333 [PROD]  6 notebooks")

	s := newStudioOf(t, 160, 40, func(c *Config) { c.Accounts = look }, nil)
	s.follow(s.keys("R"))
	s.sees("prod-ml 111122223333 [PROD] · eu-west-1")
	s.follow(s.keys("4", "a"))
	s.sees("Unlock writes to prod-ml 111122223333 [PROD]")
	s.follow(s.keys("111122223333", "enter"))
	s.sees("Where", "prod-ml 111122223333 [PROD] eu-west-1")
}

// TestTheHeaderNamesTheAccountOfThePage is about one that is not the first: the sign of
// another beside what is approved would lead astray.
func TestTheHeaderNamesTheAccountOfThePage(t *testing.T) {
	look := []AccountLook{NewAccountLook("prod-*", "red", "PROD")}
	s := newStudioOf(t, 160, 40, func(c *Config) { c.Accounts = look }, nil)
	s.sees("nbscope   prod-ml [PROD] 111122223333 +2")
	s.follow(s.keys("/", "'credit-risk-2024", "enter", "R"))
	s.sees("nbscope   777788889999 +2")
	s.seesNot("[PROD]")
}

// What an account is read-only for is told before its id is typed.
func TestAnAccountThatIsReadOnlyByConfigurationIsRefusedAtOnce(t *testing.T) {
	s := newStudioOf(t, 120, 40, func(c *Config) {
		c.Own = []OwnCommand{{Key: "ctrl+o", Title: "Stop it", Line: "echo ran", Background: true, Writes: true}}
	}, func(s *studio) { s.aws.ReadOnly = []string{uitest.Prod} })
	for _, keys := range [][]string{{"ctrl+o"}, {"R", "4", "a"}} {
		s.follow(s.keys(keys...))
		s.sees("account " + uitest.Prod + " is read-only by configuration (the setting is read-only)")
		s.seesNot("Unlock writes", "Type the id", "ran")
	}
}
