package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How a gate says what is at stake: what could hurt and what it costs first, names
// last.

// aboutStakes lays out what is at stake.
func (g gates) aboutStakes(st *recreate.Stakes) kit.Document {
	var doc kit.Document
	of := len(st.Names)
	for i := range st.Dangers {
		d := &st.Dangers[i]
		sign, tone := kit.SeveritySign(g.host.Theme(), d.Severity)
		g.hang(&doc, sign, tone, dangerText(d, of))
		if of == 1 && d.Severity == model.SeverityHigh && d.Why != "" {
			g.hang(&doc, " ", theme.Normal, d.Why)
		}
	}
	for _, x := range st.LeftOut {
		g.hang(&doc, g.host.Theme().Glyphs.Warn, theme.Warn, x.Source+" is left out: "+x.Why+".")
	}
	for _, c := range st.Costs {
		g.hang(&doc, " ", theme.Strong, c)
	}
	for _, f := range st.Facts {
		doc.Value(f.Label, f.Value)
		doc[len(doc)-1].Indented = true
	}
	for _, r := range st.Remarks {
		g.hang(&doc, g.host.Theme().Glyphs.Bullet, theme.Normal, r)
	}
	g.sayNames(&doc, st.Names)
	return doc
}

// hang sets a text behind a sign.
func (g gates) hang(doc *kit.Document, sign string, tone theme.Tone, s string) {
	t := g.host.Theme()
	doc.Drawn(func(width int) []string {
		return kit.Hanging(t, kit.Span{Tone: tone, Text: sign + " "}, "  ", tone, s, width)
	})
}

// fewNames is up to how many names stand beside a danger.
const fewNames = 3

// dangerText is a danger, with whose it is where there are several.
func dangerText(d *recreate.Danger, of int) string {
	switch n := len(d.Names); {
	case of == 2 && n == of:
		return d.Title + " (both)"
	case of > 1 && n == of:
		return fmt.Sprintf("%s (all %d)", d.Title, of)
	case of > 1:
		names := strings.Join(d.Names[:min(n, fewNames)], ", ")
		if n > fewNames {
			names += fmt.Sprintf(" and %d more", n-fewNames)
		}
		return fmt.Sprintf("%s (%d of %d: %s)", d.Title, n, of, names)
	}
	return d.Title
}

// sayNames lists the notebooks by where they are.
func (g gates) sayNames(doc *kit.Document, names []recreate.Naming) {
	if len(names) == 1 {
		n := &names[0]
		doc.Value("Source", n.Source)
		doc.Value("Replacement", n.Replacement)
		account, tone := g.world.AccountWords(n.Account, theme.Normal)
		doc.Toned("Where", tone, account+" "+n.Region)
		return
	}
	suffix := commonSuffix(names)
	if suffix != "" {
		doc.Value("New names", "each source's with "+suffix+" behind it"+others(names, suffix))
	}
	var order []model.Target
	in := map[model.Target][]string{}
	for _, n := range names {
		t := model.Target{Account: n.Account, Region: n.Region}
		if !slices.Contains(order, t) {
			order = append(order, t)
		}
		name := n.Source
		if n.Replacement != "" && (suffix == "" || n.Replacement != n.Source+suffix) {
			name += " " + g.host.Theme().Glyphs.Arrow + " " + n.Replacement
		}
		in[t] = append(in[t], name)
	}
	for _, t := range order {
		account, tone := g.world.AccountWords(t.Account, theme.Header)
		doc.Say(tone, fmt.Sprintf("%s %s: %s", account, t.Region, kit.Count(len(in[t]), "notebook")))
		doc.Say(theme.Normal, strings.Join(in[t], " "+g.host.Theme().Glyphs.Bullet+" "))
	}
}

// commonSuffix is what mostly stands behind the name of a source in that of its
// replacement; "" where no two have the same.
func commonSuffix(names []recreate.Naming) string {
	count, out := map[string]int{}, ""
	for _, n := range names {
		suffix, ok := strings.CutPrefix(n.Replacement, n.Source)
		if !ok || suffix == "" {
			continue
		}
		count[suffix]++
		if count[suffix] > max(1, count[out]) {
			out = suffix
		}
	}
	return out
}

// others says that there are replacements with other names, which are given.
func others(names []recreate.Naming, suffix string) string {
	if slices.ContainsFunc(names, func(n recreate.Naming) bool { return n.Replacement != n.Source+suffix }) {
		return ", but for those given"
	}
	return ""
}
