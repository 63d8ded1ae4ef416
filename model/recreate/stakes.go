package recreate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// Sight is what a list has shown of a notebook since a run looked at it. Its zero
// value is nothing.
type Sight struct {
	At       time.Time
	Status   model.Status // StatusGone where a list that is whole does not have it
	Modified time.Time    // LastModifiedTime
}

// Subject is one run that a decision is about.
type Subject struct {
	Run         Run          // as it stands; of a plan of which nothing was begun, what Begin makes of it
	Next        *Plan        // another plan for it, where that is decided
	Accepts     []Difference // those that are about to be accepted
	Transport   Transport    // the way that is about to be taken
	MakeBucket  string       // the bucket that is about to be made for it, "" for none
	Source      Sight
	Replacement Sight
	Mentions    Mentions // of the source, by other notebooks
}

// Stakes is what the user has to know before a decision: what it can do harm with and
// what it costs first, the names last.
type Stakes struct {
	Title   string // what is decided, of how many, in which direction
	Yes     string // the same for a button, in a few words
	Dangers []Danger
	Costs   []string // sentences
	Facts   []StakesFact
	Remarks []string // what else hangs on the notebooks, for the user to look for
	Names   []Naming
	LeftOut []Exception // of several, those for which it cannot be decided together
	Refused string      // why it cannot be decided at all, as a sentence; "" where it can
}

// Danger is something that a decision can do harm with.
type Danger struct {
	Risk

	Names []string // of the sources that it is about, in the order of the subjects
}

// StakesFact is one thing to know, with its label.
type StakesFact struct{ Label, Value string }

// Naming names both notebooks of a run, and where they are. Of several runs the
// replacement is named where it is about to be made, "" else.
type Naming struct{ RunID, Source, Replacement, Account, Region string }

// Exception is a run that is left out, and why, as a clause.
type Exception struct{ RunID, Source, Why string }

// StakesOf is what a decision puts at stake for one run, or for several that are at
// the same step. It rests on the plans, on how the runs stand, and on what was seen
// since. Of several those are left out that the step could not do good to.
func StakesOf(k EventKind, all []Subject, now time.Time) Stakes {
	w := weighing{kind: k, now: now, of: len(all)}
	for i := range all {
		w.add(&all[i])
	}
	return w.sum()
}

// weighing adds up what is at stake.
type weighing struct {
	kind EventKind
	now  time.Time
	of   int       // how many it is asked for
	all  []weighed // those that it is decided for
	out  Stakes
}

func (w *weighing) add(s *Subject) {
	r := s.Run
	r.Source, r.Replacement = seenSince(r.Source, s.Source), seenSince(r.Replacement, s.Replacement)
	one := weighed{Run: &r, kind: w.kind, subject: s, now: w.now}
	if why := one.leftOut(); why != "" && w.of > 1 {
		w.out.LeftOut = append(w.out.LeftOut, Exception{RunID: r.ID(), Source: r.Plan.Source.Name, Why: why})
		return
	}
	p := one.plan()
	w.all = append(w.all, one)
	name := Naming{RunID: r.ID(), Source: p.Source.Name, Account: p.Source.Account, Region: p.Source.Region}
	if w.of == 1 || w.about(StepCreate) {
		name.Replacement = p.Spec.Name
	}
	w.out.Names = append(w.out.Names, name)
	for _, risk := range one.stakes() {
		w.danger(risk, p.Source.Name)
	}
	if w.about(StepStop) {
		w.out.Remarks = append(w.out.Remarks, w.hangsOn(p, s.Mentions)...)
	}
}

// seenSince is a notebook as it was seen last: by the run, or in a list since.
func seenSince(was *Snapshot, s Sight) *Snapshot {
	switch {
	case was == nil || !s.At.After(was.SeenAt):
		return was
	case s.Status == StatusGone:
		return nil
	}
	now := *was
	now.Status, now.Modified, now.SeenAt = s.Status, s.Modified, s.At
	return &now
}

// danger counts a risk with those of the same kind.
func (w *weighing) danger(r Risk, name string) {
	for i := range w.out.Dangers {
		if d := &w.out.Dangers[i]; d.Title == r.Title {
			d.Names = append(d.Names, name)
			if d.Why != r.Why {
				d.Why = "" // each has its own
			}
			return
		}
	}
	w.out.Dangers = append(w.out.Dangers, Danger{Risk: r, Names: []string{name}})
}

// sum ends the weighing.
func (w *weighing) sum() Stakes {
	out := &w.out
	model.SortStable(out.Dangers, func(a, b Danger) int { return b.Severity.Rank() - a.Severity.Rank() })
	directions := w.directions()
	switch {
	case len(w.all) == 0:
		out.Refused = "It cannot be decided for any of them."
	case w.of == 1 && w.all[0].foreseen() != "":
		out.Refused = upperFirst(w.all[0].foreseen()) + "."
	case len(directions) > 1:
		out.Refused = "Each direction has a gate of its own: " + joined(directions) + "."
	}
	if len(w.all) > 0 {
		out.Title, out.Yes = w.title()
		out.Costs, out.Facts = w.costs(), w.facts()
	}
	return *out
}

