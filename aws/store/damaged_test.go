package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/aws/store"
	"nbscope/model"
)

func zipped(text string) []byte {
	var out bytes.Buffer
	zw, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		return nil
	}
	if _, err := zw.Write([]byte(text)); err != nil {
		return nil
	}
	if err := zw.Close(); err != nil {
		return nil
	}
	return out.Bytes()
}

// opened is a file's header and what follows it.
func opened(t *testing.T, file []byte) (header map[string]any, body string) {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	line, body, _ := strings.Cut(string(text), "\n")
	if err := json.Unmarshal([]byte(line), &header); err != nil {
		t.Fatal(err)
	}
	return header, body
}

// savedAndOpened is a folder with two notebooks in it, and what is in its file.
func savedAndOpened(t *testing.T) (dir string, header map[string]any, body string) {
	t.Helper()
	dir, _ = saved(t, 2)
	good, err := os.ReadFile(path(dir))
	if err != nil {
		t.Fatal(err)
	}
	header, body = opened(t, good)
	return dir, header, body
}

func closed(t *testing.T, header map[string]any, body string) []byte {
	t.Helper()
	line, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	return zipped(string(line) + "\n" + body)
}

func TestAFileThatCannotBeUsedIsSetAsideWithANotice(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) func(*testing.T, []byte) []byte {
		return func(t *testing.T, good []byte) []byte {
			header, body := opened(t, good)
			header[name] = value
			return closed(t, header, body)
		}
	}
	body := func(change func(string) string) func(*testing.T, []byte) []byte {
		return func(t *testing.T, good []byte) []byte {
			header, body := opened(t, good)
			return closed(t, header, change(body))
		}
	}
	fixed := func(data []byte) func(*testing.T, []byte) []byte {
		return func(*testing.T, []byte) []byte { return data }
	}
	for name, c := range map[string]struct {
		make func(*testing.T, []byte) []byte
		says string
	}{
		"empty":                             {fixed(nil), "damaged"},
		"not gzip":                          {fixed([]byte("hello")), "damaged"},
		"gzip of nothing":                   {fixed(zipped("")), "damaged"},
		"gzip of another program":           {fixed(zipped(`{"a":1}`)), "no file of this program"},
		"gzip of a list":                    {fixed(zipped(`[1]`)), "damaged"},
		"cut short":                         {func(_ *testing.T, good []byte) []byte { return good[:len(good)/2] }, "damaged"},
		"one byte off":                      {func(_ *testing.T, good []byte) []byte { b := bytes.Clone(good); b[len(b)-6] ^= 255; return b }, "damaged"},
		"older format":                      {fixed(zipped(`{"schema":-1}`)), "older version"},
		"newer format, other fields":        {fixed(zipped(`{"schema":99,"rows":"elsewhere"}`)), "newer version"},
		"the format before this one":        {fixed(zipped(`{"schema":2,"key":"abc123","words":["a"],"rows":[{"a":"b"}]}`)), "older version"},
		"another account":                   {set("identity", map[string]any{"Account": "999988887777"}), "another account"},
		"another sign-in":                   {set("key", "elsewhere"), "another sign-in"},
		"a size below none":                 {set("numbers", -1), "damaged"},
		"a size beyond all bounds":          {set("text", 1<<40), "damaged"},
		"more numbers than there are":       {set("numbers", 1<<20), "damaged"},
		"more words than there are":         {set("text", 1<<20), "damaged"},
		"fewer words than there are":        {set("text", 1), "damaged"},
		"a row less than there are":         {set("rows", 1), "do not fit"},
		"a row more than there are":         {set("rows", 3), "do not fit"},
		"more rows than there can be":       {set("rows", 1<<40), "do not fit"},
		"rows below none":                   {set("rows", -1), "do not fit"},
		"something behind the end":          {body(func(b string) string { return b + "x" }), "damaged"},
		"words longer than their text":      {body(func(b string) string { return b[:2] + "\xfe\x01" + b[4:] }), "do not fit"},
		"more words than numbers can name":  {body(func(b string) string { return "\xfe\xff\x7f" + b[3:] }), "do not fit"},
		"numbers that do not end":           {body(func(b string) string { return strings.Repeat("\xff", len(b)) }), "do not fit"},
		"numbers that are none of anything": {body(func(b string) string { return strings.Repeat("\x00", len(b)) }), "do not fit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := saved(t, 2)
			good, err := os.ReadFile(path(dir))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path(dir), c.make(t, good), 0o600); err != nil {
				t.Fatal(err)
			}
			got := store.Open(dir).Load(key)
			if len(got.Notebooks) != 0 || len(got.Identities) != 0 {
				t.Errorf("%d notebooks came out of it", len(got.Notebooks))
			}
			if len(got.Notices) != 1 || !strings.Contains(got.Notices[0], c.says) || !strings.Contains(got.Notices[0], ".bad-1") {
				t.Errorf("notices %q, want one that says %q", got.Notices, c.says)
			}
			if _, err := os.Stat(path(dir) + ".bad-1"); err != nil {
				t.Error(err)
			}
			if again := store.Open(dir).Load(key); len(again.Notices) != 0 {
				t.Errorf("it is told twice: %q", again.Notices)
			}
		})
	}
}

