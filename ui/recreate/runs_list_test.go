package recreate

import (
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
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// hosting is a host of runs that keeps what it is asked.
type hosting struct {
	showing
	front   kit.Screen
	stacked []kit.Screen
	offers  []Offer
	closed  int
}

func (h *hosting) Front() kit.Screen     { return h.front }
func (h *hosting) Stacked() []kit.Screen { return h.stacked }
func (h *hosting) Close(kit.Screen)      { h.closed++ }
func (h *hosting) Theme() *theme.Theme   { return plain() }
func (h *hosting) Frame() int            { return 0 }
func (h *hosting) Offer(o Offer) tea.Cmd { h.offers = append(h.offers, o); return nil }
func (h *hosting) Work() tea.Cmd         { return h.Note("work") }
func (h *hosting) RunsChanged() tea.Cmd  { return h.Note("runs changed") }
func (h *hosting) Unsay(s string)        { h.Note("unsay " + s) }

// bookOf is the runs of a program that shows these.
func bookOf(all ...*liveRun) (*Runs, *hosting) {
	h := &hosting{}
	b := New(Config{Now: uitest.Noon, Recreator: uitest.NewRecreator()}, h, &kit.World{Now: uitest.Noon(), Inventory: model.NewInventory()}, kit.DefaultKeyMap())
	b.runs = map[string]*liveRun{}
	for _, r := range all {
		r.book, b.runs[r.ID], b.order = b, r, append(b.order, r)
	}
	return b, h
}

// named is a run of its own id and source that stands at a step.
func named(id string, kind recreate.StepKind, phase recreate.Phase, change func(*liveRun)) *liveRun {
	return standing(kind, phase, func(r *liveRun) {
		arn := "arn:aws:sagemaker:eu-west-1:" + uitest.Prod + ":notebook-instance/n-" + id
		r.ID, r.Run.Plan.RunID, r.Run.Plan.Source.Name, r.Run.Plan.Source.ARN = id, id, "n-"+id, arn
		if change != nil {
			change(r)
		}
	}).live
}

// someRuns are runs of every kind.
func someRuns() []*liveRun {
	return []*liveRun{
		named("failed", recreate.StepStop, recreate.PhaseFailed, serving),
		named("gate", recreate.StepStart, recreate.PhaseGate, serving),
		named("left", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false }),
		named("busy", recreate.StepStart, recreate.PhaseAct, flies(recreate.EffectStart, time.Second, recreate.Progress{})),
		named("kept", recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r); r.Run.Plan.Cost.KeptPerMonth = new(7.5) }),
		named("there", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false; r.Kept.HeldBy = "process 7" }),
		named("over", recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { serving(r); over(r, recreate.OutcomeClosed) }),
	}
}

// listOf is the list of these runs.
func listOf(all ...*liveRun) (*runsScreen, *Runs, *hosting) {
	b, h := bookOf(all...)
	s := newRunsScreen(b.world, b, b.keys, plain(), b.ports)
	s.Resize(120, 30)
	s.Sync()
	h.front = s
	return s, b, h
}

func TestTheListOfRunsCountsThem(t *testing.T) {
	s, b, _ := listOf(someRuns()...)
	head := func() string {
		left, right, cursor := s.Headline(80)
		if cursor != -1 {
			t.Errorf("a cursor stands at %d", cursor)
		}
		return strings.Join(uitest.Spans(append(left, right...)), " ")
	}
	if got, want := head(), "strong| Runs  normal|7 busy|  ◐ 1 under way dim|  ○ 1 kept warn|  ◆ 3 waiting for you normal| "; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	s.mark()
	s.mark()
	if got := head(); !strings.HasPrefix(got, "strong| Runs  normal|7 accent|  2 marked busy|") || fmt.Sprint(names(s.marked())) != "[failed gate]" {
		t.Errorf("it is %q, marked %q", got, names(s.marked()))
	}
	if s.current().ID != "left" {
		t.Errorf("marking leads to %s", s.current().ID)
	}
	s.markAll()
	if got := names(s.marked()); !slices.Equal(got, []string{"failed", "gate", "left", "busy", "kept", "there"}) {
		t.Errorf("marked are %q", got)
	}
	if s.backWord() != "clear marks" || s.back() != nil || len(s.marked()) != 0 {
		t.Errorf("esc is %q, and leaves %q", s.backWord(), names(s.marked()))
	}
	if _, pops := s.back().(kit.Pop); !pops || s.backWord() != "" {
		t.Errorf("esc is %q", s.backWord())
	}
	if !slices.Equal(b.Busy(), []string{"n-busy"}) || b.Waiting() != 3 || !s.Moving() {
		t.Errorf("busy are %q, waiting %d, moving %v", b.Busy(), b.Waiting(), s.Moving())
	}
	b.order = nil
	s.Sync()
	if got := head(); got != "strong| Runs  normal|0 normal| " || s.current() != nil || s.open() != nil || s.Facts() != nil || s.Moving() {
		t.Errorf("without runs it is %q", got)
	}
}

