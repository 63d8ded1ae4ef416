package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// netCard is a combination of where a notebook sits and what it may do.
type netCard struct {
	vpc          bool
	direct, root string
}

// netDeck holds every combination of VPC, direct internet and root access that
// AWS accepts. Root access is more often the other way than direct internet, so
// that a program that reads one for the other is wrong on most rows.
func netDeck() []netCard {
	return []netCard{
		{false, on, off}, {true, off, on}, {true, on, off}, {true, off, on}, {false, on, on}, {true, on, off}, {true, off, on},
		{false, on, off}, {true, on, on}, {true, off, off}, {true, off, on},
	}
}

// statusDeck holds every status, in the shares in which a big account has them.
func statusDeck() []string {
	deck := statuses()
	deck = append(deck, slices.Repeat([]string{inService}, 37)...)
	deck = append(deck, slices.Repeat([]string{stopped}, 31)...)
	return append(deck, failed, failed)
}

// dealer hands out what has to appear in certain shares, by the number that a
// notebook has in the whole world; the decks' sizes have no common factor, so
// that every card of one meets every card of the other.
type dealer struct {
	statuses, platforms []string
	nets                []netCard
	tagSets             [][]tag
	terraform           []tag // of what Terraform has made, by custom
	fullTags            []tag // as many as there can be
	names               dealtNames
}

type dealtNames struct {
	projects, purposes, suffixes, types, old, roles []string
}

func newDealer(seed uint64) dealer {
	return dealer{
		statuses:  shuffled(newRNG(seed, "statuses"), statusDeck()),
		platforms: platforms(), nets: netDeck(), tagSets: makeTagSets(),
		terraform: []tag{{"ManagedBy", "Terraform"}, {"terraform:stack", "ml-notebooks"}, {"Team", "Platform"}, {"Environment", "prod"}},
		fullTags:  makeFullTags(),
		names:     dealtNames{projects(), purposes(), suffixes(), instanceTypes(), oldTypes(), roleNames()},
	}
}

// maker makes what lives in a place when the place is first asked for.
type maker struct {
	*place

	r      *rng
	dealer dealer
	used   map[string]int // folded names, with how many notebooks would have each
}

func (m *maker) makeNotebooks() {
	if m.count == 0 {
		return
	}
	m.dealer, m.used = newDealer(m.world.seed), make(map[string]int, m.count)
	m.sorted = make([]*notebook, 0, m.count)
	for i := range m.count {
		n := m.makeNotebook(m.first + i)
		m.nameIt(n)
		m.describeFailure(n)
		m.sorted = append(m.sorted, n)
		m.byName[n.folded] = n
	}
}

func (m *maker) makeNotebook(number int) *notebook {
	n := &notebook{place: m.place, imds: "2", ipType: ipv4, volume: pick(m.r, []int{5, 5, 5, 10, 20, 50, 100, 250, 1000})}
	n.created = m.world.base.Add(-time.Duration(1+m.r.below(1400*24*60)) * time.Minute).Truncate(time.Millisecond)
	n.modified = n.created.Add(time.Duration(m.r.unit() * float64(m.world.base.Sub(n.created)))).Truncate(time.Millisecond)
	n.platform = m.dealer.platforms[number%len(m.dealer.platforms)]
	n.instanceType = pick(m.r, m.dealer.names.types)
	if n.platform != al2023 && m.r.chance(30) {
		n.instanceType = pick(m.r, m.dealer.names.old)
	}
	if n.platform == al1 || m.r.chance(25) {
		n.imds = "1"
	}
	n.role = "arn:aws:iam::" + m.account.id + ":role/" + pick(m.r, m.dealer.names.roles)
	m.connect(n, m.dealer.nets[number%len(m.dealer.nets)])
	if m.r.chance(35) {
		n.kms = m.arn("kms", "key/"+m.net.keyID)
	}
	if len(m.configs) > 0 && m.r.chance(40) {
		n.lifecycle = pick(m.r, m.configs).name
	}
	m.addRepos(n)
	if set := pick(m.r, m.dealer.tagSets); m.r.chance(82) {
		n.tags, n.everTagged = set, true
	} else if m.r.chance(30) {
		n.everTagged = true // had tags once
	}
	switch {
	case number%61 == 25:
		n.tags, n.everTagged = m.dealer.terraform, true
	case number%73 == 28:
		n.tags, n.everTagged = m.dealer.fullTags, true
	}
	n.life = m.makeLife(m.dealer.statuses[number%len(m.dealer.statuses)], number)
	return n
}

// connect puts a notebook into a subnet, or leaves it in SageMaker's own network.
func (m *maker) connect(n *notebook, c netCard) {
	n.direct, n.root = c.direct, c.root
	if !c.vpc {
		return
	}
	n.subnet = pick(m.r, m.net.subnets)
	groups := n.subnet.vpc.groups
	start := m.r.below(len(groups))
	for i := range 1 + m.r.below(min(3, len(groups))) {
		n.groups = append(n.groups, groups[(start+i)%len(groups)].id)
	}
	n.eni = "eni-0" + m.r.hex(16)
	if n.subnet.ipv6 != "" && m.r.chance(60) {
		n.ipType = dualstack
	}
}

