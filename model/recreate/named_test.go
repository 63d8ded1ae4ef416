package recreate

import (
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

func TestWhatNamesANotebook(t *testing.T) {
	t.Parallel()
	src := churn()
	for text, want := range map[string]bool{
		"":                             false,
		"aws s3 cp s3://b/churn/ .":    true,
		"NAME=Churn":                   true,
		src.ARN:                        true,
		"curl https://" + src.URL:      true,
		"churn-net":                    false,
		"my-churn":                     false,
		"churning":                     false,
		"churning; echo churn":         true,
		"ip of eni-0f":                 true,
		"ip of eni-0f1":                false,
		"notebook-instance/churn-net ": false,
	} {
		if got := src.namedIn(text); got != want {
			t.Errorf("%q names it: %v", text, got)
		}
	}
}

// TestWhatHangsOnTheSource holds that what calls could find is told as found, and the
// rest as not known: nothing is passed over in silence, and nothing is made up.
func TestWhatHangsOnTheSource(t *testing.T) {
	t.Parallel()
	script := func(body string) Fact[*model.LifecycleConfig] {
		return Know(&model.LifecycleConfig{Name: "autostop", OnStart: body})
	}
	never := []string{"log groups for " + churn().ARN, "IAM, key and service control policies", "EventBridge rules", "lifecycle scripts of other notebooks name churn"}
	vpc := []string{"bookmarks or links to " + churn().URL, "address of eni-0f"}
	for name, c := range map[string]struct {
		src   Snapshot
		facts Facts
		has   []string
		lacks []string
	}{
		"a script that names it": {churn(), Facts{SourceLifecycle: script("aws s3 sync s3://b/churn/ .")}, append(vpc, "Found: OnStart of autostop names churn."), []string{"whether the lifecycle scripts name"}},
		"a script that does not": {churn(), Facts{SourceLifecycle: script("echo hello")}, append(vpc, "Found: lifecycle configuration of churn: autostop. churn-net has it too."), []string{"of autostop names", "(autostop"}},
		"a script of another name": {
			churn(), Facts{SourceLifecycle: script("echo churn-eu")},
			vpc, []string{"Found: OnStart"},
		},
		"a script that was not read": {
			churn(), Facts{SourceLifecycle: Fact[*model.LifecycleConfig]{Why: "AccessDenied"}},
			[]string{"Not known: whether the lifecycle scripts name churn (autostop: AccessDenied)."},
			[]string{"Found: OnStart"},
		},
		"a script that is gone": {churn(), Facts{SourceLifecycle: Know[*model.LifecycleConfig](nil)}, []string{"(autostop: it is gone)"}, nil},
		"tags and repositories": {churn(), Facts{}, []string{"tags of churn that rules may choose by: Team.", "repositories of churn: main-repo, other, https://git.example/x.git"}, []string{"aws:createdBy"}},
		"tags that name it": {churn(func(s *Snapshot) { s.Tags = []model.Tag{{Key: "Alias", Value: "churn"}} }), Facts{}, []string{
			"Found: tag Alias=churn of churn-net names churn.",
		}, nil},
		"tags that could not be read": {churn(func(s *Snapshot) { s.Tags, s.TagsUnknown = nil, "denied" }), Facts{}, []string{"Not known: the tags of churn (denied)."}, nil},
		"secrets in an address":       {churn(func(s *Snapshot) { s.DefaultRepository = "https://u:hunter2@git.example/x.git" }), Facts{}, []string{"git.example/x.git"}, []string{"hunter2"}},
		"nothing of its own":          {churn(bare, func(s *Snapshot) { s.URL = "" }), Facts{}, nil, []string{"Found", "bookmarks", "eni-", "whether the lifecycle"}},
	} {
		p := planOf(c.src)
		p.Weigh(c.facts)
		got := strings.Join(p.HangsOn(), "\n")
		for _, want := range append(c.has, never...) {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, got)
			}
		}
		for _, not := range c.lacks {
			if strings.Contains(got, not) {
				t.Errorf("%s: it says %q:\n%s", name, not, got)
			}
		}
	}
	older := planOf(churn()) // of a version that read no scripts for it
	if got := strings.Join(older.HangsOn(), "\n"); !strings.Contains(got, "were not read for it") {
		t.Errorf("an older plan says %s", got)
	}
}

// TestTheStopSaysWhatHangsOnTheSource holds the list of the gate, for one and for
// several.
func TestTheStopSaysWhatHangsOnTheSource(t *testing.T) {
	t.Parallel()
	at := func(kind StepKind, p Plan) Subject {
		r := Begin(p, testTime())
		for i, s := range r.Steps {
			if s.Kind == kind {
				r.At = i
			}
		}
		r.Proof = &Proof{At: testTime()}
		src := p.Source
		r.Source, r.Replacement = &src, &Snapshot{Name: p.Spec.Name, Status: model.StatusInService, Tags: p.Spec.Tags}
		return Subject{Run: r}
	}
	p := planOf(churn())
	if got := StakesOf(EventApproved, []Subject{at(StepStop, p)}, testTime().Add(time.Hour)).Remarks; strings.Join(got, "\n") != strings.Join(p.HangsOn(), "\n") || len(got) < 4 {
		t.Errorf("one: %q", got)
	}
	if got := StakesOf(EventApproved, []Subject{at(StepCreate, p)}, testTime()).Remarks; len(got) > 0 {
		t.Errorf("a creation has remarks: %q", got)
	}
	plain, tagged := planOf(churn(bare)), p
	got := strings.Join(StakesOf(EventApproved, []Subject{at(StepStop, plain), at(StepStop, tagged), at(StepStop, plain)}, testTime().Add(time.Hour)).Remarks, "\n")
	if strings.Count(got, "who uses the names") != 1 || strings.Count(got, "repositories of churn") != 1 {
		t.Errorf("several: %s", got)
	}
}
