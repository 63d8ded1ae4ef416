package ui

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/explore"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// saved is the filters that the user has saved by a name. The palette lists them.
type saved struct {
	filters map[string]string
	keep    func(name, filter string) error // on disk; nil: nothing is remembered
	list    *explore.Notebooks
	keys    kit.TypingKeys
	now     func() time.Time
}

// choices lead to the saved filters.
func (s *saved) choices() []kit.Choice {
	out := make([]kit.Choice, 0, len(s.filters))
	for _, name := range slices.Sorted(maps.Keys(s.filters)) {
		filter := s.filters[name]
		out = append(out, kit.Choice{
			Name: name, Note: "saved filter, " + filter, Run: func() kit.Intent { return kit.ShowNotebooks{Filter: filter} },
		})
	}
	return out
}

// commands save the filter in force where the list is shown, and forget those that were
// saved.
func (s *saved) commands(front kit.Screen) []kit.Command {
	var out []kit.Command
	if filter := strings.TrimSpace(s.list.Look().Filter); filter != "" && front == kit.Screen(s.list) {
		out = append(out, kit.Command{Group: kit.GroupList, Name: "Save this filter by a name", Run: func() kit.Intent {
			if why := s.list.Fault(); why != "" {
				return kit.Say{Tone: theme.Warn, Text: "this filter is not saved: " + why}
			}
			return s.ask(filter)
		}})
	}
	for _, name := range slices.Sorted(maps.Keys(s.filters)) {
		out = append(out, kit.Command{Group: kit.GroupList, Name: "Forget the saved filter " + name, Run: func() kit.Intent { return s.save(name, "") }})
	}
	return out
}

// longestName bounds what a saved filter is called.
const longestName = 40

// ask asks what the filter is to be called.
func (s *saved) ask(filter string) kit.Intent {
	var about kit.Document
	about.Say(theme.Normal, "The filter "+filter+" is listed in the palette by the name that you type.")
	p := kit.Prompt{
		GateText: kit.GateText{Title: "Save this filter", About: about}, Keys: s.keys, Accept: "save", Now: s.now,
		Refuses: func(name string) string {
			switch name = strings.TrimSpace(name); {
			case name == "":
				return "type a name"
			case len([]rune(name)) > longestName:
				return "this name is too long"
			}
			return ""
		},
		Warns: func(name string) string {
			if old := s.filters[strings.TrimSpace(name)]; old != "" {
				return "takes the place of " + old
			}
			return ""
		},
		Do: func(name string) kit.Intent { return s.save(strings.TrimSpace(name), filter) },
	}
	return kit.Show{Overlay: kit.NewPrompt(p)}
}

// save saves a filter by a name, on disk where the user wants that; an empty one is
// forgotten.
func (s *saved) save(name, filter string) kit.Intent {
	was, had := s.filters[name]
	told := "the filter is saved as " + name
	if s.filters[name] = filter; filter == "" {
		delete(s.filters, name)
		told = "the saved filter " + name + " is forgotten"
	}
	keep := s.keep
	if keep == nil {
		return kit.Say{Tone: theme.Warn, Text: told + ", for this session: nothing is remembered here"}
	}
	return kit.Job("filters", func(context.Context) kit.Intent {
		if err := keep(name, filter); err != nil {
			return kit.Func(func(h kit.Host) tea.Cmd {
				delete(s.filters, name)
				if had {
					s.filters[name] = was
				}
				return h.Say(theme.Bad, "the saved filters could not be kept: "+err.Error())
			})
		}
		return kit.Say{Tone: theme.Good, Text: told}
	})
}
