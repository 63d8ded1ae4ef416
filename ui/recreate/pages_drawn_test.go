package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// TestAStepOfANarrowStripIsClickedWhereItStands has strips from which steps have gone, the
// first one first, save for the page that is looked at.
func TestAStepOfANarrowStripIsClickedWhereItStands(t *testing.T) {
	t.Parallel()
	_, w, _ := checkedDraft(nil)
	for _, c := range []struct {
		width         int
		page          pageID
		strip, clicks string // clicks are the pages that every cell turns to; - for none
	}{
		{60, pageObserve, " ✓ Observe 0.0s  ▲ Preflight  ✓ Configure  ○ Preview", "-000000000-------11111111111--22222222222--333333333--------"},
		{60, pageForm, " ✓ Observe  ▲ Preflight  ✓ Configure  ○ Preview", "-000000000--11111111111--22222222222--333333333-------------"},
		{48, pageForm, " ✓ Observe  ▲ Preflight  ✓ Configure  ○ Preview", "-000000000--11111111111--22222222222--333333333-"},
		{47, pageForm, " ▲ Preflight  ✓ Configure  ○ Preview", "-11111111111--22222222222--333333333-----------"},
		{40, pageForm, " ▲ Preflight  ✓ Configure  ○ Preview", "-11111111111--22222222222--333333333----"},
		{40, pageObserve, " ✓ Observe  ✓ Configure  ○ Preview", "-000000000--22222222222--333333333------"},
		{20, pageObserve, " ✓ Observe", "-000000000----------"},
	} {
		w.Resize(c.width, 20)
		w.page = c.page
		if got := strings.TrimRight(kit.PlainLines([]string{w.stepStrip(c.width)}), " \n"); got != c.strip {
			t.Errorf("in %d cells it is %q, want %q", c.width, got, c.strip)
		}
		var got strings.Builder
		for x := range c.width {
			w.page = c.page
			if at := clickedIn(w, x); at >= 0 {
				fmt.Fprint(&got, at)
			} else {
				got.WriteByte('-')
			}
		}
		if got.String() != c.clicks {
			t.Errorf("in %d cells the clicks are %q, want %q", c.width, got.String(), c.clicks)
		}
	}
}

// clickedIn is the page that a click on the strip turns to, -1 for none. That it turned at
// all, to the page that is shown too, is told by its no longer following the work.
func clickedIn(w *wizard, x int) int {
	w.follows = true
	w.clickedStrip(x)
	if w.follows {
		return -1
	}
	return int(w.page)
}

// TestAClickOnTheRuleBesideTheStepsIsNotOnAStep clicks the column of steps, the rule
// behind it, and the page.
func TestAClickOnTheRuleBesideTheStepsIsNotOnAStep(t *testing.T) {
	t.Parallel()
	_, w, _ := checkedDraft(nil)
	w.Resize(120, 30)
	for x, want := range map[int]pageID{0: pagePreflight, 32: pagePreflight, 33: pageForm, 34: pageForm} {
		w.turnTo(pageForm)
		w.Body()
		w.Click(x, int(pagePreflight))
		if w.page != want {
			t.Errorf("a click on %d shows %s, want %s", x, w.page.name(), want.name())
		}
	}
}

// TestTheCursorOfTheFormStaysOnItsFields moves it further than they reach.
func TestTheCursorOfTheFormStaysOnItsFields(t *testing.T) {
	t.Parallel()
	_, w, _ := checkedDraft(nil)
	last := len(formFields()) - 1
	for _, move := range []struct{ by, want int }{{-1, 0}, {1, 1}, {last - 1, last}, {1, last}, {-1, last - 1}, {99, last}, {-99, 0}} {
		w.form.move(move.by)
		if w.form.field != move.want {
			t.Errorf("moved by %d it is on field %d, want %d", move.by, w.form.field, move.want)
		}
	}
	w.form.goTo(recreate.FieldSubnet)
	at := w.form.field
	w.form.goTo("nothing")
	if formFields()[at].Create != recreate.FieldSubnet || w.form.field != at {
		t.Errorf("sent to a field that it does not have, it is on %d, not %d", w.form.field, at)
	}
}

// TestAPageOfARunStandsAwayFromItsEdges looks at a long text of it, and at its order.
func TestAPageOfARunStandsAwayFromItsEdges(t *testing.T) {
	t.Parallel()
	pg, _ := runAt(recreate.StepCopy, recreate.PhaseGate, serving)
	lines := strings.Split(pg.view(60, 400), "\n")
	widest := 0
	for _, l := range lines {
		plain := ansi.Strip(l)
		if ansi.StringWidth(plain) > 60 || plain != "" && plain[0] != ' ' {
			t.Errorf("a line leaves its 60 cells: %q", plain)
		}
		widest = max(widest, ansi.StringWidth(strings.TrimRight(plain, " ")))
	}
	if widest != 59 {
		t.Errorf("the widest line ends at cell %d of 60", widest)
	}
	text := kit.PlainLines(pg.document().Paint(plain(), 200))
	from := 0
	for _, want := range []string{"Copy waits for you.", "What you can do", "The copy, by hand", "J and K copy a URL", "y copies all of the commands, w saves them."} {
		at := strings.Index(text[from:], want)
		if at < 0 {
			t.Fatalf("%q is not said in its place:\n%s", want, text)
		}
		from += at
	}
	for i, s := range recreate.ManualCopy(&pg.live.Run.Plan) {
		want := fmt.Sprintf("%d  %s  (%s)\n", i+1, s.Title, pg.placeWords(s.Where))
		if s.About != "" {
			want += s.About[:20]
		}
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said:\n%s", want, text)
		}
	}
	pg, _ = runAt(recreate.StepStop, recreate.PhaseGate, serving)
	if text := kit.PlainLines(pg.document().Paint(plain(), 200)); strings.Contains(text, "by hand") {
		t.Errorf("at another step the copy is told of:\n%s", text)
	}
}

