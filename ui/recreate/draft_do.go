package recreate

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What is asked of AWS for a plan, and what the answers lead to.

// look looks at the notebook and fills the draft, which mostly wants to know more then.
func (d *draft) look() kit.Intent {
	id := d.observing.id
	return question(&d.observing, func(ctx context.Context) kit.Intent {
		found, err := d.ports.aws.Snapshot(ctx, d.target, d.name)
		return taken(func() kit.Intent { return d.observed(id, found, kit.ProblemOf(err)) })
	})
}

// weigh asks what would do without a recreate: the preview names it.
func (d *draft) weigh() kit.Intent {
	id := d.advising.id
	return question(&d.advising, func(ctx context.Context) kit.Intent {
		found, err := d.ports.advise(ctx, d.notebook)
		return taken(func() kit.Intent {
			if d.advising.end(id, d.ports.now(), kit.ProblemOf(err)) && found != nil {
				d.advised = found.Egress
			}
			return nil
		})
	})
}

// preflight asks what the checks rest on, and makes them and the plan.
func (d *draft) preflight() kit.Intent {
	id, source, spec := d.checking.id, *d.source, d.spec
	return question(&d.checking, func(ctx context.Context) kit.Intent {
		found := d.ports.aws.Facts(ctx, source, spec)
		return taken(func() kit.Intent { return d.checkedWith(id, found) })
	})
}

// question has something asked beside the loop, until it is given up.
func question(q *asked, work func(context.Context) kit.Intent) kit.Intent {
	return kit.Func(func(h kit.Host) tea.Cmd {
		given, stop := stoppable(work)
		q.cancel = stop
		return h.Job("recreate", given)
	})
}

// taken takes an answer in, has every page look again, and does what it leads to.
func taken(take func() kit.Intent) kit.Intent {
	return kit.Func(func(h kit.Host) tea.Cmd {
		do := take()
		h.Changed()
		return kit.Perform(h, do)
	})
}

// choices asks for the values that a field can take, and offers them.
func (d *draft) choices(c *chooser, field string, id int) kit.Intent {
	source, spec := *d.source, d.spec
	return kit.Job("recreate", func(ctx context.Context) kit.Intent {
		found, err := d.ports.aws.Choices(ctx, source, spec, field)
		return kit.Func(func(kit.Host) tea.Cmd { c.took(id, found, kit.ProblemOf(err)); return nil })
	})
}

// presign asks for a URL that signs in to a notebook.
func presign(port Recreator, t model.Target, name string) kit.Intent {
	return kit.Job("presign", func(ctx context.Context) kit.Intent {
		url, err := port.Presign(ctx, t, name)
		return presigned(name, url, err)
	})
}

// presigned copies a URL that signs in: a secret that is never shown, logged or kept.
func presigned(name, url string, err error) kit.Intent {
	return kit.Func(func(h kit.Host) tea.Cmd {
		if err != nil {
			return h.Say(theme.Bad, kit.ProblemOf(err).Error())
		}
		return h.Copy("a URL that signs in to "+name, url, ": treat it as a password, it is valid for five minutes")
	})
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
