package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"nbscope/model"
)

// numbered are numbers as a file has them.
func numbered(numbers ...int64) (out []byte) {
	for _, n := range numbers {
		out = binary.AppendVarint(out, n)
	}
	return out
}

// TestWhatAFileCannotHoldIsRefused before there is any memory for it.
func TestWhatAFileCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		numbers []int64
		bad     bool
		want    []int
	}{
		"an empty list":          {numbers: []int64{0}},
		"a list":                 {numbers: []int64{2, 7, -8}, want: []int{7, -8}},
		"less than none":         {numbers: []int64{-1, 7}, bad: true},
		"more than there is":     {numbers: []int64{3, 7, 8}, bad: true},
		"far more":               {numbers: []int64{math.MaxInt64, 7}, bad: true},
		"no number of its items": {bad: true},
	} {
		var got []int
		r := &codec{numbers: numbered(c.numbers...)}
		list(r, &got, (*codec).number)
		if r.bad != c.bad || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, bad %v", name, got, r.bad)
		}
	}
	for n, want := range map[int64]string{-1: "|true", 0: "a|false", 1: "b|false", 2: "|true"} {
		var got string
		r := &codec{numbers: numbered(n), words: []string{"a", "b"}}
		word(r, &got)
		if fmt.Sprintf("%s|%v", got, r.bad) != want {
			t.Errorf("word %d: %q, bad %v", n, got, r.bad)
		}
	}
	for state, bad := range map[int64]bool{-1: true, 0: false, int64(model.LoadFailed): false, int64(model.LoadFailed) + 1: true} {
		var got model.Part
		r := &codec{numbers: numbered(state, 0), words: []string{"why"}}
		r.part(&got)
		if r.bad != bad || !bad && (got.State != model.Load(state) || got.Reason != "why") {
			t.Errorf("state %d: %+v, bad %v", state, got, r.bad)
		}
	}
	for rows, whole := range map[int]bool{-1: false, 0: true, 1: false, math.MaxInt: false} {
		if got, ok := (&codec{}).notebooks(rows, "1"); ok != whole || len(got) != 0 {
			t.Errorf("%d rows of nothing: %v", rows, ok)
		}
	}
	if _, ok := (&codec{numbers: numbered(1)}).notebooks(0, "1"); ok {
		t.Error("more than the rows is taken")
	}
}

func TestWordsAreTakenOutOfTheTextWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lengths []int64
		text    string
		want    []string
		bad     bool
	}{
		"none":              {[]int64{0}, "", nil, false},
		"three":             {[]int64{3, 1, 0, 2}, "abc", []string{"a", "", "bc"}, false},
		"one that is short": {[]int64{1, 3}, "ab", []string{""}, true},
		"one below nothing": {[]int64{1, -1}, "", []string{""}, true},
		"text that is left": {[]int64{1, 1}, "ab", []string{"a"}, true},
	} {
		got := unpack(numbered(c.lengths...), c.text, schema)
		if !slices.Equal(got.words, c.want) || got.bad != c.bad || got.writing() {
			t.Errorf("%s: %q, bad %v", name, got.words, got.bad)
		}
	}
}

// TestAFlagIsReadAsItWasWritten, and any number but none is one.
func TestAFlagIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]bool{0: false, 1: true, 2: true, -1: true} {
		got := !want
		(&codec{numbers: numbered(n)}).flag(&got)
		if got != want {
			t.Errorf("%d: %v", n, got)
		}
	}
	w, yes, no := newCodec(), true, false
	w.flag(&yes)
	w.flag(&no)
	if !slices.Equal(w.numbers, numbered(1, 0)) {
		t.Errorf("written as %v", w.numbers)
	}
}

func TestATimeIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at      time.Time
		numbers []int64
	}{
		"none":                    {time.Time{}, []int64{-1}},
		"of a whole second":       {time.Unix(1.7e9, 0).UTC(), []int64{0, 1.7e9}},
		"of a part of one":        {time.Unix(1.7e9, 1).UTC(), []int64{1, 1.7e9}},
		"where seconds begin":     {time.Unix(0, 0).UTC(), []int64{0, 0}},
		"before they begin":       {time.Unix(-1, 999999999).UTC(), []int64{999999999, -1}},
		"the first that there is": {time.Time{}.Add(1), []int64{1, -62135596800}},
	} {
		w := newCodec()
		at := c.at
		w.time(&at)
		if !slices.Equal(w.numbers, numbered(c.numbers...)) {
			t.Errorf("%s: written as %v", name, w.numbers)
		}
		var got time.Time
		r := &codec{numbers: w.numbers}
		r.time(&got)
		if !got.Equal(c.at) || r.bad || len(r.numbers) > 0 {
			t.Errorf("%s: read as %v, bad %v", name, got, r.bad)
		}
	}
}
