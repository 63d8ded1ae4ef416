package drive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/journal"
	"nbscope/model/recreate"
)

// TestAFullDiskOrAPanicAtAnyWriteLeavesAWayOn lets each write of a run fail, or
// break, once, and goes on with what is offered.
func TestAFullDiskOrAPanicAtAnyWriteLeavesAWayOn(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		struck := false
		for _, how := range []string{"full", "panic"} {
			o := newOffice(t)
			switch how {
			case "full":
				o.shelf.fail = func(i int) error {
					if i == n {
						struck = true
						return errFull
					}
					return nil
				}
			case "panic":
				o.shelf.panics = func(i int) bool { return i == n }
			}
			o.begin("run-1", "churn")
			o.until("begun", func() bool { _, ok := o.d.Run("run-1"); return ok })
			s := o.still("run-1")
			for tries := 0; !s.Over() && tries < 30; tries++ {
				mustHaveAWayOn(t, &s)
				if s.Problem != nil && (s.Held || !s.Can(recreate.EventResumed)) {
					t.Fatalf("write %d, %s: it is not let go: held %v, can %v", n, how, s.Held, s.Choices())
				}
				if s.Problem != nil {
					another := journal.Open(o.dir, o.cloud, o.cloud.now)
					b, err := another.Open("run-1")
					if err != nil {
						t.Fatalf("write %d, %s: the lock is not released: %v", n, how, err)
					}
					if err := b.Close(); err != nil {
						t.Fatal(err)
					}
				}
				o.decide("run-1", next(&s))
				s = o.still("run-1")
			}
			if s.Run.Outcome != recreate.OutcomeDone || o.cloud.wrote() != "create churn-net, stop churn, delete churn" {
				t.Fatalf("write %d, %s: it ends as %q in phase %q, did %s, problem %v", n, how, s.Run.Outcome, s.Run.Phase, o.cloud.wrote(), s.Problem)
			}
		}
		if !struck {
			if n < 10 {
				t.Fatalf("only %d writes", n)
			}
			return // there is no such write any more
		}
	}
}

func TestAnEffectThatBreaksBecomesAProblemOfItsRunAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	broken := true
	o.cloud.before = func(_ context.Context, run string, e recreate.Effect) *recreate.Event {
		if run == "run-1" && e.Kind == recreate.EffectCreate && broken {
			broken = false
			panic("boom")
		}
		return nil
	}
	o.begin("run-1", "churn")
	o.begin("run-2", "fraud")
	o.until("both are begun", func() bool { return len(o.d.Runs()) == 2 })
	if s := o.still("run-2"); !s.Copying() {
		t.Errorf("the other run is %s", s.Says())
	}
	s := o.still("run-1")
	if s.Problem == nil || s.Problem.Message != "a part of nbscope failed: boom" || s.Held || !s.Can(recreate.EventResumed) {
		t.Fatalf("it is %+v, held %v, with %v", s.Problem, s.Held, s.Choices())
	}
	o.decide("run-1", recreate.Event{Kind: recreate.EventResumed})
	if s := o.still("run-1"); s.Problem != nil || s.Run.Phase != recreate.PhaseFailed || !s.Can(recreate.EventRetry) {
		t.Errorf("resumed it is in phase %q with %v (%v)", s.Run.Phase, s.Choices(), s.Problem)
	}
}

func TestAStopWhoseReasonCannotBeWrittenStillStops(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	waits := make(chan struct{}, 1)
	o.cloud.before = func(ctx context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind != recreate.EffectWait {
			return nil
		}
		waits <- struct{}{}
		<-ctx.Done()
		return &recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindCanceled, Message: "stopped"}}
	}
	o.begin("run-1", "churn")
	<-waits
	o.shelf.mu.Lock()
	o.shelf.fail = func(int) error { return errFull }
	o.shelf.mu.Unlock()
	o.until("it waits", func() bool { s, ok := o.d.Run("run-1"); return ok && s.Can(recreate.EventHalted) })
	o.decide("run-1", recreate.Event{Kind: recreate.EventHalted})
	if s := o.still("run-1"); s.Held || s.Problem == nil || !s.Can(recreate.EventResumed) {
		t.Errorf("it is held %v, problem %v, choices %v", s.Held, s.Problem, s.Choices())
	}
}

