package ui

import (
	"context"
	"errors"
	"fmt"
	"io"

	tea "charm.land/bubbletea/v2"
)

// framesPerSecond is enough for text and keeps an idle explorer idle.
const framesPerSecond = 30

// Run opens the explorer on a terminal and returns when the user has left it or
// ctx has ended. The terminal is as it was, and nothing runs any more.
func Run(ctx context.Context, cfg Config, in io.Reader, out io.Writer, environ []string) error {
	return run(ctx, New(cfg), tea.WithInput(in), tea.WithOutput(out), tea.WithEnvironment(environ), tea.WithFPS(framesPerSecond))
}

func run(ctx context.Context, a *App, options ...tea.ProgramOption) error {
	work, cancel := context.WithCancel(ctx)
	p := tea.NewProgram(a, append(options, tea.WithContext(ctx))...)
	a.pump.start(work, p.Send)
	_, err := p.Run()
	cancel()
	a.pump.wait()
	switch {
	case err == nil, errors.Is(err, tea.ErrInterrupted):
		return nil
	case ctx.Err() != nil:
		return nil // the end that the caller asked for
	}
	return fmt.Errorf("run the explorer: %w", err)
}
