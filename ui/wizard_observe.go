package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
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
		row.sign, row.tone = spinner(pg.theme, pg.ports.frame()), theme.Busy
		row.note = seconds(pg.ports.now().Sub(q.since))
	case q.problem != nil:
		row.sign, row.tone, row.note = g.Failed, theme.Bad, "failed"
	case pg.draft.source == nil:
		row.sign, row.tone = g.Stopped, theme.Dim
	default:
		row.note = fmt.Sprintf("%.1f s", q.took.Seconds())
	}
	return []stepRow{row}
}

func (pg *observePage) view(width, height int) string {
	if pg.editable() {
		switch q := &pg.draft.observing; {
		case q.running:
			return centered(pg.theme, width, height, message{
				title: spinner(pg.theme, pg.ports.frame()) + " Looking at " + pg.sourceName() + " and its tags",
				hint:  "for " + seconds(pg.ports.now().Sub(q.since)) + "   esc leaves",
			})
		case q.problem != nil:
			m := message{tone: theme.Bad, title: pg.theme.Glyphs.Failed + " " + q.problem.Message, body: q.problem.Hint}
			m.hint = pg.keys.Recreate.Again.Help().Key + " asks again   esc leaves"
			return centered(pg.theme, width, height, m)
		}
	}
	s := pg.source()
	if s == nil {
		return block(nil, width, height)
	}
	lines := pg.snapshotDocument(s).paint(pg.theme, max(1, width-2))
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return strings.Join(pg.scrolled(lines, width, height), "\n")
}

// snapshotDocument is a notebook as it was looked at for the plan.
func (pg *observePage) snapshotDocument(s *recreate.Snapshot) document {
	var doc document
	sign, tone := statusSign(pg.theme, s.Status)
	doc.toned("Status", tone, sign+" "+string(s.Status))
	if s.FailureReason != "" {
		doc.toned("Reason", theme.Bad, s.FailureReason)
	}
	doc.value("ARN", s.ARN)
	doc.value("Seen", s.SeenAt.UTC().Format(stamp))
	doc.heading("As it is")
	p := recreate.Plan{Source: *s, Spec: *pg.spec()}
	for _, c := range p.Changes() {
		if f, ok := recreate.FieldOf(c.Field); ok && f.Form && c.Field != recreate.FieldName && c.Field != recreate.FieldTags {
			doc.value(c.Title, c.Before)
		}
	}
	doc.heading("Tags")
	if s.TagsUnknown != "" {
		doc.toned("", theme.Unknown, pg.theme.Glyphs.Unknown+" unknown: "+s.TagsUnknown)
	}
	for _, tag := range s.Tags {
		doc.value(tag.Key, tag.Value)
	}
	return doc
}

func (pg *observePage) hints() []key.Binding {
	r := pg.keys.Recreate
	return []key.Binding{when(r.Again, pg.editable() && !pg.draft.observing.running), r.NextStep}
}

func (pg *observePage) commands() []command { return []command{pg.againCommand(pg.again)} }

// again looks anew.
func (pg *observePage) again() intent {
	if !pg.editable() {
		return nil
	}
	pg.changed()
	return pg.draft.observe()
}
