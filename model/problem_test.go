package model

import (
	"slices"
	"testing"
)

func TestEveryKindOfProblemPutsATargetIntoAFinalState(t *testing.T) {
	for kind, want := range map[ProblemKind]TargetState{
		KindSSOExpired: StateExpired, KindExpired: StateExpired, KindNoCredentials: StateExpired, KindBadCredentials: StateRefused,
		KindSignature: StateRefused, KindUnsigned: StateRefused, KindClock: StateFailed, KindWrongRegion: StateFailed,
		KindNoProfile: StateExpired, KindBadProfile: StateExpired, KindMFA: StateExpired, KindDenied: StateDenied, KindSCP: StateDenied,
		KindNotOffered: StateFailed, KindNotEnabled: StateFailed, KindThrottled: StateThrottled, KindTimeout: StateTimedOut,
		KindCanceled: StateCanceled, KindNotFound: StateFailed, KindInvalid: StateFailed, KindConflict: StateFailed,
		KindLimit: StateFailed, KindNetwork: StateFailed, KindService: StateFailed, KindProtocol: StateFailed,
		KindConfig: StateFailed, KindUnknown: StateFailed, "kind of tomorrow": StateFailed,
	} {
		if got := kind.State(); got != want || !got.Final() || got.Answered() {
			t.Errorf("%s puts a target into %q (final %v, answered %v), want %q", kind, got, got.Final(), got.Answered(), want)
		}
	}
}

func TestProblemReadsAsOneLine(t *testing.T) {
	for _, c := range []struct {
		p    Problem
		want string
	}{
		{Problem{Message: "no answer"}, "no answer"},
		{Problem{Operation: "sign in", Message: "the token is too old"}, "sign in: the token is too old"},
		{Problem{Message: "too old", Hint: "aws sso login"}, "too old (aws sso login)"},
		{Problem{Operation: "sign in", Message: "too old", Hint: "aws sso login"}, "sign in: too old (aws sso login)"},
	} {
		if got := c.p.Error(); got != c.want {
			t.Errorf("reads %q, want %q", got, c.want)
		}
	}
}

func TestStatusInTransition(t *testing.T) {
	still := []Status{StatusInService, StatusStopped, StatusFailed}
	if len(Statuses()) != 9 {
		t.Errorf("there are %d statuses, want 9", len(Statuses()))
	}
	for _, s := range Statuses() {
		if s.InTransition() == slices.Contains(still, s) {
			t.Errorf("%s in transition: %v", s, s.InTransition())
		}
	}
	if Status("Tomorrow").InTransition() {
		t.Error("a status of tomorrow is not polled for")
	}
}
