package ui

import (
	"bytes"
	"io"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// canvas is the terminal with a first frame on it that nobody but this file drew. The
// renderer's first tick comes most of a frame's time after everything else is ready.
type canvas struct {
	term.File
	painted bool // by this file, and the renderer has not drawn yet
}

// paint draws the first frame where there is a terminal to draw it on.
func (a *App) paint(out io.Writer, environ []string) io.Writer {
	file, ok := out.(*os.File)
	if !ok {
		return out
	}
	width, height, err := term.GetSize(file.Fd())
	if err != nil {
		return out
	}
	a.resized(tea.WindowSizeMsg{Width: width, Height: height})
	arranged := a.Arrange()
	a.opening = func() tea.Cmd { return arranged }
	frame := strings.ReplaceAll(a.View().Content, "\n", "\r\n") // the terminal is not in raw mode yet
	_, err = colorprofile.NewWriter(file, environ).WriteString(
		ansi.SetModeAltScreenSaveCursor + ansi.HideCursor + ansi.CursorHomePosition + ansi.EraseEntireScreen + frame)
	if err != nil {
		return out
	}
	return &canvas{File: file, painted: true}
}

// Write is for the renderer, which takes the screen that it enters for empty. What is asked
// of the terminal before is none of its frames.
func (c *canvas) Write(p []byte) (int, error) {
	if c.painted && bytes.Contains(p, []byte(ansi.SetModeAltScreenSaveCursor)) {
		c.painted = false
		n, err := c.File.Write(append([]byte(ansi.EraseEntireScreen), p...))
		return max(0, n-len(ansi.EraseEntireScreen)), err //nolint:wrapcheck // the terminal's own
	}
	return c.File.Write(p) //nolint:wrapcheck // the terminal's own
}

// leave leaves the screen where the renderer never came to enter it.
func leave(out io.Writer) {
	if c, ok := out.(*canvas); ok && c.painted {
		_, _ = io.WriteString(c.File, ansi.ResetModeAltScreenSaveCursor+ansi.ShowCursor)
	}
}
