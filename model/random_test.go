package model

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// reference is an inventory as simple as it can be: it copies everything and
// remembers what the real one must say.
type reference struct {
	generation int
	scanning   bool
	rows       map[string]Notebook
	targets    map[Target]TargetState
	problems   int
}

func (r *reference) begin(generation int, only []Target) {
	r.generation, r.scanning = generation, true
	for arn, n := range r.rows {
		if len(only) == 0 || slices.Contains(only, n.Target()) {
			n.Stale = true
			r.rows[arn] = n
		}
	}
	for t := range r.targets {
		if len(only) == 0 || slices.Contains(only, t) {
			r.targets[t] = StatePending
		}
	}
	if len(only) == 0 {
		r.problems = 0
	}
}

func (r *reference) apply(b Batch) {
	if b.Generation != r.generation {
		return
	}
	for _, t := range b.Targets {
		r.targets[t.Target] = t.State
	}
	for _, n := range b.Notebooks {
		r.rows[n.ARN] = *n
	}
	for _, arn := range b.Gone {
		delete(r.rows, arn)
	}
	r.problems += len(b.Problems)
	if b.Done {
		r.scanning = false
	}
}

func (r *reference) retain(keep func(Target) bool) {
	maps.DeleteFunc(r.rows, func(_ string, n Notebook) bool { return !keep(n.Target()) })
	maps.DeleteFunc(r.targets, func(t Target, _ TargetState) bool { return !keep(t) })
}

func (r *reference) seed(notebooks []*Notebook) {
	for _, n := range notebooks {
		if _, ok := r.rows[n.ARN]; !ok {
			older := *n
			older.Stale = true
			r.rows[n.ARN] = older
		}
	}
}

// check compares everything that the inventory tells with the reference.
func (r *reference) check(t *testing.T, inv *Inventory, step string) {
	t.Helper()
	if inv.Len() != len(r.rows) || len(inv.Rows()) != len(r.rows) || inv.Scanning() != r.scanning || inv.Generation() != r.generation {
		t.Fatalf("after %s: %d rows, scanning %v, generation %d; want %d, %v, %d",
			step, inv.Len(), inv.Scanning(), inv.Generation(), len(r.rows), r.scanning, r.generation)
	}
	for _, n := range inv.Rows() {
		want, ok := r.rows[n.ARN]
		if !ok || want.Stale != n.Stale || want.Status != n.Status || inv.Get(n.ARN) != n {
			t.Fatalf("after %s: %s is %s, stale %v; want %s, stale %v, known %v", step, n.Name, n.Status, n.Stale, want.Status, want.Stale, ok)
		}
	}
	states := map[Target]TargetState{}
	targets := inv.Targets()
	for i, status := range targets {
		states[status.Target] = status.State
		if i > 0 && compareTargets(targets[i-1].Target, status.Target) >= 0 {
			t.Fatalf("after %s: targets are not in order", step)
		}
	}
	if !maps.Equal(states, r.targets) || len(inv.Problems()) != r.problems {
		t.Fatalf("after %s: targets %v and %d problems, want %v and %d", step, states, len(inv.Problems()), r.targets, r.problems)
	}
	c := inv.Coverage()
	if c.Answered+c.Failed+c.Pending != c.Targets || c.Targets != len(r.targets) {
		t.Fatalf("after %s: coverage does not add up: %+v", step, c)
	}
	total := 0
	for target, rows := range inv.Snapshot() {
		total += len(rows)
		for _, n := range rows {
			if n.Target() != target {
				t.Fatalf("after %s: %s is in the snapshot of %s", step, n.ARN, target)
			}
		}
	}
	if total != len(r.rows) {
		t.Fatalf("after %s: the snapshot has %d rows, want %d", step, total, len(r.rows))
	}
}

// dice makes random changes.
type dice struct{ *rand.Rand }

