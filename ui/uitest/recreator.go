package uitest

import (
	"context"
	"slices"
	"sync"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Recreator answers from what it was given.
type Recreator struct {
	mu       sync.Mutex
	Snaps    map[string]recreate.Snapshot
	Finds    func(recreate.Snapshot, recreate.Spec) recreate.Facts
	Values   map[string][]recreate.Choice
	Inside   recreate.Survey
	Err      error
	Unlocked map[string]bool
	ReadOnly []string // accounts that nothing unlocks
	Calls    []string
}

// NewRecreator lets everything pass and knows no notebook.
func NewRecreator() *Recreator {
	return &Recreator{Snaps: map[string]recreate.Snapshot{}, Unlocked: map[string]bool{}, Values: SomeChoices(), Finds: GoodFacts}
}

func (f *Recreator) called(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Calls = append(f.Calls, s)
}

// Snapshot answers from Snaps.
func (f *Recreator) Snapshot(_ context.Context, _ model.Target, name string) (recreate.Snapshot, error) {
	f.called("snapshot " + name)
	if f.Err != nil {
		return recreate.Snapshot{}, f.Err
	}
	s, ok := f.Snaps[name]
	if !ok {
		return s, model.Problem{Kind: model.KindNotFound, Message: "there is no notebook instance " + name}
	}
	return s, nil
}

// Facts answers what Finds says.
func (f *Recreator) Facts(_ context.Context, s recreate.Snapshot, spec recreate.Spec) recreate.Facts {
	f.called("facts " + s.Name)
	return f.Finds(s, spec)
}

// Choices answers from Values.
func (f *Recreator) Choices(_ context.Context, _ recreate.Snapshot, _ recreate.Spec, field string) ([]recreate.Choice, error) {
	f.called("choices " + field)
	if f.Err != nil {
		return nil, f.Err
	}
	return f.Values[field], nil
}

// Presign makes a URL with a secret in it.
func (f *Recreator) Presign(_ context.Context, _ model.Target, name string) (string, error) {
	f.called("presign " + name)
	return "https://" + name + ".notebook.eu-west-1.sagemaker.aws?authToken=secret", nil
}

// Survey answers what Inside says.
func (f *Recreator) Survey(_ context.Context, p *recreate.Plan) (recreate.Survey, error) {
	f.called("survey " + p.Source.Name)
	return f.Inside, f.Err
}

// Survey is what a look into both notebooks finds, when nothing is in the way.
func Survey(at time.Time) *recreate.Survey {
	n := recreate.Interior{
		UID: 1000, Sudo: true, Python: "3.7.16", Curl: true, Size: 105e9, Free: 8_600_000_000, Inodes: 5_100_000,
		Entries: 1_502_011, Files: 1_284_102, Bytes: 96_400_000_000, Excluded: 2,
		Ways: []recreate.WayIn{{Name: "kernel", In: 48e6, Out: 62e6}, {Name: "contents", In: 21e6, Out: 58e6}},
		S3:   &model.Tried{Destination: model.DestinationS3, Family: model.FamilyIPv4, State: model.TryTimeout, Detail: "no answer in 8 s"},
	}
	r := n
	r.Entries, r.Files, r.Bytes, r.Free, r.Python = 1, 0, 0, 104_800_000_000, "3.10.14"
	r.Inodes, r.Excluded, r.S3 = 6_500_000, 1, &model.Tried{Destination: model.DestinationS3, Family: model.FamilyIPv4, State: model.TryReached, MS: 9}
	return &recreate.Survey{At: at, Source: n, Replacement: &r}
}

// Writable reports whether an account was unlocked.
func (f *Recreator) Writable(account string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Unlocked[account]
}

// Forbidden is why an account that is read only cannot be unlocked.
func (f *Recreator) Forbidden(account string) error {
	if slices.Contains(f.ReadOnly, account) {
		return model.Problem{Message: "account " + account + " is read-only by configuration", Hint: "the setting is read-only"}
	}
	return nil
}

// Unlock wants the account typed.
func (f *Recreator) Unlock(account, typed string) error {
	if account != typed {
		return model.Problem{Message: "this is not the id of the account"}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Unlocked[account] = true
	return nil
}

// SomeChoices are what a form can be filled from.
func SomeChoices() map[string][]recreate.Choice {
	return map[string][]recreate.Choice{
		recreate.FieldType: {
			{Value: "ml.t3.medium", Note: "$0.05 an hour"}, {Value: "ml.m5.xlarge", Note: "$0.23 an hour, quota 4"},
			{Value: "ml.p3.2xlarge", Bad: "Amazon Linux 2023 does not support p3"},
		},
		recreate.FieldSubnet: {
			{Value: "subnet-0a1", Label: "subnet-0a1 private-1", Note: "vpc-0a12, eu-west-1a, 240 free"},
			{Value: "subnet-0b2", Label: "subnet-0b2 private-2", Note: "vpc-0b34, eu-west-1b, 12 free"},
		},
		recreate.FieldGroups: {
			{Value: "sg-01", Label: "sg-01 notebooks"}, {Value: "sg-02", Label: "sg-02 data"}, {Value: "sg-09", Bad: "it is of vpc-0b34"},
		},
		recreate.FieldBucket: {
			{Value: "sagemaker-eu-west-1-" + Prod, Note: "made 2024-03-02"}, {Value: "Old_Data", Bad: recreate.BadBucket("Old_Data")}, recreate.NewBucketChoice(Prod, "eu-west-1"),
		},
		"VpcId": {{Value: "vpc-0a12", Label: "vpc-0a12 ml-prod"}, {Value: "vpc-0b34", Label: "vpc-0b34 shared"}},
	}
}

// GoodFacts let everything pass that a fact decides.
func GoodFacts(s recreate.Snapshot, spec recreate.Spec) recreate.Facts {
	f := recreate.Facts{
		Identity: model.Identity{Account: s.Account, ARN: "arn:aws:sts::" + s.Account + ":assumed-role/ops/ana"},
		Source:   recreate.Know(&s), NameTaken: recreate.Know[*recreate.Snapshot](nil),
		Role:   recreate.Know(recreate.Role{Exists: true, Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}),
		Quotas: recreate.Know(recreate.Quotas{Total: 20, OfType: 8}), Usage: recreate.Know(recreate.Usage{Total: 6, OfType: 2}),
		Simulated: recreate.Unknown[[]recreate.Decision]("not allowed to simulate policies"),
		Offered:   recreate.Know(true), Marked: recreate.Know([]recreate.Marked{}),
		Prices: recreate.Know(recreate.Prices{Hourly: map[string]float64{"ml.t3.medium": 0.05, "ml.m5.xlarge": 0.23}, VolumeMonth: 0.14, AsOf: "2026-11-01"}),
	}
	if spec.SubnetID != "" {
		f.Subnet = recreate.Know(recreate.Subnet{Exists: true, VPCID: "vpc-0a12", Zone: "eu-west-1a", State: "available", FreeAddresses: 240})
		groups := make([]recreate.Group, 0, len(spec.SecurityGroups))
		for _, id := range spec.SecurityGroups {
			groups = append(groups, recreate.Group{ID: id, Name: "notebooks", VPCID: "vpc-0a12"})
		}
		f.Groups = recreate.Know(groups)
	}
	if spec.KMSKeyID != "" {
		f.Key = recreate.Know(recreate.Key{Exists: true, ARN: spec.KMSKeyID, State: "Enabled"})
	}
	return f
}

// Snapshot is a notebook as it can be recreated: in a subnet, direct internet
// off.
func Snapshot(name string, change func(*recreate.Snapshot)) recreate.Snapshot {
	s := recreate.Snapshot{
		ARN:  "arn:aws:sagemaker:eu-west-1:" + Prod + ":notebook-instance/" + name,
		Name: name, Account: Prod, Region: "eu-west-1", Status: model.StatusInService,
		Created: Noon().Add(-300 * 24 * time.Hour), Modified: Noon().Add(-3 * time.Hour), SeenAt: Noon(),
		URL:          name + ".notebook.eu-west-1.sagemaker.aws",
		InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::" + Prod + ":role/service-role/SageMakerExecution",
		SubnetID: "subnet-0a1", SecurityGroups: []string{"sg-01"}, NetworkID: "eni-01", DirectInternet: model.Disabled, RootAccess: model.Enabled,
		KMSKeyID: "arn:aws:kms:eu-west-1:" + Prod + ":key/0a1b2c3d", VolumeGB: 50, Platform: "notebook-al2-v2", IMDSVersion: "1", IPAddressType: "ipv4",
		Tags: []model.Tag{{Key: "Owner", Value: "ana"}, {Key: "Team", Value: "growth"}},
	}
	if change != nil {
		change(&s)
	}
	return s
}