func TestASourceHasOneOpenRun(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := journal.Open(o.dir, o.cloud, o.cloud.now)
	b, err := other.Begin(planFor("theirs", "churn")) // since the journals were read
	if err != nil {
		t.Fatal(err)
	}
	o.begin("run-1", "churn")
	o.until("it is refused", func() bool { o.mu.Lock(); defer o.mu.Unlock(); return len(o.notices) > 0 })
	open, ok := errors.AsType[*OpenRunError](o.notices[0].Problem)
	if !ok || open.Run.ID != "theirs" || !strings.Contains(open.Error(), "theirs (held by process ") {
		t.Errorf("it says %v", o.notices[0].Problem)
	}
	if _, ok := o.d.Run("run-1"); ok || o.cloud.wrote() != "" {
		t.Errorf("the run is there (%v), did %q", ok, o.cloud.wrote())
	}
	s := o.run("theirs")
	mustHaveAWayOn(t, &s)
	if err := o.d.Decide("theirs", recreate.Event{Kind: recreate.EventResumed}); err == nil || !strings.Contains(err.Error(), "it is held by process") {
		t.Errorf("a run that is held elsewhere is resumed: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.d.Load(); err != nil {
		t.Fatal(err)
	}
	o.decide("theirs", recreate.Event{Kind: recreate.EventResumed})
	if s := o.still("theirs"); !s.Held || s.Run.Gate() != recreate.GateApprove {
		t.Errorf("it is held %v: %s", s.Held, s.Says())
	}
}

func TestARunThatSomebodyElseTookSinceSaysWho(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := journal.Open(o.dir, o.cloud, o.cloud.now)
	b, err := other.Begin(planFor("run-1", "churn"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.d.Load(); err != nil {
		t.Fatal(err)
	}
	b, err = other.Open("run-1")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	o.decide("run-1", recreate.Event{Kind: recreate.EventResumed})
	s := o.still("run-1")
	if why, since := s.Standstill(); !s.Elsewhere() || !strings.HasPrefix(why, "it is held by process") || since.IsZero() {
		t.Errorf("it is elsewhere %v: %q since %s", s.Elsewhere(), why, since)
	}
}

func TestDecisionsThatDoNotFitChangeNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.begin("run-1", "churn")
	o.until("begun", func() bool { _, ok := o.d.Run("run-1"); return ok })
	before := o.still("run-1")
	o.decide("run-1", recreate.Event{Kind: recreate.EventAttested, Typed: "something"})
	o.still("run-1")
	after := o.run("run-1")
	if !after.Held || after.Problem != nil || !after.Run.Changed.Equal(before.Run.Changed) {
		t.Errorf("it is held %v, problem %v", after.Held, after.Problem)
	}
	last := o.notices[len(o.notices)-1]
	if _, ok := errors.AsType[*recreate.IllegalError](last.Problem); !ok || last.Event != recreate.EventAttested {
		t.Errorf("it says %v of %q", last.Problem, last.Event)
	}
	for id, k := range map[string]recreate.EventKind{"run-1": recreate.EventAccepted, "run-9": recreate.EventResumed} {
		if _, ok := errors.AsType[*RefusedError](o.d.Decide(id, recreate.Event{Kind: k})); !ok {
			t.Errorf("%s of %s is taken", k, id)
		}
	}
	if _, ok := errors.AsType[*RefusedError](o.d.Begin(planFor("run-1", "churn"), recreate.Event{})); !ok {
		t.Error("it is begun twice")
	}
}

func TestNoticesComeInTheirOrder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, id := range ids(8) {
		o.begin(id, "src-"+id)
	}
	o.until("all eight copy", func() bool {
		n := 0
		for _, s := range o.d.Runs() {
			if s.Copying() {
				n++
			}
		}
		return n == 8
	})
	o.end()
	if err := o.d.Close(); err != nil {
		t.Fatal(err)
	}
	last := map[string]int{}
	for _, n := range o.notices {
		if n.Run.Run.Effects < last[n.ID] {
			t.Errorf("%s goes back from effect %d to %d", n.ID, last[n.ID], n.Run.Run.Effects)
		}
		last[n.ID] = n.Run.Run.Effects
	}
	if len(last) != 8 {
		t.Errorf("there are notices of %d runs", len(last))
	}
	if err := o.d.Begin(planFor("late", "late"), recreate.Event{}); !errors.Is(err, ErrEnding) {
		t.Errorf("after the end a run can be begun: %v", err)
	}
}

func TestClosingFinishesTheCallUnderWay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	began, finish := make(chan struct{}), make(chan struct{})
	o.cloud.before = func(_ context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind == recreate.EffectCreate {
			close(began)
			<-finish
		}
		return nil
	}
	o.begin("run-1", "churn")
	<-began
	o.end()
	go close(finish)
	if err := o.d.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := o.shelf.Read("run-1")
	if err != nil || !kept.Run.Created || kept.Run.InDoubt || kept.HeldBy != "" {
		t.Errorf("the journal says created %v, in doubt %v, held by %q, %v", kept.Run.Created, kept.Run.InDoubt, kept.HeldBy, err)
	}
}

