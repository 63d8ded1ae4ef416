package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// gcPercent lets the heap grow by less than the usual double between collections:
	// most of a small inventory's memory is garbage of the scan that made it.
	gcPercent = 60

	// memoryLimit makes the garbage collector work harder once an inventory is large.
	// Inventories of some ten thousand notebooks never come near it.
	memoryLimit = 240 << 20

	// roomToCollect is what the limit leaves above what lives, beside a quarter of it:
	// without room, collections follow each other and free nothing.
	roomToCollect = 60 << 20
)

// limitFor is the memory limit where so many bytes live.
func limitFor(live uint64) int64 { return max(memoryLimit, int64(live+live/4)+roomToCollect) }

// tendHeap sets what the runtime does about memory, where the user has not.
func tendHeap() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		limitMemory(0)
	}
}

// limitMemory sets the limit by what lives, and again after each collection.
func limitMemory(before int64) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	limit := limitFor(live[0].Value.Uint64())
	if limit != before {
		debug.SetMemoryLimit(limit)
	}
	// What nobody holds is cleaned up after the next collection. It has a pointer: the
	// smallest values without one are kept together with others.
	type cycle struct{ _ *byte }
	runtime.AddCleanup(&cycle{}, limitMemory, limit)
}
