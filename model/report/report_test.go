package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
)

func testNow() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 5, time.FixedZone("CET", 3600)) }

// update writes the golden files anew: go test ./model/report -update.
var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from its golden file; it is now\n%s", name, got)
	}
}

// full is a notebook with every field that the contract names.
func full() *model.Notebook {
	done := model.Part{State: model.LoadDone}
	return &model.Notebook{
		ARN:  "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train",
		Name: "churn-model-train", Account: "111122223333", Region: "eu-west-1", Status: model.StatusFailed,
		InstanceType: "ml.t3.medium", URL: "churn-model-train.notebook.eu-west-1.sagemaker.aws",
		Created: testNow().Add(-72 * time.Hour), Modified: testNow().Add(-time.Hour), LifecycleName: "autostop",
		Repositories: []string{"main", "https://git.example/x.git"}, Described: done, SubnetID: "subnet-0a1",
		SecurityGroups: []string{"sg-1", "sg-2"}, NetworkID: "eni-1", DirectInternet: model.Disabled, RootAccess: model.Enabled,
		RoleARN: "arn:aws:iam::111122223333:role/service/DataScience", KMSKeyID: "arn:aws:kms:eu-west-1:111122223333:key/ab12",
		Platform: "notebook-al2023-v1", IMDSVersion: "2", IPAddressType: "ipv4", VolumeGB: 5, FailureReason: "took longer than 5 minutes",
		Located: done, VPCID: "vpc-0a12", VPCName: "ml-prod", SubnetName: "private-a", Tagged: done,
		Tags: []model.Tag{{Key: "Owner", Value: "Ana <ana@example>"}, {Key: "Team", Value: "ml"}}, SeenAt: testNow(),
		Networked: done, Egress: isolated(),
	}
}

// isolated is a judgement with everything that one can have.
func isolated() *model.Egress {
	chain := []model.Hop{
		{Kind: model.HopNotebook, ID: "churn-model-train", Says: "It sends through its interface in the subnet.", State: model.HopOK},
		{Kind: model.HopRouteTable, ID: "rtb-1", Name: "private", Says: "It has no default route.", State: model.HopBroken},
	}
	return &model.Egress{
		Verdict: model.VerdictIsolated, Reason: "No route leads out.", Chain: chain, Warnings: []string{"A firewall is not seen."},
		IPv6:      &model.Path{Verdict: model.VerdictUnknown, Reason: "The route table was refused.", Chain: chain[:1]},
		Endpoints: []model.EndpointCoverage{{Service: "s3", State: model.EndpointMissing, Why: "There is none."}, {Service: "sts", State: model.EndpointPartial, ID: "vpce-1", Why: "Its policy restricts."}},
		WhatIf:    &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect, Reason: "SageMaker gives it.", Loses: []string{"the peered network 10.0.0.0/16"}},
		Reach: []model.Reach{
			{Destination: "pypi", State: model.ReachBlocked, By: "route table rtb-1", Why: "It has no default route."},
			{Destination: "s3", State: model.Reached, By: "gateway endpoint vpce-2"},
			{Destination: "sts", State: model.ReachDepends, By: "VPC endpoint vpce-1", Why: "what its policy allows: action sts:Get*"},
			{Destination: "10.2.0.0/16", State: model.ReachUnknown, Why: "The network ACL was refused."},
		},
		Advice: &model.Advice{Remedies: []model.Remedy{{
			Kind: model.RemedyNATRoute, Title: "Add a NAT route", Why: "All of the subnet gets it.", Commands: []string{"aws ec2 create-route --x 'y z'"},
			Cost: model.Cost{USD: 36.5}, After: model.VerdictNAT, Affects: []model.Affected{{What: "subnet subnet-9", Before: "isolated", After: "NAT"}},
		}}, None: []string{"Nothing is offered for the block."}},
	}
}