func names(all []*liveRun) (out []string) {
	for _, r := range all {
		out = append(out, r.ID)
	}
	return out
}

// TestWhatCanBeDecidedFromTheList asks for each run and decision.
func TestWhatCanBeDecidedFromTheList(t *testing.T) {
	s, _, _ := listOf(someRuns()...)
	created := named("back", recreate.StepStop, recreate.PhaseAct, func(r *liveRun) { serving(r); r.Held = false })
	gone := named("gone", recreate.StepStop, recreate.PhaseAct, func(r *liveRun) { serving(r); r.Held, r.Run.Source = false, nil })
	last := named("delete", recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r); r.Held = false })
	kinds := []recreate.EventKind{recreate.EventApproved, recreate.EventAttested, recreate.EventRollback, recreate.EventClosed, recreate.EventHalted, recreate.EventRetry, recreate.EventResumed}
	want := map[string]string{
		"failed": "retry closed resumed", "gate": "approved closed resumed", "left": "closed", "busy": "halted", "kept": "approved closed resumed", "there": "", "over": "",
		"back": "rollback closed", "gone": "closed", "delete": "approved rollback closed",
	}
	gates := map[string]string{"gate": "approved", "kept": "approved", "delete": "approved"}
	for _, r := range append(slices.Clone(s.book.order), created, gone, last) {
		var can []string
		for _, k := range kinds {
			if s.decidable(r, k) {
				can = append(can, string(k))
			}
		}
		slices.Sort(can)
		sorted := strings.Fields(want[r.ID])
		slices.Sort(sorted)
		if !slices.Equal(can, sorted) {
			t.Errorf("%s: %q can be decided, want %q", r.ID, can, sorted)
		}
		if got := string(s.gateOf(r)); got != gates[r.ID] {
			t.Errorf("%s: its gate is %q, want %q", r.ID, got, gates[r.ID])
		}
	}
	if s.decidable(nil, recreate.EventClosed) {
		t.Error("something can be decided about no run")
	}
	copying := named("copy", recreate.StepCopy, recreate.PhaseGate, serving)
	if got := s.gateOf(copying); got != recreate.EventAttested {
		t.Errorf("the gate of a copy is %q", got)
	}
	lost := named("lost", recreate.StepCopy, recreate.PhaseGate, func(r *liveRun) { r.Run.Created = true })
	if got := s.gateOf(lost); got != "" {
		t.Errorf("the gate of a copy to nothing is %q", got)
	}
}

func TestTheListOfRunsSaysWhatEveryOneCosts(t *testing.T) {
	s, _, _ := listOf(someRuns()...)
	s.world.Now = uitest.Noon().Add(3 * time.Hour)
	fields := s.fields()
	cells := func(r *liveRun) string {
		var out []string
		for _, f := range fields {
			c := f.Cell(r)
			out = append(out, uitest.ToneName(c.Tone)+"|"+c.Text)
		}
		return strings.Join(out, " ")
	}
	if got, want := cells(s.book.order[4]), "normal|n-kept normal|○ stopped and kept normal|churn-model-train-net normal|off → on normal|"+uitest.Prod+" normal|eu-west-1 normal|$7.50 normal|3h"; got != want {
		t.Errorf("a kept one is %q, want %q", got, want)
	}
	s.book.order[6].Run.Plan.Cost.KeptPerMonth = new(7.5)
	if got, want := cells(s.book.order[6]), "dim|n-over dim|· closed dim|churn-model-train-net dim|off → on dim|"+uitest.Prod+" dim|eu-west-1 dim| dim|3h"; got != want {
		t.Errorf("what is over is %q, want %q", got, want)
	}
	src, spec := uitest.Snapshot("x", func(s *recreate.Snapshot) { s.DirectInternet = "" }), recreate.Spec{DirectInternet: model.Enabled}
	if got := turned(&src, &spec, ">"); got != "? > on" {
		t.Errorf("an unknown one is %q", got)
	}
	src = uitest.Snapshot("x", func(s *recreate.Snapshot) { s.SubnetID, s.DirectInternet = "", model.Enabled })
	spec.DirectInternet = model.Enabled
	if got := turned(&src, &spec, ">"); got != "> VPC" {
		t.Errorf("into a VPC is %q", got)
	}
}

