package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/terminal"
)

// framesPerSecond decides what an idle explorer costs, as the renderer ticks even when
// nothing changes: 0.5 % of a core at 33, 0.9 at 60, 1.4 at 120.
const framesPerSecond = 33

// Run opens the explorer on a terminal and returns when the user has left it or
// ctx has ended. The terminal is as it was, and nothing runs any more.
func Run(ctx context.Context, cfg Config, in io.Reader, out io.Writer, environ []string) error {
	tty := files{in, out, environ}
	if f, ok := in.(*os.File); ok && cfg.Terminal.Remote {
		in = terminal.NewSlow(f)
	}
	a := New(cfg)
	a.tty = tty
	_, _ = io.WriteString(out, terminal.KeepTitle)
	defer func() { _, _ = io.WriteString(out, terminal.BackTitle) }()
	defer func() { a.job.Close() }()
	out = a.paint(out, environ)
	defer leave(out)
	return runProgram(ctx, a, a, func(p *tea.Program) { a.job = terminal.NewJob(func() { p.Send(stopMsg{}) }) },
		tea.WithInput(in), tea.WithOutput(out), tea.WithEnvironment(environ), tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler())
}

// runProgram runs a program around the app; root is the app, or a test's wrapper.
func runProgram(ctx context.Context, a *App, root tea.Model, made func(*tea.Program), options ...tea.ProgramOption) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	// A program whose own context ends leaves its reader at the terminal; one that quits waits for it.
	p := tea.NewProgram(root, options...)
	defer context.AfterFunc(ctx, p.Quit)()
	made(p)
	a.pump.start(work, p.Send)
	if a.cfg.Driver != nil {
		a.cfg.Driver.Start(work)
	}
	_, err := p.Run()
	cancel()
	a.pump.wait()
	if a.cfg.Driver != nil {
		// A call that changes something is finished, and its outcome is in its journal.
		if closing := a.cfg.Driver.Close(); closing != nil {
			return closing
		}
	}
	if err == nil || ctx.Err() != nil || errors.Is(err, tea.ErrInterrupted) {
		a.memory.keep()
		return nil // the user has left, or the caller asked for the end
	}
	return fmt.Errorf("run the explorer: %w", err)
}
