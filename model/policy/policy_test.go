package policy

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/control"
)

func done() model.Part { return model.Part{State: model.LoadDone} }

func notebook(change ...func(*model.Notebook)) *model.Notebook {
	n := &model.Notebook{
		Name: "n", Account: "111122223333", Region: "eu-west-1", Described: done(), Tagged: done(), SubnetID: "subnet-a",
		DirectInternet: model.Disabled, RootAccess: model.Disabled, Platform: control.Supported,
	}
	for _, f := range change {
		f(n)
	}
	return n
}

func directOn(n *model.Notebook) { n.DirectInternet = model.Enabled }
func noVPC(n *model.Notebook)    { n.SubnetID, n.DirectInternet = "", model.Enabled }
func root(n *model.Notebook)     { n.RootAccess = model.Enabled }
func al2(n *model.Notebook)      { n.Platform = "notebook-al2-v2" }
func al1(n *model.Notebook)      { n.Platform = "notebook-al1-v1" }
func denied(n *model.Notebook) {
	n.Described = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}
}
func pending(n *model.Notebook) { n.Described = model.Part{} }
func future(n *model.Notebook)  { n.DirectInternet = "Sometimes" }
func noValue(n *model.Notebook) { n.DirectInternet = "" }
func untold(n *model.Notebook)  { n.RootAccess, n.Platform = "", "" }

func TestFindings(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		policy  model.Policy
		n       *model.Notebook
		verdict model.Verdict
		want    string // code severity, joined by commas
	}{
		{"connect finds nothing where direct internet is on", "connect", notebook(directOn), "direct", ""},
		{"connect does not apply without a VPC", "connect", notebook(noVPC), "direct", ""},
		{"connect weighs isolation as high", "connect", notebook(), "isolated", "direct-internet-off high"},
		{"connect weighs endpoints only as medium", "connect", notebook(), "endpoints-only", "direct-internet-off medium"},
		{"connect weighs a part of the internet as medium, and nothing as mitigated", "connect", notebook(), "partial", "direct-internet-off medium"},
		{"connect weighs unknown egress as medium", "connect", notebook(), "unknown", "direct-internet-off medium"},
		{"connect weighs indirect egress as medium, since nothing is proven", "connect", notebook(), "indirect", "direct-internet-off medium"},
		{"connect weighs NAT as low, mitigated", "connect", notebook(), "nat", "direct-internet-off low mitigated"},
		{"connect weighs inspected egress as low, mitigated", "connect", notebook(), "inspected", "direct-internet-off low mitigated"},
		{"connect weighs egress that is not judged yet as medium", "connect", notebook(), "", "direct-internet-off medium"},
		{"connect does not mind root access", "connect", notebook(directOn, root), "direct", ""},
		{"connect marks a denied describe", "connect", notebook(denied), "unknown", "direct-internet-unknown unknown"},
		{"connect waits for a describe on its way", "connect", notebook(pending), "unknown", ""},
		{"connect marks a value from the future", "connect", notebook(future), "unknown", "direct-internet-unknown unknown"},
		{"connect marks a missing value", "connect", notebook(noValue), "unknown", "direct-internet-unknown unknown"},
		{"restrict finds nothing where all is shut", "restrict", notebook(), "isolated", ""},
		{"restrict finds direct internet", "restrict", notebook(directOn), "direct", "direct-internet-on high"},
		{"restrict finds a missing VPC and the direct internet that comes with it", "restrict", notebook(noVPC), "direct", "direct-internet-on high,no-vpc high"},
		{"restrict finds root access", "restrict", notebook(root), "nat", "root-access medium"},
		{"restrict finds an old platform", "restrict", notebook(al2), "nat", "platform-unsupported medium"},
		{"restrict marks a denied describe once", "restrict", notebook(denied), "unknown", "direct-internet-unknown unknown"},
		{"restrict waits for a describe on its way", "restrict", notebook(pending), "unknown", ""},
		{"restrict judges the rest beside a value from the future", "restrict", notebook(future, root), "unknown", "direct-internet-unknown unknown,root-access medium"},
		{"restrict marks what AWS gave no value for", "restrict", notebook(untold), "nat", "root-access-unknown unknown,platform-unknown unknown"},
		{"restrict marks root access of tomorrow", "restrict", notebook(func(n *model.Notebook) { n.RootAccess = "Sometimes" }), "nat", "root-access-unknown unknown"},
		{"connect does not mind what it does not ask for", "connect", notebook(directOn, untold), "direct", ""},
		{"report finds nothing", "report", notebook(directOn, root), "direct", ""},
		{"a policy that is none finds nothing", "strict", notebook(), "isolated", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range Findings(c.policy, c.n, model.Egress{Verdict: c.verdict}) {
				words := f.Code + " " + string(f.Severity)
				if f.Mitigated {
					words += " mitigated"
				}
				if f.Phrase == "" {
					t.Error("a finding without a phrase")
				}
				got = append(got, words)
			}
			if strings.Join(got, ",") != c.want {
				t.Errorf("found %q, want %q", strings.Join(got, ","), c.want)
			}
		})
	}
}

