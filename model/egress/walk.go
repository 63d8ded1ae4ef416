package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// traveller is who asks a route table for the way: what it may pass depends on
// whose address it carries by then.
type traveller uint8

const (
	asNotebook   traveller = iota // with the notebook's private address
	asPublicNAT                   // with the public address of a NAT gateway
	asPrivateNAT                  // with the private address of a NAT gateway
	asFirewall                    // with the notebook's address, behind an inspection appliance
	asAppliance                   // with the address of an appliance's interface
)

// verdictNone is the end of a way that does not reach the internet. Which
// verdict that makes depends on the endpoints.
const verdictNone model.Verdict = "none"

// walker follows one IP version from one notebook and notes every hop.
type walker struct {
	ix       *Index
	notebook *model.Notebook
	subnet   *Subnet // the notebook's
	stack    stack
	hops     []model.Hop
	warnings []string
	seen     []string // tables asked already, with the traveller
	nats     []string // NAT gateways passed already
	steps    *int     // tables still to be asked, over all branches
}

// maxSteps is how many route tables a judgement asks. Networks that work need
// four; only tangles need more.
const maxSteps = 64

func (w *walker) add(kind model.HopKind, id, name string, state model.HopState, says string, args ...any) {
	if len(args) > 0 {
		says = fmt.Sprintf(says, args...)
	}
	w.hops = append(w.hops, model.Hop{Kind: kind, ID: id, Name: name, Says: says, State: state})
}

// fork follows a branch with its own record.
func (w *walker) fork() *walker {
	c := *w
	c.hops, c.warnings = nil, nil
	c.seen, c.nats = slices.Clone(w.seen), slices.Clone(w.nats)
	return &c
}

// walk makes the way of one IP version from the notebook's interface on.
func (ix *Index) walk(n *model.Notebook, s *Subnet, st stack) (model.Path, []string) {
	steps := maxSteps
	w := &walker{ix: ix, notebook: n, subnet: s, stack: st, steps: &steps}
	w.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "holds the notebook's interface, in VPC %s", ix.vpcName(s.VPCID))
	open, hops := ix.groupHops(n, s.VPCID, st)
	w.hops = append(w.hops, hops...)
	open = w.guard(s, open, ephemeral)
	// A shut door does not keep us from looking where the road would lead: the
	// whole chain is shown, and an unknown behind the door stays visible.
	if open.empty() {
		open = st.internet
	}
	verdict := w.leave(s, open, asNotebook)
	if !open.most(st.internet) {
		w.warnings = append(w.warnings, "security groups or network ACLs let "+st.name+" out to a part of the internet only")
	}
	return w.end(verdict), w.warnings
}

// guard passes the network ACL of the notebook's subnet and returns what of open
// is left.
func (w *walker) guard(s *Subnet, open space, back func(bool) flow) space {
	a, why := w.ix.acl(s.ID)
	if a == nil {
		w.add(model.HopACL, "", "", model.HopUnknown, why)
		return open
	}
	whole := open
	if whole.empty() {
		whole = w.stack.internet
	}
	left, says, why := a.roundTrip(whole, w.stack.v4, back)
	switch {
	case why != "":
		w.add(model.HopACL, a.ID, a.Name, model.HopUnknown, why)
		return open
	case left.empty():
		w.add(model.HopACL, a.ID, a.Name, model.HopBroken, says)
		return nil
	}
	w.add(model.HopACL, a.ID, a.Name, model.HopOK, says)
	if open.empty() {
		return nil
	}
	return left
}

// leave asks the route table of a subnet for the way on and follows it.
func (w *walker) leave(s *Subnet, open space, who traveller) model.Verdict {
	t, byDefault, why := w.ix.table(s)
	if t == nil {
		w.add(model.HopRouteTable, "", "", model.HopUnknown, why)
		return model.VerdictUnknown
	}
	role := "serves subnet " + s.ID
	if byDefault {
		role = "is the main table of the VPC and serves subnet " + s.ID + ", which names none"
	}
	return w.road(t, role, s, open, who)
}

// road follows a route table. The subnet is nil for a regional NAT gateway's.
func (w *walker) road(t *RouteTable, role string, s *Subnet, open space, who traveller) model.Verdict {
	mark := fmt.Sprint(t.ID, who)
	if slices.Contains(w.seen, mark) {
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopBroken, "is asked a second time: the way runs in a circle")
		return verdictNone
	}
	*w.steps--
	if *w.steps < 0 {
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopUnknown, "is not followed: the way is longer than nbscope looks")
		return model.VerdictUnknown
	}
	w.seen = append(w.seen, mark)
	ways, why := w.ix.ways(t, w.stack, open)
	if why != "" {
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopUnknown, why)
		return model.VerdictUnknown
	}
	if len(ways) == 0 {
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopBroken, "%s; it keeps every address inside the VPC", role)
		return verdictNone
	}
	major := w.majors(t, ways)
	if len(major) == 1 {
		return w.follow(t, role, s, major[0], who)
	}
	return w.split(t, role, s, major, who)
}

