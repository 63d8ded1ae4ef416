package recreate

import (
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/uitest"
)

// leftBehind is a batch of drafts with these ARNs that was left.
func leftBehind(b *Runs, id string, arns ...string) *batch {
	drafts := make([]*draft, 0, len(arns))
	for _, arn := range arns {
		drafts = append(drafts, &draft{name: arn, arn: arn, runID: "r-" + id + arn, ports: b.ports})
	}
	s := newBatch(b, recreate.KeptBatch{ID: id}, drafts)
	b.batches = append(b.batches, s)
	return s
}

func arnsOf(s *batch) (out []string) {
	for _, d := range s.drafts {
		out = append(out, d.arn)
	}
	return out
}

func TestABatchThatIsComeBackToIsLeftNoMore(t *testing.T) {
	t.Parallel()
	b, h := bookOf()
	first, second, third := leftBehind(b, "1", "a"), leftBehind(b, "2", "b"), leftBehind(b, "3", "c")
	b.backTo(second)
	if h.pushed != kit.Screen(second) || !slices.Equal(b.batches, []*batch{first, third}) {
		t.Errorf("%d are left", len(b.batches))
	}
}

func TestOfABatchThatIsComeBackToWhatIsNotKnownIsAskedAnew(t *testing.T) {
	t.Parallel()
	s, b, h := batchOf("begun", "planned", "changed", "fresh")
	begins(s, 0, serving)
	s.drafts[2].checked = false // the plan is there, and the form has changed since
	s.drafts[3].plan = nil
	aws := b.cfg.Recreator.(*uitest.Recreator)
	aws.Calls, b.batches = nil, []*batch{s}
	b.backTo(s)
	if want := []string{"facts changed", "snapshot fresh", "facts fresh"}; !slices.Equal(aws.Calls, want) {
		t.Errorf("asked is %q, want %q", aws.Calls, want)
	}
	if h.pushed != kit.Screen(s) || len(b.batches) != 0 {
		t.Error("it is not opened")
	}
}

func TestWhatIsPlannedAnewLeavesTheBatchesItWasIn(t *testing.T) {
	t.Parallel()
	b, _ := bookOf()
	both, one, other := leftBehind(b, "1", "a", "b"), leftBehind(b, "2", "a"), leftBehind(b, "3", "c")
	b.runs["r-3c"] = named("r-3c", recreate.StepStart, recreate.PhaseGate, serving)
	b.takeOut([]*draft{{arn: "a"}, {arn: "c"}})
	if !slices.Equal(b.batches, []*batch{both, other}) || !slices.Equal(arnsOf(both), []string{"b"}) || len(one.drafts) != 0 {
		t.Errorf("%d are left, the first with %q", len(b.batches), arnsOf(both))
	}
	if !slices.Equal(arnsOf(other), []string{"c"}) {
		t.Error("a run that has begun is taken out of its batch")
	}
}

func TestAPlanThatIsLeftUnfinishedIsKept(t *testing.T) {
	t.Parallel()
	listed := &model.Notebook{ARN: "arn-a"}
	run := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	for name, c := range map[string]struct {
		left kit.Screen
		want bool
	}{
		"a plan":                 {&wizard{subject: &subject{draft: &draft{notebook: listed}}}, true},
		"of a batch":             {&wizard{subject: &subject{draft: &draft{notebook: listed}}, shared: true}, false},
		"begun":                  {&wizard{subject: &subject{draft: &draft{notebook: listed}, live: run}}, false},
		"of nothing in the list": {&wizard{subject: &subject{draft: &draft{}}}, false},
		"no plan":                {&wizard{subject: &subject{}}, false},
	} {
		b, _ := bookOf()
		b.Left(c.left)
		if _, kept := b.drafts["arn-a"]; kept != c.want || len(b.drafts) > 1 || len(b.batches) != 0 {
			t.Errorf("%s: kept %v", name, kept)
		}
	}
}

func TestABatchThatIsLeftIsKeptWhileSomethingOfItIsLeft(t *testing.T) {
	t.Parallel()
	s, b, _ := batchOf("a")
	b.Left(s)
	if !slices.Equal(b.batches, []*batch{s}) {
		t.Errorf("%d are left", len(b.batches))
	}
	b.batches = nil
	begins(s, 0, func(r *liveRun) { serving(r); over(r, recreate.OutcomeDone) })
	b.Left(s)
	if len(b.batches) != 0 {
		t.Error("a batch that is over is left")
	}
}

func TestTheKeyBackToABatchIsThatOfTheOneLeftLast(t *testing.T) {
	t.Parallel()
	b, h := bookOf()
	h.front = newRunsScreen(b.world, b, b.keys, plain(), b.ports)
	leftBehind(b, "1", "a")
	leftBehind(b, "2", "b", "c")
	all := b.Commands()
	keys := func(k key.Binding) string { return strings.Join(k.Keys(), "") }
	if len(all) != 2 || !strings.HasPrefix(all[0].Name, "Back to the batch of 2 notebooks, of ") || keys(all[0].Key) != keys(b.keys.Runs.Batch) || keys(all[1].Key) != "" {
		t.Fatalf("offered are %+v", all)
	}
	kit.Perform(h, all[1].Run())
	if len(b.batches) != 1 || h.pushed == nil {
		t.Errorf("%d are left", len(b.batches))
	}
}

func TestTheColumnOfStepsFillsItsWidthWithARuleBeforeTheRun(t *testing.T) {
	t.Parallel()
	_, w, _ := checkedDraft(nil)
	for _, width := range []int{4, 16, 30} {
		lines := drawn(w.stepLines(width))
		for i, l := range lines {
			if got := text.Width(l); got > width {
				t.Errorf("line %d has %d columns in %d: %q", i, got, width, l)
			}
		}
		rule := strings.TrimRight(lines[pageRun], " ")
		if want := " " + strings.Repeat(w.theme.Glyphs.Horizontal, width-2); rule != want {
			t.Errorf("the rule is %q, want %q", rule, want)
		}
	}
}
