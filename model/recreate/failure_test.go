package recreate

import (
	"strings"
	"testing"
)

func TestAFailureReasonIsUnderstood(t *testing.T) {
	t.Parallel()
	const script = "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance-lifecycle-config/setup' for " +
		"Notebook Instance 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-net' took longer than 5 minutes. " +
		"Please check your CloudWatch logs for more details if your Notebook Instance has Internet access."
	cases := map[string]struct {
		reason string
		kind   FailureKind
		first  Remedy
		stream string
	}{
		"no machine of the type is free": {
			"Insufficient notebook instance capacity. Retry later or with a different instance type.", FailureCapacity, RemedyRetry, "",
		},
		"EC2's own word for it":   {"InsufficientInstanceCapacity", FailureCapacity, RemedyRetry, ""},
		"a script took too long":  {script, FailureLifecycle, RemedyNoLifecycle, "churn-net/LifecycleConfigOnCreate"},
		"the script of the start": {"Lifecycle Config OnStart failed", FailureLifecycle, RemedyNoLifecycle, "churn-net/LifecycleConfigOnStart"},
		"the caller may make no interface": {
			"Unable to create or start a notebook instance that can access resources in your VPC. Please check if you have " +
				"ec2:CreateNetworkInterface permission. Encoded authorization failure message: x9sQ", FailureInterface, RemedyRetry, "",
		},
		"the subnet is full": {
			"There are not enough free addresses in subnet 'subnet-1' to satisfy the requested number of instances.", FailureAddresses, RemedySubnet, "",
		},
		"EC2's own word for a full subnet": {"InsufficientFreeAddressesInSubnet", FailureAddresses, RemedySubnet, ""},
		"too many interfaces":              {"You have reached the limit of network interfaces", FailureAddresses, RemedySubnet, ""},
		"the key is disabled":              {"The KMS key arn:aws:kms:eu-west-1:111122223333:key/k is disabled.", FailureKey, RemedyKey, ""},
		"something else":                   {"Internal server error", FailureOther, RemedyRetry, ""},
		"nothing":                          {"", FailureOther, RemedyRetry, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := ReadFailure("churn-net", c.reason)
			if f.Kind != c.kind || f.LogStream != c.stream || (f.LogGroup != "") != (c.stream != "") {
				t.Errorf("got %+v", f)
			}
			if f.Says == "" || strings.Contains(f.Says, "x9sQ") {
				t.Errorf("it says %q", f.Says)
			}
			if f.Choices[0] != c.first || f.Choices[len(f.Choices)-1] != RemedyRemove {
				t.Errorf("choices %v", f.Choices)
			}
			if (f.Hint == "") != (c.kind == FailureOther) {
				t.Errorf("hint %q", f.Hint)
			}
		})
	}
}
