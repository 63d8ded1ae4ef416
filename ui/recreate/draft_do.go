package recreate

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What is asked of AWS for a plan, and what the answers lead to.

// intentObserve looks at the notebook.
type intentObserve struct {
	draft *draft
	id    int
}

// Do asks beside the loop, until the question is given up.
func (i intentObserve) Do(h kit.Host) tea.Cmd {
	d := i.draft
	look, stop := stoppable(func(ctx context.Context) kit.Intent {
		found, err := d.ports.aws.Snapshot(ctx, d.target, d.name)
		return snapshotMsg{draft: d, id: i.id, found: found, problem: kit.ProblemOf(err)}
	})
	d.observing.cancel = stop
	return h.Job("recreate", look)
}

type snapshotMsg struct {
	draft   *draft
	id      int
	found   recreate.Snapshot
	problem *model.Problem
}

// Do fills the draft, which mostly wants to know more then.
func (m snapshotMsg) Do(h kit.Host) tea.Cmd {
	do := m.draft.observed(m.id, m.found, m.problem)
	h.Changed()
	return kit.Perform(h, do)
}

// intentWeigh asks what would do without a recreate.
type intentWeigh struct {
	draft *draft
	id    int
}

// Do asks beside the loop, until the question is given up.
func (i intentWeigh) Do(h kit.Host) tea.Cmd {
	d := i.draft
	weigh, stop := stoppable(func(ctx context.Context) kit.Intent {
		found, err := d.ports.advise(ctx, d.notebook)
		return weighedMsg{draft: d, id: i.id, found: found, problem: kit.ProblemOf(err)}
	})
	d.advising.cancel = stop
	return h.Job("recreate", weigh)
}

type weighedMsg struct {
	draft   *draft
	id      int
	found   *model.Notebook
	problem *model.Problem
}

// Do keeps the advice: the preview names what needs no recreate.
func (m weighedMsg) Do(h kit.Host) tea.Cmd {
	if m.draft.advising.end(m.id, m.draft.ports.now(), m.problem) && m.found != nil {
		m.draft.advised = m.found.Egress
		h.Changed()
	}
	return nil
}

// intentCheck asks what preflight rests on.
type intentCheck struct {
	draft *draft
	id    int
}

// Do asks beside the loop, until the question is given up.
func (i intentCheck) Do(h kit.Host) tea.Cmd {
	d, source, spec := i.draft, *i.draft.source, i.draft.spec
	check, stop := stoppable(func(ctx context.Context) kit.Intent {
		return factsMsg{draft: d, id: i.id, found: d.ports.aws.Facts(ctx, source, spec)}
	})
	d.checking.cancel = stop
	return h.Job("recreate", check)
}

type factsMsg struct {
	draft *draft
	id    int
	found recreate.Facts
}

// Do makes the checks and the plan.
func (m factsMsg) Do(h kit.Host) tea.Cmd {
	do := m.draft.checkedWith(m.id, m.found)
	h.Changed()
	return kit.Perform(h, do)
}

// intentChoices asks for the values that a field can take.
type intentChoices struct {
	draft   *draft
	field   string
	chooser *chooser
	id      int
}

// Do asks beside the loop.
func (i intentChoices) Do(h kit.Host) tea.Cmd {
	port, source, spec := i.draft.ports.aws, *i.draft.source, i.draft.spec
	return h.Job("recreate", func(ctx context.Context) kit.Intent {
		found, err := port.Choices(ctx, source, spec, i.field)
		return choicesMsg{chooser: i.chooser, id: i.id, found: found, problem: kit.ProblemOf(err)}
	})
}

type choicesMsg struct {
	chooser *chooser
	id      int
	found   []recreate.Choice
	problem *model.Problem
}

// Do offers them.
func (m choicesMsg) Do(kit.Host) tea.Cmd {
	m.chooser.took(m.id, m.found, m.problem)
	return nil
}

// intentPresign asks for a URL that signs in to a notebook.
type intentPresign struct {
	port   Recreator
	target model.Target
	name   string
}

// Do asks beside the loop.
func (i intentPresign) Do(h kit.Host) tea.Cmd {
	return h.Job("presign", func(ctx context.Context) kit.Intent {
		url, err := i.port.Presign(ctx, i.target, i.name)
		return presignedMsg{name: i.name, url: url, problem: kit.ProblemOf(err)}
	})
}

// presignedMsg brings a URL that signs in: a secret that is copied and never
// shown, logged or kept.
type presignedMsg struct {
	name, url string
	problem   *model.Problem
}

// Do copies it.
func (m presignedMsg) Do(h kit.Host) tea.Cmd {
	if m.problem != nil {
		return h.Say(theme.Bad, m.problem.Error())
	}
	return tea.Batch(tea.SetClipboard(m.url), h.Say(theme.Good, "a URL that signs in to "+m.name+" is in the clipboard: treat it as a password, it holds for five minutes"))
}

// stoppable makes work that can be given up before its context ends.
func stoppable[M any](work func(context.Context) M) (given func(context.Context) M, stop func()) {
	stopped := make(chan struct{})
	var once sync.Once
	given = func(base context.Context) M {
		ctx, cancel := context.WithCancel(base)
		defer cancel()
		go func() {
			select {
			case <-stopped:
				cancel()
			case <-ctx.Done():
			}
		}()
		return work(ctx)
	}
	return given, func() { once.Do(func() { close(stopped) }) }
}
