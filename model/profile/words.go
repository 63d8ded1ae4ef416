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
	var s splitter
	for _, r := range text {
		s.take(r)
	}
	switch {
	case s.escaped:
		return nil, errNoEscaped
	case s.quote != 0:
		return nil, errNoClosingQuote
	}
	s.end()
	return s.words, nil
}

// splitter holds where a text has been split to.
type splitter struct {
	words   []string
	word    strings.Builder
	open    bool // a word has begun, which may be empty
	quote   rune // that is open, 0 for none
	escaped bool // the rune before was a backslash that counts
}

func (s *splitter) take(r rune) {
	switch {
	case s.escaped:
		if s.quote != 0 && r != '\\' && r != s.quote {
			s.word.WriteByte('\\') // within quotes it escapes nothing else
		}
		s.word.WriteRune(r)
		s.escaped = false
	case r == '\\' && s.quote != '\'':
		s.escaped, s.open = true, true
	case s.quote != 0:
		s.quoted(r)
	case r == '\'' || r == '"':
		s.quote, s.open = r, true
	case strings.ContainsRune(" \t\r\n", r):
		s.end()
	default:
		s.word.WriteRune(r)
		s.open = true
	}
}

func (s *splitter) quoted(r rune) {
	if r == s.quote {
		s.quote = 0
		return
	}
	s.word.WriteRune(r)
}

func (s *splitter) end() {
	if s.open {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.open = false
}
