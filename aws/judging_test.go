package aws

import (
	"encoding/base64"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

// judgedFor is a judgement for the destinations of today, and more.
func judgedFor(more ...string) *model.Egress {
	out := &model.Egress{}
	for _, name := range append(model.Destinations(), more...) {
		out.Reach = append(out.Reach, model.Reach{Destination: name})
	}
	return out
}

func TestANetworkIsReadAgainWhenItsJudgementIsNotReliedOn(t *testing.T) {
	t.Parallel()
	now := time.Unix(1.7e9, 0)
	own := model.Destination{Name: "pypi.corp.example"}
	judged := func(change func(*model.Notebook)) *model.Notebook {
		n := &model.Notebook{Networked: model.Part{State: model.LoadDone}, NetworkedAt: now, Egress: judgedFor()}
		change(n)
		return n
	}
	as := func(*model.Notebook) {}
	for name, c := range map[string]struct {
		req   model.ScanRequest
		reach []model.Destination
		n     *model.Notebook
		want  bool
	}{
		"just judged":             {model.ScanRequest{}, nil, judged(as), false},
		"a full scan":             {model.ScanRequest{Mode: model.Full}, nil, judged(as), true},
		"one that advises":        {model.ScanRequest{Advise: true}, nil, judged(as), true},
		"not judged":              {model.ScanRequest{Mode: model.Transition}, nil, judged(func(n *model.Notebook) { n.Egress = nil }), true},
		"not read":                {model.ScanRequest{Mode: model.Transition}, nil, judged(func(n *model.Notebook) { n.Networked = model.Part{} }), true},
		"refused":                 {model.ScanRequest{}, nil, judged(func(n *model.Notebook) { n.Networked.State = model.LoadFailed }), true},
		"refused, looked at soon": {model.ScanRequest{Mode: model.Transition}, nil, judged(func(n *model.Notebook) { n.Networked.State = model.LoadFailed }), false},
		"another place":           {model.ScanRequest{}, []model.Destination{own}, judged(as), true},
		"judged for it":           {model.ScanRequest{}, []model.Destination{own}, judged(func(n *model.Notebook) { n.Egress = judgedFor(own.Name) }), false},
		"judged for one more":     {model.ScanRequest{}, nil, judged(func(n *model.Notebook) { n.Egress = judgedFor(own.Name) }), true},
		"almost too old":          {model.ScanRequest{}, nil, judged(func(n *model.Notebook) { n.NetworkedAt = now.Add(1 - factsHold) }), false},
		"too old":                 {model.ScanRequest{}, nil, judged(func(n *model.Notebook) { n.NetworkedAt = now.Add(-factsHold) }), true},
		"too old, looked at soon": {model.ScanRequest{Mode: model.Transition}, nil, judged(func(n *model.Notebook) { n.NetworkedAt = now.Add(-factsHold) }), false},
		"of the future":           {model.ScanRequest{}, nil, judged(func(n *model.Notebook) { n.NetworkedAt = now.Add(1) }), true},
	} {
		client := &Client{wiring: wiring{opt: Options{Now: standing(now), Reach: c.reach}}}
		r := &network{targetRun: &targetRun{scan: &scan{client: client, req: c.req}}}
		if got := r.due(c.n); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAJudgementIsKeptWhileWhatItRestsOnIsTheSame(t *testing.T) {
	t.Parallel()
	at := time.Unix(1.7e9, 0)
	known := model.Notebook{
		Described: model.Part{State: model.LoadDone}, Created: at, SubnetID: "s", NetworkID: "e", DirectInternet: "Enabled", IPAddressType: "ipv4", RoleARN: "r",
		SecurityGroups: []string{"g"}, Egress: judgedFor(), Networked: model.Part{State: model.LoadDone}, NetworkedAt: at,
	}
	for name, c := range map[string]struct {
		change func(fresh, known *model.Notebook)
		kept   bool
	}{
		"the same":          {func(*model.Notebook, *model.Notebook) {}, true},
		"not described":     {func(_, known *model.Notebook) { known.Described = model.Part{} }, false},
		"made anew":         {func(fresh, _ *model.Notebook) { fresh.Created = at.Add(1) }, false},
		"another subnet":    {func(fresh, _ *model.Notebook) { fresh.SubnetID = "x" }, false},
		"another interface": {func(fresh, _ *model.Notebook) { fresh.NetworkID = "x" }, false},
		"another access":    {func(fresh, _ *model.Notebook) { fresh.DirectInternet = "x" }, false},
		"another IP":        {func(fresh, _ *model.Notebook) { fresh.IPAddressType = "x" }, false},
		"another role":      {func(fresh, _ *model.Notebook) { fresh.RoleARN = "x" }, false},
		"other groups":      {func(fresh, _ *model.Notebook) { fresh.SecurityGroups = []string{"g", "h"} }, false},
	} {
		before, fresh := known, known
		fresh.Egress, fresh.Networked, fresh.NetworkedAt = &model.Egress{}, model.Part{State: model.LoadFailed}, at.Add(time.Hour)
		c.change(&fresh, &before)
		keepJudgement(&fresh, &before)
		kept := fresh.Egress == known.Egress && fresh.Networked == known.Networked && fresh.NetworkedAt.Equal(at)
		none := fresh.Egress == nil && fresh.Networked == (model.Part{}) && fresh.NetworkedAt.IsZero()
		if kept != c.kept || none == c.kept {
			t.Errorf("%s: %+v", name, fresh)
		}
	}
	fresh := known
	keepJudgement(&fresh, nil)
	if fresh.Egress != nil {
		t.Error("one that is new keeps a judgement")
	}
}

func TestWhatWasKnownOfANotebookIsCarriedAsFarAsItHolds(t *testing.T) {
	t.Parallel()
	made, later := time.Unix(1.7e9, 0), time.Unix(1.8e9, 0)
	done := model.Part{State: model.LoadDone}
	refused := model.Part{State: model.LoadFailed, Reason: "no"}
	fresh := model.Notebook{Name: "a", Created: made, Modified: made, Status: "InService", InstanceType: "t", LifecycleName: "l", URL: "new", Repositories: []string{"r"}, HasDefaultRepo: true, SeenAt: later}
	known := model.Notebook{Name: "a", Created: made, Modified: made, Status: "InService", InstanceType: "t", LifecycleName: "l", URL: "old", SeenAt: made, Described: done, Tagged: done, Located: done, Tags: []model.Tag{{Key: "k"}}, SubnetID: "s", Stale: true}
	for name, c := range map[string]struct {
		change func(fresh, known *model.Notebook)
		want   func(out *model.Notebook, fresh, known model.Notebook)
	}{
		"the same entry": {func(*model.Notebook, *model.Notebook) {}, func(out *model.Notebook, _, known model.Notebook) {
			*out = known
			out.Stale, out.SeenAt = false, later
		}},
		"made anew": {func(f, _ *model.Notebook) { f.Created = later }, func(out *model.Notebook, fresh, _ model.Notebook) { *out = fresh }},
		"not described, with tags": {func(_, k *model.Notebook) { k.Described = model.Part{} }, func(out *model.Notebook, fresh, known model.Notebook) {
			*out = fresh
			out.Tagged, out.Tags = known.Tagged, known.Tags
		}},
		"not described, without": {func(_, k *model.Notebook) { k.Described, k.Tagged = model.Part{}, refused }, func(out *model.Notebook, fresh, _ model.Notebook) { *out = fresh }},
		"tags refused": {func(_, k *model.Notebook) { k.Tagged = refused }, func(out *model.Notebook, _, known model.Notebook) {
			*out = known
			out.Stale, out.SeenAt, out.Tagged = false, later, model.Part{}
		}},
		"its place refused": {func(_, k *model.Notebook) { k.Located = refused }, func(out *model.Notebook, _, known model.Notebook) {
			*out = known
			out.Stale, out.SeenAt, out.Located = false, later, model.Part{}
		}},
		"a subnet that is not there": {func(_, k *model.Notebook) { k.Located = model.Part{State: model.LoadFailed, Reason: reasonNoSubnet} }, func(out *model.Notebook, _, known model.Notebook) {
			*out = known
			out.Stale, out.SeenAt = false, later
		}},
		"changed since": {func(f, _ *model.Notebook) { f.Modified, f.Status = later, "Stopping" }, func(out *model.Notebook, fresh, known model.Notebook) {
			*out = known
			out.Status, out.Modified, out.URL, out.Repositories, out.HasDefaultRepo, out.Stale = "Stopping", later, "new", fresh.Repositories, true, true
		}},
	} {
		f, k := fresh, known
		c.change(&f, &k)
		var want model.Notebook
		c.want(&want, f, k)
		if got := carry(&f, &k); !reflect.DeepEqual(*got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, *got, want)
		}
	}
	if got := carry(&fresh, nil); got != &fresh {
		t.Errorf("a new one became %+v", got)
	}
	for name, change := range map[string]func(*model.Notebook){
		"modified": func(n *model.Notebook) { n.Modified = later }, "status": func(n *model.Notebook) { n.Status = "x" }, "type": func(n *model.Notebook) { n.InstanceType = "x" },
		"script": func(n *model.Notebook) { n.LifecycleName = "x" }, "name": func(n *model.Notebook) { n.Name = "A" },
	} {
		other := fresh
		change(&other)
		if sameEntry(&fresh, &other) {
			t.Errorf("another %s is the same entry", name)
		}
	}
}

func TestWhatTheSimulatorIsGivenIsWhatIsSent(t *testing.T) {
	t.Parallel()
	key := recreate.Key{ARN: "arn:key"}
	inquiryOf := func(spec recreate.Spec, source recreate.Snapshot, keyFails error) *inquiry {
		source.Region, source.Account, source.ARN = "eu-west-1", "1", "arn:source"
		return &inquiry{
			session: &session{partition: "aws"}, source: &source, spec: &spec,
			key: func() (recreate.Key, error) { return key, keyFails },
			repos: func() ([]recreate.Repo, error) {
				return []recreate.Repo{{Name: "a", Secret: "arn:secret"}, {Name: "b"}}, nil
			},
		}
	}
	said := func(entries []iamtypes.ContextEntry) string {
		var out []string
		for _, e := range entries {
			list := ""
			if e.ContextKeyType == iamtypes.ContextKeyTypeEnumStringList {
				list = "[]"
			}
			out = append(out, sdkaws.ToString(e.ContextKeyName)+list+"="+strings.Join(e.ContextKeyValues, ","))
		}
		return strings.Join(out, " ")
	}
	bare := inquiryOf(recreate.Spec{Name: "Churn-Net"}, recreate.Snapshot{}, nil)
	full := recreate.Spec{
		Name: "n", DirectInternet: "Enabled", RootAccess: "Disabled", IMDSVersion: "2", InstanceType: "ml.t3.medium", SubnetID: "s", SecurityGroups: []string{"g", "h"},
		KMSKeyID: "k", Tags: []model.Tag{{Key: "a", Value: "b"}, {Key: "c"}}, DefaultRepository: "a", MoreRepositories: []string{"https://x/y", "b", "a"}, RoleARN: "arn:role",
	}
	whole := inquiryOf(full, recreate.Snapshot{Tags: []model.Tag{{Key: "x", Value: ""}}}, nil)
	noKey := inquiryOf(full, recreate.Snapshot{}, errors.New("no"))
	const region = "aws:RequestedRegion=eu-west-1"
	most := region + " sagemaker:DirectInternetAccess=Enabled sagemaker:RootAccess=Disabled sagemaker:MinimumInstanceMetadataServiceVersion=2" +
		" sagemaker:InstanceTypes[]=ml.t3.medium sagemaker:VpcSubnets[]=s sagemaker:VpcSecurityGroupIds[]=g,h"
	const tags = " aws:RequestTag/a=b aws:RequestTag/c= aws:TagKeys[]=a,c"
	for i, c := range []struct{ got, want string }{
		{said(bare.requestContext()), region},
		{said(whole.requestContext()), most + " sagemaker:VolumeKmsKeyArn=arn:key" + tags},
		{said(noKey.requestContext()), most + tags},
		{said(bare.sourceContext()), region},
		{said(whole.sourceContext()), region + " aws:ResourceTag/x= sagemaker:ResourceTag/x="},
		{strings.Join(whole.registered(), " "), "a b"},
		{strings.Join(bare.registered(), " "), ""},
	} {
		if c.got != c.want {
			t.Errorf("%d: %s\nwant %s", i, c.got, c.want)
		}
	}
	resources := func(q *inquiry) (out []string) {
		for _, t := range q.trials() {
			out = append(out, t.actions[0]+" "+t.resource)
		}
		return out
	}
	first := func(name string) []string {
		return []string{"sagemaker:CreateNotebookInstance arn:aws:sagemaker:eu-west-1:1:notebook-instance/" + name, "sagemaker:DescribeNotebookInstance arn:source"}
	}
	network, secret := "ec2:CreateNetworkInterface ", "secretsmanager:GetSecretValue arn:secret"
	for i, c := range []struct {
		q    *inquiry
		want []string
	}{
		{bare, append(first("churn-net"), "iam:PassRole ")},
		{whole, append(first("n"), "iam:PassRole arn:role", network, "kms:DescribeKey arn:key", secret)},
		{noKey, append(first("n"), "iam:PassRole arn:role", network, secret)},
		{inquiryOf(recreate.Spec{Name: "n"}, recreate.Snapshot{SubnetID: "s"}, nil), append(first("n"), "iam:PassRole ", network)},
	} {
		if got := resources(c.q); !slices.Equal(got, c.want) {
			t.Errorf("%d: %q\nwant %q", i, got, c.want)
		}
	}
	for i, c := range []struct {
		r    iamtypes.EvaluationResult
		want recreate.Decision
	}{
		{iamtypes.EvaluationResult{EvalDecision: "allowed"}, recreate.Decision{Allowed: true}},
		{iamtypes.EvaluationResult{EvalDecision: "explicitDeny"}, recreate.Decision{Explicit: true}},
		{iamtypes.EvaluationResult{EvalDecision: "implicitDeny"}, recreate.Decision{}},
		{iamtypes.EvaluationResult{EvalDecision: "allowed", OrganizationsDecisionDetail: &iamtypes.OrganizationsDecisionDetail{AllowedByOrganizations: true}}, recreate.Decision{Allowed: true}},
		{iamtypes.EvaluationResult{EvalDecision: "allowed", OrganizationsDecisionDetail: &iamtypes.OrganizationsDecisionDetail{}}, recreate.Decision{ByOrg: true}},
	} {
		if got := decisionOf(&c.r); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%d: %+v, want %+v", i, got, c.want)
		}
	}
}

func TestWhatIsAbsentIsSaidToBeByAWSItself(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		p    model.Problem
		want bool
	}{
		{model.Problem{Code: "NoSuchEntity", Kind: model.KindNotFound}, true},
		{model.Problem{Kind: model.KindNotFound}, false},
		{model.Problem{Code: "ValidationException", Kind: model.KindInvalid, Message: "Cannot find CodeRepository"}, true},
		{model.Problem{Code: "ValidationException", Kind: model.KindInvalid, Message: "Could not find it"}, true},
		{model.Problem{Code: "ValidationException", Kind: model.KindInvalid, Message: "a bad value"}, false},
		{model.Problem{Code: "AccessDenied", Kind: model.KindDenied, Message: "Cannot find it"}, false},
		{model.Problem{Kind: model.KindInvalid, Message: "Cannot find it"}, false},
	} {
		if got := isAbsent(c.p); got != c.want {
			t.Errorf("%d: %v", i, got)
		}
	}
	s := sdkaws.String
	list := []types.NotebookInstanceSummary{{NotebookInstanceArn: s("arn:A"), NotebookInstanceName: s("A"), NotebookInstanceStatus: "Stopped"}, {}}
	for arn, want := range map[string]recreate.Listed{"arn:a": {ARN: "arn:A", Name: "A", Status: "Stopped", Created: time.Time{}.UTC()}, "arn:b": {}, "": {}} {
		if got := inList(list, arn); got != want {
			t.Errorf("%q: %+v", arn, got)
		}
	}
	for arn, want := range map[string]string{
		"arn:aws:iam::1:role/r": "1 r", "arn:aws:iam::1:role/a/b/r": "1 r", "arn:aws:iam::1:role/": "", "arn:aws:iam::1:user/r": "",
		"arn:aws:sts::1:role/r": "", "arn:aws:iam::role/r": "",
	} {
		account, name, ok := roleOf(arn)
		if ok != (want != "") || ok && account+" "+name != want {
			t.Errorf("%s: %q %q %v, want %q", arn, account, name, ok, want)
		}
	}
	for raw, want := range map[string]string{"%7B%22a%22%7D": `{"a"}`, "%zz": "%zz", "a+b": "a+b"} {
		if got := policyText(&raw); got != want {
			t.Errorf("%s: %s", raw, got)
		}
	}
}

