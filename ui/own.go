package ui

import (
	"context"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/terminal"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// files are the terminal, where it is one.
type files struct {
	in      io.Reader
	out     io.Writer
	environ []string
}

// Browse opens a page, or copies where it is where nobody would see a browser.
func (o *outside) Browse(what, url string) tea.Cmd {
	if o.cfg.Browser == nil {
		why := o.cfg.NoBrowser
		if why == "" {
			why = "here"
		}
		return o.Copy(what, url, " (no browser is opened "+why+"): "+url)
	}
	open := o.cfg.Browser
	return o.host.Job("browser", func(ctx context.Context) kit.Intent {
		if err := open(ctx, url); err != nil {
			return kit.Copy{What: err.Error() + ": " + what, Text: url, Tail: ": " + url}
		}
		return kit.Say{Tone: theme.Good, Text: what + " opened in the browser: " + url}
	})
}

// RunOwn runs a command of the user's about a notebook.
func (o *outside) RunOwn(c kit.OwnCommand, n *model.Notebook) tea.Cmd {
	about, err := kit.OwnEnv(n, o.world.Profile(n.Account))
	if err != nil {
		return o.host.Say(theme.Bad, c.Title+": "+err.Error())
	}
	env := append(append([]string(nil), o.tty.environ...), about...) // the last one of a name holds
	bullet := o.host.Theme().Glyphs.Bullet
	ended := func(lines []string, err error) kit.Intent {
		say := said(c.Title, n.Name, lines, err, bullet)
		if !c.Writes {
			return say
		}
		return kit.Sequence{say, kit.Scan{Mode: model.Incremental, Only: []model.Target{n.Target()}}}
	}
	if c.Background {
		told := o.host.Say(theme.Busy, c.Title+", "+n.Name+": runs in the background")
		return tea.Batch(told, o.host.Job("command", func(ctx context.Context) kit.Intent { return ended(terminal.Behind(ctx, c.Line, env)) }))
	}
	lent := &lent{outside: o, Lent: terminal.Lent{Line: c.Line, Env: env, Wait: c.Wait, In: o.tty.in, Out: o.tty.out}}
	return tea.Exec(lent, func(err error) tea.Msg { return returnedMsg{ended(nil, err)} })
}

// said is what is told of a command that has ended.
func said(title, name string, lines []string, err error, between string) kit.Say {
	tone, words := theme.Good, title+", "+name+": done"
	if err != nil {
		tone, words = theme.Bad, title+", "+name+": "+err.Error()
	}
	for _, l := range lines {
		words += " " + between + " " + strings.TrimSpace(text.Clean(l))
	}
	return kit.Say{Tone: tone, Text: words}
}

// lent is a command that has the terminal, as a piece of the program's work: it ends with
// the program, and is not asked to end by what the terminal's keys send it.
type lent struct {
	terminal.Lent

	outside *outside
}

// Run runs it.
func (l *lent) Run() error {
	ctx, ok := l.outside.pump.begin()
	if !ok {
		return context.Canceled
	}
	defer l.outside.pump.wg.Done()
	l.Context = ctx
	l.outside.lend(true)
	defer l.outside.lend(false)
	return l.Lent.Run() //nolint:wrapcheck // it is told beside the title of the command
}

// lend says whether a command has the terminal.
func (o *outside) lend(on bool) {
	o.job.Lend(on)
	if o.cfg.Lent != nil {
		o.cfg.Lent(on)
	}
}
