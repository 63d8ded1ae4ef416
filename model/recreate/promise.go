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
func (r *Run) probed(found *model.Probe, at time.Time) *Effect {
	broken := r.Plan.broken(found)
	r.Reach = &Reached{Probe: found, Broken: broken}
	if len(broken) == 0 {
		return r.complete(r.reachNote(), at)
	}
	says := make([]string, len(broken))
	for i := range broken {
		says[i] = broken[i].Says()
	}
	r.Phase, r.Problem = PhaseFailed, &model.Problem{
		Kind: model.KindConflict, Operation: OpProbe, Target: r.Plan.Target(),
		Message: r.Plan.Spec.Name + " does not keep what the plan promised: " + strings.Join(says, "; "),
		Hint:    "mend the network and try again, go on in spite of it, or roll back",
	}
	return nil
}

// reachNote is how the promises were kept: places with their times.
func (r *Run) reachNote() string {
	var out []string
	for _, name := range r.Plan.Promises {
		if slices.ContainsFunc(r.Reach.Broken, func(b Broken) bool { return b.Promise == name }) {
			continue
		}
		if name == PromiseClosed {
			out = append(out, "the direct way is closed")
		} else if t, ok := r.Reach.Probe.Of(name); ok && t.State.Reached() {
			out = append(out, fmt.Sprintf("%s %d ms", name, t.MS))
		}
	}
	return strings.Join(out, ", ")
}

// waive goes on with a replacement that does not keep what was promised, or of which it
// could not be tried.
func (r *Run) waive(e *Event) *Effect {
	next := Reached{}
	if r.Reach != nil {
		next = *r.Reach
	}
	next.Waived = &Waived{By: e.By, At: e.At}
	note := "not tried, gone on all the same"
	r.Steps[r.At].Idle = next.Probe == nil // what was tried came to nothing
	if next.Probe != nil {
		note = Number(int64(len(next.Broken))) + " of " + Number(int64(len(r.Plan.Promises))) + " not kept, gone on all the same"
	}
	r.Reach = &next
	return r.complete(note, e.At)
}

// unkept reports whether the run stands before the copy because of what the replacement
// reaches, or because that could not be tried.
func (r *Run) unkept() bool { return r.Phase == PhaseFailed && r.def().Kind == StepReach }

// unkeptStakes are what it means to go on in spite of a promise.
func (r *Run) unkeptStakes() []Risk {
	if r.Reach == nil || r.Reach.Probe == nil {
		return []Risk{high("Nobody has tried what the replacement reaches", "The data is copied to it, and the source is stopped later, on what was judged alone.")}
	}
	out := make([]Risk, 0, len(r.Reach.Broken))
	for i := range r.Reach.Broken {
		b := &r.Reach.Broken[i]
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

// ReachSays is what came of the run's promises, on one line; "" before that.
func (r *Run) ReachSays() string {
	if r.Reach == nil {
		return ""
	}
	says := "not tried"
	if r.Reach.Probe != nil {
		all := make([]string, 0, 1+len(r.Reach.Broken))
		if kept := r.reachNote(); kept != "" {
			all = append(all, kept)
		}
		for i := range r.Reach.Broken {
			all = append(all, r.Reach.Broken[i].Says())
		}
		says = strings.Join(all, "; ") + ", tried " + model.Stamp(r.Reach.Probe.At)
	}
	if w := r.Reach.Waived; w != nil {
		says += "; gone on in spite of it by " + w.By + ", " + model.Stamp(w.At)
	}
	return says
}
