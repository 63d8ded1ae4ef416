package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"nbscope/model"
	"nbscope/ui"
	"nbscope/ui/terminal"
	"nbscope/ui/text"
)

// collect makes one scan and returns the inventory when it is over. Each function that
// is given sees every batch with the inventory that it is in.
func collect(ctx context.Context, s ui.Scanner, req model.ScanRequest, ask func(model.Question), see ...func(model.Batch, *model.Inventory)) (*model.Inventory, error) {
	inv := model.NewInventory()
	req.Generation = 1
	inv.Begin(req.Generation, req.Only)
	s.Scan(ctx, req, func(b model.Batch) {
		if b.Asked != nil {
			ask(*b.Asked)
		}
		inv.Apply(b)
		for _, f := range see {
			f(b, inv)
		}
	})
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("the scan was stopped: %w", err)
	}
	return inv, nil
}

// progressLine shows how far a scan is on one line of a terminal, and takes it
// away at the end. On anything else, and where lines cannot be written over, it is
// silent. It writes no escape sequences: a terminal without them shows it as well.
type progressLine struct {
	w     io.Writer
	now   func() time.Time
	last  time.Time
	width int // of what stands on the line
}

func newProgress(env *Env) *progressLine {
	if !isTerminal(env.Stderr) || lookup(env.Environ)("TERM") == "dumb" {
		return nil
	}
	return &progressLine{w: env.Stderr, now: env.Now}
}

func (p *progressLine) show(_ model.Batch, inv *model.Inventory) {
	if p == nil || p.now().Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last = p.now()
	c := inv.Coverage()
	if c.Targets == 0 {
		return // a sign-in may be asking on this line
	}
	says := fmt.Sprintf("%d/%d targets, %d notebooks", c.Answered+c.Failed, c.Targets, inv.Len())
	fmt.Fprintf(p.w, "\r%-*s", p.width, says)
	p.width = max(p.width, len(says))
}

func (p *progressLine) clear() {
	if p != nil && p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
		p.width = 0
	}
}

// openPlain opens the session of a command that only prints: the terminal is free
// for whoever has to ask something to sign in.
func openPlain(ctx context.Context, env *Env, s Settings) (Session, error) {
	s.MayPrompt = isTerminal(env.Stdin)
	return env.Open(ctx, s)
}

// askOnTerminal asks the question of a sign-in on the terminal, or refuses it
// where there is nobody to ask.
func askOnTerminal(env *Env) func(model.Question) {
	return func(q model.Question) {
		if !isTerminal(env.Stdin) || !isTerminal(env.Stderr) {
			q.Cancel()
			return
		}
		go func() {
			fmt.Fprintf(env.Stderr, "\n%s: ", text.Clean(q.Prompt)) // progress may stand on the line
			code, err := readLine(env.Stdin)
			if err != nil || code == "" {
				q.Cancel()
				return
			}
			q.Answer(code)
		}()
	}
}

// readLine reads one line byte by byte, so that nothing behind it is swallowed.
func readLine(r io.Reader) (string, error) {
	var b strings.Builder
	one := make([]byte, 1)
	for {
		n, err := r.Read(one)
		if n == 1 && one[0] == '\n' {
			return strings.TrimSpace(b.String()), nil
		}
		if n == 1 {
			b.WriteByte(one[0])
		}
		if err != nil {
			return strings.TrimSpace(b.String()), fmt.Errorf("read the answer: %w", err)
		}
	}
}

// out is where commands print to. A terminal that shows nothing but ASCII gets no more;
// a file gets what there is.
func (e *Env) out() io.Writer {
	if isTerminal(e.Stdout) && terminal.Of(lookup(e.Environ)).Plain {
		return text.Plain(e.Stdout)
	}
	return e.Stdout
}

// isTerminal reports whether f is an interactive terminal.
func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(f.Fd()) }
