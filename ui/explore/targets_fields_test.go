package explore

import (
	"testing"

	"nbscope/model"
	"nbscope/ui/theme"
)

func TestWhatATargetHasIsKnownOnceItHasAnswered(t *testing.T) {
	t.Parallel()
	g := theme.New(theme.Options{NoColor: true}).Glyphs
	for state, want := range map[model.TargetState][2]string{
		model.StateOK: {"0", "2"}, model.StateEmpty: {"0", "2"}, model.StateNotOffered: {"0", "2"}, model.StateNotEnabled: {"0", "2"},
		model.StateDenied: {"?", "2+"}, model.StateExpired: {"?", "2+"}, model.StateRefused: {"?", "2+"}, model.StateThrottled: {"?", "2+"},
		model.StateTimedOut: {"?", "2+"}, model.StateFailed: {"?", "2+"}, model.StateCanceled: {"?", "2+"},
		model.StatePending: {"", "2"}, model.StateBelieved: {"", "2"}, model.StateListing: {"", "2"}, model.StateDescribing: {"0", "2"},
	} {
		for i, n := range []int{0, 2} {
			if got := found(g, &model.TargetStatus{State: state, Notebooks: n}); got != want[i] {
				t.Errorf("%s with %d listed has %q, want %q", state, n, got, want[i])
			}
		}
	}
	for words, st := range map[string]model.TargetStatus{
		"notebooks not known": {State: model.StateFailed}, "2+ notebooks": {State: model.StateDenied, Notebooks: 2},
		"0 notebooks": {State: model.StateEmpty}, "not listed yet": {State: model.StateListing},
	} {
		if got := foundWords(g, &st); got != words {
			t.Errorf("%+v: %q, want %q", st, got, words)
		}
	}
}
