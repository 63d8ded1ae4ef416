package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// The real program on an emulated terminal. A barrier is a paste that the probe
// around the app answers with a window title: when the terminal has that title,
// everything sent before is on screen.

const barrierMark = "\u2063"

type probe struct {
	app *App
	n   string
}

func (p *probe) Init() tea.Cmd { return p.app.Init() }

func (p *probe) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	if b, ok := m.(tea.PasteMsg); ok && strings.HasPrefix(b.Content, barrierMark) {
		p.n = strings.TrimPrefix(b.Content, barrierMark)
		return p, nil
	}
	_, c := p.app.Update(m)
	return p, c
}

func (p *probe) View() tea.View {
	v := p.app.View()
	v.WindowTitle = "#" + p.n
	return v
}

// glass is the emulated terminal. Without a terminal on the input side the
// renderer relies on the line discipline to return the carriage.
type glass struct {
	mu sync.Mutex
	e  *vt.Emulator
}

func (s *glass) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.e.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	return len(p), err
}

func (s *glass) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for l := range strings.SplitSeq(ansi.Strip(s.e.Render()), "\n") {
		out = append(out, strings.TrimRight(l, " \r"))
	}
	return strings.Join(out, "\n")
}

// live is a running explorer.
type live struct {
	t       *testing.T
	app     *App
	glass   *glass
	program *tea.Program
	in      *io.PipeWriter
	titles  chan string
	ended   chan error
	seq     int
}

func startLive(t *testing.T, width, height int, cfg Config) *live {
	t.Helper()
	e := vt.NewEmulator(width, height)
	pr, pw := io.Pipe()
	l := &live{t: t, glass: &glass{e: e}, in: pw, titles: make(chan string, 4096), ended: make(chan error, 1)}
	e.SetCallbacks(vt.Callbacks{Title: func(s string) { l.titles <- s }})
	drained := uitest.Line(e, pw)
	l.app = New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		l.ended <- runProgram(ctx, l.app, &probe{app: l.app}, func(p *tea.Program) { l.program = p },
			tea.WithInput(pr), tea.WithOutput(l.glass), tea.WithWindowSize(width, height), tea.WithoutSignals(), tea.WithFPS(120),
			tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
		_ = pr.Close()
		if c, ok := e.InputPipe().(io.Closer); ok {
			_ = c.Close()
		}
		<-drained
		close(l.ended)
	}()
	t.Cleanup(func() {
		cancel()
		for range l.ended {
		}
	})
	return l
}

func (l *live) keys(s string) {
	l.t.Helper()
	if _, err := io.WriteString(l.in, s); err != nil {
		l.t.Fatalf("type %q: %v", s, err)
	}
}

// screen waits until everything typed so far is painted.
func (l *live) screen() string {
	l.t.Helper()
	l.seq++
	l.keys(fmt.Sprintf("\x1b[200~%s%d\x1b[201~", barrierMark, l.seq))
	want := fmt.Sprintf("#%d", l.seq)
	for {
		select {
		case got := <-l.titles:
			if got == want {
				return l.glass.text()
			}
		case err := <-l.ended:
			l.t.Fatalf("the program ended: %v", err)
		case <-time.After(20 * time.Second):
			l.t.Fatalf("the barrier was never painted:\n%s", l.glass.text())
		}
	}
}

// until paints frames until one says what is wanted.
func (l *live) until(want string) string {
	l.t.Helper()
	var got string
	for range 2000 {
		if got = l.screen(); strings.Contains(got, want) {
			return got
		}
	}
	l.t.Fatalf("never saw %q:\n%s", want, got)
	return ""
}

func (l *live) resize(width, height int) {
	l.glass.mu.Lock()
	l.glass.e.Resize(width, height)
	l.glass.mu.Unlock()
	l.program.Send(tea.WindowSizeMsg{Width: width, Height: height})
}

