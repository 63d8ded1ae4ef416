package recreate

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"nbscope/model"
)

// Guard holds both notebooks of a run, as they were last seen, against what its steps
// rely on.
type Guard struct{ *Run }

// Guard holds what was last seen against what the run relies on.
func (r *Run) Guard() Guard { return Guard{r} }

// drift is how the notebooks differ from what a step relies on: every step looks at
// both. Anything forbids the step; what is not hard can be accepted by the user.
func (g Guard) drift(def StepDef) []Drift {
	switch {
	case def.Act == EffectProbe:
		return g.serviceDrift(def)
	case g.Rolling || def.On == SideReplacement && def.Kind != StepCreate:
		return g.backDrift(def)
	case g.Source == nil && def.Kind != StepDelete:
		return []Drift{sourceGone()}
	case def.Kind == StepCreate:
		return g.planDrift()
	case def.Act.Moves():
		return g.moveDrift(def)
	case def.Kind == StepCopy: // it was made by hand before, whatever runs by now
		return g.replacementDrift()
	}
	out := g.serviceDrift(def)
	if g.Source == nil {
		return out // what was wanted has happened
	}
	out = append(out, g.sourceDrift()...)
	if def.Kind == StepStop || def.Kind == StepDelete {
		out = append(out, g.servedDrift()...)
	}
	if before, ran := g.ranSince(def.Kind); ran {
		out = append(out, ranDrift(before, g.Source.Modified))
	}
	return out
}

// needless is why an update or a start of the source need not be made, by what was last
// seen of it; "" where it has to.
func (g Guard) needless() string {
	def := g.def()
	switch {
	case g.Source == nil || def.Kind != StepUpdate && def.Kind != StepStart:
	case slices.Contains(def.Met, g.Source.Status):
		return "the source is " + string(g.Source.Status) + " already"
	case def.Kind == StepUpdate && g.Source.Status == model.StatusStopped && !StartRefused(g.Source.Platform):
		return "the source is on " + g.Source.Platform + " already"
	}
	return ""
}

// fieldExistence stands in place of a member where a notebook is gone.
const fieldExistence = "existence"

// fieldStatus is the member of DescribeNotebookInstance with a notebook's status.
const fieldStatus = "NotebookInstanceStatus"

// hard is a difference that nobody can accept.
func hard(on Side, field, before, now, why string) Drift {
	return Drift{On: on, Field: field, Before: before, Now: now, Why: why, Hard: true}
}

func sourceGone() Drift {
	return hard(SideSource, fieldExistence, "there", "gone",
		"somebody else deleted the source")
}

func ranDrift(before, now time.Time) Drift {
	return Drift{
		On: SideSource, Field: "LastModifiedTime", Before: when(before), Now: when(now),
		Why: "the source may have run since its data was verified: accepting this goes back to the copy",
	}
}

// backDrift is what forbids a step that removes the replacement, or gives the source
// its state back for that.
func (g Guard) backDrift(def StepDef) []Drift {
	out := g.lastCopy()
	if def.On == SideReplacement {
		out = append(out, g.foreignDrift()...)
	}
	if g.stranded() && def.Kind != StepUpdate && def.Kind != StepAwait {
		out = append(out, hard(SideSource, fieldStatus, string(g.Plan.Source.Status), string(g.Source.Status),
			g.noWayBack()))
	}
	return out
}

