package mover

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAProofTellsHowMuchOfTheSourceIsRead has both notebooks read at once, the
// replacement more of it: its files are not told as the source's.
func TestAProofTellsHowMuchOfTheSourceIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.job.Copy(t.Context(), nil))
	w.replaced.tree["more"] = "x"
	var last Progress
	if _, err := w.again().Prove(t.Context(), nil, func(p Progress) {
		if p.Phase == Reading {
			last = p
		}
	}); err != nil || last.Files != 40 || last.Bound != BySource {
		t.Errorf("it tells %+v, %v", last, err)
	}
}

// TestNothingButANewManifestIsAProof has a notebook answer with what it said before,
// with half of it, with nothing, or with another tree's.
func TestNothingButANewManifestIsAProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.job.Copy(t.Context(), nil))
	w.proven(t)
	old, err := os.ReadFile(filepath.Join(w.job.Folder, proofReplaced))
	must(t, err)
	delete(w.replaced.tree, "file05")
	for name, out := range map[string]func(b []byte) []byte{
		"an old one": func(b []byte) []byte { return append(old, b...)[:len(b)] },
		"half":       func(b []byte) []byte { return append(b[:len(b)/2], strings.Repeat("\n", len(b)-len(b)/2)...) },
		"changed":    func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
	} {
		w.replaced.out = func(at string, b []byte) []byte {
			if strings.HasSuffix(at, ".manifest") {
				return out(b)
			}
			return b
		}
		r, err := w.again().Prove(t.Context(), nil, nil)
		if !errors.Is(err, ErrUnproven) || r.Proven() {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	w.replaced.out = nil
	r, err := w.again().Prove(t.Context(), nil, nil)
	if err != nil || r.Missing != 1 || r.Proven() {
		t.Errorf("%+v, %v", r.Comparison, err)
	}
}
