package explore

import (
	"fmt"
	"slices"
	"testing"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestASectionIsFetchedWhenItIsTurnedTo(t *testing.T) {
	t.Parallel()
	s, h := shownList(nil, threeOf()...)
	run(t, h, s.Commands, "enter", "enter")
	for _, step := range []struct {
		to    section
		asked []string
	}{{sectionRaw, []string{"job detail"}}, {sectionTags, nil}, {sectionRaw, nil}} {
		h.Asked = nil
		kit.Perform(h, s.detail.turnTo(step.to))
		if !slices.Equal(h.Asked, step.asked) {
			t.Errorf("at %s it is asked %q, want %q", step.to.name(), h.Asked, step.asked)
		}
	}
	kit.Perform(h, s.detail.click(1, 0))
	if s.detail.section != sectionRaw {
		t.Errorf("a click beside the tabs turns to %s", s.detail.section.name())
	}
	kit.Perform(h, s.detail.turnTo(sections()[1])) // from the last one on, the first tabs are out of sight
	kit.Perform(h, s.detail.click(1, 1))
	if s.detail.section != sections()[0] {
		t.Errorf("a click on the first tab turns to %s", s.detail.section.name())
	}
}

func TestHalfAPageOfTheVPCsIsHalfOfWhatIsSeen(t *testing.T) {
	t.Parallel()
	w := &kit.World{Now: uitest.Noon()}
	for i := range 60 {
		w.Rows = append(w.Rows, uitest.Notebook(0, fmt.Sprint("n", i), uitest.Prod, "eu-west-1", func(n *model.Notebook) {
			n.VPCID, n.SubnetID = fmt.Sprintf("vpc-%02d", i), fmt.Sprintf("subnet-%02d", i)
		}))
	}
	s := NewVPCs(w, kit.DefaultKeyMap(), plain()).(*vpcsScreen)
	for height, want := range map[int]int{3: 1, 10: 5, 40: 14} {
		s.Resize(120, height)
		s.table.MoveTo(0)
		run(t, &uitest.Host{}, s.Commands, "ctrl+d")
		if at, _ := s.table.Cursor(); at != want {
			t.Errorf("in %d lines it leads to %d, want %d", height, at, want)
		}
	}
}
