package ui

import (
	"nbscope/model"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// judgedCell is a cell about direct internet, egress or the finding: a sign, a
// word, and a tone that says whether it agrees with the policy.
func (s *rowSource) judgedCell(n *model.Notebook, f model.FieldID, c model.Cell) table.Cell {
	switch c.State {
	case model.CellPending, model.CellAbsent:
		return table.Cell{Text: s.placeholder(c), Tone: theme.Dim}
	case model.CellUnknown:
		return table.Cell{Text: s.unknownText(c), Tone: theme.Unknown}
	case model.CellKnown:
	}
	out := table.Cell{Text: c.Text}
	if !s.query.Empty() {
		out.Lit = s.engine.Light(s.query, f, c.Text)
	}
	if s.judged != n {
		s.judged, s.findings = n, s.lens.FindingsOf(n)
	}
	sign := ""
	switch f {
	case model.FieldNet:
		out.Tone = leaningOf(s.theme, n, s.findings).direct
	case model.FieldEgress:
		sign, out.Tone = verdictSign(s.theme, n.Egress.Verdict), leaningOf(s.theme, n, s.findings).egress
	case model.FieldFinding:
		worst, _ := model.Worst(s.findings)
		sign, out.Tone = severitySign(s.theme, worst.Severity)
		if worst.Mitigated {
			out.Tone = theme.Dim
		}
	default: // no other field is judged
	}
	if sign != "" {
		out.Text, out.Lit = sign+" "+c.Text, shifted(out.Lit, len(sign)+1)
	}
	if s.faded(n) {
		out.Tone = theme.Dim
	}
	return out
}

// unknownText is the sign of what is not known, with the word where it is a
// verdict and not the lack of one.
func (s *rowSource) unknownText(c model.Cell) string {
	if c.Text == "" || c.Text == model.TextUnknown {
		return s.theme.Glyphs.Unknown
	}
	return s.theme.Glyphs.Unknown + " " + c.Text
}
