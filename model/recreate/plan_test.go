package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func kindsOf(p Plan) string {
	var out []string
	for _, s := range p.Steps() {
		out = append(out, string(s.Kind))
	}
	return strings.Join(out, " ")
}

func TestTheStepsFollowFromTheSource(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		src  Snapshot
		want string
	}{
		"a source that runs":        {churn(), "create wait copy verify stop-source delete-source"},
		"a stopped source":          {churn(stopped), "create wait start-source copy verify stop-source delete-source"},
		"a failed source":           {churn(func(s *Snapshot) { s.Status = model.StatusFailed }), "create wait start-source copy verify stop-source delete-source"},
		"Amazon Linux 2, running":   {churn(al2), "create wait copy verify stop-source delete-source"},
		"Amazon Linux 2, stopped":   {churn(al2, stopped), "create wait update-source start-source copy verify stop-source delete-source"},
		"Amazon Linux 1 has no way": {churn(al1, stopped), "create wait start-source copy verify stop-source delete-source"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := kindsOf(planOf(c.src)); got != c.want {
				t.Errorf("the steps are %s, want %s", got, c.want)
			}
		})
	}
}

// TestACopyDoesNotSayThatAStoppedSourceGoesOnRunning asks in both ways to move.
func TestACopyDoesNotSayThatAStoppedSourceGoesOnRunning(t *testing.T) {
	t.Parallel()
	for want, src := range map[string]Snapshot{"only read, and goes on running.": churn(), "started for it, and only read.": churn(stopped)} {
		for _, by := range []Transport{TransportRelay, TransportS3} {
			p := planOf(src)
			p.Transport = by
			if got := aboutCopy(&p); !strings.Contains(got, want) {
				t.Errorf("%s of a %s source: %s", by, src.Status, got)
			}
		}
	}
}

func TestEveryStepIsWhole(t *testing.T) {
	t.Parallel()
	for _, src := range []Snapshot{churn(), churn(bare), churn(al2, stopped)} {
		p := planOf(src)
		for _, s := range p.Steps() {
			if s.Title == "" || s.About == "" || s.Kind != StepVerify && (len(s.Calls) == 0 || len(s.Permissions) < len(s.Calls)) {
				t.Errorf("step %+v is not whole", s)
			}
			if s.Destructive != (s.Kind == StepDelete) || s.Destructive && s.Gate != GateName {
				t.Errorf("%s is destructive: %v, with the gate %q", s.Kind, s.Destructive, s.Gate)
			}
			changes := strings.HasPrefix(firstCall(s), "sagemaker:") && firstCall(s) != callDescribe && firstCall(s) != callPresign
			if changes && s.Gate == GateNone {
				t.Errorf("%s changes something without a gate", s.Kind)
			}
		}
	}
}

// firstCall is the first call, "" where there is none.
func firstCall(s PlanStep) string {
	if len(s.Calls) == 0 {
		return ""
	}
	return s.Calls[0]
}

func TestPermissionsFollowFromWhatIsUsed(t *testing.T) {
	t.Parallel()
	permissions := func(p Plan, k StepKind) string {
		for _, s := range p.Steps() {
			if s.Kind == k {
				return strings.Join(s.Permissions, " ")
			}
		}
		return "no such step"
	}
	full, plain := planOf(churn(al2, stopped)), planOf(churn(bare), func(s *Spec) { s.DirectInternet = model.Enabled })
	cases := map[string]struct {
		p     Plan
		step  StepKind
		has   []string
		lacks []string
	}{
		"a create with everything":           {full, StepCreate, []string{"sagemaker:CreateNotebookInstance", "sagemaker:AddTags", "iam:PassRole", "ec2:CreateNetworkInterface", "kms:CreateGrant", "secretsmanager:GetSecretValue"}, nil},
		"a create with nothing":              {plain, StepCreate, []string{"sagemaker:AddTags", "iam:PassRole"}, []string{"ec2:", "kms:", "secretsmanager:"}},
		"a start needs what AWS checks then": {full, StepStart, []string{"sagemaker:StartNotebookInstance", "iam:PassRole", "ec2:CreateNetworkInterface", "kms:CreateGrant"}, []string{"sagemaker:AddTags"}},
		"an update passes the role":          {full, StepUpdate, []string{"sagemaker:UpdateNotebookInstance", "iam:PassRole"}, []string{"ec2:"}},
		"a stop needs little":                {full, StepStop, []string{"sagemaker:StopNotebookInstance"}, []string{"iam:", "ec2:"}},
		"a delete with everything":           {full, StepDelete, []string{"sagemaker:DeleteNotebookInstance", "ec2:DeleteNetworkInterface", "kms:DescribeKey"}, []string{"iam:"}},
		"a delete with nothing":              {plain, StepDelete, []string{"sagemaker:DeleteNotebookInstance"}, []string{"ec2:", "kms:"}},
		"a copy signs in":                    {plain, StepCopy, []string{"sagemaker:CreatePresignedNotebookInstanceUrl"}, []string{"iam:"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := permissions(c.p, c.step)
			for _, want := range c.has {
				if !strings.Contains(got, want) {
					t.Errorf("%s is missing in %s", want, got)
				}
			}
			for _, not := range c.lacks {
				if strings.Contains(got, not) {
					t.Errorf("%s is asked for in %s", not, got)
				}
			}
		})
	}
}