func TestAnAnswerIsLaidOutWithItsTimesAndWithoutSecrets(t *testing.T) {
	t.Parallel()
	got, err := indent([]byte(`{"LastModifiedTime":1.5e9,"CreationTime":1700000000.1236,"VolumeSizeInGB":5,"Other":"<a>","DefaultCodeRepository":"https://u:p@h/r",` +
		`"AdditionalCodeRepositories":["https://u:p@h/s",7,"name"],"FailureReason":"password=hunter2hunter2"}`))
	want := `{
  "AdditionalCodeRepositories": [
    "https://****@h/s",
    7,
    "name"
  ],
  "CreationTime": "2023-11-14T22:13:20.124Z",
  "DefaultCodeRepository": "https://****@h/r",
  "FailureReason": "password=****",
  "LastModifiedTime": "2017-07-14T02:40:00Z",
  "Other": "<a>",
  "VolumeSizeInGB": 5
}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if got, err := indent([]byte(`{"CreationTime":"soon","LastModifiedTime":1e999}`)); err != nil || string(got) != "{\n  \"CreationTime\": \"soon\",\n  \"LastModifiedTime\": 1e999\n}" {
		t.Errorf("%v\n%s", err, got)
	}
	if got, err := indent([]byte(`[]`)); err == nil {
		t.Errorf("%s", got)
	}
	target := model.Target{Account: "1", Region: "r"}
	hook := func(s string) types.NotebookInstanceLifecycleHook {
		return types.NotebookInstanceLifecycleHook{Content: sdkaws.String(s)}
	}
	b64 := base64.StdEncoding.EncodeToString
	if text, err := script(target, "OnStart", []types.NotebookInstanceLifecycleHook{hook(b64([]byte("#!/bin/sh\n"))), hook(b64([]byte("true\n")))}); text != "#!/bin/sh\ntrue\n" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	text, err := script(target, "OnStart", []types.NotebookInstanceLifecycleHook{hook("#!")})
	broken := model.Problem{
		Kind: model.KindProtocol, Operation: "sagemaker:DescribeNotebookInstanceLifecycleConfig", Target: target,
		Message: "the OnStart script is not valid base64; it is shown as AWS gave it",
	}
	if text != "#!" || !errors.Is(err, broken) {
		t.Errorf("%q, %v", text, err)
	}
}
