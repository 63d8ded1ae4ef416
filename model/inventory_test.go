package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func notebook(account, region, name string) *Notebook {
	return &Notebook{
		ARN:  "arn:aws:sagemaker:" + region + ":" + account + ":notebook-instance/" + name,
		Name: name, Account: account, Region: region,
	}
}

// names lists the notebooks sorted, with a tilde for what is stale.
func names(rows []*Notebook) string {
	var out []string
	for _, n := range rows {
		name := n.Name
		if n.Stale {
			name = "~" + name
		}
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.TrimPrefix(a, "~"), strings.TrimPrefix(b, "~")) })
	return strings.Join(out, " ")
}

// filled is an inventory after a finished scan of two targets.
func filled(t *testing.T) *Inventory {
	t.Helper()
	inv := NewInventory()
	inv.Begin(1, nil)
	ok := inv.Apply(Batch{
		Generation: 1,
		Identities: []Identity{{Account: "2", Alias: "two"}, {Account: "1"}},
		Targets: []TargetStatus{
			{Target: Target{"2", "eu"}, State: StateOK, Notebooks: 1, Calls: 9},
			{Target: Target{"1", "us"}, State: StateOK, Notebooks: 1},
			{Target: Target{"1", "eu"}, State: StateOK, Notebooks: 1},
		},
		Notebooks: []*Notebook{notebook("1", "eu", "a"), notebook("1", "us", "b"), notebook("2", "eu", "c")},
		Problems:  []Problem{{Kind: KindSSOExpired, Profile: "dev"}},
		Done:      true,
	})
	if !ok || inv.Scanning() || inv.Generation() != 1 {
		t.Fatalf("the scan was not taken in: applied %v, scanning %v, generation %d", ok, inv.Scanning(), inv.Generation())
	}
	return inv
}

func TestABatchOfAnOlderScanChangesNothing(t *testing.T) {
	inv := filled(t)
	inv.Begin(2, nil)
	late := Batch{
		Generation: 1, Notebooks: []*Notebook{notebook("1", "eu", "late")}, Gone: []string{notebook("1", "eu", "a").ARN},
		Targets: []TargetStatus{{Target: Target{"9", "eu"}}}, Problems: []Problem{{}}, Done: true,
	}
	if inv.Apply(late) {
		t.Error("the late batch was taken in")
	}
	if got := names(inv.Rows()); got != "~a ~b ~c" || !inv.Scanning() || len(inv.Targets()) != 3 || len(inv.Problems()) != 0 {
		t.Errorf("rows %q, scanning %v, %d targets, problems %v", got, inv.Scanning(), len(inv.Targets()), inv.Problems())
	}
}

func TestAScanOfEverythingMarksEverythingStaleUntilItIsHeardOf(t *testing.T) {
	inv := filled(t)
	inv.Begin(2, nil)
	inv.Apply(Batch{Generation: 2, Notebooks: []*Notebook{notebook("1", "eu", "a")}})
	if got := names(inv.Rows()); got != "a ~b ~c" {
		t.Errorf("rows are %q", got)
	}
	for _, target := range inv.Targets() {
		if target.State != StatePending || target.Notebooks != 1 || target.Calls != 0 {
			t.Errorf("target %s is %+v, want pending with the count that was known", target.Target, target)
		}
	}
}

func TestAScanOfOneTargetLeavesTheOthersAlone(t *testing.T) {
	inv := filled(t)
	inv.Begin(2, []Target{{"1", "us"}})
	if got := names(inv.Rows()); got != "a ~b c" {
		t.Errorf("rows are %q", got)
	}
	us, known := Target{"1", "us"}, inv.Snapshot(Target{"1", "us"})
	if len(known) != 1 || len(known[us]) != 1 || known[us][0] != inv.Get(known[us][0].ARN) {
		t.Errorf("known of it are %v, and not the rows that are shown", known)
	}
	states := map[string]TargetState{}
	for _, target := range inv.Targets() {
		states[target.Target.String()] = target.State
	}
	if want := map[string]TargetState{"1/eu": StateOK, "1/us": StatePending, "2/eu": StateOK}; !maps.Equal(states, want) {
		t.Errorf("targets are %v", states)
	}
	if len(inv.Problems()) != 1 {
		t.Error("the sign-in that failed is forgotten although it was not tried again")
	}
}

