//go:build linux

package jupyter

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"nbscope/aws/sim/jupytersim"
)

// oddNames are names that files may have and that have to arrive as they are.
func oddNames() []string {
	return []string{
		"plain.txt", "with space", " leading", "trailing ", "new\nline", "tab\there", "per%20cent", "per%cent", "a?b", "a#b", "a&b=c", "a+b", "a;b",
		"quote'and\"both", "back\\slash", "-rf", "--", "ünïcode", "日本語", "emoji-🦀", "a:b", "a..b", "x.ipynb", "[x]", "{y}", "$HOME", "`id`", "~", "*",
		strings.Repeat("n", 255), "e\u0301", "\u00e9", "trailing.",
	}
}

func TestOddNamesArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	generations(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		b.must(b.c.Mkdir(ctx, work+"/odd ? #%20"))
		for _, name := range oddNames() {
			at := work + "/odd ? #%20/" + name
			b.must(b.c.Put(ctx, at, []byte(name)))
			if got := b.read(at); got != name {
				t.Errorf("%q holds %q", name, got)
			}
			if got, err := b.c.Get(ctx, at, 1000); string(got) != name || err != nil {
				t.Errorf("%q is read as %q, %v", name, got, err)
			}
			if e, err := b.c.Stat(ctx, at); e.Name != name || e.Path != at || e.Size != int64(len(name)) || e.Dir || err != nil {
				t.Errorf("%q: %+v, %v", name, e, err)
			}
		}
		list, err := b.c.List(ctx, work+"/odd ? #%20")
		if len(list) != len(oddNames()) || err != nil {
			t.Errorf("%d are listed, %v", len(list), err)
		}
	})
}

func TestNamesThatCannotBeAskedForAreRefusedByName(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	for _, path := range []string{
		"a\xffb", "x/a\xc3", "zero\x00byte", ".hidden", "x/.git/config", "..", "a/../../b", "./a", "a//b", "/a", "a/",
	} {
		for name, do := range map[string]func() error{
			"put":      func() error { return b.c.Put(ctx, path, nil) },
			"get":      func() error { _, err := b.c.Get(ctx, path, 1); return err },
			"stat":     func() error { _, err := b.c.Stat(ctx, path); return err },
			"mkdir":    func() error { return b.c.Mkdir(ctx, path) },
			"delete":   func() error { return b.c.Delete(ctx, path) },
			"list":     func() error { _, err := b.c.List(ctx, path); return err },
			"download": func() error { _, err := b.c.Download(ctx, path, 0, 1, io.Discard); return err },
		} {
			if err := do(); !errors.Is(err, ErrName) {
				t.Errorf("%s of %q: %v", name, path, err)
			}
		}
	}
	for _, path := range []string{"page.html", "x/Page.HTM", ""} {
		if _, err := b.c.Get(ctx, path, 1); !errors.Is(err, ErrName) {
			t.Errorf("get of %q: %v", path, err)
		}
	}
	if err := b.c.Delete(ctx, ""); !errors.Is(err, ErrName) {
		t.Errorf("delete of the root: %v", err)
	}
	if n := len(b.nb.Calls()); n != 0 {
		t.Errorf("something was sent: %v", b.nb.Calls())
	}
}

func TestAbsenceIsJupytersOwnWord(t *testing.T) {
	t.Parallel()
	generations(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		_, err := b.c.Stat(ctx, "none")
		_, err2 := b.c.Get(ctx, "none", 1)
		_, err3 := b.c.List(ctx, "none")
		for _, err := range []error{err, err2, err3} {
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("of a file that is not there: %v", err)
			}
		}
		b.must(b.c.Delete(ctx, "none"))
		if err := b.c.Put(ctx, "none/file", nil); errors.Is(err, ErrNotFound) || !errors.Is(err, ErrFailed) {
			t.Errorf("into a folder that is not there: %v", err)
		}
		b.write("plain", "x")
		if _, err := b.c.List(ctx, "plain"); errors.Is(err, ErrNotFound) || err == nil {
			t.Errorf("list of a file: %v", err)
		}
		b.must(b.c.Mkdir(ctx, "twice"))
		b.must(b.c.Mkdir(ctx, "twice"))
	})
}

func TestAFrontsNotFoundProvesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Up(t.Context()))
	b.write("there", "x")
	b.nb.SetFaults(jupytersim.Faults{Errors: 1, Status: 404})
	if _, err := b.c.Get(t.Context(), "there", 1); errors.Is(err, ErrNotFound) || err == nil {
		t.Errorf("get: %v", err)
	}
	b.nb.SetFaults(jupytersim.Faults{Errors: 1, Status: 404})
	if _, err := b.c.Stat(t.Context(), "there"); errors.Is(err, ErrNotFound) || err == nil {
		t.Errorf("stat: %v", err)
	}
}

func TestSizesAreBounded(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	big := make([]byte, MaxPut)
	_, _ = rand.Read(big)
	b.must(b.c.Put(ctx, "big", big))
	if b.read("big") != string(big) {
		t.Error("the largest file differs")
	}
	if err := b.c.Put(ctx, "bigger", make([]byte, MaxPut+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte more: %v", err)
	}
	if _, err := b.c.Get(ctx, "big", MaxPut-1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("read with a limit: %v", err)
	}
	b.nb.SetFaults(jupytersim.Faults{MaxBody: 1 << 20})
	if err := b.c.Put(ctx, "big", big); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than the front takes: %v", err)
	}
}

