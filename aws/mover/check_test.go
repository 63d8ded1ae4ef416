package mover

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"nbscope/model/manifest"
)

// checked is a copy that stands before the comparison of a stream.
func checked(t *testing.T, source, stage map[string]string, change func(*state)) (*world, *copying, *[]Progress) {
	t.Helper()
	w := newWorld(t)
	w.source.tree, w.replaced.stage = source, stage
	said := &[]Progress{}
	c, err := w.job.begin(t.Context(), func(p Progress) { *said = append(*said, p) })
	must(t, err)
	c.state.Step = stepCheck
	change(c.state)
	return w, c, said
}

// TestWhatArrivedDecidesWhatIsNext before anything is in place.
func TestWhatArrivedDecidesWhatIsNext(t *testing.T) {
	t.Parallel()
	source := map[string]string{"a": "one", "b": "three", "c": "x"}
	some, none, whole := map[string]string{"a": "one"}, map[string]string{}, maps.Clone(source)
	for name, c := range map[string]struct {
		stage  map[string]string
		change func(*state)
		step   step
		delta  bool
		total  int64
		rounds int
		fails  error
	}{
		"nothing":                             {nil, func(*state) {}, stepStream, false, 0, 1, nil},
		"everything":                          {whole, func(*state) {}, stepPlace, false, 0, 0, nil},
		"everything, and it broke off":        {whole, func(s *state) { s.Broken = true }, stepPlace, false, 0, 0, nil},
		"some":                                {some, func(*state) {}, stepStream, true, 6, 1, nil},
		"some in the last round":              {some, func(s *state) { s.Rounds = 4 }, stepPlace, false, 0, 4, nil},
		"some in the one before":              {some, func(s *state) { s.Rounds = 3 }, stepStream, true, 6, 4, nil},
		"some of what broke off":              {some, func(s *state) { s.Broken, s.Rounds = true, 4 }, stepStream, true, 6, 5, nil},
		"not a file of a whole stream":        {none, func(*state) {}, stepStream, false, 0, 1, ErrUnproven},
		"not a file of what broke off":        {none, func(s *state) { s.Broken, s.Rounds = true, 3 }, stepStream, false, 0, 4, nil},
		"not a file in the last round":        {none, func(s *state) { s.Broken, s.Rounds = true, 4 }, stepStream, false, 0, 5, ErrUnproven},
		"some, and it broke off four times":   {some, func(s *state) { s.Broken, s.Breaks = true, 4 }, stepStream, true, 6, 1, nil},
		"some, and it broke off a fifth time": {some, func(s *state) { s.Broken, s.Breaks = true, 5 }, stepCheck, false, 0, 0, ErrScript},
	} {
		_, job, _ := checked(t, source, c.stage, c.change)
		err := job.check(t.Context())
		s := job.state
		if !errors.Is(err, c.fails) || s.Step != c.step || s.Delta != c.delta || s.Total != c.total || s.Rounds != c.rounds {
			t.Errorf("%s: %v, step %s, only what is missing %v, %d bytes, round %d", name, err, s.Step, s.Delta, s.Total, s.Rounds)
		}
		if c.fails == nil && s.Asking != "" {
			t.Errorf("%s: %s is still asked for", name, s.Asking)
		}
		if errors.Is(c.fails, ErrScript) && s.Breaks != 0 {
			t.Errorf("%s: who copies again has broken off %d times", name, s.Breaks)
		}
	}
}

// TestWhatAWholeStreamCannotBringIsNotSentAgain: what is found is the same as before.
func TestWhatAWholeStreamCannotBringIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stage  string
		broken bool
		want   step
	}{
		"the same is missing":                  {"a", false, stepPlace},
		"something else is":                    {"b", false, stepStream},
		"the same, but the stream broke off":   {"a", true, stepStream},
		"something else, and it broke off too": {"b", true, stepStream},
	} {
		source := map[string]string{"a": "one", "b": "three"}
		w, job, _ := checked(t, source, map[string]string{"a": "one"}, func(*state) {})
		must(t, job.check(t.Context()))
		w.replaced.stage = map[string]string{c.stage: source[c.stage]}
		job.state.Step, job.state.Broken = stepCheck, c.broken
		must(t, job.check(t.Context()))
		if got := job.state; got.Step != c.want || got.Newest != "source-2" {
			t.Errorf("%s: step %s, by %s", name, got.Step, got.Newest)
		}
	}
}

