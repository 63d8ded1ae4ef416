package aws

import (
	"math"
	"testing"
	"time"
)

// standing is a clock that stands.
func standing(now time.Time) func() time.Time { return func() time.Time { return now } }

// near reports whether two rates are the same but for how they were rounded.
func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestTheFirstInLineWaitsForWhatIsLeftOfItsGap(t *testing.T) {
	t.Parallel()
	now := time.Unix(1.7e9, 0)
	for name, c := range map[string]struct {
		ago  time.Duration // since the last was let go
		want time.Duration
	}{
		"just now":                  {0, 250 * time.Millisecond},
		"a while":                   {100 * time.Millisecond, 150 * time.Millisecond},
		"exactly the gap":           {250 * time.Millisecond, 0},
		"long ago":                  {time.Second, -750 * time.Millisecond},
		"after a clock was set":     {-time.Hour, 250 * time.Millisecond},
		"after it was set a little": {-100 * time.Millisecond, 250 * time.Millisecond},
	} {
		l := &limiter{now: standing(now), rate: 4, grown: now, last: now.Add(-c.ago)}
		if got := l.due(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestARateGrowsWithTheTimeSinceItLastDid(t *testing.T) {
	t.Parallel()
	now := time.Unix(1.7e9, 0)
	for name, c := range map[string]struct {
		calm  bool
		since time.Duration
		want  float64
		moved bool
	}{
		"no time":           {false, 0, 10, false},
		"time that ran":     {false, -time.Second, 10, false},
		"a second":          {false, time.Second, 16, true},
		"half a second":     {false, time.Second / 2, 13, true},
		"a second, calm":    {true, time.Second, 10.4, true},
		"five seconds":      {false, 5 * time.Second, 40, true},
		"a pause":           {false, time.Hour, 40, true},
		"a pause, and calm": {true, time.Hour, 12, true},
	} {
		l := &limiter{rate: 10, calm: c.calm, grown: now.Add(-c.since)}
		l.grow(now)
		if !near(l.rate, c.want) || l.grown.Equal(now) != (c.moved || c.since == 0) {
			t.Errorf("%s: %g, grown %s", name, l.rate, l.grown)
		}
	}
}

func TestTheShareOfRefusalsSaysWhatACutIsWorth(t *testing.T) {
	t.Parallel()
	type state struct {
		rate, before, share float64
		vain                bool
		since               tallied
	}
	for name, c := range map[string]struct{ is, want state }{
		"too few answers": {
			state{rate: 5, before: 10, since: tallied{fewAnswers - 1, 3}},
			state{rate: 5, before: 10, since: tallied{fewAnswers - 1, 3}},
		},
		"as many at a much lower rate": {
			state{rate: 7.5, before: 10, share: 0.25, since: tallied{fewAnswers, 3}},
			state{rate: 10, before: 10, share: 0.25, vain: true},
		},
		"as many at a rate that is not much lower": {
			state{rate: 7.6, before: 10, share: 0.25, since: tallied{fewAnswers, 3}},
			state{rate: 7.6, before: 7.6, share: 0.25},
		},
		"as many at the lowest rate": {
			state{rate: minRate, before: 2.1, share: 0.25, since: tallied{fewAnswers, 3}},
			state{rate: 2.1, before: 2.1, share: 0.25, vain: true},
		},
		"half as many": {
			state{rate: 5, before: 10, share: 0.5, since: tallied{fewAnswers, 3}},
			state{rate: 10, before: 10, share: 0.25, vain: true},
		},
		"fewer than half": {
			state{rate: 5, before: 10, share: 0.51, since: tallied{fewAnswers, 3}},
			state{rate: 5, before: 5, share: 0.25},
		},
		"as many as are lived with": {
			state{rate: 5, before: 10, share: 0.3, since: tallied{20, 6}},
			state{rate: 10, before: 10, share: 0.3, vain: true},
		},
		"too many to live with": {
			state{rate: 5, before: 10, share: 0.35, since: tallied{20, 7}},
			state{rate: 5, before: 5, share: 0.35},
		},
		"lived with, and too few answers": {
			state{rate: 5, vain: true, since: tallied{4*fewAnswers - 1, 40}},
			state{rate: 5, vain: true, since: tallied{4*fewAnswers - 1, 40}},
		},
		"lived with, and too many by now": {
			state{rate: 5, vain: true, since: tallied{4 * fewAnswers, 15}},
			state{rate: 5},
		},
		"lived with on": {
			state{rate: 5, vain: true, since: tallied{4 * fewAnswers, 14}},
			state{rate: 5, vain: true},
		},
		"lived with, and as many as can be": {
			state{rate: 5, vain: true, since: tallied{50, 15}},
			state{rate: 5, vain: true},
		},
	} {
		l := &limiter{rate: c.is.rate, before: c.is.before, share: c.is.share, vain: c.is.vain, since: c.is.since}
		l.learn()
		if got := (state{l.rate, l.before, l.share, l.vain, l.since}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestARefusalCutsTheRateByWhatWasMeasured(t *testing.T) {
	t.Parallel()
	now := time.Unix(1.7e9, 0).Add(-1) // the newest part of the window is all but over
	for name, c := range map[string]struct {
		rate  float64
		taken int // within the window
		want  float64
	}{
		"far more than was taken":      {40, 10, 24},   // 0.6 of it at least
		"somewhat more than was taken": {40, 30, 28.5}, // what was taken, and a little less
		"less than was taken":          {20, 30, 19},   // a little less than it was
		"hardly any":                   {2.05, 0, 2},   // no less than the lowest rate
		"nothing taken":                {10, 0, 6},
	} {
		l := newLimiter(standing(now))
		l.shut.Store(true)
		l.rate, l.epoch, l.grown = c.rate, 3, now
		for range c.taken {
			l.taken.add(now.Add(-time.Second / 2))
		}
		rate, cut := l.throttled(3)
		if math.Abs(rate-c.want) > 1e-6 || !cut || l.epoch != 4 || !l.calm || !l.last.Equal(now) || l.since != (tallied{1, 1}) {
			t.Errorf("%s: %g, cut %v, epoch %d, calm %v", name, rate, cut, l.epoch, l.calm)
		}
		if again, cut := l.throttled(3); cut || again != rate || l.epoch != 4 || l.since != (tallied{2, 2}) {
			t.Errorf("%s: one that left before cut to %g", name, again)
		}
	}
	l := newLimiter(standing(now))
	l.shut.Store(true)
	l.rate, l.vain, l.calm = 10, true, true
	if rate, cut := l.throttled(0); cut || rate != 10 || l.epoch != 0 || l.calm {
		t.Errorf("what is lived with: %g, %v, epoch %d, calm %v", rate, cut, l.epoch, l.calm)
	}
}

func TestAGaugeForgetsWhatIsOlderThanItsWindow(t *testing.T) {
	t.Parallel()
	begin := time.Unix(1.7e9, 0)
	for name, c := range map[string]struct {
		after time.Duration
		want  float64
	}{
		"at once":                 {0, 10 / 0.9},
		"in the middle of a part": {50 * time.Millisecond, 10 / 0.95},
		"a part later":            {100 * time.Millisecond, 10 / 0.9},
		"in the last part":        {900 * time.Millisecond, 10 / 0.9},
		"behind it":               {time.Second, 0},
		"long behind it":          {time.Hour, 0},
	} {
		var g gauge
		for range 10 {
			g.add(begin)
		}
		if got := g.rate(begin.Add(c.after)); !near(got, c.want) {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
	var g gauge
	for i := range 25 {
		g.add(begin.Add(time.Duration(i) * 100 * time.Millisecond))
	}
	if got := g.rate(begin.Add(2400 * time.Millisecond)); !near(got, 10/0.9) {
		t.Errorf("one in each part: %g", got)
	}
}
