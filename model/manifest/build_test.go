package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// want is what the manifests of these tests are of.
func want(side Side) Expected { return Expected{Run: "7f3c", Request: "q1", Side: side} }

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// Lines of entries, with values that are all there.
func file(path, content string) string {
	return fmt.Sprintf("f\t644\t%d\t1700000000123456789\t%s\t-\t-\t-\t%s", len(content), sum(content), enc(path))
}
func folder(path string) string { return "d\t755\t0\t1700000000000000000\t-\t-\t-\t-\t" + enc(path) }
func link(path, to string) string {
	return "l\t777\t0\t1700000000000000000\t-\t-\t-\t>" + enc(to) + "\t" + enc(path)
}
func leftOut(path, code string) string { return "x\t0\t0\t0\t!" + code + "\t-\t-\t-\t" + enc(path) }
func unseen(path, code string) string  { return "?\t0\t0\t0\t!" + code + "\t-\t-\t-\t" + enc(path) }

func enc(path string) string { return string(AppendPath(nil, []byte(path))) }

// set replaces a field of a line, counted from 0.
func set(line string, field int, value string) string {
	f := strings.Split(line, "\t")
	f[field] = value
	return strings.Join(f, "\t")
}

// text is a whole manifest of lines as they are given.
func text(side Side, lines ...string) string {
	head, err := json.Marshal(Header{Run: "7f3c", Request: "q1", Side: side, Root: "/home", Made: 1700000000, UID: 1000})
	if err != nil {
		panic(err)
	}
	var s Summary
	var tree strings.Builder
	all := "#nbscope-manifest\t1\t" + string(head) + "\n"
	for _, l := range lines {
		all += l + "\n"
		var e Entry
		if e.parse([]byte(l)) == nil && e.Type == Excluded {
			s.Excluded++
			continue
		}
		tree.WriteString(l + "\n")
		s.Entries++
		if e.Type == File {
			s.Files++
			s.Bytes += e.Size
		}
		if e.Unread() != "" {
			s.Unread++
		}
	}
	s.Tree, s.Sum = sum(tree.String()), sum(all)
	end, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return all + "#end\t" + string(end) + "\n"
}

// read reads a manifest to its end.
func read(m string, w Expected) (entries int, s Summary, err error) {
	r, err := NewReader(strings.NewReader(m), w)
	if err != nil {
		return 0, Summary{}, err
	}
	for {
		if _, err = r.Next(); err != nil {
			break
		}
		entries++
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return entries, r.Summary(), err
}

type found struct {
	path   string
	status Status
	fields Fields
}

// compare compares the trees of two lists of lines.
func compare(t testing.TB, source, replacement []string, accepted ...string) (Comparison, []Difference) {
	t.Helper()
	a, err := NewReader(strings.NewReader(text(Source, source...)), want(Source))
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewReader(strings.NewReader(text(Replacement, replacement...)), want(Replacement))
	if err != nil {
		t.Fatal(err)
	}
	var out []Difference
	c, err := Compare(a, b, func(d *Difference) bool { return slices.Contains(accepted, d.ID()) }, func(d *Difference) error {
		out = append(out, *d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, out
}

// text writes the entry from its values.
func (e *Entry) text() string {
	mark := "-"
	if len(e.Link) > 0 {
		mark = string(e.Link[:1]) + enc(string(e.Link[1:]))
	}
	return fmt.Sprintf("%c\t%o\t%d\t%d\t%s\t%s\t%s\t%s\t%s", e.Type, e.Mode, e.Size, e.Mtime, e.Content.String(), e.ACL.String(), e.Xattrs.String(), mark, enc(string(e.Path)))
}
