package table

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"nbscope/ui/theme"
)

// bench is a source of ten columns that makes nothing while it is asked.
type bench struct {
	keys  []string
	cells [64][10]Cell
}

func (b *bench) Key(row int) string     { return b.keys[row] }
func (b *bench) Cell(row, col int) Cell { return b.cells[row%len(b.cells)][col] }
func benchRows(n int) *bench {
	b := &bench{keys: make([]string, n)}
	for i := range b.keys {
		b.keys[i] = fmt.Sprintf("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/notebook-%06d", i)
	}
	texts := []string{
		"fraud-features-train-0001", "prod-ml", "eu-west-1", "● InService", "vpc-0a12 ml-prod",
		"subnet-0a1b private-a", "off", "ml.t3.xlarge", "notebook-al2023-v1", "210d",
	}
	for i := range b.cells {
		for j, s := range texts {
			b.cells[i][j] = Cell{Text: s, Tone: theme.Tone((i + j) % 9)}
		}
		b.cells[i][0].Lit = []int{0, 1, 2, 3, 4}
	}
	return b
}

func benchTable(n, height int) (*Model, *bench, []int32) {
	m := New()
	m.SetTheme(theme.New(theme.Options{Dark: true}))
	cols := make([]Column, 0, 10)
	for i, w := range []int{30, 9, 14, 11, 17, 22, 7, 14, 18, 5} {
		cols = append(cols, Column{Title: fmt.Sprintf("COLUMN%d", i), Min: w / 2, Want: w, Priority: i, Pinned: i == 0})
	}
	m.SetColumns(cols)
	m.SetSize(200, height)
	b, view := benchRows(n), straight(n)
	m.SetRows(b, view, nil)
	m.MoveTo(n / 2)
	return m, b, view
}

func overSizes(b *testing.B, f func(b *testing.B, n, height int)) {
	b.Helper()
	for _, n := range []int{1_000, 10_000, 100_000} {
		for _, h := range []int{24, 60} {
			b.Run(fmt.Sprintf("rows=%d/h=%d", n, h), func(b *testing.B) { f(b, n, h) })
		}
	}
}

func BenchmarkView(b *testing.B) {
	overSizes(b, func(b *testing.B, n, h int) {
		m, _, _ := benchTable(n, h)
		b.ReportAllocs()
		for b.Loop() {
			_ = m.View()
		}
	})
}

// BenchmarkKeyToFrame is a key and the frame that answers it. Its p99 has a
// budget of 8 ms.
func BenchmarkKeyToFrame(b *testing.B) {
	overSizes(b, func(b *testing.B, n, h int) {
		m, _, _ := benchTable(n, h)
		took := make([]time.Duration, 0, 1<<16)
		by := 1
		b.ReportAllocs()
		for b.Loop() {
			start := time.Now()
			if at, _ := m.Cursor(); at == n-1 || at == 0 {
				by = -by
			}
			m.Move(by)
			_ = m.View()
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		b.ReportMetric(8000, "budget-us")
	})
}

// BenchmarkSetRows sets rows whose cursor kept its row number, as a sort or a
// filter does.
func BenchmarkSetRows(b *testing.B) {
	overSizes(b, func(b *testing.B, n, h int) {
		m, src, view := benchTable(n, h)
		m.MoveTo(n * 9 / 10)
		b.ReportAllocs()
		for b.Loop() {
			m.SetRows(src, view, nil)
		}
	})
}

// BenchmarkSetRowsGone sets rows of which the cursor's is none: all keys are read.
func BenchmarkSetRowsGone(b *testing.B) {
	overSizes(b, func(b *testing.B, n, h int) {
		m, src, view := benchTable(n, h)
		view = slices.Delete(slices.Clone(view), n/2, n/2+1)
		b.ReportAllocs()
		for b.Loop() {
			m.cursor, m.row, m.key = n/2, n/2, src.keys[n/2]
			m.SetRows(src, view, nil)
		}
	})
}
