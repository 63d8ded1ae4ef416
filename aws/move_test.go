package aws

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

// carrier is a mover that moves nothing: what it has done outlives the client, as
// what runs in notebooks does. It signs in to both as a real one would.
type carrier struct {
	mu       sync.Mutex
	copies   int // that came to their end
	cleaned  int
	fails    []error // of the next calls, in their order; nil for one that goes well
	differs  []recreate.Difference
	signedIn []string // the hosts that were signed in to
	root     []bool
	by       recreate.Transport // that was taken, where the choice was free
	why      string
}

func (f *carrier) Transports() []recreate.Transport {
	return []recreate.Transport{recreate.TransportRelay}
}

// enter signs in to what there is, and fails where it is told to.
func (f *carrier) enter(ctx context.Context, m *Move) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range []*Desk{m.Source, m.Replacement} {
		if d == nil {
			continue
		}
		url, err := d.Presign(ctx)
		if err != nil {
			return err
		}
		if err := d.Serves(ctx); err != nil {
			return err
		}
		if !strings.Contains(url, "://") || d.Host == "" {
			return errors.New("no URL signs in to " + d.Name)
		}
		f.signedIn, f.root = append(f.signedIn, d.Name), append(f.root, d.Root)
	}
	if len(f.fails) == 0 {
		return nil
	}
	err := f.fails[0]
	f.fails = f.fails[1:]
	return err
}

func (f *carrier) Survey(ctx context.Context, m *Move) (recreate.Survey, error) {
	if err := f.enter(ctx, m); err != nil {
		return recreate.Survey{}, err
	}
	n := recreate.Interior{Bytes: 10, Files: 2, Entries: 3, Free: 1 << 30, Inodes: 1000, Python: "3.7.16", Ways: []recreate.WayIn{{Name: "kernel", In: 1e6, Out: 1e6}}}
	out := recreate.Survey{Source: n}
	if m.Replacement != nil {
		out.Replacement = &n
	}
	return out, nil
}

func (f *carrier) Copy(ctx context.Context, m *Move, tell func(recreate.Moving)) (by recreate.Transport, why string, err error) {
	tell(recreate.Moving{Stage: "sending", Bytes: 5, BytesTotal: 10})
	if err := f.enter(ctx, m); err != nil {
		return "", "", err
	}
	f.copies++
	return f.by, f.why, nil
}

func (f *carrier) Prove(ctx context.Context, m *Move, tell func(recreate.Moving)) (recreate.Verified, error) {
	tell(recreate.Moving{Stage: "reading"})
	if err := f.enter(ctx, m); err != nil {
		return recreate.Verified{}, err
	}
	tree := recreate.Tree{Entries: 3, Files: 2, Bytes: 10, Digest: strings.Repeat("ab", 32)}
	v := recreate.Verified{Source: tree, Replacement: tree, Equal: 3, Differences: f.differs, Missing: int64(len(f.differs))}
	if len(f.differs) > 0 || f.copies == 0 {
		v.Replacement.Digest = "cd"
	}
	return v, nil
}

func (f *carrier) Clean(ctx context.Context, m *Move) error {
	f.cleaned++
	return f.enter(ctx, m)
}

func TestARunMovesItsDataByItself(t *testing.T) {
	t.Parallel()
	for _, c := range sourceCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := newJourney(t, c.change)
				j.after, j.transport = j.reread, recreate.TransportRelay
				j.begin()
				r := j.drive(nil)
				if r.Outcome != recreate.OutcomeDone || !r.Proof.Verified.Flawless() || r.Proof.Method != recreate.TransportRelay || j.mover.copies != 1 {
					t.Fatalf("the run ended in phase %s after %d copies: %v, drift %+v, proof %+v", r.Phase, j.mover.copies, r.Problem, r.Drift, r.Proof)
				}
				if got := strings.Join(j.mover.signedIn, " "); got != "journey journey-net journey journey-net journey journey-net" {
					t.Errorf("it signed in to %s", got)
				}
				if n := len(j.left()); n != 1 {
					t.Errorf("%d notebooks are left", n)
				}
			})
		})
	}
}

