package cli

import (
	"testing"

	"nbscope/model"
)

func TestWhatIsSkippedIsNoReasonForNotHavingSeenANotebook(t *testing.T) {
	t.Parallel()
	skip := model.Skip{Tags: true, Egress: true}
	done := model.Part{State: model.LoadDone}
	n := &model.Notebook{
		Account: "111122223333", Region: "eu-west-1", Name: "a", Described: done, Located: done,
		Tagged: skip.Part(model.FieldTags), Networked: skip.Part(model.FieldEgress),
		Status: model.StatusInService, InstanceType: "ml.t3.medium", DirectInternet: model.Enabled, RootAccess: model.Enabled, IMDSVersion: "2", VolumeGB: 5,
	}
	got := untold(model.TargetStatus{Target: n.Target(), Unknown: 1}, []*model.Notebook{n})
	if want := "1 notebook not seen in full: AWS gave no value for the platform"; got.Message != want {
		t.Errorf("%q, want %q", got.Message, want)
	}
}
