package mover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// errBroken: an end of a stream is gone. The manifests say what is missing.
var errBroken = errors.New("the stream broke off")

// contents is the name of the way in that every Jupyter has.
const contents = "contents"

// relay is one stream whose parts travel through this machine. One goroutine looks at
// both ends and decides; others move parts, each with one part in memory.
type relay struct {
	*copying
	number        string
	p             transfer.Parameters
	way           atomic.Pointer[jupyter.WayIn]
	jobs          chan transfer.Part
	moved         chan move
	send, receive pulse

	flying  map[int64]bool
	there   map[int64]time.Time // sent, and when
	bad     map[int64]int       // damaged on the way, as far as it was seen
	until   map[int64]time.Time // a part that failed, and when it is tried again
	failed  int                 // moves in a row
	trouble string
	retries int64
	fed     int64
	last    bool // the replacement was told how many parts there are
	acked   int64
	rate    rate
	out, in time.Duration // spent in each half of the way, lately
}

// move is what came of moving a part.
type move struct {
	part    transfer.Part
	out, in time.Duration
	err     error
}

func newRelay(c *copying, number string) *relay {
	pace := c.pacing()
	return &relay{
		copying: c, number: number, jobs: make(chan transfer.Part, pace.window), moved: make(chan move, pace.window),
		p:    transfer.Parameters{Stream: number, Part: c.state.Part, Window: pace.window, Rules: c.rules(c.source.work)},
		send: pulse{e: c.source, verb: transfer.Send}, receive: pulse{e: c.replaced, verb: transfer.Receive},
		flying: map[int64]bool{}, there: map[int64]time.Time{}, bad: map[int64]int{}, until: map[int64]time.Time{},
	}
}

// run carries the stream to its end. errBroken: it has none.
func (r *relay) run(ctx context.Context) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = (*r.way.Load()).Close(ctx) // whoever begins next ends what is left
	}()
	ctx, cancel := context.WithCancel(ctx)
	workers := make(chan struct{}, r.pacing().parallel)
	for range cap(workers) {
		go func() {
			r.work(ctx)
			workers <- struct{}{}
		}()
	}
	defer func() {
		cancel()
		for range cap(workers) {
			<-workers
		}
	}()
	return r.loop(ctx)
}

// start starts both ends, or finds them running.
func (r *relay) start(ctx context.Context) error {
	send, err := r.source.settled(ctx, transfer.Send, r.number)
	if err != nil {
		return err
	}
	receive, err := r.replaced.settled(ctx, transfer.Receive, r.number)
	if err != nil {
		return err
	}
	// Parts of one archive fit no other: an end that is not there any more while the
	// other has begun is not started again.
	begun := r.state.Begun || send != nil && send.Acked > 0 || receive != nil && receive.Fed > 0
	if begun && (send == nil || receive == nil) || r.source.died(ctx, transfer.Send, send) || r.replaced.died(ctx, transfer.Receive, receive) {
		return errBroken
	}
	if r.state.Begun {
		return nil
	}
	err = together(ctx, func(ctx context.Context) error { return r.launch(ctx, r.replaced, transfer.Receive) },
		func(ctx context.Context) error { return r.launch(ctx, r.source, transfer.Send) })
	if err != nil {
		return err
	}
	r.state.Begun = true
	return r.state.save()
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

// launch starts an end, unless it runs, and waits until it says so.
func (r *relay) launch(ctx context.Context, e *end, v transfer.Verb) error {
	p := r.p
	if r.state.Delta && v == transfer.Send {
		p.List = "list"
	}
	if r.state.Delta && v == transfer.Receive && !r.state.Again { // what is in place is changed by place
		p.Changes = "changes"
	}
	trial := trial{e: e, verb: v, p: p}
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, e.pace.tick) {
		st, err := e.settled(ctx, v, r.number)
		switch {
		case err != nil:
			return err
		case st != nil && st.State == transfer.Failed:
			return e.failed(v, st)
		case st != nil:
			return nil
		}
		if err := trial.keep(ctx, nil, false); err != nil {
			return err
		}
		if err := pause(ctx, wait); err != nil {
			return e.judge(ctx, err)
		}
	}
}

