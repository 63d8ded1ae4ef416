package mover

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// endOf is an end of a played notebook by itself, with a clock that stands.
func endOf(t *testing.T) (e *end, n *notebook, now *time.Time) {
	t.Helper()
	w := newWorld(t)
	e, n = w.job.end(manifest.Source, "nbscope-7f3c"), w.source
	at := w.clock
	e.root, e.now = "/home/source", func() time.Time { return at }
	return e, n, &at
}

// asked counts the commands that hold a text.
func (n *notebook) asked(text string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	times := 0
	for _, l := range n.log {
		if strings.Contains(l, text) {
			times++
		}
	}
	return times
}

const second, minute = time.Second, time.Minute

// TestWhatIsSilentIsAskedWhetherItLives hands over one look after the other: silence is 20
// seconds here, and no step counts for more than a minute.
func TestWhatIsSilentIsAskedWhetherItLives(t *testing.T) {
	t.Parallel()
	e, n, now := endOf(t)
	p := pulse{e: e, verb: transfer.Send}
	n.running[transfer.Send] = &played{}
	at := func(clock int64, s transfer.State) *transfer.Status { return &transfer.Status{Clock: clock, State: s} }
	for _, c := range []struct {
		name  string
		after time.Duration
		st    *transfer.Status
		do    func()
		dead  bool
		asked int // so far
	}{
		{"the first look", 0, at(1, transfer.Running), nil, false, 0},
		{"almost", 20*second - 1, at(1, transfer.Running), nil, false, 0},
		{"silent, and alive", 1, at(1, transfer.Running), nil, false, 1},
		{"not at once again", 20*second - 1, at(1, transfer.Running), nil, false, 1},
		{"something new", 1, at(2, transfer.Running), nil, false, 1},
		{"silent after that", 20 * second, at(2, transfer.Running), nil, false, 2},
		{"done, for however long", 60 * second, at(2, transfer.Done), nil, false, 2},
		{"and still", 60 * second, at(2, transfer.Done), nil, false, 2},
		{"failed", 60 * second, at(2, transfer.Failed), nil, false, 2},
		{"and still failed", 60 * second, at(2, transfer.Failed), nil, false, 2},
		{"no status any more", 20 * second, nil, nil, false, 2},
		{"none, and alive", 20 * second, nil, nil, false, 3},
		{"none, and dead", 20 * second, nil, func() { delete(n.running, transfer.Send) }, true, 4},
	} {
		*now = now.Add(c.after)
		if c.do != nil {
			c.do()
		}
		dead, note, fatal := p.beat(t.Context(), c.st, nil)
		if dead != c.dead || note != "" || fatal != nil || n.asked("flock -n") != c.asked {
			t.Errorf("%s: dead %v, %q, %v, asked %d times, want %d", c.name, dead, note, fatal, n.asked("flock -n"), c.asked)
		}
	}
}