func TestTheCommandsOfAPlan(t *testing.T) {
	t.Parallel()
	p := planOf(churn(al2, stopped), func(s *Spec) { s.LifecycleName = "" })
	want := []string{
		"aws sagemaker create-notebook-instance --region eu-west-1 --notebook-instance-name churn-net --instance-type ml.t3.xlarge" +
			" --platform-identifier notebook-al2023-v1 --volume-size-in-gb 20 --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2" +
			" --role-arn arn:aws:iam::111122223333:role/service/DataScience --root-access Disabled --kms-key-id arn:aws:kms:eu-west-1:111122223333:key/ab12" +
			" --subnet-id subnet-0a12 --security-group-ids sg-1 sg-2 --direct-internet-access Enabled --ip-address-type ipv4" +
			" --default-code-repository main-repo --additional-code-repositories other https://git.example/x.git --tags " +
			`'[{"Key":"Team","Value":"ml + data"},{"Key":"nbscope:run-id","Value":"7f3c9a"},{"Key":"nbscope:source-arn","Value":"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn"}]'`,
		"aws sagemaker wait notebook-instance-in-service --region eu-west-1 --notebook-instance-name churn-net",
		"aws sagemaker update-notebook-instance --region eu-west-1 --notebook-instance-name churn --platform-identifier notebook-al2023-v1",
		"aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn",
		"aws sagemaker start-notebook-instance --region eu-west-1 --notebook-instance-name churn",
		"aws sagemaker wait notebook-instance-in-service --region eu-west-1 --notebook-instance-name churn",
		"# By hand: copy what is under /home/ec2-user/SageMaker from churn to churn-net. nbscope shows the commands.",
		"# By hand: compare both manifests. Go on only when they are the same.",
		"# To attach the lifecycle configuration that the replacement was created without, when both manifests are the same; its scripts run at the next start:",
		"# aws sagemaker stop-notebook-instance --region eu-west-1 --notebook-instance-name churn-net",
		"# aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn-net",
		"# aws sagemaker update-notebook-instance --region eu-west-1 --notebook-instance-name churn-net --lifecycle-config-name autostop",
		"# aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn-net",
		"# aws sagemaker start-notebook-instance --region eu-west-1 --notebook-instance-name churn-net",
		"# Only when both manifests were compared and are the same. Stops churn; its volume stays and costs. What is not under /home/ec2-user/SageMaker is lost, as with every stop.",
		"# aws sagemaker stop-notebook-instance --region eu-west-1 --notebook-instance-name churn",
		"# aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name churn",
		"# Only when both manifests were the same, the source is stopped, and nobody misses anything any more: this deletes the source and its volume for good.",
		"# aws sagemaker delete-notebook-instance --region eu-west-1 --notebook-instance-name churn",
	}
	if got := p.Commands(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the commands are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	carried := planOf(churn())
	if got := carried.Attach(); got != nil {
		t.Errorf("a configuration that is carried is attached again: %v", got)
	}
}

func controlIDs(all []model.Control) string {
	var out []string
	for _, c := range all {
		out = append(out, c.ID)
	}
	return strings.Join(out, " ")
}

func TestControlsBeforeAndAfter(t *testing.T) {
	t.Parallel()
	const direct = "SageMaker.1 sagemaker-notebook-no-direct-internet-access SageMaker-004 sagemaker_notebook_instance_without_direct_internet_access_configured"
	isolated := &model.Egress{Verdict: model.VerdictIsolated, WhatIf: &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect}}
	cases := map[string]struct {
		src           Snapshot
		change        func(*Spec)
		egress        *model.Egress
		before, after string
	}{
		"turned on":                   {churn(), nil, nil, "", direct},
		"turned on from an isolated":  {churn(), nil, isolated, "Conformity: VPC-only notebook reach AWS: VPC notebook internet access", direct},
		"turned off, out of no VPC":   {churn(bare), func(s *Spec) { s.SubnetID = "subnet-1" }, nil, direct + " SageMaker.2", ""},
		"root access and platform":    {churn(al2, func(s *Snapshot) { s.RootAccess = model.Enabled }), nil, nil, "SageMaker.3 SageMaker.8", direct + " SageMaker.3"},
		"turned off where it is shut": {churn(func(s *Snapshot) { s.DirectInternet = model.Enabled }), nil, &model.Egress{Verdict: model.VerdictDirect, WhatIf: &model.WhatIf{DirectInternet: model.Disabled, Verdict: model.VerdictEndpoints}}, direct, "Conformity: VPC-only notebook reach AWS: VPC notebook internet access"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := planOf(c.src, func(s *Spec) {
				if c.change != nil {
					c.change(s)
				}
			})
			p.Judge(c.egress)
			before, after := p.Controls()
			if controlIDs(before) != c.before || controlIDs(after) != c.after {
				t.Errorf("before %s, after %s\nwant %s, %s", controlIDs(before), controlIDs(after), c.before, c.after)
			}
		})
	}
}