func TestARunIsResumedAloneOrWithOthers(t *testing.T) {
	s, _, _ := listOf(append(someRuns(), named("left too", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false }))...)
	if got := names(s.resumable()); !slices.Equal(got, []string{"left", "left too"}) || s.resumeWord() != "all 2" {
		t.Errorf("%q are resumed: %q", got, s.resumeWord())
	}
	s.mark()
	if len(s.resumable()) != 0 || s.resumeWord() != "0 marked" {
		t.Errorf("%q are resumed: %q", names(s.resumable()), s.resumeWord())
	}
	s.table.MoveToKey("left")
	s.mark()
	if got := names(s.resumable()); !slices.Equal(got, []string{"left"}) || s.resumeWord() != "1 marked" {
		t.Errorf("%q are resumed: %q", got, s.resumeWord())
	}
	r := named("left", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false })
	if got := rollbackName(&r.Run); got != "Roll back" {
		t.Errorf("nothing is removed by %q", got)
	}
	serving(r)
	if got := rollbackName(&r.Run); got != "Roll back: remove the replacement" {
		t.Errorf("it is removed by %q", got)
	}
}

// TestATabAndATitleSayWhatWaits looks at the mark of the tab and the window's title.
func TestATabAndATitleSayWhatWaits(t *testing.T) {
	all := someRuns()
	for name, c := range map[string]struct {
		runs  []*liveRun
		title string
		state tea.ProgressBarState
		value int
	}{
		"none":      {nil, "", tea.ProgressBarNone, 0},
		"kept":      {all[4:5], "", tea.ProgressBarNone, 0},
		"busy":      {all[3:5], "", tea.ProgressBarIndeterminate, 0},
		"one waits": {all[1:2], "◆ n-gate waits for you: approve start source - ", tea.ProgressBarWarning, 100},
		"two wait":  {all[1:4], "◆ n-gate waits for you: approve start source +1 - ", tea.ProgressBarWarning, 100},
		"all":       {all, "◆ n-failed stop source failed +2 - ", tea.ProgressBarError, 100},
	} {
		b, _ := bookOf(c.runs...)
		bar := b.Progress()
		if c.state == tea.ProgressBarNone {
			if bar != nil {
				t.Errorf("%s: the tab has %+v", name, bar)
			}
		} else if bar == nil || bar.State != c.state || bar.Value != c.value {
			t.Errorf("%s: the tab has %+v", name, bar)
		}
		if got := b.Title(); got != c.title {
			t.Errorf("%s: the title is %q, want %q", name, got, c.title)
		}
	}
}

func TestTheNotebooksOfARunAreFoundInTheList(t *testing.T) {
	const prefix = "arn:aws:sagemaker:eu-west-1:" + uitest.Prod + ":notebook-instance/"
	made := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	notes := noteRuns([]*liveRun{
		made, named("left", recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false }),
		named("over", recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { over(r, recreate.OutcomeClosed) }),
	})
	var got []string
	for arn, n := range notes {
		got = append(got, strings.Join([]string{arn, n.ID, n.Role, n.Words, uitest.ToneName(n.Tone)}, "|"))
	}
	slices.Sort(got)
	if d := uitest.Differ(got, []string{
		prefix + "churn-model-train-net|gate|replacement|waits for you: approve start source|accent",
		prefix + "n-gate|gate|source|waits for you: approve start source|accent", prefix + "n-left|left|source|interrupted at start source|warn",
	}); d != "" {
		t.Error(d)
	}
	first, second := named("1", recreate.StepStart, recreate.PhaseGate, nil), named("2", recreate.StepStop, recreate.PhaseGate, nil)
	second.Run.Plan.Source.ARN = first.Run.Plan.Source.ARN
	if n := noteRuns([]*liveRun{first, second})[prefix+"n-1"]; n.ID != "1" {
		t.Errorf("of two runs of a notebook %s is shown", n.ID)
	}
}

