package ui

import (
	"slices"
	"strings"
	"testing"

	"nbscope/ui/kit"
)

// titled is a screen of which nothing but its title is asked.
type titled struct {
	kit.Screen

	title  string
	synced *int
}

func (n titled) Title() string    { return n.title }
func (n titled) Sync() kit.Intent { *n.synced++; return nil }

// TestTheWayBackByItself goes along screens a, b and c, and pages p and q beside them.
func TestTheWayBackByItself(t *testing.T) {
	synced := new(int)
	all := map[string]kit.Screen{}
	for _, title := range []string{"Aa", "BB", "Cc", "Pp", "Qq"} {
		all[title[:1]] = titled{title: title, synced: synced}
	}
	for name, c := range map[string]struct {
		steps  string // a letter goes to a screen or opens a page; < goes back, - closes the page named behind it, > and ~ turn
		places string
		left   string
		back   string // what esc leads to
	}{
		"nowhere":                     {"", "A", "", ""},
		"back from where it began":    {"<", "A", "", ""},
		"to where one is":             {"A", "A", "", ""},
		"to screens":                  {"BC", "ABC", "", "BB"},
		"to a screen again":           {"BA", "ABA", "", "BB"},
		"back":                        {"BC<", "AB", "", "aa"},
		"pages are left":              {"PQ<<", "A", "QP", ""},
		"a page is come back to":      {"PBQP", "AP", "Q", "aa"},
		"a page is closed from below": {"PB-P", "AB", "P", "aa"},
		"not the one in front":        {"P-P", "AP", "", "aa"},
		"a page that was closed":      {"PB-Ptp", "AB", "P", "aa"},
		"a page that is there":        {"PBtp", "AP", "", "aa"},
		"turned":                      {">>", "ABC", "", "BB"},
		"turned back":                 {">>~", "AB", "", "aa"},
		"turned all the way round":    {">>>", "A", "", ""},
		"turned the other way":        {"~", "AC", "", "aa"},
		"turned on after a step":      {"B>", "ABC", "", "BB"},
		"turned round after a step":   {"B>>", "ABCA", "", "cc"},
		"turned from a page":          {"P>", "APA", "", "pp"},
	} {
		var left string
		world := &kit.World{}
		w := &way{screens: []kit.Screen{all["A"], all["B"], all["C"]}, world: world, left: func(s kit.Screen) { left += s.Title()[:1] }}
		w.places = []place{{screen: all["A"]}}
		for i := 0; i < len(c.steps); i++ {
			switch k := c.steps[i : i+1]; k {
			case "<":
				w.stepBack()
			case ">":
				w.turn(1)
			case "~":
				w.turn(-1)
			case "-":
				i++
				w.Close(all[c.steps[i:i+1]])
			case "t":
				i++
				w.to(all[strings.ToUpper(c.steps[i:i+1])])
			case "P", "Q":
				if w.has(all[k]) {
					w.backTo(all[k])
				} else {
					w.visit(all[k], false)
				}
			default:
				w.to(all[k])
			}
		}
		var places string
		for _, p := range w.places {
			places += p.screen.Title()[:1]
		}
		if places != c.places || left != c.left || world.Back != c.back {
			t.Errorf("%s: the places are %s, left %q, and esc leads to %q; want %s, %q and %q", name, places, left, world.Back, c.places, c.left, c.back)
		}
		if page := strings.ContainsAny(places[len(places)-1:], "PQ"); w.onPage() != page || len(w.Stacked()) != strings.Count(places, "P")+strings.Count(places, "Q") || len(w.everyScreen()) != 3+len(w.Stacked()) {
			t.Errorf("%s: on a page %v, stacked %d", name, w.onPage(), len(w.Stacked()))
		}
	}
}

// TestTheWayBackIsBounded forgets what is furthest away, and says so of a page.
func TestTheWayBackIsBounded(t *testing.T) {
	synced := new(int)
	var left []string
	w := &way{world: &kit.World{}, left: func(s kit.Screen) { left = append(left, s.Title()) }}
	a := titled{title: "Aa", synced: synced}
	w.screens, w.places = []kit.Screen{a}, []place{{screen: titled{title: "First", synced: synced}}}
	for range mostPlaces - 1 {
		w.visit(a, false)
	}
	if len(w.places) != mostPlaces || left != nil {
		t.Fatalf("%d places, and %q are left", len(w.places), left)
	}
	w.visit(a, false)
	if len(w.places) != mostPlaces || !slices.Equal(left, []string{"First"}) {
		t.Errorf("%d places, and %q are left", len(w.places), left)
	}
}
