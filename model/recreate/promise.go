package recreate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// What a replacement has to keep before anything is copied to it: places that it
// reaches, or that the direct way is closed. It is tried from inside the replacement.

// PromiseClosed is that nothing on the internet is reached but through the VPC. Every
// other promise is a place, as in model.Reach.
const PromiseClosed = "direct-closed"

// OpProbe is what a probe is called in a problem.
const OpProbe = "probe"

// PromisesNone is the word for no promise.
const PromisesNone = "none"

// PromisesBy are what a plan promises unless the user chooses: under a policy that says
// which way is right, what the replacement's setting of direct internet is for.
func PromisesBy(p model.Policy, spec *Spec) []string {
	switch {
	case p == model.PolicyReport:
		return nil
	case spec.DirectInternet == model.Enabled:
		return []string{model.DestinationPyPI, model.DestinationConda, model.DestinationS3, model.DestinationSageMaker}
	}
	return []string{PromiseClosed}
}

// ParsePromises reads a list such as "pypi,s3", or none. own are the user's places. The
// error is a sentence for the user.
func ParsePromises(words string, own []model.Destination) ([]string, error) {
	known := Promises(own)
	var out []string
	for word := range strings.SplitSeq(words, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		switch {
		case word == "" && strings.TrimSpace(words) != "", word == PromisesNone && strings.TrimSpace(strings.ToLower(words)) == PromisesNone:
			continue
		case word == "":
			return nil, errors.New("there is nothing: name places, or none")
		case !slices.Contains(known, word):
			says := fmt.Sprintf("%q is no place that can be promised: use %s or %s", word, strings.Join(known, ", "), PromisesNone)
			if near := model.Nearest(word, append(known, PromisesNone)); near != "" {
				says += "; did you mean " + near + "?"
			}
			return nil, errors.New(says)
		case !slices.Contains(out, word):
			out = append(out, word)
		}
	}
	return out, nil
}

// Promises are all that there are: places in the order in which they are shown, the
// user's own of which an address is known to try, and the closed way last.
func Promises(own []model.Destination) []string {
	out := model.Destinations()
	for _, d := range own {
		if d.Host() || d.Range.IsSingleIP() {
			out = append(out, d.Name)
		}
	}
	return append(out, PromiseClosed)
}

// PromiseWords are promises as a clause.
func PromiseWords(promises []string) string {
	var places []string
	closed := ""
	for _, p := range promises {
		if p == PromiseClosed {
			closed = "has no way out but through the VPC"
			continue
		}
		places = append(places, p)
	}
	switch {
	case len(places) == 0 && closed == "":
		return "promises nothing"
	case len(places) == 0:
		return closed
	case closed == "":
		return "reaches " + strings.Join(places, ", ")
	}
	return "reaches " + strings.Join(places, ", ") + ", and " + closed
}

// Broken is a promise that a probe has not found kept.
type Broken struct {
	Promise string `json:"promise"`
	Why     string `json:"why"`               // a clause
	Unknown bool   `json:"unknown,omitempty"` // it could not be told
}

// Says is the broken promise as a clause.
func (b *Broken) Says() string { return b.Promise + ": " + b.Why }

// broken are the promises of a plan that a probe of the replacement has not found kept.
// What was not tried is not kept.
func (p *Plan) broken(found *model.Probe) []Broken {
	var out []Broken
	for _, name := range p.Promises {
		b := Broken{Promise: name}
		if name == PromiseClosed {
			b.Why, b.Unknown = leak(found)
		} else if t, tried := found.Of(name); !tried || t.State == model.TryNot {
			b.Why, b.Unknown = "it was not tried", true
		} else if !t.State.Reached() {
			b.Why = t.State.Words() + ", " + t.Detail
		}
		if b.Why != "" {
			out = append(out, b)
		}
	}
	return out
}

// leak says how the internet is reached past the VPC, "" where it is not. A connection
// that leaves by another address than those of the notebook's interface in the VPC has
// gone through the interface that SageMaker gives for direct internet
// (appendix-notebook-and-internet-access); where nothing on the internet answers, no way
// is open.
func leak(found *model.Probe) (why string, unknown bool) {
	for _, t := range found.Results {
		if model.Hosts(t.Destination) == nil || len(t.From) == 0 {
			continue
		}
		if len(found.Own) == 0 {
			return t.Destination + " answers, and whether by the direct way is not known: " + found.OwnWhy, true
		}
		for _, from := range t.From {
			if !slices.Contains(found.Own, from) {
				return fmt.Sprintf("%s answers, and not through the VPC: the connection left from %s, and the interface there has %s", t.Destination, from, strings.Join(found.Own, ", ")), false
			}
		}
	}
	return "", false
}

