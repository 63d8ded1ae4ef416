package explore

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/match"
	"nbscope/ui/uitest"
)

// What is remembered of the rows before must not show: a list that has followed a
// scan looks as one that was arranged from nothing.
func TestAListThatFollowedAScanLooksAsOneArrangedFromNothing(t *testing.T) {
	orders := []order{
		{field: model.FieldName},
		{field: model.FieldVPC, desc: true},
		{field: model.FieldName, group: model.FieldVPC},
		{field: model.FieldStatus, group: model.FieldAccount},
		{field: model.FieldAge, ranked: true},
	}
	var queries []query.Query
	for _, words := range []string{"", "team", "status:stopped", "vpc:none"} {
		q, issues := query.ParseStrict(words, uitest.Noon())
		if len(issues) > 0 {
			t.Fatalf("%q: %v", words, issues)
		}
		queries = append(queries, q)
	}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 9))
		rows := make([]*model.Notebook, 0, 200)
		for i := range 150 {
			rows = append(rows, uitest.Notebook(i%97, fmt.Sprintf("team-%02d-%03d", i%7, i), []string{uitest.Prod, uitest.Sandbox}[i%2], "eu-west-1", uitest.Oddities(i%40)))
		}
		engine, all := query.NewEngine(match.Fuzzy).InBatches(match.Many), &sorted{}
		lens := model.Lens{Now: uitest.Noon(), Aliases: map[string]string{uitest.Prod: "prod", uitest.Sandbox: "sandbox"}}
		for step := range 12 {
			rows = slices.Clone(rows)
			for range r.IntN(20) {
				at, with := r.IntN(len(rows)), *rows[r.IntN(len(rows))]
				with.ARN, with.Name = rows[at].ARN, rows[at].Name
				rows[at] = &with
			}
			if r.IntN(4) == 0 {
				rows = rows[:len(rows)-1-r.IntN(3)]
			}
			if r.IntN(6) == 0 {
				lens.Aliases = maps.Clone(lens.Aliases)
				lens.Aliases[uitest.Prod] = []string{"alias", "zone"}[r.IntN(2)]
			}
			for range 1 + r.IntN(3) {
				q, o := queries[r.IntN(len(queries))], orders[r.IntN(len(orders))]
				got := arrange(engine, all, q, rows, lens, o)
				want := arrange(query.NewEngine(match.Fuzzy).InBatches(match.Many), &sorted{}, q, rows, lens, o)
				if !slices.Equal(got.view, want.view) || !slices.Equal(got.groups, want.groups) || got.tally != want.tally {
					t.Fatalf("seed %d step %d: %q by %+v differs from what the rows alone give", seed, step, q, o)
				}
			}
		}
	}
}
