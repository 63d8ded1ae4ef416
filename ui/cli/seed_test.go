package cli

import (
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui"
)

func TestAKeptInventoryStandsInTheFirstFrameIfItIsReadInTime(t *testing.T) {
	t.Parallel()
	kept := Kept{Notebooks: []*model.Notebook{known("alpha", "111122223333", "eu-west-1")}, Notices: []string{"set aside"}}
	var quick ui.Config
	seed(&quick, func() Kept { return kept }, nil)
	if len(quick.Cached) != 1 || len(quick.Notices) != 1 || quick.Late != nil {
		t.Errorf("a kept inventory that is there is not in the first frame: %+v", quick)
	}
	release := make(chan struct{})
	var slow ui.Config
	now := make(chan time.Time)
	close(now)
	seed(&slow, func() Kept { <-release; return kept }, now)
	if slow.Late == nil || len(slow.Cached) != 0 {
		t.Fatal("a slow one held up the first frame")
	}
	close(release)
	if late := slow.Late(); len(late.Cached) != 1 || len(late.Notices) != 1 {
		t.Errorf("it did not come later: %+v", late)
	}
}
