package ui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// manyRows is an explorer over n notebooks.
func manyRows(b *testing.B, n int) *rig {
	b.Helper()
	d := newRig(b, 120, 40, nil).withPump()
	batch := uitest.SmallWorld()
	batch.Notebooks = make([]*model.Notebook, 0, n)
	regions := []string{"eu-west-1", "us-east-1", "ap-southeast-2", "eu-west-3"}
	judged := map[[3]int]*model.Egress{} // a scan judges notebooks of one network once
	for i := range n {
		row := uitest.Notebook(i%97, fmt.Sprintf("team-%02d-notebook-%06d", i%37, i), uitest.Prod, regions[i%4], uitest.Oddities(i%40))
		network := [3]int{i % 97, i % 4, i % 40}
		if judged[network] == nil {
			judged[network] = row.Egress
		}
		row.Egress = judged[network]
		batch.Notebooks = append(batch.Notebooks, row)
	}
	batch.Generation = d.app.inv.Generation()
	_, cmd := d.app.Update(batchMsg{[]model.Batch{batch}})
	d.run(cmd)
	d.run(d.finish())
	if d.app.notebooks.Len() != n {
		b.Fatalf("%d rows are shown, want %d", d.app.notebooks.Len(), n)
	}
	return d
}

func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[len(took)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

var sink tea.View

// BenchmarkKeyToFrame is what a key costs: Update and View.
func BenchmarkKeyToFrame(b *testing.B) {
	keys := []tea.KeyPressMsg{
		{Code: 'j', Text: "j"}, {Code: 'd', Mod: tea.ModCtrl}, {Code: 'k', Text: "k"}, {Code: 'G', Text: "G"}, {Code: 'l', Text: "l"},
		{Code: 'g', Text: "g"}, {Code: 'h', Text: "h"}, {Code: tea.KeySpace, Text: " "},
	}
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := manyRows(b, n)
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				d.app.Update(keys[i%len(keys)])
				sink = d.app.View()
				took = append(took, time.Since(start))
			}
			percentiles(b, took)
		})
	}
}

// BenchmarkFilterKey is what a key typed into the filter costs: "keys" is how long
// the loop is held up, "list" how long until the list shows it. The key that opens
// the filter is not counted: what it starts is done before a hand types the next.
func BenchmarkFilterKey(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := manyRows(b, n)
			d.run(d.keys("/"))
			var held, whole []time.Duration
			text := []rune("note vpc:vpc-01 status:in ")
			for i := 0; b.Loop(); i++ {
				if i%len(text) == 0 {
					d.run(d.keys("esc"))
					d.run(d.keys("/"))
				}
				r := text[i%len(text)]
				start := time.Now()
				_, cmd := d.app.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
				sink = d.app.View()
				held = append(held, time.Since(start))
				d.run(cmd)
				sink = d.app.View()
				whole = append(whole, time.Since(start))
			}
			percentiles(b, whole)
			slices.Sort(held)
			b.ReportMetric(float64(held[len(held)*99/100].Microseconds())/1000, "held-p99-ms")
		})
	}
}

// BenchmarkBatch is what a batch of a running scan costs while rows are shown.
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := manyRows(b, n)
			d.keys("r")
			rows := d.app.world.Rows[:200]
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				d.feed(model.Batch{Notebooks: rows})
				sink = d.app.View()
				took = append(took, time.Since(start))
			}
			percentiles(b, took)
		})
	}
}
