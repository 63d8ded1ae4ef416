package mover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// TestPartsAreCutSmallerUntilTheyGo quarters them, and says what was answered where the
// smallest do not go either.
func TestPartsAreCutSmallerUntilTheyGo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fits, after int
		fails       string
	}{
		"they go":               {1 << 20, 1 << 20, ""},
		"a quarter goes":        {256 << 10, 256 << 10, ""},
		"not even the smallest": {256<<10 - 1, 256 << 10, "churn-nbscope (replacement): what runs in the notebook failed: Jupyter: try: too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.job.pace.part = 1 << 20
			w.source.tree["big"] = strings.Repeat("big ", 1<<19)
			w.replaced.send = func(_, _ string, b []byte) error { return refuse(len(b) > c.fits, fault(jupyter.ErrTooLarge)) }
			err := w.job.Copy(t.Context(), nil)
			s, loading := w.job.load()
			must(t, loading)
			if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails || s.Part != c.after {
				t.Errorf("%v, with parts of %d", err, s.Part)
			}
			if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Side != manifest.Replacement || e.Problem().Hint == "") {
				t.Errorf("nobody can tell whose it is, nor what to do: %#v", err)
			}
			if err == nil {
				w.proven(t)
			}
		})
	}
}

// TestStreamsThatBreakOffBeforeAnythingWentAreCounted, in a row; what came of each is
// compared all the same.
func TestStreamsThatBreakOffBeforeAnythingWentAreCounted(t *testing.T) {
	t.Parallel()
	const runs, done = `"state":"running"`, `"state":"done"`
	for name, c := range map[string]struct {
		send, receive string
		broken        bool
		breaks        int
	}{
		"it came to its end":    {send: done, receive: done},
		"gone at once":          {receive: runs, broken: true, breaks: 3},
		"gone before a part":    {send: runs, receive: runs, broken: true, breaks: 3},
		"gone after one":        {send: runs, receive: runs + `,"fed":1`, broken: true},
		"the other's had begun": {receive: runs + `,"fed":1`, broken: true, breaks: 3},
	} {
		s, w, _ := streamOf(t, false)
		for _, n := range []*notebook{w.source, w.replaced} {
			n.files["nbscope-7f3c/1/parts/"], n.files["nbscope-7f3c/"] = nil, nil
		}
		w.source.says(transfer.Send, c.send, true)
		w.replaced.says(transfer.Receive, c.receive, true)
		looks := 0
		w.source.fault = func(op, at string) error {
			if op != "get" || !strings.HasSuffix(at, transfer.Send.StatusFile()) {
				return nil
			}
			looks++
			return refuse(looks > 2, fault(jupyter.ErrNotFound))
		}
		s.state.Begun, s.state.Total, s.state.Breaks = true, 1, 2
		if err := s.stream(t.Context()); err != nil || s.state.Step != stepCheck || s.state.Broken != c.broken || s.state.Breaks != c.breaks {
			t.Errorf("%s: %v, broke off %v, %d in a row, then %s", name, err, s.state.Broken, s.state.Breaks, s.state.Step)
		}
	}
}

// TestAHeartbeatIsAnotherOneEachTime on both sides, until it is stopped, which ends the
// kernels that it went through.
func TestAHeartbeatIsAnotherOneEachTime(t *testing.T) {
	t.Parallel()
	for _, awake := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.job.KeepAwake = awake
			var beats [2][]string
			for i, n := range []*notebook{w.source, w.replaced} {
				n.send = func(_, name string, b []byte) error {
					beats[i] = append(beats[i], name+" "+strings.Fields(string(b))[0])
					return nil
				}
			}
			c, err := w.job.begin(t.Context(), nil)
			must(t, err)
			stop := c.keepBeating(t.Context())
			must(t, pause(t.Context(), 2*w.job.pace.beat+1))
			kernels := w.source.kernels + w.replaced.kernels
			stop()
			must(t, pause(t.Context(), w.job.pace.beat))
			want := []string{transfer.BeatFile + " 0", transfer.BeatFile + " 1", transfer.BeatFile + " 2"}
			if !slices.Equal(beats[0], want) || !slices.Equal(beats[1], want) {
				t.Errorf("%q, want %q from both", beats, want)
			}
			if left := w.source.kernels + w.replaced.kernels; (kernels == 2) != awake || left != 0 {
				t.Errorf("awake %v: %d kernels beat, and %d are left", awake, kernels, left)
			}
		})
	}
}

