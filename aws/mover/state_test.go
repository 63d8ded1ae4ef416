package mover

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nbscope/aws/jupyter"
)

func TestWhereACopyIsIsReadStrictly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, fails string }{
		"nothing":            {"", "copy.json is of a newer version"},
		"half of it":         {`{"v":1,"run":"7f3c"`, "unexpected end of JSON input"},
		"a newer version":    {`{"v":2,"run":"7f3c"}`, "copy.json is of a newer version"},
		"another run":        {`{"v":1,"run":"9999"}`, `copy.json is of the run "9999"`},
		"without any tokens": {`{"v":1,"run":"7f3c","tokens":null,"step":"check"}`, ""},
	} {
		w := newWorld(t)
		path := filepath.Join(w.job.Folder, "copy.json")
		if name != "nothing" {
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		} else {
			c.fails = ""
		}
		s, err := w.job.load()
		if (err == nil) != (c.fails == "") || err != nil && (!errors.Is(err, ErrFolder) || !strings.HasSuffix(err.Error(), c.fails)) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (s.Tokens == nil || s.Step != map[bool]step{true: stepStream, false: stepCheck}[name == "nothing"]) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	w := newWorld(t)
	w.job.Folder = filepath.Join(w.job.Folder, "file", "below")
	if err := os.WriteFile(filepath.Dir(w.job.Folder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.job.load(); !errors.Is(err, ErrFolder) {
		t.Errorf("a folder that cannot be made is %v", err)
	}
}

func TestTokensAndStreamsOfACopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := w.job.load()
	if err != nil {
		t.Fatal(err)
	}
	one, err := s.token("a")
	if again, err2 := s.token("a"); err != nil || err2 != nil || one == "" || again != one || s.peek("a") != one || s.peek("b") != "" {
		t.Errorf("%q, then %q: %v, %v", one, again, err, err2)
	}
	if read, err := w.job.load(); err != nil || read.peek("a") != one {
		t.Errorf("another process has %q (%v)", read.peek("a"), err)
	}
	if err := s.drop("a", "b"); err != nil || s.peek("a") != "" {
		t.Errorf("it is dropped: %v", err)
	}
	s.Total, s.Begun, s.By, s.Step = 7, true, S3, stepCheck
	s.next(false, 9)
	if s.Stream != 2 || s.Rounds != 1 || s.Delta || s.Begun || s.By != "" || s.Step != stepStream || s.Total != 7 {
		t.Errorf("%+v", s)
	}
	s.next(true, 9)
	if s.Stream != 3 || s.Rounds != 2 || !s.Delta || s.Total != 9 {
		t.Errorf("%+v", s)
	}
}

// TestManifestsOfEarlierRoundsAreRemoved, with what was left half written, and their tokens.
func TestManifestsOfEarlierRoundsAreRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := w.job.load()
	if err != nil {
		t.Fatal(err)
	}
	s.Base, s.Newest, s.Asking = "source-1", "source-2", "source-3"
	for _, name := range []string{"source-1", "source-2", "source-3", "source-4", "stage-1", "coming-x", "proof-source.manifest", "list", "copy.json"} {
		if err := os.WriteFile(filepath.Join(w.job.Folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.Tokens[name] = "t"
	}
	if err := s.tidy(); err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadDir(w.job.Folder)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, f := range all {
		left = append(left, f.Name())
	}
	if want := []string{"copy.json", "list", "proof-source.manifest", "source-1", "source-2", "source-3"}; !slices.Equal(left, want) || !slices.Equal(slices.Sorted(maps.Keys(s.Tokens)), want) {
		t.Errorf("left are %q, and the tokens of %q", left, slices.Sorted(maps.Keys(s.Tokens)))
	}
	if err := os.RemoveAll(w.job.Folder); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{"tidy": s.tidy, "save": s.save, "drop": func() error { return s.drop("list") }, "token": func() error { _, err := s.token("x"); return err }} {
		if err := do(); !errors.Is(err, ErrFolder) || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s where the folder is gone: %v", name, err)
		}
	}
}

// TestWhatACopyStopsWith has Stop leave what is in place, and begin what is not.
func TestWhatACopyStopsWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step   step
		again  bool
		want   step
		stream int
	}{
		"a stream":                {stepStream, false, stepStream, 4},
		"a check":                 {stepCheck, false, stepStream, 4},
		"what changed":            {stepStream, true, stepCheck, 4},
		"when it was in place":    {stepPlaced, false, stepPlaced, 3},
		"in place more than once": {stepPlaced, true, stepPlaced, 3},
	} {
		w := newWorld(t)
		s, err := w.job.load()
		if err != nil {
			t.Fatal(err)
		}
		s.Step, s.Again, s.Stream, s.Begun, s.By, s.Asking, s.Delta, s.Base = c.step, c.again, 3, true, Relay, "source-2", true, "source-1"
		s.Tokens = map[string]string{"source-1": "a", "source-2": "b", "place": "c"}
		if err := errors.Join(s.save(), w.job.Stop(t.Context())); err != nil {
			t.Fatal(err)
		}
		if s, err = w.job.load(); err != nil || s.Step != c.want || s.Stream != c.stream || s.Begun || s.By != "" || !s.Broken || s.Asking != "" || s.Delta || !maps.Equal(s.Tokens, map[string]string{"source-1": "a"}) {
			t.Errorf("%s: %v, %+v", name, err, s)
		}
	}
	w := newWorld(t)
	w.source.fault = func(string, string) error { return fault(jupyter.ErrHost) }
	w.replaced.fault = func(string, string) error { return fault(jupyter.ErrRefused) }
	if err := w.job.Stop(t.Context()); !errors.Is(err, ErrHost) || !errors.Is(err, ErrRefused) {
		t.Errorf("neither can be cleaned: %v", err)
	}
	w = newWorld(t)
	if err := os.WriteFile(filepath.Join(w.job.Folder, "copy.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.job.Stop(t.Context()); !errors.Is(err, ErrFolder) {
		t.Errorf("of a state that is none: %v", err)
	}
}

