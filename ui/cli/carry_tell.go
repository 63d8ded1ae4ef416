package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/drive"
	"nbscope/ui/text"
)

// How a carrier says what happens to its run, and how it ends.

// tell prints what has changed: steps that are over, once AWS shows that they still
// are, and how the run stands.
func (c *carrier) tell(s *drive.Snapshot) {
	for i := range s.Run.Steps {
		step := &s.Run.Steps[i]
		if i < s.Run.At && c.states[step.Kind] != step.State && s.Stands(step) {
			c.states[step.Kind] = step.State
			note := step.Note
			if note == "" {
				note = string(step.State)
			}
			c.print(report.RunEvent{Step: string(step.Kind), State: step.Word(), Message: note})
		}
	}
	step, ok := s.Run.Step()
	if !ok {
		return
	}
	e := report.RunEvent{Step: string(step.Kind), State: stateOf(s), Message: s.Says()}
	if f := s.Flight; f != nil && f.Told && f.Progress.Status != recreate.StatusGone {
		e.Message += ": " + string(f.Progress.Status)
	}
	if f := s.Flight; f != nil && f.Progress.Moving != nil {
		m := f.Progress.Moving
		e.Moved = report.Moved{Known: true, Files: m.Files, FilesTotal: m.FilesTotal, Bytes: m.Bytes, BytesTotal: m.BytesTotal}
		e.Message += ": " + m.Says()
		if c.told.Moved.Known && c.told.Step == e.Step && c.env.Now().Sub(c.toldAt) < movedEvery {
			return // the next one says it better
		}
	}
	c.print(e)
}

// movedEvery is how often the progress of a copy is told.
const movedEvery = 2 * time.Second

// stateOf is how the current step stands.
func stateOf(s *drive.Snapshot) string {
	switch {
	case s.Flight != nil || s.Queued != nil:
		return string(recreate.StepActive)
	case s.Run.Untried():
		return string(drive.NotTried)
	case s.Run.Phase == recreate.PhaseFailed:
		return string(recreate.StepBroken)
	case s.Run.Phase == recreate.PhaseDrift:
		return "drift"
	case s.Run.Phase == recreate.PhasePaused, !s.Held && !s.Deciding && !s.Over() && s.Run.Phase != recreate.PhaseGate && s.Run.Phase != recreate.PhaseDiffer:
		return "paused"
	case s.Run.Phase == recreate.PhaseGate, s.Run.Phase == recreate.PhaseDiffer:
		return "waits"
	}
	return string(recreate.StepActive)
}

func (c *carrier) print(e report.RunEvent) {
	e.Run = c.id
	if e == c.told {
		return
	}
	e.At = c.env.Now()
	c.told, c.toldAt = e, e.At
	c.told.At = time.Time{}
	var err error
	if c.json() {
		err = e.Line(c.env.Stdout)
	} else {
		err = e.Text(c.env.Stderr)
	}
	c.broken = errors.Join(c.broken, err)
}

func (c *carrier) json() bool { return c.flags.output == string(report.JSON) }

// refuse ends before anything was done, with the reason.
func (c *carrier) refuse(v drive.Verdict, format string, args ...any) error {
	s := drive.Snapshot{ID: c.id}
	s.Run.Steps = []recreate.Step{{Kind: recreate.StepCreate}}
	return c.end(&s, v, fmt.Errorf(format, args...))
}

func (c *carrier) refuseOpenRun(s *drive.Snapshot) error {
	open := &drive.OpenRunError{Run: *s}
	if s.Kept.Unreadable() != "" {
		return c.refuse(drive.OtherRun, "%w: %s; `nbscope runs show %s` says what can be read of it", open, s.Kept.Path, s.ID)
	}
	return c.refuse(drive.OtherRun, "%w; `nbscope resume %s` goes on with it, or ends it", open, s.ID)
}

// failed ends because something could not be asked or written, before anything was
// done. A signal is not a failure.
func (c *carrier) failed(err error) error {
	s, ok := c.driver.Run(c.id)
	if !ok {
		s.ID, s.Run.Steps = c.id, []recreate.Step{{Kind: recreate.StepCreate}}
	}
	if cause := context.Cause(c.ctx); cause != nil {
		return c.end(&s, drive.Interrupted, cause)
	}
	return c.end(&s, drive.NotTried, err)
}

