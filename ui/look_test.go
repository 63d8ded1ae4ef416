package ui

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/uitest"
)

// names are the notebooks on screen, from the top.
func (d *rig) names() []string {
	d.t.Helper()
	var out []string
	for l := range strings.SplitSeq(d.view(), "\n") {
		for _, n := range d.app.world.Rows {
			if strings.HasPrefix(strings.TrimLeft(l, " ▌*"), n.Name[:min(len(n.Name), 12)]) {
				out = append(out, n.Name)
				break
			}
		}
	}
	return out
}

func plainList(change func(*Config)) func(*Config) {
	return func(c *Config) {
		c.Look = Look{}
		if change != nil {
			change(c)
		}
	}
}

func TestTheListOpensWithWhatIsWrongOnTop(t *testing.T) {
	d := loaded(t, 120, 40, plainList(nil))
	d.sees("FINDING ↑", "grouped by account", "prod-ml 111122223333  6 notebooks")
	got := d.names()
	if len(got) != 12 {
		t.Fatalf("%d notebooks are on screen: %q", len(got), got)
	}
	lens, before := d.app.world.Lens, map[string]int{}
	for _, name := range got {
		for _, n := range d.app.world.Rows {
			if n.Name != name {
				continue
			}
			weight := 0 // of nothing found
			if worst, ok := model.Worst(lens.FindingsOf(n)); ok {
				weight = worst.Severity.Rank()
			}
			if last, ok := before[n.Account]; ok && weight > last {
				t.Errorf("%s stands below what weighs less", name)
			}
			before[n.Account] = weight
		}
	}
	one := newRig(t, 120, 40, plainList(nil))
	world := uitest.SmallWorld()
	world.Identities = world.Identities[:1]
	one.feed(world)
	one.finish()
	one.seesNot("grouped by")
	one.keys("b")
	one.sees("grouped by account")
}

func TestAQueryThatRanksIsNotTornIntoGroups(t *testing.T) {
	d := loaded(t, 120, 40, plainList(nil))
	d.keys("/", "fr", "enter")
	d.sees("best match first")
	d.seesNot("grouped by")
}

func TestTheListIsAsItWasLeft(t *testing.T) {
	var asked [][]string
	left := map[string]Look{}
	recall := func(c *Config) {
		c.Recall = func(who []string) Look { asked = append(asked, who); return left[strings.Join(who, " ")] }
		c.Remember = func(who []string, was, now Look) bool {
			key := strings.Join(who, " ")
			left[key] = left[key].Change(was, now)
			return true
		}
	}
	d := loaded(t, 120, 40, plainList(recall))
	d.keys("/", "net:vpc-only", "enter", "b", "b", ":", "sort by age", "enter", "S")
	d.app.memory.keep()
	want := Look{Sort: "-age", Group: "vpc", Filter: "net:vpc-only", History: []string{"net:vpc-only"}}
	if got := left["111122223333 444455556666 777788889999"]; len(left) != 1 || !reflect.DeepEqual(got, want) {
		t.Fatalf("kept is %+v, want %+v", left, want)
	}
	again := loaded(t, 120, 40, plainList(recall))
	again.sees("grouped by vpc", "by age ↓", "/ net:vpc-only")
	if len(asked) != 2 {
		t.Errorf("it was recalled for %q", asked)
	}
	own := loaded(t, 120, 40, plainList(func(c *Config) { recall(c); c.Look = Look{Sort: "name", Filter: "status:failed"} }))
	own.sees("by name ↑", "grouped by vpc", "/ status:failed") // what is configured comes before
	sorted := newRig(t, 120, 40, plainList(recall))
	sorted.feed(uitest.SmallWorld())
	sorted.keys("s")
	before := sorted.app.notebooks.Look().Sort
	sorted.finish()
	if got := sorted.app.notebooks.Look(); got.Sort != before || got.Group != "vpc" {
		t.Errorf("what was chosen by hand since is %+v", got)
	}
	early := newRig(t, 120, 40, plainList(recall))
	early.feed(uitest.SmallWorld()) // the first scan is not over
	early.sees("grouped by vpc", "by age ↓", "/ net:vpc-only")
	early.keys("esc", "/", "up", "enter")
	early.sees("/ net:vpc-only")
	none := loaded(t, 120, 40, plainList(nil))
	none.app.memory.keep() // there is nobody to tell
}

