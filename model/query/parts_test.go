package query

import (
	"slices"
	"testing"
)

func TestPartsFindWhatTheWholeDoes(t *testing.T) {
	t.Parallel()
	rows, lens := benchRows(3*leastPart+1), testLens()
	parted, whole := NewEngine(testFuzzy), NewEngine(testFuzzy)
	for _, text := range []string{"f", "fr", "frd net:disabled", "'owner=ana !prod", "frdprd vpc:vpc-0000", "nowhere"} {
		q, _ := Parse(text, testNow())
		var want []Hit
		for i := range rows { // one row is one part
			for _, h := range whole.Run(q, rows[i:i+1], lens) {
				want = append(want, Hit{Row: int32(i), Score: h.Score})
			}
		}
		if got := parted.Run(q, rows, lens); !slices.Equal(got, want) {
			t.Errorf("%q finds %d rows in parts, %d one by one, or others", text, len(got), len(want))
		}
	}
}

func TestAPanicInAPartIsTheCallers(t *testing.T) {
	t.Parallel()
	defer func() {
		if r := recover(); r != "broken" {
			t.Errorf("the caller gets %v", r)
		}
	}()
	inParts(make([]Hit, 2*leastPart), func([]Hit) []Hit { panic("broken") })
}
