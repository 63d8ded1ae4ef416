package ui

import (
	"errors"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/uitest"
)

func TestDirectInternetEgressAndFindingStayBesideTheDetail(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(0, "a-name-of-more-than-thirty-letters", uitest.Prod, "ap-southeast-2", func(n *model.Notebook) {
		n.Status = model.StatusPendingMaintenance
	})}})
	d.keys("enter")
	head := strings.Split(d.view(), "\n")[3]
	for _, want := range []string{"NAME", "DIRECT", "EGRESS", "FINDING"} {
		if !strings.Contains(head, want) {
			t.Errorf("%s is missing in %q", want, head)
		}
	}
	row := strings.Split(d.view(), "\n")[4]
	if !strings.Contains(row, "◐") || strings.Contains(strings.SplitN(row, "│", 2)[0], "Pending") {
		t.Errorf("a narrow list shows of the status its sign: %q", row)
	}
	d.keys("esc")
	d.sees("◐ PendingM", "STATUS")
}

func TestDirectInternetIsOnTheSmallestScreen(t *testing.T) {
	loaded(t, 40, 12, nil).sees("NAME", "DIRECT", "FINDING", "○ off")
}

func TestALongPathLosesItsFoldersAndKeepsTheFile(t *testing.T) {
	d := loaded(t, 80, 24, nil)
	path := "/home/ana/" + strings.Repeat("a-folder-with-a-long-name/", 4) + "nbscope-20261123T120000Z.csv"
	d.send(writtenMsg{what: "12 notebooks", path: path})
	d.sees("12 notebooks written to …", "long-name/nbscope-20261123T120000Z.csv")
	d.send(writtenMsg{path: path, err: errors.New("write " + path + ": permission denied; choose another place")})
	d.sees("✗ write …", "permission denied; choose another place")
	wide := loaded(t, 200, 60, nil)
	wide.send(writtenMsg{what: "12 notebooks", path: path})
	wide.sees("12 notebooks written to /home/ana/a-folder")
}
