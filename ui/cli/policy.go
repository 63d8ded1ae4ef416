package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/report"
)

// override is an entry of the configuration's overrides.
type override struct {
	Account string
	Tag     string // Key=Value, or Key for every value
	Policy  string
}

// UnmarshalYAML reads an entry, strictly.
func (o *override) UnmarshalYAML(node *yaml.Node) error {
	all := []setting{{key: "account", into: &o.Account}, {key: "tag", into: &o.Tag}, {key: "policy", into: &o.Policy}}
	return takeAll(node, all, func(string) bool { return false })
}

// Policy is the policy table that the settings describe.
func (s *Settings) Policy() policy.Table {
	t := policy.Table{Default: model.Policy(s.PolicyName)}
	if t.Default == "" {
		t.Default = model.PolicyConnect
	}
	for _, o := range s.Overrides {
		key, value, _ := strings.Cut(o.Tag, "=")
		t.Overrides = append(t.Overrides, policy.Override{Account: o.Account, TagKey: key, TagValue: value, Policy: model.Policy(o.Policy)})
	}
	return t
}

// validatePolicy checks the names of policies, which it takes in any case, and
// that each override fits something.
func (s *Settings) validatePolicy() error {
	if s.PolicyName != "" {
		if err := readPolicy(&s.PolicyName); err != nil {
			return faultOf([]any{"policy"}, " %w", err)
		}
	}
	for i := range s.Overrides {
		o := &s.Overrides[i]
		if err := readPolicy(&o.Policy); err != nil {
			return faultOf([]any{"overrides", i, "policy"}, ": policy %w", err)
		}
		if o.Account == "" && o.Tag == "" {
			return faultOf([]any{"overrides", i}, ": this one names neither an account nor a tag, so it fits nothing")
		}
		if o.Account != "" && !accountPattern.MatchString(o.Account) {
			return faultOf([]any{"overrides", i, "account"}, ": account %q is not an account id of 12 digits", o.Account)
		}
		if strings.HasPrefix(o.Tag, "=") {
			return faultOf([]any{"overrides", i, "tag"}, ": tag %q has no key; write Key=Value", o.Tag)
		}
	}
	return nil
}

func readPolicy(word *string) error {
	valid := make([]string, 0, len(model.Policies()))
	for _, p := range model.Policies() {
		if strings.EqualFold(*word, string(p)) {
			*word = string(p)
			return nil
		}
		valid = append(valid, string(p))
	}
	return fmt.Errorf("%q: use %s or %s%s", *word,
		strings.Join(valid[:len(valid)-1], ", "), valid[len(valid)-1], didYouMean(*word, valid))
}

// failOn is the least severity of a finding that list fails on; 0 for none.
type failOn int

// parseFailOn reads the value of --fail-on. A finding that is mitigated is of low
// severity, and one that could not be judged weighs less than that.
func parseFailOn(word string) (failOn, error) {
	switch strings.ToLower(word) {
	case "":
		return 0, nil
	case "finding":
		return 1, nil
	}
	valid := []string{"finding"}
	for _, s := range model.Severities() {
		if s == model.SeverityUnknown {
			continue
		}
		if strings.EqualFold(word, string(s)) {
			return failOn(s.Rank()), nil
		}
		valid = append(valid, string(s))
	}
	return 0, usagef("--fail-on %q: use finding, high, medium or low%s", word, didYouMean(word, valid))
}

// weighs reports whether it takes severities, and not just findings.
func (f failOn) weighs() bool { return f > 1 }

// unjudged reports whether a notebook may be worse than its findings say: what it
// reaches is not known, and its policy asks for that.
func unjudged(v report.View, n *model.Notebook) bool {
	p, certain := v.Policy.For(n)
	return (p == model.PolicyConnect || !certain) && n.NetworkMode() == model.NetworkVPCOnly &&
		(n.Egress == nil || n.Egress.Verdict == model.VerdictUnknown)
}

// check looks for a finding that is heavy enough among the notebooks. Where there is
// none, a notebook whose findings are not known, or that may be meant although the
// filter left it out, keeps the answer open.
func (f failOn) check(w io.Writer, v report.View) error {
	if f == 0 || !v.Policy.Judges() {
		return nil
	}
	open := v.Undecided.Notebooks
	for _, n := range v.Notebooks {
		found := v.Lens.FindingsOf(n)
		worst, ok := model.Worst(found)
		switch {
		case ok && worst.Severity.Rank() >= int(f):
			return errFinding
		case !n.Knows(model.FieldFinding), slices.ContainsFunc(found, model.Finding.Unjudged), unjudged(v, n):
			open++
		}
	}
	if open > 0 {
		fmt.Fprintf(w, "nbscope: --fail-on: for %d of the notebooks it is not known whether they have such a finding\n", open)
		return errPartial
	}
	return nil
}
