package recreate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// offered is a chooser of these values, and what was chosen.
func offered(most int, values ...string) (c *chooser, took *[][]string) {
	keys, took := kit.DefaultKeyMap(), new([][]string)
	c = newChooser(chooser{gate: keys.Gate, most: most, now: uitest.Noon, frame: func() int { return 0 }, do: func(all []string) kit.Intent {
		*took = append(*took, all)
		return nil
	}}, "Type", keys.Typing)
	choices := make([]recreate.Choice, 0, len(values))
	for _, v := range values {
		choices = append(choices, recreate.Choice{Value: v, Note: "note of " + v})
	}
	c.took(0, choices, nil)
	return c, took
}

func press(k key.Binding) tea.KeyPressMsg {
	name := k.Keys()[0]
	for word, code := range map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "down": tea.KeyDown, "up": tea.KeyUp, "tab": tea.KeyTab} {
		if name == word {
			return tea.KeyPressMsg{Code: code}
		}
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: rune(name[0]), Text: name}
}

func TestOneOfAListIsChosen(t *testing.T) {
	c, took := offered(1, "a", "b", "c")
	keys := kit.DefaultKeyMap()
	c.Take(press(keys.Typing.Next))
	c.Take(press(keys.Gate.Mark)) // a blank, which is text here
	if c.Value() != " " || len(c.chosen) > 0 {
		t.Errorf("a list of one choice is marked: %q, %q", c.Value(), c.chosen)
	}
	c.Take(press(keys.Gate.All))
	if len(c.chosen) > 0 {
		t.Errorf("all of a list of one choice are marked: %q", c.chosen)
	}
	c.Set("")
	c.Search()
	c.Take(press(keys.Typing.Next))
	if _, closed := c.Take(press(keys.Typing.Accept)); !closed || fmt.Sprint(*took) != "[[b]]" {
		t.Errorf("closed %v, took %q", closed, *took)
	}
	c.Take(tea.PasteMsg{Content: "zz"})
	if _, closed := c.Take(press(keys.Typing.Accept)); closed || len(*took) != 1 {
		t.Errorf("what is not found is chosen: closed %v, took %q", closed, *took)
	}
	if _, closed := c.Take(press(keys.Typing.Cancel)); !closed || len(*took) != 1 {
		t.Errorf("esc: closed %v, took %q", closed, *took)
	}
	if _, closed := c.Take(press(keys.Gate.Type)); closed {
		t.Error("it is typed where nothing can be")
	}
	c.typed = func() kit.Intent { return kit.Say{} }
	if do, closed := c.Take(press(keys.Gate.Type)); !closed || do == nil {
		t.Errorf("it is not typed: closed %v, %v", closed, do)
	}
}

func TestSeveralOfAListAreChosenUpToTheMost(t *testing.T) {
	c, took := offered(2, "", "a", "b", "c") // of several, none is no choice
	keys := kit.DefaultKeyMap()
	marks := func(want ...string) {
		t.Helper()
		if !slices.Equal(c.chosen, want) {
			t.Errorf("chosen are %q, want %q", c.chosen, want)
		}
	}
	c.Take(press(keys.Gate.Mark))
	c.Take(press(keys.Typing.Next))
	c.Take(press(keys.Gate.Mark))
	marks("a", "b")
	c.Take(press(keys.Typing.Next))
	c.Take(press(keys.Gate.Mark))
	marks("a", "b") // there is no room for a third
	c.Take(press(keys.Typing.Prev))
	c.Take(press(keys.Gate.Mark))
	marks("a")
	c.Take(press(keys.Gate.All))
	marks("a", "b")
	c.chosen = nil
	c.Take(tea.PasteMsg{Content: "c"})
	c.Take(press(keys.Gate.All))
	marks("c")
	c.Take(tea.PasteMsg{Content: "zz"})
	c.Take(press(keys.Gate.Mark)) // nothing is found
	marks("c")
	if _, closed := c.Take(press(keys.Typing.Accept)); !closed || fmt.Sprint(*took) != "[[c]]" {
		t.Errorf("closed %v, took %q", closed, *took)
	}
}

