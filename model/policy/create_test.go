package policy

import (
	"strings"
	"testing"

	"nbscope/model"
)

func TestTheCreateCommandCarriesEverythingAndFlipsDirectInternet(t *testing.T) {
	t.Parallel()
	n := &model.Notebook{
		Name: "churn", Region: "eu-west-1", InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::111122223333:role/x",
		SubnetID: "subnet-1", SecurityGroups: []string{"sg-1", "sg-2"}, KMSKeyID: "key-1", LifecycleName: "lcc", VolumeGB: 20,
		RootAccess: model.Disabled, DirectInternet: model.Disabled, IPAddressType: "ipv4", IMDSVersion: "1", Platform: "notebook-al2-v2",
		Repositories: []string{"main-repo", "other"}, HasDefaultRepo: true,
		Tags: []model.Tag{{Key: "aws:cloudformation:stack-name", Value: "s"}, {Key: "Team", Value: "it's ml"}},
	}
	got := createCommands(n, model.Enabled)
	want := []string{
		"aws sagemaker create-notebook-instance --region eu-west-1 --notebook-instance-name churn-net --instance-type ml.t3.medium" +
			" --platform-identifier notebook-al2023-v1 --volume-size-in-gb 20 --lifecycle-config-name lcc" +
			" --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2" +
			" --role-arn arn:aws:iam::111122223333:role/x --root-access Disabled --kms-key-id key-1" +
			" --subnet-id subnet-1 --security-group-ids sg-1 sg-2 --direct-internet-access Enabled --ip-address-type ipv4" +
			" --default-code-repository main-repo --additional-code-repositories other" +
			" --tags " + model.ShellQuote(`[{"Key":"Team","Value":"it's ml"}]`),
		"aws sagemaker wait notebook-instance-in-service --region eu-west-1 --notebook-instance-name churn-net",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestACreateCommandWithoutASubnetAsksForOne(t *testing.T) {
	t.Parallel()
	got := createCommands(&model.Notebook{Name: strings.Repeat("n", 63), Region: "eu-west-1"}, model.Disabled)
	if len(got) != 3 || !strings.HasPrefix(got[0], `: "${SUBNET:?`) || !strings.Contains(got[1], `--subnet-id "$SUBNET"`) {
		t.Errorf("got %q", got)
	}
	if !strings.Contains(got[1], "--notebook-instance-name "+strings.Repeat("n", 59)+"-vpc ") {
		t.Errorf("the new name does not fit: %s", got[1])
	}
}
