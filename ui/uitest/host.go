package uitest

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// Host is a host that keeps what it is asked, and does jobs at once.
type Host struct {
	kit.Host
	Asked  []string
	Copied []string
}

// Note keeps a request.
func (n *Host) Note(s string) tea.Cmd {
	n.Asked = append(n.Asked, s)
	return nil
}

// Say implements kit.Host.
func (n *Host) Say(_ theme.Tone, s string) tea.Cmd { return n.Note("say " + s) }

// Save implements kit.Host.
func (n *Host) Save(name, data string) tea.Cmd { return n.Note("save " + name + " " + data) }

// Copy implements kit.Host.
func (n *Host) Copy(what, text, tail string) tea.Cmd {
	n.Copied = append(n.Copied, text)
	return n.Note("copy " + what + tail)
}

// Pop implements kit.Host.
func (n *Host) Pop() tea.Cmd { return n.Note("pop") }

// Changed implements kit.Host.
func (n *Host) Changed() { n.Note("changed") }

// Job implements kit.Host: the work is done at once.
func (n *Host) Job(what string, work func(context.Context) kit.Intent) tea.Cmd {
	n.Note("job " + what)
	return kit.Perform(n, work(context.Background()))
}
