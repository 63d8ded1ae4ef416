package model

import "testing"

func TestANetworkThatIsNotJudgedIsNamedAsUnknown(t *testing.T) {
	t.Parallel()
	done := Part{State: LoadDone}
	for name, c := range map[string]struct {
		networked Part
		egress    *Egress
		want      string
	}{
		"not yet":                          {Part{}, nil, "network not judged yet"},
		"refused":                          {Part{State: LoadFailed, Reason: "denied"}, nil, "denied"},
		"judged":                           {done, &Egress{Verdict: VerdictNAT}, ""},
		"judged although a fact is missed": {Part{State: LoadFailed, Reason: "denied"}, &Egress{Verdict: VerdictUnknown}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := Notebook{Described: done, Located: done, Tagged: done, DirectInternet: Enabled, Networked: c.networked, Egress: c.egress}
			if got := n.Unknown()["egress"]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
