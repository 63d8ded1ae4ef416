package cli

import (
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
		driver: drive.New(drive.Config{Now: env.Now}), // of no run, until the journals are read
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
