package drive

import (
	"nbscope/model"
	"nbscope/model/recreate"
)

// How the notebooks of runs that wait at a gate are watched: the lists of their targets are read now
// and then, and where one shows a notebook other than the run knows it, the run
// looks for itself. Who reads the lists is the caller, for whom they are worth more
// than that.

// attended reports whether what becomes of both notebooks matters to the run while it
// waits for the user.
func (s *Snapshot) attended() bool {
	return s.Waits() && s.Run.Created && s.Run.Phase == recreate.PhaseGate
}

// Watched are the targets whose lists are to be read: those in which a run waits at a
// gate. A source that is stopped and kept can be for days, and is not asked after.
func (d *Driver) Watched() []model.Target {
	seen := map[model.Target]bool{}
	var out []model.Target
	for _, s := range d.Runs() {
		if t := s.Run.Plan.Target(); s.attended() && !s.Run.Kept() && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// Otherwise are the ids of the runs whose notebooks a list shows other than the
// runs know them: they are to look for themselves. listed is what the newest list
// shows of a notebook, zero where its target was not listed to the end.
func (d *Driver) Otherwise(listed func(t model.Target, arn string) recreate.Sight) []string {
	var out []string
	for _, s := range d.Runs() {
		if !s.attended() {
			continue
		}
		p := &s.Run.Plan
		differs := func(arn string, known *recreate.Snapshot) bool {
			l := listed(p.Target(), arn)
			at := s.Run.Changed
			if known != nil && !known.SeenAt.IsZero() {
				at = known.SeenAt // what a gate compares with
			}
			return l.At.After(at) && l.Status != statusOf(known)
		}
		if differs(p.Source.ARN, s.Run.Source) || differs(p.ReplacementARN(), s.Run.Replacement) {
			out = append(out, s.ID)
		}
	}
	return out
}

func statusOf(s *recreate.Snapshot) model.Status {
	if s == nil {
		return recreate.StatusGone
	}
	return s.Status
}
