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

func TestDataIsMovedByWhatTheMoverCan(t *testing.T) {
	t.Parallel()
	c := newClientOf(t)
	if got := c.Transports(); got != nil {
		t.Errorf("without a mover: %v", got)
	}
	c.opt.Mover = &Copier{}
	if got, want := c.Transports(), []recreate.Transport{recreate.TransportRelay, recreate.TransportS3}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestOnlyTheBucketOfThePlanIsMade, where the plan says that it may be.
func TestOnlyTheBucketOfThePlanIsMade(t *testing.T) {
	t.Parallel()
	s, w := &session{}, &writer{}
	for _, c := range []struct {
		plans, asked string
		may, made    bool
	}{{"a", "a", true, true}, {"a", "a", false, false}, {"a", "b", true, false}, {"", "b", false, false}} {
		plan := recreate.Plan{Source: recreate.Snapshot{Region: "eu-west-1", KMSKeyID: "key"}, Bucket: c.plans, MakeBucket: c.may}
		got, ok := s.stores(w, &plan)(c.asked).(*s3Bucket)
		if !ok || *got != (s3Bucket{session: s, writer: w, region: "eu-west-1", name: c.asked, key: "key", make: c.made}) {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}
