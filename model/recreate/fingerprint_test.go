package recreate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// vary calls with for every field of a struct, each time with that field changed.
func vary[T any](t *testing.T, value T, with func(field string, changed T)) {
	t.Helper()
	kind := reflect.TypeFor[T]()
	for i := range kind.NumField() {
		changed := value
		f := reflect.ValueOf(&changed).Elem().Field(i)
		switch v := f.Addr().Interface().(type) {
		case *string:
			*v += "x"
		case *int:
			*v++
		case *[]string:
			*v = append(slices.Clone(*v), "one-more")
		case *[]model.Tag:
			*v = append(slices.Clone(*v), model.Tag{Key: "zz", Value: "one more"})
		case *model.Status:
			*v = model.StatusDeleting
		case *time.Time:
			*v = v.Add(time.Hour)
		default:
			t.Fatalf("the test does not know how to change %s (%s)", kind.Field(i).Name, f.Type())
		}
		with(kind.Field(i).Name, changed)
	}
}

func TestAPlanOfAnotherRunHasTheSameFingerprint(t *testing.T) {
	t.Parallel()
	src := churn()
	spec := SpecFor(&src, Enable)
	one := NewPlan("run-1", testTime(), src, spec)
	two := NewPlan("run-2", testTime().Add(time.Hour), src, spec)
	two.Identity, two.Checks, two.Cost.Currency = model.Identity{ARN: "arn:x"}, []Check{{ID: "x"}}, "EUR"
	if one.Fingerprint() != two.Fingerprint() {
		t.Error("two plans that do the same have other fingerprints")
	}
	again := NewPlan("run-3", testTime(), src, one.Spec)
	if one.Fingerprint() != again.Fingerprint() {
		t.Error("the tags of a run count for the fingerprint")
	}
}

func TestEveryFieldOfTheSpecCountsForTheFingerprint(t *testing.T) {
	t.Parallel()
	p := planOf(churn())
	seen := map[string]string{p.Fingerprint(): "the plan itself"}
	vary(t, p.Spec, func(field string, changed Spec) {
		q := p
		q.Spec = changed
		if same, ok := seen[q.Fingerprint()]; ok {
			t.Errorf("with another %s it has the fingerprint of %s", field, same)
		}
		seen[q.Fingerprint()] = field
	})
	q := p
	q.Transport = "relay"
	if q.Fingerprint() != p.Fingerprint() {
		t.Error("the transport, which is chosen when a plan is applied, counts for the fingerprint")
	}
}

// TestFingerprintsStayWhatTheyAre pins fingerprints, which journals and approvals
// hold: where this fails, a list or its form has changed, and everything that was
// made with it is worth nothing. A member that shall count gets a new version.
func TestFingerprintsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	full, empty := churn(func(s *Snapshot) { s.AcceleratorTypes = []string{"ml.eia1.large"} }), churn(bare)
	odd := churn(func(s *Snapshot) {
		s.Name, s.Tags = "a\nrole=\"x\"", []model.Tag{{Key: "a", Value: "b\",\"c"}, {Key: "é", Value: ""}}
	})
	plan, off := planOf(churn()), planOf(empty)
	promised := plan
	promised.Promises = []string{"s3", "pypi"}
	for want, got := range map[string]string{
		"1-fa03444e70ae16f4": full.FingerprintBy(1), "1-c5ed69924160fa0d": empty.FingerprintBy(1), "1-1903c447cf6f5949": odd.FingerprintBy(1),
		"1-89233a1b90a927b3": plan.Fingerprint(), "1-5327ba8a394b81e4": off.Fingerprint(),
		"2-db367f8c1641464f": promised.Fingerprint(),
	} {
		if got != want {
			t.Errorf("a fingerprint is %s and was %s", got, want)
		}
	}
}

