package recreate

import (
	"fmt"
	"slices"
	"time"

	"nbscope/model/recreate"
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

// refusal is a limit that AWS held a run of the batch to.
type refusal struct {
	recreate.Refusal
	try time.Time // when the step began that met it
	at  time.Time
}

// weigh counts what the notebooks of the batch share once for all of them, and holds
// back those that share a limit which AWS has refused another: what was checked
// before that does not count any more.
func (s *batch) weigh() {
	var all []recreate.Candidate
	var of []*draft
	for _, d := range s.drafts {
		r := s.run(d)
		if d.plan == nil || r == nil && !d.checked {
			continue
		}
		c := recreate.Candidate{Plan: d.plan, Alone: d.alone, Facts: &d.facts, Overridden: d.overridden}
		if r != nil {
			c.Run = &r.Run
			s.hear(r)
		}
		all, of = append(all, c), append(of, d)
	}
	for i, share := range recreate.WeighTogether(all) {
		d := of[i]
		if all[i].Run != nil {
			continue
		}
		d.take(share.Checks)
		d.left, d.held = share.Left, s.heldBy(d)
	}
}

// hear notes the limit that a run has met, once for each try.
func (s *batch) hear(r *liveRun) {
	x, ok := recreate.RefusalOf(&r.Run)
	if !ok {
		return
	}
	step, _ := r.Run.Step()
	if was, known := s.refused[r.ID]; !known || !was.try.Equal(step.Began) {
		s.refused[r.ID] = refusal{x, step.Began, s.ports.now()}
	}
}

// heldBy says which refusal a notebook shares, "" for none since it was checked.
func (s *batch) heldBy(d *draft) string {
	for _, of := range s.drafts { // in their order, so that there is one answer
		if x, ok := s.refused[of.runID]; ok && x.Holds(d.plan) && !d.checkedAt.After(x.at) {
			return "not offered: AWS refused " + x.By + ": " + x.Says
		}
	}
	return ""
}

// heldBack is how many notebooks are not offered for a refusal.
func (s *batch) heldBack() int {
	n := 0
	for _, d := range s.drafts {
		if d.held != "" && s.run(d) == nil {
			n++
		}
	}
	return n
}