// Reached is what came of the promises of a run.
type Reached struct {
	Probe  *model.Probe `json:"probe,omitempty"` // nil where nothing could be tried
	Broken []Broken     `json:"broken,omitempty"`
	Waived *Waived      `json:"waived,omitempty"` // nil as long as nobody has gone on in spite of it
}

// Waived is who went on with a replacement that has not kept what was promised.
type Waived struct {
	By string    `json:"by"` // an ARN
	At time.Time `json:"at"`
}

// probed takes in what the replacement reaches.
func (m afterEffect) probed(found *model.Probe) {
	m.Reach = &Reached{Probe: found, Broken: m.Plan.broken(found)}
	if len(m.Reach.Broken) == 0 {
		m.complete(m.Reach.note(m.Plan.Promises))
		return
	}
	m.fail(model.KindConflict, OpProbe, m.Plan.Spec.Name+" does not keep what the plan promised: "+strings.Join(m.Reach.broken(), "; "),
		"mend the network and try again, go on in spite of it, or roll back")
}

// broken are the broken promises as clauses.
func (x *Reached) broken() []string {
	out := make([]string, len(x.Broken))
	for i := range x.Broken {
		out[i] = x.Broken[i].Says()
	}
	return out
}

// note is how the promises were kept: places with their times.
func (x *Reached) note(promises []string) string {
	var out []string
	for _, name := range promises {
		if slices.ContainsFunc(x.Broken, func(b Broken) bool { return b.Promise == name }) {
			continue
		}
		if name == PromiseClosed {
			out = append(out, "the direct way is closed")
		} else if t, ok := x.Probe.Of(name); ok && t.State.Reached() {
			out = append(out, fmt.Sprintf("%s %d ms", name, t.MS))
		}
	}
	return strings.Join(out, ", ")
}

// Says is what came of the promises of a plan, on one line; "" before that.
func (x *Reached) Says(promises []string) string {
	if x == nil {
		return ""
	}
	says := "not tried"
	if x.Probe != nil {
		all := x.broken()
		if kept := x.note(promises); kept != "" {
			all = slices.Insert(all, 0, kept)
		}
		says = strings.Join(all, "; ") + ", tried " + model.Stamp(x.Probe.At)
	}
	if w := x.Waived; w != nil {
		says += "; gone on in spite of it by " + w.By + ", " + model.Stamp(w.At)
	}
	return says
}

// stakes are what it means to go on in spite of what was found.
func (x *Reached) stakes() []Risk {
	if x == nil || x.Probe == nil {
		return []Risk{high("Nobody has tried what the replacement reaches", "The data is copied to it, and the source is stopped later, on what was judged alone.")}
	}
	out := make([]Risk, 0, len(x.Broken))
	for i := range x.Broken {
		b := &x.Broken[i]
		title := "The replacement does not reach " + b.Promise
		switch {
		case b.Promise == PromiseClosed && b.Unknown:
			title = "Whether the direct way is closed is not known"
		case b.Promise == PromiseClosed:
			title = "The direct way is open"
		case b.Unknown:
			title = "Whether the replacement reaches " + b.Promise + " is not known"
		}
		out = append(out, high(title, upperFirst(b.Why)+"."))
	}
	return out
}

// waive goes on with a replacement that does not keep what was promised, or of which it
// could not be tried.
func (m decision) waive() {
	next := Reached{}
	if m.Reach != nil {
		next = *m.Reach
	}
	next.Waived = &Waived{By: m.event.By, At: m.event.At}
	note := "not tried, gone on all the same"
	m.Steps[m.At].Idle = next.Probe == nil // what was tried came to nothing
	if next.Probe != nil {
		note = Number(int64(len(next.Broken))) + " of " + Number(int64(len(m.Plan.Promises))) + " not kept, gone on all the same"
	}
	m.Reach = &next
	m.complete(note)
}
