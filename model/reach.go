package model

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Destinations that every notebook is judged for. Their values are those of the
// filter language and of the JSON contract; those of AWS are called as their
// endpoint services end.
const (
	DestinationPyPI         = "pypi"
	DestinationConda        = "conda"
	DestinationGitHub       = "github"
	DestinationCodeArtifact = "codeartifact"
	DestinationS3           = "s3"
	DestinationSTS          = "sts"
	DestinationSageMaker    = "sagemaker.api"
	DestinationRuntime      = "sagemaker.runtime"
	DestinationECR          = "ecr"
	DestinationLogs         = "logs"
)

// Destinations lists what every notebook is judged for, in the order in which it is
// shown. What the configuration adds comes after them.
func Destinations() []string {
	return []string{
		DestinationPyPI, DestinationConda, DestinationGitHub, DestinationCodeArtifact, DestinationS3, DestinationSTS,
		DestinationSageMaker, DestinationRuntime, DestinationECR, DestinationLogs,
	}
}

// Hosts are the names on the internet that a destination stands for, all of them; none
// for a service of AWS. They are documented by the Python Packaging User Guide and by
// conda's channels.
func Hosts(destination string) []string {
	switch destination {
	case DestinationPyPI:
		return []string{"pypi.org", "files.pythonhosted.org"}
	case DestinationConda:
		return []string{"conda.anaconda.org", "repo.anaconda.com"}
	case DestinationGitHub:
		return []string{"github.com"}
	}
	return nil
}

// ReachState says whether a notebook reaches a destination.
type ReachState string

// The states. Their values are those of the JSON contract and of the filter language.
const (
	Reached      ReachState = "reached"
	ReachBlocked ReachState = "blocked" // proven
	ReachDepends ReachState = "depends" // all facts are there, and it is not for them to say
	ReachUnknown ReachState = "unknown" // a fact that the answer needs is not known
)

// ReachStates lists the states, the best first.
func ReachStates() []ReachState {
	return []ReachState{Reached, ReachBlocked, ReachDepends, ReachUnknown}
}

// Reach is whether a notebook reaches one destination, on tcp/443.
type Reach struct {
	Destination string
	State       ReachState
	By          string // the way, or what blocks it: "NAT gateway nat-1"; "" when that is not one thing
	Why         string // what else there is to say, what blocks, what it depends on, why it is not known
}

// Says is the answer in words, without the destination and its state.
func (r *Reach) Says() string {
	join := func(sep string, words ...string) string {
		return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), sep)
	}
	switch r.State {
	case Reached:
		return join("; ", prefixed("by ", r.By), r.Why)
	case ReachBlocked:
		return join(": ", prefixed("by ", r.By), r.Why)
	case ReachDepends:
		by := r.By
		if strings.Contains(r.Why, by) {
			by = ""
		}
		return prefixed("on ", r.Why) + prefixed(", by ", by)
	case ReachUnknown:
	}
	return join(": ", r.By, r.Why)
}

func prefixed(lead, s string) string {
	if s == "" {
		return ""
	}
	return lead + s
}

// Reaching is the answer for a destination; ok is false where there is none.
func (e *Egress) Reaching(destination string) (r Reach, ok bool) {
	if e == nil {
		return Reach{}, false
	}
	i := slices.IndexFunc(e.Reach, func(r Reach) bool { return strings.EqualFold(r.Destination, destination) })
	if i < 0 {
		return Reach{}, false
	}
	return e.Reach[i], true
}

// Destination is a place of the user's own: a host, or a range of addresses.
type Destination struct {
	Name  string       // as it is shown, and asked for in a filter
	Range netip.Prefix // not valid for a host
}

// Host reports whether it is a host, which has a name that nobody looks up.
func (d Destination) Host() bool { return !d.Range.IsValid() }

// ParseDestination reads a host name such as artifactory.example.com, an address, or
// a range of addresses such as 10.2.0.0/16.
func ParseDestination(s string) (Destination, error) {
	switch {
	case s == "":
		return Destination{}, fmt.Errorf("there is nothing: give a host name, an address or a range of addresses")
	case strings.Contains(s, "://"):
		return Destination{}, fmt.Errorf("%q is a URL: give its host name alone", s)
	case slices.ContainsFunc(Destinations(), func(name string) bool { return strings.EqualFold(name, s) }):
		return Destination{}, fmt.Errorf("%q is judged already", s)
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		return ranged(netip.PrefixFrom(addr, addr.BitLen()))
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		if p.Masked() != p {
			return Destination{}, fmt.Errorf("%q is an address within a range: the range is %s", s, p.Masked())
		}
		return ranged(p)
	}
	switch {
	case strings.Contains(s, "/"):
		return Destination{}, fmt.Errorf("%q is neither a host name nor a range of addresses such as 10.2.0.0/16", s)
	case strings.Contains(s, ":"):
		return Destination{}, fmt.Errorf("%q has a port: leave it out, everything is judged on tcp/443", s)
	case strings.Contains(s, "*"):
		return Destination{}, fmt.Errorf("%q is a pattern: give one host name", s)
	case !hostName(s):
		return Destination{}, fmt.Errorf("%q is not a full host name such as artifactory.example.com", s)
	}
	return Destination{Name: strings.ToLower(s)}, nil
}

func ranged(p netip.Prefix) (Destination, error) {
	switch {
	case p.Bits() == 0:
		return Destination{}, fmt.Errorf("%q is everything: the verdict on the egress says how the internet fares", p)
	case p.Addr().Is4In6() || p.Addr().Zone() != "":
		return Destination{}, fmt.Errorf("%q is not a plain range of addresses", p)
	}
	return Destination{Name: p.String(), Range: p}, nil
}

// hostName reports whether a text is a full name: labels of letters, digits and
// hyphens, two of them at least, the last no number.
func hostName(s string) bool {
	const maxName, maxLabel = 253, 63
	labels := strings.Split(s, ".")
	if len(s) > maxName || len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > maxLabel || strings.Trim(l, "-") != l || strings.Trim(strings.ToLower(l), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return strings.ContainsFunc(labels[len(labels)-1], func(r rune) bool { return r < '0' || r > '9' })
}
