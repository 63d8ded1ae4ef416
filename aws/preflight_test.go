package aws

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

// questioned lists the facts that are known, refused with a reason, and neither.
func questioned(f *recreate.Facts) (known, refused map[string]string, silent []string) {
	known, refused = map[string]string{}, map[string]string{}
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if name == "Identity" || name == "Egress" || name == "Runs" || name == "Survey" { // these are not asked for
			continue
		}
		switch why := v.Field(i).FieldByName("Why").String(); {
		case v.Field(i).FieldByName("Known").Bool():
			known[name] = why
		case why != "":
			refused[name] = why
		default:
			silent = append(silent, name)
		}
	}
	return known, refused, silent
}

// full makes the run's spec need every fact.
func (b *bench) full() (recreate.Snapshot, recreate.Spec) {
	b.t.Helper()
	src, spec := b.run.Plan.Source, b.run.Plan.Spec
	keys, err := b.c.Choices(b.t.Context(), src, spec, recreate.FieldKey)
	if err != nil {
		b.t.Fatal(err)
	}
	scripts, err := b.c.Choices(b.t.Context(), src, spec, recreate.FieldLifecycle)
	if err != nil || len(scripts) < 2 {
		b.t.Fatalf("%v, %v", scripts, err)
	}
	repos, err := b.c.Choices(b.t.Context(), src, spec, recreate.FieldRepository)
	if err != nil || len(repos) < 2 {
		b.t.Fatalf("%v, %v", repos, err)
	}
	for _, k := range keys {
		if k.Label == "ml-notebooks" {
			spec.KMSKeyID = k.Value
		}
	}
	spec.LifecycleName, spec.DefaultRepository = scripts[1].Value, repos[1].Value
	b.change(sim.Change{Op: "set", Name: src.Name, Lifecycle: scripts[1].Value})
	src = b.snapshot(src.Name)
	spec.MoreRepositories = []string{"https://git.example.com/team/lib"}
	return src, spec
}

func TestFactsTellEverythingThatASpecNeeds(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	src, spec := b.full()
	b.s.ResetCalls()
	f := b.c.Facts(t.Context(), src, spec)
	if n := b.s.Calls()["SageMaker.DescribeNotebookInstanceLifecycleConfig"].Calls; n != 1 {
		t.Errorf("one configuration of both notebooks was asked for %d times", n)
	}
	if _, refused, silent := questioned(&f); len(refused)+len(silent) > 0 {
		t.Fatalf("refused %v, silent %v", refused, silent)
	}
	if f.Identity.Account != b.target.Account || f.Source.Value.Fingerprint() != src.Fingerprint() || f.NameTaken.Value != nil {
		t.Errorf("%+v, %+v, %+v", f.Identity, f.Source.Value, f.NameTaken.Value)
	}
	if !f.Role.Value.TrustsSageMaker() || !f.Role.Value.Exists {
		t.Errorf("role %+v", f.Role.Value)
	}
	sub := f.Subnet.Value
	if !sub.Exists || sub.State != "available" || sub.Zone == "" || sub.FreeAddresses < 1 {
		t.Errorf("subnet %+v", sub)
	}
	if len(f.Groups.Value) != len(spec.SecurityGroups) || f.Groups.Value[0].VPCID != sub.VPCID {
		t.Errorf("groups %+v", f.Groups.Value)
	}
	if k := f.Key.Value; !k.Exists || k.State != "Enabled" || !strings.Contains(k.ARN, ":key/") {
		t.Errorf("key %+v", k)
	}
	if l := f.Lifecycle.Value; l == nil || l.Name != spec.LifecycleName || l.OnCreate+l.OnStart == "" {
		t.Errorf("lifecycle %+v", l)
	}
	if r := f.Repos.Value; len(r) != 1 || !r[0].Exists || r[0].URL == "" {
		t.Errorf("repositories %+v", r)
	}
	if !slices.Contains(f.Usage.Value.Names, src.Name) || len(f.Usage.Value.Names) != f.Usage.Value.Total {
		t.Errorf("usage %+v", f.Usage.Value)
	}
	if l := f.SourceLifecycle.Value; l == nil || l.Name != src.LifecycleName {
		t.Errorf("the source's scripts %+v", l)
	}
	if q := f.Quotas.Value; q.Total < 1 || q.OfType < 1 || f.Usage.Value.Total < 1 || f.Usage.Value.OfType < 1 {
		t.Errorf("quotas %+v, usage %+v", q, f.Usage.Value)
	}
	if !f.Offered.Value || f.Prices.Value.Hourly["ml.t3.medium"] <= 0 || f.Prices.Value.VolumeMonth <= 0 || f.Prices.Value.AsOf == "" {
		t.Errorf("offered %v, prices %+v", f.Offered.Value, f.Prices.Value)
	}
	b.decisions(f.Simulated.Value)
	b.wrote()
}

