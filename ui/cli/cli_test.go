package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"nbscope/model"
	"nbscope/model/recreate"
)

// backend is a scripted sign-in: it emits its batches and ends.
type backend struct {
	batches []model.Batch
	asked   *model.ScanRequest
	advice  func(*model.Notebook) (*model.Notebook, error) // nil: as the notebook is
	facts   func(*recreate.Facts)                          // changes what preflight rests on; nil for none
	probe   func() (model.Probe, error)                    // nil: it cannot be tried
	inside  *recreate.Survey                               // nil: it cannot be looked into
}

func (b *backend) Scan(_ context.Context, req model.ScanRequest, emit func(model.Batch)) {
	*b.asked = req
	for _, batch := range b.batches {
		batch.Generation = req.Generation
		emit(batch)
	}
	emit(model.Batch{Generation: req.Generation, Done: true})
}

func (*backend) Lifecycle(context.Context, model.Target, string) (model.LifecycleConfig, error) {
	return model.LifecycleConfig{}, errors.New("not scripted")
}

func (*backend) Repository(context.Context, model.Target, string) (model.CodeRepository, error) {
	return model.CodeRepository{}, errors.New("not scripted")
}

func (b *backend) Advise(_ context.Context, n *model.Notebook, _ []*model.Notebook) (*model.Notebook, error) {
	if b.advice == nil {
		return n, nil
	}
	return b.advice(n)
}

func (b *backend) Probe(context.Context, model.Target, string) (model.Probe, error) {
	if b.probe == nil {
		return model.Probe{}, errors.New("not scripted")
	}
	return b.probe()
}

func (*backend) Raw(context.Context, model.Target, string) ([]byte, error) {
	return nil, errors.New("not scripted")
}

func (b *backend) Snapshot(_ context.Context, t model.Target, name string) (recreate.Snapshot, error) {
	for _, batch := range b.batches {
		for _, n := range batch.Notebooks {
			if n.Target() == t && n.Name == name {
				return recreate.SnapshotOf(n), nil
			}
		}
	}
	return recreate.Snapshot{}, model.Problem{Kind: model.KindNotFound, Message: name + " is gone"}
}

func (b *backend) Facts(_ context.Context, source recreate.Snapshot, _ recreate.Spec) recreate.Facts {
	f := recreate.Facts{
		Identity: model.Identity{Account: source.Account, ARN: "arn:aws:iam::" + source.Account + ":user/ana"},
		Source:   recreate.Know(&source), NameTaken: recreate.Know[*recreate.Snapshot](nil),
	}
	if b.facts != nil {
		b.facts(&f)
	}
	return f
}

func (*backend) Choices(context.Context, recreate.Snapshot, recreate.Spec, string) ([]recreate.Choice, error) {
	return nil, errors.New("not scripted")
}

func (*backend) Presign(context.Context, model.Target, string) (string, error) {
	return "", errors.New("not scripted")
}

func (b *backend) Survey(context.Context, *recreate.Plan) (recreate.Survey, error) {
	if b.inside == nil {
		return recreate.Survey{}, errors.New("not scripted")
	}
	return *b.inside, nil
}

func (*backend) Identify(_ context.Context, t model.Target) (model.Identity, error) {
	return model.Identity{Account: t.Account, ARN: "arn:aws:iam::" + t.Account + ":user/ana"}, nil
}

func (*backend) Writable(string) bool { return false }

func (*backend) Forbidden(string) error { return nil }

func (*backend) Unlock(string, string) error { return errors.New("not scripted") }

func known(name, account, region string) *model.Notebook {
	done := model.Part{State: model.LoadDone}
	return &model.Notebook{
		ARN:  "arn:aws:sagemaker:" + region + ":" + account + ":notebook-instance/" + name,
		Name: name, Account: account, Region: region, Status: model.StatusInService, InstanceType: "ml.t3.medium",
		Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Modified: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Described: done, Located: done, Tagged: done, DirectInternet: model.Enabled, RootAccess: model.Disabled,
		Platform: "notebook-al2023-v1", IMDSVersion: "2", VolumeGB: 5,
		Networked: done, Egress: &model.Egress{Verdict: model.VerdictDirect, Reason: "SageMaker gives it."},
	}
}

