package ui

import (
	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
)

// What the keys of the list of runs do.

func (s *runsScreen) commands() []command {
	l, k := s.keys.List, s.keys.Runs
	r := s.current()
	end, half := len(s.view), max(1, s.height/2)
	var out []command
	for _, m := range []struct {
		key key.Binding
		by  int
	}{
		{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half}, {l.Top, -end}, {l.Bottom, end},
	} {
		out = append(out, command{group: groupMove, name: m.key.Help().Desc, key: m.key, plain: true, run: func() intent { s.table.Move(m.by); return nil }})
	}
	some := r != nil
	out = append(out,
		command{group: groupRun, name: "Open the run", key: when(k.Open, some), run: s.open},
		command{group: groupRun, name: "Read the journals again", key: as(s.keys.Global.Refresh, "read again"), run: func() intent { return intentReadRuns{} }},
	)
	if !some {
		return out
	}
	decide := func(b key.Binding, name string, kind recreate.EventKind) command {
		return command{group: groupRun, name: name, key: when(b, s.decidable(r, kind)), run: func() intent { return s.decide(r, kind) }}
	}
	out = append(out,
		command{group: groupRun, name: "Resume: look at AWS, then ask", key: when(k.Resume, r.Interrupted()), run: func() intent { return intentTakeUp{run: r} }},
		decide(k.Stop, "Stop after the call that is being made", recreate.EventHalted),
		decide(k.Rollback, "Roll back: remove the replacement", recreate.EventRollback),
		decide(k.Close, "End the run, leave both notebooks", recreate.EventClosed),
		command{group: groupRun, name: "Report of the run, Markdown", key: k.Report, run: func() intent { return intentReport{run: r.Run} }},
		command{group: groupRun, name: "Report of the run, JSON", key: k.ReportJSON, run: func() intent { return intentReport{run: r.Run, json: true} }},
	)
	if gate := r.Run.Gate(); gate != recreate.GateNone || r.Run.Kept() {
		kind := recreate.EventApproved
		if gate == recreate.GateAttest {
			kind = recreate.EventAttested
		}
		b, _ := decisionKey(k, r, kind)
		out = append(out, decide(b, upper(b.Help().Desc), kind))
	}
	return out
}

// decide opens the gate of a decision; a run that nobody holds is taken up first,
// and its gate opens when AWS was looked at.
func (s *runsScreen) decide(r *liveRun, k recreate.EventKind) intent {
	if r.Interrupted() {
		return intentAll{intentOpenRun{r.ID}, intentTakeUp{run: r, then: k}}
	}
	return gates{keys: s.keys, theme: s.theme, now: s.ports.now}.open(r, k)
}