// TestHowLongAFullDiskAndNoAnswerAreWaitedFor has a machine that sleeps in between: a step
// of an hour is one of a minute.
func TestHowLongAFullDiskAndNoAnswerAreWaitedFor(t *testing.T) {
	t.Parallel()
	free := int64(3<<20 + 5)
	full, temporary := &transfer.Status{Clock: 1, Full: &free}, fault(jupyter.ErrTemporary)
	gone := errors.New("it is Stopped")
	type look struct {
		after time.Duration
		st    *transfer.Status
		err   error
	}
	minutes := func(n int, st *transfer.Status, err error) []look {
		out := []look{{0, st, err}}
		for range n {
			out = append(out, look{time.Hour, st, err})
		}
		return out
	}
	const fullNote, lostNote = "the disk of the source is full (3 MB are free): it waits for room", "the source does not answer: tried again"
	for name, c := range map[string]struct {
		looks  []look
		serves func(context.Context) error
		note   string
		fails  string
		of     error
	}{
		"full for a quarter of an hour": {looks: minutes(15, full, nil), note: fullNote},
		"and a moment":                  {looks: append(minutes(15, full, nil), look{1, full, nil}), fails: "churn (source): the disk is full: 3 MB are free", of: ErrFull},
		"with room in between":          {looks: append(minutes(15, full, nil), look{1, &transfer.Status{Clock: 2}, nil}, look{minute, full, nil}), note: fullNote},
		"silent for a quarter":          {looks: minutes(15, nil, temporary), note: lostNote},
		"and a moment more":             {looks: append(minutes(15, nil, temporary), look{1, nil, temporary}), fails: "churn (source): the notebook does not answer: Jupyter: try: no answer from Jupyter", of: ErrUnreachable},
		"with an answer in between":     {looks: append(minutes(15, nil, temporary), look{1, &transfer.Status{}, nil}, look{minute, nil, temporary}), note: lostNote},
		"AWS is not asked at once":      {looks: []look{{0, nil, temporary}, {15 * second, nil, temporary}}, serves: func(context.Context) error { return gone }, note: lostNote},
		"AWS says that it is gone":      {looks: []look{{0, nil, temporary}, {15*second + 1, nil, temporary}}, serves: func(context.Context) error { return gone }, fails: "churn (source): the notebook does not serve any more: it is Stopped", of: ErrStopped},
		"AWS says that it serves":       {looks: []look{{0, nil, temporary}, {15*second + 1, nil, temporary}}, serves: func(context.Context) error { return nil }, note: lostNote},
		"refused":                       {looks: []look{{0, nil, fault(jupyter.ErrRefused)}}, of: ErrRefused},
	} {
		e, n, now := endOf(t)
		e.Serves, n.running[transfer.Send] = c.serves, &played{}
		p := pulse{e: e, verb: transfer.Send}
		for i, l := range c.looks {
			*now = now.Add(l.after)
			dead, note, fatal := p.beat(t.Context(), l.st, l.err)
			if last := i == len(c.looks)-1; dead || !last && fatal != nil || last && (note != c.note || !errors.Is(fatal, c.of) || fatal != nil && c.fails != "" && fatal.Error() != c.fails) {
				t.Errorf("%s, look %d: dead %v, %q, %v", name, i, dead, note, fatal)
			}
		}
	}
	e, _, _ := endOf(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, _, fatal := (&pulse{e: e}).beat(ctx, nil, temporary); !errors.Is(fatal, ErrDetached) || !errors.Is(fatal, gone) {
		t.Errorf("let go, it is %v", fatal)
	}
}

// TestAVerbIsStartedUntilItLives is told of it after some time, with others of its kind
// alive or not.
func TestAVerbIsStartedUntilItLives(t *testing.T) {
	t.Parallel()
	st := &transfer.Status{}
	for name, c := range map[string]struct {
		st     *transfer.Status
		dead   bool
		starts int
		passed time.Duration
		alive  bool
		begins int
		fails  string
	}{
		"never started":                 {begins: 1},
		"never, though one is alive":    {alive: true, begins: 1},
		"it runs":                       {st: st},
		"it runs, started before":       {st: st, starts: 1, passed: time.Hour},
		"it is dead":                    {st: st, dead: true, starts: 1, alive: true, begins: 1},
		"it may still come":             {starts: 1, passed: 10 * second},
		"it did not come":               {starts: 1, passed: 10*second + 1, begins: 1},
		"it did not, and one is alive":  {starts: 1, passed: 10*second + 1, alive: true},
		"the fourth time":               {starts: 3, passed: minute, begins: 1},
		"after the fourth":              {starts: 4, passed: minute, fails: "churn (source): what runs in the notebook failed: send was started 4 times and did not live: oh no"},
		"dead after the fourth":         {st: st, dead: true, starts: 4, alive: true, fails: "churn (source): what runs in the notebook failed: send was started 4 times and did not live: oh no"},
		"after the fourth, it may come": {starts: 4, passed: 10 * second},
	} {
		e, n, now := endOf(t)
		n.files["nbscope-7f3c/"] = nil
		n.logs = " oh no \n"
		if c.alive {
			n.running[transfer.Send] = &played{}
		}
		begun := 0
		n.begins = func(transfer.Verb) { begun++ }
		trial := trial{e: e, verb: transfer.Send, starts: c.starts, began: now.Add(-c.passed)}
		_, err := trial.keep(t.Context(), c.st, c.dead)
		if begun != c.begins || trial.starts != c.starts+c.begins || c.begins > 0 && trial.began != *now || (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails {
			t.Errorf("%s: begun %d times, starts %d, %v", name, begun, trial.starts, err)
		}
	}
}

// TestRoomForAStartIsWaitedFor for a quarter of an hour, in which a start that had no room
// does not count as one. Room in between begins it anew.
func TestRoomForAStartIsWaitedFor(t *testing.T) {
	t.Parallel()
	const note = "the disk of the source is full: it waits for room"
	e, n, now := endOf(t)
	n.files["nbscope-7f3c/"] = nil
	full := true
	n.fault = func(op, _ string) error {
		if op == "put" && full {
			return &jupyter.Error{Op: "write", Kind: jupyter.ErrFailed, Detail: "[Errno 28]"}
		}
		return nil
	}
	trial := trial{e: e, verb: transfer.Send}
	try := func(passed time.Duration) (string, error) {
		*now = now.Add(passed)
		return trial.keep(t.Context(), nil, true)
	}
	for range 2 {
		full = true
		for i := range 16 { // the first says from when on
			if said, err := try(minute); said != note || err != nil {
				t.Fatalf("after %d minutes: %q, %v", i, said, err)
			}
		}
		full = false
		if said, err := try(minute); said != "" || err != nil {
			t.Fatalf("with room: %q, %v", said, err)
		}
	}
	if trial.starts != 2 {
		t.Errorf("it counts as started %d times", trial.starts)
	}
	full = true
	for range 16 {
		_, _ = try(time.Hour) // a machine that sleeps
	}
	if said, err := try(1); said != "" || !errors.Is(err, ErrFull) {
		t.Errorf("after a quarter of an hour: %q, %v", said, err)
	}
}
