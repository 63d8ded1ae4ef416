package profile

import (
	"strings"
	"time"
)

// Unclean says what a value holds that no key or token does and no header may, "" for
// nothing: most often the line break that it was copied with.
func Unclean(value string) string {
	const breaks = "\r\n"
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	switch {
	case strings.ContainsFunc(strings.TrimRight(value, breaks), control):
		if strings.ContainsAny(value, breaks) {
			return "holds a line break"
		}
		return "holds a control character"
	case strings.ContainsAny(value, breaks):
		return "ends with a line break"
	}
	return ""
}

// ParseTime reads a time as tools of AWS write one: in the form of RFC 3339, with UTC
// behind it as older ones did, with an offset without a colon, or with a blank before
// the hour.
func ParseTime(text string) (time.Time, error) {
	if utc, ok := strings.CutSuffix(text, "UTC"); ok {
		text = strings.TrimSpace(utc) + "Z"
	}
	text = strings.Replace(text, " ", "T", 1)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05Z0700", text)
	}
	return t, err //nolint:wrapcheck // it says all
}
