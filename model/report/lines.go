package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// RunEvent is a line about a run on its way.
type RunEvent struct {
	At      time.Time
	Run     string
	Step    string
	State   string // of the step: pending, active, done, skipped, failed, not tried; waits, drift, paused for where the run stands in it
	Message string
}

// RunEnd is the last line about a run that was carried.
type RunEnd struct {
	Run         string
	Outcome     string // done, waits, drift, other run, held, unreadable, failed, not tried, paused, over, interrupted
	Step        string // "" where it is not known
	Replacement string // its ARN, "" while there is none
}

type jsonRunEvent struct {
	At      string `json:"at"`
	Run     string `json:"run"`
	Step    string `json:"step"`
	State   string `json:"state"`
	Message string `json:"message"`
}

type jsonRunEnd struct {
	Run         string `json:"run"`
	Outcome     string `json:"outcome"`
	Step        string `json:"step"`
	Replacement string `json:"replacement,omitempty"`
}

// Line prints the event as one line of JSON.
func (e *RunEvent) Line(w io.Writer) error {
	return oneLine(w, jsonRunEvent{timestamp(e.At), e.Run, e.Step, e.State, safe(e.Message)})
}

// Text prints the event as one line for a person.
func (e *RunEvent) Text(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s %s %s: %s\n", timestamp(e.At), safe(e.Step), e.State, safe(e.Message))
	return err
}

// Line prints the end as one line of JSON.
func (e *RunEnd) Line(w io.Writer) error {
	return oneLine(w, jsonRunEnd{safe(e.Run), e.Outcome, safe(e.Step), safe(e.Replacement)})
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