func world() []model.Batch {
	prod := model.Target{Account: "111122223333", Region: "eu-west-1"}
	denied := model.Target{Account: "111122223333", Region: "eu-west-3"}
	return []model.Batch{{
		Identities: []model.Identity{{Account: "111122223333", Alias: "prod-ml", ARN: "arn:aws:iam::111122223333:user/ana", Partition: "aws", Profiles: []string{"prod"}}},
		Targets: []model.TargetStatus{
			{Target: prod, State: model.StateOK, Notebooks: 2},
			{Target: denied, State: model.StateDenied, Problem: &model.Problem{
				Kind: model.KindSCP, Operation: "sagemaker:ListNotebookInstances", Target: denied, Message: "an SCP says no", Hint: "ask the organization's administrators",
			}},
		},
		Notebooks: []*model.Notebook{known("zeta", "111122223333", "eu-west-1"), known("alpha", "111122223333", "eu-west-1")},
	}}
}

// unlike is a world in which the host of a notebook is not its name.
func unlike() []model.Batch {
	w := world()
	n := *w[0].Notebooks[1]
	n.URL = "alpha-ydbq.notebook.eu-west-1.sagemaker.aws"
	w[0].Notebooks[1] = &n
	return w
}

type outcome struct {
	code           int
	stdout, stderr string
	asked          model.ScanRequest
	opened         int
}

// command runs the program's command line over a scripted backend.
func command(t *testing.T, batches []model.Batch, args ...string) outcome {
	t.Helper()
	return commandWith(t, batches, nil, args...)
}

// commandWith is command with facts of preflight changed.
func commandWith(t *testing.T, batches []model.Batch, facts func(*recreate.Facts), args ...string) outcome {
	t.Helper()
	var asked model.ScanRequest
	opened := 0
	o := commandIn(t, Env{
		Args: args, NewRunID: func() string { return "7f3c2a9be1d0" },
		Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		Open: func(context.Context, Settings) (Session, error) {
			opened++
			return Session{Backend: &backend{batches: batches, asked: &asked, facts: facts}, Close: func() error { return nil }}, nil
		},
	})
	o.asked, o.opened = asked, opened
	return o
}

// commandIn runs the command line in the surroundings given, with files for its
// streams and a HOME of its own.
func commandIn(t *testing.T, env Env) outcome {
	t.Helper()
	return commandAt(t, t.TempDir(), env)
}

// commandAt is commandIn with a HOME that is there.
func commandAt(t *testing.T, dir string, env Env) outcome {
	t.Helper()
	file := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	env.Version, env.Stdin, env.Stdout, env.Stderr, env.Environ = "test", file("in"), file("out"), file("err"), []string{"HOME=" + dir}
	env.ReadFile = readFile
	o := outcome{code: Run(context.Background(), env)}
	for name, into := range map[string]*string{"out": &o.stdout, "err": &o.stderr} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		*into = string(raw)
	}
	needsASCII(t, o.stdout+o.stderr)
	return o
}

// needsASCII fails where a command printed more than ASCII, which not every pipe ends at:
// whatever a test has it print. What AWS tells is ASCII in these worlds, but for what would
// paint, in whose place stand pictures.
func needsASCII(t *testing.T, printed string) {
	t.Helper()
	for line := range strings.Lines(printed) {
		if strings.IndexFunc(line, func(r rune) bool { return r > unicode.MaxASCII && (r < '\u2400' || r > '\u2421') && r != '\ufffd' }) >= 0 {
			t.Errorf("more than ASCII is printed: %s", line)
		}
	}
}

