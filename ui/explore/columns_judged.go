package explore

import (
	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// judgedCell is a cell about direct internet, egress or the finding: a sign, a
// word, and a tone that says whether it agrees with the policy.
func (s *rowSource) judgedCell(n *model.Notebook, f model.FieldID) table.Cell {
	j := s.judged.of(n, s.lens, s.theme)
	c := j.finding
	if f != model.FieldFinding {
		c = shown(n, f, s.lens)
	}
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
	sign := ""
	switch {
	case f == model.FieldNet:
		out.Tone = j.Direct
	case f == model.FieldFinding:
		sign, out.Tone = j.sign, j.tone
	case n.Egress != nil:
		sign, out.Tone = kit.VerdictSign(s.theme, n.Egress.Verdict), j.Egress
	}
	if sign != "" {
		out.Text, out.Lit = sign+" "+c.Text, shifted(out.Lit, len(sign)+1)
	}
	if s.faded(n) {
		out.Tone = theme.Dim
	}
	return out
}

// judgement is what of a notebook's findings the list draws.
type judgement struct {
	kit.Leaning
	finding model.Cell
	sign    string // of the worst finding
	tone    theme.Tone
}

// judgements remembers those of the rows on screen, so that a frame does not judge
// them again.
type judgements map[*model.Notebook]judgement

// mostJudgements bounds what is remembered: some screens full.
const mostJudgements = 1000

func (m *judgements) of(n *model.Notebook, lens model.Lens, t *theme.Theme) judgement {
	if j, ok := (*m)[n]; ok {
		return j
	}
	findings := lens.FindingsOf(n)
	j := judgement{Leaning: kit.LeaningOf(t, n, findings), finding: lens.Cell(n, model.FieldFinding)}
	if worst, ok := model.Worst(findings); ok {
		j.sign, j.tone = kit.SeveritySign(t, worst.Severity)
		if worst.Mitigated {
			j.tone = theme.Dim
		}
	}
	if *m == nil || len(*m) >= mostJudgements {
		*m = judgements{}
	}
	(*m)[n] = j
	return j
}

// unknownText is the sign of what is not known, with the word where it is a
// verdict and not the lack of one.
func (s *rowSource) unknownText(c model.Cell) string {
	if c.Text == "" || c.Text == model.TextUnknown {
		return s.theme.Glyphs.Unknown
	}
	return s.theme.Glyphs.Unknown + " " + c.Text
}
