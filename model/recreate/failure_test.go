package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
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

// TestAFailedCreationOffersWhatTheRunTakes holds the choices of a failure against
// the decisions that the run takes, and against its plan.
func TestAFailedCreationOffersWhatTheRunTakes(t *testing.T) {
	t.Parallel()
	all := func(s *Snapshot) { s.LifecycleName = "setup" }
	bare := func(s *Snapshot) { s.SubnetID, s.SecurityGroups, s.KMSKeyID, s.LifecycleName = "", nil, "", "" }
	const capacity, full, key = "Insufficient notebook instance capacity.", "There are not enough free addresses in subnet 'subnet-1'", "The KMS key k is disabled."
	const script = "Notebook Instance Lifecycle Config 'setup' took longer than 5 minutes."
	cases := map[string]struct {
		src    func(*Snapshot)
		reason string
		want   []Remedy
		log    bool
	}{
		"no capacity":                      {all, capacity, []Remedy{RemedyRetry, RemedyType, RemedySubnet, RemedyRemove}, false},
		"no capacity outside a VPC":        {bare, capacity, []Remedy{RemedyRetry, RemedyType, RemedyRemove}, false},
		"a full subnet":                    {all, full, []Remedy{RemedySubnet, RemedyRetry, RemedyRemove}, false},
		"a script":                         {all, script, []Remedy{RemedyNoLifecycle, RemedyRetry, RemedyRemove}, true},
		"a script, which the plan has not": {bare, script, []Remedy{RemedyRetry, RemedyRemove}, true},
		"a key":                            {all, key, []Remedy{RemedyKey, RemedyRetry, RemedyRemove}, false},
		"no reason":                        {all, "", []Remedy{RemedyRetry, RemedyRemove}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, c.src)
			k.w.fails = c.reason
			if c.reason == "" {
				k.w.fails = " "
			}
			k.approve().goesOn()
			f, ok := k.run.Failure()
			if !ok || !slices.Equal(f.Choices, c.want) || (f.LogRead != "") != c.log {
				t.Fatalf("%v, %+v in phase %s", ok, f, k.run.Phase)
			}
			if c.log && f.LogRead != "aws logs get-log-events --region us-east-1 --log-group-name /aws/sagemaker/NotebookInstances "+
				"--log-stream-name churn-model-net/LifecycleConfigOnCreate --limit 100 --query 'events[].message' --output text" {
				t.Errorf("the log is read by %s", f.LogRead)
			}
			for _, m := range f.Choices {
				if !slices.Contains(k.run.Choices(), m.Event()) {
					t.Errorf("%s is offered, and %s is not taken", m, m.Event())
				}
				if (m.Event() == EventAmended) != (m.Field() != "") {
					t.Errorf("%s amends %q", m, m.Field())
				}
			}
		})
	}
}

func TestARefusedCreateIsReadLikeAFailedOne(t *testing.T) {
	t.Parallel()
	k := tell(t, nil)
	k.approve()
	k.does(k.w.perform(*k.next))
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{
		Kind: model.KindLimit, Code: "ResourceLimitExceeded", Message: "The account-level service limit 'ml.t3.medium for notebook instance usage' is 2 Instances",
	}})
	f, ok := k.run.Failure()
	if !ok || f.Kind != FailureLimit || !slices.Equal(f.Choices, []Remedy{RemedyType, RemedyRetry}) || strings.Contains(f.Says, "Exceeded") {
		t.Errorf("%v, %+v", ok, f)
	}
	k.run.InDoubt = true // it was lost before, and AWS has shown none
	f, _ = k.run.Failure()
	for _, m := range f.Choices {
		if says := m.Words(&k.run); strings.Contains(says, "the failed one") || !slices.Contains(f.Choices, RemedyRemove) {
			t.Errorf("with nothing there %s says %q, of %v", m, says, f.Choices)
		}
	}
	waits := Begin(runPlan(seed()), start())
	if f, ok := waits.Failure(); ok {
		t.Errorf("a run that waits has failed: %+v", f)
	}
}
