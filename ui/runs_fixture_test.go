package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/uitest"
)

// fakeRuns keeps runs in memory and moves them with the real machine. What the
// effects find is scripted.
type fakeRuns struct {
	mu      sync.Mutex
	books   map[string]*fakeBook
	order   []string
	now     func() time.Time
	perform func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event
	err     error
	batches map[string][]byte // as they would stand on disk
	unread  error             // of a batch
}

func newFakeRuns(now func() time.Time) *fakeRuns {
	return &fakeRuns{books: map[string]*fakeBook{}, batches: map[string][]byte{}, now: now, perform: smooth}
}

// fakeBook is a run in memory.
type fakeBook struct {
	runs     *fakeRuns
	mu       sync.Mutex
	run      recreate.Run
	held     bool
	by       string
	events   []recreate.Event
	source   *recreate.Snapshot // as AWS has them
	newOne   *recreate.Snapshot
	effects  []recreate.EffectKind
	takeFail error
}

func (f *fakeRuns) List() ([]recreate.Kept, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	var out []recreate.Kept
	for _, id := range slices.Backward(f.order) {
		out = append(out, f.books[id].kept())
	}
	return out, nil
}

func (f *fakeRuns) Begin(p recreate.Plan) (drive.Book, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	b := f.add(recreate.Begin(p, f.now()))
	b.held = true
	return b, nil
}

// Stamps are of what every run is now.
func (f *fakeRuns) Stamps(func(string) bool) (map[string]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	out := map[string]string{}
	for id, b := range f.books {
		run := b.Run()
		out[id] = fmt.Sprint(b.by, run.Changed, run.Phase, len(b.events))
	}
	return out, nil
}

// Read reads one run.
func (f *fakeRuns) Read(id string) (recreate.Kept, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.books[id]
	if !ok {
		return recreate.Kept{}, errors.New("there is no run " + id)
	}
	return b.kept(), nil
}

// Differences are those of which a run holds the first.
func (f *fakeRuns) Differences(_ context.Context, r *recreate.Run, each func(*recreate.Difference) bool) error {
	for _, d := range missed(int(r.Compared().Unequal())) {
		if !each(&d) {
			break
		}
	}
	return nil
}

// add keeps a run that nobody holds.
func (f *fakeRuns) add(r recreate.Run) *fakeBook {
	src := r.Plan.Source
	b := &fakeBook{runs: f, run: r, source: &src}
	f.books[r.ID()] = b
	f.order = append(f.order, r.ID())
	return b
}

func (f *fakeRuns) Open(id string) (drive.Book, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.books[id]
	switch {
	case !ok:
		return nil, errors.New("there is no run " + id)
	case b.by != "":
		return nil, errors.New("the run is held by " + b.by)
	}
	b.held = true
	return b, nil
}

func (f *fakeRuns) KeepBatch(b recreate.KeptBatch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	raw, err := json.Marshal(b)
	f.batches[b.ID] = raw
	return err
}

func (f *fakeRuns) DropBatch(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.batches, id)
	return f.err
}

func (f *fakeRuns) Batches() ([]recreate.KeptBatch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []recreate.KeptBatch
	for _, raw := range f.batches {
		var b recreate.KeptBatch
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, f.unread
}

func (b *fakeBook) kept() recreate.Kept {
	run := b.Run()
	return recreate.Kept{Run: run, Path: "runs/" + run.ID() + ".jsonl", Mine: b.held, HeldBy: b.by}
}

func (b *fakeBook) Run() recreate.Run {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run
}

func (b *fakeBook) Take(e recreate.Event) ([]recreate.Effect, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.takeFail != nil {
		return nil, b.takeFail
	}
	next, effects, err := b.run.Apply(e)
	if err != nil {
		return nil, err
	}
	b.run, b.events = next, append(b.events, e)
	return effects, nil
}

func (b *fakeBook) Perform(ctx context.Context, e recreate.Effect, tell func(recreate.Progress)) ([]recreate.Effect, error) {
	b.mu.Lock()
	b.effects = append(b.effects, e.Kind)
	b.mu.Unlock()
	out := b.runs.perform(ctx, b, e, tell)
	out.Effect, out.At, out.Calls = e.ID, b.runs.now(), 1
	return b.Take(out)
}

func (b *fakeBook) Close() error {
	b.held = false
	return nil
}

// did are the effects carried out so far that change something in the account.
func (b *fakeBook) did() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, k := range b.effects {
		if k.Mutates() && k != recreate.EffectProbe && k != recreate.EffectSurvey {
			out = append(out, string(k))
		}
	}
	return strings.Join(out, " ")
}

// smooth is an AWS where everything works at once.
func smooth(_ context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	done := recreate.Event{Kind: recreate.EventDone}
	switch e.Kind {
	case recreate.EffectCreate:
		made := madeFrom(e.Spec, b.source)
		b.newOne = &made
	case recreate.EffectStart:
		b.source.Status, b.source.Modified = model.StatusInService, b.source.Modified.Add(time.Minute)
	case recreate.EffectStop:
		b.on(e.On).Status = model.StatusStopped
		b.on(e.On).Modified = b.runs.now()
	case recreate.EffectUpdate:
		b.source.Platform = e.Spec.Platform
	case recreate.EffectDelete:
		if e.On == recreate.SideSource {
			b.source = nil
		} else {
			b.newOne = nil
		}
	case recreate.EffectWait:
		if n := b.on(e.On); n != nil && n.Status == model.StatusPending {
			n.Status = model.StatusInService
		}
		if tell != nil {
			tell(recreate.Progress{Status: model.StatusPending, Looks: 3})
		}
		done.Observed = b.look()
	case recreate.EffectObserve, recreate.EffectSettle:
		done.Observed = b.look()
	case recreate.EffectSurvey:
		done.Surveyed = uitest.Survey(b.runs.now())
	case recreate.EffectProbe:
		done.Probed = uitest.Probe(b.runs.now())
	case recreate.EffectCopy, recreate.EffectVerify, recreate.EffectClean: // whose test says what comes of it
	}
	return done
}

func (b *fakeBook) on(s recreate.Side) *recreate.Snapshot {
	if s == recreate.SideReplacement {
		return b.newOne
	}
	return b.source
}

func (b *fakeBook) look() *recreate.Observation {
	var o recreate.Observation
	if b.source != nil {
		s := *b.source
		o.Source = &s
	}
	if b.newOne != nil {
		s := *b.newOne
		o.Replacement = &s
	}
	return &o
}

// madeFrom is the notebook that a create makes.
func madeFrom(spec *recreate.Spec, source *recreate.Snapshot) recreate.Snapshot {
	out := *source
	out.Name, out.ARN = spec.Name, strings.Replace(source.ARN, source.Name, spec.Name, 1)
	out.Status, out.DirectInternet, out.Platform, out.Tags = model.StatusPending, spec.DirectInternet, spec.Platform, spec.Tags
	out.InstanceType, out.LifecycleName, out.IMDSVersion = spec.InstanceType, spec.LifecycleName, spec.IMDSVersion
	out.SubnetID, out.SecurityGroups = spec.SubnetID, spec.SecurityGroups
	return out
}
