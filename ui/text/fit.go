package text

import "github.com/charmbracelet/x/ansi"

// FitWith returns s clean and exactly width cells wide: cut on the right with an
// ellipsis, which is the theme's, or padded with spaces.
func FitWith(s string, width int, ellipsis string) string {
	if width <= 0 {
		return ""
	}
	if len(s) == width && plain(s) {
		return s
	}
	return string(AppendFit(make([]byte, 0, width+8), s, width, ellipsis))
}

// AppendFit appends s to dst as FitWith would return it.
func AppendFit(dst []byte, s string, width int, ellipsis string) []byte {
	if width <= 0 {
		return dst
	}
	head, used, cut := Cut(Clean(s), width, ellipsis)
	dst = append(dst, head...)
	if cut {
		dst = append(dst, ellipsis...)
	}
	return AppendSpaces(dst, width-used)
}

// Cut measures how much of a clean text fits into width cells. If it must be
// cut, the head leaves room for the ellipsis, and used counts that too. An
// ellipsis that doesn't fit itself is left out, and cut is false.
func Cut(s string, width int, ellipsis string) (head string, used int, cut bool) {
	if plain(s) {
		if len(s) <= width {
			return s, len(s), false
		}
		room := width - ansi.StringWidth(ellipsis)
		if room < 0 {
			return s[:max(width, 0)], max(width, 0), false
		}
		return s[:room], width, true
	}
	if end, w := measure(s, width); end == len(s) {
		return s, w, false
	}
	room := width - ansi.StringWidth(ellipsis)
	if room < 0 {
		end, w := measure(s, width)
		return s[:end], w, false
	}
	end, w := measure(s, room)
	return s[:end], w + width - room, true
}

// measure finds the longest head of a clean text that takes at most width cells.
func measure(s string, width int) (end, used int) {
	for end < len(s) {
		size, w := Next(s[end:])
		if used+w > width {
			break
		}
		end += size
		used += w
	}
	return end, used
}

const blank = "                                                                                                    "

// AppendSpaces appends n spaces, none if n is negative.
func AppendSpaces(dst []byte, n int) []byte {
	for ; n > len(blank); n -= len(blank) {
		dst = append(dst, blank...)
	}
	return append(dst, blank[:max(n, 0)]...)
}
