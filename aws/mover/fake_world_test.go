package mover

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nbscope/model/manifest"
)

// world is a job between two notebooks that are played.
type world struct {
	source, replaced *notebook
	s3               *fakeStore
	job              Job
	clock            time.Time
	step             time.Duration
	mu               sync.Mutex
}

// newWorldBy is one whose data goes by a transport. Of what is not cleaned otherwise, it
// looks at the end that it can be.
func newWorldBy(t *testing.T, by Transport) *world {
	w := newWorld(t)
	w.job.Transport = by
	t.Cleanup(func() {
		for _, n := range []*notebook{w.source, w.replaced} {
			n.fault = nil
		}
		w.s3.fault = nil
		if err := w.again().Clean(context.Background()); err != nil {
			t.Error(err)
		}
		w.leftNothing(t)
	})
	return w
}

func (w *world) leftNothing(t *testing.T) {
	t.Helper()
	for _, n := range []*notebook{w.source, w.replaced} {
		if len(n.files) > 0 || n.stage != nil || len(n.running) > 0 || n.kernels > 0 {
			t.Errorf("%v, %v, %v, %d are left in the %s", n.files, n.stage, n.running, n.kernels, n.side)
		}
	}
	if len(w.s3.objects) > 0 {
		t.Errorf("objects are left: %v", w.s3.objects)
	}
}

func newWorld(t *testing.T) *world {
	tree := map[string]string{}
	for i := range 40 {
		tree[fmt.Sprintf("file%02d", i)] = strings.Repeat(strconv.Itoa(i), 20+i)
	}
	w := &world{source: newNotebook(t, manifest.Source, tree), replaced: newNotebook(t, manifest.Replacement, map[string]string{}), clock: time.Unix(1795900000, 0), step: 100 * time.Millisecond}
	w.s3 = newFakeStore(t)
	w.source.s3, w.replaced.s3 = w.s3, w.s3
	w.job = Job{Run: "7f3c", Folder: t.TempDir(), Transport: Relay, Now: w.now, Bucket: "data", Prefix: "nbscope/7f3c"}
	w.job.Stores = func(bucket string) Store {
		if bucket != "data" {
			t.Errorf("the bucket %q is used", bucket)
		}
		return w.s3
	}
	w.job.Source, w.job.Replacement = Side{Session: w.source, Name: "churn"}, Side{Session: w.replaced, Name: "churn-nbscope"}
	w.job.pace = &pace{
		tick: time.Millisecond, beat: 20 * time.Second, silence: 20 * time.Second, lost: 15 * time.Second, patience: 15 * time.Minute,
		part: 300, window: 4, parallel: 2, rounds: 4, small: 64 << 20, object: 300, objects: 4, many: 1,
	}
	return w
}

// now is a clock that goes on by being looked at.
func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(w.step)
	return w.clock
}

// again is the job as another process has it.
func (w *world) again() *Job {
	j := w.job
	return &j
}

// proven checks that both trees are equal and that the proof says so.
func (w *world) proven(t *testing.T) Result {
	t.Helper()
	r, err := w.again().Prove(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Proven() || !maps.Equal(w.source.tree, w.replaced.tree) || r.Comparison.Source.Digest != r.Comparison.Replacement.Digest {
		t.Errorf("%+v: %v, %v", r.Comparison, w.source.tree, w.replaced.tree)
	}
	return r
}
