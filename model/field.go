package model

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FieldID names one property of a notebook: as a column, as a field of the
// filter language, as a sort key and as a column of an export.
type FieldID string

// The fields. Their order here is the order of the columns.
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
)

// Field describes one property of a notebook.
type Field struct {
	ID    FieldID
	Title string // head of the column
	Long  string // what it is, for help and pickers
	Right bool   // numbers are set right
}

// Fields lists every field in the order of the columns.
func Fields() []Field {
	return []Field{
		{FieldName, "NAME", "name of the notebook instance", false},
		{FieldAccount, "ACCOUNT", "account alias, or its id", false},
		{FieldRegion, "REGION", "region", false},
		{FieldStatus, "STATUS", "status as AWS gives it", false},
		{FieldVPC, "VPC", "VPC, resolved from the subnet", false},
		{FieldSubnet, "SUBNET", "subnet", false},
		{FieldNet, "DIRECT", "direct internet access", false},
		{FieldEgress, "EGRESS", "whether and how it reaches the internet", false},
		{FieldFinding, "FINDING", "worst finding under the policy", false},
		{FieldType, "TYPE", "instance type", false},
		{FieldPlatform, "PLATFORM", "platform identifier", false},
		{FieldAge, "AGE", "time since creation", true},
		{FieldSG, "SECURITY GROUPS", "security groups", false},
		{FieldRole, "ROLE", "execution role", false},
		{FieldLifecycle, "LIFECYCLE", "lifecycle configuration", false},
		{FieldRoot, "ROOT", "root access", false},
		{FieldIMDS, "IMDS", "minimum metadata service version", false},
		{FieldVolume, "VOLUME", "volume size in GB", true},
		{FieldKMS, "KMS KEY", "encryption key", false},
		{FieldTags, "TAGS", "tags as key=value", false},
	}
}

// Cell is the text of one field of one notebook as it stands in a list.
type Cell struct {
	Text  string
	State CellState
}

// CellState says what the text of a cell means.
type CellState uint8

// The states of a cell.
const (
	CellKnown   CellState = iota
	CellPending           // on its way
	CellUnknown           // refused; the reason is in the notebook's part
	CellAbsent            // AWS says that there is none
)

// Lens is what a cell's text depends on besides the notebook.
type Lens struct {
	Now     time.Time
	Aliases map[string]string // account id to alias

	// Findings judges a notebook under the policy that holds for it; nil: nobody
	// judges. It must answer the same for the same notebook.
	Findings func(*Notebook) []Finding
}

// Words for cells without a value.
const (
	TextPending = "…"
	TextUnknown = "?"
	TextAbsent  = "-"
)

// Cell returns the text of a field. The text is as AWS gave it: whoever draws it
// makes it safe for a terminal.
func (l Lens) Cell(n *Notebook, f FieldID) Cell {
	if cell, ok := l.judgedCell(n, f); ok {
		return cell
	}
	if part, ok := partOf(n, f); ok && !part.Known() {
		if part.State == LoadPending {
			return Cell{TextPending, CellPending}
		}
		return Cell{TextUnknown, CellUnknown}
	}
	text := l.Text(n, f)
	if text == "" {
		return Cell{TextAbsent, CellAbsent}
	}
	return Cell{text, CellKnown}
}

// Text returns the value of a field as a person reads it in a list, "" when
// there is none or it is not known.
func (l Lens) Text(n *Notebook, f FieldID) string {
	switch f {
	case FieldName:
		return n.Name
	case FieldAccount:
		return cmp.Or(l.Aliases[n.Account], n.Account)
	case FieldRegion:
		return n.Region
	case FieldStatus:
		return string(n.Status)
	case FieldType:
		return n.InstanceType
	case FieldAge:
		if n.Created.IsZero() {
			return ""
		}
		return Age(l.Now.Sub(n.Created))
	case FieldLifecycle:
		return n.LifecycleName
	case FieldTags:
		return tagText(n.Tags)
	case FieldEgress:
		return n.verdict().Phrase()
	case FieldFinding:
		return l.findingText(n)
	case FieldVPC, FieldSubnet, FieldNet, FieldPlatform, FieldSG, FieldRole, FieldRoot, FieldIMDS, FieldVolume, FieldKMS:
		return describedText(n, f)
	}
	return ""
}

