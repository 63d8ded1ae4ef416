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
	some, marks := r != nil, len(s.marked()) > 0
	out = append(out,
		command{group: groupRun, name: "Open the run", key: when(k.Open, some), run: s.open},
		command{group: groupRun, name: "Mark the run", key: when(k.Mark, some), run: s.mark},
		command{group: groupRun, name: "Mark every run that is not over", key: when(k.MarkAll, some), run: s.markAll},
		command{group: groupRun, name: "Clear the marks", key: when(as(l.Back, "clear marks"), marks), run: s.clearMarks},
		command{group: groupRun, name: "Resume " + s.resumeWord(), key: when(as(k.ResumeAll, "resume "+s.resumeWord()), len(s.resumable()) > 0), run: s.resumeAll},
		command{group: groupRun, name: "Read the journals again", key: as(s.keys.Global.Refresh, "read again"), run: func() intent { return intentReadRuns{} }},
	)
	if marks {
		j := s.together()
		return append(out, command{group: groupRun, name: "Approve together: " + j.title(), key: when(as(k.Decide, j.hint()), len(j.all) > 0), run: s.approve})
	}
	if some {
		out = append(out, s.oneCommands(r)...)
	}
	return out
}

// oneCommands are about the run under the cursor.
func (s *runsScreen) oneCommands(r *liveRun) []command {
	k := s.keys.Runs
	decide := func(b key.Binding, name string, kind recreate.EventKind) command {
		return command{group: groupRun, name: name, key: when(b, s.decidable(r, kind)), run: func() intent { return s.decide(r, kind) }}
	}
	out := []command{
		{group: groupRun, name: "Resume: look at AWS, then ask", key: when(k.Resume, r.Interrupted()), run: func() intent { return s.gates().resume([]*liveRun{r}) }},
		decide(k.Stop, "Stop after the call that is being made", recreate.EventHalted),
		decide(k.Rollback, rollbackName(&r.Run), recreate.EventRollback),
		decide(k.Close, "End the run, leave both notebooks", recreate.EventClosed),
		{group: groupRun, name: "Report of the run, Markdown", key: k.Report, run: func() intent { return intentReport{kept: r.Journal()} }},
		{group: groupRun, name: "Report of the run, JSON", key: k.ReportJSON, run: func() intent { return intentReport{kept: r.Journal(), json: true} }},
	}
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

// rollbackName says what a rollback removes, where there is something.
func rollbackName(r *recreate.Run) string {
	if r.Removable() {
		return "Roll back: remove the replacement"
	}
	return "Roll back"
}

func (s *runsScreen) gates() gates {
	return gates{keys: s.keys, theme: s.theme, world: s.world, now: s.ports.now}
}

// marked are the runs that are marked, in the order of the list.
func (s *runsScreen) marked() []*liveRun {
	if s.table.MarkCount() == 0 {
		return nil
	}
	var out []*liveRun
	for _, r := range s.book.order {
		if s.table.Marked(r.ID) {
			out = append(out, r)
		}
	}
	return out
}

func (s *runsScreen) mark() intent {
	s.table.ToggleMark()
	s.table.Move(1)
	return nil
}

func (s *runsScreen) markAll() intent {
	for _, r := range s.book.order {
		if !r.Over() {
			s.table.SetMark(r.ID, true)
		}
	}
	return nil
}

func (s *runsScreen) clearMarks() intent {
	s.table.ClearMarks()
	return nil
}

// together is what can be approved of the marked runs.
func (s *runsScreen) together() joint {
	marked := s.marked()
	all := make([]candidate, 0, len(marked))
	for _, r := range marked {
		all = append(all, candidate{run: r})
	}
	return together(all)
}

func (s *runsScreen) approve() intent { return s.gates().approveAll(s.together) }

// resumable are the runs that nobody goes on with: of those that are marked, or all.
func (s *runsScreen) resumable() []*liveRun {
	of := s.marked()
	if len(of) == 0 {
		of = s.book.order
	}
	var out []*liveRun
	for _, r := range of {
		if r.Interrupted() {
			out = append(out, r)
		}
	}
	return out
}

func (s *runsScreen) resumeWord() string {
	if n := len(s.resumable()); len(s.marked()) > 0 {
		return itoa(n) + " marked"
	}
	return "all " + itoa(len(s.resumable()))
}

func (s *runsScreen) resumeAll() intent { return s.gates().resume(s.resumable()) }

// decide opens the gate of a decision; a run that nobody holds is taken up first,
// and its gate opens when AWS was looked at.
func (s *runsScreen) decide(r *liveRun, k recreate.EventKind) intent {
	if r.Interrupted() {
		return intentAll{intentOpenRun{r.ID}, intentTakeUp{run: r, then: k}}
	}
	return s.gates().open(r, k, false)
}
