package recreate

import (
	"slices"
	"strings"

	"nbscope/model"
)

// Tags that a replacement carries, so that a run, and a colleague, can tell whose
// it is: CreateNotebookInstance has no client token.
const (
	TagRunID  = "nbscope:run-id"
	TagSource = "nbscope:source-arn"
)

// Limits and values of the SageMaker API (service model 2017-07-24).
const (
	MaxName      = 63 // characters of a notebook instance's name
	MaxTags      = 50
	MaxGroups    = 5
	MaxMoreRepos = 3
	MinVolumeGB  = 5
	MaxVolumeGB  = 16384

	PlatformSupported = "notebook-al2023-v1" // the only one that can be created since 2026-07-01
	IMDSLatest        = "2"                  // new notebooks may not use the first version
	reservedTags      = "aws:"               // AWS refuses such keys in a request
)

// Direction is which way a notebook's network is turned.
type Direction string

// The directions.
const (
	Enable  Direction = "enable"   // direct internet access on
	Disable Direction = "disable"  // direct internet access off, which needs a VPC
	IntoVPC Direction = "into-vpc" // from no VPC into one, with direct internet access on as before
)

// Value is the direct internet access that the direction leads to.
func (d Direction) Value() string {
	if d == Disable {
		return model.Disabled
	}
	return model.Enabled
}

// DirectionOf is the direction that changes a notebook's setting.
func DirectionOf(s *Snapshot) Direction {
	if s.DirectInternet == model.Enabled {
		return Disable
	}
	return DirectionTo(s, model.Enabled)
}

// DirectionTo is which way a source goes whose replacement has a value of direct
// internet access. A notebook without a VPC has it on: where it stays on, a VPC is what
// there is to change.
func DirectionTo(s *Snapshot, direct string) Direction {
	switch {
	case direct == model.Disabled:
		return Disable
	case s.SubnetID == "" && s.DirectInternet != model.Disabled:
		return IntoVPC
	}
	return Enable
}

// SpecFor is the spec that carries everything of the source that can be carried,
// turned in a direction, under a free name. It holds no tags of a run; Plan adds
// them.
func SpecFor(s *Snapshot, d Direction) Spec {
	var out Spec
	for _, f := range Fields() {
		if f.want != nil {
			fillSlot(f.want(&out), f.seen(s))
		}
	}
	out.Name, out.DirectInternet, out.VolumeGB = NewName(s.Name, d), d.Value(), max(s.VolumeGB, MinVolumeGB)
	out.Platform, out.IMDSVersion = PlatformSupported, IMDSLatest
	if out.RootAccess == "" {
		out.RootAccess = model.Enabled // AWS's default, sent so that it is seen
	}
	out.Tags = slices.DeleteFunc(out.Tags, func(t model.Tag) bool { return !carriedTag(t.Key) })
	return out
}

// carriedTag reports whether a tag of the source goes to the replacement: not one
// that AWS reserves, and not what an earlier run left.
func carriedTag(key string) bool {
	return !reservedTag(key) && !runTag(key)
}

// reservedTag reports whether AWS keeps a tag's key for itself.
func reservedTag(key string) bool { return strings.HasPrefix(strings.ToLower(key), reservedTags) }

// runTag reports whether a tag is one that a run sets.
func runTag(key string) bool { return key == TagRunID || key == TagSource }

// NewName is a name for the replacement, within the limit of names: the source's
// name with "-net" when direct internet goes on, and "-vpc" when it goes off or the
// replacement goes into a VPC.
func NewName(source string, d Direction) string {
	suffix := "-vpc"
	if d == Enable {
		suffix = "-net"
	}
	base := source[:min(len(source), MaxName-len(suffix))]
	return strings.TrimRight(base, "-") + suffix
}

// withRun returns the spec with the tags of a run: the run's id always, the
// source's ARN where there is room for one more tag.
func (s Spec) withRun(id, sourceARN string) Spec {
	s = s.withoutRun()
	s.Tags = append(s.Tags, model.Tag{Key: TagRunID, Value: id})
	if len(s.Tags) < MaxTags {
		s.Tags = append(s.Tags, model.Tag{Key: TagSource, Value: sourceARN})
	}
	slices.SortFunc(s.Tags, func(a, b model.Tag) int { return strings.Compare(a.Key, b.Key) })
	return s
}

// withoutRun returns the spec without the tags of a run.
func (s Spec) withoutRun() Spec {
	s.Tags = slices.DeleteFunc(slices.Clone(s.Tags), func(t model.Tag) bool { return runTag(t.Key) })
	return s
}
