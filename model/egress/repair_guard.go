package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nbscope/model"
)

// letOut adds an egress rule to the notebook's group that the fewest others have.
func (r *repair) letOut(rule Rule, where string) string {
	group, fewest := "", 0
	for _, id := range unique(r.notebook.SecurityGroups) {
		g := r.ix.groups.byID[id]
		if g == nil || g.VPCID != r.subnet.VPCID {
			continue
		}
		users := 0
		for i := range r.place.parties {
			users += rank(slices.Contains(r.place.parties[i].notebook.SecurityGroups, id))
		}
		if group == "" || users < fewest {
			group, fewest = id, users
		}
	}
	if group == "" {
		return "none of the notebook's security groups can be changed from here"
	}
	if again := slices.ContainsFunc(r.changes, func(c change) bool {
		o, ok := c.(letOut)
		return ok && slices.Equal(o.rule.CIDRs, rule.CIDRs) && slices.Equal(o.rule.Groups, rule.Groups) && slices.Equal(o.rule.PrefixLists, rule.PrefixLists)
	}); again {
		return "the rule for " + where + " opens nothing"
	}
	r.do(model.RemedyRule, "let tcp/443 out to "+where+" in security group "+group, model.Cost{}, letOut{group, rule})
	r.note("The rule holds for everything in security group " + group + ".")
	return ""
}

// passing is traffic that a network ACL must let through.
type passing struct {
	flow
	cidr string
}

// ownFlows pass the ACL of the notebook's subnet.
func ownFlows() []passing {
	return []passing{{toHTTPS(true), everyoneIPv4}, {ephemeral(false), everyoneIPv4}}
}

// guarding is what an ACL must let through that stands behind a part of a way: around a
// NAT gateway or an appliance to the internet and back, and from the notebook's subnet
// and back.
func guarding(behind []model.Hop, inside string) []passing {
	if translated(behind) || slices.ContainsFunc(behind, func(h model.Hop) bool { return h.Kind == model.HopAppliance }) {
		return []passing{{toHTTPS(true), everyoneIPv4}, {wide(false), everyoneIPv4}, {toHTTPS(false), inside}, {ephemeral(true), inside}}
	}
	return ownFlows()
}

// openACL adds the rules that are missing in a network ACL and open something, and no
// others. What rules for some hosts or ports deny is left to a person.
func (r *repair) openACL(id string, flows []passing) string {
	a := r.acl(id)
	if a == nil {
		return "network ACL " + id + " is not among those that this account can see"
	}
	changed, denied := *a, ""
	var changes []change
	for _, f := range flows {
		to, ok := cidrSpan(f.cidr, true)
		if !ok {
			return "the address range " + f.cidr + " cannot be read"
		}
		if changed.carries(f, to) {
			continue
		}
		number, why := changed.slot(f)
		if why != "" {
			return why
		}
		c := addEntry{id, Entry{Number: number, Egress: f.egress, Action: "allow", Protocol: "6", From: f.from, To: f.to, CIDR: f.cidr}}
		before := changed.lets(f, to)
		opened := changed
		opened.Entries = grown(changed.Entries, c.entry)
		if opened.lets(f, to).minus(before).empty() {
			denied = cmp.Or(denied, changed.choice(f, to))
			continue
		}
		if shut := changed.firstDeny(f); shut < lastRule {
			r.note(fmt.Sprintf("Rule %d of network ACL %s denies this to everyone; the new rule %d stands before it.", shut, id, number))
		}
		changed = opened
		changes = append(changes, c)
	}
	if len(changes) == 0 {
		return cmp.Or(denied, "network ACL "+id+" has every rule that the way needs")
	}
	r.do(model.RemedyRule, "open network ACL "+id+" for tcp/443", model.Cost{}, changes...)
	r.note(fmt.Sprintf("The rules hold for every subnet of network ACL %s, %s in all.", id, counted(len(unique(a.Subnets)), "subnet")))
	r.note(denied)
	return ""
}

// carries reports whether an ACL lets traffic through: all of it inside the VPC,
// nearly all of it to the internet.
func (a *ACL) carries(f passing, to span) bool {
	whole := space{to}
	if f.cidr == everyoneIPv4 {
		whole = ipv4().internet
	}
	open, why := a.passes(f.flow, whole, true)
	return why == "" && (whole.minus(open).empty() || f.cidr == everyoneIPv4 && !open.shortOf(whole, ipv4().grain))
}

// lets returns the addresses with which an ACL lets traffic through.
func (a *ACL) lets(f passing, to span) space {
	open, _ := a.passes(f.flow, space{to}, true)
	return open
}

