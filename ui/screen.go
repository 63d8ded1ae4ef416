package ui

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/theme"
)

// A screen is one full page of the explorer. It keeps what it needs to draw
// itself and to understand its keys; what reaches beyond it, it returns as an
// intent, and App decides.
type screen interface {
	title() string
	// commands are what the screen can do right now, as keys, help and palette
	// show them. A disabled binding hides its command.
	commands() []command
	// hints are the bindings worth a place in the footer, best first.
	hints() []key.Binding

	resize(width, height int)
	restyle(*theme.Theme)
	// sync is called when the world has changed.
	sync() intent

	// headline is the screen's part of the second line of the header; cursor is
	// where the terminal's cursor stands in it while the user types, -1 for nowhere.
	headline(width int) (left, right []span, cursor int)
	body() string
	// facts is the first line of the footer.
	facts() []span

	// typing reports whether keys are text at the moment.
	typing() bool
	typed(tea.Msg) intent

	click(x, y int) intent
	wheel(by int) intent
}

// world is what there is to show. App brings it up to date and screens read it.
type world struct {
	now        time.Time
	started    time.Time // of the program
	lens       model.Lens
	rows       []*model.Notebook
	targets    []model.TargetStatus
	problems   []model.Problem
	identities []model.Identity
	coverage   model.Coverage
	scan       scanState
	policy     policy.Table
	runs       map[string]runNote // of this machine, by the ARN of either notebook
	marks      map[string]string  // the ARN of a source to that of its replacement, by the replacement's tags
}

// scanState is where the newest scan stands.
type scanState struct {
	running bool
	mode    model.Mode
	began   time.Time
	ended   time.Time // zero until the first one has ended
	frame   int       // of the progress glyph
	crash   string    // what a scan died of
	stopped bool      // the user cancelled it
}

// waited is how long the scan has been running, in words.
func (w *world) waited() string {
	return fmt.Sprintf("%d s", max(0, int(w.now.Sub(w.scan.began).Seconds())))
}

// quiet reports whether the scan runs in the background of a list that is shown
// already, so that it must not move anything.
func (s scanState) quiet() bool { return s.running && s.mode == model.Transition }

// command is one thing that the user can do: by its key, or by its name in the
// palette.
type command struct {
	group string
	name  string
	key   key.Binding
	run   func() intent
	plain bool // too plain for the palette, such as moving the cursor
}

// commandFor returns the command that a key stands for.
func commandFor(commands []command, k tea.KeyPressMsg) (command, bool) {
	for _, c := range commands {
		if key.Matches(k, c.key) {
			return c, true
		}
	}
	return command{}, false
}
