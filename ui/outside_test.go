package ui

import (
	"context"
	"errors"
	"image/color"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"nbscope/ui/terminal"
)

func TestTheMouseCanBeLeftToTheTerminal(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	if d.app.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse is not taken at the start")
	}
	d.keys("M")
	d.sees("the mouse is the terminal's: M takes it back")
	if d.app.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is still taken")
	}
	d.keys("M")
	d.sees("with shift most terminals still select text")
	if d.app.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse is not taken back")
	}
	off := loaded(t, 120, 40, func(c *Config) { c.NoMouse = true })
	if off.app.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken though the user does not want it")
	}
}

// asks reports whether a command asks the terminal for its background.
func asks(c tea.Cmd) bool {
	if c == nil {
		return false
	}
	return reflect.ValueOf(c).Pointer() == reflect.ValueOf(tea.RequestBackgroundColor).Pointer()
}

func TestATerminalThatDoesNotAnswerIsLightIfTheUserSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		ground Ground
		kind   terminal.Kind
		asks   bool
		dark   bool
	}{
		"nothing is said":                   {"", terminal.Kind{}, true, true},
		"auto":                              {GroundAuto, terminal.Kind{}, true, true},
		"the environment says light":        {GroundAuto, terminal.Kind{Light: true}, true, false},
		"light":                             {GroundLight, terminal.Kind{}, false, false},
		"dark, whatever the environment is": {GroundDark, terminal.Kind{Light: true}, false, true},
	} {
		d := newRig(t, 120, 40, func(cfg *Config) { cfg.Ground, cfg.Terminal = c.ground, c.kind })
		if got := d.app.theme.Options().Dark; got != c.dark {
			t.Errorf("%s: dark is %v", name, got)
		}
		if asks(d.app.askGround()) != c.asks {
			t.Errorf("%s: the terminal is asked: %v, want %v", name, !c.asks, c.asks)
		}
	}
}

func TestColoursAreThoseThatTheTerminalHas(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	for _, c := range []struct {
		profile      colorprofile.Profile
		few, without bool
	}{
		{colorprofile.ANSI, true, false}, {colorprofile.ASCII, false, true}, {colorprofile.ANSI256, false, false}, {colorprofile.TrueColor, false, false},
	} {
		d.send(tea.ColorProfileMsg{Profile: c.profile})
		if o := d.app.theme.Options(); o.Few != c.few || o.NoColor != c.without {
			t.Errorf("%v: %+v", c.profile, o)
		}
		if bright := strings.Contains(d.app.View().Content, "38;2;"); bright != (c.profile >= colorprofile.ANSI256) {
			t.Errorf("%v: drawn in 24 bits is %v", c.profile, bright)
		}
	}
	d.send(tea.ColorProfileMsg{Profile: colorprofile.ANSI}, tea.BackgroundColorMsg{Color: color.White})
	if o := d.app.theme.Options(); !o.Few || o.Dark {
		t.Errorf("16 colours on white: %+v", o)
	}
}

func TestACopyTellsByWhichWayItWent(t *testing.T) {
	const arn = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train"
	d := loaded(t, 200, 40, nil)
	if got := d.copied(d.keys("y")); got != arn {
		t.Errorf("to the terminal goes %q", got)
	}
	d.sees("ARN sent to the terminal: " + arn)

	loads, fails := "", error(nil)
	in := loaded(t, 200, 40, func(c *Config) {
		c.Buffer = func(_ context.Context, text string) error { loads = text; return fails }
	}).withPump()
	in.run(in.keys("y"))
	if loads != arn {
		t.Errorf("into tmux's buffer goes %q", loads)
	}
	in.sees("ARN in tmux's buffer, and sent to the terminal: " + arn)
	fails = errors.New("no server")
	if got := in.copied(in.keys("y")); got != arn {
		t.Errorf("without tmux's buffer %q goes to the terminal", got)
	}
	in.sees("ARN sent to the terminal: " + arn)
}

func TestStoppingIsOnlyForJobsOfAShell(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	for _, before := range [][]string{nil, {"/"}} { // also while something is typed
		d.keys(before...)
		if cmd := d.keys("ctrl+z"); cmd == nil {
			t.Error("nothing is told")
		}
		d.sees("there is no shell to return to")
		d.app.toast = toast{}
	}
	d.send(stopped(errors.New("stop: not permitted")))
	d.sees("nbscope was not stopped: stop: not permitted")
	d.app.toast = toast{}
	if cmd := d.send(stopped(nil)); cmd == nil || d.app.toast.text != "" {
		t.Errorf("after it was continued it says %q", d.app.toast.text)
	}
}
