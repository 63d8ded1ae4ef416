package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// field is a field of the language: what it is called and how its values are
// read.
type field struct {
	id      model.FieldID
	also    []string // other names of it
	example string   // a term of it that is well formed
	always  bool     // it comes with the list and is never absent, or reads that itself: no "none", no "unknown"
	words   []word   // the only values it takes, none and unknown among them; empty: any
	offers  []string // values to offer besides those that occur
	offer   getter   // the value of a notebook that would find it again; nil: its text
	match   func(folded string) (holds, lighter)
	parse   func(text string, now time.Time) (holds, *fault) // for values that are compared
}

// holds decides about one notebook.
type holds = func(n *model.Notebook, l *model.Lens) bool

// word is one of the values that a field takes.
type word struct {
	text  string
	holds holds
}

// fault says why a value means nothing.
type fault struct {
	message string
	suggest string
	partial bool // going on typing may mend it
}

// Values that every field takes that may be absent or not known.
const (
	wordNone    = "none"
	wordUnknown = "unknown"
)

// fields lists the fields of the language in the order in which help and completion
// offer them. One that says nothing else is found by any part of its text.
func fields() []field { return fieldsOf(model.Fields()) }

func fieldsOf(all []model.Field) []field {
	out := ownFields()
	for _, f := range all {
		if !slices.ContainsFunc(out, func(own field) bool { return own.id == f.ID }) {
			out = append(out, field{id: f.ID, example: exampleOf(f.ID), always: f.Listed()})
		}
	}
	for i := range out {
		if def, ok := model.FieldOf(out[i].id); ok {
			out[i].also = def.Also
		}
		if f := &out[i]; f.match == nil && f.parse == nil && len(f.words) == 0 {
			f.match = matchText(f.id)
		}
	}
	return out
}

// exampleOf is a term of a field that is read as a text.
func exampleOf(id model.FieldID) string { return string(id) + ":x" }

// ownFields are those of which something is to be said.
func ownFields() []field {
	return []field{
		{id: model.FieldName, example: "name:churn", always: true},
		{id: model.FieldAccount, example: "account:prod", always: true, match: matchAccount},
		{id: model.FieldRegion, example: "region:eu-", always: true, match: prefixMatch(region)},
		{id: model.FieldStatus, example: "status:failed", always: true, words: statusWords()},
		{id: model.FieldVPC, example: "vpc:none", match: idMatch(vpcID, vpcName), offer: vpcID},
		{id: model.FieldSubnet, example: "subnet:subnet-0a", match: idMatch(subnetID, subnetName), offer: subnetID},
		{id: model.FieldSG, example: "sg:sg-0a", match: matchGroup, offer: firstGroup},
		{id: model.FieldNet, example: "net:vpc-only", words: netWords()},
		{id: model.FieldEgress, example: "egress:isolated", words: egressWords()},
		{
			id: fieldReach, example: "reach:pypi", always: true, parse: parseReach,
			offers: append(model.Destinations(), wordUnknown),
		},
		{id: model.FieldFinding, example: "finding:high|medium", words: findingWords()},
		{id: model.FieldType, example: "type:ml.t3", always: true, match: matchType},
		{id: model.FieldPlatform, example: "platform:al2", match: matchPlatform},
		{id: model.FieldRole, example: "role:DataScience", match: arnMatch(role)},
		{id: model.FieldKMS, example: "kms:none", match: arnMatch(kms)},
		{id: model.FieldLifecycle, example: "lcc:none"},
		{id: model.FieldTags, example: "tag:Team=ml", match: matchTag, offer: firstTag},
		{
			id: model.FieldAge, example: "age:>30d", always: true, parse: parseAge,
			offers: []string{"<1d", "<7d", ">30d", ">90d", ">1y"},
		},
		{id: model.FieldRoot, example: "root:enabled", words: rootWords()},
		{id: model.FieldIMDS, example: "imds:1", match: matchIMDS},
		{
			id: model.FieldARN, example: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", always: true, match: matchARN,
			offer: func(n *model.Notebook) string { return strings.TrimPrefix(n.ARN, "arn:") },
		},
		{
			id: model.FieldURL, example: "url:churn.notebook", always: true, match: matchURL,
			offer: func(n *model.Notebook) string { return n.URL },
		},
		{id: model.FieldVolume, example: "volume:>100", parse: parseVolume, offers: []string{">100", ">500", "<=5"}},
	}
}