// decisions checks that every action of a recreate was simulated and is allowed.
func (b *bench) decisions(got []recreate.Decision) {
	b.t.Helper()
	var actions []string
	for _, d := range got {
		actions = append(actions, d.Action)
		if !d.Allowed || d.ByOrg || d.Explicit {
			b.t.Errorf("%+v", d)
		}
	}
	for _, want := range []string{
		"sagemaker:CreateNotebookInstance", "sagemaker:AddTags", "sagemaker:StopNotebookInstance", "sagemaker:DeleteNotebookInstance",
		"iam:PassRole", "ec2:CreateNetworkInterface", "kms:CreateGrant",
	} {
		if !slices.Contains(actions, want) {
			b.t.Errorf("%s was not simulated: %v", want, actions)
		}
	}
}

func TestNothingIsAskedThatTheSpecDoesNotNeed(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	src, spec := b.run.Plan.Source, b.run.Plan.Spec
	spec.SubnetID, spec.SecurityGroups = "", nil
	src.SubnetID, src.SecurityGroups = "", nil
	b.s.ResetCalls()
	f := b.c.Facts(t.Context(), src, spec)
	known, _, silent := questioned(&f)
	if want := []string{"Subnet", "Groups", "Key", "Lifecycle", "Repos", "Offered", "SourceLifecycle"}; !slices.Equal(silent, want) {
		t.Errorf("silent %v, want %v", silent, want)
	}
	if len(known) != 8 {
		t.Errorf("known %v", slices.Sorted(maps.Keys(known)))
	}
	for op := range b.s.Calls() {
		if strings.HasPrefix(op, "EC2.") || strings.HasPrefix(op, "KMS.") {
			t.Errorf("%s was called", op)
		}
	}
}

func TestEachFactFailsAlone(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"denyop=iam:GetRole":                                                {"Role"},
		"denyop=iam:SimulatePrincipalPolicy":                                {"Simulated"},
		"denyop=ec2:DescribeSubnets":                                        {"Offered", "Subnet"},
		"denyop=ec2:DescribeSecurityGroups":                                 {"Groups"},
		"denyop=ec2:DescribeInstanceTypeOfferings":                          {"Offered"},
		"denyop=kms:DescribeKey":                                            {"Key"},
		"denyop=sagemaker:DescribeNotebookInstanceLifecycleConfig":          {"Lifecycle", "SourceLifecycle"},
		"denyop=sagemaker:DescribeCodeRepository":                           {"Repos"},
		"denyop=servicequotas:ListServiceQuotas":                            {"Quotas"},
		"denyop=pricing:GetProducts":                                        {"Prices"},
		"denyop=sagemaker:ListNotebookInstances":                            {"Marked", "NameTaken", "Usage"},
		"denyop=sagemaker:DescribeNotebookInstance":                         {"NameTaken", "Source"},
		"failop=servicequotas:ListServiceQuotas:TooManyRequestsException:2": nil,
		"denyop=tag:GetResources":                                           {"Marked"},
		"denyop=sagemaker:ListTags":                                         nil, // the tags alone are missing
	}
	for faults, want := range cases {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			src, spec := b.full()
			b.faults(faults)
			f := b.c.Facts(t.Context(), src, spec)
			_, refused, silent := questioned(&f)
			if got := slices.Sorted(maps.Keys(refused)); !slices.Equal(got, want) || len(silent) > 0 {
				t.Errorf("refused %v, want %v; silent %v", refused, want, silent)
			}
			action := strings.TrimPrefix(faults, "denyop=")
			for name, why := range refused {
				if !strings.Contains(why, action) {
					t.Errorf("%s: %q does not name %s", name, why, action)
				}
			}
			if strings.Contains(faults, "ListTags") && f.Source.Value.TagsUnknown == "" {
				t.Error("the tags are known")
			}
		})
	}
}

