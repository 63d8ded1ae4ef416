package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// together is the step that can be approved now for the most notebooks, and the
// notebooks. A step that deletes something, or that has to be typed, is approved
// one by one.
func (s *batch) together() (title string, all []*draft) {
	by := map[recreate.StepKind][]*draft{}
	for _, d := range s.order {
		if k, ok := s.waitsFor(d); ok {
			by[k] = append(by[k], d)
		}
	}
	for _, def := range recreate.Defs() { // in the order of the steps, so that equal numbers have one answer
		if len(by[def.Kind]) > len(all) {
			title, all = lower(def.Title), by[def.Kind]
		}
	}
	return title, all
}

// waitsFor is the step whose approval a notebook waits for.
func (s *batch) waitsFor(d *draft) (recreate.StepKind, bool) {
	r := s.run(d)
	if r == nil {
		return recreate.StepCreate, d.obstacle() == ""
	}
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	return step.Kind, def.Gate == recreate.GateApprove && !def.Destructive && r.Can(recreate.EventApproved)
}

// approve asks once for the same step of several, after writes are unlocked in
// each of their accounts.
func (s *batch) approve() intent {
	_, all := s.together()
	var accounts []string
	for _, d := range all {
		if !slices.Contains(accounts, d.target.Account) {
			accounts = append(accounts, d.target.Account)
		}
	}
	return s.unlockAll(accounts, false)
}

// unlockAll unlocks one account after the other, then opens the gate.
func (s *batch) unlockAll(accounts []string, byItself bool) intent {
	if len(accounts) == 0 {
		return s.gate(byItself)
	}
	return intentWrite{accounts[0], func(self bool) intent { return s.unlockAll(accounts[1:], self || byItself) }}
}

// gateNames bounds the names that a gate of a batch lists.
const gateNames = 8

func (s *batch) gate(byItself bool) intent {
	title, all := s.together()
	if len(all) == 0 {
		return nil
	}
	since := time.Time{}
	if byItself {
		since = s.ports.now()
	}
	var about document
	for i, d := range all {
		switch {
		case i < gateNames:
			about.value(d.name, strings.Join([]string{d.spec.Name, d.target.Account, d.target.Region}, "  "))
		case i == gateNames:
			about.say(theme.Normal, fmt.Sprintf("and %d more", len(all)-gateNames))
		}
	}
	s.sayDangers(&about, all)
	about.say(theme.Normal, fmt.Sprintf("At most %d calls are made at a time, and waiting takes none of them; each run keeps its own journal, and one that fails does not stop the others.", drive.Slots))
	about.say(theme.Normal, "While both notebooks of each run: "+overlap(all)+".")
	g := gates{keys: s.keys, theme: s.theme, now: s.ports.now}
	return g.approve("Approve: "+title+" for "+count(len(all), "notebook"), upper(title)+" "+count(len(all), "notebook"), about, since, s.decideAll(all))
}

// sayDangers names each grave risk of the plans that are about to begin, with how
// many of them have it.
func (s *batch) sayDangers(about *document, all []*draft) {
	var titles []string
	of := map[string]int{}
	for _, d := range all {
		if d.plan == nil || s.run(d) != nil {
			continue
		}
		for _, r := range d.plan.Risks() {
			if r.Severity != model.SeverityHigh {
				continue
			}
			if of[r.Title] == 0 {
				titles = append(titles, r.Title)
			}
			of[r.Title]++
		}
	}
	sign, tone := severitySign(s.theme, model.SeverityHigh)
	for _, t := range titles {
		about.say(tone, fmt.Sprintf("%s %s (%d of %d)", sign, t, of[t], len(all)))
	}
}

// decideAll is the approval of each of them.
func (s *batch) decideAll(all []*draft) intent {
	var out intentAll
	for _, d := range all {
		r := s.run(d)
		if r == nil {
			do := intentBegin{draft: d}
			if d.overridden {
				do.typed = d.source.Name
			}
			out = append(out, do)
			continue
		}
		step, _ := r.Run.Step()
		out = append(out, intentDecide{run: r, event: recreate.Event{
			Kind: recreate.EventApproved, Step: step.Kind, Fingerprint: r.Run.Plan.Fingerprint(),
		}})
	}
	return out
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
			return table.Cell{Text: onOff(d.source.DirectInternet) + " " + t.Glyphs.Arrow + " " + onOff(d.spec.DirectInternet)}
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
		return table.Cell{Text: accountShort(d.target.Account, s.batch.world.lens.Aliases)}
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
		return table.Cell{Text: spinner(t, s.batch.ports.frame()) + " " + why, Tone: theme.Busy}
	case d.observing.problem != nil:
		return table.Cell{Text: t.Glyphs.Failed + " " + d.observing.problem.Message, Tone: theme.Bad}
	case why != "":
		return table.Cell{Text: t.Glyphs.Failed + " " + why, Tone: theme.Bad}
	}
	return table.Cell{Text: t.Glyphs.Ok + " ready", Tone: theme.Normal}
}