func TestAFilterIsKeptOnDiskAsSoonAsItIsTyped(t *testing.T) {
	kept := map[string]Look{}
	works := false
	d := loaded(t, 120, 40, plainList(func(c *Config) {
		c.Recall = func([]string) Look { return Look{Sort: "age", History: []string{"old"}} }
		c.Remember = func(who []string, was, now Look) bool {
			key := strings.Join(who, " ")
			if works {
				kept[key] = kept[key].Change(was, now)
			}
			return works
		}
	})).withPump()
	d.run(d.keys("/", "net:vpc-only", "enter")) // the disk is full
	works = true
	d.run(d.keys("esc", "/", "status:failed", "enter"))
	want := Look{Filter: "status:failed", History: []string{"net:vpc-only", "status:failed"}} // not the sort, which was recalled
	if got := kept["111122223333 444455556666 777788889999"]; !reflect.DeepEqual(got, want) {
		t.Errorf("before the end there is %+v, want %+v", got, want)
	}
	kept = map[string]Look{}
	d.keys("s")
	d.app.memory.keep()
	if got := kept["111122223333 444455556666 777788889999"]; got.Sort == "" || got.Filter != "" || got.History != nil {
		t.Errorf("at the end there is more than was changed since: %+v", got)
	}
}

func TestColumnsAreChosen(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) {
		c.Look.Columns = []string{"region", "tag:Team", "nonsense", "region", "age"}
	})
	d.sees("NAME ↑", "REGION", "Team", "AGE", "growth")
	d.seesNot("STATUS", "DIRECT", "more columns")
	d.keys("C")
	d.sees("Show or hide the column", "✓ shown")
	d.keys("status", "enter")
	d.keys("esc")
	d.sees("STATUS", "● InService")
	d.keys("C", "tag:Team", "enter", "esc")
	d.seesNot("growth")
	if got, want := d.app.notebooks.Look().Columns, []string{"name", "region", "status", "age"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the columns are %q, want %q", got, want)
	}
}

func TestTheMarkOfARunStaysBehindANameThatIsCut(t *testing.T) {
	s := newStudio(t, 80, 24, nil)
	s.press("/", "name:customer", "enter")
	s.press(approved()...)
	s.press("esc", "esc")
	if got := s.view(); !strings.Contains(got, "… ◆ ") {
		t.Errorf("the mark fell off:\n%s", got)
	}
}

func TestAChangedFilterLeadsToTheBestMatchAndARefreshDoesNot(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	under := func() string {
		for l := range strings.SplitSeq(d.view(), "\n") {
			if _, rest, ok := strings.Cut(l, "▌"); ok {
				return strings.Fields(rest)[0]
			}
		}
		return ""
	}
	d.keys("G", "/", "f") // the last notebook is still found by one letter
	d.keys("r", "enter")
	if got, first := under(), d.names()[0]; got != first || !strings.HasPrefix(got, "fr") {
		t.Errorf("the cursor is on %s, the best match is %s", got, first)
	}
	d.keys("esc", "G")
	last := under()
	d.feed(uitest.SmallWorld())
	d.finish()
	if got := under(); got != last {
		t.Errorf("after a refresh the cursor is on %s, it was on %s", got, last)
	}
}

func TestPastedARNsSelectTheirNotebooks(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	rows := d.app.world.Rows
	d.keys("/")
	d.send(tea.PasteMsg{Content: rows[0].ARN + "\n" + rows[3].ARN + "\n"})
	d.keys("enter")
	if got := d.names(); len(got) != 2 {
		t.Errorf("pasted were two, shown are %q", got)
	}
	d.keys("esc", "/")
	d.send(tea.PasteMsg{Content: rows[0].ARN + "\r" + rows[3].ARN + "\r"}) // as a terminal sends lines
	if got := d.names(); len(got) != 2 {
		t.Errorf("pasted were two with CR, shown are %q", got)
	}
	d.keys("enter", "esc", "/")
	d.send(tea.PasteMsg{Content: d.app.world.ConsoleURL(rows[3])})
	d.keys("enter")
	if got := d.names(); len(got) != 1 || got[0] != rows[3].Name {
		t.Errorf("by its URL there is %q, want %s", got, rows[3].Name)
	}
	d.keys("esc", "/", "region:eu-wst-1")
	d.sees("Nothing is called region:eu-wst-1: did you mean region:eu-west-1?", "nothing is called region:eu-wst-1", "tab takes region:eu-west-1")
	d.keys("tab")
	d.sees("/ region:eu-west-1 ")
	d.seesNot("nothing is called")
}

