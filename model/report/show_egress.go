package report

import (
	"cmp"
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
)

// egressLines tell the way to the internet hop by hop, what another setting would
// make of it, and what can be reached without it.
func egressLines(n *model.Notebook) []line {
	e := n.Egress
	if e == nil {
		return []line{{textUnknown, n.Reason(model.FieldEgress)}}
	}
	out := make([]line, 0, 8+len(e.Chain)+len(e.Endpoints))
	out = append(out, line{"verdict", e.Verdict.Phrase()}, line{"because", orDash(e.Reason)})
	out = append(out, chainLines(e.Chain)...)
	if p := e.IPv6; p != nil {
		out = append(out, line{"over IPv6", p.Verdict.Phrase() + ": " + p.Reason})
		out = append(out, chainLines(p.Chain)...)
	}
	for _, w := range e.Warnings {
		out = append(out, line{"note", w})
	}
	if i := e.WhatIf; i != nil {
		word := "on"
		if i.DirectInternet == model.Disabled {
			word = "off"
		}
		out = append(out, line{"with direct " + word, i.Verdict.Phrase() + ": " + i.Reason})
		for _, l := range i.Loses {
			out = append(out, line{"it would lose", l})
		}
	}
	for _, c := range e.Endpoints {
		out = append(out, line{"endpoint " + c.Service, joined(string(c.State), c.ID, c.Why)})
	}
	return out
}

// reachLines tell what is reached, place by place: its state, and by which way or why
// not.
func reachLines(n *model.Notebook) []line {
	if n.Egress == nil || len(n.Egress.Reach) == 0 {
		return []line{{textUnknown, cmp.Or(n.Reason(model.FieldEgress), "not judged yet")}}
	}
	out := make([]line, 0, len(n.Egress.Reach))
	for _, r := range n.Egress.Reach {
		state := string(r.State)
		if r.State == model.ReachBlocked {
			state = "BLOCKED"
		}
		out = append(out, line{r.Destination, joined(state, r.Says())})
	}
	return out
}

// chainLines number the hops. The state stands first: a broken hop is what one
// looks for.
func chainLines(chain []model.Hop) []line {
	out := make([]line, 0, len(chain))
	for i, h := range chain {
		state := string(h.State)
		if h.State == model.HopBroken {
			state = "BROKEN"
		}
		out = append(out, line{strconv.Itoa(i+1) + " " + string(h.Kind), joined(state, h.ID, h.Name, h.Says)})
	}
	return out
}

func findingLines(n *model.Notebook, l model.Lens, table policy.Table) []line {
	p, certain := table.For(n)
	words := string(p)
	if !certain {
		words += ", as long as the tags are not known"
	}
	out := []line{{"policy", words}}
	if s := policy.OutsideVPC(p, n); s != "" {
		out = append(out, line{"VPC", s})
	}
	switch found := l.FindingsOf(n); {
	case !n.Knows(model.FieldFinding):
		return append(out, line{textUnknown, n.Reason(model.FieldFinding)})
	case len(found) == 0:
		return append(out, line{model.TextAbsent, "none"})
	default:
		for _, f := range found {
			out = append(out, line{f.Words(), joined(f.Phrase, "("+f.Code+")")})
			out = append(out, controlLines("follows", f.Follows)...)
			out = append(out, controlLines("remedy breaks", f.Breaks)...)
		}
	}
	return out
}

func controlLines(label string, all []model.Control) []line {
	out := make([]line, 0, len(all))
	for _, c := range all {
		weight := ""
		if c.Severity != "" {
			weight = "(" + string(c.Severity) + ")"
		}
		out = append(out, line{label, joined(c.ID, weight, c.Title, c.URL)})
	}
	return out
}

// remedyFacts is what stands below a remedy's title.
func remedyFacts(r *model.Remedy) string { return strings.Join(r.Facts(), "; ") }

// remedyLines list what to do in its order: each in a line with what it costs and
// whom it touches, then why, then its commands to review.
func remedyLines(n *model.Notebook, l model.Lens, table policy.Table) []line {
	if len(l.FindingsOf(n)) == 0 {
		return nil
	}
	var out []line
	for i, r := range table.Remedies(n) {
		out = append(out, line{strconv.Itoa(i + 1), r.Title}, line{"", remedyFacts(&r)}, line{"", r.Why})
		for _, a := range r.Affects {
			out = append(out, line{"affects", a.What + ": " + a.Before + ", then " + a.After})
		}
		for _, c := range r.Commands {
			out = append(out, line{"$", c})
		}
	}
	if n.Egress != nil && n.Egress.Advice != nil {
		for _, why := range n.Egress.Advice.None {
			out = append(out, line{"note", why})
		}
	}
	return out
}

// joined puts what there is on one line.
func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "  ")
}
