package main

import (
	"os"
	"strings"
	"sync"
	"testing"

	"nbscope/model"
	"nbscope/ui/cli"
)

// What the demo makes goes with it, whether it ends in order or is made to end.
func TestTheDemoLeavesNothingBehind(t *testing.T) {
	for _, forced := range []bool{false, true} {
		temp := t.TempDir()
		t.Setenv("TMPDIR", temp)
		session, err := open(t.Context(), cli.Settings{Demo: true, Regions: []string{"us-east-1"}, Concurrency: 4, LogLevel: "error"})
		if err != nil {
			t.Fatal(err)
		}
		n := serving(t, &session)
		if _, err := session.Backend.Presign(t.Context(), n.Target(), n.Name); err != nil { // which opens its Jupyter
			t.Fatal(err)
		}
		in, err := os.ReadDir(temp)
		if err != nil || len(in) != 1 || !strings.HasPrefix(in[0].Name(), "nbscope-demo-") {
			t.Errorf("the demo makes %v, %v", in, err)
		}
		if forced {
			session.Discard()
		} else if err := session.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("forced %t: it leaves %v, %v", forced, left, err)
		}
	}
}

// serving is a notebook of the demo that is in service.
func serving(t *testing.T, s *cli.Session) *model.Notebook {
	t.Helper()
	var found *model.Notebook
	var mu sync.Mutex
	s.Backend.Scan(t.Context(), model.ScanRequest{}, func(b model.Batch) {
		mu.Lock()
		defer mu.Unlock()
		for _, n := range b.Notebooks {
			if n.Status == model.StatusInService {
				found = n
			}
		}
	})
	if found == nil {
		t.Fatal("the demo has none in service")
	}
	return found
}
