package model

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What is known of a notebook stands in this file: the record, the fields that it is
// listed, filtered and sorted by, and the members that it is exported as. Everything
// that goes through all of them goes through these tables.

// Notebook is one notebook instance as observed. It is immutable once it has
// left the scanner: a newer observation is a new value with the same ARN.
//
// The first group of fields comes with the list page; the second with the
// describe and is meaningful only if Described.Known(); VPCID and the names of
// VPC and subnet come from EC2 and are meaningful only if Located.Known(); Tags
// only if Tagged.Known(). Egress says by itself what it does not know: it stands
// although a fact behind it was refused.
type Notebook struct {
	ARN           string
	Name          string
	Account       string
	Region        string
	Status        Status
	InstanceType  string
	URL           string // host and path, as AWS gives it, without a scheme
	Created       time.Time
	Modified      time.Time
	LifecycleName string   // "" when none is attached
	Repositories  []string // default repository first, then the additional ones

	Described      Part
	SubnetID       string // "" means no VPC
	SecurityGroups []string
	NetworkID      string // the network interface in the customer's VPC
	DirectInternet string // Enabled, Disabled, or a future value as it came
	RootAccess     string
	RoleARN        string
	KMSKeyID       string
	Platform       string
	IMDSVersion    string
	IPAddressType  string
	VolumeGB       int
	FailureReason  string
	HasDefaultRepo bool // the first of Repositories is the default one

	Located    Part
	VPCID      string
	VPCName    string // the Name tag, "" when it has none
	SubnetName string

	Tagged Part
	Tags   []Tag // sorted by key

	Networked   Part      // the facts behind Egress; failed when one was refused, or is not understood and Egress hangs on it
	NetworkedAt time.Time // when they were read; zero where none are needed
	Egress      *Egress   // nil until judged; never changed
	Probe       *Probe    // what was tried from inside; nil where nobody has. In no scan, and in no cache

	SeenAt  time.Time // when the newest part was observed; of what only an index names, when that heard of it
	Stale   bool      // from the cache, not confirmed by this scan yet
	Indexed bool      // named by an index alone: nobody has looked yet, and there is its name and place only
}

// Source is where what is known of a notebook is from, in the words of the JSON contract.
func (n *Notebook) Source() string {
	switch {
	case n.Indexed:
		return "index"
	case n.Stale:
		return "cache"
	}
	return "live"
}

// FieldID names one property of a notebook: as a column, as a field of the
// filter language, as a sort key and as a column of an export.
type FieldID string

// The fields.
const (
	FieldName      FieldID = "name"
	FieldAccount   FieldID = "account"
	FieldRegion    FieldID = "region"
	FieldStatus    FieldID = "status"
	FieldVPC       FieldID = "vpc"
	FieldSubnet    FieldID = "subnet"
	FieldNet       FieldID = "net" // direct internet, with the network mode behind it
	FieldEgress    FieldID = "egress"
	FieldFinding   FieldID = "finding"
	FieldType      FieldID = "type"
	FieldPlatform  FieldID = "platform"
	FieldAge       FieldID = "age"
	FieldSG        FieldID = "sg"
	FieldRole      FieldID = "role"
	FieldLifecycle FieldID = "lcc"
	FieldRoot      FieldID = "root"
	FieldIMDS      FieldID = "imds"
	FieldVolume    FieldID = "volume"
	FieldKMS       FieldID = "kms"
	FieldTags      FieldID = "tag"

	FieldARN FieldID = "arn" // of those that are columns only where they are asked for
	FieldURL FieldID = "url"
	FieldWhy FieldID = "why_unknown"
)

