package recreate

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
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
		gates    gates
		account  string
		what     string // a clause
		byItself bool   // nobody has pressed a key for it just now
		then     func(byItself bool) kit.Intent
	}
)

// Do begins the run.
func (i intentBegin) Do(kit.Host) tea.Cmd { return i.draft.ports.book.begin(i) }

// Do hands the decision on.
func (i intentDecide) Do(kit.Host) tea.Cmd { return i.run.book.decide(i) }

// Do takes the run up.
func (i intentTakeUp) Do(kit.Host) tea.Cmd { return i.run.book.takeUp(i) }

// Do goes on, or asks for the unlock first.
func (i intentWrite) Do(kit.Host) tea.Cmd { return i.gates.write(i) }

// Read reads every journal.
func (b *Runs) Read() tea.Cmd {
	if !b.Journaled() {
		return nil
	}
	b.id++
	id, driver := b.id, b.cfg.Driver
	return b.host.Job("runs", func(context.Context) kit.Intent {
		problem := kit.ProblemOf(driver.Load())
		batches, unread := driver.Batches()
		return kit.Func(func(kit.Host) tea.Cmd {
			if id != b.id {
				return nil
			}
			first := !b.loaded
			b.loaded, b.problem = true, problem
			cmds := []tea.Cmd{b.changed()}
			if first {
				cmds = append(cmds, b.find(batches))
			}
			if first && unread != nil {
				cmds = append(cmds, b.host.Say(theme.Warn, unread.Error()))
			}
			return tea.Batch(append(cmds, b.resumeAsked())...)
		})
	})
}

// Reread shows what other programs have made of the runs since the journals were read.
func (b *Runs) Reread() tea.Cmd {
	if !b.Journaled() || !b.loaded {
		return nil
	}
	driver := b.cfg.Driver
	return b.host.Job("runs, what is new", func(context.Context) kit.Intent {
		changed, err := driver.Reread()
		if !changed {
			return nil
		}
		return kit.Func(func(kit.Host) tea.Cmd {
			b.problem = kit.ProblemOf(err)
			return b.changed()
		})
	})
}

// resumeAsked opens the run that the program was started for, once.
func (b *Runs) resumeAsked() tea.Cmd {
	id := b.resume
	if id == "" {
		return nil
	}
	b.resume = ""
	r, ok := b.runs[id]
	if !ok {
		return b.host.Say(theme.Bad, "there is no run "+id)
	}
	cmds := []tea.Cmd{kit.Perform(b.host, kit.OpenRun{ID: r.ID})}
	if r.Interrupted() {
		cmds = append(cmds, kit.Perform(b.host, intentTakeUp{run: r}))
	}
	return tea.Batch(cmds...)
}

// changed lets everything that shows runs draw them anew.
func (b *Runs) changed() tea.Cmd {
	b.took(b.cfg.Driver.Runs(), b)
	b.world.Runs = noteRuns(b.order)
	return b.host.RunsChanged()
}

// decision is an event of the user's.
func (b *Runs) decision(account string, e recreate.Event) recreate.Event {
	e.By = b.world.Identity(account).ARN
	return e
}

// begin has the run of a plan begun, with the approval of its create.
func (b *Runs) begin(do intentBegin) tea.Cmd {
	d := do.draft
	if !b.Journaled() || d.plan == nil || d.beginning || d.obstacle() != "" && !d.owned() {
		return nil
	}
	plan := *d.plan
	if err := b.cfg.Driver.Begin(plan, b.decision(d.target.Account, recreate.Event{
		Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: plan.Fingerprint(), Typed: do.typed,
	})); err != nil {
		return b.host.Say(theme.Bad, err.Error())
	}
	d.beginning = true
	b.begun[plan.RunID] = d
	return b.host.Work()
}

// takeUp has a run look at AWS: one that nobody goes on with is held first.
func (b *Runs) takeUp(do intentTakeUp) tea.Cmd {
	do.run.then, do.run.page = do.then, b.host.Front()
	return b.decide(intentDecide{run: do.run, event: recreate.Event{Kind: recreate.EventResumed}})
}

// decide hands a decision to its run. One that comes while another is written down
// is a key pressed twice.
func (b *Runs) decide(do intentDecide) tea.Cmd {
	r := do.run
	if r.Deciding {
		return nil
	}
	if err := b.cfg.Driver.Decide(r.ID, b.decision(r.Run.Plan.Target().Account, do.event)); err != nil {
		return tea.Batch(b.host.Say(theme.Warn, err.Error()), b.changed())
	}
	return b.changed()
}

// Driven shows what the driver has told.
func (b *Runs) Driven(notices []drive.Notice) tea.Cmd {
	cmds := make([]tea.Cmd, 0, 1+len(notices))
	cmds = append(cmds, b.changed())
	for i := range notices {
		cmds = append(cmds, b.heard(&notices[i]))
	}
	b.host.Changed()
	return tea.Batch(append(cmds, b.looked())...)
}

// heard goes on with what happened to one run.
func (b *Runs) heard(n *drive.Notice) tea.Cmd {
	if n.Progress {
		return nil
	}
	var told tea.Cmd
	switch {
	case n.Problem != nil:
		b.told = trouble{n.ID, n.Problem.Error()}
		told = b.host.Say(theme.Bad, b.told.says)
	case b.told.run == n.ID:
		b.host.Unsay(b.told.says) // it goes on
	}
	r, ok := b.runs[n.ID]
	b.entered(n.ID, r)
	if !ok {
		return told
	}
	if n.Event == recreate.EventAmended && n.Problem == nil {
		b.dropDrafts(r)
	}
	if b.looks.wait(r) {
		return told // its gate tells the rest
	}
	return tea.Batch(told, b.notify(r), b.lookAfter(n))
}

// entered shows the run of a plan that was approved in place of the plan; nil for
// one that could not be begun.
func (b *Runs) entered(id string, r *liveRun) {
	d, ok := b.begun[id]
	if !ok {
		return
	}
	delete(b.begun, id)
	d.beginning = false
	if r == nil {
		return
	}
	for _, s := range b.host.Stacked() {
		if w, ok := s.(*wizard); ok && w.draft == d {
			w.live, w.follows = r, true
		}
	}
	delete(b.drafts, r.Run.Plan.Source.ARN)
}

// dropDrafts closes the forms in which another plan for a run was made.
func (b *Runs) dropDrafts(r *liveRun) {
	for _, s := range b.host.Stacked() {
		if w, ok := s.(*wizard); ok && w.draft != nil && w.draft.amends == r {
			w.draft, w.live, w.follows = nil, r, true
		}
	}
}

// lookAfter scans the target of a call that changed something, so that the list
// shows it.
func (b *Runs) lookAfter(n *drive.Notice) tea.Cmd {
	e := n.Landed
	if e == nil || b.world.Scan.Running || !e.Kind.Mutates() && e.Kind != recreate.EffectWait {
		return nil
	}
	return b.host.Scan(model.Transition, []model.Target{e.Target})
}

// Unlocked does something of another screen's that needs writes to an account.
func (b *Runs) Unlocked(account, what string, then kit.Intent) tea.Cmd {
	return b.gates.write(intentWrite{gates: b.gates, account: account, what: what, then: func(bool) kit.Intent { return then }})
}
