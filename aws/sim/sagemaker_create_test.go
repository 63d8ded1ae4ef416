package sim

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// whole is a request with every member of the API that still means something.
func (a atelier) whole(name string) *sagemaker.CreateNotebookInstanceInput {
	sub, groups := a.home()
	in := plain(name)
	in.SubnetId, in.SecurityGroupIds = &sub.id, groups
	in.DirectInternetAccess, in.RootAccess, in.IpAddressType = types.DirectInternetAccessDisabled, types.RootAccessDisabled, "dualstack"
	in.VolumeSizeInGB = sdkaws.Int32(250)
	in.PlatformIdentifier = sdkaws.String("notebook-al2023-v1")
	in.InstanceMetadataServiceConfiguration = &types.InstanceMetadataServiceConfiguration{MinimumInstanceMetadataServiceVersion: sdkaws.String("2")}
	in.LifecycleConfigName = sdkaws.String("autostop-1h")
	in.DefaultCodeRepository = sdkaws.String("ml-templates")
	in.AdditionalCodeRepositories = []string{"https://git.example.com/a/b.git", "forecasting"}
	in.KmsKeyId = sdkaws.String(a.place().keys.arn(a.place().net.keyID))
	in.Tags = []types.Tag{{Key: sdkaws.String("Team"), Value: sdkaws.String("Risk")}, {Key: sdkaws.String("nbscope:run-id"), Value: sdkaws.String("r-1")}}
	return in
}

func TestCreateCarriesEveryMember(t *testing.T) {
	t.Parallel()
	a := newAtelier(t, "")
	in := a.whole("Whole-One")
	out, err := a.CreateNotebookInstance(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/whole-one"
	if *out.NotebookInstanceArn != arn {
		t.Errorf("ARN %s", *out.NotebookInstanceArn)
	}
	d := a.describe(t, "Whole-One")
	got := fmt.Sprint(*d.NotebookInstanceName, d.NotebookInstanceStatus, d.InstanceType, d.IpAddressType, *d.SubnetId, d.SecurityGroups, *d.RoleArn,
		*d.KmsKeyId, *d.NotebookInstanceLifecycleConfigName, d.DirectInternetAccess, *d.VolumeSizeInGB, *d.DefaultCodeRepository,
		d.AdditionalCodeRepositories, d.RootAccess, *d.PlatformIdentifier, *d.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion)
	want := fmt.Sprint(*in.NotebookInstanceName, "Pending", in.InstanceType, in.IpAddressType, *in.SubnetId, in.SecurityGroupIds, *in.RoleArn,
		*in.KmsKeyId, *in.LifecycleConfigName, in.DirectInternetAccess, *in.VolumeSizeInGB, *in.DefaultCodeRepository,
		in.AdditionalCodeRepositories, in.RootAccess, *in.PlatformIdentifier, "2")
	if got != want {
		t.Errorf("described\n  %s\nwant\n  %s", got, want)
	}
	if !d.CreationTime.Equal(a.clock.Now()) || !d.LastModifiedTime.Equal(a.clock.Now()) || d.NetworkInterfaceId == nil {
		t.Errorf("created %s, modified %s, interface %v", d.CreationTime, d.LastModifiedTime, d.NetworkInterfaceId)
	}
	a.pass(takesStart)
	if d := a.describe(t, "whole-one"); d.NotebookInstanceStatus != "InService" || !d.LastModifiedTime.Equal(a.clock.Now()) {
		t.Errorf("%s since %s", d.NotebookInstanceStatus, d.LastModifiedTime)
	}
}

func TestCreateFillsInAWSsDefaults(t *testing.T) {
	t.Parallel()
	a := newAtelier(t, "")
	d := a.create(t, plain("bare"))
	if d.DirectInternetAccess != "Enabled" || d.RootAccess != "Enabled" || *d.VolumeSizeInGB != 5 || *d.PlatformIdentifier != al2023 ||
		d.IpAddressType != "ipv4" || *d.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion != "1" ||
		d.SubnetId != nil || d.NetworkInterfaceId != nil || len(d.SecurityGroups) != 0 {
		t.Errorf("%+v", d)
	}
	sub, _ := a.home()
	in := plain("in-vpc")
	in.SubnetId = &sub.id
	if d := a.create(t, in); !slices.Equal(d.SecurityGroups, []string{sub.vpc.groups[0].id}) {
		t.Errorf("groups %v, want the VPC's default", d.SecurityGroups)
	}
}

func TestANewNotebookIsSeenEverywhere(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	sub, _ := a.home()
	free := a.freeAddresses(t, sub.id)
	d := a.create(t, a.whole("seen"))
	list, err := a.ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{NameContains: sdkaws.String("seen")})
	if err != nil || len(list.NotebookInstances) != 1 || *list.NotebookInstances[0].NotebookInstanceArn != *d.NotebookInstanceArn {
		t.Errorf("list: %+v %v", list, err)
	}
	tags, err := a.ListTags(ctx, &sagemaker.ListTagsInput{ResourceArn: d.NotebookInstanceArn})
	if err != nil || len(tags.Tags) != 2 {
		t.Errorf("tags: %+v %v", tags, err)
	}
	res, err := a.tagging("us-east-1").GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{ResourceARNList: []string{*d.NotebookInstanceArn}})
	if err != nil || len(res.ResourceTagMappingList) != 1 || len(res.ResourceTagMappingList[0].Tags) != 2 {
		t.Errorf("tagging: %+v %v", res, err)
	}
	eni, err := a.ec2("us-east-1").DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{*d.NetworkInterfaceId}})
	if err != nil || len(eni.NetworkInterfaces) != 1 || *eni.NetworkInterfaces[0].SubnetId != sub.id || len(eni.NetworkInterfaces[0].Ipv6Addresses) != 1 {
		t.Errorf("interfaces: %+v %v", eni, err)
	}
	i := slices.IndexFunc(a.World().Notebooks, func(n ListedNotebook) bool { return n.Name == "seen" })
	if i < 0 || a.World().Notebooks[i].DirectInternetAccess != off || a.World().Notebooks[i].Tags["Team"] != "Risk" {
		t.Error("the world does not tell of it")
	}
	if now := a.freeAddresses(t, sub.id); now != free-1 {
		t.Errorf("%d addresses are free, %d were before", now, free)
	}
	a.set(t, Change{Op: "set", Name: "seen", Status: "Stopped"})
	if _, err := a.DeleteNotebookInstance(ctx, &sagemaker.DeleteNotebookInstanceInput{NotebookInstanceName: sdkaws.String("seen")}); err != nil {
		t.Fatal(err)
	}
	a.pass(takesDelete)
	if now := a.freeAddresses(t, sub.id); now != free {
		t.Errorf("%d addresses are free after the deletion, %d were before", now, free)
	}
}

