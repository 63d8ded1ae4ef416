package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// branch is one part of a divided internet that was followed.
type branch struct {
	w *walker
	way
	fate
}

// road follows a route table. The subnet is nil for a regional NAT gateway's.
func (w *walker) road(t *RouteTable, role string, s *Subnet, open space, who traveller) fate {
	mark := fmt.Sprint(t.ID, who, w.through)
	if slices.Contains(w.seen, mark) {
		return w.stop(model.HopRouteTable, t.ID, t.Name, "is asked a second time: the way runs in a circle")
	}
	*w.steps--
	if *w.steps < 0 {
		return w.lost(open, model.HopRouteTable, t.ID, t.Name, "is not followed: the way is longer than nbscope looks")
	}
	w.seen = append(w.seen, mark)
	ways, why := w.ix.tables.ways(t, w.stack, open)
	if why != "" {
		return w.untold(open, model.HopRouteTable, t.ID, t.Name, why)
	}
	if len(ways) == 0 {
		return w.stop(model.HopRouteTable, t.ID, t.Name, "%s; it keeps every address inside the VPC", role)
	}
	var out fate
	ways, out.beyond = w.aside(t, ways)
	if len(ways) == 1 {
		return out.join(w.follow(t, role, s, ways[0], who))
	}
	return out.join(w.split(t, role, s, ways, who))
}

// aside turns what is smaller than the internet routes by itself into warnings: parts
// that leave for other private networks, and those that are closed.
func (w *walker) aside(t *RouteTable, ways []way) (left []way, beyond space) {
	for _, one := range ways {
		switch {
		case one.part.size() >= w.stack.grain || one.why != "":
			left = append(left, one)
		case one.target != "" && leadsAway(one.target) != "":
			beyond = union(slices.Concat(beyond, one.part))
			w.warnings = append(w.warnings, fmt.Sprintf("a small part of the internet (%s) goes to %s by table %s", one.via, one.target, t.ID))
		case one.target == "":
		default:
			left = append(left, one)
		}
	}
	if len(left) == 0 {
		return ways, nil
	}
	return left, beyond
}

// follow notes the table's answer and enters the target.
func (w *walker) follow(t *RouteTable, role string, s *Subnet, one way, who traveller) fate {
	switch {
	case one.why != "":
		return w.lost(one.part, model.HopRouteTable, t.ID, t.Name, "%s; %s", role, one.why)
	case one.target == "" && one.dead != "":
		return w.stop(model.HopRouteTable, t.ID, t.Name, "%s; its route %s to %s is a blackhole: the target is gone", role, one.via, one.dead)
	case one.target == "":
		return w.stop(model.HopRouteTable, t.ID, t.Name, "%s; it has no route to %s", role, w.stack.missing(one.part))
	}
	w.add(model.HopRouteTable, t.ID, t.Name, model.HopOK, "%s; it sends %s to %s", role, one.via, one.target)
	return w.enter(one.target, s, one.part, who)
}

// missing names what a table has no route to.
func (st stack) missing(part space) string {
	if part.most(st.internet) {
		return "the " + st.name + " internet"
	}
	return st.phrase(part)
}

// split follows every part of a divided internet. Of those that end alike the
// largest is shown, what is reached last. Where a large part leaves for other private
// networks, nobody can say how much of the internet is reached.
func (w *walker) split(t *RouteTable, role string, s *Subnet, ways []way, who traveller) fate {
	branches := make([]branch, 0, len(ways))
	words := make([]string, 0, len(ways))
	var out fate
	for _, one := range ways {
		b := branch{w: w.fork(), way: one}
		b.fate = b.w.follow(t, role, s, one, who)
		branches, out = append(branches, b), out.join(b.fate)
		words = append(words, cmp.Or(one.via, "the rest")+" to "+cmp.Or(one.target, "nowhere"))
	}
	model.SortStable(branches, func(a, b branch) int { return cmp.Compare(a.rank(), b.rank()) })
	for i, b := range branches {
		if i == 0 || b.rank() != branches[i-1].rank() {
			w.hops = append(w.hops, b.w.hops...)
		}
		w.warnings = append(w.warnings, b.w.warnings...)
	}
	if !out.open.empty() && out.beyond.size() > w.stack.internet.size()/16 {
		return w.lost(union(slices.Concat(out.open, out.beyond, out.doubt)), model.HopRouteTable, t.ID, t.Name,
			"%s; parts of the internet fare differently: %s", role, strings.Join(words, ", "))
	}
	return out
}

// rank orders branches by how they end.
func (b *branch) rank() int {
	switch {
	case !b.doubt.empty():
		return 1
	case !b.open.empty() && b.inspected:
		return 3
	case !b.open.empty():
		return 4
	case !b.beyond.empty():
		return 2
	}
	return 0
}
