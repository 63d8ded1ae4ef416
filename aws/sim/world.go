package sim

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// world is everything that exists. Accounts and places are laid out at once; what
// lives in a place is made when the place is first asked for, from random numbers
// of its own, so that neither the order of requests nor the size of the world
// changes what is found.
type world struct {
	seed     uint64
	base     time.Time // when the world was made
	scale    float64   // how fast statuses move
	accounts []*account
	byID     map[string]*account
	byKey    map[string]*account
	regions  []regionInfo
	places   map[placeKey]*place
	changed  roleChanges
	now      func() time.Time

	quotaNames func() []quota // the quotas of every place, without their values
}

// account is an account of the world, or of its organization.
type account struct {
	id, alias, name string
	email           string
	key, secret     string
	userID          string
	index           int
	world           *world
}

type placeKey struct{ account, region string }

// place is one account in one region.
type place struct {
	world   *world
	account *account
	region  regionInfo
	first   int // number of the first notebook in the world
	count   int
	once    sync.Once
	mu      sync.RWMutex // over all below, once made
	sorted  []*notebook  // by folded name
	byName  map[string]*notebook
	configs []*lifecycle
	repos   []*repository
	limits  limits
	keys    keyring
	net     *network
}

func buildWorld(o Options) *world {
	w := &world{
		seed: o.Seed, base: o.Now().UTC().Truncate(time.Second), scale: o.TimeScale,
		byID: map[string]*account{}, byKey: map[string]*account{},
		regions: slices.Clone(allRegions()[:o.Regions]), places: map[placeKey]*place{},
		changed: roleChanges{by: map[roleRef]string{}}, now: o.Now, quotaNames: sync.OnceValue(quotaNames),
	}
	for i := range o.Accounts {
		a := w.newAccount(i)
		w.accounts = append(w.accounts, a)
		w.byID[a.id], w.byKey[a.key] = a, a
	}
	w.layOut(o.Notebooks)
	return w
}

// newAccount makes the account of a number. The first have the ids that AWS uses
// in its examples; every seventh after them has no alias, as it happens.
func (w *world) newAccount(i int) *account {
	first := []struct{ id, alias, name string }{
		{"111122223333", "prod-ml", "Machine Learning Production"},
		{"444455556666", "ml-research", "ML Research"},
		{"777788889999", "sandbox", "Sandbox"},
	}
	r := newRNG(w.seed, "account", fmt.Sprint(i))
	a := &account{index: i, world: w}
	if i < len(first) {
		a.id, a.alias, a.name = first[i].id, first[i].alias, first[i].name
	} else {
		team := pick(r, teamNames())
		a.id = fmt.Sprintf("%d%s%04d", 1+r.below(9), r.text("0123456789", 7), i)
		a.name = fmt.Sprintf("%s %d", team, i)
		if i%7 != 0 {
			a.alias = fmt.Sprintf("%s-%d", strings.ReplaceAll(strings.ToLower(team), " ", "-"), i)
		}
	}
	a.email = "aws+" + a.id + "@example.com"
	const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	a.key = "AKIA" + r.text(base32, 16)
	a.secret = r.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40)
	a.userID = "AIDA" + r.text(base32, 17)
	return a
}

// layOut deals the notebooks to accounts and regions: the first account and the
// big regions have most, many places have none.
func (w *world) layOut(notebooks int) {
	weights := make([]int, 0, len(w.accounts)*len(w.regions))
	for i := range w.accounts {
		r := newRNG(w.seed, "spread", w.accounts[i].id)
		for _, region := range w.regions {
			weight := region.weight * max(10, 60-20*i)
			if region.weight < 15 && r.chance(50) {
				weight = 0
			}
			weights = append(weights, weight)
		}
	}
	counts := deal(notebooks, weights)
	first := 0
	for i, a := range w.accounts {
		for j, region := range w.regions {
			n := counts[i*len(w.regions)+j]
			w.places[placeKey{a.id, region.name}] = &place{world: w, account: a, region: region, first: first, count: n}
			first += n
		}
	}
}

// deal divides n by weights, to the last one.
func deal(n int, weights []int) []int {
	total := 0
	for _, w := range weights {
		total += w
	}
	out := make([]int, len(weights))
	if total == 0 {
		out[0] = n
		return out
	}
	given, sum := 0, 0
	for i, w := range weights {
		sum += w
		upTo := int(int64(n) * int64(sum) / int64(total))
		out[i] = upTo - given
		given = upTo
	}
	return out
}

// place finds one account in one region; an empty one where AWS has the region
// and the world does not.
func (w *world) place(a *account, region string) *place {
	if p := w.places[placeKey{a.id, region}]; p != nil {
		p.once.Do(p.make)
		return p
	}
	p := &place{world: w, account: a, region: regionInfo{name: region, short: region}}
	p.once.Do(p.make)
	return p
}

func (p *place) make() {
	m := maker{place: p, r: newRNG(p.world.seed, "place", p.account.id, p.region.name)}
	p.keys, p.limits = keyring{place: p}, limits{place: p}
	p.byName = make(map[string]*notebook, p.count)
	p.net = newNetwork(p, m.r)
	m.makeConfigs()
	m.makeRepos()
	m.makeNotebooks()
	slices.SortFunc(p.sorted, func(a, b *notebook) int { return compare(a.folded, b.folded) })
	if p.count > 0 {
		p.limits.settled = map[string]int{}
	}
	for _, n := range p.sorted {
		p.limits.settled[n.instanceType]++
	}
}

func (p *place) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + p.region.name + ":" + p.account.id + ":" + resource
}

// find looks a notebook up by its name, whose case does not matter.
func (p *place) find(name string) *notebook { return p.byName[strings.ToLower(name)] }

// alive lists the notebooks that exist at a time, by name. It takes the lock for
// reading; the notebooks are changed by replacing them.
func (p *place) alive(now time.Time) []*notebook {
	p.mu.RLock()
	defer p.mu.RUnlock()
	gone := 0
	for _, n := range p.sorted {
		if n.gone(now) {
			gone++
		}
	}
	if gone == 0 {
		return p.sorted
	}
	out := make([]*notebook, 0, len(p.sorted)-gone)
	for _, n := range p.sorted {
		if !n.gone(now) {
			out = append(out, n)
		}
	}
	return out
}

// get finds a notebook that exists at a time.
func (p *place) get(name string, now time.Time) *notebook {
	p.mu.RLock()
	defer p.mu.RUnlock()
	n := p.find(name)
	if n == nil || n.gone(now) {
		return nil
	}
	return n
}

func compare(a, b string) int { return strings.Compare(a, b) }