func (a atelier) freeAddresses(t *testing.T, id string) int32 {
	t.Helper()
	out, err := a.ec2("us-east-1").DescribeSubnets(context.Background(), &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{{Name: sdkaws.String("subnet-id"), Values: []string{id}}},
	})
	if err != nil || len(out.Subnets) != 1 {
		t.Fatal(out, err)
	}
	return *out.Subnets[0].AvailableIpAddressCount
}

// tweak is a request that differs from the plain one.
type tweak func(a atelier, in *sagemaker.CreateNotebookInstanceInput)

func TestCreateRefusesWhatTheServiceModelDoes(t *testing.T) {
	t.Parallel()
	str := sdkaws.String
	long := strings.Repeat("a", 64)
	cases := map[string]struct {
		edit tweak
		want string // the broken constraint
	}{
		"a name with an underscore": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.NotebookInstanceName = str("a_b") },
			"Value 'a_b' at 'notebookInstanceName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9])*"},
		"a name that is too long": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.NotebookInstanceName = &long },
			"Value '" + long + "' at 'notebookInstanceName' failed to satisfy constraint: Member must have length less than or equal to 63"},
		"no such instance type": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.InstanceType = "ml.z9.huge" },
			"Value 'ml.z9.huge' at 'instanceType' failed to satisfy constraint: Member must satisfy enum value set: [" + strings.Join(knownTypes(), ", ") + "]"},
		"a role that is no ARN": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.RoleArn = str("SageMakerNotebookRole") },
			`Value 'SageMakerNotebookRole' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`},
		"a subnet that is no id": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.SubnetId = str("subnet 1") },
			"Value 'subnet 1' at 'subnetId' failed to satisfy constraint: Member must satisfy regular expression pattern: [-0-9a-zA-Z]+"},
		"six security groups": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.SecurityGroupIds = []string{"sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"}
		},
			"Value '[sg-1, sg-2, sg-3, sg-4, sg-5, sg-6]' at 'securityGroupIds' failed to satisfy constraint: Member must have length less than or equal to 5"},
		"a small volume": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.VolumeSizeInGB = sdkaws.Int32(4) },
			"Value '4' at 'volumeSizeInGB' failed to satisfy constraint: Member must have value greater than or equal to 5"},
		"a huge volume": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.VolumeSizeInGB = sdkaws.Int32(16385) },
			"Value '16385' at 'volumeSizeInGB' failed to satisfy constraint: Member must have value less than or equal to 16384"},
		"direct internet that is neither": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.DirectInternetAccess = "Maybe" },
			"Value 'Maybe' at 'directInternetAccess' failed to satisfy constraint: Member must satisfy enum value set: [Enabled, Disabled]"},
		"root access that is neither": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.RootAccess = "enabled" },
			"Value 'enabled' at 'rootAccess' failed to satisfy constraint: Member must satisfy enum value set: [Enabled, Disabled]"},
		"an address type that is neither": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.IpAddressType = "ipv6" },
			"Value 'ipv6' at 'ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]"},
		"a platform that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.PlatformIdentifier = str("notebook-al3-v1")
		},
			"Value 'notebook-al3-v1' at 'platformIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
				"notebook-al1-v1|notebook-al2-v1|notebook-al2-v2|notebook-al2-v3|notebook-al2023-v1"},
		"four repositories": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.AdditionalCodeRepositories = []string{"a", "b", "c", "d"}
		}, "Value '[a, b, c, d]' at 'additionalCodeRepositories' failed to satisfy constraint: Member must have length less than or equal to 3"},
		"a metadata version that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.InstanceMetadataServiceConfiguration = &types.InstanceMetadataServiceConfiguration{MinimumInstanceMetadataServiceVersion: str("3")}
		}, "Value '3' at 'instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion' failed to satisfy constraint: " +
			"Member must satisfy regular expression pattern: 1|2"},
		"a tag with a bracket": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.Tags = []types.Tag{{Key: str("a"), Value: str("<b>")}}
		}, `Value '<b>' at 'tags.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*`},
		"a tag without a key": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.Tags = []types.Tag{{Key: str(""), Value: str("b")}}
		}, "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1"},
	}
	a := newAtelier(t, "")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := plain("refused")
			c.edit(a, in)
			_, err := a.CreateNotebookInstance(context.Background(), in)
			wantError(t, err, "ValidationException", "1 validation error detected: "+c.want)
		})
	}
}

func TestCreateRefusesWhatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	a := newAtelier(t, "")
	p := a.place()
	other, _ := a.home()
	def := p.net.subnets[0]
	str := sdkaws.String
	many := make([]types.Tag, 51)
	for i := range many {
		many[i] = types.Tag{Key: str(fmt.Sprint("k", i)), Value: str("v")}
	}
	const role = "Could not assume role %s. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role."
	a.set(t, Change{Op: "key", Key: "alias/ml-notebooks-2021", State: "Disabled"})
	cases := map[string]struct {
		edit tweak
		want string
	}{
		"direct internet off without a subnet": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.DirectInternetAccess = off },
			"DirectInternetAccess can be Disabled only when SubnetId is specified."},
		"groups without a subnet": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.SecurityGroupIds = []string{"sg-1"} },
			"SecurityGroupIds can be specified only together with SubnetId."},
		"dual stack where there is no IPv6": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.SubnetId, in.IpAddressType = &def.id, "dualstack"
		}, "IpAddressType dualstack needs a subnet that supports IPv6."},
		"a subnet that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.SubnetId = str("subnet-0123") },
			"The subnet ID 'subnet-0123' does not exist"},
		"a group that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.SubnetId, in.SecurityGroupIds = &def.id, []string{"sg-0123"}
		}, "The security group 'sg-0123' does not exist"},
		"a group of another VPC": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.SubnetId, in.SecurityGroupIds = &def.id, []string{other.vpc.groups[0].id}
		}, "You have specified two resources that belong to different networks."},
		"Amazon Linux 2": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.PlatformIdentifier = str("notebook-al2-v3")
		},
			"Platform identifier (notebook-al2-v3) is not supported for this service."},
		"the first Amazon Linux": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.PlatformIdentifier = str("notebook-al1-v1")
		},
			"Platform identifier (notebook-al1-v1) is not supported for this service."},
		"an instance type of the past": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.InstanceType = "ml.p3.2xlarge" },
			"Instance type (ml.p3.2xlarge) is not supported for platform identifier (notebook-al2023-v1)."},
		"an accelerator": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.AcceleratorTypes = []types.NotebookInstanceAcceleratorType{"ml.eia1.medium"}
		}, "AcceleratorTypes is no longer supported. Elastic Inference is no longer available."},
		"a role that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.RoleArn = str("arn:aws:iam::111122223333:role/gone")
		}, fmt.Sprintf(role, "arn:aws:iam::111122223333:role/gone")},
		"a role that trusts another service": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.RoleArn = str("arn:aws:iam::111122223333:role/service-role/nightly-loader")
		}, fmt.Sprintf(role, "arn:aws:iam::111122223333:role/service-role/nightly-loader")},
		"a role of another account": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.RoleArn = str("arn:aws:iam::444455556666:role/SageMakerNotebookRole")
		}, fmt.Sprintf(role, "arn:aws:iam::444455556666:role/SageMakerNotebookRole")},
		"a key that is disabled": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.KmsKeyId = str("alias/ml-notebooks-2021")
		},
			p.keys.arn(p.keys.all()[1].id) + " is disabled."},
		"a key that is going to be deleted": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.KmsKeyId = &p.keys.all()[2].id },
			p.keys.arn(p.keys.all()[2].id) + " is pending deletion."},
		"a key that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.KmsKeyId = str("0123") },
			"Key 'arn:aws:kms:us-east-1:111122223333:key/0123' does not exist"},
		"a lifecycle configuration that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) { in.LifecycleConfigName = str("Nope") },
			"Notebook Instance Lifecycle Config (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/nope) does not exist."},
		"a repository that does not exist": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.AdditionalCodeRepositories = []string{"https://git.example.com/x", "nope"}
		}, "Cannot find CodeRepository arn:aws:sagemaker:us-east-1:111122223333:code-repository/nope"},
		"a tag of AWS's own": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.Tags = []types.Tag{{Key: str("AWS:x"), Value: str("y")}}
		}, "aws: prefixed tag key names are not allowed for external use."},
		"one tag twice": {func(_ atelier, in *sagemaker.CreateNotebookInstanceInput) {
			in.Tags = []types.Tag{{Key: str("a"), Value: str("1")}, {Key: str("a"), Value: str("2")}}
		}, "Duplicate tag key a."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := plain("refused")
			c.edit(a, in)
			_, err := a.CreateNotebookInstance(context.Background(), in)
			wantError(t, err, "ValidationException", c.want)
		})
	}
	in := plain("refused")
	in.Tags = many
	if _, err := a.CreateNotebookInstance(context.Background(), in); err == nil || !strings.Contains(err.Error(), "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50") {
		t.Errorf("51 tags: %v", err)
	}
	if a.exists("refused") {
		t.Error("what was refused exists")
	}
}

