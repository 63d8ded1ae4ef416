package recreate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func (h *hosting) OpenRun(id string) tea.Cmd { return h.Note("open " + id) }
func (h *hosting) Scan(m model.Mode, only []model.Target) tea.Cmd {
	return h.Note(fmt.Sprint("scan ", m == model.Transition, " ", only))
}

// asked are the requests of a host since it was asked last.
func (h *hosting) asked() string {
	out := strings.Join(h.Asked, "; ")
	h.Asked = nil
	return out
}

// later keeps jobs for later.
type later struct {
	*hosting
	jobs []func(context.Context) kit.Intent
}

func (h *later) Job(_ string, work func(context.Context) kit.Intent) tea.Cmd {
	h.jobs = append(h.jobs, work)
	return nil
}

func TestTheJournalsAreReadAndWhatIsLostOfBatchesIsToldOnce(t *testing.T) {
	t.Parallel()
	b, h, disk := driven(t, named("gate", recreate.StepStart, recreate.PhaseGate, serving))
	disk.lost = errors.New("a batch cannot be read")
	b.Reread()
	if got := h.asked(); got != "" || b.loaded {
		t.Errorf("before the first reading it is asked %q", got)
	}
	for i, want := range []string{"job runs; runs changed; say a batch cannot be read", "job runs; runs changed"} {
		b.Read()
		if got := h.asked(); got != want || !b.loaded || b.problem != nil || len(b.order) != 1 {
			t.Errorf("reading %d: asked %q, %d runs, %+v", i, got, len(b.order), b.problem)
		}
	}
	disk.unread = errors.New("no journals")
	for name, read := range map[string]func() tea.Cmd{"runs": b.Read, "runs, what is new": b.Reread} {
		b.problem = nil
		read()
		if got := h.asked(); got != "job "+name+"; runs changed" || b.problem == nil || b.problem.Message != "no journals" {
			t.Errorf("%s: asked %q, %+v", name, got, b.problem)
		}
	}
	disk.unread, disk.lost = nil, nil
	for i, want := range []string{"job runs, what is new; runs changed", "job runs, what is new"} { // what is not on disk is gone
		b.Reread()
		if got := h.asked(); got != want || b.problem != nil || len(b.order) != 0 {
			t.Errorf("rereading %d: asked %q, %d runs, %+v", i, got, len(b.order), b.problem)
		}
	}
	b, h, _ = driven(t)
	b.Read()
	if got := h.asked(); got != "job runs; runs changed" {
		t.Errorf("where nothing is lost: asked %q", got)
	}
	b.cfg.Driver = nil
	b.Read()
	b.Reread()
	if got := h.asked(); got != "" {
		t.Errorf("without journals it is asked %q", got)
	}
}

func TestALateReadingOfTheJournalsIsDropped(t *testing.T) {
	t.Parallel()
	b, h, _ := driven(t, named("gate", recreate.StepStart, recreate.PhaseGate, serving))
	kept := &later{hosting: h}
	b.host = kept
	b.Read()
	b.Read()
	for i, want := range []string{"", "runs changed"} {
		kit.Perform(kept, kept.jobs[i](context.Background()))
		if got := h.asked(); got != want {
			t.Errorf("answer %d: asked %q, want %q", i, got, want)
		}
	}
}

func TestTheRunThatWasAskedForIsOpenedOnce(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"": "", "none": "say there is no run none", "gate": "open gate", "left": "open left; say the program is ending; runs changed",
	} {
		left := named("left", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false })
		b, h, _ := driven(t, left, named("gate", recreate.StepStart, recreate.PhaseGate, serving))
		b.resume = id
		for _, want := range []string{want, ""} {
			b.resumeAsked()
			if got := h.asked(); got != want {
				t.Errorf("%q: asked %q, want %q", id, got, want)
			}
		}
	}
}

// startedDriver has a driver take in what is decided, and do nothing about it.
func startedDriver(t *testing.T, b *Runs, disk *onDisk) {
	t.Helper()
	b.cfg.Driver = drive.New(drive.Config{Runs: disk, Writes: b.cfg.Recreator.(*uitest.Recreator), Now: uitest.Noon, Spawn: func(func()) {}})
	if err := b.cfg.Driver.Load(); err != nil {
		t.Fatal(err)
	}
	b.cfg.Driver.Start(t.Context())
}

