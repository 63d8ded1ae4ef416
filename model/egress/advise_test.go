package egress

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// advise asks for advice with the neighbours known.
func (w *world) advise(neighbours ...*model.Notebook) *model.Advice {
	return NewAdvisor(w.Facts, append([]*model.Notebook{w.n}, neighbours...)).For(w.n)
}

// neighbour is another notebook that is like this one, elsewhere.
func (w *world) neighbour(name, subnet string, groups ...string) *model.Notebook {
	n := *w.n
	n.Name, n.SubnetID, n.NetworkID = name, subnet, ""
	if len(groups) > 0 {
		n.SecurityGroups = groups
	}
	return &n
}

// unrouted is a world with a NAT gateway that the notebook's table does not lead to.
func unrouted() *world {
	w := newWorld().nat()
	w.table("rtb-a").Routes = w.table("rtb-a").Routes[:1]
	return w
}

// inOrder reports whether a text holds all of the parts, one behind another.
func inOrder(text string, parts ...string) bool {
	for _, part := range parts {
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}

// remedyCase is a network, and a remedy that is right for it.
type remedyCase struct {
	name     string
	world    *world
	title    string        // a part of the remedy's
	first    bool          // no other is before it
	commands []string      // parts of its commands, in this order
	absent   []string      // what must be in no command
	after    model.Verdict // of the remedy
	why      []string      // parts of its reason
	titles   []string      // parts of further remedies' titles, in this order
	none     string        // a part of what is said instead
}

func (c *remedyCase) check(t *testing.T) {
	t.Helper()
	a := c.world.advise()
	var titles, commands []string
	for _, r := range a.Remedies {
		titles = append(titles, r.Title)
		commands = append(commands, r.Commands...)
	}
	for _, absent := range c.absent {
		if strings.Contains(strings.Join(commands, "\n"), absent) {
			t.Errorf("%q is in a command:\n%s", absent, strings.Join(commands, "\n"))
		}
	}
	if !strings.Contains(strings.Join(a.None, "\n"), c.none) {
		t.Errorf("%q is not said: %q", c.none, a.None)
	}
	if c.title == "" {
		if len(a.Remedies) > 0 {
			t.Errorf("remedies are offered: %q", titles)
		}
		return
	}
	if len(a.Remedies) == 0 {
		t.Fatalf("no remedy; said: %q", a.None)
	}
	at := max(0, slices.IndexFunc(titles, func(title string) bool { return strings.Contains(title, c.title) }))
	if c.first {
		at = 0
	}
	r := a.Remedies[at]
	if !strings.Contains(r.Title, c.title) || r.After != c.after || !inOrder(strings.Join(r.Commands, "\n"), c.commands...) {
		t.Errorf("of %q one promises %s with\n%s\n%s", titles, r.After, strings.Join(r.Commands, "\n"), r.Why)
	}
	if !inOrder(r.Why, c.why...) {
		t.Errorf("the reason is %q, want %q in it", r.Why, c.why)
	}
	if !inOrder(strings.Join(titles, "\n"), c.titles...) {
		t.Errorf("the remedies are %q, want %q", titles, c.titles)
	}
}

func TestRemedies(t *testing.T) {
	t.Parallel()
	for _, group := range [][]remedyCase{routeRemedies(), publicRemedies(), aclRemedies(), natRemedies(), groupRemedies(), endpointRemedies(), applianceRemedies()} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.check(t)
			})
		}
	}
}

// TestWhoIsWorseOffIsToldInOneSentence: those together that fare alike.
func TestWhoIsWorseOffIsToldInOneSentence(t *testing.T) {
	t.Parallel()
	got := worsened([]model.Affected{
		{What: "notebook a", Before: "sts reached", After: "sts not reached", Worse: true}, {What: "notebook b", Before: "NAT", After: "partial", Worse: true},
		{What: "notebook b", Before: "s3 reached", After: "s3 not reached", Worse: true}, {What: "subnet c", Before: "sts reached", After: "sts not reached", Worse: true},
		{What: "subnet d", Before: "isolated", After: "NAT"},
	})
	if want := "Worse off afterwards: notebook a, subnet c (sts reached, then sts not reached); notebook b (NAT, then partial; s3 reached, then s3 not reached)."; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got = worsened(nil); got != "" {
		t.Errorf("nobody is worse off: %q", got)
	}
}

func TestNoRemedyWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	if a := newWorld().nat().advise(); len(a.Remedies)+len(a.None) != 0 {
		t.Errorf("an open way is advised: %+v", a)
	}
	if a := newWorld().nat().with(func(w *world) { w.RouteTables = Refused[RouteTable]("AccessDenied") }).advise(); len(a.Remedies) != 0 || !strings.Contains(strings.Join(a.None, ""), "AccessDenied") {
		t.Errorf("remedies without the facts: %+v", a)
	}
}

func TestASharedSubnetsRoutesAreItsOwners(t *testing.T) {
	t.Parallel()
	w := newWorld().nat().egress(tcp443("10.0.0.0/8")).with(func(w *world) { w.subnet("subnet-a").OwnerID = "999988887777" })
	for _, r := range w.advise().Remedies {
		for _, c := range r.Commands {
			if !strings.Contains(c, "authorize-security-group-egress") {
				t.Errorf("a participant is told to change what is the owner's: %s", c)
			}
		}
	}
	w = newWorld().with(func(w *world) { w.subnet("subnet-a").OwnerID = "999988887777" })
	if a := w.advise(); len(a.Remedies) != 0 {
		t.Errorf("routes of another account are offered for change: %+v", a.Remedies)
	}
}

// TestNeighboursOfNewEndpointsAreNotRefused holds the whole of what is seen of
// private DNS: neighbours that used the public endpoints through NAT.
func TestNeighboursOfNewEndpointsAreNotRefused(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.NATGateways = Read(NATGateway{ID: "nat-1", VPCID: "vpc-1", SubnetID: "subnet-b", State: "available", Connectivity: "public"})
	w.route("rtb-c", to("0.0.0.0/0", "nat-1"))
	a := w.advise(w.neighbour("other", "subnet-c"))
	i := slices.IndexFunc(a.Remedies, func(r model.Remedy) bool { return strings.HasPrefix(r.Title, "Make endpoints") })
	if i < 0 {
		t.Fatalf("no endpoints are offered: %+v", a)
	}
	if r := a.Remedies[i]; r.Worsens() || !strings.Contains(strings.Join(r.Commands, "\n"), "CidrIp=10.0.0.0/16") {
		t.Errorf("the endpoints refuse neighbours: %+v", r)
	}
	// An ACL before the neighbour's subnet shuts the endpoints to it: then the remedy
	// says who is worse off, first, and stands last.
	w.acl("acl-2").Entries = append([]Entry{
		{Number: 50, Egress: true, Action: "deny", Protocol: "6", From: 443, To: 443, CIDR: "10.0.1.0/24"},
	}, w.acl("acl-2").Entries...)
	a = w.advise(w.neighbour("other", "subnet-c"))
	last := a.Remedies[len(a.Remedies)-1]
	if last.Kind != model.RemedyEndpoints || !last.Worsens() || !strings.HasPrefix(last.Why, "Worse off afterwards: ") || !strings.Contains(last.Why, "other") {
		t.Errorf("who is worse off is not said first: %+v", last)
	}
}

// TestAnUnknownPrefixListIsLookedUp makes an endpoint for S3 where no fact tells the
// id of the service's list: the route of the endpoint names it all the same.
func TestAnUnknownPrefixListIsLookedUp(t *testing.T) {
	t.Parallel()
	a := newWorld().nat().egress().with(func(w *world) { w.PrefixLists = Read[PrefixList](); w.VPCs.Items[0].CIDRs = nil }).advise()
	i := slices.IndexFunc(a.Remedies, func(r model.Remedy) bool { return strings.HasPrefix(r.Title, "Make an endpoint for s3") })
	if i < 0 {
		t.Fatalf("no endpoint for S3: %+v", a)
	}
	r := a.Remedies[i]
	if r.After != model.VerdictEndpoints || !inOrder(strings.Join(r.Commands, "\n"), "create-vpc-endpoint", "LIST=$(aws ec2 describe-managed-prefix-lists",
		`PrefixListIds=[{PrefixListId='"$LIST"'}]'`) {
		t.Errorf("promises %s with\n%s", r.After, strings.Join(r.Commands, "\n"))
	}
}

func TestThePublicSubnetStaysPublic(t *testing.T) {
	t.Parallel()
	w := unrouted().route("rtb-a", to("0.0.0.0/0", "igw-1"))
	w.route("rtb-c", to("0.0.0.0/0", "nat-1"))
	a := w.advise()
	if a.Elsewhere == nil || a.Elsewhere.SubnetID != "subnet-c" || a.Elsewhere.Verdict != model.VerdictNAT {
		t.Errorf("the private subnet with a way out is not named: %+v", a.Elsewhere)
	}
}

