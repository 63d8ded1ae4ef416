package recreate

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// previewPage is the plan, in one of its views.
type previewPage struct {
	*subject
	scrolling
	shown view
	width int  // as last drawn
	all   bool // unchanged fields are shown
}

// view is one way to look at a plan.
type view uint8

const (
	viewChanges view = iota
	viewRequest
	viewCLI
	viewPermissions
	viewRisks
	viewCost
	views
)

func viewNames() []string {
	return []string{"Changes", "Request", "CLI", "Permissions", "Risks", "Cost"}
}

// extension is what the file of a view ends in when it is saved.
func (v view) extension() string {
	switch v {
	case viewRequest:
		return "json"
	case viewCLI:
		return "sh"
	case viewChanges, viewPermissions, viewRisks, viewCost, views:
	}
	return "txt"
}

func (pg *previewPage) reachable() bool { return pg.source() != nil }

func (pg *previewPage) steps() []stepRow {
	g := pg.theme.Glyphs
	row := stepRow{sign: g.Ok, tone: theme.Good, name: pagePreview.name(), page: pagePreview}
	if pg.editable() {
		if row.sign, row.tone = g.Stopped, theme.Dim; pg.draft.obstacle() == "" {
			row.tone, row.note = theme.Normal, "ready"
		}
	}
	return []stepRow{row}
}

func (pg *previewPage) view(width, height int) string {
	p := pg.plan()
	if p == nil {
		return pg.noPlanView(width, height)
	}
	if pg.doc.lines == nil {
		pg.doc.lines = pg.viewLines(width)
	}
	foot := pg.foot(width, height)
	head := []string{pg.tabs(width).Draw(pg.theme, true), strings.Repeat(" ", width)}
	if height < lowPage {
		head = head[:1]
	}
	room := max(0, height-len(head)-len(foot))
	return kit.Block(slices.Concat(head, pg.scrolled(pg.doc.lines, width, room), foot), width, height)
}

// tabs is the row of the views.
func (pg *previewPage) tabs(width int) kit.TabRow {
	pg.width = width
	return kit.TabRow{Names: viewNames(), At: int(pg.shown), Width: width}
}

// click turns to the view whose name it is on.
func (pg *previewPage) click(x, y int) kit.Intent {
	if i := pg.tabs(pg.width).Hit(x); y == 0 && i >= 0 && pg.plan() != nil {
		return pg.turnView(i - int(pg.shown))
	}
	return nil
}

// noPlanView says why there is no plan to look at.
func (pg *previewPage) noPlanView(width, height int) string {
	if pg.draft.checking.running {
		return pg.checkingView(width, height)
	}
	return kit.Centered(pg.theme, width, height, kit.Message{
		Title: "There is no plan yet: " + pg.draft.obstacle() + ".",
		Hint:  pg.keys.Recreate.Again.Help().Key + " runs preflight again   " + pg.keys.Recreate.PrevStep.Help().Key + " goes back",
	})
}

// foot is the worst of the plan and what keeps it from being approved,
// below every view.
func (pg *previewPage) foot(width, height int) []string {
	p := pg.plan()
	var out []string
	low := height < lowPage
	if risks := p.Risks(); len(risks) > 0 && pg.shown != viewRisks && !low {
		sign, tone := kit.SeveritySign(pg.theme, risks[0].Severity)
		more := ""
		if n := len(risks) - 1; n > 0 {
			more = fmt.Sprintf("  %d more under Risks", n)
		}
		out = append(out, kit.Bar(pg.theme, width, []kit.Span{{Tone: tone, Text: " " + sign + " " + risks[0].Title}}, []kit.Span{{Tone: theme.Dim, Text: more + " ", Drop: 1}}))
	}
	if pg.editable() {
		if why := pg.draft.obstacle(); why != "" {
			out = append(out, kit.Bar(pg.theme, width, []kit.Span{{Tone: theme.Bad, Text: " " + pg.theme.Glyphs.Failed + " It cannot be approved: " + why + "."}}, nil))
		}
	}
	if len(out) > 0 && !low {
		out = append([]string{kit.RuleLine(pg.theme, width)}, out...)
	}
	return out
}