func TestConnectFindsEndpointsThatRefuseWhateverTheWayOut(t *testing.T) {
	t.Parallel()
	endpoints := []model.EndpointCoverage{{Service: "s3", State: model.EndpointCovered}, {Service: "sts", State: model.EndpointBlocked}, {Service: "kms", State: model.EndpointBlocked}}
	for _, v := range []model.Verdict{model.VerdictNAT, model.VerdictIsolated} {
		got := Connect(notebook(), model.Egress{Verdict: v, Endpoints: endpoints})
		if len(got) != 2 || got[1].Code != CodeBlocked || got[1].Severity != model.SeverityMedium || got[1].Mitigated || got[1].Phrase != "calls to sts, kms fail at VPC endpoints" {
			t.Errorf("%s: %+v", v, got)
		}
	}
	part := []model.EndpointCoverage{{Service: "logs", State: model.EndpointPartial, Fails: true}, {Service: "ecr.api", State: model.EndpointPartial}}
	for phrase, e := range map[string][]model.EndpointCoverage{
		"some calls to logs fail at VPC endpoints":                       part,
		"calls to sts, kms and some calls to logs fail at VPC endpoints": append(slices.Clip(endpoints), part...),
	} {
		if got := Connect(notebook(), model.Egress{Verdict: model.VerdictNAT, Endpoints: e}); len(got) != 2 || got[1].Code != CodeBlocked || got[1].Phrase != phrase {
			t.Errorf("%s: %+v", phrase, got)
		}
	}
	if got := Connect(notebook(directOn), model.Egress{Verdict: model.VerdictDirect, Endpoints: endpoints}); len(got) != 0 {
		t.Errorf("direct internet on: %+v", got)
	}
	if got := Restrict(notebook(), model.Egress{Verdict: model.VerdictNAT, Endpoints: endpoints}); len(got) != 0 {
		t.Errorf("restrict: %+v", got)
	}
}

func TestConnectNamesWhatItsRemedyBreaks(t *testing.T) {
	t.Parallel()
	f := Connect(notebook(), model.Egress{Verdict: model.VerdictIsolated})[0]
	for _, id := range []string{
		"SageMaker.1", "sagemaker-notebook-no-direct-internet-access", "SageMaker-004",
		"sagemaker_notebook_instance_without_direct_internet_access_configured",
	} {
		if !slices.ContainsFunc(f.Breaks, func(c model.Control) bool { return c.ID == id }) {
			t.Errorf("recreating with direct internet fails %s, which the finding does not say", id)
		}
	}
}

func TestRestrictBreaksReachOnlyWhereTheVPCGivesNone(t *testing.T) {
	t.Parallel()
	with := func(v model.Verdict) int {
		e := model.Egress{Verdict: model.VerdictDirect, WhatIf: &model.WhatIf{DirectInternet: model.Disabled, Verdict: v}}
		return len(Restrict(notebook(directOn), e)[0].Breaks)
	}
	if with(model.VerdictNAT) != 0 || with(model.VerdictIsolated) == 0 || with(model.VerdictUnknown) == 0 {
		t.Error("what restricting breaks does not follow from what the VPC gives")
	}
}

