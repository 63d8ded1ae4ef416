package table

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"nbscope/ui/theme"
)

// notebooks is a small world such as the explorer shows.
func notebooks(th *theme.Theme) (*sheet, []Column) {
	g := th.Glyphs
	cols := []Column{
		{Title: "NAME", Min: 12, Want: 26, Pinned: true},
		{Title: "ACCOUNT", Min: 7, Want: 9, Priority: 4},
		{Title: "REGION", Min: 9, Want: 14, Priority: 2},
		{Title: "STATUS", Min: 11, Want: 11, Priority: 1},
		{Title: "VPC", Min: 8, Want: 17, Priority: 3},
		{Title: "DIRECT", Min: 6, Want: 7, Priority: 1},
		{Title: "TYPE", Min: 12, Want: 14, Priority: 5},
		{Title: "AGE", Min: 4, Want: 4, Priority: 6, Right: true},
	}
	w := &sheet{}
	add := func(name string, lit []int, account, region string, status Cell, vpc, direct Cell, age string) {
		w.keys = append(w.keys, "arn:"+name)
		w.cells = append(w.cells, []Cell{
			{Text: name, Tone: theme.Strong, Lit: lit}, {Text: account, Tone: theme.Dim}, {Text: region}, status, vpc, direct,
			{Text: "ml.t3.medium"}, {Text: age, Tone: theme.Dim},
		})
	}
	running := Cell{Text: g.Running + " InService", Tone: theme.Good}
	stopped := Cell{Text: g.Stopped + " Stopped", Tone: theme.Dim}
	pending := Cell{Text: g.Busy + " Pending", Tone: theme.Busy}
	failed := Cell{Text: g.Failed + " Failed", Tone: theme.Bad}
	on, off := Cell{Text: "on"}, Cell{Text: g.Warn + " off", Tone: theme.Warn}
	unknown := Cell{Text: g.Unknown, Tone: theme.Unknown}
	add("churn-model-train", []int{0, 1, 6}, "prod-ml", "eu-west-1", running, Cell{Text: "vpc-0a12 ml-prod"}, off, "210d")
	add("demand-forecast", nil, "prod-ml", "us-east-1", stopped, Cell{Text: "vpc-07fe shared"}, on, "9d")
	add("fraud-features-eu-west-1-production-0001", []int{0, 1, 2, 3, 4}, "sandbox", "eu-west-3", pending, unknown, unknown, "3h")
	add("日本語のノートブック", []int{0, 3}, "sandbox", "ap-northeast-1", failed, Cell{Text: "none", Tone: theme.Dim}, on, "1d")
	add("evil\x1b[31m\nname\u202e", []int{0}, "prod-ml", "eu-west-1", running, Cell{Text: "vpc-0a12 ml-prod"}, on, "400d")
	for i := range 60 {
		add(fmt.Sprintf("worker-%02d", i), nil, "prod-ml", "us-west-2", running, Cell{Text: "vpc-07fe shared"}, on, fmt.Sprintf("%dd", i*7))
	}
	return w, cols
}

func TestGolden(t *testing.T) {
	themes := []struct {
		name string
		opts theme.Options
	}{
		{"dark", theme.Options{Dark: true}}, {"light", theme.Options{}},
		{"nocolor", theme.Options{NoColor: true}}, {"ascii", theme.Options{NoColor: true, ASCII: true}},
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}, {40, 12}} {
		for _, th := range themes {
			t.Run(fmt.Sprintf("%dx%d %s", size[0], size[1], th.name), func(t *testing.T) {
				m := New()
				m.SetTheme(theme.New(th.opts))
				w, cols := notebooks(m.theme)
				m.SetColumns(cols)
				m.SetSize(size[0], size[1])
				m.SetSort(0, false)
				m.SetRows(w, straight(len(w.keys)), []Group{{Text: "ml", Tail: " · 5"}, {Before: 5, Text: "workers", Tail: " · 60"}})
				m.Move(1)
				m.ToggleMark()
				m.Move(2)
				m.ToggleMark()
				m.Move(-1)
				checkFrame(t, m)
				if th.opts.Dark || size == [2]int{80, 24} { // of each theme one size, of each size one theme
					golden.RequireEqual(t, picture(t, m))
				}
			})
		}
	}
}

func TestGoldenPanned(t *testing.T) {
	m := New()
	m.SetTheme(theme.New(theme.Options{Dark: true}))
	w, cols := notebooks(m.theme)
	m.SetColumns(cols)
	m.SetSize(80, 10)
	m.SetSort(7, true)
	m.SetRows(w, straight(len(w.keys)), nil)
	m.Pan(2)
	golden.RequireEqual(t, picture(t, m))
}

func TestGoldenWithoutRows(t *testing.T) {
	m := New()
	m.SetTheme(theme.New(theme.Options{Dark: true}))
	w, cols := notebooks(m.theme)
	m.SetColumns(cols)
	m.SetSize(80, 4)
	m.SetRows(w, nil, nil)
	golden.RequireEqual(t, picture(t, m))
}
