package kit

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// types types letters, and keys by their code.
func types(b *FilterBar, all ...any) (changed bool) {
	for _, one := range all {
		switch x := one.(type) {
		case string:
			for _, r := range x {
				changed = b.Typed(tea.KeyPressMsg{Code: r, Text: string(r)}, DefaultKeyMap().Typing)
			}
		case rune:
			changed = b.Typed(tea.KeyPressMsg{Code: x}, DefaultKeyMap().Typing)
		}
	}
	return changed
}

func TestAFilterIsKeptOnceWhereItMeansSomething(t *testing.T) {
	t.Parallel()
	b := NewFilterBar("")
	keep := func(text string) {
		b.Start()
		b.Set("")
		types(&b, text, tea.KeyEnter)
	}
	for _, text := range []string{"a", "b", " a ", " ", strings.Repeat("x", longestEntry+1)} {
		keep(text)
	}
	if b.Open || !slices.Equal(b.History, []string{"b", "a"}) || !slices.Equal(b.Newer, []string{"a", "b", "a"}) {
		t.Errorf("open %v, kept %q, newer %q", b.Open, b.History, b.Newer)
	}
	keep(strings.Repeat("x", longestEntry))
	if len(b.History) != 3 {
		t.Errorf("kept %q", b.History)
	}
	b.Fault = func() string { return "no field" }
	keep("bad")
	b.Fault = func() string { return "" }
	keep("good")
	if len(b.History) != 4 || b.History[3] != "good" {
		t.Errorf("kept %q", b.History)
	}
	many := make([]string, mostHistory+2)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	if got := JoinHistory(many[:1], many[1:]); len(got) != mostHistory || got[0] != "2" {
		t.Errorf("%d are kept from %q", len(got), got[0])
	}
}

func TestOlderFiltersComeBackOneByOne(t *testing.T) {
	t.Parallel()
	b := NewFilterBar("")
	b.History = []string{"a", "b", "c"}
	b.Start()
	types(&b, "new")
	for i, step := range []struct {
		key     rune
		text    string
		changed bool
	}{
		{tea.KeyDown, "new", false}, {tea.KeyUp, "c", true}, {tea.KeyUp, "b", true}, {tea.KeyUp, "a", true}, {tea.KeyUp, "a", false}, {tea.KeyDown, "b", true}, {tea.KeyDown, "c", true}, {tea.KeyDown, "new", true}, {tea.KeyDown, "new", false},
	} {
		if changed := types(&b, step.key); changed != step.changed || b.Text != step.text || b.Value() != step.text {
			t.Errorf("step %d: %q, changed %v; want %q, %v", i, b.Text, changed, step.text, step.changed)
		}
	}
	b.History = []string{"a", "new"}
	b.Start()
	types(&b, tea.KeyUp)
	if b.Text != "a" { // what stands there already is passed by
		t.Errorf("before it is %q", b.Text)
	}
	if !types(&b, tea.KeyEscape) || b.Open || b.Text != "" || types(&b, tea.KeyEscape) {
		t.Errorf("esc leaves %q, open %v", b.Text, b.Open)
	}
	b.Start()
	if types(&b, tea.KeyLeft) || types(&b, "") {
		t.Error("a key that changes nothing does")
	}
}

func TestAWordIsPutInThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start, end int
		text       string
		at         int
		ok         bool
	}{
		{0, 3, "X de", 1, true}, {4, 6, "abc X", 5, true}, {3, 3, "abcX de", 4, true}, {6, 6, "abc deX", 7, true}, {-1, 2, "abc de", 6, false}, {0, 7, "abc de", 6, false}, {3, 2, "abc de", 6, false},
	} {
		b := NewFilterBar("abc de")
		if ok := b.Replace(c.start, c.end, "X"); ok != c.ok || b.Value() != c.text || b.Text != c.text || b.At() != c.at {
			t.Errorf("%d to %d: %v, %q at %d; want %+v", c.start, c.end, ok, b.Value(), b.At(), c)
		}
	}
	b := NewFilterBar("abc")
	if b.Replace(0, 3, "abc") {
		t.Error("the same is a change")
	}
	if !b.Complete("name:") || b.Value() != "name:" {
		t.Errorf("completed it is %q", b.Value())
	}
}

func TestAFieldShowsWhereTheCursorIs(t *testing.T) {
	t.Parallel()
	f := NewField()
	f.Set("abcdef")
	for _, c := range []struct {
		back, width int
		text        string
		at          int
	}{{0, 7, "abcdef", 6}, {0, 6, "bcdef", 5}, {0, 1, "", 0}, {0, 0, "", 0}, {2, 4, "bcdef", 3}, {6, 3, "abcdef", 0}} {
		f.input.CursorEnd()
		for range c.back {
			f.Update(tea.KeyPressMsg{Code: tea.KeyLeft})
		}
		if text, at := f.Window(c.width); text != c.text || at != c.at {
			t.Errorf("%d back in %d: %q at %d, want %q at %d", c.back, c.width, text, at, c.text, c.at)
		}
	}
	f.Set("")
	if !f.Update(tea.PasteMsg{Content: " a\n\x1bb\t c "}) || f.Value() != "a ␛b c" {
		t.Errorf("pasted it is %q", f.Value())
	}
	f.Set("äö")
	if f.At() != 4 {
		t.Errorf("the cursor is at byte %d", f.At())
	}
	b := NewFilterBar("abc")
	head := []Span{{Text: "Title"}}
	for _, c := range []struct {
		open bool
		text string
		want string
		at   int
	}{{false, "", "Title", -1}, {false, "abc", "Title  / abc", -1}, {true, "abc", "Title  / abc", 12}, {true, "", "Title  / ", 9}} {
		b.Open = c.open
		b.Apply(c.text)
		spans, at := b.Title(slices.Clone(head), 80)
		var got strings.Builder
		for _, s := range spans {
			got.WriteString(s.Text)
		}
		if got.String() != c.want || at != c.at {
			t.Errorf("open %v, %q: %q at %d, want %q at %d", c.open, c.text, got.String(), at, c.want, c.at)
		}
	}
	b.Open = true
	b.Apply("abcdef")
	if spans, at := b.Title(slices.Clone(head), 14); spans[2].Text != "def" || at != 12 {
		t.Errorf("in 14 cells it is %q, at %d", spans[2].Text, at)
	}
}
