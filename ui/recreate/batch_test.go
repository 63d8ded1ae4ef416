package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// batchOf is a batch of notebooks of which preflight has passed, but for those that AWS
// does not know.
func batchOf(names ...string) (*batch, *Runs, *hosting) {
	b, h := bookOf()
	aws := b.cfg.Recreator.(*uitest.Recreator)
	b.ports.runs = func() recreate.Fact[[]recreate.Kept] { return recreate.Know[[]recreate.Kept](nil) }
	drafts := make([]*draft, 0, len(names))
	for _, name := range names {
		if !strings.HasPrefix(name, "no-") {
			aws.Snaps[name] = uitest.Snapshot(name, nil)
		}
		drafts = append(drafts, &draft{name: name, runID: "r-" + name, ports: b.ports, target: model.Target{Account: uitest.Prod, Region: "eu-west-1"}})
	}
	s := newBatch(b, recreate.KeptBatch{ID: "b"}, drafts)
	s.Resize(120, 20)
	for _, d := range drafts {
		kit.Perform(h, d.observe())
	}
	s.Sync()
	return s, b, h
}

// begins has the run of a draft be begun.
func begins(s *batch, i int, change func(*liveRun)) *liveRun {
	d := s.drafts[i]
	r := named(d.runID, recreate.StepCreate, recreate.PhaseGate, change)
	r.book, s.book.runs[r.ID] = s.book, r
	return r
}

func cellsOf(s *batch, d *draft) string {
	var out []string
	for _, f := range s.fields() {
		c := f.Cell(d)
		out = append(out, uitest.ToneName(c.Tone)+"|"+c.Text)
	}
	return strings.Join(out, " ")
}

func TestABatchShowsWhatNeedsALookFirst(t *testing.T) {
	s, _, _ := batchOf("e-ready", "d-warns", "c-fails", "b-runs", "a-refused", "no-such", "c-again")
	warn, fail := []recreate.Check{{Result: recreate.Warn}}, []recreate.Check{{Result: recreate.Fail}}
	s.drafts[0].checks, s.drafts[1].checks, s.drafts[2].checks, s.drafts[6].checks = nil, warn, fail, slices.Concat(fail, warn)
	s.drafts[4].checks, s.drafts[4].invalid = nil, map[string]string{"x": "y"}
	begins(s, 3, func(r *liveRun) { r.Run.Phase = recreate.PhaseFailed })
	weights := make([]int, len(s.drafts))
	for i, d := range s.drafts {
		weights[i] = s.weight(d)
	}
	if !slices.Equal(weights, []int{3, 2, 1, 0, 1, 0, 1}) {
		t.Errorf("the weights are %v", weights)
	}
	order := func() (out []string) {
		for _, d := range s.order {
			out = append(out, d.name)
		}
		return out
	}
	for _, d := range s.drafts {
		d.checked = false // nothing is weighed anew
	}
	s.Sync()
	if want := []string{"b-runs", "no-such", "a-refused", "c-again", "c-fails", "d-warns", "e-ready"}; !slices.Equal(order(), want) {
		t.Errorf("the order is %q, want %q", order(), want)
	}
	s.drafts[0].observing.problem, s.drafts[1].checking.running = &model.Problem{}, true
	s.Sync()
	if order()[6] != "e-ready" || s.settled() || !s.Moving() {
		t.Errorf("rows move while answers come in: %q", order())
	}
	s.drafts[1].checking.running = false
	s.Sync()
	if order()[6] != "d-warns" || !s.settled() || s.Moving() {
		t.Errorf("the order is %q, moving %v", order(), s.Moving())
	}
	if s.drafts[0].beginning = true; !s.Moving() {
		t.Error("what is begun stands still")
	}
	s.drafts[0].beginning = false
	if s.book.runs["r-b-runs"].Deciding = true; !s.Moving() {
		t.Error("what is under way stands still")
	}
}

