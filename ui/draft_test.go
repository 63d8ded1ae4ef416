package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// TestWhatSomebodyElseChangesOfADraftsSourceIsNotCalledChosen lets somebody tag and
// resize the source between the first look and the checks.
func TestWhatSomebodyElseChangesOfADraftsSourceIsNotCalledChosen(t *testing.T) {
	n, aws := &noting{}, newFakeRecreator()
	aws.snaps["churn"] = snapshotNamed("churn", nil)
	later := snapshotNamed("churn", func(s *recreate.Snapshot) {
		s.InstanceType = "ml.m5.xlarge"
		s.Tags = []model.Tag{{Key: "Cost", Value: "42"}, {Key: "Owner", Value: "bob"}}
	})
	asked := []string{}
	aws.facts = func(_ recreate.Snapshot, spec recreate.Spec) recreate.Facts {
		asked = append(asked, spec.InstanceType)
		return goodFacts(later, spec)
	}
	none := func() recreate.Fact[[]recreate.Kept] { return recreate.Know[[]recreate.Kept](nil) }
	d := &draft{name: "churn", runID: "1", ports: wizardPorts{aws: aws, now: uitest.NewClock().Now, runs: none}}
	kit.Perform(n, d.observe())
	if !slices.Equal(asked, []string{"ml.t3.medium", "ml.m5.xlarge"}) {
		t.Errorf("the checks were made for %q", asked)
	}
	if d.plan == nil || d.plan.Spec.InstanceType != "ml.m5.xlarge" || d.plan.Spec.Value(recreate.FieldTags) != "Cost=42, Owner=bob" {
		t.Fatalf("the plan is %+v", d.plan)
	}
	var fields []string
	for _, c := range d.plan.Changes() {
		if c.Theirs {
			fields = append(fields, c.Field)
		}
		if c.Theirs && (quiet(c) || strings.Contains(c.Why, "chosen")) {
			t.Errorf("it is hidden, or called chosen: %+v", c)
		}
	}
	slices.Sort(fields)
	if want := []string{"InstanceType", "Tags.Cost", "Tags.Owner", "Tags.Team"}; !slices.Equal(fields, want) {
		t.Errorf("%q are somebody else's, want %q", fields, want)
	}
}

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
			s.aws.snaps["churn-model-train"] = changed
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
