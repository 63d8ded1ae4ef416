package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"nbscope/model/journal/v1"
	"nbscope/model/recreate"
)

// schema is the version of the format that this program writes. Version 1 had no
// state in its records; it is read, and gone on with in this version.
const schema = 2

// record is a line of a journal. The first, and the first of a later version in an
// older journal, has the version, the plan and the run; every other has an event
// with the run after it, or the intent to carry out an effect.
type record struct {
	Schema int              `json:"schema,omitempty"`
	N      int              `json:"n"` // from 1, without gaps
	At     time.Time        `json:"at"`
	Plan   *recreate.Plan   `json:"plan,omitempty"` // where the run has another one from here on
	Event  *recreate.Event  `json:"event,omitempty"`
	Intent *recreate.Effect `json:"intent,omitempty"`
	Run    *recreate.Run    `json:"run,omitempty"` // as it was decided, without its plan
}

// line is the record as it stands in the file.
func (r *record) line() ([]byte, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write record %d: %w", r.N, err)
	}
	return append(seal(raw), '\n'), nil
}

// state is a run as a record holds it.
func state(r recreate.Run) *recreate.Run {
	r.Plan = recreate.Plan{}
	return &r
}

// whole is the record that a journal of this version begins with, whatever stands
// before it.
func whole(r *recreate.Run, at time.Time) record {
	return record{Schema: schema, At: at, Plan: &r.Plan, Run: state(*r)}
}

// replayed is a journal that was read.
type replayed struct {
	run     recreate.Run
	schema  int // of the newest records
	records int
	last    recreate.Record
	size    int64  // of the records that hold
	sealed  bool   // the newest record has a sum: so has every later one
	torn    bool   // something stands behind them that is no whole record
	damaged string // why the rest cannot be used, "" when nothing is wrong
	newer   string // what a newer program wrote that this one does not know, "" for nothing
	begun   bool   // there is a run at all
}

// errNewer is a record that only a newer program understands.
type errNewer struct{ what string }

func (e errNewer) Error() string { return e.what }

// replay reads a journal as far as it holds. A last line that was not written
// whole is torn, which is what a crash leaves; anything else that does not fit is
// damage, or the work of a newer program.
func replay(raw []byte) replayed {
	var out replayed
	for len(raw) > 0 {
		end := bytes.IndexByte(raw, '\n')
		if end < 0 {
			out.torn = true
			return out
		}
		if err := out.take(raw[:end]); err != nil {
			why := fmt.Sprintf("record %d: %s", out.records+1, err)
			if _, ok := errors.AsType[errNewer](err); ok {
				out.newer = why
			} else {
				out.damaged = why
			}
			return out
		}
		out.size += int64(end + 1)
		raw = raw[end+1:]
	}
	return out
}

// take reads one record.
func (p *replayed) take(line []byte) error {
	r, err := p.decode(line)
	if err != nil {
		return err
	}
	switch {
	case r.Schema != 0 || p.records == 0:
		err = p.begin(r)
	case r.Event != nil && p.schema == 1:
		p.run, err = v1.Apply(p.run, *r.Event)
	case r.Event != nil:
		err = p.decided(r)
	case r.Intent == nil:
		err = errors.New("it holds neither an event nor an intent")
	}
	if err != nil {
		return err
	}
	p.records++
	p.last = recreate.Record{N: r.N, At: r.At, Says: r.says()}
	return nil
}

// decode tells what is no record from what a newer program wrote. That has sums, but
// for a form of its own: what has none, or a wrong one, and does not fit, is damage.
func (p *replayed) decode(line []byte) (*record, error) {
	object, sealed, whole := unseal(line)
	if sealed && !whole {
		return nil, errors.New("it is not as it was written: its sum is another")
	}
	var version struct{ Schema int }
	if err := json.Unmarshal(object, &version); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if version.Schema > schema {
		p.glimpse(object)
		return nil, errNewer{fmt.Sprintf("it is of version %d, and this program reads up to version %d", version.Schema, schema)}
	}
	if p.sealed && !sealed {
		return nil, errors.New("it has no sum, and those before it have one")
	}
	p.sealed = sealed
	r, unknown, err := p.read(object)
	if unknown != "" && !sealed {
		return nil, errors.New("no nbscope knows " + unknown)
	}
	if unknown != "" {
		return nil, errNewer{"this program does not know " + unknown}
	}
	return r, err
}

