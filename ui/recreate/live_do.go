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

// Do has the run of a plan begun, with the approval of its create.
func (i intentBegin) Do(kit.Host) tea.Cmd {
	d, b := i.draft, i.draft.ports.book
	if !b.Journaled() || d.plan == nil || d.beginning || d.obstacle() != "" && !d.owned() {
		return nil
	}
	plan := *d.plan
	if err := b.cfg.Driver.Begin(plan, recreate.Event{
		Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: plan.Fingerprint(), Typed: i.typed, By: b.world.Identity(d.target.Account).ARN,
	}); err != nil {
		return b.host.Say(theme.Bad, err.Error())
	}
	d.beginning = true
	b.begun[plan.RunID] = d
	return b.host.Work()
}

// Do has a run look at AWS: one that nobody goes on with is held first.
func (i intentTakeUp) Do(h kit.Host) tea.Cmd {
	i.run.then, i.run.page = i.then, i.run.book.host.Front()
	return intentDecide{run: i.run, event: recreate.Event{Kind: recreate.EventResumed}}.Do(h)
}

// Do hands a decision of the user's to its run. One that comes while another is written
// down is a key pressed twice.
func (i intentDecide) Do(h kit.Host) tea.Cmd {
	r, b := i.run, i.run.book
	if r.Deciding {
		return nil
	}
	i.event.By = b.world.Identity(r.Run.Plan.Source.Account).ARN
	var told tea.Cmd
	if err := b.cfg.Driver.Decide(r.ID, i.event); err != nil {
		told = h.Say(theme.Warn, err.Error())
	}
	return tea.Batch(told, b.changed())
}

// Do makes sure that the account may be written to, and goes on.
func (do intentWrite) Do(kit.Host) tea.Cmd {
	g := do.gates
	if g.cfg.Driver == nil {
		return g.host.Say(theme.Warn, "nothing can be changed here, so that nothing signs in to a notebook")
	}
	if g.Writable(do.account) {
		return kit.Perform(g.host, do.then(do.byItself))
	}
	if err := g.cfg.Driver.Forbidden(do.account); err != nil { // nobody types the id for nothing
		return g.host.Say(theme.Bad, kit.ProblemOf(err).Error())
	}
	name, _ := g.world.AccountWords(do.account, theme.Normal)
	var about kit.Document
	about.Say(theme.Normal, "nbscope only reads until you say otherwise, for each account and each session. Unlocking changes nothing by itself: every call that does is still asked for.")
	about.Say(theme.Normal, "Type the id of the account to let this session write to it.")
	p := kit.TypedGate(g.keys.Typing, "Unlock writes to "+name, do.account, about, func(s string) kit.Intent {
		return g.unlock(do, g.host.Front(), s)
	})
	p.Now, p.Since = g.cfg.Now, g.since(do.byItself)
	return kit.Perform(g.host, kit.Show{Overlay: kit.NewPrompt(p)})
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
	return intentWrite{gates: b.gates, account: account, what: what, then: func(bool) kit.Intent { return then }}.Do(b.host)
}
