package ui

import (
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// approveCreate opens the gate of the create: what keeps the plan from being
// approved is said, an owner can be overridden, writes are unlocked first.
func (pg *previewPage) approveCreate() intent {
	if !pg.editable() {
		return nil
	}
	d := pg.draft
	if d.owned() {
		return pg.override()
	}
	if why := d.obstacle(); why != "" {
		return intentSay{theme.Bad, "it cannot be approved: " + why}
	}
	return intentWrite{account: d.target.Account, what: "approve: create " + d.spec.Name, then: pg.createGate}
}

// createGate asks for the approval of the plan on screen.
func (pg *previewPage) createGate(byItself bool) intent {
	d := pg.draft
	if why := d.obstacle(); why != "" {
		return intentSay{theme.Bad, "it cannot be approved: " + why}
	}
	g := pg.gates()
	if d.amends != nil {
		st := recreate.StakesOf(recreate.EventAmended, []recreate.Subject{g.subject(&d.amends.Run, d.plan)}, g.now())
		return g.approve(&st, byItself, intentDecide{run: d.amends, event: recreate.Event{Kind: recreate.EventAmended, Plan: d.plan}})
	}
	c := candidate{draft: d}
	st := recreate.StakesOf(recreate.EventApproved, []recreate.Subject{c.subject(g)}, g.now())
	return g.approve(&st, byItself, c.approval())
}

// override asks for the notebook's name, where something else manages it.
func (pg *previewPage) override() intent {
	d := pg.draft
	var about document
	for _, c := range d.checks {
		if c.Owner && c.Result == recreate.Fail {
			about.say(theme.Bad, pg.theme.Glyphs.Failed+" "+c.Title)
			about.say(theme.Normal, c.Evidence)
			if c.Hint != "" {
				about.say(theme.Normal, c.Hint)
			}
		}
	}
	about.say(theme.Strong, "Type the source's name to go on all the same.")
	p := typedGate(pg.keys.Typing, "Something else manages "+d.source.Name, d.source.Name, about, func(string) intent {
		d.override()
		pg.changed()
		return intentSay{theme.Warn, "the owner is overridden for this plan; " + pg.keys.Recreate.Approve.Help().Key + " approves the create"}
	})
	p.now = pg.ports.now
	return intentOverlay{newPrompt(p)}
}
