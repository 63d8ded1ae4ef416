package egress

import (
	"slices"

	"nbscope/model"
)

// draft is a remedy in the making, for a notebook with direct internet off: the index is
// of the facts with the changes so far.
type draft struct {
	tenant

	place   *place
	changes []change
	words   []string // what the changes do, each with a verb: "open network ACL acl-1 for tcp/443"
	notes   []string // sentences that a user should read first
	kind    model.RemedyKind
	cost    model.Cost
}

// do notes changes and makes them in the facts.
func (d *draft) do(kind model.RemedyKind, words string, cost model.Cost, changes ...change) {
	d.changes = append(d.changes, changes...)
	d.words = append(d.words, words)
	d.cost = d.cost.Plus(cost)
	if kind.Rank() > d.kind.Rank() {
		d.kind = kind
	}
	d.ix = d.place.index.with(d.place.facts.after(d.changes))
}

// judge is the notebook's judgement with the changes so far.
func (d *draft) judge() model.Egress {
	*d.place.judged++
	return d.ix.throughVPC(d.notebook)
}

func (d *draft) did(c change) bool { return slices.Contains(d.changes, c) }

func (d *draft) note(says string) {
	if says != "" && !slices.Contains(d.notes, says) {
		d.notes = append(d.notes, says)
	}
}

// acl finds a network ACL as it is with the changes so far.
func (d *draft) acl(id string) *ACL {
	all := d.place.facts.after(d.changes).ACLs.Items
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}