func TestMistakesOnTheCommandLine(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args []string
		says string
	}{
		"an unknown flag":                 {[]string{"list", "--profil", "x"}, "there is no flag --profil; did you mean \"--profile\"?"},
		"an unknown short flag":           {[]string{"list", "-z"}, "there is no flag -z"},
		"an unknown command":              {[]string{"lst"}, "there is no command \"lst\"; did you mean \"list\"?"},
		"help of a word behind a command": {[]string{"help", "list", "lst"}, "nbscope list takes no arguments, but got \"lst\"; see nbscope list --help"},
		"help of no command":              {[]string{"help", "lst"}, "there is no command \"lst\"; did you mean \"list\"?"},
		"help of no command of runs":      {[]string{"help", "runs", "shwo"}, "nbscope runs takes no arguments, but got \"shwo\""},
		"an argument to list":             {[]string{"list", "eu-west-1"}, "takes no arguments"},
		"an unknown format":               {[]string{"list", "-o", "jsn"}, "did you mean json?"},
		"an unknown filter field":         {[]string{"list", "-f", "vcp:none"}, "did you mean vpc"},
		"an unknown status in the filter": {[]string{"list", "-f", "status:faild"}, "did you mean"},
		"an unknown sort field":           {[]string{"list", "--sort", "-agee"}, "did you mean \"age\"?"},
		"an unknown column":               {[]string{"list", "--columns", "name,nam"}, "did you mean \"name\"?"},
		"an unknown theme":                {[]string{"list", "--theme", "ligth"}, "use light, dark or auto; did you mean \"light\"?"},
		"an unknown policy":               {[]string{"list", "--policy", "restict"}, "did you mean \"restrict\"?"},
		"a severity that does not exist":  {[]string{"list", "--fail-on", "hihg"}, "use finding, high, medium or low; did you mean \"high\"?"},
		"a column of no tag":              {[]string{"list", "--columns", "name,tag:"}, "there is no field \"tag:\""},
		"an order by every tag":           {[]string{"list", "--sort", "tag:*"}, "name one tag"},
		"a header without CSV":            {[]string{"list", "--with-header"}, "--with-header is for -o csv"},
		"a summary that does not exist":   {[]string{"list", "--summary", "acount"}, "use account, region or vpc; did you mean \"account\"?"},
		"an unknown verdict":              {[]string{"list", "-f", "egress:isloated"}, "did you mean egress:isolated"},
		"show without a name":             {[]string{"show"}, "takes the name of one notebook instance"},
		"an unknown format of show":       {[]string{"show", "x", "-o", "yaml"}, "text or json"},
		"a flag without its value":        {[]string{"list", "--region"}, "--region"},
		"a number that is none":           {[]string{"list", "--concurrency", "x"}, "--concurrency"},
	}
	for name, c := range cases {
		t.Run(name+" is named", func(t *testing.T) {
			t.Parallel()
			o := command(t, world(), c.args...)
			if o.code != ExitUsage {
				t.Errorf("exit code %d, want %d", o.code, ExitUsage)
			}
			if !strings.Contains(o.stderr, c.says) {
				t.Errorf("%q does not say %q", o.stderr, c.says)
			}
			if o.stdout != "" || o.opened != 0 {
				t.Errorf("something was done before the mistake was told: opened %d, printed %q", o.opened, o.stdout)
			}
		})
	}
}