// Field is one property of a notebook, and what everybody needs to know of it who
// shows, sorts or filters by it.
type Field struct {
	ID    FieldID
	Title string // head of the column
	Long  string // what it is, for help and pickers

	Right    bool // numbers are set right
	Least    int  // cells that a column may be cut to
	Most     int  // cells that a column may take
	Priority int  // the column with the largest number leaves a narrow screen first; 0 never does
	Printed  int  // the same of a list that is printed: no page beside it says the rest

	Label string // where a page about one notebook has a line for it, in small letters; "": the page speaks of it otherwise
	Page  Page

	text   func(Lens, *Notebook) string        // as a person reads it in a list, "" for none
	full   func(*Notebook) string              // as AWS gives it; nil: as text
	part   partKind                            // what it comes with
	number func(Lens, *Notebook) (int64, bool) // what it is sorted by, false for none; nil: by its text

	Also []string // other names of it: heads of the CSV, members of the JSON, words of the filter

	// Where AWS gives a value for every notebook: the member of the JSON contract, and
	// what a sentence calls it.
	member, needs string
}

// TagField is the field of one tag, by its key.
func TagField(key string) FieldID { return FieldTags + ":" + FieldID(key) }

// tag is the key of the tag that the field is about.
func (id FieldID) tag() (key string, ok bool) {
	key, ok = strings.CutPrefix(string(id), string(FieldTags)+":")
	return key, ok && key != ""
}

// AllTags stands for one field for each tag that there is.
const AllTags = FieldTags + ":*"

