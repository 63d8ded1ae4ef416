package recreate

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
)

// TestTheKeysOfTheListOfRunsAreThoseOfTheRunUnderTheCursor holds both what the line of
// keys says and what the list of commands has.
func TestTheKeysOfTheListOfRunsAreThoseOfTheRunUnderTheCursor(t *testing.T) {
	t.Parallel()
	s, _, _ := listOf(someRuns()...)
	s.world.Back = "List"
	commands := func() string {
		var out []string
		for _, c := range s.Commands() {
			if c.Group == groupRun && c.Key.Enabled() {
				out = append(out, c.Key.Help().Key+" "+c.Name)
			}
		}
		return strings.Join(out, ", ")
	}
	const always = "enter Open the run, space Mark the run, * Mark every run that is not over, esc Clear the marks, go back, U Resume all 1, r Read the journals again, "
	const reports, end = "e Report of the run, Markdown, E Report of the run, JSON", "X End the run, leave both notebooks, "
	for id, want := range map[string]struct{ hints, commands string }{
		"failed": {"enter open, a decide, X end it, esc back to List, space mark, e report", end + reports + ", a Open the run, to decide"},
		"gate":   {"enter open, a decide, X end it, esc back to List, space mark, e report", end + reports + ", a Approve start source"},
		"left":   {"enter open, u resume, X end it, esc back to List, space mark, e report", "u Resume: look at AWS, then ask, " + end + reports},
		"busy":   {"enter open, esc back to List, space mark, e report", "ctrl+x Stop after the call that is being made, " + reports},
		"kept":   {"enter open, a decide, X end it, esc back to List, space mark, e report", end + reports + ", a Delete the source"},
		"there":  {"enter open, esc back to List, space mark, e report", reports},
		"over":   {"enter open, esc back to List, space mark, e report", reports},
	} {
		s.table.MoveToKey(id)
		if got := hinted(s.Hints()); got != want.hints {
			t.Errorf("%s: the keys are %q, want %q", id, got, want.hints)
		}
		if got := commands(); got != always+want.commands {
			t.Errorf("%s: the commands are %q, want %q", id, got, always+want.commands)
		}
	}
	s.markAll()
	if got := hinted(s.Hints()); got != "a start source of 1, U resume 1 marked, space mark, esc clear marks, enter open" {
		t.Errorf("of all that are marked the keys are %q", got)
	}
	if got := commands(); got != strings.TrimSuffix(strings.Replace(always, "all 1", "1 marked", 1), ", ")+", a Approve together: start source" {
		t.Errorf("of all that are marked the commands are %q", got)
	}
}

// TestSeveralAreResumedByOneKey has two that can be, one, and none.
func TestSeveralAreResumedByOneKey(t *testing.T) {
	t.Parallel()
	left := func(id string) *liveRun {
		return named(id, recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false })
	}
	for want, all := range map[string][]*liveRun{
		"true true": {left("a"), left("b")}, "false true": {left("a")}, "false false": {named("gate", recreate.StepStart, recreate.PhaseGate, serving)},
	} {
		s, _, _ := listOf(all...)
		hint, command := "false", "false"
		if strings.Contains(hinted(s.Hints()), "U resume all") {
			hint = "true"
		}
		for _, c := range s.Commands() {
			if strings.HasPrefix(c.Name, "Resume all") && c.Key.Enabled() {
				command = "true"
			}
		}
		if got := hint + " " + command; got != want {
			t.Errorf("of %d runs, said and done is %s, want %s", len(all), got, want)
		}
	}
	s, _, _ := listOf()
	s.world.Back = "List"
	if got := hinted(s.Hints()); got != "esc back to List" {
		t.Errorf("without runs the keys are %q", got)
	}
}

// TestWhatIsSaidOfARunHasAThirdOfTheList looks at the heights where that changes.
func TestWhatIsSaidOfARunHasAThirdOfTheList(t *testing.T) {
	t.Parallel()
	s, _, _ := listOf(someRuns()...)
	for height, want := range map[int]int{0: 0, 13: 0, 14: 4, 15: 5, 35: 11, 36: 12, 39: 12, 60: 12} {
		s.Resize(120, height)
		if s.paneHeight() != want {
			t.Errorf("in %d lines it has %d, want %d", height, s.paneHeight(), want)
		}
		if got := len(strings.Split(s.Body(), "\n")); height > 0 && got != height {
			t.Errorf("in %d lines the list has %d", height, got)
		}
	}
}

// TestTheKeyBackToABatchIsThatOfTheListOfRuns looks for it with a batch that was left,
// with none, and from another screen.
func TestTheKeyBackToABatchIsThatOfTheListOfRuns(t *testing.T) {
	t.Parallel()
	s, b, h := listOf(someRuns()...)
	if k := b.batchKey(); k.Enabled() || len(b.Commands()) != 0 {
		t.Errorf("with none that was left there is %q", k.Help().Key)
	}
	d, _, _ := checkedDraft(nil)
	left := &batch{kept: &recreate.KeptBatch{}, drafts: []*draft{d}}
	b.batches = append(b.batches, left)
	if k := b.batchKey(); !k.Enabled() || k.Help().Desc != "back to the batch" || !strings.Contains(hinted(s.Hints()), "b back to the batch") {
		t.Errorf("the key is %q", k.Help().Key)
	}
	h.front = left
	if k := b.batchKey(); k.Enabled() || len(b.Commands()) != 1 {
		t.Errorf("from another screen the key is %q", k.Help().Key)
	}
}

// TestOnlyWhatIsNamedIsApproved leaves out of a gate for several what cannot be approved.
func TestOnlyWhatIsNamedIsApproved(t *testing.T) {
	t.Parallel()
	waits := func(id string) candidate {
		return candidate{run: named(id, recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Proof = proven() })}
	}
	unlike := candidate{run: named("c", recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil })}
	b, h, _ := driven(t, waits("a").run, waits("b").run, unlike.run)
	def, _ := recreate.Def(recreate.StepStop)
	kit.Perform(h, b.gates.jointGate(joint{def: def, all: []candidate{waits("a"), waits("b"), unlike}}, false))
	gate, ok := h.shown.(*kit.Approval)
	if !ok {
		t.Fatalf("it shows %#v, asked %q", h.shown, h.Asked)
	}
	gate.Lines(plain(), 100, 60)
	gate.Take(tea.KeyPressMsg{Code: tea.KeyTab})
	do, _ := gate.Take(tea.KeyPressMsg{Code: tea.KeyEnter})
	var ids []string
	for _, do := range do.(kit.Sequence) {
		ids = append(ids, do.(intentDecide).run.ID)
	}
	if strings.Join(ids, " ") != "a b" {
		t.Errorf("approved are %q", ids)
	}
}
