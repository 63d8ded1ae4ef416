package recreate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// What is known of a copy: how its two trees compare, and why it may be relied upon.

// MaxDifferences is how many differences a run holds by name. The file beside the
// journal has all.
const MaxDifferences = 200

// Proof is why the data is taken to be on the replacement.
type Proof struct {
	Method   Transport    `json:"method"`
	At       time.Time    `json:"at"`
	By       string       `json:"by"`                 // the ARN of who attested, or accepted the last difference
	Says     string       `json:"says"`               // what was typed
	Seen     time.Time    `json:"seen"`               // the source's LastModified, as last seen then
	Verified *Verified    `json:"verified,omitempty"` // nil where only somebody's word stands for it
	Accepted []Acceptance `json:"accepted,omitempty"` // the differences that there are all the same
}

// Verified is what came of comparing both notebooks, name by name. Of a copy by hand
// it is what the two digests that were pasted say.
type Verified struct {
	At          time.Time    `json:"at"`
	Seen        time.Time    `json:"seen,omitzero"` // the source's LastModified, as seen before
	Source      Tree         `json:"source"`
	Replacement Tree         `json:"replacement"`
	Equal       int64        `json:"equal"`
	Missing     int64        `json:"missing"` // on the source only
	Extra       int64        `json:"extra"`   // on the replacement only
	Differing   int64        `json:"differing"`
	NotCompared int64        `json:"notCompared"`
	LeftOut     int64        `json:"leftOut"`               // by a rule
	Accepted    int64        `json:"accepted"`              // of those that are not equal
	File        string       `json:"file,omitempty"`        // the name of the file with every difference, beside the journal
	Differences []Difference `json:"differences,omitempty"` // the first of them, MaxDifferences at most
}

// Tree is what was compared of one notebook.
type Tree struct {
	Entries int64  `json:"entries"`
	Files   int64  `json:"files"`
	Bytes   int64  `json:"bytes"`
	Digest  string `json:"digest"` // SHA-256 in hex; equal to the other's exactly where all is equal
}

// Difference is one name that is not equal on both notebooks.
type Difference struct {
	ID     string `json:"id"`     // of the difference as it was seen: another as soon as either side changes
	Path   string `json:"path"`   // as a manifest writes it: bytes that are none of a plain text stand as %XX
	Status string `json:"status"` // missing, extra, differing, not compared
	Says   string `json:"says"`
}

// Matches reports whether a text, in small letters, is in what is said of the difference;
// "" is in everything.
func (d *Difference) Matches(text string) bool {
	return text == "" || strings.Contains(strings.ToLower(d.Path+" "+d.Status+" "+d.Says), text)
}

// Acceptance is a difference that somebody has accepted.
type Acceptance struct {
	Difference

	By string    `json:"by"` // an ARN
	At time.Time `json:"at"`
}

// Unequal is how many names are not equal.
func (v *Verified) Unequal() int64 { return v.Missing + v.Extra + v.Differing + v.NotCompared }

// Open is how many names are neither equal nor accepted.
func (v *Verified) Open() int64 { return v.Unequal() - v.Accepted }

// Proven reports whether the copy may be relied upon: something was compared, and all
// of it is equal, or was accepted by name.
func (v *Verified) Proven() bool {
	alike := v.Unequal() > 0 || v.Source.Digest == v.Replacement.Digest
	return v.Equal > 0 && v.Open() == 0 && alike && v.Source.Digest != ""
}

// Flawless reports whether nothing had to be accepted.
func (v *Verified) Flawless() bool { return v.Unequal() == 0 && v.Proven() }

// Whole reports whether every difference is there by name.
func (v *Verified) Whole() bool { return int64(len(v.Differences)) == v.Unequal() }

// Counts are the kinds of what is not equal, with how many; those that are none are
// left out.
func (v *Verified) Counts() string {
	var out []string
	for _, c := range []struct {
		n    int64
		word string
	}{{v.Missing, "missing"}, {v.Differing, "differing"}, {v.Extra, "extra"}, {v.NotCompared, "not compared"}} {
		if c.n > 0 {
			out = append(out, Number(c.n)+" "+c.word)
		}
	}
	if len(out) == 0 {
		return "nothing differs"
	}
	return strings.Join(out, ", ")
}

// Digests are both digests, shortened, with what they say.
func (v *Verified) Digests() string {
	sign := "!="
	if v.Source.Digest == v.Replacement.Digest {
		sign = "="
	}
	return short(v.Source.Digest) + " " + sign + " " + short(v.Replacement.Digest)
}

// Says is what was compared, on one line: "1,284,102 files, 96.4 GB, digest 7f3c..e1 =
// 7f3c..e1, compared 2026-11-28 14:02 UTC".
func (v *Verified) Says() string {
	size := ""
	if v.Source.Bytes > 0 {
		size = ", " + Size(v.Source.Bytes)
	}
	out := fmt.Sprintf("%s files%s, digest %s, compared %s", Number(v.Source.Files), size, v.Digests(), model.Stamp(v.At))
	if v.Unequal() > 0 {
		out += "; " + v.Counts()
		if v.Accepted > 0 {
			out += ", " + Number(v.Accepted) + " of them accepted by name"
		}
	}
	return out
}

func short(digest string) string {
	if len(digest) < 12 {
		return digest
	}
	return digest[:6] + ".." + digest[len(digest)-4:]
}

