package mover

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"nbscope/model/transfer"
)

// bucket carries parts through a store, one object for each: the source puts it by a URL
// that is signed once the part is cut, the replacement gets it, and once it is unpacked
// the object is deleted.
type bucket struct {
	*stream
	store Store

	up, down half             // to the bucket, and from it
	parts    map[int64]object // that were seen on the source
	redo     map[int64]int    // by part, the try with which it was put and could not be got
	deleting int
	deleted  int64 // all up to this one are gone, or are being deleted
	failed   int   // orders in a row that did not get to a notebook
}

type object struct {
	transfer.Part

	there bool // the replacement can get it
}

// half is one of the way: what a notebook was given to do, and what came of it.
type half struct {
	e        *end
	verb     string          // "put" or "get"
	given    map[int64]given // by part
	seen     map[int64]int   // by part, the tries of which the outcome was seen
	busy     map[int64]bool  // a URL is on its way to the notebook
	refusals int             // of URLs that were fresh, since something went
	losses   int             // without an answer, since something went
}

// given is a URL that a notebook has: for which try, and since when.
type given struct {
	try int
	at  time.Time
}

func newBucket(s *stream, store Store) *bucket {
	begin := func(e *end, verb string) half {
		return half{e: e, verb: verb, given: map[int64]given{}, seen: map[int64]int{}, busy: map[int64]bool{}}
	}
	return &bucket{
		stream: s, store: store, up: begin(s.source, "put"), down: begin(s.replaced, "get"),
		parts: map[int64]object{}, redo: map[int64]int{},
	}
}

func (b *bucket) open(context.Context) error {
	b.say(func(p *Progress) { p.Way = "S3" })
	return nil
}

func (b *bucket) close(context.Context) {}

func (b *bucket) key(n int64) string { return fmt.Sprintf("%s/%s/p%07d", b.Prefix, b.number, n) }

// carry gives either notebook the URLs that it wants, and deletes what was unpacked.
func (b *bucket) carry(ctx context.Context, send, receive *transfer.Status) error {
	if b.deleted == 0 {
		b.deleted = b.fed // what an earlier process has left is swept
	}
	if b.fed > b.acked {
		b.down.refusals, b.down.losses = 0, 0
	}
	for _, p := range send.Parts {
		if err := b.heard(&b.up, p.N, p.Carried); err != nil {
			return err
		}
		again := receive.Again[p.N]
		if again.Try > b.down.seen[p.N] && (again.Again == "HTTP 404" || again.Again == "another content") {
			b.redo[p.N] = p.Try // somebody took it away
		}
		if err := b.heard(&b.down, p.N, again); err != nil {
			return err
		}
		b.parts[p.N] = object{p, p.Stored && p.Try > b.redo[p.N]}
		b.order(ctx, b.parts[p.N], again)
	}
	b.free()
	return nil
}

// heard takes in what a notebook says of its tries. It fails where more of them are of
// no use.
func (b *bucket) heard(h *half, n int64, c transfer.Carried) error {
	const losses = 200 // each takes the script a quarter of a minute at least
	if c.Try <= h.seen[n] {
		return nil
	}
	h.seen[n] = c.Try
	if c.Stored {
		h.refusals, h.losses, b.trouble = 0, 0, ""
		return nil
	}
	b.retries++
	fresh := b.Now().Sub(h.given[n].at) < 5*time.Minute // else it ran out, and another one does it
	switch {
	case c.Disk != "":
		return nil // the status says so, and counts how long
	case isRefusal(c.Again) && fresh:
		h.refusals++
	case !isRefusal(c.Again):
		h.losses++
	}
	if h.refusals > 3*b.p.Window || h.losses > losses {
		return h.e.fail(ErrNoWay, nil, "%s", says(c.Again))
	}
	b.trouble = fmt.Sprintf("part %d is %s again by the %s: %s", n, h.verb, h.e.side, says(c.Again))
	return nil
}

// order gives a URL for a part to who has to do with it next.
func (b *bucket) order(ctx context.Context, p object, again transfer.Carried) {
	switch {
	case p.N <= b.fed:
	case !p.there:
		b.give(ctx, &b.up, p, p.Try, func(ctx context.Context) (transfer.Order, error) {
			return b.store.Put(ctx, b.key(p.N), p.Size, p.SHA256)
		})
	case p.N <= b.fed+int64(b.pacing().parallel): // no more than tar needs: parts lie on the disk
		b.give(ctx, &b.down, p, again.Try, func(ctx context.Context) (transfer.Order, error) {
			o, err := b.store.Get(ctx, b.key(p.N), p.Version)
			o.Size, o.SHA256 = p.Size, p.SHA256
			return o, err
		})
	}
}

// give has a URL signed and written into the notebook, unless it has one: the try that
// is under way may be that with a URL of an earlier process.
func (b *bucket) give(ctx context.Context, h *half, p object, try int, sign func(context.Context) (transfer.Order, error)) {
	if g, had := h.given[p.N]; h.busy[p.N] || had && try < g.try && b.Now().Sub(g.at) < 10*b.pacing().silence {
		return
	}
	h.busy[p.N] = true
	var refused error
	b.begin(func(ctx context.Context) error {
		o, err := sign(ctx)
		if err != nil {
			refused = err
			return err
		}
		raw, err := json.Marshal(o)
		if err != nil {
			return err //nolint:wrapcheck // an order of strings and numbers can be written
		}
		return h.e.Session.Put(ctx, h.e.work+"/"+transfer.OrderFile(b.number, p.N), raw)
	}, func(err error) error {
		delete(h.busy, p.N)
		switch {
		case err == nil:
			b.failed = 0
			h.given[p.N] = given{try + 1, b.Now()}
		case refused != nil:
			return b.refused(ctx, refused)
		case passes(ctx, err, b.failed):
			b.failed++
		default:
			return h.e.judge(ctx, err)
		}
		return nil
	})
}

// free deletes the objects of parts that were unpacked. What cannot be deleted now is
// swept at the end.
func (b *bucket) free() {
	for b.deleted < b.fed && b.deleting < b.pacing().parallel/2 {
		b.deleted++
		p, known := b.parts[b.deleted]
		b.forget(b.deleted)
		if !known {
			continue
		}
		b.deleting++
		b.begin(func(ctx context.Context) error {
			return b.store.Delete(ctx, Object{b.key(p.N), p.Version})
		}, func(error) error {
			b.deleting--
			return nil
		})
	}
}

// forget keeps what is known of parts as small as the window.
func (b *bucket) forget(n int64) {
	delete(b.parts, n)
	delete(b.redo, n)
	for _, h := range []*half{&b.up, &b.down} {
		delete(h.given, n)
		delete(h.seen, n)
	}
}

// bound says what the others wait for.
func (b *bucket) bound(send, receive *transfer.Status) Bound {
	there := 0
	for _, p := range send.Parts {
		if p.Stored {
			there++
		}
	}
	switch {
	case receive.Come >= b.pacing().parallel/2:
		return ByReplacement
	case send.State == transfer.Running && 2*len(send.Parts) < b.p.Window:
		return BySource
	case 2*there > len(send.Parts):
		return ByGet
	}
	return ByPut
}