// open takes the way in, and finds out what an earlier process has sent.
func (r *relay) open(ctx context.Context) error {
	e := r.replaced
	dir := e.work + "/" + path.Dir(transfer.CutFile(r.number, 1))
	way := e.Session.ContentsIn(dir)
	if r.state.Way != contents {
		if kernel, err := e.Session.KernelIn(ctx, dir); err == nil {
			way = kernel
		} else if ctx.Err() != nil {
			return e.judge(ctx, err)
		}
	}
	r.way.Store(&way)
	r.say(func(p *Progress) { p.Way = way.Name() })
	all, err := e.Session.List(ctx, dir)
	if errors.Is(err, jupyter.ErrNotFound) {
		return nil
	}
	if err != nil {
		return e.judge(ctx, err)
	}
	for _, f := range all {
		var n, size int64
		var sum string
		if k, _ := fmt.Sscanf(strings.ReplaceAll(f.Name, "-", " "), "p%d %d %64s", &n, &size, &sum); k == 3 && size == f.Size && len(sum) == 64 && !strings.HasSuffix(f.Name, ".tmp") {
			r.there[n] = r.Now()
		}
	}
	return nil
}

// work moves parts until there are no more to come.
func (r *relay) work(ctx context.Context) {
	buffer := make([]byte, 0, r.p.Part)
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-r.jobs:
			r.moved <- r.move(ctx, p, buffer) // there is room for every part of the window
		}
	}
}

// filling is a writer into a buffer of fixed size.
type filling struct{ data []byte }

func (f *filling) Write(p []byte) (int, error) {
	if len(f.data)+len(p) > cap(f.data) {
		return 0, errors.New("a part is larger than it was cut")
	}
	f.data = append(f.data, p...)
	return len(p), nil
}

var errDamaged = errors.New("a part was damaged on the way")

// move brings a part from the one to the other, and looks at it in between.
func (r *relay) move(ctx context.Context, p transfer.Part, buffer []byte) move {
	m := move{part: p}
	if p.Size > int64(cap(buffer)) {
		buffer = make([]byte, 0, p.Size) // cut by an earlier process, in another size
	}
	began := r.Now()
	to := filling{buffer[:0]}
	_, m.err = r.source.Session.Download(ctx, r.source.work+"/"+transfer.CutFile(r.number, p.N), 0, p.Size, &to)
	m.out = r.Now().Sub(began)
	if m.err != nil {
		m.err = &side{r.source, m.err}
		return m
	}
	if sum := sha256.Sum256(to.data); hex.EncodeToString(sum[:]) != p.SHA256 {
		m.err = &side{r.source, errDamaged}
		return m
	}
	began = r.Now()
	way := *r.way.Load()
	err := way.Send(ctx, path.Base(transfer.ComeFile(r.number, &p)), to.data)
	m.in = r.Now().Sub(began)
	// The reader may have taken the part away before the server looked at it.
	taken := way.Name() == contents && errors.Is(err, jupyter.ErrNotFound)
	if err != nil && !taken {
		m.err = &side{r.replaced, err}
	}
	return m
}

// side is an error with the end that it is of.
type side struct {
	e   *end
	err error
}

func (s *side) Error() string { return string(s.e.side) + ": " + s.err.Error() }
func (s *side) Unwrap() error { return s.err }

// loop looks at both ends, hands out parts, and acknowledges.
func (r *relay) loop(ctx context.Context) error {
	const soon = 30 * time.Millisecond // after a part has moved
	pace := r.pacing()
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return r.source.judge(ctx, ctx.Err())
		case m := <-r.moved:
			if err := r.took(ctx, m); err != nil {
				return err
			}
			tick.Reset(min(soon, pace.tick))
			continue
		case <-tick.C:
		}
		done, err := r.turn(ctx)
		if done || err != nil {
			return err
		}
		tick.Reset(pace.tick)
	}
}

