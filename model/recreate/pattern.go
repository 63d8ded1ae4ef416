package recreate

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"nbscope/model"
)

// A script is made of values that AWS answered with. One that AWS's own patterns
// forbid (service model 2017-07-24) did not come from AWS, or not whole, and no script
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
	for _, v := range append(p.sourceValues(), p.specValues()...) {
		if v.value != "" && !v.allowed(v.value) {
			return fmt.Errorf("no script is made of this plan: %s is %s, which AWS's own pattern for it forbids", v.what, strconv.QuoteToASCII(v.value))
		}
	}
	return nil
}

func (p *Plan) sourceValues() []patterned {
	s := &p.Source
	out := []patterned{
		{"the region", s.Region, letters("-")},
		{"the account", s.Account, accountID},
		{"the source's name", s.Name, nameOnly},
		{"the source's ARN", s.ARN, letters("-:/_")},
		{"the source's status", string(s.Status), letters("")},
		{"the run's id", p.RunID, letters("-")},
	}
	for _, t := range s.Tags {
		out = append(out, patterned{"the key of a tag", t.Key, tagOnly}, patterned{"the value of a tag", t.Value, tagOnly})
	}
	return append(out, specValues(&Spec{
		InstanceType: s.InstanceType, RoleARN: s.RoleARN, SubnetID: s.SubnetID, SecurityGroups: s.SecurityGroups, DirectInternet: s.DirectInternet,
		RootAccess: s.RootAccess, KMSKeyID: s.KMSKeyID, LifecycleName: s.LifecycleName, DefaultRepository: s.DefaultRepository,
		MoreRepositories: s.MoreRepositories, Platform: s.Platform, IMDSVersion: s.IMDSVersion,
	})...)
}

func (p *Plan) specValues() []patterned { return specValues(&p.Spec) }

func specValues(s *Spec) []patterned {
	out := make([]patterned, 0, 12+len(s.SecurityGroups)+len(s.MoreRepositories)+2*len(s.Tags))
	out = append(
		out,
		patterned{"the replacement's name", s.Name, nameOnly},
		patterned{"the instance type", s.InstanceType, letters("-.")},
		patterned{"the platform", s.Platform, letters("-")},
		patterned{"the lifecycle configuration", s.LifecycleName, nameOnly},
		patterned{"the metadata service's version", s.IMDSVersion, letters("")},
		patterned{"the role", s.RoleARN, letters("_+=,.@-/:")},
		patterned{"root access", s.RootAccess, letters("")},
		patterned{"the encryption key", s.KMSKeyID, oneLineOnly},
		patterned{"the subnet", s.SubnetID, letters("-")},
		patterned{"direct internet access", s.DirectInternet, letters("")},
		patterned{"the kind of addresses", s.IPAddressType, letters("")},
	)
	for _, g := range s.SecurityGroups {
		out = append(out, patterned{"a security group", g, letters("-")})
	}
	for _, r := range append([]string{s.DefaultRepository}, s.MoreRepositories...) {
		shown := patterned{"a repository", r, repositoryOnly}
		if !repositoryOnly(r) {
			shown.value = model.MaskURL(r)
		}
		out = append(out, shown)
	}
	for _, t := range s.Tags {
		out = append(out, patterned{"the key of a tag", t.Key, tagOnly}, patterned{"the value of a tag", t.Value, tagOnly})
	}
	return out
}