// TestWhatIsNotWrittenIsToldWithTheNextLook: how many parts were unpacked, and how many there
// are. What is known there is not written again.
func TestWhatIsNotWrittenIsToldWithTheNextLook(t *testing.T) {
	t.Parallel()
	s, w, _ := streamOf(t, false)
	for _, n := range []*notebook{w.source, w.replaced} {
		n.files["nbscope-7f3c/1/parts/"] = nil
	}
	for i, c := range []struct {
		fed, acked int64
		state      transfer.State
		fails      bool
		tells      [2]int // so far
	}{
		{fed: 0, state: transfer.Running},
		{fed: 2, state: transfer.Running, fails: true, tells: [2]int{1, 0}},
		{fed: 2, state: transfer.Cut, fails: true, tells: [2]int{2, 1}},
		{fed: 2, state: transfer.Cut, tells: [2]int{3, 2}},
		{fed: 2, state: transfer.Cut, tells: [2]int{3, 2}},
		{fed: 3, acked: 3, state: transfer.Done, tells: [2]int{3, 2}},
		{fed: 4, acked: 3, state: transfer.Done, tells: [2]int{4, 2}},
	} {
		for _, n := range []*notebook{w.source, w.replaced} {
			n.fault = func(op, _ string) error { return refuse(op == "put" && c.fails, fault(jupyter.ErrTemporary)) }
		}
		s.fed = c.fed
		err := s.acknowledge(t.Context(), &transfer.Status{State: c.state, Acked: c.acked, Last: 7})
		if tells := [2]int{w.source.asked("put "), w.replaced.asked("put ")}; err != nil || tells != c.tells {
			t.Errorf("look %d: %v, it was told %v times, want %v", i+1, err, tells, c.tells)
		}
	}
	if ack, last := w.source.files["nbscope-7f3c/"+transfer.AckFile("1")], w.replaced.files["nbscope-7f3c/"+transfer.LastFile("1")]; strings.TrimSpace(string(ack)) != "4" || strings.TrimSpace(string(last)) != "7" {
		t.Errorf("%q are unpacked of %q", ack, last)
	}
}

// TestHowSoonANotebookIsAskedAgain: soon at first, and then no more often than it ticks.
func TestHowSoonANotebookIsAskedAgain(t *testing.T) {
	t.Parallel()
	const tick = 250 * time.Millisecond
	asks := func(s *stream, op string, n *notebook, do func(ctx context.Context) error) (at []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 8*tick)
			defer cancel()
			s.pace.tick = tick
			began := time.Now()
			n.fault = func(o, path string) error {
				if strings.HasPrefix(o+" "+path, op) {
					at = append(at, time.Since(began))
				}
				return errors.Join(refuse(o == "end kernels", fault(jupyter.ErrFailed)), refuse(o == "shell", fault(jupyter.ErrTemporary)))
			}
			if err := do(ctx); err == nil {
				t.Error("it is over")
			}
		})
		return at
	}
	const ms = time.Millisecond
	s, w, _ := streamOf(t, false)
	w.source.says(transfer.Survey, `"state":"running"`, true)
	follow := func(ctx context.Context) error {
		_, err := s.source.follow(ctx, transfer.Survey, transfer.Parameters{}, "1", func(*transfer.Status, string) {})
		return err
	}
	if got, want := asks(s, "get nbscope-7f3c/survey.status", w.source, follow), []time.Duration{0, 32250 * time.Microsecond, 96750 * time.Microsecond, 225750 * time.Microsecond, 475750 * time.Microsecond, 725750 * time.Microsecond}; len(got) < 8 || !slices.Equal(got[:6], want) {
		t.Errorf("what runs is looked at after %v, want %v", got, want)
	}
	s, w, _ = streamOf(t, false)
	w.source.files["nbscope-7f3c/"] = nil
	launch := func(ctx context.Context) error { return s.launch(ctx, s.source, transfer.Send) }
	if got, want := asks(s, "get nbscope-7f3c/send.status", w.source, launch), []time.Duration{0, 10 * ms, 30 * ms, 70 * ms, 150 * ms, 310 * ms, 560 * ms, 810 * ms}; len(got) < 8 || !slices.Equal(got[:8], want) {
		t.Errorf("what is started is looked for after %v, want %v", got, want)
	}
	s, w, _ = streamOf(t, false)
	if got, want := asks(s, "end kernels", w.source, s.source.closeWork), []time.Duration{0, 250 * ms, 750 * ms, 1750 * ms}; !slices.Equal(got, want) {
		t.Errorf("kernels are ended after %v, want %v", got, want)
	}
}
