package mover

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// streamOf is a stream by itself that nothing carries yet, with a clock that stands. What
// it begins lies in its tasks.
func streamOf(t *testing.T, store bool) (s *stream, w *world, now *time.Time) {
	t.Helper()
	w = newWorld(t)
	at := w.clock
	w.job.Now = func() time.Time { return at }
	st, err := w.job.load()
	if err != nil {
		t.Fatal(err)
	}
	st.Part, st.Way = 300, contents
	c := &copying{Job: &w.job, state: st, tell: func(Progress) {}, source: w.job.end("source", "nbscope-7f3c"), replaced: w.job.end("replacement", "nbscope-7f3c")}
	c.source.root, c.replaced.root = "/home/source", "/home/replacement"
	if store {
		return c.newStream(w.s3), w, &at
	}
	return c.newStream(nil), w, &at
}

// does carries out what was begun, in its order, and returns the first error that ends
// the stream.
func (s *stream) does(ctx context.Context) (first error) {
	for {
		select {
		case task := <-s.tasks:
			if err := task.done(task.run(ctx)); first == nil {
				first = err
			}
		default:
			return first
		}
	}
}

// TestWhatANotebookSaysOfItsTries has one half of the way hear of tries, after refusals and
// losses.
func TestWhatANotebookSaysOfItsTries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		carried          transfer.Carried
		refusals, losses int // before
		ago              time.Duration
		refused, lost    int // after
		trouble          string
		retries          int64
		fails            string
	}{
		"an old one":             {carried: transfer.Carried{Try: 2, Again: "HTTP 403"}, refusals: 1, losses: 1, refused: 1, lost: 1, trouble: "before"},
		"stored":                 {carried: transfer.Carried{Try: 3, Stored: true}, refusals: 1, losses: 1},
		"no room":                {carried: transfer.Carried{Try: 3, Disk: "full", Again: "ENOSPC"}, refusals: 1, losses: 1, refused: 1, lost: 1, trouble: "before", retries: 1},
		"refused":                {carried: transfer.Carried{Try: 3, Again: "HTTP 403"}, ago: 5*time.Minute - 1, refused: 1, retries: 1, trouble: "part 1 is put again by the source: it is refused (HTTP 403), by a policy of the bucket, of an endpoint or of a key"},
		"refused, as it ran out": {carried: transfer.Carried{Try: 3, Again: "HTTP 403"}, ago: 5 * time.Minute, retries: 1, trouble: "part 1 is put again by the source: it is refused (HTTP 403), by a policy of the bucket, of an endpoint or of a key"},
		"sent elsewhere":         {carried: transfer.Carried{Try: 3, Again: "HTTP 301"}, refused: 1, retries: 1, trouble: "part 1 is put again by the source: HTTP 301"},
		"no answer":              {carried: transfer.Carried{Try: 3, Again: "curl 28"}, lost: 1, retries: 1, trouble: "part 1 is put again by the source: no answer comes in time"},
		"a server's fault":       {carried: transfer.Carried{Try: 3, Again: "HTTP 503"}, lost: 1, retries: 1, trouble: "part 1 is put again by the source: HTTP 503"},
		"the last refusal":       {carried: transfer.Carried{Try: 3, Again: "HTTP 400"}, refusals: 11, refused: 12, retries: 1, trouble: "part 1 is put again by the source: HTTP 400"},
		"one too many":           {carried: transfer.Carried{Try: 3, Again: "HTTP 400"}, refusals: 12, refused: 13, retries: 1, trouble: "before", fails: "churn (source): the notebook does not get to the bucket: HTTP 400"},
		"the last loss":          {carried: transfer.Carried{Try: 3, Again: "curl 7"}, losses: 199, lost: 200, retries: 1, trouble: "part 1 is put again by the source: there is no connection"},
		"a loss too many":        {carried: transfer.Carried{Try: 3, Again: "curl 7"}, losses: 200, lost: 201, retries: 1, trouble: "before", fails: "churn (source): the notebook does not get to the bucket: there is no connection"},
	} {
		s, _, now := streamOf(t, true)
		b := s.carrier.(*bucket) //nolint:forcetypeassert // it was made with a store
		b.trouble, b.up.refusals, b.up.losses = "before", c.refusals, c.losses
		b.up.seen[1], b.up.given[1] = 2, given{3, now.Add(-c.ago)}
		err := b.heard(&b.up, 1, c.carried)
		if b.up.refusals != c.refused || b.up.losses != c.lost || b.trouble != c.trouble || b.retries != c.retries || b.up.seen[1] != max(2, c.carried.Try) || (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails {
			t.Errorf("%s: %d refusals, %d losses, %q, %d again, %v", name, b.up.refusals, b.up.losses, b.trouble, b.retries, err)
		}
	}
}

