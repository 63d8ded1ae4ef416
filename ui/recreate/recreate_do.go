package recreate

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How what plans and shows recreates is opened.

// journals are the runs of this machine, as preflight looks at them.
func (b *Runs) journals() recreate.Fact[[]recreate.Kept] {
	switch {
	case !b.Journaled():
		return recreate.Unknown[[]recreate.Kept]("there is no place for the journals of runs")
	case b.problem != nil:
		return recreate.Unknown[[]recreate.Kept]("this machine's journals could not be read: " + b.problem.Message)
	case !b.loaded:
		return recreate.Unknown[[]recreate.Kept]("this machine's journals are still being read")
	}
	out := make([]recreate.Kept, 0, len(b.order))
	for _, r := range b.order {
		k := r.Kept
		k.Run = r.Run
		out = append(out, k)
	}
	return recreate.Know(out)
}

// whyNotRecreate says why notebooks cannot be recreated here, "" when they can.
func (b *Runs) whyNotRecreate() string {
	switch {
	case b.cfg.Recreator == nil:
		return "notebooks cannot be recreated here: there is no client for it"
	case !b.Journaled():
		return "notebooks cannot be recreated here: there is no place to keep the journal of a run"
	}
	return ""
}

// openBatch opens the preview of several recreates, those left out that have a
// run already.
func (b *Runs) openBatch(notebooks []*model.Notebook, leftOut string) tea.Cmd {
	closeBatches(b.host)
	var drafts []*draft
	skipped := 0
	for _, n := range notebooks {
		if b.of(n.ARN) != nil {
			skipped++
			continue
		}
		drafts = append(drafts, b.draftOf(n))
	}
	if len(drafts) == 0 {
		return b.host.Say(theme.Warn, "every one of them has a run already")
	}
	b.takeOut(drafts)
	cmds := []tea.Cmd{b.host.Push(newBatch(b, recreate.KeptBatch{ID: b.cfg.NewRunID(), At: b.cfg.Now().UTC().Round(0)}, drafts))}
	for _, d := range drafts {
		cmds = append(cmds, kit.Perform(b.host, d.observe()))
	}
	var told []string
	if leftOut != "" {
		told = append(told, leftOut)
	}
	if skipped > 0 {
		told = append(told, kit.Count(skipped, "notebook")+" left out: there is a run already")
	}
	if len(told) > 0 {
		cmds = append(cmds, b.host.Say(theme.Warn, strings.Join(told, "; ")))
	}
	return tea.Batch(cmds...)
}

// draftOf is the plan in the making for a notebook, the one given up before if
// there is one.
func (b *Runs) draftOf(n *model.Notebook) *draft {
	d, ok := b.drafts[n.ARN]
	if !ok {
		d = &draft{target: n.Target(), name: n.Name, arn: n.ARN, runID: b.cfg.NewRunID(), ports: b.ports}
	}
	delete(b.drafts, n.ARN)
	d.notebook = n
	d.policy, _ = b.world.Policy.For(n)
	return d
}

// listed is a notebook of the list, with the policy that holds for it; nil where the
// scan has not shown it.
func (b *Runs) listed(arn string) (*model.Notebook, model.Policy) {
	n := b.world.Inventory.Get(arn)
	if n == nil {
		return nil, ""
	}
	p, _ := b.world.Policy.For(n)
	return n, p
}

// wizardOf shows a plan in the making or a run.
func (b *Runs) wizardOf(d *draft, r *liveRun) *wizard {
	w := newWizard(b.world, b.keys, b.host.Theme(), b.ports)
	w.draft, w.live = d, r
	return w
}

// Recreate opens the wizard for one notebook, or the batch for several, and tells
// what else was left out.
func (b *Runs) Recreate(notebooks []*model.Notebook, leftOut string) tea.Cmd {
	if why := b.whyNotRecreate(); why != "" {
		return b.host.Say(theme.Warn, why)
	}
	if len(notebooks) > 1 {
		return b.openBatch(notebooks, leftOut)
	}
	n := notebooks[0]
	if r := b.of(n.ARN); r != nil {
		return tea.Batch(b.OpenRun(r.ID), b.host.Say(theme.Normal, "there is a run of this notebook already"))
	}
	if w := opened(b.host, func(w *wizard) bool { return w.live == nil && !w.shared && w.draft != nil && w.draft.arn == n.ARN }); w != nil {
		return b.host.Push(w)
	}
	d := b.draftOf(n)
	cmds := []tea.Cmd{b.host.Push(b.wizardOf(d, nil)), kit.Perform(b.host, d.observe())}
	if leftOut != "" {
		cmds = append(cmds, b.host.Say(theme.Warn, leftOut))
	}
	return tea.Batch(cmds...)
}

// OpenRun opens the page of a run.
func (b *Runs) OpenRun(id string) tea.Cmd {
	r, ok := b.runs[id]
	if !ok {
		return b.host.Say(theme.Bad, "there is no run "+id)
	}
	if w := opened(b.host, func(w *wizard) bool { return w.live == r }); w != nil {
		return b.host.Push(w)
	}
	return b.host.Push(b.wizardOf(nil, r))
}

// opened is a page that is open already; nil for none. One that was left for another
// screen is come back to, so that nothing is planned on two pages.
func opened(h Host, is func(*wizard) bool) kit.Screen {
	for _, s := range h.Stacked() {
		if w, ok := s.(*wizard); ok && is(w) {
			return w
		}
	}
	return nil
}

// closeBatches takes the batches that were left for another screen out of the pages, so
// that another batch may take their notebooks over.
func closeBatches(h Host) {
	for _, s := range h.Stacked() {
		w, ok := s.(*wizard)
		if _, is := s.(*batch); is || ok && w.shared {
			h.Close(s)
		}
	}
}
