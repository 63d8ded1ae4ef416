package manifest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// Status is how one name fared.
type Status string

// The statuses. Equal and LeftOut need nobody's consent; the others do.
const (
	Equal       Status = "equal"
	Missing     Status = "missing"      // on the source only
	Extra       Status = "extra"        // on the replacement only
	Differing   Status = "differing"    // on both, and not the same
	NotCompared Status = "not compared" // on one of them it is not known
	LeftOut     Status = "left out"     // by a rule
)

// Fields are what of two entries differs.
type Fields uint16

// The fields.
const (
	FieldType Fields = 1 << iota
	FieldSize
	FieldContent
	FieldMode
	FieldMtime
	FieldTarget   // of a symbolic link, or a device's numbers
	FieldHardLink // which other names are the same file
	FieldXattrs
	FieldACL
)

// Difference is a name that is not equal on both sides.
type Difference struct {
	Path        string // its bytes; they need not be UTF-8
	Status      Status
	Fields      Fields // where it is Differing
	Why         string // where it is NotCompared
	Source      *Entry // nil where it is not there
	Replacement *Entry
}

// ID names the difference as it was seen: it is another one as soon as either side
// is. What is accepted by the user is accepted under it.
func (d *Difference) ID() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %s", d.Path, d.Status)
	for _, e := range []*Entry{d.Source, d.Replacement} {
		if e != nil {
			fmt.Fprintf(h, " %q", e.line)
		}
	}
	return digest(h)[:32]
}

// Says puts what differs into words.
func (d *Difference) Says() string {
	if d.Status != Differing {
		if d.Why != "" {
			return string(d.Status) + ": " + d.Why
		}
		return string(d.Status)
	}
	a, b := d.Source, d.Replacement
	var out []string
	add := func(f Fields, says string) {
		if d.Fields&f != 0 {
			out = append(out, says)
		}
	}
	add(FieldType, fmt.Sprintf("%s became %s", a.Type, b.Type))
	add(FieldSize, fmt.Sprintf("size %d became %d", a.Size, b.Size))
	add(FieldContent, "content")
	add(FieldMode, fmt.Sprintf("mode %o became %o", a.Mode, b.Mode))
	add(FieldMtime, fmt.Sprintf("time %s became %s", a.Modified().Format(stamp), b.Modified().Format(stamp)))
	add(FieldTarget, fmt.Sprintf("leads to %q, led to %q", unmarked(b.Link), unmarked(a.Link)))
	add(FieldHardLink, "hard links")
	add(FieldXattrs, "extended attributes")
	add(FieldACL, "access control list")
	return strings.Join(out, ", ")
}

const stamp = "2006-01-02 15:04:05.999999999"

func unmarked(link []byte) []byte {
	if len(link) > 0 {
		return link[1:]
	}
	return nil
}

// Tree is what was compared of one side.
type Tree struct {
	Entries int64
	Files   int64
	Bytes   int64
	Digest  string // SHA-256 in hex over what was compared: that of the other side exactly where all is equal
}

// Comparison is what came of two manifests.
type Comparison struct {
	Source, Replacement Tree
	Equal               int64
	Missing             int64
	Extra               int64
	Differing           int64
	NotCompared         int64
	LeftOut             int64
	Accepted            int64 // of those that are not equal, how many the user has accepted
}

// Open is how many names are neither equal nor accepted.
func (c *Comparison) Open() int64 {
	return c.Missing + c.Extra + c.Differing + c.NotCompared - c.Accepted
}

// Proven reports whether the copy may be relied upon: something was compared, and
// all of it is equal or was accepted by name.
func (c *Comparison) Proven() bool { return c.Equal > 0 && c.Open() == 0 }

// Compare reads two manifests side by side, in memory that does not grow, and hands
// each name that is not equal to each, which may be nil. accepted says whether the
// user has accepted a difference; nil for none. The comparison counts only without an
// error: that is an *Unproven where one of them is no proof, or one of each.
func Compare(source, replacement *Reader, accepted func(*Difference) bool, each func(*Difference) error) (Comparison, error) {
	m := merge{accepted: accepted, each: each}
	m.source = side{in: source, hash: sha256.New(), tree: &m.out.Source}
	m.replacement = side{in: replacement, hash: sha256.New(), tree: &m.out.Replacement}
	if err := m.run(); err != nil {
		return Comparison{}, err
	}
	m.out.Source.Digest, m.out.Replacement.Digest = digest(m.source.hash), digest(m.replacement.hash)
	if m.out.Missing+m.out.Extra+m.out.Differing+m.out.NotCompared == 0 && m.out.Source.Digest != m.out.Replacement.Digest {
		return Comparison{}, errors.New("nothing was found to differ, and the digests do")
	}
	return m.out, nil
}

type merge struct {
	source, replacement side
	accepted            func(*Difference) bool
	each                func(*Difference) error
	out                 Comparison
}

// side is one of the two manifests.
type side struct {
	in   *Reader
	at   *Entry // nil at the end
	hash hash.Hash
	tree *Tree
	// The folder whose inside this side says nothing of, and why: nil for none, and
	// no reason where a rule leaves it out.
	veiled []byte
	why    string
}

