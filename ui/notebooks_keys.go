package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
)

// Groups of commands, as help shows them.
const (
	groupMove   = "Move"
	groupList   = "List"
	groupOne    = "Notebook"
	groupDetail = "Detail"
	groupScan   = "Scan"
	groupApp    = "Screens"
)

// groupings are the fields that the list can be grouped by.
func groupings() []model.FieldID {
	return []model.FieldID{"", model.FieldAccount, model.FieldRegion, model.FieldVPC, model.FieldSubnet}
}

func (s *notebooksScreen) hints() []key.Binding {
	if s.bar.open {
		return []key.Binding{
			s.keys.Typing.Accept, s.keys.Typing.Cancel,
			when(s.keys.Typing.Complete, len(s.suggestions) > 0 || len(s.issues) > 0),
		}
	}
	if s.detail.focused && s.detail.open {
		return s.detail.hints()
	}
	n, l := s.keys.Notes, s.keys.List
	some := s.table.Len() > 0
	return []key.Binding{
		when(as(l.Open, s.openWord()), some), when(as(n.Recreate, s.recreateWord()), some), l.Filter, as(l.Back, s.backWord()), when(n.Sort, some), when(n.Group, some),
		when(n.Mark, some), when(as(n.CopyARN, s.about("copy ARN")), some), when(n.Undecided, !some && s.shown.undecided.Notebooks > 0),
	}
}

// openWord is what enter does now.
func (s *notebooksScreen) openWord() string {
	if s.detail.open {
		return "focus detail"
	}
	return "detail"
}

// backWord is what esc does now.
func (s *notebooksScreen) backWord() string {
	switch {
	case s.detail.open:
		return "close detail"
	case s.bar.text != "":
		return "clear filter"
	case s.table.MarkCount() > 0:
		return "clear marks"
	}
	return ""
}

func (s *notebooksScreen) commands() []command {
	if s.detail.open && (s.detail.focused || !s.beside()) {
		return append(s.detailCommands(), s.noteCommands()...)
	}
	out := s.moveCommands()
	out = append(out, s.listCommands()...)
	out = append(out, s.noteCommands()...)
	if s.detail.open {
		out = append(out, s.sectionCommands()...)
	}
	return out
}

func (s *notebooksScreen) moveCommands() []command {
	l := s.keys.List
	step := func(b key.Binding, by int) command {
		return command{group: groupMove, name: b.Help().Desc, key: b, plain: true, run: func() intent { return s.move(by) }}
	}
	page := func(b key.Binding, by float64) command {
		return command{group: groupMove, name: b.Help().Desc, key: b, plain: true, run: func() intent { return s.page(by) }}
	}
	pan := func(b key.Binding, by int) command {
		return command{group: groupMove, name: b.Help().Desc, key: b, plain: true, run: func() intent {
			s.table.Pan(by)
			return nil
		}}
	}
	end := s.table.Len()
	return []command{
		step(l.Down, 1), step(l.Up, -1), page(l.HalfDown, 0.5), page(l.HalfUp, -0.5), page(l.PageDown, 1),
		page(l.PageUp, -1), step(l.Top, -end), step(l.Bottom, end), pan(l.Left, -1), pan(l.Right, 1),
	}
}

func (s *notebooksScreen) listCommands() []command {
	l, n := s.keys.List, s.keys.Notes
	some := s.table.Len() > 0
	out := []command{
		{group: groupList, name: "Filter", key: l.Filter, run: s.startFilter},
		{
			group: groupList, name: "Show the notebooks too of which it is not known whether they match",
			key: when(n.Undecided, s.shown.undecided.Notebooks > 0), run: func() intent { return s.setFilter(s.shown.undecided.Filter) },
		},
		{group: groupList, name: "Back: close, clear the filter, clear the marks", key: l.Back, run: s.back},
		{group: groupList, name: "Sort by the next column", key: when(n.Sort, some), run: s.sortNext},
		{group: groupList, name: "Reverse the order", key: when(n.Reverse, some), run: s.reverse},
		{group: groupList, name: "Group by the next of account, region, VPC, subnet", key: n.Group, run: s.groupNext},
		{group: groupList, name: "Mark or unmark", key: when(n.Mark, some), run: s.mark},
		{group: groupList, name: "Mark all shown", key: when(n.MarkAll, some), run: s.markAll},
	}
	for _, p := range model.Presets() {
		b := n.Preset
		b.SetKeys(string(p.Key))
		b.SetHelp(string(p.Key), p.Name)
		if p.Filter == "" {
			b.SetKeys(string(p.Key), "0")
			b.SetHelp(string(p.Key)+" 0", p.Name)
		}
		out = append(out, command{
			group: groupList, name: "Show " + p.Name, key: b, run: func() intent { return s.setFilter(p.Filter) },
		})
	}
	for _, f := range s.world.skip.Fields() {
		out = append(out, command{
			group: groupList, name: "Sort by " + strings.ToLower(f.Title), run: func() intent { return s.sortBy(f.ID) },
		})
	}
	for _, g := range groupings() {
		name := "No groups"
		if g != "" {
			name = "Group by " + fieldWord(g)
		}
		out = append(out, command{group: groupList, name: name, run: func() intent { return s.groupBy(g) }})
	}
	return out
}

