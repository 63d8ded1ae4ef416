package aws

import (
	"runtime"
	"testing"
	"time"
	"weak"
)

// A timer that was stopped stays with the runtime among those that run, and a scan of a
// thousand accounts has some of either.
func TestPatienceLetsGoOfATargetThatHasEnded(t *testing.T) {
	const running, ended = 50, 10
	var all []*patience
	var left []weak.Pointer[[1 << 10]byte]
	for i := range running + ended {
		target := new([1 << 10]byte)
		p := &patience{most: time.Hour, over: func() { target[0]++ }}
		p.begin()
		if i%(running/ended+1) == 0 {
			p.end()
			p.leave()
			left = append(left, weak.Make(target))
		}
		all = append(all, p)
	}
	runtime.GC()
	for i, w := range left {
		if w.Value() != nil {
			t.Errorf("target %d is held after its end", i)
		}
	}
	if len(left) != ended {
		t.Errorf("%d targets have ended, want %d", len(left), ended)
	}
	for _, p := range all {
		p.end()
	}
}

func TestPatienceThatIsOverEndsNothingLater(t *testing.T) {
	ended := 0
	p := &patience{most: time.Hour, over: func() { ended++ }}
	p.lost()
	if ended != 1 {
		t.Errorf("a target that gave no answer was ended %d times, want once", ended)
	}
	p.leave()
	p.lost() // the timer was under way
	if ended != 1 {
		t.Error("a target was ended after its end")
	}
}
