package aws

import (
	"errors"
	"fmt"
	"testing"
)

func TestAnAnswerIsTakenUpToEachOfItsBounds(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	close(over)
	for name, c := range map[string]struct {
		before boundedBody // what was read
		others int64       // bytes of other answers
		busy   bool        // another one is large
		n      int
		want   string
		large  bool
	}{
		"nothing":                    {want: "<nil>"},
		"the last small one":         {n: largeAnswer, busy: true, want: "<nil>"},
		"a large one":                {n: largeAnswer + 1, want: "<nil>", large: true},
		"a large one beside another": {n: largeAnswer + 1, busy: true, want: "it waited"},
		"more of a large one":        {before: boundedBody{size: largeAnswer + 1, large: true}, n: 1, busy: true, want: "<nil>", large: true},
		"all that there can be":      {before: boundedBody{size: maxAnswer - 1, large: true}, n: 1, want: "<nil>", large: true},
		"one byte more":              {before: boundedBody{size: maxAnswer - 1}, n: 2, want: "the answer has more than 16 MB"},
		"the weight there can be":    {before: boundedBody{weight: maxWeight - 1}, n: 1, want: "<nil>"},
		"more weight":                {before: boundedBody{weight: maxWeight - 1}, n: 2, want: "the answer takes more than 32 MB"},
		"all beside the others":      {others: maxReading - 1, n: 1, want: "<nil>"},
		"more beside the others":     {others: maxReading - 1, n: 2, want: "the answers that are being read have more than 128 MB"},
	} {
		in := newIntake()
		in.reading.Store(c.others)
		if c.busy {
			in.large <- struct{}{}
		}
		b := c.before
		b.intake, b.ended, b.why = in, over, func() error { return errors.New("it waited") }
		if !c.busy {
			b.ended = nil
		}
		if err := b.take(make([]byte, c.n)); fmt.Sprint(err) != c.want || b.large != c.large {
			t.Errorf("%s: %v, large %v", name, err, b.large)
		}
		if got := in.reading.Load(); got != c.others+int64(c.n) {
			t.Errorf("%s: %d bytes count as being read", name, got)
		}
	}
	for most, want := range map[int64]string{256 << 10: "x more than 256 KB", 1<<20 - 1: "x more than 1023 KB", 1 << 20: "x more than 1 MB", 16 << 20: "x more than 16 MB"} {
		if got := (&floodError{what: "x", most: most}).Error(); got != want {
			t.Errorf("%d: %q, want %q", most, got, want)
		}
	}
}