func TestANameIsTakenInWhateverCase(t *testing.T) {
	t.Parallel()
	a := newAtelier(t, "")
	a.create(t, plain("Mixed-Case"))
	_, err := a.CreateNotebookInstance(context.Background(), plain("mixed-case"))
	wantError(t, err, "ValidationException", "Cannot create a duplicate Notebook Instance (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/mixed-case)")
	a.set(t, Change{Op: "set", Name: "Mixed-Case", Status: "Deleting"})
	if _, err = a.CreateNotebookInstance(context.Background(), plain("mixed-case")); err == nil {
		t.Error("the name is free while the old one is being deleted")
	}
	a.pass(takesDelete)
	if d := a.create(t, plain("mixed-case")); *d.NotebookInstanceName != "mixed-case" || d.NotebookInstanceStatus != "InService" {
		t.Errorf("%+v", d)
	}
}

func TestQuotasBoundWhatIsCreated(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	used := len(a.notebooks("us-east-1"))
	a.set(t, Change{Op: "quota", Quota: "L-04CE2E67", Value: used})
	_, err := a.CreateNotebookInstance(ctx, plain("one-more"))
	wantError(t, err, "ResourceLimitExceeded", fmt.Sprintf("The account- service limit 'Total number of notebook instances' is %d NotebookInstances, with current "+
		"utilization of %d NotebookInstances and a request delta of 1 NotebookInstances. Please contact AWS support to request an increase for this limit.", used, used))
	a.set(t, Change{Op: "quota", Quota: "Total number of notebook instances", Value: 100})
	a.set(t, Change{Op: "quota", Quota: "ml.c5.xlarge", Value: 0})
	in := plain("one-more")
	in.InstanceType = "ml.c5.xlarge"
	_, err = a.CreateNotebookInstance(ctx, in)
	typed := 0
	for _, n := range a.notebooks("us-east-1") {
		if n.InstanceType == "ml.c5.xlarge" {
			typed++
		}
	}
	wantError(t, err, "ResourceLimitExceeded", fmt.Sprintf("The account-level service limit 'ml.c5.xlarge for notebook instance usage' is 0 Instances, with current "+
		"utilization of %d Instances and a request delta of 1 Instances. Please contact AWS support to request an increase for this limit.", typed))
}

