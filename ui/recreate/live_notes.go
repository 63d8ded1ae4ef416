package recreate

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

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
	return text.Clean(b.host.Theme().Glyphs.Diamond+" "+all[0].Run.Plan.Source.Name+" "+all[0].Says()+more) + " - "
}

// Progress is the mark of the terminal's tab, nil while no run has to do with
// it.
func (b *Runs) Progress() *tea.ProgressBar {
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
