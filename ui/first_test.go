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
		for _, s := range []string{"one", "two"} {
			if n, err := c.Write([]byte(s)); n != len(s) || err != nil {
				t.Errorf("%d bytes of %q were written: %v", n, s, err)
			}
		}
		leave(c)
	})
	if drawn != "\x1b[2Jonetwo" {
		t.Errorf("wrote %q", drawn)
	}
	if left := written(func(c *canvas) { leave(c) }); left != "\x1b[?1049l\x1b[?25h" {
		t.Errorf("a screen that was never drawn on is left by %q", left)
	}
	var plain bytes.Buffer
	leave(&plain)
	if a := newRig(t, 80, 24, nil).app; a.paint(&plain, nil) != io.Writer(&plain) || plain.Len() > 0 {
		t.Errorf("what is no terminal was painted: %q", plain.String())
	}
}
