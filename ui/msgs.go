package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// ownMsg is what work beside the loop has to say. It hands itself on: the pump
// takes nothing else, so that no message is without somebody who takes it in.
type ownMsg interface {
	to(a *App) tea.Cmd
}

// answer brings what a job of a screen leads to.
type answer struct{ do kit.Intent }

func (m answer) to(a *App) tea.Cmd { return kit.Perform(a, m.do) }

// Messages that the program's own work sends into the loop. Whatever was asked
// asynchronously says for what it was asked, so that an answer that nobody waits
// for any more is dropped.

// crashMsg says that work outside of the loop panicked.
type crashMsg struct{ what string }

func (m crashMsg) to(a *App) tea.Cmd {
	// Whatever owned the engine may be gone with it.
	a.notebooks.Restart()
	return a.Say(theme.Bad, "a part of nbscope failed: "+m.what)
}

// writtenMsg says how writing a file went.
type writtenMsg struct {
	what string // before "written to", "" for what the path says by itself
	path string
	also string // behind the path
	err  error
}

func (m writtenMsg) to(a *App) tea.Cmd {
	t := toast{tone: theme.Good, text: strings.TrimSpace(m.what + " written to " + m.path + m.also), path: m.path}
	if m.err != nil {
		t.tone, t.text = theme.Bad, m.err.Error()
	}
	return a.tell(t)
}

// drivenMsg brings what the driver has told, in its order.
type drivenMsg struct{ notices []drive.Notice }

func (m drivenMsg) to(a *App) tea.Cmd {
	return tea.Batch(a.runs.Driven(m.notices), a.scans.checkCopies())
}
