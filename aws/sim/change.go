package sim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Change is one change of the world while it runs. Op is one of:
//
//   - "set" changes the members of a notebook that are given;
//   - "add" makes a notebook, like a new one in SageMaker's own network, and then
//     sets what is given;
//   - "delete" removes a notebook at once;
//   - "faults" replaces what goes wrong by Faults, which may be "";
//   - "quota" sets the quota that Quota names, by its code, its name or its
//     instance type, to Value;
//   - "key" sets the key that Key names, by id, ARN or alias, to State, which is
//     Enabled, Disabled or PendingDeletion;
//   - "role" lets the role called Name trust the service that Trust names, which
//     may be lambda.amazonaws.com, or removes it when Trust is "";
//   - "subnet" leaves the subnet SubnetID with Value free addresses;
//   - "share" adds a notebook in a VPC that the account Owner shares, with a NAT
//     gateway and an endpoint that only the owner may describe;
//   - "gallery" adds a notebook in a VPC of its own for each case of how a network
//     reaches the internet or does not; the tag expected-egress, and the world's
//     expectedEgress, say what a judge has to find;
//   - "hostile" writes texts that attack terminals and column widths to tags,
//     failure reasons and the names of VPCs of a place.
//
// An account or region that is not given is the first.
type Change struct {
	Op      string `json:"op"`
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	Name    string `json:"name,omitempty"`

	Status               string            `json:"status,omitempty"`
	Hold                 bool              `json:"hold,omitempty"` // the status does not move on
	DirectInternetAccess string            `json:"directInternetAccess,omitempty"`
	RootAccess           string            `json:"rootAccess,omitempty"`
	InstanceType         string            `json:"instanceType,omitempty"`
	Platform             string            `json:"platform,omitempty"`
	FailureReason        string            `json:"failureReason,omitempty"`
	Lifecycle            string            `json:"lifecycle,omitempty"`
	SubnetID             string            `json:"subnetId,omitempty"`
	Tags                 map[string]string `json:"tags,omitempty"`       // added to what there is
	RemoveTags           []string          `json:"removeTags,omitempty"` // keys
	VolumeSizeInGB       int               `json:"volumeSizeInGB,omitempty"`
	RoleARN              string            `json:"roleArn,omitempty"`
	KMSKeyID             string            `json:"kmsKeyId,omitempty"`
	CodeRepository       string            `json:"defaultCodeRepository,omitempty"`

	Quota string `json:"quota,omitempty"`
	Key   string `json:"key,omitempty"`
	State string `json:"state,omitempty"`
	Trust string `json:"trust,omitempty"`
	Value int    `json:"value,omitempty"`

	Owner  string `json:"owner,omitempty"`
	Faults string `json:"faults,omitempty"`
}

// Change changes the world. An error says what is wrong with the change, which
// then has done nothing.
func (s *Server) Change(c Change) error {
	if c.Op == "faults" {
		return s.SetFaults(c.Faults)
	}
	p, err := s.world.placeOf(c)
	if err != nil {
		return err
	}
	e := edit{c, p, s.world.now()}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch c.Op {
	case "set":
		return e.set()
	case "add":
		return e.add()
	case "delete":
		return e.remove()
	case "gallery":
		return e.addGallery()
	case "share":
		return e.share()
	case "hostile":
		e.makeHostile()
		return nil
	case "quota", "key", "role", "subnet":
		return e.around()
	}
	return fmt.Errorf("op %q is unknown; the ops are set, add, delete, faults, quota, key, role, subnet, share, gallery, hostile", c.Op)
}

// edit is a change of a place, which is locked, at a time.
type edit struct {
	Change

	place *place
	now   time.Time
}

// SetFaults replaces what goes wrong from the next request on.
func (f *front) SetFaults(text string) error {
	faults, err := ParseFaults(text)
	if err != nil {
		return err
	}
	f.faults.Store(&faults)
	return nil
}

func (w *world) placeOf(c Change) (*place, error) {
	key := placeKey{c.Account, c.Region}
	if key.account == "" {
		key.account = w.accounts[0].id
	}
	if key.region == "" {
		key.region = w.regions[0].name
	}
	if w.places[key] == nil {
		return nil, fmt.Errorf("account %q in region %q is not part of the world", key.account, key.region)
	}
	return w.place(w.byID[key.account], key.region), nil
}

func (e edit) set() error {
	old := e.place.find(e.Name)
	if old == nil || old.gone(e.now) {
		return fmt.Errorf("notebook %q does not exist in %s of %s", e.Name, e.place.region.name, e.place.account.id)
	}
	n := *old
	if err := e.apply(&n); err != nil {
		return err
	}
	e.place.put(&n)
	return nil
}

func (e edit) add() error {
	if len(e.Name) > 63 || !namePattern.MatchString(e.Name) {
		return fmt.Errorf("name %q is not one that AWS accepts", e.Name)
	}
	if old := e.place.find(e.Name); old != nil && !old.gone(e.now) {
		return fmt.Errorf("notebook %q exists already", e.Name)
	}
	n := notebook{
		place: e.place, created: e.now, modified: e.now, instanceType: "ml.t3.medium", direct: on, root: off, ipType: ipv4,
		role:   "arn:aws:iam::" + e.place.account.id + ":role/" + roleNames()[0],
		volume: 5, platform: al2023, imds: "2", life: life{since: e.now, phases: settle(inService)}, made: true,
	}
	n.setName(e.Name)
	if err := e.apply(&n); err != nil {
		return err
	}
	e.place.put(&n)
	return nil
}

