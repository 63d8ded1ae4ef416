package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// The views of a plan: what changes, what it takes, what it means.

// changeSign is the sign and the tone of what becomes of a field.
func changeSign(c recreate.Change) (string, theme.Tone) {
	switch {
	case c.Action == recreate.Drop:
		return "-", theme.Bad
	case c.Action == recreate.Carry:
		return "=", theme.Dim
	case c.Before == "":
		return "+", theme.Good
	}
	return "~", theme.Warn
}

// quiet reports whether a change says nothing that anybody decides by: it is
// carried, or AWS writes it anew for every notebook.
func quiet(c recreate.Change) bool {
	switch c.Field {
	case "NotebookInstanceStatus", "CreationTime", "LastModifiedTime":
		return true
	}
	return c.Action == recreate.Carry && !c.Theirs
}

// changeLines draws what becomes of every field, what is carried as it is only
// when asked for.
func (pg *previewPage) changeLines(width int) []string {
	var out []string
	carried, written := 0, 0
	for _, c := range recreate.DangerFirst(pg.plan().Changes()) {
		switch {
		case !quiet(c) || pg.all:
			out = append(out, pg.changeEntry(c, max(1, width-1))...) // the edge stays free
		case c.Action == recreate.Carry:
			carried++
		default:
			written++
		}
	}
	if carried+written > 0 {
		out = append(out, kit.Bar(pg.theme, width, []kit.Span{
			{Tone: theme.Dim, Text: fmt.Sprintf(" = %s carried unchanged, %d that AWS writes", kit.Count(carried, "field"), written)},
			{Tone: theme.Dim, Text: "   " + pg.keys.Recreate.Unchanged.Help().Key + " shows them", Drop: 1},
		}, nil))
	}
	return out
}

// whyFrom is the width from which on the reason of a change stands beside it, and
// besideRoom the room that its values have then.
const (
	whyFrom    = 120
	besideRoom = 46
)

func (pg *previewPage) changeEntry(c recreate.Change, width int) []string {
	sign, tone := changeSign(c)
	label := formLabelWidth(width)
	indent := strings.Repeat(" ", label+4)
	lead := []kit.Span{{Tone: tone, Text: " " + sign + " "}, {Tone: theme.Dim, Text: text.FitWith(c.Title, label, pg.theme.Glyphs.Ellipsis) + " "}}
	values := theme.Normal
	if c.Field == recreate.FieldDirect {
		values = theme.Strong
	}
	room := max(8, width-label-5)
	beside := width >= whyFrom && c.Why != ""
	if beside {
		room = besideRoom
	}
	left := text.Wrap(changeValue(c, room, pg.theme.Glyphs), room)
	if !beside {
		var out []string
		for i, l := range left {
			if i > 0 {
				lead = []kit.Span{{Text: indent}}
			}
			out = append(out, kit.Bar(pg.theme, width, append(slices.Clip(lead), kit.Span{Tone: values, Text: l}), nil))
		}
		if c.Why != "" {
			out = append(out, kit.Hanging(pg.theme, kit.Span{Text: indent}, indent, theme.Dim, c.Why, width)...)
		}
		return out
	}
	right := text.Wrap(c.Why, max(10, min(kit.ProseWidth, width-label-room-8)))
	var out []string
	for i := range max(len(left), len(right)) {
		var value, why string
		if i < len(left) {
			value = left[i]
		}
		if i < len(right) {
			why = right[i]
		}
		if i > 0 {
			lead = []kit.Span{{Text: indent}}
		}
		out = append(out, kit.Bar(pg.theme, width, append(slices.Clip(lead),
			kit.Span{Tone: values, Text: text.FitWith(value, room, pg.theme.Glyphs.Ellipsis) + "  "}, kit.Span{Tone: theme.Dim, Text: why}), nil))
	}
	return out
}

