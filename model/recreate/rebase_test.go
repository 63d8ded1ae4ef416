package recreate

import (
	"reflect"
	"strings"
	"testing"

	"nbscope/model"
)

// theirs are changes that somebody else makes to a source while a plan of it is
// looked at, by the field of the plan that shows them.
func theirs() map[string]struct {
	field  string
	change func(*Snapshot)
	carry  func(*Spec) // as the replacement shall have it
} {
	tag := func(key, value string) func(*[]model.Tag) {
		return func(all *[]model.Tag) { *all = setTag(*all, key, value) }
	}
	both := func(f func(*[]model.Tag)) (func(*Snapshot), func(*Spec)) {
		return func(s *Snapshot) { f(&s.Tags) }, func(s *Spec) { f(&s.Tags) }
	}
	added, addedTo := both(tag("Owner", "ana"))
	changed, changedTo := both(tag("Team", "other"))
	removed, removedTo := both(tag("Team", ""))
	return map[string]struct {
		field  string
		change func(*Snapshot)
		carry  func(*Spec)
	}{
		"a tag more":             {"Tags.Owner", added, addedTo},
		"a tag's value":          {"Tags.Team", changed, changedTo},
		"a tag less":             {"Tags.Team", removed, removedTo},
		"its role":               {FieldRole, func(s *Snapshot) { s.RoleARN += "2" }, func(s *Spec) { s.RoleARN += "2" }},
		"its type":               {FieldType, func(s *Snapshot) { s.InstanceType = "ml.m5.large" }, func(s *Spec) { s.InstanceType = "ml.m5.large" }},
		"its volume":             {FieldVolume, func(s *Snapshot) { s.VolumeGB = 90 }, func(s *Spec) { s.VolumeGB = 90 }},
		"its scripts":            {FieldLifecycle, func(s *Snapshot) { s.LifecycleName = "other" }, func(s *Spec) { s.LifecycleName = "other" }},
		"no scripts any more":    {FieldLifecycle, func(s *Snapshot) { s.LifecycleName = "" }, func(s *Spec) { s.LifecycleName = "" }},
		"its root access":        {FieldRoot, func(s *Snapshot) { s.RootAccess = model.Enabled }, func(s *Spec) { s.RootAccess = model.Enabled }},
		"its repository":         {FieldRepository, func(s *Snapshot) { s.DefaultRepository = "https://u:pw123456@git.example/y.git" }, func(s *Spec) { s.DefaultRepository = "https://u:pw123456@git.example/y.git" }},
		"its other repositories": {FieldMoreRepos, func(s *Snapshot) { s.MoreRepositories = []string{"z"} }, func(s *Spec) { s.MoreRepositories = []string{"z"} }},
	}
}

func setTag(tags []model.Tag, key, value string) []model.Tag {
	var out []model.Tag
	for _, t := range tags {
		if t.Key != key {
			out = append(out, t)
		}
	}
	if value != "" {
		out = append(out, model.Tag{Key: key, Value: value})
	}
	return out
}

// TestWhatSomebodyElseChangedIsTakenOver holds the next plan of a source that was
// changed against the one that would be made of it from the start.
func TestWhatSomebodyElseChangedIsTakenOver(t *testing.T) {
	t.Parallel()
	for name, c := range theirs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			was, now := churn(), churn()
			c.change(&now)
			first := planOf(was, func(s *Spec) { s.Name = "chosen"; s.Tags = setTag(s.Tags, "Chosen", "yes") })
			next := NewPlan(testRun, testTime(), now, first.Spec.Rebase(&was, &now))
			next.Since(&was)
			want := planOf(was, func(s *Spec) { s.Name = "chosen"; s.Tags = setTag(s.Tags, "Chosen", "yes"); c.carry(s) })
			if !reflect.DeepEqual(next.Spec, want.Spec) {
				t.Errorf("the replacement would be\n%+v, want\n%+v", next.Spec, want.Spec)
			}
			seen := 0
			for _, change := range next.Changes() {
				if change.Theirs {
					seen++
					if change.Field != c.field || change.Action != Carry || !strings.Contains(change.Why, "somebody else changed it from ") || strings.Contains(change.Why, "chosen") {
						t.Errorf("it says %+v", change)
					}
					if strings.Contains(change.Why, "pw123456") {
						t.Error("a secret is shown")
					}
				}
			}
			if seen != 1 {
				t.Errorf("%d changes are somebody else's", seen)
			}
		})
	}
}

