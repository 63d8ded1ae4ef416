package kit

import (
	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/theme"
)

// StatusSign is the sign and the tone of a notebook's status.
func StatusSign(t *theme.Theme, s model.Status) (string, theme.Tone) {
	switch s {
	case model.StatusInService:
		return t.Glyphs.Running, theme.Normal
	case model.StatusStopped:
		return t.Glyphs.Stopped, theme.Dim
	case model.StatusFailed:
		return t.Glyphs.Failed, theme.Bad
	case model.StatusPending, model.StatusStopping, model.StatusDeleting, model.StatusUpdating,
		model.StatusPendingMaintenance, model.StatusInMaintenance:
		return t.Glyphs.Busy, theme.Busy
	}
	return t.Glyphs.Bullet, theme.Normal
}

// TargetSign is the sign and the tone of a target's state.
func TargetSign(t *theme.Theme, s model.TargetState) (string, theme.Tone) {
	switch s {
	case model.StatePending:
		return t.Glyphs.Ellipsis, theme.Dim
	case model.StateBelieved:
		return t.Glyphs.Unknown, theme.Dim
	case model.StateListing, model.StateDescribing:
		return t.Glyphs.Busy, theme.Busy
	case model.StateOK:
		return t.Glyphs.Ok, theme.Normal
	case model.StateEmpty, model.StateNotOffered, model.StateNotEnabled:
		return t.Glyphs.Bullet, theme.Dim
	case model.StateThrottled, model.StateTimedOut, model.StateCanceled:
		return t.Glyphs.Warn, theme.Warn
	case model.StateDenied, model.StateExpired, model.StateRefused, model.StateFailed:
		return t.Glyphs.Failed, theme.Bad
	}
	return t.Glyphs.Unknown, theme.Normal
}

// Spinner returns a frame of the sign that says that work goes on.
func Spinner(t *theme.Theme, frame int) string {
	frames := [...]string{"◐", "◓", "◑", "◒"}
	if t.Options().ASCII {
		frames = [...]string{"|", "/", "-", "\\"}
	}
	return frames[frame%len(frames)]
}

// SeveritySign is the sign and the tone of a finding's severity.
func SeveritySign(t *theme.Theme, s model.Severity) (string, theme.Tone) {
	switch s {
	case model.SeverityHigh:
		return t.Glyphs.Failed, theme.Bad
	case model.SeverityMedium:
		return t.Glyphs.Warn, theme.Warn
	case model.SeverityLow:
		return t.Glyphs.Low, theme.Normal
	case model.SeverityUnknown:
		return t.Glyphs.Unknown, theme.Unknown
	}
	return t.Glyphs.Bullet, theme.Normal
}

// VerdictSign is the sign of a verdict, which says what is so and not whether
// that is right.
func VerdictSign(t *theme.Theme, v model.Verdict) string {
	switch v {
	case model.VerdictDirect, model.VerdictNAT, model.VerdictInspected:
		return t.Glyphs.Ok
	case model.VerdictPartial:
		return t.Glyphs.Partly
	case model.VerdictIndirect:
		return t.Glyphs.Arrow
	case model.VerdictEndpoints:
		return t.Glyphs.Some
	case model.VerdictIsolated:
		return t.Glyphs.Failed
	case model.VerdictUnknown:
		return t.Glyphs.Unknown
	}
	return t.Glyphs.Bullet
}

// Leaning is in which tone the facts about a notebook's network stand: quiet
// where they agree with the policy, or where there is none.
type Leaning struct{ Direct, Egress theme.Tone }

// LeaningOf finds the tones for a notebook under its findings.
func LeaningOf(t *theme.Theme, n *model.Notebook, findings []model.Finding) Leaning {
	var out Leaning
	if n.Egress != nil && n.Egress.Verdict == model.VerdictUnknown {
		out.Egress = theme.Unknown
	}
	for _, f := range findings {
		if f.Mitigated || f.Severity == model.SeverityUnknown {
			continue
		}
		_, tone := SeveritySign(t, f.Severity)
		switch f.Code {
		case policy.CodeDirectOff:
			if out.Egress == theme.Normal {
				out.Egress = tone
			}
			out.Direct = tone
		case policy.CodeDirectOn:
			out.Direct = tone
		}
	}
	return out
}
