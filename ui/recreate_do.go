package ui

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// What the guided recreate wants of App, and how App carries it out.

type (
	intentAll      []intent // one after another
	intentPush     struct{ screen screen }
	intentPop      struct{}
	intentRecreate struct{ notebooks []*model.Notebook } // one: the wizard; more: the batch
	intentOpenRun  struct{ run *liveRun }
	intentOpen     struct{ draft *draft } // of a batch
	intentChoices  struct {
		draft   *draft
		field   string
		chooser *chooser
		id      int
	}
	intentCopyWhole struct{ what, text string } // without showing it
	intentSave      struct{ name, data string }
	intentPresign   struct {
		target model.Target
		name   string
	}
	intentReport struct {
		run  *liveRun
		json bool
	}
)

func (intentAll) isIntent()       {}
func (intentPush) isIntent()      {}
func (intentPop) isIntent()       {}
func (intentRecreate) isIntent()  {}
func (intentOpenRun) isIntent()   {}
func (intentOpen) isIntent()      {}
func (intentChoices) isIntent()   {}
func (intentCopyWhole) isIntent() {}
func (intentSave) isIntent()      {}
func (intentPresign) isIntent()   {}
func (intentReport) isIntent()    {}

type (
	snapshotMsg struct {
		draft   *draft
		id      int
		found   recreate.Snapshot
		problem *model.Problem
	}
	factsMsg struct {
		draft *draft
		id    int
		found recreate.Facts
	}
	choicesMsg struct {
		chooser *chooser
		id      int
		found   []recreate.Choice
		problem *model.Problem
	}
	// presignedMsg brings a URL that signs in: a secret that is copied and never
	// shown, logged or kept.
	presignedMsg struct {
		name, url string
		problem   *model.Problem
	}
	writtenMsg struct {
		what, path string
		err        error
	}
)

// recreate does what the guided recreate and the runs want.
func (a *App) recreate(do intent) tea.Cmd {
	switch do := do.(type) {
	case intentAll:
		cmds := make([]tea.Cmd, 0, len(do))
		for _, one := range do {
			cmds = append(cmds, a.perform(one))
		}
		return tea.Batch(cmds...)
	case intentPush:
		return a.push(do.screen)
	case intentPop:
		return a.pop()
	case intentRecreate:
		return a.openRecreate(do.notebooks)
	case intentOpen:
		w := a.wizardOf(do.draft)
		w.shared, w.live = true, a.runs.runs[do.draft.runID]
		return a.push(w)
	case intentOpenRun:
		w := newWizard(a.world, a.keys, a.theme, a.wizardPorts())
		w.live = do.run
		return a.push(w)
	case intentObserve:
		return a.observe(do)
	case intentCheck:
		return a.check(do)
	case intentChoices:
		return a.choices(do)
	case intentCopyWhole:
		return tea.Batch(tea.SetClipboard(do.text), a.say(theme.Good, do.what+" copied"))
	case intentSave:
		return a.saveText(do)
	case intentPresign:
		return a.presign(do)
	case intentReport:
		return a.report(do)
	}
	return a.moveRuns(do)
}

// moveRuns does what concerns runs.
func (a *App) moveRuns(do intent) tea.Cmd {
	switch do := do.(type) {
	case intentBegin:
		return a.begin(do)
	case intentDecide:
		return a.decide(do)
	case intentTakeUp:
		return a.takeUp(do)
	case intentWrite:
		return a.write(do)
	case intentUnlock:
		return a.unlock(do)
	case intentReadRuns:
		return a.readRuns()
	case intentLeave:
		return a.quit()
	}
	return nil
}

// recreated takes in what work for a recreate has to say; false for other
// messages.
func (a *App) recreated(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case snapshotMsg:
		do := msg.draft.observed(msg.id, msg.found, msg.problem, a.cfg.Now())
		a.syncRuns()
		return a.perform(do), true
	case factsMsg:
		msg.draft.checkedWith(msg.id, msg.found, a.cfg.Now())
		a.syncRuns()
	case choicesMsg:
		msg.chooser.took(msg.id, msg.found, msg.problem)
	case presignedMsg:
		return a.presigned(msg), true
	case writtenMsg:
		return a.written(msg), true
	case runsMsg:
		return a.runsRead(msg), true
	case drivenMsg:
		return a.driven(msg), true
	case unlockedMsg:
		return a.unlocked(msg), true
	default:
		return nil, false
	}
	return nil, true
}

func (a *App) wizardPorts() wizardPorts {
	return wizardPorts{
		now: a.cfg.Now, writable: a.writable,
		frame: func() int { return a.frame },
	}
}

// push opens a screen on top of the others.
func (a *App) push(s screen) tea.Cmd {
	s.resize(a.width, a.bodyHeight())
	a.pushed = append(a.pushed, s)
	return tea.Batch(a.perform(s.sync()), a.work())
}