// lastRule is behind every rule that can be made: AWS's own, which denies.
const lastRule = 32767

// firstDeny is the number of the first rule that denies the traffic to everyone.
func (a *ACL) firstDeny(f passing) int {
	first := lastRule
	for _, e := range a.Entries {
		if e.denies(f) {
			first = min(first, e.Number)
		}
	}
	return first
}

// denies reports whether an entry denies the traffic to everyone: as everything, or
// as these ports and no others.
func (e *Entry) denies(f passing) bool {
	s, ok := cidrSpan(e.CIDR, true)
	if e.Egress != f.egress || e.Action != "deny" || !ok || !everything(true).minus(space{s}).empty() {
		return false
	}
	every := carriesTCP(e.Protocol, e.From, e.To, 1) && carriesTCP(e.Protocol, e.From, e.To, 65535)
	return every || carriesTCP(e.Protocol, e.From, e.To, f.from) && e.From == f.from && e.To == f.to
}

// meant reports whether an entry is one that somebody made to deny some hosts or
// some ports.
func (e *Entry) meant(f passing) bool {
	_, ok := cidrSpan(e.CIDR, true)
	return e.Egress == f.egress && e.Action == "deny" && ok && !e.denies(f)
}

// slot finds a number for a rule: before the first rule that denies the traffic to
// everyone, and behind every one that denies some hosts or other ports. Where there
// is none, it says which rules are in each other's way, for a person to choose.
func (a *ACL) slot(f passing) (number int, why string) {
	first, behind, highest := a.firstDeny(f), 0, 0
	taken := map[int]bool{}
	for _, e := range a.Entries {
		if e.Egress != f.egress {
			continue
		}
		taken[e.Number] = true
		if e.Number < lastRule {
			highest = max(highest, e.Number)
		}
		if e.meant(f) {
			behind = max(behind, e.Number)
		}
	}
	if round := (highest/10 + 1) * 10; first == lastRule && round < lastRule {
		return round, ""
	}
	for n := first - 1; n > behind; n-- {
		if !taken[n] {
			return n, ""
		}
	}
	switch {
	case first == lastRule:
		return 0, fmt.Sprintf("Network ACL %s has no number free behind rule %d, which denies some hosts or ports: renumber its rules.", a.ID, behind)
	case behind < first:
		return 0, fmt.Sprintf("In network ACL %s rule %d shuts %s for everyone, and no number before it is free%s: renumber its rules.", a.ID, first, f.says(), notBehind(behind))
	}
	return 0, fmt.Sprintf("In network ACL %s rule %d shuts %s for everyone, and rule %d denies other ports or some hosts, which may be meant. A rule that opens the way must stand before %d, "+
		"and so before both: choose which to keep, and renumber.", a.ID, first, f.says(), behind, first)
}

// notBehind names the rule that a new one must stand behind too.
func notBehind(number int) string {
	if number == 0 {
		return ""
	}
	return fmt.Sprintf(" behind rule %d", number)
}

// choice names the rules that deny a part of the traffic, for a person to choose.
func (a *ACL) choice(f passing, to span) string {
	shut := (space{to}).minus(a.lets(f, to))
	var rules []string
	first := lastRule
	for _, e := range a.inOrder() {
		s, _ := cidrSpan(e.CIDR, true)
		if e.meant(f) && breaksInto(&e, f) && !shut.and(space{s}).empty() {
			part := passing{flow{f.egress, max(f.from, e.From), min(f.to, e.To)}, f.cidr}
			rules = append(rules, fmt.Sprintf("rule %d denies %s for %s", e.Number, part.says(), e.CIDR))
			first = min(first, e.Number)
		}
	}
	return fmt.Sprintf("In network ACL %s %s, which may be meant. A rule that opens that part must stand before rule %d: choose which to keep, and renumber.",
		a.ID, strings.Join(rules, " and "), first)
}

// breaksInto reports whether an entry is for some of the ports.
func breaksInto(e *Entry, f passing) bool {
	return carriesTCP(e.Protocol, e.From, e.To, f.from) || carriesTCP(e.Protocol, f.from, f.to, e.From)
}

// says names the traffic: "tcp 443 out".
func (f passing) says() string {
	if f.egress {
		return "tcp " + ports(f.flow) + " out"
	}
	return "tcp " + ports(f.flow) + " in"
}

func ports(f flow) string {
	if f.from == f.to {
		return strconv.Itoa(f.from)
	}
	return strconv.Itoa(f.from) + "-" + strconv.Itoa(f.to)
}
