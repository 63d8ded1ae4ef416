package recreate

import (
	"time"

	"nbscope/model/recreate"
)

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
