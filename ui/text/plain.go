package text

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Plain writes text to a terminal that shows nothing but ASCII. Each call has whole
// letters.
func Plain(w io.Writer) io.Writer { return plainWriter{w} }

type plainWriter struct{ w io.Writer }

func (p plainWriter) Write(text []byte) (int, error) {
	if _, err := io.WriteString(p.w, inASCII(string(text))); err != nil {
		return 0, fmt.Errorf("write: %w", err)
	}
	return len(text), nil
}

// inASCII puts signs of ours into ASCII's nearest, and a ? for each cell of what
// others have written.
func inASCII(s string) string {
	signs := map[string]string{"…": "~", "·": ".", "→": "->", "≠": "!=", "–": "-"}
	var b strings.Builder
	for s != "" {
		if s[0] < utf8.RuneSelf {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		size, width := Next(s)
		if sign, ok := signs[s[:size]]; ok {
			b.WriteString(sign)
		} else {
			b.WriteString(strings.Repeat("?", width))
		}
		s = s[size:]
	}
	return b.String()
}
