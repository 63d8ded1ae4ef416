package egress

import (
	"nbscope/model"
)

// States and kinds as EC2 writes them.
const (
	stateAvailable = "available"
	stateAttached  = "attached"

	endpointInterface = "Interface"
	endpointGateway   = "Gateway"
	endpointGWLB      = "GatewayLoadBalancer"
)

// enter follows the target of a route.
func (w *walker) enter(target string, s *Subnet, open space, who traveller) fate {
	kind := kindOf(target)
	if w.stack.translated() && (kind == model.HopIGW || kind == model.HopEgressOnly) {
		return w.dropped(open, kind, target, "does not translate %s: only a NAT gateway does", w.stack.everyone)
	}
	switch kind {
	case model.HopNAT:
		return w.nat(target, open, who)
	case model.HopIGW:
		return w.internetGateway(target, s, open, who)
	case model.HopEgressOnly:
		return w.egressOnly(target, s, open)
	case model.HopEndpoint:
		return w.inspect(target, open, who)
	case model.HopAppliance:
		return w.appliance(target, open, who)
	case model.HopPeering:
		return w.stop(kind, target, "", "leads to a peered VPC, whose internet gateways and NAT gateways cannot be used from here; only that VPC's own addresses are reached")
	case model.HopTransit, model.HopVPN, model.HopCoreNetwork, model.HopLocalGateway:
		w.add(kind, target, "", model.HopOK, "leads out of the VPC; whether the internet is reached is decided beyond this account's view")
		return fate{beyond: open}
	case model.HopNotebook, model.HopService, model.HopSubnet, model.HopBlock, model.HopSecurityGroup, model.HopACL,
		model.HopRouteTable, model.HopCarrierGateway, model.HopResolver, model.HopOther, model.HopInternet:
	}
	return w.lost(open, kind, target, "", "is a target of a kind that nbscope cannot follow")
}

// internetGateway ends a way. It translates between a public address and the
// private one that belongs to it, so whoever comes without a public address
// does not get through.
func (w *walker) internetGateway(id string, s *Subnet, open space, who traveller) fate {
	switch who {
	case asPublicNAT:
		return w.attached(w.ix.gateways, model.HopIGW, id, s, open, viaTranslation)
	case asPrivateNAT:
		return w.stop(model.HopIGW, id, "", "needs a public address, and a private NAT gateway has none")
	case asAppliance:
		if !w.public {
			return w.stop(model.HopIGW, id, "", "needs a public address, and the appliance's interface has none")
		}
		return w.attached(w.ix.gateways, model.HopIGW, id, s, open, viaOwnAddress)
	case asNotebook:
	}
	own, why := w.ownInterface()
	switch {
	case why != "":
		return w.untold(open, model.HopIGW, id, "", why)
	case own == nil && w.stack.v4:
		return w.stop(model.HopIGW, id, "", "needs a public address on the notebook's interface, and SageMaker gives it a private one only (inferred: the interface was not seen)")
	case own == nil:
		return w.lost(open, model.HopIGW, id, "", "needs a global IPv6 address on the notebook's interface, which was not seen")
	case w.stack.v4 && own.PublicIP == "":
		return w.stop(model.HopIGW, id, "", "needs a public address on the notebook's interface, which has none")
	case !w.stack.v4 && len(own.IPv6) == 0:
		return w.stop(model.HopIGW, id, "", "needs an IPv6 address on the notebook's interface, which has none")
	}
	return w.attached(w.ix.gateways, model.HopIGW, id, s, open, viaOwnAddress)
}

// egressOnly ends a way over IPv6.
func (w *walker) egressOnly(id string, s *Subnet, open space) fate {
	switch {
	case w.stack.v4:
		return w.stop(model.HopEgressOnly, id, "", "carries IPv6 only")
	case w.through != "":
		return w.dropped(open, model.HopEgressOnly, id, "drops IPv6 that comes from inspection endpoint %s", w.through)
	}
	return w.attached(w.ix.egressOnly, model.HopEgressOnly, id, s, open, viaTranslation)
}

// attached checks that a gateway hangs on the VPC that the way runs in, that
// nothing blocks it, and that answers come back the way they went.
func (w *walker) attached(on shelf[InternetGateway], kind model.HopKind, id string, s *Subnet, open space, how passage) fate {
	g, why := on.get(id)
	switch {
	case g == nil:
		return w.untold(open, kind, id, "", w.ownerOr(why))
	case g.VPCID != w.subnet.VPCID:
		return w.stop(kind, id, g.Name, "is not attached to VPC %s", w.subnet.VPCID)
	}
	switch g.State {
	case stateAvailable, stateAttached:
	case "attaching", "detaching", "detached":
		return w.stop(kind, id, g.Name, "is not attached: its attachment is %s", g.State)
	default:
		return w.lost(open, kind, id, g.Name, "has an attachment in the state %q, which nbscope does not know", g.State)
	}
	if ends, ok := w.unblocked(s, open, how); !ok {
		return ends
	}
	if kind == model.HopIGW {
		if ends, ok := w.answersFrom(g, open); !ok {
			return ends
		}
	}
	w.add(kind, id, g.Name, model.HopOK, "is attached to VPC %s", g.VPCID)
	w.add(model.HopInternet, "", "", model.HopOK, "is reached over "+w.stack.name)
	return fate{open: open}
}
