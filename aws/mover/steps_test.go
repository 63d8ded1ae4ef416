package mover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// says puts the status of a verb into a notebook, alive or not; "" for none.
func (n *notebook) says(v transfer.Verb, status string, alive bool) {
	if status != "" {
		n.files["nbscope-7f3c/"+v.StatusFile()] = []byte(`{"v":1,"verb":"` + string(v) + `","run":"7f3c","stream":"1",` + status + `}`)
	}
	if alive {
		n.locked = v
	}
}

// TestAStreamIsTakenUpOrBrokenOff by what both ends say of themselves.
func TestAStreamIsTakenUpOrBrokenOff(t *testing.T) {
	t.Parallel()
	const runs, done = `"state":"running"`, `"state":"done"`
	for name, c := range map[string]struct {
		send, receive            string
		sendAlive, receivesAlive bool
		begun                    bool
		fails                    string
		starts                   int64
	}{
		"neither was started":              {starts: 2},
		"neither is there any more":        {begun: true, fails: errBroken.Error()},
		"both run":                         {send: runs, receive: runs, sendAlive: true, receivesAlive: true, begun: true},
		"the source runs, not yet begun":   {send: runs, sendAlive: true, starts: 1},
		"the other runs, not yet begun":    {receive: runs, receivesAlive: true, starts: 1},
		"the source has been acknowledged": {send: runs + `,"acked":1`, sendAlive: true, fails: errBroken.Error()},
		"the other has taken some":         {receive: runs + `,"fed":1`, receivesAlive: true, fails: errBroken.Error()},
		"the source is gone":               {receive: runs, receivesAlive: true, begun: true, fails: errBroken.Error()},
		"the other is gone":                {send: runs, sendAlive: true, begun: true, fails: errBroken.Error()},
		"the source is dead":               {send: runs, receive: runs, receivesAlive: true, begun: true, fails: errBroken.Error()},
		"the other is dead":                {send: runs, sendAlive: true, receive: runs, begun: true, fails: errBroken.Error()},
		"both are done":                    {send: done, receive: done, begun: true},
		"the source failed at once":        {send: `"state":"failed","text":"no tar"`, sendAlive: true, fails: "churn (source): what runs in the notebook failed: send: no tar", starts: 1},
		"it failed for want of room":       {receive: `"state":"failed","why":"full","text":"no room"`, receivesAlive: true, fails: "churn-nbscope (replacement): the disk is full: no room", starts: 1},
	} {
		s, w, _ := streamOf(t, false)
		for _, n := range []*notebook{w.source, w.replaced} {
			n.files["nbscope-7f3c/"] = nil
		}
		var starts atomic.Int64
		w.source.begins = func(transfer.Verb) { starts.Add(1) }
		w.replaced.begins = func(transfer.Verb) { starts.Add(1) }
		w.source.says(transfer.Send, c.send, c.sendAlive)
		w.replaced.says(transfer.Receive, c.receive, c.receivesAlive)
		s.state.Begun = c.begun
		err := s.start(t.Context())
		if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails || err == nil && !s.state.Begun {
			t.Errorf("%s: %v", name, err)
		}
		if c.fails == "" && starts.Load() != c.starts {
			t.Errorf("%s: %d were started, want %d", name, starts.Load(), c.starts)
		}
	}
}

// TestOneLookAtBothEnds says whether the stream is over, broken, or goes on.
func TestOneLookAtBothEnds(t *testing.T) {
	t.Parallel()
	const runs, cut, done, failed = `"state":"running"`, `"state":"cut","last":3`, `"state":"done","last":3`, `"state":"failed","why":"EIO"`
	for name, c := range map[string]struct {
		send, receive string
		fault         error // of the source
		over          bool
		err           string
		fed, acked    string // what is written on the source, and on the replacement
		last          string
	}{
		"both are done":         {send: done, receive: done, over: true},
		"the source is done":    {send: done, receive: runs + `,"fed":2`, fed: "2", last: "3"},
		"the other is done":     {send: cut, receive: done + `,"fed":3`, fed: "3", last: "3"},
		"nothing came yet":      {send: runs, receive: runs},
		"some came":             {send: runs, receive: runs + `,"fed":2`, fed: "2"},
		"it knows that already": {send: runs + `,"acked":2`, receive: runs + `,"fed":2`},
		"all is cut":            {send: cut, receive: runs, last: "3"},
		"no answer":             {send: runs, receive: runs + `,"fed":2`, fault: fault(jupyter.ErrTemporary)},
		"the source's is gone":  {receive: runs, err: errBroken.Error()},
		"the other's is gone":   {send: runs, err: errBroken.Error()},
		"the source failed":     {send: failed, receive: runs, err: errBroken.Error()},
		"the other failed":      {send: runs, receive: failed, err: errBroken.Error()},
		"it is refused":         {send: runs, receive: runs, fault: fault(jupyter.ErrRefused), err: "churn (source): the notebook refuses it: Jupyter: try: refused"},
	} {
		s, w, _ := streamOf(t, false)
		for _, n := range []*notebook{w.source, w.replaced} {
			n.files["nbscope-7f3c/1/"], n.files["nbscope-7f3c/"] = nil, nil
		}
		if err := s.carrier.open(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.source.says(transfer.Send, c.send, false)
		w.replaced.says(transfer.Receive, c.receive, false)
		w.source.fault = func(string, string) error { return c.fault }
		over, err := s.turn(t.Context())
		if over != c.over || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: over %v, %v", name, over, err)
		}
		if got := strings.TrimSpace(string(w.source.files["nbscope-7f3c/"+transfer.AckFile("1")])); got != c.fed {
			t.Errorf("%s: acknowledged is %q, want %q", name, got, c.fed)
		}
		if got := strings.TrimSpace(string(w.replaced.files["nbscope-7f3c/"+transfer.LastFile("1")])); got != c.last {
			t.Errorf("%s: the last one is %q, want %q", name, got, c.last)
		}
	}
}

