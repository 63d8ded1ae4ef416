package recreate

import (
	"strconv"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
)

// What the keys of the list of runs do.

func (s *runsScreen) Commands() []kit.Command {
	l, k := s.keys.List, s.keys.Runs
	r := s.current()
	end, half := len(s.view), max(1, s.height/2)
	var out []kit.Command
	for _, m := range []struct {
		key key.Binding
		by  int
	}{
		{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half}, {l.Top, -end}, {l.Bottom, end},
	} {
		out = append(out, kit.Command{Group: kit.GroupMove, Name: m.key.Help().Desc, Key: m.key, Plain: true, Run: func() kit.Intent { s.table.Move(m.by); return nil }})
	}
	some, marks := r != nil, len(s.marked()) > 0
	out = append(out,
		kit.Command{Group: groupRun, Name: "Open the run", Key: kit.EnabledIf(k.Open, some), Run: s.open},
		kit.Command{Group: groupRun, Name: "Mark the run", Key: kit.EnabledIf(k.Mark, some), Run: s.mark},
		kit.Command{Group: groupRun, Name: "Mark every run that is not over", Key: kit.EnabledIf(k.MarkAll, some), Run: s.markAll},
		kit.Command{Group: groupRun, Name: "Clear the marks", Key: kit.EnabledIf(kit.WithDesc(l.Back, "clear marks"), marks), Run: s.clearMarks},
		kit.Command{Group: groupRun, Name: "Resume " + s.resumeWord(), Key: kit.EnabledIf(kit.WithDesc(k.ResumeAll, "resume "+s.resumeWord()), len(s.resumable()) > 0), Run: s.resumeAll},
		kit.Command{Group: groupRun, Name: "Read the journals again", Key: kit.WithDesc(s.keys.Global.Refresh, "read again"), Run: func() kit.Intent { return intentReadRuns{s.book} }},
	)
	if marks {
		j := s.together()
		return append(out, kit.Command{Group: groupRun, Name: "Approve together: " + j.title(), Key: kit.EnabledIf(kit.WithDesc(k.Decide, j.hint()), len(j.all) > 0), Run: s.approve})
	}
	if some {
		out = append(out, s.oneCommands(r)...)
	}
	return out
}

// oneCommands are about the run under the cursor.
func (s *runsScreen) oneCommands(r *liveRun) []kit.Command {
	k := s.keys.Runs
	decide := func(b key.Binding, name string, kind recreate.EventKind) kit.Command {
		return kit.Command{Group: groupRun, Name: name, Key: kit.EnabledIf(b, s.decidable(r, kind)), Run: func() kit.Intent { return s.decide(r, kind) }}
	}
	out := []kit.Command{
		{Group: groupRun, Name: "Resume: look at AWS, then ask", Key: kit.EnabledIf(k.Resume, r.Interrupted()), Run: func() kit.Intent { return s.gates().resume([]*liveRun{r}) }},
		decide(k.Stop, "Stop after the call that is being made", recreate.EventHalted),
		decide(k.Rollback, rollbackName(&r.Run), recreate.EventRollback),
		decide(k.Close, "End the run, leave both notebooks", recreate.EventClosed),
		{Group: groupRun, Name: "Report of the run, Markdown", Key: k.Report, Run: func() kit.Intent { return intentReport{kept: r.Journal()} }},
		{Group: groupRun, Name: "Report of the run, JSON", Key: k.ReportJSON, Run: func() kit.Intent { return intentReport{kept: r.Journal(), json: true} }},
	}
	if gate := r.Run.Gate(); gate != recreate.GateNone || r.Run.Kept() {
		kind := recreate.EventApproved
		if gate == recreate.GateAttest {
			kind = recreate.EventAttested
		}
		b, _ := decisionKey(k, r, kind)
		out = append(out, decide(b, kit.UpperFirst(b.Help().Desc), kind))
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
	return gates{keys: s.keys, theme: s.theme, world: s.world, now: s.ports.now, runs: s.ports.book}
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

func (s *runsScreen) mark() kit.Intent {
	s.table.ToggleMark()
	s.table.Move(1)
	return nil
}

func (s *runsScreen) markAll() kit.Intent {
	for _, r := range s.book.order {
		if !r.Over() {
			s.table.SetMark(r.ID, true)
		}
	}
	return nil
}

func (s *runsScreen) clearMarks() kit.Intent {
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

func (s *runsScreen) approve() kit.Intent { return s.gates().approveAll(s.together) }

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
		return strconv.Itoa(n) + " marked"
	}
	return "all " + strconv.Itoa(len(s.resumable()))
}

func (s *runsScreen) resumeAll() kit.Intent { return s.gates().resume(s.resumable()) }

// decide opens the gate of a decision; a run that nobody holds is taken up first,
// and its gate opens when AWS was looked at.
func (s *runsScreen) decide(r *liveRun, k recreate.EventKind) kit.Intent {
	if r.Interrupted() {
		return kit.Sequence{kit.OpenRun{ID: r.ID}, intentTakeUp{run: r, then: k}}
	}
	return s.gates().open(r, k, false)
}
