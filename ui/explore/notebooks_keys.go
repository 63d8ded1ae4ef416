package explore

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
)

// groupings are the fields that the list can be grouped by.
func groupings() []model.FieldID {
	return []model.FieldID{"", model.FieldAccount, model.FieldRegion, model.FieldVPC, model.FieldSubnet}
}

// Groups are the words for what the list can be grouped by.
func Groups() []string {
	all := groupings()
	out := make([]string, 1, len(all))
	out[0] = NoGroup
	for _, g := range all[1:] {
		out = append(out, string(g))
	}
	return out
}

// Hints implements kit.Screen.
func (s *Notebooks) Hints() []key.Binding {
	if s.bar.Open {
		return []key.Binding{
			s.keys.Typing.Accept, s.keys.Typing.Cancel,
			kit.EnabledIf(s.keys.Typing.Complete, len(s.suggestions) > 0 || s.issue(&s.list.shown) != nil),
			kit.EnabledIf(kit.WithDesc(s.keys.Typing.Prev, "filters before"), len(s.bar.History) > 0),
		}
	}
	if s.detail.focused && s.detail.open {
		return s.detail.hints()
	}
	n, l := s.keys.Notes, s.keys.List
	some := s.list.table.Len() > 0
	return []key.Binding{
		kit.EnabledIf(kit.WithDesc(l.Open, listKeys{s}.openWord()), some), kit.EnabledIf(kit.WithDesc(n.Recreate, listKeys{s}.recreateWord()), some), l.Filter, kit.WithDesc(l.Back, listKeys{s}.backWord()), kit.EnabledIf(n.Sort, some), kit.EnabledIf(n.Group, some),
		kit.EnabledIf(n.Mark, some), kit.EnabledIf(kit.WithDesc(n.CopyARN, s.list.about("copy ARN")), some), kit.EnabledIf(n.Undecided, !some && s.list.shown.undecided.Notebooks > 0),
	}
}

// openWord is what enter does now.
func (s listKeys) openWord() string {
	if s.detail.open {
		return "focus detail"
	}
	return "detail"
}

// backWord is what esc does now.
func (s listKeys) backWord() string {
	switch {
	case s.detail.open && !s.came.detail:
		return "close detail"
	case s.ownFilter() && s.came.filter != "":
		return "filter as before"
	case s.ownFilter():
		return "clear filter"
	case s.world.Back != "":
		return s.world.BackWord()
	case s.detail.open:
		return "close detail"
	case s.list.table.MarkCount() > 0:
		return "clear marks"
	}
	return ""
}

// Commands implements kit.Screen.
func (s *Notebooks) Commands() []kit.Command {
	if s.detail.open && (s.detail.focused || !s.beside()) {
		return append(listKeys{s}.detailCommands(), listKeys{s}.noteCommands()...)
	}
	out := listKeys{s}.moveCommands()
	out = append(out, listKeys{s}.listCommands()...)
	out = append(out, listKeys{s}.noteCommands()...)
	if s.detail.open {
		out = append(out, listKeys{s}.sectionCommands()...)
	}
	return out
}

func (s listKeys) moveCommands() []kit.Command {
	l := s.keys.List
	step := func(b key.Binding, by int) kit.Command {
		return kit.Command{Group: kit.GroupMove, Name: b.Help().Desc, Key: b, Plain: true, Run: func() kit.Intent { return s.move(by) }}
	}
	page := func(b key.Binding, by float64) kit.Command {
		return kit.Command{Group: kit.GroupMove, Name: b.Help().Desc, Key: b, Plain: true, Run: func() kit.Intent { return s.page(by) }}
	}
	pan := func(b key.Binding, by int) kit.Command {
		return kit.Command{Group: kit.GroupMove, Name: b.Help().Desc, Key: b, Plain: true, Run: func() kit.Intent {
			s.list.table.Pan(by)
			return nil
		}}
	}
	end := s.list.table.Len()
	return []kit.Command{
		step(l.Down, 1), step(l.Up, -1), page(l.HalfDown, 0.5), page(l.HalfUp, -0.5), page(l.PageDown, 1),
		page(l.PageUp, -1), step(l.Top, -end), step(l.Bottom, end), pan(l.Left, -1), pan(l.Right, 1),
	}
}

func (s listKeys) listCommands() []kit.Command {
	l, n := s.keys.List, s.keys.Notes
	some := s.list.table.Len() > 0
	out := []kit.Command{
		{Group: kit.GroupList, Name: "Filter", Key: l.Filter, Run: s.startFilter},
		{
			Group: kit.GroupList, Name: "Also show the notebooks that may match",
			Key: kit.EnabledIf(n.Undecided, s.list.shown.undecided.Notebooks > 0), Run: func() kit.Intent { return s.setFilter(s.list.shown.undecided.Filter) },
		},
		{Group: kit.GroupList, Name: "Back: close, clear the filter, go back, clear the marks", Key: l.Back, Run: s.back},
		{Group: kit.GroupList, Name: "Sort by the next column", Key: kit.EnabledIf(n.Sort, some), Run: s.sortNext},
		{Group: kit.GroupList, Name: "Reverse the order", Key: kit.EnabledIf(n.Reverse, some), Run: s.reverse},
		{Group: kit.GroupList, Name: "Group by the next of account, region, VPC, subnet", Key: n.Group, Run: s.groupNext},
		{Group: kit.GroupList, Name: "Show or hide columns", Key: n.Columns, Run: func() kit.Intent { return s.chooseColumns(0) }},
		{Group: kit.GroupList, Name: "Mark or unmark", Key: kit.EnabledIf(n.Mark, some), Run: s.mark},
		{Group: kit.GroupList, Name: "Mark all shown", Key: kit.EnabledIf(n.MarkAll, some), Run: s.markAll},
	}
	out = append(out, s.presetCommands()...)
	for _, f := range s.world.Skip.Fields() {
		out = append(out, kit.Command{
			Group: kit.GroupList, Name: "Sort by " + strings.ToLower(f.Title), Run: func() kit.Intent { return s.sortBy(f.ID) },
		})
	}
	for _, g := range groupings() {
		name := "No groups"
		if g != "" {
			name = "Group by " + fieldWord(g)
		}
		out = append(out, kit.Command{Group: kit.GroupList, Name: name, Run: func() kit.Intent { return s.groupBy(g) }})
	}
	return out
}

