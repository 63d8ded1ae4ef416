package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/theme"
)

// What is found about one notebook under the policy, and what puts it right.

func (d *detail) findings(n *model.Notebook) document {
	var doc document
	p, certain := d.world.policy.For(n)
	word := string(p)
	if p != d.world.defaultPolicy() {
		word += " (an override for this notebook)"
	}
	if !certain {
		word += " (its tags are not known: an override may hold)"
	}
	doc.value("Policy", word)
	if d.world.lens.Cell(n, model.FieldFinding).State == model.CellPending {
		doc.toned("Findings", theme.Dim, d.theme.Glyphs.Ellipsis+" the network is on its way")
		return doc
	}
	all := d.world.lens.FindingsOf(n)
	if len(all) == 0 {
		doc.toned("Findings", theme.Normal, noFinding(p))
	}
	for _, f := range all {
		d.finding(&doc, f)
	}
	d.remedies(&doc, n)
	d.checks(&doc, all)
	return doc
}

func noFinding(p model.Policy) string {
	if p == model.PolicyReport {
		return "none: this policy reports facts and finds nothing"
	}
	return "none under this policy"
}

func (d *detail) finding(doc *document, f model.Finding) {
	sign, tone := severitySign(d.theme, f.Severity)
	doc.say(theme.Normal, "")
	doc.say(tone, sign+" "+f.Words()+": "+f.Phrase)
	controlIDs(doc, "Follows", f.Follows)
	controlIDs(doc, "Recreate breaks", f.Breaks)
}

// controlIDs names published checks in a row; what they are stands further down.
func controlIDs(doc *document, label string, all []model.Control) {
	if len(all) == 0 {
		return
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	doc.value(label, strings.Join(ids, ", "))
}

// checks lists every published check that the findings name, linked to its page.
func (d *detail) checks(doc *document, findings []model.Finding) {
	seen := map[string]bool{}
	for _, f := range findings {
		for _, c := range slices.Concat(f.Follows, f.Breaks) {
			if seen[c.ID] {
				continue
			}
			if len(seen) == 0 {
				doc.heading("The checks, each a link to its page")
			}
			seen[c.ID] = true
			title := c.Title
			if c.Severity != "" {
				title += " (" + string(c.Severity) + ")"
			}
			*doc = append(*doc, entry{tone: theme.Normal, text: c.ID, link: c.URL}, entry{tone: theme.Dim, text: "  " + title})
		}
	}
}

// remediesOf are the remedies of the notebook shown, the least invasive first.
func (d *detail) remediesOf(n *model.Notebook) []model.Remedy {
	if n == nil || d.world.lens.Cell(n, model.FieldFinding).State == model.CellPending {
		return nil
	}
	return d.world.policy.Remedies(n)
}

func (d *detail) remedies(doc *document, n *model.Notebook) {
	all := d.remediesOf(n)
	if len(all) == 0 {
		return
	}
	doc.heading(fmt.Sprintf("Remedies, the least invasive first: %s copies the commands marked %s",
		d.keys.Detail.CopyRemedy.Help().Key, d.theme.Glyphs.Cursor))
	for i, r := range all {
		lead, tone := "  ", theme.Strong
		if i == d.remedy%len(all) {
			lead, tone = d.theme.Glyphs.Cursor+" ", theme.Accent
		}
		doc.say(theme.Normal, "")
		doc.drawn(func(width int) []string {
			return hanging(d.theme, span{tone: theme.Accent, text: lead}, "  ", tone, fmt.Sprintf("%d  %s", i+1, r.Title), width)
		})
		if r.Why != "" {
			doc.say(theme.Normal, r.Why)
		}
		if r.CostPerMonth != "" {
			doc.value("Cost per month", r.CostPerMonth)
		}
		for _, c := range r.Commands {
			doc.drawn(func(width int) []string { return drawCommand(d.theme, c, width) })
		}
	}
}

// copyRemedy copies the commands of the marked remedy and marks the next one.
func (d *detail) copyRemedy() intent {
	all := d.remediesOf(d.notebook)
	if len(all) == 0 {
		return intentSay{theme.Warn, "there is no remedy to copy: nothing is found under this policy"}
	}
	at := d.remedy % len(all)
	r := all[at]
	d.remedy, d.doc = at, nil
	if d.section != sectionFindings {
		d.turnTo(sectionFindings)
	}
	d.showMark(at + 1)
	what := fmt.Sprintf("commands of remedy %d of %d", at+1, len(all))
	return intentCopy{what, strings.Join(r.Commands, "\n") + "\n"}
}

// nextRemedy marks the next remedy.
func (d *detail) nextRemedy(by int) intent {
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
