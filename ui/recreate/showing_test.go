package recreate

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// showing is a host that keeps the overlay and the page that it is asked to show.
type showing struct {
	uitest.Host
	shown  kit.Overlay
	pushed kit.Screen
}

func (h *showing) Show(o kit.Overlay) tea.Cmd { h.shown = o; return nil }
func (h *showing) Push(s kit.Screen) tea.Cmd  { h.pushed = s; return nil }

// Job does the work at once, and what comes of it here.
func (h *showing) Job(what string, work func(context.Context) kit.Intent) tea.Cmd {
	h.Note("job " + what)
	return kit.Perform(h, work(context.Background()))
}
