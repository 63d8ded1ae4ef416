package ui

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/terminal"
	"nbscope/ui/uitest"
)

// due lets a timer run out that was set.
func (d *rig) due(t timer) tea.Cmd {
	d.t.Helper()
	return d.send(dueMsg{t, d.app.clock.newest[t]})
}

func TestWhatComesDueIsDoneAndSetAnew(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) { c.Refresh = time.Minute })
	set := func(t timer) int { return d.app.clock.newest[t] }
	d.app.Say(0, "told for a moment")
	d.sees("told for a moment")
	d.due(timerToast)
	d.seesNot("told for a moment")

	n := d.app.world.Rows[0]
	aged, generation := set(timerAge), d.app.inv.Generation()
	age := func() string { return d.app.world.Lens.Text(n, model.FieldAge) }
	before := age()
	d.clock.Pass(48 * time.Hour)
	if cmd := d.due(timerAge); cmd == nil || set(timerAge) != aged+1 || before != "5h" || age() != "2d" || d.app.world.Scan.Running {
		t.Errorf("the age goes from %s to %s, and the timer was set %d times", before, age(), set(timerAge)-aged)
	}
	if frame := d.app.world.Scan.Frame; d.due(timerSpin) != nil || d.app.world.Scan.Frame != frame {
		t.Error("the sign of a scan turns without one")
	}

	again := set(timerRefresh)
	if d.due(timerRefresh) == nil || !d.app.world.Scan.Running || d.app.world.Scan.Mode != model.Incremental || d.app.inv.Generation() != generation+1 {
		t.Errorf("what the user asked for is not scanned: %+v", d.app.world.Scan)
	}
	if frame := d.app.world.Scan.Frame; d.due(timerSpin) == nil || d.app.world.Scan.Frame != frame+1 {
		t.Error("the sign of a scan does not turn")
	}
	if d.due(timerRefresh) == nil || d.app.inv.Generation() != generation+1 || set(timerRefresh) != again+1 {
		t.Error("a scan under way is not let go on")
	}
	if d.due(timerTransition) != nil || d.app.inv.Generation() != generation+1 {
		t.Error("a scan under way makes place for one of what is in transition")
	}
	calm := newRig(t, 120, 40, nil)
	w := uitest.SmallWorld()
	w.Notebooks = slices.DeleteFunc(w.Notebooks, func(n *model.Notebook) bool { return n.Status.InTransition() })
	calm.feed(w)
	calm.finish()
	if calm.due(timerTransition) != nil || calm.app.world.Scan.Running || calm.app.clock.newest[timerRefresh] != 0 {
		t.Error("nothing is in transition, and it is scanned")
	}
}

func TestWhatIsToldInAToast(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		do     func(*rig) tea.Cmd
		says   string
	}{
		"a part that broke":      {nil, func(d *rig) tea.Cmd { return d.send(crashMsg{"index out of range"}) }, "✗ a part of nbscope failed: index out of range"},
		"a file":                 {func(c *Config) { c.WriteFile = func(string, []byte) error { return nil }; c.ExportDir = "/x" }, func(d *rig) tea.Cmd { return d.app.Save("a.md", "b") }, "✓ written to /x/a.md"},
		"a file, with no disk":   {nil, func(d *rig) tea.Cmd { return d.app.Save("a.md", "b") }, "✗ writing files is not possible here"},
		"a file, and a full one": {func(c *Config) { c.WriteFile = func(string, []byte) error { return errors.New("full") } }, func(d *rig) tea.Cmd { return d.app.Save("a.md", "b") }, "✗ full"},
		"an export, no disk":     {nil, func(d *rig) tea.Cmd { return input{d.app}.export(exportFormats()[1]) }, "✗ writing files is not possible here"},
		"no browser here":        {nil, func(d *rig) tea.Cmd { return d.app.Browse("URL", "https://a") }, "✓ URL sent to the terminal (no browser is opened here): https://a"},
		"several sign-ins":       {nil, failedSignIns("one", "two", "three"), "✗ prod: one (and 2 more)"},
		"two sign-ins":           {nil, failedSignIns("one", "two"), "✗ prod: one (and 1 more)"},
		"one sign-in":            {nil, failedSignIns("one"), "✗ prod: one"},
		"policy restrict":        {nil, policyTurned(1), "✓ policy restrict: a notebook must not have direct internet access"},
		"policy report":          {nil, policyTurned(2), "✓ policy report: facts without findings"},
		"policy connect":         {nil, policyTurned(3), "✓ policy connect: a notebook in a VPC must have direct internet access"},
	} {
		d := loaded(t, 200, 40, c.change).withPump()
		d.app.toast = toast{}
		d.run(c.do(d))
		if d.app.toast.text == "" {
			t.Errorf("%s: nothing is told", name)
		}
		var line string
		for l := range strings.SplitSeq(d.view(), "\n") {
			if strings.Contains(l, d.app.toast.text) {
				line = strings.TrimSpace(l)
			}
		}
		if !strings.HasPrefix(line, c.says) || strings.TrimSpace(line[len(c.says):]) != "" && !strings.HasPrefix(line[len(c.says):], "   ") {
			t.Errorf("%s: it says %q, want %q", name, line, c.says)
		}
	}
}