func TestAClickChoosesWhereTheCursorIs(t *testing.T) {
	c, took := offered(1, "a", "b")
	c.Lines(plain(), 60, 20)
	if _, closed := c.Click(0, 3); closed || c.At != 1 {
		t.Errorf("the first click: closed %v, at %d", closed, c.At)
	}
	if _, closed := c.Click(0, 3); !closed || fmt.Sprint(*took) != "[[b]]" {
		t.Errorf("the second click: closed %v, took %q", closed, *took)
	}
	c, _ = offered(2, "a", "b")
	c.Lines(plain(), 60, 20)
	if _, closed := c.Click(0, 2); closed || fmt.Sprint(c.chosen) != "[a]" {
		t.Errorf("of several: closed %v, chosen %q", closed, c.chosen)
	}
	c.loaded = false
	c.Click(0, 2)
	if fmt.Sprint(c.chosen) != "[a]" {
		t.Errorf("what is not there yet is clicked: %q", c.chosen)
	}
}

// TestAChooserIsDrawnAsItStands draws it while it asks, with a problem, with nothing, and
// with its choices; and says which keys hold.
func TestAChooserIsDrawnAsItStands(t *testing.T) {
	many := make([]string, 20)
	for i := range many {
		many[i] = fmt.Sprintf("v%02d", i)
	}
	hints := func(all []key.Binding) string {
		out := make([]string, 0, len(all))
		for _, b := range all {
			if b.Enabled() {
				out = append(out, b.Help().Key+" "+b.Help().Desc)
			}
		}
		return strings.Join(out, ", ")
	}
	typed := func() kit.Intent { return nil }
	for name, c := range map[string]struct {
		most   int
		values []string
		change func(*chooser)
		height int
		want   []string
		hints  string
	}{
		"asking":                   {1, nil, func(c *chooser) { c.loaded, c.typed, c.since = false, typed, uitest.Noon().Add(-3*time.Second) }, 6, []string{" Type >", "   ◐ asking AWS for 3s", "", ""}, "ctrl+t type it, esc cancel"},
		"a problem":                {1, nil, func(c *chooser) { c.took(0, nil, &model.Problem{Message: "denied", Hint: "sign in"}) }, 6, []string{" Type >", "   ✗ denied", "     sign in", ""}, "r ask again, ctrl+t type it, esc cancel"},
		"a problem without a hint": {1, nil, func(c *chooser) { c.took(0, nil, &model.Problem{Message: "denied"}) }, 6, []string{" Type >", "   ✗ denied", "", ""}, "r ask again, ctrl+t type it, esc cancel"},
		"none":                     {1, nil, nil, 6, []string{" Type >", "   AWS has none to choose from", "", ""}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"none is found":            {1, []string{"a"}, func(c *chooser) { c.Set("zz"); c.Search() }, 6, []string{" Type > zz", "   nothing by that name", "", ""}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"one":                      {1, []string{"a"}, nil, 7, []string{" Type >", " ▌ a  note of a", "", "", ""}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"one, to be typed":         {1, []string{"a"}, func(c *chooser) { c.typed = typed }, 6, []string{" Type >", " ▌ a  note of a", "", ""}, "enter choose, ↓ next, ↑ previous, esc cancel, ctrl+t type it"},
		"several":                  {2, []string{"a", "b"}, func(c *chooser) { c.chosen = []string{"b"} }, 6, []string{" Type >                                      1 of 2 at most", " ▌ [ ] a  note of a", "   [*] b  note of b", ""}, "space choose, ctrl+a choose all found, enter take these, esc cancel"},
		"several, to be typed":     {2, []string{"a"}, func(c *chooser) { c.typed = typed }, 5, []string{" Type >                                      0 of 2 at most", " ▌ [ ] a  note of a", ""}, "space choose, enter take these, ↓ next, esc cancel, ctrl+t type it"},
		"a bad one": {1, nil, func(c *chooser) {
			c.took(0, []recreate.Choice{{Value: "a", Label: "A", Note: "n", Bad: "too old"}}, nil)
		}, 4, []string{" Type >", " ▌ A  ✗ too old"}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"many, below": {1, many, func(c *chooser) { c.At = 19 }, 6, []string{" Type >", "   v17  note of v17", "   v18  note of v18", " ▌ v19  note of v19"}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"no height":   {1, many, nil, 2, []string{" Type >", " ▌ v00  note of v00"}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"words that just fit": {1, nil, func(c *chooser) {
			c.took(0, []recreate.Choice{{Value: strings.Repeat("a", 50), Note: "notes"}, {Value: strings.Repeat("a", 51), Note: "notes"}}, nil)
		}, 5, []string{" Type >", " ▌ " + strings.Repeat("a", 50) + "  notes", "   " + strings.Repeat("a", 49) + "…  notes"}, "enter choose, ↓ next, ↑ previous, esc cancel"},
		"long words": {1, nil, func(c *chooser) {
			c.took(0, []recreate.Choice{{Value: strings.Repeat("a", 50), Note: strings.Repeat("n", 50)}}, nil)
		}, 4, []string{" Type >", " ▌ " + strings.Repeat("a", 26) + "…  " + strings.Repeat("n", 27) + "…"}, "enter choose, ↓ next, ↑ previous, esc cancel"},
	} {
		ch, _ := offered(c.most, c.values...)
		if c.change != nil {
			c.change(ch)
		}
		lines, x, y := ch.Lines(plain(), 60, c.height)
		got := strings.Split(strings.TrimSuffix(kit.PlainLines(lines[1:len(lines)-1]), "\n"), "\n")
		if d := uitest.Differ(got, c.want); d != "" || x != len(" Type > ")+len(ch.Value()) || y != 1 {
			t.Errorf("%s: cursor at %d, %d: %s", name, x, y, d)
		}
		if got := hints(ch.Hints()); got != c.hints {
			t.Errorf("%s: the hints are %q, want %q", name, got, c.hints)
		}
		if ch.Moving() != (name == "asking") {
			t.Errorf("%s: moving is %v", name, ch.Moving())
		}
	}
	ch, _ := offered(1, many...)
	if lines, _, _ := ch.Lines(plain(), 60, 40); len(lines) != kit.PickerRows+3 {
		t.Errorf("many take %d lines", len(lines))
	}
}

// TestChoicesThatCannotBeAskedForAreAskedForAgain has AWS fail, then answer late.
func TestChoicesThatCannotBeAskedForAreAskedForAgain(t *testing.T) {
	c, _ := offered(1)
	var asked []int
	c.ask = func(id int) kit.Intent { asked = append(asked, id); return nil }
	c.chosen, c.none = []string{"b"}, true
	keys := kit.DefaultKeyMap()
	c.took(0, nil, kit.ProblemOf(errors.New("no")))
	c.Take(press(keys.Typing.Next))
	c.Take(press(keys.Gate.Again))
	if !slices.Equal(asked, []int{1}) || c.problem != nil {
		t.Errorf("asked %v, problem %v", asked, c.problem)
	}
	c.took(0, []recreate.Choice{{Value: "late"}}, nil)
	if c.loaded = c.loaded && len(c.choices) > 0; c.loaded {
		t.Error("a late answer counts")
	}
	if _, closed := c.Take(press(keys.Typing.Accept)); closed {
		t.Error("something is chosen before it is there")
	}
	c.took(1, []recreate.Choice{{Value: "a"}, {Value: "b"}}, nil)
	if f, ok := c.current(); !ok || f.Value != "b" || len(c.choices) != 3 || c.choices[0].Label != "none" {
		t.Errorf("the cursor is at %+v of %+v", f, c.choices)
	}
	c.took(1, []recreate.Choice{{Value: "", Label: "default"}, {Value: "b"}}, nil)
	if len(c.choices) != 2 {
		t.Errorf("what may be left empty has it twice: %+v", c.choices)
	}
	c.chosen = []string{"gone"}
	c.took(1, []recreate.Choice{{Value: "a"}, {Value: "b"}}, nil)
	if c.At != 0 {
		t.Errorf("what is not there is at %d", c.At)
	}
}
