package model

import (
	"cmp"
	"slices"
)

// Inventory is what the scans found so far, including what they could not see.
// It is owned by one goroutine; Rows and Snapshot hand out values that stay
// as they are.
type Inventory struct {
	generation int
	scanning   bool
	rows       []*Notebook
	index      map[string]int // ARN to position in rows
	shared     bool           // rows was handed out: copy before the next change
	targets    []TargetStatus // sorted by account, then region
	identities []Identity     // sorted by account
	problems   []Problem
	heard      *Index // what an index says; nil: none was asked
}

// NewInventory returns an inventory that knows nothing.
func NewInventory() *Inventory {
	return &Inventory{index: map[string]int{}}
}

// Begin starts a generation: batches of any other are dropped from here on. A
// scan of everything (only is empty) marks every row stale and every target
// pending until it is heard of again; a scan of some targets does so for these.
func (inv *Inventory) Begin(generation int, only []Target) {
	inv.generation, inv.scanning = generation, true
	concerned := func(t Target) bool { return len(only) == 0 || slices.Contains(only, t) }
	inv.unshare()
	for i, n := range inv.rows {
		if !n.Stale && concerned(n.Target()) {
			older := *n
			older.Stale = true
			inv.rows[i] = &older
		}
	}
	for i := range inv.targets {
		if concerned(inv.targets[i].Target) {
			t := inv.targets[i].Target
			inv.targets[i] = TargetStatus{Target: t, State: StatePending, Notebooks: inv.targets[i].Notebooks}
		}
	}
	if len(only) == 0 {
		inv.problems, inv.heard = nil, nil
	}
}

// Apply takes in a batch and reports whether it belonged to the current
// generation. A batch of an older scan changes nothing.
func (inv *Inventory) Apply(b Batch) bool {
	if b.Generation != inv.generation {
		return false
	}
	inv.unshare()
	for _, id := range b.Identities {
		inv.setIdentity(id)
	}
	inv.setTargets(b.Targets)
	for _, n := range b.Notebooks {
		if i, ok := inv.index[n.ARN]; ok && n.Indexed && !inv.rows[i].Indexed {
			continue // an index knows no better than who looked
		}
		inv.set(n)
	}
	if b.Index != nil {
		inv.heard = b.Index
	}
	inv.remove(b.Gone)
	inv.problems = append(inv.problems, b.Problems...)
	if b.Done {
		inv.scanning = false
	}
	return true
}

// Seed fills an empty inventory from the cache: every row is stale.
func (inv *Inventory) Seed(identities []Identity, notebooks []*Notebook) {
	inv.unshare()
	for _, id := range identities {
		inv.setIdentity(id)
	}
	for _, n := range notebooks {
		if _, ok := inv.index[n.ARN]; ok {
			continue
		}
		if !n.Stale {
			older := *n
			older.Stale = true
			n = &older
		}
		inv.set(n)
	}
}

// Retain drops every notebook and target that keep refuses, and the identities
// that have none left and whose account, asked about without a region, keep
// refuses too. It is called when a scan knows which accounts it is about.
func (inv *Inventory) Retain(keep func(Target) bool) {
	inv.unshare()
	inv.rows = slices.DeleteFunc(inv.rows, func(n *Notebook) bool { return !keep(n.Target()) })
	inv.reindex()
	inv.targets = slices.DeleteFunc(inv.targets, func(t TargetStatus) bool { return !keep(t.Target) })
	held := map[string]bool{}
	for _, n := range inv.rows {
		held[n.Account] = true
	}
	for i := range inv.targets {
		held[inv.targets[i].Target.Account] = true
	}
	inv.identities = slices.DeleteFunc(inv.identities, func(id Identity) bool {
		return !held[id.Account] && !keep(Target{Account: id.Account})
	})
}

// Rows returns every notebook, in no order that means anything. The slice is
// not changed afterwards and must not be changed by the caller.
func (inv *Inventory) Rows() []*Notebook {
	inv.shared = true
	return inv.rows
}

// Len is the number of notebooks known.
func (inv *Inventory) Len() int { return len(inv.rows) }

// Get returns the notebook with this ARN, nil when it is not known.
func (inv *Inventory) Get(arn string) *Notebook {
	if i, ok := inv.index[arn]; ok {
		return inv.rows[i]
	}
	return nil
}

