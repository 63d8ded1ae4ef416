//go:build unix

package terminal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestACommandThatHasTheTerminalSaysHowItEnded runs one that goes well, one that fails,
// and one after which is waited. What it is given beforehand is not replaced.
func TestACommandThatHasTheTerminalSaysHowItEnded(t *testing.T) {
	t.Parallel()
	const enter = "\r\nnbscope: press enter to go back"
	for name, c := range map[string]struct {
		line string
		wait bool
		want string
		err  string
	}{
		"well":   {"cat; echo $NAME", false, "typed\nchurn\n", ""},
		"failed": {"exit 3", false, "\r\nnbscope: the command failed: exit status 3\r\n" + enter, "exit status 3"},
		"waits":  {"echo done >&2", true, "done\n" + enter, ""},
	} {
		var out, other bytes.Buffer
		l := &Lent{Context: t.Context(), Line: c.line, Env: []string{"NAME=churn", "PATH=" + os.Getenv("PATH")}, Wait: c.wait, Out: &out}
		l.SetStdin(strings.NewReader("typed\n"))
		l.SetStdin(strings.NewReader("other\n"))
		l.SetStdout(&other)
		l.SetStderr(&other)
		err := l.Run()
		said := ""
		if err != nil {
			said = err.Error()
		}
		if out.String() != c.want || said != c.err || other.Len() != 0 {
			t.Errorf("%s: it says %q, %q, and elsewhere %q", name, out.String(), said, other.String())
		}
	}
}

// TestTheBufferOfTmuxIsLoadedAlsoByAnOldOne has a tmux that knows -w, one that does not,
// and one that fails.
func TestTheBufferOfTmuxIsLoadedAlsoByAnOldOne(t *testing.T) {
	for name, c := range map[string]struct{ script, said, err string }{
		"new":    {`echo "$@" >>"$SAID"; cat >>"$SAID"`, "load-buffer -w -\ntext", ""},
		"old":    {`echo "$@" >>"$SAID"; [ "$2" = - ] || exit 1; cat >>"$SAID"`, "load-buffer -w -\nload-buffer -\ntext", ""},
		"broken": {`exit 1`, "", "load tmux's buffer: exit status 1"},
	} {
		folder := t.TempDir()
		said := filepath.Join(folder, "said")
		if err := os.WriteFile(filepath.Join(folder, "tmux"), []byte("#!/bin/sh\n"+c.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
		t.Setenv("SAID", said)
		err := LoadBuffer(t.Context(), "text")
		got, _ := os.ReadFile(said)
		if string(got) != c.said || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: it says %q, %v", name, got, err)
		}
	}
}

// TestAPageIsOpenedByTheSystemsOpener has it go well, fail, and not be there.
func TestAPageIsOpenedByTheSystemsOpener(t *testing.T) {
	folder := t.TempDir()
	said := filepath.Join(folder, "said")
	t.Setenv("SAID", said)
	t.Setenv("PATH", folder)
	for _, c := range []struct{ goos, name, script, want string }{
		{"linux", "xdg-open", `echo "$@" >"$SAID"`, ""}, {"darwin", "open", "exit 3", "open: exit status 3"}, {"windows", "none", "", `start rundll32: exec: "rundll32": executable file not found in $PATH`},
	} {
		if err := os.WriteFile(filepath.Join(folder, c.name), []byte("#!/bin/sh\n"+c.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := Browse(c.goos)(t.Context(), "https://a"); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.goos, got, c.want)
		}
	}
	if got, _ := os.ReadFile(said); string(got) != "https://a\n" {
		t.Errorf("it is given %q", got)
	}
}

func TestOfWhatACommandWritesTheEndIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		writes []string
		kept   int
		lines  string
	}{
		{nil, 0, ""}, {[]string{"a\nb\n", " \n", "c"}, 7, "a|b|c"}, {[]string{"a\nb\nc\n d \n"}, 10, "b|c|d"},
		{[]string{strings.Repeat("x", tailBytes), "\nb"}, tailBytes, strings.Repeat("x", tailBytes-2) + "|b"}, {[]string{strings.Repeat("x", tailBytes+1)}, tailBytes, strings.Repeat("x", tailBytes)},
	} {
		var out tail
		for _, w := range c.writes {
			if n, err := out.Write([]byte(w)); n != len(w) || err != nil {
				t.Errorf("%d of %d are written, %v", n, len(w), err)
			}
		}
		if got := strings.Join(out.lines(), "|"); got != c.lines || len(out.kept) != c.kept {
			t.Errorf("%d are kept, %q; want %d, %q", len(out.kept), got, c.kept, c.lines)
		}
	}
}
