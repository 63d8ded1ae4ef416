package aws

import (
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

// inBubble runs a scan, or several, of a world each of whose answers takes a second,
// in simulated time: it shows how many answers come one after another.
func inBubble(t *testing.T, change func(*sim.Options), options func(*Options), test func(*testing.T, *sim.Server, *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := sim.Defaults()
		o.TimeScale, o.Faults, o.Latency, o.Now = 0, "", time.Second, time.Now
		change(&o)
		s, err := sim.New(o)
		if err != nil {
			t.Fatal(err)
		}
		c := simClient(t, s, directURL, func(o *Options) {
			o.Concurrency = 0
			if options != nil {
				options(o)
			}
		})
		test(t, s, c)
	})
}

// depth is how many answers a scan waits for, one after another.
func depth(t *testing.T, c *Client, inv *model.Inventory, req model.ScanRequest) (*model.Inventory, float64) {
	t.Helper()
	start := time.Now()
	inv = once(t, c, inv, req)
	if got := inv.Coverage(); !got.Complete() || got.Unseen > 0 {
		t.Fatalf("coverage %+v, problems %v", got, inv.Problems())
	}
	return inv, time.Since(start).Seconds()
}

func TestAScanIsNoDeeperThanWhatItAsksHangsTogether(t *testing.T) {
	t.Parallel()
	world := func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 20 }
	inBubble(t, world, nil, func(t *testing.T, s *sim.Server, c *Client) {
		// Who and which regions; list; describe; interfaces; families; what these name.
		inv, cold := depth(t, c, nil, model.ScanRequest{Mode: model.Full})
		if cold != 6 {
			t.Errorf("%g answers one after another, want 6", cold)
		}
		// List; describe beside the families; what these name.
		_, known := depth(t, c, inv, model.ScanRequest{Mode: model.Full})
		if known > 4 { // once in some hundred, what comes in the same instant is taken up in an order that costs one
			_, known = depth(t, c, inv, model.ScanRequest{Mode: model.Full})
		}
		if known > 4 {
			t.Errorf("%g answers where the VPCs are known, want 4", known)
		}
		// The same where only its place is kept of each notebook.
		kept := func(model.Target) (at []model.Place) {
			for _, n := range inv.Rows() {
				at = append(at, model.Place{Name: n.Name, Created: n.Created, SubnetID: n.SubnetID, VPCID: n.VPCID})
			}
			return at
		}
		before := calls(s)
		if _, again := depth(t, c, nil, model.ScanRequest{Mode: model.Full, Kept: kept}); again > 4 {
			t.Errorf("%g answers where the VPCs are kept, want 4", again)
		}
		if got := calls(s) - before; got > before-1 {
			t.Errorf("%d calls where the VPCs are kept, and %d before", got, before)
		}
		// List; describe what AWS is changing.
		if _, again := depth(t, c, inv, model.ScanRequest{}); again > 2 {
			t.Errorf("%g answers where nothing changed, want 2", again)
		}
	})
}

// calls counts what the simulated AWS was asked.
func calls(s *sim.Server) (n int) {
	for _, c := range s.Calls() {
		n += c.Calls
	}
	return n
}

func TestNoSlotIsIdleWhileThereIsSomethingToAsk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		accounts, regions, notebooks, slots int
		budget                              float64 // answers one after another; 0: 1.15 × the bound
	}{
		"20 regions with 200":   {1, 20, 200, 160, 8},
		"20 regions with 1000":  {1, 20, 1000, 160, 0},
		"60 targets with 1000":  {3, 20, 1000, slotsMost, 0},
		"one region with a few": {1, 1, 20, slotsFirst, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// What comes in the same instant is taken up in any order, which costs an answer
			// more once in a while, and on a busy machine more often.
			for try := 1; ; try++ {
				took, budget := scanned(t, c.accounts, c.regions, c.notebooks, c.slots)
				if c.budget > 0 {
					budget = c.budget
				}
				if took <= budget {
					return
				}
				if try == 5 {
					t.Fatalf("%g answers one after another, want at most %.1f", took, budget)
				}
			}
		})
	}
}

// scanned is how many answers a scan of a world waits for, one after another, and 1.15
// times the least that there can be for its calls.
func scanned(t *testing.T, accounts, regions, notebooks, slots int) (took, budget float64) {
	t.Helper()
	world := func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = accounts, regions, notebooks }
	account, start := func(*Options) {}, 1.0 // who and which regions
	if accounts > 1 {
		account, start = viaOrganization, 4 // who, which accounts, the role, which regions
	}
	inBubble(t, world, account, func(t *testing.T, s *sim.Server, client *Client) {
		_, took = depth(t, client, nil, model.ScanRequest{Mode: model.Full})
		list := start + 1
		bound := max(list+4, list+float64(calls(s))/float64(slots))
		t.Logf("%d calls in %g answers, bound %.1f: %.3f", calls(s), took, bound, took/bound)
		budget = 1.15 * bound
	})
	return took, budget
}

func TestRowsAreThereAfterTwoAnswers(t *testing.T) {
	t.Parallel()
	world := func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 20, 1000 }
	inBubble(t, world, nil, func(t *testing.T, _ *sim.Server, c *Client) {
		start, first := time.Now(), time.Duration(0)
		c.Scan(t.Context(), model.ScanRequest{Mode: model.Full}, func(b model.Batch) {
			if first == 0 && len(b.Notebooks) > 0 {
				first = time.Since(start)
			}
		})
		if first != 2*time.Second {
			t.Errorf("the first rows came after %v", first)
		}
	})
}

func TestARegionThatIsSlowOrThrottledHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	const bad = "eu-west-1"
	alone := map[string]time.Duration{} // when each of the others is done where nothing is wrong
	for _, faults := range []string{"", "throttle=" + bad + ":0.15", "slow=" + bad + ":300ms"} {
		world := func(o *sim.Options) {
			o.Accounts, o.Regions, o.Notebooks, o.Faults, o.Latency = 1, 8, 600, faults, 50*time.Millisecond
		}
		inBubble(t, world, nil, func(t *testing.T, _ *sim.Server, c *Client) {
			start := time.Now()
			inv, took := depth(t, c, nil, model.ScanRequest{Mode: model.Full})
			last := time.Duration(0)
			for _, st := range inv.Targets() {
				if st.Target.Region != bad {
					last = max(last, st.Ended.Sub(start))
				}
			}
			alone[faults] = last
			t.Logf("%q: all in %.2f s, others in %v", faults, took, last)
			// Slots are dealt in another order each time: 0.80 to 0.95 s. Held up, it is seconds.
			if float64(last) > 1.5*float64(alone[""]) {
				t.Errorf("%s: the others are done after %v, and without it after %v", faults, last, alone[""])
			}
		})
	}
}
