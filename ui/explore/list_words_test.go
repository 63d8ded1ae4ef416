package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// shownList is a list that shows these notebooks, by name.
func shownList(change func(*kit.World), rows ...*model.Notebook) (*Notebooks, *arrangeHost) {
	w := &kit.World{Now: uitest.Noon(), Inventory: model.NewInventory(), Started: uitest.Noon()}
	w.Lens = model.Lens{Now: w.Now, Findings: policy.Table{}.Findings}
	w.Inventory.Apply(model.Batch{Notebooks: rows})
	w.Rows = rows
	if change != nil {
		change(w)
	}
	s := NewNotebooks(w, kit.DefaultKeyMap(), plain(), &answering{}, Look{Sort: "name", Group: NoGroup})
	h := &arrangeHost{list: s}
	s.Resize(160, 30)
	kit.Perform(h, kit.Arrange{})
	return s, h
}

// arrangeHost arranges the list where it is asked to, at once.
type arrangeHost struct {
	uitest.Host
	list *Notebooks
}

func (h *arrangeHost) Arrange() tea.Cmd                { return h.list.Arrange(h) }
func (h *arrangeHost) Browse(what, url string) tea.Cmd { return h.Note("browse " + what + " " + url) }
func (h *arrangeHost) RunOwn(c kit.OwnCommand, n *model.Notebook) tea.Cmd {
	return h.Note("run " + c.Title + " " + n.Name)
}
func (h *arrangeHost) Recreate(all []*model.Notebook, leftOut string) tea.Cmd {
	return h.Note(fmt.Sprint("recreate ", len(all), " ", leftOut))
}
func (h *arrangeHost) OpenRun(id string) tea.Cmd { return h.Note("run " + id) }
func (h *arrangeHost) Unlocked(account, what string, then kit.Intent) tea.Cmd {
	h.Note("unlock " + account + " " + what)
	return kit.Perform(h, then)
}

func threeOf() []*model.Notebook {
	return []*model.Notebook{
		uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), uitest.Notebook(3, "b", uitest.Prod, "eu-west-1", nil), uitest.Notebook(4, "c", uitest.Sandbox, "eu-west-1", nil),
	}
}

func TestTheFactsOfANotebookSayWhatTheListHasNoRoomFor(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 41)
	for name, c := range map[string]struct {
		notebook *model.Notebook
		world    func(*kit.World)
		want     string
	}{
		"known":       {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), nil, "· 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-11-23"},
		"a long name": {uitest.Notebook(0, long, uitest.Prod, "eu-west-1", nil), nil, "· nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn · 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-11-23"},
		"just a name": {uitest.Notebook(0, long[1:], uitest.Prod, "eu-west-1", nil), nil, "· 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-11-23"},
		"failed":      {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.Status, n.FailureReason = model.StatusFailed, "no room" }), nil, "· no room · 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-11-23"},
		"refused":     {uitest.Notebook(6, "a", uitest.Prod, "eu-west-1", uitest.Oddities(6)), nil, "· ? vpc: not allowed to describe subnets · 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-09-28"},
		"cut off":     {uitest.Notebook(3, "a", uitest.Prod, "eu-west-1", nil), nil, "· route table rtb-05d4c3b2a1908f7e6 has no route to the IPv4 internet; no VPC endpoint serves the notebook either · 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2023-v1 · VPC only · created 2026-11-09"},
		"on its way":  {uitest.Notebook(2, "a", uitest.Prod, "eu-west-1", func(n *model.Notebook) { uitest.Oddities(2)(n); n.Created = time.Time{} }), nil, "· 111122223333 · eu-west-1 · ml.g5.2xlarge"},
		"faded":       {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.Stale, n.SeenAt = true, uitest.Noon().Add(-2*time.Hour) }), nil, "· seen 2h ago · 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-11-23"},
		"in a run": {uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), func(w *kit.World) {
			w.Runs = map[string]kit.RunNote{w.Rows[0].ARN: {ID: "7f", Role: "source", Words: "waits"}}
		}, "· ◆ recreate, source: waits · 111122223333 · eu-west-1 · ml.t3.medium · notebook-al2-v2 · VPC + direct · created 2026-11-23"},
	} {
		s, _ := shownList(c.world, c.notebook)
		var got []string
		for _, f := range s.Facts() {
			if f.Text != " · " {
				got = append(got, strings.TrimSpace(f.Text))
			}
		}
		if line := strings.TrimSpace(strings.Join(got, " · ")); line != c.want {
			t.Errorf("%s: got %s", name, line)
		}
	}
}

