package explore

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What to do about a notebook. What would better its network is judged when somebody
// looks, by facts that are read then.

// advice is where the judging of remedies stands.
type advice struct {
	since   time.Time
	found   *model.Notebook // as it was seen then; nil before
	problem *model.Problem
}

// fetchAdvice asks for remedies if the section shows them and nobody has asked.
// Beside the list a notebook is passed by before it is looked at.
func (d *detail) fetchAdvice() kit.Intent {
	n := d.notebook
	looked := d.section == sectionFindings || d.section == sectionOverview && d.focused
	if !looked || d.advice != nil || d.port == nil || !d.wantsAdvice(n) {
		return nil
	}
	d.advice, d.doc = &advice{since: d.world.Now}, nil
	known, id := d.world.Neighbours(n), d.id
	return kit.Job("detail", func(ctx context.Context) kit.Intent {
		found, err := d.port.Advise(ctx, n, known)
		return kit.Func(func(kit.Host) tea.Cmd {
			if d.advice != nil && id == d.id { // it is still shown
				d.advice.found, d.advice.problem, d.doc = found, kit.ProblemOf(err), nil
			}
			return nil
		})
	})
}

// wantsAdvice reports whether there is something to better in a notebook's network.
func (d *detail) wantsAdvice(n *model.Notebook) bool {
	if n == nil || !n.Described.Known() || n.SubnetID == "" || n.Egress == nil || n.Egress.Advice != nil {
		return false
	}
	return len(d.world.Lens.FindingsOf(n)) > 0 && n.Egress.Improvable()
}

// advised is the notebook with the remedies that were judged for it. They rest on
// what was seen when they were asked for: where the network is another by then,
// they are not this judgement's.
func (d *detail) advised(n *model.Notebook) (with *model.Notebook, moved bool) {
	if n.Egress == nil || n.Egress.Advice != nil || d.advice == nil || d.advice.found == nil || d.advice.found.Egress == nil {
		return n, false
	}
	now := d.advice.found.Egress
	if now.Verdict != n.Egress.Verdict {
		return n, true
	}
	out, e := *n, *n.Egress
	e.Advice = now.Advice
	out.Egress = &e
	return &out, false
}

// remediesOf are the remedies of the notebook shown, in their order.
func (d *detail) remediesOf(n *model.Notebook) []model.Remedy {
	if n == nil || d.world.Lens.Cell(n, model.FieldFinding).State == model.CellPending {
		return nil
	}
	n, _ = d.advised(n)
	return d.world.Policy.Remedies(n)
}

// whatToDo lists the remedies, each in a line or two.
func (d detailPages) whatToDo(doc *kit.Document, n *model.Notebook) {
	all := d.remediesOf(n)
	if len(all) == 0 && !d.wantsAdvice(n) {
		return
	}
	doc.Heading("What to do")
	for i, r := range all {
		doc.Drawn(func(width int) []string { return drawRemedy(d.theme, i+1, &r, width) })
	}
	d.sayAdvice(doc, n)
}

// sayAdvice tells where the judging of remedies stands, and why nothing is offered
// for what is broken.
func (d detailPages) sayAdvice(doc *kit.Document, n *model.Notebook) {
	with, moved := d.advised(n)
	switch {
	case moved:
		doc.Say(theme.Warn, d.theme.Glyphs.Warn+" The network has changed since it was read: it is "+d.advice.found.Egress.Verdict.Phrase()+" now. "+
			"r reads it again.")
	case with.Egress != nil && with.Egress.Advice != nil:
		for _, why := range with.Egress.Advice.None {
			d.point(doc, theme.Warn, d.theme.Glyphs.Warn, why)
		}
	case !d.wantsAdvice(n):
	case d.advice == nil:
		d.pointed(doc, theme.Dim, d.theme.Glyphs.Arrow, "enter reads the network again and judges what would open it")
	case d.advice.problem != nil:
		kit.SayProblem(doc, d.theme, *d.advice.problem)
		doc.Say(theme.Dim, "Turn to this section again to ask once more.")
	default:
		d.pointed(doc, theme.Dim, d.theme.Glyphs.Ellipsis, "reading the network and judging what would open it, since "+d.advice.since.UTC().Format(kit.ClockLayout))
	}
}