func TestWithoutASignInNoFactIsKnown(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	src, spec := b.full()
	src.Account = "999999999999"
	f := b.c.Facts(t.Context(), src, spec)
	if known, refused, silent := questioned(&f); len(known)+len(silent) > 0 || refused["Source"] == "" {
		t.Errorf("known %v, silent %v, refused %v", known, silent, refused)
	}
}

func TestFactsTellWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	src, spec := b.run.Plan.Source, b.run.Plan.Spec
	src.Name, spec.Name = "no-such-notebook", "churn-net"
	spec.RoleARN = "arn:aws:iam::" + b.target.Account + ":role/no-such-role"
	spec.SubnetID, spec.SecurityGroups = "subnet-0123456789abcdef0", []string{"sg-0123456789abcdef0", src.SecurityGroups[0]}
	spec.KMSKeyID, spec.LifecycleName, spec.DefaultRepository = "alias/no-such-key", "no-such-config", "no-such-repository"
	f := b.c.Facts(t.Context(), src, spec)
	_, refused, silent := questioned(&f)
	if !slices.Equal(silent, []string{"SourceLifecycle"}) || !slices.Equal(slices.Sorted(maps.Keys(refused)), []string{"Offered"}) {
		t.Errorf("refused %v, silent %v", refused, silent)
	}
	if f.Source.Value != nil || f.Role.Value.Exists || f.Subnet.Value.Exists || f.Key.Value.Exists || f.Lifecycle.Value != nil {
		t.Errorf("%+v", f)
	}
	if g := f.Groups.Value; len(g) != 1 || g[0].ID != src.SecurityGroups[0] {
		t.Errorf("groups %+v", g)
	}
	if r := f.Repos.Value; len(r) != 1 || r[0].Exists || r[0].Name != "no-such-repository" {
		t.Errorf("repositories %+v", r)
	}
}

// TestReplacementsOfOtherRunsAreFoundByTheirTags checks that they are found whatever
// their names, in one call.
func TestReplacementsOfOtherRunsAreFoundByTheirTags(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	src, spec := b.run.Plan.Source, b.run.Plan.Spec
	marked := func(name string, tags map[string]string) {
		b.change(sim.Change{Op: "add", Name: name, Tags: tags})
	}
	marked("Blue-1", map[string]string{recreate.TagRunID: "r9", recreate.TagSource: src.ARN, "Owner": "ben"})
	marked("no-room", map[string]string{recreate.TagRunID: "r8"})
	marked("of-nobody", map[string]string{recreate.TagRunID: "r7", recreate.TagSource: src.ARN + "-gone"})
	marked("no-run", map[string]string{recreate.TagSource: src.ARN})
	b.s.ResetCalls()
	f := b.c.Facts(t.Context(), src, spec)
	if !f.Marked.Known || len(f.Marked.Value) != 3 {
		t.Fatalf("%+v", f.Marked)
	}
	by := map[string]recreate.Marked{}
	for _, m := range f.Marked.Value {
		by[m.RunID] = m
	}
	blue := by["r9"]
	if blue.Name != "Blue-1" || blue.ARN == "" || blue.Status == "" || blue.Created.IsZero() || blue.SourceARN != src.ARN ||
		blue.Source.Name != src.Name || !blue.Source.Created.Equal(src.Created) {
		t.Errorf("%+v", blue)
	}
	if m := by["r8"]; m.SourceARN != "" || m.Source.ARN != "" {
		t.Errorf("%+v", m)
	}
	if m := by["r7"]; m.SourceARN == "" || m.Source.ARN != "" {
		t.Errorf("%+v", m)
	}
	if n := b.s.Calls()["ResourceGroupsTaggingAPI.GetResources"].Calls; n != 1 {
		t.Errorf("%d calls for the tags", n)
	}
	checks := recreate.Preflight(&src, spec, recreate.Enable, f)
	i := slices.IndexFunc(checks, func(c recreate.Check) bool { return c.ID == "other-runs" })
	if c := checks[i]; c.Result != recreate.Fail || !strings.Contains(c.Evidence, "it has the replacement Blue-1") {
		t.Errorf("%s: %s", c.Result, c.Evidence)
	}
}