func TestABatchSumsItselfUp(t *testing.T) {
	s, _, _ := batchOf("a", "b", "no-such")
	totals := func() []string { return drawn(s.totals()) }
	if d := uitest.Differ(totals(), []string{
		" ✓ 2 ready   ✗ 1 blocked   ▲ 2 warnings", " While both notebooks of each run: $0.24 an hour", " a approves: create of 2 to direct internet Enabled · each is deleted by itself",
	}); d != "" {
		t.Error(d)
	}
	if left, _, cursor := s.Headline(80); strings.Join(uitest.Spans(left), "") != "strong| Recreate normal|3 notebooks" || cursor != -1 {
		t.Errorf("the head is %q, with a cursor at %d", uitest.Spans(left), cursor)
	}
	r := begins(s, 0, serving)
	r.Run.Plan.Checks = nil
	if d := uitest.Differ(totals(), []string{
		" ✓ 1 ready   ◐ 1 begun   ✗ 1 blocked   ▲ 1 warning", " While both notebooks of each run: $0.12 an hour and 1 notebook, whose price is not known", " a approves: create of 2 to direct internet Enabled · each is deleted by itself",
	}); d != "" {
		t.Error(d)
	}
	s.drafts[1].held = "not offered"
	if got := totals()[2]; got != " 1 notebook not offered: AWS refused another a limit that they share. r checks again." {
		t.Errorf("it says %q", got)
	}
	s.drafts[0].held = "not offered"
	if s.heldBack() != 1 {
		t.Errorf("%d are held back", s.heldBack())
	}
	if got := overlap(nil); got != "nothing" {
		t.Errorf("nothing costs %q", got)
	}
	if got := overlap([]*draft{{}, {}}); got != "cost not known" {
		t.Errorf("what is not known costs %q", got)
	}
}

func TestACellOfABatchSaysHowItsNotebookStands(t *testing.T) {
	s, _, _ := batchOf("a", "no-such")
	d := s.drafts[0]
	says := func(want string) {
		t.Helper()
		if got := cellsOf(s, d); got != want {
			t.Errorf("it is\n%s, want\n%s", got, want)
		}
	}
	const where = " normal|" + uitest.Prod + " normal|eu-west-1 "
	says("normal|a normal|off → on warn|25 ✓ 1 ▲ 0 ✗ 4 ? normal|✓ ready normal|a-net" + where + "normal|$0.12")
	d.plan.Cost.OverlapPerHour = nil
	says("normal|a normal|off → on warn|25 ✓ 1 ▲ 0 ✗ 4 ? normal|✓ ready normal|a-net" + where + "unknown|?")
	d.changed()
	says("normal|a normal|off → on dim|… bad|✗ preflight has not run for these values normal|a-net" + where + "dim|…")
	d.checking.running = true
	says("normal|a normal|off → on dim|… busy|◐ preflight is under way normal|a-net" + where + "dim|…")
	r := begins(s, 0, serving)
	r.Run.Plan.Checks = []recreate.Check{{Result: recreate.Pass}}
	says("normal|a normal|off → on good|1 ✓ 0 ▲ 0 ✗ accent|◆ waits for you: approve create normal|a-net" + where + "unknown|?")
	d = s.drafts[1]
	says("normal|no-such dim|… dim|… bad|✗ there is no notebook instance no-such dim|…" + where + "dim|…")
	s.table.Move(-9)
	if d := uitest.Differ(uitest.Spans(s.Facts()), []string{"warn| no-such: the notebook could not be looked at"}); d != "" {
		t.Error(d)
	}
	s.table.Move(1)
	if d := uitest.Differ(uitest.Spans(s.Facts()), []string{"dim| a", "dim| · ", "dim|" + uitest.Prod, "dim| · ", "dim|eu-west-1"}); d != "" {
		t.Error(d)
	}
	if push := s.open().(kit.Push).Screen.(*wizard); push.draft != s.drafts[0] || push.live != r || !push.shared {
		t.Errorf("it opens %+v", push)
	}
	s.drafts, s.order = nil, nil
	s.Sync()
	if s.open() != nil || s.Facts() != nil {
		t.Error("an empty batch opens something")
	}
}

// TestARefusedLimitHoldsBackThoseThatShareIt has AWS refuse one of a batch, and check the
// others again.
func TestARefusedLimitHoldsBackThoseThatShareIt(t *testing.T) {
	clock := uitest.NewClock()
	s, _, _ := batchOf("a", "b")
	s.ports.now = clock.Now
	for _, d := range s.drafts {
		d.ports.now, d.checkedAt = clock.Now, clock.Now()
	}
	r := begins(s, 0, func(r *liveRun) {
		r.Run.Phase, r.Run.Problem = recreate.PhaseFailed, &model.Problem{Code: "ResourceLimitExceeded", Message: "The account-level service limit 'ml.t3.medium for notebook instance usage' is 2 Instances"}
	})
	s.weigh()
	refusedAt := s.refused[r.ID].at
	if s.drafts[1].held == "" || s.heldBack() != 1 {
		t.Fatalf("it is held by %q", s.drafts[1].held)
	}
	clock.Pass(time.Minute)
	s.weigh()
	if s.refused[r.ID].at != refusedAt {
		t.Error("one refusal is heard twice")
	}
	s.drafts[1].checkedAt = clock.Now()
	s.weigh()
	if s.drafts[1].held != "" {
		t.Errorf("what was checked since is held by %q", s.drafts[1].held)
	}
	r.Run.Steps[0].Began = clock.Now()
	s.weigh()
	if s.drafts[1].held == "" {
		t.Error("another refusal is not heard")
	}
}

