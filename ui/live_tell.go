package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How runs make themselves heard, and how the program is left while they move.

// notify tells that a run has stopped for the user: a bell, the title of the
// window, the mark of the tab, and a sentence where its page is not on screen.
func (a *App) notify(r *liveRun) tea.Cmd {
	if r.then != "" && r.Waits() {
		k := r.then
		r.then = ""
		if r.Can(k) {
			return tea.Batch(a.bell(), a.offerDecision(r, k))
		}
	}
	if !r.Waits() && r.Run.Outcome == "" {
		return nil
	}
	if w, ok := a.screen().(*wizard); ok && w.live == r {
		return a.bell()
	}
	tone := theme.Accent
	if r.Troubled() {
		tone = theme.Warn
	}
	return tea.Batch(a.bell(), a.Say(tone, r.Run.Plan.Source.Name+": "+r.Says()))
}

// bell rings the terminal's bell.
func (a *App) bell() tea.Cmd { return tea.Raw("\a") }

// runsTitle stands before the window's title while a run waits for the user.
func (a *App) runsTitle() string {
	all := a.runs.waiting()
	if len(all) == 0 {
		return ""
	}
	more := ""
	if n := len(all) - 1; n > 0 {
		more = fmt.Sprintf(" +%d", n)
	}
	return cleanTitle(a.theme.Glyphs.Diamond+" "+all[0].Run.Plan.Source.Name+" "+all[0].Says()+more) + " - "
}

// runsProgress is the mark of the terminal's tab, nil while no run has to do with
// it.
func (a *App) runsProgress() *tea.ProgressBar {
	if all := a.runs.waiting(); len(all) > 0 {
		if slices.ContainsFunc(all, func(r *liveRun) bool { return r.Run.Phase == recreate.PhaseFailed }) {
			return tea.NewProgressBar(tea.ProgressBarError, 100)
		}
		return tea.NewProgressBar(tea.ProgressBarWarning, 100)
	}
	if len(a.runs.busy()) > 0 {
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	}
	return nil
}

// writeSpan says whether this session may change something: in the account that
// the page is about, or anywhere.
func (a *App) writeSpan() kit.Span {
	locked, open := kit.Span{Tone: theme.Dim, Text: "   read-only", Drop: 3}, kit.Span{Tone: theme.Warn, Text: "   write"}
	if s, ok := a.screen().(interface{ account() string }); ok {
		if a.writable(s.account()) {
			return open
		}
		return kit.Span{Tone: theme.Dim, Text: "   read-only"}
	}
	n := 0
	for _, id := range a.world.Identities {
		if a.writable(id.Account) {
			n++
		}
	}
	switch {
	case n == 0:
		return locked
	case n == len(a.world.Identities):
		return open
	}
	return kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("   write in %d of %d", n, len(a.world.Identities))}
}

// work starts the clock of what is under way, if somebody can see it.
func (a *App) work() tea.Cmd {
	if a.ticking || !a.moving() {
		return nil
	}
	a.ticking = true
	return a.arm(timerWork)
}

// moving reports whether something on screen changes by itself.
func (a *App) moving() bool {
	if c, ok := a.overlay.(*chooser); ok && !c.loaded && c.problem == nil {
		return true
	}
	s, ok := a.screen().(interface{ moving() bool })
	return ok && s.moving()
}

// worked moves the clock on.
func (a *App) worked() tea.Cmd {
	a.ticking = false
	a.frame++
	return tea.Batch(a.perform(a.screen().Sync()), a.work())
}

// kill is ctrl+c: the first one lets what is under way finish its call, if that takes
// no more than some seconds, and leaves; the second one leaves at once.
func (a *App) kill() tea.Cmd {
	if a.cfg.Leaving != nil {
		a.cfg.Leaving()
	}
	busy := a.runs.busy()
	if len(busy) == 0 || a.leaving {
		return a.quit()
	}
	a.leaving = true
	cmds := []tea.Cmd{a.Say(theme.Warn, "finishing this call, then leaving; ctrl+c again leaves now, and every run can be resumed")}
	for _, r := range busy {
		if r.Can(recreate.EventHalted) {
			cmds = append(cmds, a.decide(intentDecide{run: r, event: recreate.Event{Kind: recreate.EventHalted}}))
		}
	}
	return tea.Batch(cmds...)
}

// askToQuit asks once where leaving would stop a run.
func (a *App) askToQuit() tea.Cmd {
	busy := a.runs.busy()
	if len(busy) == 0 {
		return a.quit()
	}
	var about kit.Document
	names := make([]string, len(busy))
	for i, r := range busy {
		names[i] = r.Run.Plan.Source.Name
	}
	about.Say(theme.Normal, strings.Join(names, ", ")+": a call that is being made is finished first, a wait is ended. "+
		"AWS goes on with what it was asked for, and the runs can be resumed any time: their journals are on disk.")
	title := kit.Count(len(busy), "run") + " under way: leave?"
	a.overlay = kit.NewApproval(a.keys.Gate, title, "Leave", about, intentOwn(a.quit), a.cfg.Now)
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
