package mover

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// errBroken: an end of a stream is gone. The manifests say what is missing.
var errBroken = errors.New("the stream broke off")

// carrier brings the parts of a stream from the one notebook to the other.
type carrier interface {
	// open makes it ready, and finds out what an earlier process has brought.
	open(ctx context.Context) error
	// carry takes a look at both ends in, and begins what there is to do.
	carry(ctx context.Context, send, receive *transfer.Status) error
	// bound is what the others wait for.
	bound(send, receive *transfer.Status) Bound
	close(ctx context.Context)
}

// stream is one stream of parts, whoever carries them. One goroutine looks at both ends
// and decides; others do what takes long.
type stream struct {
	*copying
	carrier       carrier
	number        string
	p             transfer.Parameters
	tasks         chan task
	done          chan finished
	send, receive pulse

	trouble string
	retries int64
	fed     int64
	last    bool // the replacement was told how many parts there are
	acked   int64
	rate    rate
}

// task is something that takes long. done says, where it was begun, what its outcome
// means: an error ends the stream.
type task struct {
	run  func(ctx context.Context) error
	done func(err error) error
}

type finished struct {
	task
	err error
}

// newStream is the stream whose turn it is, by relay or, with a store, through that.
func (c *copying) newStream(store Store) *stream {
	pace := c.pacing()
	s := &stream{
		copying: c, number: strconv.Itoa(c.state.Stream),
		p:    transfer.Parameters{Part: c.state.Part, Window: pace.window, Rules: c.rules()},
		send: pulse{e: c.source, verb: transfer.Send}, receive: pulse{e: c.replaced, verb: transfer.Receive},
	}
	if store != nil {
		s.p.Part, s.p.Window, s.p.URLs = pace.object, pace.objects, true
		s.carrier = newBucket(s, store)
	} else {
		s.carrier = newRelay(s)
	}
	s.p.Stream = s.number
	s.tasks, s.done = make(chan task, 4*s.p.Window), make(chan finished, 4*s.p.Window)
	return s
}

// begin has a task done beside the loop. There is room for whatever a window of parts
// gives to do.
func (s *stream) begin(run func(ctx context.Context) error, done func(err error) error) {
	s.tasks <- task{run, done}
}

// run carries the stream to its end. errBroken: it has none.
func (s *stream) run(ctx context.Context) error {
	if err := s.start(ctx); err != nil {
		return err
	}
	if err := s.carrier.open(ctx); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		s.carrier.close(ctx)
	}()
	ctx, cancel := context.WithCancel(ctx)
	workers := make(chan struct{}, s.pacing().parallel)
	for range cap(workers) {
		go func() {
			s.work(ctx)
			workers <- struct{}{}
		}()
	}
	defer func() {
		cancel()
		for range cap(workers) {
			<-workers
		}
	}()
	return s.loop(ctx)
}

// work does tasks until there are no more to come.
func (s *stream) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-s.tasks:
			s.done <- finished{t, t.run(ctx)}
		}
	}
}

// start starts both ends, or finds them running.
func (s *stream) start(ctx context.Context) error {
	send, err := s.source.settled(ctx, transfer.Send, s.number)
	if err != nil {
		return err
	}
	receive, err := s.replaced.settled(ctx, transfer.Receive, s.number)
	if err != nil {
		return err
	}
	// Parts of one archive fit no other: an end that is not there any more while the
	// other has begun is not started again.
	begun := s.state.Begun || send != nil && send.Acked > 0 || receive != nil && receive.Fed > 0
	if begun && (send == nil || receive == nil) || s.source.died(ctx, transfer.Send, send) || s.replaced.died(ctx, transfer.Receive, receive) {
		return errBroken
	}
	if s.state.Begun {
		return nil
	}
	err = together(ctx, func(ctx context.Context) error { return s.launch(ctx, s.replaced, transfer.Receive) },
		func(ctx context.Context) error { return s.launch(ctx, s.source, transfer.Send) })
	if err != nil {
		return err
	}
	s.state.Begun = true
	return s.state.save()
}

// launch starts an end, unless it runs, and waits until it says so.
func (s *stream) launch(ctx context.Context, e *end, v transfer.Verb) error {
	p := s.p
	if s.state.Delta && v == transfer.Send {
		p.List = "list"
	}
	if s.state.Delta && v == transfer.Receive && !s.state.Again { // what is in place is changed by place
		p.Changes = "changes"
	}
	trial := trial{e: e, verb: v, p: p}
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, e.pace.tick) {
		st, err := e.settled(ctx, v, s.number)
		switch {
		case err != nil:
			return err
		case st != nil && st.State == transfer.Failed:
			return e.failed(v, st)
		case st != nil:
			return nil
		}
		note, err := trial.keep(ctx, nil, false)
		if err != nil {
			return err
		}
		if note != "" {
			s.say(func(p *Progress) { p.Note = note })
		}
		if err := pause(ctx, wait); err != nil {
			return e.judge(ctx, err)
		}
	}
}