// Snapshot returns what is known of these targets, or of all where none is named, for
// another goroutine.
func (inv *Inventory) Snapshot(only ...Target) Snapshot {
	out := make(Snapshot, len(inv.targets))
	for _, n := range inv.rows {
		if t := n.Target(); len(only) == 0 || slices.Contains(only, t) {
			out[t] = append(out[t], n)
		}
	}
	return out
}

// Targets returns the status of every target, sorted by account and region.
func (inv *Inventory) Targets() []TargetStatus { return slices.Clone(inv.targets) }

// Identities returns who nbscope is, an entry per account, sorted by account.
func (inv *Inventory) Identities() []Identity { return slices.Clone(inv.identities) }

// Problems returns the sign-ins that failed in this scan.
func (inv *Inventory) Problems() []Problem { return slices.Clone(inv.problems) }

// Index is what an index of AWS's says, with what looking has found out about it; nil
// where none was asked.
func (inv *Inventory) Index() *Index {
	if inv.heard == nil {
		return nil
	}
	out := *inv.heard
	for i := range inv.targets {
		out.Missed += inv.targets[i].Missed
		out.Gone += inv.targets[i].Vanished
	}
	return &out
}

// Scanning reports whether the current generation is still under way.
func (inv *Inventory) Scanning() bool { return inv.scanning }

// Generation is the number of the current scan.
func (inv *Inventory) Generation() int { return inv.generation }

// Aliases maps account ids to their aliases, for those that have one.
func (inv *Inventory) Aliases() map[string]string {
	out := make(map[string]string, len(inv.identities))
	for _, id := range inv.identities {
		if id.Alias != "" {
			out[id.Account] = id.Alias
		}
	}
	return out
}

// Coverage sums up what could be seen.
func (inv *Inventory) Coverage() Coverage {
	c := Coverage{Targets: len(inv.targets), Problems: len(inv.problems)}
	for i := range inv.targets {
		t := &inv.targets[i]
		switch {
		case t.State == StateBelieved:
			c.Believed++
		case !t.State.Final():
			c.Pending++
		case t.State.Answered():
			c.Answered++
		default:
			c.Failed++
		}
		c.Unseen += t.Unknown
	}
	return c
}

func (inv *Inventory) set(n *Notebook) {
	if i, ok := inv.index[n.ARN]; ok {
		inv.rows[i] = n
		return
	}
	inv.index[n.ARN] = len(inv.rows)
	inv.rows = append(inv.rows, n)
}

func (inv *Inventory) remove(arns []string) {
	for _, arn := range arns {
		i, ok := inv.index[arn]
		if !ok {
			continue
		}
		last := len(inv.rows) - 1
		inv.rows[i] = inv.rows[last]
		inv.index[inv.rows[i].ARN] = i
		inv.rows = inv.rows[:last]
		delete(inv.index, arn)
	}
}

func (inv *Inventory) reindex() {
	clear(inv.index)
	for i, n := range inv.rows {
		inv.index[n.ARN] = i
	}
}

func (inv *Inventory) unshare() {
	if inv.shared {
		inv.rows, inv.shared = slices.Clone(inv.rows), false
	}
}

// setTargets takes over the newest status of targets. The new ones are put in order all
// at once: one by one, thousands would move all others a thousand times.
func (inv *Inventory) setTargets(targets []TargetStatus) {
	known := len(inv.targets)
	for _, t := range targets {
		i, found := slices.BinarySearchFunc(inv.targets[:known], t.Target, func(have TargetStatus, want Target) int {
			return compareTargets(have.Target, want)
		})
		if found {
			inv.targets[i] = t
		} else {
			inv.targets = append(inv.targets, t)
		}
	}
	if len(inv.targets) == known {
		return
	}
	slices.SortStableFunc(inv.targets, func(a, b TargetStatus) int { return compareTargets(a.Target, b.Target) })
	kept := inv.targets[:0]
	for _, t := range inv.targets {
		if last := len(kept) - 1; last >= 0 && kept[last].Target == t.Target {
			kept[last] = t // the same twice: the newest is the last
			continue
		}
		kept = append(kept, t)
	}
	inv.targets = kept
}

func (inv *Inventory) setIdentity(id Identity) {
	i, found := slices.BinarySearchFunc(inv.identities, id.Account, func(have Identity, want string) int {
		return cmp.Compare(have.Account, want)
	})
	if found {
		inv.identities[i] = id
		return
	}
	inv.identities = slices.Insert(inv.identities, i, id)
}

func compareTargets(a, b Target) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
}
