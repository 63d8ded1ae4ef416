package table

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/theme"
)

var samples = []string{
	"", "a", "churn-model-train", "fraud-features-eu-west-1-production-0001", "日本語ノートブック", "e\u0301te\u0301",
	"\x1b[31mred\x1b[0m", "\x1b]52;c;aGk=\a", "two\nlines", "tab\tbed", "\u202egpj.exe", "👨\u200d👩\u200d👧 family",
	"🇩🇪 flag", "z\u0300\u0301\u0302\u0303", "\xff\xfe", "❤\ufe0f", "한국어", "\u0600x", "pro\u200dd", "ไทยก็",
}

func sample(r *rand.Rand) string { return samples[r.IntN(len(samples))] }

func randomCell(r *rand.Rand) Cell {
	c := Cell{Text: sample(r), Tone: theme.Tone(r.IntN(13))}
	for at := 0; r.IntN(3) == 0 && at < len(c.Text)+2; at += 1 + r.IntN(4) {
		c.Lit = append(c.Lit, at)
	}
	return c
}

func randomTable(r *rand.Rand) *Model {
	m := New()
	m.SetTheme(theme.New(theme.Options{Dark: r.IntN(2) == 0, NoColor: r.IntN(3) == 0, ASCII: r.IntN(4) == 0}))
	cols := make([]Column, r.IntN(12))
	for i := range cols {
		cols[i] = Column{
			Title: sample(r), Min: r.IntN(14), Want: r.IntN(40), Max: r.IntN(2) * r.IntN(50),
			Priority: r.IntN(6), Right: r.IntN(4) == 0, Pinned: i == 0 || r.IntN(6) == 0,
		}
	}
	m.SetColumns(cols)
	m.SetSort(r.IntN(len(cols)+2)-1, r.IntN(2) == 0)
	randomRows(r, m)
	return m
}

func randomRows(r *rand.Rand, m *Model) {
	w := &sheet{}
	for i := range r.IntN(120) {
		w.keys = append(w.keys, fmt.Sprintf("key-%d", i))
		row := make([]Cell, len(m.columns))
		for j := range row {
			row[j] = randomCell(r)
		}
		w.cells = append(w.cells, row)
	}
	view := straight(len(w.keys))
	r.Shuffle(len(view), func(i, j int) { view[i], view[j] = view[j], view[i] })
	view = view[:r.IntN(len(view)+1)]
	groups := make([]Group, 0, 8)
	for range r.IntN(8) {
		groups = append(groups, Group{Before: r.IntN(130) - 5, Text: sample(r)})
	}
	m.SetRows(w, view, groups)
}

func act(r *rand.Rand, m *Model) {
	n := r.IntN(40) - 20
	for range r.IntN(4) {
		switch r.IntN(13) {
		case 0:
			m.Move(n)
		case 1:
			m.Page(float64(n) / 10)
		case 2:
			m.MoveTo(n * 7)
		case 3:
			m.ScrollBy(n)
		case 4:
			m.Pan(n / 5)
		case 5:
			m.ToggleMark()
		case 6:
			m.MarkAll()
		case 7:
			m.ClearMarks()
		case 8:
			m.Click(n)
		case 9:
			m.SetSize(1+r.IntN(220), 1+r.IntN(70))
		case 10:
			randomRows(r, m)
		case 11:
			m.MoveToKey(fmt.Sprintf("key-%d", r.IntN(100)))
		case 12:
			m.Reset()
		}
	}
}

// checkFrame asserts what holds for every frame.
func checkFrame(t *testing.T, m *Model) {
	t.Helper()
	lines := strings.Split(m.View(), "\n")
	if len(lines) != m.height {
		t.Fatalf("%dx%d: %d lines", m.width, m.height, len(lines))
	}
	for y, l := range lines {
		if w, wc := ansi.StringWidth(l), ansi.WcWidth.StringWidth(l); w != m.width || wc != m.width {
			t.Fatalf("%dx%d: line %d is %d or %d cells: %q", m.width, m.height, y, w, wc, l)
		}
		on := false
		for i, c := range l {
			if c < 0x20 && c != '\x1b' || c >= 0x7f && c < 0xa0 {
				t.Fatalf("line %d has the control %U", y, c)
			}
			if c == '\x1b' {
				end := strings.IndexByte(l[i:], 'm')
				if end < 0 || strings.Trim(l[i+1:i+end], "[0123456789;") != "" {
					t.Fatalf("line %d has a sequence that sets no style: %q", y, l[i:])
				}
				if off := l[i:i+end+1] == "\x1b[m"; off != on {
					t.Fatalf("line %d: styles are not balanced: %q", y, l)
				}
				on = !on
			}
		}
		if on {
			t.Fatalf("line %d leaves a style on: %q", y, l)
		}
	}
	if at, _ := m.Cursor(); at >= 0 && screenLine(m) < 0 {
		t.Fatalf("%dx%d: the cursor at %d of %d is not on screen (top %d)", m.width, m.height, at, m.Len(), m.top)
	}
	if left, right := m.Hidden(); left < 0 || right < 0 || left+right > len(m.columns) {
		t.Fatalf("hidden columns: %d and %d of %d", left, right, len(m.columns))
	}
}

func TestEveryFrameFitsItsPlaceWhateverIsShownAndDone(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := randomTable(r)
		m.SetSize(1+r.IntN(220), 1+r.IntN(70))
		if seed%3 == 0 {
			m.SetSize(1+r.IntN(16), 1+r.IntN(5))
		}
		for range 10 {
			checkFrame(t, m)
			act(r, m)
		}
	}
}

func TestTheCursorRowIsOneUnbrokenBar(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		m := randomTable(r)
		m.SetSize(1+r.IntN(120), 2+r.IntN(20))
		act(r, m)
		at := screenLine(m)
		if at < 0 {
			continue
		}
		buf := paint(m)
		first := buf.CellAt(0, at).Style
		for y := range m.height {
			for x := range m.width {
				c := buf.CellAt(x, y)
				if c.Width == 0 { // the second half of a wide letter
					continue
				}
				same := c.Style.Attrs&uv.AttrReverse == first.Attrs&uv.AttrReverse && fmt.Sprint(c.Style.Bg) == fmt.Sprint(first.Bg)
				if same != (y == at) {
					t.Fatalf("seed %d: cell %d,%d, cursor on line %d: %+v against %+v", seed, x, y, at, c.Style, first)
				}
			}
		}
	}
}

func TestASizeOfNothingDrawsNothing(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {10, 0}, {0, 10}, {-3, -3}} {
		m := oneColumn(many(3), 5)
		m.SetSize(size[0], size[1])
		m.Move(1)
		m.Page(1)
		m.ScrollBy(1)
		if got := m.View(); got != "" {
			t.Errorf("%v: %q", size, got)
		}
	}
}

func TestOnlyRowsOnScreenAreAsked(t *testing.T) {
	w := many(10_000)
	w.drawn = map[int]bool{}
	m := oneColumn(w, 21)
	m.MoveTo(5000)
	w.asked = 0
	_ = m.View()
	if len(w.drawn) != 20 || w.asked != 0 {
		t.Errorf("a frame of 20 rows asked for %d rows and %d keys", len(w.drawn), w.asked)
	}
}
