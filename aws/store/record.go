package store

import (
	"strings"
	"time"

	"nbscope/model"
)

// schema is the version of the files, and oldest the first that is read as well. A
// file of any other is set aside.
const (
	schema = 4 // 2: with the judgement of the network; 3: as numbers and words; 4: with what is reached
	oldest = 3
)

// rules is the version of the rules that networks are judged by. The notebooks of a
// file with judgements by others are read without them, as not judged yet: what a
// rule claimed that is another today must not pass for confirmed.
//
// 1, or none: before a part of the internet had a word of its own; 2: before other
// ports than 443 counted, and endpoints that refuse a part of the calls; 3: before
// every port of the internet counted, and endpoints' policies were read for the role.
const rules = 4

// header is the first line of a file: whose it is, in JSON, so that every version
// can read that of every other. What follows is for schema alone.
type header struct {
	Schema   int            `json:"schema"`
	Rules    int            `json:"rules"`
	Key      string         `json:"key"`
	Identity model.Identity `json:"identity"`
	Rows     int            `json:"rows"`
	Numbers  int            `json:"numbers"`         // bytes
	Text     int            `json:"text"`            // bytes
	Masks    int            `json:"masks,omitempty"` // by which secrets are hidden
}

// notebook moves all of a notebook but what is the same for the whole file.
func (c *codec) notebook(n *model.Notebook) {
	for _, s := range [...]*string{
		&n.ARN, &n.Name, &n.URL, &n.NetworkID, &n.FailureReason, &n.Region, &n.InstanceType, &n.LifecycleName, &n.SubnetID,
		&n.DirectInternet, &n.RootAccess, &n.RoleARN, &n.KMSKeyID, &n.Platform, &n.IMDSVersion, &n.IPAddressType,
		&n.VPCID, &n.VPCName, &n.SubnetName,
	} {
		word(c, s)
	}
	word(c, &n.Status)
	c.number(&n.VolumeGB)
	c.flag(&n.HasDefaultRepo)
	once(c, &n.SecurityGroups, words)
	once(c, &n.Repositories, words)
	if c.unmasked { // versions before this one kept them as they are, or hid less
		n.Repositories, n.FailureReason = model.MaskURLs(n.Repositories), model.Masked(n.FailureReason)
	}
	once(c, &n.Tags, tags)
	for _, p := range [...]*model.Part{&n.Described, &n.Located, &n.Tagged, &n.Networked} {
		c.part(p)
	}
	for _, at := range [...]*time.Time{&n.Created, &n.Modified, &n.SeenAt, &n.NetworkedAt} {
		c.time(at)
	}
	once(c, &n.Egress, func(c *codec, e **model.Egress) { optional(c, e, egress) })
}

// notebooks reads the rows of an account; ok is false where they do not fit
// together.
func (c *codec) notebooks(rows int, account string) (out []*model.Notebook, ok bool) {
	if rows < 0 || rows > len(c.numbers) {
		return nil, false
	}
	all := make([]model.Notebook, rows)
	out = make([]*model.Notebook, rows)
	for i := range all {
		n := &all[i]
		c.notebook(n)
		if c.bad || n.Name == "" || n.Region == "" || !strings.Contains(n.ARN, ":"+account+":") {
			return nil, false
		}
		n.Account, n.Stale, out[i] = account, true, n
	}
	return out, len(c.numbers) == 0
}

// part moves the state of a part. What was skipped is kept as what was not asked
// yet: the next scan may want it.
func (c *codec) part(p *model.Part) {
	state, reason := int(p.State), &p.Reason
	if p.State == model.LoadSkipped {
		state, reason = int(model.LoadPending), new(string)
	}
	c.number(&state)
	word(c, reason)
	if !c.writing() {
		c.bad = c.bad || state < 0 || state > int(model.LoadFailed)
		p.State = model.Load(state)
	}
}

// time moves nanoseconds, -1 for a time that is not set, and seconds since 1970.
func (c *codec) time(at *time.Time) {
	seconds, nano := 0, -1
	if !at.IsZero() {
		seconds, nano = int(at.Unix()), at.Nanosecond()
	}
	c.number(&nano)
	if nano < 0 {
		return
	}
	c.number(&seconds)
	if !c.writing() {
		*at = time.Unix(int64(seconds), int64(nano)).UTC()
	}
}

func words(c *codec, l *[]string) { list(c, l, word[string]) }

func tags(c *codec, l *[]model.Tag) {
	list(c, l, func(c *codec, g *model.Tag) {
		word(c, &g.Key)
		word(c, &g.Value)
	})
}

func egress(c *codec, e *model.Egress) {
	word(c, &e.Verdict)
	word(c, &e.Reason)
	once(c, &e.Chain, hops)
	once(c, &e.Warnings, words)
	once(c, &e.IPv6, func(c *codec, p **model.Path) { optional(c, p, path) })
	once(c, &e.Endpoints, endpoints)
	once(c, &e.WhatIf, func(c *codec, w **model.WhatIf) { optional(c, w, whatIf) })
	once(c, new([]oldRemedy), oldRemedies)
	if c.schema >= 4 {
		once(c, &e.Reach, reaches)
	}
}

func path(c *codec, p *model.Path) {
	word(c, &p.Verdict)
	word(c, &p.Reason)
	once(c, &p.Chain, hops)
}

func hops(c *codec, l *[]model.Hop) {
	list(c, l, func(c *codec, h *model.Hop) {
		word(c, &h.Kind)
		word(c, &h.ID)
		word(c, &h.Name)
		word(c, &h.Says)
		word(c, &h.State)
	})
}

func endpoints(c *codec, l *[]model.EndpointCoverage) {
	list(c, l, func(c *codec, e *model.EndpointCoverage) {
		word(c, &e.Service)
		// The mark stands in the word, so that the form of files stays as it is.
		const fails = "+fails"
		if state := e.State; e.Fails {
			state += fails
			word(c, &state)
		} else {
			word(c, &e.State)
		}
		if state, marked := strings.CutSuffix(string(e.State), fails); marked && !c.writing() {
			e.State, e.Fails = model.EndpointState(state), true
		}
		word(c, &e.ID)
		word(c, &e.Why)
	})
}

func reaches(c *codec, l *[]model.Reach) {
	list(c, l, func(c *codec, r *model.Reach) {
		word(c, &r.Destination)
		word(c, &r.State)
		word(c, &r.By)
		word(c, &r.Why)
	})
}

func whatIf(c *codec, w *model.WhatIf) {
	word(c, &w.DirectInternet)
	word(c, &w.Verdict)
	word(c, &w.Reason)
	words(c, &w.Loses)
}

// oldRemedy is a remedy as files held it. Remedies are judged anew by whoever asks
// for them: none is written, and what a file has of them is passed over.
type oldRemedy struct {
	kind, title, why string
	commands         []string
	cost             string
	invasive         int
}

func oldRemedies(c *codec, l *[]oldRemedy) {
	list(c, l, func(c *codec, r *oldRemedy) {
		word(c, &r.kind)
		word(c, &r.title)
		word(c, &r.why)
		words(c, &r.commands)
		word(c, &r.cost)
		c.number(&r.invasive)
	})
}
