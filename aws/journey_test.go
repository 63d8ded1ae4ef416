package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/journal"
	"nbscope/model/recreate"
)

// journey is a run that goes all the way: the real client over HTTP, the simulated
// AWS in fast time, and a journal on disk.
type journey struct {
	t      *testing.T
	sim    *sim.Server
	url    string
	dir    string
	source recreate.Snapshot
	client *Client
	book   *journal.Book
	next   []recreate.Effect
	after  func() // is called whenever the run has moved on
	wrap   func(recreate.Performer) recreate.Performer
	mover  *carrier

	transport recreate.Transport // of the plan; "": by hand
}

const (
	journeyScale = 6000 // five minutes of AWS's are 50 ms
	journeyLook  = 4 * time.Millisecond
)

// sourceCase is what the source of a journey is.
type sourceCase struct {
	name   string
	change sim.Change
}

func sourceCases() []sourceCase {
	return []sourceCase{
		{"running", sim.Change{}},
		{"stopped", sim.Change{Status: "Stopped"}},
		{"AL2 running", sim.Change{Platform: "notebook-al2-v2"}},
		{"AL2 stopped", sim.Change{Status: "Stopped", Platform: "notebook-al2-v3"}},
		{"failed", sim.Change{Status: "Failed", FailureReason: "Insufficient notebook instance capacity. Retry later or with a different instance type."}},
	}
}

// newJourney makes a world with one source in a VPC and its direct internet off. It is
// for a bubble: a run waits for AWS most of the time.
func newJourney(t *testing.T, c sim.Change) *journey {
	t.Helper()
	s, url := directWorld(t, func(o *sim.Options) { o.TimeScale, o.Notebooks, o.Regions, o.Accounts = journeyScale, 40, 4, 1 })
	j := &journey{t: t, sim: s, url: url, dir: filepath.Join(t.TempDir(), "runs"), after: func() {}, mover: &carrier{}}
	region, subnet := someSubnet(t, s)
	c.Op, c.Region, c.Name, c.SubnetID, c.DirectInternetAccess = "add", region, "journey", subnet, "Disabled"
	if c.Tags == nil {
		c.Tags = map[string]string{"Team": "growth"}
	}
	if err := s.Change(c); err != nil {
		t.Fatal(err)
	}
	j.client = j.newClient()
	account := s.World().Accounts[0].ID
	src, err := j.client.Snapshot(t.Context(), model.Target{Account: account, Region: region}, "journey")
	if err != nil {
		t.Fatal(err)
	}
	j.source = src
	return j
}

// someSubnet is a region of the world and a subnet in it that a notebook uses.
func someSubnet(t *testing.T, s *sim.Server) (region, subnet string) {
	t.Helper()
	for _, n := range s.World().Notebooks {
		if n.SubnetID != "" {
			return n.Region, n.SubnetID
		}
	}
	t.Fatal("no notebook of the world is in a subnet")
	return "", ""
}

func (j *journey) newClient() *Client {
	return simClient(j.t, j.sim, j.url, func(o *Options) { o.AllowWrite, o.LookEvery, o.Mover = true, journeyLook, j.mover })
}

// folder is the folder of the journals as a program sees it that has just started.
func (j *journey) folder() *journal.Dir {
	var p recreate.Performer = j.client
	if j.wrap != nil {
		p = j.wrap(p)
	}
	return journal.Open(j.dir, p, time.Now)
}

func (j *journey) plan() recreate.Plan {
	p := recreate.NewPlan("run-1", time.Now(), j.source, recreate.SpecFor(&j.source, recreate.DirectionOf(&j.source)))
	p.Transport = cmp.Or(j.transport, p.Transport)
	return p
}

func (j *journey) begin() {
	j.t.Helper()
	b, err := j.folder().Begin(j.plan())
	if err != nil {
		j.t.Fatal(err)
	}
	j.book = b
}

// take gives the run an event and keeps what is to be performed.
func (j *journey) take(e recreate.Event) error {
	e.At = time.Now()
	effects, err := j.book.Take(e)
	if err == nil {
		j.next = effects
		j.after()
	}
	return err
}

// onward is the decision that leads on where the run waits for one at a gate.
func onward(r *recreate.Run) recreate.Event {
	step, _ := r.Step()
	e := recreate.Event{Kind: recreate.EventApproved, By: "arn:aws:iam::111122223333:user/ana", Step: step.Kind, Fingerprint: r.Plan.Fingerprint()}
	switch r.Gate() {
	case recreate.GateName:
		e.Typed, e.Sentence = r.Plan.Source.Name, recreate.EarlyText
	case recreate.GateAttest:
		e.Kind, e.Typed = recreate.EventAttested, recreate.AttestText(r.Plan.Source.Name)
	case recreate.GateNone, recreate.GateApprove:
	}
	return e
}