func (s *side) next() (err error) {
	s.at, err = s.in.Next()
	if errors.Is(err, io.EOF) {
		s.at, err = nil, nil
	}
	return err
}

// veil notes that what is in an entry's folder is not known to this side.
func (s *side) veil(e *Entry) {
	if e.Type == Excluded || e.Content.Why != "" && (e.Type == Folder || e.Type == Unseen) {
		s.veiled, s.why = append(s.veiled[:0], e.Path...), e.Unread()
	}
}

// veils reports whether this side says nothing of a path, and why.
func (s *side) veils(path []byte) (why string, yes bool) {
	return s.why, len(s.veiled) > 0 && within(path, s.veiled)
}

// take counts an entry among what was compared of this side.
func (s *side) take(e *Entry) {
	s.tree.Entries++
	if e.Type == File {
		s.tree.Files++
		s.tree.Bytes += e.Size
	}
	s.hash.Write(e.line[:len(e.line)+1]) // with the newline that the reader left behind it
}

func (m *merge) run() error {
	a, b := &m.source, &m.replacement
	if err := errors.Join(a.next(), b.next()); err != nil {
		return err
	}
	for a.at != nil || b.at != nil {
		var c int
		switch {
		case a.at == nil:
			c = 1
		case b.at == nil:
			c = -1
		default:
			c = Order(a.at.Path, b.at.Path)
		}
		if err := m.one(c); err != nil {
			return err
		}
	}
	return nil
}

// one settles the name that comes next, and moves on where it stood.
func (m *merge) one(c int) error {
	a, b := &m.source, &m.replacement
	var err error
	switch {
	case c < 0:
		err = m.alone(a, b, Missing)
	case c > 0:
		err = m.alone(b, a, Extra)
	default:
		err = m.both(a.at, b.at)
	}
	if err == nil && c <= 0 {
		err = a.next()
	}
	if err == nil && c >= 0 {
		err = b.next()
	}
	return err
}

// alone settles a name that only one side has.
func (m *merge) alone(s, other *side, status Status) error {
	e := s.at
	s.veil(e)
	d := Difference{Status: status}
	if status == Missing {
		d.Source = e
	} else {
		d.Replacement = e
	}
	why, veiled := other.veils(e.Path)
	switch {
	case e.Type == Excluded, veiled && why == "" && status == Extra:
		m.out.LeftOut++
		return nil
	case veiled && why == "":
		d.Status, d.Why = NotCompared, "a rule leaves its folder out on the replacement"
	case veiled:
		d.Status, d.Why = NotCompared, "its folder could not be read on the other side"
	}
	s.take(e)
	return m.tell(&d)
}

// both settles a name that both sides have.
func (m *merge) both(a, b *Entry) error {
	m.source.veil(a)
	m.replacement.veil(b)
	if a.Type == Excluded {
		m.out.LeftOut++
		return nil
	}
	m.source.take(a)
	if bytes.Equal(a.line, b.line) && a.unread() == "" {
		m.replacement.take(b)
		m.out.Equal++
		return nil
	}
	d := Difference{Source: a, Replacement: b}
	if b.Type == Excluded {
		d.Status, d.Why = NotCompared, "on the replacement it is left out: "+Why(b.Content.Why)
		return m.tell(&d)
	}
	m.replacement.take(b)
	switch d.Fields = differing(a, b); {
	case a.unread() != "":
		d.Status, d.Why = NotCompared, "on the source "+a.unread()
	case b.unread() != "":
		d.Status, d.Why = NotCompared, "on the replacement "+b.unread()
	default:
		d.Status = Differing
	}
	return m.tell(&d)
}

// differing are the fields that are not the same in two entries of one name. Where
// the types differ, nothing else is asked.
func differing(a, b *Entry) Fields {
	if a.Type != b.Type {
		return FieldType
	}
	var f Fields
	set := func(differs bool, field Fields) {
		if differs {
			f |= field
		}
	}
	link := FieldTarget
	if a.Type == File {
		link = FieldHardLink
	}
	set(a.Size != b.Size, FieldSize)
	set(a.Content != b.Content, FieldContent)
	set(a.Mode != b.Mode, FieldMode)
	set(a.Mtime != b.Mtime, FieldMtime)
	set(!bytes.Equal(a.Link, b.Link), link)
	set(a.Xattrs != b.Xattrs, FieldXattrs)
	set(a.ACL != b.ACL, FieldACL)
	return f
}

// tell counts a difference and hands it on, with entries of its own.
func (m *merge) tell(d *Difference) error {
	c := &m.out
	switch d.Status {
	case Missing:
		c.Missing++
	case Extra:
		c.Extra++
	case Differing:
		c.Differing++
	case NotCompared:
		c.NotCompared++
	case Equal, LeftOut:
		return nil
	}
	if m.accepted == nil && m.each == nil {
		return nil
	}
	if d.Source != nil {
		d.Source, d.Path = d.Source.Clone(), string(d.Source.Path)
	}
	if d.Replacement != nil {
		d.Replacement, d.Path = d.Replacement.Clone(), string(d.Replacement.Path)
	}
	if m.accepted != nil && m.accepted(d) {
		c.Accepted++
	}
	if m.each != nil {
		return m.each(d)
	}
	return nil
}
