package egress

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Advisor finds remedies for the notebooks of one target. A remedy is a change of
// the facts: before it is offered, everybody in the VPC is judged by the facts with
// the change and compared with now.
//
// It is used by one goroutine. It remembers what it judged, so that notebooks that
// are alike cost nothing more than one.
type Advisor struct {
	facts     Facts
	notebooks []*model.Notebook
	places    map[string]*place // by VPC
	advice    map[string]*model.Advice
	judged    int
}

// NewAdvisor takes the facts of a target and all of its notebooks that are known.
func NewAdvisor(f Facts, notebooks []*model.Notebook) *Advisor {
	return &Advisor{facts: f, notebooks: notebooks, places: map[string]*place{}, advice: map[string]*model.Advice{}}
}

// For says what would better a notebook's way through its VPC. A notebook with
// direct internet on is advised as if it were off. Notebooks that are alike
// share what the answer holds: it must not be changed.
func (a *Advisor) For(n *model.Notebook) *model.Advice {
	out := &model.Advice{}
	if n == nil || !n.Described.Known() || n.SubnetID == "" {
		return out
	}
	p, why := a.placeOf(n)
	if why != "" {
		out.None = []string{why}
		return out
	}
	key := p.index.keyOf(n)
	if a.advice[key] == nil {
		off := *n
		off.DirectInternet = model.Disabled
		*out = p.advise(&off, key)
		a.advice[key] = out
	}
	return p.addressed(a.advice[key], n, key)
}

// addressed is advice for one of several notebooks that are alike: it names the
// others.
func (p *place) addressed(a *model.Advice, n *model.Notebook, key string) *model.Advice {
	at, some := p.at[key]
	if !some || len(p.parties[at].members) == 1 {
		return a
	}
	others := "notebook " + names(p.parties[at].members, n) + " (with its subnet and groups)"
	out := *a
	out.Remedies = slices.Clone(a.Remedies)
	for i := range out.Remedies {
		r := &out.Remedies[i]
		r.Why = strings.ReplaceAll(r.Why, theAlike, others)
		r.Affects = edited(r.Affects, func(who *model.Affected) bool { return who.What == theAlike }, func(who *model.Affected) { who.What = others })
	}
	return &out
}

// placeOf is the VPC of a notebook, or why no remedy can be proven in it.
func (a *Advisor) placeOf(n *model.Notebook) (p *place, why string) {
	f := &a.facts
	for _, family := range []struct {
		what string
		part model.Part
	}{
		{"subnets", f.Subnets.Part}, {"route tables", f.RouteTables.Part}, {"security groups", f.SecurityGroups.Part},
		{"network ACLs", f.ACLs.Part}, {"NAT gateways", f.NATGateways.Part}, {"internet gateways", f.InternetGateways.Part},
		{"VPC endpoints", f.Endpoints.Part},
	} {
		if why = unread(family.what, family.part); why != "" {
			return nil, "whom a remedy would touch is not known: " + why
		}
	}
	vpc := ""
	for i := range f.Subnets.Items {
		if f.Subnets.Items[i].ID == n.SubnetID {
			vpc = f.Subnets.Items[i].VPCID
		}
	}
	if vpc == "" {
		return nil, "subnet " + n.SubnetID + " is not among those that this account can see"
	}
	if a.places[vpc] == nil {
		a.places[vpc] = newPlace(a.facts, vpc, a.notebooks, &a.judged)
	}
	return a.places[vpc], ""
}

// counsel gathers the advice for one notebook.
type counsel struct {
	place    *place
	notebook *model.Notebook
	key      string
	judged   model.Egress
	before   standing
	out      []proposal
	seen     []string // changes that were offered already
}

// proposal is a remedy with the changes of the facts that its commands make.
type proposal struct {
	model.Remedy
	changes []change
	gives   standing // of the notebook, once it is carried out
	spares  bool     // nobody is worse off
}

// advise gathers the advice for a notebook with direct internet off.
func (p *place) advise(n *model.Notebook, key string) model.Advice {
	offers, out := p.offers(n, key)
	for _, o := range offers {
		out.Remedies = append(out.Remedies, o.Remedy)
	}
	return out
}

// offers are the remedies with their changes; the rest of the advice stands beside.
func (p *place) offers(n *model.Notebook, key string) ([]proposal, model.Advice) {
	c := &counsel{place: p, notebook: n, key: key, judged: p.index.throughVPC(n)}
	*p.judged++
	c.before = p.index.standingBy(n, c.judged)
	s := p.index.subnets.byID[n.SubnetID]
	var out model.Advice
	if !c.judged.Verdict.Internet() && (c.judged.Verdict != model.VerdictUnknown || c.place.repair(n).halfOpen(c.judged.Chain) >= 0) {
		out.None = c.internet(s)
	}
	out.None = append(out.None, c.endpoints(s)...)
	if p.index.inPublic(s) != "" && len(out.None) > 0 {
		if out.Elsewhere = c.elsewhere(s); out.Elsewhere == nil {
			out.None[0] += c.nowhere(s)
		}
	}
	return c.kept(), out
}