// TagFields are the fields of the tags that notebooks have, by their keys.
func TagFields(rows []*Notebook) []FieldID {
	seen := map[FieldID]bool{}
	for _, n := range rows {
		for _, t := range n.Tags {
			seen[TagField(t.Key)] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func tagField(id FieldID, key string) *Field {
	return &Field{
		ID: id, Title: key, Long: "the tag " + key, Least: 8, Most: 30, Priority: 16, Printed: 19, part: partTagged,
		text: func(_ Lens, n *Notebook) string {
			for _, t := range n.Tags {
				if t.Key == key {
					return t.Value
				}
			}
			return ""
		},
	}
}

// partKind is what a value comes with: the list page, or a part that is fetched, or
// judged, by itself.
type partKind uint8

const (
	partListed partKind = iota
	partNamed           // what also an index says: the name and the place
	partDescribed
	partPlaced // the VPC, which is resolved from the subnet
	partTagged
	partJudged
	partFound
)

// Page is a group of lines of a page about one notebook.
type Page uint8

// The groups.
const (
	PageNone Page = iota
	PageMachine
	PageAccess
	PageStart
)

// fieldTable lists every field in the order of the columns.
var fieldTable = sync.OnceValue(func() []Field { //nolint:gochecknoglobals // never changed
	return slices.Concat(listedFields(), networkFields(), describedFields(), attachedFields())
})

// Fields lists every field in the order of the columns.
func Fields() []Field { return slices.Clone(fieldTable()) }

// moreTable lists what is a column where it is asked for and in no list that is not: the
// members of the JSON that no field is about, by their names, and why some of a notebook
// is not known.
var moreTable = sync.OnceValue(func() []Field { //nolint:gochecknoglobals // never changed
	var out []Field
	for _, m := range memberTable() {
		if m.column != "" {
			out = append(out, Field{
				ID: FieldID(m.Name), Title: strings.ToUpper(m.column), Long: m.column + ", as in the JSON", Least: 12, Most: 90, Priority: 18,
				text: func(_ Lens, n *Notebook) string { return m.text(n) }, part: m.part,
			})
		}
	}
	return append(out, Field{
		ID: FieldWhy, Title: "WHY UNKNOWN", Long: "why some of it is not known", Also: []string{"unknown"}, Least: 12, Most: 90, Priority: 18,
		text: func(_ Lens, n *Notebook) string { return strings.Join(n.Reasons(), "; ") }, part: partNamed,
	})
})

// MoreFields lists what is a column where it is asked for by name, beside Fields.
func MoreFields() []Field { return slices.Clone(moreTable()) }

func listedFields() []Field {
	return []Field{
		{
			ID: FieldName, Title: "NAME", Long: "name of the notebook instance", Least: 18, Most: 63,
			text: func(_ Lens, n *Notebook) string { return n.Name }, part: partNamed,
		},
		{
			ID: FieldAccount, Title: "ACCOUNT", Long: "account alias, or its id", Also: []string{"alias"}, Least: 12, Most: 24, Priority: 7, Printed: 6,
			text: func(l Lens, n *Notebook) string { return cmp.Or(l.Aliases[n.Account], n.Account) }, part: partNamed,
		},
		{
			ID: FieldRegion, Title: "REGION", Long: "region", Least: 14, Most: 16, Priority: 6, Printed: 4,
			text: func(_ Lens, n *Notebook) string { return n.Region }, part: partNamed,
		},
		{
			ID: FieldStatus, Title: "STATUS", Long: "status as AWS gives it", Least: 11, Most: 20, Priority: 4, Printed: 3,
			text: func(_ Lens, n *Notebook) string { return string(n.Status) },
		},
	}
}

func networkFields() []Field {
	return []Field{
		{
			ID: FieldVPC, Title: "VPC", Long: "VPC, resolved from the subnet", Also: []string{"vpcId"}, Least: 10, Most: 30, Priority: 5, Printed: 7,
			text: func(_ Lens, n *Notebook) string { return joinNonEmpty(n.VPCID, n.VPCName) }, part: partPlaced,
		},
		{
			ID: FieldSubnet, Title: "SUBNET", Long: "subnet", Also: []string{"subnetId"}, Least: 12, Most: 30, Priority: 8, Printed: 9,
			text: func(_ Lens, n *Notebook) string { return joinNonEmpty(n.SubnetID, n.SubnetName) }, part: partDescribed,
		},
		{
			ID: FieldNet, Title: "DIRECT", Long: "direct internet access", Least: 6, Most: 12, Priority: 2, Printed: 5,
			text: func(_ Lens, n *Notebook) string { return directText(n) }, full: func(n *Notebook) string { return n.DirectInternet },
			Also: []string{"direct", "network_mode", "direct_internet", "networkMode", "directInternetAccess"},
			part: partDescribed, member: "directInternetAccess", needs: "direct internet access",
		},
		{
			ID: FieldEgress, Title: "EGRESS", Long: "whether and how it reaches the internet", Least: 16, Most: 17, Priority: 3, Printed: 2,
			text: func(_ Lens, n *Notebook) string { return n.verdict().Phrase() }, part: partJudged,
			number: func(_ Lens, n *Notebook) (int64, bool) { return weighed(n.verdictWeight()) },
		},
		{
			ID: FieldFinding, Title: "FINDING", Long: "worst finding under the policy", Least: 16, Most: 16, Priority: 1, Printed: 1,
			text: Lens.findingText, part: partFound, Also: []string{"findings", "finding_codes"},
			number: func(l Lens, n *Notebook) (int64, bool) { return weighed(l.findingWeight(n)) },
		},
	}
}

func describedFields() []Field {
	return []Field{
		{
			ID: FieldType, Title: "TYPE", Long: "instance type", Also: []string{"instanceType"}, Least: 14, Most: 16, Priority: 8, Printed: 8,
			text: func(_ Lens, n *Notebook) string { return n.InstanceType },
		},
		{
			ID: FieldPlatform, Title: "PLATFORM", Long: "platform identifier", Least: 9, Most: 16, Priority: 9, Printed: 11, Label: "platform", Page: PageMachine,
			text: func(_ Lens, n *Notebook) string { return strings.TrimPrefix(n.Platform, "notebook-") }, full: func(n *Notebook) string { return n.Platform },
			part: partDescribed, member: "platform", needs: "the platform",
		},
		{
			ID: FieldAge, Title: "AGE", Long: "time since creation", Also: []string{"created"}, Right: true, Least: 4, Most: 5, Priority: 8, Printed: 10,
			text:   ageText,
			number: func(_ Lens, n *Notebook) (int64, bool) { return -n.Created.UnixMicro(), !n.Created.IsZero() },
		},
	}
}

func attachedFields() []Field {
	return []Field{
		{
			ID: FieldSG, Title: "SECURITY GROUPS", Long: "security groups", Also: []string{"securityGroups"}, Least: 15, Most: 30, Priority: 13, Printed: 13,
			text: func(_ Lens, n *Notebook) string { return strings.Join(n.SecurityGroups, " ") }, part: partDescribed,
		},
		{
			ID: FieldRole, Title: "ROLE", Long: "execution role", Least: 16, Most: 30, Priority: 12, Printed: 12, Label: "execution role", Page: PageAccess,
			text: func(_ Lens, n *Notebook) string { return lastSegment(n.RoleARN) }, full: func(n *Notebook) string { return n.RoleARN },
			part: partDescribed, Also: []string{"roleArn"},
		},
		{
			ID: FieldLifecycle, Title: "LIFECYCLE", Long: "lifecycle configuration", Least: 16, Most: 24, Priority: 11, Printed: 14, Label: "lifecycle", Page: PageStart,
			text: func(_ Lens, n *Notebook) string { return n.LifecycleName }, Also: []string{"lifecycle", "lifecycleConfig"},
		},
		{
			ID: FieldRoot, Title: "ROOT", Long: "root access", Least: 4, Most: 5, Priority: 10, Printed: 16, Label: "root access", Page: PageAccess,
			text: func(_ Lens, n *Notebook) string { return onOff(n.RootAccess) }, full: func(n *Notebook) string { return n.RootAccess },
			part: partDescribed, Also: []string{"rootAccess"}, member: "rootAccess", needs: "root access",
		},
		{
			ID: FieldIMDS, Title: "IMDS", Long: "minimum metadata service version", Least: 4, Most: 5, Priority: 15, Printed: 17, Label: "metadata service", Page: PageAccess,
			text: func(_ Lens, n *Notebook) string { return n.IMDSVersion },
			part: partDescribed, Also: []string{"imdsVersion"}, member: "imdsVersion", needs: "the metadata service",
		},
		{
			ID: FieldVolume, Title: "VOLUME", Long: "volume size in GB", Right: true, Least: 6, Most: 9, Priority: 14, Printed: 15, Label: "volume", Page: PageMachine,
			text:   volumeText,
			number: func(_ Lens, n *Notebook) (int64, bool) { return int64(n.VolumeGB), n.VolumeGB != 0 },
			part:   partDescribed, Also: []string{"volume_gb", "volumeGB"}, member: "volumeGB", needs: "the volume's size",
		},
		{
			ID: FieldKMS, Title: "KMS KEY", Long: "encryption key", Least: 12, Most: 24, Priority: 17, Printed: 18, Label: "encryption key", Page: PageMachine,
			text: func(_ Lens, n *Notebook) string { return lastSegment(n.KMSKeyID) }, full: func(n *Notebook) string { return n.KMSKeyID },
			part: partDescribed, Also: []string{"kmsKeyId"},
		},
		{
			ID: FieldTags, Title: "TAGS", Long: "tags as key=value", Least: 16, Most: 40, Priority: 16, Printed: 19,
			text: func(_ Lens, n *Notebook) string { return tagText(n.Tags) }, part: partTagged, Also: []string{"tags"},
		},
	}
}

func ageText(l Lens, n *Notebook) string {
	if n.Created.IsZero() {
		return ""
	}
	return Age(l.Now.Sub(n.Created))
}

func volumeText(_ Lens, n *Notebook) string {
	if n.VolumeGB == 0 {
		return ""
	}
	return strconv.Itoa(n.VolumeGB) + " GB"
}

// Member is one member of a notebook in the JSON contract, of those that AWS tells.
type Member struct {
	Name   string
	Value  func(*Notebook) any // a string, int, bool, []string or map[string]string; nil: it is not there
	Always bool                // it is there also where it is empty
	part   partKind
	column string // what it is, where no field has it
}

// text is the value as a column has it, "" for none.
func (m *Member) text(n *Notebook) string {
	switch v := m.Value(n).(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, " ")
	case bool:
		if v {
			return "yes"
		}
	}
	return ""
}

// memberTable lists the members in the order of the contract.
var memberTable = sync.OnceValue(func() []Member { //nolint:gochecknoglobals // never changed
	return []Member{
		{Name: "arn", Value: func(n *Notebook) any { return n.ARN }, Always: true, part: partNamed, column: "ARN"},
		{Name: "name", Value: func(n *Notebook) any { return n.Name }, Always: true, part: partNamed},
		{Name: "account", Value: func(n *Notebook) any { return n.Account }, Always: true, part: partNamed},
		{Name: "region", Value: func(n *Notebook) any { return n.Region }, Always: true, part: partNamed},
		{Name: "status", Value: func(n *Notebook) any { return string(n.Status) }},
		{Name: "instanceType", Value: func(n *Notebook) any { return n.InstanceType }},
		{Name: "networkMode", Value: func(n *Notebook) any { return string(n.NetworkMode()) }, part: partDescribed},
		{Name: "directInternetAccess", Value: func(n *Notebook) any { return n.DirectInternet }, part: partDescribed},
		{Name: "vpcId", Value: func(n *Notebook) any { return n.VPCID }, part: partPlaced},
		{Name: "subnetId", Value: func(n *Notebook) any { return n.SubnetID }, part: partDescribed},
		{Name: "securityGroups", Value: func(n *Notebook) any { return n.SecurityGroups }, part: partDescribed},
		{Name: "roleArn", Value: func(n *Notebook) any { return n.RoleARN }, part: partDescribed},
		{Name: "kmsKeyId", Value: func(n *Notebook) any { return n.KMSKeyID }, part: partDescribed},
		{Name: "lifecycleConfig", Value: func(n *Notebook) any { return n.LifecycleName }},
		{Name: "platform", Value: func(n *Notebook) any { return n.Platform }, part: partDescribed},
		{Name: "rootAccess", Value: func(n *Notebook) any { return n.RootAccess }, part: partDescribed},
		{Name: "imdsVersion", Value: func(n *Notebook) any { return n.IMDSVersion }, part: partDescribed},
		{Name: "ipAddressType", Value: func(n *Notebook) any { return n.IPAddressType }, part: partDescribed, column: "IP addresses"},
		{Name: "volumeGB", Value: func(n *Notebook) any { return n.VolumeGB }, part: partDescribed},
		{Name: "codeRepositories", Value: func(n *Notebook) any { return MaskURLs(n.Repositories) }, column: "code repositories"},
		{Name: "url", Value: func(n *Notebook) any { return n.URL }, column: "URL"},
		{Name: "created", Value: func(n *Notebook) any { return Stamp(n.Created) }},
		{Name: "modified", Value: func(n *Notebook) any { return Stamp(n.Modified) }, column: "last change"},
		{Name: "failureReason", Value: func(n *Notebook) any { return n.FailureReason }, part: partDescribed, column: "reason of the failure"},
		{Name: "tags", Value: (*Notebook).tagMap, part: partTagged},
		{Name: "stale", Value: func(n *Notebook) any { return n.Stale }, part: partNamed, column: "not confirmed"},
		{Name: "source", Value: func(n *Notebook) any { return n.Source() }, Always: true, part: partNamed, column: "where it is from"},
		{Name: "capturedAt", Value: func(n *Notebook) any { return Stamp(n.SeenAt) }, part: partNamed, column: "time of the last look"},
	}
})

// Members lists the members in the order of the contract.
func Members() []Member { return slices.Clone(memberTable()) }
