package report

import (
	"bytes"
	"fmt"
	"strings"

	"nbscope/model"
	"nbscope/model/recreate"
)

// planText is a plan for a person: what is decided first, then what speaks against
// it, then what would be done.
func planText(w *bytes.Buffer, p *recreate.Plan, others []model.Remedy) {
	section(w, "Plan "+p.Fingerprint(), planHead(p))
	section(w, "Preflight: "+checkCounts(p.Checks), checkLines(p.Checks))
	section(w, "Changes", changeLines(p.Changes()))
	section(w, "Risks", riskLines(p.Risks()))
	section(w, "Controls that it fails", failedControls(p))
	section(w, "Cost", costLines(p.Cost))
	section(w, "Steps", stepLines(p.Steps()))
	if len(others) > 0 {
		section(w, "Instead, without a recreate", otherLines(others))
	}
	section(w, "Request", rawLines(strings.Split(string(p.Spec.Request()), "\n")))
	section(w, "Commands", rawLines(p.Commands()))
}

func planHead(p *recreate.Plan) []line {
	what, before, after := recreate.Turn(&p.Source, &p.Spec)
	return []line{
		{"source", p.Source.Name + ", " + string(p.Source.Status)},
		{"replacement", p.Spec.Name},
		{what, orDash(before) + " becomes " + orDash(after)},
		{"has to reach", orDash(strings.Join(p.Promises, ", "))},
		{"account", p.Source.Account},
		{"region", p.Source.Region},
		{"made", model.Stamp(p.Made) + " by " + orDash(p.Identity.ARN)},
	}
}

// checkCounts is how many checks gave which answer, the one to look at first first.
func checkCounts(checks []recreate.Check) string {
	counts := recreate.CountChecks(checks)
	var out []string
	for _, r := range recreate.Results() {
		if n := counts[r]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, r))
		}
	}
	if len(out) == 0 {
		return "not made"
	}
	return strings.Join(out, ", ")
}

func checkLines(checks []recreate.Check) []line {
	var out []line
	for _, r := range recreate.Results() {
		for _, c := range checks {
			if c.Result != r {
				continue
			}
			out = append(out, line{string(r), c.Title + ": " + c.Evidence})
			if c.Hint != "" {
				out = append(out, line{"", c.Hint})
			}
			for _, command := range c.Commands {
				out = append(out, line{"", "$ " + command})
			}
		}
	}
	return out
}

// changeLines lists what differs, danger first, and what is carried in one line.
func changeLines(changes []recreate.Change) []line {
	var out []line
	var carried []string
	for _, c := range recreate.DangerFirst(changes) {
		switch {
		case c.Action == recreate.Carry && c.Before == "":
		case c.Action == recreate.Carry:
			carried = append(carried, c.Field)
		default:
			out = append(out, line{changeMark(c) + " " + c.Field, orDash(c.Before) + " -> " + orDash(c.After) + "  " + c.Why})
		}
	}
	return append(out, line{"= carried", orDash(strings.Join(carried, ", "))})
}

func changeMark(c recreate.Change) string {
	switch {
	case c.Action == recreate.Drop:
		return "-"
	case c.Before == "":
		return "+"
	}
	return "~"
}

func riskLines(risks []recreate.Risk) []line {
	out := make([]line, 0, 2*len(risks))
	for _, r := range risks {
		out = append(out, line{string(r.Severity), r.Title}, line{"", r.Why})
	}
	return out
}

func failedControls(p *recreate.Plan) []line {
	before, after := p.Controls()
	return []line{
		{"before", orDash(strings.Join(controlIDs(before), ", "))},
		{"after", orDash(strings.Join(controlIDs(after), ", "))},
	}
}

func costLines(c recreate.Cost) []line {
	all := c.Lines()
	out := make([]line, len(all))
	for i, l := range all {
		out[i] = line{l.Label, l.Value}
	}
	return out
}

func stepLines(steps []recreate.PlanStep) []line {
	var out []line
	for i, s := range steps {
		gate := ""
		if s.Gate != recreate.GateNone {
			gate = " [" + string(s.Gate) + "]"
		}
		out = append(out, line{fmt.Sprintf("%d. %s%s", i+1, s.Title, gate), s.About})
		if len(s.Permissions) > 0 {
			out = append(out, line{"", "needs " + strings.Join(s.Permissions, ", ")})
		}
	}
	return out
}

func otherLines(others []model.Remedy) []line {
	var out []line
	for i, r := range others {
		out = append(out, line{fmt.Sprintf("%d.", i+1), r.Title}, line{"", remedyFacts(&r)}, line{"", r.Why})
		for _, c := range r.Commands {
			out = append(out, line{"", "$ " + c})
		}
	}
	return out
}

// rawLines are lines to be copied: they have no label, and stand as they are.
func rawLines(all []string) []line {
	out := make([]line, len(all))
	for i, l := range all {
		out[i] = line{value: l}
	}
	return out
}
