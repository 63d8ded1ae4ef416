package recreate

import (
	"slices"
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
	never := []string{"log groups for " + churn().ARN, "IAM, key and service control policies", "EventBridge rules", "repositories and lifecycle scripts of other notebooks name churn"}
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
		got := strings.Join(p.HangsOn(Mentions{}), "\n")
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
	if got := strings.Join(older.HangsOn(Mentions{}), "\n"); !strings.Contains(got, "were not read for it") {
		t.Errorf("an older plan says %s", got)
	}
}

// TestWhatOtherNotebooksSayOfTheSource holds what a scan has shown against a source: by
// its name in its own region, by its ARN or URL elsewhere, and in no other account.
func TestWhatOtherNotebooksSayOfTheSource(t *testing.T) {
	t.Parallel()
	p := planOf(churn())
	other := func(name string, change func(*model.Notebook)) *model.Notebook {
		n := &model.Notebook{
			ARN: "arn:aws:sagemaker:eu-west-1:" + testAccount + ":notebook-instance/" + name, Name: name, Account: testAccount, Region: "eu-west-1",
			Tagged: model.Part{State: model.LoadDone},
		}
		change(n)
		return n
	}
	tag := func(value string) func(*model.Notebook) {
		return func(n *model.Notebook) { n.Tags = []model.Tag{{Key: "Uses", Value: value}} }
	}
	far := func(value string) func(*model.Notebook) {
		return func(n *model.Notebook) { n.Region = "us-east-1"; tag(value)(n) }
	}
	for name, c := range map[string]struct {
		all    []*model.Notebook
		unseen int
		has    []string
		lacks  []string
	}{
		"nothing was seen":  {nil, 0, []string{"They were not searched."}, []string{"Not found"}},
		"nobody":            {[]*model.Notebook{other("a", tag("churning")), other("b", tag(""))}, 0, []string{"Not found: churn in tags, repositories and names of lifecycle configurations of the other notebooks of its account that were seen (2)."}, []string{"Found:  ", "Not known: the tags", "not searched"}},
		"a tag":             {[]*model.Notebook{other("b", tag("churn")), other("a", tag("churn"))}, 0, []string{"Found: tag Uses=churn of a, b names churn.", "Searched: tags"}, []string{"Not found"}},
		"a tag's key":       {[]*model.Notebook{other("a", func(n *model.Notebook) { n.Tags = []model.Tag{{Key: "churn", Value: "x"}} })}, 0, []string{"Found: tag churn=x of a"}, nil},
		"a repository":      {[]*model.Notebook{other("a", func(n *model.Notebook) { n.Repositories = []string{"https://u:hunter2@git.example/churn.git"} })}, 0, []string{"Found: repository https://", "churn.git of a names churn."}, []string{"hunter2"}},
		"a configuration":   {[]*model.Notebook{other("a", func(n *model.Notebook) { n.LifecycleName = "churn" })}, 0, []string{"Found: lifecycle configuration churn of a", "name churn: churn. They were not read."}, nil},
		"a secret":          {[]*model.Notebook{other("a", tag("churn password=hunter2"))}, 0, []string{"of a names churn."}, []string{"hunter2"}},
		"its name far away": {[]*model.Notebook{other("a", far("churn"))}, 0, []string{"Not found", "(1)"}, nil},
		"its ARN far away":  {[]*model.Notebook{other("a", far("see "+p.Source.ARN))}, 0, []string{"Found: tag Uses=see arn:"}, nil},
		"its URL far away":  {[]*model.Notebook{other("a", far("https://"+p.Source.URL+"/lab"))}, 0, []string{"Found: tag Uses=https://"}, nil},
		"a longer name":     {[]*model.Notebook{other("a", far(p.Source.ARN+"-eu"))}, 0, []string{"Not found"}, nil},
		"another account":   {[]*model.Notebook{other("a", func(n *model.Notebook) { n.Account = "999988887777"; tag("churn")(n) })}, 0, []string{"not searched"}, nil},
		"itself":            {[]*model.Notebook{other("churn", tag("churn")), other("churn-net", tag("churn"))}, 0, []string{"not searched"}, nil},
		"tags not known":    {[]*model.Notebook{other("a", func(n *model.Notebook) { n.Tagged = model.Part{State: model.LoadFailed, Reason: "denied"} }), other("b", func(n *model.Notebook) { n.Tagged = model.Part{} })}, 0, []string{"Not known: the tags of other notebooks of the account: 1 (denied).", "(not fetched yet)", "Not found"}, nil},
		"targets not seen":  {[]*model.Notebook{other("a", tag("x"))}, 3, []string{"Not known: the notebooks of targets of the account that have not answered: 3."}, nil},
		"none seen at all":  {nil, 3, []string{"Not known: the notebooks of targets", "(0)"}, nil},
		"scripts of others": {[]*model.Notebook{other("a", func(n *model.Notebook) { n.LifecycleName = "mount" }), other("b", func(n *model.Notebook) { n.LifecycleName = "mount" }), other("c", func(n *model.Notebook) { n.LifecycleName = p.Source.LifecycleName })}, 0, []string{"configurations of the account name churn: mount. They were not read."}, nil},
		"many": {func() (out []*model.Notebook) {
			for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
				out = append(out, other(n, tag("churn")))
			}
			return out
		}(), 0, []string{"of a, b, c, d, e, f and 2 more names churn."}, nil},
	} {
		got := strings.Join(p.HangsOn(p.MentionsIn(c.all, c.unseen)), "\n")
		for _, want := range append(c.has, "Not known: who uses it by name or ARN") {
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
}

// TestARepositoryIsListedOnce gives a notebook one repository in both members, and
// another one the same in two.
func TestARepositoryIsListedOnce(t *testing.T) {
	t.Parallel()
	const address = "https://git.example/churn.git"
	p := planOf(churn(func(s *Snapshot) { s.DefaultRepository, s.MoreRepositories = address, []string{address, "tools"} }))
	other := &model.Notebook{
		Name: "b", ARN: "arn:b", Account: p.Source.Account, Region: p.Source.Region, Repositories: []string{address, address},
		Tagged: model.Part{State: model.LoadDone},
	}
	all := strings.Join(p.HangsOn(p.MentionsIn([]*model.Notebook{other}, 0)), "\n")
	if !strings.Contains(all, "Found: repositories of churn: "+address+", tools.") || strings.Count(all, address) != 2 || !strings.Contains(all, address+" of b names churn.") {
		t.Errorf("it says\n%s", all)
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
		r.Source, r.Replacement = &src, &Snapshot{
			Name: p.Spec.Name, Status: model.StatusInService, DirectInternet: p.Spec.DirectInternet,
			Tags: append(slices.Clone(p.Spec.Tags), model.Tag{Key: TagRunID, Value: p.RunID}),
		}
		if kind == StepCreate {
			r.Replacement = nil
		}
		return Subject{Run: r}
	}
	p := planOf(churn())
	if got := StakesOf(EventApproved, []Subject{at(StepStop, p)}, testTime().Add(time.Hour)).Remarks; strings.Join(got, "\n") != strings.Join(p.HangsOn(Mentions{}), "\n") || len(got) < 4 {
		t.Errorf("one: %q", got)
	}
	if got := StakesOf(EventApproved, []Subject{at(StepCreate, p)}, testTime()).Remarks; len(got) > 0 {
		t.Errorf("a creation has remarks: %q", got)
	}
	plain, tagged := planOf(churn(bare)), p
	several := func(m Mentions) string {
		all := []Subject{at(StepStop, plain), at(StepStop, tagged), at(StepStop, plain)}
		for i := range all {
			all[i].Mentions = m
		}
		return strings.Join(StakesOf(EventApproved, all, testTime().Add(time.Hour)).Remarks, "\n")
	}
	got := several(Mentions{Searched: 4, Unknown: []string{"the tags of b"}})
	for what, n := range map[string]int{"who uses the names": 1, "repositories of churn": 1, "Not known: the tags of b.": 1, "Searched: tags, repositories": 1, "Not found": 0} {
		if strings.Count(got, what) != n {
			t.Errorf("several: not %d times %q in %s", n, what, got)
		}
	}
	if got := several(Mentions{Searched: 4, Found: []string{"tag A=churn of b"}}); strings.Count(got, "Found: tag A=churn of b names churn.") != 3 {
		t.Errorf("several, with a find: %s", got)
	}
	if got := several(Mentions{}); strings.Count(got, "They were not searched.") != 1 {
		t.Errorf("several, not searched: %s", got)
	}
}
