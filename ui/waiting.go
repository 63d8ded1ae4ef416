package ui

import (
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/theme"
)

// What waits for the user stands in the header of every screen, with the key that
// leads to it. A gate opens by itself only where the user still looks at the page
// that asked for it, and types nothing.

// waits is what waits for the user to have time for it.
type waits struct {
	*App
	questions []model.Question // behind the overlay, or until the user has typed
	offers    []recreate.Offer // gates that would have opened by themselves, but for the user being at something else
}

// Offer opens a gate, or puts it off where it would take keys that are meant for
// something else.
func (a *App) Offer(o recreate.Offer) tea.Cmd {
	if a.overlay == nil && a.mode() == modeCommand && a.Front() == o.On {
		return kit.Perform(a, o.Open(true))
	}
	a.waits.offers = append(slices.DeleteFunc(a.waits.offers, func(x recreate.Offer) bool { return x.On == o.On && x.What == o.What }), o)
	return kit.Bell()
}

// pendingOffers are the gates that were put off and still stand before something.
func (a *waits) pendingOffers() []recreate.Offer {
	a.offers = slices.DeleteFunc(a.offers, func(o recreate.Offer) bool { return !o.Valid() })
	return a.offers
}

// waitingSpans is the sign in the header; nothing where nothing waits.
func (a *waits) waitingSpans() []kit.Span {
	var what, rest string
	switch all := a.pendingOffers(); {
	case len(a.questions) > 0:
		what = "a sign-in asks"
	case len(all) > 0:
		what = all[0].What
	default:
		n := a.runs.Waiting()
		if n == 0 {
			return nil
		}
		what, rest = strconv.Itoa(n), " runs wait"
		if n == 1 {
			rest = " run waits"
		}
	}
	return []kit.Span{
		{Tone: theme.Accent, Text: "  " + a.theme.Glyphs.Run + " " + what}, {Tone: theme.Accent, Text: rest, Drop: 3},
		{Tone: theme.Dim, Text: "  "}, {Tone: theme.Accent, Text: a.keys.Global.Waiting.Help().Key},
	}
}

// waitingKey is the key to what waits, where something does.
func (a *waits) waitingKey() key.Binding {
	return kit.EnabledIf(a.keys.Global.Waiting, len(a.waitingSpans()) > 0)
}

// toWaiting goes to what waits: the question or the gate that was put off, else the
// list of runs.
func (a *waits) toWaiting() tea.Cmd {
	if len(a.questions) > 0 {
		a.nextQuestion()
		return nil
	}
	if all := a.pendingOffers(); len(all) > 0 {
		o := all[0]
		a.offers = slices.Delete(a.offers, 0, 1)
		return tea.Batch(a.walk(a.to(o.On)), kit.Perform(a, o.Open(false)))
	}
	list := a.runs.ToWaiting()
	if list == nil {
		return nil
	}
	return a.walk(a.to(list))
}
