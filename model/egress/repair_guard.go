package egress

import (
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
		g := r.index.groups.byID[id]
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

func (r *repair) note(says string) {
	if says != "" && !slices.Contains(r.notes, says) {
		r.notes = append(r.notes, says)
	}
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

// natFlows pass the ACL of a NAT gateway's subnet: to the internet and back, and
// from the notebook's subnet and back.
func (r *repair) natFlows() []passing {
	inside := r.subnet.CIDR
	return []passing{{toHTTPS(true), everyoneIPv4}, {wide(false), everyoneIPv4}, {toHTTPS(false), inside}, {ephemeral(true), inside}}
}

// openACL adds the rules that are missing in a network ACL, and no others.
func (r *repair) openACL(id string, flows []passing) string {
	a := r.acl(id)
	if a == nil {
		return "network ACL " + id + " is not among those that this account can see"
	}
	changed := *a
	var changes []change
	for _, f := range flows {
		to, ok := cidrSpan(f.cidr, true)
		if !ok {
			return "the address range " + f.cidr + " cannot be read"
		}
		if changed.carries(f, to) {
			continue
		}
		number, why := changed.slot(f, to)
		if why != "" {
			return why
		}
		c := addEntry{id, Entry{Number: number, Egress: f.egress, Action: "allow", Protocol: "6", From: f.from, To: f.to, CIDR: f.cidr}}
		if r.opened(c) {
			return "network ACL " + id + " stays shut for a part with the rules that would open it: others deny that part"
		}
		if shut := changed.firstDeny(f, to); shut < lastRule {
			r.note(fmt.Sprintf("Rule %d of network ACL %s denies this to everyone; the new rule %d stands before it.", shut, id, number))
		}
		changed.Entries = grown(changed.Entries, c.entry)
		changes = append(changes, c)
	}
	if len(changes) == 0 {
		return "network ACL " + id + " has every rule that the way needs"
	}
	r.do(model.RemedyRule, "open network ACL "+id+" for tcp/443", model.Cost{}, changes...)
	r.note(fmt.Sprintf("The rules hold for every subnet of network ACL %s, %s in all.", id, counted(len(unique(a.Subnets)), "subnet")))
	return ""
}

// opened reports whether a rule for the same traffic is among the changes already.
func (r *repair) opened(c addEntry) bool {
	return slices.ContainsFunc(r.changes, func(one change) bool {
		had, ok := one.(addEntry)
		if ok {
			had.entry.Number = c.entry.Number
		}
		return ok && had == c
	})
}

// acl finds a network ACL as it is with the changes so far.
func (r *repair) acl(id string) *ACL {
	all := r.place.facts.after(r.changes).ACLs.Items
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
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

// lastRule is behind every rule that can be made: AWS's own, which denies.
const lastRule = 32767

// firstDeny is the number of the first rule that denies all of the traffic.
func (a *ACL) firstDeny(f passing, to span) int {
	first := lastRule
	for _, e := range a.Entries {
		if whole, _ := e.denies(f, to); whole {
			first = min(first, e.Number)
		}
	}
	return first
}

// denies reports whether an entry denies all of the traffic, or a part.
func (e *Entry) denies(f passing, to span) (whole, part bool) {
	s, ok := cidrSpan(e.CIDR, true)
	if e.Egress != f.egress || e.Action != "deny" || !ok || (space{s}).and(space{to}).empty() {
		return false, false
	}
	from, last := e.From, e.To
	switch strings.ToLower(e.Protocol) {
	case "-1", "all":
		from, last = 0, 65535
	case "tcp", "6":
	default:
		return false, false
	}
	if last < f.from || f.to < from {
		return false, false
	}
	whole = from <= f.from && f.to <= last && (space{to}).minus(space{s}).empty()
	return whole, !whole
}

// slot finds a number for a rule: before the first rule that denies all of it, and
// behind every one that denies other ports or hosts. Where there is none, it says
// which rules are in each other's way, for a person to choose.
func (a *ACL) slot(f passing, to span) (number int, why string) {
	first, behind, highest := a.firstDeny(f, to), 0, 0
	taken := map[int]bool{}
	for _, e := range a.Entries {
		if e.Egress != f.egress {
			continue
		}
		taken[e.Number] = true
		if e.Number < lastRule {
			highest = max(highest, e.Number)
		}
		if _, part := e.denies(f, to); part {
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
	way := "in"
	if f.egress {
		way = "out"
	}
	return 0, "In network ACL " + a.ID + " rule " + strconv.Itoa(first) + " shuts tcp " + ports(f.flow) + " " + way +
		" for everyone, and rule " + strconv.Itoa(behind) + " denies a part of it that may be meant. A rule that opens the way must stand before " +
		strconv.Itoa(first) + ", and so before both: choose which to keep, and renumber."
}

func ports(f flow) string {
	if f.from == f.to {
		return strconv.Itoa(f.from)
	}
	return strconv.Itoa(f.from) + "-" + strconv.Itoa(f.to)
}
