package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Candidate is one recreate of a batch.
type Candidate struct {
	Plan       *Plan
	Alone      []Check // as if there were no others
	Facts      *Facts  // that these rest on
	Run        *Run    // nil: not begun
	Overridden bool    // its owner was overridden
}

// Share is how a recreate stands among the others of its batch.
type Share struct {
	Checks []Check
	Left   string // why there is no place for it, as a clause; "" where there is one
}

// WeighTogether counts what the recreates of a batch share once for all of them:
// quotas, the addresses of subnets, names. What is short goes to those that are
// begun, then to the others in the order given, save for those that are blocked or
// find no place by another limit. The answer for each stands at its index; nothing
// changes for those that are begun.
func WeighTogether(all []Candidate) []Share {
	t := tally{all: all, rooms: map[roomKey]*room{}}
	t.measure()
	out := make([]Share, len(all))
	for _, i := range t.order() {
		out[i] = t.seat(&all[i])
	}
	return out
}

// queue is how a recreate stands in line for each thing that its batch shares, by the
// check that is about it.
type queue map[string]place

// place is a place in line. Its zero value stands for somebody who is alone.
type place struct {
	ahead int // how many come before it, of those that find a place
	want  int // how many are in line, with it; 0: it is alone
	fit   int // how many of them find a place by this limit
	full  bool
}

func (p place) says() string {
	if p.want < 2 {
		return ""
	}
	return fmt.Sprintf("; %d of the %d in this batch that need it fit", p.fit, p.want)
}

// roomKey names a thing that is shared: the check about it, and which one.
type roomKey struct{ check, what string }

// room is what there is of a shared thing.
type room struct {
	left  int
	fit   int
	want  int
	taken int      // by those that found a place
	names []string // of the notebooks that were there when it was measured
}

// tally counts what a batch shares.
type tally struct {
	all   []Candidate
	rooms map[roomKey]*room
}

// order puts those first that are begun.
func (t *tally) order() []int {
	out := make([]int, len(t.all))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(begunRank(t.all[a]), begunRank(t.all[b])) })
	return out
}

func begunRank(c Candidate) int {
	if c.Run != nil {
		return 0
	}
	return 1
}

// measure finds how much room there is for the batch: by the least that was seen, and
// of those that are begun only where nobody else has looked since.
func (t *tally) measure() {
	for _, begun := range []bool{false, true} {
		for i := range t.all {
			c := &t.all[i]
			if (c.Run != nil) != begun {
				continue
			}
			for key, left := range c.limits() {
				r, ok := t.rooms[key]
				if !ok || !begun && left < r.left {
					t.rooms[key] = &room{left: left, names: c.Facts.Usage.Value.Names}
				}
			}
		}
	}
	for i := range t.all {
		c := &t.all[i]
		for key := range c.limits() {
			if r := t.rooms[key]; t.counts(c, r) {
				r.want++
			}
		}
	}
	for _, r := range t.rooms {
		r.left = max(0, r.left)
		r.fit = min(r.left, r.want)
	}
}

// limits are the shared things that a recreate needs one of, with how many there are.
// What is not known limits nothing here: its check says so.
func (c *Candidate) limits() map[roomKey]int {
	f, spec := c.Facts, &c.Plan.Spec
	target := c.Plan.Target()
	out := map[roomKey]int{{"name-free", target.String() + " " + strings.ToLower(spec.Name)}: 1}
	if f.Quotas.Known && f.Usage.Known {
		if q := f.Quotas.Value.Total; q >= 0 {
			out[roomKey{"quota-total", target.String()}] = int(q) - f.Usage.Value.Total
		}
		if q := f.Quotas.Value.OfType; q >= 0 {
			out[roomKey{"quota-type", target.String() + " " + spec.InstanceType}] = int(q) - f.Usage.Value.OfType
		}
	}
	if spec.SubnetID != "" && f.Subnet.Known && f.Subnet.Value.Exists {
		out[roomKey{"subnet-addresses", target.Region + " " + spec.SubnetID}] = f.Subnet.Value.FreeAddresses - (minAddresses - 1)
	}
	return out
}

