package ui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
)

// place is a screen that the user is at or was at.
type place struct {
	screen kit.Screen
	turned bool              // to it, from the place below
	back   func() kit.Intent // stands the screen as it was left; nil for one that stays as it is
}

// mostPlaces bounds the way back: what is further away is forgotten.
const mostPlaces = 64

// way is where the user is, and the way back: one step with each esc, on every screen
// alike.
type way struct {
	screens []kit.Screen     // that tab turns to
	places  []place          // the first one came to below, the one shown on top; never empty
	world   *kit.World       // where screens read what esc leads to
	left    func(kit.Screen) // told of a page that no way leads back to
}

func (w *way) top() *place { return &w.places[len(w.places)-1] }

// has reports whether a screen is among the places.
func (w *way) has(s kit.Screen) bool {
	return slices.ContainsFunc(w.places, func(p place) bool { return p.screen == s })
}

// Front is the screen shown.
func (w *way) Front() kit.Screen { return w.top().screen }

// onPage reports whether a page is shown, such as that of a run, and none of the
// screens that tab turns to.
func (w *way) onPage() bool { return !slices.Contains(w.screens, w.Front()) }

// Stacked are the pages that were opened beside the screens that tab turns to, the last
// one in front.
func (w *way) Stacked() []kit.Screen {
	var out []kit.Screen
	for _, p := range w.places {
		if !slices.Contains(w.screens, p.screen) {
			out = append(out, p.screen)
		}
	}
	return out
}

// everyScreen is every screen that there is, shown or not.
func (w *way) everyScreen() []kit.Screen { return slices.Concat(w.screens, w.Stacked()) }

// visit goes to a screen, from which one step leads back to where the user is now.
func (w *way) visit(s kit.Screen, turned bool) {
	if from, ok := w.Front().(kit.Placed); ok {
		w.top().back = from.Stand()
	}
	w.places = append(w.places, place{screen: s, turned: turned})
	if len(w.places) > mostPlaces {
		old := w.places[0].screen
		w.places = slices.Delete(w.places, 0, 1)
		w.closed(old)
	}
	w.tellBack()
}

// closed tells of a page that no way leads back to.
func (w *way) closed(s kit.Screen) {
	if !slices.Contains(w.screens, s) && !w.has(s) {
		w.left(s)
	}
}

// stepBack goes back to the place below, as it was left.
func (w *way) stepBack() kit.Intent {
	n := len(w.places)
	if n == 1 {
		return nil
	}
	left := w.Front()
	w.places = w.places[:n-1]
	w.closed(left)
	w.tellBack()
	if back := w.top().back; back != nil {
		return kit.Sequence{back(), w.Front().Sync()}
	}
	return w.Front().Sync()
}

// backTo goes back until a screen is shown that is among the places.
func (w *way) backTo(s kit.Screen) kit.Intent {
	var do kit.Sequence
	for len(w.places) > 1 && w.Front() != s {
		do = append(do, w.stepBack())
	}
	return do
}

// to shows a screen: one that tab turns to, or a page, to which it goes back. A page that
// was closed stays closed.
func (w *way) to(s kit.Screen) kit.Intent {
	switch {
	case w.Front() == s:
	case slices.Contains(w.screens, s):
		w.visit(s, false)
		return s.Sync()
	case w.has(s):
		return w.backTo(s)
	}
	return nil
}

// beside is the screen so many turns on.
func (w *way) beside(by int) kit.Screen {
	n := len(w.screens)
	return w.screens[(slices.Index(w.screens, w.Front())+by+n)%n]
}

// turn goes on by so many screens. Whoever turns all the way round is where the turning
// began.
func (w *way) turn(by int) kit.Intent {
	s := w.beside(by)
	for i := len(w.places) - 1; i > 0 && w.places[i].turned; i-- {
		if w.places[i-1].screen == s {
			return w.backTo(s)
		}
	}
	w.visit(s, true)
	return s.Sync()
}

// tellBack lets the screens say where esc leads to.
func (w *way) tellBack() {
	w.world.Back = ""
	if n := len(w.places); n > 1 {
		w.world.Back = hinted(w.places[n-2].screen)
	}
}

// Close takes a page out of the places, wherever it is.
func (w *way) Close(s kit.Screen) {
	if w.Front() == s {
		return
	}
	w.places = slices.DeleteFunc(w.places, func(p place) bool { return p.screen == s })
	w.closed(s)
	w.tellBack()
}

// hinted is a screen as a hint words it; an abbreviation keeps its capitals.
func hinted(s kit.Screen) string {
	title := s.Title()
	if unicode.IsUpper(rune(title[1])) {
		return title
	}
	return strings.ToLower(title)
}

// Pop goes back one step.
func (a *App) Pop() tea.Cmd { return a.walk(a.stepBack()) }

// Push opens a page; one that is open already is come back to.
func (a *App) Push(s kit.Screen) tea.Cmd {
	if a.has(s) {
		return a.walk(a.backTo(s))
	}
	s.Resize(a.width, a.bodyHeight())
	a.visit(s, false)
	return a.walk(s.Sync())
}

// walk does what a step along the way leads to.
func (a *App) walk(do kit.Intent) tea.Cmd { return tea.Batch(kit.Perform(a, do), a.Work()) }
