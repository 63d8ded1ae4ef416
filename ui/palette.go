package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/explore"
	"nbscope/ui/kit"
)

// The palette leads to everything by its name: screens, accounts, regions and notebooks,
// and what a key does.

// aliases are short names of the screens, by their titles.
func aliases() map[string][]string {
	return map[string][]string{
		"Notebooks": {"nb", "n", "notebook"}, "VPCs": {"v", "vpc", "subnets"}, "Targets": {"t", "tg", "target"}, "Runs": {"ru", "run"},
	}
}

// openPalette offers every place and every command by name.
func (a input) openPalette() kit.Intent {
	items := append(a.screenChoices(), a.savedChoices()...)
	for _, c := range append(a.commands(), a.savedCommands()...) {
		if c.Plain || len(c.Key.Keys()) > 0 && !c.Key.Enabled() {
			continue
		}
		items = append(items, kit.Choice{Name: c.Name, Key: c.Key.Help().Key, Run: c.Run})
	}
	rows := a.world.Rows
	names := make([]string, len(rows))
	for i, n := range rows {
		names[i] = n.Name
	}
	return kit.Show{Overlay: kit.NewLongPicker("Go to, or do", a.keys.Typing, slices.Concat(items, a.accountChoices(), a.regionChoices()), kit.Long{
		Names: names, Choice: func(i int) kit.Choice { return a.notebookChoice(rows[i]) },
	})}
}

func (a input) screenChoices() []kit.Choice {
	out := make([]kit.Choice, 0, len(a.screens))
	for _, s := range a.screens {
		also := aliases()[s.Title()]
		out = append(out, kit.Choice{
			Name: s.Title(), Also: also, Note: "screen, also " + strings.Join(also, " "),
			Run: own(func() tea.Cmd { return a.goTo(s) }),
		})
	}
	return out
}

// accountChoices are the accounts, each with how many notebooks it has.
func (a input) accountChoices() []kit.Choice {
	named := a.world.Lens.Aliases
	return a.filterChoices("account", func(t model.Target) string { return t.Account }, func(id string) (string, []string) {
		return kit.AccountLong(id, named), []string{id, named[id]}
	})
}

// regionChoices are the regions, each with how many notebooks it has.
func (a input) regionChoices() []kit.Choice {
	return a.filterChoices("region", func(t model.Target) string { return t.Region }, func(region string) (string, []string) { return region, nil })
}

// filterChoices lead to the notebooks with one value of a field of their targets, in the
// order of their names.
func (a input) filterChoices(field string, of func(model.Target) string, name func(value string) (string, []string)) []kit.Choice {
	count := map[string]int{}
	for i := range a.world.Targets {
		count[of(a.world.Targets[i].Target)] += 0 // also where there is none
	}
	for _, n := range a.world.Rows {
		count[of(n.Target())]++
	}
	out := make([]kit.Choice, 0, len(count))
	for value, n := range count {
		if value == "" {
			continue
		}
		title, also := name(value)
		also = slices.DeleteFunc(also, func(s string) bool { return s == "" })
		out = append(out, kit.Choice{
			Name: title, Also: also, Note: field + ", " + kit.Count(n, "notebook"),
			Run: func() kit.Intent { return kit.ShowNotebooks{Filter: explore.Where(field, value)} },
		})
	}
	slices.SortFunc(out, func(x, y kit.Choice) int { return strings.Compare(x.Name, y.Name) })
	return out
}

func (a input) notebookChoice(n *model.Notebook) kit.Choice {
	return kit.Choice{
		Name: n.Name, Note: kit.AccountShort(n.Account, a.world.Lens.Aliases) + " " + n.Region,
		Run: own(func() tea.Cmd { return a.reveal(n) }),
	}
}

// reveal goes to a notebook in the list.
func (a input) reveal(n *model.Notebook) tea.Cmd {
	a.visit(a.notebooks, false)
	return a.perform(a.notebooks.Reveal(n))
}
