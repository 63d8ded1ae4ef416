package table

import (
	"testing"

	"nbscope/ui/theme"
)

// FuzzDraw draws whatever AWS may answer, in every place that shows it.
func FuzzDraw(f *testing.F) {
	for i, s := range samples {
		f.Add(s, samples[len(samples)-1-i], i*7%90, 1+i%12, i%20)
	}
	f.Fuzz(func(t *testing.T, a, b string, width, height, lit int) {
		m := New()
		m.SetTheme(theme.New(theme.Options{Dark: true}))
		m.SetSize(1+max(width%200, 0), 1+max(height%50, 0))
		m.SetColumns([]Column{
			{Title: a, Min: 3, Want: 20, Pinned: true}, {Title: b, Want: 12, Right: true}, {Title: a, Min: 2, Want: 9, Priority: 1},
		})
		m.SetSort(lit%3, lit%2 == 0)
		w := &sheet{keys: []string{a, b}, cells: [][]Cell{
			{{Text: a, Lit: []int{lit, lit + 1, lit + 5}}, {Text: b, Lit: []int{0, lit}}, {Text: a + b}},
			{{Text: b}, {Text: a}, {Text: b + a, Tone: theme.Tone(lit)}},
		}}
		m.SetRows(w, []int32{1, 0}, []Group{{Before: 1, Text: b}})
		m.ToggleMark()
		m.Move(lit % 3)
		checkFrame(t, m)
		m.Pan(1)
		checkFrame(t, m)
	})
}
