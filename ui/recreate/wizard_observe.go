package recreate

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// observePage is the first look at the source.
type observePage struct {
	*subject
	scrolling
}

func (pg *observePage) reachable() bool { return true }

func (pg *observePage) steps() []stepRow {
	g := pg.theme.Glyphs
	row := stepRow{sign: g.Ok, tone: theme.Good, name: pageObserve.name(), page: pageObserve}
	if !pg.editable() {
		return []stepRow{row}
	}
	switch q := &pg.draft.observing; {
	case q.running:
		row.sign, row.tone = kit.Spinner(pg.theme, pg.ports.frame()), theme.Busy
		row.note = kit.Elapsed(pg.ports.now().Sub(q.since))
	case q.problem != nil:
		row.sign, row.tone, row.note = g.Failed, theme.Bad, "failed"
	case pg.draft.source == nil:
		row.sign, row.tone = g.Stopped, theme.Dim
	default:
		row.note = fmt.Sprintf("%.1fs", q.took.Seconds())
	}
	return []stepRow{row}
}

func (pg *observePage) view(width, height int) string {
	if pg.editable() {
		switch q := &pg.draft.observing; {
		case q.running:
			return kit.Centered(pg.theme, width, height, kit.Message{
				Title: kit.Spinner(pg.theme, pg.ports.frame()) + " Looking at " + pg.sourceName() + " and its tags",
				Hint:  "for " + kit.Elapsed(pg.ports.now().Sub(q.since)) + "   esc leaves",
			})
		case q.problem != nil:
			m := kit.Message{Tone: theme.Bad, Title: pg.theme.Glyphs.Failed + " " + q.problem.Message, Body: q.problem.Hint}
			m.Hint = pg.keys.Recreate.Again.Help().Key + " asks again   esc leaves"
			return kit.Centered(pg.theme, width, height, m)
		}
	}
	s := pg.source()
	if s == nil {
		return kit.Block(nil, width, height)
	}
	lines := pg.snapshotDocument(s).Paint(pg.theme, max(1, width-2))
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return strings.Join(pg.scrolled(lines, width, height), "\n")
}

// snapshotDocument is a notebook as it was looked at for the plan.
func (pg *observePage) snapshotDocument(s *recreate.Snapshot) kit.Document {
	var doc kit.Document
	sign, tone := kit.StatusSign(pg.theme, s.Status)
	doc.Toned("Status", tone, sign+" "+string(s.Status))
	if s.FailureReason != "" {
		doc.Toned("Reason", theme.Bad, s.FailureReason)
	}
	doc.Value("ARN", s.ARN)
	doc.Value("Seen", s.SeenAt.UTC().Format(kit.TimeLayout))
	doc.Heading("As it is")
	p := recreate.Plan{Source: *s, Spec: *pg.spec()}
	for _, c := range p.Changes() {
		if f, ok := recreate.FieldOf(c.Field); ok && f.Form && c.Field != recreate.FieldName && c.Field != recreate.FieldTags {
			doc.Value(c.Title, c.Before)
		}
	}
	doc.Heading("Tags")
	if s.TagsUnknown != "" {
		doc.Toned("", theme.Unknown, pg.theme.Glyphs.Unknown+" unknown: "+s.TagsUnknown)
	}
	for _, tag := range s.Tags {
		doc.Value(tag.Key, tag.Value)
	}
	return doc
}

func (pg *observePage) hints() []key.Binding {
	r := pg.keys.Recreate
	return []key.Binding{kit.EnabledIf(r.Again, pg.editable() && !pg.draft.observing.running), r.NextStep}
}

func (pg *observePage) commands() []kit.Command { return []kit.Command{pg.againCommand(pg.again)} }

// again looks anew.
func (pg *observePage) again() kit.Intent {
	if !pg.editable() {
		return nil
	}
	pg.changed()
	return pg.draft.observe()
}
