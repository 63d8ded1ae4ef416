package kit

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

func TestAPageIsNotTurnedBeforeOneIsDrawn(t *testing.T) {
	t.Parallel()
	a, _ := approval(30)
	for _, by := range []rune{'j', 'k', 'j'} {
		a.Take(tea.KeyPressMsg{Code: by, Text: string(by)})
	}
	if a.At != 0 || a.Whole {
		t.Errorf("at page %d, seen whole %v", a.At, a.Whole)
	}
}

// TestPagesAreLaidOutAnewForAnotherSize of the text or of the room for it, from the first.
// What was seen whole before stays so.
func TestPagesAreLaidOutAnewForAnotherSize(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines, height int
		page, pages   int
	}{
		"the same":             {20, 12, 1, 3},
		"less room":            {20, 11, 0, 3},
		"more text":            {21, 12, 0, 3},
		"both":                 {30, 11, 0, 5},
		"room for everything":  {20, 40, 0, 1},
		"text for all of that": {3, 12, 0, 1},
	} {
		a, _ := approval(20)
		gateLines(a, 60, 12)
		a.Wheel(1)
		gateLines(a, 60, 12)
		a.About = about(c.lines)
		gateLines(a, 60, c.height)
		if a.At != c.page || len(a.seen) != c.pages || a.Whole != (c.pages == 1) {
			t.Errorf("%s: page %d of %d, seen whole %v", name, a.At, len(a.seen), a.Whole)
		}
		for range c.pages {
			a.Wheel(1)
			gateLines(a, 60, c.height)
		}
		gateLines(a, 60, 12)
		if !a.Whole {
			t.Errorf("%s: what was seen whole is not any more", name)
		}
	}
}

// TestWhatIsWantedScrollsWithTheTextWhereThereIsNoRoom, and nothing of either is lost.
func TestWhatIsWantedScrollsWithTheTextWhereThereIsNoRoom(t *testing.T) {
	t.Parallel()
	for height := 3; height <= 14; height++ {
		var g GateText
		g.Title, g.About, g.On = "Delete it", about(5), DefaultKeyMap().Gate.PageOn
		var wants Document
		wants.Say(theme.Normal, "type the name")
		wants.Say(theme.Normal, "of the notebook")
		var seen []string
		for page := 0; page == 0 || page < len(g.seen); page++ {
			if page > 0 {
				g.page(1)
			}
			lines := g.frame(plainTheme(), 60, height, wants, func() string { return " > " })
			if len(lines) > height {
				t.Errorf("in %d lines, page %d has %d", height, page, len(lines))
			}
			for l := range strings.SplitSeq(PlainLines(lines), "\n") {
				if l = strings.TrimSpace(l); (strings.HasPrefix(l, "line") || strings.HasPrefix(l, "type") || strings.HasPrefix(l, "of the")) && (len(seen) == 0 || seen[len(seen)-1] != l) {
					seen = append(seen, l)
				}
			}
		}
		got := strings.Join(seen, ", ")
		if want := "line 1, line 2, line 3, line 4, line 5, type the name, of the notebook"; got != want && strings.ReplaceAll(got, "type the name, of the notebook, ", "") != want {
			t.Errorf("in %d lines one reads %q", height, got)
		}
		if !g.Whole {
			t.Errorf("in %d lines it was not seen whole", height)
		}
	}
}

// TestATitleLeavesRoomForThePage that it is on, and takes more lines where it must.
func TestATitleLeavesRoomForThePage(t *testing.T) {
	t.Parallel()
	const sign = "1 of 3 pages  j k"
	fits := strings.Repeat("t", 60-4-len(sign)-2)
	for title, want := range map[string][]string{
		fits:              {" ▲ " + fits + "  " + sign},
		fits + " word":    {" ▲ " + fits + "  " + sign, "   word"},
		"two " + fits:     {" ▲ two" + strings.Repeat(" ", len(fits)-1) + sign, "   " + fits},
		"a title":         {" ▲ a title" + strings.Repeat(" ", len(fits)-5) + sign},
		fits + "\nsecond": {" ▲ " + fits + "  " + sign, "   second"},
	} {
		a, _ := approval(20)
		a.Title = title
		got := gateLines(a, 60, 12)[1:]
		for i, w := range want {
			if strings.TrimRight(got[i], " ") != w {
				t.Errorf("%q: line %d is\n%q, want\n%q", title, i, got[i], w)
			}
		}
	}
}

func TestKeysAreIgnoredForHalfASecond(t *testing.T) {
	t.Parallel()
	for waited, hears := range map[time.Duration]bool{499 * time.Millisecond: false, 500 * time.Millisecond: true} {
		a, _ := approval(1)
		a.Since = noon().Add(-waited)
		gateLines(a, 60, 12)
		if _, closed := a.Take(tea.KeyPressMsg{Code: tea.KeyEscape}); closed != hears {
			t.Errorf("after %s: closed %v", waited, closed)
		}
	}
}

func TestWhatTheScanDidNotReachIsCounted(t *testing.T) {
	t.Parallel()
	w := &World{}
	for _, s := range []model.TargetState{model.StateOK, model.StateCanceled, model.StateFailed, model.StateCanceled} {
		w.Targets = append(w.Targets, model.TargetStatus{State: s})
	}
	if got := w.Canceled(); got != 2 {
		t.Errorf("%d were canceled", got)
	}
}

func TestAnyErrorIsAProblem(t *testing.T) {
	t.Parallel()
	own := model.Problem{Kind: model.KindDenied, Message: "no"}
	for _, c := range []struct {
		err  error
		want *model.Problem
	}{{nil, nil}, {own, &own}, {fmt.Errorf("in it: %w", own), &own}, {errors.New("odd"), &model.Problem{Kind: model.KindUnknown, Message: "odd"}}} {
		got := ProblemOf(c.err)
		if (got == nil) != (c.want == nil) || got != nil && fmt.Sprint(*got) != fmt.Sprint(*c.want) {
			t.Errorf("%v: %+v, want %+v", c.err, got, c.want)
		}
	}
}