// TestATransitGatewayIsGoneRoundOpenly reroutes what a transit gateway had: others in
// the subnet lose it too, so it comes last and says so first.
func TestATransitGatewayIsGoneRoundOpenly(t *testing.T) {
	t.Parallel()
	a := unrouted().route("rtb-a", to("0.0.0.0/0", "tgw-1")).advise()
	last := a.Remedies[len(a.Remedies)-1]
	if last.After != model.VerdictNAT || !last.Worsens() || !strings.HasPrefix(last.Why, "Worse off afterwards: subnet subnet-a") ||
		!strings.Contains(last.Why, "goes round transit gateway tgw-1, which may inspect") {
		t.Errorf("the way round is not told: %+v", last)
	}
}

// TestWhoIsReachedFromOutsideIsTold names a subnet that faces the internet only with
// the remedy.
func TestWhoIsReachedFromOutsideIsTold(t *testing.T) {
	t.Parallel()
	r := newWorld().nat().with(func(w *world) {
		w.InternetGateways.Items[0] = InternetGateway{ID: "igw-1", State: "detached"}
		w.table("rtb-b").Routes[1].State = "blackhole"
	}).remedy(t, model.RemedyGateway)
	if !slices.ContainsFunc(r.Affects, func(a model.Affected) bool {
		return a.What == "subnet subnet-b" && a.After == "public addresses are reached" && !a.Worse
	}) {
		t.Errorf("the public subnet is not named: %+v", r.Affects)
	}
}

// TestThoseThatAreAlikeAreNamed holds that each of several notebooks with the same
// groups is told of the others, by name.
func TestThoseThatAreAlikeAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld().nat().egress()
	w.n.NetworkID = ""
	all := []*model.Notebook{w.n, w.neighbour("b", "subnet-a"), w.neighbour("c", "subnet-a"), w.neighbour("d", "subnet-a"), w.neighbour("e", "subnet-a")}
	a := NewAdvisor(w.Facts, all)
	for n, want := range map[*model.Notebook]string{
		w.n:    "notebook b, c, d and 1 more (with its subnet and groups)",
		all[1]: "notebook n, c, d and 1 more (with its subnet and groups)",
	} {
		if got := a.For(n).Remedies[0]; len(got.Affects) == 0 || got.Affects[0].What != want || got.Affects[0].After != "NAT" {
			t.Errorf("%s is told of %+v, want %s", n.Name, got.Affects, want)
		}
	}
	if got := NewAdvisor(w.Facts, []*model.Notebook{w.n}).For(w.n).Remedies[0]; len(got.Affects) != 0 {
		t.Errorf("a notebook by itself is told of %+v", got.Affects)
	}
}

// TestATableThatMustBecomePublicForOthersComesLast shares the NAT gateway's table with
// others where no other table can be made: whose subnet becomes public is worse off.
func TestATableThatMustBecomePublicForOthersComesLast(t *testing.T) {
	t.Parallel()
	w := onMain(newWorld().nat()).route("rtb-main", Route{Destination: "10.9.0.0/16", Target: "tgw-1", State: "active", Propagated: true})
	a := w.advise()
	last := a.Remedies[len(a.Remedies)-1]
	if last.Kind != model.RemedyRoute || last.After != model.VerdictNAT ||
		!strings.HasPrefix(last.Why, "Worse off afterwards: subnet subnet-c (a private subnet, then a public one, whose route table leads to an internet gateway)") {
		t.Errorf("who becomes public is not told first: %+v", last)
	}
	if slices.ContainsFunc(last.Affects, func(who model.Affected) bool { return who.What == "subnet subnet-b" && who.Worse }) {
		t.Errorf("the NAT gateway's subnet is worse off by its own way out: %+v", last.Affects)
	}
}