// read makes a value out of text.
func (f *field) read(text string, quoted bool, now time.Time) (value, *fault) {
	folded := strings.ToLower(text)
	if !f.always && !quoted && len(f.words) == 0 {
		if special, ok := f.special(folded); ok {
			return value{holds: special, light: lightNone}, nil
		}
	}
	switch {
	case len(f.words) > 0:
		return f.readWord(folded)
	case f.parse != nil:
		h, flt := f.parse(folded, now)
		return value{holds: h, light: lightWhole}, flt
	}
	h, light := f.match(folded)
	// The name of a family of platforms is no beginning, and a tag's value is whole.
	return value{holds: h, light: light, grows: f.id != model.FieldPlatform && f.id != model.FieldTags}, nil
}

// special reads the values for what is absent and what is not known.
func (f *field) special(folded string) (holds, bool) {
	id := f.id
	switch folded {
	case wordUnknown:
		return func(n *model.Notebook, _ *model.Lens) bool { return !n.Knows(id) }, true
	case wordNone:
		if id == model.FieldVPC {
			return noVPC, true
		}
		return func(n *model.Notebook, l *model.Lens) bool { return n.Knows(id) && l.Text(n, id) == "" }, true
	}
	return nil, false
}

// readWord takes a word of the field's list, or the beginning of one or of
// several.
func (f *field) readWord(folded string) (value, *fault) {
	var found []holds
	all := make([]string, 0, len(f.words))
	for _, w := range f.words {
		if w.text == folded {
			return value{holds: w.holds, light: lightWhole, grows: true, whole: true}, nil
		}
		if strings.HasPrefix(w.text, folded) {
			found = append(found, w.holds)
		}
		all = append(all, w.text)
	}
	switch len(found) {
	case 0:
		near := model.Nearest(folded, all)
		if near != "" {
			near = string(f.id) + ":" + near
		}
		return value{}, &fault{message: fmt.Sprintf("%s is never %q", f.id, folded), suggest: near}
	case 1:
		return value{holds: found[0], light: lightWhole, grows: true}, nil
	}
	return value{holds: anyOf(found), light: lightWhole, grows: true}, nil
}

func anyOf(hs []holds) holds {
	return func(n *model.Notebook, l *model.Lens) bool {
		for _, h := range hs {
			if h(n, l) {
				return true
			}
		}
		return false
	}
}

func statusWords() []word {
	all := model.Statuses()
	out := make([]word, 0, len(all))
	for _, s := range all {
		out = append(out, word{strings.ToLower(string(s)), func(n *model.Notebook, _ *model.Lens) bool { return n.Status == s }})
	}
	// What everybody else calls it.
	return append(out, word{"running", func(n *model.Notebook, _ *model.Lens) bool { return n.Status == model.StatusInService }})
}

// netWords are the words for direct internet, those of the raw field first. The
// words for the field do not ask for a VPC: net:enabled finds a notebook without
// one too, net:vpc-direct does not.
func netWords() []word {
	is := func(mode model.NetworkMode) holds {
		return func(n *model.Notebook, _ *model.Lens) bool { return n.NetworkMode() == mode }
	}
	on, off := directIs(model.Enabled), directIs(model.Disabled)
	return []word{
		{"enabled", on},
		{"disabled", off},
		{"on", on},
		{"off", off},
		{"direct", on},
		{"no-vpc", is(model.NetworkNoVPC)},
		{"vpc-direct", is(model.NetworkDirect)},
		{"vpc-only", is(model.NetworkVPCOnly)},
		{wordNone, is(model.NetworkNoVPC)},
		{wordUnknown, is(model.NetworkUnknown)},
	}
}

func directIs(v string) holds {
	return func(n *model.Notebook, _ *model.Lens) bool { return n.Described.Known() && n.DirectInternet == v }
}

func noVPC(n *model.Notebook, _ *model.Lens) bool { return n.Described.Known() && n.SubnetID == "" }

// rootWords are the words for root access.
func rootWords() []word {
	is := func(v string) holds {
		return func(n *model.Notebook, _ *model.Lens) bool { return n.Knows(model.FieldRoot) && n.RootAccess == v }
	}
	unknown := func(n *model.Notebook, _ *model.Lens) bool { return !n.Knows(model.FieldRoot) }
	on, off := is(model.Enabled), is(model.Disabled)
	return []word{{"enabled", on}, {"disabled", off}, {"on", on}, {"off", off}, {wordNone, is("")}, {wordUnknown, unknown}}
}
