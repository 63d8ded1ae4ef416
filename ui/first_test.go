package ui

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func TestTheRenderersFirstFrameTakesThePlaceOfThePaintedOne(t *testing.T) {
	t.Parallel()
	written := func(do func(*canvas)) string {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		do(&canvas{File: w, painted: true})
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	drawn := written(func(c *canvas) {
		for _, s := range []string{"ask", "\x1b[?1049hone", "\x1b[?1049htwo"} {
			if n, err := c.Write([]byte(s)); n != len(s) || err != nil {
				t.Errorf("%d bytes of %q were written: %v", n, s, err)
			}
		}
		leave(c)
	})
	if drawn != "ask\x1b[2J\x1b[?1049hone\x1b[?1049htwo" {
		t.Errorf("wrote %q", drawn)
	}
	const left = "\x1b[?1049l\x1b[?25h"
	if got := written(func(c *canvas) { leave(c) }); got != left {
		t.Errorf("a screen that was never drawn on is left by %q", got)
	}
	if got := written(func(c *canvas) { _, _ = c.Write([]byte("ask")); leave(c) }); got != "ask"+left { // a signal has come first
		t.Errorf("a screen on which the terminal was asked alone is left by %q", got)
	}
	var plain bytes.Buffer
	leave(&plain)
	if a := newRig(t, 80, 24, nil).app; a.paint(&plain, nil) != io.Writer(&plain) || plain.Len() > 0 {
		t.Errorf("what is no terminal was painted: %q", plain.String())
	}
}
