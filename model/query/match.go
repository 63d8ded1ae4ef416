package query

import (
	"strings"

	"nbscope/model"
)

// getter reads the text of a notebook that a value is compared with.
type getter = func(n *model.Notebook) string

func region(n *model.Notebook) string     { return n.Region }
func vpcID(n *model.Notebook) string      { return n.VPCID }
func vpcName(n *model.Notebook) string    { return n.VPCName }
func subnetID(n *model.Notebook) string   { return n.SubnetID }
func subnetName(n *model.Notebook) string { return n.SubnetName }
func role(n *model.Notebook) string       { return n.RoleARN }
func kms(n *model.Notebook) string        { return n.KMSKeyID }

func firstGroup(n *model.Notebook) string {
	if len(n.SecurityGroups) == 0 {
		return ""
	}
	return n.SecurityGroups[0]
}

func firstTag(n *model.Notebook) string {
	if len(n.Tags) == 0 {
		return ""
	}
	return n.Tags[0].Key + "=" + n.Tags[0].Value
}

// matchText finds the value anywhere in the text of a field.
func matchText(id model.FieldID) func(string) (holds, lighter) {
	return func(folded string) (holds, lighter) {
		return func(n *model.Notebook, l *model.Lens) bool { return containsFold(l.Text(n, id), folded) }, lightAnywhere
	}
}

// prefixMatch finds the value at the beginning of the text.
func prefixMatch(get getter) func(string) (holds, lighter) {
	return func(folded string) (holds, lighter) {
		return func(n *model.Notebook, _ *model.Lens) bool { return hasPrefixFold(get(n), folded) }, lightPrefix
	}
}

// idMatch finds the value at the beginning of an id or anywhere in the name that
// goes with it.
func idMatch(id, named getter) func(string) (holds, lighter) {
	return func(folded string) (holds, lighter) {
		return func(n *model.Notebook, _ *model.Lens) bool {
			return idHasPrefix(id(n), folded) || containsFold(named(n), folded)
		}, lightAnywhere
	}
}

// arnMatch finds the value at the beginning of an ARN, or in what follows its
// last slash.
func arnMatch(get getter) func(string) (holds, lighter) {
	return func(folded string) (holds, lighter) {
		return func(n *model.Notebook, _ *model.Lens) bool {
			arn := get(n)
			return containsFold(arn[strings.LastIndexByte(arn, '/')+1:], folded) || hasPrefixFold(arn, folded)
		}, lightAnywhere
	}
}

// matchAccount finds an account by the beginning of its id or of its alias.
func matchAccount(folded string) (holds, lighter) {
	return func(n *model.Notebook, l *model.Lens) bool {
		return strings.HasPrefix(n.Account, folded) || hasPrefixFold(l.Aliases[n.Account], folded)
	}, lightPrefix
}

func matchGroup(folded string) (holds, lighter) {
	return func(n *model.Notebook, _ *model.Lens) bool {
		for _, id := range n.SecurityGroups {
			if idHasPrefix(id, folded) {
				return true
			}
		}
		return false
	}, lightAnywhere
}

// matchType takes the type with or without its "ml.".
func matchType(folded string) (holds, lighter) {
	return func(n *model.Notebook, _ *model.Lens) bool {
		return hasPrefixFold(n.InstanceType, folded) || hasPrefixFold(strings.TrimPrefix(n.InstanceType, "ml."), folded)
	}, lightAnywhere
}

// matchPlatform takes the platform with or without its "notebook-". A family's
// name means that family: al2 is Amazon Linux 2, never al2023.
func matchPlatform(folded string) (holds, lighter) {
	short := strings.TrimPrefix(folded, "notebook-")
	family := short == "al1" || short == "al2"
	return func(n *model.Notebook, _ *model.Lens) bool {
		have := strings.TrimPrefix(n.Platform, "notebook-")
		switch {
		case have == "":
			return false
		case family:
			return hasPrefixFold(have, short) && (len(have) == len(short) || have[len(short)] == '-')
		}
		return hasPrefixFold(have, short) || hasPrefixFold(n.Platform, folded)
	}, lightAnywhere
}

func matchIMDS(folded string) (holds, lighter) {
	folded = strings.TrimPrefix(folded, "v")
	return func(n *model.Notebook, _ *model.Lens) bool {
		return n.IMDSVersion != "" && hasPrefixFold(n.IMDSVersion, folded)
	}, lightPrefix
}

// matchTag takes a key, or a key and its value after an equals sign. A value that
// ends in an asterisk matches by its beginning.
func matchTag(folded string) (holds, lighter) {
	key, want, valued := strings.Cut(folded, "=")
	want, open := strings.CutSuffix(want, "*")
	return func(n *model.Notebook, _ *model.Lens) bool {
		for i := range n.Tags {
			t := &n.Tags[i]
			switch {
			case !equalFold(t.Key, key):
			case !valued, open && hasPrefixFold(t.Value, want), !open && equalFold(t.Value, want):
				return true
			}
		}
		return false
	}, lightAnywhere
}

// idHasPrefix takes an id such as vpc-0a12 with or without the part before its
// dash.
func idHasPrefix(id, folded string) bool {
	if hasPrefixFold(id, folded) {
		return true
	}
	_, bare, ok := strings.Cut(id, "-")
	return ok && hasPrefixFold(bare, folded)
}
