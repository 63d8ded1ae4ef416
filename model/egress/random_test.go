package egress

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// chooser makes worlds out of choices, from a generator or from fuzzed bytes.
type chooser func(n int) int

func (c chooser) chance(percent int) bool { return c(100) < percent }

func pick[T any](c chooser, from ...T) T { return from[c(len(from))] }

// plausible builds a world as people build them.
func plausible(c chooser) *world {
	w := newWorld()
	switch c(8) {
	case 0, 1:
		w.nat()
	case 2:
		w.appliance()
	case 3:
		w.firewall().nat()
		w.table("rtb-a").Routes[1].Target = "vpce-fw"
		w.route("rtb-c", to("0.0.0.0/0", "nat-1"))
	case 4:
		w.route("rtb-a", to("0.0.0.0/0", "tgw-1"))
	case 5:
		w.dual().route("rtb-a", to("::/0", "eigw-1"))
	case 6:
		w.s3Gateway("rtb-a")
	}
	return w
}

// mutate spoils one thing or two.
func mutate(c chooser, w *world) {
	for range c(3) {
		switch c(12) {
		case 0:
			w.table("rtb-a").Routes[0].State = pick(c, "blackhole", "odd")
		case 1:
			w.route("rtb-a", dead(pick(c, "0.0.0.0/1", "0.0.0.0/0", "10.9.0.0/16"), "nat-gone"))
		case 2:
			w.egress(pick(c, tcp443("10.0.0.0/8"), tcp443("0.0.0.0/1"), Rule{Protocol: "-1", To: 65535, PrefixLists: []string{"pl-s3"}}))
		case 3:
			w.acl(pick(c, "acl-1", "acl-2")).Entries = w.acl("acl-1").Entries[:c(3)]
		case 4:
			w.InternetGateways.Items[0].VPCID = "vpc-2"
		case 5:
			w.table("rtb-b").Routes = w.table("rtb-b").Routes[:1]
		case 6:
			w.BlockPublicAccess.Mode = pick(c, "block-ingress", "block-bidirectional")
		case 7:
			w.n.SecurityGroups = []string{"sg-1", pick(c, "sg-e", "sg-x")}
		case 8:
			w.route("rtb-a", to(pick(c, "0.0.0.0/1", "52.0.0.0/8", "64:ff9b::/96"), pick(c, "tgw-1", "igw-1", "nat-1")))
		case 9:
			w.Exclusions = Read(Exclusion{ID: "x", VPCID: "vpc-1", SubnetID: pick(c, "", "subnet-b"), Mode: pick(c, "allow-egress", "allow-bidirectional")})
		case 10:
			w.table("rtb-a").Main, w.table("rtb-a").Subnets = c.chance(50), nil
		case 11:
			w.list("pl-1", "0.0.0.0/0").egress(Rule{Protocol: "6", From: 443, To: 443, PrefixLists: []string{"pl-1"}})
		}
	}
}