func TestWhatAStreamThroughABucketWaitsFor(t *testing.T) {
	t.Parallel()
	parts := func(n, stored int) (out []transfer.Part) {
		for i := range n {
			out = append(out, transfer.Part{N: int64(i + 1), Carried: transfer.Carried{Stored: i < stored}})
		}
		return out
	}
	for _, c := range []struct {
		come  int
		state transfer.State
		parts []transfer.Part
		want  Bound
	}{
		{1, transfer.Running, parts(1, 0), ByReplacement}, {0, transfer.Running, parts(1, 0), BySource}, {0, transfer.Running, parts(2, 0), ByPut}, {0, transfer.Cut, parts(1, 0), ByPut},
		{0, transfer.Cut, parts(2, 1), ByPut}, {0, transfer.Cut, parts(3, 2), ByGet}, {0, transfer.Cut, nil, ByPut},
	} {
		s, _, _ := streamOf(t, true) // a window of four parts, two on their way
		if got := s.carrier.bound(&transfer.Status{State: c.state, Parts: c.parts}, &transfer.Status{Come: c.come}); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestAURLIsGivenOnceForEachTry, and another one once the first has taken long.
func TestAURLIsGivenOnceForEachTry(t *testing.T) {
	t.Parallel()
	odd := errors.New("no key")
	for name, c := range map[string]struct {
		had, busy bool
		try       int
		ago       time.Duration
		signs     error
		put       error
		failed    int
		begins    int
		of        error
	}{
		"the first":                {begins: 1},
		"while one is on its way":  {busy: true},
		"it has one for this try":  {had: true, try: 2, ago: 200*second - 1},
		"it has had it for long":   {had: true, try: 2, ago: 200 * second, begins: 1},
		"the try of before failed": {had: true, try: 3, begins: 1},
		"it cannot be signed":      {signs: odd, begins: 1, of: ErrStore},
		"no answer":                {put: fault(jupyter.ErrTemporary), begins: 1},
		"a failure":                {put: fault(jupyter.ErrFailed), failed: 49, begins: 1},
		"one failure too many":     {put: fault(jupyter.ErrFailed), failed: 50, begins: 1, of: ErrScript},
		"a refusal":                {put: fault(jupyter.ErrRefused), begins: 1, of: ErrRefused},
	} {
		s, w, now := streamOf(t, true)
		b := s.carrier.(*bucket) //nolint:forcetypeassert // it was made with a store
		w.source.files["nbscope-7f3c/1/urls/"] = nil
		w.source.fault = func(string, string) error { return c.put }
		b.failed = c.failed
		if c.busy {
			b.up.busy[1] = true
		}
		if c.had {
			b.up.given[1] = given{3, now.Add(-c.ago)}
		}
		b.give(t.Context(), &b.up, object{Part: transfer.Part{N: 1}}, c.try, func(context.Context) (transfer.Order, error) { return transfer.Order{URL: "u"}, c.signs })
		if len(s.tasks) != c.begins || b.up.busy[1] != (c.busy || c.begins > 0) {
			t.Errorf("%s: %d begun", name, len(s.tasks))
		}
		err := s.does(t.Context())
		given, ok := b.up.given[1]
		if !errors.Is(err, c.of) || (err == nil) != (c.of == nil) || b.up.busy[1] != c.busy {
			t.Errorf("%s: %v", name, err)
		}
		if went := c.begins > 0 && c.signs == nil && c.put == nil; went && (!ok || given.try != c.try+1 || given.at != *now || b.failed != 0 || len(w.source.files["nbscope-7f3c/1/urls/p0000001.json"]) == 0) {
			t.Errorf("%s: it was given %+v: %q", name, given, w.source.files)
		}
		if failed := c.put != nil && c.of == nil; b.failed != map[bool]int{true: c.failed + 1, false: c.failed}[failed] && c.put != nil {
			t.Errorf("%s: %d have failed", name, b.failed)
		}
	}
}

// TestObjectsOfPartsThatWereUnpackedAreDeleted, so many at a time, and what is known of the
// parts with them.
func TestObjectsOfPartsThatWereUnpackedAreDeleted(t *testing.T) {
	t.Parallel()
	s, w, _ := streamOf(t, true)
	b := s.carrier.(*bucket)                //nolint:forcetypeassert // it was made with a store
	for _, n := range []int64{1, 3, 4, 5} { // nothing is known of the second
		b.parts[n] = object{Part: transfer.Part{N: n, Carried: transfer.Carried{Version: "v"}}}
		b.redo[n], b.up.seen[n], b.down.given[n] = 1, 1, given{1, time.Time{}}
		w.s3.objects[Object{b.key(n), "v"}] = nil
	}
	b.fed = 4
	for _, want := range [][]string{{"delete nbscope/7f3c/1/p0000001"}, {"delete nbscope/7f3c/1/p0000003"}, {"delete nbscope/7f3c/1/p0000004"}, nil} {
		w.s3.log = nil
		b.free()
		if b.deleting != len(want) {
			t.Errorf("%d are being deleted, want %q", b.deleting, want)
		}
		if err := s.does(t.Context()); err != nil || !slices.Equal(w.s3.log, want) || b.deleting != 0 {
			t.Errorf("%v, %q, want %q", err, w.s3.log, want)
		}
	}
	if len(b.parts) != 1 || len(b.redo) != 1 || len(b.up.seen) != 1 || len(b.down.given) != 1 || b.deleted != 4 || len(w.s3.objects) != 1 {
		t.Errorf("of %d it knows %v", b.deleted, b.parts)
	}
}

// TestWhatIsSaidOfAStream has both ends say how far they are.
func TestWhatIsSaidOfAStream(t *testing.T) {
	t.Parallel()
	send := &transfer.Status{State: transfer.Running, Cut: 7, Bytes: 900}
	whole := &transfer.Status{State: transfer.Cut, Cut: 9, Bytes: 1200}
	receive := &transfer.Status{Bytes: 500, Files: 3, Fed: 4}
	for name, c := range map[string]struct {
		send, receive *transfer.Status
		notes         [2]string
		want          Progress
	}{
		"nothing":                     {nil, nil, [2]string{}, Progress{TotalBytes: 1000, Retries: 2, Note: "trouble"}},
		"the source":                  {send, nil, [2]string{"a", ""}, Progress{TotalBytes: 1000, Retries: 2, Note: "a", Parts: 7}},
		"the replacement":             {nil, receive, [2]string{"", "b"}, Progress{TotalBytes: 1000, Retries: 2, Note: "b", Bytes: 500, Files: 3, Part: 4}},
		"both":                        {send, receive, [2]string{"a", "b"}, Progress{TotalBytes: 1000, Retries: 2, Note: "a; b", Parts: 7, Bytes: 500, Files: 3, Part: 4, Bound: BySource}},
		"more than counted":           {whole, receive, [2]string{}, Progress{TotalBytes: 1200, Retries: 2, Note: "trouble", Parts: 9, Bytes: 500, Files: 3, Part: 4, Bound: ByUpload}},
		"more, and nobody to take it": {whole, nil, [2]string{}, Progress{TotalBytes: 1000, Retries: 2, Note: "trouble", Parts: 9}},
		"as much as counted":          {&transfer.Status{State: transfer.Done, Bytes: 1000}, receive, [2]string{}, Progress{TotalBytes: 1000, Retries: 2, Note: "trouble", Bytes: 500, Files: 3, Part: 4, Bound: ByUpload}},
	} {
		s, _, _ := streamOf(t, false)
		s.trouble, s.retries, s.progress = "trouble", 2, Progress{TotalBytes: 1000}
		s.report(c.send, c.receive, c.notes[:]...)
		if s.progress != c.want {
			t.Errorf("%s: %+v, want %+v", name, s.progress, c.want)
		}
	}
}

func TestWhatMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx    context.Context
		err    error
		failed int
		want   bool
	}{
		{t.Context(), jupyter.ErrTemporary, 99, true}, {t.Context(), jupyter.ErrNotFound, 99, true}, {t.Context(), jupyter.ErrChanged, 99, true}, {t.Context(), errDamaged, 99, true},
		{t.Context(), jupyter.ErrFailed, 49, true}, {t.Context(), jupyter.ErrFailed, 50, false}, {t.Context(), jupyter.ErrRefused, 0, false}, {ended, jupyter.ErrRefused, 99, true},
	} {
		if got := passes(c.ctx, c.err, c.failed); got != c.want {
			t.Errorf("%v after %d: %v", c.err, c.failed, got)
		}
	}
	s, _, _ := streamOf(t, false)
	failed, full, runs := &transfer.Status{State: transfer.Failed, Why: "EIO", Text: "x"}, &transfer.Status{State: transfer.Failed, Why: "full", Text: "no room"}, &transfer.Status{State: transfer.Running, Why: "full"}
	for _, c := range []struct {
		send, receive *transfer.Status
		want          string
	}{
		{full, runs, "churn (source): the disk is full: no room"}, {runs, full, "churn-nbscope (replacement): the disk is full: no room"}, {failed, full, "churn-nbscope (replacement): the disk is full: no room"},
		{failed, runs, errBroken.Error()}, {runs, failed, errBroken.Error()}, {full, full, "churn (source): the disk is full: no room"},
	} {
		if err := s.failure(c.send, c.receive); err.Error() != c.want {
			t.Errorf("%+v, %+v: %v, want %s", c.send, c.receive, err, c.want)
		}
	}
	if !strings.Contains(errBroken.Error(), "broke off") {
		t.Error(errBroken)
	}
}

