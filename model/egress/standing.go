package egress

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"nbscope/model"
)

// standing is what one party of a VPC reaches: a notebook, or whatever else stands
// in a subnet.
type standing struct {
	verdict  model.Verdict
	open     int                   // how much of the internet that proves, apart from services that are reached by their lists alone
	six      model.Verdict         // of IPv6 beside IPv4, "" without
	services map[string]reach      // by the end of the endpoint service's name
	beyond   []string              // private ways out of the VPC, each as destination and target
	public   bool                  // hosts with public addresses of their own use an internet gateway
	meant    bool                  // the subnet is to be public: its table names an internet gateway, or a public NAT gateway stands in it
	inspects map[model.HopKind]int // hops that inspect, by kind
}

// reach is how sure a service is reached.
type reach uint8

const (
	reachNo reach = iota
	reachPerhaps
	reachYes
)

func (r reach) String() string {
	return [...]string{"not reached", "perhaps reached", "reached"}[r]
}

// openness orders verdicts by how much of the internet they prove.
func openness(v model.Verdict) int {
	switch v {
	case model.VerdictDirect, model.VerdictNAT, model.VerdictInspected:
		return 4
	case model.VerdictPartial:
		return 3
	case model.VerdictIndirect:
		return 2
	case model.VerdictUnknown:
		return 1
	case model.VerdictEndpoints, model.VerdictIsolated:
	}
	return 0
}

// standingBy sums a judgement up.
func (ix *Index) standingBy(n *model.Notebook, e model.Egress) standing {
	out := standing{verdict: e.Verdict, open: openness(e.Verdict), services: make(map[string]reach, len(e.Endpoints)), inspects: map[model.HopKind]int{}}
	if e.IPv6 != nil {
		out.six = e.IPv6.Verdict
	}
	var g *guest
	if s := ix.subnets.byID[n.SubnetID]; s != nil {
		g = tenant{ix, n, s}.guest()
		out.beyond = ix.tables.beyond(s)
		out.listed(g.tenant)
	}
	for _, c := range e.Endpoints {
		led := false
		if one := ix.endpoints.byID[c.ID]; one != nil && g != nil {
			to, _ := g.leads(one)
			led = to != takesNone
		}
		if !led && out.services[c.Service] == reachYes {
			continue
		}
		out.services[c.Service] = reached(out.open, c, led)
	}
	for _, h := range e.Chain {
		if h.Kind == model.HopEndpoint || h.Kind == model.HopAppliance {
			out.inspects[h.Kind]++
		}
	}
	return out
}

// listed takes a part of the internet that AWS's prefix lists hold, and nothing else,
// for what it is: their services are reached. A gateway endpoint then takes nothing.
func (a *standing) listed(t tenant) {
	if a.verdict != model.VerdictPartial || openness(a.six) > 0 {
		return
	}
	lists, alone := t.byLists()
	services := t.ix.lists.services(lists, t.notebook.Region)
	if !alone || len(services) == 0 {
		return
	}
	a.open = 0
	for _, service := range services {
		a.services[service] = reachYes
	}
}

// reached says whether a service is reached: by its endpoint, else by the
// internet, unless its calls are led to the endpoint, whatever it does with them.
func reached(open int, c model.EndpointCoverage, led bool) reach {
	internet := reachNo
	switch open {
	case 4:
		internet = reachYes
	case 3, 2, 1:
		internet = reachPerhaps
	}
	switch c.State {
	case model.EndpointCovered:
		return reachYes
	case model.EndpointPartial:
		if led {
			return reachPerhaps
		}
		return max(reachPerhaps, internet)
	case model.EndpointUnknown:
		return reachPerhaps
	case model.EndpointBlocked:
		return reachNo
	case model.EndpointMissing:
	}
	return internet
}

// facesInternet reports whether hosts with public addresses in a subnet use an
// internet gateway, through a firewall or not: load balancers, NAT gateways, instances.
func (t tenant) facesInternet() bool {
	w := t.walker(ipv4())
	w.public = true
	verdict := w.leave(t.subnet, w.stack.internet, asAppliance).verdict(w.stack.internet, w.stack.grain)
	return verdict.Internet() && !slices.ContainsFunc(w.hops, func(h model.Hop) bool { return h.Kind == model.HopNAT })
}

