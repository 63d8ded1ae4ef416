package ui

import (
	"context"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// Filters that the user has saved by a name. The palette lists them.

// savedChoices lead to the saved filters.
func (a input) savedChoices() []kit.Choice {
	out := make([]kit.Choice, 0, len(a.saved))
	for _, name := range slices.Sorted(maps.Keys(a.saved)) {
		filter := a.saved[name]
		out = append(out, kit.Choice{
			Name: name, Note: "saved filter, " + filter, Run: func() kit.Intent { return kit.ShowNotebooks{Filter: filter} },
		})
	}
	return out
}

// savedCommands save the filter in force, and forget those that were saved.
func (a input) savedCommands() []kit.Command {
	var out []kit.Command
	if filter := strings.TrimSpace(a.notebooks.Look().Filter); filter != "" && a.screen() == kit.Screen(a.notebooks) {
		out = append(out, kit.Command{Group: kit.GroupList, Name: "Save this filter by a name", Run: func() kit.Intent {
			if why := a.notebooks.Fault(); why != "" {
				return kit.Say{Tone: theme.Warn, Text: "this filter is not saved: " + why}
			}
			return a.askToSave(filter)
		}})
	}
	for _, name := range slices.Sorted(maps.Keys(a.saved)) {
		out = append(out, kit.Command{Group: kit.GroupList, Name: "Forget the saved filter " + name, Run: own(func() tea.Cmd { return a.keepFilter(name, "") })})
	}
	return out
}

// longestName bounds what a saved filter is called.
const longestName = 40

// askToSave asks what the filter is to be called.
func (a input) askToSave(filter string) kit.Intent {
	var about kit.Document
	about.Say(theme.Normal, "The filter "+filter+" is listed in the palette by the name that you type.")
	p := kit.Prompt{
		GateText: kit.GateText{Title: "Save this filter", About: about}, Keys: a.keys.Typing, Accept: "save", Now: a.cfg.Now,
		Refuses: func(s string) string {
			switch s = strings.TrimSpace(s); {
			case s == "":
				return "type a name"
			case len([]rune(s)) > longestName:
				return "this name is too long"
			}
			return ""
		},
		Warns: func(s string) string {
			if old := a.saved[strings.TrimSpace(s)]; old != "" {
				return "takes the place of " + old
			}
			return ""
		},
		Do: func(s string) kit.Intent {
			return own(func() tea.Cmd { return a.keepFilter(strings.TrimSpace(s), filter) })()
		},
	}
	return kit.Show{Overlay: kit.NewPrompt(p)}
}

// keepFilter saves a filter by a name, on disk where the user wants that; an empty one
// is forgotten.
func (a *App) keepFilter(name, filter string) tea.Cmd {
	was, had := a.saved[name]
	told := "the filter is saved as " + name
	if a.saved[name] = filter; filter == "" {
		delete(a.saved, name)
		told = "the saved filter " + name + " is forgotten"
	}
	keep := a.cfg.KeepFilter
	if keep == nil {
		return a.Say(theme.Warn, told+", for this session: nothing is remembered here")
	}
	return a.Job("filters", func(context.Context) kit.Intent {
		if err := keep(name, filter); err != nil {
			return kit.Func(func(h kit.Host) tea.Cmd {
				delete(a.saved, name)
				if had {
					a.saved[name] = was
				}
				return h.Say(theme.Bad, "the saved filters could not be kept: "+err.Error())
			})
		}
		return kit.Say{Tone: theme.Good, Text: told}
	})
}
