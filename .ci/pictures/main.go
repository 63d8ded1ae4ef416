//go:build linux

// Command pictures drives the built nbscope on a terminal emulator and writes
// screens of it as SVG files for the README. Every cell is painted as the
// program drew it. It needs Linux.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"nbscope/.ci/term"
)

// shot is one picture: what to do on the demo world until it can be taken.
type shot struct {
	name          string
	width, height int
	steps         []step
}

// step types keys, then waits until a text is on the screen.
type step struct{ keys, until string }

func shots() []shot {
	// The scan is over, and all but the three targets of the region that the organization forbids were seen.
	loaded := step{until: " 66/69 targets ·"}
	return []shot{
		{"explorer", 120, 28, []step{loaded, {"/!status:failed\r", "/ !status:failed"}, {"jjjj", ""}}},
		{"egress", 100, 34, []step{loaded, {"/egress:nat\r", "/ egress:nat"}, {"\r", "Overview"}, {"2", "From the notebook"}}},
		{"recreate", 120, 34, []step{
			loaded, {"/egress:isolated search-ranking-explore\r", "/ egress:isolated"}, {"R", "Passed"}, {"4", "Network interface"},
		}},
		// The whole of a recreate, with real files: until it waits to stop the source.
		{"proof", 120, 34, []step{
			loaded, {"/egress:isolated search-ranking-explore\r", "/ egress:isolated"}, {"R", "Passed"}, {"4", "Network interface"},
			{"a", "Cancel"}, {"\t\r", "Wait"}, {"", "Stop source waits for you"},
		}},
	}
}

func main() {
	bin := flag.String("bin", "bin/nbscope", "the built binary")
	out := flag.String("out", "docs/pictures", "folder to write to")
	raw := flag.Bool("ansi", false, "write the screens as ANSI text too, to look at them with other tools")
	only := flag.String("only", "", "make this picture alone")
	flag.Parse()
	for _, s := range shots() {
		if *only != "" && s.name != *only {
			continue
		}
		if err := take(*bin, *out, s, *raw); err != nil {
			fmt.Fprintln(os.Stderr, "pictures:", err)
			os.Exit(1)
		}
	}
}

// screen is a terminal emulator that may be written and read at the same time.
type screen struct {
	mu sync.Mutex
	e  *vt.Emulator
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.e.Write(p)
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ansi.Strip(s.e.Render())
}

func take(bin, out string, s shot, raw bool) error {
	home, err := os.MkdirTemp("", "nbscope-pictures")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	scr := &screen{e: vt.NewEmulator(s.width, s.height)}
	env := []string{"HOME=" + home, "TERM=xterm-256color", "COLORTERM=truecolor", "PATH=" + os.Getenv("PATH")}
	session, err := term.Open(s.width, s.height, scr, env, bin, "--demo")
	if err != nil {
		return err
	}
	defer session.Close()
	go func() { _, _ = io.Copy(session, scr.e) }() // the terminal's answers to the program's questions
	for _, st := range s.steps {
		if err := do(session, scr, st); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	scr.mu.Lock()
	defer scr.mu.Unlock()
	if raw {
		if err := os.WriteFile(filepath.Join(out, s.name+".ansi"), []byte(scr.e.Render()), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(out, s.name+".svg"), []byte(svg(scr.e)), 0o644)
}

func do(session *term.Session, scr *screen, st step) error {
	if _, err := session.Write([]byte(st.keys)); err != nil {
		return err
	}
	for range 1200 {
		if strings.Contains(scr.text(), st.until) {
			time.Sleep(600 * time.Millisecond) // let the frame come to an end
			return nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	return fmt.Errorf("%q did not appear:\n%s", st.until, scr.text())
}