// TestEveryMemberIsListedOrLeftOut names each member that does not count. One that
// is new fails here until it is on a list, or in one of these.
func TestEveryMemberIsListedOrLeftOut(t *testing.T) {
	t.Parallel()
	src := churn()
	plan := planOf(src)
	cases := []struct {
		of      reflect.Type
		counts  []counted
		leftOut []string
	}{
		{reflect.TypeFor[Snapshot](), src.counted(), []string{
			"status", "failureReason", "url", "networkInterfaceId", "modified", "seenAt", // move by themselves
		}},
		{reflect.TypeFor[Spec](), plan.Spec.counted(), nil},
		{reflect.TypeFor[Plan](), []counted{{1, "source", ""}, {1, "spec", ""}, {promisesVersion, "promises", ""}}, []string{
			"runId", "made", "policy", "identity", // whose it is, and when
			"preflight", "theirs", "cost", "egress", "egressAfter", "idle", "scripts", "survey", // what was found
			"direction",                                         // follows from the spec
			"looksInside",                                       // of every plan, but for those of before there was a look
			"transport", "bucket", "makeBucket", "auto", "keep", // are chosen when the plan is applied, and shown
		}},
	}
	for _, c := range cases {
		names := c.leftOut
		for _, l := range c.counts {
			names = append(names, l.name)
			if l.since < 1 || l.since > promisesVersion || l.since > fingerprintVersion && c.of != reflect.TypeFor[Plan]() {
				t.Errorf("%s of %s came with version %d", l.name, c.of, l.since)
			}
		}
		var members []string
		for f := range c.of.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			members = append(members, name)
		}
		slices.Sort(names)
		slices.Sort(members)
		if !slices.Equal(names, members) {
			t.Errorf("%s has the members %v; listed or left out are %v", c.of, members, names)
		}
	}
}

func TestAnOlderFingerprintIsComparedByItsOwnList(t *testing.T) {
	t.Parallel()
	members := []counted{{1, "a", `"x"`}, {2, "b", `"y"`}}
	alone := []counted{{1, "a", `"x"`}}
	if fingerprint(1, "snapshot", slices.Clone(members)) != fingerprint(1, "snapshot", alone) {
		t.Error("a member of a later list counts for an older fingerprint")
	}
	if fingerprint(2, "snapshot", members) == fingerprint(1, "snapshot", alone) {
		t.Error("two lists give the same fingerprint")
	}
	src := churn()
	if !src.Matches(src.Fingerprint()) || !strings.HasPrefix(src.Fingerprint(), "1-") {
		t.Errorf("it does not match its own fingerprint %s", src.Fingerprint())
	}
	for _, foreign := range []string{"", "8d4b71eb06effec8", "99-8d4b71eb06effec8", "x-1", "0-1"} {
		if src.Matches(foreign) {
			t.Errorf("%q is taken for its fingerprint", foreign)
		}
	}
}

func TestNoValueLooksLikeTwo(t *testing.T) {
	t.Parallel()
	one := churn(func(s *Snapshot) { s.SecurityGroups = []string{`a","b`} })
	two := churn(func(s *Snapshot) { s.SecurityGroups = []string{"a", "b"} })
	three := churn(func(s *Snapshot) { s.KMSKeyID, s.LifecycleName = "", s.KMSKeyID })
	if one.Fingerprint() == two.Fingerprint() || three.Fingerprint() == one.Fingerprint() {
		t.Error("other values have the same fingerprint")
	}
}

func TestWhatMovesByItselfDoesNotCountForTheSourceSFingerprint(t *testing.T) {
	t.Parallel()
	moves := []string{"Status", "FailureReason", "URL", "NetworkID", "Modified", "SeenAt"}
	src := churn()
	vary(t, src, func(field string, changed Snapshot) {
		if got, want := changed.Fingerprint() == src.Fingerprint(), slices.Contains(moves, field); got != want {
			t.Errorf("another %s leaves the fingerprint: %v, want %v", field, got, want)
		}
	})
	turned := churn(func(s *Snapshot) {
		slices.Reverse(s.SecurityGroups)
		slices.Reverse(s.MoreRepositories)
		slices.Reverse(s.Tags)
		s.Created = s.Created.In(time.FixedZone("x", 3600))
	})
	if turned.Fingerprint() != src.Fingerprint() {
		t.Error("the order of a list, or the zone of a time, counts for the fingerprint")
	}
	if turned.SecurityGroups[0] != "sg-2" {
		t.Error("taking the fingerprint sorted the snapshot's own list")
	}
}

func TestTheStatusCountsForThePlanSFingerprint(t *testing.T) {
	t.Parallel()
	running, halted := planOf(churn()), planOf(churn(stopped))
	if running.Fingerprint() == halted.Fingerprint() {
		t.Error("a source that must be started is approved as one that runs")
	}
}

func TestWhatMakesTheFingerprintDifferIsNamed(t *testing.T) {
	t.Parallel()
	src := churn()
	vary(t, src, func(field string, changed Snapshot) {
		if changed.Fingerprint() == src.Fingerprint() || slices.Contains([]string{"Account", "Region"}, field) {
			return // Account and Region are in the ARN
		}
		if got := differences(&src, &changed); len(got) != 1 {
			t.Errorf("another %s is told as %q", field, got)
		}
	})
	if got := fmt.Sprint(differences(&src, &src)); got != "[]" {
		t.Errorf("a notebook differs from itself in %s", got)
	}
}
