package match

// What a letter is worth by where it stands, as the library counts it.
const (
	atStart   = 10
	afterGap  = 20 // behind a separator
	camelCase = 20
	adjacent  = 5
	leading   = -5 // for each letter before the first, and leadingMost in all
	leadMost  = -15
)

// isPlain reports whether a text has only what names of notebooks are made of: letters
// without accents, digits, and signs.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] == 0 || s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// scored is the score that Fuzzy gives to a plain name, for a plain pattern in lower
// case. A hundred thousand names are scored for each key that is typed, and which of
// their letters matched is told of the few that are shown.
func scored(pattern, name string) (score int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	var (
		matched  int // letters of the pattern
		best, at = -1, -1
		run      int  // what the letters that stand together have earned
		last     = -2 // where the newest match stands
		before   byte
	)
	for i := range len(name) {
		c := name[i]
		if matched < len(pattern) && lower(c) == pattern[matched] {
			worth := standing(before, c, i)
			if matched > 0 && last == i-1 {
				more := 2*run + adjacent
				run += more
				worth += more
			}
			if worth > best {
				best, at = worth, i
			}
		}
		// The best place for a letter is settled when the next letter is in sight.
		if at >= 0 && (i+1 == len(name) || matched+1 < len(pattern) && lower(name[i+1]) == pattern[matched+1]) {
			if matched == 0 {
				best += max(leading*at, leadMost)
			}
			score += best
			last = at
			matched++
			best, at = -1, -1
		}
		before = c
	}
	return score + matched - len(name), matched == len(pattern)
}

// standing is what a letter is worth by what stands before it.
func standing(before, c byte, i int) (worth int) {
	switch {
	case i == 0:
		return atStart
	case before == '/' || before == '-' || before == '_' || before == ' ' || before == '.' || before == '\\':
		return afterGap
	case 'a' <= before && before <= 'z' && 'A' <= c && c <= 'Z':
		return camelCase
	}
	return 0
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
