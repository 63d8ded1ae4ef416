package drive

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// standing is a run that stands at a step, held by this program.
func standing(kind recreate.StepKind, phase recreate.Phase, change func(*Snapshot)) Snapshot {
	s := Snapshot{ID: "r", Run: recreate.Begin(planFor("r", "churn"), noon()), Held: true, Since: noon().Add(time.Minute)}
	def, _ := recreate.Def(kind)
	s.Run.Steps, s.Run.At, s.Run.Phase, s.Run.Changed = []recreate.Step{{Kind: kind, Gate: def.Gate, State: recreate.StepActive}}, 0, phase, noon()
	made := sourceNamed(s.Run.Plan.Spec.Name)
	made.Tags = []model.Tag{{Key: recreate.TagRunID, Value: "r"}}
	s.Run.Created, s.Run.Replacement = true, &made
	if change != nil {
		change(&s)
	}
	return s
}

// TestASnapshotSaysHowItsRunStands asks everything of runs of every kind.
func TestASnapshotSaysHowItsRunStands(t *testing.T) {
	const stopped = " 2026-11-28 12:00:00"
	over := func(s *Snapshot) { s.Run.Outcome, s.Run.EndedAt = recreate.OutcomeClosed, noon() }
	kept := func(s *Snapshot) { s.Run.Source.Status = model.StatusStopped }
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*Snapshot)
		want   string // says; the choices, or why there is none; urgency; what it is
	}{
		"at a gate":              {recreate.StepStart, recreate.PhaseGate, nil, "waits for you: approve start source; approved,resumed,closed; 1; waits user"},
		"failed":                 {recreate.StepStop, recreate.PhaseFailed, nil, "stop source failed; retry,resumed,closed; 0; waits user troubled"},
		"at the copy":            {recreate.StepCopy, recreate.PhaseGate, nil, "waits for you: copy the data; attested,resumed,rerouted,closed; 1; waits user copying"},
		"kept":                   {recreate.StepDelete, recreate.PhaseGate, kept, "stopped and kept; approved,resumed,closed; 4; waits"},
		"disturbed":              {recreate.StepStop, recreate.PhaseGate, func(s *Snapshot) { s.Run.Source = nil }, "the source is gone; approved,resumed,closed; 0; waits user troubled"},
		"nobody's":               {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Held = false }, "interrupted at start source; resumed; 2; user interrupted"},
		"elsewhere":              {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Held, s.Kept.HeldBy = false, "process 7" }, "interrupted at start source; it is held by process 7" + stopped + "; 5; elsewhere"},
		"let go":                 {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Held, s.Problem = false, &model.Problem{} }, "stands still; resumed; 0; user interrupted"},
		"damaged":                {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Held, s.Kept.Damaged = false, "x" }, "journal damaged; journal damaged 2026-11-28 12:01:00; 0; "},
		"damaged after a record": {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Held, s.Kept.Damaged, s.Kept.Last.N, s.Kept.Last.At = false, "x", 7, noon() }, "journal damaged; journal damaged after record 7" + stopped + "; 0; "},
		"newer":                  {recreate.StepStart, recreate.PhaseGate, func(s *Snapshot) { s.Held, s.Kept.Newer = false, "x" }, "made by a newer nbscope; made by a newer nbscope 2026-11-28 12:01:00; 0; "},
		"deciding":               {recreate.StepStart, recreate.PhaseGate, func(s *Snapshot) { s.Deciding = true }, "waits for you: approve start source; it is being written down 2026-11-28 12:01:00; 3; under way"},
		"queued":                 {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Queued = &recreate.Effect{} }, "waits for its turn; halted; 3; under way"},
		"in flight": {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) {
			s.Flight = &Flight{Effect: recreate.Effect{Kind: recreate.EffectStart, Name: "churn"}}
		}, "starting churn; halted; 3; under way"},
		"halting": {recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) {
			s.Flight, s.Run.Halting = &Flight{Effect: recreate.Effect{Kind: recreate.EffectStart, Name: "churn"}}, true
		},
			"starting churn; it stops when the call that is being made is finished" + stopped + "; 3; under way"},
		"over":                 {recreate.StepStart, recreate.PhaseOver, over, "closed; it is over: closed" + stopped + "; 6; over"},
		"over, with a problem": {recreate.StepStart, recreate.PhaseOver, func(s *Snapshot) { over(s); s.Problem, s.Kept.HeldBy, s.Held = &model.Problem{}, "x", false }, "closed; it is over: closed" + stopped + "; 6; over"},
		"at nothing":           {recreate.StepStart, recreate.PhaseOver, nil, "interrupted at start source; closed; 5; user"},
	} {
		s := standing(c.step, c.phase, c.change)
		choices := make([]string, 0, 5)
		for _, k := range s.Choices() {
			choices = append(choices, string(k))
		}
		can := strings.Join(choices, ",")
		if why, since := s.Standstill(); why != "" {
			can += why + since.Format(" 2006-01-02 15:04:05")
		}
		var is []string
		for _, x := range []struct {
			so   bool
			word string
		}{{s.Waits(), "waits"}, {s.WaitsForUser(), "user"}, {s.Copying(), "copying"}, {s.Interrupted(), "interrupted"}, {s.Elsewhere(), "elsewhere"}, {s.Troubled(), "troubled"}, {s.UnderWay(), "under way"}, {s.Over(), "over"}} {
			if x.so {
				is = append(is, x.word)
			}
		}
		if got := fmt.Sprintf("%s; %s; %d; %s", s.Says(), can, s.urgency(), strings.Join(is, " ")); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, c.want)
		}
	}
}

