package manifest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// Version is the format that is written, and the newest that is read.
const Version = 1

// maxLine bounds a line, and with it the memory of a reader: bytes. The longest path
// that Linux takes in one call fills a line with under 40 KB.
const maxLine = 1 << 20

// Side says of which notebook a manifest is.
type Side string

// The sides.
const (
	Source      Side = "source"
	Replacement Side = "replacement"
)

// Header says what a manifest is of.
type Header struct {
	Run     string `json:"run"`
	Request string `json:"request"` // the token that it was asked for with, new for each: it tells an old one without a clock
	Side    Side   `json:"side"`
	Root    string `json:"root"`
	Made    int64  `json:"made"` // seconds since 1970 by the notebook's clock, which may be wrong
	UID     int    `json:"uid"`  // who made it; root where it is 0
	Cold    bool   `json:"cold"` // files were read from the disk, not from the page cache
	Rules   []Rule `json:"rules"`
}

// Summary is what a manifest says of itself at its end.
type Summary struct {
	Entries  int64  `json:"entries"` // all lines but those of what is left out
	Files    int64  `json:"files"`
	Bytes    int64  `json:"bytes"`    // the sizes of the files
	Unread   int64  `json:"unread"`   // entries that prove nothing
	Excluded int64  `json:"excluded"` // what is left out by a rule
	Tree     string `json:"tree"`     // SHA-256 in hex, the same for the same tree
	Sum      string `json:"sum"`      // SHA-256 in hex of all that is before
}

// Reason is why a manifest is no proof.
type Reason string

// The reasons.
const (
	Empty      Reason = "empty"      // nothing at all, or no entry
	Short      Reason = "short"      // it breaks off before its end
	Foreign    Reason = "foreign"    // of another run, or of the other notebook
	Old        Reason = "old"        // of this run, but not the one that was asked for now
	Newer      Reason = "newer"      // a format that this program does not know
	Malformed  Reason = "malformed"  // a line is none
	Disordered Reason = "disordered" // a line stands where it may not
	Miscounted Reason = "miscounted" // it holds more or less than it says
	Corrupt    Reason = "corrupt"    // its digest is another
)

// Unproven is the error of a manifest that is no proof.
type Unproven struct {
	Reason Reason
	Line   int64 // where it was noticed, from 1
	Detail string
}

// Error says it in words.
func (u *Unproven) Error() string {
	says := map[Reason]string{
		Empty: "the manifest is empty", Short: "the manifest breaks off", Foreign: "the manifest is not of this run",
		Old: "the manifest is an older one", Newer: "the manifest has a format of a newer version", Malformed: "a line of the manifest is damaged",
		Disordered: "a line of the manifest is out of place", Miscounted: "the manifest has a wrong count", Corrupt: "the manifest has a wrong digest",
	}[u.Reason]
	return fmt.Sprintf("%s (line %d): %s", says, u.Line, u.Detail)
}

// Expected is what a manifest must be of to count.
type Expected struct {
	Run     string
	Request string
	Side    Side
}

// Reader reads a manifest line by line, in memory that does not grow. What it hands
// out is proven only when Next ends with io.EOF: until then the manifest may still
// turn out to be no proof.
type Reader struct {
	in       *bufio.Reader
	long     []byte // a line that is longer than the buffer
	line     int64
	header   Header
	summary  Summary // as counted, then as the manifest says
	entry    Entry
	previous []byte
	before   Type // of the entry before
	tree     hash.Hash
	sum      hash.Hash
	err      error
}

// NewReader reads the head of a manifest. The error is an *Unproven where the
// manifest is no proof of what is expected, else that of r.
func NewReader(r io.Reader, want Expected) (*Reader, error) {
	m := &Reader{in: bufio.NewReaderSize(r, 64<<10), tree: sha256.New(), sum: sha256.New()}
	line, err := m.next()
	if errors.Is(err, io.EOF) {
		return nil, m.unproven(Empty, "there is nothing in it")
	}
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(line, []byte("#nbscope-manifest\t"))
	if !ok {
		return nil, m.unproven(Malformed, "it does not begin as a manifest does")
	}
	version, text, ok := bytes.Cut(rest, []byte("\t"))
	if !ok || len(version) == 0 {
		return nil, m.unproven(Malformed, "its first line has no version")
	}
	if string(version) != fmt.Sprint(Version) {
		return nil, m.unproven(Newer, fmt.Sprintf("version %.20q, and this program knows %d", version, Version))
	}
	if err := json.Unmarshal(text, &m.header); err != nil {
		return nil, m.unproven(Malformed, "its first line cannot be read")
	}
	m.sum.Write(line[:len(line)+1]) // with its newline
	if err := m.expect(want); err != nil {
		return nil, err
	}
	return m, nil
}

