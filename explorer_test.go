package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"nbscope/aws"
	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/journal"
	"nbscope/model/policy"
	"nbscope/ui"
	"nbscope/ui/drive"
	"nbscope/ui/uitest"
)

// The whole program, wired as main does it, on an emulated terminal and over the
// simulated AWS.

// glass is the emulated terminal. It tells who waits that something was drawn.
type glass struct {
	mu    sync.Mutex
	e     *vt.Emulator
	drawn chan struct{}
}

func (g *glass) Write(p []byte) (int, error) {
	g.mu.Lock()
	_, err := g.e.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	g.mu.Unlock()
	select {
	case g.drawn <- struct{}{}:
	default:
	}
	return len(p), err //nolint:wrapcheck // of an emulator
}

func (g *glass) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []string
	for l := range strings.SplitSeq(ansi.Strip(g.e.Render()), "\n") {
		out = append(out, strings.TrimRight(l, " \r"))
	}
	return strings.Join(out, "\n")
}

// desk is a running explorer and the AWS behind it.
type desk struct {
	t      *testing.T
	sim    *sim.Server
	glass  *glass
	in     *io.PipeWriter
	out    string // the folder for exports
	runs   string // the folder of the journals
	target model.Target
	ahead  atomic.Int64 // how far the explorer's clock is ahead
	ended  chan error
}

// deskOptions is what a test changes about a desk.
type deskOptions struct {
	locked bool // writes have to be unlocked
	add    []sim.Change
}