// TestWhatWasChosenStaysAndTheirsIsShown changes a field on both sides.
func TestWhatWasChosenStaysAndTheirsIsShown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		choose func(*Spec)
		change func(*Snapshot)
		field  string
		says   string
	}{
		"a type": {
			func(s *Spec) { s.InstanceType = "ml.m5.xlarge" }, func(s *Snapshot) { s.InstanceType = "ml.m5.large" },
			FieldType, "chosen; somebody else has changed the source's from ml.t3.xlarge to ml.m5.large since the plan before",
		},
		"a tag": {
			func(s *Spec) { s.Tags = setTag(s.Tags, "Team", "mine") }, func(s *Snapshot) { s.Tags = setTag(s.Tags, "Team", "theirs") },
			"Tags.Team", "chosen; somebody else has changed the source's from ml + data to theirs",
		},
		"a tag that is left out": {
			func(s *Spec) { s.Tags = setTag(s.Tags, "Team", "") }, func(s *Snapshot) { s.Tags = setTag(s.Tags, "Team", "theirs") },
			"Tags.Team", "chosen; somebody else has changed the source's",
		},
		"no scripts": {
			func(s *Spec) { s.LifecycleName = "" }, func(s *Snapshot) { s.LifecycleName = "other" },
			FieldLifecycle, "attach it afterwards; somebody else has changed the source's from autostop to other",
		},
	} {
		was, now := churn(), churn()
		c.change(&now)
		first := planOf(was, c.choose)
		next := NewPlan(testRun, testTime(), now, first.Spec.Rebase(&was, &now))
		next.Since(&was)
		if !reflect.DeepEqual(next.Spec, first.Spec) {
			t.Errorf("%s: what was chosen does not stay: %+v", name, next.Spec)
		}
		says := ""
		for _, change := range next.Changes() {
			if change.Field == c.field {
				says = change.Why
			}
		}
		if !strings.Contains(says, c.says) {
			t.Errorf("%s: it says %q, want %q", name, says, c.says)
		}
	}
}

func TestAnAmendedPlanSaysWhatIsNotTheUsers(t *testing.T) {
	t.Parallel()
	k := tell(t, nil)
	k.w.touch("churn-model", func(s *Snapshot) { s.Tags = append([]model.Tag{{Key: "Owner", Value: "ana"}}, s.Tags...) })
	k.approve().goesOn()
	k.stands(PhaseDrift, "tag Owner")
	now := k.w.notes["churn-model"]
	p := NewPlan("run-1", k.w.now, *now, k.run.Plan.Spec.Rebase(&k.run.Plan.Source, now))
	k.does(Event{Kind: EventAmended, Plan: &p})
	if got := k.run.Plan.Theirs; len(got) != 1 || got[0].Field != "tag Owner" || got[0].Now != "ana" {
		t.Errorf("it says %+v", got)
	}
	k.to(StepCopy)
	if got := k.w.notes["churn-model-net"].Tag("Owner"); got != "ana" {
		t.Errorf("the replacement has the tag %q", got)
	}
}

func TestTagsThatWereNotKnownAreCarriedOnceTheyAre(t *testing.T) {
	t.Parallel()
	was, now := churn(func(s *Snapshot) { s.Tags, s.TagsUnknown = nil, "denied" }), churn()
	p := NewPlan(testRun, testTime(), now, planOf(was).Spec.Rebase(&was, &now))
	if p.Spec.Value(FieldTags) != "Team=ml + data" {
		t.Errorf("the tags are %s", p.Spec.Value(FieldTags))
	}
	p.Since(&was)
	if got := p.Theirs; len(got) != 1 || got[0].Field != "Tags" {
		t.Errorf("it says %+v", got)
	}
	p.Changes()
}
