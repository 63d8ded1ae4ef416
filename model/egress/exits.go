package egress

import (
	"fmt"
	"slices"

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
func (w *walker) enter(target string, s *Subnet, open space, who traveller) model.Verdict {
	kind := kindOf(target)
	switch kind {
	case model.HopNAT:
		return w.nat(target, open, who)
	case model.HopIGW:
		return w.internetGateway(target, s, who)
	case model.HopEgressOnly:
		return w.egressOnly(target, s)
	case model.HopEndpoint:
		return w.inspect(target, open, who)
	case model.HopAppliance:
		return w.appliance(target, open, who)
	case model.HopPeering:
		w.add(kind, target, "", model.HopOK, "leads to a peered VPC; a peering never passes traffic on to the internet, only to addresses of that VPC")
		return model.VerdictIndirect
	case model.HopTransit, model.HopVPN, model.HopCoreNetwork, model.HopLocalGateway:
		w.add(kind, target, "", model.HopOK, "leads out of the VPC; whether the internet is reached is decided beyond this account's view")
		return model.VerdictIndirect
	case model.HopNotebook, model.HopService, model.HopSubnet, model.HopBlock, model.HopSecurityGroup, model.HopACL,
		model.HopRouteTable, model.HopCarrierGateway, model.HopOther, model.HopInternet:
	}
	w.add(kind, target, "", model.HopUnknown, "is a target of a kind that nbscope cannot follow")
	return model.VerdictUnknown
}

// internetGateway ends a way. It translates between a public address and the
// private one that belongs to it, so whoever comes without a public address
// does not get through.
func (w *walker) internetGateway(id string, s *Subnet, who traveller) model.Verdict {
	switch who {
	case asPublicNAT:
		return w.attached(w.ix.gateways, model.HopIGW, id, s, viaTranslation)
	case asPrivateNAT:
		w.add(model.HopIGW, id, "", model.HopBroken, "needs a public address, and a private NAT gateway has none")
		return verdictNone
	case asFirewall:
		w.add(model.HopIGW, id, "", model.HopBroken, "needs a public address, and traffic from the inspection comes with the notebook's private one")
		return verdictNone
	case asAppliance:
		return w.attached(w.ix.gateways, model.HopIGW, id, s, viaOwnAddress)
	case asNotebook:
	}
	own, why := w.ownInterface()
	switch {
	case why != "":
		w.add(model.HopIGW, id, "", model.HopUnknown, why)
		return model.VerdictUnknown
	case own == nil && w.stack.v4:
		w.add(model.HopIGW, id, "", model.HopBroken, "needs a public address on the notebook's interface, and SageMaker gives it a private one only (inferred: the interface was not seen)")
		return verdictNone
	case own == nil:
		w.add(model.HopIGW, id, "", model.HopUnknown, "needs a global IPv6 address on the notebook's interface, which was not seen")
		return model.VerdictUnknown
	case w.stack.v4 && own.PublicIP == "":
		w.add(model.HopIGW, id, "", model.HopBroken, "needs a public address on the notebook's interface, and %s has none", own.ID)
		return verdictNone
	case !w.stack.v4 && len(own.IPv6) == 0:
		w.add(model.HopIGW, id, "", model.HopBroken, "needs an IPv6 address on the notebook's interface, and %s has none", own.ID)
		return verdictNone
	}
	return w.attached(w.ix.gateways, model.HopIGW, id, s, viaOwnAddress)
}

// ownInterface is the notebook's interface, nil when it has none that EC2 knows.
// The reason is set when EC2 did not tell.
func (w *walker) ownInterface() (own *Interface, why string) {
	own = w.ix.interfaces.byID[w.notebook.NetworkID]
	if own != nil || w.notebook.NetworkID == "" {
		return own, ""
	}
	return nil, unread("network interfaces", w.ix.interfaces.part)
}

// egressOnly ends a way over IPv6.
func (w *walker) egressOnly(id string, s *Subnet) model.Verdict {
	if w.stack.v4 {
		w.add(model.HopEgressOnly, id, "", model.HopBroken, "carries IPv6 only")
		return verdictNone
	}
	return w.attached(w.ix.egressOnly, model.HopEgressOnly, id, s, viaTranslation)
}

// attached checks that a gateway hangs on the VPC that the way runs in and that
// nothing blocks it.
func (w *walker) attached(on shelf[InternetGateway], kind model.HopKind, id string, s *Subnet, how passage) model.Verdict {
	g, why := on.get(id)
	switch {
	case g == nil:
		w.add(kind, id, "", model.HopUnknown, why)
		return model.VerdictUnknown
	case g.VPCID != w.subnet.VPCID:
		w.add(kind, id, g.Name, model.HopBroken, "is not attached to VPC %s", w.subnet.VPCID)
		return verdictNone
	}
	switch g.State {
	case stateAvailable, stateAttached:
	case "attaching", "detaching", "detached":
		w.add(kind, id, g.Name, model.HopBroken, "is not attached: its attachment is %s", g.State)
		return verdictNone
	default:
		w.add(kind, id, g.Name, model.HopUnknown, "has an attachment in the state %q, which nbscope does not know", g.State)
		return model.VerdictUnknown
	}
	if verdict, ok := w.unblocked(s, how); !ok {
		return verdict
	}
	w.add(kind, id, g.Name, model.HopOK, "is attached to VPC %s", g.VPCID)
	w.add(model.HopInternet, "", "", model.HopOK, "is reached over "+w.stack.name)
	return model.VerdictNAT
}

// inspect goes through a Gateway Load Balancer endpoint and on from its subnet.
func (w *walker) inspect(id string, open space, who traveller) model.Verdict {
	e, why := w.ix.endpoints.get(id)
	switch {
	case e == nil:
		w.add(model.HopEndpoint, id, "", model.HopUnknown, why)
		return model.VerdictUnknown
	case e.Type != endpointGWLB:
		w.add(model.HopEndpoint, id, e.Name, model.HopUnknown, "is an endpoint of the type %q, to which a route to the internet makes no sense", e.Type)
		return model.VerdictUnknown
	case !isAvailable(e.State):
		w.add(model.HopEndpoint, id, e.Name, notAvailable(e.State), "leads to an inspection appliance, and is %s", e.State)
		return verdictNone
	}
	w.add(model.HopEndpoint, id, e.Name, model.HopOK, "hands the traffic to an inspection appliance, which decides what passes")
	if len(e.Subnets) != 1 {
		return model.VerdictInspected
	}
	s, why := w.ix.subnets.get(e.Subnets[0])
	if s == nil {
		w.add(model.HopSubnet, e.Subnets[0], "", model.HopUnknown, why)
		return model.VerdictUnknown
	}
	on := who
	if who == asNotebook {
		on = asFirewall
	}
	b := w.fork()
	b.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "takes the traffic back after the inspection")
	if b.leave(s, open, on) == model.VerdictIndirect {
		w.hops = append(w.hops, b.hops...)
		return model.VerdictIndirect
	}
	// The appliance may have a way out of its own, so a dead end here proves
	// nothing either way.
	for _, h := range b.hops {
		if h.State == model.HopBroken {
			h.State, h.Says = model.HopUnknown, h.Says+"; whether the appliance has another way out is not visible"
		}
		w.hops = append(w.hops, h)
	}
	w.warnings = append(w.warnings, b.warnings...)
	return model.VerdictInspected
}

