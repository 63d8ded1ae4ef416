package recreate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nbscope/model"
)

// Lengths of the service model (2017-07-24).
const (
	minRole     = 20
	maxRole     = 2048
	maxKey      = 2048
	maxRepo     = 1024
	maxResource = 32
	maxTagKey   = 128
	maxTagValue = 256
)

// optional lets a value be empty, which means that the field is not sent.
func optional(bad func(string) string) func(string) string {
	return func(v string) string {
		if v == "" {
			return ""
		}
		return bad(v)
	}
}

func badName(v string) string {
	switch {
	case v == "":
		return "AWS needs a name"
	case len(v) > MaxName:
		return fmt.Sprintf("%d characters; AWS takes %d", utf8.RuneCountInString(v), MaxName)
	case strings.IndexFunc(v, func(r rune) bool { return !alphanumeric(r) && r != '-' }) >= 0:
		return "AWS takes letters, digits and hyphens only"
	case v[0] == '-' || v[len(v)-1] == '-':
		return "AWS takes no hyphen at the beginning or the end"
	}
	return ""
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// badType looks at the form of a type only: which ones there are changes, and
// differs by region. Families that the platform has no image for are refused.
func badType(v string) string {
	family, size, ok := strings.Cut(strings.TrimPrefix(v, "ml."), ".")
	word := func(s string) bool {
		return s != "" && strings.IndexFunc(s, func(r rune) bool { return !alphanumeric(r) && r != '-' }) < 0
	}
	switch {
	case !strings.HasPrefix(v, "ml.") || !ok || !word(family) || !word(size):
		return "AWS takes a type such as ml.t3.medium"
	case slices.Contains(retiredFamilies(), family):
		return fmt.Sprintf("Amazon Linux 2023 does not run on ml.%s: choose another type", family)
	}
	return ""
}

// retiredFamilies are the instance families that Amazon Linux 2023 notebooks do
// not run on (SageMaker guide, nbi-al2023).
func retiredFamilies() []string { return []string{"p2", "p3", "p3dn", "inf1", "g3"} }

func badPlatform(v string) string {
	if v != PlatformSupported {
		return "since 2026-07-01 AWS creates " + PlatformSupported + " only"
	}
	return ""
}

func badVolume(v string) string {
	gb, err := strconv.Atoi(v)
	if err != nil || gb < MinVolumeGB || gb > MaxVolumeGB {
		return fmt.Sprintf("AWS takes a whole number of GB from %d to %d", MinVolumeGB, MaxVolumeGB)
	}
	return ""
}

func badIMDS(v string) string {
	if v != IMDSLatest {
		return "AWS creates no notebook with the first version of the metadata service"
	}
	return ""
}

func badSwitch(v string) string {
	if v != model.Enabled && v != model.Disabled {
		return "AWS takes Enabled or Disabled"
	}
	return ""
}

func badIPType(v string) string {
	if v != ipv4 && v != dualStack {
		return "AWS takes " + ipv4 + " or " + dualStack
	}
	return ""
}

// The values of IpAddressType.
const (
	ipv4      = "ipv4"
	dualStack = "dualstack"
)

func badRole(v string) string {
	const form = "AWS takes the ARN of a role, such as arn:aws:iam::111122223333:role/name"
	parts := strings.SplitN(v, ":", 6)
	switch {
	case len(v) < minRole || len(v) > maxRole || len(parts) != 6:
		return form
	case parts[0] != "arn" || !strings.HasPrefix(parts[1], "aws") || parts[2] != "iam" || parts[3] != "":
		return form
	case !accountID(parts[4]) || !strings.HasPrefix(parts[5], "role") || len(parts[5]) <= len("role/"):
		return form
	case strings.IndexFunc(parts[5], func(r rune) bool { return !alphanumeric(r) && !strings.ContainsRune("_+=,.@-/", r) }) >= 0:
		return form
	}
	return ""
}

func accountID(s string) bool {
	return len(s) == 12 && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func badKey(v string) string {
	if len(v) > maxKey || strings.IndexFunc(v, func(r rune) bool { return !alphanumeric(r) && !strings.ContainsRune(":/_-", r) }) >= 0 {
		return "AWS takes the id, ARN or alias of a KMS key"
	}
	return ""
}

func badResource(prefix string) func(string) string {
	return func(v string) string {
		if !strings.HasPrefix(v, prefix) || len(v) > maxResource || len(v) == len(prefix) ||
			strings.IndexFunc(v, func(r rune) bool { return !alphanumeric(r) && r != '-' }) >= 0 {
			return fmt.Sprintf("AWS takes an id that begins with %s", prefix)
		}
		return ""
	}
}

func badGroups(v string) string {
	groups := listed(v)
	if len(groups) > MaxGroups {
		return fmt.Sprintf("%d security groups; AWS takes %d", len(groups), MaxGroups)
	}
	for i, g := range groups {
		if why := badResource("sg-")(g); why != "" {
			return fmt.Sprintf("%s: %s", g, why)
		}
		if slices.Contains(groups[:i], g) {
			return g + " is named twice"
		}
	}
	return ""
}

// badRepo takes the name of a registered repository, or the URL of one that needs
// no password.
func badRepo(v string) string {
	url := strings.HasPrefix(v, "https://") && len(v) > len("https://") && !strings.ContainsFunc(v, unicode.IsSpace)
	if len(v) > maxRepo || !url && badName(v) != "" {
		return "AWS takes the name of a registered repository or an https:// URL"
	}
	if model.MaskURL(v) != v {
		return secretAddress
	}
	return ""
}

func badRepos(v string) string {
	repos := listed(v)
	if len(repos) > MaxMoreRepos {
		return fmt.Sprintf("%d repositories; AWS takes %d beside the default one", len(repos), MaxMoreRepos)
	}
	for i, r := range repos {
		if why := badRepo(r); why != "" {
			return fmt.Sprintf("%s: %s", model.MaskURL(r), why)
		}
		if slices.Contains(repos[:i], r) {
			return model.MaskURL(r) + " is named twice"
		}
	}
	return ""
}

func badTags(v string) string {
	tags, ok := readTags(v)
	if !ok {
		return "write Key=Value, separated by commas"
	}
	return refusedTags(tags)
}

// refusedTags says why AWS would refuse the tags beside those of the run.
func refusedTags(tags []model.Tag) string {
	if len(tags) > MaxTags-1 {
		return fmt.Sprintf("%d tags; AWS takes %d, and one is the run's", len(tags), MaxTags)
	}
	for i, t := range tags {
		if why := refusedTag(t); why != "" {
			return why
		}
		if slices.ContainsFunc(tags[:i], func(o model.Tag) bool { return o.Key == t.Key }) {
			return fmt.Sprintf("tag %s is there twice", t.Key)
		}
	}
	return ""
}

func refusedTag(t model.Tag) string {
	allowed := func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.Z, unicode.N) || strings.ContainsRune("_.:/=+-@", r)
	}
	strange := func(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return !allowed(r) }) >= 0 }
	switch {
	case t.Key == "":
		return "a tag needs a key"
	case reservedTag(t.Key):
		return fmt.Sprintf("tag %s: AWS reserves keys that begin with %s", t.Key, reservedTags)
	case runTag(t.Key):
		return fmt.Sprintf("tag %s: nbscope sets it itself", t.Key)
	case utf8.RuneCountInString(t.Key) > maxTagKey:
		return fmt.Sprintf("a tag's key has %d characters; AWS takes %d", utf8.RuneCountInString(t.Key), maxTagKey)
	case utf8.RuneCountInString(t.Value) > maxTagValue:
		return fmt.Sprintf("the value of tag %s has %d characters; AWS takes %d", t.Key, utf8.RuneCountInString(t.Value), maxTagValue)
	case strange(t.Key) || strange(t.Value):
		return fmt.Sprintf("tag %s: AWS takes letters, digits, spaces and _ . : / = + - @", t.Key)
	}
	return ""
}
