package ui

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// fakeScanner plays a script: what it finds, in which order, and how it breaks.
type fakeScanner struct {
	script func(ctx context.Context, req model.ScanRequest, emit func(model.Batch))

	mu       sync.Mutex
	requests []model.ScanRequest
}

func (f *fakeScanner) Scan(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
	f.mu.Lock()
	f.requests = append(f.requests, req)
	f.mu.Unlock()
	if f.script != nil {
		f.script(ctx, req, emit)
	}
}

func (f *fakeScanner) asked() []model.ScanRequest {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]model.ScanRequest(nil), f.requests...)
}

// fakeInspector answers from maps, or fails.
type fakeInspector struct {
	lifecycle model.LifecycleConfig
	raw       string
	advised   *model.Notebook
	probe     model.Probe
	err       error
	calls     []string
}

func (f *fakeInspector) Lifecycle(_ context.Context, _ model.Target, name string) (model.LifecycleConfig, error) {
	f.calls = append(f.calls, "lifecycle "+name)
	return f.lifecycle, f.err
}

func (f *fakeInspector) Repository(_ context.Context, _ model.Target, name string) (model.CodeRepository, error) {
	f.calls = append(f.calls, "repository "+name)
	return model.CodeRepository{Name: name, URL: "https://git.example/" + name + ".git", Branch: "main"}, f.err
}

func (f *fakeInspector) Advise(_ context.Context, n *model.Notebook, _ []*model.Notebook) (*model.Notebook, error) {
	f.calls = append(f.calls, "advise "+n.Name)
	return f.advised, f.err
}

func (f *fakeInspector) Probe(_ context.Context, _ model.Target, name string) (model.Probe, error) {
	f.calls = append(f.calls, "probe "+name)
	return f.probe, f.err
}

func (f *fakeInspector) Raw(_ context.Context, _ model.Target, name string) ([]byte, error) {
	f.calls = append(f.calls, "raw "+name)
	return []byte(f.raw), f.err
}

// rig is an App under test: messages go in by hand, and commands are run by
// hand, without a program.
type rig struct {
	t       testing.TB
	app     *App
	clock   *uitest.Clock
	scanner *fakeScanner
	sent    chan tea.Msg
	left    bool // the program was ended
	rang    int  // the bell
}

func newRig(t testing.TB, width, height int, change func(*Config)) *rig {
	t.Helper()
	d := &rig{t: t, clock: uitest.NewClock(), scanner: &fakeScanner{}, sent: make(chan tea.Msg, 1024)}
	// By name, so that a test can tell which notebook comes next.
	cfg := Config{Scanner: d.scanner, Inspector: &fakeInspector{}, Now: d.clock.Now, Version: "test", Look: Look{Sort: "name", Group: "none"}}
	if change != nil {
		change(&cfg)
	}
	d.app = New(cfg)
	d.app.Init()
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	return d
}

// withPump lets commands do their work. Timers never fire: tests feed them.
func (d *rig) withPump() *rig {
	ctx, cancel := context.WithCancel(context.Background())
	d.app.pump.sleep = func(context.Context, time.Duration) bool { return false }
	d.app.pump.start(ctx, func(m tea.Msg) { d.sent <- m })
	d.t.Cleanup(func() { cancel(); d.app.pump.wait() })
	return d
}

func (d *rig) send(msgs ...tea.Msg) tea.Cmd {
	d.t.Helper()
	var last tea.Cmd
	for _, m := range msgs {
		_, last = d.app.Update(m)
		if d.app.overlay != nil {
			d.app.View() // as the program does; a gate counts what it has shown
		}
	}
	return last
}

