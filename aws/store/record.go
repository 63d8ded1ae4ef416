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
	Numbers  int            `json:"numbers"` // bytes
	Text     int            `json:"text"`    // bytes
}

// notebook moves all of a notebook but what is the same for the whole file.
func (t *tape) notebook(n *model.Notebook) {
	for _, s := range [...]*string{
		&n.ARN, &n.Name, &n.URL, &n.NetworkID, &n.FailureReason, &n.Region, &n.InstanceType, &n.LifecycleName, &n.SubnetID,
		&n.DirectInternet, &n.RootAccess, &n.RoleARN, &n.KMSKeyID, &n.Platform, &n.IMDSVersion, &n.IPAddressType,
		&n.VPCID, &n.VPCName, &n.SubnetName,
	} {
		word(t, s)
	}
	word(t, &n.Status)
	t.number(&n.VolumeGB)
	t.flag(&n.HasDefaultRepo)
	once(t, &n.SecurityGroups, words)
	once(t, &n.Repositories, words)
	if !t.writing() { // versions before this one kept them as they are
		n.Repositories, n.FailureReason = model.MaskURLs(n.Repositories), model.Masked(n.FailureReason)
	}
	once(t, &n.Tags, tags)
	for _, p := range [...]*model.Part{&n.Described, &n.Located, &n.Tagged, &n.Networked} {
		t.part(p)
	}
	for _, at := range [...]*time.Time{&n.Created, &n.Modified, &n.SeenAt, &n.NetworkedAt} {
		t.time(at)
	}
	once(t, &n.Egress, func(t *tape, e **model.Egress) { optional(t, e, egress) })
}

// notebooks reads the rows of an account; ok is false where they do not fit
// together.
func (t *tape) notebooks(rows int, account string) (out []*model.Notebook, ok bool) {
	if rows < 0 || rows > len(t.numbers) {
		return nil, false
	}
	all := make([]model.Notebook, rows)
	out = make([]*model.Notebook, rows)
	for i := range all {
		n := &all[i]
		t.notebook(n)
		if t.bad || n.Name == "" || n.Region == "" || !strings.Contains(n.ARN, ":"+account+":") {
			return nil, false
		}
		n.Account, n.Stale, out[i] = account, true, n
	}
	return out, len(t.numbers) == 0
}

// part moves the state of a part. What was skipped is kept as what was not asked
// yet: the next scan may want it.
func (t *tape) part(p *model.Part) {
	state, reason := int(p.State), &p.Reason
	if p.State == model.LoadSkipped {
		state, reason = int(model.LoadPending), new(string)
	}
	t.number(&state)
	word(t, reason)
	if !t.writing() {
		t.bad = t.bad || state < 0 || state > int(model.LoadFailed)
		p.State = model.Load(state)
	}
}

// time moves nanoseconds, -1 for a time that is not set, and seconds since 1970.
func (t *tape) time(at *time.Time) {
	seconds, nano := 0, -1
	if !at.IsZero() {
		seconds, nano = int(at.Unix()), at.Nanosecond()
	}
	t.number(&nano)
	if nano < 0 {
		return
	}
	t.number(&seconds)
	if !t.writing() {
		*at = time.Unix(int64(seconds), int64(nano)).UTC()
	}
}

func words(t *tape, l *[]string) { list(t, l, word[string]) }

func tags(t *tape, l *[]model.Tag) {
	list(t, l, func(t *tape, g *model.Tag) {
		word(t, &g.Key)
		word(t, &g.Value)
	})
}

func egress(t *tape, e *model.Egress) {
	word(t, &e.Verdict)
	word(t, &e.Reason)
	once(t, &e.Chain, hops)
	once(t, &e.Warnings, words)
	once(t, &e.IPv6, func(t *tape, p **model.Path) { optional(t, p, path) })
	once(t, &e.Endpoints, endpoints)
	once(t, &e.WhatIf, func(t *tape, w **model.WhatIf) { optional(t, w, whatIf) })
	once(t, new([]oldRemedy), oldRemedies)
	if t.schema >= 4 {
		once(t, &e.Reach, reaches)
	}
}

func path(t *tape, p *model.Path) {
	word(t, &p.Verdict)
	word(t, &p.Reason)
	once(t, &p.Chain, hops)
}

func hops(t *tape, l *[]model.Hop) {
	list(t, l, func(t *tape, h *model.Hop) {
		word(t, &h.Kind)
		word(t, &h.ID)
		word(t, &h.Name)
		word(t, &h.Says)
		word(t, &h.State)
	})
}

func endpoints(t *tape, l *[]model.EndpointCoverage) {
	list(t, l, func(t *tape, c *model.EndpointCoverage) {
		word(t, &c.Service)
		// The mark stands in the word, so that the form of files stays as it is.
		const fails = "+fails"
		if state := c.State; c.Fails {
			state += fails
			word(t, &state)
		} else {
			word(t, &c.State)
		}
		if state, marked := strings.CutSuffix(string(c.State), fails); marked && !t.writing() {
			c.State, c.Fails = model.EndpointState(state), true
		}
		word(t, &c.ID)
		word(t, &c.Why)
	})
}

func reaches(t *tape, l *[]model.Reach) {
	list(t, l, func(t *tape, r *model.Reach) {
		word(t, &r.Destination)
		word(t, &r.State)
		word(t, &r.By)
		word(t, &r.Why)
	})
}

func whatIf(t *tape, w *model.WhatIf) {
	word(t, &w.DirectInternet)
	word(t, &w.Verdict)
	word(t, &w.Reason)
	words(t, &w.Loses)
}

// oldRemedy is a remedy as files held it. Remedies are judged anew by whoever asks
// for them: none is written, and what a file has of them is passed over.
type oldRemedy struct {
	kind, title, why string
	commands         []string
	cost             string
	invasive         int
}

func oldRemedies(t *tape, l *[]oldRemedy) {
	list(t, l, func(t *tape, r *oldRemedy) {
		word(t, &r.kind)
		word(t, &r.title)
		word(t, &r.why)
		words(t, &r.commands)
		word(t, &r.cost)
		t.number(&r.invasive)
	})
}