// chaos builds a world in which everything may refer to anything, in circles and
// to nowhere.
func chaos(c chooser) *world {
	w := plausible(c)
	f := &w.Facts
	if c.chance(50) {
		mutate(c, w)
		return w
	}
	subnets := []string{"subnet-a", "subnet-b", "subnet-c", "subnet-x"}
	tables := []string{"rtb-a", "rtb-b", "rtb-c", "rtb-main", "rtb-x"}
	targets := []string{"nat-1", "nat-3", "nat-2", "nat-x", "igw-1", "igw-x", "tgw-1", "pcx-1", "eni-x", "eni-y", "i-1", "vpce-fw", "vpce-s3", "eigw-1", "wormhole", ""}
	cidrs := []string{"0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "10.0.0.0/8", "::/0", "64:ff9b::/96", "junk"}
	states := []string{"active", "active", "active", "active", "blackhole", "odd"}
	for i := range f.RouteTables.Items {
		for range c(4) {
			r := Route{Destination: pick(c, cidrs...), Target: pick(c, targets...), State: pick(c, states...), Propagated: c.chance(10)}
			if c.chance(15) {
				r.Destination, r.PrefixList = "", pick(c, "pl-1", "pl-s3", "pl-x")
			}
			f.RouteTables.Items[i].Routes = append(f.RouteTables.Items[i].Routes, r)
		}
		if c.chance(10) {
			f.RouteTables.Items[i].Subnets = []string{pick(c, subnets...)}
		}
	}
	for _, id := range []string{"nat-3", "nat-2"} {
		f.NATGateways.Items = append(f.NATGateways.Items, NATGateway{
			ID: id, VPCID: "vpc-1", SubnetID: pick(c, subnets...), State: pick(c, "available", "available", "available", "failed", "odd"),
			Connectivity: pick(c, "public", "public", "private", "odd"), Availability: pick(c, "zonal", "", "regional", "odd"), RouteTable: pick(c, tables...),
		})
	}
	w.list("pl-1", pick(c, cidrs...), pick(c, cidrs...))
	f.Interfaces.Items = append(f.Interfaces.Items, Interface{
		ID: "eni-y", SubnetID: pick(c, subnets...), InstanceID: "i-1", Status: pick(c, "in-use", "available"),
		PublicIP: pick(c, "52.1.1.1", ""), SourceDestCheck: c.chance(30),
	})
	f.Interfaces.Items[0].PublicIP = pick(c, "", "", "52.1.1.2")
	f.SecurityGroups.Items[0].Egress = []Rule{{
		Protocol: pick(c, "-1", "-1", "tcp", "udp"), From: pick(c, 0, 443, 80), To: pick(c, 65535, 443), CIDRs: []string{pick(c, cidrs...), pick(c, cidrs...)},
		PrefixLists: pick(c, nil, nil, []string{"pl-1"}, []string{"pl-s3"}, []string{"pl-x"}), Groups: pick(c, nil, []string{"sg-e"}),
	}}
	if c.chance(15) {
		f.SecurityGroups.Items[0].VPCID = "vpc-2"
	}
	for i := range f.ACLs.Items {
		if c.chance(20) {
			f.ACLs.Items[i].Entries = append([]Entry{{
				Number: c(200), Egress: c.chance(50), Action: pick(c, "allow", "deny", "odd"), Protocol: "6", From: c(2000), To: c(65536), CIDR: pick(c, cidrs...),
			}}, f.ACLs.Items[i].Entries...)
		}
	}
	chaosEndpoints(c, w, subnets, tables)
	f.Subnets.Items[0].OwnerID = pick(c, account, account, account, "999988887777")
	f.Subnets.Items[0].DNS64 = c.chance(50)
	f.Subnets.Items[1].Block = pick(c, "", "", "off", "block-bidirectional", "odd")
	f.BlockPublicAccess.Mode = pick(c, "off", "off", "off", "block-ingress", "block-bidirectional", "odd")
	w.n.IPAddressType = pick(c, "ipv4", "ipv4", "dualstack", "odd")
	w.n.SubnetID = pick(c, "subnet-a", "subnet-a", "subnet-a", "subnet-x")
	return w
}

func chaosEndpoints(c chooser, w *world, subnets, tables []string) {
	f := &w.Facts
	if c.chance(30) && len(f.Endpoints.Items) == 0 {
		w.firewall(func(e *Endpoint) {
			e.Subnets, e.State = []string{pick(c, subnets...)}, pick(c, "available", "available", "odd")
		})
	}
	if c.chance(30) && len(f.Endpoints.Items) < 2 && find(f.Endpoints.Items, func(e *Endpoint) bool { return e.ID == "vpce-s3" }) == nil {
		w.s3Gateway("rtb-a", func(e *Endpoint) { e.RouteTables = []string{pick(c, tables...)} })
	}
	if c.chance(30) {
		w.interfaceEndpoint("sts", func(e *Endpoint) {
			e.Subnets, e.Groups = []string{pick(c, subnets...)}, []string{pick(c, "sg-e", "sg-1", "sg-x")}
			e.State, e.PrivateDNS, e.Type = pick(c, "available", "available", "failed", "odd"), c.chance(70), pick(c, "Interface", "Interface", "odd")
			e.Policy = pick(c, "", "", "{", `{"Statement":[]}`)
		})
	}
}

// lose takes some families away and breaks others off in the middle.
func lose(c chooser, f Facts) (out Facts, lost []string) {
	out = f
	half := func(n int) int { return c(n + 1) }
	if c.chance(30) {
		out.Subnets = Refused("throttled", f.Subnets.Items[:half(len(f.Subnets.Items))]...)
	}
	if c.chance(30) {
		out.Endpoints = Refused("throttled", f.Endpoints.Items[:half(len(f.Endpoints.Items))]...)
	}
	if c.chance(30) {
		out.PrefixLists = Refused("throttled", f.PrefixLists.Items[:half(len(f.PrefixLists.Items))]...)
	}
	if c.chance(30) {
		out.RouteTables = Refused("throttled", f.RouteTables.Items[:half(len(f.RouteTables.Items))]...)
	}
	names := slices.Sorted(maps.Keys(denials()))
	for range 1 + c(3) {
		name := pick(c, names...)
		denials()[name](&out, "AccessDenied")
		lost = append(lost, name)
	}
	return out, lost
}

func TestADenialNeverMakesAnotherVerdict(t *testing.T) {
	t.Parallel()
	seen := map[model.Verdict]int{}
	for seed := range uint64(20000) {
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
	for _, v := range []model.Verdict{"nat", "inspected", "indirect", "endpoints-only", "isolated", "unknown"} {
		if seen[v] < 20 {
			t.Errorf("the random worlds give %s only %d times: %v", v, seen[v], seen)
		}
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
			if e.Verdict == model.VerdictIsolated && c.State != model.EndpointMissing {
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