// took notes what came of a part.
func (r *relay) took(ctx context.Context, m move) error {
	delete(r.flying, m.part.N)
	if m.err == nil {
		r.failed, r.trouble = 0, ""
		r.there[m.part.N] = r.Now()
		r.out, r.in = (7*r.out+m.out)/8, (7*r.in+m.in)/8
		return nil
	}
	r.failed++
	r.retries++
	r.until[m.part.N] = r.Now().Add(min(time.Duration(r.failed)*r.pacing().tick, 10*time.Second))
	of := &side{}
	errors.As(m.err, &of)
	r.trouble = fmt.Sprintf("part %d is sent again: %v", m.part.N, m.err)
	if way := *r.way.Load(); of.e == r.replaced && way.Name() != contents && ctx.Err() == nil && !errors.Is(m.err, jupyter.ErrTemporary) {
		_ = way.Close(ctx) // a kernel that ended is no way any more
		other := r.replaced.Session.ContentsIn(r.replaced.work + "/" + path.Dir(transfer.CutFile(r.number, 1)))
		r.way.Store(&other)
		r.say(func(p *Progress) { p.Way = other.Name() })
		return nil
	}
	switch {
	case errors.Is(m.err, jupyter.ErrTooLarge):
		return m.err
	case r.passes(ctx, m.err):
		return nil
	}
	return of.e.judge(ctx, of.err)
}

// passes reports whether a part may be sent again after an error. A part that is not
// there was acknowledged; where Jupyter fails, its disk may be full, or the end gone: the
// next looks tell.
func (r *relay) passes(ctx context.Context, err error) bool {
	const many = 50
	for _, kind := range []error{jupyter.ErrTemporary, jupyter.ErrNotFound, jupyter.ErrChanged, errDamaged} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return ctx.Err() != nil || errors.Is(err, jupyter.ErrFailed) && r.failed < many
}

// turn is one look at both ends. It returns whether both are done.
func (r *relay) turn(ctx context.Context) (done bool, err error) {
	var send, receive *transfer.Status
	var err1, err2 error
	_ = together(ctx, func(ctx context.Context) error {
		send, err1 = r.source.look(ctx, transfer.Send, r.number)
		return nil
	}, func(ctx context.Context) error {
		receive, err2 = r.replaced.look(ctx, transfer.Receive, r.number)
		return nil
	})
	deadSource, noteSource, fatal := r.send.beat(ctx, send, err1)
	if fatal != nil {
		return false, fatal
	}
	deadReplaced, noteReplaced, fatal := r.receive.beat(ctx, receive, err2)
	if fatal != nil {
		return false, fatal
	}
	r.report(send, receive, noteSource, noteReplaced)
	switch {
	case deadSource || deadReplaced:
		return false, errBroken
	case err1 != nil || err2 != nil:
		return false, nil //nolint:nilerr // it is looked again; pulses count how long that goes on
	case send == nil || receive == nil: // the folder is gone, or a new one
		return false, errBroken
	case send.State == transfer.Failed || receive.State == transfer.Failed:
		return false, r.failure(send, receive)
	case send.State == transfer.Done && receive.State == transfer.Done:
		return true, nil
	}
	r.again(receive)
	r.handOut(send)
	return false, r.acknowledge(ctx, send)
}

// failure says whether another stream can help where an end failed.
func (r *relay) failure(send, receive *transfer.Status) error {
	if send.State == transfer.Failed && send.Why == "full" {
		return r.source.failed(transfer.Send, send)
	}
	if receive.State == transfer.Failed && receive.Why == "full" {
		return r.replaced.failed(transfer.Receive, receive)
	}
	return errBroken
}

