package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

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

// TestADetailBesideTheListEndsWithIt, below the presets and without them.
func TestADetailBesideTheListEndsWithIt(t *testing.T) {
	t.Parallel()
	lines := make([]string, 99)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %02d", i)
	}
	for _, presets := range [][]model.Preset{nil, {{Key: '1', Name: "all"}}} {
		s, h := shownList(func(w *kit.World) { w.Presets = presets }, threeOf()...)
		run(t, h, s.Commands, "enter")
		s.detail.section = sectionRaw
		s.detail.parts[sectionRaw] = &part{done: true, found: inspection{raw: []byte(strings.Join(lines, "\n"))}}
		s.Resize(160, 30)
		s.detail.scroll(999)
		body := strings.Split(ansi.Strip(s.Body()), "\n")
		if last := body[len(body)-1]; len(body) != 30 || !strings.Contains(last, "line 98") {
			t.Errorf("with %d presets it has %d lines, the last %q", len(presets), len(body), last)
		}
	}
}

func TestNoTargetIsUnderTheCursorWhereThereAreNone(t *testing.T) {
	t.Parallel()
	s := targetsOf(&kit.World{Inventory: model.NewInventory()})
	if row, ok := s.current(); ok {
		t.Errorf("it is %+v", row)
	}
	for _, c := range s.Commands() {
		if c.Key.Enabled() && strings.Contains(c.Name, "this target") {
			t.Errorf("one can %q", c.Name)
		}
	}
	s.Resize(80, 24)
	if strings.TrimSpace(s.Body()) == "" {
		t.Error("it does not say why there are none")
	}
}
