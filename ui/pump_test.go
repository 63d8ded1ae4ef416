package ui

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
)

func named(generation int, name string) model.Batch {
	return model.Batch{Generation: generation, Notebooks: []*model.Notebook{{ARN: name, Name: name}}}
}

// inbox keeps what a pump sends.
type inbox struct {
	mu   sync.Mutex
	msgs []tea.Msg
}

func (i *inbox) put(m tea.Msg) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.msgs = append(i.msgs, m)
}

func (i *inbox) all() []tea.Msg {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.msgs)
}

// collect starts a pump whose messages end up in an inbox.
func collect(ctx context.Context, s Scanner) (*pump, *inbox) {
	p, in := newPump(s), &inbox{}
	p.start(ctx, in.put)
	return p, in
}

func last(m []tea.Msg) tea.Msg { return m[len(m)-1] }

func names(m tea.Msg) string {
	b, ok := m.(batchMsg)
	if !ok {
		return "not a batch"
	}
	var out []string
	for _, x := range b.batches {
		for _, n := range x.Notebooks {
			out = append(out, n.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestThePumpSendsTheFirstBatchAtOnceAndTheRestOncePerWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		step := make(chan string)
		p, got := collect(ctx, &fakeScanner{script: func(_ context.Context, req model.ScanRequest, emit func(model.Batch)) {
			for name := range step {
				emit(named(req.Generation, name))
			}
		}})
		p.scan(model.ScanRequest{Generation: 1})
		step <- "a"
		synctest.Wait()
		if len(got.all()) != 1 || names(got.all()[0]) != "a" {
			t.Fatalf("after the first batch: %v, want it at once", got.all())
		}
		step <- "b"
		step <- "c"
		synctest.Wait()
		if len(got.all()) != 1 {
			t.Fatalf("within the window: %d messages, want 1", len(got.all()))
		}
		<-time.After(pumpWindow)
		synctest.Wait()
		if len(got.all()) != 2 || names(got.all()[1]) != "b c" {
			t.Fatalf("after the window: %v, want one message with both", got.all())
		}
		close(step)
		<-time.After(2 * pumpWindow)
		synctest.Wait()
		if end, ok := last(got.all()).(scanEndedMsg); !ok || end.generation != 1 || end.crash != "" {
			t.Errorf("the last message is %v, want the end of the scan", last(got.all()))
		}
		cancel()
		p.wait()
	})
}

func TestANewScanWaitsUntilTheOldOneIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		var running, most atomic.Int32
		p, got := collect(ctx, &fakeScanner{script: func(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
			most.Store(max(most.Load(), running.Add(1)))
			<-ctx.Done()
			<-time.After(time.Second) // winding down takes a while
			emit(named(req.Generation, "last words"))
			running.Add(-1)
		}})
		p.scan(model.ScanRequest{Generation: 1})
		synctest.Wait()
		p.scan(model.ScanRequest{Generation: 2})
		p.scan(model.ScanRequest{Generation: 3})
		<-time.After(5 * time.Second)
		synctest.Wait()
		if most.Load() != 1 || running.Load() != 1 {
			t.Errorf("%d scans ran at a time and %d run now, want 1 and 1", most.Load(), running.Load())
		}
		if len(got.all()) == 0 || names(got.all()[0]) != "last words" {
			t.Errorf("what a cancelled scan had to say is lost: %v", got.all())
		}
		cancel()
		p.wait()
		if running.Load() != 0 {
			t.Errorf("%d scans outlive the program", running.Load())
		}
	})
}

func TestAScanThatPanicsEndsWithWhatItDiedOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		p, got := collect(ctx, &fakeScanner{script: func(context.Context, model.ScanRequest, func(model.Batch)) { panic("no such thing") }})
		p.scan(model.ScanRequest{Generation: 7})
		<-time.After(pumpWindow)
		synctest.Wait()
		if len(got.all()) != 1 || got.all()[0] != (scanEndedMsg{generation: 7, crash: "no such thing"}) {
			t.Errorf("got %v, want the end of scan 7 with its reason", got.all())
		}
		cancel()
		p.wait()
	})
}

func TestTheEndOfTheProgramFreesAScannerThatNobodyListensTo(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	p := newPump(&fakeScanner{script: func(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
		for ctx.Err() == nil {
			emit(named(req.Generation, "more"))
		}
	}})
	stuck := make(chan struct{})
	p.start(ctx, func(tea.Msg) { <-stuck })
	p.scan(model.ScanRequest{Generation: 1})
	cancel()
	close(stuck)
	p.wait()
	settles(t, before)
}

func TestWorkThatComesAfterTheEndIsNotBegun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := newPump(&fakeScanner{})
	p.start(ctx, func(tea.Msg) {})
	cancel()
	p.wait()
	ran := false
	if msg := p.job("x", func(context.Context) ownMsg { ran = true; return nil })(); ran || msg != nil {
		t.Error("a job ran after the end of the program")
	}
	p.scan(model.ScanRequest{})
}

func TestAJobThatPanicsBecomesAMessage(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := newPump(&fakeScanner{})
	p.start(ctx, func(tea.Msg) {})
	msg := p.job("export", func(context.Context) ownMsg { panic("out of ink") })()
	if msg != (crashMsg{"export: out of ink"}) {
		t.Errorf("got %v", msg)
	}
	cancel()
	p.wait()
}

func TestATimerEndsWithTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		p := newPump(&fakeScanner{})
		p.start(ctx, func(tea.Msg) {})
		fired := make(chan tea.Msg, 1)
		go func() { fired <- p.after(time.Hour, crashMsg{"late"})() }()
		synctest.Wait()
		cancel()
		p.wait()
		if msg := <-fired; msg != nil {
			t.Errorf("a timer of an hour gave %v at the end of the program", msg)
		}
		if msg := p.after(time.Nanosecond, crashMsg{"x"})(); msg != nil {
			t.Errorf("a timer set after the end gave %v", msg)
		}
	})
}

func TestABatchWithAQuestionIsNeverMergedIntoAnother(t *testing.T) {
	q := &model.Question{Prompt: "code"}
	asked := model.Batch{Generation: 1, Asked: q}
	got := messages([]finding{{batch: named(1, "a")}, {batch: asked}, {batch: asked}, {batch: named(2, "b")}, {batch: named(1, "c")}})
	if len(got) != 1 {
		t.Fatalf("%d messages, want 1", len(got))
	}
	b, _ := got[0].(batchMsg)
	questions := 0
	for _, x := range b.batches {
		if x.Asked != nil {
			questions++
		}
	}
	if questions != 2 || len(b.batches) != 5 {
		t.Errorf("%d batches with %d questions, want 5 with 2", len(b.batches), questions)
	}
}
