package aws

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

// indexed are the options that ask an index of the simulated organization.
func indexed(d model.Discovery) func(*Options) {
	return func(o *Options) { o.OrgRole, o.Discover = sim.OrgRole, d }
}

// TestDiscoveryByAnIndex climbs the ladder on indexes of every kind. Whatever an index
// says, a scan that asks everything ends with what a sweep ends with.
func TestDiscoveryByAnIndex(t *testing.T) {
	t.Parallel()
	small := func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 12, 6, 40 }
	s, url := world(t, small)
	sweep := once(t, simClient(t, s, url, viaOrganization), nil, model.ScanRequest{})
	want := slices.Sorted(maps.Keys(arns(sweep.Rows())))
	empty, home, other := 0, s.World().Regions[0].Name, s.World().Regions[2].Name
	for _, x := range sweep.Targets() {
		if x.State == model.StateEmpty {
			empty++
		}
	}
	for name, c := range map[string]struct {
		faults   string
		region   bool   // there is an index of the organization
		missed   bool   // it does not name all
		believed bool   // what it does not name is believed empty
		says     string // by the index
	}{
		"none":                      {"", false, false, false, "there is none of the whole organization"},
		"a whole one":               {"index", true, false, true, "names 40 notebooks"},
		"one with a gap":            {"index=missing:" + other, true, true, true, "that AWS lists"},
		"one that forgets":          {"index=forgets:0.5", true, true, true, "that AWS lists"},
		"one that remembers":        {"index=ghosts:2", true, false, true, "gone since"},
		"an old one":                {"index=age:72h", true, false, false, "heard of none of them for 36 h"},
		"a young one":               {"index=young", true, false, false, "younger than 36 h"},
		"one whose view hides":      {"index=filtered", false, false, false, "none of the whole organization"},
		"one that forgets all":      {"index=forgets:1", true, true, false, "names no notebook instance at all"},
		"one that is refused":       {"index,denyop=resource-explorer-2:ListIndexes", false, false, false, "could not be asked"},
		"one that tells half":       {"index,denyop=resource-explorer-2:ListResources", true, false, false, "could not be asked"},
		"one whose views are shut":  {"index,denyop=resource-explorer-2:BatchGetView", false, false, false, "could not be asked"},
		"one that sees who knows":   {"index,denyop=resource-explorer-2:ListIndexesForMembers", true, false, false, "which regions of other accounts it sees is not known"},
		"one that answers rubbish":  {"index,lackop=resource-explorer-2:ListResources:ViewArn", true, false, false, "could not be asked"},
		"one that is slow to begin": {"index,throttle=" + home + ":0.1", true, false, true, "names 40 notebooks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := world(t, func(o *sim.Options) { small(o); o.Faults = c.faults })
			inv := once(t, simClient(t, s, url, indexed(model.DiscoverAuto)), nil, model.ScanRequest{})
			if got := slices.Sorted(maps.Keys(arns(inv.Rows()))); !slices.Equal(got, want) {
				t.Errorf("%d notebooks, a sweep sees %d", len(got), len(want))
			}
			if cover := inv.Coverage(); cover != sweep.Coverage() || !cover.Complete() {
				t.Errorf("covered %+v, by a sweep %+v, %v", cover, sweep.Coverage(), inv.Problems())
			}
			for _, n := range inv.Rows() {
				if n.Indexed || n.Source() != "live" {
					t.Errorf("%s is from %s", n.Name, n.Source())
				}
			}
			x := inv.Index()
			if x == nil || (x.Region != "") != c.region || (x.Missed > 0) != c.missed || !strings.Contains(x.Says(), c.says) {
				t.Errorf("the index is %+v, and says %q, want %q", x, x.Says(), c.says)
			}
			calls := s.Calls()
			if n := calls["ResourceExplorer2.ListResources"].Calls; !c.region && n > 0 {
				t.Errorf("searched %d times where there is no index", n)
			}
			for op := range calls {
				if strings.HasPrefix(op, "ResourceExplorer2.") && !onlyReads(strings.TrimPrefix(op, "ResourceExplorer2.")) && !strings.HasSuffix(op, ".BatchGetView") {
					t.Errorf("%s may make an index", op)
				}
			}
			if lists := calls["SageMaker.ListNotebookInstances"].Calls - calls["SageMaker.ListNotebookInstances"].Throttled; lists < len(sweep.Targets()) {
				t.Errorf("%d targets were listed of %d", lists, len(sweep.Targets()))
			}

			// The same without a sweep.
			inv = once(t, simClient(t, s, url, indexed(model.DiscoverIndex)), nil, model.ScanRequest{})
			cover := inv.Coverage()
			switch {
			case !c.region:
				if len(inv.Targets()) != 0 || len(inv.Problems()) != 1 || !strings.Contains(inv.Problems()[0].Message, c.says) {
					t.Errorf("without an index %+v, %v", cover, inv.Problems())
				}
			case (cover.Believed > 0) != c.believed:
				t.Errorf("%d are believed empty", cover.Believed)
			case cover.Complete() != !c.believed || !cover.Trusted():
				t.Errorf("complete %v, trusted %v: %+v", cover.Complete(), cover.Trusted(), cover)
			case cover.Answered+cover.Believed != len(sweep.Targets()):
				t.Errorf("%+v of %d targets", cover, len(sweep.Targets()))
			case name == "a whole one" && cover.Believed != empty:
				t.Errorf("%d are believed empty, and %d are", cover.Believed, empty)
			case name == "one with a gap" && cover.Believed >= empty:
				t.Errorf("%d are believed empty although one region has no index", cover.Believed)
			}
		})
	}
}