func TestListPrintsWhatItSawAndTellsWhatItDidNot(t *testing.T) {
	t.Parallel()
	o := command(t, world(), "list", "-o", "json")
	if o.code != ExitPartial {
		t.Errorf("exit code %d, want %d", o.code, ExitPartial)
	}
	var got struct {
		Schema   int
		Coverage struct {
			Failed []struct{ Region, State string }
		}
		Notebooks []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != 1 || len(got.Notebooks) != 2 || got.Notebooks[0].Name != "alpha" {
		t.Errorf("printed %+v", got)
	}
	if len(got.Coverage.Failed) != 1 || got.Coverage.Failed[0].Region != "eu-west-3" {
		t.Errorf("the coverage does not name the target that failed: %+v", got.Coverage)
	}
	for _, want := range []string{"111122223333/eu-west-3", "an SCP says no", "ask the organization"} {
		if !strings.Contains(o.stderr, want) {
			t.Errorf("standard error %q does not say %q", o.stderr, want)
		}
	}
	if o.asked.Mode != model.Full {
		t.Errorf("list relied on what was kept: mode %d", o.asked.Mode)
	}
}

func TestListExitsWithZeroWhenEverythingAnswered(t *testing.T) {
	t.Parallel()
	batches := world()
	batches[0].Targets = batches[0].Targets[:1]
	o := command(t, batches, "list", "-f", "name:zeta")
	if o.code != ExitOK || o.stderr != "" {
		t.Errorf("exit code %d, standard error %q", o.code, o.stderr)
	}
	if !strings.Contains(o.stdout, "zeta") || strings.Contains(o.stdout, "alpha") {
		t.Errorf("the filter was not heeded:\n%s", o.stdout)
	}
}

// TestCSVForPrograms has a column for each tag, and what it was made from only where
// that is asked for.
func TestCSVForPrograms(t *testing.T) {
	t.Parallel()
	batches := world()
	tagged := *batches[0].Notebooks[0]
	tagged.Tags = []model.Tag{{Key: "Owner", Value: "ana"}, {Key: "team", Value: "ml, \"eu\""}}
	batches[0].Notebooks[0] = &tagged
	o := command(t, batches, "list", "-o", "csv", "--columns", "name,tag:*,region", "--sort", "-tag:team")
	want := "name,tag:Owner,tag:team,region,arn,why_unknown\n" +
		"zeta,ana,\"ml, \"\"eu\"\"\",eu-west-1," + tagged.ARN + ",\nalpha,,,eu-west-1," + batches[0].Notebooks[1].ARN + ",\n"
	if o.stdout != want || o.code != ExitPartial {
		t.Errorf("exit %d:\n%s\nwant:\n%s", o.code, o.stdout, want)
	}
	all := command(t, batches, "list", "-o", "csv").stdout
	head, _, _ := strings.Cut(all, "\n")
	if o := command(t, batches, "list", "-o", "csv", "--columns", head); o.stdout != all || !strings.Contains(head, "volume_gb,") {
		t.Errorf("with the names in its own head %s:\n%s%s\nwant:\n%s", head, o.stdout, o.stderr, all)
	}
	o = command(t, batches, "list", "-o", "csv", "--columns", "roleArn,instanceType,URL,arn,volumeGB", "--sort", "created")
	if want := "role,type,url,arn,volume_gb,why_unknown\n"; !strings.HasPrefix(o.stdout, want) || o.code != ExitPartial {
		t.Errorf("with the names of the JSON:\n%s%s\nwant:\n%s", o.stdout, o.stderr, want)
	}
	o = command(t, batches, "list", "-o", "csv", "--with-header", "--columns", "name")
	if !strings.HasPrefix(o.stdout, "#,generated,") || !strings.Contains(o.stdout, "\nname,arn,why_unknown\n") {
		t.Errorf("with a header:\n%s", o.stdout)
	}
}

func TestASignInThatFailsIsAnErrorWithItsHint(t *testing.T) {
	t.Parallel()
	batches := []model.Batch{{Problems: []model.Problem{
		{Kind: model.KindSSOExpired, Profile: "prod", Operation: "sign in", Message: "the SSO session has expired", Hint: "aws sso login --sso-session corp"},
		{Kind: model.KindNoProfile, Profile: "dev", Message: "there is no such profile"},
	}}}
	o := command(t, batches, "list")
	if o.code != ExitFailed || o.stdout != "" {
		t.Errorf("exit code %d, printed %q", o.code, o.stdout)
	}
	for _, want := range []string{"prod", "expired", "aws sso login --sso-session corp", "1 more"} {
		if !strings.Contains(o.stderr, want) {
			t.Errorf("standard error %q does not say %q", o.stderr, want)
		}
	}
}

func TestARegionThatDoesNotExistIsAMistakeOnTheCommandLine(t *testing.T) {
	t.Parallel()
	batches := []model.Batch{{
		Identities: []model.Identity{{Account: "111122223333", Partition: "aws"}},
		Problems:   []model.Problem{{Kind: model.KindConfig, Operation: "--region", Message: "no region is called us-est-1", Hint: "did you mean us-east-1?"}},
	}}
	for _, args := range [][]string{{"list", "--region", "us-est-1"}, {"show", "alpha", "--region", "us-est-1"}} {
		o := command(t, batches, args...)
		if o.code != ExitUsage || o.stdout != "" || !strings.Contains(o.stderr, "did you mean us-east-1?") {
			t.Errorf("%v: exit code %d, printed %q, told %q", args, o.code, o.stdout, o.stderr)
		}
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	twice := world()
	twice[0].Notebooks = append(twice[0].Notebooks, known("alpha", "111122223333", "us-east-1"))
	cases := map[string]struct {
		batches []model.Batch
		args    []string
		code    int
		out     string
		err     string
	}{
		"a notebook is printed":                       {world(), []string{"show", "alpha"}, ExitOK, "alpha", ""},
		"a name is found whatever its case":           {world(), []string{"show", "ALPHA"}, ExitOK, "alpha", ""},
		"the account may be named by its alias":       {world(), []string{"show", "alpha", "--account", "prod-ml"}, ExitOK, "alpha", ""},
		"JSON is one notebook of the list's contract": {world(), []string{"show", "alpha", "-o", "json"}, ExitOK, `"arn":`, ""},
		"a notebook is found by its ARN":              {world(), []string{"show", known("alpha", "111122223333", "eu-west-1").ARN}, ExitOK, "alpha", ""},
		"and by the URL of the console":               {world(), []string{"show", "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/alpha"}, ExitOK, "alpha", ""},
		"and by the URL of its Jupyter":               {world(), []string{"show", "https://alpha.notebook.eu-west-1.sagemaker.aws/lab"}, ExitOK, "alpha", ""},
		"which AWS gives without a scheme":            {world(), []string{"show", "alpha.notebook.eu-west-1.sagemaker.aws"}, ExitOK, "alpha", ""},
		"with four characters that are not its name":  {unlike(), []string{"show", "alpha-ydbq.notebook.eu-west-1.sagemaker.aws/lab"}, ExitOK, "alpha", ""},
		"and by the console's way into it":            {world(), []string{"show", "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/openNotebook/alpha?view=lab"}, ExitOK, "alpha", ""},
		"a nearest name and a target that failed":     {world(), []string{"show", "alhpa"}, ExitFailed, "", `in the one target that answered, but not every target answered; did you mean "alpha"?`},
		"an ARN of another account finds nothing":     {world(), []string{"show", "arn:aws:sagemaker:eu-west-1:999988887777:notebook-instance/alpha"}, ExitFailed, "", "there is no notebook"},
		"a name that does not exist is named":         {world(), []string{"show", "beta"}, ExitFailed, "", `no notebook instance "beta"`},
		"several of one name must be told apart":      {twice, []string{"show", "alpha"}, ExitUsage, "", "--region"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := command(t, c.batches, c.args...)
			if o.code != c.code {
				t.Errorf("exit code %d, want %d: %s", o.code, c.code, o.stderr)
			}
			if !strings.Contains(o.stdout, c.out) || !strings.Contains(o.stderr, c.err) {
				t.Errorf("printed %q, told %q", o.stdout, o.stderr)
			}
			if o.asked.Name == "" && !o.asked.Listed {
				t.Error("the scan was not narrowed to one name")
			}
		})
	}
}

func TestAnAddressSaysWhereToLook(t *testing.T) {
	t.Parallel()
	env, s := Env{Values: Values{Names: seen}}, Settings{Regions: []string{"us-east-1"}}
	w, err := wantedBy(&env, "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/alpha", "", &s)
	if err != nil || w.name != "alpha" || w.account != "111122223333" || len(s.Regions) != 1 || s.Regions[0] != "eu-west-1" {
		t.Errorf("%+v in %q (%v)", w, s.Regions, err)
	}
	if _, err := wantedBy(&env, "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/alpha", "999988887777", &s); ExitCode(err) != ExitUsage {
		t.Errorf("of two accounts: %v", err)
	}
	if w, _ = wantedBy(&env, "churn-evl", "", &s); didYouMean(w.name, w.known) != `; did you mean "churn-eval"?` {
		t.Errorf("of a name that is nearly one it knows %q", w.known)
	}
}

func TestAFilterOfWhatThereIsNotNamesTheNearest(t *testing.T) {
	t.Parallel()
	o := command(t, world(), "list", "-f", "region:eu-wst")
	if !strings.Contains(o.stderr, "nothing is called region:eu-wst; did you mean region:eu-west-1?") {
		t.Errorf("it tells %q", o.stderr)
	}
}

func TestLinesOfAFilterAreEachANotebook(t *testing.T) {
	t.Parallel()
	alpha, zeta := known("alpha", "111122223333", "eu-west-1").ARN, known("zeta", "111122223333", "eu-west-1").ARN
	for _, end := range []string{"\n", "\r", "\r\n"} {
		o := command(t, world(), "list", "-o", "csv", "--columns", "name", "--filter", alpha+end+zeta+end)
		if strings.Count(o.stdout, "\n") != 3 || !strings.Contains(o.stdout, "\nalpha,") || !strings.Contains(o.stdout, "\nzeta,") {
			t.Errorf("lines that end by %q: %q, told %q", end, o.stdout, o.stderr)
		}
	}
}

func TestTheExplorerRefusesAPipe(t *testing.T) {
	t.Parallel()
	o := command(t, world(), "--demo")
	if o.code != ExitFailed || !strings.Contains(o.stderr, "nbscope list") {
		t.Errorf("exit code %d, told %q", o.code, o.stderr)
	}
	if o.opened != 0 {
		t.Error("the session was opened before the terminal was looked at")
	}
}

func TestHostileTextInAnErrorDoesNotReachTheTerminal(t *testing.T) {
	t.Parallel()
	batches := []model.Batch{{Problems: []model.Problem{{Kind: model.KindService, Message: "boom \x1b]0;owned\x07 end"}}}}
	if o := command(t, batches, "list"); strings.ContainsAny(o.stderr, "\x1b\x07") {
		t.Errorf("an escape sequence got through: %q", o.stderr)
	}
}