// describedText is Text for the fields that the list page does not tell.
func describedText(n *Notebook, f FieldID) string {
	switch f {
	case FieldVPC:
		return joinNonEmpty(n.VPCID, n.VPCName)
	case FieldSubnet:
		return joinNonEmpty(n.SubnetID, n.SubnetName)
	case FieldNet:
		return directText(n)
	case FieldPlatform:
		return strings.TrimPrefix(n.Platform, "notebook-")
	case FieldSG:
		return strings.Join(n.SecurityGroups, " ")
	case FieldRole:
		return lastSegment(n.RoleARN)
	case FieldRoot:
		return onOff(n.RootAccess)
	case FieldIMDS:
		return n.IMDSVersion
	case FieldVolume:
		if n.VolumeGB == 0 {
			return ""
		}
		return strconv.Itoa(n.VolumeGB) + " GB"
	case FieldKMS:
		return lastSegment(n.KMSKeyID)
	case FieldName, FieldAccount, FieldRegion, FieldStatus, FieldType, FieldAge, FieldLifecycle, FieldTags,
		FieldEgress, FieldFinding:
	}
	return ""
}

// Compare orders two notebooks by a field, ascending, with what has no value
// last. It does not break ties: a stable order does that by name and ARN.
func (l Lens) Compare(a, b *Notebook, f FieldID) int {
	switch f {
	case FieldAge:
		return cmp.Or(emptyLast(a.Created.IsZero(), b.Created.IsZero()), b.Created.Compare(a.Created))
	case FieldVolume:
		return cmp.Or(emptyLast(a.VolumeGB == 0, b.VolumeGB == 0), cmp.Compare(a.VolumeGB, b.VolumeGB))
	case FieldEgress:
		return compareWeights(a.verdictWeight(), b.verdictWeight())
	case FieldFinding:
		return compareWeights(l.findingWeight(a), l.findingWeight(b))
	case FieldName, FieldAccount, FieldRegion, FieldStatus, FieldVPC, FieldSubnet, FieldNet, FieldType,
		FieldPlatform, FieldSG, FieldRole, FieldLifecycle, FieldRoot, FieldIMDS, FieldKMS, FieldTags:
	}
	x, y := l.Text(a, f), l.Text(b, f)
	return cmp.Or(emptyLast(x == "", y == ""), compareFold(x, y))
}

// emptyLast orders what has no value after what has one.
func emptyLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// partOf returns the separately fetched part that a field belongs to; false for
// fields that come with the list page.
func partOf(n *Notebook, f FieldID) (Part, bool) {
	switch f {
	case FieldVPC:
		if n.Described.Known() && n.SubnetID != "" {
			return n.Located, true
		}
		return n.Described, true
	case FieldNet, FieldPlatform, FieldRoot, FieldIMDS, FieldVolume:
		return n.told(f), true
	case FieldSubnet, FieldSG, FieldRole, FieldKMS:
		return n.Described, true
	case FieldTags:
		return n.Tagged, true
	case FieldEgress:
		return n.judged(), true
	case FieldFinding:
		return n.findable(), true
	case FieldName, FieldAccount, FieldRegion, FieldStatus, FieldType, FieldAge, FieldLifecycle:
		return Part{}, false
	}
	return Part{}, false
}

// Knows reports whether the field's value was fetched: true also where the
// value is that there is none.
func (n *Notebook) Knows(f FieldID) bool {
	part, ok := partOf(n, f)
	return !ok || part.Known()
}

// Skips reports whether the field's value was not asked for.
func (n *Notebook) Skips(f FieldID) bool {
	part, ok := partOf(n, f)
	return ok && part.State == LoadSkipped
}

// Reason says why a field of the notebook is not known, "" when it is.
func (n *Notebook) Reason(f FieldID) string {
	if part, ok := partOf(n, f); ok && !part.Known() {
		return part.why("on its way")
	}
	return ""
}

// directText says nothing before the describe has answered: an empty subnet is
// not yet the news that there is no VPC.
func directText(n *Notebook) string {
	if !n.Described.Known() {
		return ""
	}
	if n.SubnetID == "" {
		return joinNonEmpty(n.DirectWord(), "(no VPC)")
	}
	return n.DirectWord()
}

// DirectWord is the direct internet access in a word, "" as long as it is not known.
func (n *Notebook) DirectWord() string { return onOff(n.DirectInternet) }

func onOff(v string) string {
	switch v {
	case Enabled:
		return "on"
	case Disabled:
		return "off"
	}
	return v
}

func tagText(tags []Tag) string {
	var b strings.Builder
	for i, t := range tags {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Key)
		b.WriteByte('=')
		b.WriteString(t.Value)
	}
	return b.String()
}

func joinNonEmpty(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

func lastSegment(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// compareFold orders by ASCII letters without their case first, by bytes where
// that leaves a tie.
func compareFold(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := lower(a[i]), lower(b[i])
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Age is a duration as a list shows it: one unit, the largest that fits, such as
// "45s", "12m", "7h", "3d" or "2y".
func Age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 0:
		return "0s"
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 730*day:
		return fmt.Sprintf("%dd", d/day)
	}
	return fmt.Sprintf("%dy", d/(365*day))
}
