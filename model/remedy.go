package model

import (
	"cmp"
	"slices"
	"strconv"
)

// RemedyKind is what a remedy changes.
type RemedyKind string

// The kinds of remedies, from the least to the most invasive.
const (
	RemedyWait      RemedyKind = "wait"    // for AWS to be done
	RemedyRule      RemedyKind = "rule"    // of a security group or a network ACL
	RemedyGateway   RemedyKind = "gateway" // an internet gateway is attached
	RemedyRoute     RemedyKind = "route"   // of a NAT gateway's own subnet
	RemedyNATRoute  RemedyKind = "nat-route"
	RemedyEndpoints RemedyKind = "endpoints"
	RemedyUpdate    RemedyKind = "update" // a setting of the notebook that can be changed in place
	RemedyRecreate  RemedyKind = "recreate"
)

// Rank orders kinds: the more invasive, the greater. It is 0 for no kind.
func (k RemedyKind) Rank() int {
	return 1 + slices.Index([]RemedyKind{
		RemedyWait, RemedyRule, RemedyGateway, RemedyRoute, RemedyNATRoute, RemedyEndpoints, RemedyUpdate, RemedyRecreate,
	}, k)
}

// Remedy is one way to put a finding right, as commands to review.
type Remedy struct {
	Kind      RemedyKind
	Title     string
	Why       string   // what it does, and what to know before
	Commands  []string // for sh -eu, one after another, ids filled in or kept in variables
	Cost      Cost     // by the month, beside what it costs now
	Recreates bool     // a second notebook takes the place of this one
	After     Verdict  // the notebook's once it is carried out, as judged; "" where it leaves the network alone
	Affects   []Affected
}

// Affected is somebody or something else that stands otherwise afterwards.
type Affected struct {
	What   string // "subnet subnet-1 public-b", "notebook churn", a published control
	Before string // a few words
	After  string
	Worse  bool

	Control  bool     // What is a published control
	Severity Severity // the control's, "" where none is published
	Public   bool     // public addresses are not reached any more
}

// Worsens reports whether somebody is worse off afterwards.
func (r *Remedy) Worsens() bool {
	return slices.ContainsFunc(r.Affects, func(a Affected) bool { return a.Worse })
}

// Facts are what a line about a remedy says beside its title: the cost, whether the
// notebook is made anew, whom else it touches, and which published controls it
// breaks.
func (r *Remedy) Facts() []string {
	out := []string{r.Cost.String(), "no recreate", r.Touches()}
	if r.Recreates {
		out[1] = "recreate"
	}
	if breaks := r.Breaks(); breaks != "" {
		out = append(out, breaks)
	}
	return out
}

// Touches counts the others that a remedy affects, those that are worse off by
// themselves.
func (r *Remedy) Touches() string {
	others, worse := 0, 0
	for _, a := range r.Affects {
		if !a.Control {
			others++
			if a.Worse {
				worse++
			}
		}
	}
	switch {
	case others == 0:
		return "nobody else affected"
	case worse == 0:
		return strconv.Itoa(others) + " affected, none worse"
	}
	return strconv.Itoa(others) + " affected, " + strconv.Itoa(worse) + " worse"
}

// Breaks names the heaviest published control that fails afterwards and counts the
// others, "" where there is none.
func (r *Remedy) Breaks() string {
	first, more := "", 0
	for _, a := range r.Affects {
		switch {
		case !a.Control:
		case first == "":
			first = "breaks " + a.What + a.Severity.Behind()
		default:
			more++
		}
	}
	if more > 0 {
		first += " and " + strconv.Itoa(more) + " more controls"
	}
	return first
}

// Compare orders remedies: those that worsen nobody first, then those that need no
// recreate, then the cheaper, then those that open the internet, then those that
// touch fewer, then the less invasive.
func (r *Remedy) Compare(s *Remedy) int {
	order := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(order(r.Worsens() && !r.Recreates), order(s.Worsens() && !s.Recreates)),
		cmp.Compare(order(r.Recreates), order(s.Recreates)),
		cmp.Compare(order(r.Worsens()), order(s.Worsens())),
		cmp.Compare(len(r.Cost.Unknown), len(s.Cost.Unknown)),
		cmp.Compare(r.Cost.USD, s.Cost.USD),
		cmp.Compare(order(s.After.Internet()), order(r.After.Internet())),
		cmp.Compare(len(r.Affects), len(s.Affects)),
		cmp.Compare(r.Kind.Rank(), s.Kind.Rank()),
	)
}

// Advice is what would better a notebook's way through its VPC. The notebook stays
// as it is.
type Advice struct {
	Remedies  []Remedy   // in their order
	None      []string   // why nothing is offered for what is broken, sentences
	Elsewhere *Placement // where in the VPC the notebook would reach the internet; nil where that does not help
}

// Placement is a subnet in which a notebook could be made anew.
type Placement struct {
	SubnetID, Name string
	Verdict        Verdict
}