func TestARunningExplorerStreamsFiltersResizesAndLeavesNothingBehind(t *testing.T) {
	before := goroutines()
	release := make(chan struct{})
	scanner := &fakeScanner{script: func(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
		w := uitest.SmallWorld()
		w.Generation = req.Generation
		first := w
		first.Notebooks = w.Notebooks[:5]
		emit(first)
		<-release
		emit(model.Batch{Generation: req.Generation, Notebooks: w.Notebooks[5:]})
		<-ctx.Done() // a scan that goes on until it is cancelled
	}}
	l := startLive(t, 120, 40, Config{Scanner: scanner, Now: uitest.NewClock().Now, Look: Look{Sort: "name", Group: "none"}})
	l.until("Notebooks 5")
	l.keys("jj")
	if got := l.screen(); !strings.Contains(got, "▌  fraud-features-eu") {
		t.Errorf("two downs do not lead to the third row:\n%s", got)
	}
	close(release)
	got := l.until("Notebooks 12")
	if !strings.Contains(got, "▌  fraud-features-eu") {
		t.Errorf("the cursor left its notebook while rows streamed in:\n%s", got)
	}
	l.keys("/q")
	if got = l.screen(); !strings.Contains(got, "/ q") {
		t.Errorf("a q typed into the filter is not text:\n%s", got)
	}
	l.keys("\x7ffraud\r")
	if got = l.screen(); !strings.Contains(got, "1/12") || !strings.Contains(got, "fraud-features-eu") {
		t.Errorf("the filter does not narrow the list:\n%s", got)
	}
	l.resize(10, 3)
	if got = l.screen(); !strings.Contains(got, "nbscope") {
		t.Errorf("a tiny terminal says nothing:\n%s", got)
	}
	l.resize(120, 40)
	if got = l.screen(); !strings.Contains(got, "fraud-features-eu") {
		t.Errorf("the list does not come back after a tiny terminal:\n%s", got)
	}
	l.keys("q\r")
	for err := range l.ended {
		if err != nil {
			t.Errorf("quit: %v", err)
		}
	}
	settles(t, before)
}

func TestTheEndOfTheContextEndsTheExplorerWithoutAnError(t *testing.T) {
	before := goroutines()
	ctx, cancel := context.WithCancel(context.Background())
	scanner := &fakeScanner{script: func(ctx context.Context, _ model.ScanRequest, _ func(model.Batch)) { cancel(); <-ctx.Done() }}
	pr, pw := io.Pipe()
	err := Run(ctx, Config{Scanner: scanner, Now: uitest.NewClock().Now}, pr, io.Discard, []string{"TERM=xterm"})
	if err != nil {
		t.Errorf("Run returned %v", err)
	}
	_ = pw.Close()
	settles(t, before)
}

// goroutines counts them once the runtime's own one for signals is there, which
// never leaves.
func goroutines() int {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
	return runtime.NumGoroutine()
}

// settles waits for goroutines that are about to end, and names those that do not.
func settles(t *testing.T, before int) {
	t.Helper()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
		<-time.After(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines are left, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}

// TestKeysOfOtherKeyboardsAreCommandsToo types as terminals report keys: a letter as it
// is, a combination with its Latin name where the kitty protocol gives it one.
func TestKeysOfOtherKeyboardsAreCommandsToo(t *testing.T) {
	scanner := &fakeScanner{script: func(_ context.Context, req model.ScanRequest, emit func(model.Batch)) {
		w := uitest.SmallWorld()
		w.Generation = req.Generation
		emit(w)
		emit(model.Batch{Generation: req.Generation, Done: true})
	}}
	l := startLive(t, 120, 40, Config{Scanner: scanner, Now: uitest.NewClock().Now, Look: Look{Sort: "name", Group: "none"}})
	l.until("Notebooks 12")
	row := func() string {
		for line := range strings.SplitSeq(l.screen(), "\n") {
			if strings.Contains(line, "▌") {
				return strings.Fields(line)[1]
			}
		}
		return ""
	}
	l.keys("jj")
	third := row()
	l.keys("g")
	l.keys("оо") // jj on a Russian keyboard
	if got := row(); got != third {
		t.Errorf("оо leads to %s, and jj to %s", got, third)
	}
	l.keys("g\x1b[1074::100;5u") // ctrl and в, which stands where d does
	if got := row(); got == third || got == "" {
		t.Errorf("ctrl+в leads to %q", got)
	}
	l.keys("/оо")
	if got := l.screen(); !strings.Contains(got, "/ оо") {
		t.Errorf("what is typed into the filter is not text:\n%s", got)
	}
	l.keys("\r:оо")
	if got := l.screen(); !strings.Contains(got, "> оо") {
		t.Errorf("what is searched for is not text:\n%s", got)
	}
	l.keys("\x1b[1089::99;5u") // ctrl and с, which stands where c does
	for err := range l.ended {
		if err != nil {
			t.Errorf("quit: %v", err)
		}
	}
}
