package ui

import (
	"fmt"
	"strings"

	"nbscope/model"
	"nbscope/ui/theme"
)

// The network of one notebook: the verdict, the way hop by hop, and what stands
// in for the internet or would change with the switch the other way.

func (d *detail) network(n *model.Notebook) document {
	var doc document
	if n.Egress == nil {
		d.unjudged(&doc, n)
		return doc
	}
	e := n.Egress
	d.sayVerdict(&doc, n, e.Verdict, e.Reason)
	if n.Networked.State == model.LoadFailed {
		doc.toned("Not read", theme.Unknown, d.theme.Glyphs.Unknown+" "+n.Networked.Reason)
	}
	if !n.NetworkedAt.IsZero() {
		doc.toned("Read", theme.Dim, d.time(n.NetworkedAt))
	}
	if len(e.Chain) > 0 {
		doc.heading("From the notebook to the internet")
		d.chain(&doc, n, model.Path{Verdict: e.Verdict, Reason: e.Reason, Chain: e.Chain})
	}
	d.sayReach(&doc, e)
	d.overIPv6(&doc, n, e.IPv6)
	d.sayWhatIf(&doc, e.WhatIf)
	d.sayEndpoints(&doc, e.Endpoints)
	if len(e.Warnings) > 0 {
		doc.heading("To keep in mind")
		for _, w := range e.Warnings {
			d.point(&doc, theme.Warn, d.theme.Glyphs.Warn, w)
		}
	}
	return doc
}

func (d *detail) unjudged(doc *document, n *model.Notebook) {
	switch {
	case n.Described.State == model.LoadFailed:
		doc.toned("Egress", theme.Unknown, d.theme.Glyphs.Unknown+" unknown: "+n.Described.Reason)
	case n.Networked.State == model.LoadFailed:
		doc.toned("Egress", theme.Unknown, d.theme.Glyphs.Unknown+" unknown: "+n.Networked.Reason)
	case n.Skips(model.FieldEgress):
		doc.toned("Egress", theme.Dim, n.Networked.Reason)
	case !d.world.scan.running && n.Described.Known():
		doc.toned("Egress", theme.Dim, "not judged yet; r reads the network")
	default:
		doc.toned("Egress", theme.Dim, d.theme.Glyphs.Ellipsis+" on its way")
	}
}

func (d *detail) sayVerdict(doc *document, n *model.Notebook, v model.Verdict, reason string) {
	tone := leaningOf(d.theme, n, d.world.lens.FindingsOf(n)).egress
	if tone == theme.Normal {
		tone = theme.Strong
	}
	doc.toned("Egress", tone, verdictSign(d.theme, v)+" "+v.Phrase())
	if reason != "" {
		doc.value("Because", reason)
	}
	d.known(doc, n, model.FieldNet, "Direct internet", directLong(n))
}

// answer is what one wants to know first: whether the notebook reaches the
// internet and why, and what is found.
func (d *detail) answer(doc *document, n *model.Notebook) {
	findings := d.world.lens.FindingsOf(n)
	if n.Egress == nil {
		d.unjudged(doc, n)
	} else {
		tone := leaningOf(d.theme, n, findings).egress
		if tone == theme.Normal {
			tone = theme.Strong
		}
		says := n.Egress.Verdict.Phrase()
		if n.Egress.Reason != "" {
			says += ": " + n.Egress.Reason
		}
		d.pointed(doc, tone, verdictSign(d.theme, n.Egress.Verdict), says)
	}
	if worst, ok := model.Worst(findings); ok {
		sign, tone := severitySign(d.theme, worst.Severity)
		d.pointed(doc, tone, sign, worst.Words()+": "+worst.Phrase)
	}
}

func (d *detail) chain(doc *document, n *model.Notebook, p model.Path) {
	stations := chainStations(d.theme, n, p)
	doc.drawn(func(width int) []string { return drawChain(d.theme, stations, width) })
}

func (d *detail) overIPv6(doc *document, n *model.Notebook, p *model.Path) {
	if p == nil {
		return
	}
	doc.heading("Over IPv6")
	doc.value("Egress", verdictSign(d.theme, p.Verdict)+" "+p.Verdict.Phrase())
	if p.Reason != "" {
		doc.value("Because", p.Reason)
	}
	if len(p.Chain) > 0 {
		doc.say(theme.Normal, "")
		d.chain(doc, n, *p)
	}
}

// sayWhatIf tells what the same notebook would reach with the switch the other
// way.
func (d *detail) sayWhatIf(doc *document, w *model.WhatIf) {
	if w == nil {
		return
	}
	word := "on"
	if w.DirectInternet == model.Disabled {
		word = "off"
	}
	doc.heading("With direct internet " + word + " instead")
	doc.value("Egress", verdictSign(d.theme, w.Verdict)+" "+w.Verdict.Phrase())
	if w.Reason != "" {
		doc.value("Because", w.Reason)
	}
	for i, l := range w.Loses {
		label := ""
		if i == 0 {
			label = "It would lose"
		}
		*doc = append(*doc, entry{label: label, indented: true, tone: theme.Normal, text: l})
	}
	if len(w.Loses) == 0 {
		doc.toned("It would lose", theme.Dim, "nothing that is known")
	}
}

func (d *detail) sayEndpoints(doc *document, all []model.EndpointCoverage) {
	if len(all) == 0 {
		return
	}
	served := 0
	for _, c := range all {
		if c.State == model.EndpointCovered {
			served++
		}
	}
	doc.heading(fmt.Sprintf("VPC endpoints: %d of %d services covered", served, len(all)))
	doc.drawn(func(width int) []string { return drawMatrix(d.theme, all, width) })
	doc.say(theme.Dim, endpointLegend(d.theme))
	for _, c := range all {
		if c.State == model.EndpointMissing || c.Why == "" {
			continue
		}
		sign, tone := endpointSign(d.theme, c.State)
		doc.toned(c.Service, tone, strings.TrimSpace(sign+" "+c.ID+" "+c.Why))
	}
}

func endpointLegend(t *theme.Theme) string {
	g := t.Glyphs
	return g.Ok + " covered  " + g.Busy + " partly  " + g.Failed + " refuses  " + g.Bullet + " none  " + g.Unknown + " unknown"
}

// point is a sentence behind a sign.
func (d *detail) point(doc *document, tone theme.Tone, sign, s string) {
	doc.drawn(func(width int) []string {
		return hanging(d.theme, span{tone: tone, text: sign + " "}, "  ", theme.Normal, s, width)
	})
}

// pointed is a sentence in the tone of its sign.
func (d *detail) pointed(doc *document, tone theme.Tone, sign, s string) {
	doc.drawn(func(width int) []string {
		return hanging(d.theme, span{tone: tone, text: sign + " "}, "  ", tone, s, width)
	})
}
