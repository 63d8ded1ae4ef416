package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// tie binds the source to a run that is not this one, so that another replacement
// would be one too many.
type tie struct {
	says     string
	hint     string
	commands []string // that look, or go on; what takes something away is a comment
}

// otherRuns is the check that holds that one source has one replacement.
const otherRuns = "other-runs"

// OtherRun is the check that found another run of the source; false where there is
// none, for all that is known.
func (p *Plan) OtherRun() (Check, bool) {
	i := slices.IndexFunc(p.Checks, func(c Check) bool { return c.ID == otherRuns && c.Result == Fail })
	if i < 0 {
		return Check{}, false
	}
	return p.Checks[i], true
}

// checkRuns holds that one source has one replacement. Runs of this machine stand in
// its journals, also before they have made anything; those of other machines are
// known by the tags that they leave on what they made.
func checkRuns(in *preflight) Check {
	c := Check{ID: otherRuns, Title: "Other runs of this notebook"}
	ties, unsure := in.ties()
	if len(ties) > 0 {
		says, hints := make([]string, len(ties)), []string{}
		for i, t := range ties {
			says[i] = t.says
			if !slices.Contains(hints, t.hint) {
				hints = append(hints, t.hint)
			}
			for _, command := range t.commands {
				if !slices.Contains(c.Commands, command) {
					c.Commands = append(c.Commands, command)
				}
			}
		}
		return c.fail(strings.Join(says, "; "), strings.Join(hints, " "))
	}
	mark := in.src.Tag(TagRunID)
	k := runOf(in.facts.Runs.Value, mark)
	if mark != "" && mark != in.ownRun() && k == nil {
		says := in.src.Name + " is the replacement of run " + mark + ", whose journal is not here"
		if of := in.src.Tag(TagSource); of != "" {
			says = in.src.Name + " is the replacement of " + of + ", of run " + mark + ", whose journal is not here"
		}
		return c.warn(strings.Join(append([]string{says}, unsure...), "; "), "Make sure that nobody goes on with that run where it was begun: it may hold all that is left of its source.")
	}
	if len(unsure) > 0 {
		return c.unknown(strings.Join(unsure, "; "))
	}
	if k != nil && mark != in.ownRun() {
		return c.pass(fmt.Sprintf("%s is the replacement of run %s, which is over (%s); no other is mentioned", in.src.Name, mark, k.Run.Outcome))
	}
	return c.pass(fmt.Sprintf("neither this machine's journals (%d) nor the tags of the notebooks in %s mention one", len(in.facts.Runs.Value), in.src.Region))
}

// ties are what binds the source to other runs, and what could not be found out.
func (in *preflight) ties() (out []tie, unsure []string) {
	runs, unsure := in.journaled()
	for i := range runs {
		if in.binds(&runs[i]) {
			out = append(out, in.bound(&runs[i]))
		}
	}
	if !in.facts.Marked.Known {
		unsure = append(unsure, reason(in.facts.Marked.Why, "the tags of the other notebooks were not asked for"))
	}
	for i := range in.facts.Marked.Value {
		m := &in.facts.Marked.Value[i]
		k := runOf(in.facts.Runs.Value, m.RunID)
		switch {
		case m.RunID == in.ownRun() && !in.begunElsewhere(), k != nil && in.binds(k), m.Status == model.StatusDeleting:
		case sameARN(m.ARN, in.src.ARN) && in.stillReplaces(m, k):
			out = append(out, in.isReplacement(m, k))
		case sameARN(m.sourceARN(k), in.src.ARN) && !in.beforeSource(m):
			out = append(out, in.hasReplacement(m, k))
		}
	}
	return out, unsure
}

// journaled are the runs of this machine but the plan's own, and what could not be
// read of them.
func (in *preflight) journaled() (out []Kept, unsure []string) {
	f := in.facts.Runs
	if !f.Known {
		return nil, []string{reason(f.Why, "this machine's journals were not read")}
	}
	for _, k := range f.Value {
		switch {
		case k.Run.ID() == in.ownRun():
		case k.Run.Plan.Source.ARN == "":
			unsure = append(unsure, fmt.Sprintf("run %s: %s, and which notebook it is about cannot be read (%s)", k.Run.ID(), k.Unreadable(), k.Path))
		default:
			out = append(out, k)
		}
	}
	return out, unsure
}

// begunElsewhere reports whether the run that the plan is for has no journal on this
// machine: what carries its tag was made by the same plan, on another.
func (in *preflight) begunElsewhere() bool {
	return in.facts.Runs.Known && !slices.ContainsFunc(in.facts.Runs.Value, func(k Kept) bool { return k.Run.ID() == in.ownRun() })
}

// ownRun is the id of the run that the plan is for.
func (in *preflight) ownRun() string {
	id, _ := tagOf(in.spec.Tags, TagRunID)
	return id
}

func runOf(runs []Kept, id string) *Kept {
	if i := slices.IndexFunc(runs, func(k Kept) bool { return k.Run.ID() == id }); i >= 0 {
		return &runs[i]
	}
	return nil
}

