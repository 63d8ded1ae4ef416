package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// How runs are begun, moved and read. Whatever touches a journal or AWS is done
// beside the loop; at most one effect of a run is in flight.

type (
	// intentBegin begins the run of a plan that was just approved.
	intentBegin struct {
		draft *draft
		typed string // the notebook's name, where its owner was overridden
	}
	// intentDecide hands a decision of the user to a run.
	intentDecide struct {
		run   *liveRun
		event recreate.Event
	}
	// intentTakeUp holds a run, looks at AWS, and then opens the gate named.
	intentTakeUp struct {
		run  *liveRun
		then recreate.EventKind
	}
	// intentWrite does something that needs writes to be unlocked; then is told
	// whether it opens by itself.
	intentWrite struct {
		account string
		then    func(byItself bool) intent
	}
	// intentUnlock unlocks writes with what was typed.
	intentUnlock struct {
		intentWrite
		typed string
	}
	intentReadRuns struct{}
)

// Do begins the run.
func (i intentBegin) Do(h Host) tea.Cmd { return h.Runs().begin(i) }

// Do hands the decision on.
func (i intentDecide) Do(h Host) tea.Cmd { return h.Runs().decide(i) }

// Do takes the run up.
func (i intentTakeUp) Do(h Host) tea.Cmd { return h.Runs().takeUp(i) }

// Do goes on, or asks for the unlock first.
func (i intentWrite) Do(h Host) tea.Cmd { return h.Runs().write(i) }

// Do unlocks.
func (i intentUnlock) Do(h Host) tea.Cmd { return h.Runs().unlock(i) }

// Do reads the journals.
func (intentReadRuns) Do(h Host) tea.Cmd { return h.Runs().readRuns() }

type (
	// runsMsg brings what the journals say.
	runsMsg struct {
		id      int
		kept    []recreate.Kept
		problem *model.Problem
	}
	// heldMsg says that a run was begun or opened, with what it is to do next.
	heldMsg struct {
		id      string
		draft   *draft // whose plan it is, nil for a run that was opened
		book    Book
		effects []recreate.Effect
		problem *model.Problem
	}
	// movedMsg says that an event was taken, or an effect carried out.
	movedMsg struct {
		run     *liveRun
		landed  *recreate.Effect // the effect that was in flight and is over; nil for an event
		amended bool             // the run has another plan
		effects []recreate.Effect
		problem *model.Problem
	}
	// progressMsg is what waits have seen on their way, by run.
	progressMsg struct{ of map[string]recreate.Progress }
	// unlockedMsg says how unlocking writes went.
	unlockedMsg struct {
		do      intentWrite
		problem *model.Problem
	}
)

// readRuns reads every journal.
func (a *App) readRuns() tea.Cmd {
	if a.cfg.Runs == nil {
		return nil
	}
	a.runs.id++
	id, port := a.runs.id, a.cfg.Runs
	return a.pump.job("runs", func(context.Context) ownMsg {
		kept, err := port.List()
		msg := runsMsg{id: id, kept: kept}
		if err != nil {
			msg.problem = asProblem(err)
		}
		return msg
	})
}

func (a *App) runsRead(msg runsMsg) tea.Cmd {
	if msg.id != a.runs.id {
		return nil
	}
	if msg.problem != nil {
		a.runs.loaded, a.runs.problem = true, msg.problem
	} else {
		a.runs.listed(msg.kept)
	}
	return tea.Batch(a.runsChanged(), a.resumeAsked())
}

// resumeAsked opens the run that the program was started for, once.
func (a *App) resumeAsked() tea.Cmd {
	id := a.cfg.Resume
	if id == "" {
		return nil
	}
	a.cfg.Resume = ""
	r, ok := a.runs.runs[id]
	if !ok {
		return a.Say(theme.Bad, "there is no run "+id)
	}
	cmds := []tea.Cmd{a.perform(intentOpenRun{r.id})}
	if r.interrupted() {
		cmds = append(cmds, a.perform(intentTakeUp{run: r}))
	}
	return tea.Batch(cmds...)
}

