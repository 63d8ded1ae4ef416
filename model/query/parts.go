package query

import (
	"runtime"
	"slices"
	"sync"
)

// leastPart is how many rows are worth a goroutine of their own.
const leastPart = 4096

// inParts has every processor keep what it finds of a part of the rows, in place. Where
// one of them panics, so does the caller.
func inParts(rows []Hit, keep func(part []Hit) []Hit) []Hit {
	processors := runtime.GOMAXPROCS(0)
	parts := slices.Collect(slices.Chunk(rows, max(leastPart, (len(rows)+processors-1)/processors)))
	broke := make([]any, len(parts))
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() {
			defer func() { broke[i] = recover() }()
			parts[i] = keep(parts[i])
		})
	}
	all.Wait()
	out := rows[:0]
	for i, part := range parts {
		if broke[i] != nil {
			panic(broke[i])
		}
		out = append(out, part...)
	}
	return out
}