// TestTheWaysInAreMeasuredWithSmallerParts where large ones fail, and not at all for little.
func TestTheWaysInAreMeasuredWithSmallerParts(t *testing.T) {
	t.Parallel()
	const large = 8 << 20
	ways := []jupyter.Measured{{Way: "kernel", In: 2}, {Way: contents, In: 1}}
	tooLarge := fault(jupyter.ErrTooLarge)
	for name, c := range map[string]struct {
		total    int64
		delta    bool
		part     int // before
		fits     int // the largest part that goes
		ways     []jupyter.Measured
		way      string
		after    int
		measures []string
		fails    string
	}{
		"little":                {total: 64<<20 - 1, fits: large, ways: ways, way: contents, after: large},
		"enough":                {total: 64 << 20, fits: large, ways: ways, way: "kernel", after: large, measures: []string{"8388608"}},
		"a list":                {delta: true, fits: large, ways: ways, way: "kernel", after: large, measures: []string{"8388608"}},
		"with a part of before": {total: 64 << 20, part: 1 << 20, fits: large, ways: ways, way: "kernel", after: 1 << 20, measures: []string{"1048576"}},
		"smaller parts":         {total: 64 << 20, fits: 1 << 20, ways: ways, way: "kernel", after: 512 << 10, measures: []string{"8388608", "2097152", "524288"}},
		"the smallest":          {total: 64 << 20, fits: 300 << 10, ways: ways, way: "kernel", after: 128 << 10, measures: []string{"8388608", "2097152", "524288", "131072"}},
		"the last is a quarter": {total: 64 << 20, part: 1 << 20, fits: 256<<10 - 1, ways: ways, after: large, measures: []string{"1048576", "262144"}, fails: "churn-nbscope (replacement): what runs in the notebook failed: " + tooLarge.Error()},
		"none that goes":        {total: 64 << 20, fits: 1, ways: ways, after: large, measures: []string{"8388608", "2097152", "524288", "131072"}, fails: "churn-nbscope (replacement): what runs in the notebook failed: " + tooLarge.Error()},
		"no way at all":         {total: 64 << 20, fits: large, after: large, measures: []string{"8388608", "2097152", "524288", "131072"}, fails: "churn-nbscope (replacement): the notebook refuses it: there is no way to write into it"},
	} {
		s, w, _ := streamOf(t, false)
		w.job.pace.part, w.replaced.ways = large, c.ways
		s.state.Total, s.state.Delta, s.state.Part, s.state.Way = c.total, c.delta, c.part, ""
		var measures []string
		w.replaced.fault = func(op, at string) error {
			if op != "measure" {
				return nil
			}
			measures = append(measures, at)
			if size, _ := strconv.Atoi(at); size > c.fits {
				return tooLarge
			}
			return nil
		}
		err := s.measure(t.Context())
		if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails || s.state.Way != c.way || s.state.Part != c.after || !slices.Equal(measures, c.measures) {
			t.Errorf("%s: %v, by %q in %d, measured with %q", name, err, s.state.Way, s.state.Part, measures)
		}
		if len(w.replaced.files) > 0 {
			t.Errorf("%s: %v is left", name, w.replaced.files)
		}
	}
}

