package recreate

import (
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
	n, aws := &uitest.Host{}, uitest.NewRecreator()
	aws.Snaps["churn"] = uitest.Snapshot("churn", nil)
	later := uitest.Snapshot("churn", func(s *recreate.Snapshot) {
		s.InstanceType = "ml.m5.xlarge"
		s.Tags = []model.Tag{{Key: "Cost", Value: "42"}, {Key: "Owner", Value: "bob"}}
	})
	asked := []string{}
	aws.Finds = func(_ recreate.Snapshot, spec recreate.Spec) recreate.Facts {
		asked = append(asked, spec.InstanceType)
		return uitest.GoodFacts(later, spec)
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

// TestTheFormTurnsBothWays turns the direction there and back, by the key and by the
// field, with the name that is suggested and with one of the user's.
func TestTheFormTurnsBothWays(t *testing.T) {
	src := uitest.Snapshot("churn", nil) // off
	d := &draft{name: "churn", runID: "r1", ports: wizardPorts{now: uitest.Noon}}
	d.observing.begin(uitest.Noon())
	d.observed(d.observing.id, src, nil)
	stands := func(way recreate.Direction, name string) {
		t.Helper()
		if d.direction != way || d.spec.DirectInternet != way.Value() || d.spec.Name != name || d.checked {
			t.Errorf("%s, %s as %s, checked %v; want %s as %s", d.direction, d.spec.DirectInternet, d.spec.Name, d.checked, way, name)
		}
	}
	stands(recreate.Enable, "churn-net")
	d.turn()
	stands(recreate.Disable, "churn-vpc")
	d.turn()
	stands(recreate.Enable, "churn-net")
	if err := d.set(recreate.FieldName, "mine"); err != nil {
		t.Fatal(err)
	}
	d.turn()
	stands(recreate.Disable, "mine")
	for _, way := range []recreate.Direction{recreate.Enable, recreate.Disable, recreate.Disable} {
		d.checked = way == d.direction
		if err := d.set(recreate.FieldDirect, way.Value()); err != nil {
			t.Fatal(err)
		}
		if d.checked { // nothing was changed: what was checked holds
			d.checked = false
		}
		stands(way, "mine")
	}
	before := d.direction
	if err := d.set(recreate.FieldDirect, "Perhaps"); err == nil || d.direction != before {
		t.Errorf("a value that is none: %v, and the direction is %s", err, d.direction)
	}
}

// TestABatchGivesPlacesInOneOrder answers the questions of a batch in every order,
// and finds the same notebook ready.
func TestABatchGivesPlacesInOneOrder(t *testing.T) {
	names := []string{"churn-model-train", "credit-risk-2024", "demand-forecast"}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		drafts := make([]*draft, len(names))
		for i, name := range names {
			drafts[i] = &draft{name: name, runID: "r" + name, ports: wizardPorts{
				now: uitest.Noon, runs: func() recreate.Fact[[]recreate.Kept] { return recreate.Know[[]recreate.Kept](nil) },
			}}
		}
		s := &batch{book: &Runs{}, drafts: drafts, refused: map[string]refusal{}, ports: wizardPorts{now: uitest.Noon}}
		for turn, i := range order {
			d, src := drafts[i], uitest.Snapshot(names[i], nil)
			d.regroup = s.weigh
			d.observing.begin(uitest.Noon())
			d.observed(d.observing.id, src, nil)
			f := uitest.GoodFacts(src, d.spec)
			f.Quotas, f.Usage = recreate.Know(recreate.Quotas{Total: 7, OfType: 8}), recreate.Know(recreate.Usage{Total: 6, OfType: 2})
			d.checkedWith(d.checking.id, f)
			if turn == 0 && (len(d.plan.Checks) == 0 || d.obstacle() != "") {
				t.Errorf("%s, checked first, is not weighed: %q, %d checks", d.name, d.obstacle(), len(d.plan.Checks))
			}
		}
		ready := slices.IndexFunc(drafts, func(d *draft) bool { return d.obstacle() == "" })
		if ready != 0 || drafts[1].obstacle() == "" || drafts[2].obstacle() == "" {
			t.Errorf("in the order %v the first that is ready is %d: %q, %q", order, ready, drafts[1].obstacle(), drafts[2].obstacle())
		}
		if !recreate.Blocked(drafts[1].plan.Checks, false) || recreate.Blocked(drafts[0].plan.Checks, false) {
			t.Error("the plans do not have the checks that are shown")
		}
	}
}

func TestAnAnswerToAnOlderQuestionDoesNotCount(t *testing.T) {
	d := &draft{name: "churn", runID: "r1", ports: wizardPorts{now: uitest.Noon, runs: func() recreate.Fact[[]recreate.Kept] { return recreate.Know[[]recreate.Kept](nil) }}}
	d.observing.begin(uitest.Noon())
	d.observed(d.observing.id, uitest.Snapshot("churn", nil), nil)
	stale := d.checking.id
	d.changed()
	d.checkedWith(stale, recreate.Facts{})
	if d.checked {
		t.Error("the facts of an older form count")
	}
}
