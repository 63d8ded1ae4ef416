package recreate

import (
	"fmt"
	"slices"
	"strconv"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What is decided for several runs at once: one gate for the same step in the same
// direction. A step that deletes something, or that has to be typed, is approved one
// by one.

// candidate is what a decision for several can be about: a run, or a plan of which
// nothing was begun.
type candidate struct {
	draft *draft   // nil for a run that was found in its journal
	run   *liveRun // nil before its create was approved
}

// step is the step whose approval is waited for; false where none is.
func (c candidate) step() (recreate.StepKind, bool) {
	if c.run == nil {
		return recreate.StepCreate, c.draft.obstacle() == ""
	}
	step, _ := c.run.Run.Step()
	def, _ := recreate.Def(step.Kind)
	return step.Kind, def.Gate == recreate.GateApprove && !def.Destructive && c.run.Can(recreate.EventApproved)
}

func (c candidate) plan() *recreate.Plan {
	if c.run == nil {
		return c.draft.plan
	}
	return &c.run.Run.Plan
}

func (c candidate) subject(g gates) recreate.Subject {
	if c.run != nil {
		return g.subject(&c.run.Run, nil)
	}
	r := recreate.Begin(*c.draft.plan, g.cfg.Now())
	return g.subject(&r, nil)
}

// approval is the approval of its step.
func (c candidate) approval() kit.Intent {
	if c.run == nil {
		do := intentBegin{draft: c.draft}
		if c.draft.overridden {
			do.typed = c.draft.source.Name
		}
		return do
	}
	step, _ := c.run.Run.Step()
	return intentDecide{run: c.run, event: recreate.Event{
		Kind: recreate.EventApproved, Step: step.Kind, Fingerprint: c.run.Run.Plan.Fingerprint(),
	}}
}

// joint is a decision for several.
type joint struct {
	def       recreate.StepDef
	direction recreate.Direction
	all       []candidate
	others    int // that wait for the same step in another direction
}

// together is the step that can be approved now for the most candidates, in one
// direction; of equal numbers the earlier step.
func together(all []candidate) joint {
	type key struct {
		step      recreate.StepKind
		direction recreate.Direction
	}
	by, steps, directions := map[key][]candidate{}, map[recreate.StepKind]int{}, []recreate.Direction{}
	for _, c := range all {
		k, ok := c.step()
		if !ok {
			continue
		}
		d := c.plan().Direction
		by[key{k, d}] = append(by[key{k, d}], c)
		steps[k]++
		if !slices.Contains(directions, d) {
			directions = append(directions, d)
		}
	}
	slices.Sort(directions)
	var out joint
	for _, def := range recreate.Defs() {
		for _, d := range directions {
			if found := by[key{def.Kind, d}]; len(found) > len(out.all) {
				out = joint{def: def, direction: d, all: found, others: steps[def.Kind] - len(found)}
			}
		}
	}
	return out
}

// title is the step, as a clause.
func (j *joint) title() string { return kit.LowerFirst(j.def.Title) }

// hint is what the key approves, and for how many.
func (j *joint) hint() string { return j.title() + " of " + strconv.Itoa(len(j.all)) }

// facts are what can be approved, for a line below a list: what a narrow terminal has no
// room for comes last.
func (j *joint) facts(key string) []string {
	if len(j.all) == 0 {
		return []string{"Nothing can be approved together now"}
	}
	out := []string{key + " approves: " + j.hint() + " " + j.direction.Towards()}
	if j.others > 0 {
		out = append(out, fmt.Sprintf("%d go another way", j.others))
	}
	return append(out, "each is deleted by itself")
}

// approve asks once for all of them, after writes are unlocked in each of their
// accounts. now is what can be approved together when the gate opens.
func (g gates) approveAll(now func() joint) kit.Intent {
	var accounts []string
	j := now()
	for _, c := range j.all {
		if a := c.plan().Source.Account; !slices.Contains(accounts, a) {
			accounts = append(accounts, a)
		}
	}
	return g.unlockAll(accounts, "approve: "+j.title(), false, func(byItself bool) kit.Intent {
		begun := now().runs()
		if len(begun) == 0 {
			return g.jointGate(now(), byItself)
		}
		return intentLookFirst{runs: begun, what: "approve: " + j.title(), then: func(byItself bool) kit.Intent { return g.jointGate(now(), byItself) }}
	})
}

// runs are those of it that were begun.
func (j joint) runs() []*liveRun {
	var out []*liveRun
	for _, c := range j.all {
		if c.run != nil {
			out = append(out, c.run)
		}
	}
	return out
}

// unlockAll unlocks one account after the other, then goes on.
func (g gates) unlockAll(accounts []string, what string, byItself bool, then func(byItself bool) kit.Intent) kit.Intent {
	if len(accounts) == 0 {
		return then(byItself)
	}
	return intentWrite{gates: g, account: accounts[0], what: what, then: func(self bool) kit.Intent {
		return g.unlockAll(accounts[1:], what, self || byItself, then)
	}}
}

// resume takes up runs that nobody goes on with: AWS is looked at first. Where that
// leads to a call that was approved already, writes are unlocked before.
func (g gates) resume(runs []*liveRun) kit.Intent {
	var accounts []string
	do := make(kit.Sequence, 0, len(runs))
	for _, r := range runs {
		if a := r.Run.Plan.Source.Account; r.NeedsWrite(recreate.EventResumed) && !slices.Contains(accounts, a) {
			accounts = append(accounts, a)
		}
		do = append(do, intentTakeUp{run: r})
	}
	return g.unlockAll(accounts, "resume "+kit.Count(len(runs), "run"), false, func(bool) kit.Intent { return do })
}

// jointGate asks for the approval. Those that were left out are not approved.
func (g gates) jointGate(j joint, byItself bool) kit.Intent {
	if len(j.all) == 0 {
		return kit.Say{Tone: theme.Warn, Text: "nothing can be approved together now"}
	}
	subjects := make([]recreate.Subject, 0, len(j.all))
	for _, c := range j.all {
		subjects = append(subjects, c.subject(g))
	}
	st := recreate.StakesOf(recreate.EventApproved, subjects, g.cfg.Now())
	var do kit.Sequence
	for _, c := range j.all {
		if slices.ContainsFunc(st.Names, func(n recreate.Naming) bool { return n.RunID == c.plan().RunID }) {
			do = append(do, c.approval())
		}
	}
	return g.approve(&st, byItself, do)
}
