package ui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/ui/theme"
)

// previewPage is the plan, in one of its views.
type previewPage struct {
	*subject
	scrolling
	shown view
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
	head := []string{tabRow{names: viewNames(), at: int(pg.shown), width: width}.draw(pg.theme, true), strings.Repeat(" ", width)}
	if height < lowPage {
		head = head[:1]
	}
	room := max(0, height-len(head)-len(foot))
	return block(slices.Concat(head, pg.scrolled(pg.doc.lines, width, room), foot), width, height)
}

// noPlanView says why there is no plan to look at.
func (pg *previewPage) noPlanView(width, height int) string {
	if pg.draft.checking.running {
		return pg.checkingView(width, height)
	}
	return centered(pg.theme, width, height, message{
		title: "There is no plan yet: " + pg.draft.obstacle() + ".",
		hint:  pg.keys.Recreate.Again.Help().Key + " makes preflight again   " + pg.keys.Recreate.PrevStep.Help().Key + " goes back",
	})
}

// foot is the worst of the plan and what keeps it from being approved,
// below every view.
func (pg *previewPage) foot(width, height int) []string {
	p := pg.plan()
	var out []string
	low := height < lowPage
	if risks := p.Risks(); len(risks) > 0 && pg.shown != viewRisks && !low {
		sign, tone := severitySign(pg.theme, risks[0].Severity)
		more := ""
		if n := len(risks) - 1; n > 0 {
			more = fmt.Sprintf("  %d more under Risks", n)
		}
		out = append(out, bar(pg.theme, width, []span{{tone: tone, text: " " + sign + " " + risks[0].Title}}, []span{{tone: theme.Dim, text: more + " ", drop: 1}}))
	}
	if pg.editable() {
		if why := pg.draft.obstacle(); why != "" {
			out = append(out, bar(pg.theme, width, []span{{tone: theme.Bad, text: " " + pg.theme.Glyphs.Failed + " It cannot be approved: " + why + "."}}, nil))
		}
	}
	if len(out) > 0 && !low {
		out = append([]string{ruleLine(pg.theme, width)}, out...)
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
		var doc document
		doc.code(string(p.Spec.Request()))
		return padded(doc.paint(pg.theme, max(1, width-2)))
	case viewCLI:
		var doc document
		doc.code(scriptOf(p))
		return padded(doc.paint(pg.theme, max(1, width-2)))
	case viewPermissions:
		return pg.permissionLines(width)
	case viewRisks:
		return pg.riskLines(width)
	case viewCost:
		return padded(pg.costDocument().paint(pg.theme, max(1, width-2)))
	case views:
	}
	return nil
}

func (pg *previewPage) hints() []key.Binding {
	r := pg.keys.Recreate
	return []key.Binding{r.NextView, when(as(r.Approve, "approve create"), pg.editable()), r.Copy, r.Save, when(r.Unchanged, pg.shown == viewChanges)}
}

func (pg *previewPage) commands() []command {
	r := pg.keys.Recreate
	some := pg.plan() != nil
	return []command{
		{group: groupRecreate, name: "Next view", key: r.NextView, run: func() intent { return pg.turnView(1) }},
		{group: groupRecreate, name: "Previous view", key: r.PrevView, run: func() intent { return pg.turnView(-1) }},
		{group: groupRecreate, name: "Copy the view", key: when(r.Copy, some), run: pg.copyView},
		{group: groupRecreate, name: "Save the view to a file", key: when(r.Save, some), run: pg.saveView},
		{group: groupRecreate, name: "Show or hide unchanged fields", key: when(r.Unchanged, pg.shown == viewChanges), run: pg.toggleUnchanged},
		{group: groupRecreate, name: "Approve the create", key: when(as(r.Approve, "approve create"), pg.editable()), run: pg.approveCreate},
		pg.againCommand(pg.checkAgain),
	}
}

func (pg *previewPage) turnView(by int) intent {
	pg.shown = view((int(pg.shown) + by + int(views)) % int(views))
	pg.top = 0
	pg.changed()
	return nil
}

func (pg *previewPage) toggleUnchanged() intent {
	pg.all = !pg.all
	pg.changed()
	return nil
}

// copyView copies the view as text; save writes it into a file.
func (pg *previewPage) copyView() intent {
	if pg.plan() == nil {
		return nil
	}
	return intentCopyWhole{strings.ToLower(viewNames()[pg.shown]) + " of the plan", pg.viewText()}
}

func (pg *previewPage) saveView() intent {
	if pg.plan() == nil {
		return nil
	}
	name := "nbscope-" + pg.plan().RunID + "-" + strings.ToLower(viewNames()[pg.shown]) + "." + pg.shown.extension()
	return intentSave{name: filepath.Base(name), data: pg.viewText()}
}
