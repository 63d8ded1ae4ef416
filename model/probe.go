package model

import (
	"slices"
	"strings"
	"time"
)

// TryState says how a try to reach a place ended, from inside a notebook.
type TryState string

// The states of a try. Their values are those of the JSON contract.
const (
	TryReached TryState = "reached"   // a name, a connection, and TLS with whom it was meant for
	TryRefused TryState = "refused"   // somebody on the way, or there, said no
	TryTimeout TryState = "timeout"   // nobody answered
	TryNoName  TryState = "no-name"   // its name leads to no address of that IP version
	TryNoRoute TryState = "no-route"  // the notebook itself knows no way there
	TryNoTLS   TryState = "no-tls"    // somebody else answers, or cuts the connection off
	TryNot     TryState = "not-tried" // there is nothing that could be tried
)

// Reached reports whether the place was reached.
func (s TryState) Reached() bool { return s == TryReached }

// Words is the state as the end of a sentence about a place.
func (s TryState) Words() string {
	switch s {
	case TryNoName:
		return "no address"
	case TryNoRoute:
		return "no route"
	case TryNoTLS:
		return "no TLS"
	case TryNot:
		return "not tried"
	case TryReached, TryRefused, TryTimeout:
	}
	return string(s)
}

// The versions of IP that are tried.
const (
	FamilyIPv4 = "ipv4"
	FamilyIPv6 = "ipv6"
)

// Tried is what came of trying a place on tcp/443 over one version of IP. A journal
// holds it as it stands.
type Tried struct {
	Destination string   `json:"destination"` // as in Reach
	State       TryState `json:"state"`       // of the host that fared worst, where there are several
	Family      string   `json:"family,omitempty"`
	MS          int64    `json:"ms,omitempty"`     // milliseconds until TLS was agreed on, by the slowest host; 0 where it was not reached
	Detail      string   `json:"detail,omitempty"` // host by host: the times, or why not
	From        []string `json:"from,omitempty"`   // the notebook's own addresses that connections were made from
}

// Probe is what was tried from inside a notebook, once.
type Probe struct {
	At      time.Time `json:"at"` // by this machine's clock
	Results []Tried   `json:"results"`
	Proxy   string    `json:"proxy,omitempty"` // host and port of one that the notebook's environment names; nothing was tried through it
	Own     []string  `json:"own,omitempty"`   // addresses of the notebook's interface in its VPC
	OwnWhy  string    `json:"ownWhy,omitempty"`
}

// Over is what came of a place over one version of IP; ok is false where that was not
// tried.
func (p *Probe) Over(destination, family string) (t Tried, ok bool) {
	i := slices.IndexFunc(p.Results, func(t Tried) bool {
		return strings.EqualFold(t.Destination, destination) && (t.Family == family || t.State == TryNot)
	})
	if i < 0 {
		return Tried{}, false
	}
	return p.Results[i], true
}

// Of is what came of a place over whichever version of IP reached it, IPv4 first; ok
// is false where nothing of it was tried.
func (p *Probe) Of(destination string) (t Tried, ok bool) {
	if p == nil {
		return Tried{}, false
	}
	four, has4 := p.Over(destination, FamilyIPv4)
	six, has6 := p.Over(destination, FamilyIPv6)
	switch {
	case !has4, !four.State.Reached() && has6 && six.State.Reached():
		return six, has6
	}
	return four, true
}

// Destinations are the places that were tried, or could not be, in their order.
func (p *Probe) Destinations() []string {
	var out []string
	for _, t := range p.Results {
		if !slices.Contains(out, t.Destination) {
			out = append(out, t.Destination)
		}
	}
	return out
}

// Whole reports whether every place was reached, of those of which something can be
// tried.
func (p *Probe) Whole() bool {
	tried := 0
	for _, d := range p.Destinations() {
		switch t, _ := p.Of(d); {
		case t.State == TryNot:
		case !t.State.Reached():
			return false
		default:
			tried++
		}
	}
	return tried > 0
}
