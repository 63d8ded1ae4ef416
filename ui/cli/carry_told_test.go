package cli

import (
	"errors"
	"os"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/drive"
)

// TestWhatIsToldOfARunOnItsWay hands over one state after the other, a second apart unless
// it says otherwise, and holds what each of them prints.
func TestWhatIsToldOfARunOnItsWay(t *testing.T) {
	t.Parallel()
	c, _, told := carries(t, report.Text)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	c.env.Now = func() time.Time { return now }
	s := drive.Snapshot{ID: "7f3c", Held: true, Run: aRun("7f3c", nil).Run}
	flies := func(e recreate.EffectKind, p recreate.Progress) *drive.Flight {
		return &drive.Flight{Effect: recreate.Effect{Kind: e, Name: "b", Source: "a", Replacement: "b", Until: []model.Status{model.StatusInService}}, Told: true, Progress: p}
	}
	copies := func(files int64) *drive.Flight {
		return flies(recreate.EffectCopy, recreate.Progress{Status: recreate.StatusGone, Moving: &recreate.Moving{Stage: "sending", Files: files, FilesTotal: 9}})
	}
	at := func(k recreate.StepKind) int {
		for i := range s.Run.Steps {
			if s.Run.Steps[i].Kind == k {
				return i
			}
		}
		t.Fatalf("no step %s", k)
		return 0
	}
	overTo := func(end int) {
		for i := range end {
			if s.Run.Steps[i].State != recreate.StepSkipped {
				s.Run.Steps[i].State = recreate.StepDone
			}
		}
	}
	seen := ""
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"at the gate", func() {}, "2026-11-24T12:00:01Z create waits: waits for you: approve create\n"},
		{"as before", func() {}, ""},
		{"another's", func() { c.hear(drive.Notice{ID: "9999", Run: drive.Snapshot{Run: s.Run, Flight: copies(1)}}) }, ""},
		{"one that waits for its turn", func() { s.Queued = &recreate.Effect{} }, "2026-11-24T12:00:04Z create active: waits for its turn\n"},
		{"a call", func() {
			s.Queued, s.Flight = nil, flies(recreate.EffectWait, recreate.Progress{Status: model.StatusPending})
		}, "2026-11-24T12:00:05Z create active: waiting until b is InService: Pending\n"},
		{"nothing told of it", func() { s.Flight.Told = false }, "2026-11-24T12:00:06Z create active: waiting until b is InService\n"},
		{"a step over, before AWS was asked", func() {
			s.Run.At, s.Flight = at(recreate.StepCopy), nil
			overTo(s.Run.At)
			s.Run.Replacement = &recreate.Snapshot{Name: "b", Status: model.StatusInService}
		}, "2026-11-24T12:00:07Z copy waits: the replacement has lost this run's tag, and the data is not copied\n"},
		{"a step over", func() { s.Looked, s.Run.Rolling = true, true }, "2026-11-24T12:00:08Z create done: done\n2026-11-24T12:00:08Z wait done: done\n2026-11-24T12:00:08Z copy waits: the replacement has lost this run's tag, and the data is not copied\n"},
		{"with a note", func() { s.Run.Steps[1].State, s.Run.Steps[1].Note = recreate.StepSkipped, "not wanted" }, "2026-11-24T12:00:09Z wait skipped: not wanted\n2026-11-24T12:00:09Z copy waits: the replacement has lost this run's tag, and the data is not copied\n"},
		{"a copy", func() { s.Flight = copies(1) }, "2026-11-24T12:00:10Z copy active: copying a to b: sending, 1 of 9 files\n"},
		{"too soon", func() { now = now.Add(time.Second - 1); s.Flight = copies(2) }, ""},
		{"two seconds after", func() { now = now.Add(-time.Second + 1); s.Flight = copies(3) }, "2026-11-24T12:00:12Z copy active: copying a to b: sending, 3 of 9 files\n"},
		{"another step", func() { s.Run.At++; overTo(s.Run.At); s.Flight = copies(4) }, "2026-11-24T12:00:13Z copy done: done\n2026-11-24T12:00:13Z verify active: copying a to b: sending, 4 of 9 files\n"},
		{"over", func() { s.Run.At, s.Flight = len(s.Run.Steps), nil; overTo(s.Run.At) }, "2026-11-24T12:00:14Z verify done: done\n2026-11-24T12:00:14Z stop-source done: done\n2026-11-24T12:00:14Z delete-source done: done\n"},
	} {
		now = now.Add(time.Second)
		step.do()
		c.hear(drive.Notice{ID: "7f3c", Run: s})
		got := told()[len(seen):]
		if got != step.want {
			t.Errorf("%s: it tells\n%swant\n%s", step.name, got, step.want)
		}
		seen = told()
	}
}

func TestWhatIsHeardOfARun(t *testing.T) {
	t.Parallel()
	refused := &model.Problem{Message: "no"}
	for name, n := range map[string]struct {
		notice  drive.Notice
		refused bool
		heard   bool
	}{
		"a decision that was refused": {drive.Notice{ID: "7f3c", Problem: refused, Event: recreate.EventApproved}, true, true},
		"a stop that was refused":     {drive.Notice{ID: "7f3c", Problem: refused, Event: recreate.EventHalted}, false, true},
		"nothing is refused":          {drive.Notice{ID: "7f3c", Event: recreate.EventApproved}, false, true},
		"of another run":              {drive.Notice{ID: "9999", Problem: refused}, false, false},
	} {
		c, _, _ := carries(t, report.Text)
		c.hear(n.notice)
		c.hear(n.notice) // nobody listens, and nobody waits for that
		if got := c.refusal(); (got != nil) != n.refused || (len(c.heard) == 1) != n.heard {
			t.Errorf("%s: refused %v, heard %d", name, got, len(c.heard))
		}
	}
	c, out, stderr := carries(t, report.JSON)
	s := drive.Snapshot{ID: "7f3c", Held: true, Run: aRun("7f3c", nil).Run}
	c.hear(drive.Notice{ID: "7f3c", Run: s})
	const line = `{"at":"2026-11-24T12:00:00Z","run":"7f3c","step":"create","state":"waits","message":"waits for you: approve create"}` + "\n"
	if out() != line || stderr() != "" {
		t.Errorf("as JSON it prints %s%s", out(), stderr())
	}
	c.ended = true
	s.Queued = &recreate.Effect{}
	c.hear(drive.Notice{ID: "7f3c", Run: s})
	if out() != line {
		t.Errorf("after the end it prints %s", out())
	}
	c.ended = false
	c.env.Stdout.Close()
	if c.broken != nil {
		t.Error(c.broken)
	}
	c.hear(drive.Notice{ID: "7f3c", Run: s})
	if !errors.Is(c.broken, os.ErrClosed) {
		t.Errorf("a line that cannot be written is %v", c.broken)
	}
}