// moveDrift is what keeps the data from being read or written: both notebooks have to
// be those of the run, and run. A source that came to rest can be started again.
func (g Guard) moveDrift(def StepDef) []Drift {
	out := g.serviceDrift(def)
	src, was := g.Source, &g.Plan.Source
	switch {
	case !src.Created.Equal(was.Created):
		out = append(out, hard(SideSource, "CreationTime", when(was.Created), when(src.Created),
			"somebody else made the source anew: it is not the one that the plan is about"))
	case atRest(src):
		out = append(out, Drift{
			On: SideSource, Field: fieldStatus, Before: string(model.StatusInService), Now: string(src.Status),
			Why: "its data can only be read while it runs: accepting this goes on to start it, which asks first; what was copied stays",
		})
	case src.Status != model.StatusInService:
		out = append(out, hard(SideSource, fieldStatus, string(model.StatusInService), string(src.Status),
			"its data can only be read while it runs: wait until AWS is done with it, and try again"))
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
func (g Guard) ranSince(step StepKind) (before time.Time, ran bool) {
	switch {
	case step == StepDelete:
		return g.RestedAt, g.Proof == nil || !g.Source.Modified.Equal(g.RestedAt)
	case step != StepStop || g.Proof == nil || g.Proof.Seen.IsZero() || g.Source.Modified.Equal(g.Proof.Seen):
		return time.Time{}, false
	}
	return g.Proof.Seen, g.Source.Status == model.StatusInService || g.Source.Modified.After(g.Proof.At.Add(autoStopWithin))
}

// lastCopy keeps a replacement from being stopped or removed where the source is
// gone: it may hold all that there is.
func (g Guard) lastCopy() []Drift {
	if !g.SourceGone() {
		return nil
	}
	d := hard(SideSource, fieldExistence, "there", statusWords(g.Source.status()),
		"somebody else deleted the source: the replacement may hold all that is left, and is not removed")
	if g.Replacement == nil {
		d.Why = "somebody else deleted the source"
	}
	return []Drift{d}
}

// specDrift is how a replacement that an earlier call made, whose answer was lost,
// differs from the plan as it was amended since. What AWS gives no value of, and the
// key, which it may name otherwise, prove nothing.
func (g Guard) specDrift() []Drift {
	planned := g.asAsked()
	out := Differences(&planned, g.Replacement)
	for i := range out {
		out[i].On, out[i].Hard = SideReplacement, true
		out[i].Why = "an earlier call, whose answer was lost, made it before the plan was changed: roll back to remove it, and begin another run"
	}
	return out
}

// asAsked is the replacement as it would be seen, had nobody made it otherwise than the
// plan asks for, or changed it.
func (g Guard) asAsked() Snapshot {
	out := *g.Replacement
	for _, f := range Fields() {
		if f.want != nil && f.shows(f.want(&g.Plan.Spec), f.seen(&out)) {
			fillSlot(f.seen(&out), f.want(&g.Plan.Spec))
		}
	}
	return out
}

// served is what the replacement is held against once it is in service: as the plan
// asks for it, with the tags that somebody has added while it was being made, as some
// organizations do to every notebook.
func (g Guard) served() *Snapshot {
	out := g.asAsked()
	out.Tags = slices.Clone(g.Plan.Spec.Tags)
	for _, t := range g.Replacement.Tags {
		if _, asked := tagOf(out.Tags, t.Key); !asked {
			out.Tags = append(out.Tags, t)
		}
	}
	return &out
}

// servedDrift is how somebody else changed the replacement that is to take the place of
// the source.
func (g Guard) servedDrift() []Drift {
	if g.Served == nil || g.Replacement == nil || !g.ours() {
		return nil
	}
	out := slices.DeleteFunc(Differences(g.Served, g.Replacement), func(d Drift) bool { return d.Field == tagDrift+TagSource })
	for i := range out {
		out[i].On, out[i].Why = SideReplacement, "somebody else changed the replacement since it was made"
	}
	return out
}

// foreignDrift is a notebook under the replacement's name that is not this run's.
func (g Guard) foreignDrift() []Drift {
	if g.Replacement == nil || g.ours() {
		return nil
	}
	now := g.Replacement.Tag(TagRunID)
	if g.Replacement.TagsUnknown != "" {
		now = "unknown: " + g.Replacement.TagsUnknown
	}
	return []Drift{hard(SideReplacement, tagDrift+TagRunID, g.Plan.RunID, now,
		"it is not proven to be this run's, so nbscope does not touch it")}
}

// planDrift is how the source differs from the plan before anything was made.
func (g Guard) planDrift() []Drift {
	out := g.sourceDrift()
	if g.Replacement != nil {
		out = append(out, hard(SideReplacement, "NotebookInstanceName", "free", "taken by "+g.Replacement.ARN,
			"the name of the new notebook is taken"))
	}
	if atRest(&g.Plan.Source) != atRest(g.Source) || g.Source.Status.InTransition() {
		out = append(out, Drift{
			On: SideSource, Field: fieldStatus, Before: string(g.Plan.Source.Status), Now: string(g.Source.Status),
			Why: "the plan's steps are made for the earlier status",
		})
	}
	return out
}

// sourceDrift is how the source's configuration differs from what the run relies on.
func (g Guard) sourceDrift() []Drift {
	if g.Source.Matches(g.Expect) {
		return nil
	}
	why := "somebody else changed the source since the plan was made"
	if g.Created {
		why += ", and the replacement was made without it"
	}
	out := Differences(&g.Plan.Source, g.Source)
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
func (g Guard) serviceDrift(def StepDef) []Drift {
	out := g.replacementDrift()
	if len(out) > 0 || g.Replacement.Status == model.StatusInService {
		return out
	}
	out = []Drift{hard(SideReplacement, fieldStatus, string(model.StatusInService), string(g.Replacement.Status),
		"both notebooks have to run for the copy: start the replacement first")}
	switch {
	case def.Kind == StepReach:
		out[0].Why = "what it reaches can only be tried while it runs: start the replacement first"
	case def.Kind == StepDelete:
		out[0].Why = "the source is only deleted while its replacement is in service: start the replacement first"
	case def.Kind == StepStop && g.Source.status() == model.StatusInService:
		out[0].Why = "stopping the source would leave no notebook that runs" + forEver(g.Source.Platform) + ": start the replacement first"
	case def.Kind == StepStop:
		out[0].Why = "no notebook of this run is in service: start the replacement first"
	}
	return out
}

// replacementDrift is how the replacement is not what the plan made.
func (g Guard) replacementDrift() []Drift {
	switch {
	case g.Replacement == nil:
		return []Drift{hard(SideReplacement, fieldExistence, "there", "gone",
			"somebody else deleted the replacement")}
	case !g.ours():
		return g.foreignDrift()
	case !g.MadeAt.IsZero() && !g.Replacement.Created.Equal(g.MadeAt):
		return []Drift{hard(SideReplacement, "CreationTime", when(g.MadeAt), when(g.Replacement.Created),
			"somebody else made the replacement anew: what was copied is not on it")}
	case g.Replacement.DirectInternet != g.Plan.Spec.DirectInternet:
		return []Drift{hard(SideReplacement, "DirectInternetAccess", g.Plan.Spec.DirectInternet, g.Replacement.DirectInternet,
			"the replacement does not have the setting that it was made for")}
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