func failedSignIns(messages ...string) func(*rig) tea.Cmd {
	return func(d *rig) tea.Cmd {
		d.keys("r")
		var b model.Batch
		for _, m := range messages {
			b.Problems = append(b.Problems, model.Problem{Kind: model.KindDenied, Profile: "prod", Message: m})
		}
		d.feed(b)
		d.finish()
		return nil
	}
}

func policyTurned(times int) func(*rig) tea.Cmd {
	return func(d *rig) tea.Cmd {
		var cmd tea.Cmd
		for range times {
			cmd = d.keys("P")
		}
		return cmd
	}
}

func TestACacheThatIsLateIsWaitedForUntilTheEnd(t *testing.T) {
	late := func(load func() Late) *rig {
		return newRig(t, 120, 40, func(c *Config) { c.Late = load })
	}
	d := late(func() Late { return Late{Notices: []string{"one file", "was set aside"}} }).withPump()
	d.run(d.app.scans.waitLate())
	d.sees("one file was set aside")

	never := make(chan struct{})
	defer close(never)
	d = late(func() Late { <-never; return Late{} })
	ctx, end := context.WithCancel(t.Context())
	d.app.pump.start(ctx, func(tea.Msg) {})
	wait := d.app.scans.waitLate()
	end()
	if m := wait(); m != nil {
		t.Errorf("it brings %v", m)
	}
	d.app.pump.wait()
}

func TestAScanThatEndedWhileThePaletteWasOpenIsNotStopped(t *testing.T) {
	for _, over := range []bool{false, true} {
		d := loaded(t, 120, 40, nil)
		d.keys("r", ":", "stop the scan")
		if over {
			d.finish()
		}
		d.keys("enter")
		if d.app.overlay != nil || d.app.world.Scan.Stopped == over || strings.Contains(d.view(), "the scan was stopped") == over {
			t.Errorf("over %v: %+v", over, d.app.world.Scan)
		}
	}
}

func TestTheDemoSaysSoInTheHeader(t *testing.T) {
	for _, demo := range []bool{true, false} {
		d := loaded(t, 200, 40, func(c *Config) { c.Demo = demo })
		if head, _, _ := strings.Cut(d.view(), "\n"); strings.Contains(head, "   DEMO") != demo {
			t.Errorf("demo %v: %q", demo, head)
		}
	}
}

// TestAGateIsPutOffOnceForEachMatter, and questions of sign-ins are refused at the end.
func TestAGateIsPutOffOnceForEachMatter(t *testing.T) {
	a, b := titled{title: "Aa", synced: new(int)}, titled{title: "Bb", synced: new(int)}
	valid := func() bool { return true }
	var w waits
	for _, o := range []recreate.Offer{{On: a, What: "1"}, {On: b, What: "1"}, {On: a, What: "2"}, {On: a, What: "1"}} {
		o.Valid = valid
		w.putOff(o)
	}
	var got []string
	for _, o := range w.pending() {
		got = append(got, o.On.Title()+o.What)
	}
	if !slices.Equal(got, []string{"Bb1", "Aa2", "Aa1"}) {
		t.Errorf("put off are %q", got)
	}
	refused := 0
	ask := model.Question{Cancel: func() { refused++ }}
	w.questions = []model.Question{ask, ask}
	w.refuse()
	w.refuse()
	if refused != 2 {
		t.Errorf("%d are refused", refused)
	}
}