// pop closes the screen on top. A plan that is not finished is kept for when the
// user comes back to it.
func (a *App) pop() tea.Cmd {
	n := len(a.pushed)
	if n == 0 {
		return nil
	}
	if w, ok := a.pushed[n-1].(*wizard); ok && !w.shared && w.draft != nil && w.live == nil && w.draft.notebook != nil {
		a.drafts[w.draft.notebook.ARN] = w.draft
	}
	a.pushed = a.pushed[:n-1]
	return tea.Batch(a.perform(a.screen().sync()), a.work())
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

// openRecreate opens the wizard for one notebook, or the batch for several.
func (a *App) openRecreate(notebooks []*model.Notebook) tea.Cmd {
	if why := a.whyNotRecreate(); why != "" {
		return a.say(theme.Warn, why)
	}
	if len(notebooks) > 1 {
		return a.openBatch(notebooks)
	}
	n := notebooks[0]
	if r := a.runs.of(n.ARN); r != nil {
		return tea.Batch(a.perform(intentOpenRun{r}), a.say(theme.Normal, "there is a run of this notebook already"))
	}
	d := a.draftOf(n)
	return tea.Batch(a.push(a.wizardOf(d)), a.perform(d.observe(a.cfg.Now())), a.work())
}

// draftOf is the plan in the making for a notebook, the one given up before if
// there is one.
func (a *App) draftOf(n *model.Notebook) *draft {
	d, ok := a.drafts[n.ARN]
	if !ok {
		d = &draft{target: n.Target(), name: n.Name, runID: a.cfg.NewRunID()}
	}
	delete(a.drafts, n.ARN)
	d.notebook = n
	d.policy, _ = a.world.policy.For(n)
	return d
}

func (a *App) wizardOf(d *draft) *wizard {
	w := newWizard(a.world, a.keys, a.theme, a.wizardPorts())
	w.draft = d
	return w
}

func (a *App) observe(do intentObserve) tea.Cmd {
	port, d := a.cfg.Recreator, do.draft
	cmd, stop := a.pump.stoppable("recreate", func(ctx context.Context) tea.Msg {
		found, err := port.Snapshot(ctx, d.target, d.name)
		return snapshotMsg{draft: d, id: do.id, found: found, problem: problemOf(err)}
	})
	d.observing.cancel = stop
	return tea.Batch(cmd, a.work())
}

func (a *App) check(do intentCheck) tea.Cmd {
	port, d, source, spec := a.cfg.Recreator, do.draft, *do.draft.source, do.draft.spec
	cmd, stop := a.pump.stoppable("recreate", func(ctx context.Context) tea.Msg {
		return factsMsg{draft: d, id: do.id, found: port.Facts(ctx, source, spec)}
	})
	d.checking.cancel = stop
	return tea.Batch(cmd, a.work())
}

func (a *App) choices(do intentChoices) tea.Cmd {
	port, source, spec := a.cfg.Recreator, *do.draft.source, do.draft.spec
	return tea.Batch(a.work(), a.pump.job("recreate", func(ctx context.Context) tea.Msg {
		found, err := port.Choices(ctx, source, spec, do.field)
		return choicesMsg{chooser: do.chooser, id: do.id, found: found, problem: problemOf(err)}
	}))
}

func (a *App) presign(do intentPresign) tea.Cmd {
	port := a.cfg.Recreator
	return a.pump.job("presign", func(ctx context.Context) tea.Msg {
		url, err := port.Presign(ctx, do.target, do.name)
		return presignedMsg{name: do.name, url: url, problem: problemOf(err)}
	})
}

func (a *App) presigned(msg presignedMsg) tea.Cmd {
	if msg.problem != nil {
		return a.say(theme.Bad, msg.problem.Error())
	}
	return tea.Batch(tea.SetClipboard(msg.url), a.say(theme.Good, "a URL that signs in to "+msg.name+" is in the clipboard: treat it as a password, it holds for five minutes"))
}

// saveText writes a text into a file of the folder for exports.
func (a *App) saveText(do intentSave) tea.Cmd {
	write, path := a.cfg.WriteFile, filepath.Join(a.cfg.ExportDir, do.name)
	return a.pump.job("save", func(context.Context) tea.Msg {
		msg := writtenMsg{what: strings.TrimSuffix(do.name, filepath.Ext(do.name)), path: path}
		if write == nil {
			msg.err = errors.New("writing files is not possible here")
			return msg
		}
		msg.err = write(path, []byte(do.data))
		return msg
	})
}

func (a *App) written(msg writtenMsg) tea.Cmd {
	t := toast{tone: theme.Good, text: "written to " + msg.path, path: msg.path}
	if msg.err != nil {
		t.tone, t.text = theme.Bad, msg.err.Error()
	}
	a.toast = t
	return a.arm(timerToast)
}
