package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/drive"
	"nbscope/ui/text"
)

// carryFlags are the flags of the commands that carry a run without the explorer.
type carryFlags struct {
	transportFlags

	until  string
	output string
}

func (f *carryFlags) register(flags *pflag.FlagSet, until string) {
	flags.StringVar(&f.until, "until", until, "carry the run up to this `step`: "+strings.Join(steps(), ", "))
	f.transportFlags.register(flags, "as planned")
	flags.StringVarP(&f.output, "output", "o", string(report.Text), "the `format`: text; or json: a line for each event, then one for the end")
}

func carryFormats() []report.Format { return []report.Format{report.Text, report.JSON} }

// steps are the words of --until.
func steps() []string {
	out := make([]string, 0, len(drive.Untils()))
	for _, u := range drive.Untils() {
		out = append(out, string(u))
	}
	return out
}

func (f *carryFlags) check() error {
	if err := f.transportFlags.check(); err != nil {
		return err
	}
	if !slices.Contains(drive.Untils(), drive.Until(f.until)) {
		return usagef("--until %q: use create, wait, copy, verify or stop%s", f.until, didYouMean(f.until, steps()))
	}
	if _, err := report.ParseFormat(f.output, carryFormats()); err != nil {
		return usagef("--output: %w", err)
	}
	return nil
}

// carrier carries one run as far as no decision of the user's is due.
type carrier struct {
	ctx     context.Context //nolint:containedctx // a carrier lives as long as its command
	env     *Env
	session Session
	driver  *drive.Driver
	flags   *carryFlags
	id      string // of the run
	by      string // the ARN of who is signed in
	again   bool   // a step had failed before, and is to be tried once more

	heard chan struct{} // told when something happened

	mu      sync.Mutex
	refused error           // a decision, or the beginning, that did not come to be
	told    report.RunEvent // last
	toldAt  time.Time
	states  map[recreate.StepKind]recreate.StepState // of the steps, as told
	broken  error                                    // standard output cannot be written to
	ended   bool                                     // the last line is written, and nothing comes after it
}

// openCarrier signs in lazily, and reads the journals. Whatever is in the way of that,
// but for a mistake in the settings, ends with a last line like every other end.
func openCarrier(ctx context.Context, env *Env, s *Settings, given *pflag.FlagSet, f *carryFlags, id string) (*carrier, error) {
	if err := s.complete(given, env); err != nil {
		return nil, err
	}
	s.NoCache = true // one notebook must not replace what is kept of all
	c := newCarrier(ctx, env, f, id)
	session, err := env.Open(ctx, *s)
	if ExitCode(err) == ExitUsage {
		return nil, err
	} else if err != nil {
		return nil, c.failed(err)
	}
	c.session = session
	if session.Runs == nil {
		return nil, c.closed(c.failed(errors.New("there is no place for the journals of runs: set HOME or XDG_STATE_HOME")))
	}
	c.driver = session.driver(env)
	c.driver.Subscribe(c.hear)
	c.driver.Start(ctx)
	if err := c.driver.Load(); err != nil {
		return nil, c.closed(c.failed(err))
	}
	return c, nil
}

func newCarrier(ctx context.Context, env *Env, f *carryFlags, id string) *carrier {
	return &carrier{
		ctx: ctx, env: env, flags: f, id: id,
		heard: make(chan struct{}, 1), states: map[recreate.StepKind]recreate.StepState{},
		driver:  drive.New(drive.Config{Now: env.Now}), // of no run, until the journals are read
		session: Session{Close: func() error { return nil }},
	}
}

// closed lets everything go.
func (c *carrier) closed(err error) error {
	ended := errors.Join(c.driver.Close(), c.session.Close())
	if err == nil {
		return ended
	}
	if ended != nil {
		fmt.Fprintf(c.env.Stderr, "nbscope: %s\n", text.Clean(ended.Error()))
	}
	return err
}

// signIn says who carries the run, and unlocks writes to its account, and to no
// other.
func (c *carrier) signIn(t model.Target) error {
	who, err := c.session.Backend.Identify(c.ctx, t)
	if err != nil {
		return c.failed(err)
	}
	c.by = who.ARN
	return c.driver.Unlock(t.Account, t.Account)
}

// begin begins the run of a plan that was approved, and carries it.
func (c *carrier) begin(p recreate.Plan) error {
	if err := c.driver.Begin(p, recreate.Event{
		Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint(), By: c.by,
	}); err != nil {
		return c.failed(err)
	}
	for {
		if _, ok := c.driver.Run(p.RunID); ok {
			return c.carry(p.Fingerprint())
		}
		if err := c.refusal(); err != nil {
			return c.notBegun(p.Fingerprint(), err)
		}
		<-c.heard
	}
}

// notBegun goes on with the run where somebody else has applied the same plan since
// the journals were read, and says else why there is none.
func (c *carrier) notBegun(approved string, err error) error {
	if open, ok := errors.AsType[*drive.OpenRunError](err); ok {
		return c.refuseOpenRun(&open.Run)
	}
	held, ok := errors.AsType[*recreate.HeldError](err)
	if !ok && !errors.Is(err, fs.ErrExist) {
		return c.failed(err)
	}
	if unread := c.driver.Load(); unread != nil {
		return c.failed(errors.Join(err, unread))
	}
	if _, known := c.driver.Run(c.id); known {
		c.mu.Lock()
		c.refused = nil
		c.mu.Unlock()
		return c.carry(approved)
	}
	if held != nil { // its first record is not there yet
		return c.refuse(drive.Held, "run %s is held by %s", c.id, held.By)
	}
	return c.failed(err)
}

