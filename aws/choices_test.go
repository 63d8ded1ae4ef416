package aws

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

// choose lists the choices of a field and checks what holds for all of them.
func (b *bench) choose(spec *recreate.Spec, field string) []recreate.Choice {
	b.t.Helper()
	out, err := b.c.Choices(b.t.Context(), b.run.Plan.Source, *spec, field)
	if err != nil || len(out) == 0 {
		b.t.Fatalf("%s: %v, %v", field, out, err)
	}
	bad := false
	for _, c := range out {
		if c.Value == "" && c.Label == "" {
			b.t.Errorf("%s: a choice of nothing: %+v", field, c)
		}
		if bad && c.Bad == "" {
			b.t.Errorf("%s: %+v stands behind one that is refused", field, c)
		}
		bad = bad || c.Bad != ""
	}
	return out
}

func find(choices []recreate.Choice, value string) (recreate.Choice, bool) {
	i := slices.IndexFunc(choices, func(c recreate.Choice) bool { return c.Value == value })
	if i < 0 {
		return recreate.Choice{}, false
	}
	return choices[i], true
}

func TestTheSourcesOwnValueIsAmongTheChoices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		src, spec := b.full()
		for field, value := range map[string]string{
			recreate.FieldType: spec.InstanceType, recreate.FieldRole: spec.RoleARN, recreate.FieldSubnet: spec.SubnetID,
			recreate.FieldGroups: spec.SecurityGroups[0], recreate.FieldLifecycle: spec.LifecycleName, recreate.FieldKey: spec.KMSKeyID,
			recreate.FieldRepository: spec.DefaultRepository, recreate.FieldMoreRepos: spec.DefaultRepository,
			recreate.FieldDirect: spec.DirectInternet, recreate.FieldRoot: spec.RootAccess, recreate.FieldIPType: "ipv4",
			recreate.FieldPlatform: recreate.PlatformSupported,
		} {
			if got, ok := find(b.choose(&spec, field), value); !ok || got.Bad != "" {
				t.Errorf("%s: %q is %+v", field, value, got)
			}
		}
		for _, field := range []string{recreate.FieldSubnet, recreate.FieldLifecycle, recreate.FieldKey, recreate.FieldRepository, recreate.FieldMoreRepos} {
			if got, ok := find(b.choose(&spec, field), ""); !ok || got.Label != none || got.Bad != "" {
				t.Errorf("%s: nothing is %+v", field, got)
			}
		}
		vpcs := b.choose(&spec, fieldVPC)
		if len(vpcs) < 2 {
			t.Error("there are several VPCs")
		}
		standard := 0
		for _, v := range vpcs {
			block, isDefault := strings.CutSuffix(v.Note, ", the default VPC")
			if _, err := netip.ParsePrefix(block); err != nil {
				t.Errorf("%s: its note %q tells no range", v.Value, v.Note)
			}
			if isDefault {
				standard++
			}
		}
		if standard != 1 {
			t.Errorf("%d VPCs are the default one", standard)
		}
		if _, err := b.c.Choices(t.Context(), src, spec, "NotebookInstanceName"); classify(err).Kind != model.KindConfig {
			t.Errorf("a name is chosen freely: %v", err)
		}
		b.wrote()
	})
}

