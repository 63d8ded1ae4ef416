package recreate

import (
	"slices"
	"sync"
	"time"

	"nbscope/model"
)

// What a recreate knows of a notebook, and of the one that it makes, stands in this
// file: the records, and the one table of their members that everything is made by
// which goes through all of them.

// Snapshot is a notebook's full configuration as observed at a time: every member
// of DescribeNotebookInstance, and the tags.
type Snapshot struct {
	ARN           string       `json:"arn"`
	Name          string       `json:"name"`
	Account       string       `json:"account"`
	Region        string       `json:"region"`
	Status        model.Status `json:"status"`
	FailureReason string       `json:"failureReason,omitempty"`
	URL           string       `json:"url,omitempty"`
	Created       time.Time    `json:"created"`
	Modified      time.Time    `json:"modified"` // moves with every change of the status too

	InstanceType      string   `json:"instanceType"`
	RoleARN           string   `json:"roleArn"`
	SubnetID          string   `json:"subnetId,omitempty"` // "" means no VPC
	SecurityGroups    []string `json:"securityGroups,omitempty"`
	NetworkID         string   `json:"networkInterfaceId,omitempty"`
	DirectInternet    string   `json:"directInternetAccess"`
	RootAccess        string   `json:"rootAccess,omitempty"`
	KMSKeyID          string   `json:"kmsKeyId,omitempty"`
	LifecycleName     string   `json:"lifecycleConfig,omitempty"`
	DefaultRepository string   `json:"defaultCodeRepository,omitempty"`
	MoreRepositories  []string `json:"additionalCodeRepositories,omitempty"`
	VolumeGB          int      `json:"volumeGB,omitempty"`
	Platform          string   `json:"platform,omitempty"`
	IMDSVersion       string   `json:"imdsVersion,omitempty"`
	IPAddressType     string   `json:"ipAddressType,omitempty"`
	AcceleratorTypes  []string `json:"acceleratorTypes,omitempty"`

	Tags        []model.Tag `json:"tags,omitempty"`        // sorted by key
	TagsUnknown string      `json:"tagsUnknown,omitempty"` // why they are not known, "" when they are

	SeenAt time.Time `json:"seenAt"`
}

// Spec is what the new notebook shall be: the exact input of
// CreateNotebookInstance. Request gives it with the API's member names.
type Spec struct {
	Name              string      `json:"name"`
	InstanceType      string      `json:"instanceType"`
	RoleARN           string      `json:"roleArn"`
	SubnetID          string      `json:"subnetId,omitempty"`
	SecurityGroups    []string    `json:"securityGroups,omitempty"`
	DirectInternet    string      `json:"directInternetAccess"`
	RootAccess        string      `json:"rootAccess"`
	KMSKeyID          string      `json:"kmsKeyId,omitempty"`
	LifecycleName     string      `json:"lifecycleConfig,omitempty"`
	DefaultRepository string      `json:"defaultCodeRepository,omitempty"`
	MoreRepositories  []string    `json:"additionalCodeRepositories,omitempty"`
	VolumeGB          int         `json:"volumeGB"`
	Platform          string      `json:"platform"`
	IMDSVersion       string      `json:"imdsVersion"`
	IPAddressType     string      `json:"ipAddressType,omitempty"`
	Tags              []model.Tag `json:"tags,omitempty"` // sorted by key, those of the run among them
}

// Members of CreateNotebookInstance, as the API names them.
const (
	FieldName        = "NotebookInstanceName"
	FieldType        = "InstanceType"
	FieldPlatform    = "PlatformIdentifier"
	FieldVolume      = "VolumeSizeInGB"
	FieldLifecycle   = "LifecycleConfigName"
	FieldIMDS        = "InstanceMetadataServiceConfiguration"
	FieldRole        = "RoleArn"
	FieldRoot        = "RootAccess"
	FieldKey         = "KmsKeyId"
	FieldSubnet      = "SubnetId"
	FieldGroups      = "SecurityGroupIds"
	FieldDirect      = "DirectInternetAccess"
	FieldIPType      = "IpAddressType"
	FieldRepository  = "DefaultCodeRepository"
	FieldMoreRepos   = "AdditionalCodeRepositories"
	FieldTags        = "Tags"
	FieldAccelerator = "AcceleratorTypes"
)