// runsChanged lets everything that shows runs draw them anew.
func (a *App) runsChanged() tea.Cmd {
	a.runs.sort()
	a.world.runs = noteRuns(a.runs.order)
	if len(a.runs.busy()) == 0 {
		a.leaving = false
	}
	a.notebooks.detail.changed()
	a.Changed()
	return tea.Batch(a.fly(), a.work(), a.armCopies())
}

// decision is an event of the user's.
func (a *App) decision(account string, e recreate.Event) recreate.Event {
	e.At, e.By = a.cfg.Now(), a.world.identity(account).ARN
	return e
}

// begin makes the journal of the plan's run and approves its create.
func (a *App) begin(do intentBegin) tea.Cmd {
	d := do.draft
	if a.cfg.Runs == nil || d.plan == nil || d.beginning || d.obstacle() != "" && !d.owned() {
		return nil
	}
	d.beginning = true
	plan, port := *d.plan, a.cfg.Runs
	e := a.decision(d.target.Account, recreate.Event{
		Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: plan.Fingerprint(), Typed: do.typed,
	})
	return tea.Batch(a.work(), a.pump.job("run", func(context.Context) ownMsg {
		book, err := port.Begin(plan)
		if err != nil {
			return heldMsg{id: plan.RunID, draft: d, problem: asProblem(err)}
		}
		effects, err := book.Take(e)
		return heldMsg{id: plan.RunID, draft: d, book: book, effects: effects, problem: problemOf(err)}
	}))
}

// takeUp holds a run that nobody goes on with, and looks at AWS.
func (a *App) takeUp(do intentTakeUp) tea.Cmd {
	r := do.run
	if a.cfg.Runs == nil || r.deciding {
		return nil
	}
	r.then = do.then
	e := a.decision(r.run.Plan.Target().Account, recreate.Event{Kind: recreate.EventResumed})
	if r.held() {
		return a.decide(intentDecide{run: r, event: e})
	}
	r.deciding, r.problem = true, nil
	port, id := a.cfg.Runs, r.id
	return tea.Batch(a.work(), a.pump.job("run", func(context.Context) ownMsg {
		book, err := port.Open(id)
		if err != nil {
			return heldMsg{id: id, problem: asProblem(err)}
		}
		effects, err := book.Take(e)
		return heldMsg{id: id, book: book, effects: effects, problem: problemOf(err)}
	}))
}

// held takes over a run that was begun or opened.
func (a *App) held(msg heldMsg) tea.Cmd {
	if msg.draft != nil {
		msg.draft.beginning = false
	}
	if msg.book == nil {
		if r, ok := a.runs.runs[msg.id]; ok {
			r.deciding = false
		}
		return tea.Batch(a.Say(theme.Bad, msg.problem.Error()), a.readRuns(), a.runsChanged())
	}
	r := a.runs.get(msg.id)
	r.book, r.deciding, r.run = msg.book, false, msg.book.Run()
	for _, s := range a.pushed {
		if w, ok := s.(*wizard); ok && w.draft == msg.draft && msg.draft != nil {
			w.live, w.follows = r, true
		}
	}
	delete(a.drafts, r.run.Plan.Source.ARN)
	return tea.Batch(a.moved(movedMsg{run: r, effects: msg.effects, problem: msg.problem}), a.readRuns())
}

// decide hands a decision to its run. A wait that the user stops is ended once the
// journal has the reason.
func (a *App) decide(do intentDecide) tea.Cmd {
	r := do.run
	if !r.held() || r.deciding {
		return nil
	}
	r.deciding = true
	book, e, cancel := r.book, a.decision(r.run.Plan.Target().Account, do.event), func() {}
	if e.Kind == recreate.EventHalted && r.flight != nil {
		cancel = r.flight.cancel
	}
	return tea.Batch(a.work(), a.pump.job("run", func(context.Context) ownMsg {
		effects, err := book.Take(e)
		if err == nil {
			cancel()
		}
		return movedMsg{run: r, amended: e.Kind == recreate.EventAmended && err == nil, effects: effects, problem: problemOf(err)}
	}))
}