// hangsOn is what else names a source. Of several only what was found is told of each;
// what to look for is the same for all, and stands once.
func (w *weighing) hangsOn(p *Plan, m Mentions) []string {
	if w.of == 1 {
		return p.HangsOn(m)
	}
	var out []string
	if len(w.out.Remarks) == 0 {
		out = append(out, "Not known: who uses the names, ARNs, URLs and network interfaces of the sources. "+
			"Look for them in policies, EventBridge rules, alarms, log groups, bookmarks, security groups and firewalls.")
	}
	out = append(append(out, p.foundNaming()...), m.found(p.Source.Name)...)
	searched := "Searched: " + searchedIn + " of their accounts that were seen, and no scripts of theirs."
	if !m.made() {
		searched = "Not known: what " + searchedIn + " of " + p.Source.Account + " say. They were not searched."
	}
	for _, s := range append(m.unknown(), searched) {
		if !slices.Contains(w.out.Remarks, s) {
			out = append(out, s)
		}
	}
	return out
}

// about reports whether what is decided is a step of a kind, for the first time or
// once more.
func (w *weighing) about(k StepKind) bool {
	if len(w.all) == 0 || w.kind != EventApproved && w.kind != EventRetry && w.kind != EventResumed {
		return false
	}
	return w.all[0].def().Kind == k
}

// directions are the directions of the runs, with how many go in each.
func (w *weighing) directions() []string {
	count := map[Direction]int{}
	for i := range w.all {
		count[w.all[i].plan().Direction]++
	}
	out := make([]string, 0, len(count))
	for d, n := range count {
		out = append(out, fmt.Sprintf("%d %s", n, d.Towards()))
	}
	slices.Sort(out)
	return out
}

// Towards is the direction, as a phrase.
func (d Direction) Towards() string {
	if d == IntoVPC {
		return "into a VPC"
	}
	return "to direct internet " + d.Value()
}

// title is what is decided, in the words of a title and of a button.
func (w *weighing) title() (title, yes string) {
	first := w.all[0].plan()
	verb, side := w.verb()
	name := first.Source.Name
	if side == SideReplacement {
		name = first.Spec.Name
	}
	many, n := len(w.all) > 1, len(w.all)
	title = verb + " " + name
	if many {
		noun := "source"
		if side == SideReplacement {
			noun = "replacement"
		}
		title = fmt.Sprintf("%s %d %ss", verb, n, noun)
	}
	switch {
	case w.about(StepCreate), w.kind == EventAmended:
		title += ", " + first.Direction.Towards()
	case many:
		title += " of runs " + first.Direction.Towards()
	}
	return title, w.button(verb)
}

// button is what is decided, in the words of a button.
func (w *weighing) button(verb string) string {
	switch w.kind {
	case EventRetry:
		return "Try again"
	case EventAmended:
		return "Use this plan"
	case EventAccepted:
		if w.all[0].failedAt(StepReach) || w.all[0].failedAt(StepSurvey) {
			return "Go on"
		}
		return "Accept"
	case EventClosed:
		return "End the run"
	case EventRecopy:
		return "Copy again"
	case EventRerouted:
		return "Take this way"
	case EventApproved, EventAttested, EventResumed, EventRollback, EventHalted, EventDone, EventFailed, EventDoubted:
	}
	if n := len(w.all); n > 1 {
		return fmt.Sprintf("%s %d", verb, n)
	}
	return verb
}

// verb is what is done, and to which of the two notebooks.
func (w *weighing) verb() (string, Side) {
	r := w.all[0]
	switch w.kind {
	case EventAttested:
		return "Confirm the copy of", SideSource
	case EventRollback:
		return "Roll back to", SideSource
	case EventAmended:
		return "Use another plan for", SideReplacement
	case EventAccepted:
		return r.acceptVerb()
	case EventRecopy:
		return "Copy again what differs of", SideSource
	case EventRerouted:
		return "Take another way for the data of", SideSource
	case EventClosed:
		return "End the run of", SideSource
	case EventRetry:
		return r.retryVerb()
	case EventApproved, EventResumed, EventHalted, EventDone, EventFailed, EventDoubted:
	}
	if r.def().Kind == StepDelete && r.Source == nil {
		return "End the run of", SideSource
	}
	return stepVerb(r.def())
}

// acceptVerb is what is taken as it is.
func (w weighed) acceptVerb() (string, Side) {
	switch {
	case w.Phase == PhaseDiffer:
		return "Accept what differs of", SideSource
	case w.failedAt(StepReach):
		return "Go on in spite of what is not reached by", SideReplacement
	case w.failedAt(StepSurvey):
		return "Go on in spite of what is in the way of the copy of", SideSource
	case !slices.ContainsFunc(w.Drift, func(d Drift) bool { return d.On == SideSource }):
		return "Accept what changed of", SideReplacement
	}
	return "Accept what changed of", SideSource
}

// retryVerb is what trying again does first.
func (w weighed) retryVerb() (string, Side) {
	switch {
	case w.failedAt(StepWait) && w.Replacement.status() == model.StatusFailed:
		return "Remove the failed", SideReplacement
	case w.failedAt(StepWait) && w.Removable():
		return "Remove", SideReplacement
	case w.failedAt(StepWait):
		return "Once more: create", SideReplacement
	}
	verb, side := stepVerb(w.def())
	return "Once more: " + lowered(verb), side
}

func stepVerb(def StepDef) (string, Side) {
	if def.Act == EffectProbe {
		return "Try what is reached by", def.On
	}
	if def.Act == EffectSurvey {
		return "Look into", def.On
	}
	if def.Act != "" && def.Act.Mutates() && !def.Act.Moves() {
		return upperFirst(string(def.Act)), def.On
	}
	return def.Title + " of", SideSource
}

func lowered(s string) string {
	first := min(1, len(s))
	return strings.ToLower(s[:first]) + s[first:]
}
