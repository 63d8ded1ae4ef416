package explore

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
)

// The filters on number keys stand above the list, where there is a line for them, with
// the one that is in force marked.

// presetsFrom is the height from which on the presets are shown.
const presetsFrom = 16

// stripLines is how many lines the presets take.
func (s *Notebooks) stripLines() int {
	if s.height < presetsFrom || s.detail.open && !s.beside() || len(s.world.Presets) == 0 {
		return 0
	}
	return 1
}

// presetRow is the row of the presets.
func (s *Notebooks) presetRow() kit.TabRow {
	in := func(p model.Preset) bool { return strings.TrimSpace(s.bar.Text) == p.Filter }
	r := kit.TabRow{At: slices.IndexFunc(s.world.Presets, in), Width: s.width}
	for _, p := range s.world.Presets {
		r.Names = append(r.Names, string(p.Key)+" "+p.Name)
	}
	return r
}

func (s *Notebooks) preset(p model.Preset) kit.Intent {
	s.chosen.filter, s.bar.Open = true, false
	return s.setFilter(p.Filter)
}

func (s listKeys) presetCommands() []kit.Command {
	out := make([]kit.Command, 0, len(s.world.Presets))
	for _, p := range s.world.Presets {
		b := s.keys.Notes.Preset
		b.SetKeys(string(p.Key))
		b.SetHelp(string(p.Key), p.Name)
		if p.Filter == "" {
			b.SetKeys(string(p.Key), "0")
			b.SetHelp(string(p.Key)+" 0", p.Name)
		}
		out = append(out, kit.Command{Group: kit.GroupList, Name: "Show " + p.Name, Key: b, Run: func() kit.Intent { return s.preset(p) }})
	}
	return out
}