func TestWhatIsKnownOfTheEgressAfterwards(t *testing.T) {
	t.Parallel()
	e := &model.Egress{Verdict: model.VerdictNAT, WhatIf: &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect}}
	for says, c := range map[string]struct {
		change func(*Spec)
		e      *model.Egress
		after  model.Verdict
	}{
		"the other way in the same place": {func(*Spec) {}, e, model.VerdictDirect},
		"the same way":                    {func(s *Spec) { s.DirectInternet = model.Disabled }, e, model.VerdictNAT},
		"groups in another order":         {func(s *Spec) { slices.Reverse(s.SecurityGroups) }, e, model.VerdictDirect},
		"other groups":                    {func(s *Spec) { s.SecurityGroups = []string{"sg-9"} }, e, ""},
		"another subnet":                  {func(s *Spec) { s.SubnetID = "subnet-9" }, e, ""},
		"not judged":                      {func(*Spec) {}, nil, ""},
		"no answer for the other way":     {func(*Spec) {}, &model.Egress{Verdict: model.VerdictNAT}, ""},
	} {
		p := planOf(churn(), c.change)
		p.EgressAfter = model.VerdictIndirect // of an earlier judgement
		p.Judge(c.e)
		if p.EgressAfter != c.after {
			t.Errorf("%s: %q, want %q", says, p.EgressAfter, c.after)
		}
	}
}