// counts reports whether a recreate stands in line: not where something else is in
// its way, nor where what it made was there already when the room was measured.
func (t *tally) counts(c *Candidate, r *room) bool {
	if c.Run != nil {
		if c.Run.Outcome == OutcomeRolledBack || c.Run.Outcome == OutcomeClosed && !c.Run.mayExist() {
			return false
		}
		return !slices.ContainsFunc(r.names, func(n string) bool { return strings.EqualFold(n, c.Plan.Spec.Name) })
	}
	return !Blocked(c.Alone, c.Overridden)
}

// seat gives a recreate its place, where every limit has one, and says how it stands.
func (t *tally) seat(c *Candidate) Share {
	line, limits, left := queue{}, c.limits(), ""
	for key := range limits {
		r := t.rooms[key]
		line[key.check] = place{ahead: r.taken, want: r.want, fit: r.fit, full: t.counts(c, r) && r.taken >= r.left}
	}
	if c.Run != nil {
		for key := range limits {
			if r := t.rooms[key]; t.counts(c, r) {
				r.taken++
			}
		}
		return Share{Checks: c.Alone}
	}
	if Blocked(c.Alone, c.Overridden) {
		return Share{Checks: c.Alone}
	}
	out := slices.Clone(c.Alone)
	in := preflight{src: &c.Plan.Source, spec: &c.Plan.Spec, direction: c.Plan.Direction, facts: c.Facts, queue: line}
	for _, check := range []func(*preflight) Check{checkNameFree, checkTotalQuota, checkTypeQuota, checkAddresses} {
		now := check(&in)
		if i := slices.IndexFunc(out, func(was Check) bool { return was.ID == now.ID }); i >= 0 {
			out[i] = now
		}
		if p := line[now.ID]; left == "" && p.full {
			left = p.noPlace(now.ID)
		}
	}
	if left == "" {
		for key := range limits {
			t.rooms[key].taken++
		}
	}
	return Share{out, left}
}

func (p place) noPlace(check string) string {
	thing := map[string]string{
		"quota-total": "quota of notebooks", "quota-type": "quota of its type", "subnet-addresses": "addresses of its subnet",
	}[check]
	if thing == "" {
		return "another notebook of this batch takes its new name"
	}
	return fmt.Sprintf("%d of %d fit: %s", p.fit, p.want, thing)
}

// Refusal is a limit that AWS held a creation to, and that others share.
type Refusal struct {
	By     string // the source whose creation it was
	Says   string // AWS's words
	target model.Target
	kind   string // the instance type that the limit is on, "" for all
	subnet string // that is full, "" for all
	vpc    bool   // it holds for notebooks in a VPC only
}

// RefusalOf is the shared limit that a run's creation has met; false for every other
// way to stand.
func RefusalOf(r *Run) (Refusal, bool) {
	f, ok := r.Failure()
	if !ok {
		return Refusal{}, false
	}
	out := Refusal{By: r.Plan.Source.Name, Says: f.Says, target: r.Plan.Target()}
	said := strings.ToLower(f.Says)
	switch f.Kind {
	case FailureLimit:
		if strings.Contains(said, strings.ToLower(r.Plan.Spec.InstanceType)) {
			out.kind = r.Plan.Spec.InstanceType
		}
	case FailureAddresses:
		out.vpc = true
		if !strings.Contains(said, "interface") {
			out.subnet = r.Plan.Spec.SubnetID
		}
	case FailureCapacity, FailureLifecycle, FailureInterface, FailureKey, FailureOther:
		return Refusal{}, false
	}
	return out, true
}

// Holds reports whether a plan needs what there was none of.
func (x *Refusal) Holds(p *Plan) bool {
	switch {
	case x.vpc && x.subnet != "":
		return p.Spec.SubnetID == x.subnet
	case p.Target() != x.target, x.vpc && p.Spec.SubnetID == "":
		return false
	}
	return x.kind == "" || p.Spec.InstanceType == x.kind
}