// noteCommands act on what is marked, or on the notebook under the cursor.
func (s *notebooksScreen) noteCommands() []command {
	l, n := s.keys.List, s.keys.Notes
	some := s.current() != nil || s.table.MarkCount() > 0
	return []command{
		{group: groupOne, name: "Detail", key: when(l.Open, s.current() != nil), run: s.open},
		{group: groupOne, name: "Recreate with the other setting of direct internet, or all marked", key: when(n.Recreate, some), run: s.recreate},
		{group: groupOne, name: "Copy the ARN, or those of all marked", key: when(n.CopyARN, some), run: s.copyARN},
		{group: groupOne, name: "Copy the AWS CLI command", key: when(n.CopyCLI, some), run: s.copyCLI},
		{group: groupOne, name: "Copy the URL of the AWS console", key: when(n.Console, some), run: s.copyConsole},
	}
}

func (s *notebooksScreen) sectionCommands() []command {
	k := s.keys.Detail
	return []command{
		{group: groupDetail, name: "Next section", key: k.NextSection, run: func() intent { return s.detail.turn(1) }},
		{group: groupDetail, name: "Previous section", key: k.PrevSection, run: func() intent { return s.detail.turn(-1) }},
		{group: groupDetail, name: "Show or mask values that look like secrets", key: k.Reveal, run: s.detail.toggleReveal},
		{group: groupDetail, name: "Copy the commands of the marked remedy", key: k.CopyRemedy, run: s.detail.copyRemedy},
		{group: groupDetail, name: "Mark the next remedy", key: k.NextRemedy, run: func() intent { return s.detail.nextRemedy(1) }},
	}
}

// detailCommands hold while the detail has the focus.
func (s *notebooksScreen) detailCommands() []command {
	l, k, d := s.keys.List, s.keys.Detail, &s.detail
	scroll := func(b key.Binding, by int) command {
		return command{group: groupMove, name: b.Help().Desc, key: b, plain: true, run: func() intent {
			d.scroll(by)
			return nil
		}}
	}
	turn := func(b key.Binding, by int) command {
		return command{group: groupDetail, name: b.Help().Desc, key: b, plain: true, run: func() intent { return d.turn(by) }}
	}
	half, all := max(1, d.height/2), 1<<20
	out := []command{
		scroll(l.Down, 1), scroll(l.Up, -1), scroll(l.HalfDown, half), scroll(l.HalfUp, -half),
		scroll(l.PageDown, 2*half), scroll(l.PageUp, -2*half), scroll(l.Top, -all), scroll(l.Bottom, all),
		turn(as(l.Left, "previous section"), -1), turn(as(l.Right, "next section"), 1),
		{group: groupDetail, name: "Back to the list", key: as(l.Back, "back to the list"), run: s.back},
		{group: groupDetail, name: "Next notebook", key: k.NextNotebook, run: func() intent { return s.move(1) }},
		{group: groupDetail, name: "Previous notebook", key: k.PrevNotebook, run: func() intent { return s.move(-1) }},
	}
	for i, sec := range sections() {
		b := k.Section
		b.SetKeys(k.Section.Keys()[i])
		b.SetHelp(k.Section.Keys()[i], sec.name())
		out = append(out, command{group: groupDetail, name: "Section: " + sec.name(), key: b, run: func() intent { return d.turnTo(sec) }})
	}
	return append(out, s.sectionCommands()...)
}