// drive goes on until the run is over, waits for something else than an ordinary
// decision, or until says so.
func (j *journey) drive(until func(*recreate.Run) bool) recreate.Run {
	j.t.Helper()
	for range 200 {
		r := j.book.Run()
		if until != nil && until(&r) {
			return r
		}
		switch {
		case len(j.next) > 0:
			e := j.next[0]
			j.next = nil
			effects, err := j.book.Perform(j.t.Context(), e, nil)
			if err != nil {
				j.t.Fatal(err)
			}
			j.next = effects
			j.after()
		case r.Phase == recreate.PhaseGate:
			if err := j.take(onward(&r)); err != nil {
				j.t.Fatal(err)
			}
		default:
			return r
		}
	}
	j.t.Fatal("the run goes round in circles")
	return recreate.Run{}
}

// at stops a drive at the gate of a step.
func at(k recreate.StepKind) func(*recreate.Run) bool {
	return func(r *recreate.Run) bool {
		s, ok := r.Step()
		return ok && s.Kind == k && r.Phase == recreate.PhaseGate
	}
}

// writes are the calls that changed something, as the simulated AWS saw them.
func (j *journey) writes() []string {
	var out []string
	for _, w := range j.sim.Writes() {
		op := strings.TrimSuffix(strings.TrimPrefix(w.Operation, "SageMaker."), "NotebookInstance") + " " + w.Name
		if w.Code != "" {
			op += " " + w.Code
		}
		if w.Lost {
			op += " lost"
		}
		out = append(out, op)
	}
	return out
}

// left is what the world holds of the two notebooks, by name.
func (j *journey) left() map[string]sim.ListedNotebook {
	out := map[string]sim.ListedNotebook{}
	for _, n := range j.sim.World().Notebooks {
		if n.Region == j.source.Region && strings.HasPrefix(n.Name, "journey") {
			out[n.Name] = n
		}
	}
	return out
}

// reread fails unless the journal holds the run as it stands.
func (j *journey) reread() {
	j.t.Helper()
	kept, err := j.folder().Read("run-1")
	if err != nil || kept.Unreadable() != "" || !reflect.DeepEqual(kept.Run, j.book.Run()) {
		j.t.Fatalf("read back the run is another one: %q, %v\n%+v\nwant\n%+v", kept.Damaged+kept.Newer, err, kept.Run, j.book.Run())
	}
}

// untouched fails unless the source is as it was, its status aside.
func (j *journey) untouched() {
	j.t.Helper()
	now, err := j.client.Snapshot(j.t.Context(), j.source.Target(), j.source.Name)
	if err != nil {
		j.t.Fatalf("the source: %v", err)
	}
	if now.Fingerprint() != j.source.Fingerprint() {
		j.t.Errorf("the source has changed: %+v", recreate.Differences(&j.source, &now))
	}
}

func TestEachKindOfSourceIsRecreatedAndDeleted(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"running":     {"Create journey-net", "Stop journey", "Delete journey"},
		"stopped":     {"Create journey-net", "Start journey", "Stop journey", "Delete journey"},
		"AL2 running": {"Create journey-net", "Stop journey", "Delete journey"},
		"AL2 stopped": {"Create journey-net", "Update journey", "Start journey", "Stop journey", "Delete journey"},
		"failed":      {"Create journey-net", "Start journey", "Stop journey", "Delete journey"},
	}
	for _, c := range sourceCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := newJourney(t, c.change)
				j.after = j.reread
				j.begin()
				r := j.drive(nil)
				if r.Outcome != recreate.OutcomeDone {
					t.Fatalf("the run ended in phase %s: %v, drift %+v", r.Phase, r.Problem, r.Drift)
				}
				if got := j.writes(); !slices.Equal(got, want[c.name]) {
					t.Errorf("the calls were %v, want %v", got, want[c.name])
				}
				left := j.left()
				n, ok := left["journey-net"]
				if len(left) != 1 || !ok || n.Status != "InService" || n.DirectInternetAccess != "Enabled" || n.SubnetID != j.source.SubnetID ||
					n.Tags["Team"] != "growth" || n.Tags[recreate.TagRunID] != "run-1" || n.Platform != recreate.PlatformSupported {
					t.Errorf("what is left is %+v", left)
				}
			})
		})
	}
}