func TestFiltersThatWereKeptAreFoundAgain(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "name:churn", "enter", "/")
	d.sees("↑ filters before")
	for range len("name:churn") {
		d.keys("backspace")
	}
	d.keys("net:vpc-only", "enter", "esc", "/", "stat", "up")
	d.sees("/ net:vpc-only", "5/12")
	d.keys("up", "up")
	d.sees("/ name:churn", "1/12")
	d.keys("down", "down", "down")
	d.sees("/ stat")
	d.keys("esc")
	if got := d.app.notebooks.Look().History; !slices.Equal(got, []string{"name:churn", "net:vpc-only"}) {
		t.Errorf("the history is %q", got)
	}
}

// TestWhatWasRecalledForFewerAccountsMakesWay signs in to one account after the other.
func TestWhatWasRecalledForFewerAccountsMakesWay(t *testing.T) {
	d := newRig(t, 120, 40, plainList(func(c *Config) {
		c.Recall = func(who []string) Look {
			return map[int]Look{1: {Sort: "-age"}, 3: {Sort: "region", Group: "none"}}[len(who)]
		}
	}))
	world := uitest.SmallWorld()
	one := world
	one.Identities = world.Identities[:1]
	d.feed(one)
	d.sees("by age ↓")
	d.feed(world)
	d.sees("by region ↑")
}

func TestTheHintHasAllFields(t *testing.T) {
	for _, size := range sizes() {
		d := loaded(t, size[0], size[1], nil)
		d.keys("/", "fr")
		d.sees(query.FieldNames()...)
	}
}

// TestAllFieldsOfTheFilterCanBeSeen opens the filter on screens of every width: each field
// stands there whole, or the line says that there are more.
func TestAllFieldsOfTheFilterCanBeSeen(t *testing.T) {
	for w := minWidth; w <= 240; w++ {
		for _, keys := range [][]string{{"/"}, {"/", "fr"}} {
			d := loaded(t, w, 40, nil)
			d.keys(keys...)
			view := d.view()
			for _, f := range query.FieldNames() {
				if !regexp.MustCompile(`[ \n]` + f + `[: \n]`).MatchString(view) {
					t.Fatalf("%d cells wide, %v: %s is missing:\n%s", w, keys, f, view)
				}
			}
			d = loaded(t, w, minHeight, nil)
			d.keys(keys...)
			lines := strings.Split(d.view(), "\n")
			if hint := lines[len(lines)-2]; !strings.Contains(d.view(), "volume") && !strings.HasSuffix(strings.TrimSpace(hint), "…") {
				t.Fatalf("%d cells wide and low, %v, there is no sign of more:\n%s", w, keys, d.view())
			}
		}
	}
}

// TestTheHeadlineSaysTheOrderOfAColumnThatIsNotShown sorts by the age, in a list without it.
func TestTheHeadlineSaysTheOrderOfAColumnThatIsNotShown(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) { c.Look = Look{Sort: "-age", Group: "none", Columns: []string{"region", "status"}} })
	d.sees("by age ↓")
	d.seesNot("AGE")
	oldest := slices.MinFunc(d.app.world.Rows, func(a, b *model.Notebook) int { return a.Created.Compare(b.Created) })
	if got := d.names(); got[0] != oldest.Name {
		t.Errorf("the list begins with %s, want the oldest, %s", got[0], oldest.Name)
	}
}

// TestSeveritiesLoseTheirWordsTogether draws the headline on screens of every width.
func TestSeveritiesLoseTheirWordsTogether(t *testing.T) {
	for w := minWidth; w <= 160; w++ {
		d := loaded(t, w, 24, func(c *Config) { c.Look = Look{} })
		head := strings.Split(d.view(), "\n")[1]
		words := 0
		signs := 0
		for _, s := range []string{"high", "medium", "low", "unknown"} {
			words += strings.Count(head, " "+s)
		}
		for _, s := range []string{"  ✗ ", "  ▲ ", "  ◦ ", "  ? "} {
			signs += strings.Count(head, s)
		}
		if words != 0 && words != signs {
			t.Fatalf("%d cells wide some say what they are and some do not:\n%s", w, head)
		}
	}
}