// TestARunThatIsShownStaysTheSameOne takes newer snapshots.
func TestARunThatIsShownStaysTheSameOne(t *testing.T) {
	b, _ := bookOf(someRuns()...)
	was := b.runs["gate"]
	b.took([]drive.Snapshot{{ID: "new"}, {ID: "gate", Deciding: true}}, b)
	if len(b.runs) != 2 || b.runs["gate"] != was || !was.Deciding || b.order[1] != was || b.runs["new"].book != b {
		t.Errorf("the runs are %+v", b.order)
	}
	if r := b.of(""); r != b.runs["new"] {
		t.Errorf("the run is %+v", r)
	}
	was.Run.Outcome = recreate.OutcomeDone
	was.Run.Plan.Source.ARN = "arn:gate"
	if b.of("arn:gate") != nil {
		t.Error("a run that is over is gone on with")
	}
}

// TestARunThatStopsIsHeard tells of runs whose page is in front, or is not.
func TestARunThatStopsIsHeard(t *testing.T) {
	for name, c := range map[string]struct {
		run  *liveRun
		want string
	}{
		"it waits":   {named("gate", recreate.StepStart, recreate.PhaseGate, serving), "[say n-gate: waits for you: approve start source]"},
		"it failed":  {named("failed", recreate.StepStop, recreate.PhaseFailed, serving), "[say n-failed: stop source failed]"},
		"it is over": {named("over", recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { serving(r); over(r, recreate.OutcomeClosed) }), "[say n-over: closed]"},
		"it goes on": {named("busy", recreate.StepStart, recreate.PhaseAct, flies(recreate.EffectStart, time.Second, recreate.Progress{})), "[]"},
	} {
		b, h := bookOf(c.run)
		rings := b.notify(c.run) != nil
		if fmt.Sprint(h.Asked) != c.want || rings != (c.want != "[]") {
			t.Errorf("%s: asked %q, rings %v", name, h.Asked, rings)
		}
		w := b.wizardOf(nil, c.run)
		h.front, h.Asked = w, nil
		b.notify(c.run)
		if len(h.Asked) != 0 {
			t.Errorf("%s: its own page tells %q", name, h.Asked)
		}
	}
	r := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	b, h := bookOf(r)
	r.then = recreate.EventApproved
	b.notify(r)
	if len(h.offers) != 1 || h.offers[0].What != "approve: start source, n-gate" || !h.offers[0].Valid() || r.then != "" || len(h.Asked) != 0 {
		t.Errorf("offered %+v, told %q", h.offers, h.Asked)
	}
	for kind, want := range map[recreate.EventKind]string{recreate.EventRollback: "roll back, n-gate", recreate.EventClosed: "end the run, n-gate", recreate.EventRetry: "decide, n-gate"} {
		h.offers = nil
		b.offerDecision(r, kind)
		if h.offers[0].What != want {
			t.Errorf("%s is offered as %q, want %q", kind, h.offers[0].What, want)
		}
	}
}

func TestWhatTheScanHasShownIsListedWithItsPolicy(t *testing.T) {
	t.Parallel()
	b, _ := bookOf()
	n := uitest.Notebook(0, "churn", uitest.Prod, "eu-west-1", nil)
	b.world.Policy.Default = model.PolicyRestrict
	if got, p := b.listed(n.ARN); got != nil || p != "" {
		t.Errorf("before the scan it is %v by %q", got, p)
	}
	b.world.Inventory.Apply(model.Batch{Notebooks: []*model.Notebook{n}})
	if got, p := b.listed(n.ARN); got != n || p != model.PolicyRestrict {
		t.Errorf("it is %v by %q", got, p)
	}
}