func TestMarksAreWhatACommandIsAbout(t *testing.T) {
	t.Parallel()
	rows := threeOf()
	s, h := shownList(nil, rows...)
	keys := listKeys{s}
	about := func(words, leftOut string, names ...string) {
		t.Helper()
		var got []string
		for _, n := range s.list.subjects() {
			got = append(got, n.Name)
		}
		if !slices.Equal(got, names) || s.list.about("copy") != words || s.list.marks.leftOut() != leftOut {
			t.Errorf("about %q, %q, %q; want %q, %q, %q", got, s.list.about("copy"), s.list.marks.leftOut(), names, words, leftOut)
		}
	}
	asked := func(want ...string) {
		t.Helper()
		if !slices.Equal(h.Asked, want) {
			t.Errorf("asked %q, want %q", h.Asked, want)
		}
		h.Asked = nil
	}
	arn := func(n *model.Notebook) string { return n.ARN }
	about("copy", "", "a")
	kit.Perform(h, s.list.copyLines("ARN", arn))
	asked("copy ARN: " + rows[0].ARN)
	keys.mark()
	about("copy 1 marked", "", "a")
	keys.mark()
	about("copy 2 marked", "", "a", "b")
	kit.Perform(h, s.list.copyLines("ARN", arn))
	asked("copy 2 ARNs: " + rows[0].ARN + "\n" + rows[1].ARN)
	kit.Perform(h, s.setFilter("name:b"))
	about("copy 1 marked", "of what is marked, left out: 1 hidden by the filter", "b")
	kit.Perform(h, s.list.copyLines("ARN", arn))
	asked("copy ARN; of what is marked, left out: 1 hidden by the filter")
	kit.Perform(h, keys.recreate())
	asked("recreate 1 of what is marked, left out: 1 hidden by the filter")
	s.world.Inventory = model.NewInventory()
	s.world.Inventory.Apply(model.Batch{Notebooks: rows[1:]})
	kit.Perform(h, kit.Arrange{})
	about("copy 1 marked", "of what is marked, left out: 1 gone", "b")
	if got := strings.Join(uitest.Spans(s.list.marks.spans()), " "); got != "accent|  2 marked warn|, 1 gone" {
		t.Errorf("the marks are %q", got)
	}
	kit.Perform(h, s.setFilter("name:c"))
	about("copy 0 marked", "of what is marked, left out: 1 hidden by the filter, 1 gone")
	if got := strings.Join(uitest.Spans(s.list.marks.spans()), " "); got != "accent|  2 marked warn|, 1 hidden warn|, 1 gone" {
		t.Errorf("the marks are %q", got)
	}
	kit.Perform(h, keys.recreate())
	asked("say of what is marked, left out: 1 hidden by the filter, 1 gone; nothing else is marked")
	kit.Perform(h, s.setFilter(""))
	s.list.table.ClearMarks()
	s.list.countMarks()
	about("copy", "", s.list.current().Name)
	keys.markAll()
	about("copy 2 marked", "of what is marked, left out: 1 gone", "b", "c")
	keys.back()
	if s.list.table.MarkCount() != 0 || s.list.marks.spans() != nil {
		t.Error("esc leaves marks")
	}
}

