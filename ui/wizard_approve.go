package ui

import (
	"fmt"
	"time"

	"nbscope/model"
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
	return intentWrite{d.target.Account, pg.createGate}
}

// createGate asks for the approval of the plan on screen. Where it opens by
// itself, keys do nothing for a moment.
func (pg *previewPage) createGate(byItself bool) intent {
	d := pg.draft
	if why := d.obstacle(); why != "" {
		return intentSay{theme.Bad, "it cannot be approved: " + why}
	}
	since := time.Time{}
	if byItself {
		since = pg.ports.now()
	}
	g := gates{keys: pg.keys, theme: pg.theme, now: pg.ports.now}
	if d.amends != nil {
		return g.approve("Approve: another plan for the run", "Use this plan", pg.aboutAmend(), since,
			intentDecide{run: d.amends, event: recreate.Event{Kind: recreate.EventAmended, Plan: d.plan}})
	}
	do := intentBegin{draft: d}
	if d.overridden {
		do.typed = d.source.Name
	}
	return g.approve("Approve: create "+d.spec.Name, "Create "+d.spec.Name, pg.aboutCreate(), since, do)
}

// aboutCreate says what is created, what is risked and what it costs.
func (pg *previewPage) aboutCreate() document {
	var doc document
	d := pg.draft
	for _, r := range d.plan.Risks() {
		if r.Severity == model.SeverityHigh {
			sign, tone := severitySign(pg.theme, r.Severity)
			doc.drawn(func(width int) []string {
				return []string{bar(pg.theme, width, []span{{tone: tone, text: sign + " " + r.Title}}, nil)}
			})
		}
	}
	doc.say(theme.Normal, "Only the create is approved here. "+d.source.Name+" stays as it is, and every later step that changes something asks again.")
	doc.value("Call", "sagemaker:CreateNotebookInstance")
	doc.value("Notebook", d.spec.Name+"  "+d.spec.InstanceType)
	doc.value("Where", accountLong(d.target.Account, pg.world.lens.Aliases)+" "+d.target.Region)
	doc.value("Direct internet", d.spec.DirectInternet)
	if len(d.plan.Cost.Lines()) > 0 {
		doc.value("While both run", d.plan.Cost.Lines()[0].Value)
	}
	n := recreate.CountChecks(d.checks)
	doc.value("Preflight", fmt.Sprintf("%d passed, %d warnings, %d not known, %d failed",
		n[recreate.Pass], n[recreate.Warn], n[recreate.CheckUnknown], n[recreate.Fail]))
	return doc
}

func (pg *previewPage) aboutAmend() document {
	var doc document
	r := pg.draft.amends
	if r.Run.Created {
		doc.say(theme.Bad, "Removes the failed "+r.Run.Plan.Spec.Name+", which this run made, before the new plan is asked about.")
	}
	doc.say(theme.Normal, "The run goes on with the plan on screen, and its create is asked for again.")
	doc.value("Notebook", pg.draft.spec.Name+"  "+pg.draft.spec.InstanceType)
	return doc
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
