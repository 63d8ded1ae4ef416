package ui

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
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
	if s := policy.OutsideVPC(p, n); s != "" {
		doc.say(theme.Normal, "")
		doc.say(theme.Normal, s)
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
