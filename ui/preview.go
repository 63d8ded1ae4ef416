package ui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/theme"
)

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

func (w *wizard) tabRow() tabRow {
	return tabRow{names: viewNames(), at: int(w.view), width: w.pageWidth()}
}

func (w *wizard) previewView() string {
	width, height := w.pageWidth(), w.pageHeight()
	p := w.plan()
	if p == nil {
		return w.noPlanView(width, height)
	}
	if w.doc.lines == nil {
		w.doc.lines = w.viewLines(width)
	}
	foot := w.previewFoot(width)
	head := []string{w.tabRow().draw(w.theme, true), strings.Repeat(" ", width)}
	if height < lowPage {
		head = head[:1]
	}
	room := max(0, height-len(head)-len(foot))
	return block(slices.Concat(head, w.scrolled(w.doc.lines, room), foot), width, height)
}

// noPlanView says why there is no plan to look at.
func (w *wizard) noPlanView(width, height int) string {
	if w.draft.checking.running {
		return w.preflightView()
	}
	return centered(w.theme, width, height, message{
		title: "There is no plan yet: " + w.draft.obstacle() + ".",
		hint:  w.keys.Recreate.Again.Help().Key + " makes preflight again   " + w.keys.Recreate.PrevStep.Help().Key + " goes back",
	})
}

// previewFoot is the worst of the plan and what keeps it from being approved,
// below every view.
func (w *wizard) previewFoot(width int) []string {
	p := w.plan()
	var out []string
	low := w.pageHeight() < lowPage
	if risks := p.Risks(); len(risks) > 0 && w.view != viewRisks && !low {
		sign, tone := severitySign(w.theme, risks[0].Severity)
		more := ""
		if n := len(risks) - 1; n > 0 {
			more = fmt.Sprintf("  %d more under Risks", n)
		}
		out = append(out, bar(w.theme, width, []span{{tone: tone, text: " " + sign + " " + risks[0].Title}}, []span{{tone: theme.Dim, text: more + " ", drop: 1}}))
	}
	if w.editable() {
		if why := w.draft.obstacle(); why != "" {
			out = append(out, bar(w.theme, width, []span{{tone: theme.Bad, text: " " + w.theme.Glyphs.Failed + " It cannot be approved: " + why + "."}}, nil))
		}
	}
	if len(out) > 0 && !low {
		out = append([]string{ruleLine(w.theme, width)}, out...)
	}
	return out
}

// viewLines lays the view out that is looked at.
func (w *wizard) viewLines(width int) []string {
	p := w.plan()
	switch w.view {
	case viewChanges:
		return w.changeLines(width)
	case viewRequest:
		var doc document
		doc.code(string(p.Spec.Request()))
		return padded(doc.paint(w.theme, max(1, width-2)))
	case viewCLI:
		var doc document
		doc.code(p.Script())
		return padded(doc.paint(w.theme, max(1, width-2)))
	case viewPermissions:
		return w.permissionLines(width)
	case viewRisks:
		return w.riskLines(width)
	case viewCost:
		return padded(w.costDocument().paint(w.theme, max(1, width-2)))
	case views:
	}
	return nil
}

// padded sets lines off the edge.
func padded(lines []string) []string {
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

func (w *wizard) turnView(by int) intent {
	w.view = view((int(w.view) + by + int(views)) % int(views))
	w.tops[pagePreview], w.doc = 0, paintedDoc{}
	return nil
}

// copyView copies the view as text; save writes it into a file.
func (w *wizard) copyView() intent {
	if w.plan() == nil {
		return nil
	}
	return intentCopyWhole{strings.ToLower(viewNames()[w.view]) + " of the plan", w.viewText()}
}

func (w *wizard) saveView() intent {
	if w.plan() == nil {
		return nil
	}
	name := "nbscope-" + w.plan().RunID + "-" + strings.ToLower(viewNames()[w.view]) + "." + w.view.extension()
	return intentSave{name: filepath.Base(name), data: w.viewText()}
}

// plainLines is painted lines as text for a file.
func plainLines(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " "))
		b.WriteByte('\n')
	}
	return b.String()
}
