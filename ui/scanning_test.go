package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui/uitest"
)

func TestWhatAnOlderScanStillSaysIsDropped(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	old := d.app.inv.Generation()
	d.keys("r")
	late := model.Batch{Generation: old, Notebooks: []*model.Notebook{uitest.Notebook(1, "ghost", uitest.Prod, "eu-west-1", nil)}}
	d.send(batchMsg{[]model.Batch{late}}, scanEndedMsg{generation: old})
	d.seesNot("ghost")
	if !d.app.world.Scan.Running {
		t.Error("the end of the old scan ended the new one")
	}
}

func TestRefreshAndFullScanAskForTheRightMode(t *testing.T) {
	d := loaded(t, 120, 40, nil).withPump()
	d.run(d.keys("r"))
	d.run(d.keys("ctrl+r"))
	waitFor(t, func() bool {
		return len(d.scanner.asked()) == 2 || len(d.scanner.asked()) == 1 && d.scanner.asked()[0].Mode == model.Full
	})
	asked := d.scanner.asked()
	last := asked[len(asked)-1]
	if last.Mode != model.Full || len(last.Only) != 0 || last.Generation != d.app.inv.Generation() {
		t.Errorf("the last scan is %+v", last)
	}
	if n := len(last.Known[model.Target{Account: uitest.Prod, Region: "eu-west-1"}]); n == 0 {
		t.Error("the scan does not know what is known")
	}
}

// waitFor yields until a goroutine has done its part.
func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		<-time.After(2 * time.Millisecond)
	}
	t.Fatal("it never happened")
}

func TestNotebooksInTransitionAreLookedAtAgainQuietly(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	before, _, _ := strings.Cut(d.view(), "\n")
	cmd := d.send(dueMsg{timerTransition, d.app.clock.newest[timerTransition]})
	if cmd == nil || !d.app.world.Scan.Quiet() {
		t.Fatal("no scan of what is in transition")
	}
	if after, _, _ := strings.Cut(d.view(), "\n"); after != before {
		t.Errorf("the header moves:\n%s\n%s", before, after)
	}
	d.withPump()
	d.run(cmd)
	waitFor(t, func() bool { return len(d.scanner.asked()) == 1 })
	req := d.scanner.asked()[0]
	if req.Mode != model.Transition || len(req.Only) != 2 {
		t.Errorf("asked %v of %v, want the two targets with notebooks in transition", req.Mode, req.Only)
	}
}

func TestATimerThatWasSetAnewDoesNotCount(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	old := d.app.clock.newest[timerTransition]
	d.app.clock.arm(timerTransition)
	d.send(dueMsg{timerTransition, old})
	if d.app.world.Scan.Running {
		t.Error("an old timer started a scan")
	}
}

func TestStoppingAScanSaysSoAndKeepsNothing(t *testing.T) {
	saved := false
	d := newRig(t, 120, 40, func(c *Config) {
		c.Save = func(context.Context, []model.Identity, []*model.Notebook) error { saved = true; return nil }
	})
	d.feed(uitest.SmallWorld())
	d.keys("ctrl+x")
	d.sees("the scan was stopped")
	d.withPump().run(d.app.scans.keep()) // what a finished scan would do
	if !saved {
		t.Fatal("a finished scan is not kept at all")
	}
	saved = false
	d.finish()
	if saved {
		t.Error("a scan that was stopped was kept for the next start")
	}
}

func TestAnInventoryThatCannotBeKeptIsTold(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) {
		c.Save = func(context.Context, []model.Identity, []*model.Notebook) error { return errors.New("disk full") }
	}).withPump()
	d.run(d.app.scans.keep())
	d.sees("could not be kept", "disk full")
}

func TestWhatTheCacheBroughtOfOtherTargetsIsForgotten(t *testing.T) {
	gone := uitest.Notebook(1, "not-scanned-any-more", uitest.Prod, "af-south-1", nil)
	unsigned := uitest.Notebook(2, "kept-of-another-account", "999900001111", "eu-west-1", nil)
	d := loaded(t, 120, 40, func(c *Config) { c.Cached = []*model.Notebook{gone, unsigned} })
	d.seesNot("not-scanned-any-more")
	d.sees("kept-of-another-account", "1 stale")
}

func TestALateCacheIsWaitedForAndShown(t *testing.T) {
	d := newRig(t, 120, 40, func(c *Config) { c.Late = func() Late { return Late{} } })
	if d.app.world.Scan.Running {
		t.Fatal("the scan does not wait for the cache")
	}
	old := uitest.Notebook(1, "from-the-cache", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.SeenAt = uitest.Noon().Add(-3 * time.Hour) })
	d.send(lateMsg{Late{Identities: uitest.Identities(), Cached: []*model.Notebook{old}, Notices: []string{"one file was set aside"}}})
	d.sees("from-the-cache", "1 stale, 3h", "one file was set aside")
	if !d.app.world.Scan.Running {
		t.Error("no scan follows the cache")
	}
}

func TestAScanThatBrokeOffIsTold(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	d.send(scanEndedMsg{generation: d.app.inv.Generation(), crash: "index out of range"})
	d.sees("The scan stopped early: index out of range", "r scans again")
}

func TestASignInThatFailsIsToldWithItsRemedyAlthoughRowsAreThere(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("r")
	b := uitest.SmallWorld()
	b.Problems = []model.Problem{{Kind: model.KindSSOExpired, Profile: "prod", Message: "the SSO session has expired", Hint: "aws sso login --profile prod"}}
	d.feed(b)
	d.seesNot("aws sso login")
	d.finish()
	d.sees("✗ prod: the SSO session has expired; aws sso login --profile prod")
}

func TestAProblemThatBeginsWithARNsIsToldByItsHint(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("r")
	b := uitest.SmallWorld()
	b.Problems = []model.Problem{{Kind: model.KindDenied, Profile: "mfa", Message: "User: arn:aws:iam::111122223333:user/ana is not authorized", Hint: "the role must trust you"}}
	d.feed(b)
	d.finish()
	d.sees("✗ mfa: the role must trust you")
	d.keys("tab", "tab")
	d.sees("the role must trust you", "User: arn:aws:iam::111122223333:user/ana")
}

func TestTargetsOfAStoppedScanAreNotSaidToHaveFailed(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("ctrl+r", "ctrl+x")
	b := uitest.SmallWorld()
	b.Targets[3].State, b.Targets[4].State = model.StateCanceled, model.StateCanceled
	d.feed(b)
	d.finish()
	d.sees("9/12 ", "▲ 2", "1 forbidden")
	if head, _, _ := strings.Cut(d.view(), "\n"); strings.Contains(head, "failed") {
		t.Errorf("the header is %q", head)
	}
}

func TestAScanStoppedAtOnceSaysSo(t *testing.T) {
	d := newRig(t, 80, 24, nil)
	d.keys("ctrl+x")
	d.finish()
	d.sees("The scan was stopped before a notebook was found.", "0 of 0 targets answered", "r scans again")
}

func TestAWaitSaysForHowLong(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	d.sees("signing in")
	d.seesNot("0/0")
	d.clock.Pass(7 * time.Second)
	d.send(dueMsg{timerSpin, d.app.clock.newest[timerSpin]})
	d.sees("signing in for 7s", "for 7s   shift+tab shows the targets")
	d.feed(model.Batch{Identities: uitest.Identities(), Targets: []model.TargetStatus{{Target: model.Target{Account: uitest.Prod, Region: "eu-west-1"}, State: model.StateListing}}})
	d.sees("0/1 targets for 7s")
	d.finish()
	d.seesNot("for 7s")
}