func TestTheConsoleIsOpenedForOneAndCopiedForMore(t *testing.T) {
	t.Parallel()
	s, h := shownList(func(w *kit.World) { w.Identities = uitest.Identities() }, threeOf()...)
	keys := listKeys{s}
	kit.Perform(h, keys.openConsole())
	keys.mark()
	keys.mark()
	kit.Perform(h, keys.openConsole())
	if len(h.Asked) != 2 || !strings.HasPrefix(h.Asked[0], "browse console URL https://") || !strings.HasPrefix(h.Asked[1], "copy 2 console URLs: https://") {
		t.Errorf("asked %q", h.Asked)
	}
	s, h = shownList(func(w *kit.World) { w.Identities = []model.Identity{{Account: uitest.Prod, Partition: "aws-iso"}} }, threeOf()[:1]...)
	kit.Perform(h, listKeys{s}.openConsole())
	if want := "[say the console of this partition has no public address]"; fmt.Sprint(h.Asked) != want {
		t.Errorf("asked %q, want %q", h.Asked, want)
	}
	s, h = shownList(nil)
	kit.Perform(h, listKeys{s}.copyConsole())
	if len(h.Asked) != 0 {
		t.Errorf("of nothing is asked %q", h.Asked)
	}
}

// TestEscUndoesOneThingAfterTheOther opens the detail, filters and marks, and goes back.
func TestEscUndoesOneThingAfterTheOther(t *testing.T) {
	t.Parallel()
	s, h := shownList(nil, threeOf()...)
	keys := listKeys{s}
	keys.mark()
	kit.Perform(h, s.setFilter("name:b"))
	keys.open()
	keys.open()
	if !s.detail.focused || keys.openWord() != "focus detail" {
		t.Error("enter does not go to the detail")
	}
	steps := []struct {
		word  string
		after func() bool
	}{
		{"close detail", func() bool { return !s.detail.focused && s.detail.open }},
		{"close detail", func() bool { return !s.detail.open }},
		{"clear filter", func() bool { return s.bar.Text == "" }},
		{"clear marks", func() bool { return s.list.table.MarkCount() == 0 }},
		{"", func() bool { return true }},
	}
	for i, step := range steps {
		if word := keys.backWord(); word != step.word {
			t.Errorf("step %d is %q, want %q", i, word, step.word)
		}
		kit.Perform(h, keys.back())
		if !step.after() {
			t.Errorf("step %d, %q, does not undo it", i, step.word)
		}
	}
	s.world.Back = "Targets"
	if _, pops := keys.back().(kit.Pop); !pops || keys.backWord() != "back to Targets" || keys.openWord() != "detail" {
		t.Errorf("esc is %q", keys.backWord())
	}
	s.list.table.MoveTo(0)
	s.world.Runs = map[string]kit.RunNote{s.list.current().ARN: {ID: "7f"}}
	kit.Perform(h, keys.recreate())
	if keys.recreateWord() != "open its run" || h.Asked[len(h.Asked)-1] != "run 7f" {
		t.Errorf("%q, asked %q", keys.recreateWord(), h.Asked)
	}
}

func TestTheHeadOfTheListSaysHowItStands(t *testing.T) {
	t.Parallel()
	s, h := shownList(nil, threeOf()...)
	says := func(want string) {
		t.Helper()
		if got := headOf(s, 160); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
	says("strong| Notebooks  normal|3 dim|  by name ↑ dim|  3 more columns › bad|  ✗ 1 bad| high normal|  -1")
	kit.Perform(h, s.reverse())
	says("strong| Notebooks  normal|3 dim|  by name ↓ dim|  3 more columns › bad|  ✗ 1 bad| high normal|  -1")
	kit.Perform(h, s.groupBy(model.FieldAccount))
	says("strong| Notebooks  normal|3 dim|  by name ↓ dim|  grouped by account dim|  3 more columns › bad|  ✗ 1 bad| high normal|  -1")
	kit.Perform(h, s.groupBy(""))
	kit.Perform(h, s.setFilter("nme:b"))
	says("strong| Notebooks  normal|3 accent|  /  normal|nme:b warn|  ▲ no field \"nme\" dim|, nearest is name: dim|  by name ↓ dim|  3 more columns › bad|  ✗ 1 bad| high normal|  -1")
	kit.Perform(h, s.startFilter())
	says("strong| Notebooks  normal|3/3 accent|  /  normal|nme:b warn|  ▲ no field \"nme\" dim|, tab takes name: dim|  by name ↓ dim|  3 more columns › bad|  ✗ 1 bad| high normal|  23")
}