func TestCosts(t *testing.T) {
	t.Parallel()
	src := churn()
	prices := func(hourly map[string]float64, volume float64) Fact[Prices] {
		return Know(Prices{Hourly: hourly, VolumeMonth: volume, AsOf: "2026-10-01"})
	}
	cheaper := func(s *Spec) { s.InstanceType, s.VolumeGB = "ml.t3.medium", 53 }
	both := map[string]float64{"ml.t3.xlarge": 0.2, "ml.t3.medium": 0.05}
	cases := map[string]struct {
		change  func(*Spec)
		prices  Fact[Prices]
		overlap string
		kept    string
		unknown string
	}{
		"two of one type":            {func(*Spec) {}, prices(both, 0.73), "$0.44 an hour", "$14.60 a month", ""},
		"another type and volume":    {cheaper, prices(both, 0.73), "$0.32 an hour", "$14.60 a month", ""},
		"a type without a price":     {cheaper, prices(map[string]float64{"ml.t3.xlarge": 0.2}, 0.73), "cost not known", "$14.60 a month", "no price for ml.t3.medium"},
		"no price of storage":        {func(*Spec) {}, prices(both, 0), "cost not known", "cost not known", "no price for the volume"},
		"prices that may not be had": {func(*Spec) {}, Unknown[Prices]("denied"), "cost not known", "cost not known", "denied"},
		"prices not asked for":       {func(*Spec) {}, Fact[Prices]{}, "cost not known", "cost not known", "not asked for"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := planOf(src, c.change)
			cost := CostOf(&src, p.Spec, c.prices)
			lines := map[string]string{}
			for _, l := range cost.Lines() {
				lines[l.Label] = l.Value
			}
			if lines["While both run"] != c.overlap || lines["Source stopped and kept"] != c.kept || !strings.Contains(lines["Not known"], c.unknown) {
				t.Errorf("the lines are %v", lines)
			}
			if (cost.OverlapPerHour == nil) != (c.overlap == "cost not known") || (cost.Unknown == "") != (c.unknown == "") {
				t.Errorf("what is missing is not told: %+v", cost)
			}
		})
	}
	small := CostOf(&src, planOf(src).Spec, prices(map[string]float64{"ml.t3.xlarge": 0.004}, 0.14))
	if got := small.Lines()[1].Value; got != "$0.004 an hour" {
		t.Errorf("a price of less than a cent reads %s", got)
	}
}

func TestRisks(t *testing.T) {
	t.Parallel()
	judged := func(v model.Verdict) func(*Plan) {
		return func(p *Plan) {
			p.Judge(&model.Egress{Verdict: model.VerdictDirect, WhatIf: &model.WhatIf{DirectInternet: p.Spec.DirectInternet, Verdict: v}})
		}
	}
	on := func(s *Snapshot) { s.DirectInternet = model.Enabled }
	cases := map[string]struct {
		src   Snapshot
		spec  func(*Spec)
		plan  func(*Plan)
		has   []string
		lacks []string
	}{
		"turned on": {churn(), nil, nil, []string{
			"high It will fail SageMaker.1 (high)", "high Traffic leaves outside the VPC", "high Deleting the source cannot be undone", "medium A new network interface",
			"medium Another name, ARN and URL", "low A new grant on the key", "medium The lifecycle configuration runs again", "low Repositories are cloned again", "low Both notebooks cost",
		}, []string{"Another operating system", "never start again", "Something else manages", "metadata", "not known"}},
		"turned off behind NAT":           {churn(on), nil, judged(model.VerdictNAT), []string{"medium Traffic goes through the VPC"}, []string{"It will fail", "outside the VPC"}},
		"turned off where it is shut":     {churn(on), nil, judged(model.VerdictEndpoints), []string{"high The replacement does not reach the internet"}, nil},
		"turned off where a part is open": {churn(on), nil, judged(model.VerdictPartial), []string{"high The replacement reaches a part of the internet only"}, []string{"not known"}},
		"turned off, not judged":          {churn(on), nil, nil, []string{"high It is not known what the replacement reaches"}, nil},
		"an old one that runs":            {churn(al2), nil, nil, []string{"high Once stopped, the source may never start", "medium Another operating system", "medium The metadata service asks for a token"}, []string{"The source itself is changed"}},
		"an old one that is stopped":      {churn(al2, stopped), nil, nil, []string{"high The source itself is changed"}, []string{"Once stopped"}},
		"created without the scripts":     {churn(), func(s *Spec) { s.LifecycleName = "" }, nil, []string{"low The lifecycle configuration is not attached"}, []string{"runs again"}},
		"managed by a stack":              {churn(func(s *Snapshot) { s.Tags = []model.Tag{{Key: "aws:cloudformation:stack-name", Value: "ml"}} }), nil, nil, []string{"high Something else manages the source"}, nil},
		"tags that are not known":         {churn(func(s *Snapshot) { s.TagsUnknown = "denied" }), nil, nil, []string{"medium The source's tags are not known"}, nil},
		"a bare one":                      {churn(bare), func(s *Spec) { s.SubnetID = "subnet-1" }, nil, nil, []string{"grant", "lifecycle", "Repositories", "network interface"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := planOf(c.src, func(s *Spec) {
				if c.spec != nil {
					c.spec(s)
				}
			})
			if c.plan != nil {
				c.plan(&p)
			}
			var all []string
			rank := model.SeverityHigh.Rank()
			for _, r := range p.Risks() {
				all = append(all, fmt.Sprintf("%s %s", r.Severity, r.Title))
				if r.Why == "" || r.Severity.Rank() > rank {
					t.Errorf("%s says no why, or stands behind what weighs less", r.Title)
				}
				rank = r.Severity.Rank()
			}
			joined := strings.Join(all, "\n")
			for _, want := range c.has {
				if !strings.Contains(joined, want) {
					t.Errorf("%q is missing in\n%s", want, joined)
				}
			}
			for _, not := range c.lacks {
				if strings.Contains(joined, not) {
					t.Errorf("%q stands in\n%s", not, joined)
				}
			}
		})
	}
}

