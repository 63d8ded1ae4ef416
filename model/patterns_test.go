package model

import (
	"strings"
	"testing"
)

func TestPatternsChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		patterns, names string // between spaces and commas
		matching        string
		chosen          bool
	}{
		{"", "prod", "", true},
		{"prod", "prod", "prod", true},
		{"PROD", "prod", "PROD", true},
		{"prod", "production", "", false},
		{"prod*", "production", "prod*", true},
		{"1111*", "111122223333,prod", "1111*", true},
		{"dev prod", "111122223333,prod", "prod", true},
		{"!prod", "prod", "!prod", false},
		{"!prod", "dev", "", true},
		{"p* !prod", "prod", "p* !prod", false},
		{"!prod p*", "pilot", "p*", true},
		{"p* !prod", "dev", "", false},
		{"Workloads/*", "Workloads/Prod", "Workloads/*", true},
		{"*", "Workloads/Prod", "", false},
		{"[ab]-?", "b-1", "[ab]-?", true},
	} {
		p := Patterns(strings.Fields(c.patterns))
		m := p.Matching(strings.Split(c.names, ",")...)
		if got := strings.Join(m, " "); got != c.matching || p.Choose(m) != c.chosen {
			t.Errorf("%q of %q: matching %q, chosen %v", c.patterns, c.names, got, p.Choose(m))
		}
	}
	for pattern, ok := range map[string]bool{"prod-*": true, "!x": true, "[a": false, "": false, "!": false, "![": false, " ": false} {
		if err := CheckPattern(pattern); (err == nil) != ok {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}