// appliance goes through an instance that passes traffic on.
func (w *walker) appliance(id string, open space, who traveller) model.Verdict {
	i, why := w.findInterface(id)
	switch {
	case i == nil:
		w.add(model.HopAppliance, id, "", model.HopUnknown, why)
		return model.VerdictUnknown
	case i.Status != "in-use":
		w.add(model.HopAppliance, id, i.Name, model.HopUnknown, "is a network interface with the status %q", i.Status)
		return model.VerdictUnknown
	case i.SourceDestCheck:
		w.add(model.HopAppliance, id, i.Name, model.HopOK, "checks source and destination, so it drops what is not for itself unless it is a proxy")
		return model.VerdictIndirect
	case who != asNotebook && who != asFirewall && who != asPublicNAT:
		w.add(model.HopAppliance, id, i.Name, model.HopOK, "passes traffic on to where this account's facts do not show")
		return model.VerdictIndirect
	}
	s, why := w.ix.subnets.get(i.SubnetID)
	if s == nil {
		w.add(model.HopAppliance, id, i.Name, model.HopUnknown, why)
		return model.VerdictUnknown
	}
	b := w.fork()
	b.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "holds the appliance")
	verdict := b.leave(s, open, asAppliance)
	unknown, broken := firstOf(b.hops, model.HopUnknown), firstOf(b.hops, model.HopBroken)
	switch {
	case unknown != nil:
		w.add(model.HopAppliance, id, i.Name, model.HopOK, "passes traffic on without checking source and destination")
		w.hops = append(w.hops, b.hops...)
		return model.VerdictUnknown
	case broken == nil && verdict == model.VerdictNAT && (i.PublicIP != "" || len(b.nats) > len(w.nats)):
		w.add(model.HopAppliance, id, i.Name, model.HopOK, "passes traffic on without checking source and destination")
		w.hops = append(w.hops, b.hops...)
		return model.VerdictNAT
	}
	w.add(model.HopAppliance, id, i.Name, model.HopOK, "passes traffic on without checking source and destination; from where it stands no way out with a public address is visible")
	return model.VerdictIndirect
}

// findInterface finds an interface by its own id or by its instance's.
func (w *walker) findInterface(id string) (i *Interface, why string) {
	if i, why = w.ix.interfaces.get(id); i != nil {
		return i, ""
	}
	all := w.ix.interfaces.sorted()
	of := func(x *Interface) bool { return x.InstanceID == id }
	at := slices.IndexFunc(all, of)
	if at < 0 {
		return nil, why
	}
	if why = unread("network interfaces", w.ix.interfaces.part); why != "" {
		return nil, why
	}
	if slices.ContainsFunc(all[at+1:], of) {
		return nil, fmt.Sprintf("instance %s has several network interfaces, and the route does not say which", id)
	}
	return all[at], ""
}