// noteCommands act on what is marked, or on the notebook under the cursor.
func (s listKeys) noteCommands() []kit.Command {
	l, n := s.keys.List, s.keys.Notes
	some := s.list.current() != nil || s.list.table.MarkCount() > 0
	return append([]kit.Command{
		{Group: kit.GroupOne, Name: "Detail", Key: kit.EnabledIf(l.Open, s.list.current() != nil), Run: s.open},
		{Group: kit.GroupOne, Name: "Recreate with the other setting of direct internet, or all marked", Key: kit.EnabledIf(n.Recreate, some), Run: s.recreate},
		{Group: kit.GroupOne, Name: "Copy the ARN, or those of all marked", Key: kit.EnabledIf(n.CopyARN, some), Run: func() kit.Intent { return s.list.copyLines("ARN", func(n *model.Notebook) string { return n.ARN }) }},
		{Group: kit.GroupOne, Name: "Copy the AWS CLI command", Key: kit.EnabledIf(n.CopyCLI, some), Run: func() kit.Intent { return s.list.copyLines("CLI command", s.world.CLICommand) }},
		{Group: kit.GroupOne, Name: "Open its page of the AWS console", Key: kit.EnabledIf(n.Console, some), Run: s.openConsole},
		{Group: kit.GroupOne, Name: "Copy the URL of the AWS console", Key: kit.EnabledIf(n.CopyConsole, some), Run: s.copyConsole},
	}, s.ownCommands()...)
}

// ownCommands are those of the user's configuration, about the notebook under the cursor.
func (s listKeys) ownCommands() []kit.Command {
	out := make([]kit.Command, 0, len(s.world.Own))
	for _, c := range s.world.Own {
		n := s.list.current()
		if n == nil {
			break
		}
		out = append(out, kit.Command{Group: kit.GroupOwn, Name: c.Title, Key: c.Binding(), Run: func() kit.Intent {
			do := kit.Func(func(h kit.Host) tea.Cmd { return h.RunOwn(c, n) })
			if !c.Writes {
				return do
			}
			return kit.Unlocked{Account: n.Account, What: c.Title, Then: do}
		}})
	}
	return out
}

func (s listKeys) sectionCommands() []kit.Command {
	k := s.keys.Detail
	return []kit.Command{
		{Group: kit.GroupDetail, Name: "Next section", Key: k.NextSection, Run: func() kit.Intent { return s.detail.turn(1) }},
		{Group: kit.GroupDetail, Name: "Previous section", Key: k.PrevSection, Run: func() kit.Intent { return s.detail.turn(-1) }},
		{Group: kit.GroupDetail, Name: "Show or mask values that look like secrets", Key: k.Reveal, Run: s.detail.toggleReveal},
		{Group: kit.GroupDetail, Name: "Try from inside the notebook what it reaches", Key: kit.EnabledIf(k.Probe, s.detail.probeable()), Run: s.detail.probe},
		{Group: kit.GroupDetail, Name: "Copy the commands of the marked remedy", Key: k.CopyRemedy, Run: s.detail.copyRemedy},
		{Group: kit.GroupDetail, Name: "Mark the next remedy", Key: k.NextRemedy, Run: func() kit.Intent { return s.detail.nextRemedy(1) }},
	}
}

// detailCommands hold while the detail has the focus.
func (s listKeys) detailCommands() []kit.Command {
	l, k, d := s.keys.List, s.keys.Detail, &s.detail
	turn := func(b key.Binding, by int) kit.Command {
		return kit.Command{Group: kit.GroupDetail, Name: b.Help().Desc, Key: b, Plain: true, Run: func() kit.Intent { return d.turn(by) }}
	}
	half, all := max(1, d.height/2), 1<<20
	out := append(l.Moves(half, all, func(by int) kit.Intent { d.scroll(by); return nil }), []kit.Command{
		turn(kit.WithDesc(l.Left, "previous section"), -1), turn(kit.WithDesc(l.Right, "next section"), 1),
		{Group: kit.GroupDetail, Name: "Back to the list", Key: kit.WithDesc(l.Back, "back to the list"), Run: s.back},
		{Group: kit.GroupDetail, Name: "Next notebook", Key: k.NextNotebook, Run: func() kit.Intent { return s.move(1) }},
		{Group: kit.GroupDetail, Name: "Previous notebook", Key: k.PrevNotebook, Run: func() kit.Intent { return s.move(-1) }},
	}...)
	for i, sec := range sections() {
		b := k.Section
		b.SetKeys(k.Section.Keys()[i])
		b.SetHelp(k.Section.Keys()[i], sec.name())
		out = append(out, kit.Command{Group: kit.GroupDetail, Name: "Section: " + sec.name(), Key: b, Run: func() kit.Intent { return d.turnTo(sec) }})
	}
	return append(out, s.sectionCommands()...)
}
