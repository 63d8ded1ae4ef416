package model

import (
	"slices"
	"testing"
	"time"
)

// These tests follow a whole session, as the explorer goes through it.

func TestAStartFromTheCacheTurnsFreshAsTheScanAnswers(t *testing.T) {
	inv := NewInventory()
	inv.Seed([]Identity{{Account: "1", Alias: "prod"}}, []*Notebook{notebook("1", "eu", "a"), notebook("1", "us", "b"), notebook("1", "us", "c")})
	if got := names(inv.Rows()); got != "~a ~b ~c" || inv.Scanning() || inv.Coverage() != (Coverage{}) {
		t.Fatalf("in the first frame: %q, scanning %v, %+v", got, inv.Scanning(), inv.Coverage())
	}

	inv.Begin(1, nil)
	inv.Apply(Batch{Generation: 1, Targets: []TargetStatus{{Target: Target{"1", "eu"}, State: StateListing}, {Target: Target{"1", "us"}, State: StatePending}}})
	if got := inv.Coverage(); got != (Coverage{Targets: 2, Pending: 2}) || got.Complete() {
		t.Errorf("before any answer: %+v", got)
	}

	inv.Apply(Batch{
		Generation: 1, Notebooks: []*Notebook{notebook("1", "eu", "a")},
		Targets: []TargetStatus{{Target: Target{"1", "eu"}, State: StateOK, Notebooks: 1}},
	})
	if got := names(inv.Rows()); got != "a ~b ~c" {
		t.Errorf("after one region answered: %q", got)
	}

	denied := Problem{Kind: KindSCP, Message: "denied"}
	inv.Apply(Batch{Generation: 1, Done: true, Targets: []TargetStatus{{Target: Target{"1", "us"}, State: denied.Kind.State(), Problem: &denied}}})
	if got := names(inv.Rows()); got != "a ~b ~c" {
		t.Errorf("a region that was denied keeps its rows as last seen, got %q", got)
	}
	if got := inv.Coverage(); got != (Coverage{Targets: 2, Answered: 1, Failed: 1}) || got.Complete() || inv.Scanning() {
		t.Errorf("at the end: %+v", got)
	}

	inv.Begin(2, []Target{{"1", "us"}})
	inv.Apply(Batch{
		Generation: 2, Notebooks: []*Notebook{notebook("1", "us", "b")}, Gone: []string{notebook("1", "us", "c").ARN}, Done: true,
		Targets: []TargetStatus{{Target: Target{"1", "us"}, State: StateOK, Notebooks: 1}},
	})
	if got := names(inv.Rows()); got != "a b" || !inv.Coverage().Complete() {
		t.Errorf("after the region was tried again: %q, %+v", got, inv.Coverage())
	}
}

func TestANotebookFillsInPartByPart(t *testing.T) {
	inv := NewInventory()
	inv.Begin(1, nil)
	lens := testLens()
	full := known()
	listed := &Notebook{
		ARN: full.ARN, Name: full.Name, Account: full.Account, Region: full.Region, Status: full.Status, InstanceType: full.InstanceType, Created: full.Created,
	}
	described := *full
	described.VPCID, described.VPCName, described.SubnetName = "", "", ""
	described.Located, described.Tagged, described.Tags = Part{}, Part{}, nil
	located := *full
	located.Tagged, located.Tags = Part{State: LoadFailed, Reason: "no tag:GetResources"}, nil

	for _, c := range []struct {
		says                string
		n                   *Notebook
		subnet, vpc, tags   CellState
		mode                NetworkMode
		unknown             int
		knowsVPC, knowsTags bool
	}{
		{"listed", listed, CellPending, CellPending, CellPending, NetworkUnknown, 15, false, false},
		{"described", &described, CellKnown, CellPending, CellPending, NetworkVPCOnly, 2, false, false},
		{"located, tags refused", &located, CellKnown, CellKnown, CellUnknown, NetworkVPCOnly, 1, true, false},
		{"everything", full, CellKnown, CellKnown, CellKnown, NetworkVPCOnly, 0, true, true},
	} {
		t.Run(c.says, func(t *testing.T) {
			inv.Apply(Batch{Generation: 1, Notebooks: []*Notebook{c.n}})
			n := inv.Get(full.ARN)
			if n != c.n || inv.Len() != 1 {
				t.Fatalf("the inventory has %d rows, and not the newest", inv.Len())
			}
			got := []CellState{lens.Cell(n, FieldSubnet).State, lens.Cell(n, FieldVPC).State, lens.Cell(n, FieldTags).State}
			if want := []CellState{c.subnet, c.vpc, c.tags}; !slices.Equal(got, want) {
				t.Errorf("subnet, VPC and tags are %v, want %v", got, want)
			}
			if n.NetworkMode() != c.mode || len(n.Unknown()) != c.unknown || n.Knows(FieldVPC) != c.knowsVPC || n.Knows(FieldTags) != c.knowsTags {
				t.Errorf("mode %q, %d unknown: %v", n.NetworkMode(), len(n.Unknown()), n.Unknown())
			}
		})
	}
}