// binds reports whether a run of this machine that is not over has the source on
// either side.
func (in *preflight) binds(k *Kept) bool {
	r := &k.Run
	if r.Outcome != "" {
		return false
	}
	return sameARN(r.Plan.Source.ARN, in.src.ARN) || sameARN(r.Plan.ReplacementARN(), in.src.ARN) && (r.mayExist() || r.InDoubt)
}

func (in *preflight) bound(k *Kept) tie {
	says := in.src.Name + " is the source of " + k.inWords()
	if !sameARN(k.Run.Plan.Source.ARN, in.src.ARN) {
		says = in.src.Name + " is the replacement of " + k.Run.Plan.Source.Name + " in " + k.inWords()
	}
	if k.Unreadable() != "" {
		hint, _ := k.WhatNow()
		return tie{says, hint, []string{command("nbscope", "runs", "show", k.Run.ID())}}
	}
	return tie{says, "Go on with that run, or end it; then plan again.", []string{command("nbscope", "resume", k.Run.ID())}}
}

// inWords names a run that is not over: how it stands, who began it, who holds it.
func (k *Kept) inWords() string {
	r := &k.Run
	says := cmp.Or(k.Unreadable(), r.Says())
	out := fmt.Sprintf("run %s (%s), begun %s by %s", r.ID(), says, model.Stamp(r.Began), orUnnamedCaller(r.Plan.Identity.ARN))
	if k.HeldBy != "" && !k.Mine {
		out += ", held by " + k.HeldBy
	}
	return out
}

// sourceARN is what the notebook replaces, by its tag or by the journal of its run;
// "" where neither says.
func (m *Marked) sourceARN(k *Kept) string {
	if m.SourceARN == "" && k != nil {
		return k.Run.Plan.Source.ARN
	}
	return m.SourceARN
}

// beforeSource reports whether a replacement is older than the source: then what it
// replaced was another notebook with the source's name, which is gone.
func (in *preflight) beforeSource(m *Marked) bool {
	return !m.Created.IsZero() && m.Created.Before(in.now().Created)
}

// stillReplaces reports whether the source stands for another notebook that is still
// there.
func (in *preflight) stillReplaces(m *Marked, k *Kept) bool {
	if m.SourceARN == "" {
		return k == nil || k.Run.Outcome != OutcomeDone
	}
	s := &m.Source
	return s.ARN != "" && (s.Created.IsZero() || !s.Created.After(m.Created))
}

func (in *preflight) isReplacement(m *Marked, k *Kept) tie {
	what := "another notebook"
	if m.Source.Name != "" {
		what = m.Source.Name + ", which is " + string(m.Source.Status)
	} else if k != nil {
		what = cmp.Or(k.Run.Plan.Source.Name, what)
	}
	return tie{
		says:     in.src.Name + " is itself the replacement of " + what + ": " + whoseRun(m.RunID, k),
		hint:     whereToEnd(k) + " Once that run is over for good, its tags can be taken off " + in.src.Name + ".",
		commands: in.untag(m),
	}
}

func (in *preflight) hasReplacement(m *Marked, k *Kept) tie {
	return tie{
		says:     fmt.Sprintf("it has the replacement %s, %s, created %s: %s", m.Name, m.Status, model.Stamp(m.Created), whoseRun(m.RunID, k)),
		hint:     whereToEnd(k) + " To keep both, take the run's tags off " + m.Name + ".",
		commands: in.untag(m),
	}
}

// whoseRun is a run that left a replacement, as far as this machine knows of it.
func whoseRun(id string, k *Kept) string {
	if k == nil {
		return "run " + id + " made it, of which there is no journal on this machine: who began it is not known here"
	}
	if k.Unreadable() != "" {
		return fmt.Sprintf("run %s made it: %s (%s)", id, k.Unreadable(), k.Path)
	}
	r := &k.Run
	return fmt.Sprintf("run %s made it, begun %s by %s, and is over (%s)", id, model.Stamp(r.Began), orUnnamedCaller(r.Plan.Identity.ARN), r.Outcome)
}

func whereToEnd(k *Kept) string {
	if k == nil {
		return "Go on with that run where it was begun, or end it there."
	}
	if hint, _ := k.WhatNow(); hint != "" {
		return hint
	}
	return "See on both notebooks where your data is, and go on by hand with the one that has it."
}

// untag looks at the replacement, and says how it becomes a notebook of its own. What
// changes something is a comment.
func (in *preflight) untag(m *Marked) []string {
	return append([]string{onNotebook(in.src.Region, m.Name, "describe-notebook-instance")},
		Later("when nobody goes on with run "+m.RunID+":",
			sagemakerCall("delete-tags", "--region", in.src.Region, "--resource-arn", m.ARN, "--tag-keys", TagRunID, TagSource))...)
}

// sameARN compares ARNs of notebooks: AWS writes the name in small letters.
func sameARN(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
