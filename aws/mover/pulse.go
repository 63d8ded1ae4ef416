package mover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// pulse tells a verb that is silent from one that ended, and a notebook that does not
// answer from one that is gone.
type pulse struct {
	e       *end
	verb    transfer.Verb
	said    string    // what changes while it is alive
	at      time.Time // of the last look
	quiet   time.Duration
	unheard time.Duration
	full    time.Duration
}

// beat takes a look in: the status, nil for none, and the error of the look. It returns
// whether the verb is dead, a note for the user, and an error that ends the copy.
func (p *pulse) beat(ctx context.Context, st *transfer.Status, err error) (dead bool, note string, fatal error) {
	at := p.e.now()
	// A machine that slept has not waited.
	step := min(at.Sub(p.at), time.Minute)
	if p.at.IsZero() {
		step = 0
	}
	p.at = at
	if err != nil {
		return p.lost(ctx, step, err)
	}
	p.unheard = 0
	if st != nil && st.Full != nil {
		if p.full += step; p.full > p.e.pace.patience {
			return false, "", p.e.fail(ErrFull, nil, "%d MB are free", *st.Full>>20)
		}
		note = fmt.Sprintf("the disk of the %s is full (%d MB are free): it waits for room", p.e.side, *st.Full>>20)
	} else {
		p.full = 0
	}
	said := ""
	if st != nil {
		said = fmt.Sprint(st.Clock, st.State, st.Bytes, st.Read, st.Fed, st.Acked)
	}
	if said != p.said || st != nil && (st.State == transfer.Done || st.State == transfer.Failed) {
		p.said, p.quiet = said, 0
		return false, note, nil
	}
	if p.quiet += step; p.quiet < p.e.pace.silence {
		return false, note, nil
	}
	p.quiet = 0
	return !p.e.runs(ctx, p.verb), note, nil
}

func (p *pulse) lost(ctx context.Context, step time.Duration, err error) (dead bool, note string, fatal error) {
	if !errors.Is(err, jupyter.ErrTemporary) || ctx.Err() != nil {
		return false, "", p.e.judge(ctx, err)
	}
	p.unheard += step
	if p.unheard > p.e.pace.lost && p.e.Serves != nil {
		if gone := p.e.Serves(ctx); gone != nil && ctx.Err() == nil {
			return false, "", p.e.fail(ErrStopped, gone, "%v", gone)
		}
	}
	if p.unheard > p.e.pace.patience {
		return false, "", p.e.judge(ctx, err)
	}
	return false, fmt.Sprintf("the %s does not answer: tried again", p.e.side), nil
}

// trial starts a verb, and again where it does not live.
type trial struct {
	e      *end
	verb   transfer.Verb
	p      transfer.Parameters
	starts int
	began  time.Time

	full   time.Duration // without the room that a start takes
	fullAt time.Time     // when there was none last
}

// keep starts the verb if there is no status of it, or it is dead. Where the disk has no
// room for that, it says so and is to be called again.
func (t *trial) keep(ctx context.Context, st *transfer.Status, dead bool) (note string, err error) {
	const grace, tries = 10 * time.Second, 4
	late := st == nil && (t.starts == 0 || t.e.now().Sub(t.began) > grace)
	switch {
	case !dead && !late:
		return "", nil
	case t.starts >= tries:
		return "", t.e.fail(ErrScript, nil, "%s was started %d times and did not live: %s", t.verb, t.starts, t.e.log(ctx, t.verb))
	case !dead && t.starts > 0 && t.e.runs(ctx, t.verb): // another one of this verb: it is waited for
		return "", nil
	}
	at := t.e.now()
	if err = t.e.start(ctx, t.verb, t.p); errors.Is(err, ErrFull) {
		return t.wait(at, err)
	}
	t.starts, t.began, t.fullAt, t.full = t.starts+1, at, time.Time{}, 0
	return "", err
}

// wait says that room is waited for, and for how long it is.
func (t *trial) wait(at time.Time, full error) (note string, err error) {
	if !t.fullAt.IsZero() {
		t.full += min(at.Sub(t.fullAt), time.Minute) // a machine that slept has not waited
	}
	if t.fullAt = at; t.full > t.e.pace.patience {
		return "", full
	}
	return fmt.Sprintf("the disk of the %s is full: it waits for room", t.e.side), nil
}

// follow starts a verb under an id unless it was, and waits for its end.
func (e *end) follow(ctx context.Context, v transfer.Verb, p transfer.Parameters, id string, tell func(*transfer.Status, string)) (*transfer.Status, error) {
	p.Stream = id
	trial, pulse := trial{e: e, verb: v, p: p}, pulse{e: e, verb: v}
	for wait := e.pace.tick/8 + time.Millisecond; ; wait = min(2*wait, e.pace.tick) {
		st, err := e.look(ctx, v, id)
		dead, note, fatal := pulse.beat(ctx, st, err)
		switch {
		case fatal != nil:
			return nil, fatal
		case st != nil && st.State == transfer.Done:
			return st, nil
		case st != nil && st.State == transfer.Failed:
			return nil, e.failed(v, st)
		case err == nil:
			short, err := trial.keep(ctx, st, dead)
			if err != nil {
				return nil, err
			}
			note = cmp.Or(short, note)
		}
		tell(st, note)
		if err := pause(ctx, wait); err != nil {
			return nil, e.judge(ctx, err)
		}
	}
}

// died reports whether a verb has said that it runs, and does not.
func (e *end) died(ctx context.Context, v transfer.Verb, st *transfer.Status) bool {
	return st != nil && st.State != transfer.Done && !e.runs(ctx, v)
}

// settled is a status that is certain: a notebook that does not answer is asked again.
func (e *end) settled(ctx context.Context, v transfer.Verb, id string) (*transfer.Status, error) {
	pulse := pulse{e: e, verb: v}
	for {
		st, err := e.look(ctx, v, id)
		if err == nil {
			return st, nil
		}
		if _, _, fatal := pulse.beat(ctx, nil, err); fatal != nil {
			return nil, fatal
		}
		if err := pause(ctx, e.pace.tick); err != nil {
			return nil, e.judge(ctx, err)
		}
	}
}

// pause waits; it returns the context's error when that ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
