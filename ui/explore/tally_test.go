package explore

import (
	"testing"

	"nbscope/model"
	"nbscope/ui/uitest"
)

func TestWeightsFollowTheRowsAndTheLens(t *testing.T) {
	calls := 0
	lens := model.Lens{Findings: func(*model.Notebook) []model.Finding {
		calls++
		return []model.Finding{{Severity: model.SeverityHigh}}
	}}
	rows := []*model.Notebook{uitest.Notebook(1, "a", uitest.Prod, "r", nil), uitest.Notebook(3, "b", uitest.Prod, "r", nil)}
	var w weights
	if got := w.count([]int32{0, 1}, rows, lens); got[model.SeverityHigh.Rank()] != 2 || calls != 2 {
		t.Fatalf("%v after %d calls", got, calls)
	}
	again := append(append([]*model.Notebook(nil), rows...), uitest.Notebook(5, "c", uitest.Prod, "r", nil))
	again[1] = uitest.Notebook(3, "b", uitest.Prod, "r", nil)
	if got := w.count([]int32{1, 2}, again, lens); got[model.SeverityHigh.Rank()] != 2 || calls != 4 {
		t.Errorf("%v after %d calls, want 2 high and a call for each row that is new", got, calls)
	}
}