// newDesk starts the explorer on a small world with the notebooks that a test
// adds, in a subnet where nothing else is said.
func newDesk(t *testing.T, o deskOptions) *desk {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	so := sim.Defaults()
	so.Accounts, so.Notebooks, so.Regions, so.TimeScale, so.Faults, so.Now, so.Labs = 1, 30, 2, 6000, "", time.Now, true
	server, err := sim.New(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	var table policy.Table
	if _, err := exec.LookPath("python3"); err != nil {
		table.Default = model.PolicyReport // which promises nothing: nothing can be tried in these notebooks
	}
	url, err := server.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{
		t: t, sim: server, out: t.TempDir(), runs: t.TempDir(), ended: make(chan error, 1),
		target: model.Target{Account: server.World().Accounts[0].ID, Region: server.World().Regions[0].Name},
	}
	for _, c := range o.add {
		c.Op = "add"
		if c.SubnetID == "" {
			c.SubnetID = d.subnet()
		}
		if c.SubnetID == "none" {
			c.SubnetID = ""
		}
		if err := server.Change(c); err != nil {
			t.Fatal(err)
		}
	}
	id, secret := server.AccessKey()
	client, err := aws.New(aws.Options{
		EndpointURL: url, Static: &aws.StaticKey{ID: id, Secret: secret, Region: "us-east-1"}, Regions: regionsOf(server),
		Concurrency: 16, AllowWrite: !o.locked, LookEvery: 20 * time.Millisecond, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.start(ctx, cancel, ui.Config{
		Scanner: client, Inspector: client, Recreator: client, NewRunID: newRunID, ExportDir: d.out, Look: ui.Look{Sort: "name", Group: "none"},
		Driver: drive.New(drive.Config{
			Runs: runs{journal.Open(d.runs, client, time.Now)}, Writes: client, Now: time.Now,
		}),
		WriteFile: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		Policy:    table, Now: func() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) },
	})
	return d
}

// subnet is one that the world's notebooks are in.
func (d *desk) subnet() string {
	d.t.Helper()
	for _, n := range d.sim.World().Notebooks {
		if n.Account == d.target.Account && n.Region == d.target.Region && n.SubnetID != "" {
			return n.SubnetID
		}
	}
	d.t.Fatal("no notebook is in a subnet")
	return ""
}

func (d *desk) start(ctx context.Context, cancel func(), cfg ui.Config) {
	const width, height = 140, 45
	e := vt.NewEmulator(width, height)
	d.glass = &glass{e: e, drawn: make(chan struct{}, 1)}
	pr, pw := io.Pipe()
	d.in = pw
	drained := uitest.Line(e, pw)
	go func() {
		err := ui.Run(ctx, cfg, pr, d.glass, []string{"TERM=xterm-256color"})
		_ = pr.Close()
		if c, ok := e.InputPipe().(io.Closer); ok {
			_ = c.Close()
		}
		<-drained
		d.ended <- err
	}()
	d.t.Cleanup(func() {
		cancel()
		if d.ended != nil {
			<-d.ended
		}
	})
	// The terminal reports its size, until the program has heard it after its own
	// idea of the size of what is no terminal.
	for !strings.Contains(d.glass.text(), "nbscope") {
		d.types("\x1b[48;45;140;0;0t")
		select {
		case <-d.glass.drawn:
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (d *desk) types(s string) {
	d.t.Helper()
	if _, err := io.WriteString(d.in, s); err != nil {
		d.t.Fatalf("type %q: %v", s, err)
	}
}

// sees waits until the screen says all of it.
func (d *desk) sees(wants ...string) {
	d.t.Helper()
	patience := time.After(30 * time.Second)
	for {
		got := d.glass.text()
		missing := slices.IndexFunc(wants, func(w string) bool { return !strings.Contains(got, w) })
		if missing < 0 {
			return
		}
		select {
		case <-d.glass.drawn:
		case err := <-d.ended:
			d.ended = nil
			d.t.Fatalf("the program ended: %v", err)
		case <-patience:
			d.t.Fatalf("the screen never says %q:\n%s", wants[missing], got)
		}
	}
}

// does types keys and waits for what they lead to.
func (d *desk) does(keys string, wants ...string) {
	d.t.Helper()
	d.types(keys)
	d.sees(wants...)
}

// approves opens a gate and agrees.
func (d *desk) approves(title string, wants ...string) {
	d.t.Helper()
	d.does("a", title, "enter cancel")
	d.agrees(wants...)
}

// agrees reads a gate to its end, moves from Cancel to the other button, and presses
// it.
func (d *desk) agrees(wants ...string) {
	d.t.Helper()
	d.reads()
	d.types("\t")
	for strings.Contains(d.glass.text(), "enter cancel") {
		d.sees("cancel")
		<-d.glass.drawn
	}
	d.does("\r", wants...)
}

// reads turns the pages of a gate.
func (d *desk) reads() {
	d.t.Helper()
	for {
		var at, of int
		sign := regexp.MustCompile(`\d+ of \d+ pages`).FindString(d.glass.text())
		if _, err := fmt.Sscanf(sign, "%d of %d pages", &at, &of); err != nil || at == of {
			return
		}
		d.does("\x1b[6~", fmt.Sprintf("%d of %d pages", at+1, of)) // page down
	}
}

// opens goes to a notebook of the list and opens its recreate.
func (d *desk) opens(name string) {
	d.t.Helper()
	d.sees("by name")
	d.does("/name:"+name+"\r", "/ name:"+name, " 1/")
	d.does("R", "Recreate  "+name, "Passed")
}

// notebook is a notebook of the world, false when there is none.
func (d *desk) notebook(name string) (sim.ListedNotebook, bool) {
	for _, n := range d.sim.World().Notebooks {
		if n.Account == d.target.Account && n.Region == d.target.Region && n.Name == name {
			return n, true
		}
	}
	return sim.ListedNotebook{}, false
}

// wrote checks what was changed in AWS, call by call.
func (d *desk) wrote(want ...string) {
	d.t.Helper()
	var got []string
	for _, w := range d.sim.Writes() {
		if op := strings.TrimPrefix(w.Operation, "SageMaker."); w.Code == "" && !strings.HasPrefix(op, "CreatePresigned") {
			got = append(got, strings.TrimSuffix(op, "NotebookInstance")+" "+w.Name)
		}
	}
	if !slices.Equal(got, want) {
		d.t.Errorf("AWS was asked to change %q, want %q", got, want)
	}
}

// report is the report of the only run, written from its page.
func (d *desk) report() string {
	d.t.Helper()
	d.does("e", "nbscope-run-")
	files, err := filepath.Glob(filepath.Join(d.out, "nbscope-run-*.md"))
	if err != nil || len(files) != 1 {
		d.t.Fatalf("the reports are %q, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		d.t.Fatal(err)
	}
	return string(raw)
}
