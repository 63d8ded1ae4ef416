package recreate

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
)

// shelf is what was left unfinished, for when the user comes back to it.
type shelf struct {
	*env

	batches []*batch          // left here or when the program ended, the last one last
	drafts  map[string]*draft // by the notebook's ARN
}

// Left keeps what a screen that was closed has begun: a plan that is not finished, for
// when the user comes back to it, and a batch.
func (h *shelf) Left(s kit.Screen) {
	switch s := s.(type) {
	case *wizard:
		if !s.shared && s.draft != nil && s.live == nil && s.draft.notebook != nil {
			h.drafts[s.draft.notebook.ARN] = s.draft
		}
	case *batch:
		if !s.finish() {
			h.batches = append(h.batches, s)
		}
	}
}

// Commands lead back to the batches that were left unfinished.
func (h *shelf) Commands() []kit.Command {
	left := h.unfinished()
	out := make([]kit.Command, 0, len(left))
	for _, s := range left {
		k := key.Binding{}
		if len(out) == 0 {
			k = h.batchKey()
		}
		out = append(out, kit.Command{
			Group: kit.GroupApp, Name: "Back to the batch of " + kit.Count(len(s.drafts), "notebook") + ", of " + s.kept.At.UTC().Format(kit.TimeLayout), Key: k,
			Run: func() kit.Intent { return kit.Func(func(kit.Host) tea.Cmd { return h.backTo(s) }) },
		})
	}
	return out
}

// unfinished are the batches that were left with something to do, the last one first.
func (h *shelf) unfinished() []*batch {
	all := slices.Clone(h.batches)
	for _, s := range h.host.Stacked() {
		if s, ok := s.(*batch); ok && h.host.Front() != s {
			all = append(all, s)
		}
	}
	var out []*batch
	for _, s := range slices.Backward(all) {
		if s.unfinished() {
			out = append(out, s)
		}
	}
	return out
}

// batchKey is the key back to the batch that was left last, on the list of runs.
func (h *shelf) batchKey() key.Binding {
	if _, ok := h.host.Front().(*runsScreen); !ok || len(h.unfinished()) == 0 {
		return key.Binding{} // by name only
	}
	return h.keys.Runs.Batch
}

// backTo opens a batch that was left. What was not answered yet is asked anew.
func (h *shelf) backTo(s *batch) tea.Cmd {
	if slices.Contains(h.host.Stacked(), kit.Screen(s)) {
		return h.host.Push(s)
	}
	h.batches = slices.DeleteFunc(h.batches, func(other *batch) bool { return other == s })
	s.Restyle(h.host.Theme())
	cmds := []tea.Cmd{h.host.Push(s)}
	for _, d := range s.drafts {
		switch {
		case d.run() != nil:
		case d.plan == nil:
			cmds = append(cmds, kit.Perform(h.host, d.observe()))
		default:
			cmds = append(cmds, kit.Perform(h.host, d.refresh()))
		}
	}
	return tea.Batch(cmds...)
}

// takeOut takes what is planned anew out of the batches that were left: a notebook is
// in one of them at most.
func (h *shelf) takeOut(drafts []*draft) {
	h.batches = slices.DeleteFunc(h.batches, func(s *batch) bool {
		s.drafts = slices.DeleteFunc(s.drafts, func(old *draft) bool {
			return old.run() == nil && slices.ContainsFunc(drafts, func(d *draft) bool { return d.arn == old.arn })
		})
		s.order = nil
		s.Sync()
		return s.finish()
	})
}