// Number is a count with commas between its thousands.
func Number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Size is a number of bytes in decimal units, as AWS counts them.
func Size(bytes int64) string {
	v, unit := float64(bytes), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB"} {
		if v /= 1000; v < 999.95 {
			break
		}
	}
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}

// note is how the verification of a copy by hand ended.
func (p *Proof) note() string {
	if p.Verified != nil {
		return "compared by digest, pasted by the user"
	}
	return "attested by the user"
}

// Sentence is the proof on one line.
func (p *Proof) Sentence() string {
	switch {
	case p.Verified != nil && p.Method == TransportManual:
		return "copied by hand, compared by digest, pasted: " + p.Verified.Says()
	case p.Verified != nil:
		return "copied " + p.Method.By() + ": " + p.Verified.Says()
	}
	return fmt.Sprintf("%q, typed", p.Says)
}

// compared takes in what came of comparing both notebooks: proven, or a list of what
// differs, for the user to look at.
func (m afterEffect) compared(v *Verified) {
	next := *v
	next.At, next.Seen = m.event.At, m.Source.Modified
	next.Accepted = min(next.Accepted, int64(len(m.Accepted)), next.Unequal()) // nobody else accepts
	if next.Whole() {
		next.Accepted = next.accepted(m.AcceptedIDs())
	}
	m.Verified = &next
	if next.Proven() {
		m.proven("")
		return
	}
	m.Phase = PhaseDiffer
}

// accepted is how many of the differences are among those that the user has accepted.
func (v *Verified) accepted(ids map[string]bool) (n int64) {
	for i := range v.Differences {
		if ids[v.Differences[i].ID] {
			n++
		}
	}
	return n
}

// AcceptedIDs are the ids of the differences that the user has accepted.
func (r *Run) AcceptedIDs() map[string]bool {
	out := make(map[string]bool, len(r.Accepted))
	for i := range r.Accepted {
		out[r.Accepted[i].ID] = true
	}
	return out
}

// proven ends the verification with a proof.
func (m machine) proven(by string) {
	v := *m.Verified
	p := &Proof{Method: m.Plan.Transport, At: v.At, By: by, Seen: v.Seen}
	for _, a := range m.Accepted {
		if !v.Whole() || slices.ContainsFunc(v.Differences, func(d Difference) bool { return d.ID == a.ID }) {
			p.Accepted = append(p.Accepted, a)
		}
	}
	v.Differences = nil // those that are left stand among the accepted
	p.Verified = &v
	m.Proof, m.Verified = p, nil
	m.complete(Number(v.Equal) + " names are equal, " + v.Counts())
}

// acceptDifferences accepts differences by their ids. With the last one the copy is
// proven; where there are more than the run holds, it is compared once more.
func (m decision) acceptDifferences() error {
	e, v, accepted := m.event, *m.Verified, m.AcceptedIDs()
	var fresh []Acceptance
	for _, d := range e.Accepts {
		at := slices.IndexFunc(v.Differences, func(known Difference) bool { return known.ID == d.ID })
		switch {
		case at >= 0:
			d = v.Differences[at] // as it was shown
		case v.Whole():
			return m.illegal("it is none of the differences: " + d.ID)
		case d.ID == "" || d.Path == "":
			return m.illegal("a difference is accepted by its name")
		}
		if !accepted[d.ID] {
			accepted[d.ID] = true
			fresh = append(fresh, Acceptance{Difference: d, By: e.By, At: e.At})
		}
	}
	if len(fresh) == 0 {
		return m.illegal("no difference is named that is open")
	}
	m.Accepted, m.Verified = slices.Concat(m.Accepted, fresh), &v
	switch {
	case v.Whole():
		if v.Accepted = v.accepted(accepted); v.Proven() {
			m.proven(e.By)
		}
	default:
		if v.Accepted = min(int64(len(m.Accepted)), v.Unequal()); v.Open() <= 0 {
			m.ask()
		}
	}
	return nil
}

// Compared is what came of the last comparison; nil where there was none.
func (r *Run) Compared() *Verified {
	if r.Verified == nil && r.Proof != nil {
		return r.Proof.Verified
	}
	return r.Verified
}

// OpenDifferences are the differences that nobody has accepted, as far as the run
// holds them.
func (r *Run) OpenDifferences() []Difference {
	if r.Verified == nil {
		return nil
	}
	accepted := r.AcceptedIDs()
	return slices.DeleteFunc(slices.Clone(r.Verified.Differences), func(d Difference) bool { return accepted[d.ID] })
}

// errUnread refuses two digests that leave something out for which nobody stands.
var errUnread = errors.New("type the sentence as well")

// pasted is what the two lines of a copy by hand prove.
func (m decision) pasted() (*Verified, error) {
	e, source := m.event, m.Plan.Source.Name
	if len(e.Pasted) != 2 {
		return nil, fmt.Errorf("there must be two lines, and there are %d", len(e.Pasted))
	}
	h, err := m.Plan.CompareProofs(e.Pasted[0], e.Pasted[1])
	if err != nil {
		return nil, err
	}
	if h.Unread > 0 && strings.TrimSpace(e.Typed) != AttestText(source) {
		return nil, fmt.Errorf("%s names of the source are in no digest, as they could not be read there: %w: %s", Number(h.Unread), errUnread, AttestText(source))
	}
	tree := Tree{Entries: h.Entries, Files: h.Files, Digest: h.Digest}
	return &Verified{At: e.At, Source: tree, Replacement: tree, Equal: h.Entries, NotCompared: h.Unread, Accepted: h.Unread}, nil
}
