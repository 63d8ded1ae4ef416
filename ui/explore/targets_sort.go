package explore

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
)

// How the targets stand: by what needs attention, until the user sorts.

// attention ranks a target: what could not be seen comes first, then what is not
// known in part, then what is under way, then what is in order, then what is empty.
func attention(t *model.TargetStatus) int {
	if t.Forbidden() {
		return 2 // nobody here can mend it
	}
	switch t.State {
	case model.StateExpired, model.StateRefused, model.StateDenied, model.StateFailed:
		return 0
	case model.StateThrottled, model.StateTimedOut, model.StateCanceled:
		return 1
	case model.StateListing, model.StateDescribing:
		return 3
	case model.StatePending, model.StateBelieved:
		return 4
	case model.StateOK:
		if partial(t) {
			return 2
		}
		return 5
	case model.StateEmpty:
		return 6
	case model.StateNotOffered, model.StateNotEnabled:
		return 7
	}
	return 0
}

// order sorts the targets by a field. Sign-ins that failed stay on top: no field has
// anything to say about them.
func (s *targetsScreen) order(f *targetField) {
	aliases := s.world.Lens.Aliases
	slices.SortStableFunc(s.view, func(i, j int32) int {
		x, y := s.rows[i].status, s.rows[j].status
		if x == nil || y == nil {
			return cmp.Compare(i, j) // they come first among the rows
		}
		if c := f.order(x, y); c != 0 {
			if s.desc {
				return -c
			}
			return c
		}
		return cmp.Or(
			strings.Compare(kit.AccountShort(x.Target.Account, aliases), kit.AccountShort(y.Target.Account, aliases)),
			strings.Compare(x.Target.Region, y.Target.Region),
		)
	})
	s.table.SetSort(s.sort, s.desc != f.Right)
}

// lastIfEmpty puts what has nothing to say behind the rest.
func lastIfEmpty(note string) string {
	if note == "" {
		return "\U0010ffff"
	}
	return note
}

func (s *targetsScreen) sortNext() kit.Intent {
	return s.sortBy((s.sort + 1) % len(s.fields))
}

func (s *targetsScreen) sortBy(col int) kit.Intent {
	if s.sort == col {
		s.desc = !s.desc
	} else {
		s.sort, s.desc = col, false
	}
	return s.Sync()
}

func (s *targetsScreen) reverse() kit.Intent {
	s.desc = !s.desc
	return s.Sync()
}

// sortCommands sort by key or by name.
func (s *targetsScreen) sortCommands() []kit.Command {
	n, some := s.keys.Notes, len(s.view) > 0
	out := append(make([]kit.Command, 0, len(s.fields)+2),
		kit.Command{Group: kit.GroupList, Name: "Sort by the next column", Key: kit.EnabledIf(n.Sort, some), Run: s.sortNext},
		kit.Command{Group: kit.GroupList, Name: "Reverse the order", Key: kit.EnabledIf(n.Reverse, some), Run: s.reverse},
	)
	for col, f := range s.fields {
		out = append(out, kit.Command{Group: kit.GroupList, Name: "Sort by " + f.word, Run: func() kit.Intent { return s.sortBy(col) }})
	}
	return out
}
