package recreate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nbscope/model"
)

// counted is a member that counts for a fingerprint.
type counted struct {
	since int    // the version of the list that it came with
	name  string // as the journal has it
	value string // as printOf has it
}

// Fingerprint is equal for two snapshots of one notebook whose configuration is
// the same. What moves by itself does not count: the status and what depends on
// it, and when it was seen. It begins with the version of the list of what counts.
func (s *Snapshot) Fingerprint() string { return s.FingerprintBy(fingerprintVersion) }

// FingerprintBy is the fingerprint by an older list of what counts.
func (s *Snapshot) FingerprintBy(version int) string {
	return fingerprint(version, "snapshot", s.counted())
}

// Matches reports whether the configuration is that of a fingerprint, by the list
// that the fingerprint was made with.
func (s *Snapshot) Matches(known string) bool {
	version, ok := printVersion(known)
	return ok && s.FingerprintBy(version) == known
}

// counted leaves out what moves by itself.
func (s *Snapshot) counted() []counted {
	out := []counted{{1, "account", one(s.Account)}, {1, "region", one(s.Region)}, {1, "tagsUnknown", one(s.TagsUnknown)}}
	for _, f := range Fields() {
		if f.since > 0 {
			out = append(out, counted{f.since, f.key, printOf(f.seen(s))})
		}
	}
	return out
}

// Fingerprint is equal for two plans that would do the same with the same source,
// whichever run they are of. A gate is approved for a fingerprint. How the data
// moves does not count: that is chosen when a plan is applied.
func (p *Plan) Fingerprint() string {
	source := append(p.Source.counted(), counted{1, "status", one(string(p.Source.Status))})
	out := slices.Concat(under("source.", source), under("spec.", p.Spec.counted()))
	version := fingerprintVersion
	if len(p.Promises) > 0 {
		version = max(version, promisesVersion)
	}
	return fingerprint(version, "plan", append(out, counted{promisesVersion, "promises", many(p.Promises)}))
}

// counted leaves out the tags of the run.
func (s *Spec) counted() []counted {
	var out []counted
	own := s.withoutRun()
	for _, f := range Fields() {
		if f.want != nil {
			out = append(out, counted{f.since, f.key, printOf(f.want(&own))})
		}
	}
	return out
}

// under puts a word before the names of members.
func under(word string, members []counted) []counted {
	for i := range members {
		members[i].name = word + members[i].name
	}
	return members
}

// fingerprint is the version, and a short hash of what counted in it: a line
// name=value for each member, in the order of their names.
func fingerprint(version int, of string, members []counted) string {
	members = slices.DeleteFunc(members, func(l counted) bool { return l.since > version })
	model.SortStable(members, func(a, b counted) int { return cmp.Compare(a.name, b.name) })
	var text strings.Builder
	fmt.Fprintf(&text, "nbscope %s %d\n", of, version)
	for _, l := range members {
		text.WriteString(l.name + "=" + l.value + "\n")
	}
	sum := sha256.Sum256([]byte(text.String()))
	return fmt.Sprintf("%d-%s", version, hex.EncodeToString(sum[:8]))
}

// printVersion is the version of the list that a fingerprint was made with; false
// for one that this program cannot make, as are those of the first journals.
func printVersion(of string) (version int, ok bool) {
	before, _, found := strings.Cut(of, "-")
	version, err := strconv.Atoi(before)
	return version, found && err == nil && version >= 1 && version <= fingerprintVersion
}

// one and many quote, so that no value can look like two. The order of a list
// means nothing to AWS.
func one(value string) string { return strconv.Quote(value) }

func many(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = one(v)
	}
	slices.Sort(quoted)
	return strings.Join(quoted, ",")
}

func tagList(tags []model.Tag) string {
	pairs := make([]string, len(tags))
	for i, t := range tags {
		pairs[i] = one(t.Key) + ":" + one(t.Value)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}
