package explore

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// run runs the commands of these keys.
func run(t *testing.T, h kit.Host, commands func() []kit.Command, keys ...string) {
	t.Helper()
	for _, k := range keys {
		found := false
		for _, c := range commands() {
			for _, name := range c.Key.Keys() {
				if name == k && c.Key.Enabled() && !found {
					found = true
					kit.Perform(h, c.Run())
				}
			}
		}
		if !found {
			t.Errorf("there is no key %q", k)
		}
	}
}

func TestTheKeysOfTheListMoveItsCursor(t *testing.T) {
	t.Parallel()
	rows := make([]*model.Notebook, 100)
	for i := range rows {
		rows[i] = uitest.Notebook(0, fmt.Sprintf("n%03d", i), uitest.Prod, "eu-west-1", nil)
	}
	s, h := shownList(nil, rows...)
	const page = 29 // the lines below the heads of the columns
	for _, step := range []struct {
		key  string
		want int
	}{{"j", 1}, {"k", 0}, {"ctrl+d", page / 2}, {"ctrl+u", 0}, {"pgdown", page}, {"pgup", 0}, {"G", 99}, {"g", 0}} {
		run(t, h, s.Commands, step.key)
		if at, _ := s.list.table.Cursor(); at != step.want {
			t.Errorf("%s leads to %d, want %d", step.key, at, step.want)
		}
	}
	run(t, h, s.Commands, "enter", "enter", "n", "n", "p")
	if at, _ := s.list.table.Cursor(); at != 1 || s.detail.notebook.Name != "n001" || !s.detail.focused {
		t.Errorf("the detail shows %s", s.detail.notebook.Name)
	}
	run(t, h, s.Commands, "]", "]", "[")
	if s.detail.section != sectionNetwork {
		t.Errorf("it is turned to %s", s.detail.section.name())
	}
	run(t, h, s.Commands, "h", "h")
	if s.detail.section != sectionRaw {
		t.Errorf("it is turned to %s", s.detail.section.name())
	}
	run(t, h, s.Commands, "l", "3")
	if s.detail.section != sectionFindings {
		t.Errorf("it is turned to %s", s.detail.section.name())
	}
	v := vpcsOf(vpcWorld(), nil)
	run(t, h, v.Commands, "G")
	if at, _ := v.table.Cursor(); at != 3 {
		t.Errorf("the cursor of the VPCs is at %d", at)
	}
	none := vpcsOf(nil, nil)
	for _, c := range none.Commands() {
		if strings.HasPrefix(c.Name, "Show the notebooks") && c.Key.Enabled() {
			t.Errorf("without VPCs one can %q", c.Name)
		}
	}
}

func TestADetailScrollsAsFarAsItsTextReaches(t *testing.T) {
	t.Parallel()
	lines := make([]string, 30)
	for i := range lines {
		lines[i] = "line " + strconv.Itoa(i)
	}
	d := pageOf(known(nil), sectionRaw, func(d *detail) {
		d.parts[sectionRaw] = &part{done: true, found: inspection{raw: []byte(strings.Join(lines, "\n"))}}
		d.resize(60, 12)
	}).detail
	view := func() []string {
		return strings.Split(strings.TrimSuffix(kit.PlainLines(strings.Split(d.view(), "\n")), "\n"), "\n")
	}
	if got := view(); len(got) != 12 || got[0] != " churn"+strings.Repeat(" ", 42)+"● InService" || got[2] != " line 0" {
		t.Errorf("it is %q", got)
	}
	for _, c := range []struct{ by, top int }{{3, 3}, {-1, 2}, {999, 20}, {-999, 0}} {
		d.scroll(c.by)
		if d.top != c.top || view()[2] != " line "+strconv.Itoa(c.top) {
			t.Errorf("scrolled by %d it is at %d, want %d: %q", c.by, d.top, c.top, view()[2])
		}
	}
	for height, want := range map[int]int{40: 40, 2: 2, 1: 1, 0: 1} {
		d.resize(60, height)
		if got := view(); len(got) != want {
			t.Errorf("in %d lines it has %d", height, len(got))
		}
	}
	d.resize(60, 12)
	tabs := kit.PlainLines([]string{d.tabRow().Draw(d.theme, true)})
	at := strings.Index(strings.ReplaceAll(tabs, "‹", "<"), "Tags")
	if d.click(at, 0) != nil || d.click(at, 2) != nil || d.section != sectionRaw {
		t.Error("a click beside the tabs turns")
	}
	d.click(at, 1)
	if d.section != sectionTags {
		t.Errorf("a click on Tags turns to %s", d.section.name())
	}
	d.notebook = nil
	if got := view(); got[0] != " no notebook" || d.fetch() != nil {
		t.Errorf("without a notebook it is %q", got)
	}
}

func TestRemediesAreMarkedInTheirOrder(t *testing.T) {
	t.Parallel()
	d := pageOf(known(nil), sectionOverview, nil).detail
	for i, step := range []struct{ by, want int }{{1, 1}, {1, 2}, {1, 0}, {-1, 2}, {-2, 0}} {
		d.nextRemedy(step.by)
		if d.remedy != step.want {
			t.Errorf("step %d: remedy %d, want %d", i, d.remedy, step.want)
		}
	}
	d.remedy = 4 // of a longer list
	copied, ok := d.copyRemedy().(kit.Copy)
	if !ok || copied.What != "commands of remedy 2 of 3" || d.section != sectionFindings || strings.Count(copied.Text, "\n") != 2 || copied.Tail != ": "+copied.Text {
		t.Errorf("copied is %+v, on %s", copied, d.section.name())
	}
	d = pageOf(uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), sectionOverview, nil).detail
	d.nextRemedy(1)
	if d.remedy != 0 {
		t.Errorf("of none remedy %d is marked", d.remedy)
	}
}

func TestScriptsAreRevealedWhereThereMayBeSome(t *testing.T) {
	t.Parallel()
	scripts := func(n *model.Notebook) { n.LifecycleName = "setup" }
	for name, c := range map[string]struct {
		d    detail
		want bool
	}{
		"scripts":       {detail{section: sectionLifecycle, notebook: known(scripts)}, true},
		"no scripts":    {detail{section: sectionLifecycle, notebook: known(nil)}, false},
		"no notebook":   {detail{section: sectionLifecycle}, false},
		"other section": {detail{section: sectionTags, notebook: known(scripts)}, false},
	} {
		if got := c.d.hasScript(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
