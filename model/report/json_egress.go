package report

import (
	"cmp"

	"nbscope/model"
	"nbscope/model/policy"
)

type jsonEgress struct {
	Verdict   string         `json:"verdict"`
	Reason    string         `json:"reason"`
	Chain     []jsonHop      `json:"chain"`
	Warnings  []string       `json:"warnings,omitempty"`
	IPv6      *jsonPath      `json:"ipv6,omitempty"`
	Endpoints []jsonEndpoint `json:"endpoints,omitempty"`
	WhatIf    *jsonWhatIf    `json:"whatIf,omitempty"`
	NoRemedy  []string       `json:"noRemedy,omitempty"` // why nothing is offered for what is broken
}

type jsonHop struct {
	Kind  string `json:"kind"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Says  string `json:"says"`
	State string `json:"state"`
}

type jsonPath struct {
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason"`
	Chain   []jsonHop `json:"chain"`
}

type jsonEndpoint struct {
	Service string `json:"service"`
	State   string `json:"state"`
	ID      string `json:"id,omitempty"`
	Why     string `json:"why,omitempty"`
}

type jsonWhatIf struct {
	DirectInternet string   `json:"directInternetAccess"`
	Verdict        string   `json:"verdict"`
	Reason         string   `json:"reason"`
	Loses          []string `json:"loses,omitempty"`
}

type jsonReach struct {
	Destination string `json:"destination"`
	State       string `json:"state"`
	By          string `json:"by,omitempty"`
	Why         string `json:"why,omitempty"`
}

type jsonFinding struct {
	Code      string   `json:"code"`
	Severity  string   `json:"severity"`
	Phrase    string   `json:"phrase"`
	Mitigated bool     `json:"mitigated,omitempty"`
	Controls  []string `json:"controls"`
	Breaks    []string `json:"breaks"`
}

// judge adds what is judged, and names what could not be.
func (out *jsonNotebook) judge(n *model.Notebook, table policy.Table) {
	p, certain := table.For(n)
	if certain {
		out.add("policy", string(p))
	} else {
		out.lacks("policy", "tags are not known, and an override asks for one")
	}
	if n.Egress != nil {
		out.add("egress", egressOf(n.Egress))
	}
	out.reach(n)
	switch {
	case p == model.PolicyReport && certain: // does not apply
	case !n.Knows(model.FieldFinding):
		out.lacks("findings", "not judged yet: "+n.Reason(model.FieldFinding))
	default:
		findings := findingsOf(table.Findings(n))
		out.add("findings", findings) // [] where it is known that there are none
		// What would better the VPC is judged only where somebody asks, since it needs every
		// fact of the network again.
		if n.SubnetID != "" && len(findings) > 0 && (n.Egress == nil || n.Egress.Advice == nil && n.Egress.Improvable()) {
			out.lacks("remedies", "not judged yet: nbscope show and nbscope list -o json do")
		} else {
			out.add("remedies", remediesOf(table.Remedies(n)))
		}
	}
}

// reach adds what is reached, place by place.
func (out *jsonNotebook) reach(n *model.Notebook) {
	switch {
	case n.Egress == nil:
		out.lacks("reach", "not judged yet: "+cmp.Or(n.Reason(model.FieldEgress), "on its way"))
	case len(n.Egress.Reach) == 0:
		out.lacks("reach", "not judged yet")
	default:
		all := make([]jsonReach, 0, len(n.Egress.Reach))
		for _, r := range n.Egress.Reach {
			all = append(all, jsonReach{r.Destination, string(r.State), r.By, r.Why})
		}
		out.add("reach", all)
	}
}

// lacks says why a member is not there.
func (out *jsonNotebook) lacks(member, why string) {
	if out.unknown == nil {
		out.unknown = map[string]string{}
	}
	out.unknown[member] = why
}

func egressOf(e *model.Egress) *jsonEgress {
	out := jsonEgress{Verdict: string(e.Verdict), Reason: e.Reason, Chain: hopsOf(e.Chain), Warnings: e.Warnings}
	if p := e.IPv6; p != nil {
		out.IPv6 = &jsonPath{string(p.Verdict), p.Reason, hopsOf(p.Chain)}
	}
	for _, c := range e.Endpoints {
		out.Endpoints = append(out.Endpoints, jsonEndpoint{c.Service, string(c.State), c.ID, c.Why})
	}
	if e.Advice != nil {
		out.NoRemedy = e.Advice.None
	}
	if i := e.WhatIf; i != nil {
		out.WhatIf = &jsonWhatIf{i.DirectInternet, string(i.Verdict), i.Reason, i.Loses}
	}
	return &out
}

func hopsOf(chain []model.Hop) []jsonHop {
	out := make([]jsonHop, 0, len(chain))
	for _, h := range chain {
		out = append(out, jsonHop{string(h.Kind), h.ID, h.Name, h.Says, string(h.State)})
	}
	return out
}

func findingsOf(all []model.Finding) []jsonFinding {
	out := make([]jsonFinding, 0, len(all))
	for _, f := range all {
		out = append(out, jsonFinding{f.Code, string(f.Severity), f.Phrase, f.Mitigated, controlIDs(f.Follows), controlIDs(f.Breaks)})
	}
	return out
}

func controlIDs(all []model.Control) []string {
	out := make([]string, 0, len(all))
	for _, c := range all {
		out = append(out, c.ID)
	}
	return out
}

// defaultPolicy is the policy where no override holds.
func defaultPolicy(t policy.Table) model.Policy { return cmp.Or(t.Default, model.PolicyConnect) }
