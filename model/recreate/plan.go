package recreate

import (
	"strings"
	"time"

	"nbscope/model"
)

// Plan says what a run would do: the source as it was seen, the spec of its
// replacement, who would do it, and what was checked. It is applied unchanged or
// not at all. What follows from these (the changes, steps, commands, controls) is
// derived, so that it cannot disagree.
type Plan struct {
	RunID      string         `json:"runId"`
	Made       time.Time      `json:"made"`
	Direction  Direction      `json:"direction"`
	Source     Snapshot       `json:"source"`
	Spec       Spec           `json:"spec"` // with the tags of the run
	Transport  Transport      `json:"transport"`
	Bucket     string         `json:"bucket,omitempty"`     // the name of the one that TransportS3 goes through; "" for one that the user has to name
	MakeBucket bool           `json:"makeBucket,omitempty"` // where there is none of that name, it is made: the user has said so
	Auto       bool           `json:"auto,omitempty"`       // nobody insists on Transport: the copy takes another one where that is no way, and says so
	Promises   []string       `json:"promises,omitempty"`   // what the replacement has to keep before the copy, as in Promises; none: nobody asks
	Policy     model.Policy   `json:"policy"`
	Identity   model.Identity `json:"identity"`
	Keep       time.Duration  `json:"keep,omitempty"`   // how long the stopped source is kept, in nanoseconds; 0: DefaultKeep
	Theirs     []Drift        `json:"theirs,omitempty"` // what somebody else changed of the source since the plan before, or since it was first seen
	Checks     []Check        `json:"preflight,omitempty"`
	Cost       Cost           `json:"cost"`

	// How the source's network was judged when the plan was made, and what the
	// replacement would reach; "" where it was not judged.
	Egress      model.Verdict `json:"egress,omitempty"`
	EgressAfter model.Verdict `json:"egressAfter,omitempty"`

	Survey      *Survey `json:"survey,omitempty"`      // what is in the source, where somebody has looked before
	LooksInside bool    `json:"looksInside,omitempty"` // both notebooks are looked into before anything is copied

	Idle    IdleStop `json:"idle,omitzero"`     // what may stop either notebook in the middle of a copy
	Scripts *Scripts `json:"scripts,omitempty"` // which scripts name the source; nil where none was read for it
}

// NewPlan makes the plan of a run. The spec gets the tags of the run.
func NewPlan(runID string, made time.Time, source Snapshot, spec Spec) Plan {
	return Plan{
		RunID: runID, Made: made.UTC().Round(0), Direction: DirectionTo(&source, spec.DirectInternet), Source: source,
		Spec: spec.withRun(runID, source.ARN), Transport: TransportManual, Policy: model.PolicyConnect, LooksInside: true,
	}
}

// ReplacementARN is the ARN that the replacement has or will have: AWS writes the
// name in small letters.
func (p *Plan) ReplacementARN() string {
	head, _, ok := strings.Cut(p.Source.ARN, "/")
	if !ok {
		return ""
	}
	return head + "/" + strings.ToLower(p.Spec.Name)
}

// Weigh holds the plan against the facts: who would do it, what preflight says,
// what it costs, and what the replacement would reach.
func (p *Plan) Weigh(f Facts) {
	p.Identity = f.Identity
	p.Checks = Preflight(&p.Source, p.Spec, p.Direction, f)
	p.Cost = CostOf(&p.Source, p.Spec, f.Prices)
	p.Judge(f.Egress)
	p.Scripts = scriptsNaming(p, &f)
	p.Survey = f.Survey.Value
	p.Idle = IdleStop{Source: idleOf(p.Source.LifecycleName, f.SourceLifecycle), Replacement: idleOf(p.Spec.LifecycleName, f.Lifecycle)}
	p.Checks = append(p.Checks, p.DataChecks(f.Survey)...)
}

// bucketToMake is the bucket that the plan makes, "" for none.
func (p *Plan) bucketToMake() string {
	if p.MakeBucket {
		return p.Bucket
	}
	return ""
}

// KeyHead begins the keys of all objects that any run has.
const KeyHead = "nbscope/"

// KeyPrefix begins the keys of all objects of the run: no other run's begin so, and no
// other notebook's of that name.
func (p *Plan) KeyPrefix() string {
	return KeyHead + strings.Join([]string{p.Source.Account, p.Source.Region, p.Source.Name, p.RunID}, "/")
}

// Target is where both notebooks live.
func (p *Plan) Target() model.Target { return p.Source.Target() }

// Cost is what the run costs, in the currency named. What is not known is absent,
// with the reason.
type Cost struct {
	Currency       string   `json:"currency"`
	InstanceHour   *float64 `json:"instancePerHour,omitempty"`  // of the replacement's type
	SourceHour     *float64 `json:"sourcePerHour,omitempty"`    // of the source's type
	VolumeMonth    *float64 `json:"volumePerGBMonth,omitempty"` // of storage, also while stopped
	OverlapPerHour *float64 `json:"overlapPerHour"`             // both running, with both volumes
	KeptPerMonth   *float64 `json:"keptPerMonth,omitempty"`     // the stopped source's volume
	Unknown        string   `json:"unknown,omitempty"`          // why a price is missing
	AsOf           string   `json:"asOf,omitempty"`             // the price list's date
}
