package manifest

import (
	"bufio"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"
)

// Delta says what a next round of a copy has to do: the names to send again, and what
// may be put away for that. It is fed with the differences of a comparison in their
// order, of the source's newest manifest with one of two others. While what was sent
// is not in place, that is the manifest of what is unpacked. Once it is in place, it is
// the source's older manifest, as the replacement: so what somebody changed on the
// replacement since is not what the line says, and is let be.
type Delta struct {
	again  *bufio.Writer
	change *bufio.Writer
	stack  []string // the folders of the name that was written last
	seed   maphash.Seed
	sent   map[uint64]bool // the hashes of the first names of files that are sent
	err    error

	Again   int64 // names to send
	Bytes   int64 // of the files among them
	Linked  int64 // names to link again to a file that is there
	Removed int64 // names that are gone on the source
}

// NewDelta writes to again the names to send, each ended by a NUL and begun with
// "./", as tar reads them from a list; and to changes what else is to be done, a line
// as of a manifest for each, behind a word and a tab. What of the replacement may be
// put away is behind "replace" or "remove", and goes only if it is still what the line
// says; a name that is to be linked to another is behind "link".
func NewDelta(again, changes io.Writer) *Delta {
	return &Delta{again: bufio.NewWriter(again), change: bufio.NewWriter(changes), seed: maphash.MakeSeed(), sent: map[uint64]bool{}}
}

// Add takes a difference in. What could not be read on the replacement is sent again;
// what could not be on the source is not: it would come to nothing.
func (d *Delta) Add(x *Difference) error {
	switch {
	case x.Source == nil:
		d.put("remove", x.Replacement)
		d.Removed++
	case x.Source.Content.Why != "" && x.Source.Content.Why != "changed":
	default:
		switch {
		case x.Replacement == nil:
		case x.Fields&FieldType != 0: // a folder does not give way to a file by itself
			d.put("remove", x.Replacement)
		default:
			d.put("replace", x.Replacement)
		}
		d.send(x)
	}
	return d.err
}

func (d *Delta) put(verb string, e *Entry) {
	if d.err == nil {
		_, d.err = fmt.Fprintf(d.change, "%s\t%s\n", verb, e.line)
	}
}

// send lists a name behind the folders that it is in, so that their times and modes
// come again too. Another name of a file whose first name is equal is only linked
// again: sent with it, both would be a file of their own beside the names that are equal.
func (d *Delta) send(x *Difference) {
	first, another := strings.CutPrefix(string(x.Source.Link), "=")
	switch {
	case x.Source.Type != File:
	case another && !d.sent[maphash.String(d.seed, first)]:
		d.put("link", x.Source)
		d.Linked++
		return
	case !another:
		d.sent[maphash.String(d.seed, x.Path)] = true
		d.Bytes += x.Source.Size
	}
	d.Again++
	d.list(x.Path)
}

func (d *Delta) list(path string) {
	parts := strings.Split(path, "/")
	for i := range parts {
		name := strings.Join(parts[:i+1], "/")
		if i < len(d.stack) && d.stack[i] == name {
			continue
		}
		d.stack = append(slices.Clip(d.stack[:min(i, len(d.stack))]), name)
		if d.err == nil {
			_, d.err = d.again.WriteString("./" + name + "\x00")
		}
	}
}

// Close writes what is left.
func (d *Delta) Close() error {
	for _, w := range []*bufio.Writer{d.again, d.change} {
		if d.err == nil {
			d.err = w.Flush()
		}
	}
	if d.err != nil {
		return fmt.Errorf("write what is to be copied again: %w", d.err)
	}
	return nil
}
