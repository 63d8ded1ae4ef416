package profile

import (
	"errors"
	"strings"
)

var (
	errNoClosingQuote = errors.New("a quote has no end")
	errNoEscaped      = errors.New("nothing follows the last backslash")
)

// Words splits a text into words as a POSIX shell would, without expanding
// anything: that is how the AWS CLI reads the heads of sections, and how it splits
// credential_process, which it runs without a shell.
func Words(text string) ([]string, error) {
	var out []string
	var word strings.Builder
	var quote rune // open quote, 0 for none
	open, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			if quote != 0 && r != '\\' && r != quote {
				word.WriteByte('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, open = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if open {
				out = append(out, word.String())
				word.Reset()
			}
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	switch {
	case escaped:
		return nil, errNoEscaped
	case quote != 0:
		return nil, errNoClosingQuote
	case open:
		out = append(out, word.String())
	}
	return out, nil
}