// changeValue is what a field was and will be. Where both do not fit, what they
// begin with alike is left out.
func changeValue(c recreate.Change, room int, g theme.Glyphs) string {
	const later = "known once it is there"
	before, after := text.Clean(c.Before), text.Clean(c.After)
	switch {
	case c.Action == recreate.Carry && before == "":
		return "none"
	case c.Action == recreate.Carry, c.Action == recreate.Drop:
		return before
	case before == "" && after == "":
		return later
	case before == "":
		return after
	case after == "":
		return before + " " + g.Arrow + " " + later
	}
	if both := before + " " + g.Arrow + " " + after; text.Width(both) <= room {
		return both
	}
	if n := commonLead(before, after); n > 0 {
		before, after = g.Ellipsis+before[n:], g.Ellipsis+after[n:]
	}
	if n := commonTail(before, after); n > 0 {
		before, after = before[:len(before)-n]+g.Ellipsis, after[:len(after)-n]+g.Ellipsis
	}
	return before + " " + g.Arrow + " " + after
}

// commonLead is how many bytes two texts share at their beginning, up to the end
// of a part.
func commonLead(a, b string) int {
	n := 0
	for i := 0; i < min(len(a), len(b)) && a[i] == b[i]; i++ {
		if strings.IndexByte(":/.", a[i]) >= 0 {
			n = i
		}
	}
	return n
}

// commonTail is how many bytes two texts share at their end, from the beginning of
// a part.
func commonTail(a, b string) int {
	n := 0
	for i := 1; i < min(len(a), len(b)) && a[len(a)-i] == b[len(b)-i]; i++ {
		if strings.IndexByte(":/.", a[len(a)-i]) >= 0 {
			n = i - 1
		}
	}
	return n
}

// permissionLines lists the steps with their calls and what these need.
func (pg *previewPage) permissionLines(width int) []string {
	steps := pg.plan().Steps()
	out := make([]string, 0, 6*len(steps))
	for i, s := range steps {
		tone := theme.Strong
		if s.Destructive {
			tone = theme.Bad
		}
		head := []kit.Span{{Tone: theme.Dim, Text: fmt.Sprintf(" %2d ", i+1)}, {Tone: tone, Text: s.Title}}
		if g := gateWord(s.Gate); g != "" {
			head = append(head, kit.Span{Tone: theme.Dim, Text: "  " + g})
		}
		if i > 0 {
			out = append(out, "")
		}
		out = append(out, kit.Bar(pg.theme, width, head, nil))
		out = append(out, kit.Indented(pg.theme, theme.Normal, s.About, width)...)
		if len(s.Calls) > 0 {
			out = append(out, kit.Bar(pg.theme, width, []kit.Span{{Tone: theme.Accent, Text: "    " + pg.theme.Glyphs.Arrow + " "}, {Text: s.Calls[0]}}, nil))
			more := slices.DeleteFunc(slices.Clone(s.Permissions), func(p string) bool { return p == s.Calls[0] })
			if len(more) > 0 {
				out = append(out, kit.Hanging(pg.theme, kit.Span{Text: "      "}, "      ", theme.Dim, "needs also "+strings.Join(more, ", "), width)...)
			}
		}
	}
	out = append(out, "", pg.head("IAM actions of all of them", width))
	for _, p := range permissionsOf(pg.plan()) {
		out = append(out, kit.Bar(pg.theme, width, []kit.Span{{Text: "    " + p}}, nil))
	}
	return out
}