// bare is a notebook outside any VPC, of which everything is known.
func bare() *model.Notebook {
	done := model.Part{State: model.LoadDone}
	return &model.Notebook{
		ARN: "arn:aws:sagemaker:us-east-1:444455556666:notebook-instance/bare", Name: "bare", Account: "444455556666",
		Region: "us-east-1", Status: model.StatusInService, InstanceType: "ml.g5.xlarge", Created: testNow().Add(-time.Minute),
		Modified: testNow(), Described: done, Located: done, Tagged: done, DirectInternet: model.Enabled, RootAccess: model.Disabled,
		RoleARN: "arn:aws:iam::444455556666:role/R", Platform: "notebook-al2-v2", IMDSVersion: "1", VolumeGB: 100,
		Networked: done, Egress: &model.Egress{Verdict: model.VerdictDirect, Reason: "SageMaker gives it.",
			Reach: []model.Reach{{Destination: "pypi", State: model.Reached, By: "direct internet"}}},
	}
}

// refused is a notebook of which only the list page is known.
func refused() *model.Notebook {
	no := model.Part{State: model.LoadFailed, Reason: "AccessDenied: not authorized to perform sagemaker:DescribeNotebookInstance"}
	return &model.Notebook{
		ARN: "arn:aws:sagemaker:us-east-1:444455556666:notebook-instance/refused", Name: "refused", Account: "444455556666",
		Region: "us-east-1", Status: model.StatusPending, InstanceType: "ml.t3.large", Created: testNow().Add(-time.Hour),
		Modified: testNow(), Described: no, Tagged: model.Part{}, Stale: true, SeenAt: testNow().Add(-time.Minute),
	}
}

func testView() View {
	return View{
		GeneratedAt: testNow(),
		Filter:      `status:failed|pending "a, b"`,
		Identities: []model.Identity{
			{Account: "111122223333", Alias: "prod-ml", ARN: "arn:aws:sts::111122223333:assumed-role/R/ana", Partition: "aws", Profiles: []string{"prod", "prod-admin"}},
			{Account: "444455556666", ARN: "arn:aws:iam::444455556666:user/ana", Partition: "aws", Profiles: []string{"sandbox"}},
		},
		Coverage: model.Coverage{Targets: 9, Answered: 2, Failed: 2, Believed: 5, Unseen: 1, Problems: 1},
		Failed: []model.TargetStatus{
			{Target: model.Target{Account: "111122223333", Region: "eu-west-3"}, State: model.StateDenied, Problem: &model.Problem{
				Kind: model.KindSCP, Message: "a service control policy denies sagemaker:ListNotebookInstances", Hint: "ask | the organization's admin",
			}},
			{Target: model.Target{Account: "444455556666", Region: "ap-south-1"}, State: model.StateTimedOut},
		},
		Index: &model.Index{
			Region: "us-east-1", Asked: testNow(), State: model.IndexActive, Created: testNow().Add(-90 * 24 * time.Hour), Read: true,
			Named: 3, Reported: testNow().Add(-2 * time.Hour), Missed: 1,
		},
		Problems:  []model.Problem{{Kind: model.KindSSOExpired, Profile: "dev", Message: "the SSO session is too old", Hint: "aws sso login --profile dev"}},
		Notebooks: []*model.Notebook{full(), refused(), bare()},
		Lens:      model.Lens{Now: testNow(), Aliases: map[string]string{"111122223333": "prod-ml"}},
	}
}

func written(t *testing.T, f Format, v View, width int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, f, v, width); err != nil {
		t.Fatalf("write %s: %v", f, err)
	}
	return out.Bytes()
}