func TestWhatIsLeftInABucketIsSweptUntilNothingIs(t *testing.T) {
	t.Parallel()
	odd := errors.New("denied")
	for name, c := range map[string]struct {
		bucket   string
		versions bool
		fault    func(op string, f *fakeStore) error
		stores   bool
		there    int    // objects
		says     string // "" where nothing is left
		ops      string
	}{
		"no bucket":                         {stores: true},
		"an empty one":                      {bucket: "data", stores: true, ops: "list versions"},
		"no way to S3":                      {bucket: "data", says: "the bucket cannot be used: this session has no way to S3"},
		"versions may not be seen":          {bucket: "data", stores: true, fault: func(op string, _ *fakeStore) error { return refuse(op == "list versions", odd) }, ops: "list versions, list"},
		"where there are some":              {bucket: "data", stores: true, versions: true, fault: func(op string, _ *fakeStore) error { return refuse(op == "list versions", odd) }, says: "the bucket cannot be used: denied", ops: "list versions"},
		"nothing may be seen":               {bucket: "data", stores: true, fault: func(string, *fakeStore) error { return odd }, says: "the bucket cannot be used: denied", ops: "list versions, list"},
		"something comes again three times": {bucket: "data", stores: true, there: 1, fault: comes(3), ops: "list versions, delete, list versions, delete, list versions, delete, list versions"},
		"and a fourth time":                 {bucket: "data", stores: true, there: 1, fault: comes(4), says: "1 objects are there again", ops: "list versions, delete, list versions, delete, list versions, delete, list versions"},
		"what cannot be deleted":            {bucket: "data", stores: true, there: 1, fault: func(op string, _ *fakeStore) error { return refuse(op == "delete", odd) }, says: "the bucket cannot be used: denied", ops: "list versions, delete"},
	} {
		w := newWorld(t)
		if !c.stores {
			w.job.Stores = nil
		}
		if c.fault != nil {
			w.s3.fault = func(op, _ string) error { return c.fault(op, w.s3) }
		}
		if c.there > 0 {
			w.s3.objects[Object{Key: "nbscope/7f3c/x"}] = nil
		}
		s, err := w.job.load()
		if err != nil {
			t.Fatal(err)
		}
		s.Bucket, s.Versions = c.bucket, c.versions
		err = w.job.sweep(t.Context(), s)
		want := "objects may be left in the bucket: below s3://data/nbscope/7f3c/: " + c.says
		if (err == nil) != (c.says == "") || err != nil && (err.Error() != want || !errors.Is(err, ErrLeft)) || (s.Bucket == "") != (c.says == "") {
			t.Errorf("%s: %v, %q is left", name, err, s.Bucket)
		}
		var ops []string
		for _, l := range w.s3.log {
			ops = append(ops, strings.TrimSpace(l[:strings.LastIndex(l, " ")]))
		}
		if got := strings.Join(ops, ", "); got != c.ops {
			t.Errorf("%s: it asks %s", name, got)
		}
	}
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.s3.fault = func(string, string) error { cancel(); return odd }
	s, _ := w.job.load()
	if s.Bucket = "data"; !errors.Is(w.job.sweep(ctx, s), ErrDetached) {
		t.Error("let go, it is not said")
	}
}

func refuse(yes bool, err error) error {
	if yes {
		return err
	}
	return nil
}

// comes has another object be there each time that one is deleted, so often in all.
func comes(times int) func(string, *fakeStore) error {
	return func(op string, f *fakeStore) error {
		if op == "delete" {
			times--
			if times > 0 {
				f.objects[Object{Key: fmt.Sprintf("nbscope/7f3c/x%d", times)}] = nil
			}
		}
		return nil
	}
}

// TestWhatCannotBePutInPlaceLeavesNothingBeside has a folder stand where a file belongs: the
// half that was written is taken away.
func TestWhatCannotBePutInPlaceLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.job.Copy(t.Context(), nil))
	e, n, _ := endOf(t)
	n.files["nbscope-7f3c/x"] = []byte("abc")
	for name, c := range map[string]struct {
		dir, file string
		do        func(file string) error
	}{
		"a state":     {t.TempDir(), "copy.json", func(file string) error { return (&state{path: file}).save() }},
		"a manifest":  {t.TempDir(), "source-1", func(file string) error { return e.fetch(t.Context(), "x", file) }},
		"differences": {w.job.Folder, differences, func(string) error { _, err := w.again().Prove(t.Context(), nil, nil); return err }},
	} {
		must(t, os.Mkdir(filepath.Join(c.dir, c.file), 0o700))
		if err := c.do(filepath.Join(c.dir, c.file)); !errors.Is(err, ErrFolder) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := filepath.Glob(filepath.Join(c.dir, "coming-*")); err != nil || len(left) > 0 {
			t.Errorf("%s: %q is left, %v", name, left, err)
		}
	}
}