// TestHowMuchThereIsIsCountedOnce, and anew where that failed.
func TestHowMuchThereIsIsCountedOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tree map[string]string
		turn func(s *played)
		kind error
		want [2]int64 // bytes, files
	}{
		"some":        {tree: map[string]string{"a": "12", "b": "345"}, want: [2]int64{5, 2}},
		"empty files": {tree: map[string]string{"a": ""}, want: [2]int64{1, 1}},
		"nothing":     {tree: map[string]string{}, kind: ErrEmpty},
		"it fails":    {tree: map[string]string{"a": ""}, turn: func(s *played) { s.st.State, s.st.Text = transfer.Failed, "odd" }, kind: ErrScript},
	} {
		s, w, _ := streamOf(t, false)
		w.source.files["nbscope-7f3c/"], w.source.tree = nil, c.tree
		if c.turn != nil {
			w.source.turns = func(v transfer.Verb, p *played) { c.turn(p); w.source.put(p, v); delete(w.source.running, v) }
		}
		err := s.count(t.Context())
		if !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) || s.state.Total != c.want[0] || s.state.Files != c.want[1] || (s.state.peek("survey") == "") != (err != nil) {
			t.Errorf("%s: %v, %d bytes in %d files", name, err, s.state.Total, s.state.Files)
		}
		if err == nil && (s.progress.TotalFiles != c.want[1] || s.progress.TotalBytes > c.want[0]) {
			t.Errorf("%s: it tells %+v", name, s.progress)
		}
	}
}

// TestACopyThatBreaksOffAgainAndAgainSaysSo after more streams than it takes rounds.
func TestACopyThatBreaksOffAgainAndAgainSaysSo(t *testing.T) {
	t.Parallel()
	for breaks, fails := range map[int]string{
		4: "", 5: "churn-nbscope (replacement): what runs in the notebook failed: the copy broke off again and again before anything went: it was killed; no room",
	} {
		s, w, _ := streamOf(t, false)
		s.state.Step, s.state.Breaks, s.state.Broken = stepCheck, breaks, true
		w.source.logs, w.replaced.logs = "it was killed\n", "no room\n"
		err := s.check(t.Context())
		if (err == nil) != (fails == "") || err != nil && err.Error() != fails || err != nil && s.state.Breaks != 0 || err == nil && s.state.Step != stepStream {
			t.Errorf("after %d: %v, %+v", breaks, err, s.state)
		}
	}
}

// TestAURLIsTriedTwice where no answer came, and once where S3 has refused.
func TestAURLIsTriedTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		moods []string // of one try after the other
		fails string
		tries int
	}{
		"it goes":            {[]string{""}, "", 1},
		"no answer at first": {[]string{"curl 28", ""}, "", 2},
		"no answer":          {[]string{"curl 28", "curl 7"}, "churn (source): the notebook does not get to the bucket: there is no connection", 2},
		"refused":            {[]string{"HTTP 403"}, "churn (source): the notebook does not get to the bucket: it is refused (HTTP 403), by a policy of the bucket, of an endpoint or of a key", 1},
		"sent elsewhere":     {[]string{"HTTP 307"}, "churn (source): the notebook does not get to the bucket: HTTP 307", 1},
		"a server's fault":   {[]string{"HTTP 500", "HTTP 500"}, "churn (source): the notebook does not get to the bucket: HTTP 500", 2},
		"a name not found":   {[]string{"curl 6", "gaierror"}, "churn (source): the notebook does not get to the bucket: the name of the bucket's host is not found", 2},
		"it says nothing":    {[]string{"nothing"}, "churn (source): what runs in the notebook failed: exchange says nothing of what it tried", 1},
	} {
		s, w, _ := streamOf(t, true)
		w.source.files["nbscope-7f3c/"] = nil
		tries := 0
		w.s3.mood = func(string, string) string { tries++; return c.moods[min(tries, len(c.moods))-1] }
		if c.moods[0] == "nothing" {
			w.source.turns = func(v transfer.Verb, p *played) {
				tries++
				p.st.State = transfer.Done
				w.source.put(p, v)
				delete(w.source.running, v)
			}
		}
		o, err := s.tryPut(t.Context(), w.s3, s.source)
		if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails || tries != c.tries || !strings.HasPrefix(o.Key, "nbscope/7f3c/try-") {
			t.Errorf("%s: %v after %d tries, %+v", name, err, tries, o)
		}
	}
}

