package ui

import (
	"strings"
	"testing"

	"nbscope/model"
)

func TestDirectInternetEgressAndFindingStayBesideTheDetail(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.feed(model.Batch{Notebooks: []*model.Notebook{notebook(0, "a-name-of-more-than-thirty-letters", prod, "ap-southeast-2", func(n *model.Notebook) {
		n.Status = model.StatusPendingMaintenance
	})}})
	d.keys("enter")
	head := strings.Split(d.view(), "\n")[2]
	for _, want := range []string{"NAME", "DIRECT", "EGRESS", "FINDING"} {
		if !strings.Contains(head, want) {
			t.Errorf("%s is missing in %q", want, head)
		}
	}
	row := strings.Split(d.view(), "\n")[3]
	if !strings.Contains(row, "◐") || strings.Contains(strings.SplitN(row, "│", 2)[0], "Pending") {
		t.Errorf("a narrow list shows of the status its sign: %q", row)
	}
	d.keys("esc")
	d.sees("◐ PendingMaint", "STATUS")
}

func TestDirectInternetIsOnTheSmallestScreen(t *testing.T) {
	loaded(t, 40, 12, nil).sees("NAME", "DIRECT", "FINDING", "○ off")
}
