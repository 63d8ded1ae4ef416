package model

import "slices"

// wordMitigated stands after the severity of a finding whose harm is averted.
const wordMitigated = "mitigated"

// verdict is the verdict on the notebook's egress, "" before there is one.
func (n *Notebook) verdict() Verdict {
	if n.Egress == nil {
		return ""
	}
	return n.Egress.Verdict
}

// judged says how far the judgement of the egress has come. A verdict of unknown
// is one that could not be given, with its reason.
func (n *Notebook) judged() Part {
	switch v := n.verdict(); {
	case v == VerdictUnknown:
		return Part{State: LoadFailed, Reason: n.Egress.Reason}
	case v != "":
		return Part{State: LoadDone}
	case n.Described.State == LoadFailed:
		return n.Described
	case n.Networked.State == LoadFailed, n.Networked.State == LoadSkipped:
		return n.Networked
	}
	return Part{}
}

// AwaitsNetwork reports whether a notebook's VPC is still to be read. Its verdict may be
// known all the same.
func (n *Notebook) AwaitsNetwork() bool {
	return n.Described.Known() && n.SubnetID != "" && n.Networked.State == LoadPending
}

// findable says whether there is enough to find something in. What was refused
// is: a finding names it. What is on its way is not, or every notebook would
// first carry a finding that its egress takes back.
func (n *Notebook) findable() Part {
	switch {
	case n.Described.State == LoadFailed:
		return Part{State: LoadDone}
	case n.Described.State == LoadPending, n.SubnetID != "" && n.judged().State == LoadPending, n.AwaitsNetwork():
		return Part{}
	}
	return Part{State: LoadDone}
}

// FindingsOf returns what is found about a notebook, nil as long as what a
// finding would rest on is on its way.
func (l Lens) FindingsOf(n *Notebook) []Finding {
	if l.Findings == nil || !n.findable().Known() {
		return nil
	}
	return l.Findings(n)
}

// Severities counts notebooks by the severity of their worst finding.
func (l Lens) Severities(rows []*Notebook) map[Severity]int {
	out := make(map[Severity]int, len(Severities()))
	for _, n := range rows {
		if worst, ok := Worst(l.FindingsOf(n)); ok {
			out[worst.Severity]++
		}
	}
	return out
}

// Worst returns the heaviest finding; of equals one that is not mitigated, then
// the first. It is false when there is none.
func Worst(findings []Finding) (Finding, bool) {
	var worst Finding
	for i, f := range findings {
		if i == 0 || f.weight() > worst.weight() {
			worst = f
		}
	}
	return worst, len(findings) > 0
}

// Words is the finding in a list: its severity, and whether it is mitigated.
func (f Finding) Words() string {
	if f.Mitigated {
		return string(f.Severity) + ", " + wordMitigated
	}
	return string(f.Severity)
}

// weight orders findings: the heavier, the greater. It is never 0.
func (f Finding) weight() int {
	w := 2*f.Severity.Rank() + 2
	if f.Mitigated {
		w--
	}
	return w
}

// judgedCell is Cell for what a judgement says: unknown is a word of it, not
// the lack of one.
func (l Lens) judgedCell(n *Notebook, f FieldID) (Cell, bool) {
	switch {
	case f == FieldEgress && n.verdict() == VerdictUnknown:
		return Cell{n.verdict().Phrase(), CellUnknown}, true
	case f == FieldFinding:
		if worst, ok := Worst(l.FindingsOf(n)); ok && worst.Unjudged() {
			return Cell{worst.Words(), CellUnknown}, true
		}
	}
	return Cell{}, false
}

func (l Lens) findingText(n *Notebook) string {
	worst, ok := Worst(l.FindingsOf(n))
	if !ok {
		return ""
	}
	return worst.Words()
}

// verdictWeight orders notebooks by verdict, the freest way out first and what
// this version does not know behind; 0 before there is a verdict.
func (n *Notebook) verdictWeight() int {
	v := n.verdict()
	if v == "" {
		return 0
	}
	if i := slices.Index(Verdicts(), v); i >= 0 {
		return i + 1
	}
	return len(Verdicts()) + 1
}

// findingWeight orders notebooks by their worst finding, the heaviest first; 0
// where there is none.
func (l Lens) findingWeight(n *Notebook) int {
	worst, ok := Worst(l.FindingsOf(n))
	if !ok {
		return 0
	}
	return heaviest - worst.weight()
}

// heaviest is beyond the weight of every finding.
const heaviest = 100

// weighed is a weight to sort by, false for 0, which is no value.
func weighed(w int) (int64, bool) { return int64(w), w != 0 }