func TestRowsThatMakeNoNotebookSetTheirFileAside(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*model.Notebook){
		"no name":          func(n *model.Notebook) { n.Name = "" },
		"no region":        func(n *model.Notebook) { n.Region = "" },
		"another account":  func(n *model.Notebook) { n.ARN = strings.ReplaceAll(n.ARN, account, "999988887777") },
		"an unknown state": func(n *model.Notebook) { n.Tagged.State = 7 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, dir := notebook(account, 1), t.TempDir()
			change(n)
			if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, []*model.Notebook{n}); err != nil {
				t.Fatal(err)
			}
			got := store.Open(dir).Load(key)
			if len(got.Notebooks) != 0 || len(got.Notices) != 1 || !strings.Contains(got.Notices[0], "do not fit") {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestAnyByteOfAFileMayBeAnother reads files that are whole, but not as they were
// written.
func TestAnyByteOfAFileMayBeAnother(t *testing.T) {
	t.Parallel()
	dir, header, body := savedAndOpened(t)
	for i := range len(body) {
		other := []byte(body)
		other[i] ^= 1 << (i % 8)
		if err := os.WriteFile(path(dir), closed(t, header, string(other)), 0o600); err != nil {
			t.Fatal(err)
		}
		got := store.Open(dir).Load(key)
		if len(got.Notebooks) != 2*len(got.Identities) || len(got.Identities)+len(got.Notices) != 1 {
			t.Fatalf("byte %d: %d rows of %d accounts, %q", i, len(got.Notebooks), len(got.Identities), got.Notices)
		}
		for _, n := range got.Notebooks {
			if n.Name == "" || n.Region == "" || n.Account != account || !n.Stale {
				t.Fatalf("byte %d: %+v", i, n)
			}
		}
	}
}

// TestAFileThatEndsEarlyIsNotReadToThere cuts the end off what is zipped, and zips it
// well: what is missing is not taken for nothing.
func TestAFileThatEndsEarlyIsNotReadToThere(t *testing.T) {
	t.Parallel()
	dir, header, body := savedAndOpened(t)
	for i := 0; i < len(body); i += 3 {
		if err := os.WriteFile(path(dir), closed(t, header, body[:i]), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := store.Open(dir).Load(key); len(got.Notebooks) > 0 || len(got.Notices) != 1 {
			t.Fatalf("%d of %d bytes: %d rows, %q", i, len(body), len(got.Notebooks), got.Notices)
		}
	}
}

func TestFilesSetAsideDoNotReplaceEachOtherNorGrowForEver(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 1)
	for range 12 {
		if err := os.WriteFile(path(dir), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := store.Open(dir).Load(key); len(got.Notices) != 1 {
			t.Fatalf("notices %q", got.Notices)
		}
	}
	kept, err := filepath.Glob(path(dir) + ".bad-*")
	if err != nil || len(kept) != 9 {
		t.Errorf("%d files kept, want 9 (%v)", len(kept), err)
	}
}
