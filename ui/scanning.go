package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How the scan's findings reach the screens.

// scans takes in what scans find, and knows when to scan again.
type scans struct {
	*App
	scanned  map[model.Target]bool // targets heard of in the scan under way
	whole    bool                  // the scan under way is about every target
	watching bool                  // the clock of the copies that are watched runs
}

// batchMsg is what the scans found in one window of time, in order. What an older scan
// still says is dropped.
type batchMsg struct{ batches []model.Batch }

func (m batchMsg) to(a *App) tea.Cmd {
	changed := false
	for _, b := range m.batches {
		if !a.inv.Apply(b) {
			if b.Asked != nil {
				b.Asked.Cancel() // nobody waits for that sign-in any more
			}
			continue
		}
		changed = true
		for _, t := range b.Targets {
			a.scans.scanned[t.Target] = true
		}
		a.world.Remark(b.Notebooks)
		if b.Asked != nil {
			a.ask(*b.Asked)
		}
	}
	if !changed {
		return nil
	}
	a.look()
	for _, b := range m.batches {
		a.notebooks.Measure(b.Notebooks)
	}
	return tea.Batch(kit.Perform(a, a.memory.recall()), kit.Perform(a, a.syncScreens()), a.Arrange())
}

// syncScreens tells the screens that the world has changed.
func (a *App) syncScreens() kit.Intent {
	for _, s := range a.everyScreen() {
		if s != kit.Screen(a.notebooks) {
			s.Sync()
		}
	}
	return a.notebooks.Sync()
}

// scanEndedMsg says that a scan's goroutine is gone, and nothing of it runs any more;
// crash is set when it panicked.
type scanEndedMsg struct {
	generation int
	crash      string
}

func (m scanEndedMsg) to(app *App) tea.Cmd {
	a := app.scans
	if m.generation != a.inv.Generation() {
		return nil
	}
	a.inv.Apply(model.Batch{Generation: m.generation, Done: true})
	s := &a.world.Scan
	quiet := s.Quiet()
	s.Running, s.Ended, s.Crash = false, a.cfg.Now(), m.crash
	if a.whole && !s.Stopped && m.crash == "" {
		a.forget()
	}
	a.countWidth = 0
	a.look()
	cmds := []tea.Cmd{a.Arrange(), kit.Perform(a, a.syncScreens()), a.clock.arm(timerTransition), a.clock.arm(timerRefresh)}
	if !quiet && !s.Stopped && m.crash == "" {
		cmds = append(cmds, a.keep())
	}
	if !quiet && !s.Stopped && m.crash == "" && len(a.world.Rows) > 0 {
		cmds = append(cmds, a.sayIndex(), a.sayFailedSignIn())
	}
	if m.crash != "" {
		cmds = append(cmds, a.Say(theme.Bad, "the scan stopped early: "+m.crash+"; "+a.keys.Global.Refresh.Help().Key+" starts again"))
	}
	return tea.Batch(append(cmds, a.checkCopies())...)
}

// sayIndex tells where an index that was asked is not what it seems: it and AWS's own
// lists differ, or its silence means nothing.
func (a *scans) sayIndex() tea.Cmd {
	x := a.world.Index
	if x == nil || x.Region == "" || x.Missed+x.Gone+x.Stray == 0 && x.Silent() == "" && x.Blind == "" {
		return nil
	}
	return a.Say(theme.Warn, x.Says())
}

// sayFailedSignIn tells of a sign-in that failed, with what mends it, when there
// are rows that would let nobody look for it. Without rows the screen says it.
func (a *scans) sayFailedSignIn() tea.Cmd {
	if len(a.world.Problems) == 0 {
		return nil
	}
	p := a.world.Problems[0]
	told := kit.Brief(&p)
	if p.Profile != "" {
		told = p.Profile + ": " + told
	}
	if n := len(a.world.Problems) - 1; n > 0 {
		told += fmt.Sprintf(" (and %d more)", n)
	}
	if p.Hint != "" && kit.Brief(&p) != p.Hint {
		told += "; " + p.Hint
	}
	return a.Say(theme.Bad, told)
}

