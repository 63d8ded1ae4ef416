package ui

import (
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/ui/table"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

func (s *targetsScreen) commands() []command {
	l := s.keys.List
	end := len(s.view)
	half := max(1, (s.height-s.paneHeight())/2)
	var out []command
	for _, c := range []struct {
		key command
		by  int
	}{
		{command{key: l.Down}, 1}, {command{key: l.Up}, -1}, {command{key: l.HalfDown}, half}, {command{key: l.HalfUp}, -half},
		{command{key: l.PageDown}, 2 * half}, {command{key: l.PageUp}, -2 * half}, {command{key: l.Top}, -end}, {command{key: l.Bottom}, end},
	} {
		b := c.key.key
		out = append(out, command{group: groupMove, name: b.Help().Desc, key: b, plain: true, run: func() intent { return s.move(c.by) }})
	}
	out = append(out, s.sortCommands()...)
	return append(out,
		command{group: groupList, name: "Filter the targets", key: l.Filter, run: s.startFilter},
		command{group: groupList, name: "Message of the target in full", key: as(l.Open, "message in full"), run: s.open},
		command{group: groupList, name: "Back: close the message, clear the filter", key: l.Back, run: s.back},
		command{group: groupScan, name: upper(s.retryWord()), key: as(s.keys.Target.Retry, s.retryWord()), run: s.retry},
		command{group: groupMove, name: "columns to the left", key: l.Left, plain: true, run: func() intent { s.table.Pan(-1); return nil }},
		command{group: groupMove, name: "columns to the right", key: l.Right, plain: true, run: func() intent { s.table.Pan(1); return nil }},
	)
}

func (s *targetsScreen) startFilter() intent {
	s.full = false
	s.bar.start()
	return nil
}

func (s *targetsScreen) open() intent {
	s.full, s.top = !s.full, 0
	return nil
}

func (s *targetsScreen) back() intent {
	if s.full {
		s.full = false
		return nil
	}
	s.bar.apply("")
	return s.sync()
}

// retry scans the target under the cursor again; a sign-in that failed can only
// be tried with all of them.
func (s *targetsScreen) retry() intent {
	row, ok := s.current()
	if !ok || row.problem != nil {
		return intentScan{mode: model.Incremental}
	}
	return intentScan{mode: model.Full, only: []model.Target{row.status.Target}}
}

func (s *targetsScreen) headline(width int) (left, right []span, cursor int) {
	total := len(s.rows)
	left = []span{{tone: theme.Strong, text: " Targets "}}
	if s.bar.text == "" && !s.bar.open {
		left = append(left, span{text: strconv.Itoa(total)})
	} else {
		left = append(left, span{text: strconv.Itoa(len(s.view)) + "/" + strconv.Itoa(total)})
	}
	left, cursor = s.bar.title(left, width)
	return left, s.stateSpans(), cursor
}

// stateSpans counts the targets by their state, the failures last, where the eye
// ends.
func (s *targetsScreen) stateSpans() []span {
	counts, partly := map[model.TargetState]int{}, 0
	for i := range s.world.targets {
		if t := &s.world.targets[i]; partial(t) {
			partly++
		} else {
			counts[t.State]++
		}
	}
	var out []span
	add := func(n int, sign string, tone theme.Tone, word string, drop int) {
		if n > 0 {
			out = append(out, span{tone: tone, text: "  " + sign + " " + strconv.Itoa(n) + " " + word, drop: drop})
		}
	}
	for i, state := range []model.TargetState{
		model.StatePending, model.StateListing, model.StateDescribing, model.StateOK, model.StateEmpty, model.StateNotOffered,
		model.StateNotEnabled, model.StateCanceled, model.StateTimedOut, model.StateThrottled, model.StateFailed,
		model.StateDenied, model.StateRefused, model.StateExpired,
	} {
		sign, tone := targetSign(s.theme, state)
		add(counts[state], sign, tone, string(state), 20-i)
	}
	add(partly, s.theme.Glyphs.Warn, theme.Warn, "ok in part", 9)
	hidden := s.world.hidden()
	add(hidden, s.theme.Glyphs.Failed, theme.Bad, stateHidden, 0)
	add(len(s.world.problems)-hidden, s.theme.Glyphs.Failed, theme.Bad, stateNoSignIn, 0)
	return append(out, span{text: " "})
}

func (s *targetsScreen) facts() []span {
	row, ok := s.current()
	if !ok {
		return nil
	}
	if row.problem != nil {
		return []span{{tone: theme.Bad, text: " " + row.problem.Message}}
	}
	t := row.status
	out := factSpans(theme.Normal, " "+s.theme.Glyphs.Bullet+" ", accountLong(t.Target.Account, s.world.lens.Aliases),
		t.Target.Region, stateWord(t), count(t.Notebooks, "notebook"))
	return append([]span{{text: " "}}, out...)
}

// The columns of the targets screen.
const (
	targetAccount = iota
	targetRegion
	targetState
	targetNotebooks
	targetCalls
	targetThrottles
	targetElapsed
	targetMessage
	targetColumnCount
)

// What stands in the place of a state where something kept targets from being found.
const (
	stateNoSignIn = "sign-in failed"
	stateHidden   = "regions not listed"
)

// targetSource gives the table its cells.
type targetSource struct {
	rows  []targetRow
	world *world
	theme *theme.Theme
}

// Key names a row.
func (s *targetSource) Key(row int) string {
	if p := s.rows[row].problem; p != nil {
		return "sign-in " + p.Profile + " " + p.Message
	}
	return s.rows[row].status.Target.String()
}

// Cell is one value of one target.
func (s *targetSource) Cell(row, col int) table.Cell {
	c := table.Cell{Text: s.text(row, col)}
	r := s.rows[row]
	switch {
	case r.problem != nil:
		if col == targetState {
			c.Text, c.Tone = s.theme.Glyphs.Failed+" "+c.Text, theme.Bad
		}
	case col == targetState:
		sign, tone := stateSign(s.theme, r.status)
		c.Text, c.Tone = sign+" "+c.Text, tone
	case col == targetThrottles && r.status.Throttles > 0:
		c.Tone = theme.Warn
	case r.status.State.Final() && r.status.Notebooks == 0 && r.status.State.Answered(), col >= targetCalls && col < targetMessage:
		c.Tone = theme.Dim
	}
	return c
}

func (s *targetSource) text(row, col int) string {
	r := s.rows[row]
	if r.problem != nil {
		switch col {
		case targetAccount:
			switch {
			case r.problem.HidesRegions():
				return accountShort(r.problem.Target.Account, s.world.lens.Aliases)
			case r.problem.Profile == "":
				return "default credentials"
			}
			return r.problem.Profile
		case targetState:
			if r.problem.HidesRegions() {
				return stateHidden
			}
			return stateNoSignIn
		case targetMessage:
			return brief(r.problem)
		}
		return ""
	}
	t := r.status
	switch col {
	case targetAccount:
		return accountShort(t.Target.Account, s.world.lens.Aliases)
	case targetRegion:
		return t.Target.Region
	case targetState:
		return stateWord(t)
	case targetElapsed:
		return elapsed(t, s.world.now)
	case targetMessage:
		return targetNote(t)
	}
	return s.number(t, col)
}

func (s *targetSource) number(t *model.TargetStatus, col int) string {
	n := 0
	switch col {
	case targetNotebooks:
		n = t.Notebooks
	case targetCalls:
		n = t.Calls
	case targetThrottles:
		n = t.Throttles
	}
	if n == 0 && (col != targetNotebooks || t.State == model.StatePending) {
		return ""
	}
	return strconv.Itoa(n)
}

// stateWord is a target's state; one that the organization forbids is no matter of
// missing permissions.
func stateWord(t *model.TargetStatus) string {
	if t.State == model.StateDenied && t.Problem != nil && t.Problem.Kind == model.KindSCP {
		return string(t.State) + " (SCP)"
	}
	if partial(t) {
		return "ok in part"
	}
	return string(t.State)
}

// partial reports whether a target answered, but not everything that was asked.
func partial(t *model.TargetStatus) bool {
	return t.State == model.StateOK && (len(t.Warnings) > 0 || t.Unknown > 0)
}

func stateSign(t *theme.Theme, s *model.TargetStatus) (string, theme.Tone) {
	if partial(s) {
		return t.Glyphs.Warn, theme.Warn
	}
	return targetSign(t, s.State)
}

// targetNote is the reason of a failure, or what was not seen.
func targetNote(t *model.TargetStatus) string {
	if t.Problem != nil {
		return brief(t.Problem)
	}
	if len(t.Warnings) > 0 {
		return t.Warnings[0].Message
	}
	return ""
}

// all is the row as one text in small letters, for the filter.
func (s *targetSource) all(row int) string {
	var b strings.Builder
	for col := range targetColumnCount {
		b.WriteString(s.text(row, col))
		b.WriteByte(' ')
	}
	if t := s.rows[row].status; t != nil {
		b.WriteString(t.Target.Account)
	}
	return strings.ToLower(text.Clean(b.String()))
}