// read reads a record; unknown is what in it this program does not know, as a clause.
func (p *replayed) read(object []byte) (r *record, unknown string, err error) {
	r = &record{}
	strict := json.NewDecoder(bytes.NewReader(object))
	strict.DisallowUnknownFields()
	if strange := strict.Decode(r); strange != nil {
		if err := json.Unmarshal(object, &record{}); err != nil {
			return nil, "", fmt.Errorf("it is not a record: %w", err)
		}
		return nil, "all that is in it: " + strange.Error(), nil
	}
	if r.N != p.records+1 {
		return nil, "", fmt.Errorf("it has the number %d", r.N)
	}
	unknown = r.unknown()
	return r, unknown, nil
}

// unknown is the first word in a record that a newer program must have written.
func (r *record) unknown() string {
	word := ""
	try := func(next string) {
		if word == "" {
			word = next
		}
	}
	if r.Plan != nil {
		try(r.Plan.Unknown())
	}
	if r.Event != nil {
		try(r.Event.Unknown())
	}
	if r.Intent != nil {
		try(r.Intent.Unknown())
	}
	if r.Run != nil {
		try(r.Run.Unknown())
	}
	return word
}

// glimpse takes what can be had of a newer program's first record: which notebooks
// it is about.
func (p *replayed) glimpse(line []byte) {
	if p.begun {
		return
	}
	var r struct {
		At   time.Time
		Plan struct {
			RunID  string
			Source struct{ ARN, Name, Account, Region string }
			Spec   struct{ Name string }
		}
	}
	if json.Unmarshal(line, &r) != nil || r.Plan.RunID == "" {
		return
	}
	src := r.Plan.Source
	p.run.Plan = recreate.Plan{
		RunID: r.Plan.RunID, Spec: recreate.Spec{Name: r.Plan.Spec.Name},
		Source: recreate.Snapshot{ARN: src.ARN, Name: src.Name, Account: src.Account, Region: src.Region},
	}
	p.run.Began, p.run.Changed = r.At, r.At
}

// begin takes a record that has all there is of a run.
func (p *replayed) begin(r *record) error {
	switch {
	case r.Schema < 1 || r.Schema < p.schema:
		return fmt.Errorf("it is of version %d", r.Schema)
	case r.Plan == nil:
		return errors.New("it holds no plan")
	case r.Schema == 1 && p.records > 0:
		return errors.New("it begins the run again")
	case r.Schema == 1:
		p.run = v1.Begin(*r.Plan, r.At)
	default:
		if err := p.decided(r); err != nil {
			return err
		}
	}
	p.schema, p.begun = r.Schema, true
	return nil
}

// decided takes a run as it was decided. Nothing of it is decided again: a later
// program knows other steps and checks.
func (p *replayed) decided(r *record) error {
	if r.Run == nil {
		return errors.New("it holds no run")
	}
	plan := p.run.Plan
	if r.Plan != nil {
		plan = *r.Plan
	}
	next := *r.Run
	next.Plan = plan
	if why := next.Unsound(); why != "" {
		return errors.New("it holds no run that can be continued: " + why)
	}
	p.run = next
	return nil
}

// says is what a record is about, in a few words.
func (r *record) says() string {
	switch {
	case r.Event != nil && r.Event.Effect != 0:
		return fmt.Sprintf("effect %d %s", r.Event.Effect, r.Event.Kind)
	case r.Event != nil && r.Event.Step != "":
		return string(r.Event.Kind) + " " + string(r.Event.Step)
	case r.Event != nil:
		return string(r.Event.Kind)
	case r.Intent != nil:
		return fmt.Sprintf("about to %s for %s (effect %d)", r.Intent.Kind, r.Intent.Step, r.Intent.ID)
	}
	return "the plan"
}
