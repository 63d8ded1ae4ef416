package recreate

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// The signs and words of plans and runs.

// resultSign is the sign and the tone of a check's result.
func resultSign(t *theme.Theme, r recreate.Result) (string, theme.Tone) {
	switch r {
	case recreate.Fail:
		return t.Glyphs.Failed, theme.Bad
	case recreate.Warn:
		return t.Glyphs.Warn, theme.Warn
	case recreate.Pass:
		return t.Glyphs.Ok, theme.Good
	case recreate.CheckUnknown:
	}
	return t.Glyphs.Unknown, theme.Unknown
}

// countSigns is how a list of checks stands: a sign for the worst, and the counts.
func countSigns(t *theme.Theme, checks []recreate.Check) (sign string, tone theme.Tone, note string) {
	n := recreate.CountChecks(checks)
	sign, tone = t.Glyphs.Ok, theme.Good
	switch {
	case n[recreate.Fail] > 0:
		sign, tone = t.Glyphs.Failed, theme.Bad
	case n[recreate.Warn] > 0:
		sign, tone = t.Glyphs.Warn, theme.Warn
	}
	note = fmt.Sprintf("%d %s %d %s %d %s", n[recreate.Pass], t.Glyphs.Ok, n[recreate.Warn], t.Glyphs.Warn, n[recreate.Fail], t.Glyphs.Failed)
	if u := n[recreate.CheckUnknown]; u > 0 {
		note += fmt.Sprintf(" %d %s", u, t.Glyphs.Unknown)
	}
	return sign, tone, note
}

// stepSign is the sign and the tone of a step's state.
func stepSign(t *theme.Theme, s recreate.StepState) (string, theme.Tone) {
	switch s {
	case recreate.StepActive:
		return t.Glyphs.Cursor, theme.Accent
	case recreate.StepDone:
		return t.Glyphs.Ok, theme.Good
	case recreate.StepSkipped:
		return t.Glyphs.Bullet, theme.Dim
	case recreate.StepBroken:
		return t.Glyphs.Failed, theme.Bad
	case recreate.StepPending:
	}
	return t.Glyphs.Stopped, theme.Dim
}

// gateWord is what a gate wants of the user.
func gateWord(g recreate.Gate) string {
	switch g {
	case recreate.GateApprove:
		return "approve"
	case recreate.GateAttest:
		return "by hand"
	case recreate.GateName:
		return "type name"
	case recreate.GateNone:
	}
	return ""
}

// keptCost is what the stopped source's volume costs, "" when it is not known.
func keptCost(r *recreate.Run) string {
	if m := r.Plan.Cost.KeptPerMonth; m != nil {
		return model.Money(m, "a month")
	}
	return ""
}

// fieldTitle is what the form calls a member of Create.
func fieldTitle(create string) string {
	if f, ok := recreate.FieldOf(create); ok {
		return f.Title
	}
	return create
}

// runSign is the sign and the tone of how a run stands.
func runSign(g theme.Glyphs, r *liveRun) (string, theme.Tone) {
	switch {
	case r.Run.Ending().Good:
		return g.Ok, theme.Dim
	case r.Run.Ending().Alarming:
		return g.Warn, theme.Warn
	case r.Run.Outcome != "":
		return g.Bullet, theme.Dim
	case r.Problem != nil || r.Kept.Unreadable() != "" || r.Run.Phase == recreate.PhaseFailed:
		return g.Failed, theme.Bad
	case r.UnderWay(), r.Elsewhere():
		return g.Busy, theme.Busy
	case r.Troubled() || r.Run.Phase == recreate.PhasePaused:
		return g.Warn, theme.Warn
	case r.Run.Kept():
		return g.Stopped, theme.Normal
	case r.Run.Waits():
		return g.Run, theme.Accent
	}
	return g.Warn, theme.Warn
}

// stateCell is how a run stands, in a list.
func stateCell(g theme.Glyphs, r *liveRun, now time.Time) table.Cell {
	sign, tone := runSign(g, r)
	return table.Cell{Text: sign + " " + stateWords(r, now), Tone: tone}
}

// stateWords is how a run stands, in the words of a list: what is under way with
// the time that it takes, and who holds it where it is not this program.
func stateWords(r *liveRun, now time.Time) string {
	switch {
	case r.Elsewhere():
		return "held by another process"
	case r.Flight == nil:
		return r.Says()
	}
	since := ", " + kit.Elapsed(now.Sub(r.Flight.Since))
	if s := r.Flight.Progress.Status; s != "" && r.Flight.Effect.Kind == recreate.EffectWait {
		return string(s) + since
	}
	if m := r.Flight.Progress.Moving; m != nil && m.BytesTotal > 0 {
		since = fmt.Sprintf(" %d%%", 100*m.Bytes/m.BytesTotal) + since
	}
	return r.Flight.Effect.Kind.Verb() + since
}

// decisionKey is the key of a decision.
func decisionKey(k kit.RunKeys, r *liveRun, c recreate.EventKind) (key.Binding, bool) {
	words := map[recreate.EventKind]key.Binding{
		recreate.EventApproved: k.Decide,
		recreate.EventAttested: kit.WithDesc(k.Decide, "say that it is copied"),
		recreate.EventRetry:    k.Retry,
		recreate.EventAmended:  k.Amend,
		recreate.EventAccepted: k.Accept,
		recreate.EventResumed:  kit.WithDesc(k.Resume, "look at AWS again"),
		recreate.EventRollback: k.Rollback,
		recreate.EventClosed:   k.Close,
		recreate.EventHalted:   k.Stop,
		recreate.EventRecopy:   k.Recopy,
		recreate.EventRerouted: k.Reroute,
	}
	if r.Run.Act().Moves() {
		words[recreate.EventHalted] = kit.WithDesc(k.Stop, "leave it: it is taken up again")
	}
	if r.Run.Phase == recreate.PhaseDiffer {
		words[recreate.EventAccepted] = kit.WithDesc(k.Accept, "accept differences by name")
		words[recreate.EventRetry] = kit.WithDesc(k.Retry, "compare once more")
	}
	if r.Run.Phase == recreate.PhasePaused || r.Interrupted() {
		words[recreate.EventResumed] = k.Resume
	}
	b, ok := words[c]
	if says := r.Run.Words().ChoiceSays(c); ok && says != "" {
		b = kit.WithDesc(b, says)
	}
	return b, ok
}

// onOff is a setting in a cell; what AWS did not tell is not off.
func onOff(v string) string {
	switch v {
	case model.Enabled:
		return "on"
	case model.Disabled:
		return "off"
	}
	return "?"
}

// turned is what a recreate turns, for a cell.
func turned(src *recreate.Snapshot, spec *recreate.Spec, arrow string) string {
	if recreate.DirectionTo(src, spec.DirectInternet) == recreate.IntoVPC {
		return arrow + " VPC"
	}
	return onOff(src.DirectInternet) + " " + arrow + " " + onOff(spec.DirectInternet)
}
