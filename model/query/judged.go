package query

import (
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
)

// wordMitigated finds what was found but does no harm.
const wordMitigated = "mitigated"

// egressWords are the words for verdicts. Unknown is also what is not judged yet,
// as for every other field.
func egressWords() []word {
	out := make([]word, 0, len(model.Verdicts()))
	for _, v := range model.Verdicts() {
		if v == model.VerdictUnknown {
			continue
		}
		out = append(out, word{string(v), func(n *model.Notebook, _ *model.Lens) bool { return n.Egress != nil && n.Egress.Verdict == v }})
	}
	return append(out, word{wordUnknown, func(n *model.Notebook, _ *model.Lens) bool { return !n.Knows(model.FieldEgress) }})
}

// findingWords are the severities, which speak of the worst finding as the column
// does, and the codes, which speak of any.
func findingWords() []word {
	var out []word
	for _, s := range model.Severities() {
		if s != model.SeverityUnknown {
			out = append(out, word{string(s), worst(func(f model.Finding) bool { return f.Severity == s })})
		}
	}
	unknown := worst(model.Finding.Unjudged)
	out = append(out,
		word{wordMitigated, worst(func(f model.Finding) bool { return f.Mitigated })},
		word{wordNone, func(n *model.Notebook, l *model.Lens) bool {
			return n.Knows(model.FieldFinding) && len(l.FindingsOf(n)) == 0
		}},
		word{wordUnknown, func(n *model.Notebook, l *model.Lens) bool { return !n.Knows(model.FieldFinding) || unknown(n, l) }},
	)
	for _, code := range codes() {
		out = append(out, word{code, func(n *model.Notebook, l *model.Lens) bool {
			for _, f := range l.FindingsOf(n) {
				if strings.EqualFold(f.Code, code) {
					return true
				}
			}
			return false
		}})
	}
	return out
}

func worst(is func(model.Finding) bool) holds {
	return func(n *model.Notebook, l *model.Lens) bool {
		f, ok := model.Worst(l.FindingsOf(n))
		return ok && is(f)
	}
}

// codes lists the codes of findings, so that one that does not exist is named.
func codes() []string {
	return []string{
		policy.CodeDirectOff, policy.CodeDirectOn, policy.CodeDirectUnknown,
		policy.CodeNoVPC, policy.CodeRootAccess, policy.CodeRootUnknown, policy.CodePlatform, policy.CodePlatformUnknown, policy.CodeBlocked,
	}
}