// errKilled is the end of the process in the middle of a run.
var errKilled = errors.New("killed")

// mortal is a performer whose process ends at one of its moments.
type mortal struct {
	next  recreate.Performer
	count *int // moments left
}

func (m mortal) moment() {
	*m.count--
	if *m.count == 0 {
		panic(errKilled)
	}
}

func (m mortal) Perform(ctx context.Context, r *recreate.Run, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
	m.moment() // the intent is written, the call is not made
	out := m.next.Perform(ctx, r, e, tell)
	m.moment() // the call is made, the outcome is not written
	return out
}

// live runs until the end or until it is killed; true when it was killed.
func (j *journey) live(f func()) (killed bool) {
	defer func() {
		switch p := recover(); {
		case p == nil:
		case p == any(errKilled):
			killed = true
		default:
			panic(p)
		}
	}()
	f()
	return false
}

// TestAKillAtEveryRecordIsSurvived kills the program after each record of a whole
// run, before and after each call, and goes on in a new one from the journal. The
// simulated AWS tells what was done: one replacement, and a source that is deleted
// once, after it was verified.
func TestAKillAtEveryRecordIsSurvived(t *testing.T) {
	t.Parallel()
	for _, c := range sourceCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for moment := 1; ; moment += stride() {
					if killed := surviveKill(t, c, moment, recreate.TransportManual); !killed {
						if moment < 20 {
							t.Errorf("a whole run has only %d moments", moment-1)
						}
						return
					}
				}
			})
		})
	}
}

// stride is how many moments lie between two kills: one of each is enough for the race detector,
// with which a run takes ten times as long.
func stride() int {
	if testing.Short() {
		return 7
	}
	return 1
}

func surviveKill(t *testing.T, c sourceCase, moment int, transport recreate.Transport, fails ...error) (killed bool) {
	t.Helper()
	j := newJourney(t, c.change)
	j.transport, j.mover.fails = transport, fails
	count := moment
	m := mortal{count: &count}
	j.wrap = func(p recreate.Performer) recreate.Performer { m.next = p; return m }
	j.after = m.moment // a record is written, what follows from it is not begun
	killed = j.live(func() {
		j.begin()
		m.moment()
		j.drive(nil)
	})
	count = 0 // it goes on below zero: nobody is killed any more
	if killed {
		if j.book != nil {
			if err := j.book.Close(); err != nil { // the system does so for a process
				t.Fatal(err)
			}
		}
		j.client, j.next = j.newClient(), nil
		b, err := j.folder().Open("run-1")
		if err != nil {
			t.Fatalf("killed at moment %d: %v", moment, err)
		}
		j.book = b
		if r := b.Run(); r.Outcome == "" {
			if err := j.take(recreate.Event{Kind: recreate.EventResumed}); err != nil {
				t.Fatalf("killed at moment %d: %v", moment, err)
			}
		}
	}
	j.mustEnd(fmt.Sprintf("killed at moment %d", moment))
	return killed
}

// mustEnd drives to the deletion of the source, trying again what was not carried
// out, and holds what the simulated AWS saw against what may happen.
func (j *journey) mustEnd(when string) {
	j.t.Helper()
	r := j.drive(nil)
	for tries := 0; r.Phase == recreate.PhaseFailed && tries < 3; tries++ {
		if err := j.take(recreate.Event{Kind: recreate.EventRetry}); err != nil {
			j.t.Fatalf("%s: %v", when, err)
		}
		r = j.drive(nil)
	}
	if r.Outcome != recreate.OutcomeDone || r.Proof == nil {
		j.t.Fatalf("%s: the run ended in phase %s: %v, drift %+v", when, r.Phase, r.Problem, r.Drift)
	}
	creates, deletes := 0, 0
	for _, w := range j.sim.Writes() {
		switch {
		case w.Code != "":
		case w.Operation == "SageMaker.CreateNotebookInstance":
			creates++
		case w.Operation == "SageMaker.DeleteNotebookInstance":
			deletes++
			if w.Name != "journey" || !r.Proof.At.Before(w.Time) {
				j.t.Errorf("%s: %s was deleted at %s, verified at %s", when, w.Name, w.Time, r.Proof.At)
			}
		}
	}
	left := j.left()
	if n := left["journey-net"]; creates != 1 || deletes != 1 || len(left) != 1 || n.Status != "InService" {
		j.t.Errorf("%s: %d creates and %d deletes; left is %+v", when, creates, deletes, left)
	}
	j.reread()
	if err := j.book.Close(); err != nil {
		j.t.Error(err)
	}
}
