package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Load says how far a part of a notebook has been fetched.
type Load uint8

// The states of a part: not asked yet or on its way, there, refused, or not asked
// for because the user does not want it.
const (
	LoadPending Load = iota
	LoadDone
	LoadFailed
	LoadSkipped
)

// Part is the state of one separately fetched part of a notebook, with the
// reason when it could not be had or is not wanted; else Reason is empty.
type Part struct {
	State  Load
	Reason string
}

// Known reports whether the part was fetched.
func (p Part) Known() bool { return p.State == LoadDone }

// Unseen reports whether a part of the notebook could not be seen. What is on its
// way is not unseen yet, and what was skipped is not missed.
func (n *Notebook) Unseen() bool {
	return n.Stale || n.Described.State == LoadFailed || n.Located.State == LoadFailed ||
		n.Tagged.State == LoadFailed || n.Networked.State == LoadFailed || n.untold()
}

// untold reports whether AWS gave no value of something that every notebook has.
func (n *Notebook) untold() bool {
	all := fieldTable()
	for i := range all {
		if all[i].untold(n) {
			return true
		}
	}
	return false
}

// Tag is one key and value of an AWS resource.
type Tag struct {
	Key   string
	Value string
}

// Target is where the notebook lives.
func (n *Notebook) Target() Target { return Target{Account: n.Account, Region: n.Region} }

// NetworkMode derives the plain name of the notebook's network from its subnet
// and its direct internet field; NetworkUnknown until the describe has answered
// and for a value of the field that is not known.
func (n *Notebook) NetworkMode() NetworkMode {
	switch {
	case !n.Described.Known():
		return NetworkUnknown
	case n.SubnetID == "":
		return NetworkNoVPC
	case n.DirectInternet == Enabled:
		return NetworkDirect
	case n.DirectInternet == Disabled:
		return NetworkVPCOnly
	}
	return NetworkUnknown
}

// Tag returns the value of the tag with this key.
func (n *Notebook) Tag(key string) (string, bool) {
	for _, t := range n.Tags {
		if t.Key == key {
			return t.Value, true
		}
	}
	return "", false
}

// DefaultRepository returns the default code repository, "" when there is none.
func (n *Notebook) DefaultRepository() string {
	if n.HasDefaultRepo && len(n.Repositories) > 0 {
		return n.Repositories[0]
	}
	return ""
}

// Unknown names every field of the JSON contract that this notebook has no
// value for because it was not fetched or was refused, or because the value is
// one that this program does not know how to read, each with the reason. A
// notebook that is fully known gives nil.
func (n *Notebook) Unknown() map[string]string {
	out := map[string]string{}
	for _, m := range memberTable() {
		if p, pending := n.partOf(m.part); !p.Known() {
			out[m.Name] = p.why(pending)
		}
	}
	all := fieldTable()
	for i := range all {
		if f := &all[i]; f.untold(n) {
			out[f.member] = untoldValue + f.needs
		}
	}
	n.unknownMode(out)
	if n.Egress == nil || n.Egress.Verdict == VerdictUnknown && n.Networked.State == LoadFailed {
		out["egress"] = n.Networked.why("network not judged yet")
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Reasons lists why parts of the notebook are not known, each reason once.
func (n *Notebook) Reasons() []string {
	all := slices.Collect(maps.Values(n.Unknown()))
	if n.Egress != nil && n.Egress.Verdict == VerdictUnknown {
		all = append(all, cmp.Or(n.Egress.Reason, "the network could not be judged"))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unknownMode says why there is no network mode although the notebook is described.
func (n *Notebook) unknownMode(out map[string]string) {
	switch {
	case !n.Described.Known() || n.NetworkMode() != NetworkUnknown:
	case n.DirectInternet == "":
		out["networkMode"] = untoldValue + fieldIn(fieldTable(), FieldNet).needs
	default:
		out["networkMode"] = "direct internet access has a value that nbscope does not know: " + n.DirectInternet
	}
}

// why is the reason for a part that is not known.
func (p Part) why(pending string) string {
	if p.State == LoadPending {
		return pending
	}
	return cmp.Or(p.Reason, "refused without a reason")
}

// tagMap is the tags by their keys, nil while they are not known.
func (n *Notebook) tagMap() any {
	if !n.Tagged.Known() {
		return nil
	}
	out := make(map[string]string, len(n.Tags))
	for _, t := range n.Tags {
		out[t.Key] = t.Value
	}
	return out
}

// Count is a number with its noun.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Stamp is a time as files and reports have it: RFC 3339 in UTC, "" for the zero time.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