func TestChoicesSayWhatAWSWouldRefuse(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	account := b.target.Account
	b.change(sim.Change{Op: "role", Name: "nightly-loader", Trust: "lambda.amazonaws.com"})
	b.change(sim.Change{Op: "subnet", SubnetID: b.run.Plan.Spec.SubnetID, Value: 0})
	disabled := b.run.Plan.Spec
	disabled.DirectInternet = model.Disabled
	outside := b.run.Plan.Spec
	outside.SubnetID = ""
	dual := b.run.Plan.Spec
	dual.IPAddressType = "dualstack"
	for _, c := range b.choose(&dual, recreate.FieldSubnet) {
		if c.Bad == noIPv6 {
			dual.SubnetID = c.Value
		}
	}
	cases := map[string]struct {
		spec               *recreate.Spec
		field, value, says string
	}{
		"a type without Amazon Linux 2023":    {&disabled, recreate.FieldType, "ml.p3.2xlarge", "Amazon Linux 2023"},
		"a role of another service":           {&disabled, recreate.FieldRole, "arn:aws:iam::" + account + ":role/service-role/nightly-loader", "does not trust"},
		"a subnet without a free address":     {&disabled, recreate.FieldSubnet, disabled.SubnetID, "no free address"},
		"no VPC without direct access":        {&disabled, recreate.FieldSubnet, "", "in a VPC only"},
		"direct access off without a VPC":     {&outside, recreate.FieldDirect, model.Disabled, "without a subnet"},
		"a platform of the past":              {&disabled, recreate.FieldPlatform, "notebook-al2-v2", "no longer creates"},
		"two address types in a plain subnet": {&dual, recreate.FieldIPType, "dualstack", "no IPv6 range"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := find(b.choose(c.spec, c.field), c.value)
			if !ok || !strings.Contains(got.Bad, c.says) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestASubnetIsChosenByItsPlaceAndItsRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		spec := b.run.Plan.Spec
		got, _ := find(b.choose(&spec, recreate.FieldSubnet), spec.SubnetID)
		for _, want := range []string{"vpc-", b.target.Region, "free addresses"} {
			if !strings.Contains(got.Note, want) {
				t.Errorf("%q does not tell %q", got.Note, want)
			}
		}
		b.faults("denyop=ec2:DescribeVpcs")
		if again := b.choose(&spec, recreate.FieldSubnet); len(again) < 2 {
			t.Errorf("without the names of VPCs: %+v", again)
		}
		_, err := b.c.Choices(t.Context(), b.run.Plan.Source, spec, fieldVPC)
		if p := classify(err); p.Kind != model.KindDenied || p.Target != b.target {
			t.Errorf("got %+v", p)
		}
	})
}

func TestSecurityGroupsNeedASubnetThatExists(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for name, subnet := range map[string]string{"none": "", "one that is gone": "subnet-0123456789abcdef0"} {
		t.Run(name, func(t *testing.T) {
			spec := b.run.Plan.Spec
			spec.SubnetID = subnet
			_, err := b.c.Choices(t.Context(), b.run.Plan.Source, spec, recreate.FieldGroups)
			if p := classify(err); p.Kind != model.KindConfig || p.Hint == "" {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestAKeyIsNamedAsTheSourceNamesIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		_, spec := b.full()
		id := spec.KMSKeyID[strings.LastIndexByte(spec.KMSKeyID, '/')+1:]
		for _, theirs := range []string{id, spec.KMSKeyID, "alias/ml-notebooks", "arn:aws:kms:" + b.target.Region + ":" + b.target.Account + ":alias/ml-notebooks"} {
			b.run.Plan.Source.KMSKeyID = theirs
			if got, ok := find(b.choose(&spec, recreate.FieldKey), theirs); !ok || got.Label != "ml-notebooks" {
				t.Errorf("%s is %+v", theirs, got)
			}
		}
		b.faults("denyop=kms:ListAliases")
		if got, ok := find(b.choose(&spec, recreate.FieldKey), spec.KMSKeyID); !ok || got.Label != id {
			t.Errorf("without aliases %+v", got)
		}
		b.faults("denyop=kms:ListKeys")
		b.choose(&spec, recreate.FieldKey)
		b.faults("denyop=kms:ListKeys,denyop=kms:ListAliases")
		if _, err := b.c.Choices(t.Context(), b.run.Plan.Source, spec, recreate.FieldKey); classify(err).Kind != model.KindDenied {
			t.Errorf("got %v", err)
		}
	})
}

func TestTypesTellThePriceAndTheQuotaOnceTheyAreKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		spec := b.run.Plan.Spec
		if got, _ := find(b.choose(&spec, recreate.FieldType), spec.InstanceType); got.Note != "" {
			t.Errorf("before %+v", got)
		}
		b.c.Facts(t.Context(), b.run.Plan.Source, spec)
		if got, _ := find(b.choose(&spec, recreate.FieldType), spec.InstanceType); !strings.Contains(got.Note, "an hour") || !strings.Contains(got.Note, "quota") {
			t.Errorf("after %+v", got)
		}
	})
}
