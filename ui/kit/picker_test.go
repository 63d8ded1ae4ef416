package kit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/theme"
)

// picks is a picker of these, and what was chosen.
func picks(long []string, names ...string) (*Picker, *[]string) {
	took := new([]string)
	choice := func(name string) Choice {
		return Choice{Name: name, Note: "note of " + name, Run: func() Intent { *took = append(*took, name); return nil }}
	}
	items := make([]Choice, 0, len(names))
	for _, n := range names {
		items = append(items, choice(n))
	}
	if long == nil {
		return NewPicker("Go to", DefaultKeyMap().Typing, items), took
	}
	return NewLongPicker("Go to", DefaultKeyMap().Typing, items, Long{Names: long, Choice: func(i int) Choice { return choice(long[i]) }}), took
}

func search(p *Picker, text string) string {
	p.Set("")
	p.Search()
	p.Take(tea.PasteMsg{Content: text})
	var out []string
	for i := range p.Found {
		out = append(out, p.choice(i).Name)
	}
	return strings.Join(out, " ")
}

func TestAPickerFindsTheBestFirst(t *testing.T) {
	t.Parallel()
	p, _ := picks(nil, "quit", "quilt", "export")
	p.Items[2].Also = []string{"Save", "qui"}
	for text, want := range map[string]string{"": "quit quilt export", "qui": "export quit quilt", "quilt": "quilt", "QUIT": "quit quilt", "save": "export", "zz": "", "note": ""} {
		if got := search(p, text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	search(p, "save")
	if p.Total != 1 {
		t.Errorf("%d are found", p.Total)
	}
	p.Notes = true
	for text, want := range map[string]string{"Note of quilt": "quilt", "note": "quit quilt export", "": "quit quilt export", "quit": "quit quilt"} {
		if got := search(p, text); got != want {
			t.Errorf("with notes, %q finds %q, want %q", text, got, want)
		}
		if p.Total != len(p.Found) {
			t.Errorf("with notes, %q finds %d, and says %d", text, len(p.Found), p.Total)
		}
	}
	long := make([]string, mostFound+10)
	for i := range long {
		long[i] = fmt.Sprintf("notebook-%03d", i)
	}
	p, took := picks(long, "quit")
	if len(p.Found) != mostFound || p.Total != len(long)+1 {
		t.Errorf("%d of %d are kept", len(p.Found), p.Total)
	}
	if got := search(p, "notebook-509"); got != "notebook-509" {
		t.Errorf("of the long list is found %q", got)
	}
	if _, closed := p.Take(tea.KeyPressMsg{Code: tea.KeyEnter}); !closed || fmt.Sprint(*took) != "[notebook-509]" {
		t.Errorf("closed %v, took %q", closed, *took)
	}
}

func TestAPickerIsWalkedWheeledAndClicked(t *testing.T) {
	t.Parallel()
	names := make([]string, 20)
	for i := range names {
		names[i] = fmt.Sprintf("v%02d", i)
	}
	p, took := picks(nil, names...)
	at := func(want int) {
		t.Helper()
		if p.At != want {
			t.Errorf("at %d, want %d", p.At, want)
		}
	}
	key := func(c rune) (closed bool) { _, closed = p.Take(tea.KeyPressMsg{Code: c}); return closed }
	key(tea.KeyUp)
	at(0)
	key(tea.KeyDown)
	at(1)
	p.Wheel(99)
	at(19)
	lines, x, y := p.Lines(plainTheme(), 40, 8)
	if len(lines) != 8 || p.Top != 15 || p.Rows != 5 || x != len("Go to  > ") || y != 1 {
		t.Errorf("%d lines from %d, %d rows, the cursor at %d, %d", len(lines), p.Top, p.Rows, x, y)
	}
	for y, want := range map[int]int{1: 19, 2: 15, 6: 19, 7: 19} {
		p.At = 19
		if _, closed := p.Click(0, y); p.At != want || closed != (y == 6) {
			t.Errorf("a click on line %d: at %d, closed %v", y, p.At, closed)
		}
	}
	if fmt.Sprint(*took) != "[v19]" {
		t.Errorf("took %q", *took)
	}
	p.Lines(plainTheme(), 40, 8)
	p.Wheel(-99)
	p.Lines(plainTheme(), 40, 8)
	at(0)
	if p.Top != 0 {
		t.Errorf("from %d", p.Top)
	}
	if lines, _, _ := p.Lines(plainTheme(), 40, 99); len(lines) != PickerRows+3 {
		t.Errorf("%d lines", len(lines))
	}
	if lines, _, _ := p.Lines(plainTheme(), 40, 1); len(lines) != 4 {
		t.Errorf("%d lines where there is no room", len(lines))
	}
	p.Wheel(3)
	if key(tea.KeyTab) || p.Value() != "v03" || len(p.Found) != 1 {
		t.Errorf("completed it is %q", p.Value())
	}
	search(p, "zz")
	if key(tea.KeyTab) || key(tea.KeyEnter) || p.Value() != "zz" || len(*took) != 1 {
		t.Errorf("of nothing is taken %q", *took)
	}
	p.Lines(plainTheme(), 40, 8)
	if p.Point(2) {
		t.Error("nothing is pointed at")
	}
	if !key(tea.KeyEscape) || !p.Typing() {
		t.Error("esc does not close it")
	}
}

func TestAChoiceIsDrawnWithItsKeyOrItsNote(t *testing.T) {
	t.Parallel()
	row := func(p *Picker, width, i int) string { return ansi.Strip(p.Row(plainTheme(), width, i)) }
	p, _ := picks(nil, "abc", "def", "ghi")
	p.Items[1].Key = "ctrl+x"
	p.Items[2].Note = "a note as long as all this"
	for _, c := range []struct {
		width, i int
		want     string
	}{
		{30, 0, " ▌ abc            note of abc "}, {30, 1, "   def                 ctrl+x "}, {19, 0, " ▌ abc note of abc "}, {18, 0, " ▌ a… note of abc "}, {5, 3, "     "}, {-1, 3, ""},
		{32, 2, "   ghi a note as long as all t… "}, {30, 2, "   ghi a note as long as all… "},
	} {
		if got := row(p, c.width, c.i); got != c.want || ansi.StringWidth(got) != max(0, c.width) {
			t.Errorf("%d in %d: %q, want %q", c.i, c.width, got, c.want)
		}
	}
	search(p, "zz")
	if got := row(p, 30, 0); got != "   nothing by that name       " {
		t.Errorf("of nothing: %q", got)
	}
	lines, _, _ := p.Lines(plainTheme(), 40, 8)
	if got := ansi.Strip(lines[1]); got != " Go to > zz                      0 of 3 " {
		t.Errorf("the search is %q", got)
	}
	dark := theme.New(theme.Options{Dark: true})
	lit := func(s string, at ...int) string {
		var out strings.Builder
		last := 0
		for _, i := range at {
			if i > last {
				out.WriteString(dark.RenderOn(theme.Plain, theme.Normal, s[last:i]))
			} else {
				out.WriteString(dark.RenderOn(theme.Plain, theme.Normal, ""))
			}
			out.WriteString(dark.RenderOn(theme.Plain, theme.Match, s[i:i+1]))
			last = i + 1
		}
		return out.String() + dark.RenderOn(theme.Plain, theme.Normal, s[last:])
	}
	for _, c := range []struct{ at, want []int }{{nil, nil}, {[]int{0}, []int{0}}, {[]int{1, 2}, []int{1, 2}}, {[]int{1, 1, 0, 2}, []int{1, 2}}, {[]int{3}, nil}, {[]int{2, 9}, []int{2}}} {
		if got, want := Highlight(dark, theme.Plain, "abc", c.at), lit("abc", c.want...); got != want {
			t.Errorf("%v: %q, want %q", c.at, got, want)
		}
	}
	if !slices.Equal(p.Keys.Accept.Keys(), p.Hints()[0].Keys()) {
		t.Error("the first hint does not choose")
	}
}