// TestWhatWasPutIntoAnotherBucketIsSweptFirst, and the way through S3 is tried once.
func TestWhatWasPutIntoAnotherBucketIsSweptFirst(t *testing.T) {
	t.Parallel()
	odd := errors.New("denied")
	for name, c := range map[string]struct {
		bucket, tried string
		fault         func(op string) error
		kind          error
		ops           string
	}{
		"the first time":        {"", "", nil, nil, "ready, sign PUT, put, sign GET, delete"},
		"it was tried":          {"data", "data", nil, nil, "ready"},
		"another was":           {"old", "old", nil, nil, "list versions, ready, sign PUT, put, sign GET, delete"},
		"it cannot be swept":    {"old", "old", func(op string) error { return refuse(strings.HasPrefix(op, "list"), odd) }, ErrLeft, "list versions, list"},
		"it is not there":       {"", "", func(op string) error { return refuse(op == "ready", odd) }, ErrStore, "ready"},
		"it takes no deletions": {"", "", func(op string) error { return refuse(op == "delete", odd) }, ErrStore, "ready, sign PUT, put, sign GET, delete"},
	} {
		s, w, _ := streamOf(t, true)
		w.source.files["nbscope-7f3c/"], w.replaced.files["nbscope-7f3c/"] = nil, nil
		w.job.Stores = func(string) Store { return w.s3 }
		if c.fault != nil {
			w.s3.fault = func(op, _ string) error { return c.fault(op) }
		}
		s.state.Bucket, s.state.Tried = c.bucket, c.tried
		err := s.ready(t.Context())
		var ops []string
		for _, l := range w.s3.log {
			ops = append(ops, strings.TrimSpace(l[:strings.LastIndex(l, " ")]))
		}
		if got := strings.Join(ops, ", "); !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) || got != c.ops || (s.state.Tried == "data") != (err == nil) {
			t.Errorf("%s: %v, it asks %s", name, err, got)
		}
	}
}

// TestTheFirstFailureOfTwoIsTold, and the other one where the first was only let go.
func TestTheFirstFailureOfTwoIsTold(t *testing.T) {
	t.Parallel()
	odd := errors.New("odd")
	waits := func(ctx context.Context) error {
		<-ctx.Done()
		return fmt.Errorf("%w: %w", ErrDetached, context.Cause(ctx))
	}
	well, fails := func(context.Context) error { return nil }, func(context.Context) error { return odd }
	for i, c := range []struct {
		a, b func(context.Context) error
		want error
	}{{well, well, nil}, {well, fails, odd}, {fails, well, odd}, {waits, fails, odd}, {fails, waits, odd}} {
		if err := together(t.Context(), c.a, c.b); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || errors.Is(err, ErrDetached) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// TestAStreamGoesOnTheWayThatItWasBegunOn, or breaks off. States of before there was a choice
// name none: that was relay.
func TestAStreamGoesOnTheWayThatItWasBegunOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by, before Transport
		begun      bool
		broken     bool
	}{
		"a new one":                       {by: Relay},
		"a new one through a bucket":      {by: S3},
		"the same way":                    {by: Relay, before: Relay, begun: true},
		"the same way through a bucket":   {by: S3, before: S3, begun: true},
		"relay first":                     {by: S3, before: Relay, begun: true, broken: true},
		"a bucket first":                  {by: Relay, before: S3, begun: true, broken: true},
		"an old state":                    {by: Relay, begun: true},
		"an old state, a bucket since":    {by: S3, begun: true, broken: true},
		"not begun, and meant for relay":  {by: S3, before: Relay, broken: true},
		"not begun, and meant for bucket": {by: Relay, before: S3, broken: true},
	} {
		w := newWorldBy(t, c.by)
		said, err := w.job.begin(t.Context(), func(Progress) {})
		must(t, err)
		said.state.By, said.state.Begun, said.state.Way = c.before, c.begun, contents
		s, err := said.nextStream(t.Context())
		if errors.Is(err, errBroken) != c.broken || (err == nil) == c.broken || (s == nil) != c.broken {
			t.Errorf("%s: %v", name, err)
		}
		if want := c.by; !c.broken && said.state.By != want {
			t.Errorf("%s: goes by %s", name, said.state.By)
		}
	}
}

// TestWhatIsPutInPlaceIsCountedWhileItGoesOn, with what was there already.
func TestWhatIsPutInPlaceIsCountedWhileItGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var told []int64
	c, err := w.job.begin(ctx, func(p Progress) {
		if p.Files > 0 {
			told = append(told, p.Files)
			stop()
		}
	})
	must(t, err)
	token, err := c.state.token("place")
	must(t, err)
	w.replaced.files[c.replaced.work+"/"+transfer.Place.StatusFile()] = []byte(`{"v":1,"verb":"place","run":"7f3c","stream":"` + token + `","state":"running","placed":30,"equal":4,"replaced":1}`)
	w.replaced.locked = transfer.Place
	if err := c.place(ctx); !errors.Is(err, context.Canceled) || !slices.Equal(told, []int64{35}) {
		t.Errorf("%v, told of %d files", err, told)
	}
}
