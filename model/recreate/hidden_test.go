package recreate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// wordsOf are the words that the command that creates must be run with.
func wordsOf(p *Plan) []string {
	words := []string{"sagemaker", "create-notebook-instance", "--region", p.Source.Region}
	for _, f := range Fields() {
		if f.want == nil {
			continue
		}
		if value := p.Spec.optionWords(&f); len(value) > 0 {
			words = append(append(words, "--"+f.Option), value...)
		}
	}
	return words
}

// visibleScript fails the test where a script holds what cannot be seen, line ends
// and the tabs of its own lines apart.
func visibleScript(t *testing.T, script string) {
	t.Helper()
	for i, line := range strings.Split(script, "\n") {
		if line = strings.TrimLeft(line, "\t"); !model.AllVisible(line) {
			t.Errorf("line %d hides something: %q", i+1, line)
		}
	}
}

// What AWS's patterns allow may still be what nobody sees.
func TestAScriptHidesNothingAndPassesEveryByte(t *testing.T) {
	t.Parallel()
	const odd = "a\u2028b\u2029c\u00a0d\u3000e\u3164f-100ü"
	src := churn(func(s *Snapshot) {
		s.Tags = []model.Tag{{Key: "Team" + odd, Value: odd}, {Key: "Plain", Value: "ml + data"}}
		s.DefaultRepository = "https://git.example/\u202e\x1b]0;x\a\u200b'`!$(reboot)\xff/\x1b[2J\u202egnp%s\\'\u2066"
		s.MoreRepositories = []string{"other", "https://git.example/\ufeffx\ufe0f"}
	})
	for _, shell := range []string{"dash", "bash"} {
		p := planOf(src)
		if err := p.Forbidden(); err != nil {
			t.Fatal(err)
		}
		visibleScript(t, scriptOf(&p))
		got := runScriptBy(t, shell, p)
		if want := wordsOf(&p); got.code != 0 || !slices.Equal(got.words, want) {
			t.Errorf("%s, exit code %d, ran %q\nwant %q\n%s", shell, got.code, got.words, want, got.stderr)
		}
	}
}

func TestNoScriptIsMadeOfWhatAWSForbids(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*Snapshot, *Spec){
		"the region":                                func(s *Snapshot, _ *Spec) { s.Region = "eu-west-1\u200b" },
		"the account":                               func(s *Snapshot, _ *Spec) { s.Account = "11112222333\u0664" },
		"the source's name":                         func(s *Snapshot, _ *Spec) { s.Name = "churn\u202e" },
		"the source's ARN":                          func(s *Snapshot, _ *Spec) { s.ARN += "\x1b[2J" },
		"the source's status":                       func(s *Snapshot, _ *Spec) { s.Status = "In Service" },
		"the value of a tag":                        func(s *Snapshot, _ *Spec) { s.Tags = []model.Tag{{Key: "a", Value: "x\u202ey"}} },
		"the key of a tag":                          func(_ *Snapshot, s *Spec) { s.Tags = append(s.Tags, model.Tag{Key: "a\nb", Value: "x"}) },
		"the replacement's name":                    func(_ *Snapshot, s *Spec) { s.Name = "churn net" },
		"the replacement's instance type":           func(_ *Snapshot, s *Spec) { s.InstanceType = "ml.t3.medium;" },
		"the replacement's platform":                func(_ *Snapshot, s *Spec) { s.Platform = "notebook al2023" },
		"the replacement's lifecycle configuration": func(_ *Snapshot, s *Spec) { s.LifecycleName = "auto\u00adstop" },
		"the replacement's role":                    func(_ *Snapshot, s *Spec) { s.RoleARN = "arn:aws:iam::111122223333:role/a\u2066b" },
		"the replacement's encryption key":          func(_ *Snapshot, s *Spec) { s.KMSKeyID = "k'; rm -rf x" },
		"the source's encryption key":               func(s *Snapshot, _ *Spec) { s.KMSKeyID = "alias/a\nb" },
		"the replacement's subnet":                  func(_ *Snapshot, s *Spec) { s.SubnetID = "subnet-1\u200d" },
		"the replacement's security groups":         func(_ *Snapshot, s *Spec) { s.SecurityGroups = []string{"sg-1", "sg-\x07"} },
		"the replacement's default repository":      func(_ *Snapshot, s *Spec) { s.DefaultRepository = "https://git.example/\u2028x" },
	} {
		p := planOf(churn())
		change(&p.Source, &p.Spec)
		script, err := p.Script()
		if err == nil || script != "" || !strings.Contains(err.Error(), ": "+what+" is \"") || !model.AllVisible(err.Error()) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestEveryTextOfACreateHasAPattern puts into each text of the input of a create what no
// pattern of AWS's allows there.
func TestEveryTextOfACreateHasAPattern(t *testing.T) {
	t.Parallel()
	const odd = "x'; rm -rf\nx"
	for _, f := range Fields() {
		if f.want == nil {
			continue
		}
		p := planOf(churn())
		switch slot := f.want(&p.Spec).(type) {
		case *string:
			*slot = odd
		case *[]string:
			*slot = []string{odd}
		case *[]model.Tag:
			*slot = []model.Tag{{Key: "a", Value: odd}}
		default:
			continue
		}
		if p.Forbidden() == nil {
			t.Errorf("%s may be %q", f.Create, odd)
		}
	}
}

func FuzzScriptHidesNothing(f *testing.F) {
	f.Add("x", "y", "https://git.example/z")
	f.Add("a\u2028", "b\u202e", "https://ana:pw@git.example/\x1b")
	f.Fuzz(func(t *testing.T, tag, key, repository string) {
		p := planOf(churn(func(s *Snapshot) {
			s.Tags, s.KMSKeyID, s.DefaultRepository = []model.Tag{{Key: "Team", Value: tag}}, key, repository
		}))
		p.Checks = []Check{{ID: "x", Result: Fail, Evidence: tag + key + repository}}
		script, err := p.Script()
		if err == nil {
			visibleScript(t, script)
		}
	})
}

const (
	token   = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
	address = "https://" + token + "@git.example/team/x.git"
	second  = "https://ana:hunter2@git.example/y"
)

func secretive(s *Snapshot) {
	s.DefaultRepository, s.MoreRepositories = address, []string{"other", second}
	s.FailureReason = ""
}

func TestAnAddressThatSignsInIsMaskedInEveryTextOfAPlan(t *testing.T) {
	t.Parallel()
	p := planOf(churn(secretive))
	p.Weigh(goodFacts())
	again := churn(secretive)
	again.DefaultRepository = strings.Replace(address, "ghp_a", "ghp_b", 1)
	changes, err := json.Marshal(p.Changes())
	if err != nil {
		t.Fatal(err)
	}
	script, err := p.Script()
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"the changes": string(changes), "the request": string(p.Spec.Request()), "the script": script,
		"the commands": strings.Join(p.Commands(), "\n"), "the checks": checksText(p.Checks),
		"the form": p.Spec.Value(FieldRepository) + p.Spec.Value(FieldMoreRepos),
		"a drift":  driftText(Differences(&p.Source, &again)),
	} {
		if strings.Contains(text, "abcdefgh") || strings.Contains(text, "bbcdefgh") || strings.Contains(text, "hunter2") {
			t.Errorf("%s shows a secret: %s", what, text)
		}
	}
	if got := driftText(Differences(&p.Source, &again)); !strings.Contains(got, "with another secret") {
		t.Errorf("another token is not told: %s", got)
	}
	if got := p.Spec.Masked(); !slices.Equal(got, []string{FieldRepository, FieldMoreRepos}) {
		t.Errorf("masked are %v", got)
	}
	if why := p.Spec.Validate(&p.Source); len(why) > 0 {
		t.Errorf("what is carried is refused: %v", why)
	}
}