func (e edit) remove() error {
	old := e.place.find(e.Name)
	if old == nil {
		return fmt.Errorf("notebook %q does not exist in %s of %s", e.Name, e.place.region.name, e.place.account.id)
	}
	delete(e.place.byName, old.folded)
	e.place.sorted = slices.DeleteFunc(slices.Clone(e.place.sorted), func(n *notebook) bool { return n == old })
	return nil
}

// put stores a notebook in place of the one of its name. The list is copied, for
// whoever reads the old one without a lock.
func (p *place) put(n *notebook) {
	at, found := slices.BinarySearchFunc(p.sorted, n.folded, func(n *notebook, k string) int { return compare(n.folded, k) })
	p.sorted = slices.Clone(p.sorted)
	if found {
		p.sorted[at] = n
	} else {
		p.sorted = slices.Insert(p.sorted, at, n)
	}
	p.byName[n.folded] = n
}

// apply sets what a change gives. Tags and statuses count as a modification, as
// a change of the configuration does.
func (e edit) apply(n *notebook) error {
	if err := e.check(); err != nil {
		return err
	}
	if e.SubnetID != "" {
		i := slices.IndexFunc(n.place.net.subnets, func(v *subnet) bool { return v.id == e.SubnetID })
		if i < 0 {
			return fmt.Errorf("subnet %q is not one for notebooks in this place", e.SubnetID)
		}
		n.subnet = n.place.net.subnets[i]
		n.groups = []string{n.subnet.vpc.groups[0].id}
		n.eni = "eni-0" + newRNG(e.place.world.seed, n.arn(), e.SubnetID).hex(16)
	}
	if n.subnet == nil && e.DirectInternetAccess == off {
		return errors.New("direct internet access can only be Disabled in a subnet")
	}
	for _, f := range []struct {
		to    *string
		value string
	}{
		{&n.direct, e.DirectInternetAccess}, {&n.root, e.RootAccess}, {&n.instanceType, e.InstanceType},
		{&n.platform, e.Platform}, {&n.failureReason, e.FailureReason}, {&n.lifecycle, e.Lifecycle},
		{&n.role, e.RoleARN}, {&n.kms, e.KMSKeyID}, {&n.repo, e.CodeRepository},
	} {
		if f.value != "" {
			*f.to = f.value
		}
	}
	if e.VolumeSizeInGB > 0 {
		n.volume = e.VolumeSizeInGB
	}
	n.modified = e.now.UTC()
	if e.Status != "" {
		if e.Status != failed && e.FailureReason == "" {
			n.failureReason = ""
		}
		n.dooms = ""
		n.life = life{since: n.modified, phases: settle(e.Status)}
		if e.Hold {
			n.life.phases = n.life.phases[:1:1]
			n.life.phases[0].lasts = 0
		}
	}
	n.retag(e.Change)
	return nil
}

func (c Change) check() error {
	if c.Status != "" && !slices.Contains(statuses(), c.Status) {
		return fmt.Errorf("status %q is unknown; the statuses are %s", c.Status, strings.Join(statuses(), ", "))
	}
	for _, v := range []string{c.DirectInternetAccess, c.RootAccess} {
		if v != "" && v != on && v != off {
			return fmt.Errorf("%q is neither Enabled nor Disabled", v)
		}
	}
	return nil
}

func (n *notebook) retag(c Change) {
	if len(c.Tags) == 0 && len(c.RemoveTags) == 0 {
		return
	}
	n.everTagged = true
	n.tags = slices.DeleteFunc(slices.Clone(n.tags), func(t tag) bool {
		_, replaced := c.Tags[t.Key]
		return replaced || slices.Contains(c.RemoveTags, t.Key)
	})
	for _, key := range slices.Sorted(maps.Keys(c.Tags)) {
		n.tags = append(n.tags, tag{key, c.Tags[key]})
	}
}

// hostileTexts attack what draws them: control sequences, bells, wide letters,
// letters that turn the line around, ones without width, and sheer length.
func hostileTexts() []string {
	return []string{
		"\x1b[2J\x1b[31mred\x1b[0m", "\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\u009b2Jc1", "two\nlines\tand\rreturn",
		"漢字かな交じり文の長い名前です", "\u202eecneuqes desrever\u202c", "e\u0301\u0301\u0301 a\u200bb\ufeffc", "👩‍👩‍👧‍👦🇨🇭",
		strings.Repeat("long", 64), "\"quoted\",=cmd()|<b>&amp;", "nul\x00byte",
	}
}

// makeHostile writes those texts wherever AWS lets users, or itself, write freely.
func (e edit) makeHostile() {
	texts := hostileTexts()
	for i, old := range e.place.sorted {
		n := *old
		n.modified = e.now.UTC()
		n.tags = append(slices.Clone(old.tags), tag{"hostile", texts[i%len(texts)]})
		n.everTagged = true
		if n.failureReason != "" || i%5 == 0 {
			n.failureReason = texts[(i/5)%len(texts)]
		}
		e.place.put(&n)
	}
	for i, v := range e.place.net.vpcs {
		v.name = texts[(i+3)%len(texts)]
	}
}
