// Package recreate plans, approves and shows recreates: the plan in the making and its
// pages, the batch, the list of runs. Runs hands decisions to the driver.
package recreate

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// liveRun is a run on screen: the newest snapshot that the driver has given of it.
type liveRun struct {
	drive.Snapshot
	book *Runs
	then recreate.EventKind // the decision whose gate opens once AWS was looked at
	page kit.Screen         // where it was asked for
}

// Offer is a gate that opens by itself.
type Offer struct {
	On    kit.Screen // the page that it is about
	What  string     // a clause, such as "approve: stop source"
	Valid func() bool
	Open  func(byItself bool) kit.Intent
}

// Config is what recreates need from outside.
type Config struct {
	Recreator  Recreator            // nil: notebooks cannot be recreated here
	Driver     *drive.Driver        // of runs; nil: nothing can be changed here
	NewRunID   func() string        // an id that no other run has
	Transports []recreate.Transport // those that data can be moved by; by hand it always can
	Reach      []model.Destination  // places of the user's, beside those that everybody needs
	Keep       time.Duration        // how long new plans keep the stopped source; 0: recreate.DefaultKeep
	Resume     string               // the run to open at the start; "": none
	Now        func() time.Time
	// Advise judges what would better a notebook's network; nil: nobody to ask.
	Advise func(context.Context, *model.Notebook) (*model.Notebook, error)
}

// Host is what runs ask of the program around them, beside what any screen may.
type Host interface {
	kit.Host
	Front() kit.Screen     // the one shown
	Stacked() []kit.Screen // the pages that are open, the last one in front
	Close(s kit.Screen)    // takes a page that is open, and not in front, out of them
	Theme() *theme.Theme
	Frame() int            // of the sign that something is under way
	Offer(o Offer) tea.Cmd // opens a gate as soon as the user is not at something else
	Work() tea.Cmd         // starts the clock of what is under way
	RunsChanged() tea.Cmd  // draws what shows runs anew
	Unsay(s string)        // takes a sentence back that is not so any more
}

// env is what runs have around them.
type env struct {
	cfg   Config
	host  Host
	world *kit.World
	keys  kit.KeyMap
}

// Journaled reports whether there is a place for the journals of runs.
func (e *env) Journaled() bool { return e.cfg.Driver != nil && e.cfg.Driver.Journaled() }

// Writable reports whether this session may change something in an account.
func (e *env) Writable(account string) bool {
	return e.cfg.Driver != nil && e.cfg.Driver.Writable(account)
}

// Runs is every run that is shown: it hands decisions to the driver, and shows what
// comes of them.
type Runs struct {
	*env
	book
	shelf

	gates gates
	ports wizardPorts
	list  kit.Screen // nil where there is no place for journals

	resume string
	looks  *looks            // of runs that are decided about together, before their gate opens
	told   trouble           // the one that was told last
	begun  map[string]*draft // whose runs are being begun, by the run's id
}

// New returns what shows runs before any was read.
func New(cfg Config, h Host, w *kit.World, keys kit.KeyMap) *Runs {
	e := &env{cfg, h, w, keys}
	b := &Runs{env: e, shelf: shelf{env: e, drafts: map[string]*draft{}}, gates: gates{e}, resume: cfg.Resume, begun: map[string]*draft{}}
	b.ports = wizardPorts{
		aws: cfg.Recreator, advise: cfg.Advise, now: cfg.Now, frame: h.Frame, keep: cfg.Keep, can: cfg.Transports, own: cfg.Reach,
		runs: b.journals, names: w.Mentions, listed: b.listed, book: b, gates: b.gates,
	}
	if b.Journaled() {
		b.list = newRunsScreen(w, b, keys, h.Theme(), b.ports)
	}
	return b
}

// trouble is what went wrong with a run, as it was told.
type trouble struct{ run, says string }

// List is the screen of every run; nil where there is no place for journals.
func (b *Runs) List() kit.Screen { return b.list }

// book is the runs as the driver has told of them last.
type book struct {
	runs    map[string]*liveRun
	order   []*liveRun // what waits for the user first, then the newest
	loaded  bool
	problem *model.Problem
	id      int // of the newest reading of the journals, so that late ones are dropped
}

// took shows the driver's newest snapshots. A run that is on screen stays the same
// one.
func (b *book) took(all []drive.Snapshot, of *Runs) {
	before := b.runs
	b.runs, b.order = make(map[string]*liveRun, len(all)), make([]*liveRun, 0, len(all))
	for i := range all {
		r, ok := before[all[i].ID]
		if !ok {
			r = &liveRun{book: of}
		}
		r.Snapshot = all[i]
		b.runs[r.ID], b.order = r, append(b.order, r)
	}
}

// of is the run of a notebook that is not over, nil where there is none.
func (b *book) of(arn string) *liveRun {
	for _, r := range b.order {
		if !r.Over() && r.Run.Plan.Source.ARN == arn {
			return r
		}
	}
	return nil
}

// busy are the runs with something under way.
func (b *book) busy() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.UnderWay() {
			out = append(out, r)
		}
	}
	return out
}

// waiting are the runs that stand still until the user does something; those that
// may wait for days are not among them.
func (b *book) waiting() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.WaitsForUser() {
			out = append(out, r)
		}
	}
	return out
}

// Waiting is the number of runs that stand still until the user does something.
func (b *book) Waiting() int { return len(b.waiting()) }

// ToWaiting is the list of runs, with the cursor on the first that waits; nil where
// there is none.
func (b *Runs) ToWaiting() kit.Screen {
	if s, ok := b.list.(*runsScreen); ok {
		if all := b.waiting(); len(all) > 0 {
			s.table.MoveToKey(all[0].ID)
		}
	}
	return b.list
}

