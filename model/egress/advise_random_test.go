package egress

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// inhabited is a random world with neighbours of the notebook.
func inhabited(c chooser) (*world, []*model.Notebook) {
	w := chaos(c)
	all := []*model.Notebook{w.n}
	for i := range 1 + c(3) {
		n := w.neighbour(fmt.Sprint("neighbour-", i), pick(c, "subnet-a", "subnet-b", "subnet-c"), pick(c, "sg-1", "sg-e"))
		n.DirectInternet = pick(c, model.Disabled, model.Disabled, model.Enabled)
		all = append(all, n)
	}
	if c.chance(30) {
		w.NATGateways.Items = append(w.NATGateways.Items, NATGateway{ID: "nat-9", VPCID: "vpc-1", SubnetID: "subnet-b", State: pick(c, "available", "available", "pending"), Connectivity: "public"})
		w.route("rtb-c", to("0.0.0.0/0", "nat-9"))
	}
	if c.chance(20) {
		w.VPCs.Items[0].DNSHostnames = false
	}
	if c.chance(20) { // the NAT gateways' subnet, and another, have the main table
		w.table("rtb-b").Subnets, w.table("rtb-c").Subnets = nil, nil
		w.route("rtb-main", pick(c, to("0.0.0.0/0", "igw-1"), to("10.9.0.0/16", "tgw-1")))
	}
	if c.chance(20) { // whoever is in the public subnet is kept from the notebook's
		w.acl("acl-2").Entries = append([]Entry{{Number: 50, Egress: true, Action: "deny", Protocol: "6", From: 443, To: 443, CIDR: "10.0.1.0/24"}}, w.acl("acl-2").Entries...)
	}
	return w, all
}

// reaches judges anew, by nothing that the offering of remedies uses: how much of
// the internet a notebook reaches, and which services.
func reaches(f Facts, who *model.Notebook) (internet int, services map[string]int) {
	ix := NewIndex(f)
	e := Judge(ix, who)
	switch e.Verdict {
	case model.VerdictDirect, model.VerdictNAT, model.VerdictInspected:
		internet = 4
	case model.VerdictPartial:
		internet = 3
	case model.VerdictIndirect:
		internet = 2
	case model.VerdictUnknown:
		internet = 1
	case model.VerdictEndpoints, model.VerdictIsolated:
	}
	onlyS3 := strings.HasPrefix(e.Reason, "reaches only the addresses of prefix list pl-s3") && (e.IPv6 == nil || openness(e.IPv6.Verdict) == 0)
	if onlyS3 {
		internet = 0
	}
	services = map[string]int{}
	for _, c := range e.Endpoints {
		n := []int{0, 1, 1, 1, 2}[internet]
		if onlyS3 && c.Service == s3 {
			n = 2
		}
		switch c.State {
		case model.EndpointCovered:
			n = 2
		case model.EndpointPartial:
			n = max(n, 1)
			if s := ix.subnets.byID[who.SubnetID]; s != nil && ix.endpoints.byID[c.ID] != nil {
				if led, _ := (tenant{ix, who, s}).guest().leads(ix.endpoints.byID[c.ID]); led != takesNone {
					n = 1
				}
			}
		case model.EndpointUnknown:
			n = 1
		case model.EndpointBlocked:
			n = 0
		case model.EndpointMissing:
		}
		services[c.Service] = n
	}
	return internet, services
}

// publicSubnets are the subnets whose table leads to an attached internet gateway.
func publicSubnets(f Facts) []string {
	var out []string
	ix := NewIndex(f)
	for _, s := range ix.subnets.sorted() {
		if t, _, _ := ix.tables.of(s); t != nil {
			for _, r := range t.Routes {
				if g := ix.gateways.byID[r.Target]; g != nil && g.VPCID == s.VPCID && r.Destination == "0.0.0.0/0" && r.State == "active" && g.State == "available" {
					out = append(out, s.ID)
				}
			}
		}
	}
	return out
}

func offersOf(f Facts, all []*model.Notebook, n *model.Notebook) []proposal {
	a := NewAdvisor(f, all)
	p, why := a.placeOf(n)
	if why != "" {
		return nil
	}
	off := *n
	off.DirectInternet = model.Disabled
	out, _ := p.offers(&off, p.index.keyOf(n))
	return out
}