// viewLines lays the view out that is looked at.
func (pg *previewPage) viewLines(width int) []string {
	p := pg.plan()
	switch pg.shown {
	case viewChanges:
		return pg.changeLines(width)
	case viewRequest:
		var doc kit.Document
		doc.Code(string(p.Spec.Request()))
		return kit.Padded(doc.Paint(pg.theme, max(1, width-2)))
	case viewCLI:
		var doc kit.Document
		doc.Code(scriptOf(p))
		return kit.Padded(doc.Paint(pg.theme, max(1, width-2)))
	case viewPermissions:
		return pg.permissionLines(width)
	case viewRisks:
		return pg.riskLines(width)
	case viewCost:
		return kit.Padded(pg.costDocument().Paint(pg.theme, max(1, width-2)))
	case views:
	}
	return nil
}

func (pg *previewPage) hints() []key.Binding {
	r := pg.keys.Recreate
	return []key.Binding{r.NextView, kit.EnabledIf(kit.WithDesc(r.Approve, "approve create"), pg.editable()), r.Copy, r.Save, kit.EnabledIf(r.Unchanged, pg.shown == viewChanges)}
}

func (pg *previewPage) commands() []kit.Command {
	r := pg.keys.Recreate
	some := pg.plan() != nil
	return []kit.Command{
		{Group: groupRecreate, Name: "Next view", Key: r.NextView, Run: func() kit.Intent { return pg.turnView(1) }},
		{Group: groupRecreate, Name: "Previous view", Key: r.PrevView, Run: func() kit.Intent { return pg.turnView(-1) }},
		{Group: groupRecreate, Name: "Copy the view", Key: kit.EnabledIf(r.Copy, some), Run: pg.copyView},
		{Group: groupRecreate, Name: "Save the view to a file", Key: kit.EnabledIf(r.Save, some), Run: pg.saveView},
		{Group: groupRecreate, Name: "Show or hide unchanged fields", Key: kit.EnabledIf(r.Unchanged, pg.shown == viewChanges), Run: pg.toggleUnchanged},
		{Group: groupRecreate, Name: "Approve the create", Key: kit.EnabledIf(kit.WithDesc(r.Approve, "approve create"), pg.editable()), Run: pg.approveCreate},
		pg.againCommand(pg.checkAgain),
	}
}

func (pg *previewPage) turnView(by int) kit.Intent {
	pg.shown = view((int(pg.shown) + by + int(views)) % int(views))
	pg.top = 0
	pg.changed()
	return nil
}

func (pg *previewPage) toggleUnchanged() kit.Intent {
	pg.all = !pg.all
	pg.changed()
	return nil
}

// copyView copies the view as text; save writes it into a file.
func (pg *previewPage) copyView() kit.Intent {
	if pg.plan() == nil {
		return nil
	}
	return kit.Copy{What: strings.ToLower(viewNames()[pg.shown]) + " of the plan", Text: pg.viewText()}
}

func (pg *previewPage) saveView() kit.Intent {
	if pg.plan() == nil {
		return nil
	}
	name := "nbscope-" + pg.plan().RunID + "-" + strings.ToLower(viewNames()[pg.shown]) + "." + pg.shown.extension()
	return kit.Save{Name: filepath.Base(name), Data: pg.viewText()}
}

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
	return intentWrite{gates: pg.ports.gates, account: d.target.Account, what: "approve: create " + d.spec.Name, then: pg.createGate}
}

// createGate asks for the approval of the plan on screen.
func (pg *previewPage) createGate(byItself bool) kit.Intent {
	d := pg.draft
	if why := d.obstacle(); why != "" {
		return kit.Say{Tone: theme.Bad, Text: "it cannot be approved: " + why}
	}
	g := pg.ports.gates
	if d.amends != nil {
		st := recreate.StakesOf(recreate.EventAmended, []recreate.Subject{g.subject(&d.amends.Run, d.plan)}, g.cfg.Now())
		return g.approve(&st, byItself, intentDecide{run: d.amends, event: recreate.Event{Kind: recreate.EventAmended, Plan: d.plan}})
	}
	c := candidate{draft: d}
	st := recreate.StakesOf(recreate.EventApproved, []recreate.Subject{c.subject(g)}, g.cfg.Now())
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
