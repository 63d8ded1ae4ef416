package recreate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// drift is how the notebooks differ from what a step relies on. Anything forbids
// the step; what is not hard can be accepted by the user.
func (r *Run) drift(def StepDef) []Drift {
	var out []Drift
	if def.On == SideReplacement && def.Kind != StepCreate {
		return append(r.lastCopy(), r.foreignDrift()...)
	}
	switch {
	case r.Rolling:
		return nil // giving the source its state back is right whatever else has changed
	case r.Source == nil && def.Kind == StepDelete:
		return nil // what was wanted has happened
	case r.Source == nil:
		return []Drift{{
			On: SideSource, Field: "existence", Before: "there", Now: "gone", Hard: true,
			Why: "somebody else deleted the source",
		}}
	case def.Kind == StepCreate:
		out = r.planDrift()
	default:
		out = r.sourceDrift()
	}
	if def.Kind == StepDelete {
		out = append(out, r.deleteDrift()...)
	}
	if def.Kind == StepStop && r.ranSince() {
		out = append(out, Drift{
			On: SideSource, Field: "LastModifiedTime", Before: when(r.Proof.Seen), Now: when(r.Source.Modified),
			Why: "the source may have run since its data was verified: accepting this goes back to the copy",
		})
	}
	return out
}

// autoStopWithin is how long after a copy a script against idle notebooks may take to stop
// the source. What stops later was mostly started in between.
const autoStopWithin = 12 * time.Hour

// ranSince reports whether the source was started again since its data was verified,
// as far as can be told before the run has stopped it itself.
func (r *Run) ranSince() bool {
	if r.Proof == nil || r.Proof.Seen.IsZero() || r.Source.Modified.Equal(r.Proof.Seen) {
		return false
	}
	return r.Source.Status == model.StatusInService || r.Source.Modified.After(r.Proof.At.Add(autoStopWithin))
}

// lastCopy keeps a replacement from being stopped or removed where the source is
// gone: it may hold all that there is.
func (r *Run) lastCopy() []Drift {
	now := "gone"
	if r.Source != nil {
		if r.Source.Status != model.StatusDeleting {
			return nil
		}
		now = string(r.Source.Status)
	}
	return []Drift{{
		On: SideSource, Field: "existence", Before: "there", Now: now, Hard: true,
		Why: "somebody else deleted the source: the replacement may hold all that is left, and is not removed",
	}}
}

// specDrift is how a replacement that an earlier call made, whose answer was lost,
// differs from the plan as it was amended since.
func (r *Run) specDrift() []Drift {
	var out []Drift
	for _, f := range []struct{ field, want, got string }{
		{FieldType, r.Plan.Spec.InstanceType, r.Replacement.InstanceType},
		{FieldRole, r.Plan.Spec.RoleARN, r.Replacement.RoleARN},
		{FieldSubnet, r.Plan.Spec.SubnetID, r.Replacement.SubnetID},
		{FieldLifecycle, r.Plan.Spec.LifecycleName, r.Replacement.LifecycleName},
		{FieldDirect, r.Plan.Spec.DirectInternet, r.Replacement.DirectInternet},
		{FieldVolume, size(r.Plan.Spec.VolumeGB), size(r.Replacement.VolumeGB)},
	} {
		if f.want != f.got && f.got != "" && f.want != "" {
			out = append(out, Drift{
				On: SideReplacement, Field: f.field, Before: f.want, Now: f.got, Hard: true,
				Why: "an earlier call, whose answer was lost, made it before the plan was changed; roll back to remove it, or change the plan to it",
			})
		}
	}
	return out
}

func size(gb int) string {
	if gb == 0 {
		return ""
	}
	return fmt.Sprint(gb)
}

// foreignDrift is a notebook under the replacement's name that is not this run's.
func (r *Run) foreignDrift() []Drift {
	if r.Replacement == nil || r.ours() {
		return nil
	}
	now := r.Replacement.Tag(TagRunID)
	if r.Replacement.TagsUnknown != "" {
		now = "unknown: " + r.Replacement.TagsUnknown
	}
	return []Drift{{
		On: SideReplacement, Field: "tag " + TagRunID, Before: r.Plan.RunID, Now: now, Hard: true,
		Why: "it is not proven to be this run's, so nbscope does not touch it",
	}}
}

