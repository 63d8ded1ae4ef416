package explore

import (
	"fmt"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// The network of one notebook: the verdict, the way hop by hop, and what stands
// in for the internet or would change with the switch the other way.

func (d detailPages) network(n *model.Notebook) kit.Document {
	var doc kit.Document
	if n.Egress == nil {
		d.unjudged(&doc, n)
		return doc
	}
	e := n.Egress
	d.sayVerdict(&doc, n, e.Verdict, e.Reason)
	if n.Networked.State == model.LoadFailed {
		doc.Toned("Not read", theme.Unknown, d.theme.Glyphs.Unknown+" "+n.Networked.Reason)
	}
	if !n.NetworkedAt.IsZero() {
		doc.Toned("Read", theme.Dim, d.time(n.NetworkedAt))
	}
	if len(e.Chain) > 0 {
		doc.Heading("From the notebook to the internet")
		d.chain(&doc, n, model.Path{Verdict: e.Verdict, Reason: e.Reason, Chain: e.Chain})
	}
	if n.AwaitsNetwork() {
		doc.Say(theme.Normal, "")
		doc.Toned("In the VPC", theme.Dim, d.awaited())
	}
	d.sayReach(&doc, e)
	d.sayTried(&doc, n)
	d.overIPv6(&doc, n, e.IPv6)
	d.sayWhatIf(&doc, e.WhatIf)
	d.sayEndpoints(&doc, e.Endpoints)
	if len(e.Warnings) > 0 {
		doc.Heading("To keep in mind")
		for _, w := range e.Warnings {
			d.point(&doc, theme.Warn, d.theme.Glyphs.Warn, w)
		}
	}
	return doc
}

func (d detailPages) unjudged(doc *kit.Document, n *model.Notebook) {
	switch {
	case n.Described.State == model.LoadFailed:
		doc.Toned("Egress", theme.Unknown, d.theme.Glyphs.Unknown+" unknown: "+n.Described.Reason)
	case n.Networked.State == model.LoadFailed:
		doc.Toned("Egress", theme.Unknown, d.theme.Glyphs.Unknown+" unknown: "+n.Networked.Reason)
	case n.Skips(model.FieldEgress):
		doc.Toned("Egress", theme.Dim, n.Networked.Reason)
	case n.Described.Known():
		doc.Toned("Egress", theme.Dim, d.awaited())
	default:
		doc.Toned("Egress", theme.Dim, d.theme.Glyphs.Ellipsis+" on its way")
	}
}

// awaited says when there will be what is not known because the network is not read.
func (d detailPages) awaited() string {
	if !d.world.Scan.Running {
		return "not judged yet; r reads the network"
	}
	return d.theme.Glyphs.Ellipsis + " on its way"
}

func (d detailPages) sayVerdict(doc *kit.Document, n *model.Notebook, v model.Verdict, reason string) {
	tone := kit.LeaningOf(d.theme, n, d.world.Lens.FindingsOf(n)).Egress
	if tone == theme.Normal {
		tone = theme.Strong
	}
	doc.Toned("Egress", tone, kit.VerdictSign(d.theme, v)+" "+v.Phrase())
	if reason != "" {
		doc.Value("Because", reason)
	}
	d.known(doc, n, model.FieldNet, "Direct internet", directLong(n))
}

// answer is what one wants to know first: whether the notebook reaches the
// internet and why, and what is found.
func (d detailPages) answer(doc *kit.Document, n *model.Notebook) {
	findings := d.world.Lens.FindingsOf(n)
	if n.Egress == nil {
		d.unjudged(doc, n)
	} else {
		tone := kit.LeaningOf(d.theme, n, findings).Egress
		if tone == theme.Normal {
			tone = theme.Strong
		}
		says := n.Egress.Verdict.Phrase()
		if n.Egress.Reason != "" {
			says += ": " + n.Egress.Reason
		}
		d.pointed(doc, tone, kit.VerdictSign(d.theme, n.Egress.Verdict), says)
	}
	if worst, ok := model.Worst(findings); ok {
		sign, tone := kit.SeveritySign(d.theme, worst.Severity)
		d.pointed(doc, tone, sign, worst.Words()+": "+worst.Phrase)
	}
}

func (d detailPages) chain(doc *kit.Document, n *model.Notebook, p model.Path) {
	stations := chainStations(d.theme, n, p)
	doc.Drawn(func(width int) []string { return drawChain(d.theme, stations, width) })
}

func (d detailPages) overIPv6(doc *kit.Document, n *model.Notebook, p *model.Path) {
	if p == nil {
		return
	}
	doc.Heading("Over IPv6")
	doc.Value("Egress", kit.VerdictSign(d.theme, p.Verdict)+" "+p.Verdict.Phrase())
	if p.Reason != "" {
		doc.Value("Because", p.Reason)
	}
	if len(p.Chain) > 0 {
		doc.Say(theme.Normal, "")
		d.chain(doc, n, *p)
	}
}

// sayWhatIf tells what the same notebook would reach with the switch the other
// way.
func (d detailPages) sayWhatIf(doc *kit.Document, w *model.WhatIf) {
	if w == nil {
		return
	}
	word := "on"
	if w.DirectInternet == model.Disabled {
		word = "off"
	}
	doc.Heading("With direct internet " + word + " instead")
	doc.Value("Egress", kit.VerdictSign(d.theme, w.Verdict)+" "+w.Verdict.Phrase())
	if w.Reason != "" {
		doc.Value("Because", w.Reason)
	}
	if len(w.Loses) == 0 {
		doc.Toned("It would lose", theme.Dim, "nothing that is known")
		return
	}
	doc.Say(theme.Dim, "It would lose")
	for _, l := range w.Loses {
		d.point(doc, theme.Normal, d.theme.Glyphs.Bullet, l)
	}
}

func (d detailPages) sayEndpoints(doc *kit.Document, all []model.EndpointCoverage) {
	if len(all) == 0 {
		return
	}
	served := 0
	for _, c := range all {
		if c.State == model.EndpointCovered {
			served++
		}
	}
	doc.Heading(fmt.Sprintf("VPC endpoints: %d of %d services covered", served, len(all)))
	doc.Drawn(func(width int) []string { return drawMatrix(d.theme, all, width) })
	doc.Say(theme.Dim, endpointLegend(d.theme))
	for _, c := range all {
		if c.State == model.EndpointMissing || c.Why == "" {
			continue
		}
		sign, tone := endpointSign(d.theme, c.State)
		doc.Toned(c.Service, tone, strings.TrimSpace(sign+" "+c.ID+" "+c.Why))
	}
}

func endpointLegend(t *theme.Theme) string {
	g := t.Glyphs
	return g.Ok + " covered  " + g.Partly + " partly  " + g.Failed + " refuses  " + g.Bullet + " none  " + g.Unknown + " unknown"
}

// point is a sentence behind a sign.
func (d detailPages) point(doc *kit.Document, tone theme.Tone, sign, s string) {
	doc.Drawn(func(width int) []string {
		return kit.Hanging(d.theme, kit.Span{Tone: tone, Text: sign + " "}, "  ", theme.Normal, s, width)
	})
}

// pointed is a sentence in the tone of its sign.
func (d detailPages) pointed(doc *kit.Document, tone theme.Tone, sign, s string) {
	doc.Drawn(func(width int) []string {
		return kit.Hanging(d.theme, kit.Span{Tone: tone, Text: sign + " "}, "  ", tone, s, width)
	})
}
