package kit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/theme"
)

// about is a text of so many lines.
func about(lines int) Document {
	var d Document
	for i := range lines {
		d.Say(theme.Normal, fmt.Sprint("line ", i+1))
	}
	return d
}

func gateLines(o Overlay, width, height int) []string {
	lines, _, _ := o.Lines(plainTheme(), width, height)
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, strings.TrimRight(ansi.Strip(l), " "))
	}
	return out
}

func approval(lines int) (*Approval, *bool) {
	did := new(bool)
	clock := noon()
	return NewApproval(DefaultKeyMap().Gate, "Stop it", "Stop", about(lines), Func(func(Host) tea.Cmd { *did = true; return nil }), func() time.Time { return clock }), did
}

func TestAGateIsDrawnPageByPage(t *testing.T) {
	t.Parallel()
	rule := strings.Repeat("─", 60)
	const more, all = "  [ Cancel ]  ( Stop )", "  [ Cancel ]  [ Stop ]"
	for _, c := range []struct {
		lines, width, height, page int
		want                       []string
	}{
		{1, 60, 10, 0, []string{rule, " ▲ Stop it", "   line 1", "", all, rule}},
		{6, 60, 10, 0, []string{rule, " ▲ Stop it", "   line 1", "   line 2", "   line 3", "   line 4", "   line 5", "   line 6", all, rule}},
		{7, 60, 10, 0, []string{rule, " ▲ Stop it                                1 of 2 pages  j k", "   line 1", "   line 2", "   line 3", "   line 4", "   line 5", "   line 6", more, rule}},
		{7, 60, 10, 1, []string{rule, " ▲ Stop it                                2 of 2 pages  j k", "   line 7", "", "", "", "", "", all, rule}},
		{2, 60, 4, 0, []string{" ▲ Stop it", "   line 1", "   line 2", all}},
		{2, 60, 3, 0, []string{" ▲ Stop it                                1 of 2 pages  j k", "   line 1", more}},
	} {
		a, _ := approval(c.lines)
		got := gateLines(a, c.width, c.height)
		for range c.page {
			a.Wheel(1)
			got = gateLines(a, c.width, c.height)
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%d lines in %d by %d, page %d: got\n%s\nwant\n%s", c.lines, c.width, c.height, c.page, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	a, _ := approval(9)
	if got := gateLines(a, 59, 9)[0]; !strings.HasSuffix(got, "1/2 j k") {
		t.Errorf("a narrow gate says %q", got)
	}
}

func TestAGateIsAnsweredOnceAllOfItWasSeen(t *testing.T) {
	t.Parallel()
	key := func(a *Approval, c rune) (Intent, bool) { return a.Take(tea.KeyPressMsg{Code: c}) }
	letter := func(a *Approval, r rune) { a.Take(tea.KeyPressMsg{Code: r, Text: string(r)}) }
	a, did := approval(20)
	draw := func() string { return strings.Join(gateLines(a, 60, 12), "\n") }
	draw()
	hints := func() string {
		var out []string
		for _, b := range a.Hints() {
			if b.Enabled() {
				out = append(out, b.Help().Key+" "+b.Help().Desc)
			}
		}
		return strings.Join(out, ", ")
	}
	if got := hints(); got != "enter cancel, j k read on, esc cancel" {
		t.Errorf("the hints are %q", got)
	}
	key(a, tea.KeyTab)
	if out := draw(); a.Going || !strings.Contains(out, "there is more to read first: j k") {
		t.Errorf("it is answered before it is read:\n%s", out)
	}
	letter(a, 'j')
	letter(a, 'j') // faster than the screen
	if a.At != 1 {
		t.Errorf("at page %d", a.At)
	}
	if out := draw(); strings.Contains(out, "more to read") {
		t.Errorf("the remark stays:\n%s", out)
	}
	letter(a, 'k')
	letter(a, 'k')
	draw()
	if a.At != 0 || a.Whole {
		t.Errorf("at page %d, seen whole %v", a.At, a.Whole)
	}
	a.Wheel(5)
	draw()
	a.Wheel(5)
	draw()
	a.Wheel(5)
	draw()
	if a.At != 2 || !a.Whole {
		t.Errorf("at page %d, seen whole %v", a.At, a.Whole)
	}
	a.Wheel(-5)
	if a.At != 1 {
		t.Errorf("at page %d", a.At)
	}
	draw()
	for _, step := range []struct {
		key   rune
		going bool
	}{{tea.KeyTab, true}, {tea.KeyTab, false}, {tea.KeyRight, true}, {tea.KeyRight, true}, {tea.KeyLeft, false}, {tea.KeyLeft, false}} {
		key(a, step.key)
		if a.Going != step.going {
			t.Errorf("after %q it goes on: %v", step.key, a.Going)
		}
	}
	if do, closed := key(a, tea.KeyEnter); do != nil || !closed {
		t.Error("enter on Cancel goes on")
	}
	key(a, tea.KeyTab)
	if got := hints(); got != "enter stop, j k read on, tab other button, esc cancel" {
		t.Errorf("the hints are %q", got)
	}
	do, closed := key(a, tea.KeyEnter)
	Perform(nil, do)
	if !closed || !*did {
		t.Error("enter does not go on")
	}
	if do, closed := key(a, tea.KeyEscape); do != nil || !closed || a.Typing() {
		t.Error("esc does not cancel")
	}
	if do, closed := a.Take(tea.PasteMsg{Content: "x"}); do != nil || closed {
		t.Error("a paste answers")
	}
}

func TestTheButtonsOfAGateAreClicked(t *testing.T) {
	t.Parallel()
	a, _ := approval(1)
	click := func(x, y int) string {
		do, closed := a.Click(x, y)
		return fmt.Sprint(do != nil, closed, a.Going)
	}
	lines := gateLines(a, 60, 12)
	y := len(lines) - 2
	for x, want := range map[int]string{1: "false false false", 2: "false true false", 11: "false true false", 12: "false false false", 13: "false false false", 14: "false false true", 21: "false false true", 22: "false false false"} {
		a.Going = false
		if got := click(x, y); got != want {
			t.Errorf("cell %d: %s, want %s", x, got, want)
		}
	}
	if a.Going = false; click(14, y+1) != "false false false" {
		t.Error("a click below the buttons counts")
	}
	gateLines(a, 60, 9)
	if click(14, 3) != "false false true" {
		t.Error("without rules the buttons are elsewhere")
	}
	a.Harmless()
	if got := click(14, 3); got != "true true true" {
		t.Errorf("what does no harm is %s", got)
	}
	a, _ = approval(30)
	gateLines(a, 60, 12)
	a.Harmless()
	if click(14, 10) != "false false false" {
		t.Error("what was not read is answered")
	}
}

// TestAGateThatOpenedByItselfIsDeafForAMoment presses, clicks and turns the wheel right
// before and when it begins to hear.
func TestAGateThatOpenedByItselfIsDeafForAMoment(t *testing.T) {
	t.Parallel()
	for waited, hears := range map[time.Duration]bool{DeafFor - 1: false, DeafFor: true} {
		a, _ := approval(30)
		a.Since = noon().Add(-waited)
		gateLines(a, 60, 12)
		a.Wheel(1)
		_, clicked := a.Click(2, 10)
		_, pressed := a.Take(tea.KeyPressMsg{Code: tea.KeyEscape})
		if (a.At == 1) != hears || clicked != hears || pressed != hears {
			t.Errorf("after %s: page %d, clicked %v, pressed %v", waited, a.At, clicked, pressed)
		}
		p := NewPrompt(TypedGate(DefaultKeyMap().Typing, "Type it", "churn", about(30), func(string) Intent { return nil }))
		p.Since, p.Now = noon().Add(-waited), noon
		gateLines(p, 60, 12)
		p.Wheel(1)
		p.Take(tea.KeyPressMsg{Code: 'x', Text: "x"})
		if (p.GateText.At == 1) != hears || (p.Value() == "x") != hears {
			t.Errorf("after %s: page %d, typed %q", waited, p.GateText.At, p.Value())
		}
	}
}

func TestAPromptTakesWhatIsWanted(t *testing.T) {
	t.Parallel()
	var did string
	p := NewPrompt(TypedGate(DefaultKeyMap().Typing, "Delete it", "churn", about(1), func(s string) Intent { did = s; return nil }))
	text := func(s string) { p.Take(tea.PasteMsg{Content: s}) }
	draw := func() string { return strings.Join(gateLines(p, 40, 12), "|") }
	rule := strings.Repeat("─", 40)
	if got := draw(); got != rule+"| ▲ Delete it|   line 1|   Type: churn|   >|"+rule {
		t.Errorf("it is %q", got)
	}
	text("chur")
	if _, closed := p.Take(tea.KeyPressMsg{Code: tea.KeyEnter}); closed || p.Told != "this is not churn" {
		t.Errorf("closed %v, told %q", closed, p.Told)
	}
	if got := draw(); got != rule+"| ▲ Delete it|   line 1|   Type: churn|   ✗ this is not churn|   > chur|"+rule {
		t.Errorf("it is %q", got)
	}
	p.Take(tea.KeyPressMsg{Code: tea.KeyLeft})
	if p.Told == "" {
		t.Error("moving the cursor takes back what was told")
	}
	p.Take(tea.KeyPressMsg{Code: tea.KeyEnd})
	text("n ")
	if p.Told != "" {
		t.Errorf("told %q", p.Told)
	}
	if _, closed := p.Take(tea.KeyPressMsg{Code: tea.KeyEnter}); !closed || did != "churn" {
		t.Errorf("closed %v, did %q", closed, did)
	}
	if do, closed := p.Take(tea.KeyPressMsg{Code: tea.KeyEscape}); do != nil || !closed || !p.Typing() {
		t.Error("esc does not cancel")
	}
	p.Warns = func(s string) string { return "odd: " + s }
	if _, x, y := p.Lines(plainTheme(), 40, 12); x != 5+len(p.Value()) || y != 5 || !strings.Contains(draw(), "✗ odd: churn") {
		t.Errorf("the cursor is at %d, %d: %s", x, y, draw())
	}
	if _, _, y := p.Lines(plainTheme(), 40, 9); y != 4 {
		t.Errorf("without rules the cursor is on line %d", y)
	}
	p = NewPrompt(TypedGate(DefaultKeyMap().Typing, "Delete it", "churn", about(20), func(string) Intent { return nil }))
	draw()
	text("churn")
	if _, closed := p.Take(tea.KeyPressMsg{Code: tea.KeyEnter}); closed || !strings.Contains(strings.Join(gateLines(p, 80, 12), "|"), "more to read first") {
		t.Errorf("it is answered before it is read: %s", draw())
	}
	p.Take(tea.KeyPressMsg{Code: tea.KeyDown})
	if p.GateText.At != 1 {
		t.Errorf("at page %d", p.GateText.At)
	}
	// A long text is seen from its end, with a cell behind it for the cursor.
	p = NewPrompt(TypedGate(DefaultKeyMap().Typing, "T", "", about(1), func(string) Intent { return nil }))
	for _, c := range [][2]string{{"abcdefghijklm", "abcdefghijklm"}, {"n", "bcdefghijklmn"}, {"o", "cdefghijklmno"}} {
		typed, want := c[0], c[1]
		text(typed)
		lines, x, _ := p.Lines(plainTheme(), 20, 12)
		if got := strings.TrimRight(ansi.Strip(lines[len(lines)-2]), " "); got != "   > "+want || x != 18 {
			t.Errorf("%q is %q with the cursor at %d, want %q", p.Value(), got, x, want)
		}
	}
	if got := NewPrompt(Prompt{Told: "before"}); got.Value() != "before" || got.Told != "" {
		t.Errorf("it begins with %q, told %q", got.Value(), got.Told)
	}
}
