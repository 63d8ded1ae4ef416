package recreate

import (
	"slices"

	"nbscope/model"
)

// SnapshotOf is a notebook of the inventory as a snapshot. It is as old as the
// inventory is: enough to show what a recreate would be, and not to make one.
func SnapshotOf(n *model.Notebook) Snapshot {
	out := Snapshot{Account: n.Account, Region: n.Region, SeenAt: n.SeenAt, DefaultRepository: n.DefaultRepository()}
	for _, f := range Fields() {
		if f.kept != nil {
			fillSlot(f.seen(&out), f.kept(n))
		}
	}
	more := n.Repositories
	if out.DefaultRepository != "" {
		more = more[1:]
	}
	if len(more) > 0 {
		out.MoreRepositories = slices.Clone(more)
	}
	if !n.Tagged.Known() {
		out.TagsUnknown = n.Reason(model.FieldTags)
	}
	return out
}

// Target is where the notebook lives.
func (s *Snapshot) Target() model.Target { return model.Target{Account: s.Account, Region: s.Region} }

// Tag returns the value of the tag with this key, "" where there is none.
func (s *Snapshot) Tag(key string) string {
	for _, t := range s.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// status is the notebook's status; StatusGone where there is none.
func (s *Snapshot) status() model.Status {
	if s == nil {
		return StatusGone
	}
	return s.Status
}

func statusWords(s model.Status) string {
	if s == StatusGone {
		return "gone"
	}
	return string(s)
}

// Side is which of the two notebooks of a run is meant.
type Side string

// The sides.
const (
	SideSource      Side = "source"
	SideReplacement Side = "replacement"
)