func TestANameOfASavedFilterIsRefusedOrWarnedOf(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) { c.Saved = map[string]string{"mine": "platform:al1"} })
	d.keys("/", "net:vpc-only", "enter", ":", "save this", "enter", " mine ")
	d.sees("takes the place of platform:al1")
	d.keys("x")
	d.seesNot("takes the place of")
	d = loaded(t, 120, 40, nil)
	d.keys("/", "net:vpc-only", "enter", ":", "save this", "enter", strings.Repeat("ö", longestName))
	d.seesNot("this name is too long")
	d.keys("o", "enter")
	d.sees("this name is too long", "Save this filter")
	if len(d.app.saved.filters) != 0 {
		t.Errorf("saved are %q", d.app.saved.filters)
	}
	d.keys("backspace", "enter")
	if d.app.saved.filters[strings.Repeat("ö", longestName)] != "net:vpc-only" {
		t.Errorf("saved are %q", d.app.saved.filters)
	}
}

func TestNothingTypedIsNoAnswerToASignIn(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	answered := "nothing"
	d.app.ask(model.Question{Prompt: "code", Answer: func(s string) { answered = s }})
	d.keys("1")
	d.clock.Pass(kit.DeafFor - 1)
	d.keys("2", "enter")
	d.clock.Pass(1)
	d.keys("enter")
	if d.app.overlay == nil || answered != "nothing" || !d.app.overlay.Typing() {
		t.Fatalf("answered with %q", answered)
	}
	d.send(tea.PasteMsg{Content: "345"})
	d.keys("enter")
	if d.app.overlay != nil || answered != "345" {
		t.Errorf("answered with %q", answered)
	}
	d.send(tea.PasteMsg{Content: "q"}) // for a list it is nothing
	if d.app.overlay != nil {
		t.Error("what was pasted is taken for keys")
	}
}

// TestAnAnswerIsShownAsItIsTyped, its end where it is longer than the line: the cursor stands
// behind it, on the last cell but one.
func TestAnAnswerIsShownAsItIsTyped(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	q := newQuestion(model.Question{Profile: "prod", Prompt: "MFA code"}, d.app.keys.Typing, d.clock.Now)
	d.clock.Pass(kit.DeafFor)
	for _, c := range []struct {
		typed, shown string
		x            int
	}{{"", "   >", 5}, {"12", "   > 12", 7}, {"345678901234", "   > 2345678901234", 18}, {"5", "   > 3456789012345", 18}} {
		if c.typed != "" {
			q.Take(tea.PasteMsg{Content: c.typed})
		}
		lines, x, y := q.Lines(d.app.theme, 20, 5)
		if got := strings.TrimRight(ansi.Strip(lines[3]), " "); got != c.shown || x != c.x || y != 3 || strings.TrimSpace(ansi.Strip(lines[2])) != "MFA code" {
			t.Errorf("%q with the cursor at %d, %d, want %q and %d", got, x, y, c.shown, c.x)
		}
	}
}

func TestAKeyOfAnotherAlphabetMovesInHelp(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("?")
	d.send(tea.KeyPressMsg{Code: 'й', Text: "й", BaseCode: 'q'})
	if d.app.overlay != nil {
		t.Error("the key of q does not close help")
	}
}

func TestTheWheelMovesByThreeAndOtherButtonsDoNot(t *testing.T) {
	d := loaded(t, 120, 14, nil)
	for _, b := range []tea.MouseButton{tea.MouseWheelLeft, tea.MouseWheelRight, tea.MouseWheelDown, tea.MouseWheelUp} {
		before := d.view()
		d.send(tea.MouseWheelMsg{Button: b})
		if moved := d.view() != before; moved != (b == tea.MouseWheelDown || b == tea.MouseWheelUp) {
			t.Errorf("%v moves it: %v", b, moved)
		}
	}
	d.keys("?")
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if top := d.app.overlay.(*helpView).top; top != 3 { //nolint:forcetypeassert // it was opened
		t.Errorf("help stands at line %d", top)
	}
}

// TestACommandHasTheTerminalAndGivesItBack, and has it not where the program is ending.
func TestACommandHasTheTerminalAndGivesItBack(t *testing.T) {
	var lends []bool
	d := newRig(t, 80, 24, func(c *Config) { c.Lent = func(on bool) { lends = append(lends, on) } })
	var out bytes.Buffer
	l := &lent{outside: &d.app.outside, Lent: terminal.Lent{Line: "exit 3", In: strings.NewReader("\n"), Out: &out}}
	if err := l.Run(); !errors.Is(err, context.Canceled) || lends != nil {
		t.Errorf("before the start: %v, lent %v", err, lends)
	}
	d.withPump()
	if err := l.Run(); err == nil || err.Error() != "exit status 3" || !slices.Equal(lends, []bool{true, false}) {
		t.Errorf("%v, lent %v", err, lends)
	}
}
