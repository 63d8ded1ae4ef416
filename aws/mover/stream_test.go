package mover

import (
	"testing"
	"time"
)

// TestTheRateIsTakenOverTime looks more than once in a second: between such looks
// parts come or do not, which is no rate.
func TestTheRateIsTakenOverTime(t *testing.T) {
	t.Parallel()
	var r rate
	began := time.Unix(1795900000, 0)
	for _, c := range []struct {
		after time.Duration
		bytes int64
		want  float64
	}{
		{0, 500, 0},                              // what an earlier process has brought
		{2 * time.Second, 2500, 1000},            // the first rate
		{2500 * time.Millisecond, 900_000, 1000}, // too soon
		{3 * time.Second, 900_000, 1000},         // still
		{6 * time.Second, 2500, 500},             // four of eight seconds count half
		{20 * time.Second, 2500 + 14*300, 300},   // and more than eight in full
	} {
		if got := r.of(began.Add(c.after), c.bytes); got != c.want {
			t.Errorf("after %v it is %v, not %v", c.after, got, c.want)
		}
	}
}
