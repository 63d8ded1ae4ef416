package drive

import (
	"slices"
	"testing"
)

// TestOfTheProgressOfARunTheNewestIsTold posts while nobody hears, as a slow explorer does.
func TestOfTheProgressOfARunTheNewestIsTold(t *testing.T) {
	t.Parallel()
	type said struct {
		run      string
		progress bool
	}
	for name, c := range map[string]struct{ posted, want []said }{
		"progress behind progress":            {[]said{{"a", true}, {"a", true}}, []said{{"a", true}}},
		"of two runs":                         {[]said{{"a", true}, {"b", true}, {"b", true}}, []said{{"a", true}, {"b", true}}},
		"a change is not replaced":            {[]said{{"a", false}, {"a", true}}, []said{{"a", false}, {"a", true}}},
		"nor does it replace":                 {[]said{{"a", true}, {"a", false}}, []said{{"a", true}, {"a", false}}},
		"nor is it replaced by one like it":   {[]said{{"a", false}, {"a", false}}, []said{{"a", false}, {"a", false}}},
		"what is further back stays in order": {[]said{{"a", true}, {"b", true}, {"a", true}}, []said{{"a", true}, {"b", true}, {"a", true}}},
	} {
		var got []said
		d := New(Config{})
		for _, p := range c.posted {
			d.post(&run{Snapshot: Snapshot{ID: p.run}}, Notice{Progress: p.progress})
		}
		d.Subscribe(func(n Notice) { got = append(got, said{n.ID, n.Progress}) })
		d.deliver()
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
