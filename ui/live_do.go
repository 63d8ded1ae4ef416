package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/theme"
)

// How decisions about runs reach the driver, and how what it tells is shown.

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
		account  string
		what     string // a clause
		byItself bool   // nobody has pressed a key for it just now
		then     func(byItself bool) intent
	}
	// intentUnlock unlocks writes with what was typed.
	intentUnlock struct {
		intentWrite
		on    screen // where it was asked for
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
	// runsMsg says that the journals were read.
	runsMsg struct {
		id      int
		problem *model.Problem
	}
	// drivenMsg brings what the driver has told, in its order.
	drivenMsg struct{ notices []drive.Notice }
	// unlockedMsg says how unlocking writes went.
	unlockedMsg struct {
		do      intentUnlock
		problem *model.Problem
	}
)

// readRuns reads every journal.
func (a *App) readRuns() tea.Cmd {
	if !a.journaled() {
		return nil
	}
	a.runs.id++
	id, driver := a.runs.id, a.cfg.Driver
	return a.pump.job("runs", func(context.Context) ownMsg {
		return runsMsg{id: id, problem: problemOf(driver.Load())}
	})
}

// journaled reports whether there is a place for the journals of runs.
func (a *App) journaled() bool { return a.cfg.Driver != nil && a.cfg.Driver.Journaled() }

func (a *App) runsRead(msg runsMsg) tea.Cmd {
	if msg.id != a.runs.id {
		return nil
	}
	a.runs.loaded, a.runs.problem = true, msg.problem
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
	cmds := []tea.Cmd{a.perform(intentOpenRun{r.ID})}
	if r.Interrupted() {
		cmds = append(cmds, a.perform(intentTakeUp{run: r}))
	}
	return tea.Batch(cmds...)
}

// runsChanged lets everything that shows runs draw them anew.
func (a *App) runsChanged() tea.Cmd {
	a.runs.took(a.cfg.Driver.Runs())
	a.world.runs = noteRuns(a.runs.order)
	if a.leaving && len(a.runs.busy()) == 0 {
		return a.quit()
	}
	a.notebooks.detail.changed()
	a.Changed()
	return tea.Batch(a.work(), a.armCopies())
}

// decision is an event of the user's.
func (a *App) decision(account string, e recreate.Event) recreate.Event {
	e.By = a.world.identity(account).ARN
	return e
}

// begin has the run of a plan begun, with the approval of its create.
func (a *App) begin(do intentBegin) tea.Cmd {
	d := do.draft
	if !a.journaled() || d.plan == nil || d.beginning || d.obstacle() != "" && !d.owned() {
		return nil
	}
	plan := *d.plan
	if err := a.cfg.Driver.Begin(plan, a.decision(d.target.Account, recreate.Event{
		Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: plan.Fingerprint(), Typed: do.typed,
	})); err != nil {
		return a.Say(theme.Bad, err.Error())
	}
	d.beginning = true
	a.begun[plan.RunID] = d
	return a.work()
}

// takeUp has a run look at AWS: one that nobody goes on with is held first.
func (a *App) takeUp(do intentTakeUp) tea.Cmd {
	do.run.then, do.run.page = do.then, a.screen()
	return a.decide(intentDecide{run: do.run, event: recreate.Event{Kind: recreate.EventResumed}})
}

// decide hands a decision to its run. One that comes while another is written down
// is a key pressed twice.
func (a *App) decide(do intentDecide) tea.Cmd {
	r := do.run
	if r.Deciding {
		return nil
	}
	if err := a.cfg.Driver.Decide(r.ID, a.decision(r.Run.Plan.Target().Account, do.event)); err != nil {
		return tea.Batch(a.Say(theme.Warn, err.Error()), a.runsChanged())
	}
	return a.runsChanged()
}

// driven shows what the driver has told.
func (a *App) driven(msg drivenMsg) tea.Cmd {
	cmds := make([]tea.Cmd, 0, 1+len(msg.notices))
	cmds = append(cmds, a.runsChanged())
	for i := range msg.notices {
		cmds = append(cmds, a.heard(&msg.notices[i]))
	}
	a.Changed()
	return tea.Batch(append(cmds, a.checkCopies(), a.looked())...)
}

// heard goes on with what happened to one run.
func (a *App) heard(n *drive.Notice) tea.Cmd {
	if n.Progress {
		return nil
	}
	var told tea.Cmd
	switch {
	case n.Problem != nil:
		told = a.Say(theme.Bad, n.Problem.Error())
		a.toast.run = n.ID
	case a.toast.run != "" && a.toast.run == n.ID:
		a.toast = toast{} // it goes on
	}
	r, ok := a.runs.runs[n.ID]
	a.entered(n.ID, r)
	if !ok {
		return told
	}
	if n.Event == recreate.EventAmended && n.Problem == nil {
		a.dropDrafts(r)
	}
	return tea.Batch(told, a.notify(r), a.lookAfter(n))
}

// entered shows the run of a plan that was approved in place of the plan; nil for
// one that could not be begun.
func (a *App) entered(id string, r *liveRun) {
	d, ok := a.begun[id]
	if !ok {
		return
	}
	delete(a.begun, id)
	d.beginning = false
	if r == nil {
		return
	}
	for _, s := range a.pushed {
		if w, ok := s.(*wizard); ok && w.draft == d {
			w.live, w.follows = r, true
		}
	}
	delete(a.drafts, r.Run.Plan.Source.ARN)
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
func (a *App) lookAfter(n *drive.Notice) tea.Cmd {
	e := n.Landed
	if e == nil || a.world.scan.running || !e.Kind.Mutates() && e.Kind != recreate.EffectWait {
		return nil
	}
	return a.Scan(model.Transition, []model.Target{e.Target})
}
