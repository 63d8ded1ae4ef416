package ui

import (
	"fmt"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// helpOf is help of three groups of two commands each, a disabled command and one without a
// key among them, drawn at a size. ran is the command that was done.
func helpOf(width, height int) (h *helpView, ran *string) {
	ran = new(string)
	var all []kit.Command
	for i := range 6 {
		name := fmt.Sprintf("do %d", i)
		all = append(all, kit.Command{
			Group: fmt.Sprintf("Group %d", i%3), Name: name, Key: key.NewBinding(key.WithKeys("x"), key.WithHelp(fmt.Sprint(i), name)),
			Run: func() kit.Intent { *ran = name; return nil },
		})
	}
	off := key.NewBinding(key.WithKeys("y"), key.WithHelp("y", "off"), key.WithDisabled())
	all = append(all, kit.Command{Group: "Group 0", Name: "off", Key: off}, kit.Command{Group: "Group 0", Name: "without a key"})
	h = newHelp(kit.DefaultKeyMap(), all, helpGroup{title: "Below", prose: strings.Repeat("word ", 200)})
	h.Lines(theme.New(theme.Options{}), width, height)
	return h, ran
}

// TestHelpIsMovedInByKeys presses keys one after the other, from the top, in a window of
// five lines over the nine of the commands and what is below.
func TestHelpIsMovedInByKeys(t *testing.T) {
	h, _ := helpOf(60, 5)
	lowest := len(h.lines) - 5
	for _, c := range []struct {
		key     string
		at, top int
	}{
		{"k", 0, 0}, {"j", 1, 0}, {"j", 2, 1}, {"j", 3, 2}, {"j", 4, 5}, {"j", 5, 6}, {"j", 5, 7}, {"j", 5, 8}, {"k", 4, 8}, {"k", 3, 6}, {"k", 2, 5},
		{"pgdown", 2, 15}, {"k", 2, 14}, {"pgup", 2, 4}, {"pgup", 2, 0}, {"ctrl+d", 2, 10}, {"ctrl+u", 2, 0}, {"space", 2, 10}, {"G", 2, lowest}, {"space", 2, lowest}, {"g", 2, 0},
	} {
		do, closed := h.Take(pressOf(t, c.key))
		if h.at != c.at || h.top != c.top || do != nil || closed {
			t.Fatalf("after %s the cursor is at %d and the top %d, want %d and %d (%v)", c.key, h.at, h.top, c.at, c.top, closed)
		}
	}
	for by, want := range map[int]int{3: 3, -3: 0, 1000: lowest} {
		h.top = 0
		h.Wheel(by)
		if h.top != want {
			t.Errorf("the wheel scrolls by %d to %d, want %d", by, h.top, want)
		}
	}
	for _, k := range []string{"esc", "q", "?"} {
		if do, closed := h.Take(pressOf(t, k)); do != nil || !closed {
			t.Errorf("%s does not close it", k)
		}
	}
	if _, closed := h.Take(tea.PasteMsg{Content: "q"}); closed || h.Typing() {
		t.Error("a paste is taken for a key")
	}
}

func pressOf(t *testing.T, name string) tea.KeyPressMsg {
	t.Helper()
	if k, ok := namedKey(name); ok {
		return k
	}
	return tea.KeyPressMsg{Code: rune(name[0]), Text: name}
}

// TestHelpInLinesAndColumns draws it, and clicks on each line: what was clicked is under the
// cursor, and what was under it is done.
func TestHelpInLinesAndColumns(t *testing.T) {
	narrow := []string{"Group 0", "0 do 0", "3 do 3", "", "Group 1", "1 do 1", "4 do 4", "", "Group 2", "2 do 2", "5 do 5", "", "Below"}
	wide := []string{"Group 0 | Group 2", "0 do 0 | 2 do 2", "3 do 3 | 5 do 5", "|", "Group 1 |", "1 do 1 |", "4 do 4 |", "|", "Below |"}
	for _, c := range []struct {
		width, height int
		want          []string
	}{{60, 13, narrow}, {99, 13, narrow}, {100, 9, wide}, {60, 2, narrow[:2]}} {
		h, _ := helpOf(c.width, c.height)
		lines, x, y := h.Lines(theme.New(theme.Options{}), c.width, c.height)
		var got []string
		for _, l := range lines {
			l = ansi.Strip(l)
			if c.width >= 100 {
				l = ansi.Cut(l, 0, 50) + " | " + ansi.Cut(l, 50, 100)
			}
			got = append(got, strings.Join(strings.Fields(strings.ReplaceAll(l, "▌", "")), " "))
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") || x != -1 || y != -1 {
			t.Errorf("%d columns:\n%s\nwant\n%s", c.width, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	for _, c := range []struct {
		width, x, y int
		at          int // -1: nothing is there
	}{
		{60, 0, 0, -1}, {60, 0, 2, 1}, {60, 59, 5, 2}, {60, 0, 12, -1}, {60, 0, 999, -1}, {100, 49, 2, 1}, {100, 50, 2, 5}, {100, 50, 1, 4}, {100, 50, 5, -1}, {100, 0, 6, 3},
	} {
		h, ran := helpOf(c.width, 30)
		if do, closed := h.Click(c.x, c.y); do != nil || closed || h.at != max(0, c.at) || *ran != "" {
			t.Errorf("a click at %d, %d of %d columns goes to %d, want %d", c.x, c.y, c.width, h.at, c.at)
		}
		_, closed := h.Click(c.x, c.y)
		if want := map[bool]string{true: "", false: fmt.Sprintf("do %d", []int{0, 3, 1, 4, 2, 5}[max(0, c.at)])}[c.at < 0]; closed != (c.at >= 0) || *ran != want {
			t.Errorf("another click there does %q, want %q", *ran, want)
		}
	}
	h, ran := helpOf(60, 30)
	for _, c := range []struct {
		y, at int
		ran   string
	}{{2, 1, ""}, {1, 0, ""}, {1, 0, "do 0"}} { // to another one and back to the first
		if _, closed := h.Click(0, c.y); h.at != c.at || *ran != c.ran || closed != (c.ran != "") {
			t.Errorf("a click on line %d goes to %d and does %q", c.y, h.at, *ran)
		}
	}
	h, ran = helpOf(60, 13)
	if _, closed := h.Take(pressOf(t, "enter")); !closed || *ran != "do 0" {
		t.Errorf("enter does %q", *ran)
	}
	empty := newHelp(kit.DefaultKeyMap(), nil)
	if do, closed := empty.Take(pressOf(t, "enter")); do != nil || !closed {
		t.Error("help of nothing is not closed")
	}
}

// TestAGroupOfHelp sets its rows beside each other, wrapped, and cuts what is too long.
func TestAGroupOfHelp(t *testing.T) {
	g := helpGroup{title: "A long title", rows: [][2]string{{"a", "one two three four"}, {"ctrl+shift+a", "b"}}, prose: "word word word word word word", first: 3, keys: true}
	for _, c := range []struct {
		width, at int
		keys      bool
		want      string
	}{
		{30, 4, true, " A long title|   word word word word word|   word|   a           one two three|               four| > ctrl+shif~  b"},
		{30, 3, true, " A long title|   word word word word word|   word| > a           one two three| >             four|   ctrl+shif~  b"},
		{30, 3, false, " A long title|   word word word word word|   word|   a           one two three|               four|   ctrl+shif~  b"},
		{12, -1, true, " A long tit~|   word|   word|   word|   word|   word|   word|   a         o"},
	} {
		g.keys = c.keys
		var got []string
		for _, l := range g.lines(theme.New(theme.Options{ASCII: true}), c.width, c.at) {
			got = append(got, strings.TrimRight(ansi.Strip(l.text), " "))
		}
		if all := strings.Join(got, "|"); all != c.want && (c.width > 12 || !strings.HasPrefix(all, c.want)) {
			t.Errorf("%d columns, at %d:\n%s\nwant\n%s", c.width, c.at, all, c.want)
		}
	}
}