// expect compares the head with what was asked for.
func (m *Reader) expect(want Expected) error {
	h := &m.header
	switch {
	case h.Run != want.Run:
		return m.unproven(Foreign, fmt.Sprintf("it is of the run %q, not of %q", h.Run, want.Run))
	case h.Side != want.Side:
		return m.unproven(Foreign, fmt.Sprintf("it is of the %s, not of the %s", h.Side, want.Side))
	case h.Request != want.Request:
		return m.unproven(Old, fmt.Sprintf("it answers the request %q, not %q", h.Request, want.Request))
	}
	return nil
}

// Header is what the first line says.
func (m *Reader) Header() Header { return m.header }

// Summary is what the last line says; it holds once Next has returned io.EOF.
func (m *Reader) Summary() Summary { return m.summary }

// Next reads the next entry, which holds until the one after it is read. The error is
// io.EOF at the end of a whole manifest, an *Unproven where it is no proof, else the
// one of what it is read from. After an error there is no other.
func (m *Reader) Next() (*Entry, error) {
	if m.err != nil {
		return nil, m.err
	}
	if m.err = m.read(); m.err != nil {
		return nil, m.err
	}
	return &m.entry, nil
}

func (m *Reader) read() error {
	line, err := m.next()
	switch {
	case errors.Is(err, io.EOF):
		return m.unproven(Short, "its last line is missing")
	case err != nil:
		return err
	}
	if text, ok := bytes.CutPrefix(line, []byte("#end\t")); ok {
		return m.end(text)
	}
	m.previous, m.before = append(m.previous[:0], m.entry.Path...), m.entry.Type
	if err := m.entry.parse(line); err != nil {
		return m.unproven(Malformed, err.Error())
	}
	if says := m.misplaced(); says != "" {
		return m.unproven(Disordered, says)
	}
	m.count(line)
	return nil
}

// misplaced says why the entry may not stand where it does: each comes behind the
// one before it, and below a folder that is there.
func (m *Reader) misplaced() string {
	e := &m.entry
	if m.before == 0 {
		if len(parent(e.Path)) > 0 {
			return "its folder is not there"
		}
		return ""
	}
	if Order(m.previous, e.Path) >= 0 {
		return "it is not behind the one before it"
	}
	up := parent(e.Path)
	switch {
	case len(up) == 0, within(m.previous, up):
		return ""
	case m.before == Folder && bytes.Equal(m.previous, up):
		return ""
	}
	return "its folder is not there"
}

func (m *Reader) count(line []byte) {
	s, e := &m.summary, &m.entry
	line = line[:len(line)+1] // with its newline
	m.sum.Write(line)
	if e.Type == Excluded {
		s.Excluded++
		return
	}
	m.tree.Write(line)
	s.Entries++
	if e.Type == File {
		s.Files++
		s.Bytes += e.Size
	}
	if e.unread() != "" {
		s.Unread++
	}
}

// end holds what was read against what the last line says.
func (m *Reader) end(text []byte) error {
	var says Summary
	if err := json.Unmarshal(text, &says); err != nil {
		return m.unproven(Malformed, "its last line cannot be read")
	}
	counted := m.summary
	counted.Tree, counted.Sum = says.Tree, says.Sum
	if counted != says {
		return m.unproven(Miscounted, fmt.Sprintf("it says %d entries, %d files and %d bytes, and has %d, %d and %d",
			says.Entries, says.Files, says.Bytes, counted.Entries, counted.Files, counted.Bytes))
	}
	if digest(m.sum) != says.Sum || digest(m.tree) != says.Tree {
		return m.unproven(Corrupt, "what it holds is not what was written")
	}
	if says.Entries == 0 {
		return m.unproven(Empty, "it has no entry")
	}
	if _, err := m.next(); !errors.Is(err, io.EOF) {
		if err == nil || errors.As(err, new(*Unproven)) {
			return m.unproven(Malformed, "something follows its last line")
		}
		return err
	}
	m.summary = says
	return io.EOF
}

func digest(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// next reads a line without its newline. One that has none is not whole.
func (m *Reader) next() ([]byte, error) {
	m.line++
	line, err := m.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		m.long = append(m.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(m.long) > maxLine {
				return nil, m.unproven(Malformed, "a line is too long")
			}
			line, err = m.in.ReadSlice('\n')
			m.long = append(m.long, line...)
		}
		line = m.long
	}
	switch {
	case err == nil:
		return line[:len(line)-1], nil
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, m.unproven(Short, "it ends within a line")
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	}
	return nil, fmt.Errorf("read the manifest: %w", err)
}

func (m *Reader) unproven(r Reason, detail string) error {
	return &Unproven{Reason: r, Line: m.line, Detail: detail}
}

// MadeAt is when the manifest was made, by the notebook's own clock.
func (h *Header) MadeAt() time.Time { return time.Unix(h.Made, 0).UTC() }