func TestABatchIsLeftAndGivenUp(t *testing.T) {
	s, _, h := batchOf("a", "b", "c")
	begins(s, 0, serving)
	asked := len(s.book.cfg.Recreator.(*uitest.Recreator).Calls)
	kit.Perform(h, s.again())
	if got := s.book.cfg.Recreator.(*uitest.Recreator).Calls[asked:]; !slices.Equal(got, []string{"snapshot b", "facts b", "snapshot c", "facts c"}) {
		t.Errorf("asked again is %q", got)
	}
	if !s.unfinished() || (*batch)(nil).unfinished() {
		t.Error("it is over")
	}
	s.drafts[1].observing.running = true
	if _, pops := s.leave().(kit.Pop); !pops || s.drafts[1].observing.running {
		t.Error("what was asked goes on")
	}
	h.Asked = nil
	kit.Perform(h, s.giveUp())
	if want := "[pop say the batch is given up, with 2 plans that had not begun]"; fmt.Sprint(h.Asked) != want {
		t.Errorf("asked %q, want %q", h.Asked, want)
	}
	if s.unfinished() || !s.finish() {
		t.Error("it is not over")
	}
	if got := batchWords(1, 2); got != "a batch of 2 notebooks was" {
		t.Errorf("one is %q", got)
	}
}

// TestBatchesThatWereLeftAreFound finds those with something to do, the older first.
func TestBatchesThatWereLeftAreFound(t *testing.T) {
	b, h := bookOf()
	h.front = newRunsScreen(b.world, b, b.keys, plain(), b.ports)
	kept := func(id string, at time.Time, names ...string) recreate.KeptBatch {
		out := recreate.KeptBatch{ID: id, At: at}
		for _, n := range names {
			out.Drafts = append(out.Drafts, recreate.KeptDraft{RunID: "r-" + n, Name: n})
		}
		return out
	}
	b.find(nil)
	if len(h.Asked) != 0 || b.batchKey().Enabled() {
		t.Errorf("told %q", h.Asked)
	}
	b.find([]recreate.KeptBatch{kept("new", uitest.Noon(), "a", "b"), kept("old", uitest.Noon().Add(-time.Hour), "c"), kept("empty", uitest.Noon())})
	if want := "[say 2 batches of 3 notebooks were left unfinished: b on the list of runs goes back to it]"; fmt.Sprint(h.Asked) != want {
		t.Errorf("told %q, want %q", h.Asked, want)
	}
	var got []string
	for _, c := range b.Commands() {
		got = append(got, fmt.Sprint(c.Name, " ", c.Key.Keys()))
	}
	if d := uitest.Differ(got, []string{
		"Back to the batch of 2 notebooks, of 2026-11-23 12:00:00 UTC [b]", "Back to the batch of 1 notebook, of 2026-11-23 11:00:00 UTC []",
	}); d != "" {
		t.Error(d)
	}
	old := b.batches[0]
	b.backTo(old)
	if h.pushed != kit.Screen(old) || len(b.batches) != 1 {
		t.Errorf("back to %+v, left are %d", h.pushed, len(b.batches))
	}
	h.stacked = []kit.Screen{old, h.front}
	if got := b.unfinished(); len(got) != 2 || got[0] != old {
		t.Errorf("unfinished are %d", len(got))
	}
	h.pushed = nil
	b.backTo(old)
	if h.pushed != kit.Screen(old) || len(b.batches) != 1 {
		t.Error("an open batch is not come back to")
	}
	h.front = old
	if got := b.unfinished(); len(got) != 1 || b.batchKey().Enabled() {
		t.Errorf("the one in front is offered: %d", len(got))
	}
	b.takeOut([]*draft{{arn: ""}})
	if len(b.batches) != 0 {
		t.Errorf("left are %d", len(b.batches))
	}
}
