package recreate

import (
	"reflect"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How a batch outlives the program: what was chosen in it is kept, and found again at
// the next start. What was begun of it has journals.

// keep has the batch kept as it stands, where it is otherwise than it was.
func (s *batch) keep() {
	if s.kept == nil || s.book.cfg.Driver == nil {
		return
	}
	now := recreate.KeptBatch{ID: s.kept.ID, At: s.kept.At, Drafts: make([]recreate.KeptDraft, 0, len(s.drafts))}
	for _, d := range s.drafts {
		now.Drafts = append(now.Drafts, d.keep())
	}
	if !reflect.DeepEqual(now, *s.kept) {
		s.kept = &now
		s.book.cfg.Driver.KeepBatch(now)
	}
}

// keep is the draft with what the user has chosen.
func (d *draft) keep() recreate.KeptDraft {
	out := recreate.KeptDraft{RunID: d.runID, ARN: d.arn, Name: d.name, Account: d.target.Account, Region: d.target.Region, Transport: d.route.by, Bucket: d.route.bucket, MakeBucket: d.route.made, Promised: d.promised}
	if d.source != nil {
		spec := d.spec
		out.Source, out.Spec = d.source, &spec
	}
	return out
}

// draftFrom is a draft as it was kept. It is looked at anew when its batch is opened.
func (b *Runs) draftFrom(k *recreate.KeptDraft) *draft {
	d := &draft{
		target: model.Target{Account: k.Account, Region: k.Region}, name: k.Name, arn: k.ARN, runID: k.RunID, ports: b.ports, route: route{by: k.Transport, bucket: k.Bucket, made: k.MakeBucket}, promised: k.Promised,
		source: k.Source, base: k.Source,
	}
	if k.Source != nil && k.Spec != nil {
		d.spec, d.direction = *k.Spec, recreate.DirectionTo(k.Source, k.Spec.DirectInternet)
		d.changed()
	}
	return d
}

// find takes up what batches the program has left when it ended.
func (b *Runs) find(kept []recreate.KeptBatch) tea.Cmd {
	open, of := 0, 0
	for i := range kept {
		drafts := make([]*draft, 0, len(kept[i].Drafts))
		for j := range kept[i].Drafts {
			drafts = append(drafts, b.draftFrom(&kept[i].Drafts[j]))
		}
		if s := newBatch(b, kept[i], drafts); !s.finish() {
			b.batches = append(b.batches, s)
			open++
			of += len(drafts)
		}
	}
	slices.SortStableFunc(b.batches, func(x, y *batch) int { return x.kept.At.Compare(y.kept.At) })
	if open == 0 {
		return nil
	}
	return b.host.Say(theme.Accent, batchWords(open, of)+" left unfinished: "+b.keys.Runs.Batch.Help().Key+" on the list of runs goes back to it")
}

func batchWords(n, notebooks int) string {
	of := " of " + kit.Count(notebooks, "notebook")
	if n == 1 {
		return "a batch" + of + " was"
	}
	return strconv.Itoa(n) + " batches" + of + " were"
}

// finish ends the keeping of a batch in which nothing is left to do, and reports
// whether it is one.
func (s *batch) finish() bool {
	if s.unfinished() {
		return false
	}
	s.forget()
	return true
}

func (s *batch) forget() {
	if s.kept != nil && s.book.cfg.Driver != nil {
		s.book.cfg.Driver.DropBatch(s.kept.ID)
	}
	s.kept = nil
}

// giveUp forgets the plans that are not begun; runs go on by themselves.
func (s *batch) giveUp() kit.Intent {
	n := 0
	for _, d := range s.drafts {
		if d.run() == nil {
			n++
		}
	}
	leave := s.leave()
	s.forget()
	s.drafts = nil
	return kit.Sequence{leave, kit.Say{Tone: theme.Normal, Text: "the batch is given up, with " + kit.Count(n, "plan") + " that had not begun"}}
}
