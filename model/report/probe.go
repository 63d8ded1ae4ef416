package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/probe"
)

// Probe prints what was tried from inside a notebook, beside how its network is
// judged: as text, or as the JSON object of the notebook. An unknown format is a
// *FormatError.
func Probe(w io.Writer, n *model.Notebook, lens model.Lens, p policy.Table, f Format) error {
	if f != Text && f != Table {
		return Show(w, n, lens, p, f)
	}
	var out bytes.Buffer
	section(&out, "Notebook", []line{{"name", n.Name}, {"where", lens.Text(n, model.FieldAccount) + " " + n.Region}, {"judged", judged(n)}})
	section(&out, "Tried from inside, on tcp/443", probeLines(n))
	if all := probe.Compare(n.Egress, n.Probe); len(all) > 0 {
		lines := make([]line, len(all))
		for i := range all {
			lines[i] = line{"", all[i].Says()}
		}
		section(&out, "Judged otherwise", lines)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write the probe: %w", err)
	}
	return nil
}

// judged is the verdict with its time.
func judged(n *model.Notebook) string {
	if n.Egress == nil {
		return textUnknown + ": " + n.Reason(model.FieldEgress)
	}
	out := n.Egress.Verdict.Phrase()
	if n.Egress.Reason != "" {
		out += ": " + n.Egress.Reason
	}
	if !n.NetworkedAt.IsZero() {
		out += ", read " + timestamp(n.NetworkedAt)
	}
	return out
}

// probeLines tell of every place how the try ended. What was not reached is in
// capitals, as it is what one looks for; IPv6 is told of where the notebook may have it,
// or where it makes a difference.
func probeLines(n *model.Notebook) []line {
	p := n.Probe
	out := []line{{"tried", timestamp(p.At)}}
	if p.Proxy != "" {
		out = append(out, line{"proxy", p.Proxy + " is named in the notebook's environment; nothing was tried through it"})
	}
	for _, t := range p.Results {
		best, _ := p.Of(t.Destination)
		if t.Family == model.FamilyIPv6 && best.Family != model.FamilyIPv6 && n.IPAddressType != "dualstack" {
			continue
		}
		label := t.Destination
		if t.Family == model.FamilyIPv6 {
			label += " IPv6"
		}
		words := t.State.Words()
		if !t.State.Reached() && t.State != model.TryNot {
			words = strings.ToUpper(words)
		}
		out = append(out, line{label, joined(words, t.Detail)})
	}
	return out
}

type jsonProbe struct {
	At            string             `json:"at"`
	Results       []model.Tried      `json:"results"`
	Proxy         string             `json:"proxy,omitempty"`
	Own           []string           `json:"own,omitempty"`
	Disagreements []jsonDisagreement `json:"disagreements,omitempty"`
}

type jsonDisagreement struct {
	Destination string `json:"destination"`
	Judged      string `json:"judged"`
	Tried       string `json:"tried"`
	Says        string `json:"says"`
}

func probeOf(n *model.Notebook) *jsonProbe {
	if n.Probe == nil {
		return nil
	}
	p := n.Probe
	out := &jsonProbe{At: timestamp(p.At), Results: orEmpty(p.Results), Proxy: p.Proxy, Own: p.Own}
	for _, d := range probe.Compare(n.Egress, p) {
		out.Disagreements = append(out.Disagreements, jsonDisagreement{d.Destination, string(d.State), string(d.Tried.State), d.Says()})
	}
	return out
}
