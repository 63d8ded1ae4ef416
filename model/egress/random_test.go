package egress

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestADenialNeverMakesAnotherVerdict(t *testing.T) {
	t.Parallel()
	seen := map[model.Verdict]int{}
	for seed := range uint64(8000) {
		r := rand.New(rand.NewPCG(seed, 7))
		c := chooser(r.IntN)
		w := chaos(c)
		truth := w.judge()
		seen[truth.Verdict]++
		checkShape(t, truth)
		poorer, lost := lose(c, w.Facts)
		got := Judge(NewIndex(poorer), w.n)
		if got.Verdict != truth.Verdict && got.Verdict != model.VerdictUnknown {
			t.Fatalf("seed %d: without %v the verdict is %s, and %s with everything known\n%s\n%s\n%s\n%s",
				seed, lost, got.Verdict, truth.Verdict, got.Reason, drawing(got.Chain), truth.Reason, drawing(truth.Chain))
		}
		if got.Verdict.Closed() && slices.ContainsFunc(lost, essential) {
			t.Fatalf("seed %d: without %v the verdict is %s", seed, lost, got.Verdict)
		}
	}
	for _, v := range []model.Verdict{"nat", "inspected", "partial", "indirect", "endpoints-only", "isolated", "unknown"} {
		if seen[v] < 20 {
			t.Errorf("the random worlds give %s only %d times: %v", v, seen[v], seen)
		}
	}
}

// TestWhatIsSureHoldsHoweverTheUnknownTurnsOut judges facts of which some are not
// known, and then the same facts with what is not known filled in at random. A
// verdict or a coverage that claims something must be the same each time.
func TestWhatIsSureHoldsHoweverTheUnknownTurnsOut(t *testing.T) {
	t.Parallel()
	sure := map[model.Verdict]int{}
	covered := 0
	for seed := range uint64(4500) {
		r := rand.New(rand.NewPCG(seed, 17))
		c := chooser(r.IntN)
		w := chaos(c)
		poorer, lost := lose(c, w.Facts)
		claimed := Judge(NewIndex(poorer), w.n)
		for range 4 {
			filled := Judge(NewIndex(complete(c, poorer)), w.n)
			if v := claimed.Verdict; v != model.VerdictUnknown && v != model.VerdictIndirect {
				sure[v]++
				if filled.Verdict != v {
					t.Fatalf("seed %d: without %v the verdict is %s, and it may be %s\n%s\n%s\n%s\n%s",
						seed, lost, v, filled.Verdict, claimed.Reason, drawing(claimed.Chain), filled.Reason, drawing(filled.Chain))
				}
			}
			for _, one := range claimed.Endpoints {
				if one.State != model.EndpointCovered {
					continue
				}
				covered++
				if covering(filled, one.Service).State != model.EndpointCovered {
					t.Fatalf("seed %d: without %v %s is covered by %s, and it may be %+v", seed, lost, one.Service, one.ID, covering(filled, one.Service))
				}
			}
		}
	}
	if sure["nat"] < 100 || sure["isolated"] < 100 || sure["partial"] < 100 || covered < 100 {
		t.Errorf("too little was claimed to prove anything: %v, %d covered", sure, covered)
	}
}

// essential names the facts without which nothing may be called closed.
func essential(family string) bool {
	return slices.Contains([]string{"subnets", "route tables", "security groups", "ACLs", "endpoints"}, family)
}

func TestAClosedVerdictRestsOnSeenHopsOnly(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5000) {
		w := chaos(rand.New(rand.NewPCG(seed, 11)).IntN)
		e := w.judge()
		if !e.Verdict.Closed() {
			continue
		}
		for _, h := range e.Chain {
			if h.State == model.HopUnknown {
				t.Fatalf("seed %d: %s with an unknown hop\n%s", seed, e.Verdict, drawing(e.Chain))
			}
		}
		if e.IPv6 != nil && (e.IPv6.Verdict == model.VerdictUnknown || e.IPv6.Verdict.Internet()) {
			t.Fatalf("seed %d: %s while IPv6 is %s", seed, e.Verdict, e.IPv6.Verdict)
		}
		for _, c := range e.Endpoints {
			if e.Verdict == model.VerdictIsolated && c.State != model.EndpointMissing && c.State != model.EndpointBlocked {
				t.Fatalf("seed %d: isolated while %s is %s", seed, c.Service, c.State)
			}
		}
	}
}

func TestTheOrderOfFactsDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 13))
		w := chaos(r.IntN)
		first := w.judge()
		if again := w.judge(); !reflect.DeepEqual(first, again) {
			t.Fatalf("seed %d: two judgements of the same facts differ", seed)
		}
		shuffle(r, w.RouteTables.Items)
		shuffle(r, w.NATGateways.Items)
		shuffle(r, w.Endpoints.Items)
		shuffle(r, w.Interfaces.Items)
		shuffle(r, w.Subnets.Items)
		shuffle(r, w.PrefixLists.Items)
		for _, a := range w.ACLs.Items {
			shuffle(r, a.Subnets)
		}
		if shuffled := w.judge(); !reflect.DeepEqual(first, shuffled) {
			t.Fatalf("seed %d: shuffled facts give another judgement\n%+v\n%+v", seed, first, shuffled)
		}
	}
}

func shuffle[T any](r *rand.Rand, items []T) {
	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
}

func TestHundredsOfRoutesInCirclesEnd(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var subnets, acl []string
	for i := range 60 {
		id := fmt.Sprint(i)
		subnets = append(subnets, "subnet-"+id)
		acl = append(acl, "subnet-"+id)
		w.Subnets.Items = append(w.Subnets.Items, Subnet{ID: "subnet-" + id, VPCID: "vpc-1", CIDR: "10.0.9.0/24"})
		w.Endpoints.Items = append(w.Endpoints.Items, Endpoint{ID: "vpce-" + id, VPCID: "vpc-1", Type: "GatewayLoadBalancer", State: "available", Subnets: []string{"subnet-" + id}})
		table := RouteTable{ID: "rtb-" + id, VPCID: "vpc-1", Subnets: []string{"subnet-" + id}}
		for j := range 300 {
			table.Routes = append(table.Routes, to(fmt.Sprintf("%d.%d.0.0/%d", j%224, j, 4+j%20), fmt.Sprintf("vpce-%d", (i+j)%60)))
		}
		w.RouteTables.Items = append(w.RouteTables.Items, table)
	}
	w.ACLs.Items[0].Subnets = append(w.ACLs.Items[0].Subnets, acl...)
	w.route("rtb-a", to("0.0.0.0/0", "vpce-0"))
	if e := w.judge(); e.Verdict != model.VerdictUnknown {
		t.Errorf("verdict %s: %s", e.Verdict, e.Reason)
	}
	if len(subnets) != 60 {
		t.Fatal("the tangle is not what it should be")
	}
}

func FuzzJudge(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("\x00\xff\x07", 60)))
	f.Fuzz(func(t *testing.T, data []byte) {
		at := 0
		c := chooser(func(n int) int {
			if n <= 0 || len(data) == 0 {
				return 0
			}
			at++
			return (int(data[at%len(data)]) + at/len(data)) % n
		})
		w := chaos(c)
		w.table("rtb-a").Routes = append(w.table("rtb-a").Routes, Route{Destination: string(data), Target: string(data), State: "active"})
		truth := w.judge()
		checkShape(t, truth)
		poorer, lost := lose(c, w.Facts)
		if got := Judge(NewIndex(poorer), w.n); got.Verdict != truth.Verdict && got.Verdict != model.VerdictUnknown {
			t.Errorf("without %v the verdict is %s, and %s with everything known", lost, got.Verdict, truth.Verdict)
		}
	})
}

func TestJudgeSurvivesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for name, e := range map[string]model.Egress{
		"no notebook":           Judge(NewIndex(w.Facts), nil),
		"no index":              Judge(nil, w.n),
		"no index, no notebook": Judge(nil, nil),
		"an empty notebook":     Judge(NewIndex(Facts{}), &model.Notebook{}),
	} {
		if e.Verdict != model.VerdictUnknown || e.Reason == "" {
			t.Errorf("%s: %s (%s)", name, e.Verdict, e.Reason)
		}
	}
}
