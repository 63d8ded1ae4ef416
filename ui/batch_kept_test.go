package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// startsAgain is another program over the same journals and batches.
func startsAgain(t *testing.T, before *studio, change func(*studio)) *studio {
	t.Helper()
	return newStudio(t, 200, 60, func(s *studio) {
		for _, id := range before.runs.order {
			s.runs.add(before.runs.books[id].Run())
		}
		s.runs.batches = maps.Clone(before.runs.batches)
		s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true
		if change != nil {
			change(s)
		}
	})
}

// batchOf is a batch of three, of which one has another name and nothing is begun.
func batchOf(t *testing.T) *studio {
	t.Helper()
	s := newStudio(t, 200, 60, nil)
	s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true
	s.press("space", "space", "space", "R")
	s.sees("Recreate 3 notebooks", "3 ready")
	s.press("enter", "3", "enter", "backspace", "backspace", "backspace", "blue", "enter", "esc")
	s.sees("3 ready", "-blue")
	return s
}

// TestABatchOutlivesTheProgram ends a program with a batch in front, without warning,
// and finds it again: with what was chosen, and nothing approved.
func TestABatchOutlivesTheProgram(t *testing.T) {
	s := startsAgain(t, batchOf(t), nil)
	s.sees("a batch of 3 notebooks was left unfinished: b on the list of runs goes back to it")
	s.press("tab", "tab", "tab")
	s.sees("No notebook has been recreated", "b back to the batch")
	s.press("b")
	s.sees("Recreate 3 notebooks", "3 ready", "-blue")
	if got := s.wrote(); got != "" {
		t.Fatalf("it did %q", got)
	}
	s.press("a", "tab", "enter")
	s.sees("3 begun")
	if !slices.ContainsFunc(slices.Collect(maps.Values(s.runs.books)), func(b *fakeBook) bool { return strings.HasSuffix(b.run.Plan.Spec.Name, "-blue") }) {
		t.Error("the name that was chosen is lost")
	}
	again := startsAgain(t, s, nil)
	again.press("tab", "tab", "tab", "b")
	again.sees("Recreate 3 notebooks", "3 begun")
	for _, of := range []string{"While both notebooks of each run:", "warning"} { // the plans of the runs hold them
		if was, now := lineWith(s.view(), of), lineWith(again.view(), of); was == "" || now != was {
			t.Errorf("found again, it says %q, and said %q", now, was)
		}
	}
	if view := again.view(); strings.Contains(view, "…") != strings.Contains(s.view(), "…") {
		t.Errorf("something is still asked for:\n%s", view)
	}
}

// lineWith is the first line of a screen with some words.
func lineWith(screen, words string) string {
	for line := range strings.Lines(screen) {
		if strings.Contains(line, words) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// TestWhatSomebodyChangedMeanwhileIsInTheBatch changes a source between two programs:
// it is taken into the plan, and shown as theirs.
func TestWhatSomebodyChangedMeanwhileIsInTheBatch(t *testing.T) {
	s := startsAgain(t, batchOf(t), func(s *studio) {
		for name, snap := range s.aws.Snaps {
			snap.InstanceType = "ml.m5.large"
			s.aws.Snaps[name] = snap
		}
	})
	s.press("tab", "tab", "tab", "b", "enter", "4")
	s.sees("ml.m5.large", "somebody else changed it", "-blue")
}

// TestABatchEndsWithWhatIsLeftOfIt holds when nothing of a batch is kept any more.
func TestABatchEndsWithWhatIsLeftOfIt(t *testing.T) {
	gone := func(s *studio) {
		t.Helper()
		if n := len(s.runs.batches); n != 0 {
			t.Errorf("%d batches are kept", n)
		}
	}
	s := batchOf(t)
	s.press(":", "give the batch up", "enter")
	s.sees("the batch is given up, with 3 plans that had not begun")
	gone(s)
	s.press("tab", "tab", "tab", "b")
	s.seesNot("Recreate 3 notebooks")

	s = batchOf(t)
	s.press("a", "tab", "enter", "esc")
	for _, id := range s.runs.order {
		if err := s.app.cfg.Driver.Decide(id, recreate.Event{Kind: recreate.EventClosed}); err != nil {
			t.Fatal(err)
		}
		s.settle()
	}
	again := startsAgain(t, s, nil)
	again.seesNot("left unfinished")
	gone(again)

	s = batchOf(t) // planned anew, with one more
	s.press("esc", "j", "space", "R")
	s.sees("Recreate 4 notebooks")
	if n := len(s.runs.batches); n != 1 {
		t.Errorf("%d batches are kept where the new one has all of the old", n)
	}

	s = batchOf(t) // planned anew, but for one
	s.press("esc", "k", "space", "R")
	s.sees("Recreate 2 notebooks")
	var kept []int
	for _, raw := range s.runs.batches {
		var b recreate.KeptBatch
		if err := json.Unmarshal(raw, &b); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, len(b.Drafts))
	}
	slices.Sort(kept)
	if !slices.Equal(kept, []int{1, 2}) {
		t.Errorf("batches of %d are kept where the new one has two of three", kept)
	}
}

// TestABatchThatCannotBeKeptOrReadIsTold holds that neither is passed over.
func TestABatchThatCannotBeKeptOrReadIsTold(t *testing.T) {
	s := newStudio(t, 200, 60, nil)
	s.runs.err = errors.New("no space left on device")
	s.press("space", "space", "R")
	s.sees("Recreate 2 notebooks", "no space left on device")
	again := startsAgain(t, batchOf(t), func(s *studio) {
		s.runs.unread = fmt.Errorf("the batch in x is left as it is: it is not as it was written")
	})
	again.sees("the batch in x is left as it is")
}
