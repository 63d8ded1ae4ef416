package aws

import (
	"strings"
	"testing"
)

func TestWhichTextCouldBeANotebooksName(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"": true, "a": true, "z": true, "A": true, "Z": true, "0": true, "9": true, "-": true, "Team-A-07": true,
		"a/b": false, "a:b": false, "a@b": false, "a[b": false, "a`b": false, "a{b": false, "a_b": false, "a b": false, "ä": false,
		strings.Repeat("a", 63): true, strings.Repeat("a", 64): false,
	} {
		if got := isNotebookName(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}
