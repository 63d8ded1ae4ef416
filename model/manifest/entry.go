package manifest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Type is what an entry is, as find says it in one letter.
type Type byte

// The types. Excluded is left out by a rule, Unseen could not be looked at.
const (
	File     Type = 'f'
	Folder   Type = 'd'
	Link     Type = 'l'
	FIFO     Type = 'p'
	Socket   Type = 's'
	Char     Type = 'c'
	Block    Type = 'b'
	Excluded Type = 'x'
	Unseen   Type = '?'
)

// String names the type.
func (t Type) String() string {
	switch t {
	case File:
		return "file"
	case Folder:
		return "folder"
	case Link:
		return "symbolic link"
	case FIFO:
		return "FIFO"
	case Socket:
		return "socket"
	case Char, Block:
		return "device"
	case Excluded:
		return "left out"
	case Unseen:
		return "not seen"
	}
	return "of no known type"
}

// Digest is what a field knows of content: a SHA-256, nothing, or why not.
type Digest struct {
	Sum   [32]byte
	Known bool   // Sum holds
	Why   string // the code of why it is not known: changed, or an error number's name such as EACCES
}

// None reports whether there is nothing that a digest could be of.
func (d *Digest) None() bool { return !d.Known && d.Why == "" }

// String is the digest as it stands in a manifest.
func (d *Digest) String() string {
	switch {
	case d.Known:
		return hex.EncodeToString(d.Sum[:])
	case d.Why != "":
		return "!" + d.Why
	}
	return "-"
}

// Entry is one name and what is known of it. Its bytes are the reader's: they hold
// until the next one is read. Clone keeps them.
type Entry struct {
	Type    Type
	Mode    uint32 // the permission bits, with setuid, setgid and sticky
	Size    int64  // bytes, of a file
	Mtime   int64  // nanoseconds since 1970
	Content Digest // of a file; of a folder only why it could not be read
	ACL     Digest
	Xattrs  Digest
	Link    []byte // the target of a link, the first name of a file with several, or a device's numbers, behind one of > = @
	Path    []byte
	line    []byte
}

// Clone is the entry with bytes of its own.
func (e *Entry) Clone() *Entry {
	c := *e
	c.Link, c.Path, c.line = bytes.Clone(e.Link), bytes.Clone(e.Path), bytes.Clone(e.line)
	return &c
}

// Modified is when the content was changed last, by the notebook's clock.
func (e *Entry) Modified() time.Time { return time.Unix(0, e.Mtime).UTC() }

// unread says what of the entry could not be read, "" for nothing.
func (e *Entry) unread() string {
	switch {
	case e.Type == Unseen:
		return because(e.Content.Why)
	case e.Content.Why != "" && e.Type == Folder:
		return "what is in the folder is not known: " + because(e.Content.Why)
	case e.Content.Why != "":
		return because(e.Content.Why)
	case e.ACL.Why != "":
		return "its access control list could not be read: " + because(e.ACL.Why)
	case e.Xattrs.Why != "":
		return "its extended attributes could not be read: " + because(e.Xattrs.Why)
	}
	return ""
}

// Unread says why an entry proves nothing; "" where it does.
func (e *Entry) Unread() string {
	if e.Type == Excluded {
		return ""
	}
	return e.unread()
}

// because puts the code of a reason into words.
func because(code string) string {
	switch code {
	case "changed":
		return "it changed while it was read"
	case "EACCES", "EPERM":
		return "permission denied"
	case "ENOENT":
		return "it went away while it was read"
	case "EIO":
		return "the disk cannot read it"
	case "":
		return "no reason was given"
	}
	return code
}

const fields = 9