func TestTheNotebooksOfACopyAreWatched(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.begin("run-1", "churn")
	o.begin("run-2", "fraud")
	o.until("both are begun", func() bool { return len(o.d.Runs()) == 2 })
	o.still("run-1")
	o.still("run-2")
	if got := o.d.Watched(); len(got) != 1 || got[0] != (model.Target{Account: account, Region: "eu-west-1"}) {
		t.Errorf("watched are %v", got)
	}
	list := map[string]recreate.Sight{}
	look := func(_ model.Target, arn string) recreate.Sight { return list[arn[strings.LastIndexByte(arn, '/')+1:]] }
	at := o.cloud.now()
	for _, name := range []string{"churn", "churn-net", "fraud", "fraud-net"} {
		list[name] = recreate.Sight{At: at, Status: model.StatusInService}
	}
	cases := []struct {
		name string
		is   recreate.Sight
		want string
	}{
		{"churn", list["churn"], "[]"},
		{"churn-net", recreate.Sight{At: at, Status: model.StatusStopping}, "[run-1]"},
		{"fraud", recreate.Sight{At: at, Status: recreate.StatusGone}, "[run-2]"},
		{"fraud-net", recreate.Sight{At: noon().AddDate(0, 0, -1), Status: model.StatusStopped}, "[]"}, // older than what the run has seen
		{"fraud-net", recreate.Sight{}, "[]"},                                                          // not listed to the end
	}
	for _, c := range cases {
		was := list[c.name]
		list[c.name] = c.is
		if got := fmt.Sprint(o.d.Otherwise(look)); got != c.want {
			t.Errorf("%s listed as %+v: %s are to look, want %s", c.name, c.is, got, c.want)
		}
		list[c.name] = was
	}
}