func checksText(checks []Check) string {
	var b strings.Builder
	for _, c := range checks {
		b.WriteString(c.Evidence + c.Hint + strings.Join(c.Commands, ""))
	}
	return b.String()
}

func driftText(all []Drift) string {
	var b strings.Builder
	for _, d := range all {
		b.WriteString(d.Field + ": " + d.Before + " -> " + d.Now + "\n")
	}
	return b.String()
}

func TestTheScriptTakesAMaskedAddressFromTheSource(t *testing.T) {
	t.Parallel()
	p := planOf(churn(secretive))
	for _, shell := range []string{"dash", "bash"} {
		got := runScriptBy(t, shell, p, "REPO="+address, "MORE="+second)
		if want := wordsOf(&p); got.code != 0 || !slices.Equal(got.words, want) {
			t.Errorf("%s, exit code %d, ran %q\nwant %q\n%s", shell, got.code, got.words, want, got.stderr)
		}
	}
}

func TestAMaskedAddressStandsForTheSources(t *testing.T) {
	t.Parallel()
	src := churn(secretive)
	planned := planOf(src)
	var create struct {
		DefaultCodeRepository      string
		AdditionalCodeRepositories []string
	}
	if err := json.NewDecoder(bytes.NewReader(planned.Spec.Request())).Decode(&create); err != nil {
		t.Fatal(err)
	}
	read := planned
	read.Spec.DefaultRepository, read.Spec.MoreRepositories = create.DefaultCodeRepository, create.AdditionalCodeRepositories
	if read.Spec.DefaultRepository == address {
		t.Fatal("the request is not masked")
	}
	if err := read.Spec.Reveal(&src); err != nil {
		t.Fatal(err)
	}
	if read.Fingerprint() != planned.Fingerprint() || read.Spec.DefaultRepository != address || read.Spec.MoreRepositories[1] != second {
		t.Errorf("the plan became another: %q, %q", read.Spec.DefaultRepository, read.Spec.MoreRepositories)
	}
	read.Spec.DefaultRepository = create.DefaultCodeRepository
	src.DefaultRepository = ""
	if err := read.Spec.Reveal(&src); err == nil || !strings.Contains(err.Error(), "https://****@git.example/team/x.git is masked") {
		t.Errorf("an address that the source has no more: %v", err)
	}
	form := planned.Spec
	if err := form.Set(FieldMoreRepos, strings.Join(create.AdditionalCodeRepositories, ", ")+", third"); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(form.MoreRepositories, []string{"other", second, "third"}) {
		t.Errorf("the form made it %q", form.MoreRepositories)
	}
	for _, typed := range []string{address, "https://****@elsewhere.example/x", "https://git.example/x?private_token=abc"} {
		if err := form.Set(FieldRepository, typed); err == nil || strings.Contains(err.Error(), "abcdefgh") {
			t.Errorf("%s was taken: %v", typed, err)
		}
	}
}