// parse reads a line into the entry. Every value has one way to be written.
func (e *Entry) parse(line []byte) error {
	var part [fields][]byte
	rest := line
	for i := range fields - 1 {
		at := bytes.IndexByte(rest, '\t')
		if at < 0 {
			return fmt.Errorf("%d fields of %d", i+1, fields)
		}
		part[i], rest = rest[:at], rest[at+1:]
	}
	part[fields-1] = rest
	e.line = line
	if len(part[0]) != 1 {
		return errors.New("no type")
	}
	e.Type = Type(part[0][0])
	var err error
	if e.Path, err = appendBytes(e.Path[:0], rest); err != nil {
		return err
	}
	if err := checkPath(e.Path); err != nil {
		return err
	}
	e.Mode, err = octal(part[1])
	for i, to := range [...]*int64{&e.Size, &e.Mtime} {
		if err == nil {
			*to, err = decimal(part[2+i])
		}
	}
	for i, to := range [...]*Digest{&e.Content, &e.ACL, &e.Xattrs} {
		if err == nil {
			err = to.parse(part[4+i])
		}
	}
	if err == nil {
		err = e.parseLink(part[7])
	}
	if err != nil {
		return err
	}
	return e.check()
}

func octal(b []byte) (uint32, error) {
	if len(b) == 0 || len(b) > 4 || len(b) > 1 && b[0] == '0' {
		return 0, errors.New("there is no mode")
	}
	n := uint32(0)
	for _, c := range b {
		if c < '0' || c > '7' {
			return 0, errors.New("the mode is not octal")
		}
		n = n<<3 | uint32(c-'0')
	}
	return n, nil
}

func decimal(b []byte) (int64, error) {
	digits, negative := bytes.CutPrefix(b, []byte("-"))
	if len(digits) == 0 || len(digits) > 19 || digits[0] == '0' && len(b) > 1 {
		return 0, errors.New("a number is missing")
	}
	n := uint64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, errors.New("a number is not decimal")
		}
		n = n*10 + uint64(c-'0')
	}
	if n > math.MaxInt64 {
		return 0, errors.New("a number is too large")
	}
	if negative {
		return -int64(n), nil
	}
	return int64(n), nil
}

func (d *Digest) parse(b []byte) error {
	*d = Digest{}
	switch {
	case string(b) == "-":
		return nil
	case len(b) == 2*len(d.Sum):
		for i := range d.Sum {
			hi, lo := lower(b[2*i]), lower(b[2*i+1])
			if hi < 0 || lo < 0 {
				return errors.New("a digest is not in hex")
			}
			d.Sum[i] = byte(hi<<4 | lo)
		}
		d.Known = true
		return nil
	case len(b) > 1 && len(b) <= 32 && b[0] == '!':
		for _, c := range b[1:] {
			if !plain(c) || c == '/' {
				return errors.New("a reason is not a word")
			}
		}
		d.Why = string(b[1:])
		return nil
	}
	return errors.New("a digest is missing")
}

func lower(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

func (e *Entry) parseLink(b []byte) error {
	e.Link = e.Link[:0]
	if string(b) == "-" {
		return nil
	}
	if len(b) < 2 {
		return errors.New("a link leads nowhere")
	}
	e.Link = append(e.Link, b[0])
	var err error
	e.Link, err = appendBytes(e.Link, b[1:])
	return err
}

// shape is what the fields of a type may hold.
type shape struct {
	links   string            // what Link may begin with; a blank for nothing
	content func(Digest) bool // what Content may be
}

func shapeOf(t Type) (shape, bool) {
	nothing := func(d Digest) bool { return d.None() }
	unknown := func(d Digest) bool { return !d.Known }
	switch t {
	case File:
		return shape{" =", func(d Digest) bool { return !d.None() }}, true
	case Folder:
		return shape{" ", unknown}, true
	case Link:
		return shape{" >", unknown}, true
	case FIFO, Socket:
		return shape{" ", nothing}, true
	case Char, Block:
		return shape{"@", nothing}, true
	case Excluded, Unseen:
		return shape{" ", func(d Digest) bool { return d.Why != "" }}, true
	}
	return shape{}, false
}

// check holds the fields against the type: what a type has not, may not stand there.
func (e *Entry) check() error {
	s, ok := shapeOf(e.Type)
	mark := byte(' ')
	if len(e.Link) > 0 {
		mark = e.Link[0]
	}
	switch {
	case !ok, strings.IndexByte(s.links, mark) < 0, !s.content(e.Content):
	case e.Size < 0, e.Size > 0 && e.Type != File:
	case e.Type == Link && (mark == ' ') != (e.Content.Why != ""): // a target, or why it is not known
	default:
		return nil
	}
	return errors.New("the fields do not fit the type " + strconv.QuoteRune(rune(e.Type)))
}
