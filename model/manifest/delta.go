package manifest

import (
	"bufio"
	"bytes"
	"fmt"
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
	heads  map[string]bool
	err    error

	Again   int64 // names to send
	Bytes   int64 // of the files among them
	Removed int64 // names that are gone on the source
}

// NewDelta writes to again the names to send, each ended by a NUL and begun with
// "./", as tar reads them from a list; and to changes what of the replacement may be
// replaced or removed, a line as of a manifest for each, behind "replace" or "remove"
// and a tab. A name goes only if it is still what the line says.
func NewDelta(again, changes io.Writer) *Delta {
	return &Delta{again: bufio.NewWriter(again), change: bufio.NewWriter(changes), heads: map[string]bool{}}
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
		if x.Replacement != nil {
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
// come again too, and behind the first name of the same file, so that it stays one.
func (d *Delta) send(x *Difference) {
	d.Again++
	if x.Source.Type == File {
		d.Bytes += x.Source.Size
		if head, ok := strings.CutPrefix(string(x.Source.Link), "="); ok && !d.heads[head] {
			// It is the same file, so that all but its name stands in this line. Where it
			// differs itself, it came before, and the first line of a name holds.
			d.heads[head] = true
			first := *x.Source
			first.line = bytes.Join([][]byte{first.line[:bytes.LastIndexByte(first.line[:bytes.LastIndexByte(first.line, '\t')], '\t')], []byte("-"), name(head)}, []byte("\t"))
			d.put("replace", &first)
			d.list(head)
		}
	}
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