func TestAPlanIsBegunWhereNothingIsInTheWay(t *testing.T) {
	t.Parallel()
	owned := []recreate.Check{{Result: recreate.Fail, Owner: true}}
	for name, c := range map[string]struct {
		change func(*draft)
		begun  bool
	}{
		"nothing in the way": {func(*draft) {}, true},
		"owned":              {func(d *draft) { d.checks = owned }, true},
		"no plan":            {func(d *draft) { d.plan = nil }, false},
		"begun already":      {func(d *draft) { d.beginning = true }, false},
		"begun and owned":    {func(d *draft) { d.beginning, d.checks = true, owned }, false},
		"no place":           {func(d *draft) { d.left = "no place" }, false},
		"not checked":        {func(d *draft) { d.checked = false }, false},
	} {
		b, h, disk := driven(t)
		startedDriver(t, b, disk)
		d, _, _ := checkedDraft(nil)
		d.ports.book = b
		c.change(d)
		was, want := d.beginning, ""
		if c.begun {
			want = "work"
		}
		intentBegin{draft: d}.Do(h)
		if got := h.asked(); got != want || d.beginning != (was || c.begun) || (b.begun["7f3c"] == d) != c.begun {
			t.Errorf("%s: asked %q, beginning %v, begun %v", name, got, d.beginning, b.begun)
		}
	}
	b, h, disk := driven(t)
	d, _, _ := checkedDraft(nil)
	d.ports.book = b
	intentBegin{draft: d}.Do(h)
	if got := h.asked(); got != "say the program is ending" || d.beginning || len(b.begun) != 0 {
		t.Errorf("at the end of the program: asked %q, beginning %v", got, d.beginning)
	}
	startedDriver(t, b, disk)
	started := b.cfg.Driver
	b.cfg.Driver = nil
	intentBegin{draft: d}.Do(h)
	b.cfg.Driver = started
	if got := h.asked(); got != "" || d.beginning {
		t.Errorf("without journals: asked %q", got)
	}
}

func TestADecisionIsHandedToItsRunOnce(t *testing.T) {
	t.Parallel()
	r := named("left", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false })
	b, h, disk := driven(t, r)
	resume := intentDecide{run: r, event: recreate.Event{Kind: recreate.EventResumed}}
	for _, want := range []string{"say the program is ending; runs changed", "say the program is ending; runs changed"} {
		resume.Do(h)
		if got := h.asked(); got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
	}
	startedDriver(t, b, disk)
	for _, want := range []string{"runs changed", ""} {
		resume.Do(h)
		if got := h.asked(); got != want || !r.Deciding {
			t.Errorf("asked %q, want %q; deciding %v", got, want, r.Deciding)
		}
	}
}

func TestWritesAreUnlockedWhereTheyCanBe(t *testing.T) {
	t.Parallel()
	then := func(byItself bool) kit.Intent {
		return kit.Func(func(h kit.Host) tea.Cmd { return h.Say(0, fmt.Sprint("by itself ", byItself)) })
	}
	for name, c := range map[string]struct {
		change func(*uitest.Recreator)
		want   string
		asks   bool
	}{
		"locked":    {func(*uitest.Recreator) {}, "", true},
		"open":      {func(r *uitest.Recreator) { r.Unlocked[uitest.Prod] = true }, "say by itself true", false},
		"read-only": {func(r *uitest.Recreator) { r.ReadOnly = []string{uitest.Prod} }, "say account " + uitest.Prod + " is read-only by configuration (the setting is read-only)", false},
	} {
		b, h, _ := driven(t)
		c.change(b.cfg.Recreator.(*uitest.Recreator))
		h.shown = nil
		intentWrite{gates: b.gates, account: uitest.Prod, what: "decide", byItself: true, then: then}.Do(h)
		if got := h.asked(); got != c.want || (h.shown != nil) != c.asks {
			t.Errorf("%s: asked %q, shown %T", name, got, h.shown)
		}
	}
}