// Busy are the names of the notebooks whose runs have something under way.
func (b *book) Busy() []string {
	all := b.busy()
	out := make([]string, 0, len(all))
	for _, r := range all {
		out = append(out, r.Run.Plan.Source.Name)
	}
	return out
}

// Halt stops every run after the call that it makes.
func (b *Runs) Halt() tea.Cmd {
	var cmds []tea.Cmd
	for _, r := range b.busy() {
		if r.Can(recreate.EventHalted) {
			cmds = append(cmds, intentDecide{run: r, event: recreate.Event{Kind: recreate.EventHalted}}.Do(b.host))
		}
	}
	return tea.Batch(cmds...)
}

// LookAgain has runs look at AWS, those of them that are known.
func (b *Runs) LookAgain(ids []string) tea.Cmd {
	var cmds []tea.Cmd
	for _, id := range ids {
		if r, ok := b.runs[id]; ok {
			cmds = append(cmds, intentTakeUp{run: r}.Do(b.host))
		}
	}
	return tea.Batch(cmds...)
}

// offerDecision opens the gate that a run was taken up for.
func (b *Runs) offerDecision(r *liveRun, k recreate.EventKind) tea.Cmd {
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	what := decisionWord(k)
	if k == recreate.EventApproved {
		what = "approve: " + kit.LowerFirst(def.Title)
	}
	return b.host.Offer(Offer{
		On: r.page, What: what + ", " + r.Run.Plan.Source.Name, Valid: func() bool { return r.Can(k) },
		Open: func(byItself bool) kit.Intent { return b.gates.open(r, k, byItself) },
	})
}

// decisionWord is a decision, as a clause.
func decisionWord(k recreate.EventKind) string {
	switch k {
	case recreate.EventRollback:
		return "roll back"
	case recreate.EventClosed:
		return "end the run"
	case recreate.EventApproved, recreate.EventAttested, recreate.EventRetry, recreate.EventAmended, recreate.EventAccepted, recreate.EventResumed,
		recreate.EventHalted, recreate.EventDone, recreate.EventFailed, recreate.EventDoubted, recreate.EventRecopy, recreate.EventRerouted:
	}
	return "decide"
}

// Recreator is what a guided recreate needs to know of AWS. Errors are
// model.Problem. Nothing here changes anything but Presign, which makes a URL.
type Recreator interface {
	// Snapshot describes a notebook with its tags.
	Snapshot(ctx context.Context, t model.Target, name string) (recreate.Snapshot, error)
	// Facts asks everything that preflight rests on, side by side.
	Facts(ctx context.Context, source recreate.Snapshot, spec recreate.Spec) recreate.Facts
	// Choices lists the values that a field of the form can take; field is the
	// member of CreateNotebookInstance.
	Choices(ctx context.Context, source recreate.Snapshot, spec recreate.Spec, field string) ([]recreate.Choice, error)
	// Presign makes a URL that signs in to a notebook's Jupyter for a few minutes.
	// It is a secret. It needs writes to be unlocked.
	Presign(ctx context.Context, t model.Target, name string) (string, error)
	// Survey looks into the source of a plan, for what a copy would meet there. It signs
	// in to it, which needs writes to be unlocked.
	Survey(ctx context.Context, p *recreate.Plan) (recreate.Survey, error)
}

// How runs make themselves heard.

// notify tells that a run has stopped for the user: a bell, the title of the
// window, the mark of the tab, and a sentence where its page is not on screen.
func (b *Runs) notify(r *liveRun) tea.Cmd {
	if r.then != "" && r.Waits() {
		k := r.then
		r.then = ""
		if r.Can(k) {
			return tea.Batch(kit.Bell(), b.offerDecision(r, k))
		}
	}
	if !r.Waits() && r.Run.Outcome == "" {
		return nil
	}
	if w, ok := b.host.Front().(*wizard); ok && w.live == r {
		return kit.Bell()
	}
	tone := theme.Accent
	if r.Troubled() {
		tone = theme.Warn
	}
	return tea.Batch(kit.Bell(), b.host.Say(tone, r.Run.Plan.Source.Name+": "+r.Says()))
}

// Title stands before the window's title while a run waits for the user.
func (b *Runs) Title() string {
	all := b.waiting()
	if len(all) == 0 {
		return ""
	}
	more := ""
	if n := len(all) - 1; n > 0 {
		more = fmt.Sprintf(" +%d", n)
	}
	return text.Clean(b.host.Theme().Glyphs.Run+" "+all[0].Run.Plan.Source.Name+" "+all[0].Says()+more) + " - "
}

// Progress is the mark of the terminal's tab, nil while no run has to do with
// it.
func (b *book) Progress() *tea.ProgressBar {
	if all := b.waiting(); len(all) > 0 {
		if slices.ContainsFunc(all, func(r *liveRun) bool { return r.Run.Phase == recreate.PhaseFailed }) {
			return tea.NewProgressBar(tea.ProgressBarError, 100)
		}
		return tea.NewProgressBar(tea.ProgressBarWarning, 100)
	}
	if len(b.busy()) > 0 {
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	}
	return nil
}

// noteRuns finds the run of each notebook that is part of one that is not over.
func noteRuns(runs []*liveRun) map[string]kit.RunNote {
	out := map[string]kit.RunNote{}
	for _, r := range slices.Backward(runs) {
		if r.Run.Outcome != "" || r.Run.Plan.Source.ARN == "" {
			continue
		}
		_, tone := runSign(theme.Glyphs{}, r)
		note := kit.RunNote{ID: r.ID, Role: "source", Words: r.Says(), Tone: tone}
		out[r.Run.Plan.Source.ARN] = note
		if r.Run.Created {
			note.Role = "replacement"
			out[r.Run.Plan.ReplacementARN()] = note
		}
	}
	return out
}