// moved goes on with a run after an event.
func (a *App) moved(msg movedMsg) tea.Cmd {
	r := msg.run
	if !r.held() {
		return nil // it was let go in the meantime
	}
	if msg.landed != nil {
		r.flight = nil
	} else {
		r.deciding = false
	}
	if msg.amended {
		a.dropDrafts(r)
	}
	r.run = r.book.Run()
	var told tea.Cmd
	if msg.problem != nil {
		told = a.Say(theme.Bad, msg.problem.Error())
		if msg.landed != nil {
			r.problem = msg.problem
		}
	}
	for i := range msg.effects {
		r.queued = &msg.effects[i]
	}
	if r.run.Outcome != "" && !r.underWay() {
		told = tea.Batch(told, a.release(r))
	}
	return tea.Batch(told, a.runsChanged(), a.notify(r), a.lookAfter(msg))
}

// dropDrafts closes the forms in which another plan for a run was made.
func (a *App) dropDrafts(r *liveRun) {
	for _, s := range a.pushed {
		if w, ok := s.(*wizard); ok && w.draft != nil && w.draft.amends == r {
			w.draft, w.live, w.follows = nil, r, true
		}
	}
}

// lookAfter scans the target of a call that changed something, so that the list
// shows it.
func (a *App) lookAfter(msg movedMsg) tea.Cmd {
	e := msg.landed
	if e == nil || a.world.scan.running || !e.Kind.Mutates() && e.Kind != recreate.EffectWait {
		return nil
	}
	return a.Scan(model.Transition, []model.Target{e.Target})
}

// release lets a run go that is over.
func (a *App) release(r *liveRun) tea.Cmd {
	book := r.book
	r.book = nil
	return a.pump.job("run", func(context.Context) ownMsg {
		if err := book.Close(); err != nil {
			return answer{intentSay{theme.Warn, err.Error()}}
		}
		return nil
	})
}

// fly begins as many effects as may be under way at a time.
func (a *App) fly() tea.Cmd {
	due := a.runs.due()
	cmds := make([]tea.Cmd, 0, len(due))
	for _, r := range due {
		cmds = append(cmds, a.launch(r))
	}
	return tea.Batch(cmds...)
}

func (a *App) launch(r *liveRun) tea.Cmd {
	e, book := *r.queued, r.book
	cmd, cancel := a.pump.stoppable("run", func(ctx context.Context) (msg ownMsg) {
		defer func() {
			if broke := recover(); broke != nil { // the run stands still, and its journal says what was begun
				msg = movedMsg{run: r, landed: &e, problem: &model.Problem{Kind: model.KindUnknown, Message: fmt.Sprintf("a part of nbscope broke: %v", broke)}}
			}
		}()
		effects, err := book.Perform(ctx, e, func(p recreate.Progress) { a.pump.progress(ctx, r.id, p) })
		return movedMsg{run: r, landed: &e, effects: effects, problem: problemOf(err)}
	})
	r.queued, r.flight = nil, &flight{effect: e, since: a.cfg.Now(), cancel: cancel}
	return cmd
}

// progressed shows what waits have seen.
func (a *App) progressed(msg progressMsg) {
	for id, p := range msg.of {
		if r, ok := a.runs.runs[id]; ok && r.flight != nil {
			r.flight.progress, r.flight.told = p, true
		}
	}
	a.Changed()
}

// closeBooks lets every run go, once nothing runs any more.
func (a *App) closeBooks() error {
	var errs []error
	for _, r := range a.runs.runs {
		if r.book != nil {
			if err := r.book.Close(); err != nil {
				errs = append(errs, fmt.Errorf("close the journal of run %s: %w", r.id, err))
			}
			r.book = nil
		}
	}
	return errors.Join(errs...)
}
