package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// How App opens what plans and shows recreates.

func (a *App) wizardPorts() wizardPorts {
	p := wizardPorts{aws: a.cfg.Recreator, now: a.cfg.Now, frame: func() int { return a.frame }, keep: a.cfg.Keep, runs: a.journals}
	if in := a.cfg.Inspector; in != nil {
		p.advise = func(ctx context.Context, n *model.Notebook) (*model.Notebook, error) { return in.Advise(ctx, n, nil) }
	}
	return p
}

// journals are the runs of this machine, as preflight looks at them.
func (a *App) journals() recreate.Fact[[]recreate.Kept] {
	switch {
	case !a.journaled():
		return recreate.Unknown[[]recreate.Kept]("there is no place for the journals of runs")
	case a.runs.problem != nil:
		return recreate.Unknown[[]recreate.Kept]("this machine's journals could not be read: " + a.runs.problem.Message)
	case !a.runs.loaded:
		return recreate.Unknown[[]recreate.Kept]("this machine's journals are still being read")
	}
	out := make([]recreate.Kept, 0, len(a.runs.order))
	for _, r := range a.runs.order {
		k := r.Kept
		k.Run = r.Run
		out = append(out, k)
	}
	return recreate.Know(out)
}

// whyNotRecreate says why notebooks cannot be recreated here, "" when they can.
func (a *App) whyNotRecreate() string {
	switch {
	case a.cfg.Recreator == nil:
		return "notebooks cannot be recreated here: there is no client for it"
	case !a.journaled():
		return "notebooks cannot be recreated here: there is no place to keep the journal of a run"
	}
	return ""
}

// openBatch opens the preview of several recreates, those left out that have a
// run already.
func (a *App) openBatch(notebooks []*model.Notebook, leftOut string) tea.Cmd {
	var drafts []*draft
	skipped := 0
	for _, n := range notebooks {
		if a.runs.of(n.ARN) != nil {
			skipped++
			continue
		}
		drafts = append(drafts, a.draftOf(n))
	}
	if len(drafts) == 0 {
		return a.Say(theme.Warn, "every one of them has a run already")
	}
	cmds := []tea.Cmd{a.Push(newBatch(a.world, a.runs, a.keys, a.theme, a.wizardPorts(), drafts))}
	for _, d := range drafts {
		cmds = append(cmds, a.perform(d.observe()))
	}
	var told []string
	if skipped > 0 {
		told = append(told, count(skipped, "notebook")+" left out: there is a run already")
	}
	if leftOut != "" {
		told = append(told, leftOut)
	}
	if len(told) > 0 {
		cmds = append(cmds, a.Say(theme.Warn, strings.Join(told, "; ")))
	}
	return tea.Batch(cmds...)
}

// draftOf is the plan in the making for a notebook, the one given up before if
// there is one.
func (a *App) draftOf(n *model.Notebook) *draft {
	d, ok := a.drafts[n.ARN]
	if !ok {
		d = &draft{target: n.Target(), name: n.Name, runID: a.cfg.NewRunID(), ports: a.wizardPorts()}
	}
	delete(a.drafts, n.ARN)
	d.notebook = n
	d.policy, _ = a.world.policy.For(n)
	return d
}

// wizardOf shows a plan in the making or a run.
func (a *App) wizardOf(d *draft, r *liveRun) *wizard {
	w := newWizard(a.world, a.keys, a.theme, a.wizardPorts())
	w.draft, w.live = d, r
	return w
}
