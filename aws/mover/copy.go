package mover

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// copying is one call of Copy or Verify.
type copying struct {
	*Job
	state            *state
	source, replaced *end

	mu       sync.Mutex
	progress Progress
	tell     func(Progress)
}

// say changes the progress and tells it, one at a time.
func (c *copying) say(change func(p *Progress)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.progress)
	c.tell(c.progress)
}

func (c *copying) phase(p Phase) {
	c.say(func(q *Progress) {
		*q = Progress{Phase: p, Round: q.Round, TotalFiles: q.TotalFiles, TotalBytes: q.TotalBytes, Retries: q.Retries, Way: q.Way, By: q.By, Why: q.Why}
	})
}

// together does two things at once. The first failure ends the other.
func together(ctx context.Context, a, b func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	errs := make(chan error, 2)
	for _, do := range []func(context.Context) error{a, b} {
		go func() {
			err := do(ctx)
			if err != nil {
				cancel(err)
			}
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first == nil || errors.Is(first, ErrDetached) && second != nil {
		return second
	}
	return first
}

// begin signs in to both notebooks and makes them ready.
func (j *Job) begin(ctx context.Context, tell func(Progress)) (*copying, error) {
	if tell == nil {
		tell = func(Progress) {}
	}
	s, err := j.load()
	if err != nil {
		return nil, err
	}
	work := transfer.WorkFolder(j.Run)
	c := &copying{Job: j, state: s, tell: tell, source: j.end(manifest.Source, work), replaced: j.end(manifest.Replacement, work)}
	c.phase(Preparing)
	return c, together(ctx, c.source.begin, c.replaced.begin)
}

// begin opens, and ends the kernels that a process which was killed has left.
func (e *end) begin(ctx context.Context) error {
	if err := e.open(ctx); err != nil {
		return err
	}
	if err := e.Session.EndKernels(ctx, e.work); err != nil && !errors.Is(err, jupyter.ErrFailed) {
		return e.judge(ctx, err)
	}
	return nil // what could not be ended now is ended by Clean
}

func (j *Job) rules() []manifest.Rule { return transfer.Rules(j.Run, j.Repositories...) }

// Copy moves everything and puts it into place; after that, what changed on the source
// since. It takes up what another process began. What it could not bring is for Verify
// to name: nil says that there was nothing left that it could do.
func (j *Job) Copy(ctx context.Context, tell func(Progress)) error {
	c, err := j.begin(ctx, tell)
	if err != nil {
		return err
	}
	stop := c.keepBeating(ctx)
	defer stop()
	if c.state.Step == stepPlaced {
		c.state.Again, c.state.Broken, c.state.Rounds, c.state.Left, c.state.Newest = true, false, 0, "", ""
		c.state.Step = stepCheck
	}
	for c.state.Step != stepPlaced {
		if err := c.state.save(); err != nil {
			return err
		}
		switch c.state.Step {
		case stepStream:
			err = c.stream(ctx)
		case stepCheck:
			err = c.check(ctx)
		case stepPlace:
			err = c.place(ctx)
		case stepPlaced:
		default:
			err = &Error{Kind: ErrFolder, Text: fmt.Sprintf("the step %q is of a newer version", c.state.Step)}
		}
		if err != nil {
			return err
		}
	}
	return c.state.save()
}

// stream sends one stream. When it breaks off, what arrived is compared all the same.
func (c *copying) stream(ctx context.Context) error {
	c.say(func(p *Progress) { p.Round = c.state.Stream })
	if c.state.Total == 0 && !c.state.Delta {
		if err := c.count(ctx); err != nil {
			return err
		}
	}
	r, err := c.nextStream(ctx)
	if err == nil {
		c.phase(Streaming)
		c.say(func(p *Progress) {
			p.TotalBytes, p.TotalFiles = c.state.Total, c.state.Files
			if c.state.Delta {
				p.TotalFiles = 0 // how many of them changed nobody has counted
			}
		})
		err = r.run(ctx)
	}
	switch {
	case err == nil:
	case errors.Is(err, jupyter.ErrTooLarge) && c.state.Part > smallest:
		c.state.Part /= 4
	case !errors.Is(err, errBroken):
		return err
	}
	s := c.state
	if s.Broken = err != nil; s.Broken {
		if err := together(ctx, func(ctx context.Context) error { return c.source.halt(ctx, transfer.Send) },
			func(ctx context.Context) error { return c.replaced.halt(ctx, transfer.Receive) }); err != nil {
			return err
		}
	}
	_ = c.sweep(ctx, s) // else with the next stream, and when all is cleaned, which says so
	s.Breaks++
	if !s.Broken || r != nil && r.fed > 0 {
		s.Breaks = 0
	}
	s.Step = stepCheck
	return nil
}

// smallest is the fewest bytes that a part may have.
const smallest = 256 << 10

// count has the source say how much there is, once.
func (c *copying) count(ctx context.Context) error {
	token, err := c.state.token("survey")
	if err != nil {
		return err
	}
	st, err := c.source.follow(ctx, transfer.Survey, transfer.Parameters{Rules: c.rules()}, token, func(st *transfer.Status, note string) {
		c.say(func(p *Progress) {
			if p.Note = note; st != nil {
				p.TotalFiles, p.TotalBytes = st.Files, st.Bytes
			}
		})
	})
	if err != nil {
		return errors.Join(err, c.state.drop("survey"))
	}
	if st.Entries == 0 {
		return errors.Join(c.source.fail(ErrEmpty, nil, "an empty list proves nothing"), c.state.drop("survey"))
	}
	c.state.Total, c.state.Files = max(1, st.Bytes), st.Files
	c.say(func(p *Progress) { p.TotalFiles, p.TotalBytes = st.Files, st.Bytes })
	return c.state.save()
}

// measure finds the fastest way into the replacement, and the size of parts it takes.
// For little data that would take longer than the copy.
func (c *copying) measure(ctx context.Context) error {
	pace := c.pacing()
	if c.state.Part == 0 {
		c.state.Part = pace.part
	}
	if c.state.Total < pace.small && !c.state.Delta {
		c.state.Way = contents
		return nil
	}
	c.phase(Measuring)
	e := c.replaced
	dir := e.work + "/measure"
	if err := e.Session.Mkdir(ctx, dir); err != nil {
		return e.roomOr(ctx, err)
	}
	var all []jupyter.Measured
	for {
		all = e.Session.Measure(ctx, dir, c.state.Part, min(4, pace.parallel), c.Now)
		if len(all) > 0 && all[0].Err == nil || c.state.Part <= smallest || ctx.Err() != nil {
			break
		}
		c.state.Part /= 4
	}
	if _, _, err := e.Session.Shell(ctx, `rm -rf -- "$1"`, e.path("measure")); err != nil {
		return e.terminal(ctx, err)
	}
	if len(all) == 0 || all[0].Err != nil {
		c.state.Part = pace.part
		if len(all) == 0 {
			return e.fail(ErrRefused, nil, "there is no way to write into it")
		}
		return e.judge(ctx, all[0].Err)
	}
	c.state.Way = all[0].Way
	c.say(func(p *Progress) { p.Way = all[0].Way })
	return c.state.save()
}

// hand brings the list to the source and the changes to the replacement.
func (c *copying) hand(ctx context.Context) error {
	return together(ctx, func(ctx context.Context) error { return c.source.bring(ctx, filepath.Join(c.Folder, "list"), "list") },
		func(ctx context.Context) error {
			return c.replaced.bring(ctx, filepath.Join(c.Folder, "changes"), "changes")
		})
}

// emptyStage removes what an earlier round could not place: the source still has it.
func (c *copying) emptyStage(ctx context.Context) error {
	sudo := ""
	if c.replaced.sudo {
		sudo = "sudo -n "
	}
	out, code, err := c.replaced.Session.Shell(ctx, `test -d "$1" || exit 0; `+sudo+`chmod -R u+rwx -- "$1"; `+sudo+`rm -rf -- "$1"`, c.replaced.path(transfer.StageDir))
	if err == nil && code != 0 {
		return c.replaced.fail(ErrScript, nil, "the stage cannot be emptied: %s", tail(out, 300))
	}
	if err != nil {
		return c.replaced.terminal(ctx, err)
	}
	return nil
}

// place puts what arrived to where it belongs.
func (c *copying) place(ctx context.Context) error {
	c.phase(Placing)
	token, err := c.state.token("place")
	if err != nil {
		return err
	}
	p := transfer.Parameters{}
	if c.state.Again {
		p.Changes = "changes"
	}
	_, err = c.replaced.follow(ctx, transfer.Place, p, token, func(st *transfer.Status, note string) {
		c.say(func(p *Progress) {
			if p.Note = note; st != nil {
				p.Files = st.Placed + st.Equal + st.Replaced
			}
		})
	})
	if err != nil {
		if !errors.Is(err, ErrDetached) && !errors.Is(err, ErrUnreachable) {
			return errors.Join(err, c.state.drop("place"))
		}
		return err
	}
	c.state.Base, c.state.Step, c.state.Again = c.state.Newest, stepPlaced, true
	return errors.Join(c.state.drop("place"), c.state.tidy())
}
