package recreate

import (
	"time"

	"nbscope/model"
)

const (
	testAccount = "111122223333"
	testRegion  = "eu-west-1"
	testRun     = "7f3c9a"
)

func testTime() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// churn is a notebook in a VPC without direct internet access, with everything
// that a notebook can have.
func churn(change ...func(*Snapshot)) Snapshot {
	s := Snapshot{
		ARN:  "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn",
		Name: "churn", Account: testAccount, Region: testRegion, Status: model.StatusInService,
		URL: "churn.notebook.eu-west-1.sagemaker.aws", Created: testTime().AddDate(0, -6, 0), Modified: testTime().AddDate(0, -1, 0),
		InstanceType: "ml.t3.xlarge", RoleARN: "arn:aws:iam::111122223333:role/service/DataScience",
		SubnetID: "subnet-0a12", SecurityGroups: []string{"sg-1", "sg-2"}, NetworkID: "eni-0f", DirectInternet: model.Disabled,
		RootAccess: model.Disabled, KMSKeyID: "arn:aws:kms:eu-west-1:111122223333:key/ab12", LifecycleName: "autostop",
		DefaultRepository: "main-repo", MoreRepositories: []string{"other", "https://git.example/x.git"}, VolumeGB: 20,
		Platform: PlatformSupported, IMDSVersion: "2", IPAddressType: "ipv4",
		Tags:   []model.Tag{{Key: "Team", Value: "ml + data"}, {Key: "aws:createdBy", Value: "x"}},
		SeenAt: testTime(),
	}
	for _, f := range change {
		f(&s)
	}
	return s
}

func bare(s *Snapshot) {
	s.SubnetID, s.SecurityGroups, s.NetworkID, s.DirectInternet = "", nil, "", model.Enabled
	s.KMSKeyID, s.LifecycleName, s.DefaultRepository, s.MoreRepositories, s.Tags = "", "", "", nil, nil
}

func al2(s *Snapshot)     { s.Platform, s.IMDSVersion = "notebook-al2-v2", "1" }
func al1(s *Snapshot)     { s.Platform = "notebook-al1-v1" }
func stopped(s *Snapshot) { s.Status = model.StatusStopped }

// planOf is the plan that turns the switch of a source.
func planOf(src Snapshot, change ...func(*Spec)) Plan {
	spec := SpecFor(&src, DirectionOf(&src))
	for _, f := range change {
		f(&spec)
	}
	return NewPlan(testRun, testTime(), src, spec)
}

// goodFacts are facts in which every check of churn passes.
func goodFacts() Facts {
	src := churn()
	decisions := []Decision{}
	for _, a := range []string{"sagemaker:CreateNotebookInstance", "sagemaker:AddTags", "iam:PassRole", "sagemaker:StopNotebookInstance", "sagemaker:DeleteNotebookInstance"} {
		decisions = append(decisions, Decision{Action: a, Allowed: true})
	}
	return Facts{
		Identity: model.Identity{Account: testAccount, ARN: "arn:aws:iam::111122223333:user/ana", Partition: "aws"},
		Source:   Know(&src), NameTaken: Know[*Snapshot](nil),
		Role:      Know(Role{Exists: true, Trust: `{"Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}),
		Subnet:    Know(Subnet{Exists: true, VPCID: "vpc-1", Zone: "eu-west-1a", State: "available", FreeAddresses: 100}),
		Groups:    Know([]Group{{ID: "sg-1", VPCID: "vpc-1"}, {ID: "sg-2", VPCID: "vpc-1"}}),
		Key:       Know(Key{Exists: true, ARN: src.KMSKeyID, State: "Enabled"}),
		Lifecycle: Know(&model.LifecycleConfig{Name: "autostop", OnStart: "#!/bin/bash\necho hello\n"}),
		Repos:     Know([]Repo{{Name: "main-repo", Exists: true}, {Name: "other", Exists: true}}),
		Quotas:    Know(Quotas{Total: 20, OfType: 4}), Usage: Know(Usage{Total: 3, OfType: 1}),
		Simulated: Know(decisions), Offered: Know(true), Marked: Know([]Marked{}), Runs: Know([]Kept{}),
		SourceLifecycle: Know(&model.LifecycleConfig{Name: "autostop", OnStart: "#!/bin/bash\necho hello\n"}),
		Prices:          Know(Prices{Hourly: map[string]float64{"ml.t3.xlarge": 0.2}, VolumeMonth: 0.14, AsOf: "2026-10-01"}),
		Egress:          &model.Egress{Verdict: model.VerdictIsolated, WhatIf: &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect}},
	}
}

// transports are those that a plan can have.
func transports() []Transport { return []Transport{TransportRelay, TransportS3, TransportManual} }