// foreign reports whether routes, ACLs and endpoints of a subnet belong to another
// account.
func (c *counsel) foreign(s *Subnet) bool { return s.OwnerID != "" && s.OwnerID != c.notebook.Account }

// internet offers what opens a way to the internet, and says why there is nothing
// where there is nothing.
func (c *counsel) internet(s *Subnet) (none []string) {
	if gateway := c.place.index.inPublic(s); gateway != "" {
		none = append(none, fmt.Sprintf("The notebook sits in a public subnet: its default route goes to internet gateway %s, which load balancers and NAT gateways in %s "+
			"need and a notebook cannot use. No route is right for both: recreate the notebook in a private subnet.", gateway, s.ID))
		return none
	}
	routed, ways := c.endsAtRoute(), []reroute(nil)
	if !c.foreign(s) {
		ways = c.place.reroutes(c.notebook, s)
	}
	why := c.open(s, nil)
	if routed && (len(ways) > 0 || c.foreign(s)) {
		why = nil // that its own table leads nowhere is known; why another way does not help is not
	}
	for _, how := range ways {
		why = append(why, c.open(s, how)...)
	}
	switch {
	case len(c.out) > 0:
		return none
	case c.foreign(s) && routed:
		why = append(why, sayOwners(s))
	case len(ways) == 0 && routed:
		why = []string{"No NAT gateway of VPC " + s.VPCID + " leads out, and no subnet of it that has a free address leads to an internet gateway, in which a new one could stand."}
	}
	return append(none, sentences(why)...)
}

func sayOwners(s *Subnet) string {
	return "Routes, ACLs and endpoints belong to account " + s.OwnerID + ", which shares the subnet: its owner has to change them."
}

// open offers what opens a way to the internet, and says why there is nothing. A
// table that others use is the last choice.
func (c *counsel) open(s *Subnet, how reroute) (why []string) {
	for _, shares := range []bool{false, true} {
		r := c.place.repair(c.notebook)
		r.shares = shares
		opened := r.open(how)
		switch {
		case !opened:
			why = append(why, r.stuck)
		case c.foreign(s) && slices.ContainsFunc(r.changes, func(one change) bool { _, ok := one.(letOut); return !ok }):
			why = append(why, sayOwners(s))
		case !c.propose(r):
			why = append(why, r.stuck)
		}
		if !r.forks {
			break
		}
	}
	return why
}

// endsAtRoute reports whether the notebook's own table leads nowhere, whatever guards
// before it shut besides.
func (c *counsel) endsAtRoute() bool {
	i := slices.IndexFunc(c.judged.Chain, func(h model.Hop) bool { return h.State == model.HopBroken && h.Kind == model.HopRouteTable })
	return i >= 0 && !translated(c.judged.Chain[:i])
}

// endpoints offers what gives the notebook the services that it needs by endpoints:
// those that there are, and those that could be made. What is free is offered by
// itself too.
func (c *counsel) endpoints(s *Subnet) (none []string) {
	if c.foreign(s) {
		return nil
	}
	mendable, failing, lacking := c.needs()
	if r := c.serve(mendable, false); r != nil {
		for _, service := range failing {
			if why := r.left[service]; why != "" {
				none = append(none, "Endpoint for "+service+": "+why)
			}
		}
		if c.worsens(r) {
			for _, service := range mendable {
				c.serve([]string{service}, false)
			}
		}
	}
	if c.judged.Verdict.Internet() || len(lacking) == 0 {
		return sentences(none)
	}
	if r := c.place.repair(c.notebook); !r.resolves() {
		r.resolve()
		c.propose(r)
	}
	if slices.Contains(lacking, s3) {
		c.serve([]string{s3}, true)
	}
	if r := c.serve(lacking, true); r != nil {
		for _, service := range lacking {
			if why := r.left[service]; strings.HasSuffix(why, sayTooFew) {
				none = append(none, why)
			}
		}
	}
	return sentences(none)
}

// needs are the services whose endpoints may be mended, of those the ones whose calls
// fail, and the services that no endpoint serves and a notebook can do little without.
func (c *counsel) needs() (mendable, failing, lacking []string) {
	for _, e := range c.judged.Endpoints {
		if e.State == model.EndpointCovered || e.State == model.EndpointUnknown {
			continue
		}
		if e.ID != "" {
			mendable = append(mendable, e.Service)
		}
		if e.State == model.EndpointBlocked || e.Fails {
			failing = append(failing, e.Service)
		}
		if slices.Contains(core(), e.Service) {
			lacking = append(lacking, e.Service)
		}
	}
	return mendable, failing, lacking
}

// serve offers what serves the services by endpoints; nil where there are none.
func (c *counsel) serve(services []string, fresh bool) *repair {
	if len(services) == 0 {
		return nil
	}
	r := c.place.repair(c.notebook)
	if r.serve(services, fresh) {
		c.propose(r)
	}
	return r
}