// end prints the last line, and returns the error that the program ends with.
func (c *carrier) end(s *drive.Snapshot, v drive.Verdict, why error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if why == nil {
		why = c.reason(s, v)
	}
	last := c.lastLine(s, v)
	if why != nil {
		last.Message = why.Error()
	}
	write := last.Text
	if c.json() {
		write = last.Line
	}
	if err := errors.Join(c.broken, write(c.env.Stdout)); err != nil {
		return err
	}
	switch v {
	case drive.Done, drive.Onward:
		if s.Problem != nil { // after what was asked for
			fmt.Fprintf(c.env.Stderr, "nbscope: run %s stands still: %s\n", c.id, text.Clean(inWords(s.Problem)))
		}
		return nil
	case drive.Waits:
		return codeError{ExitDecides, why}
	case drive.Drift, drive.OtherRun, drive.Held, drive.Unreadable:
		return codeError{ExitDrift, why}
	case drive.Failed, drive.NotTried, drive.Paused, drive.Over:
		return codeError{ExitBroke, why}
	case drive.Interrupted:
		if s.Run.Effects > 0 {
			fmt.Fprintf(c.env.Stderr, "nbscope: the run goes on with the same command, or with `nbscope resume %s`\n", c.id)
		}
	}
	return why
}

// lastLine is how the run was left. A notebook that is not this run's is none of it.
func (c *carrier) lastLine(s *drive.Snapshot, v drive.Verdict) report.RunEnd {
	step, ok := s.Run.Step()
	if !ok && len(s.Run.Steps) > 0 {
		step = s.Run.Steps[len(s.Run.Steps)-1]
	}
	out := report.RunEnd{Run: c.id, Outcome: string(v), Step: string(step.Kind)}
	if s.Looked {
		out.Replacement = s.Run.Made()
	}
	if p := s.Run.Proof; p != nil {
		out.Verified = p.Verified
	} else {
		out.Verified = s.Run.Verified
	}
	if v == drive.Done {
		out.Step = c.flags.until
	}
	return out
}

// reason says why a run is not carried on, and what can be done.
func (c *carrier) reason(s *drive.Snapshot, v drive.Verdict) error {
	goOn := howToGoOn(s, v)
	switch {
	case v == drive.Done:
		return nil
	case v == drive.Held:
		return fmt.Errorf("run %s is held by %s: it goes on there", s.ID, s.Kept.HeldBy)
	case v == drive.Unreadable:
		kept := s.Journal()
		says, _ := kept.WhatNow()
		return fmt.Errorf("run %s: %s (%s): %s. %s", s.ID, s.Kept.Unreadable(), s.Kept.Path, cmp.Or(s.Kept.Newer, s.Kept.Damaged), says)
	case v == drive.Over:
		return fmt.Errorf("run %s is over: %s; make another plan", s.ID, s.Run.Says())
	case v == drive.Waits && s.Run.Words().TurnedBack() != "":
		return fmt.Errorf("run %s: %s: the explorer goes on with it; %s", s.ID, s.Run.Words().TurnedBack(), goOn)
	case s.Problem != nil && v != drive.Drift:
		return fmt.Errorf("run %s stands still: %s; %s", s.ID, inWords(s.Problem), goOn)
	case v == drive.Drift:
		var all []string
		for _, d := range s.Differs(c.until()) {
			all = append(all, d.Says()+" ("+d.Why+")")
		}
		return fmt.Errorf("run %s stopped: %s; %s", s.ID, strings.Join(all, "; "), goOn)
	case v == drive.Waits:
		return fmt.Errorf("run %s %s; %s", s.ID, s.Run.Says(), goOn)
	case s.Run.Problem != nil:
		return fmt.Errorf("run %s: %s: %s; %s", s.ID, s.Run.Says(), inWords(s.Run.Problem), goOn)
	}
	return fmt.Errorf("run %s: %s; %s", s.ID, s.Run.Says(), goOn)
}

// howToGoOn is what can be done about a run that is not carried on, as a clause.
func howToGoOn(s *drive.Snapshot, v drive.Verdict) string {
	resume := fmt.Sprintf("`nbscope resume %s` opens it in the explorer", s.ID)
	step, _ := s.Run.Step()
	switch {
	case s.Over() && v == drive.Drift:
		return "the run is over: see to it by hand"
	case step.Kind == recreate.StepCreate && (v == drive.Failed || v == drive.NotTried) && s.Run.Effects > 0:
		return resume + ", and `nbscope apply` with its plan tries once more"
	}
	return resume
}

// inWords is a problem as a clause, with what to do about it.
func inWords(p *model.Problem) string {
	if p.Hint == "" {
		return describe(*p)
	}
	return describe(*p) + " (" + p.Hint + ")"
}
