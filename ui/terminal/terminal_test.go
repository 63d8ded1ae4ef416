package terminal

import (
	"os"
	"strings"
	"testing"
	"time"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if value, ok := strings.CutPrefix(p, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

func TestWhatTheEnvironmentSaysOfATerminal(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		env  []string
		want Kind
	}{
		"nothing is known":             {nil, Kind{}},
		"UTF-8":                        {[]string{"LANG=de_DE.UTF-8", "TERM=xterm-256color"}, Kind{}},
		"UTF-8, as some write it":      {[]string{"LC_CTYPE=C.utf8"}, Kind{}},
		"UTF-8 with a modifier":        {[]string{"LANG=ca_ES.UTF-8@valencia"}, Kind{}},
		"C":                            {[]string{"LANG=C"}, Kind{Plain: true}},
		"POSIX comes before":           {[]string{"LC_ALL=POSIX", "LANG=en_US.UTF-8"}, Kind{Plain: true}},
		"letters come before messages": {[]string{"LC_CTYPE=de_DE.ISO-8859-1", "LANG=en_US.UTF-8"}, Kind{Plain: true}},
		"another charset":              {[]string{"LANG=ja_JP.eucJP"}, Kind{Plain: true}},
		"the console of Linux, whose font has few": {[]string{"TERM=linux", "LANG=C.UTF-8"}, Kind{Plain: true}},
		"ssh":                               {[]string{"SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22"}, Kind{Remote: true}},
		"ssh with a terminal":               {[]string{"SSH_TTY=/dev/pts/1"}, Kind{Remote: true}},
		"tmux, which calls itself screen":   {[]string{"TMUX=/tmp/t,1,0", "TERM=screen-256color"}, Kind{Tmux: true}},
		"screen":                            {[]string{"STY=1.pts", "TERM=xterm"}, Kind{Screen: true}},
		"screen at the other end of an ssh": {[]string{"TERM=screen.xterm-256color", "SSH_TTY=/dev/pts/1"}, Kind{Screen: true, Remote: true}},
		"a light background":                {[]string{"COLORFGBG=0;15"}, Kind{Light: true}},
		"a light background, told by three numbers": {[]string{"COLORFGBG=0;default;15"}, Kind{Light: true}},
		"a dark background":                         {[]string{"COLORFGBG=15;0"}, Kind{}},
	}
	for name, c := range cases {
		if got := Of(env(c.env...)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestTheClipboardOfATerminalBehindScreen(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("arn:aws:sagemaker:", 20)
	plain := Kind{}.Copy(text)
	if !strings.HasPrefix(plain, "\x1b]52;c;") {
		t.Fatalf("to a terminal it writes %q", plain)
	}
	var unwrapped strings.Builder
	for part := range strings.SplitSeq(strings.TrimSuffix(Kind{Screen: true}.Copy(text), "\x1b\\"), "\x1b\\") {
		inner, ok := strings.CutPrefix(part, "\x1bP")
		if !ok || len(inner) > screenString {
			t.Errorf("screen does not take %q", part)
		}
		unwrapped.WriteString(inner)
	}
	if unwrapped.String() != plain {
		t.Errorf("screen hands on %q, want %q", unwrapped.String(), plain)
	}
}

func TestKeysThatEndInTheMiddle(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]bool{
		"": false, "j": false, "\x1b": true, "jj\x1b": true, "\x1b[": true, "\x1b[1;5": true, "\x1bO": true, "\x1b[<0;12;": true,
		"\x1b[A": false, "\x1b[1;5A": false, "\x1bOP": false, "\x1bj": false, "\x1b[Aj": false, "\x1b[A\x1b": true, "\x1b[200~": false,
	} {
		if got := unfinished([]byte(keys)); got != want {
			t.Errorf("%q: %v, want %v", keys, got, want)
		}
	}
}

// TestASequenceThatComesApartIsReadWhole has its bytes come one by one, as a slow line
// brings them.
func TestASequenceThatComesApartIsReadWhole(t *testing.T) {
	t.Parallel()
	read := func(first string, rest ...string) (got string, waited int) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		write := func(s string) {
			if _, err := w.WriteString(s); err != nil {
				t.Fatal(err)
			}
		}
		write(first)
		s := NewSlow(r)
		s.ready = func(f *os.File, within time.Duration) bool {
			waited++
			if f != r || within != Hold {
				t.Errorf("it waits %s", within)
			}
			if len(rest) == 0 {
				return false
			}
			write(rest[0])
			rest = rest[1:]
			return true
		}
		buf := make([]byte, 64)
		n, err := s.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n]), waited
	}
	for _, c := range []struct {
		parts  []string
		want   string
		waited int
	}{
		{[]string{"j"}, "j", 0},
		{[]string{"\x1b"}, "\x1b", 1}, // the key itself
		{[]string{"\x1b", "[B"}, "\x1b[B", 1},
		{[]string{"j\x1b", "[", "1;5", "B"}, "j\x1b[1;5B", 3},
		{[]string{"\x1b", "\x1b", "\x1b", "\x1b", "\x1b", "\x1b", "\x1b", "\x1b", "\x1b", "\x1b"}, strings.Repeat("\x1b", 9), 8}, // nobody waits for ever
	} {
		if got, waited := read(c.parts[0], c.parts[1:]...); got != c.want || waited != c.waited {
			t.Errorf("%q is read as %q after %d waits, want %q after %d", c.parts, got, waited, c.want, c.waited)
		}
	}
}

func TestTheEndOfATerminalIsTold(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("\x1b"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	s := NewSlow(r)
	s.ready = func(*os.File, time.Duration) bool { return true } // the end is something to read
	buf := make([]byte, 8)
	if n, err := s.Read(buf); n != 1 || err != nil {
		t.Errorf("the last key: %d, %v", n, err)
	}
	if n, err := s.Read(buf); n != 0 || err == nil {
		t.Errorf("the end: %d, %v", n, err)
	}
}

func TestWhyAPageIsNotOpenedInABrowser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind Kind
		goos string
		env  []string
		want string
	}{
		{Kind{}, "linux", nil, "without a display"}, {Kind{}, "freebsd", nil, "without a display"},
		{Kind{}, "linux", []string{"DISPLAY=:0"}, ""}, {Kind{}, "linux", []string{"WAYLAND_DISPLAY=wayland-0"}, ""}, {Kind{}, "linux", []string{"BROWSER=w3m"}, ""},
		{Kind{}, "darwin", nil, ""}, {Kind{}, "windows", nil, ""},
		{Kind{Remote: true}, "darwin", nil, "over SSH"}, {Kind{Remote: true}, "linux", []string{"DISPLAY=:10"}, "over SSH"},
	} {
		if got := c.kind.NoBrowser(c.goos, env(c.env...)); got != c.want {
			t.Errorf("%+v on %s with %q: %q, want %q", c.kind, c.goos, c.env, got, c.want)
		}
	}
}