func TestRemedies(t *testing.T) {
	t.Parallel()
	network := []model.Remedy{
		{Kind: model.RemedyRule, Title: "Open it", After: model.VerdictNAT}, {Kind: model.RemedyNATRoute, Title: "Route it", After: model.VerdictNAT, Cost: model.Cost{USD: 36.5}},
		{Kind: model.RemedyEndpoints, Title: "Serve it", After: model.VerdictEndpoints, Cost: model.Cost{Unknown: []string{"an interface endpoint"}}},
	}
	shut := model.Egress{Verdict: model.VerdictIsolated, Advice: &model.Advice{Remedies: network}}
	public := model.Egress{Verdict: model.VerdictIsolated, Advice: &model.Advice{Elsewhere: &model.Placement{SubnetID: "subnet-9", Verdict: model.VerdictNAT}}}
	cases := []struct {
		name   string
		policy model.Policy
		n      *model.Notebook
		e      model.Egress
		want   string
	}{
		{"connect opens the VPC before it recreates", "connect", notebook(), shut, "rule nat-route endpoints recreate"},
		{"connect offers a private subnet to a notebook in a public one", "connect", notebook(), public, "recreate recreate"},
		{"connect only recreates where egress is proven", "connect", notebook(), model.Egress{Verdict: model.VerdictNAT}, "recreate"},
		{"connect has nothing to do where direct internet is on", "connect", notebook(directOn), shut, ""},
		{"restrict opens the VPC and recreates in one, or recreates alone", "restrict", notebook(directOn), shut, "recreate recreate recreate"},
		{"restrict recreates a notebook without a VPC, off or on", "restrict", notebook(noVPC), model.Egress{Verdict: model.VerdictDirect}, "recreate recreate"},
		{"restrict takes root access away in place", "restrict", notebook(root), model.Egress{}, "update"},
		{"restrict changes nothing that is not known", "restrict", notebook(untold), model.Egress{}, ""},
		{"restrict has no way in place to take root access from Amazon Linux 1", "restrict", notebook(root, al1), model.Egress{}, "recreate"},
		{"restrict updates Amazon Linux 2 in place", "restrict", notebook(al2), model.Egress{}, "update"},
		{"restrict recreates Amazon Linux 1", "restrict", notebook(al1), model.Egress{}, "recreate"},
		{"one recreation is enough", "restrict", notebook(al1, directOn), model.Egress{}, "recreate"},
		{"report has no remedy", "report", notebook(), shut, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range Remedies(c.policy, c.n, c.e) {
				got = append(got, string(r.Kind))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("remedies %v, want %s", got, c.want)
			}
		})
	}
}

func TestEachPolicySaysWhenAVPCIsAskedFor(t *testing.T) {
	t.Parallel()
	for p, want := range map[model.Policy][]string{
		model.PolicyConnect:  {"finds nothing", "its audit", "direct internet on"},
		model.PolicyRestrict: {"SageMaker.2 asks for one", "still fails SageMaker.1", "with it off it passes both"},
		model.PolicyReport:   {"asks for none", "Under restrict SageMaker.2", "under connect the audit"},
	} {
		got := OutsideVPC(p, notebook(noVPC))
		for _, w := range want {
			if !strings.Contains(strings.ToLower(got), strings.ToLower(w)) {
				t.Errorf("%s does not say %q: %s", p, w, got)
			}
		}
		for says, n := range map[string]*model.Notebook{"in a VPC": notebook(), "not described": notebook(denied, noVPC)} {
			if got := OutsideVPC(p, n); got != "" {
				t.Errorf("%s says of a notebook %s: %s", p, says, got)
			}
		}
	}
	for _, r := range Remedies(model.PolicyRestrict, notebook(noVPC), model.Egress{Verdict: model.VerdictDirect}) {
		off := strings.HasSuffix(r.Title, "off")
		if all := strings.Join(r.Commands, "\n"); !strings.Contains(all, `--subnet-id "$SUBNET" --security-group-ids "$GROUP"`) || !strings.Contains(all, "n-vpc") ||
			off != strings.Contains(all, "--direct-internet-access Disabled") || off == (r.After == model.VerdictDirect) {
			t.Errorf("%s, then %s: %s", r.Title, r.After, all)
		}
	}
}

// TestAnUpdateStopsNothingByItself holds what a remedy in place prints: nobody who
// pastes it stops a notebook, and what is stopped can be started again.
func TestAnUpdateStopsNothingByItself(t *testing.T) {
	t.Parallel()
	for _, n := range []*model.Notebook{notebook(root), notebook(al2), notebook(root, al2)} {
		for _, r := range Remedies(model.PolicyRestrict, n, model.Egress{}) {
			for _, c := range r.Commands {
				if !strings.HasPrefix(c, "# ") || strings.Contains(c, "aws ") && !strings.Contains(c, " --region eu-west-1") {
					t.Errorf("%s: %q is run, or names no region", r.Title, c)
				}
			}
			if all := strings.Join(r.Commands, "\n"); !strings.Contains(r.Commands[0], "copied elsewhere") ||
				n.Platform != control.Supported && !strings.Contains(all, "--platform-identifier "+control.Supported) {
				t.Errorf("%s says %q", r.Title, all)
			}
		}
	}
}

