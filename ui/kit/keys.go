package kit

import (
	"strings"

	"charm.land/bubbles/v2/key"
)

// KeyMap is every key of the explorer, by the place where it holds.
type KeyMap struct {
	Global GlobalKeys
	List   ListKeys
	Notes  NotebookKeys
	Detail DetailKeys
	Target TargetKeys
	Typing TypingKeys

	Recreate RecreateKeys
	Runs     RunKeys
	Gate     GateKeys
}

// GlobalKeys hold on every screen while nothing is typed and nothing is open.
type GlobalKeys struct {
	Quit, Kill, Help, Palette, NextScreen, PrevScreen key.Binding
	Refresh, FullScan, CancelScan, Export, Policy     key.Binding
	Waiting, Mouse, Suspend                           key.Binding
}

// ListKeys move in any list.
type ListKeys struct {
	Up, Down, HalfUp, HalfDown, PageUp, PageDown, Top, Bottom, Left, Right key.Binding
	Filter, Back, Open                                                     key.Binding
}

// NotebookKeys are those of the notebooks list.
type NotebookKeys struct {
	Mark, MarkAll, Sort, Reverse, Group, Preset key.Binding
	Undecided, Columns                          key.Binding
	CopyARN, CopyCLI, Console, CopyConsole      key.Binding
	Recreate                                    key.Binding
}

// DetailKeys hold while the detail of a notebook has the focus; the sections also
// turn from the list.
type DetailKeys struct {
	NextSection, PrevSection, NextNotebook, PrevNotebook, Reveal, Section key.Binding
	CopyRemedy, NextRemedy, Probe                                         key.Binding
}

// TargetKeys are those of the targets screen.
type TargetKeys struct {
	Retry key.Binding
}

// TypingKeys hold while text is typed.
type TypingKeys struct {
	Accept, Cancel, Complete, Next, Prev key.Binding
	PageOn, PageBack                     key.Binding // of a gate that is typed
}

// DefaultKeyMap returns the keys as k9s, lazygit and vim have taught them.
func DefaultKeyMap() KeyMap {
	return KeyMap{
		Global: GlobalKeys{
			Quit:       bind("q", "quit", "q"),
			Kill:       bind("ctrl+c", "quit from anywhere", "ctrl+c"),
			Help:       bind("?", "help", "?", "f1"),
			Palette:    bind(":", "go to", ":", "ctrl+p"),
			NextScreen: bind("tab", "next screen", "tab"),
			PrevScreen: bind("shift+tab", "previous screen", "shift+tab"),
			Refresh:    bind("r", "refresh", "r"),
			FullScan:   bind("ctrl+r", "scan all anew", "ctrl+r"),
			CancelScan: bind("ctrl+x", "stop scan", "ctrl+x"),
			Export:     bind("e", "export", "e"),
			Policy:     bind("P", "policy", "P"),
			Waiting:    bind("W", "what waits for you", "W"),
			Mouse:      bind("M", "mouse", "M"),
			Suspend:    bind("ctrl+z", "to the shell", "ctrl+z"),
		},
		List: ListKeys{
			Up:       bind("k ↑", "up", "k", "up"),
			Down:     bind("j ↓", "down", "j", "down"),
			HalfUp:   bind("ctrl+u", "half a page up", "ctrl+u"),
			HalfDown: bind("ctrl+d", "half a page down", "ctrl+d"),
			PageUp:   bind("pgup", "a page up", "pgup", "ctrl+b"),
			PageDown: bind("pgdn", "a page down", "pgdown", "ctrl+f"),
			Top:      bind("g", "first", "g", "home"),
			Bottom:   bind("G", "last", "G", "end"),
			Left:     bind("h ←", "columns to the left", "h", "left"),
			Right:    bind("l →", "columns to the right", "l", "right"),
			Filter:   bind("/", "filter", "/"),
			Back:     bind("esc", "back", "esc"),
			Open:     bind("enter", "detail", "enter"),
		},
		Notes: notebookKeys(),
		Detail: DetailKeys{
			NextSection:  bind("]", "next section", "]"),
			PrevSection:  bind("[", "previous section", "["),
			NextNotebook: bind("n", "next notebook", "n"),
			PrevNotebook: bind("p", "previous notebook", "p"),
			Reveal:       bind("v", "show masked values", "v"),
			Section:      bind("1-7", "section", "1", "2", "3", "4", "5", "6", "7"),
			CopyRemedy:   bind("c", "copy remedy", "c"),
			NextRemedy:   bind("x", "next remedy", "x"),
			Probe:        bind("V", "try from inside", "V"),
		},
		Target: TargetKeys{Retry: bind("r", "retry this target", "r")},
		Typing: TypingKeys{
			Accept:   bind("enter", "keep", "enter"),
			Cancel:   bind("esc", "clear", "esc"),
			Complete: bind("tab", "complete", "tab"),
			Next:     bind("↓", "next", "down", "ctrl+n"),
			Prev:     bind("↑", "previous", "up", "ctrl+p"),
			PageOn:   bind("↓ ↑", "read on", "down", "pgdown"),
			PageBack: bind("↑", "read back", "up", "pgup"),
		},
		Recreate: recreateKeys(),
		Runs:     runKeys(),
		Gate:     gateKeys(),
	}
}

