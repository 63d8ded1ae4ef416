package recreate

import (
	"time"

	"nbscope/model"
)

// Fact is something that was asked of AWS: known, or not known with the reason.
type Fact[T any] struct {
	Value T
	Known bool
	Why   string // why it is not known; "" when it is, or when there was nothing to ask
}

// Know is a fact that is known.
func Know[T any](v T) Fact[T] { return Fact[T]{Value: v, Known: true} }

// Unknown is a fact that could not be had.
func Unknown[T any](why string) Fact[T] { return Fact[T]{Why: why} }

// Facts are what preflight rests on: everything that AWS can be asked about a
// spec without changing anything. A fact that the spec does not need (the key of
// a notebook without one) is neither known nor refused.
type Facts struct {
	Identity  model.Identity
	Source    Fact[*Snapshot] // nil: the source does not exist any more
	NameTaken Fact[*Snapshot] // the notebook that has the new name, whatever its case; nil: free
	Role      Fact[Role]
	Subnet    Fact[Subnet]
	Groups    Fact[[]Group] // those that exist, of the spec's
	Key       Fact[Key]
	Lifecycle Fact[*model.LifecycleConfig] // nil: it does not exist
	Repos     Fact[[]Repo]                 // one for each repository of the spec that is registered by name
	Quotas    Fact[Quotas]
	Usage     Fact[Usage]
	Simulated Fact[[]Decision]
	Offered   Fact[bool] // EC2 offers the type in the subnet's zone, which is a hint, not a proof
	Prices    Fact[Prices]
	Egress    *model.Egress // the source's, as the inventory has it; nil: not judged

	SourceLifecycle Fact[*model.LifecycleConfig] // nil: it does not exist
	Marked          Fact[[]Marked]               // the target's notebooks that have the tag of a run
	Survey          Fact[*Survey]                // what is in the source, where somebody has looked
	Runs            Fact[[]Kept]                 // every run in this machine's journals, handed in by who reads them
}

// Listed is a notebook as the list of its target has it.
type Listed struct {
	ARN, Name string
	Status    model.Status
	Created   time.Time
}

// Marked is a notebook with the tag of a run: the replacement that the run made.
type Marked struct {
	Listed
	RunID     string
	SourceARN string // of its tag; "" where there was no room for it
	Source    Listed // the notebook that has that ARN now; zero where there is none
}

// Role is the execution role.
type Role struct {
	Exists bool
	Trust  string // its trust policy, JSON
}

// Subnet is the subnet that the new notebook would stand in.
type Subnet struct {
	Exists        bool
	VPCID         string
	Zone          string
	State         string // available, pending
	FreeAddresses int
	IPv6          bool // it has an IPv6 range
}

// Group is a security group.
type Group struct{ ID, Name, VPCID string }

// Key is the KMS key of the volume.
type Key struct {
	Exists bool
	ARN    string
	State  string // Enabled, Disabled, PendingDeletion, …
}

// Repo is a code repository registered by name.
type Repo struct {
	Name   string
	Exists bool
	URL    string
	Secret string // the ARN of the secret that it needs, "" for none
}

// Quotas are the limits of the account in the region. A limit that is not listed
// is negative.
type Quotas struct{ Total, OfType float64 }

// Usage is how many notebook instances count against the quotas, and which.
type Usage struct {
	Total, OfType int
	Names         []string // of all of them
}

// Decision is what the policy simulator says of one action.
type Decision struct {
	Action      string // sagemaker:CreateNotebookInstance
	Allowed     bool
	ByOrg       bool     // a service control policy denies it
	Explicit    bool     // a statement denies it, and it is not only that none allows it
	MissingKeys []string // condition keys that the simulator was not given
}

// Prices are list prices of the region in USD.
type Prices struct {
	Hourly      map[string]float64 // by instance type; a type that is missing is not known
	VolumeMonth float64            // of a GB; 0: not known
	AsOf        string
}

// Choice is one value that a field of the form can take.
type Choice struct {
	Value string
	Label string // what the picker shows; the value when it is ""
	Note  string // facts to choose by: free addresses, the VPC, a description
	Bad   string // why AWS would refuse it; "" when nothing speaks against it
}