// TestARemedyUnderRestrictIsWhole holds that a notebook with direct internet on is
// not offered half of what it needs.
func TestARemedyUnderRestrictIsWhole(t *testing.T) {
	t.Parallel()
	opens := model.Remedy{Kind: model.RemedyNATRoute, Title: "Route it", Commands: []string{"route"}, After: model.VerdictNAT, Cost: model.Cost{USD: 36.5}}
	e := model.Egress{
		Verdict: model.VerdictDirect, WhatIf: &model.WhatIf{DirectInternet: model.Disabled, Verdict: model.VerdictIsolated},
		Advice: &model.Advice{Remedies: []model.Remedy{opens}},
	}
	all := Remedies(model.PolicyRestrict, notebook(directOn), e)
	if len(all) != 2 || all[0].Title != "Route it, then recreate the notebook with direct internet off" || all[0].After != model.VerdictNAT ||
		all[0].Commands[0] != "route" || !strings.Contains(all[0].Commands[1], "create-notebook-instance") || all[0].Worsens() {
		t.Errorf("what opens the VPC and the recreate are not one: %+v", all)
	}
	if alone := all[1]; alone.After != model.VerdictIsolated || !strings.Contains(alone.Why, "takes the internet away") || !alone.Worsens() {
		t.Errorf("the recreate alone does not say what it takes away: %+v", alone)
	}
	e.WhatIf.Verdict = model.VerdictNAT
	if all = Remedies(model.PolicyRestrict, notebook(directOn), e); len(all) != 1 || all[0].After != model.VerdictNAT || all[0].Worsens() {
		t.Errorf("where the VPC gives a way the recreate is enough: %+v", all)
	}
}

func TestARecreateSaysWhatItBreaks(t *testing.T) {
	t.Parallel()
	e := model.Egress{Verdict: model.VerdictIsolated}
	r := Remedies(model.PolicyConnect, notebook(), e)[0]
	if r.After != model.VerdictDirect || !r.Recreates || len(r.Affects) == 0 || r.Affects[0].What != "SageMaker.1" || r.Affects[0].After != "fails (high)" {
		t.Errorf("the recreate does not say what it breaks: %+v", r)
	}
	if r.Cost.Total() != nil {
		t.Error("a second notebook is told to be free")
	}
}

func TestCommandsQuoteAndNameTheNotebook(t *testing.T) {
	t.Parallel()
	n := notebook(root, func(n *model.Notebook) { n.Name = "it's; rm -rf $HOME" })
	for _, r := range append(Remedies(model.PolicyRestrict, n, model.Egress{}), Remedies(model.PolicyConnect, n, model.Egress{})...) {
		for _, c := range r.Commands {
			if strings.HasPrefix(c, "# ") && !strings.HasPrefix(c, "# aws ") {
				continue // says what must be true first
			}
			quoted := strings.NewReplacer("-net'", "'", "-vpc'", "'").Replace(c) // a new notebook's name goes on
			if !strings.Contains(quoted, `'it'\''s; rm -rf $HOME'`) || !strings.Contains(c, "--region eu-west-1") {
				t.Errorf("command does not quote the name, or names no region: %s", c)
			}
		}
	}
	al := Remedies(model.PolicyRestrict, notebook(al2), model.Egress{})[0]
	if !strings.Contains(al.Commands[3], "--platform-identifier notebook-al2023-v1") || !strings.Contains(al.Why, "Save the data") {
		t.Errorf("the platform update is not what it should be: %+v", al)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	table := Table{Overrides: []Override{
		{Policy: model.PolicyReport},
		{Account: "999988887777", TagKey: "zone", TagValue: "lab", Policy: model.PolicyReport},
		{Account: "999988887777", Policy: model.PolicyRestrict},
		{TagKey: "regulated", Policy: model.PolicyRestrict},
	}}
	tag := func(k, v string) func(*model.Notebook) {
		return func(n *model.Notebook) { n.Tags = append(n.Tags, model.Tag{Key: k, Value: v}) }
	}
	other := func(n *model.Notebook) { n.Account = "999988887777" }
	untagged := func(n *model.Notebook) { n.Tagged = model.Part{} }
	cases := []struct {
		name    string
		n       *model.Notebook
		want    model.Policy
		certain bool
	}{
		{"the default is connect, and an override that names nothing fits nothing", notebook(), "connect", true},
		{"an account has its policy", notebook(other), "restrict", true},
		{"the first override that fits holds", notebook(other, tag("zone", "lab")), "report", true},
		{"another value of the tag does not fit", notebook(other, tag("zone", "prod")), "restrict", true},
		{"a tag without a value fits every value", notebook(tag("regulated", "yes")), "restrict", true},
		{"tags on their way leave it open", notebook(untagged), "connect", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, certain := table.For(c.n); got != c.want || certain != c.certain {
				t.Errorf("policy %s (%v), want %s (%v)", got, certain, c.want, c.certain)
			}
		})
	}
	if p, _ := (Table{Default: model.PolicyReport}).For(notebook()); p != model.PolicyReport {
		t.Errorf("the default of the table is not used: %s", p)
	}
}
