package recreate

import (
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// approveCreate opens the gate of the create: what keeps the plan from being
// approved is said, an owner can be overridden, writes are unlocked first.
func (pg *previewPage) approveCreate() kit.Intent {
	if !pg.editable() {
		return nil
	}
	d := pg.draft
	if d.owned() {
		return pg.override()
	}
	if why := d.obstacle(); why != "" {
		return kit.Say{Tone: theme.Bad, Text: "it cannot be approved: " + why}
	}
	return intentWrite{runs: pg.ports.book, account: d.target.Account, what: "approve: create " + d.spec.Name, then: pg.createGate}
}

// createGate asks for the approval of the plan on screen.
func (pg *previewPage) createGate(byItself bool) kit.Intent {
	d := pg.draft
	if why := d.obstacle(); why != "" {
		return kit.Say{Tone: theme.Bad, Text: "it cannot be approved: " + why}
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
func (pg *previewPage) override() kit.Intent {
	d := pg.draft
	var about kit.Document
	for _, c := range d.checks {
		if c.Owner && c.Result == recreate.Fail {
			about.Say(theme.Bad, pg.theme.Glyphs.Failed+" "+c.Title)
			about.Say(theme.Normal, c.Evidence)
			if c.Hint != "" {
				about.Say(theme.Normal, c.Hint)
			}
		}
	}
	about.Say(theme.Strong, "Type the source's name to go on all the same.")
	p := kit.TypedGate(pg.keys.Typing, "Something else manages "+d.source.Name, d.source.Name, about, func(string) kit.Intent {
		d.override()
		pg.changed()
		return kit.Say{Tone: theme.Warn, Text: "the owner is overridden for this plan; " + pg.keys.Recreate.Approve.Help().Key + " approves the create"}
	})
	p.Now = pg.ports.now
	return kit.Show{Overlay: kit.NewPrompt(p)}
}
