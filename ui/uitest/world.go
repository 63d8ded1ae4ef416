// Package uitest is the world in which the tests of the screens take place. No
// program imports it.
package uitest

import (
	"fmt"
	"sync"
	"time"

	"nbscope/model"
)

// Noon is when the tests take place.
func Noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// Clock is a clock that only moves when told.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock stands at noon.
func NewClock() *Clock { return &Clock{at: Noon()} }

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Prod, Sandbox and Shared are the accounts of the tests.
const (
	Prod    = "111122223333"
	Sandbox = "444455556666"
	Shared  = "777788889999"
)

// Identities are the sign-ins to them.
func Identities() []model.Identity {
	return []model.Identity{
		{Account: Prod, Alias: "prod-ml", ARN: "arn:aws:sts::" + Prod + ":assumed-role/ops/ana", Partition: "aws", Profiles: []string{"prod"}},
		{Account: Sandbox, Alias: "sandbox", ARN: "arn:aws:iam::" + Sandbox + ":user/ana", Partition: "aws", Profiles: []string{"sandbox"}},
		{Account: Shared, ARN: "arn:aws:iam::" + Shared + ":user/ana", Partition: "aws", Profiles: []string{"shared"}},
	}
}

func done() model.Part { return model.Part{State: model.LoadDone} }

// Refused is a part that could not be seen.
func Refused(why string) model.Part { return model.Part{State: model.LoadFailed, Reason: why} }

// Notebook makes a notebook that is known in full.
func Notebook(i int, name, account, region string, change func(*model.Notebook)) *model.Notebook {
	n := &model.Notebook{
		ARN:  "arn:aws:sagemaker:" + region + ":" + account + ":notebook-instance/" + name,
		Name: name, Account: account, Region: region, Status: model.StatusInService,
		InstanceType: []string{"ml.t3.medium", "ml.m5.xlarge", "ml.g5.2xlarge"}[i%3],
		URL:          name + ".notebook." + region + ".sagemaker.aws",
		Created:      Noon().Add(-time.Duration(i*i*37+5) * time.Hour), Modified: Noon().Add(-time.Duration(i+1) * time.Hour),
		Described: done(), SubnetID: fmt.Sprintf("subnet-0%x4c1de2f3a", i+1), SubnetName: "private-" + region[len(region)-1:],
		SecurityGroups: []string{fmt.Sprintf("sg-0%x77aa", i)}, NetworkID: fmt.Sprintf("eni-0%x", i),
		DirectInternet: []string{model.Enabled, model.Disabled}[i%2], RootAccess: []string{model.Disabled, model.Enabled}[i%2],
		RoleARN: "arn:aws:iam::" + account + ":role/service-role/SageMakerExecution", Platform: []string{"notebook-al2-v2", "notebook-al2023-v1"}[i%2],
		IMDSVersion: "2", IPAddressType: "ipv4", VolumeGB: 5 * (i%5 + 1),
		Located: done(), VPCID: fmt.Sprintf("vpc-0%x12ab34cd56ef7890", i%4), VPCName: []string{"ml-prod", "shared", "", "analytics"}[i%4],
		Tagged: done(), Tags: []model.Tag{{Key: "Owner", Value: "ana"}, {Key: "Team", Value: "growth"}},
		SeenAt: Noon(),
	}
	if change != nil {
		change(n)
	}
	judge(i, n)
	return n
}

// SmallWorld is a world with a bit of everything.
func SmallWorld() model.Batch {
	b := model.Batch{Identities: Identities()}
	names := []string{
		"churn-model-train", "demand-forecast", "fraud-features-eu", "pricing-lab", "recommender-dev", "nlp-sandbox", "image-labels",
		"credit-risk-2024", "ops-scratch", "customer-segments-with-a-very-long-name-that-goes-on", "timeseries-poc", "feature-store-demo",
	}
	accounts := []string{Prod, Prod, Sandbox, Shared}
	regions := []string{"eu-west-1", "us-east-1", "eu-west-3", "ap-southeast-2"}
	for i, name := range names {
		b.Notebooks = append(b.Notebooks, Notebook(i, name, accounts[i%4], regions[(i/2)%4], Oddities(i)))
	}
	for _, account := range []string{Prod, Sandbox, Shared} {
		for i, region := range regions {
			b.Targets = append(b.Targets, model.TargetStatus{
				Target: model.Target{Account: account, Region: region}, State: model.StateOK, Notebooks: i, Described: i,
				Calls: 3 + i, Started: Noon(), Ended: Noon().Add(time.Duration(300*(i+1)) * time.Millisecond),
			})
		}
	}
	b.Targets[1].State, b.Targets[1].Notebooks = model.StateEmpty, 0
	b.Targets[2].State = model.StateDenied
	b.Targets[2].Problem = &model.Problem{
		Kind: model.KindSCP, Operation: "sagemaker:ListNotebookInstances", Code: "AccessDeniedException",
		Message: "an explicit deny in a service control policy forbids sagemaker:ListNotebookInstances in eu-west-3",
		Hint:    "Ask the owners of the organization, or leave the region out with --region.", RequestID: "7f3c2d1e-0000-4444-8888-aaaabbbbcccc",
	}
	b.Targets[5].Throttles = 4
	b.Targets[6].Unknown = 1
	b.Targets[6].Warnings = []model.Problem{{Kind: model.KindDenied, Operation: "ec2:DescribeSubnets", Message: "not allowed to describe subnets"}}
	return b
}

// Oddities makes the i-th notebook an odd one.
func Oddities(i int) func(*model.Notebook) {
	return func(n *model.Notebook) {
		switch i {
		case 1:
			n.Status = model.StatusStopped
		case 2:
			n.Status, n.Described, n.Located, n.Tagged = model.StatusPending, model.Part{}, model.Part{}, model.Part{}
			n.SubnetID, n.VPCID, n.DirectInternet, n.Platform = "", "", "", ""
		case 4:
			n.Status, n.FailureReason = model.StatusFailed, "Notebook Instance Lifecycle Config took longer than 5 minutes"
		case 5:
			n.SubnetID, n.SubnetName, n.VPCID, n.VPCName, n.DirectInternet = "", "", "", "", model.Enabled
			n.SecurityGroups, n.NetworkID = nil, ""
		case 6:
			n.Located = Refused("not allowed to describe subnets")
			n.VPCID, n.VPCName, n.SubnetName = "", "", ""
		case 7:
			n.LifecycleName = "install-proxy"
		case 8:
			n.Status = model.StatusUpdating
		}
	}
}
