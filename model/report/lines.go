package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// RunEvent is a line about a run on its way.
type RunEvent struct {
	At      time.Time
	Run     string
	Step    string
	State   string // of the step: pending, active, done, skipped, failed, not tried; waits, drift, paused for where the run stands in it
	Message string
	Moved   Moved // of a copy, or a comparison
}

// Moved is how far the data has come. Its zero value is nothing.
type Moved struct {
	Known                                bool
	Files, FilesTotal, Bytes, BytesTotal int64 // a total of 0 is not known yet
}

// RunEnd is the last line about a run that was carried.
type RunEnd struct {
	Run         string
	Outcome     string // done, waits, drift, other run, held, unreadable, failed, not tried, paused, over, interrupted
	Step        string // "" where it is not known
	Replacement string // its ARN, "" while there is none

	Verified *recreate.Verified // what was compared, nil for nothing
}

type jsonRunEvent struct {
	At      string `json:"at"`
	Run     string `json:"run"`
	Step    string `json:"step"`
	State   string `json:"state"`
	Message string `json:"message"`

	Progress *jsonMoved `json:"progress,omitempty"`
}

type jsonMoved struct {
	Files      int64 `json:"files"`
	FilesTotal int64 `json:"filesTotal"`
	Bytes      int64 `json:"bytes"`
	BytesTotal int64 `json:"bytesTotal"`
}

// jsonCompared is what was compared, as the contract has it.
type jsonCompared struct {
	Files       int64  `json:"files"`
	Bytes       int64  `json:"bytes"`
	Source      string `json:"source"`      // digest
	Replacement string `json:"replacement"` // digest
	Missing     int64  `json:"missing"`
	Extra       int64  `json:"extra"`
	Differing   int64  `json:"differing"`
	NotCompared int64  `json:"notCompared"`
	Accepted    int64  `json:"accepted"`
	Open        int64  `json:"open"`
	At          string `json:"at"`
	Differences string `json:"differences,omitempty"` // the name of the file with all, beside the journal
}

func comparedOf(v *recreate.Verified) *jsonCompared {
	if v == nil {
		return nil
	}
	return &jsonCompared{
		v.Source.Files, v.Source.Bytes, v.Source.Digest, v.Replacement.Digest, v.Missing, v.Extra, v.Differing, v.NotCompared,
		v.Accepted, v.Open(), model.Stamp(v.At), v.File,
	}
}

type jsonRunEnd struct {
	Run         string `json:"run"`
	Outcome     string `json:"outcome"`
	Step        string `json:"step"`
	Replacement string `json:"replacement,omitempty"`

	Proof *jsonCompared `json:"proof,omitempty"`
}

// Line prints the event as one line of JSON.
func (e *RunEvent) Line(w io.Writer) error {
	out := jsonRunEvent{At: model.Stamp(e.At), Run: e.Run, Step: e.Step, State: e.State, Message: safe(e.Message)}
	if m := e.Moved; m.Known {
		out.Progress = &jsonMoved{m.Files, m.FilesTotal, m.Bytes, m.BytesTotal}
	}
	return oneLine(w, out)
}

// Text prints the event as one line for a person.
func (e *RunEvent) Text(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s %s %s: %s\n", model.Stamp(e.At), safe(e.Step), e.State, safe(e.Message))
	return err
}

// Line prints the end as one line of JSON.
func (e *RunEnd) Line(w io.Writer) error {
	return oneLine(w, jsonRunEnd{safe(e.Run), e.Outcome, safe(e.Step), safe(e.Replacement), comparedOf(e.Verified)})
}

// Text prints the end for a person.
func (e *RunEnd) Text(w io.Writer) error {
	text := fmt.Sprintf("run %s: %s", safe(e.Run), e.Outcome)
	if e.Step != "" {
		text += " at " + safe(e.Step)
	}
	if e.Replacement != "" {
		text += ", replacement " + safe(e.Replacement)
	}
	if e.Verified != nil {
		text += ", " + e.Verified.Says()
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

func oneLine(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode JSON: %w", err)
	}
	_, err := b.WriteTo(w)
	return err
}
