package explore

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What is found about one notebook under the policy, and what puts it right.

func (d detailPages) findings(n *model.Notebook) kit.Document {
	var doc kit.Document
	p, certain := d.world.Policy.For(n)
	word := string(p)
	if p != d.world.DefaultPolicy() {
		word += " (an override for this notebook)"
	}
	if !certain {
		word += " (its tags are not known: an override may hold)"
	}
	doc.Value("Policy", word)
	if d.world.Lens.Cell(n, model.FieldFinding).State == model.CellPending {
		doc.Toned("Findings", theme.Dim, d.awaited())
		return doc
	}
	all := d.world.Lens.FindingsOf(n)
	if len(all) == 0 {
		doc.Toned("Findings", theme.Normal, noFinding(p))
	}
	for _, f := range all {
		d.finding(&doc, f)
	}
	if s := policy.OutsideVPC(p, n); s != "" {
		doc.Say(theme.Normal, "")
		doc.Say(theme.Normal, s)
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

func (d detailPages) finding(doc *kit.Document, f model.Finding) {
	sign, tone := kit.SeveritySign(d.theme, f.Severity)
	doc.Say(theme.Normal, "")
	doc.Say(tone, sign+" "+f.Words()+": "+f.Phrase)
	controlIDs(doc, "Follows", f.Follows)
	controlIDs(doc, "Recreate breaks", f.Breaks)
}

// controlIDs names published checks in a row; what they are stands further down.
func controlIDs(doc *kit.Document, label string, all []model.Control) {
	if len(all) == 0 {
		return
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	doc.Value(label, strings.Join(ids, ", "))
}

// checks lists every published check that the findings name, linked to its page.
func (d detailPages) checks(doc *kit.Document, findings []model.Finding) {
	seen := map[string]bool{}
	for _, f := range findings {
		for _, c := range slices.Concat(f.Follows, f.Breaks) {
			if seen[c.ID] {
				continue
			}
			if len(seen) == 0 {
				doc.Heading("The checks, each a link to its page")
			}
			seen[c.ID] = true
			*doc = append(*doc, kit.Entry{Tone: theme.Normal, Text: c.ID, Link: c.URL}, kit.Entry{Tone: theme.Dim, Text: "  " + c.Title + c.Severity.Behind()})
		}
	}
}
