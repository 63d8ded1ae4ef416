package policy

import (
	"slices"

	"nbscope/model"
)

// Table says which policy holds where.
type Table struct {
	Default   model.Policy // "" stands for connect
	Overrides []Override   // the first that fits holds
}

// Override sets the policy of an account, of the notebooks with a tag, or of
// those of an account with a tag. One that names neither fits nothing.
type Override struct {
	Account  string
	TagKey   string
	TagValue string // "" fits every value
	Policy   model.Policy
}

// Judges reports whether there is any notebook that could have a finding.
func (t Table) Judges() bool {
	return t.Default != model.PolicyReport ||
		slices.ContainsFunc(t.Overrides, func(o Override) bool { return o.Policy != model.PolicyReport })
}

// Needs says why severities under this table cannot be told while parts are
// skipped, "" where they can: connect weighs its finding by the egress, and an
// override may ask for a tag.
func (t Table) Needs(s model.Skip) string {
	policies := []model.Policy{t.Default}
	for _, o := range t.Overrides {
		if o.TagKey != "" && s.Tags {
			return "an override of the policy asks for the tag " + o.TagKey + ", and tags are " + s.Why(model.FieldTags)
		}
		policies = append(policies, o.Policy)
	}
	for _, p := range policies {
		if s.Egress && (p == model.PolicyConnect || p == "") {
			return "the policy connect weighs its findings by the egress, which is " + s.Why(model.FieldEgress)
		}
	}
	return ""
}

// For returns the policy of a notebook. It is not certain while the notebook's
// tags are not known and an override asks for one: then the override does not
// hold yet.
func (t Table) For(n *model.Notebook) (p model.Policy, certain bool) {
	certain = true
	for _, o := range t.Overrides {
		if o.Account == "" && o.TagKey == "" || o.Account != "" && o.Account != n.Account {
			continue
		}
		if o.TagKey != "" {
			value, ok := n.Tag(o.TagKey)
			if !ok && !n.Tagged.Known() {
				certain = false
			}
			if !ok || o.TagValue != "" && o.TagValue != value {
				continue
			}
		}
		return o.Policy, certain
	}
	if t.Default == "" {
		return model.PolicyConnect, certain
	}
	return t.Default, certain
}
