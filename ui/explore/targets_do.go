package explore

import (
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

func (s *targetsScreen) Commands() []kit.Command {
	l := s.keys.List
	end := len(s.view)
	half := max(1, (s.height-s.paneHeight())/2)
	out := append(l.Moves(half, end, s.move), s.sortCommands()...)
	return append(out,
		kit.Command{Group: kit.GroupList, Name: "Filter the targets", Key: l.Filter, Run: s.startFilter},
		kit.Command{Group: kit.GroupList, Name: "Message of the target in full, or each target of the row", Key: kit.WithDesc(l.Open, s.openWord()), Run: s.open},
		kit.Command{Group: kit.GroupList, Name: "One row an account and state, or each target", Key: kit.WithDesc(s.keys.Notes.Group, s.fold.word()), Run: s.toggleFold},
		kit.Command{Group: kit.GroupList, Name: "Back: close the message, clear the filter, go back", Key: l.Back, Run: s.back},
		kit.Command{Group: kit.GroupScan, Name: kit.UpperFirst(s.retryWord()), Key: kit.WithDesc(s.keys.Target.Retry, s.retryWord()), Run: s.retry},
		kit.Command{Group: kit.GroupMove, Name: "columns to the left", Key: l.Left, Plain: true, Run: func() kit.Intent { s.table.Pan(-1); return nil }},
		kit.Command{Group: kit.GroupMove, Name: "columns to the right", Key: l.Right, Plain: true, Run: func() kit.Intent { s.table.Pan(1); return nil }},
	)
}

func (s *targetsScreen) startFilter() kit.Intent {
	s.full = false
	s.bar.Start()
	return nil
}

func (s *targetsScreen) open() kit.Intent {
	if row, ok := s.current(); ok && row.of != nil && !s.full {
		return s.enter(row.fold)
	}
	s.full, s.top = !s.full, 0
	return nil
}

func (s *targetsScreen) back() kit.Intent {
	if s.full {
		s.full = false
		return nil
	}
	if s.fold.inside != nil {
		return s.leave()
	}
	if s.bar.Text == "" {
		return kit.Pop{}
	}
	s.bar.Apply("")
	return s.Sync()
}

// retry scans the targets under the cursor again; a sign-in that failed can only
// be tried with all of them.
func (s *targetsScreen) retry() kit.Intent {
	row, ok := s.current()
	if !ok || row.problem != nil {
		return kit.Scan{Mode: model.Incremental}
	}
	return kit.Scan{Mode: model.Full, Only: row.targets()}
}

func (s *targetsScreen) Headline(width int) (left, right []kit.Span, cursor int) {
	total := strconv.Itoa(s.total())
	left = []kit.Span{{Tone: theme.Strong, Text: " Targets "}}
	switch {
	case s.fold.inside != nil:
		in := s.fold.inside
		left = append(left, kit.Span{Text: strconv.Itoa(len(s.rows)) + "/" + total},
			kit.Span{Tone: theme.Dim, Text: "  " + kit.AccountShort(in.account, s.world.Lens.Aliases) + in.region + ", " + in.state})
	case s.bar.Text == "" && !s.bar.Open:
		left = append(left, kit.Span{Text: total})
	default:
		left = append(left, kit.Span{Text: strconv.Itoa(s.matched) + "/" + total})
	}
	left, cursor = s.bar.Title(left, width)
	return left, stateSpans(s.world, s.theme), cursor
}

// stateSpans counts the targets by their state, the failures last, where the eye
// ends.
func stateSpans(w *kit.World, t *theme.Theme) []kit.Span {
	counts, partly := map[model.TargetState]int{}, 0
	for i := range w.Targets {
		switch s := &w.Targets[i]; {
		case partial(s):
			partly++
		case !s.Forbidden():
			counts[s.State]++
		}
	}
	var out []kit.Span
	add := func(n int, sign string, tone theme.Tone, word string, drop int) {
		if n > 0 {
			out = append(out, kit.Span{Tone: tone, Text: "  " + sign + " " + strconv.Itoa(n) + " " + word, Drop: drop})
		}
	}
	for i, state := range []model.TargetState{
		model.StatePending, model.StateBelieved, model.StateListing, model.StateDescribing, model.StateOK, model.StateEmpty, model.StateNotOffered,
		model.StateNotEnabled, model.StateCanceled, model.StateTimedOut, model.StateThrottled, model.StateFailed,
		model.StateDenied, model.StateRefused, model.StateExpired,
	} {
		sign, tone := kit.TargetSign(t, state)
		add(counts[state], sign, tone, string(state), 20-i)
	}
	add(w.Forbidden(), t.Glyphs.Bullet, theme.Dim, "denied (SCP)", 12)
	add(partly, t.Glyphs.Warn, theme.Warn, "ok in part", 9)
	hidden := w.Hidden()
	add(hidden, t.Glyphs.Failed, theme.Bad, stateHidden, 0)
	add(len(w.Problems)-hidden, t.Glyphs.Failed, theme.Bad, stateNoSignIn, 0)
	return append(out, kit.Span{Text: " "})
}

func (s *targetsScreen) Facts() []kit.Span {
	row, ok := s.current()
	if !ok {
		return nil
	}
	if row.problem != nil {
		return []kit.Span{{Tone: theme.Bad, Text: " " + row.problem.Message}}
	}
	t := row.status
	out := kit.FactSpans(theme.Normal, " "+s.theme.Glyphs.Bullet+" ", kit.AccountLong(t.Target.Account, s.world.Lens.Aliases),
		t.Target.Region, stateWord(t), foundWords(s.theme.Glyphs, t))
	return append([]kit.Span{{Text: " "}}, out...)
}

// What stands in the place of a state where something kept targets from being found.
const (
	stateNoSignIn = "sign-in failed"
	stateHidden   = "regions not listed"
)

// stateWord is a target's state; one that the organization forbids is no matter of
// missing permissions.
func stateWord(t *model.TargetStatus) string {
	if t.Forbidden() {
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
	switch {
	case partial(s):
		return t.Glyphs.Warn, theme.Warn
	case s.Forbidden():
		return t.Glyphs.Bullet, theme.Dim // the organization wants it so
	}
	return kit.TargetSign(t, s.State)
}

// targetNote is the reason of a failure, what was not seen, or where an index and AWS's
// own list differ.
func targetNote(w *kit.World, t *model.TargetStatus) string {
	if t.Problem != nil {
		return kit.Brief(t.Problem)
	}
	if len(t.Warnings) > 0 {
		return t.Warnings[0].Message
	}
	return indexNote(w, t)
}

// indexNote is what an index has to do with a target: that it is why nobody has asked it,
// and where it and AWS's own list differ.
func indexNote(w *kit.World, t *model.TargetStatus) string {
	x := w.Index
	var says []string
	if t.Named > 0 {
		says = append(says, "the index names "+strconv.Itoa(t.Named))
	}
	if t.State == model.StateBelieved && x != nil {
		says = append(says, "not asked: the index in "+x.Region+" names none; its news are "+model.Age(w.Now.Sub(x.Reported))+" old")
	}
	if t.Missed > 0 {
		says = append(says, "the index missed "+strconv.Itoa(t.Missed))
	}
	if t.Vanished > 0 {
		says = append(says, strconv.Itoa(t.Vanished)+" of them are gone")
	}
	return strings.Join(says, ", ")
}