// TestAPreviewFillsItsPage looks at it with the room for a line below the views, and
// without, and at the text that keeps away from the edges.
func TestAPreviewFillsItsPage(t *testing.T) {
	t.Parallel()
	for height, want := range map[int]string{lowPage - 1: " ~ Direct internet", lowPage: ""} {
		pg, _, _ := previewOf(nil)
		got := drawn(strings.Split(pg.view(120, height), "\n"))
		if !strings.HasPrefix(got[0], "[Changes] Request ") || !strings.HasPrefix(got[1], want) || (want == "") != (got[1] == "") || len(strings.Split(pg.view(120, height), "\n")) != height {
			t.Errorf("in %d lines it is %q", height, got)
		}
	}
	pg, _, _ := previewOf(nil)
	for _, v := range []view{viewRequest, viewCLI, viewCost} {
		pg.shown = v
		for _, width := range []int{40, 2, 1} {
			lines := pg.viewLines(width)
			widest := 0
			for _, l := range lines {
				plain := strings.TrimRight(ansi.Strip(l), " ")
				if plain != "" && plain[0] != ' ' {
					t.Errorf("view %d in %d cells begins at the edge: %q", v, width, plain)
				}
				widest = max(widest, ansi.StringWidth(plain))
			}
			if want := max(2, width-1); widest > want || width == 40 && v != viewCost && widest != want {
				t.Errorf("view %d in %d cells is %d wide, want %d", v, width, widest, want)
			}
		}
	}
}

// TestAStepNeedsBesideItsCallWhatItDoesNotSayYet looks at every step of a plan.
func TestAStepNeedsBesideItsCallWhatItDoesNotSayYet(t *testing.T) {
	t.Parallel()
	pg, _, d := previewOf(nil)
	got := drawn(pg.permissionLines(400))
	from := 0
	for _, s := range d.plan.Steps() {
		if len(s.Calls) == 0 {
			continue
		}
		at := from + slices.Index(got[from:], "    "+pg.theme.Glyphs.Arrow+" "+s.Calls[0])
		if at < from {
			t.Errorf("%s is not said: %q", s.Calls[0], got[from:])
			continue
		}
		from = at + 1
		var more []string
		for _, p := range s.Permissions {
			if p != s.Calls[0] {
				more = append(more, p)
			}
		}
		said := strings.Join(strings.Fields(strings.Join(got[from:from+4], " ")), " ")
		if want := strings.Join(more, ", "); len(more) > 0 && !strings.HasPrefix(said, "needs also "+want) {
			t.Errorf("%s: %q, want %q", s.Title, said, want)
		} else if len(more) == 0 && strings.Contains(got[from], "needs also") {
			t.Errorf("%s needs also %q", s.Title, got[from])
		}
	}
}

// TestThePublishedChecksAreToldBeforeAndAfter has one that fails now and after, one that
// will, one that passes then, and none.
func TestThePublishedChecksAreToldBeforeAndAfter(t *testing.T) {
	t.Parallel()
	checks := func(change func(*recreate.Plan)) []string {
		pg, _, d := previewOf(nil)
		change(d.plan)
		got := drawn(pg.riskLines(100))
		at := slices.Index(got, " Published checks")
		if at < 1 || got[at-1] != "" {
			t.Fatalf("they are not told: %q", got)
		}
		return got[at+1:]
	}
	if d := uitest.Differ(checks(func(*recreate.Plan) {}), []string{
		"   SageMaker.3 (high)  fails now and after", "    Security Hub: users should not have root access to notebook instances",
		"   SageMaker.1 (high)  will fail after", "    Security Hub: notebook instances should not have direct internet access",
		"   sagemaker-notebook-no-direct-internet-access  will fail after", "    AWS Config rule: no direct internet access",
		"   SageMaker-004 (medium)  will fail after", "    Trend Cloud One Conformity: disable direct internet access for notebook instances",
		"   sagemaker_notebook_instance_without_direct_internet_access_configured (high)  will fail after", "    Prowler: notebook instances have no direct internet access",
		"   SageMaker.8 (medium)  fails now, passes after", "    Security Hub: notebook instances should run on supported platforms",
	}); d != "" {
		t.Error(d)
	}
	none := checks(func(p *recreate.Plan) {
		p.Source.RootAccess, p.Spec.RootAccess = "Disabled", "Disabled"
		p.Source.DirectInternet, p.Spec.DirectInternet = "Disabled", "Disabled"
		p.Source.Platform = p.Spec.Platform
	})
	if d := uitest.Differ(none, []string{"   none looks at this"}); d != "" {
		t.Error(d)
	}
}