// loop looks at both ends, has parts carried, and acknowledges.
func (s *stream) loop(ctx context.Context) error {
	const soon = 30 * time.Millisecond // after something was done
	pace := s.pacing()
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return s.source.judge(ctx, ctx.Err())
		case f := <-s.done:
			if err := f.done(f.err); err != nil {
				return err
			}
			tick.Reset(min(soon, pace.tick))
			continue
		case <-tick.C:
		}
		over, err := s.turn(ctx)
		if over || err != nil {
			return err
		}
		tick.Reset(pace.tick)
	}
}

// turn is one look at both ends. It returns whether both are done.
func (s *stream) turn(ctx context.Context) (over bool, err error) {
	var send, receive *transfer.Status
	var err1, err2 error
	_ = together(ctx, func(ctx context.Context) error {
		send, err1 = s.source.look(ctx, transfer.Send, s.number)
		return nil
	}, func(ctx context.Context) error {
		receive, err2 = s.replaced.look(ctx, transfer.Receive, s.number)
		return nil
	})
	deadSource, noteSource, fatal := s.send.beat(ctx, send, err1)
	if fatal != nil {
		return false, fatal
	}
	deadReplaced, noteReplaced, fatal := s.receive.beat(ctx, receive, err2)
	if fatal != nil {
		return false, fatal
	}
	s.report(send, receive, noteSource, noteReplaced)
	switch {
	case deadSource || deadReplaced:
		return false, errBroken
	case err1 != nil || err2 != nil:
		return false, nil //nolint:nilerr // it is looked again; pulses count how long that goes on
	case send == nil || receive == nil: // the folder is gone, or a new one
		return false, errBroken
	case send.State == transfer.Failed || receive.State == transfer.Failed:
		return false, s.failure(send, receive)
	case send.State == transfer.Done && receive.State == transfer.Done:
		return true, nil
	}
	s.fed = max(s.fed, receive.Fed)
	if err := s.carrier.carry(ctx, send, receive); err != nil {
		return false, err
	}
	return false, s.acknowledge(ctx, send)
}

// failure says whether another stream can help where an end failed.
func (s *stream) failure(send, receive *transfer.Status) error {
	if send.State == transfer.Failed && send.Why == "full" {
		return s.source.failed(transfer.Send, send)
	}
	if receive.State == transfer.Failed && receive.Why == "full" {
		return s.replaced.failed(transfer.Receive, receive)
	}
	return errBroken
}

// passes reports whether something may be tried again after an error of a notebook's. A
// part that is not there was acknowledged; where Jupyter fails, its disk may be full, or
// the end gone: the next looks tell.
func passes(ctx context.Context, err error, failed int) bool {
	const many = 50
	for _, kind := range []error{jupyter.ErrTemporary, jupyter.ErrNotFound, jupyter.ErrChanged, errDamaged} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return ctx.Err() != nil || errors.Is(err, jupyter.ErrFailed) && failed < many
}

// acknowledge tells the source what was unpacked and the replacement where the end is.
func (s *stream) acknowledge(ctx context.Context, send *transfer.Status) error {
	tell := func(e *end, name string, n int64) bool {
		err := e.Session.Put(ctx, e.work+"/"+name, transfer.Number(n))
		return err == nil // else with the next look
	}
	return together(ctx, func(context.Context) error {
		if s.fed > max(s.acked, send.Acked) && tell(s.source, transfer.AckFile(s.number), s.fed) {
			s.acked = s.fed
		}
		return nil
	}, func(context.Context) error {
		if !s.last && (send.State == transfer.Cut || send.State == transfer.Done) {
			s.last = tell(s.replaced, transfer.LastFile(s.number), send.Last)
		}
		return nil
	})
}

// report tells how far it is.
func (s *stream) report(send, receive *transfer.Status, notes ...string) {
	s.say(func(p *Progress) {
		p.Retries = s.retries
		p.Note = strings.Join(notes, "; ")
		p.Note = strings.Trim(p.Note, "; ")
		if p.Note == "" {
			p.Note = s.trouble
		}
		if receive != nil {
			p.Bytes, p.Files, p.Part = receive.Bytes, receive.Files, receive.Fed
			p.Rate = s.rate.of(s.Now(), receive.Bytes)
		}
		if send != nil {
			p.Parts = send.Cut
			if send.State != transfer.Running && receive != nil && p.TotalBytes < send.Bytes {
				p.TotalBytes = send.Bytes
			}
		}
		if send != nil && receive != nil {
			p.Bound = s.carrier.bound(send, receive)
		}
	})
}

// rate is bytes a second over the last quarter of a minute or so.
type rate struct {
	at    time.Time
	bytes int64
	per   float64
}

func (r *rate) of(now time.Time, bytes int64) float64 {
	passed := now.Sub(r.at)
	switch {
	case r.at.IsZero():
		r.at, r.bytes = now, bytes
	case passed > time.Second:
		weight := min(1, passed.Seconds()/8)
		if r.per == 0 {
			weight = 1
		}
		r.per += weight * (float64(bytes-r.bytes)/passed.Seconds() - r.per)
		r.at, r.bytes = now, bytes
	}
	return r.per
}