// planDrift is how the source differs from the plan before anything was made.
func (r *Run) planDrift() []Drift {
	out := r.sourceDrift()
	if r.Replacement != nil {
		out = append(out, Drift{
			On: SideReplacement, Field: "NotebookInstanceName", Before: "free", Now: "taken by " + r.Replacement.ARN, Hard: true,
			Why: "the name of the new notebook is taken",
		})
	}
	if atRest(&r.Plan.Source) != atRest(r.Source) || r.Source.Status.InTransition() {
		out = append(out, Drift{
			On: SideSource, Field: "NotebookInstanceStatus", Before: string(r.Plan.Source.Status), Now: string(r.Source.Status),
			Why: "the plan's steps are made for the earlier status",
		})
	}
	return out
}

// sourceDrift is how the source's configuration differs from what the run relies on.
func (r *Run) sourceDrift() []Drift {
	if r.Source.Fingerprint() == r.Expect {
		return nil
	}
	out := Differences(&r.Plan.Source, r.Source)
	for i := range out {
		out[i].On, out[i].Why = SideSource, "somebody else changed the source since the plan was made"
	}
	if len(out) == 0 { // the difference is to what was accepted since
		out = append(out, Drift{
			On: SideSource, Field: "configuration", Before: "as accepted before", Now: "changed again",
			Why: "somebody else changed the source again",
		})
	}
	return out
}

// deleteDrift is what forbids that the source is deleted.
func (r *Run) deleteDrift() []Drift {
	out := r.replacementDrift()
	if r.Replacement != nil && r.Replacement.Status != model.StatusInService {
		out = append(out, Drift{
			On: SideReplacement, Field: "NotebookInstanceStatus", Before: string(model.StatusInService), Now: string(r.Replacement.Status), Hard: true,
			Why: "the source is only deleted while its replacement is in service; start the replacement first",
		})
	}
	if r.Proof == nil || !r.Source.Modified.Equal(r.RestedAt) {
		out = append(out, Drift{
			On: SideSource, Field: "LastModifiedTime", Before: when(r.RestedAt), Now: when(r.Source.Modified),
			Why: "the source may have run since its data was verified: accepting this goes back to the copy",
		})
	}
	return out
}

// replacementDrift is how the replacement is not what the plan made.
func (r *Run) replacementDrift() []Drift {
	switch {
	case r.Replacement == nil:
		return []Drift{{
			On: SideReplacement, Field: "existence", Before: "there", Now: "gone", Hard: true,
			Why: "somebody else deleted the replacement",
		}}
	case !r.ours():
		return r.foreignDrift()
	case !r.MadeAt.IsZero() && !r.Replacement.Created.Equal(r.MadeAt):
		return []Drift{{
			On: SideReplacement, Field: "CreationTime", Before: when(r.MadeAt), Now: when(r.Replacement.Created), Hard: true,
			Why: "somebody else made the replacement anew: what was copied is not on it",
		}}
	case r.Replacement.DirectInternet != r.Plan.Spec.DirectInternet:
		return []Drift{{
			On: SideReplacement, Field: "DirectInternetAccess", Before: r.Plan.Spec.DirectInternet, Now: r.Replacement.DirectInternet, Hard: true,
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

// Differences lists the members of DescribeNotebookInstance, and the tags, in
// which two snapshots differ, volatile ones left out.
func Differences(a, b *Snapshot) []Drift {
	var out []Drift
	add := func(field, before, now string) {
		if before != now {
			out = append(out, Drift{Field: field, Before: before, Now: now})
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

func tagsKnown(s *Snapshot) string {
	if s.TagsUnknown != "" {
		return "unknown: " + s.TagsUnknown
	}
	return fmt.Sprintf("%d known", len(s.Tags))
}

func tagKeys(a, b *Snapshot) []string {
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