func TestAlternativesNeedNoRecreate(t *testing.T) {
	t.Parallel()
	e := &model.Egress{Advice: &model.Advice{Remedies: []model.Remedy{{Kind: model.RemedyNATRoute, Title: "NAT"}}}}
	on, off := planOf(churn()), planOf(churn(bare))
	if got := on.Alternatives(e); len(got) != 1 || got[0].Title != "NAT" {
		t.Errorf("the alternatives are %+v", got)
	}
	if got := len(off.Alternatives(e)) + len(on.Alternatives(nil)); got != 0 {
		t.Errorf("there are %d alternatives to turning it off, or with no judgement", got)
	}
}

// intoVPC is a plan of a notebook without a VPC that goes into one.
func intoVPC() Plan {
	return planOf(churn(bare), func(s *Spec) {
		s.DirectInternet, s.SubnetID, s.SecurityGroups = model.Enabled, "subnet-0a12", []string{"sg-1"}
	})
}

func TestDirections(t *testing.T) {
	t.Parallel()
	none, vpc, direct := churn(bare), churn(), churn(func(s *Snapshot) { s.DirectInternet = model.Enabled })
	for name, c := range map[string]struct {
		src  Snapshot
		to   string
		want Direction
	}{
		"off in a VPC": {direct, model.Disabled, Disable}, "on in a VPC": {vpc, model.Enabled, Enable},
		"on as before, in a VPC": {direct, model.Enabled, Enable},
		"off, from no VPC":       {none, model.Disabled, Disable}, "on as before, from no VPC": {none, model.Enabled, IntoVPC},
	} {
		got := DirectionTo(&c.src, c.to)
		if got != c.want || !got.known() || got.Value() != c.to {
			t.Errorf("%s: %s with %s, want %s", name, got, got.Value(), c.want)
		}
	}
}

// TestAPlanIntoAVPC holds that no VPC to a VPC is a change of its own, and that all
// that is said of it is about the VPC, since direct internet access stays.
func TestAPlanIntoAVPC(t *testing.T) {
	t.Parallel()
	p := intoVPC()
	if p.Direction != IntoVPC || p.Unknown() != "" || NewName("churn", IntoVPC) != "churn-vpc" {
		t.Fatalf("direction %s, unknown %q", p.Direction, p.Unknown())
	}
	if bad := p.Spec.Validate(&p.Source); len(bad) > 0 {
		t.Errorf("refused: %v", bad)
	}
	p.Weigh(Facts{Egress: &model.Egress{Verdict: model.VerdictDirect}})
	for _, c := range p.Checks {
		if c.ID == "direct-internet" && (c.Result != Pass || c.Evidence != "no VPC becomes subnet-0a12, direct internet access stays Enabled") {
			t.Errorf("%s: %s", c.Result, c.Evidence)
		}
		if c.ID == "egress" && c.Result != Pass {
			t.Errorf("egress: %s: %s", c.Result, c.Evidence)
		}
	}
	if p.EgressAfter != model.VerdictDirect {
		t.Errorf("egress becomes %q", p.EgressAfter)
	}
	before, after := p.Controls()
	if !strings.Contains(controlIDs(before), "SageMaker.2") || strings.Contains(controlIDs(after), "SageMaker.2") || !strings.Contains(controlIDs(after), "SageMaker.1") {
		t.Errorf("controls before %s, after %s", controlIDs(before), controlIDs(after))
	}
	var first []string
	for _, c := range DangerFirst(p.Changes())[:3] {
		first = append(first, c.Field+" "+c.Action)
	}
	if got := strings.Join(first, ","); got != "SubnetId change,SecurityGroupIds change,DirectInternetAccess carry" {
		t.Errorf("what the run is about is %s", got)
	}
	risks := p.Risks()
	if !slices.ContainsFunc(risks, func(r Risk) bool { return strings.Contains(r.Title, "the internet still outside it") }) ||
		slices.ContainsFunc(risks, func(r Risk) bool { return strings.Contains(r.Title, "Traffic leaves outside the VPC") }) {
		t.Errorf("risks: %v", risks)
	}
	for _, said := range []string{p.Steps()[0].About, strings.SplitN(scriptOf(&p), "\n", 2)[0]} {
		if !strings.Contains(said, "in subnet-0a12 of your VPC, with direct internet access Enabled as before") {
			t.Errorf("it says %q", said)
		}
	}
}

