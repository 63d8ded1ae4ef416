package table

import (
	"fmt"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/theme"
)

// sheet is a source of strings that counts what it is asked for.
type sheet struct {
	keys  []string
	cells [][]Cell
	asked int // calls of Key
	drawn map[int]bool
}

func (w *sheet) Key(row int) string { w.asked++; return w.keys[row] }

func (w *sheet) Cell(row, col int) Cell {
	if w.drawn != nil {
		w.drawn[row] = true
	}
	return w.cells[row][col]
}

// named is a sheet of one column whose keys are also what it shows.
func named(keys ...string) *sheet {
	w := &sheet{keys: keys}
	for _, k := range keys {
		w.cells = append(w.cells, []Cell{{Text: k}})
	}
	return w
}

// many is a sheet of n rows, k0000 and so on.
func many(n int) *sheet {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("k%04d", i)
	}
	return named(keys...)
}

func straight(n int) []int32 {
	v := make([]int32, n)
	for i := range v {
		v[i] = int32(i)
	}
	return v
}

// oneColumn is a table of one column over a sheet, in order.
func oneColumn(w *sheet, height int, groups ...Group) *Model {
	m := New()
	m.SetSize(20, height)
	m.SetColumns([]Column{{Title: "NAME", Min: 4, Want: 10, Pinned: true}})
	m.SetRows(w, straight(len(w.keys)), groups)
	return m
}

// screenLine is where the cursor is drawn, -1 if it is not.
func screenLine(m *Model) int {
	at, _ := m.Cursor()
	for y := range m.height {
		if pos, ok := m.at(y); ok && pos == at {
			return y
		}
	}
	return -1
}

// screenText is what each line shows, without styles and trailing spaces.
func screenText(m *Model) []string {
	lines := strings.Split(ansi.Strip(m.View()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// paint draws the table into cells, as the renderer of the program does.
func paint(m *Model) uv.ScreenBuffer {
	buf := uv.NewScreenBuffer(m.width, m.height)
	uv.NewStyledString(m.View()).Draw(buf, buf.Bounds())
	return buf
}

// styles names each tone and ground by a letter: upper case on the cursor's
// row, with an underscore for the plain normal one.
func styleName(th *theme.Theme, c *uv.Cell) byte {
	const plain, cursor, marked = ".dsagbw!?mh", ":DSAGBWXUMH", "0123456789x"
	for tone := theme.Normal; tone <= theme.Header; tone++ {
		for g, names := range []string{plain, cursor, marked} {
			q := th.On(theme.Ground(g), tone)
			probe := uv.NewScreenBuffer(1, 1)
			uv.NewStyledString(q.On+"x"+q.Off).Draw(probe, probe.Bounds())
			if probe.CellAt(0, 0).Style.Equal(&c.Style) {
				return names[tone]
			}
		}
	}
	return '#'
}

// picture is the text of the cells, and under it the map of their styles.
func picture(t *testing.T, m *Model) string {
	t.Helper()
	buf := paint(m)
	names := map[string]byte{}
	var text, styles strings.Builder
	for y := range m.height {
		for x := 0; x < m.width; {
			c := buf.CellAt(x, y)
			text.WriteString(c.Content)
			id := fmt.Sprintf("%+v", c.Style)
			name, ok := names[id]
			if !ok {
				name = styleName(m.theme, c)
				names[id] = name
			}
			if name == '#' {
				t.Errorf("cell %d,%d has a style of no tone: %s", x, y, id)
			}
			styles.WriteString(strings.Repeat(string(rune(name)), max(c.Width, 1)))
			x += max(c.Width, 1)
		}
		text.WriteString("|\n")
		styles.WriteString("|\n")
	}
	return text.String() + strings.Repeat("=", m.width) + "\n" + styles.String()
}
