package recreate

import (
	"bytes"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What the keys of the list of runs do.

func (s *runsScreen) Commands() []kit.Command {
	l, k := s.keys.List, s.keys.Runs
	r := s.current()
	end, half := len(s.view), max(1, s.height/2)
	out := l.Moves(half, end, func(by int) kit.Intent { s.table.Move(by); return nil })
	some, marks := r != nil, len(s.marked()) > 0
	out = append(out,
		kit.Command{Group: groupRun, Name: "Open the run", Key: kit.EnabledIf(k.Open, some), Run: s.open},
		kit.Command{Group: groupRun, Name: "Mark the run", Key: kit.EnabledIf(k.Mark, some), Run: s.mark},
		kit.Command{Group: groupRun, Name: "Mark every run that is not over", Key: kit.EnabledIf(k.MarkAll, some), Run: s.markAll},
		kit.Command{Group: groupRun, Name: "Clear the marks, go back", Key: kit.EnabledIf(kit.WithDesc(l.Back, s.backWord()), s.backWord() != ""), Run: s.back},
		kit.Command{Group: groupRun, Name: "Resume " + s.resumeWord(), Key: kit.EnabledIf(kit.WithDesc(k.ResumeAll, "resume "+s.resumeWord()), len(s.resumable()) > 0), Run: s.resumeAll},
		kit.Command{Group: groupRun, Name: "Read the journals again", Key: kit.WithDesc(s.keys.Global.Refresh, "read again"), Run: func() kit.Intent { return kit.Func(func(kit.Host) tea.Cmd { return s.book.Read() }) }},
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
		{Group: groupRun, Name: "Resume: look at AWS, then ask", Key: kit.EnabledIf(k.Resume, r.Interrupted()), Run: func() kit.Intent { return s.ports.gates.resume([]*liveRun{r}) }},
		decide(k.Stop, "Stop after the call that is being made", recreate.EventHalted),
		decide(k.Rollback, rollbackName(&r.Run), recreate.EventRollback),
		decide(k.Close, "End the run, leave both notebooks", recreate.EventClosed),
		{Group: groupRun, Name: "Report of the run, Markdown", Key: k.Report, Run: func() kit.Intent { return intentReport{kept: r.Journal()} }},
		{Group: groupRun, Name: "Report of the run, JSON", Key: k.ReportJSON, Run: func() kit.Intent { return intentReport{kept: r.Journal(), json: true} }},
	}
	if kind := s.gateOf(r); kind != "" {
		b, _ := decisionKey(k, r, kind)
		return append(out, decide(b, kit.UpperFirst(b.Help().Desc), kind))
	}
	return append(out, kit.Command{Group: groupRun, Name: "Open the run, to decide", Key: kit.EnabledIf(kit.WithDesc(k.Decide, "decide"), r.Waits()), Run: s.open})
}

// gateOf is the decision that the run waits for and whose gate opens from the list; "" where
// there are others, which stand on its page.
func (s *runsScreen) gateOf(r *liveRun) recreate.EventKind {
	kind := recreate.EventApproved
	switch gate := r.Run.Gate(); {
	case gate == recreate.GateAttest:
		kind = recreate.EventAttested
	case gate == recreate.GateNone && !r.Run.Kept():
		return ""
	}
	if !s.decidable(r, kind) && r.Waits() {
		return ""
	}
	return kind
}

// rollbackName says what a rollback removes, where there is something.
func rollbackName(r *recreate.Run) string {
	if r.Removable() {
		return "Roll back: remove the replacement"
	}
	return "Roll back"
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

// back clears the marks, then goes back.
func (s *runsScreen) back() kit.Intent {
	if len(s.marked()) == 0 {
		return kit.Pop{}
	}
	s.table.ClearMarks()
	return nil
}

// backWord is what esc does now.
func (s *runsScreen) backWord() string {
	if len(s.marked()) > 0 {
		return "clear marks"
	}
	return s.world.BackWord()
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

func (s *runsScreen) approve() kit.Intent { return s.ports.gates.approveAll(s.together) }

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

func (s *runsScreen) resumeAll() kit.Intent { return s.ports.gates.resume(s.resumable()) }

// decide opens the gate of a decision; a run that nobody holds is taken up first,
// and its gate opens when AWS was looked at.
func (s *runsScreen) decide(r *liveRun, k recreate.EventKind) kit.Intent {
	if r.Interrupted() {
		return kit.Sequence{kit.OpenRun{ID: r.ID}, intentTakeUp{run: r, then: k}}
	}
	return s.ports.gates.open(r, k, false)
}

// intentReport writes the report of a run into a file: the plan, who did what and
// when, the calls, the outcome, and where its journal is damaged. There is no secret in it.
type intentReport struct {
	kept recreate.Kept
	json bool
}

// Do makes the report and saves it.
func (i intentReport) Do(h kit.Host) tea.Cmd {
	format, extension := report.Markdown, "md"
	if i.json {
		format, extension = report.JSON, "json"
	}
	var out bytes.Buffer
	if err := report.Run(&out, &i.kept, format); err != nil {
		return h.Say(theme.Bad, "no report: "+err.Error())
	}
	return h.Save(reportName(i.kept.Run.ID(), extension), out.String())
}

// reportName is the file of a run's report. An id of a damaged journal may be
// anything.
func reportName(id, extension string) string {
	safe := strings.Map(func(c rune) rune {
		if c == '/' || c == '\\' || c == ':' || c < ' ' {
			return '-'
		}
		return c
	}, id)
	return "nbscope-run-" + safe + "." + extension
}
