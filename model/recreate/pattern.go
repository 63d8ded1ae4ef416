package recreate

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"nbscope/model"
)

// A script is made of values that AWS answered with. One that AWS's own patterns
// forbid (its service model of 2017-07-24, as botocore has it) did not come from AWS, or not whole, and no script
// is made of it.

// pattern reports whether a value is one that AWS's pattern allows; an empty one is
// not sent.
type pattern func(string) bool

// letters allows letters, digits and what else is named.
func letters(more string) pattern {
	return func(v string) bool {
		return strings.IndexFunc(v, func(r rune) bool { return !alphanumeric(r) && !strings.ContainsRune(more, r) }) < 0
	}
}

// oneLineOnly is AWS's "." for every character: all but those that end a line.
func oneLineOnly(v string) bool { return !strings.ContainsAny(v, "\n\r\u0085\u2028\u2029") }

func nameOnly(v string) bool { return badName(v) == "" }

func repositoryOnly(v string) bool {
	rest, url := strings.CutPrefix(v, "https://")
	return oneLineOnly(v) && (url && rest != "" && rest[0] != '/' || nameOnly(v))
}

// tagOnly is [\p{L}\p{Z}\p{N}_.:/=+\-@]*.
func tagOnly(v string) bool {
	return strings.IndexFunc(v, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r) || r == unicode.ReplacementChar
	}) < 0
}

// patterned is a value of a script with its pattern.
type patterned struct {
	what, value string
	allowed     pattern
}

// Forbidden says which value of the plan AWS's own patterns forbid, and is nil where
// there is none.
func (p *Plan) Forbidden() error {
	for _, v := range valuesOf(p) {
		if v.value != "" && !v.allowed(v.value) {
			return fmt.Errorf("no script is made of this plan: %s is %s, which AWS's own pattern for it forbids", v.what, strconv.QuoteToASCII(model.MaskURL(v.value)))
		}
	}
	return nil
}

// valuesOf are all that a script is made of.
func valuesOf(p *Plan) []patterned {
	s := &p.Source
	out := []patterned{
		{"the region", s.Region, letters("-")},
		{"the account", s.Account, accountID},
		{"the source's ARN", s.ARN, letters("-:/_")},
		{"the source's status", string(s.Status), letters("")},
		{"the run's id", p.RunID, letters("-")},
	}
	for _, f := range askedFields() {
		if f.allowed == nil {
			continue
		}
		out = append(out, f.values("the source's ", f.seen(s))...)
		out = append(out, f.values("the replacement's ", f.want(&p.Spec))...)
	}
	return out
}

// values are the texts in a slot.
func (f *FieldDef) values(whose string, slot any) []patterned {
	var out []patterned
	switch v := slot.(type) {
	case *string:
		out = append(out, patterned{whose + lowered(f.Title), *v, f.allowed})
	case *[]string:
		for _, one := range *v {
			out = append(out, patterned{whose + lowered(f.Title), one, f.allowed})
		}
	case *[]model.Tag:
		for _, t := range *v {
			out = append(out, patterned{"the key of a tag", t.Key, f.allowed}, patterned{"the value of a tag", t.Value, f.allowed})
		}
	}
	return out
}
