package recreate

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"nbscope/model"
)

// drift is how the notebooks differ from what a step relies on: every step looks at
// both. Anything forbids the step; what is not hard can be accepted by the user.
func (r *Run) drift(def StepDef) []Drift {
	switch {
	case def.Act == EffectProbe:
		return r.serviceDrift(def)
	case r.Rolling || def.On == SideReplacement && def.Kind != StepCreate:
		return r.backDrift(def)
	case r.Source == nil && def.Kind != StepDelete:
		return []Drift{sourceGone()}
	case def.Kind == StepCreate:
		return r.planDrift()
	case def.Act.Moves():
		return r.moveDrift(def)
	case def.Kind == StepCopy: // it was made by hand before, whatever runs by now
		return r.replacementDrift()
	}
	out := r.serviceDrift(def)
	if r.Source == nil {
		return out // what was wanted has happened
	}
	out = append(out, r.sourceDrift()...)
	if def.Kind == StepStop || def.Kind == StepDelete {
		out = append(out, r.servedDrift()...)
	}
	if before, ran := r.ranSince(def.Kind); ran {
		out = append(out, ranDrift(before, r.Source.Modified))
	}
	return out
}

// fieldExistence stands in place of a member where a notebook is gone.
const fieldExistence = "existence"

// fieldStatus is the member of DescribeNotebookInstance with a notebook's status.
const fieldStatus = "NotebookInstanceStatus"

func sourceGone() Drift {
	return Drift{
		On: SideSource, Field: fieldExistence, Before: "there", Now: "gone", Hard: true,
		Why: "somebody else deleted the source",
	}
}

func ranDrift(before, now time.Time) Drift {
	return Drift{
		On: SideSource, Field: "LastModifiedTime", Before: when(before), Now: when(now),
		Why: "the source may have run since its data was verified: accepting this goes back to the copy",
	}
}

// backDrift is what forbids a step that removes the replacement, or gives the source
// its state back for that.
func (r *Run) backDrift(def StepDef) []Drift {
	out := r.lastCopy()
	if def.On == SideReplacement {
		out = append(out, r.foreignDrift()...)
	}
	if r.stranded() && def.Kind != StepUpdate && def.Kind != StepAwait {
		out = append(out, Drift{
			On: SideSource, Field: fieldStatus, Before: string(r.Plan.Source.Status), Now: string(r.Source.Status), Hard: true,
			Why: r.noWayBack(),
		})
	}
	return out
}

