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
	asNotebook   traveller = iota // with the notebook's own address
	asPublicNAT                   // with the public address of a NAT gateway
	asPrivateNAT                  // with the private address of a NAT gateway
	asAppliance                   // with the address of an appliance's interface
)

// verdictNone is the end of a way that does not reach the internet. Which
// verdict that makes depends on the endpoints.
const verdictNone model.Verdict = "none"

// walker follows one IP version from one notebook and notes every hop.
type walker struct {
	tenant
	trail

	stack stack
	seen  []string // tables asked already, with the traveller
	nats  []string // NAT gateways and appliances passed already
	steps *int     // tables still to be asked, over all branches

	source  *Subnet // of the address that the traffic carries by now; nil behind a regional NAT gateway
	through string  // the inspection endpoint that it passed since, "" for none
	public  bool    // an appliance's interface has a public address
}

// trail is what is noted on a way.
type trail struct {
	hops     []model.Hop
	warnings []string
	narrow   string // who first lets only a part of the internet through
}

// maxSteps is how many route tables a judgement asks. Networks that work need
// four; only tangles need more.
const maxSteps = 64

func (r *trail) add(kind model.HopKind, id, name string, state model.HopState, says string, args ...any) {
	if len(args) > 0 {
		says = fmt.Sprintf(says, args...)
	}
	r.hops = append(r.hops, model.Hop{Kind: kind, ID: id, Name: name, Says: says, State: state})
}

// stop notes where a way ends; what leads there is closed.
func (r *trail) stop(kind model.HopKind, id, name, says string, args ...any) fate {
	r.add(kind, id, name, model.HopBroken, says, args...)
	return fate{}
}

// dropped notes where a way ends for good, whatever an appliance before it does.
func (r *trail) dropped(open space, kind model.HopKind, id, says string, args ...any) fate {
	r.stop(kind, id, "", says, args...)
	return fate{final: open}
}

// lost notes where a way cannot be followed.
func (r *trail) lost(open space, kind model.HopKind, id, name, says string, args ...any) fate {
	r.add(kind, id, name, model.HopUnknown, says, args...)
	return fate{doubt: open}
}

// untold notes where a way cannot be followed for a reason that is a sentence of its
// own.
func (r *trail) untold(open space, kind model.HopKind, id, name, why string) fate {
	if !strings.Contains(why, id) {
		why = "is not judged: " + why
	}
	return r.lost(open, kind, id, name, why)
}

// fork follows a branch with its own record.
func (w *walker) fork() *walker {
	c := *w
	c.trail = trail{narrow: w.narrow}
	c.seen, c.nats = slices.Clone(w.seen), slices.Clone(w.nats)
	return &c
}

// merge takes over the record of a branch.
func (r *trail) merge(b *trail) {
	r.hops, r.warnings, r.narrow = append(r.hops, b.hops...), append(r.warnings, b.warnings...), cmp.Or(r.narrow, b.narrow)
}

// walk makes the way of one IP version from the notebook's interface on.
func (t tenant) walk(st stack) (model.Path, []string) {
	w := t.walker(st)
	whole := st.internet.minus(t.ix.tables.inside(t.subnet, st))
	w.add(model.HopSubnet, t.subnet.ID, t.subnet.Name, model.HopOK, "holds the notebook's interface, in VPC %s", t.ix.vpcName(t.subnet.VPCID))
	d := w.doors(whole)
	road := d.sure
	if d.maybe.empty() && road.empty() {
		// A shut door does not keep us from looking where the road would lead: the
		// whole chain is shown, and an unknown behind the door stays visible.
		road = whole
	} else {
		road = union(slices.Concat(road, d.maybe))
	}
	f := w.leave(t.subnet, road, asNotebook)
	switch {
	case !d.maybe.empty():
		f.doubt = union(slices.Concat(f.doubt, d.maybe))
	case d.sure.empty():
		f = fate{doubt: f.doubt}
	}
	p := w.end(f, whole)
	switch lists, perhaps := w.listed(d, whole); {
	case p.Verdict != verdictNone && p.Verdict != model.VerdictPartial:
	case len(lists) > 0:
		p = sliver(p, "the addresses of "+t.ix.lists.names(lists))
	case len(perhaps) > 0 && p.Verdict == verdictNone:
		p.Verdict, p.Reason = model.VerdictUnknown, "whether the addresses of "+t.ix.lists.names(perhaps)+" are among those that the way leads to is not known; "+p.Reason
	}
	if p.Verdict.Internet() {
		if hole := f.shut(whole); !hole.empty() {
			w.warnings = append(w.warnings, "a few addresses are not reached over "+st.name+": "+st.phrase(hole))
		}
	}
	return p, w.warnings
}

// leave asks the route table of a subnet for the way on and follows it.
func (w *walker) leave(s *Subnet, open space, who traveller) fate {
	t, byDefault, why := w.ix.tables.of(s)
	if t == nil {
		return w.lost(open, model.HopRouteTable, "", "", why)
	}
	role := "serves subnet " + s.ID
	if byDefault {
		role = "is the main table of the VPC and serves subnet " + s.ID + ", which names none"
	}
	return w.road(t, role, s, open, who)
}

// end sums the way up. An unknown hop outweighs a broken one: what is closed as
// far as we see is not proof that we saw everything.
func (w *walker) end(f fate, whole space) model.Path {
	p := model.Path{Verdict: f.verdict(whole, w.stack.grain), Chain: w.hops}
	unknown, broken := firstOf(w.hops, model.HopUnknown), firstOf(w.hops, model.HopBroken)
	switch p.Verdict { //nolint:exhaustive // the others are reached as their last hop says
	case model.VerdictUnknown:
		p.Reason = "it is not known how a part of the internet fares"
		if unknown != nil {
			p.Reason = says(unknown)
		}
		if broken != nil {
			p.Reason += "; what is known is closed: " + says(broken)
		}
	case model.VerdictPartial:
		p.Reason = "reaches " + w.stack.bounds(f.open, whole.minus(f.open))
		if broken != nil {
			p.Reason += ": " + says(broken)
		} else if w.narrow != "" {
			p.Reason += ": " + w.narrow + " lets no more through"
		}
		if i := slices.IndexFunc(w.hops, func(h model.Hop) bool { return leadsAway(h.ID) != "" && h.State == model.HopOK }); i >= 0 {
			p.Reason += "; what leaves by " + hopName(&w.hops[i]) + " is decided beyond this account's view"
		}
	case verdictNone:
		p.Reason = "nothing leads out"
		if broken != nil {
			p.Reason = says(broken)
		}
	default:
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
	if h.Kind == model.HopResolver || h.State == model.HopUnknown && (h.ID == "" || strings.Contains(h.Says, h.ID)) {
		return h.Says // stands alone
	}
	return hopName(h) + " " + h.Says
}

func (ix *Index) vpcName(id string) string {
	if v := ix.vpcs.byID[id]; v != nil && v.Name != "" {
		return id + " (" + v.Name + ")"
	}
	return id
}