func TestAFailedDescribeNeverReadsAsSafe(t *testing.T) {
	n := &Notebook{Name: "x", Status: StatusInService, Described: Part{State: LoadFailed, Reason: "denied"}, Tagged: Part{State: LoadDone}}
	lens := testLens()
	for _, f := range []FieldID{FieldVPC, FieldSubnet, FieldNet, FieldSG, FieldRoot, FieldKMS, FieldIMDS, FieldPlatform, FieldRole, FieldVolume} {
		if cell := lens.Cell(n, f); cell.Text != TextUnknown || n.Reason(f) != "denied" {
			t.Errorf("%s reads %q because %q", f, cell.Text, n.Reason(f))
		}
	}
	if n.NetworkMode() != NetworkUnknown || n.Unknown()["networkMode"] != "denied" {
		t.Errorf("its mode is %q", n.NetworkMode())
	}
}

func TestTargetStatesAreOnTheirWayOrFinal(t *testing.T) {
	for _, c := range []struct {
		state           TargetState
		final, answered bool
	}{
		{StatePending, false, false}, {StateListing, false, false}, {StateDescribing, false, false},
		{StateOK, true, true}, {StateEmpty, true, true}, {StateNotOffered, true, true}, {StateNotEnabled, true, true},
		{StateDenied, true, false}, {StateExpired, true, false}, {StateThrottled, true, false},
		{StateTimedOut, true, false}, {StateFailed, true, false}, {StateCanceled, true, false}, {"of tomorrow", true, false},
	} {
		if c.state.Final() != c.final || c.state.Answered() != c.answered {
			t.Errorf("%s is final %v and answered %v", c.state, c.state.Final(), c.state.Answered())
		}
	}
}

func TestTheLensFollowsItsClockAndItsAliases(t *testing.T) {
	n := known()
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{0, "3d"}, {-3*24*time.Hour + 30*time.Second, "30s"}, {-4 * 24 * time.Hour, "0s"}, {24 * time.Hour, "4d"}} {
		if got := (Lens{Now: testNow().Add(c.after)}).Text(n, FieldAge); got != c.want {
			t.Errorf("%v from now the age is %s, want %s", c.after, got, c.want)
		}
	}
	if got := (Lens{}).Text(n, FieldAccount); got != n.Account {
		t.Errorf("without an alias the account reads %q", got)
	}
	other := *n
	other.Account = "000000000001"
	if got := compareField(testLens(), n, &other, FieldAccount); got <= 0 {
		t.Errorf("an alias that begins with a letter comes after an id: %d", got)
	}
}

func BenchmarkApply(b *testing.B) {
	rows := manyRows(10_000)
	for b.Loop() {
		inv := NewInventory()
		inv.Begin(1, nil)
		for at := 0; at < len(rows); at += 100 {
			inv.Apply(Batch{Generation: 1, Notebooks: rows[at : at+100]})
			inv.Rows() // the explorer draws in between
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/10k")
}
