package recreate

import (
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// EffectKind is what is to be done.
type EffectKind string

// The kinds of effects. The first three change nothing.
const (
	EffectObserve EffectKind = "observe" // describe both notebooks, with their tags
	EffectSettle  EffectKind = "settle"  // the same, patiently: a call is in doubt and its mark may take a while to be seen
	EffectWait    EffectKind = "wait"    // poll one notebook until it has one of the statuses of Until, or has failed
	EffectCreate  EffectKind = "create"
	EffectStart   EffectKind = "start"
	EffectStop    EffectKind = "stop"
	EffectUpdate  EffectKind = "update" // set the platform to the one of the plan, in place
	EffectDelete  EffectKind = "delete"
	EffectCopy    EffectKind = "copy"   // move the data; taken up where it was left
	EffectVerify  EffectKind = "verify" // compare both notebooks, name by name
	EffectClean   EffectKind = "clean"  // end a copy, and take away what it has left in both
	EffectProbe   EffectKind = "probe"  // try from inside the replacement what it reaches
	EffectSurvey  EffectKind = "survey" // look into both notebooks
)

// effectDef is a row of the table of effects.
type effectDef struct {
	kind   EffectKind
	verb   string
	action string // the API call that it makes, as IAM spells it; "" when it only looks
	moves  bool   // it is about the data
}

// def is the row of a kind; of one that there is not nothing is known.
func (k EffectKind) def() (d effectDef, known bool) {
	for _, d := range [...]effectDef{
		{EffectObserve, "looking", "", false},
		{EffectSettle, "in doubt, looking", "", false},
		{EffectWait, "waiting", "", false},
		{EffectCreate, "creating", "sagemaker:CreateNotebookInstance", false},
		{EffectStart, "starting", "sagemaker:StartNotebookInstance", false},
		{EffectStop, "stopping", "sagemaker:StopNotebookInstance", false},
		{EffectUpdate, "updating", "sagemaker:UpdateNotebookInstance", false},
		{EffectDelete, "deleting", "sagemaker:DeleteNotebookInstance", false},
		{EffectCopy, "copying", callPresign, true},
		{EffectVerify, "comparing", callPresign, true},
		{EffectClean, "ending", callPresign, true},
		{EffectProbe, "trying", callPresign, false},
		{EffectSurvey, "looking inside", callPresign, true},
	} {
		if d.kind == k {
			return d, true
		}
	}
	return effectDef{verb: string(k)}, false
}

// Mutates reports whether the effect changes something in the account.
func (k EffectKind) Mutates() bool {
	d, known := k.def()
	return !known || d.action != ""
}

// Moves reports whether the effect is about the data: it works inside both notebooks,
// may last for hours, and is taken up again where it was left.
func (k EffectKind) Moves() bool { d, _ := k.def(); return d.moves }

// Inside reports whether the effect works inside notebooks: it leaves no doubt about
// the account, and is begun again where it was left.
func (k EffectKind) Inside() bool { return k.Moves() || k == EffectProbe }

// Action is the API call that the effect makes, as IAM spells it; "" when it only
// looks.
func (k EffectKind) Action() string { d, _ := k.def(); return d.action }

// Verb is what an effect of the kind does, in a word or two.
func (k EffectKind) Verb() string { d, _ := k.def(); return d.verb }

// Effect is one thing to be carried out for a run. At most one effect of a run is
// in flight at a time, and its outcome comes back as an Event with its number.
type Effect struct {
	ID     int            `json:"id"` // number within the run, from 1, never used twice
	Kind   EffectKind     `json:"kind"`
	Step   StepKind       `json:"step"`
	Target model.Target   `json:"target"`
	On     Side           `json:"on,omitempty"`   // for what concerns one notebook
	Name   string         `json:"name,omitempty"` // of that notebook
	Until  []model.Status `json:"until,omitempty"`
	Spec   *Spec          `json:"spec,omitempty"` // for create; its Platform for update

	Source      string `json:"source"`      // the source's name, for observe and settle
	Replacement string `json:"replacement"` // the replacement's name
}

// StatusGone stands among the statuses of Effect.Until for a notebook that does
// not exist any more.
const StatusGone model.Status = ""

// EventKind is what happened.
type EventKind string

// The kinds of events. The first three are outcomes of effects, the others come
// from the user.
const (
	EventDone     EventKind = "done"     // the effect was carried out; Observed for what looks
	EventFailed   EventKind = "failed"   // the effect was certainly not carried out
	EventDoubted  EventKind = "doubted"  // whether the effect was carried out is not known
	EventApproved EventKind = "approved" // the user opened the gate of Step
	EventAttested EventKind = "attested" // the user says, in Typed, that the data was copied
	EventHalted   EventKind = "halted"   // finish this call, then stop
	EventResumed  EventKind = "resumed"  // go on: look at AWS first
	EventRetry    EventKind = "retry"    // back to the gate of the step that failed
	EventAmended  EventKind = "amended"  // another plan, in Plan, after the creation failed or the source changed before it
	EventAccepted EventKind = "accepted" // the user has seen how the notebooks differ from the plan, or the data in Accepts, or what is not reached or in the way of the copy, and goes on
	EventRollback EventKind = "rollback" // remove the replacement, whose name is in Typed
	EventClosed   EventKind = "closed"   // end the run and leave both notebooks as they are
	EventRecopy   EventKind = "recopy"   // copy again what differs by now, and compare again
	EventRerouted EventKind = "rerouted" // from here on the data goes by Transport
)

// Event is what happened to a run.
type Event struct {
	Kind        EventKind      `json:"kind"`
	At          time.Time      `json:"at"`
	By          string         `json:"by,omitempty"`          // the ARN of who decided, for what users decide
	Step        StepKind       `json:"step,omitempty"`        // the gate that was opened
	Effect      int            `json:"effect,omitempty"`      // whose outcome it is
	Fingerprint string         `json:"fingerprint,omitempty"` // of the plan that was approved
	Typed       string         `json:"typed,omitempty"`       // what the user typed
	Sentence    string         `json:"sentence,omitempty"`    // what the user typed beside the name: EarlyText
	Update      bool           `json:"update,omitempty"`      // of a rollback: the source is updated in place first, as WayBack says
	Observed    *Observation   `json:"observed,omitempty"`
	Problem     *model.Problem `json:"problem,omitempty"`
	Plan        *Plan          `json:"plan,omitempty"`
	RequestID   string         `json:"requestId,omitempty"`  // of the call, for a support case
	Calls       int            `json:"calls,omitempty"`      // API calls that the effect made
	Verified    *Verified      `json:"verified,omitempty"`   // what was compared
	Probed      *model.Probe   `json:"probed,omitempty"`     // what the replacement reaches
	Surveyed    *Survey        `json:"surveyed,omitempty"`   // what is in both notebooks
	Accepts     []Difference   `json:"accepts,omitempty"`    // the differences that are accepted, each by its id
	Pasted      []string       `json:"pasted,omitempty"`     // of what is attested: the lines that both notebooks have printed
	Transport   Transport      `json:"transport,omitempty"`  // of EventRerouted; of a copy that is done, where the plan left the choice free
	Bucket      string         `json:"bucket,omitempty"`     // beside it
	MakeBucket  bool           `json:"makeBucket,omitempty"` // of EventRerouted, as in a plan
	Why         string         `json:"why,omitempty"`        // of that choice, as a clause; of EventRerouted: it was chosen by what is known, and may be found wrong
}

// Observation is what both notebooks are at a time; nil for one that does not
// exist.
type Observation struct {
	Source      *Snapshot `json:"source,omitempty"`
	Replacement *Snapshot `json:"replacement,omitempty"`
}

// Progress is what a wait, or a copy, sees on its way. It is shown and not kept.
type Progress struct {
	Status  model.Status
	Reason  string // of a failure
	Looks   int    // how often AWS was asked
	Problem *model.Problem
	Moving  *Moving // of what is about the data
}

// Says is the progress as a clause; "" where there is nothing to say.
func (p *Progress) Says() string {
	switch {
	case p.Moving != nil:
		return p.Moving.Says()
	case p.Looks > 0:
		return statusWords(p.Status) + ", looked " + numbered(int64(p.Looks), "time")
	}
	return ""
}

// Moving is how far a copy, or a comparison, has come.
type Moving struct {
	Stage      string // what is being done, as a clause: "reading the source", "sending"
	Files      int64
	FilesTotal int64 // 0: not known yet
	Bytes      int64
	BytesTotal int64   // 0: not known yet
	Rate       float64 // bytes a second, over the last while; 0: not known
	Part       int64   // the newest part that arrived; 0: none
	Again      int64   // parts that had to be sent again
	Bound      string  // what bounds the rate, as a phrase; "" where it is not known
	Remarks    []string
}

// Says is how far it is, on one line.
func (m *Moving) Says() string {
	out := []string{m.Stage}
	of := func(n, total int64, words func(int64) string, unit string) {
		switch {
		case total > 0:
			out = append(out, words(n)+" of "+words(total)+unit)
		case n > 0:
			out = append(out, words(n)+unit)
		}
	}
	of(m.Bytes, m.BytesTotal, Size, "")
	of(m.Files, m.FilesTotal, Number, " files")
	if m.Rate > 0 {
		rate := Size(int64(m.Rate)) + "/s"
		if m.Bound != "" {
			rate += ", bound by " + m.Bound
		}
		out = append(out, rate)
	}
	if left := m.Left(); left > 0 {
		out = append(out, model.Age(left)+" left")
	}
	if m.Part > 0 {
		part := "part " + Number(m.Part)
		if m.Again > 0 {
			part += ", " + Number(m.Again) + " sent again"
		}
		out = append(out, part)
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), ", ")
}

// Left is how long it takes at this rate; 0 where that is not known.
func (m *Moving) Left() time.Duration {
	if m.Rate <= 0 || m.BytesTotal <= m.Bytes {
		return 0
	}
	return time.Duration(float64(m.BytesTotal-m.Bytes) / m.Rate * float64(time.Second)).Round(time.Second)
}