// TestEveryGateIsWatched takes a run from its copy to its end: at each gate its
// notebooks are compared with the list, and asked after unless the source is kept.
func TestEveryGateIsWatched(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.begin("run-1", "churn")
	o.until("begun", func() bool { _, ok := o.d.Run("run-1"); return ok })
	var gates []string
	for s := o.still("run-1"); !s.Over(); s = o.still("run-1") {
		step, _ := s.Run.Step()
		gates = append(gates, string(step.Kind))
		at := o.cloud.now()
		look := func(_ model.Target, arn string) recreate.Sight {
			if arn == s.Run.Plan.ReplacementARN() {
				return recreate.Sight{At: at, Status: model.StatusStopped}
			}
			return recreate.Sight{At: at, Status: s.Run.Source.Status}
		}
		if got := fmt.Sprint(o.d.Otherwise(look)); got != "[run-1]" {
			t.Errorf("at %s %s are to look", step.Kind, got)
		}
		if got := len(o.d.Watched()); got != map[bool]int{false: 1}[s.Run.Kept()] {
			t.Errorf("at %s %d targets are watched", step.Kind, got)
		}
		o.decide("run-1", next(&s))
	}
	if got := strings.Join(gates, " "); got != "copy stop-source delete-source" {
		t.Errorf("it waited at %s", got)
	}
}

func TestWritesAreUnlockedForOneAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if o.d.Writable(account) {
		t.Error("it is open from the start")
	}
	if err := o.d.Unlock(account, "yes"); err == nil || o.d.Writable(account) {
		t.Errorf("it is unlocked by anything: %v", err)
	}
	if err := o.d.Unlock(account, account); err != nil || !o.d.Writable(account) || o.d.Writable("other") {
		t.Errorf("it is not unlocked for the one account: %v", err)
	}
	none := New(Config{})
	if err := none.Unlock(account, account); err == nil || none.Writable(account) {
		t.Error("it can be unlocked where there is no client")
	}
}

// TestWhatOtherProgramsDoWithRunsIsReadAgain has another program begin a run, go on with
// it, let it go, and end one, and removes a journal: each is seen without reading all.
func TestWhatOtherProgramsDoWithRunsIsReadAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	reread := func(what string, want bool) {
		t.Helper()
		if changed, err := o.d.Reread(); err != nil || changed != want {
			t.Errorf("%s: changed %t, %v", what, changed, err)
		}
	}
	if err := o.d.Load(); err != nil {
		t.Fatal(err)
	}
	reread("nothing happens", false)
	p := planFor("run-1", "churn")
	other := journal.Open(o.dir, o.cloud, o.cloud.now)
	book, err := other.Begin(p)
	if err != nil {
		t.Fatal(err)
	}
	reread("another program begins a run", true)
	if s := o.run("run-1"); !s.Elsewhere() || len(s.Choices()) > 0 {
		t.Errorf("a run that another program holds is offered %v", s.Choices())
	}
	reread("it holds it", false)
	if _, err := book.Take(recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint(), At: o.cloud.now()}); err != nil {
		t.Fatal(err)
	}
	reread("it approves its create", true)
	if s := o.run("run-1"); s.Run.Phase != recreate.PhaseGuard {
		t.Errorf("it is still in phase %s", s.Run.Phase)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	reread("it lets the run go", true)
	if s := o.run("run-1"); !s.Interrupted() || !s.Can(recreate.EventResumed) {
		t.Errorf("nobody holds it, and it stands %q with %v", s.Says(), s.Choices())
	}
	o.decide("run-1", recreate.Event{Kind: recreate.EventResumed})
	held := o.still("run-1")
	reread("this program goes on with it", false)
	if s := o.run("run-1"); !s.Held || s.Run.Changed != held.Run.Changed {
		t.Error("a run that is held here is read over")
	}
	o.decide("run-1", recreate.Event{Kind: recreate.EventClosed})
	o.until("ended", func() bool { s := o.run("run-1"); return s.Over() && !s.Held && !s.UnderWay() })
	_, _ = o.d.Reread()
	reread("it is over", false)
	if err := os.Remove(filepath.Join(o.dir, "run-1.jsonl")); err != nil {
		t.Fatal(err)
	}
	reread("its journal is removed", true)
	if _, ok := o.d.Run("run-1"); ok {
		t.Error("a run without a journal is there")
	}
}