// TestWhatChangedSinceDecidesWhatIsNext once something is in place.
func TestWhatChangedSinceDecidesWhatIsNext(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tree   map[string]string // of the source by now
		change func(*state)
		step   step
		base   string
		total  int64
	}{
		"nothing":                        {map[string]string{"a": "one", "b": "two"}, func(*state) {}, stepPlaced, "source-2", 0},
		"a file":                         {map[string]string{"a": "one", "b": "longer"}, func(*state) {}, stepStream, "source-1", 6},
		"a file is new":                  {map[string]string{"a": "one", "b": "two", "c": "x"}, func(*state) {}, stepStream, "source-1", 1},
		"a file is gone":                 {map[string]string{"a": "one"}, func(*state) {}, stepStream, "source-1", 0},
		"nothing since it was sent":      {map[string]string{"a": "one", "b": "two"}, func(s *state) { s.Newest = "source-1" }, stepPlace, "source-1", 0},
		"nothing, and it broke off":      {map[string]string{"a": "one", "b": "two"}, func(s *state) { s.Newest, s.Broken = "source-1", true }, stepPlaced, "source-2", 0},
		"a file since it was sent":       {map[string]string{"a": "one", "b": "longer"}, func(s *state) { s.Newest, s.Rounds = "source-1", 3 }, stepStream, "source-1", 6},
		"a file again in the last round": {map[string]string{"a": "one", "b": "longer"}, func(s *state) { s.Newest, s.Rounds = "source-1", 4 }, stepPlace, "source-1", 0},
	} {
		tree := map[string]string{"a": "one", "b": "two"}
		w, job, _ := checked(t, tree, maps.Clone(tree), func(*state) {})
		must(t, job.check(t.Context()))
		w.source.tree = c.tree
		s := job.state
		s.Step, s.Again, s.Base, s.Newest = stepCheck, true, s.Newest, ""
		c.change(s)
		must(t, job.check(t.Context()))
		if s.Step != c.step || s.Base != c.base || s.Total != c.total || s.Newest != "source-2" || s.Asking != "" {
			t.Errorf("%s: step %s, in place is %s, %d bytes, by %s", name, s.Step, s.Base, s.Total, s.Newest)
		}
	}
}

// TestAComparisonTellsOfTheSourcesFiles while both notebooks are read.
func TestAComparisonTellsOfTheSourcesFiles(t *testing.T) {
	t.Parallel()
	_, job, said := checked(t, map[string]string{"a": "one", "b": "three"}, map[string]string{"a": "one"}, func(*state) {})
	must(t, job.check(t.Context()))
	for _, p := range *said {
		if p.Files == 1 {
			t.Errorf("it tells of the replacement's: %+v", p)
		}
	}
	if last := (*said)[len(*said)-1]; last.Files != 2 || last.Phase != Checking {
		t.Errorf("it ends with %+v", last)
	}
}

// TestManifestsThatAreNoProofAreMadeAnew but for that of what is in place.
func TestManifestsThatAreNoProofAreMadeAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		kept []string
	}{
		"no proof":       {&Error{Kind: ErrUnproven, Text: "half"}, []string{"base"}},
		"something else": {&Error{Kind: ErrFolder, Text: "full"}, []string{"base", "other"}},
	} {
		_, job, _ := checked(t, nil, nil, func(s *state) { s.Base, s.Tokens = "base", map[string]string{"base": "1", "other": "2"} })
		for _, n := range []string{"base", "other"} {
			must(t, os.WriteFile(filepath.Join(job.Folder, n), nil, 0o600))
		}
		if err := job.forget(c.err, "base", "other"); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
		for _, n := range []string{"base", "other"} {
			_, err := os.Stat(filepath.Join(job.Folder, n))
			want := n == "base" || len(c.kept) == 2
			if (err == nil) != want || (job.state.peek(n) != "") != want {
				t.Errorf("%s: of %s is left: %v, %q", name, n, err, job.state.peek(n))
			}
		}
	}
}

func TestNothingIsToBeSentWhereNothingIsDifferent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		again, linked, removed int64
		want                   bool
	}{{0, 0, 0, true}, {1, 0, 0, false}, {0, 1, 0, false}, {0, 0, 1, false}, {1, 1, 0, false}, {0, 1, 1, false}, {1, 0, 1, false}} {
		if got := empty(&manifest.Delta{Again: c.again, Linked: c.linked, Removed: c.removed}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestWhatIsWrongWithAManifestIsItsOwnOrThisMachines, which are mended in other places.
func TestWhatIsWrongWithAManifestIsItsOwnOrThisMachines(t *testing.T) {
	t.Parallel()
	half := &manifest.Unproven{Reason: manifest.Empty}
	for name, c := range map[string]struct {
		err, kind error
	}{
		"nothing": {nil, nil}, "it is no proof": {half, ErrUnproven}, "it cannot be read here": {os.ErrPermission, ErrFolder},
	} {
		err := (&end{}).proof(c.err)
		if (err == nil) != (c.err == nil) || !errors.Is(err, c.kind) || !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