func (w dice) target() Target {
	return Target{fmt.Sprint(w.IntN(3)), fmt.Sprint("r", w.IntN(3))}
}

func (w dice) notebook() *Notebook {
	at := w.target()
	n := notebook(at.Account, at.Region, fmt.Sprint("n", w.IntN(6)))
	n.Status = Statuses()[w.IntN(9)]
	return n
}

func (w dice) batch(generation int) Batch {
	states := []TargetState{StateListing, StateDescribing, StateOK, StateEmpty, StateDenied, StateThrottled}
	b := Batch{Generation: generation - w.IntN(8)/7, Done: w.IntN(5) == 0}
	for range w.IntN(4) {
		b.Notebooks = append(b.Notebooks, w.notebook())
	}
	for range w.IntN(3) {
		b.Gone = append(b.Gone, w.notebook().ARN)
	}
	for range w.IntN(3) {
		b.Targets = append(b.Targets, TargetStatus{Target: w.target(), State: states[w.IntN(len(states))]})
	}
	for range w.IntN(2) {
		b.Problems = append(b.Problems, Problem{Kind: KindMFA})
	}
	return b
}

func TestInventoryAgreesWithItsReferenceOverRandomScans(t *testing.T) {
	for seed := range uint64(60) {
		w := dice{rand.New(rand.NewPCG(seed, 1))}
		inv, ref := NewInventory(), &reference{rows: map[string]Notebook{}, targets: map[Target]TargetState{}}
		type handed struct{ rows, copied []*Notebook }
		var outside []handed
		for step := range 120 {
			name := fmt.Sprintf("seed %d step %d", seed, step)
			switch w.IntN(8) {
			case 0:
				var only []Target
				for range w.IntN(3) {
					only = append(only, w.target())
				}
				inv.Begin(ref.generation+1, only)
				ref.begin(ref.generation+1, only)
			case 1:
				cached := []*Notebook{w.notebook(), w.notebook()}
				inv.Seed(nil, cached)
				ref.seed(cached)
			case 2:
				gone := w.target()
				keep := func(t Target) bool { return t != gone }
				inv.Retain(keep)
				ref.retain(keep)
			default:
				b := w.batch(ref.generation)
				if inv.Apply(b) != (b.Generation == ref.generation) {
					t.Fatalf("%s: a batch of generation %d was judged wrongly in %d", name, b.Generation, ref.generation)
				}
				ref.apply(b)
			}
			ref.check(t, inv, name)
			outside = append(outside, handed{inv.Rows(), slices.Clone(inv.Rows())})
		}
		for step, h := range outside {
			if !slices.Equal(h.rows, h.copied) {
				t.Fatalf("seed %d: the rows handed out at step %d were changed later", seed, step)
			}
		}
	}
}

// slowSort orders as the doc of Sort says, by comparing texts each time.
func slowSort(rows []*Notebook, view []int32, keys []SortKey, lens Lens) {
	empty := func(n *Notebook, f FieldID) bool { return lens.Text(n, f) == "" }
	slices.SortStableFunc(view, func(i, j int32) int {
		a, b := rows[i], rows[j]
		for _, k := range keys {
			if x, y := empty(a, k.Field), empty(b, k.Field); x != y {
				return emptyLast(x, y)
			}
			c := compareField(lens, a, b, k.Field)
			if k.Descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Or(compareField(lens, a, b, FieldName), compareIdentity(a, b))
	})
}

func TestSortAgreesWithASlowSortOverRandomKeys(t *testing.T) {
	rows := manyRows(400)
	rows = append(rows, rows[:40]...) // some twice: ties in everything
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 2))
		var keys []SortKey
		for range r.IntN(4) {
			keys = append(keys, SortKey{Fields()[r.IntN(len(Fields()))].ID, r.IntN(2) == 0})
		}
		var view []int32
		for _, at := range r.Perm(len(rows))[:r.IntN(len(rows))] {
			view = append(view, int32(at))
		}
		want := slices.Clone(view)
		slowSort(rows, want, keys, testLens())
		Sort(rows, view, keys, testLens())
		if !slices.Equal(view, want) {
			t.Errorf("seed %d: by %v the order differs from the slow sort's", seed, keys)
		}
	}
}

