package manifest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func tree() []string {
	return []string{
		folder("a"), file("a/x", "one"), file("a/y\nz", "two"), folder("a b"), file("a.txt", "three"),
		leftOut("lost+found", RuleSystem), link("to", "a/x"), file("\xff\xfe", "four"),
	}
}

func TestAManifestIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	m := text(Source, tree()...)
	for name, r := range map[string]io.Reader{"at once": strings.NewReader(m), "byte by byte": iotest.OneByteReader(strings.NewReader(m))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, err := NewReader(r, want(Source))
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for {
				e, err := in.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				paths = append(paths, string(e.Path))
			}
			if !slices.Equal(paths, []string{"a", "a/x", "a/y\nz", "a b", "a.txt", "lost+found", "to", "\xff\xfe"}) {
				t.Errorf("%q", paths)
			}
			s := in.Summary()
			if s.Entries != 7 || s.Files != 4 || s.Bytes != 15 || s.Excluded != 1 || s.Unread != 0 || in.Header().UID != 1000 {
				t.Errorf("%+v of %+v", s, in.Header())
			}
			if _, err := in.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

// TestWhatIsNoProofSaysWhy holds each way in which a manifest proves nothing against
// the reason that is given.
func TestWhatIsNoProofSaysWhy(t *testing.T) {
	t.Parallel()
	good := text(Source, tree()...)
	lines := strings.SplitAfter(good, "\n")
	with := func(more ...string) string { return text(Source, append(tree(), more...)...) }
	replace := func(old, by string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not there", old)
		}
		return strings.Replace(good, old, by, 1)
	}
	long := strings.Repeat("n", maxLine+100)
	cases := map[string]struct {
		text   string
		reason Reason
	}{
		"nothing at all":             {"", Empty},
		"no entry":                   {text(Source), Empty},
		"only what is left out":      {text(Source, leftOut("x", RuleTrash)), Empty},
		"half of the head":           {good[:30], Short},
		"no last line":               {strings.Join(lines[:len(lines)-2], ""), Short},
		"half of a line":             {good[:len(lines[0])+20], Short},
		"half of the last line":      {good[:len(good)-10], Short},
		"no newline at the end":      {good[:len(good)-1], Short},
		"another run":                {replace(`"run":"7f3c"`, `"run":"7f3d"`), Foreign},
		"the other side":             {text(Replacement, tree()...), Foreign},
		"no run":                     {replace(`"run":"7f3c",`, ``), Foreign},
		"an older one of the run":    {replace(`"request":"q1"`, `"request":"q0"`), Old},
		"a newer format":             {replace("manifest\t1\t", "manifest\t2\t"), Newer},
		"something else":             {"404: Not Found\n" + good, Malformed},
		"a sign-in page":             {"<html>\n", Malformed},
		"a head without a version":   {"#nbscope-manifest\t{}\n", Malformed},
		"a head that is no object":   {replace(`1`+"\t"+`{"run"`, `1`+"\t"+`["run"`), Malformed},
		"an end that is no object":   {replace("#end\t{", "#end\t["), Malformed},
		"something behind the end":   {good + "more\n", Malformed},
		"half a line behind the end": {good + "more", Malformed},
		"a line is gone":             {strings.Join(slices.Delete(slices.Clone(lines), 2, 3), ""), Miscounted},
		"a wrong count":              {replace(`"entries":7`, `"entries":8`), Miscounted},
		"a wrong sum of sizes":       {replace(`"bytes":15`, `"bytes":16`), Miscounted},
		"unread is kept secret":      {strings.Replace(with(unseen("\xff\xff", "EACCES")), `"unread":1`, `"unread":0`, 1), Miscounted},
		"a digest is another":        {replace(sum("one"), sum("ONE")), Corrupt},
		"a mode is another":          {replace("f\t644", "f\t645"), Corrupt},
		"the head is another":        {replace(`"uid":1000`, `"uid":1001`), Corrupt},
		"twice the same name":        {with(file("\xff\xfe", "four")), Disordered},
		"out of order":               {with(file("b", "b")), Disordered},
		"a folder that is not there": {text(Source, file("a/b", "x")), Disordered},
		"a later one":                {text(Source, file("a", "x"), folder("b"), file("b/c/d", "y")), Disordered},
		"inside a file":              {text(Source, file("a", "x"), file("a/b", "x")), Disordered},
		"inside what is left out":    {text(Source, leftOut("a", RuleTrash), file("a/b", "x")), Disordered},
		"a line that never ends":     {lines[0] + long + "\n", Malformed},
	}
	for name, bad := range map[string]string{
		"too few fields":        "f\t644\t1",
		"no type":               set(file("z", "z"), 0, ""),
		"a type of two letters": set(file("z", "z"), 0, "ff"),
		"an unknown type":       set(file("z", "z"), 0, "w"),
		"no mode":               set(file("z", "z"), 1, ""),
		"a decimal mode":        set(file("z", "z"), 1, "689"),
		"a mode with a zero":    set(file("z", "z"), 1, "0644"),
		"no size":               set(file("z", "z"), 2, ""),
		"a size below zero":     set(file("z", "z"), 2, "-1"),
		"a size with a zero":    set(file("z", "z"), 2, "01"),
		"a size with a sign":    set(file("z", "z"), 2, "+1"),
		"a size too large":      set(file("z", "z"), 2, "9223372036854775808"),
		"an endless size":       set(file("z", "z"), 2, strings.Repeat("9", 30)),
		"minus nothing":         set(file("z", "z"), 3, "-0"),
		"no digest":             set(file("z", "z"), 4, "-"),
		"half a digest":         set(file("z", "z"), 4, sum("z")[:63]),
		"a digest in capitals":  set(file("z", "z"), 4, strings.ToUpper(sum("z"))),
		"an empty reason":       set(file("z", "z"), 4, "!"),
		"an endless reason":     set(file("z", "z"), 4, "!"+strings.Repeat("E", 60)),
		"a target of a file":    set(file("z", "z"), 7, ">a"),
		"a link to nowhere":     set(link("z", "z"), 7, "-"),
		"a link with a digest":  set(link("z", "z"), 4, sum("z")),
		"a folder with a size":  set(folder("z"), 2, "1"),
		"a folder with content": set(folder("z"), 4, sum("z")),
		"no path":               set(file("z", "z"), 8, ""),
		"an absolute path":      set(file("z", "z"), 8, "/z"),
		"a way out":             set(file("z", "z"), 8, "../z"),
		"the folder itself":     set(file("z", "z"), 8, "."),
		"a slash at the end":    set(file("z", "z"), 8, "z/"),
		"two slashes":           set(file("z", "z"), 8, "z//z"),
		"half a byte":           set(file("z", "z"), 8, "z%0"),
		"a byte in small hex":   set(file("z", "z"), 8, "z%0a"),
		"a letter as a byte":    set(file("z", "z"), 8, "%7A"),
		"a NUL":                 set(file("z", "z"), 8, "z%00"),
		"a bare space":          set(file("z", "z"), 8, "z z"),
		"a bare byte":           set(file("z", "z"), 8, "z\xff"),
		"a device without one":  "c\t644\t0\t0\t-\t-\t-\t-\tz",
	} {
		cases[name] = struct {
			text   string
			reason Reason
		}{text(Source, bad), Malformed}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s, err := read(c.text, want(Source))
			var u *Unproven
			if !errors.As(err, &u) || u.Reason != c.reason {
				t.Fatalf("%v (%+v), want %s", err, s, c.reason)
			}
			if u.Detail == "" || u.Line < 1 || !strings.Contains(u.Error(), "manifest") {
				t.Errorf("it says too little: %v", u)
			}
		})
	}
}

