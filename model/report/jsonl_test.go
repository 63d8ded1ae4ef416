package report

import (
	"bytes"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"nbscope/model"
)

// TestLinesHoldWhatTheJSONHolds: the same objects, each on a line of its own.
func TestLinesHoldWhatTheJSONHolds(t *testing.T) {
	for says, v := range map[string]View{"a full view": testView(), "a hostile view": hostileView()} {
		t.Run(says, func(t *testing.T) {
			var out bytes.Buffer
			l := NewLines(&out, v.Policy)
			for i, n := range v.Notebooks {
				l.Notebook(n, &model.TargetStatus{State: model.StateOK, Unknown: i})
			}
			l.End(v)
			if err := l.Flush(); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			want := decode(t, written(t, JSON, v, 0))
			notebooks := want["notebooks"].([]any)
			if len(lines) != len(notebooks)+1 {
				t.Fatalf("%d lines for %d notebooks", len(lines), len(notebooks))
			}
			for i, n := range notebooks {
				n := maps.Clone(n.(map[string]any))
				n["kind"], n["coverage"] = "notebook", map[string]any{"state": "ok", "complete": i == 0, "unseen": float64(i)}
				if got := decode(t, []byte(lines[i])); !reflect.DeepEqual(got, n) {
					t.Errorf("line %d is\n%v\nwant\n%v", i, got, n)
				}
			}
			delete(want, "notebooks")
			want["kind"], want["written"] = "coverage", float64(len(notebooks))
			if got := decode(t, []byte(lines[len(notebooks)])); !reflect.DeepEqual(got, want) {
				t.Errorf("the last line is\n%v\nwant\n%v", got, want)
			}
		})
	}
}

func TestLinesOfAWriterThatFails(t *testing.T) {
	l := NewLines(brokenWriter{}, testView().Policy)
	l.Notebook(full(), &model.TargetStatus{State: model.StateOK})
	for range 2 {
		if err := l.Flush(); !errors.Is(err, errFull) {
			t.Errorf("%v", err)
		}
	}
	l.End(testView())
	if err := l.Flush(); !errors.Is(err, errFull) {
		t.Errorf("at the end: %v", err)
	}
}