func TestWhatWentWrongWithARunIsToldUntilItGoesOn(t *testing.T) {
	t.Parallel()
	busy := named("busy", recreate.StepStart, recreate.PhaseAct, flies(recreate.EffectStart, time.Second, recreate.Progress{}))
	gate := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	b, h, _ := driven(t)
	b.runs = map[string]*liveRun{"busy": busy, "gate": gate}
	for i, step := range []struct {
		notice drive.Notice
		want   string
	}{
		{drive.Notice{ID: "busy"}, ""},
		{drive.Notice{ID: "busy", Problem: errors.New("no room"), Progress: true}, ""},
		{drive.Notice{ID: "busy", Problem: errors.New("no room")}, "say no room"},
		{drive.Notice{ID: "other"}, ""},
		{drive.Notice{ID: "busy", Progress: true}, ""},
		{drive.Notice{ID: "busy"}, "unsay no room"},
		{drive.Notice{ID: "other", Problem: errors.New("gone")}, "say gone"},
		{drive.Notice{ID: "gate"}, "say n-gate: waits for you: approve start source"},
		{drive.Notice{ID: "other"}, "unsay gone"},
	} {
		b.heard(&step.notice)
		if got := h.asked(); got != step.want {
			t.Errorf("notice %d: asked %q, want %q", i, got, step.want)
		}
	}
	b.looks = &looks{under: map[string]bool{"gate": true}}
	b.heard(&drive.Notice{ID: "gate"})
	if got := h.asked(); got != "" {
		t.Errorf("while a gate waits for it: asked %q", got)
	}
}

func TestTheTargetOfWhatHasChangedSomethingIsScanned(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: uitest.Prod, Region: "eu-west-1"}
	scan := fmt.Sprint("scan true ", []model.Target{target})
	for kind, want := range map[recreate.EffectKind]string{
		recreate.EffectStart: scan, recreate.EffectDelete: scan, recreate.EffectWait: scan,
		recreate.EffectCopy: scan, recreate.EffectObserve: "", recreate.EffectSettle: "",
	} {
		b, h, _ := driven(t)
		landed := drive.Notice{Landed: &recreate.Effect{Kind: kind, Target: target}}
		b.lookAfter(&landed)
		if got := h.asked(); got != want {
			t.Errorf("%s: asked %q, want %q", kind, got, want)
		}
		b.world.Scan.Running = true
		b.lookAfter(&landed)
		b.world.Scan.Running = false
		b.lookAfter(&drive.Notice{})
		if got := h.asked(); got != "" {
			t.Errorf("%s, while a scan runs: asked %q", kind, got)
		}
	}
}

// TestARunTakesThePlaceOfItsPlan opens the pages of plans, one of which is begun or goes on.
func TestARunTakesThePlaceOfItsPlan(t *testing.T) {
	t.Parallel()
	r := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	for name, c := range map[string]struct {
		do        func(b *Runs, mine, other *draft)
		mine, was bool // the run is shown in place of the one plan; the plan is kept to be finished
	}{
		"begun":            {func(b *Runs, mine, _ *draft) { b.begun["gate"] = mine; b.entered("gate", r) }, true, false},
		"could not be":     {func(b *Runs, mine, _ *draft) { b.begun["gate"] = mine; b.entered("gate", nil) }, false, true},
		"another is begun": {func(b *Runs, mine, _ *draft) { b.begun["other"] = mine; b.entered("gate", r) }, false, true},
		"changed": {func(b *Runs, mine, other *draft) {
			mine.amends, other.amends = r, &liveRun{}
			b.heard(&drive.Notice{ID: "gate", Event: recreate.EventAmended})
		}, true, true},
		"could not be changed": {func(b *Runs, mine, _ *draft) {
			mine.amends = r
			b.heard(&drive.Notice{ID: "gate", Event: recreate.EventAmended, Problem: errors.New("no")})
		}, false, true},
		"approved, not changed": {func(b *Runs, mine, _ *draft) {
			mine.amends = r
			b.heard(&drive.Notice{ID: "gate", Event: recreate.EventApproved})
		}, false, true},
	} {
		b, h, _ := driven(t)
		b.runs = map[string]*liveRun{"gate": r}
		mine, other := &draft{beginning: true}, &draft{beginning: true}
		b.drafts[r.Run.Plan.Source.ARN] = mine
		pages := []*wizard{b.wizardOf(mine, nil), b.wizardOf(other, nil), b.wizardOf(nil, nil)}
		h.stacked = []kit.Screen{newRunsScreen(b.world, b, b.keys, plain(), b.ports), pages[0], pages[1], pages[2]}
		pages[0].follows = false
		c.do(b, mine, other)
		shows := []bool{pages[0].live == r, pages[1].live != nil, pages[2].live != nil}
		if _, kept := b.drafts[r.Run.Plan.Source.ARN]; !slices.Equal(shows, []bool{c.mine, false, false}) || pages[0].follows != c.mine || kept != c.was || pages[1].draft != other {
			t.Errorf("%s: it is shown by %v, and the plan kept %v", name, shows, kept)
		}
		if begun := name == "begun" || name == "could not be"; mine.beginning == begun || !other.beginning {
			t.Errorf("%s: it is still being begun: %v", name, mine.beginning)
		}
	}
}
