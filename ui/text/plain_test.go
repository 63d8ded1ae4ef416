package text

import (
	"errors"
	"io"
	"strings"
	"testing"
)

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no more") }

func TestPlainWritesNothingButASCII(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", "plain\n": "plain\n", "a → b · c …": "a -> b . c ~", "3 ≠ 4 – no": "3 != 4 - no", "naïve 日本": "na?ve ????", "e\u0301!": "e!", "\xff": "?",
	} {
		var b strings.Builder
		n, err := io.WriteString(Plain(&b), s)
		if b.String() != want || n != len(s) || err != nil {
			t.Errorf("%q becomes %q (%d, %v), want %q", s, b.String(), n, err, want)
		}
	}
	if _, err := io.WriteString(Plain(broken{}), "x"); err == nil {
		t.Error("an error is swallowed")
	}
}