// worsens reports whether somebody is worse off by what was offered.
func (c *counsel) worsens(r *repair) bool {
	mark := fmt.Sprintf("%#v", r.changes)
	return slices.ContainsFunc(c.out, func(o proposal) bool { return !o.spares && fmt.Sprintf("%#v", o.changes) == mark })
}

// propose takes a repair as a remedy if it betters its own notebook. It reports
// whether it did, now or before.
func (c *counsel) propose(r *repair) bool {
	mark := fmt.Sprintf("%#v", r.changes)
	if slices.Contains(c.seen, mark) {
		return true
	}
	e := r.judge()
	after := r.ix.standingBy(c.notebook, e)
	if !better(&c.before, &after) {
		return false
	}
	c.seen = append(c.seen, mark)
	o := proposal{changes: r.changes, gives: after, Remedy: model.Remedy{
		Kind: r.kind, Title: title(r.words), Cost: r.cost, After: e.Verdict, Affects: c.place.affected(r.changes, c.key, c.notebook.SubnetID),
	}}
	for _, d := range compare(&c.before, &after) {
		if d.worse {
			r.note("It goes round what is in the way now: " + d.before + ", then " + d.after + ".")
		}
	}
	if round := goesRound(c.judged.Chain, e.Chain); round != "" {
		r.note("It goes round " + round + ", which may inspect the traffic.")
	}
	o.spares = !o.Worsens()
	o.Why = listed(slices.Concat([]string{worsened(o.Affects)}, r.notes, []string{c.effect(e, &after)}), " ")
	for _, one := range r.changes {
		o.Commands = append(o.Commands, one.commands(c.notebook.Region)...)
	}
	c.out = append(c.out, o)
	return true
}

// kept are the offers in their order. One that makes somebody worse off stays only
// where none that spares everybody gives as much in the same way, and never where it takes public
// addresses off the internet.
func (c *counsel) kept() []proposal {
	spared := func(o *proposal) bool {
		return slices.ContainsFunc(c.out, func(other proposal) bool {
			return other.spares && other.After == o.After && other.gives.atLeast(&o.gives)
		})
	}
	more := func(o *proposal) bool {
		return o.After.Internet() && slices.ContainsFunc(c.out, func(other proposal) bool { return other.After.Internet() && other.within(o) })
	}
	out := slices.DeleteFunc(slices.Clone(c.out), func(o proposal) bool {
		return more(&o) || !o.spares && (spared(&o) || slices.ContainsFunc(o.Affects, func(w model.Affected) bool { return w.Public }))
	})
	model.SortStable(out, func(a, b proposal) int { return a.Compare(&b.Remedy) })
	return out
}

// within reports whether an proposal is a part of another, which does more than is
// needed then.
func (o *proposal) within(p *proposal) bool {
	if len(o.changes) >= len(p.changes) {
		return false
	}
	marks := make([]string, len(p.changes))
	for i, c := range p.changes {
		marks[i] = fmt.Sprintf("%#v", c)
	}
	return !slices.ContainsFunc(o.changes, func(c change) bool { return !slices.Contains(marks, fmt.Sprintf("%#v", c)) })
}

// nowhere says why the same notebook reaches the internet in no other subnet: its groups
// keep it from that, or no subnet leads there.
func (c *counsel) nowhere(s *Subnet) string {
	for _, there := range c.place.index.subnets.sorted() {
		if there.ID == s.ID || c.place.index.inPublic(there) != "" {
			continue
		}
		moved := *c.notebook
		moved.SubnetID, moved.NetworkID = there.ID, ""
		r := c.place.repair(&moved)
		if r.letOut(on443(everyoneIPv4), "the internet") == "" && r.judge().Verdict.Internet() {
			return " Subnet " + strings.TrimSpace(there.ID+" "+there.Name) + " has a way out, from which the notebook's security groups keep it: let tcp/443 out of them to the internet, and recreate the notebook there."
		}
	}
	return " VPC " + s.VPCID + " has none with a way out."
}

// elsewhere finds a subnet of the VPC in which the same notebook would reach the
// internet; nil when it does so where it is, or nowhere.
func (c *counsel) elsewhere(s *Subnet) *model.Placement {
	if c.judged.Verdict.Internet() {
		return nil
	}
	var found *model.Placement
	for _, there := range c.place.index.subnets.sorted() {
		moved := *c.notebook
		moved.SubnetID, moved.NetworkID = there.ID, ""
		if there.ID == s.ID || c.place.index.inPublic(there) != "" || found != nil && there.Zone != s.Zone {
			continue
		}
		*c.place.judged++
		if e := c.place.index.throughVPC(&moved); e.Verdict.Internet() {
			found = &model.Placement{SubnetID: there.ID, Name: there.Name, Verdict: e.Verdict}
			if there.Zone == s.Zone {
				break
			}
		}
	}
	return found
}