// keys presses keys by name; other words are typed letter by letter.
func (d *rig) keys(names ...string) tea.Cmd {
	d.t.Helper()
	var last tea.Cmd
	for _, n := range names {
		if k, ok := namedKey(n); ok {
			last = d.send(k)
			continue
		}
		for _, r := range n {
			last = d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return last
}

func namedKey(n string) (tea.KeyPressMsg, bool) {
	if len(n) > 5 && strings.HasPrefix(n, "ctrl+") {
		return tea.KeyPressMsg{Code: rune(n[5]), Mod: tea.ModCtrl}, true
	}
	switch n {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}, true
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}, true
	case "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}, true
	case "tab":
		return tea.KeyPressMsg{Code: tea.KeyTab}, true
	case "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}, true
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}, true
	case "up":
		return tea.KeyPressMsg{Code: tea.KeyUp}, true
	case "left":
		return tea.KeyPressMsg{Code: tea.KeyLeft}, true
	case "right":
		return tea.KeyPressMsg{Code: tea.KeyRight}, true
	case "pgup":
		return tea.KeyPressMsg{Code: tea.KeyPgUp}, true
	case "pgdown":
		return tea.KeyPressMsg{Code: tea.KeyPgDown}, true
	case "backspace":
		return tea.KeyPressMsg{Code: tea.KeyBackspace}, true
	}
	return tea.KeyPressMsg{}, false
}

// run executes a command and what it leads to, and feeds the answers back.
func (d *rig) run(c tea.Cmd) {
	d.t.Helper()
	if c == nil {
		return
	}
	switch m := c().(type) {
	case nil:
	case tea.RawMsg:
		d.rang++
	case tea.QuitMsg:
		d.left = true
	case tea.BatchMsg:
		for _, x := range m {
			d.run(x)
		}
	default:
		d.run(d.send(m))
	}
}

// copied is what a command and what it leads to put into the clipboard.
func (d *rig) copied(c tea.Cmd) string {
	d.t.Helper()
	if c == nil {
		return ""
	}
	m := c()
	if batch, ok := m.(tea.BatchMsg); ok {
		var out string
		for _, x := range batch {
			out += d.copied(x)
		}
		return out
	}
	switch m := m.(type) {
	case nil:
		return ""
	case tea.RawMsg:
		text, ok := strings.CutPrefix(fmt.Sprint(m.Msg), "\x1b]52;c;")
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(text, "\a"))
		if !ok || err != nil {
			d.t.Errorf("%q is sent to the terminal (%v)", m.Msg, err)
		}
		return string(raw)
	}
	return d.copied(d.send(m))
}

// view is the frame as a person sees it, checked for its size.
func (d *rig) view() string {
	d.t.Helper()
	v := d.app.View()
	w, h := d.app.width, d.app.height
	lines := strings.Split(v.Content, "\n")
	if v.Content != "" && len(lines) != h {
		d.t.Errorf("the frame has %d lines, want %d", len(lines), h)
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); v.Content != "" && got != w {
			d.t.Errorf("line %d is %d cells wide, want %d: %q", i, got, w, ansi.Strip(l))
		}
	}
	return paint(v.Content, w, h)
}

func paint(content string, w, h int) string {
	if w == 0 || h == 0 {
		return ""
	}
	buf := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(content).Draw(buf, buf.Bounds())
	var out []string
	for l := range strings.SplitSeq(ansi.Strip(buf.Render()), "\n") {
		out = append(out, strings.TrimRight(l, " \r"))
	}
	return strings.Join(out, "\n")
}

func (d *rig) sees(wants ...string) {
	d.t.Helper()
	got := d.view()
	for _, w := range wants {
		if !strings.Contains(got, w) {
			d.t.Errorf("the screen does not say %q:\n%s", w, got)
		}
	}
}

func (d *rig) seesNot(wants ...string) {
	d.t.Helper()
	got := d.view()
	for _, w := range wants {
		if strings.Contains(got, w) {
			d.t.Errorf("the screen says %q:\n%s", w, got)
		}
	}
}

// feed hands a batch of the scan under way to the app.
func (d *rig) feed(b model.Batch) {
	d.t.Helper()
	b.Generation = d.app.inv.Generation()
	d.send(batchMsg{[]model.Batch{b}})
}

// finish ends the scan under way.
func (d *rig) finish() tea.Cmd {
	return d.send(scanEndedMsg{generation: d.app.inv.Generation()})
}

// loaded is an explorer whose first scan is over.
func loaded(t testing.TB, width, height int, change func(*Config)) *rig {
	t.Helper()
	d := newRig(t, width, height, change)
	d.feed(uitest.SmallWorld())
	d.finish()
	return d
}