func TestTheEncoderIsBase64(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		data := bytes.Repeat([]byte{0xfb, 0xff, byte(n)}, 20)[:n]
		for name, read := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "one byte": iotest.OneByteReader, "halves": iotest.HalfReader,
		} {
			got, err := io.ReadAll(read(&encoder{data: data}))
			if want := base64.StdEncoding.EncodeToString(data); string(got) != want || err != nil {
				t.Errorf("%d bytes, %s: %q, want %q, %v", n, name, got, want, err)
			}
		}
	}
}

func TestADownloadIsTakenUpWhereItBroke(t *testing.T) {
	t.Parallel()
	generations(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		data := make([]byte, 3<<20)
		_, _ = rand.Read(data)
		size := int64(len(data))
		b.write("part", string(data))
		b.must(b.c.Up(ctx))
		b.nb.SetFaults(jupytersim.Faults{Cuts: 20, CutAt: 100_000, Rate: 1 << 30})
		for _, r := range [][2]int64{{0, size}, {0, 1}, {1, size}, {size - 1, size}, {1000, 2_000_000}, {size, size}, {7, 7}} {
			var got bytes.Buffer
			n, err := b.c.Download(ctx, "part", r[0], r[1], &got)
			if n != r[1]-r[0] || err != nil || !bytes.Equal(got.Bytes(), data[r[0]:r[1]]) {
				t.Errorf("%v: %d bytes, %v", r, n, err)
			}
		}
		b.write("empty", "")
		if n, err := b.c.Download(ctx, "empty", 0, 0, io.Discard); n != 0 || err != nil {
			t.Errorf("an empty file: %d, %v", n, err)
		}
		if n, err := b.c.Download(ctx, "part", 0, size+1, io.Discard); n != 0 || !errors.Is(err, ErrFailed) {
			t.Errorf("more than it holds: %d, %v", n, err)
		}
		if n, err := b.c.Download(ctx, "part", size+5, size+9, io.Discard); n != 0 || err == nil {
			t.Errorf("behind its end: %d, %v", n, err)
		}
	})
}

func TestADownloadThatGetsNowhereEnds(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.write("part", strings.Repeat("x", 1000))
	b.must(b.c.Up(t.Context()))
	b.nb.SetFaults(jupytersim.Faults{Cuts: 1 << 30, CutAt: 0})
	if n, err := b.c.Download(t.Context(), "part", 0, 1000, io.Discard); n != 0 || !errors.Is(err, ErrTemporary) {
		t.Errorf("%d, %v", n, err)
	}
}

func TestAFileThatIsReplacedMeanwhileIsNotPutTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.write("part", strings.Repeat("old", 1000))
	b.must(b.c.Up(t.Context()))
	b.nb.SetFaults(jupytersim.Faults{Cuts: 1, CutAt: 100})
	at := filepath.Join(b.nb.Root(), "part")
	replace := writerFunc(func(p []byte) (int, error) {
		b.write("part", strings.Repeat("new", 1000))
		return len(p), os.Chtimes(at, time.Time{}, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	})
	if n, err := b.c.Download(t.Context(), "part", 0, 3000, replace); n != 100 || !errors.Is(err, ErrChanged) {
		t.Errorf("%d, %v", n, err)
	}
}

func TestAReceiverThatFailsEndsTheDownload(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.write("part", "12345")
	full := errors.New("disk full")
	n, err := b.c.Download(t.Context(), "part", 0, 5, writerFunc(func([]byte) (int, error) { return 2, full }))
	if n != 2 || !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "disk full") || b.nb.Calls()["GET /files/part"] != 1 {
		t.Errorf("%d, %v, asked %v", n, err, b.nb.Calls())
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestADeletedFileIsGoneForJupyter(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Put(t.Context(), "file", []byte("x")))
	b.must(b.c.Delete(t.Context(), "file"))
	list, err := b.c.List(t.Context(), "")
	if slices.ContainsFunc(list, func(e Entry) bool { return e.Name == "file" }) || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

func TestAnEntryIsWhatJupyterSaysOfIt(t *testing.T) {
	t.Parallel()
	at, none, some := time.Unix(1.7e9, 0), int64(0), int64(7)
	for name, c := range map[string]struct {
		said entry
		want Entry
	}{
		"a folder":         {entry{Name: "b", Path: "/a/b/", Type: "directory", LastModified: at, Writable: true}, Entry{Name: "b", Path: "a/b", Dir: true, Size: -1, Modified: at, Writable: true}},
		"a file":           {entry{Name: "b", Path: "a/b", Type: "file", Size: &some}, Entry{Name: "b", Path: "a/b", Size: 7}},
		"an empty file":    {entry{Name: "b", Path: "b", Type: "file", Size: &none}, Entry{Name: "b", Path: "b"}},
		"of no known size": {entry{Name: "b", Path: "b", Type: "notebook"}, Entry{Name: "b", Path: "b", Size: -1}},
	} {
		if got := c.said.value(); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
