package table

import (
	"slices"
	"strings"
	"testing"

	"nbscope/ui/theme"
)

// letters is a table whose columns are named by a letter each; the first is pinned.
func letters(width int, cols ...Column) *Model {
	m := New()
	m.SetTheme(theme.New(theme.Options{NoColor: true, ASCII: true}))
	for i := range cols {
		cols[i].Title = strings.Repeat(string(rune('A'+i)), 3)
		cols[i].Pinned = i == 0
	}
	m.SetColumns(cols)
	m.SetSize(width, 5)
	return m
}

func shown(m *Model) (names string, widths []int) {
	for _, s := range m.slots {
		names += m.columns[s.col].Title[:1]
		widths = append(widths, s.width)
	}
	return names, widths
}

func five() []Column {
	return []Column{
		{Want: 20, Min: 8}, {Want: 10, Min: 5, Priority: 1}, {Want: 10, Min: 10, Priority: 9},
		{Want: 12, Min: 6, Priority: 2}, {Want: 6, Min: 4, Priority: 3},
	}
}

func TestColumnsByWidth(t *testing.T) {
	for _, c := range []struct {
		name        string
		width       int
		names       string
		widths      []int
		left, right int
	}{
		{"plenty of room goes to the gaps, then to the name", 120, "ABCDE", []int{62, 10, 10, 12, 6}, 0, 0},
		{"exact fit", 70, "ABCDE", []int{20, 10, 10, 12, 6}, 0, 0},
		{"one short: the gaps give way, the columns do not", 69, "ABCDE", []int{23, 10, 10, 12, 6}, 0, 0},
		{"narrower: the least important gives way, the name does not", 65, "ABCDE", []int{20, 10, 10, 12, 5}, 0, 0},
		{"narrower still: important columns keep their content longer", 61, "ABCDE", []int{20, 10, 10, 9, 4}, 0, 0},
		{"all at their narrowest", 51, "ABCDE", []int{19, 5, 10, 6, 4}, 0, 0},
		{"the least important leaves first", 46, "ABDE", []int{20, 10, 6, 4}, 0, 1},
		{"then the next", 28, "ABD", []int{12, 5, 6}, 0, 2},
		{"the name alone", 14, "A", []int{11}, 0, 4},
		{"the name cut", 5, "A", []int{4}, 0, 4},
		{"a single cell is all gutter", 1, "", nil, 0, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := letters(c.width, five()...)
			names, widths := shown(m)
			left, right := m.Hidden()
			sum := 0
			for _, s := range m.slots {
				sum = max(sum, s.x+s.width)
			}
			if names != c.names || left != c.left || right != c.right || sum > c.width {
				t.Errorf("columns %s %v, hidden %d and %d", names, widths, left, right)
			}
			if !slices.Equal(widths, c.widths) {
				t.Errorf("widths %v, want %v", widths, c.widths)
			}
		})
	}
}

func TestWhereThePinnedColumnsDoNotFitTheLeadStaysAlone(t *testing.T) {
	m := letters(12, Column{Want: 12, Min: 8}, Column{Want: 6, Min: 5}, Column{Want: 6, Min: 4})
	m.columns[1].Pinned, m.columns[2].Pinned = true, true
	m.SetColumns(m.columns)
	for width, want := range map[int][]int{30: {13, 6, 6}, 12: {9}, 9: {8}, 6: {5}, 1: nil} {
		m.SetSize(width, 5)
		if _, widths := shown(m); !slices.Equal(widths, want) {
			t.Errorf("in %d cells: widths %v, want %v", width, widths, want)
		}
	}
}

func TestPanningReachesEveryColumnAndStopsAtTheLast(t *testing.T) {
	m := letters(28, five()...)
	seen := map[rune]bool{}
	for range 10 {
		names, _ := shown(m)
		if names[0] != 'A' {
			t.Errorf("the pinned column is not first in %s", names)
		}
		for _, n := range names {
			seen[n] = true
		}
		checkFrame(t, m)
		m.Pan(1)
	}
	if len(seen) != 5 {
		t.Errorf("columns seen while panning: %d of 5", len(seen))
	}
	names, _ := shown(m)
	if left, right := m.Hidden(); names[len(names)-1] != 'E' || right != 0 || left != m.pan {
		t.Errorf("at the end: columns %s, hidden %d and %d", names, left, right)
	}
	m.Pan(-100)
	if names, _ := shown(m); names != "ABD" {
		t.Errorf("back at the start: columns %s", names)
	}
}