func TestResortAgreesWithASortOverRandomChanges(t *testing.T) {
	weigh := offLens()
	merged := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		was := manyRows(1 + r.IntN(300))
		verdicts := []Verdict{VerdictNAT, VerdictIsolated, VerdictUnknown, ""}
		for i, n := range was {
			judged := judgedAs(verdicts[r.IntN(len(verdicts))])
			n.Egress, n.Networked, n.ARN = judged.Egress, judged.Networked, fmt.Sprintf("%s-%d", n.ARN, i)
		}
		var keys []SortKey
		for range r.IntN(3) {
			keys = append(keys, SortKey{Fields()[r.IntN(len(Fields()))].ID, r.IntN(2) == 0})
		}
		order := everyRow(len(was))
		Sort(was, order, keys, weigh)

		rows := slices.Clone(was[:len(was)-r.IntN(1+len(was)/10)])
		for range r.IntN(1 + len(rows)/6) {
			n := *rows[r.IntN(len(rows))]
			n.VolumeGB, n.Status, n.Created = r.IntN(50), Statuses()[r.IntN(9)], n.Created.Add(time.Minute)
			n.Egress = judgedAs(verdicts[r.IntN(len(verdicts))]).Egress
			if at := r.IntN(len(rows) + 3); at < len(rows) {
				n.ARN = rows[at].ARN
				rows[at] = &n
			} else {
				n.ARN = fmt.Sprintf("%s-new-%d", n.ARN, len(rows))
				rows = append(rows, &n)
			}
		}
		want := everyRow(len(rows))
		Sort(rows, want, keys, weigh)
		got := Resort(rows, was, slices.Clone(order), keys, weigh)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: by %v, of %d rows that were %d, the merged order differs", seed, keys, len(rows), len(was))
		}
		if mergeable(rows, was) {
			merged++
		}
	}
	if merged < 50 {
		t.Errorf("only %d of the cases were merged; the others were sorted anew", merged)
	}
}

func mergeable(rows, was []*Notebook) bool {
	fresh := 0
	for i, n := range rows {
		if i >= len(was) || was[i] != n {
			fresh++
		}
	}
	return fresh > 0 && fresh <= len(rows)/resortShare
}

func TestFoldedHeadOrdersAsCompareFoldDoes(t *testing.T) {
	words := []string{"", "a", "A", "ab", "AB", "abcdefgh", "abcdefghi", "ABCDEFGH", "é", "zz", "\x00", "\xff", "-", "_", "0"}
	for _, a := range words {
		for _, b := range words {
			if x, y := foldedHead(a), foldedHead(b); x != y && cmp.Compare(x, y) != compareFold(a, b) {
				t.Errorf("heads of %q and %q order as %d, the texts as %d", a, b, cmp.Compare(x, y), compareFold(a, b))
			}
			if compareFold(a, b) != -compareFold(b, a) {
				t.Errorf("%q and %q are not ordered the same both ways", a, b)
			}
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3},
		{"vcp", "vpc", 1}, {"é", "e", 1}, {"region", "regoin", 1}, {"ab", "ba", 1}, {"abcd", "badc", 2},
	} {
		if got := editDistance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("from %q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := editDistance([]rune(c.b), []rune(c.a)); got != c.want {
			t.Errorf("from %q to %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

// compareField orders two notebooks by a field, ascending, with what has no value last.
func compareField(l Lens, a, b *Notebook, f FieldID) int {
	return l.sortValue(a, fieldOf(f)).compare(l.sortValue(b, fieldOf(f)), false)
}

// emptyLast orders what has no value after what has one.
func emptyLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
