package mover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// contents is the name of the way in that every Jupyter has.
const contents = "contents"

// relay carries parts through this machine.
type relay struct {
	*stream
	way     atomic.Pointer[jupyter.WayIn]
	buffers sync.Pool // one for each part on its way

	flying map[int64]bool
	there  map[int64]time.Time // sent, and when
	bad    map[int64]int       // damaged on the way, as far as it was seen
	until  map[int64]time.Time // a part that failed, and when it is tried again
	failed int                 // moves in a row
	lost   struct {            // the part that was sent last and did not come
		part  int64
		times int
	}
	clock   int64         // of the replacement's end, as it last said
	looks   time.Time     // when it last said another
	out, in time.Duration // spent in each half of the way, lately
}

// move is what came of moving a part.
type move struct {
	part    transfer.Part
	out, in time.Duration
	err     error
}

func newRelay(s *stream) *relay {
	r := &relay{stream: s, flying: map[int64]bool{}, there: map[int64]time.Time{}, bad: map[int64]int{}, until: map[int64]time.Time{}}
	r.buffers.New = func() any { return &filling{make([]byte, 0, s.p.Part)} }
	return r
}

// folder is where parts come in, as Jupyter has it.
func (r *relay) folder() string {
	return r.replaced.work + "/" + path.Dir(transfer.CutFile(r.number, 1))
}

// open takes the way in, and finds out what an earlier process has sent.
func (r *relay) open(ctx context.Context) error {
	e := r.replaced
	way := e.Session.ContentsIn(r.folder())
	if r.state.Way != contents {
		if kernel, err := e.Session.KernelIn(ctx, r.folder()); err == nil {
			way = kernel
		} else if ctx.Err() != nil {
			return e.judge(ctx, err)
		}
	}
	r.way.Store(&way)
	r.say(func(p *Progress) { p.Way = way.Name() })
	all, err := e.Session.List(ctx, r.folder())
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

func (r *relay) close(ctx context.Context) {
	if way := r.way.Load(); way != nil {
		_ = (*way).Close(ctx) // whoever begins next ends what is left
	}
}

// carry gives parts to those who move them. Behind a full disk nothing is sent but what
// it waits for.
func (r *relay) carry(ctx context.Context, send, receive *transfer.Status) error {
	if err := r.again(ctx, receive); err != nil {
		return err
	}
	at := r.Now()
	for _, p := range send.Parts {
		_, sent := r.there[p.N]
		if p.N <= r.fed || sent || r.flying[p.N] || at.Before(r.until[p.N]) {
			continue
		}
		if len(r.flying) >= r.pacing().parallel+2 { // two wait, so that nobody does
			break
		}
		r.flying[p.N] = true
		var m move
		r.begin(func(ctx context.Context) error {
			m = r.move(ctx, p)
			return m.err
		}, func(error) error { return r.took(ctx, m) })
	}
	return nil
}

// again takes the word of the replacement that parts came damaged, or never came.
func (r *relay) again(ctx context.Context, receive *transfer.Status) error {
	if receive.Clock != r.clock {
		r.clock, r.looks = receive.Clock, r.Now()
	}
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
	n, silence := r.fed+1, r.pacing().silence
	at, sent := r.there[n]
	if receive.Full != nil || !sent || r.Now().Sub(at) <= silence || r.Now().Sub(r.looks) > silence { // or tar is slow to take the one before
		return nil
	}
	return r.missing(ctx, n)
}

// mostLost is how often a part is sent that never comes, by each way.
const mostLost = 2

// missing sends a part again of which an answer said that it came, and which is not
// there: by the other way when that goes on, and not for ever.
func (r *relay) missing(ctx context.Context, n int64) error {
	delete(r.there, n)
	r.retries++
	if r.lost.part != n {
		r.lost.part, r.lost.times = n, 0
	}
	r.lost.times++
	r.trouble = fmt.Sprintf("part %d is sent again: it was sent, and did not come", n)
	switch {
	case r.lost.times < mostLost:
	case (*r.way.Load()).Name() != contents:
		r.byContents(ctx)
		r.lost.times = 0
	default:
		return r.replaced.fail(ErrScript, nil, "part %d was sent again and again, and its reader there never saw it", n)
	}
	return nil
}

// byContents takes the way that every Jupyter has, in place of a kernel.
func (r *relay) byContents(ctx context.Context) {
	_ = (*r.way.Load()).Close(ctx) // it is no way any more
	way := r.replaced.Session.ContentsIn(r.folder())
	r.way.Store(&way)
	r.say(func(p *Progress) { p.Way = way.Name() })
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
func (r *relay) move(ctx context.Context, p transfer.Part) move {
	m := move{part: p}
	leave, err := r.Line.Enter(ctx)
	if err != nil {
		m.err = &side{r.source, err}
		return m
	}
	defer leave()
	to, _ := r.buffers.Get().(*filling)
	defer r.buffers.Put(to)
	to.data = to.data[:0]
	if p.Size > int64(cap(to.data)) {
		to.data = make([]byte, 0, p.Size) // cut by an earlier process, in another size
	}
	began := r.Now()
	_, m.err = r.source.Session.Download(ctx, r.source.work+"/"+transfer.CutFile(r.number, p.N), 0, p.Size, to)
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
	err = way.Send(ctx, path.Base(transfer.ComeFile(r.number, &p)), to.data)
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

// took notes what came of a part.
func (r *relay) took(ctx context.Context, m move) error {
	delete(r.flying, m.part.N)
	if m.err == nil {
		if r.failed = 0; r.lost.part <= r.fed {
			r.trouble = ""
		}
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
		r.byContents(ctx)
		return nil
	}
	if passes(ctx, m.err, r.failed) {
		return nil
	}
	return of.e.judge(ctx, of.err)
}

// bound says what the others wait for.
func (r *relay) bound(send, _ *transfer.Status) Bound {
	pace := r.pacing()
	switch {
	case len(r.there) >= pace.window/2:
		return ByReplacement
	case r.Line.Full():
		return ByLine
	case len(r.flying) < pace.parallel && send.State == transfer.Running:
		return BySource
	case r.out > r.in:
		return ByDownload
	}
	return ByUpload
}
