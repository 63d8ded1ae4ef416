package explore

import (
	"context"
	"strconv"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// listHost keeps the work that the list leaves to be done beside the loop.
type listHost struct {
	kit.Host
	jobs []func(context.Context) kit.Intent
}

func (h *listHost) Job(_ string, work func(context.Context) kit.Intent) tea.Cmd {
	h.jobs = append(h.jobs, work)
	return nil
}

// answers does the oldest piece of work and hands its answer on.
func (h *listHost) answers() {
	work := h.jobs[0]
	h.jobs = h.jobs[1:]
	kit.Perform(h, work(context.Background()))
}

// longList is a list of so many notebooks more than are arranged in the loop.
func longList(t *testing.T, more int) (*Notebooks, *listHost) {
	t.Helper()
	w := &kit.World{Now: uitest.Noon(), Inventory: model.NewInventory()}
	w.Lens = model.Lens{Now: w.Now, Findings: policy.Table{}.Findings}
	for i := range arrangeAside + more {
		w.Rows = append(w.Rows, uitest.Notebook(i%50, "notebook-"+strconv.Itoa(i), uitest.Prod, "eu-west-1", nil))
	}
	s := NewNotebooks(w, kit.DefaultKeyMap(), theme.New(theme.Options{NoColor: true}), nil, Look{})
	s.Resize(120, 40)
	return s, &listHost{}
}

func TestALongListIsArrangedBesideTheLoopAndTheNewestWins(t *testing.T) {
	s, h := longList(t, 10)
	s.Arrange(h)
	if len(h.jobs) != 1 || s.Len() != 0 {
		t.Fatal("a long list was arranged in the loop")
	}
	s.Only(strconv.Itoa(arrangeAside + 5)).Do(&arrangingHost{h, s})
	if len(h.jobs) != 1 {
		t.Fatal("two pieces of work share the engine")
	}
	h.answers()
	if len(h.jobs) != 1 || s.Len() != arrangeAside+10 {
		t.Fatalf("%d notebooks are shown, %d pieces of work wait: the change in the meantime starts a new one", s.Len(), len(h.jobs))
	}
	late := arrangedMsg{screen: s, seq: s.arranger.seq - 1}
	h.answers()
	late.Do(h)
	if s.Len() != 1 || s.list.current().Name != "notebook-"+strconv.Itoa(arrangeAside+5) {
		t.Errorf("%d notebooks are shown", s.Len())
	}
}

func TestAListIsLongFromOneMoreThanTheLoopArranges(t *testing.T) {
	s, h := longList(t, 0)
	s.Arrange(h)
	if len(h.jobs) != 0 || s.Len() != arrangeAside {
		t.Errorf("%d notebooks are shown, %d pieces of work wait", s.Len(), len(h.jobs))
	}
}

// arrangingHost arranges the list where it is asked to.
type arrangingHost struct {
	*listHost
	list *Notebooks
}

func (h *arrangingHost) Arrange() tea.Cmd { return h.list.Arrange(h.listHost) }

func TestALateAnswerUnderTheOldPolicyIsDropped(t *testing.T) {
	s, h := longList(t, 1)
	s.Arrange(h)
	s.Restart() // the policy is another one
	s.Arrange(h)
	h.answers()
	if s.Len() != 0 {
		t.Error("a list arranged under the old policy is shown")
	}
	h.answers()
	if s.Len() != arrangeAside+1 {
		t.Errorf("%d notebooks are shown", s.Len())
	}
}