// TestWhatABucketGivesEitherNotebookToDo has one part after the other be cut, put, got and
// unpacked, or go wrong. A window is four parts here, and two are got at a time.
func TestWhatABucketGivesEitherNotebookToDo(t *testing.T) {
	t.Parallel()
	stored := func(try int) transfer.Carried { return transfer.Carried{Stored: true, Try: try, Version: "v"} }
	part := func(n int64, c transfer.Carried) transfer.Part { return transfer.Part{N: n, Size: 3, Carried: c} }
	for name, c := range map[string]struct {
		parts    []transfer.Part
		again    map[int64]transfer.Carried
		fed      int64
		acked    int64
		redo     map[int64]int
		log      string
		refusals int
		deleted  int64
	}{
		"cut":                  {parts: []transfer.Part{part(1, transfer.Carried{}), part(2, transfer.Carried{})}, log: "sign PUT 1, sign PUT 2", refusals: 5},
		"put":                  {parts: []transfer.Part{part(1, stored(1)), part(2, stored(1)), part(3, stored(1))}, log: "sign GET 1, sign GET 2", refusals: 5},
		"unpacked":             {parts: []transfer.Part{part(1, stored(1)), part(2, stored(1)), part(3, stored(1))}, fed: 1, log: "sign GET 2, sign GET 3", deleted: 1},
		"unpacked before":      {parts: []transfer.Part{part(1, stored(1)), part(2, stored(1))}, fed: 1, acked: 1, log: "sign GET 2", refusals: 5, deleted: 1},
		"it could not be got":  {parts: []transfer.Part{part(1, stored(1))}, again: map[int64]transfer.Carried{1: {Try: 1, Again: "HTTP 500"}}, log: "sign GET 1", refusals: 5},
		"somebody took it":     {parts: []transfer.Part{part(1, stored(2))}, again: map[int64]transfer.Carried{1: {Try: 1, Again: "HTTP 404"}}, log: "sign PUT 1", refusals: 6},
		"somebody changed it":  {parts: []transfer.Part{part(1, stored(2))}, again: map[int64]transfer.Carried{1: {Try: 1, Again: "another content"}}, log: "sign PUT 1", refusals: 5},
		"it was put again":     {parts: []transfer.Part{part(1, stored(3))}, redo: map[int64]int{1: 2}, log: "sign GET 1", refusals: 5},
		"it was not put again": {parts: []transfer.Part{part(1, stored(2))}, redo: map[int64]int{1: 2}, log: "sign PUT 1", refusals: 5},
	} {
		s, w, _ := streamOf(t, true)
		b := s.carrier.(*bucket) //nolint:forcetypeassert // it was made with a store
		for _, n := range []*notebook{w.source, w.replaced} {
			n.files["nbscope-7f3c/1/urls/"] = nil
		}
		b.fed, b.acked, b.down.refusals, b.down.losses = c.fed, c.acked, 5, 5
		maps.Copy(b.redo, c.redo)
		b.down.given[1] = given{0, b.Now()}
		if err := b.carry(t.Context(), &transfer.Status{Parts: c.parts}, &transfer.Status{Again: c.again}); err != nil {
			t.Fatal(err)
		}
		if err := s.does(t.Context()); err != nil {
			t.Fatal(err)
		}
		var log []string
		for _, l := range w.s3.log {
			at := strings.LastIndex(l, " ")
			log = append(log, l[:at]+" "+strings.TrimLeft(strings.TrimPrefix(l[at+1:], "nbscope/7f3c/1/p"), "0"))
		}
		if got := strings.Join(log, ", "); got != c.log || b.down.refusals != c.refusals || b.deleted != c.deleted {
			t.Errorf("%s: %s, %d refusals, deleted up to %d", name, got, b.down.refusals, b.deleted)
		}
	}
	s, w, _ := streamOf(t, true)
	w.source.files["nbscope-7f3c/1/urls/"], w.replaced.files["nbscope-7f3c/1/urls/"] = nil, nil
	b := s.carrier.(*bucket) //nolint:forcetypeassert // it was made with a store
	parts := &transfer.Status{Parts: []transfer.Part{part(1, stored(1)), part(2, stored(1))}}
	b.fed = 1 // what an earlier process has had unpacked is swept
	if err := errors.Join(b.carry(t.Context(), parts, &transfer.Status{}), s.does(t.Context())); err != nil || b.deleted != 1 {
		t.Errorf("%v, deleted up to %d", err, b.deleted)
	}
	w.s3.log, b.fed = nil, 2 // what was unpacked since is deleted
	if err := errors.Join(b.carry(t.Context(), parts, &transfer.Status{}), s.does(t.Context())); err != nil || b.deleted != 2 || !slices.Equal(w.s3.log, []string{"delete nbscope/7f3c/1/p0000002"}) {
		t.Errorf("%v, deleted up to %d: %q", err, b.deleted, w.s3.log)
	}
}
