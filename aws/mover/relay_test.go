package mover

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// relayOf is a relay of no stream that runs, and the names of the ways that it took.
func relayOf(t *testing.T, way string) (r *relay, w *world, now *time.Time) {
	t.Helper()
	s, w, now := streamOf(t, false)
	s.state.Way = way
	r = s.carrier.(*relay) //nolint:forcetypeassert // it was made without a store
	if err := r.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r, w, now
}

// TestWhatLiesInTheReplacementWasSent reads the names of parts, and nothing else.
func TestWhatLiesInTheReplacementWasSent(t *testing.T) {
	t.Parallel()
	s, w, _ := streamOf(t, false)
	sum := strings.Repeat("a", 64)
	for _, name := range []string{
		"p0000001-3-" + sum, "p0000002-4-" + sum, "p0000003-3-" + sum + ".tmp", "p0000004-3-" + sum[:63], "p0000005-3", "x",
	} {
		w.replaced.files["nbscope-7f3c/1/parts/"+name] = []byte("abc")
	}
	r := s.carrier.(*relay) //nolint:forcetypeassert // it was made without a store
	if err := r.open(t.Context()); err != nil || !slices.Equal(slices.Sorted(maps.Keys(r.there)), []int64{1}) {
		t.Errorf("%v: there are %v", err, r.there)
	}
	for _, c := range []struct {
		op   string
		err  error
		way  string
		of   error
		take string
	}{
		{"list", fault(jupyter.ErrNotFound), "", nil, "kernel"}, {"list", fault(jupyter.ErrRefused), "", ErrRefused, "kernel"},
		{"kernel", fault(jupyter.ErrRefused), "", nil, contents}, {"kernel", fault(jupyter.ErrRefused), contents, nil, contents}, {"", nil, "", nil, "kernel"}, {"", nil, contents, nil, contents},
	} {
		s, w, _ := streamOf(t, false)
		s.state.Way = c.way
		w.replaced.fault = func(op, _ string) error {
			if op == c.op {
				return c.err
			}
			return nil
		}
		err := s.carrier.open(t.Context())
		if (err == nil) != (c.of == nil) || !errors.Is(err, c.of) || s.progress.Way != c.take {
			t.Errorf("%+v: %v, by %s", c, err, s.progress.Way)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, _, _ = streamOf(t, false)
	s.state.Way = "kernel"
	if err := s.carrier.open(ctx); !errors.Is(err, ErrDetached) {
		t.Errorf("let go: %v", err)
	}
}

// TestPartsAreTakenInTurn leaves out what was sent, is on its way, waits, or has been
// unpacked, and begins no more than two beside those on their way.
func TestPartsAreTakenInTurn(t *testing.T) {
	t.Parallel()
	r, _, now := relayOf(t, contents)
	var send transfer.Status
	for n := range int64(12) {
		send.Parts = append(send.Parts, transfer.Part{N: n + 1})
	}
	r.fed, r.there[3], r.flying[4] = 1, *now, true
	r.until[5], r.until[6] = now.Add(1), *now
	if err := r.carry(t.Context(), &send, &transfer.Status{}); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(r.flying)); !slices.Equal(got, []int64{2, 4, 6, 7}) || len(r.tasks) != 3 {
		t.Errorf("on their way are %v, and %d were begun", got, len(r.tasks))
	}
}

// TestAPartThatDidNotComeIsSentAgain once the replacement has been silent about it for
// longer than 20 seconds, though it says something new, and has room.
func TestAPartThatDidNotComeIsSentAgain(t *testing.T) {
	t.Parallel()
	free := int64(1)
	for name, c := range map[string]struct {
		sent, looked time.Duration // ago; 0: not at all
		full         *int64
		bad          map[int64]int
		clock        int64
		again        bool
		retries      int64
	}{
		"just now":                   {sent: 20 * second},
		"long ago":                   {sent: 20*second + 1, again: true, retries: 1},
		"never":                      {},
		"behind a full disk":         {sent: minute, full: &free},
		"it says nothing new":        {sent: minute, looked: 20*second + 1},
		"it has said something":      {sent: minute, looked: 20 * second, again: true, retries: 1},
		"it says something":          {sent: minute, looked: minute, clock: 1, again: true, retries: 1},
		"it came damaged":            {sent: second, bad: map[int64]int{3: 2}, again: true, retries: 1},
		"it came damaged before":     {sent: second, bad: map[int64]int{3: 1}},
		"damaged, and said to be so": {sent: minute, bad: map[int64]int{3: 2}, again: true, retries: 1},
	} {
		r, _, now := relayOf(t, contents)
		r.fed, r.bad[3], r.looks = 2, 1, now.Add(-c.looked)
		r.there[1], r.there[2], r.there[4] = *now, *now, *now
		if c.sent > 0 {
			r.there[3] = now.Add(-c.sent)
		}
		err := r.again(t.Context(), &transfer.Status{Full: c.full, Bad: c.bad, Clock: c.clock})
		_, there := r.there[3]
		if err != nil || there != (c.sent > 0 && !c.again) || r.retries != c.retries || len(r.there) != map[bool]int{true: 2, false: 1}[there] {
			t.Errorf("%s: %v, there %v, %d again", name, err, r.there, r.retries)
		}
	}
}

func TestAPartThatNeverComesIsSentTwiceByEachWay(t *testing.T) {
	t.Parallel()
	r, _, _ := relayOf(t, "kernel")
	for i, c := range []struct {
		part int64
		way  string
		ends bool
	}{{3, "kernel", false}, {4, "kernel", false}, {4, contents, false}, {4, contents, false}, {5, contents, false}, {5, contents, true}} {
		err := r.missing(t.Context(), c.part)
		if (*r.way.Load()).Name() != c.way || r.progress.Way != c.way || (err != nil) != c.ends || r.retries != int64(i+1) || r.trouble != fmt.Sprintf("part %d is sent again: it was sent, and did not come", c.part) {
			t.Errorf("%d: %v by %s, %d again, %q", i, err, r.progress.Way, r.retries, r.trouble)
		}
		if want := "churn-nbscope (replacement): what runs in the notebook failed: part 5 was sent again and again, and its reader there never saw it"; err != nil && err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestWhatCameOfAPart is taken in: how long each half took, when it is tried again, and by
// which way.
func TestWhatCameOfAPart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    error
		source  bool // it is of the source
		way     string
		failed  int
		ends    error
		by      string
		until   time.Duration
		trouble string
	}{
		"no answer":                   {kind: jupyter.ErrTemporary, way: "kernel", by: "kernel", until: 5 * time.Millisecond},
		"a kernel that fails":         {kind: jupyter.ErrFailed, way: "kernel", by: contents, until: 5 * time.Millisecond},
		"a source that fails":         {kind: jupyter.ErrFailed, source: true, way: "kernel", by: "kernel", until: 5 * time.Millisecond},
		"contents that fail":          {kind: jupyter.ErrFailed, way: contents, by: contents, until: 5 * time.Millisecond},
		"for the last time":           {kind: jupyter.ErrFailed, way: contents, failed: 48, by: contents, until: 49 * time.Millisecond},
		"once too often":              {kind: jupyter.ErrFailed, way: contents, failed: 49, by: contents, until: 50 * time.Millisecond, ends: ErrScript},
		"not longer than ten seconds": {kind: jupyter.ErrTemporary, way: contents, failed: 20_000, by: contents, until: 10 * second},
		"too large":                   {kind: jupyter.ErrTooLarge, way: contents, by: contents, until: 5 * time.Millisecond, ends: jupyter.ErrTooLarge},
		"refused":                     {kind: jupyter.ErrRefused, way: contents, by: contents, until: 5 * time.Millisecond, ends: ErrRefused},
	} {
		r, _, now := relayOf(t, c.way)
		if c.failed == 0 {
			c.failed = 4
		}
		e := r.replaced
		if c.source {
			e = r.source
		}
		r.failed, r.flying[7] = c.failed, true
		cause := &side{e, fault(c.kind)}
		err := r.took(t.Context(), move{part: transfer.Part{N: 7}, err: cause})
		if !errors.Is(err, c.ends) || (err == nil) != (c.ends == nil) || r.progress.Way != c.by || r.until[7] != now.Add(c.until) || r.failed != c.failed+1 || r.retries != 1 || len(r.flying)+len(r.there) != 0 {
			t.Errorf("%s: %v, by %s, until %v", name, err, r.progress.Way, r.until[7].Sub(*now))
		}
		if want := "part 7 is sent again: " + string(e.side) + ": " + fault(c.kind).Error(); r.trouble != want {
			t.Errorf("%s: %q, want %q", name, r.trouble, want)
		}
	}
	r, _, now := relayOf(t, contents)
	for lost, trouble := range map[int64]string{2: "", 3: "trouble"} {
		r.fed, r.failed, r.flying[7], r.trouble, r.lost.part, r.out, r.in = 2, 9, true, "trouble", lost, 800, 80
		if err := r.took(t.Context(), move{part: transfer.Part{N: 7}, out: 1600, in: 8}); err != nil || r.failed != 0 || r.flying[7] || r.there[7] != *now || r.out != 900 || r.in != 71 || r.trouble != trouble {
			t.Errorf("%v: out %d, in %d, %q", err, r.out, r.in, r.trouble)
		}
	}
}

func TestWhatARelayWaitsFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		there, flying int
		state         transfer.State
		out, in       time.Duration
		want          Bound
	}{
		{2, 0, transfer.Running, 2, 1, ByReplacement}, {1, 1, transfer.Running, 2, 1, BySource}, {1, 2, transfer.Running, 2, 1, ByDownload}, {1, 1, transfer.Cut, 2, 1, ByDownload},
		{0, 2, transfer.Running, 1, 1, ByUpload}, {0, 2, transfer.Running, 1, 2, ByUpload},
	} {
		r, _, now := relayOf(t, contents)
		for i := range c.there {
			r.there[int64(i)] = *now
		}
		for i := range c.flying {
			r.flying[int64(i)] = true
		}
		if r.out, r.in = c.out, c.in; r.bound(&transfer.Status{State: c.state}, nil) != c.want {
			t.Errorf("%+v: %s", c, r.bound(&transfer.Status{State: c.state}, nil))
		}
	}
}

// TestABufferTakesWhatItWasMadeFor, and no more.
func TestABufferTakesWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	f := &filling{make([]byte, 0, 4)}
	for _, c := range []struct {
		text string
		n    int
		all  string
	}{{"ab", 2, "ab"}, {"cde", 0, "ab"}, {"cd", 2, "abcd"}, {"e", 0, "abcd"}, {"", 0, "abcd"}} {
		n, err := f.Write([]byte(c.text))
		if n != c.n || (err == nil) != (n == len(c.text)) || string(f.data) != c.all {
			t.Errorf("%q: %d, %v, %q", c.text, n, err, f.data)
		}
	}
}
