package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

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
	TextPending = "..."
	TextUnknown = "?"
	TextAbsent  = "-"
)

// Cell returns the text of a field. The text is as AWS gave it: whoever draws it
// makes it safe for a terminal.
func (l Lens) Cell(n *Notebook, f FieldID) Cell {
	if cell, ok := l.judgedCell(n, f); ok {
		return cell
	}
	switch n.stands(f).State {
	case LoadPending:
		return Cell{TextPending, CellPending}
	case LoadFailed, LoadSkipped:
		return Cell{TextUnknown, CellUnknown}
	case LoadDone:
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
	if def := fieldOf(f); def != nil {
		return def.text(l, n)
	}
	return ""
}

// Full is the field's value as AWS gives it, "" when there is none or it is not known.
func (f *Field) Full(n *Notebook) string {
	if f.full == nil {
		return f.text(Lens{}, n)
	}
	return f.full(n)
}

// Listed reports whether the field comes with the list page: it is never absent for
// want of an answer.
func (f *Field) Listed() bool { return f.part == partListed || f.part == partNamed }

// fieldOf is a row of the table, or the field of one tag; nil for a field that there
// is not.
func fieldOf(id FieldID) *Field {
	if f := fieldIn(fieldTable(), id); f != nil {
		return f
	}
	if key, ok := id.tag(); ok {
		return tagField(id, key)
	}
	return fieldIn(moreTable(), id)
}

func fieldIn(all []Field, id FieldID) *Field {
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// FieldNamed finds a field by any name that it goes by: its own in whatever case, that of
// a head of the CSV, of a member of the JSON or of the filter, and tag:Team. ok is false
// where there is none.
func FieldNamed(name string) (f Field, ok bool) {
	if word, key, tag := strings.Cut(name, ":"); tag {
		if f, ok = FieldNamed(word); !ok || f.ID != FieldTags {
			return Field{}, false
		}
		return FieldOf(TagField(key))
	}
	for _, all := range [][]Field{fieldTable(), moreTable()} {
		for i := range all {
			f := &all[i]
			if strings.EqualFold(name, string(f.ID)) || slices.ContainsFunc(f.Also, func(also string) bool { return strings.EqualFold(name, also) }) {
				return *f, true
			}
		}
	}
	return Field{}, false
}

// FieldOf finds a field, also that of one tag: tag:Team. ok is false where there is
// none.
func FieldOf(id FieldID) (f Field, ok bool) {
	def := fieldOf(id)
	if def == nil {
		return Field{}, false
	}
	return *def, true
}

// number returns how a field that is sorted by a number gives it, false for a row
// that has none; nil for a field that is sorted by its text.
func (l Lens) number(f FieldID) func(*Notebook) (int64, bool) {
	def := fieldOf(f)
	if def == nil || def.number == nil {
		return nil
	}
	return func(n *Notebook) (int64, bool) { return def.number(l, n) }
}

// partOf is how far a part has come, and what is said while it is pending.
func (n *Notebook) partOf(k partKind) (p Part, pending string) {
	switch k {
	case partNamed:
	case partListed:
		if n.Indexed {
			return n.Described, "named by an index, not looked at yet"
		}
	case partDescribed:
		return n.Described, "not described yet"
	case partPlaced:
		if n.Described.Known() && n.SubnetID != "" {
			return n.Located, "subnet not resolved yet"
		}
		return n.Described, "not described yet" // whether there is a VPC to resolve is not known either
	case partTagged:
		return n.Tagged, "tags not fetched yet"
	case partJudged:
		return n.judged(), "network not judged yet"
	case partFound:
		return n.findable(), "not judged yet"
	}
	return Part{State: LoadDone}, ""
}

// stands is how far the field of a notebook has come.
func (n *Notebook) stands(id FieldID) Part {
	f := fieldOf(id)
	if f == nil {
		return Part{State: LoadDone}
	}
	if f.untold(n) {
		return Part{State: LoadFailed, Reason: untoldValue + f.needs}
	}
	p, _ := n.partOf(f.part)
	return p
}

// untold reports whether AWS gave no value of a field that every notebook has one of.
// An address type is not among them: AWS told none before there was more than IPv4.
func (f *Field) untold(n *Notebook) bool {
	return f.needs != "" && n.Described.Known() && f.Full(n) == ""
}

// untoldValue begins the reason for a value that AWS gives for every notebook, and
// did not give for this one.
const untoldValue = "AWS gave no value for "

// Knows reports whether the field's value was fetched: true also where the
// value is that there is none.
func (n *Notebook) Knows(f FieldID) bool {
	p := n.stands(f)
	return p.Known()
}

// Skips reports whether the field's value was not asked for.
func (n *Notebook) Skips(f FieldID) bool { return n.stands(f).State == LoadSkipped }

// Reason says why a field of the notebook is not known, "" when it is.
func (n *Notebook) Reason(f FieldID) string {
	if p := n.stands(f); !p.Known() {
		return p.why("on its way")
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
