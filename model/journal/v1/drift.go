package v1

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// guard holds both notebooks, as last seen, against what the run relies on.
type guard struct{ *machine }

func (r *machine) guard() guard { return guard{r} }

// drift is how the notebooks differ from what a step relies on. Anything forbids
// the step; what is not hard can be accepted by the user.
func (r guard) drift(def stepDef) []recreate.Drift {
	var out []recreate.Drift
	if def.On == recreate.SideReplacement && def.Kind != recreate.StepCreate {
		return append(r.lastCopy(), r.foreignDrift()...)
	}
	switch {
	case r.Rolling:
		return nil // giving the source its state back is right whatever else has changed
	case r.Source == nil && def.Kind == recreate.StepDelete:
		return nil // what was wanted has happened
	case r.Source == nil:
		return []recreate.Drift{{
			On: recreate.SideSource, Field: "existence", Before: "there", Now: "gone", Hard: true,
			Why: "somebody else deleted the source",
		}}
	case def.Kind == recreate.StepCreate:
		out = r.planDrift()
	default:
		out = r.sourceDrift()
	}
	if def.Kind == recreate.StepDelete {
		out = append(out, r.deleteDrift()...)
	}
	if before, ran := r.ranSince(def.Kind); ran {
		out = append(out, recreate.Drift{
			On: recreate.SideSource, Field: "LastModifiedTime", Before: when(before), Now: when(r.Source.Modified),
			Why: "the source may have run since its data was verified: accepting this goes back to the copy",
		})
	}
	return out
}

// autoStopWithin is how long after a copy a script against idle notebooks may take
// to stop the source. What stops later was mostly started in between.
const autoStopWithin = 12 * time.Hour

// ranSince reports whether the source may have run since its data was verified, as
// far as it matters to a step, with the time of its last change that was relied on.
// Once the run has stopped it, no change is in order; before, a stop soon after the
// copy is.
func (r guard) ranSince(step recreate.StepKind) (before time.Time, ran bool) {
	switch {
	case step == recreate.StepDelete:
		return r.RestedAt, r.Proof == nil || !r.Source.Modified.Equal(r.RestedAt)
	case step != recreate.StepStop || r.Proof == nil || r.Proof.Seen.IsZero() || r.Source.Modified.Equal(r.Proof.Seen):
		return time.Time{}, false
	}
	return r.Proof.Seen, r.Source.Status == model.StatusInService || r.Source.Modified.After(r.Proof.At.Add(autoStopWithin))
}

// lastCopy keeps a replacement from being stopped or removed where the source is
// gone: it may hold all that there is.
func (r guard) lastCopy() []recreate.Drift {
	now := "gone"
	if r.Source != nil {
		if r.Source.Status != model.StatusDeleting {
			return nil
		}
		now = string(r.Source.Status)
	}
	return []recreate.Drift{{
		On: recreate.SideSource, Field: "existence", Before: "there", Now: now, Hard: true,
		Why: "somebody else deleted the source: the replacement may hold all that is left, and is not removed",
	}}
}

// specDrift is how a replacement that an earlier call made, whose answer was lost,
// differs from the plan as it was amended since. What AWS gives no value of, and the
// key, which it may name otherwise, prove nothing.
func (r guard) specDrift() []recreate.Drift {
	spec, planned := &r.Plan.Spec, *r.Replacement
	planned.SubnetID, planned.SecurityGroups, planned.LifecycleName = spec.SubnetID, spec.SecurityGroups, spec.LifecycleName
	planned.DefaultRepository, planned.MoreRepositories = spec.DefaultRepository, spec.MoreRepositories
	for _, f := range []struct {
		planned *string
		want    string
	}{
		{&planned.InstanceType, spec.InstanceType}, {&planned.RoleARN, spec.RoleARN}, {&planned.DirectInternet, spec.DirectInternet},
		{&planned.RootAccess, spec.RootAccess}, {&planned.Platform, spec.Platform}, {&planned.IMDSVersion, spec.IMDSVersion},
		{&planned.IPAddressType, spec.IPAddressType},
	} {
		if *f.planned != "" && f.want != "" {
			*f.planned = f.want
		}
	}
	if planned.VolumeGB != 0 && spec.VolumeGB != 0 {
		planned.VolumeGB = spec.VolumeGB
	}
	out := differences(&planned, r.Replacement)
	for i := range out {
		out[i].On, out[i].Hard = recreate.SideReplacement, true
		out[i].Why = "an earlier call, whose answer was lost, made it before the plan was changed: roll back to remove it, and begin another run"
	}
	return out
}

// foreignDrift is a notebook under the replacement's name that is not this run's.
func (r guard) foreignDrift() []recreate.Drift {
	if r.Replacement == nil || r.ours() {
		return nil
	}
	now := r.Replacement.Tag(recreate.TagRunID)
	if r.Replacement.TagsUnknown != "" {
		now = "unknown: " + r.Replacement.TagsUnknown
	}
	return []recreate.Drift{{
		On: recreate.SideReplacement, Field: "tag " + recreate.TagRunID, Before: r.Plan.RunID, Now: now, Hard: true,
		Why: "it is not proven to be this run's, so nbscope does not touch it",
	}}
}

