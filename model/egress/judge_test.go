package egress

import (
	"strings"
	"testing"

	"nbscope/model"
)

type judgement struct {
	name   string
	world  *world
	want   model.Verdict
	reason string // a part of it
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, group := range [][]judgement{
		switchCases(), routeCases(), amazonListCases(), natCases(), gatewayCases(), applianceCases(), blockCases(), groupCases(), aclCases(), sixCases(), nameCases(), privateCases(), sharedCases(), oddCases(),
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				got := c.world.judge()
				if got.Verdict != c.want {
					t.Errorf("verdict %q, want %q: %s\n%s", got.Verdict, c.want, got.Reason, drawing(got.Chain))
				}
				if !strings.Contains(got.Reason, c.reason) {
					t.Errorf("reason %q does not say %q", got.Reason, c.reason)
				}
				checkShape(t, got)
			})
		}
	}
}

// checkShape holds what is true of every judgement.
func checkShape(t *testing.T, e model.Egress) {
	t.Helper()
	if e.Reason == "" {
		t.Error("a judgement without a reason")
	}
	for _, h := range e.Chain {
		if h.Says == "" || h.Kind == "" || h.State == "" {
			t.Errorf("an empty hop: %+v", h)
		}
		if e.Verdict.Internet() && h.State != model.HopOK {
			t.Errorf("the verdict %s stands on a hop that is %s: %+v", e.Verdict, h.State, h)
		}
	}
	if e.Verdict.Internet() && e.Chain[len(e.Chain)-1].Kind != model.HopInternet && e.Verdict != model.VerdictInspected {
		t.Error("a way to the internet that does not end there")
	}
}

func drawing(chain []model.Hop) string {
	var b strings.Builder
	for _, h := range chain {
		b.WriteString(string(h.State) + " " + string(h.Kind) + " " + h.ID + " " + h.Says + "\n")
	}
	return b.String()
}