func TestANameIsTakenWhateverItsCases(t *testing.T) {
	t.Parallel()
	for taken, want := range map[string]bool{"churn-net": true, "Churn-NET": true, "churn-net2": false} {
		t.Run(taken, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.change(sim.Change{Op: "add", Name: taken, Tags: map[string]string{"Owner": "someone"}})
			f := b.c.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec)
			got := f.NameTaken.Value
			if !f.NameTaken.Known || (got != nil) != want {
				t.Fatalf("%+v", f.NameTaken)
			}
			if want && (got.Name != taken || got.Tag("Owner") != "someone") {
				t.Errorf("taken by %+v", got)
			}
		})
	}
}

func TestTheSimulatorIsToldTheSetting(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.faults("scpdirect=enabled,denyop=sagemaker:DeleteNotebookInstance")
	f := b.c.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec)
	for _, d := range f.Simulated.Value {
		switch d.Action {
		case "sagemaker:CreateNotebookInstance":
			if d.Allowed || !d.ByOrg || !d.Explicit {
				t.Errorf("%+v", d)
			}
		case "sagemaker:DeleteNotebookInstance":
			if d.Allowed || d.ByOrg || d.Explicit {
				t.Errorf("%+v", d)
			}
		default:
			if !d.Allowed {
				t.Errorf("%+v", d)
			}
		}
	}
	spec := b.run.Plan.Spec
	spec.DirectInternet = model.Disabled
	f = b.c.Facts(t.Context(), b.run.Plan.Source, spec)
	for _, d := range f.Simulated.Value {
		if d.Action == "sagemaker:CreateNotebookInstance" && !d.Allowed {
			t.Errorf("the other way %+v", d)
		}
	}
}

func TestAFullQuotaIsSeen(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	f := b.c.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec)
	used := f.Usage.Value
	b.change(sim.Change{Op: "quota", Quota: quotaTotal, Value: used.Total})
	b.change(sim.Change{Op: "quota", Quota: "ml.t3.medium", Value: used.OfType})
	// A client that was not asked before: what was listed once holds for the session.
	_, again := b.s, b.fresh()
	f = again.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec)
	if q := f.Quotas.Value; q.Total != float64(used.Total) || q.OfType != float64(used.OfType) {
		t.Errorf("quotas %+v, usage %+v", q, used)
	}
	spec := b.run.Plan.Spec
	spec.InstanceType = "ml.unheard-of.large"
	if q := again.Facts(t.Context(), b.run.Plan.Source, spec).Quotas; !q.Known || q.Value.OfType != notListed {
		t.Errorf("of a type without a quota %+v", q)
	}
}

// fresh is another client of the same AWS.
func (b *bench) fresh() *Client {
	return simClient(b.t, b.s, b.c.opt.EndpointURL, nil)
}

func TestQuotasAndPricesAreListedOnceInASession(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.faults("denyop=servicequotas:ListServiceQuotas,denyop=pricing:GetProducts")
	if f := b.c.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec); f.Quotas.Known || f.Prices.Known {
		t.Fatalf("%+v, %+v", f.Quotas, f.Prices)
	}
	b.faults("")
	b.s.ResetCalls()
	if f := b.c.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec); !f.Quotas.Known || !f.Prices.Known {
		t.Fatalf("a refusal was kept: %+v, %+v", f.Quotas, f.Prices)
	}
	first := b.s.Calls()
	b.c.Facts(t.Context(), b.run.Plan.Source, b.run.Plan.Spec)
	for _, op := range []string{"ServiceQuotas.ListServiceQuotas", "Pricing.GetProducts"} {
		if was, now := first[op].Calls, b.s.Calls()[op].Calls; was < 1 || now != was {
			t.Errorf("%s was called %d times, then %d", op, was, now-was)
		}
	}
}

func TestFactsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	src, spec := b.run.Plan.Source, b.run.Plan.Spec
	b.c.opt.Timeout = 50 * time.Millisecond // signing in is done
	b.faults("slow=" + b.target.Region + ":1m")
	f := b.c.Facts(t.Context(), src, spec)
	if known, refused, silent := questioned(&f); len(known) > 0 || refused["Source"] == "" || slices.Contains(silent, "Source") {
		t.Errorf("known %v, refused %v, silent %v", known, refused, silent)
	}
}
