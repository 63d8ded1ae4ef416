package aws

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

// changing are the operations of every service that this program talks to, except
// for those whose names say that they only read.
func changing() map[string]bool {
	out := map[string]bool{}
	for _, client := range []any{
		&account.Client{}, &ec2.Client{}, &iam.Client{}, &kms.Client{}, &organizations.Client{}, &pricing.Client{},
		&tagging.Client{}, &sagemaker.Client{}, &servicequotas.Client{}, &sts.Client{},
	} {
		for m := range reflect.TypeOf(client).Methods() {
			if m.Name != "Options" && !onlyReads(m.Name) {
				out[m.Name] = true
			}
		}
	}
	return out
}

// uses lists the operations of a set that a file mentions, as a method or by its
// input.
func uses(t *testing.T, path string, operations map[string]bool) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if name := strings.TrimSuffix(s.Sel.Name, "Input"); operations[name] && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
		if op := s3Operation(n); op != "" && !onlyReads(op) {
			out = append(out, op)
		}
		return true
	})
	slices.Sort(out)
	return out
}

// s3Operation is the operation of a call to S3 that a node makes, "" for any other: they
// are made by their names.
func s3Operation(n ast.Node) string {
	var name ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "call" && len(n.Args) == 3 {
			name = n.Args[0]
		}
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && k.Name == "op" {
			name = n.Value
		}
	}
	if lit, ok := name.(*ast.BasicLit); ok {
		return strings.Trim(lit.Value, `"`)
	}
	return ""
}

// onlyReads reports whether the name of an operation says that it only reads.
func onlyReads(op string) bool {
	return slices.ContainsFunc([]string{"Describe", "List", "Get", "Simulate", "AssumeRole", "Search"}, func(p string) bool { return strings.HasPrefix(op, p) })
}

func TestOneFileMakesEveryCallThatChangesSomething(t *testing.T) {
	t.Parallel()
	operations := changing()
	if len(operations) < 500 || !operations["CreateNotebookInstance"] || !operations["TerminateInstances"] || operations["DescribeSubnets"] {
		t.Fatalf("%d operations change something", len(operations))
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		var want []string
		if path == "write.go" {
			want = []string{
				"CreateBucket", "CreateNotebookInstance", "CreatePresignedNotebookInstanceUrl", "DeleteNotebookInstance", "DeleteObject", "PutObject", "StartNotebookInstance",
				"StopNotebookInstance", "UpdateNotebookInstance",
			}
		}
		if got := uses(t, path, operations); !slices.Equal(got, want) {
			t.Errorf("%s uses %v, want %v", path, got, want)
		}
	}
}