// TestHostsWithPublicAddressesKeepWhatTheyReach makes endpoints with private DNS that
// the ACL of a public subnet shuts: its hosts used the public endpoints so far.
func TestHostsWithPublicAddressesKeepWhatTheyReach(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if r := w.remedy(t, model.RemedyEndpoints, "Make endpoints"); slices.ContainsFunc(r.Affects, func(who model.Affected) bool { return strings.Contains(who.What, "subnet-b") }) {
		t.Errorf("hosts that reached the services all the time are told of: %+v", r.Affects)
	}
	w.acl("acl-2").Entries = append([]Entry{
		{Number: 50, Egress: true, Action: "deny", Protocol: "6", From: 443, To: 443, CIDR: "10.0.1.0/24"},
	}, w.acl("acl-2").Entries...)
	r := w.remedy(t, model.RemedyEndpoints, "Make endpoints")
	if !slices.ContainsFunc(r.Affects, func(who model.Affected) bool {
		return who.What == "subnet subnet-b" && who.Worse && strings.Contains(who.After, "sts not reached")
	}) || !strings.HasPrefix(r.Why, "Worse off afterwards: ") {
		t.Errorf("the public hosts' loss is not told: %+v", r)
	}
	if r := w.remedy(t, model.RemedyEndpoints, "Make an endpoint for s3"); r.Worsens() {
		t.Errorf("a gateway endpoint of the private table touches the public subnet: %+v", r.Affects)
	}
}

func TestCostsAreSaid(t *testing.T) {
	t.Parallel()
	const unknown = "by the GB besides; the price is not known"
	for _, c := range []struct{ region, nat, natGB, endpoints, endpointGB string }{
		{"us-east-1", "$36.50 a month", "$0.045 per GB", "$29.20 a month", "list prices of us-east-1, seen 2026-06-01"},
		{"us-west-2", "$36.50 a month", unknown, "$29.20 a month", "seen 2026-10-01"},
		{"eu-west-1", "$38.69 a month", "list prices of eu-west-1, seen 2026-09-25", "cost not known", unknown},
		{"eu-north-1", "$3.65 a month and a NAT gateway, whose price is not known", unknown, "cost not known", unknown},
		{"cn-north-1", "cost not known", unknown, "", ""},
	} {
		w := newWorld()
		w.n.Region = c.region
		if r := w.remedy(t, model.RemedyNATRoute); r.Cost.String() != c.nat || !strings.Contains(r.Why, c.natGB) {
			t.Errorf("%s: %s costs %s, want %s: %s", c.region, r.Title, r.Cost, c.nat, r.Why)
		}
		if c.endpoints == "" {
			continue // endpoint services have other names there
		}
		if r := w.remedy(t, model.RemedyEndpoints, "Make endpoints"); r.Cost.String() != c.endpoints || !strings.Contains(r.Why, c.endpointGB) {
			t.Errorf("%s: %s costs %s, want %s: %s", c.region, r.Title, r.Cost, c.endpoints, r.Why)
		}
	}
	if r := unrouted().remedy(t, model.RemedyNATRoute); r.Cost.String() != "free" {
		t.Errorf("%s costs %s", r.Title, r.Cost)
	}
}

// remedy is the first of a kind, and where beginnings of titles are given with one of
// them.
func (w *world) remedy(t *testing.T, kind model.RemedyKind, titles ...string) model.Remedy {
	t.Helper()
	a := w.advise()
	for _, r := range a.Remedies {
		if r.Kind == kind && (len(titles) == 0 || slices.ContainsFunc(titles, func(title string) bool { return strings.HasPrefix(r.Title, title) })) {
			return r
		}
	}
	t.Fatalf("no remedy %s: %+v", kind, a)
	return model.Remedy{}
}

func TestTheCheapestThatNeedsNoRecreateIsFirst(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.n.Region = "us-east-1"
	a := w.advise()
	if !slices.IsSortedFunc(a.Remedies, func(r, s model.Remedy) int { return r.Compare(&s) }) || len(a.Remedies) < 2 {
		t.Errorf("the remedies are not in their order: %+v", a.Remedies)
	}
	if a.Remedies[0].Kind != model.RemedyEndpoints {
		t.Errorf("the cheaper endpoints are not before the NAT gateway: %s", a.Remedies[0].Title)
	}
}

func TestRemediesQuoteWhatIsNoID(t *testing.T) {
	t.Parallel()
	const evil = `sg-1"; rm -rf ~; $(id) 'x`
	w := newWorld().nat().egress()
	w.group("sg-1").ID = evil
	w.n.SecurityGroups = []string{evil}
	if a := w.advise(); len(a.Remedies) == 0 || !strings.Contains(a.Remedies[0].Commands[0], model.ShellQuote(evil)) {
		t.Errorf("the group is not quoted: %+v", a)
	}
}

func TestANotebookWithDirectInternetIsAdvisedAsIfItWereOff(t *testing.T) {
	t.Parallel()
	w := unrouted()
	w.n.DirectInternet = model.Enabled
	if a := w.advise(); len(a.Remedies) == 0 || a.Remedies[0].After != model.VerdictNAT {
		t.Errorf("advice for direct internet on: %+v", a)
	}
}
