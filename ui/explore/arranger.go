package explore

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/match"
)

// arrangeAside is the number of rows from which on filtering and sorting would
// hold up keys, and so runs beside the loop.
const arrangeAside = 8000

// arranger filters and sorts, in the loop for short lists and beside it for long
// ones, where at most one piece of work is under way at a time.
type arranger struct {
	engine *query.Engine
	sorted *sorted
	seq    int  // of the newest result shown or asked for
	busy   bool // a piece of work is under way and owns the engine
	again  bool // the list has changed since it was started
}

func newArranger(seq int) arranger {
	return arranger{engine: query.NewEngine(match.Fuzzy).InBatches(match.Many), sorted: &sorted{}, seq: seq}
}

// Restart forgets orders and what is being arranged. Work under way keeps what it works
// with to itself, and its answer comes too late to count once the list is arranged anew.
func (s *Notebooks) Restart() { s.arranger = newArranger(s.arranger.seq) }

// Arrange filters, sorts and groups the list anew.
func (s *Notebooks) Arrange(h kit.Host) tea.Cmd {
	r := &s.arranger
	if r.busy {
		r.again = true
		return nil
	}
	r.seq++
	q, rows, lens, o, e, all := s.query, s.world.Rows, s.world.Lens, s.order(), r.engine, r.sorted
	if len(rows) <= arrangeAside {
		return kit.Perform(h, s.arranged(arrange(e, all, q, rows, lens, o)))
	}
	r.busy, r.again = true, false
	seq, ahead := r.seq, s.bar.Open
	return h.Job("sort", func(context.Context) kit.Intent {
		if ahead { // the next key will ask for it
			e.Prepare(rows, lens)
		}
		return arrangedMsg{screen: s, seq: seq, result: arrange(e, all, q, rows, lens, o)}
	})
}

// arrangedMsg brings a filtered and sorted list that was made outside of the loop.
type arrangedMsg struct {
	screen *Notebooks
	seq    int
	result arrangement
}

// Do shows the list, and makes the next one if there was a change in the meantime.
func (m arrangedMsg) Do(h kit.Host) tea.Cmd {
	r := &m.screen.arranger
	if m.seq != r.seq {
		return nil
	}
	r.busy = false
	cmd := kit.Perform(h, m.screen.arranged(m.result))
	if r.again {
		r.again = false
		return tea.Batch(cmd, m.screen.Arrange(h))
	}
	return cmd
}