// fingerprintVersion is the version of the list of what counts. Fingerprints of one
// run are compared across versions of nbscope, so a list never changes: a member that
// shall count from now on gets the next version (FieldDef.since), and what was made by
// an older list is compared by that list.
const fingerprintVersion, promisesVersion = 1, 2

// FieldDef is one member of CreateNotebookInstance or DescribeNotebookInstance.
// Where it stands on both sides, it may have two names.
type FieldDef struct {
	Create   string // "" where only Describe has it
	Describe string // "" where only Create has it
	Option   string // of the AWS CLI, and of nbscope plan, without dashes; "" where Create has it not
	Title    string
	Form     bool // the form offers it
	Help     string

	// Where it stands in each record, as a slot; nil where a record has it not, or
	// otherwise.
	seen func(*Snapshot) any
	want func(*Spec) any
	kept func(*model.Notebook) any

	key    string // as the journal, and the list of what counts for fingerprints, have it
	since  int    // the version of that list that it came with; 0: it moves by itself, and does not count
	within string // the one member that the API's value is an object of, "" where it is the value
	always bool   // sent whatever it is
	recent bool   // older releases of the AWS CLI do not tell it
	proves proof  // what the value of a replacement proves

	bad     func(string) string // why AWS would refuse a value, "" when it would not; nil: it cannot be set
	allowed pattern             // AWS's own pattern for a text, or for each of a list; nil: no script holds it
}

// proof is what it proves that a replacement has another value than was asked for.
type proof uint8

const (
	provesNothing proof = iota // AWS may name it otherwise
	provesGiven                // something, where AWS gives a value
	provesAll                  // that it was made of another plan
)

// Fields lists every member of CreateNotebookInstance and DescribeNotebookInstance:
// what Create takes in the order of the console's form, then what AWS gives. It is
// shared and must not be changed.
func Fields() []FieldDef { return fieldRows() }

var fieldRows = sync.OnceValue(func() []FieldDef { //nolint:gochecknoglobals // never changed
	return append(askedFields(), givenFields()...)
})

// askedFields are those that Create has.
func askedFields() []FieldDef {
	return slices.Concat(shapeFields(), accessFields(), networkFields(), contentFields())
}

func shapeFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldName, Describe: FieldName, Option: "notebook-instance-name", Title: "Name", Form: true,
			Help: "Up to 63 letters, digits and hyphens. A name cannot be changed later, and the source keeps its own until it is deleted.",
			seen: func(s *Snapshot) any { return &s.Name }, want: func(s *Spec) any { return &s.Name }, kept: func(n *model.Notebook) any { return &n.Name },
			key: "name", since: 1, always: true, bad: badName, allowed: nameOnly,
		},
		{
			Create: FieldType, Describe: FieldType, Option: "instance-type", Title: "Instance type", Form: true,
			Help: "Both notebooks run and cost while the data is copied.",
			seen: func(s *Snapshot) any { return &s.InstanceType }, want: func(s *Spec) any { return &s.InstanceType }, kept: func(n *model.Notebook) any { return &n.InstanceType },
			key: "instanceType", since: 1, always: true, proves: provesGiven, bad: badType, allowed: letters("-."),
		},
		{
			Create: FieldPlatform, Describe: FieldPlatform, Option: "platform-identifier", Title: "Platform", Form: true,
			Help: "Amazon Linux 2023 is the only platform that can be created since 2026-07-01.",
			seen: func(s *Snapshot) any { return &s.Platform }, want: func(s *Spec) any { return &s.Platform }, kept: func(n *model.Notebook) any { return &n.Platform },
			key: "platform", since: 1, proves: provesGiven, bad: badPlatform, allowed: letters("-"),
		},
		{
			Create: FieldVolume, Describe: FieldVolume, Option: "volume-size-in-gb", Title: "Volume (GB)", Form: true,
			Help: "At least the source's: AWS does not tell how much of it is used.",
			seen: func(s *Snapshot) any { return &s.VolumeGB }, want: func(s *Spec) any { return &s.VolumeGB }, kept: func(n *model.Notebook) any { return &n.VolumeGB },
			key: "volumeGB", since: 1, proves: provesGiven, bad: badVolume,
		},
		{
			Create: FieldLifecycle, Describe: "NotebookInstanceLifecycleConfigName", Option: "lifecycle-config-name", Title: "Lifecycle configuration", Form: true,
			Help: "Its scripts run again, as root, within five minutes. Leave it empty to create without and attach it after the copy.",
			seen: func(s *Snapshot) any { return &s.LifecycleName }, want: func(s *Spec) any { return &s.LifecycleName }, kept: func(n *model.Notebook) any { return &n.LifecycleName },
			key: "lifecycleConfig", since: 1, proves: provesAll, bad: optional(badName), allowed: nameOnly,
		},
		{
			Create: FieldIMDS, Describe: FieldIMDS, Option: "instance-metadata-service-configuration", Title: "Metadata service",
			Help: "New notebooks have version 2 only.",
			seen: func(s *Snapshot) any { return &s.IMDSVersion }, want: func(s *Spec) any { return &s.IMDSVersion }, kept: func(n *model.Notebook) any { return &n.IMDSVersion },
			key: "imdsVersion", since: 1, proves: provesGiven, within: "MinimumInstanceMetadataServiceVersion", bad: badIMDS, allowed: letters(""),
		},
	}
}

func accessFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldRole, Describe: FieldRole, Option: "role-arn", Title: "Role", Form: true,
			Help: "What the notebook may do. You need iam:PassRole for it.",
			seen: func(s *Snapshot) any { return &s.RoleARN }, want: func(s *Spec) any { return &s.RoleARN }, kept: func(n *model.Notebook) any { return &n.RoleARN },
			key: "roleArn", since: 1, always: true, proves: provesGiven, bad: badRole, allowed: letters("_+=,.@-/:"),
		},
		{
			Create: FieldRoot, Describe: FieldRoot, Option: "root-access", Title: "Root access", Form: true,
			Help: "Whether its users may become root. Lifecycle scripts run as root in any case.",
			seen: func(s *Snapshot) any { return &s.RootAccess }, want: func(s *Spec) any { return &s.RootAccess }, kept: func(n *model.Notebook) any { return &n.RootAccess },
			key: "rootAccess", since: 1, proves: provesGiven, bad: badSwitch, allowed: letters(""),
		},
		{
			Create: FieldKey, Describe: FieldKey, Option: "kms-key-id", Title: "Encryption key", Form: true,
			Help: "The KMS key of the volume. It must be enabled, and cannot be changed later.",
			seen: func(s *Snapshot) any { return &s.KMSKeyID }, want: func(s *Spec) any { return &s.KMSKeyID }, kept: func(n *model.Notebook) any { return &n.KMSKeyID },
			key: "kmsKeyId", since: 1, bad: optional(badKey), allowed: letters(":/_-"),
		},
	}
}

func networkFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldSubnet, Describe: FieldSubnet, Option: "subnet-id", Title: "Subnet", Form: true,
			Help: "Where its network interface stands. Direct internet access can be off in a subnet only.",
			seen: func(s *Snapshot) any { return &s.SubnetID }, want: func(s *Spec) any { return &s.SubnetID }, kept: func(n *model.Notebook) any { return &n.SubnetID },
			key: "subnetId", since: 1, proves: provesAll, bad: optional(badResource("subnet-")), allowed: letters("-"),
		},
		{
			Create: FieldGroups, Describe: "SecurityGroups", Option: "security-group-ids", Title: "Security groups", Form: true,
			Help: "Up to five, all of the subnet's VPC.",
			seen: func(s *Snapshot) any { return &s.SecurityGroups }, want: func(s *Spec) any { return &s.SecurityGroups }, kept: func(n *model.Notebook) any { return &n.SecurityGroups },
			key: "securityGroups", since: 1, proves: provesAll, bad: badGroups, allowed: letters("-"),
		},
		{
			Create: FieldDirect, Describe: FieldDirect, Option: "direct-internet-access", Title: "Direct internet", Form: true,
			Help: "On: what is not in the VPC is reached through SageMaker's own network. Off: through the VPC, if it has a way.",
			seen: func(s *Snapshot) any { return &s.DirectInternet }, want: func(s *Spec) any { return &s.DirectInternet }, kept: func(n *model.Notebook) any { return &n.DirectInternet },
			key: "directInternetAccess", since: 1, always: true, proves: provesGiven, bad: badSwitch, allowed: letters(""),
		},
		{
			Create: FieldIPType, Describe: FieldIPType, Option: "ip-address-type", Title: "Addresses", Form: true,
			Help: "ipv4, or dualstack in a subnet that has IPv6.",
			seen: func(s *Snapshot) any { return &s.IPAddressType }, want: func(s *Spec) any { return &s.IPAddressType }, kept: func(n *model.Notebook) any { return &n.IPAddressType },
			key: "ipAddressType", since: 1, proves: provesGiven, recent: true, bad: optional(badIPType), allowed: letters(""),
		},
	}
}

func contentFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldRepository, Describe: FieldRepository, Option: "default-code-repository", Title: "Default repository", Form: true,
			Help: "Cloned at the creation, beside the data that is copied.",
			seen: func(s *Snapshot) any { return &s.DefaultRepository }, want: func(s *Spec) any { return &s.DefaultRepository },
			key: "defaultCodeRepository", since: 1, proves: provesAll, bad: optional(badRepo), allowed: repositoryOnly,
		},
		{
			Create: FieldMoreRepos, Describe: FieldMoreRepos, Option: "additional-code-repositories", Title: "More repositories", Form: true,
			Help: "Up to three.",
			seen: func(s *Snapshot) any { return &s.MoreRepositories }, want: func(s *Spec) any { return &s.MoreRepositories },
			key: "additionalCodeRepositories", since: 1, proves: provesAll, bad: badRepos, allowed: repositoryOnly,
		},
		{
			Create: FieldTags, Option: "tags", Title: "Tags", Form: true,
			Help: `Key=Value, separated by commas; a backslash before "=" or "," makes it part of the text. Those of the run are added.`,
			seen: func(s *Snapshot) any { return &s.Tags }, want: func(s *Spec) any { return &s.Tags }, kept: func(n *model.Notebook) any { return &n.Tags },
			key: "tags", since: 1, bad: badTags, allowed: tagOnly,
		},
		{
			Create: FieldAccelerator, Describe: FieldAccelerator, Option: "accelerator-types", Title: "Elastic Inference",
			Help: "AWS has ended Elastic Inference: it cannot be asked for any more.",
			seen: func(s *Snapshot) any { return &s.AcceleratorTypes },
			key:  "acceleratorTypes", since: 1,
		},
	}
}

// givenFields are those that AWS gives and nobody can ask for.
func givenFields() []FieldDef {
	return []FieldDef{
		{
			Describe: "NotebookInstanceArn", Title: "ARN", key: "arn", since: 1,
			seen: func(s *Snapshot) any { return &s.ARN }, kept: func(n *model.Notebook) any { return &n.ARN },
		},
		{
			Describe: "NotebookInstanceStatus", Title: "Status",
			seen: func(s *Snapshot) any { return &s.Status }, kept: func(n *model.Notebook) any { return &n.Status },
		},
		{
			Describe: "FailureReason", Title: "Failure",
			seen: func(s *Snapshot) any { return &s.FailureReason }, kept: func(n *model.Notebook) any { return &n.FailureReason },
		},
		{
			Describe: "Url", Title: "URL",
			seen: func(s *Snapshot) any { return &s.URL }, kept: func(n *model.Notebook) any { return &n.URL },
		},
		{
			Describe: "NetworkInterfaceId", Title: "Network interface",
			seen: func(s *Snapshot) any { return &s.NetworkID }, kept: func(n *model.Notebook) any { return &n.NetworkID },
		},
		{
			Describe: "CreationTime", Title: "Created", key: "created", since: 1,
			seen: func(s *Snapshot) any { return &s.Created }, kept: func(n *model.Notebook) any { return &n.Created },
		},
		{
			Describe: "LastModifiedTime", Title: "Modified",
			seen: func(s *Snapshot) any { return &s.Modified }, kept: func(n *model.Notebook) any { return &n.Modified },
		},
	}
}
