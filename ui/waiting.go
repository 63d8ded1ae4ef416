package ui

import (
	"slices"
	"strconv"

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
	questions []model.Question // behind the overlay, or until the user has typed
	offers    []recreate.Offer // gates that would have opened by themselves, but for the user being at something else
}

// putOff keeps a gate, in place of one about the same.
func (w *waits) putOff(o recreate.Offer) {
	w.offers = append(slices.DeleteFunc(w.offers, func(x recreate.Offer) bool { return x.On == o.On && x.What == o.What }), o)
}

// pending are the gates that were put off and still stand before something.
func (w *waits) pending() []recreate.Offer {
	w.offers = slices.DeleteFunc(w.offers, func(o recreate.Offer) bool { return !o.Valid() })
	return w.offers
}

// spans are the sign in the header; nothing where nothing waits, and so many runs do not.
func (w *waits) spans(runs int, sign, key string) []kit.Span {
	var what, rest string
	switch all := w.pending(); {
	case len(w.questions) > 0:
		what = "a sign-in asks"
	case len(all) > 0:
		what = all[0].What
	case runs == 1:
		what, rest = "1", " run waits"
	case runs > 1:
		what, rest = strconv.Itoa(runs), " runs wait"
	default:
		return nil
	}
	return []kit.Span{
		{Tone: theme.Accent, Text: "  " + sign + " " + what}, {Tone: theme.Accent, Text: rest, Drop: 3},
		{Tone: theme.Dim, Text: "  "}, {Tone: theme.Accent, Text: key},
	}
}

// refuse fails the sign-ins that ask: nobody will answer any more.
func (w *waits) refuse() {
	for _, q := range w.questions {
		q.Cancel()
	}
	w.questions = nil
}

// Offer opens a gate, or puts it off where it would take keys that are meant for
// something else.
func (a *App) Offer(o recreate.Offer) tea.Cmd {
	if a.overlay == nil && a.mode() == modeCommand && a.Front() == o.On {
		return kit.Perform(a, o.Open(true))
	}
	a.waits.putOff(o)
	return kit.Bell()
}

// ask opens a question, now or when the overlay of the moment is closed. Where the
// user types, a sign in the header leads to it.
func (a *App) ask(q model.Question) {
	a.waits.questions = append(a.waits.questions, q)
	if a.overlay == nil && a.mode() != modeTyping {
		a.nextQuestion()
	}
}

func (a *App) nextQuestion() {
	if all := a.waits.questions; len(all) > 0 {
		a.overlay = newQuestion(all[0], a.keys.Typing, a.cfg.Now)
		a.waits.questions = all[1:]
	}
}

// waiting reports whether something waits for the user.
func (a input) waiting() bool {
	return len(a.waits.questions)+len(a.waits.pending())+a.runs.Waiting() > 0
}

// toWaiting goes to what waits: the question or the gate that was put off, else the
// list of runs.
func (a input) toWaiting() tea.Cmd {
	if len(a.waits.questions) > 0 {
		a.nextQuestion()
		return nil
	}
	if all := a.waits.pending(); len(all) > 0 {
		o := all[0]
		a.waits.offers = slices.Delete(a.waits.offers, 0, 1)
		return tea.Batch(a.walk(a.to(o.On)), kit.Perform(a, o.Open(false)))
	}
	if list := a.runs.ToWaiting(); list != nil {
		return a.walk(a.to(list))
	}
	return nil
}