// goOn carries a run that was begun before. What nobody can go on with needs no
// sign-in to be told. A step that had failed is tried once more where that needs no
// decision.
func (c *carrier) goOn(approved string) error {
	s, _ := c.driver.Run(c.id)
	v, _ := s.Carry(c.until(), approved)
	c.again = s.Run.Phase == recreate.PhaseFailed
	if v == drive.Onward || s.Run.Outcome == recreate.OutcomeDone {
		if err := c.signIn(s.Run.Plan.Target()); err != nil {
			return err
		}
	}
	return c.carry(approved)
}

// carry goes on with the run until there is a verdict.
func (c *carrier) carry(approved string) error {
	for {
		s, ok := c.driver.Run(c.id)
		if !ok {
			return c.failed(fmt.Errorf("there is no run %s any more", c.id))
		}
		if c.ctx.Err() != nil && s.Flight == nil && !s.Deciding {
			return c.end(&s, drive.Interrupted, context.Cause(c.ctx))
		}
		if s.Over() {
			if err := c.look(&s); err != nil {
				return c.failed(err)
			}
		}
		v, e, err := c.onward(&s, approved)
		if err != nil {
			return err
		}
		err = c.refusal()
		if _, held := errors.AsType[*recreate.HeldError](err); held {
			return c.end(&s, drive.Held, err)
		}
		if err != nil && e != nil {
			return c.failed(err) // not once more
		}
		if v != drive.Onward {
			return c.end(&s, v, nil)
		}
		if e == nil || !c.decided(e) {
			<-c.heard
		}
	}
}

// decided hands a decision to the driver; false while the run is busy.
func (c *carrier) decided(e *recreate.Event) bool {
	e.By = c.by
	_, busy := errors.AsType[*drive.RefusedError](c.driver.Decide(c.id, *e))
	return !busy // else it is decided, or the program is ending
}

func (c *carrier) until() drive.Until { return drive.Until(c.flags.until) }

// look looks at the replacement of a run that is over: its journal takes no look any
// more, and what was done then may be gone.
func (c *carrier) look(s *drive.Snapshot) error {
	if s.Run.Outcome != recreate.OutcomeDone {
		return nil
	}
	now, err := c.session.Backend.Snapshot(c.ctx, s.Run.Plan.Target(), s.Run.Plan.Spec.Name)
	s.Looked, s.Run.Replacement = true, &now
	if p, ok := errors.AsType[model.Problem](err); ok && p.Kind == model.KindNotFound {
		s.Run.Replacement = nil
		return nil
	}
	return err
}

// onward is what is to be done next: another way for the data where the flags name one,
// else what carries the run on.
func (c *carrier) onward(s *drive.Snapshot, approved string) (drive.Verdict, *recreate.Event, error) {
	if e, err := c.reroute(&s.Run, s.Can(recreate.EventRerouted)); e != nil || err != nil {
		return drive.Onward, e, err
	}
	v, e := s.Carry(c.until(), approved)
	if c.again && s.Again(c.until(), approved) {
		c.again = false
		return drive.Onward, &recreate.Event{Kind: recreate.EventRetry}, nil
	}
	return v, e, nil
}

// refusal is what was refused so far.
func (c *carrier) refusal() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// hear tells what happens to the run.
func (c *carrier) hear(n drive.Notice) {
	if n.ID != c.id {
		return
	}
	c.mu.Lock()
	if n.Problem != nil && n.Event != recreate.EventHalted {
		c.refused = n.Problem
	}
	if n.Run.Run.Steps != nil && !c.ended { // a notice may come later than what it tells of is seen
		c.tell(&n.Run)
	}
	c.mu.Unlock()
	select {
	case c.heard <- struct{}{}:
	default:
	}
}

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
	case s.UnderWay() || s.Interrupted():
	case s.Run.Untried():
		return string(drive.NotTried)
	case s.Run.Phase == recreate.PhaseFailed:
		return string(recreate.StepBroken)
	case s.Run.Phase == recreate.PhaseDrift:
		return "drift"
	case s.Run.Phase == recreate.PhasePaused:
		return "paused"
	case s.Run.Phase == recreate.PhaseGate:
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
	goOn := fmt.Sprintf("`nbscope resume %s` opens it in the explorer", s.ID)
	if step, ok := s.Run.Step(); ok && step.Kind == recreate.StepCreate && (v == drive.Failed || v == drive.NotTried) && s.Run.Effects > 0 {
		goOn += ", and `nbscope apply` with its plan tries once more"
	}
	if s.Over() && v == drive.Drift {
		goOn = "the run is over: see to it by hand"
	}
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

// inWords is a problem as a clause, with what to do about it.
func inWords(p *model.Problem) string {
	if p.Hint == "" {
		return describe(*p)
	}
	return describe(*p) + " (" + p.Hint + ")"
}
