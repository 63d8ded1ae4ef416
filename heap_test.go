package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestTheMemoryLimitRisesWithWhatLives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		live uint64
		want int64
	}{{0, 240 << 20}, {100 << 20, 240 << 20}, {144 << 20, 240 << 20}, {160 << 20, 260 << 20}, {400 << 20, 560 << 20}} {
		if got := limitFor(c.live); got != c.want {
			t.Errorf("with %d MB that live the limit is %d MB", c.live>>20, got>>20)
		}
	}
}

// The limit follows the heap up and down again without anybody asking for it.
func TestTheMemoryLimitFollowsTheHeap(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	limitMemory(0)
	until := func(want func(int64) bool) {
		t.Helper()
		for range 1000 {
			runtime.GC()
			if want(debug.SetMemoryLimit(-1)) {
				return
			}
		}
		t.Fatalf("the limit is %d MB", debug.SetMemoryLimit(-1)>>20)
	}
	held := make([]byte, 300<<20)
	until(func(limit int64) bool { return limit >= limitFor(300<<20) })
	runtime.KeepAlive(held)
	until(func(limit int64) bool { return limit == memoryLimit })
}
