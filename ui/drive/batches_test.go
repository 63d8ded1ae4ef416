package drive

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"nbscope/model/recreate"
)

// slowShelf keeps batches only when it is let.
type slowShelf struct {
	*shelf

	mu   sync.Mutex
	let  chan struct{}
	kept []recreate.KeptBatch
	err  error
}

func (s *slowShelf) KeepBatch(b recreate.KeptBatch) error {
	<-s.let
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, b)
	return s.err
}

func (s *slowShelf) DropBatch(id string) error {
	return s.KeepBatch(recreate.KeptBatch{ID: "not " + id})
}

// TestOfWhatIsKeptOfABatchTheNewestIsWritten has more of a batch kept than can be
// written, and another beside it, and ends the program.
func TestOfWhatIsKeptOfABatchTheNewestIsWritten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	slow := &slowShelf{shelf: o.shelf, let: make(chan struct{}), err: errors.New("no space left on device")}
	d := New(Config{Runs: slow, Now: o.cloud.now})
	var mu sync.Mutex
	var told []Notice
	d.Subscribe(func(n Notice) { mu.Lock(); told = append(told, n); mu.Unlock() })
	d.KeepBatch(recreate.KeptBatch{ID: "a"}) // before it has started: nothing
	d.Start(t.Context())
	at := func(n int) recreate.KeptBatch {
		return recreate.KeptBatch{ID: "a", Drafts: make([]recreate.KeptDraft, n)}
	}
	d.KeepBatch(at(1))
	slow.let <- struct{}{} // it is at work on the first
	for n := 2; n < 9; n++ {
		d.KeepBatch(at(n))
	}
	d.KeepBatch(recreate.KeptBatch{ID: "b"})
	d.DropBatch("b")
	close(slow.let)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	last := map[string]int{}
	for _, b := range slow.kept {
		last[b.ID] = len(b.Drafts)
	}
	if last["a"] != 8 || len(slow.kept) > 8 || slow.kept[len(slow.kept)-1].ID == "b" {
		t.Errorf("kept were %d, of a the last %d", len(slow.kept), last["a"])
	}
	if _, dropped := last["not b"]; !dropped {
		t.Error("b was not dropped")
	}
	if !slices.ContainsFunc(told, func(n Notice) bool {
		return n.ID == "a" && n.Problem != nil && n.Problem.Error() == "no space left on device"
	}) {
		t.Errorf("it tells %v", told)
	}
}