func TestGoldenFiles(t *testing.T) {
	golden(t, "list.json", written(t, JSON, testView(), 0))
	golden(t, "list.csv", written(t, CSV, testView(), 0))
	golden(t, "list.md", written(t, Markdown, testView(), 0))
	golden(t, "list.txt", written(t, Table, testView(), 0))
	golden(t, "list-80.txt", written(t, Table, testView(), 80))
	var show bytes.Buffer
	for _, n := range testView().Notebooks {
		if err := Show(&show, n, testView().Lens, policy.Table{}, Text); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&show, "----")
	}
	golden(t, "show.txt", show.Bytes())
	n := *full()
	e := *n.Egress
	e.Reach = []model.Reach{{Destination: "pypi", State: model.Reached, By: "NAT gateway nat-1"}, {Destination: "github", State: model.ReachBlocked, By: "network ACL acl-1"}}
	n.Egress = &e
	n.Probe = &model.Probe{At: testNow(), Proxy: "proxy.example.com:3128", Own: []string{"10.0.0.9"}, Results: []model.Tried{
		{Destination: "pypi", State: model.TryTimeout, Family: model.FamilyIPv4, Detail: "pypi.org: no answer from 192.0.2.1 in 8 s"},
		{Destination: "pypi", State: model.TryNoRoute, Family: model.FamilyIPv6, Detail: "pypi.org: ENETUNREACH from 2001:db8::1"},
		{Destination: "github", State: model.TryReached, Family: model.FamilyIPv4, MS: 62, Detail: "name 2 ms, connection 20 ms, TLS 40 ms to 192.0.2.3", From: []string{"10.0.0.9"}},
		{Destination: "10.2.0.0/16", State: model.TryNot, Detail: "no address stands for a range: give one address of it"},
	}}
	var text, object bytes.Buffer
	if err := errors.Join(Probe(&text, &n, testView().Lens, policy.Table{}, Text), Probe(&object, &n, testView().Lens, policy.Table{}, JSON)); err != nil {
		t.Fatal(err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object.Bytes(), &members); err != nil {
		t.Fatal(err)
	}
	golden(t, "probe.txt", append(text.Bytes(), members["probe"]...))
}

func TestFormats(t *testing.T) {
	for _, f := range Formats() {
		if got, err := ParseFormat(strings.ToUpper(string(f)), Formats()); got != f || err != nil {
			t.Errorf("%s reads as %q, %v", f, got, err)
		}
	}
	for format, want := range map[string]string{
		"jsn":      `unknown output format "jsn": use table, json, csv or markdown; did you mean json?`,
		"markdwon": `unknown output format "markdwon": use table, json, csv or markdown; did you mean markdown?`,
		"xml":      `unknown output format "xml": use table, json, csv or markdown`,
		"text":     `unknown output format "text": use table, json, csv or markdown; did you mean table?`,
		"":         `unknown output format "": use table, json, csv or markdown`,
	} {
		var out bytes.Buffer
		err := Write(&out, Format(format), testView(), 0)
		var unknown *FormatError
		if !errors.As(err, &unknown) || out.Len() != 0 {
			t.Fatalf("format %q: %v, %d bytes written", format, err, out.Len())
		}
		if err.Error() != want && format != "text" {
			t.Errorf("format %q: %v", format, err)
		}
	}
	for _, format := range []Format{CSV, Markdown, "xml"} {
		var out bytes.Buffer
		if err := Show(&out, full(), testView().Lens, policy.Table{}, format); err == nil || !strings.Contains(err.Error(), "use text or json") || out.Len() != 0 {
			t.Errorf("show as %s: %v, %d bytes", format, err, out.Len())
		}
	}
}

// brokenWriter fails as a full disk does.
type brokenWriter struct{}

var errFull = errors.New("no space left")

func (brokenWriter) Write([]byte) (int, error) { return 0, errFull }

func TestAWriterThatFailsIsReported(t *testing.T) {
	for _, f := range Formats() {
		if err := Write(brokenWriter{}, f, testView(), 0); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := Show(brokenWriter{}, full(), testView().Lens, policy.Table{}, Text); !errors.Is(err, errFull) {
		t.Errorf("show: %v", err)
	}
}
