package sim

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestAKeyIsFoundByEveryNameItHas(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, nil), context.Background()
	c := kms.NewFromConfig(r.config("us-east-1"))
	id := r.world.place(r.world.accounts[0], "us-east-1").net.keyID
	arn := "arn:aws:kms:us-east-1:111122223333:key/" + id
	for _, name := range []string{id, arn, "alias/ml-notebooks", "arn:aws:kms:us-east-1:111122223333:alias/ml-notebooks"} {
		out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &name})
		if err != nil || *out.KeyMetadata.Arn != arn || out.KeyMetadata.KeyState != "Enabled" || !out.KeyMetadata.Enabled || out.KeyMetadata.KeyManager != "CUSTOMER" {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
	for name, text := range map[string]string{
		"0123": "Key 'arn:aws:kms:us-east-1:111122223333:key/0123' does not exist",
		"arn:aws:kms:us-east-1:111122223333:key/0123": "Key 'arn:aws:kms:us-east-1:111122223333:key/0123' does not exist",
		"alias/nope": "Alias arn:aws:kms:us-east-1:111122223333:alias/nope is not found.",
		"arn:aws:kms:eu-west-1:111122223333:key/" + id: "Invalid arn us-east-1",
	} {
		_, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &name})
		wantError(t, err, "NotFoundException", text)
	}
	for _, state := range []string{"Disabled", "PendingDeletion", "Enabled"} {
		if err := r.Change(Change{Op: "key", Key: arn, State: state}); err != nil {
			t.Fatal(err)
		}
		out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &id})
		if err != nil || string(out.KeyMetadata.KeyState) != state || out.KeyMetadata.Enabled != (state == "Enabled") ||
			(out.KeyMetadata.DeletionDate != nil) != (state == "PendingDeletion") {
			t.Errorf("%s: %+v %v", state, out, err)
		}
	}
}

func TestKeysAndAliasesAreListedInPages(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, nil), context.Background()
	c := kms.NewFromConfig(r.config("us-east-1"))
	var keys, aliases []string
	for p := kms.NewListKeysPaginator(c, &kms.ListKeysInput{Limit: sdkaws.Int32(3)}); p.HasMorePages(); {
		out, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range out.Keys {
			keys = append(keys, *k.KeyId)
		}
	}
	for p := kms.NewListAliasesPaginator(c, &kms.ListAliasesInput{Limit: sdkaws.Int32(1)}); p.HasMorePages(); {
		out, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range out.Aliases {
			aliases = append(aliases, *k.AliasName)
			if !slices.Contains(keys, *k.TargetKeyId) {
				t.Errorf("%s is the name of %s, which is not listed", *k.AliasName, *k.TargetKeyId)
			}
		}
	}
	if want := "alias/ml-notebooks alias/ml-notebooks-2021 alias/decommissioned alias/aws/s3"; strings.Join(aliases, " ") != want || len(keys) != 4 {
		t.Errorf("%v, %d keys", aliases, len(keys))
	}
	one, err := c.ListAliases(ctx, &kms.ListAliasesInput{KeyId: &keys[1]})
	if err != nil || len(one.Aliases) != 1 || *one.Aliases[0].AliasName != "alias/ml-notebooks-2021" {
		t.Errorf("%+v %v", one, err)
	}
	_, err = c.ListKeys(ctx, &kms.ListKeysInput{Marker: sdkaws.String("made-up")})
	wantError(t, err, "InvalidMarkerException", "Could not deserialize marker 'made-up'")
}

