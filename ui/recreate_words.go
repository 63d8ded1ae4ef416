package ui

import (
	"fmt"
	"strings"

	"nbscope/model/recreate"
	"nbscope/ui/text"
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

func outcomeSign(t *theme.Theme, o recreate.Outcome) (string, theme.Tone) {
	if o == recreate.OutcomeDone {
		return t.Glyphs.Ok, theme.Good
	}
	return t.Glyphs.Bullet, theme.Normal
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

// effectWords is what an effect does, as a clause.
func effectWords(e *recreate.Effect) string {
	switch e.Kind {
	case recreate.EffectObserve:
		return "looking at both notebooks"
	case recreate.EffectSettle:
		return "looking whether the call was carried out, as its answer was lost"
	case recreate.EffectWait:
		until := make([]string, 0, len(e.Until))
		for _, s := range e.Until {
			if s == recreate.StatusGone {
				until = append(until, "gone")
				continue
			}
			until = append(until, string(s))
		}
		return "waiting until " + e.Name + " is " + strings.Join(until, " or ")
	case recreate.EffectCreate:
		return "creating " + e.Name
	case recreate.EffectStart:
		return "starting " + e.Name
	case recreate.EffectStop:
		return "stopping " + e.Name
	case recreate.EffectUpdate:
		return "updating " + e.Name
	case recreate.EffectDelete:
		return "deleting " + e.Name
	}
	return string(e.Kind) + " " + e.Name
}

// keptCost is what the stopped source's volume costs, "" when it is not known.
func keptCost(r *recreate.Run) string {
	if m := r.Plan.Cost.KeptPerMonth; m != nil {
		return fmt.Sprintf("%s %.2f a month", r.Plan.Cost.Currency, *m)
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

// indented sets a paragraph below a line with a sign.
func indented(t *theme.Theme, tone theme.Tone, s string, width int) []string {
	if s == "" {
		return nil
	}
	var out []string
	for _, l := range text.Wrap(s, max(1, width-5)) {
		out = append(out, "    "+t.Render(tone, l))
	}
	return out
}
