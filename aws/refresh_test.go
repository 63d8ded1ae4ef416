package aws

import (
	"sync/atomic"
	"testing"

	"nbscope/model"
)

func TestADescribeThatFailsKeepsWhatAnEarlierOneSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code  string
		keeps bool
	}{
		"AWS was not able to answer": {"InternalFailure", true},
		"the values were not liked":  {"ValidationException", true},
		"a refusal is an answer":     {"AccessDeniedException", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 3)
			var failing atomic.Bool
			s.hook = func(call call) (int, string, bool) {
				if failing.Load() && call.op == "DescribeNotebookInstance" {
					return refuse(c.code, "no")
				}
				return 0, "", false
			}
			client := s.client(t)
			inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
			changed := inv.Rows()[1]
			before := *changed
			s.edit(homeAccount, "eu-west-1", 1, func(n *stubNotebook) { n.modified = 1.8e9 })
			failing.Store(true)
			once(t, client, inv, model.ScanRequest{Mode: model.Incremental})
			got := inv.Get(before.ARN)
			if got.Described.Known() != c.keeps || got.Stale != c.keeps {
				t.Errorf("described %v, stale %v, want both %v", got.Described, got.Stale, c.keeps)
			}
			if c.keeps && (got.SubnetID != before.SubnetID || got.DirectInternet != before.DirectInternet || got.VPCID != before.VPCID) {
				t.Errorf("the network settings were lost: %+v", got)
			}
			if inv.Coverage().Unseen != 1 {
				t.Errorf("%d notebooks are counted as unseen, want 1", inv.Coverage().Unseen)
			}
			failing.Store(false)
			once(t, client, inv, model.ScanRequest{Mode: model.Incremental})
			if got := inv.Get(before.ARN); !got.Described.Known() || got.Stale || inv.Coverage().Unseen != 0 {
				t.Errorf("the next refresh does not mend it: %+v", got)
			}
		})
	}
}