func TestEveryPrefixOfAManifestIsNoProof(t *testing.T) {
	t.Parallel()
	good := text(Source, tree()...)
	for i := range len(good) {
		if _, _, err := read(good[:i], want(Source)); err == nil {
			t.Fatalf("the first %d bytes of %d are taken for a manifest", i, len(good))
		}
	}
}

func TestEveryOtherByteOfAManifestIsNoticed(t *testing.T) {
	t.Parallel()
	good := text(Source, tree()...)
	end := strings.LastIndex(good, "#end\t")
	for i := range len(good) {
		bad := []byte(good)
		bad[i] ^= 1
		_, s, err := read(string(bad), want(Source))
		// The last line is JSON: a blank or a name that is not asked for may change.
		if err == nil && (i < end || s.Entries != 7) {
			t.Fatalf("byte %d, %q, was changed unnoticed", i, good[i])
		}
	}
}

func TestAFailureToReadIsNotTheManifests(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection reset")
	good := text(Source, tree()...)
	r, err := NewReader(io.MultiReader(strings.NewReader(good[:len(good)/2]), iotest.ErrReader(lost)), want(Source))
	for err == nil {
		_, err = r.Next()
	}
	if !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
	if _, err := NewReader(iotest.ErrReader(lost), want(Source)); !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
}

func TestTheOrderIsThatOfAWalk(t *testing.T) {
	t.Parallel()
	sorted := []string{"!", "a", "a/b", "a/b/c", "a/b-c", "a/c", "a b", "a-b", "a.b", "a0", "b", "b\xff", "\xff"}
	for i, a := range sorted {
		for j, b := range sorted {
			if got := Order([]byte(a), []byte(b)); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("Order(%q, %q) = %d", a, b, got)
			}
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(text(Source, tree()...))
	f.Add(text(Source, unseen("a", "EACCES"), folder("b"), set(file("b/c", "x"), 4, "!changed")))
	f.Add(text(Source, set(file("a", "x"), 7, "=b")))
	f.Add("#nbscope-manifest\t1\t{}\nf\t")
	f.Fuzz(func(t *testing.T, m string) {
		entries, s, err := read(m, want(Source))
		if err == nil && (int64(entries) != s.Entries+s.Excluded || s.Entries == 0) {
			t.Errorf("%d entries are said to be %+v", entries, s)
		}
		var u *Unproven
		if err != nil && !errors.As(err, &u) {
			t.Errorf("%v says no reason", err)
		}
	})
}

// FuzzEntry holds that a line that is taken is the only way to write what it says.
func FuzzEntry(f *testing.F) {
	for _, l := range append(tree(), unseen("q", "EIO"), "c\t600\t0\t-5\t-\t-\t-\t@1:3\tnull", set(file("h", "h"), 7, "=g")) {
		f.Add([]byte(l))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var e Entry
		if bytes.IndexByte(line, '\n') >= 0 || e.parse(line) != nil {
			return
		}
		if got := e.text(); got != string(line) {
			t.Errorf("%q is written as %q", line, got)
		}
	})
}