// TestADecisionNeedsWritesWhereItLeadsToACall asks for every decision at some steps.
func TestADecisionNeedsWritesWhereItLeadsToACall(t *testing.T) {
	kinds := []recreate.EventKind{
		recreate.EventApproved, recreate.EventRollback, recreate.EventRecopy, recreate.EventRerouted, recreate.EventRetry, recreate.EventAmended, recreate.EventResumed,
		recreate.EventAccepted, recreate.EventAttested, recreate.EventHalted, recreate.EventClosed,
	}
	const always = "approved rollback recopy rerouted"
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*Snapshot)
		want   string
	}{
		"a step with a gate": {recreate.StepStop, recreate.PhaseFailed, nil, always},
		"the wait":           {recreate.StepWait, recreate.PhaseFailed, nil, always + " retry amended"},
		"a step of its own":  {recreate.StepReach, recreate.PhaseFailed, nil, always + " retry amended resumed accepted"},
		"a removal":          {recreate.StepRemove, recreate.PhaseAct, nil, always + " retry amended resumed"},
		"all that differs": {recreate.StepVerify, recreate.PhaseDiffer, func(s *Snapshot) {
			s.Run.Verified = &recreate.Verified{Missing: 1, Differences: make([]recreate.Difference, 1)}
		}, always + " retry amended"},
		"a part of what differs": {recreate.StepVerify, recreate.PhaseDiffer, func(s *Snapshot) {
			s.Run.Verified = &recreate.Verified{Missing: 2, Differences: make([]recreate.Difference, 1)}
		}, always + " retry amended accepted"},
	} {
		s := standing(c.step, c.phase, c.change)
		var got []string
		for _, k := range kinds {
			if s.NeedsWrite(k) {
				got = append(got, string(k))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// failingRuns fails at everything.
type failingRuns struct {
	Runs
	err error
}

func (f failingRuns) List() ([]recreate.Kept, error) {
	return []recreate.Kept{{}, {Damaged: "x"}, {Newer: "x"}}, f.err
}
func (f failingRuns) Open(string) (Book, error)         { return nil, f.err }
func (f failingRuns) Begin(recreate.Plan) (Book, error) { return nil, f.err }

func TestWhatFailsStandsInTheLogAsAnError(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	runs := Logged(failingRuns{err: errors.New("full")}, log)
	if _, err := runs.Open("7f"); err == nil {
		t.Error("it is opened")
	}
	if b, err := runs.Begin(planFor("8e", "churn")); err == nil || b != nil {
		t.Error("it is begun")
	}
	_, _ = runs.List()
	_, _ = Logged(failingRuns{}, log).List()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "level=ERROR msg=journal act=begin run=8e ") {
		t.Fatalf("it says\n%s", out.String())
	}
	if got := slices.Delete(lines, 1, 2); !slices.Equal(got, []string{
		"level=ERROR msg=journal act=open run=7f error=full", `level=ERROR msg=journal act=list run="" runs=3 unreadable=2 error=full`, `level=INFO msg=journal act=list run="" runs=3 unreadable=2`,
	}) {
		t.Errorf("it says %q", got)
	}
	if problemOf(nil) != nil || problemOf(model.Problem{Code: "x"}).Code != "x" || problemOf(errors.New("no")).Kind != model.KindUnknown {
		t.Error("an error is another problem")
	}
	if statusOf(nil) != recreate.StatusGone || statusOf(&recreate.Snapshot{Status: "x"}) != "x" {
		t.Error("a notebook has another status")
	}
}