func TestRolesTellWhomTheyTrust(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, nil), context.Background()
	trust := func(account int, name string) string {
		a := r.World().Accounts[account]
		id, secret := a.AccessKeyID, a.SecretAccessKey
		c := iam.NewFromConfig(r.configFor("us-east-1", id, secret, ""))
		out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			code, _ := codeOf(t, err)
			return code
		}
		policy, err := url.PathUnescape(*out.Role.AssumeRolePolicyDocument)
		if err != nil {
			t.Fatal(err)
		}
		_, policy, _ = strings.Cut(policy, `"Principal":{`)
		policy, _, _ = strings.Cut(policy, "}")
		return policy
	}
	const sagemakerMay, lambdaMay = `"Service":"sagemaker.amazonaws.com"`, `"Service":"lambda.amazonaws.com"`
	for _, c := range []struct {
		account    int
		name, want string
	}{
		{0, "ds-notebook-execution", sagemakerMay}, {1, "ds-notebook-execution", lambdaMay},
		{0, "MLPlatformNotebook", sagemakerMay}, {2, "MLPlatformNotebook", "NoSuchEntity"}, {0, "nightly-loader", lambdaMay},
	} {
		if got := trust(c.account, c.name); got != c.want {
			t.Errorf("%s of account %d: %s, want %s", c.name, c.account, got, c.want)
		}
	}
	for _, c := range []struct{ trust, want string }{{"", "NoSuchEntity"}, {trustsLambda, lambdaMay}, {trustsSageMaker, sagemakerMay}} {
		if err := r.Change(Change{Op: "role", Name: "MLPlatformNotebook", Trust: c.trust}); err != nil {
			t.Fatal(err)
		}
		if got := trust(0, "MLPlatformNotebook"); got != c.want {
			t.Errorf("after the change to %q: %s", c.trust, got)
		}
	}
}

func TestRolesAreListedInPages(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, nil), context.Background()
	var names []string
	for p := iam.NewListRolesPaginator(r.iam(), &iam.ListRolesInput{MaxItems: sdkaws.Int32(4)}); p.HasMorePages(); {
		out, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range out.Roles {
			names = append(names, *v.RoleName)
		}
	}
	if len(names) != 10 || !slices.IsSorted(names) {
		t.Errorf("%d roles: %v", len(names), names)
	}
	out, err := r.iam().ListRoles(ctx, &iam.ListRolesInput{PathPrefix: sdkaws.String("/service-role/")})
	if err != nil || len(out.Roles) != 2 {
		t.Errorf("%+v %v", out, err)
	}
	_, err = r.iam().ListRoles(ctx, &iam.ListRolesInput{MaxItems: sdkaws.Int32(1001)})
	wantError(t, err, "ValidationError", "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000")
}

func TestTheSimulationOfPoliciesSaysWhatTheWorldWould(t *testing.T) {
	t.Parallel()
	const create, me = "sagemaker:CreateNotebookInstance", "arn:aws:iam::111122223333:user/nbscope-demo"
	entry := func(key, value string) iamtypes.ContextEntry {
		return iamtypes.ContextEntry{ContextKeyName: &key, ContextKeyValues: []string{value}, ContextKeyType: "string"}
	}
	direct := func(v string) []iamtypes.ContextEntry {
		return []iamtypes.ContextEntry{entry("sagemaker:InstanceTypes", "ml.t3.medium"), entry("sagemaker:DirectInternetAccess", v)}
	}
	cases := map[string]struct {
		faults, action, resource string
		entries                  []iamtypes.ContextEntry
		want                     iamtypes.PolicyEvaluationDecisionType
		organization             bool
	}{
		"nothing forbids it":           {"", create, "*", direct(on), "allowed", true},
		"an operation is denied":       {"denyop=" + create, create, "*", direct(on), "implicitDeny", true},
		"another is denied":            {"denyop=sagemaker:DeleteNotebookInstance", create, "*", nil, "allowed", true},
		"the key is told":              {"scpdirect=enabled", create, "*", direct(on), "explicitDeny", false},
		"the key has the other value":  {"scpdirect=enabled", create, "*", direct(off), "allowed", true},
		"the key is not told":          {"scpdirect=enabled", create, "*", nil, "allowed", true},
		"the other policy":             {"scpdirect=disabled", create, "*", direct(off), "explicitDeny", false},
		"the policy is for Create":     {"scpdirect=enabled", "sagemaker:UpdateNotebookInstance", "*", direct(on), "allowed", true},
		"the region is told":           {"scp=eu-west-1", create, "*", []iamtypes.ContextEntry{entry("aws:RequestedRegion", "eu-west-1")}, "explicitDeny", false},
		"the region is not told":       {"scp=eu-west-1", create, "*", nil, "allowed", true},
		"the resource is in a region":  {"deny=eu-west-1", create, "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/x", nil, "implicitDeny", true},
		"denied in one region only":    {"denyop=" + create + "@eu-west-1", create, "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/x", nil, "allowed", true},
		"passing a role is denied too": {"denyop=iam:PassRole", "iam:PassRole", testRole, nil, "implicitDeny", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, func(o *Options) { o.Faults = c.faults })
			out, err := r.iam().SimulatePrincipalPolicy(context.Background(), &iam.SimulatePrincipalPolicyInput{
				PolicySourceArn: sdkaws.String(me), ActionNames: []string{c.action, "sagemaker:ListTags"}, ResourceArns: []string{c.resource}, ContextEntries: c.entries,
			})
			if err != nil || len(out.EvaluationResults) != 2 || out.IsTruncated {
				t.Fatalf("%+v %v", out, err)
			}
			got := out.EvaluationResults[0]
			if got.EvalDecision != c.want || got.OrganizationsDecisionDetail.AllowedByOrganizations != c.organization ||
				*got.EvalActionName != c.action || *got.EvalResourceName != c.resource {
				t.Errorf("%s of %s on %s, organization %v", got.EvalDecision, *got.EvalActionName, *got.EvalResourceName, got.OrganizationsDecisionDetail.AllowedByOrganizations)
			}
		})
	}
}