// remedyFacts is what stands beside a remedy's title.
func remedyFacts(t *theme.Theme, r *model.Remedy) string {
	return strings.Join(r.Facts(), " "+t.Glyphs.Bullet+" ")
}

// drawRemedy is a remedy with what it costs, whether it makes the notebook anew and
// whom else it touches: in one line where there is room, else in more.
func drawRemedy(t *theme.Theme, number int, r *model.Remedy, width int) []string {
	lead := kit.Span{Tone: theme.Accent, Text: fmt.Sprintf("%d ", number)}
	facts, tone := remedyFacts(t, r), theme.Dim
	if r.Worsens() && !r.Recreates {
		tone = theme.Warn
	}
	title := text.Clean(r.Title)
	if used := text.Width(lead.Text) + text.Width(title); used+3+text.Width(facts) <= width {
		return []string{kit.Bar(t, width, []kit.Span{lead, {Tone: theme.Strong, Text: title}}, []kit.Span{{Tone: tone, Text: facts}})}
	}
	out := kit.Hanging(t, lead, "  ", theme.Strong, title, width)
	return append(out, kit.Hanging(t, kit.Span{Text: "  "}, "  ", tone, facts, width)...)
}

// remedies writes the remedies out, with their commands.
func (d detailPages) remedies(doc *kit.Document, n *model.Notebook) {
	all := d.remediesOf(n)
	if len(all) == 0 && !d.wantsAdvice(n) {
		return
	}
	doc.Heading(fmt.Sprintf("What to do: %s copies the commands marked %s", d.keys.Detail.CopyRemedy.Help().Key, d.theme.Glyphs.Cursor))
	d.sayAdvice(doc, n)
	for i, r := range all {
		lead, tone := "  ", theme.Strong
		if i == d.remedy%len(all) {
			lead, tone = d.theme.Glyphs.Cursor+" ", theme.Accent
		}
		doc.Say(theme.Normal, "")
		doc.Drawn(func(width int) []string {
			return kit.Hanging(d.theme, kit.Span{Tone: theme.Accent, Text: lead}, "  ", tone, fmt.Sprintf("%d  %s", i+1, r.Title), width)
		})
		doc.Say(theme.Dim, remedyFacts(d.theme, &all[i]))
		if r.Why != "" {
			doc.Say(theme.Normal, r.Why)
		}
		for _, a := range r.Affects {
			if a.Control {
				continue // the finding names them
			}
			sign, tone := d.theme.Glyphs.Arrow, theme.Normal
			if a.Worse {
				sign, tone = d.theme.Glyphs.Warn, theme.Warn
			}
			d.point(doc, tone, sign, a.What+": "+a.Before+", then "+a.After)
		}
		for _, c := range r.Commands {
			doc.Drawn(func(width int) []string { return kit.DrawCommand(d.theme, c, width) })
		}
	}
}

// copyRemedy copies the commands of the marked remedy and marks the next one.
func (d *detail) copyRemedy() kit.Intent {
	all := d.remediesOf(d.notebook)
	if len(all) == 0 {
		return kit.Say{Tone: theme.Warn, Text: "there is no remedy to copy: nothing is found under this policy"}
	}
	at := d.remedy % len(all)
	r := all[at]
	d.remedy, d.doc = at, nil
	if d.section != sectionFindings {
		d.turnTo(sectionFindings)
	}
	d.showMark(at + 1)
	what := fmt.Sprintf("commands of remedy %d of %d", at+1, len(all))
	text := strings.Join(r.Commands, "\n") + "\n"
	return kit.Copy{What: what, Text: text, Tail: ": " + text}
}

// nextRemedy marks the next remedy.
func (d *detail) nextRemedy(by int) kit.Intent {
	if all := d.remediesOf(d.notebook); len(all) > 0 {
		d.remedy = (d.remedy + by + len(all)) % len(all)
		d.doc = nil
		d.showMark(d.remedy + 1)
	}
	return nil
}

// showMark scrolls to the remedy with this number, so that what is marked is seen.
func (d *detail) showMark(number int) {
	if d.section != sectionFindings {
		return
	}
	head := fmt.Sprintf("%s %d  ", d.theme.Glyphs.Cursor, number)
	for i, l := range d.lines() {
		if strings.HasPrefix(ansi.Strip(l), head) {
			d.top = min(d.top, i)
			d.scroll(max(0, i+min(6, d.room())-d.room()-d.top))
			return
		}
	}
}
