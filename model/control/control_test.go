package control

import (
	"strings"
	"testing"
)

func TestControlsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range All() {
		if c.ID == "" || c.Title == "" || !strings.HasPrefix(c.URL, "https://") || seen[c.ID] {
			t.Errorf("control %+v is not whole, or there twice", c)
		}
		seen[c.ID] = true
		if got, ok := ByID(c.ID); !ok || got != c {
			t.Errorf("control %s is not found by its id", c.ID)
		}
	}
	for _, id := range []string{"SageMaker.1", "SageMaker.2", "SageMaker.3", "SageMaker.8", "SageMaker-004"} {
		if !seen[id] {
			t.Errorf("control %s is missing", id)
		}
	}
	if _, ok := ByID("SageMaker.99"); ok {
		t.Error("a control that is none is found")
	}
}
