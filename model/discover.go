package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Discovery says how the notebooks of an organization are found.
type Discovery string

// The ways.
const (
	// DiscoverAuto asks the index that there is first, and then every target.
	DiscoverAuto Discovery = "auto"
	// DiscoverIndex asks only where the index names notebooks, and where it does not
	// see; the targets that it believes empty stay so.
	DiscoverIndex Discovery = "index"
	// DiscoverSweep asks every target and no index.
	DiscoverSweep Discovery = "sweep"
)

// Discoveries lists the ways, as the user writes them.
func Discoveries() []Discovery { return []Discovery{DiscoverAuto, DiscoverIndex, DiscoverSweep} }

// Index is what an index of AWS's own says of the notebooks of an organization. It
// speaks of what it was told, which is not what is: every word of it is looked after, or
// stays a belief.
type Index struct {
	Region   string    // of the index that gathers all others; "" where there is none
	Asked    time.Time // when it was asked
	State    string    // ACTIVE when it can be relied on
	Created  time.Time
	Read     bool      // every page of what it names came in
	Named    int       // notebooks that it names
	Reported time.Time // when it last heard of the newest of them
	Refused  *Problem  // why it could not be asked, nil where it was
	Blind    string    // why it is not known which regions of other accounts it sees, "" where it is
	Missed   int       // notebooks that a live list has and the index does not
	Gone     int       // notebooks that the index names and a live list does not have
	Stray    int       // notebooks that it names in accounts of which nobody was told
}

const (
	// indexFills is how long a new index takes to fill at most, and the oldest news that
	// count: AWS says 36 hours of a first index.
	indexFills = 36 * time.Hour
	// IndexActive is the state of an index that works.
	IndexActive = "ACTIVE"
)

// Silent says why it means nothing that the index does not name a notebook, "" where it
// does mean something. What it names is worth looking after all the same.
func (x *Index) Silent() string {
	switch {
	case x.Refused != nil:
		return "it could not be asked: " + x.Refused.Message
	case x.Region == "":
		return "there is none of the whole organization"
	case !x.Read:
		return "not all of it could be read"
	case x.State != IndexActive:
		return "it is " + strings.ToLower(x.State)
	case x.Created.IsZero(), x.Asked.Sub(x.Created) < indexFills:
		return "it is younger than 36 h, and may still be filling"
	case x.Named == 0:
		return "it names no notebook instance at all, so it may not hold any"
	case x.Reported.IsZero(), x.Asked.Sub(x.Reported) > indexFills:
		return "it has heard of none of them for 36 h"
	}
	return ""
}

// Says is the index in a line, with what stands against it. It holds what AWS does not
// say: how fresh the silence of an index is.
func (x *Index) Says() string {
	if x.Region == "" {
		return "no index of AWS Resource Explorer: " + x.Silent()
	}
	out := fmt.Sprintf("AWS Resource Explorer in %s names %s", x.Region, Count(x.Named, "notebook"))
	if why := x.Silent(); why != "" {
		out += "; what it does not name counts as unknown: " + why
	}
	if x.Blind != "" {
		out += "; which regions of other accounts it sees is not known: " + x.Blind
	}
	if x.Missed > 0 {
		out += fmt.Sprintf("; missed %d that AWS lists", x.Missed)
	}
	if x.Gone > 0 {
		out += fmt.Sprintf("; %d gone since", x.Gone)
	}
	if x.Stray > 0 {
		out += fmt.Sprintf("; %d in accounts that are not looked at", x.Stray)
	}
	return out
}

// Believe reports whether a target is believed empty: the index can be relied on, the
// account has one in the region, it names no notebook there, and no earlier scan saw one.
func (x *Index) Believe(covered bool, named, kept int) bool {
	return covered && named == 0 && kept == 0 && x.Silent() == ""
}

// View is a view of an index: what a question to it can see.
type View struct {
	ARN, Scope string // Scope is the ARN of an account, of an organizational unit, or of an organization
	Filter     string // that the view adds to every question; "" where it hides nothing
}

// WholeView chooses the view that shows all of an organization and hides nothing,
// "" where there is none.
func WholeView(views []View) string {
	i := slices.IndexFunc(views, func(v View) bool {
		return v.Filter == "" && strings.Contains(v.Scope, ":organizations:") && strings.Contains(v.Scope, ":organization/")
	})
	if i < 0 {
		return ""
	}
	return views[i].ARN
}