func TestWhatACompleteListingNoLongerHasIsGone(t *testing.T) {
	for _, gone := range []string{"a", "b", "c"} {
		t.Run(gone, func(t *testing.T) {
			inv := filled(t)
			var arn string
			for _, n := range inv.Rows() {
				if n.Name == gone {
					arn = n.ARN
				}
			}
			inv.Apply(Batch{Generation: 1, Gone: []string{arn, "arn:never:heard:of"}})
			if got, want := names(inv.Rows()), strings.Join(strings.Fields(strings.Replace("a b c", gone, "", 1)), " "); got != want {
				t.Errorf("rows are %q, want %q", got, want)
			}
			if inv.Get(arn) != nil || inv.Len() != 2 {
				t.Errorf("the notebook is still found, or there are %d", inv.Len())
			}
			for _, n := range inv.Rows() {
				if inv.Get(n.ARN) != n {
					t.Errorf("%s is not found any more", n.Name)
				}
			}
		})
	}
}

func TestRowsHandedOutStayAsTheyAre(t *testing.T) {
	changes := map[string]func(inv *Inventory){
		"a new observation": func(inv *Inventory) {
			inv.Apply(Batch{Generation: 1, Notebooks: []*Notebook{notebook("1", "eu", "a"), notebook("1", "eu", "d")}})
		},
		"a notebook that is gone": func(inv *Inventory) { inv.Apply(Batch{Generation: 1, Gone: []string{notebook("1", "eu", "a").ARN}}) },
		"a new scan":              func(inv *Inventory) { inv.Begin(2, nil) },
		"an account that is left": func(inv *Inventory) { inv.Retain(func(t Target) bool { return t.Account == "2" }) },
		"a seed":                  func(inv *Inventory) { inv.Seed(nil, []*Notebook{notebook("3", "eu", "z")}) },
	}
	for says, change := range changes {
		t.Run(says, func(t *testing.T) {
			inv := filled(t)
			rows, snapshot := inv.Rows(), inv.Snapshot()
			before := slices.Clone(rows)
			change(inv)
			change(inv)
			if !slices.Equal(rows, before) || names(rows) != "a b c" {
				t.Errorf("rows handed out before became %q", names(rows))
			}
			if got := names(snapshot[Target{"1", "eu"}]); got != "a" || len(snapshot) != 3 {
				t.Errorf("the snapshot became %v", snapshot)
			}
		})
	}
}

func TestSeedFillsWithStaleRowsAndNeverOverwrites(t *testing.T) {
	inv := filled(t)
	cached := notebook("1", "eu", "a")
	inv.Seed([]Identity{{Account: "3", Alias: "three"}}, []*Notebook{cached, notebook("3", "eu", "z")})
	if got := names(inv.Rows()); got != "a b c ~z" {
		t.Errorf("rows are %q", got)
	}
	if cached.Stale {
		t.Error("the cache's own value was changed")
	}
	if got := inv.Aliases(); !maps.Equal(got, map[string]string{"2": "two", "3": "three"}) {
		t.Errorf("aliases are %v", got)
	}
}

func TestRetainDropsAccountsThatAreNotAskedAnyMore(t *testing.T) {
	for _, c := range []struct {
		says       string
		keep       func(Target) bool
		rows       string
		targets    int
		identities string
	}{
		{"an account goes with all it has", func(t Target) bool { return t.Account == "1" }, "a b", 2, "1"},
		{"an account stays while it has a region", func(t Target) bool { return t.Region == "us" }, "b", 1, "1"},
		{"everything goes", func(Target) bool { return false }, "", 0, ""},
		{"everything stays", func(Target) bool { return true }, "a b c", 3, "1 2"},
	} {
		t.Run(c.says, func(t *testing.T) {
			inv := filled(t)
			inv.Retain(c.keep)
			var accounts []string
			for _, id := range inv.Identities() {
				accounts = append(accounts, id.Account)
			}
			if names(inv.Rows()) != c.rows || len(inv.Targets()) != c.targets || strings.Join(accounts, " ") != c.identities {
				t.Errorf("rows %q, %d targets, identities %v", names(inv.Rows()), len(inv.Targets()), accounts)
			}
			for _, n := range inv.Rows() {
				if inv.Get(n.ARN) != n {
					t.Errorf("%s is not found any more", n.Name)
				}
			}
		})
	}
}