// TestNoVPCBeforeAndAfterIsNoChange holds that it says what is left to choose.
func TestNoVPCBeforeAndAfterIsNoChange(t *testing.T) {
	t.Parallel()
	p := planOf(churn(bare), func(s *Spec) { s.DirectInternet = model.Enabled })
	p.Weigh(Facts{})
	i := slices.IndexFunc(p.Checks, func(c Check) bool { return c.ID == "direct-internet" })
	if c := p.Checks[i]; c.Result != Fail || !strings.Contains(c.Hint, "choose a subnet") {
		t.Errorf("%s: %s %s", c.Result, c.Evidence, c.Hint)
	}
}

func TestTheNameOfAReplacementFits(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		source string
		d      Direction
		want   string
	}{
		"on":                           {"churn", Enable, "churn-net"},
		"off":                          {"churn", Disable, "churn-vpc"},
		"the longest":                  {strings.Repeat("n", 63), Enable, strings.Repeat("n", 59) + "-net"},
		"a hyphen where it is cut off": {strings.Repeat("n", 58) + "-rest", Enable, strings.Repeat("n", 58) + "-net"},
	} {
		got := NewName(c.source, c.d)
		if got != c.want || badName(got) != "" {
			t.Errorf("%s: %s, want %s", says, got, c.want)
		}
	}
}

func TestASnapshotOfTheInventoryHasEverything(t *testing.T) {
	t.Parallel()
	done := model.Part{State: model.LoadDone}
	src := churn()
	n := &model.Notebook{
		ARN: src.ARN, Name: src.Name, Account: src.Account, Region: src.Region, Status: src.Status, InstanceType: src.InstanceType, URL: src.URL,
		Created: src.Created, Modified: src.Modified, LifecycleName: src.LifecycleName, Repositories: []string{"main-repo", "other", "https://git.example/x.git"},
		HasDefaultRepo: true, Described: done, SubnetID: src.SubnetID, SecurityGroups: src.SecurityGroups, NetworkID: src.NetworkID,
		DirectInternet: src.DirectInternet, RootAccess: src.RootAccess, RoleARN: src.RoleARN, KMSKeyID: src.KMSKeyID, Platform: src.Platform,
		IMDSVersion: src.IMDSVersion, IPAddressType: src.IPAddressType, VolumeGB: src.VolumeGB, Tagged: done, Tags: src.Tags, SeenAt: src.SeenAt,
	}
	got := SnapshotOf(n)
	if got.Fingerprint() != src.Fingerprint() || got.Status != src.Status || got.NetworkID != src.NetworkID || got.URL != src.URL {
		t.Errorf("got %+v, want %+v", got, src)
	}
	n.HasDefaultRepo, n.Tagged = false, model.Part{State: model.LoadFailed, Reason: "denied"}
	if got = SnapshotOf(n); got.DefaultRepository != "" || len(got.MoreRepositories) != 3 || !strings.Contains(got.TagsUnknown, "denied") {
		t.Errorf("without a default repository and tags: %+v", got)
	}
}
