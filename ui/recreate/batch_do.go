package recreate

import (
	"slices"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// candidates are what can be decided about together, in the order of the list.
func (s *batch) candidates() []candidate {
	out := make([]candidate, 0, len(s.order))
	for _, d := range s.order {
		out = append(out, candidate{draft: d, run: d.run()})
	}
	return out
}

func (s *batch) together() joint { return together(s.candidates()) }

// approve asks once for the same step of several.
func (s *batch) approve() kit.Intent { return s.ports.gates.approveAll(s.together) }

// unfinished reports whether something is left to do in the batch.
func (s *batch) unfinished() bool {
	return s != nil && slices.ContainsFunc(s.drafts, func(d *draft) bool {
		r := d.run()
		return r == nil || !r.Over()
	})
}

// fields are the columns of the batch, in their order.
func (s *batch) fields() []table.Field[*draft] {
	// known is a cell of what is told of the source, an ellipsis before.
	known := func(of func(d *draft) string) func(d *draft) table.Cell {
		return func(d *draft) table.Cell {
			if d.source == nil {
				return s.pending()
			}
			return table.Cell{Text: of(d)}
		}
	}
	return []table.Field[*draft]{
		{
			Column: table.Column{Title: "NOTEBOOK", Min: 16, Want: 16, Max: 63, Priority: 0, Pinned: true}, Follow: 30,
			Cell: func(d *draft) table.Cell { return table.Cell{Text: d.name} },
		},
		{
			Column: table.Column{Title: "DIRECT", Min: 8, Want: 8, Max: 8, Priority: 2},
			Cell:   known(func(d *draft) string { return turned(d.source, &d.spec, s.theme.Glyphs.Arrow) }),
		},
		{Column: table.Column{Title: "CHECKS", Min: 13, Want: 18, Max: 22, Priority: 1}, Cell: s.checksCell},
		{Column: table.Column{Title: "STATE", Min: 18, Want: 24, Max: 60, Priority: 0}, Follow: 44, Cell: s.stateCell},
		{
			Column: table.Column{Title: "NEW NAME", Min: 14, Want: 14, Max: 63, Priority: 4}, Follow: 30,
			Cell: known(func(d *draft) string { return d.spec.Name }),
		},
		{
			Column: table.Column{Title: "ACCOUNT", Min: 12, Want: 12, Max: 24, Priority: 5},
			Cell: func(d *draft) table.Cell {
				return table.Cell{Text: kit.AccountShort(d.target.Account, s.world.Lens.Aliases)}
			},
		},
		{
			Column: table.Column{Title: "REGION", Min: 9, Want: 12, Max: 16, Priority: 6},
			Cell:   func(d *draft) table.Cell { return table.Cell{Text: d.target.Region} },
		},
		{Column: table.Column{Title: "PER HOUR", Min: 8, Want: 8, Max: 12, Priority: 3, Right: true}, Cell: s.priceCell},
	}
}

// pending stands for what is not known yet.
func (s *batch) pending() table.Cell {
	return table.Cell{Text: s.theme.Glyphs.Ellipsis, Tone: theme.Dim}
}

func (s *batch) checksCell(d *draft) table.Cell {
	if !d.checked && d.run() == nil {
		return s.pending()
	}
	_, tone, note := countSigns(s.theme, d.checksNow())
	return table.Cell{Text: note, Tone: tone}
}

// priceCell is what an hour costs in which both notebooks run.
func (s *batch) priceCell(d *draft) table.Cell {
	switch {
	case d.planNow() != nil && d.planNow().Cost.OverlapPerHour != nil:
		return table.Cell{Text: model.Money(d.planNow().Cost.OverlapPerHour, "")}
	case d.checked, d.run() != nil:
		return table.Cell{Text: s.theme.Glyphs.Unknown, Tone: theme.Unknown}
	}
	return s.pending()
}

// stateCell is how a notebook of the batch stands.
func (s *batch) stateCell(d *draft) table.Cell {
	t := s.theme
	if r := d.run(); r != nil {
		return stateCell(t.Glyphs, r, s.ports.now())
	}
	switch why := d.obstacle(); {
	case d.observing.running, d.checking.running, d.beginning:
		return table.Cell{Text: kit.Spinner(t, s.ports.frame()) + " " + why, Tone: theme.Busy}
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
		r := d.run()
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
		if d.held != "" && d.run() == nil {
			n++
		}
	}
	return n
}