// meantPublic reports whether a subnet is there for hosts that the internet reaches,
// be its gateway attached or not: by its route, or because a public NAT gateway needs
// it.
func (ix *Index) meantPublic(s *Subnet) bool {
	return ix.tables.leadToGateway(s) || slices.ContainsFunc(ix.nats.sorted(), func(g *NATGateway) bool {
		return g.SubnetID == s.ID && g.Connectivity == natPublic && (isAvailable(g.State) || g.State == natPending)
	})
}

// difference is one thing that is otherwise afterwards.
type difference struct {
	before, after  string
	worse, outside bool // outside: it is about whom the internet reaches
}

// compare lists what is otherwise, what is worse first.
func compare(before, after *standing) []difference {
	out := outsideBetween(before, after)
	if a, b := before.open, after.open; before.verdict != after.verdict && (a > 0 || b > 0) {
		worse := b < a || before.verdict == model.VerdictInspected || before.verdict == model.VerdictIndirect && after.verdict == model.VerdictUnknown
		out = append(out, difference{before: before.verdict.Phrase(), after: after.verdict.Phrase(), worse: worse})
	} else if before.verdict == after.verdict && rerouted(before, after) {
		out = append(out, difference{before: "inspected on its way", after: "not inspected any more", worse: true})
	}
	if before.six != after.six {
		out = append(out, difference{before: "IPv6 " + before.six.Phrase(), after: "IPv6 " + after.six.Phrase(), worse: openness(after.six) < openness(before.six)})
	}
	for _, way := range before.beyond {
		if !slices.Contains(after.beyond, way) {
			out = append(out, difference{before: way, after: "not reached that way", worse: true})
		}
	}
	out = append(out, servicesBetween(before, after)...)
	model.SortStable(out, func(a, b difference) int { return cmp.Compare(rank(b.worse), rank(a.worse)) })
	return out
}

// outsideBetween says whom the internet reaches otherwise.
func outsideBetween(before, after *standing) []difference {
	switch {
	case before.public && !after.public:
		return []difference{{before: "public addresses are reached", after: "public addresses are not reached", worse: true, outside: true}}
	case !before.meant && after.meant:
		return []difference{{before: "a private subnet", after: "a public one, whose route table leads to an internet gateway", worse: true, outside: true}}
	case !before.public && after.public:
		return []difference{{before: "public addresses are not reached", after: "public addresses are reached", outside: true}}
	}
	return nil
}

// rerouted reports whether less inspects the way than before.
func rerouted(before, after *standing) bool {
	for kind, n := range before.inspects {
		if after.inspects[kind] < n {
			return true
		}
	}
	return false
}

func rank(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// servicesBetween sums services up by how their reach changed.
func servicesBetween(before, after *standing) []difference {
	type shift struct{ from, to reach }
	by := map[shift][]string{}
	for _, s := range servicesIn(before, after) {
		if from, to := before.services[s], after.services[s]; from != to {
			by[shift{from, to}] = append(by[shift{from, to}], s)
		}
	}
	var out []difference
	for from := reachNo; from <= reachYes; from++ {
		for to := reachNo; to <= reachYes; to++ {
			if names := by[shift{from, to}]; len(names) > 0 {
				list := strings.Join(names, ", ")
				out = append(out, difference{before: list + " " + from.String(), after: list + " " + to.String(), worse: to < from})
			}
		}
	}
	return out
}

// servicesIn names the services of both.
func servicesIn(a, b *standing) []string {
	both := maps.Clone(a.services)
	maps.Copy(both, b.services)
	return slices.Sorted(maps.Keys(both))
}

// atLeast reports whether a party reaches all that another does.
func (a *standing) atLeast(b *standing) bool {
	return a.open >= b.open && !slices.ContainsFunc(servicesIn(a, b), func(s string) bool { return a.services[s] < b.services[s] })
}

// better reports whether a party is better off and in nothing of weight worse.
func better(before, after *standing) bool {
	if a, b := before.open, after.open; a != b {
		return b > a
	}
	gain := false
	for _, s := range servicesIn(before, after) {
		if after.services[s] < before.services[s] {
			return false
		}
		gain = gain || after.services[s] > before.services[s]
	}
	return gain
}
