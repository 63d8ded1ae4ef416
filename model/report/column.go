package report

import (
	"cmp"
	"fmt"
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
)

// fieldsOf returns the fields to show, in order.
func fieldsOf(v View) []model.Field {
	all := v.Skip.Fields()
	if v.Columns == nil {
		return all
	}
	out := make([]model.Field, 0, len(v.Columns))
	for _, id := range v.Columns {
		if f, ok := model.FieldOf(id); ok && v.Skip.Why(f.ID) == "" {
			out = append(out, f)
		}
	}
	return out
}

// textUnknown stands for a value that is not known, on paper as in a cell.
const textUnknown = "unknown"

// fact is a thing to know before judging the rows.
type fact struct{ name, says string }

// facts lists when, as whom, with which filter, and what could not be seen.
func facts(v View) []fact {
	missing := gaps(v)
	out := make([]fact, 0, 4+len(v.Identities)+len(missing))
	out = append(out, fact{"generated", model.Stamp(v.GeneratedAt)}, fact{"filter", cmp.Or(v.Filter, "(none)")}, fact{"policy", policyWords(v.Policy)})
	for _, id := range v.Identities {
		says := id.Account
		if id.Alias != "" {
			says += " " + id.Alias
		}
		says += " as " + id.ARN
		if len(id.Profiles) > 0 {
			says += " (" + strings.Join(id.Profiles, ", ") + ")"
		}
		out = append(out, fact{"identity", says})
	}
	out = append(out, fact{"coverage", summary(v)})
	complete := "no"
	if v.Coverage.Complete() {
		complete = "yes"
	}
	out = append(out, fact{"complete", complete})
	if v.Index != nil {
		out = append(out, fact{"index", v.Index.Says()})
	}
	if says := undecided(v); says != "" {
		out = append(out, fact{"undecided", says})
	}
	for _, f := range model.Fields() {
		if why := v.Skip.Why(f.ID); why != "" {
			out = append(out, fact{"not asked", string(f.ID) + ": " + why})
		}
	}
	for _, gap := range missing {
		out = append(out, fact{"not seen", gap})
	}
	for i := range out {
		out[i].says = safe(out[i].says)
	}
	return out
}

// summary is the coverage in one line.
func summary(v View) string {
	c := v.Coverage
	parts := []string{fmt.Sprintf("%d of %s answered", c.Answered, model.Count(c.Targets, "target"))}
	if c.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", c.Failed))
	}
	if c.Pending > 0 {
		parts = append(parts, fmt.Sprintf("%d not finished", c.Pending))
	}
	if c.Believed > 0 {
		parts = append(parts, fmt.Sprintf("%d believed empty by an index", c.Believed))
	}
	hidden := 0
	for _, p := range v.Problems {
		if p.HidesRegions() {
			hidden++
		}
	}
	if n := c.Problems - hidden; n > 0 {
		parts = append(parts, model.Count(n, "sign-in")+" failed")
	}
	if hidden > 0 {
		parts = append(parts, "the regions of "+model.Count(hidden, "account")+" not listed")
	}
	if stale := staleRows(v); stale > 0 {
		parts = append(parts, model.Count(stale, "notebook")+" as last seen, not confirmed")
	}
	if c.Unseen > 0 {
		parts = append(parts, model.Count(c.Unseen, "notebook")+" not seen in full")
	}
	return strings.Join(parts, ", ")
}

// undecided says how many notebooks the filter leaves out although they may match,
// why, and what shows them; "" for none.
func undecided(v View) string {
	u := v.Undecided
	if u.Notebooks == 0 {
		return ""
	}
	says := model.Count(u.Notebooks, "notebook") + " may match too: what the filter asks for is not known of "
	if u.Notebooks == 1 {
		says += "it"
	} else {
		says += "them"
	}
	if u.Reason != "" {
		says += " (" + u.Reason + ")"
	}
	if u.Filter == "" {
		return says + "; without a filter they are shown"
	}
	return says + "; --filter '" + strings.ReplaceAll(u.Filter, "'", `'\''`) + "' shows them"
}

// staleRows counts the rows that this scan did not confirm.
func staleRows(v View) int {
	out := 0
	for _, n := range v.Notebooks {
		if n.Stale {
			out++
		}
	}
	return out
}

// policyWords are the default policy and how many overrides there are.
func policyWords(t policy.Table) string {
	words := string(defaultPolicy(t))
	if len(t.Overrides) > 0 {
		words += ", with " + model.Count(len(t.Overrides), "override")
	}
	return words
}

// gaps lists every target that did not answer and every sign-in that failed.
func gaps(v View) []string {
	out := make([]string, 0, len(v.Failed)+len(v.Problems))
	for _, t := range v.Failed {
		says := t.Target.String() + ": " + string(t.State)
		if p := t.Problem; p != nil {
			says += ": " + withHint(p)
		}
		out = append(out, says)
	}
	for i := range v.Problems {
		p := &v.Problems[i]
		says := "sign-in"
		switch {
		case p.HidesRegions():
			says = "regions"
		case p.Profile != "":
			says += " " + p.Profile
		}
		out = append(out, says+": "+withHint(p))
	}
	return out
}

func withHint(p *model.Problem) string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + " (" + p.Hint + ")"
}
