package ui

import (
	"fmt"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// TestTheHeaderWarnsOnceAScanIsOverAndNotAllWasSeen has a scan that runs, one that never
// was, and one that is over, each with all and with less.
func TestTheHeaderWarnsOnceAScanIsOverAndNotAllWasSeen(t *testing.T) {
	t.Parallel()
	all, less := model.Coverage{Targets: 2, Answered: 2}, model.Coverage{Targets: 2, Answered: 1, Failed: 1}
	over := uitest.Noon()
	a := newRig(t, 120, 30, nil).app
	for _, c := range []struct {
		scan     kit.ScanState
		coverage model.Coverage
		want     theme.Tone
	}{
		{kit.ScanState{}, all, theme.Normal}, {kit.ScanState{}, less, theme.Normal}, {kit.ScanState{Running: true, Ended: over}, less, theme.Normal},
		{kit.ScanState{Running: true}, less, theme.Normal}, {kit.ScanState{Ended: over}, all, theme.Normal}, {kit.ScanState{Ended: over}, less, theme.Warn},
	} {
		a.world.Scan = c.scan
		if got := (drawing{a}).coverageTone(c.coverage); got != c.want {
			t.Errorf("%+v of a scan that runs %v, ended %v: %s, want %s", c.coverage, c.scan.Running, !c.scan.Ended.IsZero(), uitest.ToneName(got), uitest.ToneName(c.want))
		}
	}
}

// TestWhatIsStaleIsCountedWithTheOldest has notebooks that a scan did not find, that were
// confirmed, and that only an index names.
func TestWhatIsStaleIsCountedWithTheOldest(t *testing.T) {
	t.Parallel()
	seen := func(ago time.Duration, stale, indexed bool) *model.Notebook {
		return &model.Notebook{Stale: stale, Indexed: indexed, SeenAt: uitest.Noon().Add(-ago)}
	}
	for _, c := range []struct {
		rows []*model.Notebook
		want string
	}{
		{nil, "0"}, {[]*model.Notebook{seen(time.Hour, false, false), seen(time.Hour, false, true), seen(time.Hour, true, true)}, "0"},
		{[]*model.Notebook{seen(time.Hour, true, false)}, "1 1h0m0s"},
		{[]*model.Notebook{seen(time.Hour, true, false), seen(3*time.Hour, true, false), seen(2*time.Hour, true, false), seen(9*time.Hour, false, false)}, "3 3h0m0s"},
	} {
		got := stalenessOf(&kit.World{Now: uitest.Noon(), Started: uitest.Noon(), Rows: c.rows})
		words := fmt.Sprint(got.count)
		if !got.since.IsZero() {
			words += " " + uitest.Noon().Sub(got.since).String()
		}
		if words != c.want {
			t.Errorf("of %d notebooks stale are %q, want %q", len(c.rows), words, c.want)
		}
	}
}

// TestTheHeaderSaysHowLongAScanIsAwaited from its third second on, and which way what is
// done with is counted.
func TestTheHeaderSaysHowLongAScanIsAwaited(t *testing.T) {
	t.Parallel()
	a := newRig(t, 120, 30, nil).app
	said := func(c model.Coverage) string {
		out := ""
		for _, s := range (drawing{a}).targetSpans(c) {
			out += s.Text
		}
		return out
	}
	if !a.scans.scanStoppable() {
		t.Fatal("no scan runs")
	}
	for waited, want := range map[time.Duration]string{0: "", 2*time.Second - 1: "", 2 * time.Second: " for 2s", time.Minute: " for 1m00s"} {
		a.world.Now = a.world.Scan.Began.Add(waited)
		if got := said(model.Coverage{}); got != "signing in"+want {
			t.Errorf("after %s: %q", waited, got)
		}
		if got := said(model.Coverage{Targets: 12, Answered: 3, Failed: 2}); got != " 5/12 targets"+want {
			t.Errorf("after %s: %q", waited, got)
		}
	}
}
