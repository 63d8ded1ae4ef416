package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// https is the port that everything a notebook needs answers on.
const https = 443

// door is what a set of security group rules lets through on one TCP port, over all
// addresses of one IP version.
type door struct {
	open   space
	lists  []string // AWS's own prefix lists, whose services it lets through
	groups []string // members of these groups
	why    string   // why more may be open than is known
}

// everything is every address of an IP version.
func everything(v4 bool) space {
	if v4 {
		return space{{0, 1<<32 - 1}}
	}
	return space{{0, ^uint64(0)}}
}

// door reads rules as they stand for one direction, for tcp/443.
func (l prefixLists) door(rules []Rule, v4 bool) door { return l.doorOn(https, rules, v4) }

func (l prefixLists) doorOn(port int, rules []Rule, v4 bool) door {
	d := door{}
	shut := everything(v4)
	for _, r := range rules {
		if !carriesTCP(r.Protocol, r.From, r.To, port) {
			continue
		}
		cidrs := r.CIDRs
		d.groups = append(d.groups, r.Groups...)
		for _, id := range r.PrefixLists {
			if l.amazons(id) {
				d.lists = append(d.lists, id)
				continue
			}
			entries, why := l.entries(id)
			if why != "" {
				d.lists, d.why = append(d.lists, id), why
			}
			cidrs = append(slices.Clip(cidrs), entries...)
		}
		for _, c := range cidrs {
			if !readable(c) {
				d.why = fmt.Sprintf("a rule names the address range %q, which nbscope cannot read", c)
			} else if s, ok := cidrSpan(c, v4); ok {
				shut = shut.minus(space{s})
			}
		}
	}
	d.open = everything(v4).minus(shut)
	return d
}

// carriesTCP reports whether a rule of this protocol and these ports is about
// tcp to the port.
func carriesTCP(protocol string, from, to, port int) bool {
	switch strings.ToLower(protocol) {
	case "-1", "all":
		return true
	case "tcp", "6":
		return from <= port && port <= to
	}
	return false
}

// doorway is what the notebook's groups and its subnet's ACL let out together.
type doorway struct {
	sure  space    // for certain
	maybe space    // perhaps, besides
	lists []string // AWS's own prefix lists, whose addresses they let out to besides
}

// doors passes the notebook's groups and the ACL of its subnet, in both directions
// where an answer has to come back in.
func (w *walker) doors(whole space) doorway {
	d, hops := w.groupHops(w.stack, whole)
	w.hops = append(w.hops, hops...)
	if !d.sure.empty() && d.maybe.empty() && d.sure.shortOf(whole, w.stack.grain) {
		w.narrow = "security group " + strings.Join(unique(w.notebook.SecurityGroups), " ")
	}
	a, why := w.ix.acls.of(w.subnet.ID)
	if a == nil {
		w.add(model.HopACL, "", "", model.HopUnknown, why)
		return doorway{maybe: whole}
	}
	left, says, why := w.trip(a, w.stack, whole, ephemeral)
	switch {
	case why != "":
		w.add(model.HopACL, a.ID, a.Name, model.HopUnknown, why)
		return doorway{maybe: whole}
	case left.empty():
		w.add(model.HopACL, a.ID, a.Name, model.HopBroken, says)
		return doorway{maybe: d.maybe} // an unknown group stays one
	}
	w.add(model.HopACL, a.ID, a.Name, model.HopOK, says)
	d.sure, d.maybe = d.sure.and(left), d.maybe.and(left)
	if left.shortOf(whole, w.stack.grain) {
		d.lists = nil // whether the lists' addresses are among those left is not known
	}
	return d
}

// trip is roundTrip with the holes of an ACL named, in addresses and in ports.
func (r *trail) trip(a *ACL, st stack, whole space, back func(bool) flow) (left space, says, why string) {
	left, says, why = a.roundTrip(whole, st.v4, back)
	if why == "" && !left.empty() && left.shortOf(whole, st.grain) {
		says += ", for " + st.bounds(left, whole.minus(left))
		r.narrow = cmp.Or(r.narrow, "network ACL "+a.ID)
	}
	if _, few, _ := a.through(back(false), whole, st.v4); len(few) > 0 && !left.empty() {
		each := make([]string, len(few))
		for i, f := range few {
			each[i] = ports(f)
		}
		r.warnings = append(r.warnings, "network ACL "+a.ID+" lets not every answer back in on port "+strings.Join(each, ", ")+": the few connections that get it fail")
	}
	return left, says, why
}

// groupHops says what the notebook's groups let out to the internet together.
func (t tenant) groupHops(st stack, whole space) (d doorway, hops []model.Hop) {
	groups, rules, why := t.ownGroups()
	all := t.ix.lists.door(rules, st.v4)
	d = doorway{sure: all.open.and(whole), lists: unique(all.lists)}
	if all.why != "" {
		d.maybe = whole.minus(d.sure)
	}
	for _, g := range groups {
		hop := model.Hop{Kind: model.HopSecurityGroup, ID: g.ID, Name: g.Name, State: model.HopOK}
		hop.Says = doorSays(t.ix.lists.door(g.Egress, st.v4), st, whole)
		switch {
		case !d.maybe.empty():
			hop.State, hop.Says = model.HopUnknown, "is not judged: "+all.why
		case d.sure.empty():
			hop.State = model.HopBroken
		}
		hops = append(hops, hop)
	}
	if why != "" {
		hops = append(hops, model.Hop{Kind: model.HopSecurityGroup, ID: strings.Join(t.notebook.SecurityGroups, " "), Says: why, State: model.HopUnknown})
		return doorway{maybe: whole}, hops
	}
	return d, hops
}

func doorSays(d door, st stack, whole space) string {
	switch public := d.open.and(whole); {
	case !public.empty() && !public.shortOf(whole, st.grain):
		return "allows tcp/443 out to the " + st.name + " internet"
	case !public.empty():
		return "allows tcp/443 out to " + st.bounds(public, whole.minus(public))
	case len(d.lists) > 0:
		return "allows tcp/443 out to the prefix list " + strings.Join(unique(d.lists), " ") + " and not to the internet"
	case len(d.groups) > 0:
		return "allows tcp/443 out to members of " + strings.Join(unique(d.groups), " ") + " and not to the internet"
	case !d.open.empty():
		return "allows tcp/443 out to private " + st.name + " addresses and not to the internet"
	}
	return "has no egress rule that allows tcp/443 over " + st.name
}
