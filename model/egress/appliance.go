package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// appliance goes through an instance that passes traffic on. What its interface
// lets through is judged; what runs on it is not.
func (w *walker) appliance(id string, open space, who traveller) fate {
	i, why := w.ix.interfaces.find(id)
	switch {
	case i == nil:
		return w.untold(open, model.HopAppliance, id, "", why)
	case i.Status != "in-use":
		return w.lost(open, model.HopAppliance, id, i.Name, "is a network interface with the status %q", i.Status)
	case !w.stack.v4:
		return w.lost(open, model.HopAppliance, id, i.Name, "%s through an appliance is not judged", w.stack.name)
	case slices.Contains(w.nats, i.ID):
		return w.stop(model.HopAppliance, id, i.Name, "is reached from itself again: the way runs in a circle")
	case i.SourceDestCheck:
		return w.stop(model.HopAppliance, id, i.Name, "checks source and destination, so it drops what a route sends it for others")
	case who != asNotebook && who != asPublicNAT:
		w.add(model.HopAppliance, id, i.Name, model.HopOK, "passes traffic on to where these facts do not show")
		return fate{beyond: open}
	}
	left, ends := w.admit(i, open, who)
	if left.empty() {
		return ends
	}
	w.add(model.HopAppliance, id, i.Name, model.HopOK, "passes traffic on without checking source and destination")
	w.nats = append(w.nats, i.ID)
	b := w.fork()
	f := b.onward(i, left)
	if !f.open.empty() || !f.doubt.empty() {
		w.merge(&b.trail)
		return f
	}
	return w.byAnother(i, b, f, left)
}

// onward leaves from the subnet of an appliance's interface with its address.
func (w *walker) onward(i *Interface, open space) fate {
	s, why := w.ix.subnets.get(i.SubnetID)
	if s == nil {
		return w.untold(open, model.HopAppliance, i.ID, i.Name, why)
	}
	w.public = i.PublicIP != ""
	w.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "holds the appliance")
	return w.station(s, "the appliance", open, asAppliance)
}

// byAnother looks whether an appliance without a way on from the interface that the
// route names may use another of its interfaces, or a private network. What one in
// another VPC reaches is that VPC's matter, whose facts may not be here.
func (w *walker) byAnother(i *Interface, b *walker, f fate, open space) fate {
	if f.beyond.empty() {
		for _, other := range w.ix.interfaces.siblings(i) {
			c := w.fork()
			elsewhere := other.VPCID != "" && other.VPCID != w.subnet.VPCID
			if got := c.onward(other, open); elsewhere || !got.open.empty() || !got.doubt.empty() || !got.beyond.empty() {
				w.add(model.HopAppliance, other.ID, other.Name, model.HopOK, "is another interface of the appliance and may lead on; what runs on the appliance decides")
				return fate{beyond: open}
			}
		}
	}
	if why := unread("network interfaces", w.ix.interfaces.part); why != "" && f.beyond.empty() {
		return w.untold(open, model.HopAppliance, i.ID, i.Name, why)
	}
	w.merge(&b.trail)
	if s := w.ix.subnets.byID[i.SubnetID]; s != nil && f.beyond.empty() {
		if away := w.ix.tables.awayFrom(s, w.stack); len(away) > 0 {
			w.add(model.HopAppliance, i.ID, i.Name, model.HopOK, "may pass traffic on to %s; what runs on it decides", away[0].says())
			return fate{beyond: open}
		}
	}
	return f
}

// interfaces are the network interfaces.
type interfaces struct{ shelf[Interface] }

// siblings are the other interfaces of the same instance.
func (f interfaces) siblings(i *Interface) (out []*Interface) {
	for _, other := range f.sorted() {
		if i.InstanceID != "" && other.InstanceID == i.InstanceID && other.ID != i.ID {
			out = append(out, other)
		}
	}
	return out
}

// admit passes the appliance's own security groups: tcp/443 in from the source of
// the traffic, and out to the internet. Groups keep state, so answers pass.
func (w *walker) admit(i *Interface, open space, who traveller) (left space, ends fate) {
	var in, out []Rule
	for _, id := range unique(i.Groups) {
		g, why := w.ix.groups.get(id)
		if g == nil {
			return nil, w.lost(open, model.HopSecurityGroup, id, "", "%s, and guards the appliance %s", why, i.ID)
		}
		in, out = append(in, g.Ingress...), append(out, g.Egress...)
	}
	names := strings.Join(unique(i.Groups), " ")
	if names == "" || w.source == nil {
		return nil, w.lost(open, model.HopAppliance, i.ID, i.Name, "AWS does not tell whether its security groups let the traffic in")
	}
	from, cidr := w.source.addresses(true)
	entry, exit := w.ix.lists.door(in, true), w.ix.lists.door(out, true)
	member := who == asNotebook && slices.ContainsFunc(entry.groups, func(id string) bool { return slices.Contains(w.notebook.SecurityGroups, id) })
	if all := open; all.and(exit.open).shortOf(all, w.stack.grain) {
		w.narrow = cmp.Or(w.narrow, "security group "+names+" of the appliance")
	}
	switch open = open.and(exit.open); {
	case entry.why != "" || exit.why != "":
		return nil, w.untold(open, model.HopSecurityGroup, names, "", cmp.Or(entry.why, exit.why))
	case !member && from.and(entry.open).empty():
		return nil, w.stop(model.HopSecurityGroup, names, "", "of the appliance lets no tcp/443 in from %s", cidr)
	case !member && !from.minus(entry.open).empty():
		return nil, w.lost(open, model.HopSecurityGroup, names, "", "of the appliance lets tcp/443 in from a part of %s only", cidr)
	case open.empty():
		return nil, w.stop(model.HopSecurityGroup, names, "", "of the appliance lets no tcp/443 out to the internet")
	}
	return open, fate{}
}

// find finds an interface by its own id or by its instance's.
func (f interfaces) find(id string) (i *Interface, why string) {
	if i, why = f.get(id); i != nil {
		return i, ""
	}
	all := f.sorted()
	of := func(x *Interface) bool { return x.InstanceID == id }
	at := slices.IndexFunc(all, of)
	if at < 0 {
		return nil, why
	}
	if why = unread("network interfaces", f.part); why != "" {
		return nil, why
	}
	if slices.ContainsFunc(all[at+1:], of) {
		return nil, fmt.Sprintf("instance %s has several network interfaces, and the route does not say which", id)
	}
	return all[at], ""
}
