package recreate

import "nbscope/model"

// What a way back leads to. A source of a platform that is over cannot be started
// as it is once it was stopped, whoever stopped it.

// cannotStart reports whether a notebook does not run, or not yet, and AWS would refuse
// to start it as it is.
func (s *Snapshot) cannotStart() bool {
	return s != nil && s.Status != model.StatusInService && StartRefused(s.Platform)
}

// stranded reports whether nothing would be running once the replacement is removed:
// the source ran before the run, cannot be started, and the replacement has served.
func (r *Run) stranded() bool {
	return r.Source.cannotStart() && !atRest(&r.Plan.Source) && !r.MadeAt.IsZero()
}

// updatable reports whether an update in place lets a notebook start again. AWS takes
// it of a stopped one only, and Amazon Linux 1 has none.
func (s *Snapshot) updatable() bool {
	return s != nil && isAL2(s.Platform) && s.Status != model.StatusFailed
}

// noWayBack says why the source cannot serve again as it is, and what can be done.
func (r *Run) noWayBack() string {
	says := "the source is " + statusWords(r.Source.status()) + " and cannot be started as it is (" + r.Source.Platform + ")"
	update := "update the source to " + PlatformSupported + " in place, start it"
	switch {
	case r.knownGone() && r.Source.updatable():
		return says + ", and the replacement is gone: nothing is running; " + update + " again"
	case r.knownGone():
		return says + ", and the replacement is gone: nothing is running"
	case r.Source.updatable():
		return says + ": with the replacement removed nothing would be running; " + update + ", and then remove the replacement; or keep the replacement"
	}
	return says + ": with the replacement removed nothing would be running; keep the replacement"
}

// WayBack is what a rollback would do as the run stands, for a gate to say before
// anything is typed.
type WayBack struct {
	Offered bool     // Apply takes a rollback now
	Danger  string   // what the user has to know first; "" where the source is given its state back
	Removes bool     // the replacement goes: its name has to be typed
	Update  bool     // the source is updated in place first: the event has to say so
	Steps   []string // what is done, in its order, a sentence each
	Keeps   string   // what it means to keep the replacement instead; "" where there is no danger
}

// WayBack is what a rollback would do.
func (r *Run) WayBack() WayBack {
	out := WayBack{Offered: r.Outcome == "" && choices{r}.wayBack()}
	if gone := r.Guard().lastCopy(); gone != nil {
		out.Danger = gone[0].Why
		return out
	}
	src, spec := r.Plan.Source.Name, r.Plan.Spec.Name
	out.Removes = r.Removable()
	if r.stranded() {
		out.Danger, out.Update = r.noWayBack(), r.Source.updatable()
	}
	if r.stranded() && out.Removes {
		out.Keeps = "Ending the run in place of this keeps " + spec + ", and " + src + " with its volume as it is."
	}
	if out.Update {
		out.Steps = append(out.Steps, src+" is updated to "+PlatformSupported+" in place. Its volume is kept; what it has installed outside "+home+" is not.")
	}
	switch {
	case atRest(&r.Plan.Source):
	case r.Source.Status == model.StatusInService:
		out.Steps = append(out.Steps, src+" runs and is left as it is.")
	case !out.Removes:
		out.Steps = append(out.Steps, src+" is started.")
	default:
		out.Steps = append(out.Steps, src+" is started, and nothing is removed before it runs.")
	}
	switch {
	case out.Removes:
		out.Steps = append(out.Steps, spec+" is removed with everything that is on it, if it carries this run's tag.")
	case !r.Created:
		out.Steps = append(out.Steps, "There is nothing to remove: "+spec+" was not made. It is looked for once more.")
	default:
		out.Steps = append(out.Steps, spec+" is gone already: it is looked for once more, and nothing is removed.")
	}
	if atRest(&r.Plan.Source) && r.Started {
		out.Steps = append(out.Steps, src+" is stopped again.")
	}
	return out
}
