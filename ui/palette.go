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
	items := append(a.screenChoices(), a.saved.choices()...)
	for _, c := range append(a.commands(), a.saved.commands(a.Front())...) {
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
			Run: own(func() tea.Cmd { return a.walk(a.to(s)) }),
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

// holding is what an account or a region has, as far as its targets have answered.
type holding struct{ targets, answered, notebooks int }

func (h holding) words() string {
	switch {
	case h.answered == h.targets:
		return kit.Count(h.notebooks, "notebook")
	case h.answered+h.notebooks == 0:
		return "not known"
	}
	return kit.Count(h.notebooks, "notebook") + " known"
}

// filterChoices lead to the notebooks with one value of a field of their targets, in the
// order of their names.
func (a input) filterChoices(field string, of func(model.Target) string, name func(value string) (string, []string)) []kit.Choice {
	all := map[string]holding{}
	for i := range a.world.Targets {
		t := &a.world.Targets[i]
		h := all[of(t.Target)] // also where there is no notebook
		h.targets++
		if t.State.Answered() {
			h.answered++
		}
		all[of(t.Target)] = h
	}
	for _, n := range a.world.Rows {
		h := all[of(n.Target())]
		h.notebooks++
		all[of(n.Target())] = h
	}
	out := make([]kit.Choice, 0, len(all))
	for value, h := range all {
		if value == "" {
			continue
		}
		title, also := name(value)
		also = slices.DeleteFunc(also, func(s string) bool { return s == "" })
		out = append(out, kit.Choice{
			Name: title, Also: also, Note: field + ", " + h.words(),
			Run: func() kit.Intent { return kit.ShowNotebooks{Filter: explore.Where(field, value)} },
		})
	}
	model.SortStable(out, func(x, y kit.Choice) int { return strings.Compare(x.Name, y.Name) })
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
	return kit.Perform(a, a.notebooks.Reveal(n))
}