func arns(rows []*model.Notebook) map[string]bool {
	out := map[string]bool{}
	for _, n := range rows {
		out[n.ARN] = true
	}
	return out
}

// TestWhatAnIndexNamesComesFirst looks at the batches of a scan: names without a look,
// then verdicts, then everything else.
func TestWhatAnIndexNamesComesFirst(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks, o.Faults = 30, 4, 20, "index" })
	named, judged, believed, listedEmpty := 0, 0, 0, 0
	early := -1
	inv := model.NewInventory()
	inv.Begin(1, nil)
	simClient(t, s, url, indexed(model.DiscoverAuto)).Scan(t.Context(), model.ScanRequest{Generation: 1}, func(b model.Batch) {
		for _, n := range b.Notebooks {
			if n.Indexed {
				named++
			}
		}
		inv.Apply(b)
		judged = 0
		for _, n := range inv.Rows() {
			if n.Networked.Known() {
				judged++
			}
		}
		believed = max(believed, inv.Coverage().Believed)
		for _, x := range b.Targets {
			if x.State == model.StateEmpty {
				if listedEmpty == 0 {
					early = judged
				}
				listedEmpty++
			}
		}
	})
	if named != 20 || judged != 20 || believed == 0 || !inv.Coverage().Complete() {
		t.Errorf("%d named, %d judged, %d believed, %+v", named, judged, believed, inv.Coverage())
	}
	if early < 15 {
		t.Errorf("only %d verdicts had come when the sweep began", early)
	}
}

// TestAnAccountThatRefusesKeepsWhatTheIndexNames: its notebooks stay, as what they are.
func TestAnAccountThatRefusesKeepsWhatTheIndexNames(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) {
		o.Accounts, o.Regions, o.Notebooks, o.Faults = 3, 3, 30, "index,failop=sts:AssumeRole:AccessDenied"
	})
	home := s.World().Accounts[0].ID
	for _, d := range []model.Discovery{model.DiscoverAuto, model.DiscoverIndex} {
		inv := once(t, simClient(t, s, url, indexed(d)), nil, model.ScanRequest{})
		if inv.Len() != 30 || len(inv.Problems()) != 2 {
			t.Errorf("%s: %d notebooks, %v", d, inv.Len(), inv.Problems())
		}
		alone := 0
		for _, n := range inv.Rows() {
			if n.Indexed != (n.Account != home) {
				t.Errorf("%s: %s of %s is from %s", d, n.Name, n.Account, n.Source())
			}
			if n.Indexed {
				alone++
				if why := n.Unknown()["status"]; !strings.Contains(why, "known from an index alone") || !n.Unseen() || n.SeenAt.IsZero() {
					t.Errorf("%s: %s is unknown because %q, seen at %s", d, n.Name, why, n.SeenAt)
				}
			}
		}
		for _, x := range inv.Targets() {
			refused := x.Target.Account != home && x.State != model.StateBelieved
			if refused != (x.State == model.StateDenied) || refused && (x.Problem == nil || x.Problem.Target != x.Target || x.Unknown == 0) {
				t.Errorf("%s: %s is %s: %v", d, x.Target, x.State, x.Problem)
			}
		}
		if c := inv.Coverage(); alone == 0 || c.Unseen != alone || c.Trusted() {
			t.Errorf("%s: %d known from the index alone, %+v", d, alone, c)
		}
	}
}

// TestAnIndexIsAskedForWhatIsChosen: accounts and regions that are left out are not told of.
func TestAnIndexIsAskedForWhatIsChosen(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks, o.Faults = 3, 3, 60, "index,index=ghosts:1" })
	away, region := s.World().Accounts[1].ID, s.World().Regions[1].Name
	for _, d := range []model.Discovery{model.DiscoverAuto, model.DiscoverIndex} {
		seen := map[model.Target]bool{}
		c := simClient(t, s, url, func(o *Options) {
			indexed(d)(o)
			o.Accounts, o.Regions = model.Patterns{away}, []string{region}
		})
		inv := model.NewInventory()
		inv.Begin(1, nil)
		c.Scan(t.Context(), model.ScanRequest{Generation: 1}, func(b model.Batch) {
			for _, n := range b.Notebooks {
				seen[n.Target()] = true
			}
			inv.Apply(b)
		})
		if want := (model.Target{Account: away, Region: region}); len(seen) != 1 || !seen[want] || len(inv.Targets()) != 1 || !inv.Coverage().Complete() {
			t.Errorf("%s: told of %v, want %v: %v", d, seen, want, inv.Problems())
		}
		if x := inv.Index(); x.Stray == 0 || x.Gone != 1 || x.Missed != 0 {
			t.Errorf("%s: %+v", d, x)
		}
	}
}

// TestAScanByAnIndexCanBeStopped at any of its points.
func TestAScanByAnIndexCanBeStopped(t *testing.T) {
	t.Parallel()
	for after := range 16 {
		for _, d := range []model.Discovery{model.DiscoverAuto, model.DiscoverIndex} {
			s, url := world(t, func(o *sim.Options) { // its rates are its own
				o.Accounts, o.Regions, o.Notebooks, o.Faults, o.Latency = 8, 3, 20, "index", 3*time.Millisecond
			})
			ctx, cancel := context.WithCancel(t.Context())
			inv := model.NewInventory()
			inv.Begin(1, nil)
			batches := 0
			simClient(t, s, url, indexed(d)).Scan(ctx, model.ScanRequest{Generation: 1}, func(b model.Batch) {
				inv.Apply(b)
				batches++
				if batches == after {
					cancel()
				}
			})
			cancel()
			if c := inv.Coverage(); inv.Scanning() || c.Pending > 0 {
				t.Errorf("%s, stopped after %d batches: %+v", d, after, c)
			}
		}
	}
}