// majors keeps the ways that lead to a real share of the internet, a sixteenth
// at least; the others become warnings.
func (w *walker) majors(t *RouteTable, ways []way) []way {
	var total uint64
	for _, one := range ways {
		total += one.part.size()
	}
	var major []way
	for _, one := range ways {
		switch {
		case one.part.size() >= total/16 && one.part.size() > 0:
			major = append(major, one)
		case one.target != "":
			w.warnings = append(w.warnings, fmt.Sprintf("a small part of the internet (%s) goes to %s by table %s", one.via, one.target, t.ID))
		}
	}
	return major
}

// follow notes the table's answer and enters the target.
func (w *walker) follow(t *RouteTable, role string, s *Subnet, one way, who traveller) model.Verdict {
	switch {
	case one.why != "":
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopUnknown, "%s; %s", role, one.why)
		return model.VerdictUnknown
	case one.target == "" && one.dead != "":
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopBroken, "%s; its route %s to %s is a blackhole: the target is gone", role, one.via, one.dead)
		return verdictNone
	case one.target == "":
		w.add(model.HopRouteTable, t.ID, t.Name, model.HopBroken, "%s; it has no route to the %s internet", role, w.stack.name)
		return verdictNone
	}
	w.add(model.HopRouteTable, t.ID, t.Name, model.HopOK, "%s; it sends %s to %s", role, one.via, one.target)
	return w.enter(one.target, s, one.part, who)
}

// split follows every part of a divided internet. Parts that end alike make one
// verdict; others make none, since no single word is true of them.
func (w *walker) split(t *RouteTable, role string, s *Subnet, major []way, who traveller) model.Verdict {
	verdicts := make([]model.Verdict, 0, len(major))
	words := make([]string, 0, len(major))
	branches := make([]*walker, 0, len(major))
	for _, one := range major {
		b := w.fork()
		v := b.follow(t, role, s, one, who)
		if p := b.end(v); p.Verdict == model.VerdictUnknown || p.Verdict == verdictNone {
			v = p.Verdict
		}
		verdicts, branches = append(verdicts, v), append(branches, b)
		words = append(words, cmp.Or(one.via, "the rest")+" to "+cmp.Or(one.target, "nowhere"))
	}
	for i, b := range branches {
		if i == 0 || verdicts[i] != verdicts[0] {
			w.hops = append(w.hops, b.hops...)
		}
		w.warnings = append(w.warnings, b.warnings...)
	}
	if len(slices.Compact(slices.Clone(verdicts))) == 1 {
		return verdicts[0]
	}
	w.add(model.HopRouteTable, t.ID, t.Name, model.HopUnknown, "%s; parts of the internet fare differently: %s", role, strings.Join(words, ", "))
	return model.VerdictUnknown
}

// end sums the hops up. An unknown hop outweighs a broken one: what is closed as
// far as we see is not proof that we saw everything.
func (w *walker) end(verdict model.Verdict) model.Path {
	p := model.Path{Verdict: verdict, Chain: w.hops}
	unknown, broken := firstOf(w.hops, model.HopUnknown), firstOf(w.hops, model.HopBroken)
	switch {
	case unknown != nil:
		p.Verdict, p.Reason = model.VerdictUnknown, says(unknown)
		if broken != nil {
			p.Reason += "; what is known is closed: " + says(broken)
		}
	case broken != nil:
		p.Verdict, p.Reason = verdictNone, says(broken)
	case len(w.hops) > 0:
		p.Reason = says(&w.hops[len(w.hops)-1])
	}
	return p
}

func firstOf(hops []model.Hop, state model.HopState) *model.Hop {
	for i := range hops {
		if hops[i].State == state {
			return &hops[i]
		}
	}
	return nil
}

func says(h *model.Hop) string {
	who := strings.TrimSpace(strings.ReplaceAll(string(h.Kind), "-", " ") + " " + h.ID)
	if h.State == model.HopUnknown && (h.ID == "" || strings.Contains(h.Says, h.ID)) {
		return h.Says
	}
	return who + " " + h.Says
}

func (ix *Index) vpcName(id string) string {
	if v := ix.vpcs.byID[id]; v != nil && v.Name != "" {
		return id + " (" + v.Name + ")"
	}
	return id
}