func TestTheSearchForChangingCallsFindsThem(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"a call":               `func f(c *ec2.Client) { c.DeleteVpc(nil, nil) }`,
		"a method as a value":  `func f(c *ec2.Client) any { return c.DeleteVpc }`,
		"an input":             `func f() any { return &ec2.DeleteVpcInput{} }`,
		"a call in a closure":  `func f(c *ec2.Client) { go func() { c.in().DeleteVpc(nil, nil) }() }`,
		"a method of the type": `func f() any { return (*ec2.Client).DeleteVpc }`,
		"a call by its name":   `func f(b *s3Bucket) any { return b.call("DeleteVpc", "DELETE", "") }`,
		"a name as a member":   `func f() any { return &s3Call{op: "DeleteVpc"} }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.go")
			if err := os.WriteFile(path, []byte("package x\n"+source), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := uses(t, path, changing()); !slices.Equal(got, []string{"DeleteVpc"}) {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestEveryMemberOfTheAPIIsAFieldOfThePlan(t *testing.T) {
	t.Parallel()
	members := func(of any) (out []string) {
		for f := range reflect.TypeOf(of).Fields() {
			if f.IsExported() && f.Name != "ResultMetadata" {
				out = append(out, f.Name)
			}
		}
		slices.Sort(out)
		return out
	}
	var creates, describes []string
	for _, f := range recreate.Fields() {
		if f.Create != "" {
			creates = append(creates, f.Create)
		}
		if f.Describe != "" {
			describes = append(describes, f.Describe)
		}
	}
	slices.Sort(creates)
	slices.Sort(describes)
	if want := members(sagemaker.CreateNotebookInstanceInput{}); !slices.Equal(creates, want) {
		t.Errorf("create:\n%v, want\n%v", creates, want)
	}
	// The tags are no member of the answer: they are asked for by themselves.
	if i := slices.Index(describes, "Tags"); i >= 0 {
		describes = slices.Delete(describes, i, i+1)
	}
	if want := members(sagemaker.DescribeNotebookInstanceOutput{}); !slices.Equal(describes, want) {
		t.Errorf("describe:\n%v, want\n%v", describes, want)
	}
}

func TestWhatIsSentIsWhatThePlanShows(t *testing.T) {
	t.Parallel()
	full := recreate.Snapshot{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", Name: "churn", Account: homeAccount, Region: "eu-west-1",
		Status: model.StatusInService, InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::111122223333:role/nb", SubnetID: "subnet-1",
		SecurityGroups: []string{"sg-1", "sg-2"}, DirectInternet: model.Disabled, RootAccess: model.Disabled, KMSKeyID: "key",
		LifecycleName: "setup", DefaultRepository: "a", MoreRepositories: []string{"b"}, VolumeGB: 20, Platform: "notebook-al2-v3",
		IMDSVersion: "1", IPAddressType: "ipv4", Tags: []model.Tag{{Key: "Team", Value: "growth"}},
	}
	bare := recreate.Snapshot{
		ARN: full.ARN, Name: "churn", Account: homeAccount, Region: "eu-west-1", Status: model.StatusInService, InstanceType: "ml.t3.medium",
		RoleARN: full.RoleARN, DirectInternet: model.Disabled, SecurityGroups: []string{}, MoreRepositories: []string{},
	}
	for name, src := range map[string]recreate.Snapshot{"everything that there is": full, "only what must be": bare} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, spec := created(t, src)
			var shown map[string]any
			if err := json.Unmarshal(spec.Request(), &shown); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(sent, shown) {
				t.Errorf("sent\n%v, shown\n%v", sent, shown)
			}
		})
	}
}

// created performs the create of a notebook's run and returns what was sent.
func created(t *testing.T, src recreate.Snapshot) (sent map[string]any, spec recreate.Spec) {
	t.Helper()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		if c.op == "CreateNotebookInstance" {
			sent = c.json
			return 200, `{"NotebookInstanceArn":"arn"}`, true
		}
		return 0, "", false
	}
	p := recreate.NewPlan(testRun, time.Unix(1.79e9, 0), src, recreate.SpecFor(&src, recreate.Enable))
	run := recreate.Begin(p, time.Unix(1.79e9, 0))
	spec = p.Spec
	out := s.client(t, func(o *Options) { o.AllowWrite = true }).Perform(t.Context(), &run, recreate.Effect{
		ID: 1, Kind: create, On: recreate.SideReplacement, Target: p.Target(), Name: spec.Name, Spec: &spec,
	}, nil)
	if out.Kind != recreate.EventDone {
		t.Fatalf("%+v, %+v", out, out.Problem)
	}
	return sent, spec
}

func TestWritesAreUnlockedByTheAccountsIDAlone(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	c := s.client(t)
	if c.Writable(homeAccount) {
		t.Fatal("a fresh client can write")
	}
	for _, typed := range []string{"", "y", "yes", awayAccount, homeAccount[:11], homeAccount + "0"} {
		p := classify(c.Unlock(homeAccount, typed))
		if p.Kind != model.KindConfig || !strings.Contains(p.Hint, homeAccount) || c.Writable(homeAccount) {
			t.Errorf("%q: %+v", typed, p)
		}
	}
	if p := classify(c.Unlock("", "")); p.Kind != model.KindConfig {
		t.Errorf("no account at all: %+v", p)
	}
	if err := c.Unlock(homeAccount, " "+homeAccount+"\n"); err != nil || !c.Writable(homeAccount) || c.Writable(awayAccount) {
		t.Errorf("%v, %v, %v", err, c.Writable(homeAccount), c.Writable(awayAccount))
	}
}

func TestAnAccountThatIsReadOnlyByConfigurationIsNeverWrittenTo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.AllowWrite = true })
		b.c.opt.ReadOnly = []string{b.target.Account}
		if b.c.Forbidden(b.target.Account) == nil || b.c.Forbidden("999999999999") != nil {
			t.Errorf("%v forbids, and another %v", b.c.Forbidden(b.target.Account), b.c.Forbidden("999999999999"))
		}
		if b.c.Writable(b.target.Account) || !b.c.Writable("999988887777") {
			t.Error("--allow-write opens it, or nothing else")
		}
		if p := classify(b.c.Unlock(b.target.Account, b.target.Account)); p.Kind != model.KindConfig || !strings.Contains(p.Message, "read-only by configuration") {
			t.Errorf("the unlock says %+v", p)
		}
		if _, err := b.c.Presign(t.Context(), b.target, "churn"); !strings.Contains(classify(err).Message, "read-only by configuration") {
			t.Errorf("a call says %v", err)
		}
	})
}

func TestWhoIsSignedInIsToldForTheAccountThatIsReached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		if who, err := b.c.Identify(t.Context(), b.target); err != nil || who.Account != b.target.Account || who.ARN == "" {
			t.Errorf("%+v, %v", who, err)
		}
		away := model.Target{Account: "999988887777", Region: b.target.Region}
		if _, err := b.c.Identify(t.Context(), away); !strings.Contains(classify(err).Message, away.Account) {
			t.Errorf("of an account that no sign-in reaches: %v", err)
		}
	})
}

func TestAPresignedURLIsASecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := newBench(t, func(o *Options) {
			o.AllowWrite, o.Log = false, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		if _, err := b.c.Presign(t.Context(), b.target, "churn"); classify(err).Kind != model.KindConfig {
			t.Errorf("while locked: %v", err)
		}
		if err := b.c.Unlock(b.target.Account, b.target.Account); err != nil {
			t.Fatal(err)
		}
		url, err := b.c.Presign(t.Context(), b.target, "churn")
		if err != nil || !strings.HasPrefix(url, "https://churn.notebook.") {
			t.Fatalf("%q, %v", url, err)
		}
		b.change(sim.Change{Op: "set", Name: "churn", Status: "Stopped"})
		if _, err := b.c.Presign(t.Context(), b.target, "churn"); classify(err).Kind != model.KindConflict {
			t.Errorf("of a stopped one: %+v", classify(err))
		}
		_, token, _ := strings.Cut(url, "authToken=")
		if said := log.String(); token == "" || !strings.Contains(said, "CreatePresigned") || strings.Contains(said, token) || strings.Contains(said, "churn.notebook") {
			t.Errorf("%q tells of the URL", said)
		}
	})
}