// again takes the word of the replacement that parts came damaged, or never came.
func (r *relay) again(receive *transfer.Status) {
	r.fed = max(r.fed, receive.Fed)
	for n := range r.there {
		if n <= r.fed {
			delete(r.there, n)
		}
	}
	for n, times := range receive.Bad {
		if times > r.bad[n] {
			r.bad[n] = times
			r.retries++
			delete(r.there, n)
		}
	}
	if receive.Full != nil {
		return
	}
	// It has been sent, and nothing comes of it: what the answer said was not so.
	if at, sent := r.there[r.fed+1]; sent && r.Now().Sub(at) > r.pacing().silence {
		delete(r.there, r.fed+1)
		r.retries++
	}
}

// handOut gives parts to those who move them. Behind a full disk nothing is sent but
// what it waits for.
func (r *relay) handOut(send *transfer.Status) {
	pace := r.pacing()
	at := r.Now()
	for _, p := range send.Parts {
		_, sent := r.there[p.N]
		if p.N <= r.fed || sent || r.flying[p.N] || at.Before(r.until[p.N]) {
			continue
		}
		if len(r.flying) >= pace.parallel+2 { // two wait, so that nobody does
			return
		}
		r.flying[p.N] = true
		r.jobs <- p // there is room for every part of the window
	}
}

// acknowledge tells the source what was unpacked and the replacement where the end is.
func (r *relay) acknowledge(ctx context.Context, send *transfer.Status) error {
	tell := func(e *end, name string, n int64) bool {
		err := e.Session.Put(ctx, e.work+"/"+name, transfer.Number(n))
		return err == nil // else with the next look
	}
	return together(ctx, func(context.Context) error {
		if r.fed > max(r.acked, send.Acked) && tell(r.source, transfer.AckFile(r.number), r.fed) {
			r.acked = r.fed
		}
		return nil
	}, func(context.Context) error {
		if !r.last && (send.State == transfer.Cut || send.State == transfer.Done) {
			r.last = tell(r.replaced, transfer.LastFile(r.number), send.Last)
		}
		return nil
	})
}

// report tells how far it is.
func (r *relay) report(send, receive *transfer.Status, notes ...string) {
	r.say(func(p *Progress) {
		p.Retries = r.retries
		p.Note = strings.Join(notes, "; ")
		p.Note = strings.Trim(p.Note, "; ")
		if p.Note == "" {
			p.Note = r.trouble
		}
		if receive != nil {
			p.Bytes, p.Part = receive.Bytes, receive.Fed
			p.Rate = r.rate.of(r.Now(), receive.Bytes)
		}
		if send != nil {
			p.Parts = send.Cut
			if send.State != transfer.Running && receive != nil && p.TotalBytes < send.Bytes {
				p.TotalBytes = send.Bytes
			}
			p.Bound = r.bound(send)
		}
	})
}

// bound says what the others wait for.
func (r *relay) bound(send *transfer.Status) Bound {
	pace := r.pacing()
	switch {
	case len(r.there) >= pace.window/2:
		return ByReplacement
	case len(r.flying) < pace.parallel && send.State == transfer.Running:
		return BySource
	case r.out > r.in:
		return ByDownload
	}
	return ByUpload
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

// keepBeating writes the heartbeat on both sides until the returned function is called.
// Without one for three days both ends clean up and end.
func (c *copying) keepBeating(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{}, 2)
	for _, e := range []*end{c.source, c.replaced} {
		go func() {
			defer func() { done <- struct{}{} }()
			way := e.Session.ContentsIn(e.work)
			if c.KeepAwake {
				if kernel, err := e.Session.KernelIn(ctx, e.work); err == nil {
					way = kernel
				}
			}
			for n := 0; ; n++ {
				_ = way.Send(ctx, transfer.BeatFile, fmt.Appendf(nil, "%d %d\n", n, c.Now().UnixNano())) // the next one may arrive
				if pause(ctx, c.pacing().beat) != nil {
					break
				}
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			_ = way.Close(ctx) // Clean ends what is left
		}()
	}
	return func() {
		cancel()
		<-done
		<-done
	}
}