// permissionsOf are the IAM actions that a plan needs, each once.
func permissionsOf(p *recreate.Plan) []string {
	var out []string
	for _, s := range p.Steps() {
		out = append(out, s.Permissions...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// riskLines lists what can go wrong and what cannot be undone, the heaviest
// first, then the published checks before and after, then what would do without a
// recreate.
func (pg *previewPage) riskLines(width int) []string {
	p := pg.plan()
	risks := p.Risks()
	out := make([]string, 0, 4*len(risks)+8)
	for _, r := range risks {
		sign, tone := kit.SeveritySign(pg.theme, r.Severity)
		out = append(out, kit.Hanging(pg.theme, kit.Span{Tone: tone, Text: " " + sign + " "}, "   ", theme.Strong, r.Title, width)...)
		out = append(out, kit.Indented(pg.theme, theme.Normal, r.Why, width)...)
	}
	before, after := p.Controls()
	out = append(out, "", pg.head("Published checks", width))
	out = append(out, pg.controlLines("fails now and after", theme.Warn, both(before, after), width)...)
	out = append(out, pg.controlLines("will fail after", theme.Bad, without(after, before), width)...)
	out = append(out, pg.controlLines("fails now, passes after", theme.Good, without(before, after), width)...)
	if len(before)+len(after) == 0 {
		out = append(out, kit.Bar(pg.theme, width, []kit.Span{{Tone: theme.Dim, Text: "   none looks at this"}}, nil))
	}
	return append(out, pg.alternativeLines(width)...)
}

func (pg *previewPage) head(s string, width int) string {
	return kit.Bar(pg.theme, width, []kit.Span{{Tone: theme.Header, Text: " " + s}}, nil)
}

func (pg *previewPage) controlLines(word string, tone theme.Tone, controls []model.Control, width int) []string {
	out := make([]string, 0, 2*len(controls))
	for _, c := range controls {
		head := []kit.Span{{Tone: theme.Strong, Text: "   " + c.ID}, {Tone: theme.Dim, Text: c.Severity.Behind()}, {Tone: tone, Text: "  " + word}}
		out = append(out, kit.Bar(pg.theme, width, head, nil))
		out = append(out, kit.Indented(pg.theme, theme.Dim, c.Title, width)...)
	}
	return out
}

// without is what stands in one list of controls and not in the other.
func without(all, but []model.Control) []model.Control {
	return slices.DeleteFunc(slices.Clone(all), func(c model.Control) bool { return hasControl(but, c.ID) })
}

func both(a, b []model.Control) []model.Control {
	return slices.DeleteFunc(slices.Clone(a), func(c model.Control) bool { return !hasControl(b, c.ID) })
}

func hasControl(all []model.Control, id string) bool {
	return slices.ContainsFunc(all, func(c model.Control) bool { return c.ID == id })
}

// alternatives are remedies of the notebook that need no recreate.
func (pg *previewPage) alternatives() []model.Remedy {
	if pg.draft == nil {
		return nil
	}
	return pg.plan().Alternatives(pg.draft.egress())
}

func (pg *previewPage) alternativeLines(width int) []string {
	all := pg.alternatives()
	if len(all) == 0 {
		return nil
	}
	out := []string{"", pg.head("Without a recreate", width)}
	for _, r := range all {
		out = append(out, kit.Bar(pg.theme, width, []kit.Span{{Tone: theme.Accent, Text: "   " + pg.theme.Glyphs.Arrow + " "}, {Tone: theme.Strong, Text: r.Title}}, nil))
		out = append(out, kit.Indented(pg.theme, theme.Normal, r.Why, width)...)
		out = append(out, kit.Indented(pg.theme, theme.Dim, strings.Join(r.Facts(), " "+pg.theme.Glyphs.Bullet+" "), width)...)
	}
	return out
}

func (pg *previewPage) costDocument() kit.Document {
	var doc kit.Document
	for _, l := range pg.plan().Cost.Lines() {
		doc.Value(l.Label, l.Value)
	}
	sayWays(&doc, pg.plan())
	return doc
}

// scriptOf is the plan as a script, or a comment that says why there is none.
func scriptOf(p *recreate.Plan) string {
	script, err := p.Script()
	if err != nil {
		return "# " + text.Clean(err.Error()) + "\n"
	}
	return script
}

// viewText is the view as plain text, to be copied or saved.
func (pg *previewPage) viewText() string {
	p := pg.plan()
	switch pg.shown {
	case viewRequest:
		return string(p.Spec.Request()) + "\n"
	case viewCLI:
		return scriptOf(p)
	case viewChanges, viewPermissions, viewRisks, viewCost, views:
	}
	const wide = 100
	full := *pg
	full.all = true
	return kit.PlainLines(full.viewLines(wide))
}

// joinLines writes each text on a line of its own.
func joinLines(all []string) string { return strings.Join(all, "\n") + "\n" }
