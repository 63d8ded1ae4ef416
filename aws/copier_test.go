package aws

import (
	"slices"
	"testing"

	"nbscope/aws/mover"
	"nbscope/model/recreate"
)

func TestWhatACopyNotesIsRemarked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		said mover.Progress
		want []string
	}{
		"nothing":        {mover.Progress{Phase: mover.Streaming}, nil},
		"a note":         {mover.Progress{Phase: mover.Streaming, Note: "part 2 is sent again"}, []string{"part 2 is sent again"}},
		"the choice too": {mover.Progress{By: mover.S3, Why: "it is much", Note: "it waits"}, []string{"through S3: it is much", "it waits"}},
	} {
		var got []string
		told(func(m recreate.Moving) { got = m.Remarks })(c.said)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the remarks are %q, not %q", name, got, c.want)
		}
	}
}

// untouched is a notebook that is asked nothing: no method of it works.
type untouched struct{ mover.Session }

// TestWhereNothingWasClonedNothingIsAskedAboutClones also has a run that did not look
// into its notebooks.
func TestWhereNothingWasClonedNothingIsAskedAboutClones(t *testing.T) {
	t.Parallel()
	j := &mover.Job{Source: mover.Side{Session: untouched{}}, Replacement: mover.Side{Session: untouched{}}}
	for name, inside := range map[string]*recreate.Surveyed{"nothing was looked at": nil, "no clones were found": {}} {
		if got := (&Copier{}).stillCloned(t.Context(), &Move{Run: &recreate.Run{Inside: inside}}, j); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}
