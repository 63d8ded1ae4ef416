package recreate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"nbscope/model"
)

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

// FieldDef is one member of CreateNotebookInstance or DescribeNotebookInstance.
// Where it stands on both sides, it may have two names.
type FieldDef struct {
	Create   string // "" where only Describe has it
	Describe string // "" where only Create has it
	Option   string // of the AWS CLI, and of nbscope plan, without dashes; "" where Create has it not
	Title    string
	Form     bool // the form offers it
	Help     string

	seen func(*Snapshot) string // as it is shown
	get  func(*Spec) string     // as it is shown
	set  func(*Spec, string)
	bad  func(string) string // why AWS would refuse the value, "" when it would not
}

// Name is the member's name: that of Create, where it has one.
func (f FieldDef) Name() string {
	if f.Create != "" {
		return f.Create
	}
	return f.Describe
}

// Refuses says why AWS would refuse a typed value of the field, "" when it would
// not. What depends on other fields is left to Spec.Validate.
func (f FieldDef) Refuses(value string) string {
	if f.bad == nil {
		return "it cannot be set"
	}
	return f.bad(strings.TrimSpace(value))
}

// Fields lists every member of CreateNotebookInstance and DescribeNotebookInstance:
// what Create takes in the order of the console's form, then what AWS gives.
func Fields() []FieldDef {
	out := append(shapeFields(), accessFields()...)
	out = append(out, networkFields()...)
	out = append(out, contentFields()...)
	return append(out, givenFields()...)
}

// FieldOf returns the field that Create calls so.
func FieldOf(create string) (FieldDef, bool) {
	for _, f := range Fields() {
		if f.Create == create && create != "" {
			return f, true
		}
	}
	return FieldDef{}, false
}

func shapeFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldName, Describe: FieldName, Option: "notebook-instance-name", Title: "Name", Form: true,
			Help: "Up to 63 letters, digits and hyphens. A name cannot be changed later, and the source keeps its own until it is deleted.",
			seen: func(s *Snapshot) string { return s.Name },
			get:  func(s *Spec) string { return s.Name }, set: func(s *Spec, v string) { s.Name = v }, bad: badName,
		},
		{
			Create: FieldType, Describe: FieldType, Option: "instance-type", Title: "Instance type", Form: true,
			Help: "Both notebooks run and cost while the data is copied.",
			seen: func(s *Snapshot) string { return s.InstanceType },
			get:  func(s *Spec) string { return s.InstanceType }, set: func(s *Spec, v string) { s.InstanceType = v }, bad: badType,
		},
		{
			Create: FieldPlatform, Describe: FieldPlatform, Option: "platform-identifier", Title: "Platform", Form: true,
			Help: "Amazon Linux 2023 is the only platform that can be created since 2026-07-01.",
			seen: func(s *Snapshot) string { return s.Platform },
			get:  func(s *Spec) string { return s.Platform }, set: func(s *Spec, v string) { s.Platform = v }, bad: badPlatform,
		},
		{
			Create: FieldVolume, Describe: FieldVolume, Option: "volume-size-in-gb", Title: "Volume (GB)", Form: true,
			Help: "At least the source's: AWS does not tell how much of it is used.",
			seen: func(s *Snapshot) string { return number(s.VolumeGB) },
			get:  func(s *Spec) string { return number(s.VolumeGB) }, set: func(s *Spec, v string) { s.VolumeGB, _ = strconv.Atoi(v) }, bad: badVolume,
		},
		{
			Create: FieldLifecycle, Describe: "NotebookInstanceLifecycleConfigName", Option: "lifecycle-config-name", Title: "Lifecycle configuration", Form: true,
			Help: "Its scripts run again, as root, within five minutes. Leave it empty to create without and attach it after the copy.",
			seen: func(s *Snapshot) string { return s.LifecycleName },
			get:  func(s *Spec) string { return s.LifecycleName }, set: func(s *Spec, v string) { s.LifecycleName = v }, bad: optional(badName),
		},
		{
			Create: FieldIMDS, Describe: FieldIMDS, Option: "instance-metadata-service-configuration", Title: "Metadata service",
			Help: "New notebooks have version 2 and no other.",
			seen: func(s *Snapshot) string { return s.IMDSVersion },
			get:  func(s *Spec) string { return s.IMDSVersion }, set: func(s *Spec, v string) { s.IMDSVersion = v }, bad: badIMDS,
		},
	}
}

func accessFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldRole, Describe: FieldRole, Option: "role-arn", Title: "Role", Form: true,
			Help: "What the notebook may do. You need iam:PassRole for it.",
			seen: func(s *Snapshot) string { return s.RoleARN },
			get:  func(s *Spec) string { return s.RoleARN }, set: func(s *Spec, v string) { s.RoleARN = v }, bad: badRole,
		},
		{
			Create: FieldRoot, Describe: FieldRoot, Option: "root-access", Title: "Root access", Form: true,
			Help: "Whether its users may become root. Lifecycle scripts run as root in any case.",
			seen: func(s *Snapshot) string { return s.RootAccess },
			get:  func(s *Spec) string { return s.RootAccess }, set: func(s *Spec, v string) { s.RootAccess = v }, bad: badSwitch,
		},
		{
			Create: FieldKey, Describe: FieldKey, Option: "kms-key-id", Title: "Encryption key", Form: true,
			Help: "The KMS key of the volume. It must be enabled, and cannot be changed later.",
			seen: func(s *Snapshot) string { return s.KMSKeyID },
			get:  func(s *Spec) string { return s.KMSKeyID }, set: func(s *Spec, v string) { s.KMSKeyID = v }, bad: optional(badKey),
		},
	}
}

func networkFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldSubnet, Describe: FieldSubnet, Option: "subnet-id", Title: "Subnet", Form: true,
			Help: "Where its network interface stands. Direct internet access can be off in a subnet only.",
			seen: func(s *Snapshot) string { return s.SubnetID },
			get:  func(s *Spec) string { return s.SubnetID }, set: func(s *Spec, v string) { s.SubnetID = v }, bad: optional(badResource("subnet-")),
		},
		{
			Create: FieldGroups, Describe: "SecurityGroups", Option: "security-group-ids", Title: "Security groups", Form: true,
			Help: "Up to five, all of the subnet's VPC.",
			seen: func(s *Snapshot) string { return joined(s.SecurityGroups) },
			get:  func(s *Spec) string { return joined(s.SecurityGroups) }, set: func(s *Spec, v string) { s.SecurityGroups = listed(v) }, bad: badGroups,
		},
		{
			Create: FieldDirect, Describe: FieldDirect, Option: "direct-internet-access", Title: "Direct internet", Form: true,
			Help: "On: what is not in the VPC is reached through SageMaker's own network. Off: through the VPC, if it has a way.",
			seen: func(s *Snapshot) string { return s.DirectInternet },
			get:  func(s *Spec) string { return s.DirectInternet }, set: func(s *Spec, v string) { s.DirectInternet = v }, bad: badSwitch,
		},
		{
			Create: FieldIPType, Describe: FieldIPType, Option: "ip-address-type", Title: "Addresses", Form: true,
			Help: "ipv4, or dualstack in a subnet that has IPv6.",
			seen: func(s *Snapshot) string { return s.IPAddressType },
			get:  func(s *Spec) string { return s.IPAddressType }, set: func(s *Spec, v string) { s.IPAddressType = v }, bad: optional(badIPType),
		},
	}
}

func contentFields() []FieldDef {
	return []FieldDef{
		{
			Create: FieldRepository, Describe: FieldRepository, Option: "default-code-repository", Title: "Default repository", Form: true,
			Help: "Cloned at the creation, beside the data that is copied.",
			seen: func(s *Snapshot) string { return model.MaskURL(s.DefaultRepository) },
			get:  func(s *Spec) string { return model.MaskURL(s.DefaultRepository) }, set: func(s *Spec, v string) { s.DefaultRepository = v }, bad: optional(badRepo),
		},
		{
			Create: FieldMoreRepos, Describe: FieldMoreRepos, Option: "additional-code-repositories", Title: "More repositories", Form: true,
			Help: "Up to three.",
			seen: func(s *Snapshot) string { return joined(model.MaskURLs(s.MoreRepositories)) },
			get:  func(s *Spec) string { return joined(model.MaskURLs(s.MoreRepositories)) }, set: func(s *Spec, v string) { s.MoreRepositories = listed(v) }, bad: badRepos,
		},
		{
			Create: FieldTags, Option: "tags", Title: "Tags", Form: true,
			Help: `Key=Value, separated by commas; a backslash before "=" or "," makes it part of the text. Those of the run are added.`,
			get:  func(s *Spec) string { return writeTags(s.withoutRun().Tags) }, set: setTags, bad: badTags,
		},
		{
			Create: FieldAccelerator, Describe: FieldAccelerator, Option: "accelerator-types", Title: "Elastic Inference",
			Help: "AWS has ended Elastic Inference: it cannot be asked for any more.",
			seen: func(s *Snapshot) string { return joined(s.AcceleratorTypes) },
		},
	}
}

// givenFields are those that AWS gives and nobody can ask for.
func givenFields() []FieldDef {
	return []FieldDef{
		{Describe: "NotebookInstanceArn", Title: "ARN", seen: func(s *Snapshot) string { return s.ARN }},
		{Describe: "NotebookInstanceStatus", Title: "Status", seen: func(s *Snapshot) string { return string(s.Status) }},
		{Describe: "FailureReason", Title: "Failure", seen: func(s *Snapshot) string { return s.FailureReason }},
		{Describe: "Url", Title: "URL", seen: func(s *Snapshot) string { return s.URL }},
		{Describe: "NetworkInterfaceId", Title: "Network interface", seen: func(s *Snapshot) string { return s.NetworkID }},
		{Describe: "CreationTime", Title: "Created", seen: func(s *Snapshot) string { return stamp(s.Created) }},
		{Describe: "LastModifiedTime", Title: "Modified", seen: func(s *Snapshot) string { return stamp(s.Modified) }},
	}
}

// Value is a field of the spec as the form shows it: lists joined by ", ", "" for
// a field that is not sent.
func (s *Spec) Value(create string) string {
	f, ok := FieldOf(create)
	if !ok || f.get == nil {
		return ""
	}
	return f.get(s)
}

// Set takes a typed value into a field of the spec. The error says why AWS would
// refuse it, and the spec stays as it was. A masked address stands for the one that
// the spec has.
func (s *Spec) Set(create, value string) error {
	f, ok := FieldOf(create)
	if !ok || f.set == nil {
		return fmt.Errorf("%s cannot be set", create)
	}
	if why := f.Refuses(value); why != "" {
		return fmt.Errorf("%s: %s", f.Title, why)
	}
	value, err := s.reveal(create, strings.TrimSpace(value))
	if err != nil {
		return fmt.Errorf("%s: %w", f.Title, err)
	}
	f.set(s, value)
	return nil
}

// stamp is a time as it is printed, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// number is a number as it is printed, "" for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
