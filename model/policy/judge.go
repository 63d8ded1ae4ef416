package policy

import "nbscope/model"

// Findings judges a notebook and its egress under the policy that holds for it.
// As long as the egress is not judged it weighs as unknown.
func (t Table) Findings(n *model.Notebook) []model.Finding {
	p, _ := t.For(n)
	return Findings(p, n, egressOf(n))
}

// Remedies lists what puts the notebook's findings right, in their order.
func (t Table) Remedies(n *model.Notebook) []model.Remedy {
	p, _ := t.For(n)
	return Remedies(p, n, egressOf(n))
}

func egressOf(n *model.Notebook) model.Egress {
	if n.Egress == nil {
		return model.Egress{}
	}
	return *n.Egress
}