// forget drops what the cache brought of targets that this run is not about. An
// account that could not be signed in to keeps what was known of it.
func (a *scans) forget() {
	signedIn := map[string]bool{}
	for t := range a.scanned {
		signedIn[t.Account] = true
	}
	if len(signedIn) == 0 {
		return
	}
	a.inv.Retain(func(t model.Target) bool { return a.scanned[t] || !signedIn[t.Account] })
}

// lateMsg brings the cache that was too large for the first frame, with which the first
// scan starts.
type lateMsg struct{ late Late }

func (m lateMsg) to(a *App) tea.Cmd {
	late := m.late
	a.inv.Seed(late.Identities, late.Cached)
	a.look()
	a.notebooks.Measure(a.world.Rows)
	var told tea.Cmd
	if len(late.Notices) > 0 {
		told = a.Say(theme.Warn, strings.Join(late.Notices, " "))
	}
	return tea.Batch(kit.Perform(a, a.memory.recall()), a.Arrange(), kit.Perform(a, a.syncScreens()), a.Scan(model.Incremental, nil), told)
}

func (a *scans) spin() tea.Cmd {
	if !a.world.Scan.Running {
		return nil
	}
	a.world.Scan.Frame++
	return a.clock.arm(timerSpin)
}

// aged lets ages move on.
func (a *scans) aged() tea.Cmd {
	a.look()
	return tea.Batch(a.clock.arm(timerAge), kit.Perform(a, a.syncScreens()), a.Arrange())
}

// lookAgain scans the targets of notebooks that AWS is changing right now.
func (a *scans) lookAgain() tea.Cmd {
	if a.world.Scan.Running || a.world.Scan.Stopped {
		return nil // who stops a scan does not want the next one by itself
	}
	seen := map[model.Target]bool{}
	var only []model.Target
	for _, n := range a.world.Rows {
		if t := n.Target(); n.Status.InTransition() && !seen[t] {
			seen[t] = true
			only = append(only, t)
		}
	}
	if len(only) == 0 {
		return nil
	}
	return a.Scan(model.Transition, only)
}

// How the notebooks of a copy by hand are watched: the driver says which lists are
// to be read, and compares what they show with what its runs know.

// armCopies sets the clock of the watch where a copy has begun.
func (a *scans) armCopies() tea.Cmd {
	if a.watching || len(a.cfg.Driver.Watched()) == 0 {
		return nil
	}
	a.watching = true
	return a.clock.arm(timerCopy)
}

// lookAtCopies reads the lists of the targets in which copies are made. A scan that
// is under way anyway tells as much.
func (a *scans) lookAtCopies() tea.Cmd {
	a.watching = false
	again := a.armCopies()
	if a.world.Scan.Running || again == nil {
		return again
	}
	return tea.Batch(again, a.Scan(model.Transition, a.cfg.Driver.Watched()))
}

// checkCopies lets every run look whose notebooks the list shows otherwise than the
// run knows them. A gate that is open is left alone: the next round tells it.
func (a *scans) checkCopies() tea.Cmd {
	if a.overlay != nil || a.cfg.Driver == nil {
		return nil
	}
	return a.runs.LookAgain(a.cfg.Driver.Otherwise(a.world.Listed))
}

// switchPolicy turns to the next policy. Overrides stay what they are.
func (a *scans) switchPolicy() tea.Cmd {
	all := model.Policies()
	next := all[(slices.Index(all, a.world.DefaultPolicy())+1)%len(all)]
	a.world.Policy.Default = next
	a.notebooks.Restart() // what was filtered and sorted by findings is wrong now
	a.look()
	return tea.Batch(kit.Perform(a, a.syncScreens()), a.Arrange(), a.Say(theme.Good, policyPhrase(next)))
}

func policyPhrase(p model.Policy) string {
	switch p {
	case model.PolicyConnect:
		return "policy connect: a notebook in a VPC must have direct internet access"
	case model.PolicyRestrict:
		return "policy restrict: a notebook must not have direct internet access"
	case model.PolicyReport:
	}
	return "policy report: facts without findings"
}