func (m *maker) addRepos(n *notebook) {
	if !m.r.chance(30) {
		return
	}
	n.repo = pick(m.r, m.repos).name
	if m.r.chance(30) {
		n.repo = "https://git.example.com/ml/" + pick(m.r, projects()) + ".git"
	}
	if m.r.chance(30) {
		n.moreRepos = []string{pick(m.r, m.repos).name, "https://git.example.com/ml/common.git"}
	}
}

// makeLife gives a notebook its status. One in six of the transitional ones is
// stuck, as it happens in AWS, and of the others some are stopped and started by
// a schedule for ever, so that there is always something that moves.
func (m *maker) makeLife(status string, number int) life {
	l := life{since: m.world.base, phases: settle(status)}
	switch {
	case len(l.phases) > 1 && (number/len(statusDeck()))%2 == 0:
		l.phases = []phase{{status, 0}}
	case status == stopped && m.r.chance(20):
		l.phases, l.round = workday(), true
		l.since = m.world.base.Add(-time.Duration(float64(m.r.below(35)) * float64(time.Minute) / max(1, m.world.scale)))
	}
	return l
}

// nameIt finds a name that is free; the case of a name makes no difference.
func (m *maker) nameIt(n *notebook) {
	project := pick(m.r, m.dealer.names.projects)
	name := project + "-" + pick(m.r, m.dealer.names.purposes)
	if s := pick(m.r, m.dealer.names.suffixes); s != "" {
		name += "-" + s
	}
	switch {
	case m.r.chance(2):
		name = longName(name)
	case m.r.chance(6):
		name = title(name)
	}
	folded := strings.ToLower(name)
	m.used[folded]++
	if k := m.used[folded]; k > 1 {
		name = fmt.Sprintf("%.58s-%d", name, k)
		if m.byName[strings.ToLower(name)] != nil {
			name = fmt.Sprintf("nb-%06d", len(m.byName))
		}
	}
	n.setName(name)
	if m.r.chance(6) {
		n.tags, n.everTagged = m.stackTags(n), true
	}
}

// longName fills a name up to the 63 characters that AWS allows.
func longName(name string) string {
	const more = "-with-a-name-as-long-as-the-service-allows-for-any-notebook-instance"
	return strings.TrimRight((name + more)[:min(63, len(name+more))], "-")
}

// title is a name as people type it in the console: "Churn-Model-Train".
func title(name string) string {
	parts := strings.Split(name, "-")
	for i, part := range parts {
		if part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "-")
}

func (m *maker) describeFailure(n *notebook) {
	if n.life.phases[0].status != failed {
		return
	}
	all := failureReasons()
	reasons := all[:1:1]
	if n.lifecycle != "" {
		reasons = append(reasons, all[1])
	}
	if n.subnet != nil {
		reasons = append(reasons, all[2])
	}
	reason := reasons[len(reasons)-1-m.r.below(min(2, len(reasons)))]
	n.failureReason = strings.NewReplacer(
		"%CONFIG%", m.configARN(n.lifecycle), "%ARN%", n.arn(),
	).Replace(reason)
}

// makeTagSets makes the sets of tags that notebooks share, which also keeps a
// large world small.
func makeTagSets() [][]tag {
	teams := teamNames()
	envs := environments()
	var out [][]tag
	for i, owner := range owners() {
		team := teams[i%len(teams)]
		for j, env := range envs {
			set := []tag{{"Team", team}, {"Owner", owner + "@example.com"}}
			if (i+j)%4 != 0 {
				set = append(set, tag{"CostCenter", fmt.Sprint(4100 + 10*(i%len(teams)))})
			}
			set = append(set, tag{"Environment", env})
			if (i+j)%9 == 0 {
				set = append(set, tag{"auto-stop", ""})
			}
			out = append(out, set)
		}
	}
	return append(out, []tag{{"Owner", "中村 さくら"}, {"Team", "Vision"}}, []tag{{"owner", "unassigned"}})
}

// makeFullTags leaves no room for another tag.
func makeFullTags() []tag {
	out := []tag{{"Team", "Research"}, {"Environment", "prod"}}
	for i := len(out); i < maxTags; i++ {
		out = append(out, tag{fmt.Sprintf("cost:dimension-%02d", i), fmt.Sprint(1000 + 7*i)})
	}
	return out
}

// stackTags are the tags of what CloudFormation has made.
func (m *maker) stackTags(n *notebook) []tag {
	stack := n.folded + "-stack"
	return []tag{
		{"aws:cloudformation:stack-name", stack},
		{"aws:cloudformation:stack-id", m.arn("cloudformation", "stack/"+stack+"/"+m.r.hex(8)+"-"+m.r.hex(4)+"-11ee-"+m.r.hex(4)+"-"+m.r.hex(12))},
		{"aws:cloudformation:logical-id", "Notebook"},
		{"Team", pick(m.r, teamNames())},
		{"Environment", "prod"},
	}
}