func TestNoOfferedRemedyWorsensAnyoneUnsaid(t *testing.T) {
	t.Parallel()
	offered, worsening := map[model.RemedyKind]int{}, 0
	for seed := range uint64(2500) {
		w, all := inhabited(rand.New(rand.NewPCG(seed, 17)).IntN)
		for _, o := range offersOf(w.Facts, all, w.n) {
			offered[o.Kind]++
			told := o.Worsens()
			worsening += rank(told)
			after := w.after(o.changes)
			checkPromise(t, seed, w, o, after)
			for _, n := range all[1:] {
				before, services := reaches(w.Facts, n)
				then, kept := reaches(after, n)
				if then < before && !told {
					t.Fatalf("seed %d: %q takes %s from %d to %d and does not say so\n%s", seed, o.Title, n.Name, before, then, strings.Join(o.Commands, "\n"))
				}
				for s, was := range services {
					if n.DirectInternet != model.Enabled && kept[s] < was && !told {
						t.Fatalf("seed %d: %q takes %s of %s from %d to %d and does not say so\n%s", seed, o.Title, s, n.Name, was, kept[s], strings.Join(o.Commands, "\n"))
					}
				}
			}
			checkPublic(t, seed, w, o, after)
		}
	}
	for _, kind := range []model.RemedyKind{model.RemedyRule, model.RemedyNATRoute, model.RemedyEndpoints, model.RemedyRoute} {
		if offered[kind] < 10 {
			t.Errorf("only %d remedies of the kind %s: the worlds prove little: %v", offered[kind], kind, offered)
		}
	}
	if worsening == 0 {
		t.Error("no remedy had to worsen anyone: the worlds prove little")
	}
}

// checkPromise holds that a remedy changes what it says, and says what it does.
func checkPromise(t *testing.T, seed uint64, w *world, o proposal, after Facts) {
	t.Helper()
	off := *w.n
	off.DirectInternet = model.Disabled
	now, services := reaches(w.Facts, &off)
	then, more := reaches(after, &off)
	if got := Judge(NewIndex(after), &off).Verdict; got != o.After {
		t.Fatalf("seed %d: %q promises %s and gives %s", seed, o.Title, o.After, got)
	}
	gain := then > now
	for s, n := range more {
		gain = gain || n > services[s]
		if then <= now && n < services[s] {
			t.Fatalf("seed %d: %q takes %s from its own notebook", seed, o.Title, s)
		}
	}
	if !gain || then < now {
		t.Fatalf("seed %d: %q does not better its own notebook\n%s", seed, o.Title, strings.Join(o.Commands, "\n"))
	}
	if o.Title == "" || o.Why == "" || len(o.Commands) == 0 || len(o.changes) == 0 {
		t.Fatalf("seed %d: an empty remedy: %+v", seed, o)
	}
	facts := w.Facts
	for _, c := range o.changes {
		next := facts.after([]change{c})
		if _, looks := c.(findList); fmt.Sprint(facts) == fmt.Sprint(next) && !looks {
			t.Fatalf("seed %d: %q has a step that changes nothing: %#v\n%s", seed, o.Title, c, strings.Join(o.Commands, "\n"))
		}
		facts = next
	}
	for _, c := range o.Commands {
		if !strings.Contains(c, "--region "+w.n.Region) {
			t.Fatalf("seed %d: a command without its region: %s", seed, c)
		}
	}
}

// checkPublic holds that hosts with public addresses keep what they reach, that
// public subnets stay so, and that nobody makes a private one public unsaid.
func checkPublic(t *testing.T, seed uint64, w *world, o proposal, after Facts) {
	t.Helper()
	was, is := publicSubnets(w.Facts), publicSubnets(after)
	for _, s := range was {
		if !slices.Contains(is, s) {
			t.Fatalf("seed %d: %q takes subnet %s off the internet\n%s", seed, o.Title, s, strings.Join(o.Commands, "\n"))
		}
		before, services := publicly(w, w.Facts, s)
		then, kept := publicly(w, after, s)
		for service, n := range services {
			if (then < before || kept[service] < n) && !o.Worsens() {
				t.Fatalf("seed %d: %q takes %s from hosts with public addresses in %s and does not say so\n%s", seed, o.Title, service, s, strings.Join(o.Commands, "\n"))
			}
		}
	}
	for _, s := range is {
		gateway := slices.ContainsFunc(w.NATGateways.Items, func(g NATGateway) bool { return g.SubnetID == s && g.Connectivity == "public" })
		named := slices.ContainsFunc(o.changes, func(c change) bool { _, ok := c.(attach); return ok })
		if t, _, _ := NewIndex(w.Facts).tables.of(w.subnet(s)); t != nil { // for a half of the internet, say
			named = named || slices.ContainsFunc(t.Routes, func(r Route) bool { return strings.HasPrefix(r.Target, "igw-") })
		}
		if !slices.Contains(was, s) && !gateway && !named && !o.Worsens() {
			t.Fatalf("seed %d: %q makes subnet %s public and does not say so\n%s", seed, o.Title, s, strings.Join(o.Commands, "\n"))
		}
	}
}

