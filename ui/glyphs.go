package ui

import (
	"nbscope/model"
	"nbscope/ui/theme"
)

// statusSign is the sign and the tone of a notebook's status.
func statusSign(t *theme.Theme, s model.Status) (string, theme.Tone) {
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

// targetSign is the sign and the tone of a target's state.
func targetSign(t *theme.Theme, s model.TargetState) (string, theme.Tone) {
	switch s {
	case model.StatePending:
		return t.Glyphs.Ellipsis, theme.Dim
	case model.StateListing, model.StateDescribing:
		return t.Glyphs.Busy, theme.Busy
	case model.StateOK:
		return t.Glyphs.Ok, theme.Normal
	case model.StateEmpty, model.StateNotOffered, model.StateNotEnabled:
		return t.Glyphs.Bullet, theme.Dim
	case model.StateThrottled, model.StateTimedOut, model.StateCanceled:
		return t.Glyphs.Warn, theme.Warn
	case model.StateDenied, model.StateExpired, model.StateFailed:
		return t.Glyphs.Failed, theme.Bad
	}
	return t.Glyphs.Unknown, theme.Normal
}

// spinner returns a frame of the sign that says that work goes on.
func spinner(t *theme.Theme, frame int) string {
	frames := [...]string{"◐", "◓", "◑", "◒"}
	if t.Options().ASCII || t.Glyphs.Busy == "~" {
		frames = [...]string{"|", "/", "-", "\\"}
	}
	return frames[frame%len(frames)]
}
