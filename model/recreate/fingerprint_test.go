package recreate

import (
	"fmt"
	"reflect"
	"slices"
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
	if _, ok := seen[q.Fingerprint()]; ok {
		t.Error("the transport does not count for the fingerprint")
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