// publicly judges a host with a public address in a subnet, by nothing that the
// offering of remedies uses.
func publicly(w *world, f Facts, subnet string) (internet int, services map[string]int) {
	host := w.neighbour("public", subnet, "sg-public")
	host.NetworkID, host.DirectInternet, host.IPAddressType = "eni-public", model.Disabled, "ipv4"
	f.Interfaces.Items = append(slices.Clone(f.Interfaces.Items), Interface{ID: host.NetworkID, SubnetID: subnet, VPCID: "vpc-1", PublicIP: "52.1.1.9"})
	f.SecurityGroups.Items = append(slices.Clone(f.SecurityGroups.Items), SecurityGroup{ID: "sg-public", VPCID: "vpc-1", Egress: []Rule{{Protocol: "-1", To: 65535, CIDRs: []string{"0.0.0.0/0"}}}})
	return reaches(f, host)
}

func TestAdviceDoesNotDependOnTheOrderOfFacts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 19))
		w, all := inhabited(r.IntN)
		first := fmt.Sprintf("%+v", NewAdvisor(w.Facts, all).For(w.n))
		shuffle(r, w.RouteTables.Items)
		shuffle(r, w.NATGateways.Items)
		shuffle(r, w.Endpoints.Items)
		shuffle(r, w.Subnets.Items)
		if again := fmt.Sprintf("%+v", NewAdvisor(w.Facts, all).For(w.n)); again != first {
			t.Fatalf("seed %d: shuffled facts give other advice\n%s\n%s", seed, first, again)
		}
	}
}

func TestAdviceLeavesTheFactsAsTheyAre(t *testing.T) {
	t.Parallel()
	for seed := range uint64(250) {
		w, all := inhabited(rand.New(rand.NewPCG(seed, 23)).IntN)
		before := fmt.Sprintf("%+v", w.Facts)
		NewAdvisor(w.Facts, all).For(w.n)
		if fmt.Sprintf("%+v", w.Facts) != before {
			t.Fatalf("seed %d: advice changed the facts", seed)
		}
	}
}

// TestJudgementsGrowWithNotebooksNotTheirSquare counts judgements where every
// notebook has a group of its own, which no two can share.
func TestJudgementsGrowWithNotebooksNotTheirSquare(t *testing.T) {
	t.Parallel()
	count := func(notebooks int) int {
		w := unrouted()
		var all []*model.Notebook
		for i := range notebooks {
			id := fmt.Sprint("sg-own-", i)
			w.SecurityGroups.Items = append(w.SecurityGroups.Items, SecurityGroup{ID: id, VPCID: "vpc-1"})
			all = append(all, w.neighbour(fmt.Sprint("n", i), "subnet-a", id))
		}
		a := NewAdvisor(w.Facts, all)
		for _, n := range all {
			if len(a.For(n).Remedies) == 0 {
				t.Fatal("no remedy for a notebook without a way")
			}
		}
		return a.judged
	}
	few, many := count(20), count(80)
	if many > 5*few {
		t.Errorf("%d judgements for 20 notebooks and %d for 80", few, many)
	}
}

func TestNotebooksThatAreAlikeAreJudgedOnce(t *testing.T) {
	t.Parallel()
	w := unrouted()
	all := []*model.Notebook{w.n}
	for i := range 50 {
		all = append(all, w.neighbour(fmt.Sprint("n", i), "subnet-a"))
	}
	for _, n := range all {
		n.NetworkID = ""
	}
	a := NewAdvisor(w.Facts, all)
	first := a.For(all[0])
	judged := a.judged
	for _, n := range all {
		if got := a.For(n); len(got.Remedies) != len(first.Remedies) || got.Remedies[0].Title != first.Remedies[0].Title {
			t.Fatal("alike notebooks are advised differently")
		}
	}
	if a.judged != judged {
		t.Errorf("%d more judgements for notebooks that are alike", a.judged-judged)
	}
}
