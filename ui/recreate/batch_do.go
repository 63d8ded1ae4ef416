package recreate

import (
	"fmt"
	"slices"

	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// candidates are what can be decided about together, in the order of the list.
func (s *batch) candidates() []candidate {
	out := make([]candidate, 0, len(s.order))
	for _, d := range s.order {
		out = append(out, candidate{draft: d, run: s.run(d)})
	}
	return out
}

func (s *batch) together() joint { return together(s.candidates()) }

func (s *batch) gates() gates {
	return gates{keys: s.keys, theme: s.theme, world: s.world, now: s.ports.now, runs: s.ports.book}
}

// approve asks once for the same step of several.
func (s *batch) approve() kit.Intent { return s.gates().approveAll(s.together) }

// unfinished reports whether something is left to do in the batch.
func (s *batch) unfinished() bool {
	return s != nil && slices.ContainsFunc(s.drafts, func(d *draft) bool {
		r := s.run(d)
		return r == nil || !r.Over()
	})
}

// batchSource gives the table of a batch its cells.
type batchSource struct{ batch *batch }

// Key names a row.
func (s *batchSource) Key(row int) string { return s.batch.order[row].runID }

// Cell is one value of one notebook.
func (s *batchSource) Cell(row, col int) table.Cell {
	d, t := s.batch.order[row], s.batch.theme
	known := d.source != nil
	switch col {
	case 0:
		return table.Cell{Text: d.name}
	case 1:
		if known {
			return table.Cell{Text: turned(d.source, &d.spec, t.Glyphs.Arrow)}
		}
	case 2:
		if d.checked {
			_, tone, note := countSigns(t, d.checks)
			return table.Cell{Text: note, Tone: tone}
		}
	case 3:
		return s.state(d)
	case 4:
		if known {
			return table.Cell{Text: d.spec.Name}
		}
	case 5:
		return table.Cell{Text: kit.AccountShort(d.target.Account, s.batch.world.Lens.Aliases)}
	case 6:
		return table.Cell{Text: d.target.Region}
	case 7:
		if d.plan != nil && d.plan.Cost.OverlapPerHour != nil {
			return table.Cell{Text: fmt.Sprintf("%.2f", *d.plan.Cost.OverlapPerHour)}
		}
		if d.checked {
			return table.Cell{Text: t.Glyphs.Unknown, Tone: theme.Unknown}
		}
	}
	return table.Cell{Text: t.Glyphs.Ellipsis, Tone: theme.Dim}
}

// state is how a notebook of the batch stands.
func (s *batchSource) state(d *draft) table.Cell {
	t := s.batch.theme
	if r := s.batch.run(d); r != nil {
		sign, tone := runSign(t.Glyphs, r)
		return table.Cell{Text: sign + " " + stateWords(r, s.batch.ports.now()), Tone: tone}
	}
	switch why := d.obstacle(); {
	case d.observing.running, d.checking.running, d.beginning:
		return table.Cell{Text: kit.Spinner(t, s.batch.ports.frame()) + " " + why, Tone: theme.Busy}
	case d.observing.problem != nil:
		return table.Cell{Text: t.Glyphs.Failed + " " + d.observing.problem.Message, Tone: theme.Bad}
	case why != "":
		return table.Cell{Text: t.Glyphs.Failed + " " + why, Tone: theme.Bad}
	}
	return table.Cell{Text: t.Glyphs.Ok + " ready", Tone: theme.Normal}
}
