package ui

import (
	"context"
	"slices"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

// TestAnotherPlanAfterADriftTakesOverWhatItWasAbout goes from a source that was
// changed to the next plan, as a user does.
func TestAnotherPlanAfterADriftTakesOverWhatItWasAbout(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	once := true
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		if once { // between the approval and the look
			once = false
			changed := *b.source
			changed.Tags = append(slices.Clone(changed.Tags), model.Tag{Key: "Zone", Value: "a"})
			b.source = &changed
			s.aws.Snaps["churn-model-train"] = changed
		}
		return smooth(ctx, b, e, tell)
	}
	s.press(approved()...)
	s.sees("source: tag Zone", "somebody else changed the source since the plan was made")
	s.press("m", "4")
	s.sees("Tag Zone", "somebody else changed it from none")
	s.press("a", "tab", "enter", "a", "tab", "enter")
	b := s.book()
	if b.newOne == nil || !slices.Contains(b.newOne.Tags, model.Tag{Key: "Zone", Value: "a"}) {
		t.Errorf("did %q, made %+v", b.did(), b.newOne)
	}
}
