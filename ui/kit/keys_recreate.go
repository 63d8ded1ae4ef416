package kit

import "charm.land/bubbles/v2/key"

// RecreateKeys hold in the guided recreate.
type RecreateKeys struct {
	NextStep, PrevStep, Step, NextView, PrevView, Leave key.Binding
	Edit, Direction, Unchanged, Copy, Save, Again       key.Binding
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
		NextStep:  bind("]", "next step", "]"),
		PrevStep:  bind("[", "previous step", "["),
		Step:      bind("1-5", "step", "1", "2", "3", "4", "5"),
		NextView:  bind("tab", "next view", "tab", "l", "right"),
		PrevView:  bind("shift+tab", "previous view", "shift+tab", "h", "left"),
		Leave:     bind("esc", "back", "esc", "q"),
		Edit:      bind("enter", "edit", "enter"),
		Direction: bind("D", "other direction", "D"),
		Unchanged: bind("c", "unchanged fields", "c"),
		Copy:      bind("y", "copy", "y"),
		Save:      bind("w", "save", "w"),
		Again:     bind("r", "ask again", "r"),
		Approve:   bind("a", "approve", "a"),
		Override:  bind("O", "override the owner", "O"),
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