// moveDrift is what keeps the data from being read or written: both notebooks have to
// be those of the run, and run. A source that came to rest can be started again.
func (r *Run) moveDrift(def StepDef) []Drift {
	out := r.serviceDrift(def)
	src, was := r.Source, &r.Plan.Source
	switch {
	case !src.Created.Equal(was.Created):
		out = append(out, Drift{
			On: SideSource, Field: "CreationTime", Before: when(was.Created), Now: when(src.Created), Hard: true,
			Why: "somebody else made the source anew: it is not the one that the plan is about",
		})
	case atRest(src):
		out = append(out, Drift{
			On: SideSource, Field: "NotebookInstanceStatus", Before: string(model.StatusInService), Now: string(src.Status),
			Why: "its data can only be read while it runs: accepting this goes on to start it, which asks first; what was copied stays",
		})
	case src.Status != model.StatusInService:
		out = append(out, Drift{
			On: SideSource, Field: "NotebookInstanceStatus", Before: string(model.StatusInService), Now: string(src.Status), Hard: true,
			Why: "its data can only be read while it runs: wait until AWS is done with it, and try again",
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
func (r *Run) ranSince(step StepKind) (before time.Time, ran bool) {
	switch {
	case step == StepDelete:
		return r.RestedAt, r.Proof == nil || !r.Source.Modified.Equal(r.RestedAt)
	case step != StepStop || r.Proof == nil || r.Proof.Seen.IsZero() || r.Source.Modified.Equal(r.Proof.Seen):
		return time.Time{}, false
	}
	return r.Proof.Seen, r.Source.Status == model.StatusInService || r.Source.Modified.After(r.Proof.At.Add(autoStopWithin))
}

// lastCopy keeps a replacement from being stopped or removed where the source is
// gone: it may hold all that there is.
func (r *Run) lastCopy() []Drift {
	if r.Source != nil && r.Source.Status != model.StatusDeleting {
		return nil
	}
	d := Drift{
		On: SideSource, Field: fieldExistence, Before: "there", Now: statusWords(r.status(SideSource)), Hard: true,
		Why: "somebody else deleted the source: the replacement may hold all that is left, and is not removed",
	}
	if r.Replacement == nil {
		d.Why = "somebody else deleted the source"
	}
	return []Drift{d}
}

// specDrift is how a replacement that an earlier call made, whose answer was lost,
// differs from the plan as it was amended since. What AWS gives no value of, and the
// key, which it may name otherwise, prove nothing.
func (r *Run) specDrift() []Drift {
	planned := r.asAsked()
	out := Differences(&planned, r.Replacement)
	for i := range out {
		out[i].On, out[i].Hard = SideReplacement, true
		out[i].Why = "an earlier call, whose answer was lost, made it before the plan was changed: roll back to remove it, and begin another run"
	}
	return out
}

// asAsked is the replacement as it would be seen, had nobody made it otherwise than the
// plan asks for, or changed it.
func (r *Run) asAsked() Snapshot {
	out := *r.Replacement
	for _, f := range Fields() {
		if f.want != nil && f.shows(f.want(&r.Plan.Spec), f.seen(&out)) {
			fillSlot(f.seen(&out), f.want(&r.Plan.Spec))
		}
	}
	return out
}

// served is what the replacement is held against once it is in service: as the plan
// asks for it, with the tags that somebody has added while it was being made, as some
// organizations do to every notebook.
func (r *Run) served() *Snapshot {
	out := r.asAsked()
	out.Tags = slices.Clone(r.Plan.Spec.Tags)
	for _, t := range r.Replacement.Tags {
		if _, asked := tagOf(out.Tags, t.Key); !asked {
			out.Tags = append(out.Tags, t)
		}
	}
	return &out
}

// servedDrift is how somebody else changed the replacement that is to take the place of
// the source.
func (r *Run) servedDrift() []Drift {
	if r.Served == nil || r.Replacement == nil || !r.ours() {
		return nil
	}
	out := slices.DeleteFunc(Differences(r.Served, r.Replacement), func(d Drift) bool { return d.Field == tagDrift+TagSource })
	for i := range out {
		out[i].On, out[i].Why = SideReplacement, "somebody else changed the replacement since it was made"
	}
	return out
}

// ReplacementSince is how the replacement, as last seen, is not what the plan made, as
// clauses, also what was accepted of it; none where it is.
func (r *Run) ReplacementSince() []string {
	if r.Served == nil || !r.ours() {
		return nil
	}
	return turns(Differences(r.served(), r.Replacement))
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
		On: SideReplacement, Field: tagDrift + TagRunID, Before: r.Plan.RunID, Now: now, Hard: true,
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
			On: SideSource, Field: fieldStatus, Before: string(r.Plan.Source.Status), Now: string(r.Source.Status),
			Why: "the plan's steps are made for the earlier status",
		})
	}
	return out
}

// sourceDrift is how the source's configuration differs from what the run relies on.
func (r *Run) sourceDrift() []Drift {
	if r.Source.Matches(r.Expect) {
		return nil
	}
	why := "somebody else changed the source since the plan was made"
	if r.Created {
		why += ", and the replacement was made without it"
	}
	out := Differences(&r.Plan.Source, r.Source)
	for i := range out {
		out[i].On, out[i].Why = SideSource, why
	}
	if len(out) == 0 { // the difference is to what was accepted since
		out = append(out, Drift{
			On: SideSource, Field: "configuration", Before: "as accepted before", Now: "changed again",
			Why: "somebody else changed the source again",
		})
	}
	return out
}

// serviceDrift is how the replacement does not serve in the source's place: what
// changes the source leaves somebody with nothing that runs, then. None of it can be
// accepted.
func (r *Run) serviceDrift(def StepDef) []Drift {
	out := r.replacementDrift()
	if len(out) > 0 || r.Replacement.Status == model.StatusInService {
		return out
	}
	out = []Drift{{
		On: SideReplacement, Field: fieldStatus, Before: string(model.StatusInService), Now: string(r.Replacement.Status), Hard: true,
		Why: "both notebooks have to run for the copy: start the replacement first",
	}}
	switch {
	case def.Kind == StepReach:
		out[0].Why = "what it reaches can only be tried while it runs: start the replacement first"
	case def.Kind == StepDelete:
		out[0].Why = "the source is only deleted while its replacement is in service: start the replacement first"
	case def.Kind == StepStop && r.status(SideSource) == model.StatusInService:
		out[0].Why = "stopping the source would leave no notebook that runs" + forEver(r.Source.Platform) + ": start the replacement first"
	case def.Kind == StepStop:
		out[0].Why = "no notebook of this run is in service: start the replacement first"
	}
	return out
}

// replacementDrift is how the replacement is not what the plan made.
func (r *Run) replacementDrift() []Drift {
	switch {
	case r.Replacement == nil:
		return []Drift{{
			On: SideReplacement, Field: fieldExistence, Before: "there", Now: "gone", Hard: true,
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
			Why: "the replacement does not have the setting that it was made for",
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

// Says is the difference as a clause.
func (d *Drift) Says() string {
	if d.Field == fieldExistence {
		return "the " + string(d.On) + " is " + d.Now
	}
	return fmt.Sprintf("%s of the %s was %s, and is %s", d.Field, d.On, Quoted(d.Before), Quoted(d.Now))
}

// Quoted is a value in quotes; what is not there is said to be none.
func Quoted(value string) string {
	if value == "" {
		return "none"
	}
	return strconv.Quote(value)
}

// Differences lists the members of DescribeNotebookInstance, and the tags, in
// which two snapshots differ, volatile ones left out.
func Differences(a, b *Snapshot) []Drift {
	var out []Drift
	for _, f := range append(givenFields(), askedFields()...) {
		before, now := f.seen(a), f.seen(b)
		if f.since == 0 || f.Describe == "" || printOf(before) == printOf(now) {
			continue
		}
		d := Drift{Field: f.Describe, Before: sortedText(f.masked(before)), Now: sortedText(f.masked(now))}
		if d.Before == d.Now {
			d.Now += ", with another secret"
		}
		out = append(out, d)
	}
	if a.TagsUnknown != b.TagsUnknown {
		return append(out, Drift{Field: FieldTags, Before: tagsKnown(a), Now: tagsKnown(b)})
	}
	for _, key := range tagKeys(a, b) {
		if before, now := a.Tag(key), b.Tag(key); before != now {
			out = append(out, Drift{Field: tagDrift + key, Before: before, Now: now})
		}
	}
	return out
}

// tagDrift begins the name of a tag that differs; journals hold it.
const tagDrift = "tag "

// sortedText is a value as it is shown, whatever the order of a list.
func sortedText(slot any) string {
	if list, ok := slot.(*[]string); ok {
		return joined(sorted(*list))
	}
	return slotText(slot)
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