func TestOnlyUsersAndRolesOfTheAccountAreSimulated(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ask := func(arn string, actions ...string) error {
		_, err := r.iam().SimulatePrincipalPolicy(context.Background(), &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &arn, ActionNames: actions})
		return err
	}
	if err := ask("arn:aws:iam::111122223333:role/OrganizationAccountAccessRole", "a:b"); err != nil {
		t.Error(err)
	}
	wantError(t, ask("arn:aws:sts::111122223333:assumed-role/nbscope-read/me", "a:b"), "InvalidInput",
		"Invalid Entity Arn: arn:aws:sts::111122223333:assumed-role/nbscope-read/me does not clearly define entity type and name.")
	wantError(t, ask("arn:aws:iam::111122223333:role/nobody", "a:b"), "NoSuchEntity", "The role with name nobody cannot be found.")
	wantError(t, ask("arn:aws:iam::111122223333:user/nbscope-demo", "nothing"), "InvalidInput", "Invalid Action Name: nothing")
	if code, _ := codeOf(t, ask("arn:aws:iam::444455556666:role/nbscope-read", "a:b")); code != "AccessDenied" {
		t.Errorf("another account's role: %s", code)
	}
	_, err := r.sts().DecodeAuthorizationMessage(context.Background(), &sts.DecodeAuthorizationMessageInput{EncodedMessage: sdkaws.String("x")})
	if code, _ := codeOf(t, err); code != "AccessDenied" {
		t.Error(err)
	}
}

func TestQuotasAreListedAndFollowTheWorld(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, nil), context.Background()
	c := servicequotas.NewFromConfig(r.config("us-east-1"))
	values, codes := map[string]float64{}, map[string]bool{}
	pages := 0
	for p := servicequotas.NewListServiceQuotasPaginator(c, &servicequotas.ListServiceQuotasInput{ServiceCode: sdkaws.String("sagemaker")}); p.HasMorePages(); pages++ {
		out, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range out.Quotas {
			values[*q.QuotaName] = *q.Value
			codes[*q.QuotaCode] = true
		}
	}
	if want := 1 + 3*len(knownTypes()); len(values) != want || len(codes) != want || pages != (want+99)/100 {
		t.Errorf("%d names, %d codes, %d pages, want %d", len(values), len(codes), pages, want)
	}
	used := map[string]int{}
	for _, n := range r.notebooks("us-east-1") {
		used[n.InstanceType]++
	}
	for name, want := range map[string]int{
		"ml.t3.medium for notebook instance usage": used["ml.t3.medium"] + 50, "ml.g5.xlarge for notebook instance usage": used["ml.g5.xlarge"] + 1,
		"ml.p4d.24xlarge for notebook instance usage": used["ml.p4d.24xlarge"], "ml.t3.medium for training job usage": 2,
	} {
		if values[name] != float64(want) {
			t.Errorf("%s is %g, want %d", name, values[name], want)
		}
	}
	for code, name := range map[string]string{"L-04CE2E67": "Total number of notebook instances", "L-E17566B7": "ml.t3.medium for notebook instance usage"} {
		if err := r.Change(Change{Op: "quota", Quota: code, Value: 3}); err != nil {
			t.Fatal(err)
		}
		out, err := c.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: sdkaws.String("sagemaker"), QuotaCode: &code})
		if err != nil || *out.Quota.QuotaName != name || *out.Quota.Value != 3 {
			t.Errorf("%s: %+v %v", code, out, err)
		}
	}
	_, err := c.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: sdkaws.String("sagemaker"), QuotaCode: sdkaws.String("ml.t3.medium")})
	if code, _ := codeOf(t, err); code != "NoSuchResourceException" {
		t.Error(err)
	}
}

func TestChangesOfTheSurroundingsSayWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	for want, c := range map[string]Change{
		`quota "x" is none of SageMaker's`:                                                {Op: "quota", Quota: "x"},
		`value -1 is negative`:                                                            {Op: "quota", Quota: "L-04CE2E67", Value: -1},
		`key "x" does not exist in us-east-1 of 111122223333`:                             {Op: "key", Key: "x", State: "Disabled"},
		`state "Off" is none of a key; the states are [Enabled Disabled PendingDeletion]`: {Op: "key", Key: "alias/ml-notebooks", State: "Off"},
		`role "x" does not exist in 111122223333`:                                         {Op: "role", Name: "x"},
		`subnet "x" does not exist in us-east-1 of 111122223333`:                          {Op: "subnet", SubnetID: "x"},
	} {
		if err := r.Change(c); err == nil || err.Error() != want {
			t.Errorf("%+v: %v\n want %s", c, err, want)
		}
	}
}

func TestALifecycleConfigurationIsMadeOnce(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	in := sagemaker.CreateNotebookInstanceLifecycleConfigInput{NotebookInstanceLifecycleConfigName: sdkaws.String("Mine")}
	in.OnStart = append(in.OnStart, hookOf("IyEvYmluL3NoCg=="))
	out, err := a.CreateNotebookInstanceLifecycleConfig(ctx, &in)
	if err != nil || *out.NotebookInstanceLifecycleConfigArn != "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/mine" {
		t.Fatalf("%+v %v", out, err)
	}
	d, err := a.DescribeNotebookInstanceLifecycleConfig(ctx, &sagemaker.DescribeNotebookInstanceLifecycleConfigInput{NotebookInstanceLifecycleConfigName: sdkaws.String("Mine")})
	if err != nil || len(d.OnStart) != 1 || *d.OnStart[0].Content != "IyEvYmluL3NoCg==" || len(d.OnCreate) != 0 {
		t.Errorf("%+v %v", d, err)
	}
	_, err = a.CreateNotebookInstanceLifecycleConfig(ctx, &in)
	wantError(t, err, "ValidationException", "Unable to create Notebook Instance Lifecycle Config "+
		"arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/mine. (Details: Notebook Instance Lifecycle Config already exists.)")
	in.NotebookInstanceLifecycleConfigName = sdkaws.String("other")
	in.OnCreate = append(in.OnCreate, hookOf("not base64!"))
	_, err = a.CreateNotebookInstanceLifecycleConfig(ctx, &in)
	wantError(t, err, "ValidationException", "The content of a lifecycle script has to be base64.")
	in.OnCreate = append(in.OnCreate, hookOf(strings.Repeat("a", 16385)))
	if _, err = a.CreateNotebookInstanceLifecycleConfig(ctx, &in); err == nil || !strings.Contains(err.Error(), "2 validation errors detected") {
		t.Error(err)
	}
	use := plain("uses-it")
	use.LifecycleConfigName = sdkaws.String("Mine")
	if d := a.create(t, use); *d.NotebookInstanceLifecycleConfigName != "Mine" {
		t.Errorf("%+v", d)
	}
}