// planDrift is how the source differs from the plan before anything was made.
func (r guard) planDrift() []recreate.Drift {
	out := r.sourceDrift()
	if r.Replacement != nil {
		out = append(out, recreate.Drift{
			On: recreate.SideReplacement, Field: "NotebookInstanceName", Before: "free", Now: "taken by " + r.Replacement.ARN, Hard: true,
			Why: "the name of the new notebook is taken",
		})
	}
	if atRest(&r.Plan.Source) != atRest(r.Source) || r.Source.Status.InTransition() {
		out = append(out, recreate.Drift{
			On: recreate.SideSource, Field: "NotebookInstanceStatus", Before: string(r.Plan.Source.Status), Now: string(r.Source.Status),
			Why: "the plan's steps are made for the earlier status",
		})
	}
	return out
}

// sourceDrift is how the source's configuration differs from what the run relies on.
func (r guard) sourceDrift() []recreate.Drift {
	if r.Source.Matches(r.Expect) {
		return nil
	}
	out := differences(&r.Plan.Source, r.Source)
	for i := range out {
		out[i].On, out[i].Why = recreate.SideSource, "somebody else changed the source since the plan was made"
	}
	if len(out) == 0 { // the difference is to what was accepted since
		out = append(out, recreate.Drift{
			On: recreate.SideSource, Field: "configuration", Before: "as accepted before", Now: "changed again",
			Why: "somebody else changed the source again",
		})
	}
	return out
}

// deleteDrift is what forbids that the source is deleted.
func (r guard) deleteDrift() []recreate.Drift {
	out := r.replacementDrift()
	if r.Replacement != nil && r.Replacement.Status != model.StatusInService {
		out = append(out, recreate.Drift{
			On: recreate.SideReplacement, Field: "NotebookInstanceStatus", Before: string(model.StatusInService), Now: string(r.Replacement.Status), Hard: true,
			Why: "the source is only deleted while its replacement is in service; start the replacement first",
		})
	}
	return out
}

// replacementDrift is how the replacement is not what the plan made.
func (r guard) replacementDrift() []recreate.Drift {
	switch {
	case r.Replacement == nil:
		return []recreate.Drift{{
			On: recreate.SideReplacement, Field: "existence", Before: "there", Now: "gone", Hard: true,
			Why: "somebody else deleted the replacement",
		}}
	case !r.ours():
		return r.foreignDrift()
	case !r.MadeAt.IsZero() && !r.Replacement.Created.Equal(r.MadeAt):
		return []recreate.Drift{{
			On: recreate.SideReplacement, Field: "CreationTime", Before: when(r.MadeAt), Now: when(r.Replacement.Created), Hard: true,
			Why: "somebody else made the replacement anew: what was copied is not on it",
		}}
	case r.Replacement.DirectInternet != r.Plan.Spec.DirectInternet:
		return []recreate.Drift{{
			On: recreate.SideReplacement, Field: "DirectInternetAccess", Before: r.Plan.Spec.DirectInternet, Now: r.Replacement.DirectInternet, Hard: true,
			Why: "the replacement has not the setting that it was made for",
		}}
	}
	return nil
}

func when(t time.Time) string {
	if t.IsZero() {
		return "not seen at rest"
	}
	return t.UTC().Format(time.RFC3339)
}

// differences lists the members of DescribeNotebookInstance, and the tags, in
// which two snapshots differ, volatile ones left out.
func differences(a, b *recreate.Snapshot) []recreate.Drift {
	var out []recreate.Drift
	add := func(field, before, now string) {
		if before != now {
			out = append(out, recreate.Drift{Field: field, Before: before, Now: now})
		}
	}
	list := func(l []string) string { return strings.Join(slices.Sorted(slices.Values(l)), ", ") }
	add("NotebookInstanceArn", a.ARN, b.ARN)
	add("CreationTime", when(a.Created), when(b.Created))
	add("InstanceType", a.InstanceType, b.InstanceType)
	add("RoleArn", a.RoleARN, b.RoleARN)
	add("SubnetId", a.SubnetID, b.SubnetID)
	add("SecurityGroups", list(a.SecurityGroups), list(b.SecurityGroups))
	add("DirectInternetAccess", a.DirectInternet, b.DirectInternet)
	add("RootAccess", a.RootAccess, b.RootAccess)
	add("KmsKeyId", a.KMSKeyID, b.KMSKeyID)
	add("NotebookInstanceLifecycleConfigName", a.LifecycleName, b.LifecycleName)
	add("DefaultCodeRepository", a.DefaultRepository, b.DefaultRepository)
	add("AdditionalCodeRepositories", list(a.MoreRepositories), list(b.MoreRepositories))
	add("VolumeSizeInGB", fmt.Sprint(a.VolumeGB), fmt.Sprint(b.VolumeGB))
	add("PlatformIdentifier", a.Platform, b.Platform)
	add("InstanceMetadataServiceConfiguration", a.IMDSVersion, b.IMDSVersion)
	add("IpAddressType", a.IPAddressType, b.IPAddressType)
	add("AcceleratorTypes", list(a.AcceleratorTypes), list(b.AcceleratorTypes))
	if a.TagsUnknown != b.TagsUnknown {
		add("Tags", tagsKnown(a), tagsKnown(b))
		return out
	}
	for _, key := range tagKeys(a, b) {
		add("tag "+key, a.Tag(key), b.Tag(key))
	}
	return out
}

func tagsKnown(s *recreate.Snapshot) string {
	if s.TagsUnknown != "" {
		return "unknown: " + s.TagsUnknown
	}
	return fmt.Sprintf("%d known", len(s.Tags))
}

func tagKeys(a, b *recreate.Snapshot) []string {
	seen := map[string]bool{}
	for _, t := range slices.Concat(a.Tags, b.Tags) {
		seen[t.Key] = true
	}
	keys := make([]string, 0, len(seen))
	for k := range seen {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
