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
		"judged although a fact is missed": {Part{State: LoadFailed, Reason: "denied"}, &Egress{Verdict: VerdictNAT}, ""},
		"unknown, since a fact is missed":  {Part{State: LoadFailed, Reason: "denied"}, &Egress{Verdict: VerdictUnknown}, "denied"},
		"unknown, since AWS does not tell": {done, &Egress{Verdict: VerdictUnknown}, ""},
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

func TestWhatIsSkippedIsNotMissedAndSaysSo(t *testing.T) {
	skip := Skip{Tags: true, Egress: true}
	done := Part{State: LoadDone}
	n := &Notebook{
		Described: done, Located: done, Tagged: skip.Part(FieldTags), Networked: skip.Part(FieldEgress), SubnetID: "subnet-1", DirectInternet: Disabled,
		RootAccess: Enabled, Platform: "notebook-al2023-v1", IMDSVersion: "2", VolumeGB: 5,
	}
	if n.Unseen() {
		t.Error("what is skipped is counted as unseen")
	}
	for _, f := range []FieldID{FieldTags, FieldEgress} {
		if n.Knows(f) || !n.Skips(f) || n.Reason(f) != skip.Why(f) || (Lens{}).Cell(n, f).State != CellUnknown {
			t.Errorf("%s: known %v, skipped %v, %q", f, n.Knows(f), n.Skips(f), n.Reason(f))
		}
	}
	if got := n.Unknown(); len(got) != 2 || got["tags"] != "skipped by --skip tags" || got["egress"] != "skipped by --skip egress" {
		t.Errorf("unknown is %v", got)
	}
	if !n.Knows(FieldFinding) {
		t.Error("a finding waits for what nobody asks for")
	}
	if got := len(Fields()) - len(skip.Fields()); got != 2 {
		t.Errorf("%d fields have no column", got)
	}
	n.Tagged = Part{State: LoadFailed, Reason: "denied"}
	if !n.Unseen() {
		t.Error("what was refused is not counted as unseen")
	}
}