func TestAWideScreenDoesNotPan(t *testing.T) {
	m := letters(120, five()...)
	m.Pan(3)
	if left, right := m.Hidden(); left != 0 || right != 0 {
		t.Errorf("hidden %d and %d", left, right)
	}
	m.SetSize(40, 5)
	m.Pan(2)
	m.SetSize(120, 5)
	if left, _ := m.Hidden(); left != 0 {
		t.Errorf("after widening, %d columns stay panned away", left)
	}
}

func TestTheNameIsNeverWiderThanItsLimit(t *testing.T) {
	m := letters(120, Column{Want: 50, Max: 30}, Column{Want: 5})
	if _, widths := shown(m); widths[0] != 30 || widths[1] != 5 {
		t.Errorf("widths %v", widths)
	}
}

func TestTheHeaderTellsSortAndHiddenColumns(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*Model)
		want string
	}{
		{"nothing", func(*Model) {}, "  AAA                  BBB   DDD    EEE >"},
		{"sorted upwards", func(m *Model) { m.SetSort(0, false) }, "  AAA ^                BBB   DDD    EEE >"},
		{"sorted downwards", func(m *Model) { m.SetSort(3, true) }, "  AAA                  BBB   DDD v  EEE >"},
		{"sorted by a hidden column", func(m *Model) { m.SetSort(2, true) }, "  AAA                  BBB   DDD    EEE >"},
		{"panned to the end", func(m *Model) { m.Pan(9) }, "  AAA            <CCC        DDD    EEE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := letters(41, five()...)
			c.do(m)
			if got := screenText(m)[0]; got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestTheSortArrowStandsInTheGapWhereTheColumnIsNarrow(t *testing.T) {
	cols := []Column{{Want: 8, Max: 58}, {Want: 3, Right: true}, {Want: 3}, {Want: 2}}
	for _, c := range []struct {
		name string
		lead int // what the first column takes decides on the gaps
		col  int
		want string
	}{
		{"right", 58, 1, "BBB^ CCC  DDD"},
		{"left", 58, 2, "BBB  CCC^ DDD"},
		{"at the edge", 58, 3, "BBB  CCC  DDD^"},
		{"right, wide gaps", 8, 1, "BBB ^  CCC    DDD"},
		{"left, wide gaps", 8, 2, "BBB    CCC ^  DDD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cols[0].Want, cols[0].Max = c.lead, c.lead
			m := letters(80, cols...)
			m.SetSort(c.col, false)
			got := screenText(m)[0]
			if got = got[max(strings.Index(got, "B"), 0):]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestASortedNumberColumnWithoutRoomKeepsItsArrow(t *testing.T) {
	m := letters(30, Column{Want: 30, Min: 4}, Column{Want: 4, Min: 4, Right: true}, Column{Want: 9, Min: 9})
	m.SetSort(1, true)
	if got := screenText(m)[0]; got != "  AAA          BBBv CCC" {
		t.Errorf("got %q", got)
	}
	checkFrame(t, m)
}

func TestClicksOnTheHeader(t *testing.T) {
	m := letters(70, five()...)
	for x, want := range map[int]int{3: 0, 22: 0, 24: 0, 25: 1, 34: 1, 37: 2, 66: 4} {
		if col, ok := m.HeaderAt(x); !ok || col != want {
			t.Errorf("cell %d is column %d, %v; want %d", x, col, ok, want)
		}
	}
	for _, x := range []int{-1, 0, 2, 69, 100} {
		if col, ok := m.HeaderAt(x); ok && x != 69 {
			t.Errorf("cell %d is column %d", x, col)
		}
	}
	m.SetSize(70, 1)
	if _, ok := m.HeaderAt(5); ok {
		t.Error("there is no header on one line")
	}
}

func TestWhatIsGivenUpFirst(t *testing.T) {
	m := letters(100, Column{Want: 9, Priority: 9}, Column{Want: 9, Priority: 2}, Column{Want: 9, Priority: 3}, Column{Want: 9, Priority: 3}, Column{Want: 9, Priority: 1})
	for _, c := range []struct {
		chosen []int
		want   int
	}{{[]int{0, 1, 2, 3, 4}, 3}, {[]int{0, 1, 2, 4}, 2}, {[]int{0, 1, 4}, 1}, {[]int{0, 4}, 1}, {[]int{0}, -1}, {nil, -1}} {
		if got := m.weakest(c.chosen); got != c.want {
			t.Errorf("of %v it is %d, want %d", c.chosen, got, c.want)
		}
	}
}