func TestWhatAWSFindsOutLateEndsInFailed(t *testing.T) {
	t.Parallel()
	const interfaceText = "Unable to create or start a notebook instance that can access resources in your VPC. Please check if you have " +
		"ec2:CreateNetworkInterface permission. You are not authorized to perform this operation. Encoded authorization failure message: "
	cases := map[string]struct {
		faults string
		after  time.Duration
		want   string
	}{
		"no capacity":                    {"capacity", takesToGiveUp, "Insufficient notebook instance capacity. Retry later or with a different instance type."},
		"no capacity in the region":      {"capacity=us-east-1", takesToGiveUp, "Insufficient notebook instance capacity. Retry later or with a different instance type."},
		"no permission for an interface": {"enifail", takesToRefuse, interfaceText},
		"a policy denies the interface":  {"denyop=ec2:CreateNetworkInterface", takesToRefuse, interfaceText},
		"the scripts are too slow": {"lcfail", takesScript, "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:us-east-1:111122223333:" +
			"notebook-instance-lifecycle-config/autostop-1h' for Notebook Instance 'arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/late' " +
			"took longer than 5 minutes. Please check your CloudWatch logs for more details if your Notebook Instance has Internet access."},
		"no address is free": {"", takesToRefuse, "The specified subnet does not have enough free addresses to satisfy the request."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ctx := newAtelier(t, c.faults), context.Background()
			if c.faults == "" {
				sub, _ := a.home()
				a.set(t, Change{Op: "subnet", SubnetID: sub.id})
			}
			if _, err := a.CreateNotebookInstance(ctx, a.whole("late")); err != nil {
				t.Fatal(err)
			}
			a.pass(c.after - time.Second)
			if d := a.describe(t, "late"); d.NotebookInstanceStatus != "Pending" || d.FailureReason != nil {
				t.Errorf("%s %v", d.NotebookInstanceStatus, d.FailureReason)
			}
			a.pass(time.Second)
			d := a.describe(t, "late")
			if d.NotebookInstanceStatus != "Failed" || d.FailureReason == nil || !strings.HasPrefix(*d.FailureReason, c.want) {
				t.Errorf("%s %s", d.NotebookInstanceStatus, sdkaws.ToString(d.FailureReason))
			}
			if noCard := c.after == takesToRefuse; noCard != (d.NetworkInterfaceId == nil) {
				t.Errorf("interface %s", sdkaws.ToString(d.NetworkInterfaceId))
			}
			// A failed one can be started again, and deleted.
			sub, _ := a.home()
			a.set(t, Change{Op: "faults"})
			a.set(t, Change{Op: "subnet", SubnetID: sub.id, Value: 1})
			if _, err := a.StartNotebookInstance(ctx, &sagemaker.StartNotebookInstanceInput{NotebookInstanceName: sdkaws.String("late")}); err != nil {
				t.Fatal(err)
			}
			a.pass(takesStart)
			if d := a.describe(t, "late"); d.NotebookInstanceStatus != "InService" || d.FailureReason != nil || d.NetworkInterfaceId == nil {
				t.Errorf("started again: %s %v", d.NotebookInstanceStatus, d.FailureReason)
			}
		})
	}
}

func TestTheInstanceTypesAreThoseOfTheServiceModel(t *testing.T) {
	t.Parallel()
	var want []string
	for _, v := range types.InstanceType("").Values() {
		want = append(want, string(v))
	}
	if got := knownTypes(); !reflect.DeepEqual(got, want) {
		t.Errorf("%d types, the SDK has %d", len(got), len(want))
	}
}