func notebookKeys() NotebookKeys {
	return NotebookKeys{
		Mark:      bind("space", "mark", "space"),
		MarkAll:   bind("a", "mark all shown", "a"),
		Sort:      bind("s", "sort", "s"),
		Reverse:   bind("S", "reverse the order", "S"),
		Group:     bind("b", "group", "b"),
		Undecided: bind("u", "what may match", "u"),
		Columns:   bind("C", "columns", "C"),
		Preset:    bind("1-9", "preset filters", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		CopyARN:   bind("y", "copy ARN", "y"),
		CopyCLI:   bind("Y", "copy CLI command", "Y"),
		Console:   bind("o", "AWS console", "o"),

		CopyConsole: bind("O", "copy console URL", "O"),
		Recreate:    bind("R", "recreate", "R"),
	}
}

func bind(shown, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
}

// WithDesc returns the binding with other words, for places where it does something
// more particular.
func WithDesc(b key.Binding, does string) key.Binding {
	b.SetHelp(b.Help().Key, does)
	return b
}

// EnabledIf returns the binding, enabled only if the condition holds.
func EnabledIf(b key.Binding, ok bool) key.Binding {
	b.SetEnabled(ok)
	return b
}

// Plain returns the keys with names that need no more than ASCII.
func (k KeyMap) Plain() KeyMap {
	for b, name := range map[*key.Binding]string{
		&k.List.Up: "k", &k.List.Down: "j", &k.List.Left: "h", &k.List.Right: "l", &k.Typing.Next: "down", &k.Typing.Prev: "up",
		&k.Gate.Yes: "right", &k.Gate.No: "left", &k.Typing.PageOn: "down up", &k.Typing.PageBack: "up",
	} {
		b.SetHelp(name, b.Help().Desc)
	}
	return k
}

// RecreateKeys hold in the guided recreate.
type RecreateKeys struct {
	NextStep, PrevStep, Step, NextView, PrevView, Leave key.Binding
	Edit, Direction, Unchanged, Copy, Save, Again       key.Binding
	LookInside                                          key.Binding
	Approve, Override                                   key.Binding
}

// RunKeys decide about a run, on its page and in the list of runs.
type RunKeys struct {
	Open, Decide, Retry, Amend, Accept, Resume, Stop key.Binding
	Rollback, Close, Report, ReportJSON              key.Binding
	SignInSource, SignInReplacement                  key.Binding
	Mark, MarkAll, ResumeAll, Batch                  key.Binding
	Recopy, Reroute, Paste, Differences              key.Binding // of the data
	OtherType, OtherSubnet, NoScripts, OtherKey      key.Binding // ways on from a failed creation
}

// GateKeys hold while a gate or a chooser is open.
type GateKeys struct {
	Press, Close, Switch, Yes, No, Again, Mark, All, Type key.Binding
	PageOn, PageBack                                      key.Binding
}

func recreateKeys() RecreateKeys {
	return RecreateKeys{
		NextStep:   bind("]", "next step", "]"),
		PrevStep:   bind("[", "previous step", "["),
		Step:       bind("1-5", "step", "1", "2", "3", "4", "5"),
		NextView:   bind("tab", "next view", "tab", "l", "right"),
		PrevView:   bind("shift+tab", "previous view", "shift+tab", "h", "left"),
		Leave:      bind("esc", "back", "esc"),
		Edit:       bind("enter", "edit", "enter"),
		Direction:  bind("D", "other direction", "D"),
		Unchanged:  bind("c", "unchanged fields", "c"),
		Copy:       bind("y", "copy", "y"),
		Save:       bind("w", "save", "w"),
		Again:      bind("r", "ask again", "r"),
		LookInside: bind("I", "look inside", "I"),
		Approve:    bind("a", "approve", "a"),
		Override:   bind("O", "override the owner", "O"),
	}
}

func runKeys() RunKeys {
	return RunKeys{
		Open:              bind("enter", "open", "enter"),
		Decide:            bind("a", "approve", "a"),
		Retry:             bind("t", "try again", "t"),
		Amend:             bind("m", "change the plan", "m"),
		Accept:            bind("A", "accept the difference", "A"),
		Resume:            bind("u", "resume", "u"),
		Stop:              bind("ctrl+x", "stop after this call", "ctrl+x"),
		Rollback:          bind("B", "roll back", "B"),
		Close:             bind("X", "end the run", "X"),
		Report:            bind("e", "report", "e"),
		ReportJSON:        bind("E", "report as JSON", "E"),
		SignInSource:      bind("J", "sign in to the source", "J"),
		SignInReplacement: bind("K", "sign in to the replacement", "K"),
		Mark:              bind("space", "mark", "space"),
		MarkAll:           bind("*", "mark all that are not over", "*"),
		ResumeAll:         bind("U", "resume all", "U"),
		Batch:             bind("b", "back to the batch", "b"),
		Recopy:            bind("C", "copy again what differs", "C"),
		Reroute:           bind("T", "another way for the data", "T"),
		Paste:             bind("p", "compare by two digests", "p"),
		Differences:       bind("d", "save the differences", "d"),
		OtherType:         bind("i", "another instance type", "i"),
		OtherSubnet:       bind("s", "another subnet", "s"),
		NoScripts:         bind("n", "without the scripts", "n"),
		OtherKey:          bind("c", "another encryption key", "c"),
	}
}

func gateKeys() GateKeys {
	return GateKeys{
		Press:  bind("enter", "press", "enter"),
		Close:  bind("esc", "cancel", "esc"),
		Switch: bind("tab", "other button", "tab", "shift+tab"),
		Yes:    bind("→", "", "right"),
		No:     bind("←", "", "left"),
		Again:  bind("r", "ask again", "r", "ctrl+r"),
		Mark:   bind("space", "choose", "space"),
		All:    bind("ctrl+a", "choose all found", "ctrl+a"),
		Type:   bind("ctrl+t", "type it", "ctrl+t"),

		PageOn:   bind("j k", "read on", "j", "down", "pgdown"),
		PageBack: bind("k", "read back", "k", "up", "pgup"),
	}
}

// KeyLine is what keys do, in a line of text.
func KeyLine(all ...key.Binding) string {
	out := make([]string, 0, len(all))
	for _, b := range all {
		out = append(out, b.Help().Key+" "+b.Help().Desc)
	}
	return strings.Join(out, "   ")
}
