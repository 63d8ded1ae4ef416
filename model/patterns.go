package model

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Patterns choose things by their names: globs as in a shell, without regard to case.
// One with an exclamation mark before it leaves out what it matches, whatever else
// does. Where all do so, everything else is chosen. A star does not match a slash.
type Patterns []string

// CheckPattern returns why a pattern is none.
func CheckPattern(p string) error {
	glob := strings.TrimPrefix(p, "!")
	if _, err := path.Match(glob, ""); err != nil || strings.TrimSpace(glob) == "" {
		return fmt.Errorf("%q is not a pattern", p)
	}
	return nil
}

// Matching returns those of the patterns that match one of the names, those that leave
// it out too, in their order.
func (p Patterns) Matching(names ...string) Patterns {
	var out Patterns
	for _, pattern := range p {
		glob := strings.ToLower(strings.TrimPrefix(pattern, "!"))
		if slices.ContainsFunc(names, func(name string) bool {
			ok, err := path.Match(glob, strings.ToLower(name))
			return ok && err == nil
		}) {
			out = append(out, pattern)
		}
	}
	return out
}

// Choose reports whether something is chosen that these of the patterns match.
func (p Patterns) Choose(matching Patterns) bool {
	return !matching.Exclude() && (!slices.ContainsFunc(p, isChosen) || slices.ContainsFunc(matching, isChosen))
}

// Exclude reports whether one of the patterns leaves out what it matches.
func (p Patterns) Exclude() bool {
	return slices.ContainsFunc(p, func(one string) bool { return !isChosen(one) })
}

func isChosen(pattern string) bool { return !strings.HasPrefix(pattern, "!") }