// TestAKillInAMovedRunIsSurvived is TestAKillAtEveryRecordIsSurvived with the data
// moved by the run, by a mover that is lost once on the way.
func TestAKillInAMovedRunIsSurvived(t *testing.T) {
	t.Parallel()
	for _, c := range []sourceCase{sourceCases()[0], sourceCases()[3]} { // the shortest way, and the longest
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for moment := 1; ; moment += stride() {
					lost := model.Problem{Kind: model.KindNetwork, Message: "no route"}
					if killed := surviveKill(t, c, moment, recreate.TransportRelay, lost, nil, lost); !killed {
						if moment < 30 {
							t.Errorf("a whole run has only %d moments", moment-1)
						}
						return
					}
				}
			})
		})
	}
}

func TestWhatCannotBeMovedIsSaid(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change  func(*Options, *carrier)
		meddle  func(*bench)
		kind    recreate.EventKind
		says    string
		signsIn bool
	}{
		"a build without a mover": {
			change: func(o *Options, _ *carrier) { o.Mover = nil }, kind: recreate.EventFailed, says: "this session cannot move data",
		},
		"writes that are locked": {
			change: func(o *Options, _ *carrier) { o.AllowWrite = false }, kind: recreate.EventFailed, says: "writes are locked",
		},
		"a source that stopped": {
			meddle: func(b *bench) {
				b.change(sim.Change{Op: "set", Name: "churn", Status: "Stopped"})
			}, kind: recreate.EventFailed, says: "is Stopped",
		},
		"a replacement of somebody else": {
			meddle: func(b *bench) {
				b.change(sim.Change{Op: "set", Name: "churn-net", Tags: map[string]string{recreate.TagRunID: otherRun}})
			}, kind: recreate.EventFailed, says: "does not carry the tag of this run",
		},
		"a network that is lost": {
			change: func(_ *Options, f *carrier) {
				f.fails = []error{model.Problem{Kind: model.KindNetwork, Message: "no route"}}
			},
			kind: recreate.EventDoubted, says: "no route", signsIn: true,
		},
		"a disk that is full": {
			change: func(_ *Options, f *carrier) { f.fails = []error{full{}} },
			kind:   recreate.EventFailed, says: "the disk is full", signsIn: true,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &carrier{}
				b := newBench(t, func(o *Options) {
					o.Mover = f
					if c.change != nil {
						c.change(o, f)
					}
				})
				b.serves()
				if c.meddle != nil {
					c.meddle(b)
				}
				out := b.perform(b.effect(recreate.EffectCopy, ""))
				if out.Kind != c.kind || out.Problem == nil || !strings.Contains(out.Problem.Message, c.says) {
					t.Errorf("the copy is %s: %v", out.Kind, out.Problem)
				}
				if (len(f.signedIn) > 0) != c.signsIn || f.copies > 0 {
					t.Errorf("it signed in to %v, and made %d copies", f.signedIn, f.copies)
				}
			})
		})
	}
}

// full is an error with a problem of its own.
type full struct{}

func (full) Error() string { return "full" }
func (full) Problem() model.Problem {
	return model.Problem{Kind: model.KindLimit, Message: "the disk is full"}
}

func TestACopyThatIsLeftIsNoFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &carrier{fails: []error{errors.New("the session was let go")}}
		b := newBench(t, func(o *Options) { o.Mover = f })
		b.serves()
		ctx, cancel := context.WithCancel(t.Context())
		out := b.c.Perform(ctx, &b.run, b.effect(recreate.EffectCopy, ""), func(recreate.Progress) { cancel() })
		if out.Kind != recreate.EventFailed || out.Problem.Kind != model.KindCanceled {
			t.Errorf("it is %s: %v", out.Kind, out.Problem)
		}
	})
}

func TestWhatIsThereIsCleanedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &carrier{}
		b := newBench(t, func(o *Options) { o.Mover = f })
		out := b.perform(b.effect(recreate.EffectClean, "")) // the replacement is gone
		if out.Kind != recreate.EventDone || strings.Join(f.signedIn, " ") != "churn" || !f.root[0] {
			t.Errorf("it is %s (%v), after signing in to %v", out.Kind, out.Problem, f.signedIn)
		}
	})
}