func TestListsAreSortedAndCopied(t *testing.T) {
	inv := filled(t)
	inv.Apply(Batch{
		Generation: 1, Targets: []TargetStatus{{Target: Target{"1", "us"}, State: StateEmpty}},
		Identities: []Identity{{Account: "1", Alias: "one"}},
	})
	var got []string
	for _, target := range inv.Targets() {
		got = append(got, target.Target.String()+" "+string(target.State))
	}
	if want := []string{"1/eu ok", "1/us empty", "2/eu ok"}; !slices.Equal(got, want) {
		t.Errorf("targets are %q", got)
	}
	ids := inv.Identities()
	if len(ids) != 2 || ids[0].Alias != "one" || ids[1].Account != "2" {
		t.Errorf("identities are %+v", ids)
	}
	inv.Targets()[0].State = StateFailed
	inv.Identities()[0].Alias = "x"
	inv.Problems()[0].Profile = "x"
	if inv.Targets()[0].State != StateOK || inv.Identities()[0].Alias != "one" || inv.Problems()[0].Profile != "dev" {
		t.Error("a list handed out is the inventory's own")
	}
}

func TestCoverageCountsEveryStateOnce(t *testing.T) {
	states := []TargetState{
		StatePending, StateListing, StateDescribing, StateOK, StateEmpty, StateNotOffered, StateNotEnabled,
		StateDenied, StateExpired, StateThrottled, StateTimedOut, StateFailed, StateCanceled, "a state of tomorrow",
	}
	inv := NewInventory()
	inv.Begin(1, nil)
	for i, s := range states {
		inv.Apply(Batch{Generation: 1, Targets: []TargetStatus{{Target: Target{"1", fmt.Sprint(i)}, State: s, Unknown: i % 2}}})
	}
	inv.Apply(Batch{Generation: 1, Problems: []Problem{{}, {}}})
	want := Coverage{Targets: 14, Answered: 4, Failed: 7, Pending: 3, Unseen: 7, Problems: 2}
	if got := inv.Coverage(); got != want {
		t.Errorf("coverage is %+v, want %+v", got, want)
	}
}

func TestCoverageIsCompleteOnlyWhenEverythingAnswered(t *testing.T) {
	for _, c := range []struct {
		says     string
		coverage Coverage
		want     bool
	}{
		{"all answered", Coverage{Targets: 2, Answered: 2}, true},
		{"nothing was asked", Coverage{}, false},
		{"one failed", Coverage{Targets: 2, Answered: 1, Failed: 1}, false},
		{"one on its way", Coverage{Targets: 2, Answered: 1, Pending: 1}, false},
		{"a sign-in failed", Coverage{Targets: 2, Answered: 2, Problems: 1}, false},
		{"a part was not seen", Coverage{Targets: 2, Answered: 2, Unseen: 1}, false},
	} {
		if got := c.coverage.Complete(); got != c.want {
			t.Errorf("%s: complete is %v", c.says, got)
		}
	}
}

func TestMergeKeepsTheOrderAndTheNewestQuestion(t *testing.T) {
	var b Batch
	if !b.Empty() {
		t.Error("the zero batch is not empty")
	}
	first, second := &Question{Prompt: "1"}, &Question{Prompt: "2"}
	b.Merge(Batch{Generation: 3, Notebooks: []*Notebook{{Name: "a"}}, Asked: first, Gone: []string{"x"}})
	b.Merge(Batch{Generation: 3, Notebooks: []*Notebook{{Name: "b"}}, Asked: second, Done: true})
	b.Merge(Batch{
		Generation: 3, Identities: []Identity{{}}, Targets: []TargetStatus{{}}, Problems: []Problem{{}},
	})
	if b.Generation != 3 || len(b.Notebooks) != 2 || b.Notebooks[1].Name != "b" || b.Asked != second || !b.Done || len(b.Gone) != 1 ||
		len(b.Identities) != 1 || len(b.Targets) != 1 || len(b.Problems) != 1 {
		t.Errorf("merged into %+v", b)
	}
	for says, one := range map[string]Batch{
		"identities": {Identities: []Identity{{}}}, "targets": {Targets: []TargetStatus{{}}}, "notebooks": {Notebooks: []*Notebook{{}}},
		"gone": {Gone: []string{""}}, "problems": {Problems: []Problem{{}}},
		"a question": {Asked: first}, "the end": {Done: true},
	} {
		if one.Empty() {
			t.Errorf("a batch with %s is said to be empty", says)
		}
	}
}
