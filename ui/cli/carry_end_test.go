package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/drive"
)

// carries is a carrier of no command, and what it has printed so far.
func carries(t *testing.T, format report.Format) (c *carrier, out, stderr func() string) {
	t.Helper()
	file := func(name string) (*os.File, func() string) {
		f, err := os.Create(filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f, func() string {
			raw, err := os.ReadFile(f.Name())
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
	}
	env := &Env{Now: func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }}
	env.Stdout, out = file("out")
	env.Stderr, stderr = file("err")
	return newCarrier(t.Context(), env, &carryFlags{until: string(drive.UntilCopy), output: string(format)}, "7f3c"), out, stderr
}

func TestHowACarriedRunEnds(t *testing.T) {
	t.Parallel()
	const inExplorer = "`nbscope resume 7f3c` opens it in the explorer"
	const leftAsItIs = "It is left as it is, and nobody goes on with the run. Look at both notebooks and decide by what is there: churn-model-net is this run's if it has the tag nbscope:run-id = 7f3c. Delete neither before you have found your data on the other."
	odd, full := errors.New("odd"), &model.Problem{Operation: "write", Message: "no space left", Hint: "make room"}
	for name, c := range map[string]struct {
		verdict drive.Verdict
		why     error
		change  func(*drive.Snapshot)
		code    int
		says    string // beside "run 7f3c"; "" for nothing
		stderr  string
	}{
		"done":                   {verdict: drive.Done},
		"done, and stands still": {verdict: drive.Done, change: func(s *drive.Snapshot) { s.Problem = full }, stderr: "nbscope: run 7f3c stands still: write: no space left (make room)\n"},
		"waits":                  {verdict: drive.Waits, code: 3, says: " waits for you: approve create; " + inExplorer},
		"turned back":            {verdict: drive.Waits, code: 3, change: func(s *drive.Snapshot) { s.Run.Rolling = true }, says: ": a way back is under way: the explorer goes on with it; " + inExplorer},
		"drift": {verdict: drive.Drift, code: 5, change: func(s *drive.Snapshot) {
			s.Problem, s.Run.Phase = full, recreate.PhaseDrift
			s.Run.Drift = []recreate.Drift{{On: recreate.SideSource, Field: "InstanceType", Before: "a", Now: "b", Why: "w"}, {On: recreate.SideReplacement, Field: "RoleArn", Now: "c", Why: "v"}}
		}, says: ` stopped: InstanceType of the source was "a", and is "b" (w); RoleArn of the replacement was none, and is "c" (v); ` + inExplorer},
		"drift, and over":    {verdict: drive.Drift, code: 5, change: func(s *drive.Snapshot) { s.Run.Outcome, s.Run.Phase = recreate.OutcomeDone, recreate.PhaseOver }, says: " stopped: ; the run is over: see to it by hand"},
		"other run":          {verdict: drive.OtherRun, why: odd, code: 5, says: "odd"},
		"held":               {verdict: drive.Held, code: 5, says: " is held by process 7: it goes on there"},
		"unreadable":         {verdict: drive.Unreadable, code: 5, change: func(s *drive.Snapshot) { s.Kept.Damaged, s.Kept.Newer = "record 2: odd", "" }, says: ": journal damaged (/runs/7f3c.jsonl): record 2: odd. " + leftAsItIs},
		"of a newer program": {verdict: drive.Unreadable, code: 5, change: func(s *drive.Snapshot) { s.Kept.Newer = "of version 3" }, says: ": made by a newer nbscope (/runs/7f3c.jsonl): of version 3. Go on with the nbscope that wrote it, or a newer one. This one leaves the journal as it is."},
		"failed":             {verdict: drive.Failed, code: 6, says: ": waits for you: approve create; " + inExplorer},
		"failed, and not tried": {verdict: drive.Failed, code: 6, change: func(s *drive.Snapshot) {
			s.Run.Phase, s.Run.Problem, s.Run.Steps[0].Idle = recreate.PhaseFailed, full, true
		}, says: ": create was not tried: write: no space left (make room); " + inExplorer},
		"failed with a reason": {verdict: drive.Failed, code: 6, change: func(s *drive.Snapshot) { s.Run.Phase, s.Run.Problem = recreate.PhaseFailed, full }, says: ": create failed: write: no space left (make room); " + inExplorer},
		"failed in AWS": {verdict: drive.Failed, code: 6, change: func(s *drive.Snapshot) {
			s.Run.Phase, s.Run.Problem, s.Run.Effects = recreate.PhaseFailed, &model.Problem{Message: "no"}, 1
		}, says: ": create failed: no; " + inExplorer + ", and `nbscope apply` with its plan tries once more"},
		"not tried again":            {verdict: drive.NotTried, code: 6, change: func(s *drive.Snapshot) { s.Run.Effects = 1 }, says: ": waits for you: approve create; " + inExplorer + ", and `nbscope apply` with its plan tries once more"},
		"paused":                     {verdict: drive.Paused, code: 6, change: func(s *drive.Snapshot) { s.Run.Effects, s.Problem = 1, full }, says: " stands still: write: no space left (make room); " + inExplorer},
		"over":                       {verdict: drive.Over, code: 6, change: func(s *drive.Snapshot) { s.Run.Outcome = recreate.OutcomeClosed }, says: " is over: closed; make another plan"},
		"interrupted":                {verdict: drive.Interrupted, why: InterruptedError{syscall.SIGTERM}, code: 143, says: "ended by a signal: terminated"},
		"interrupted after one call": {verdict: drive.Interrupted, why: InterruptedError{syscall.SIGTERM}, code: 143, change: func(s *drive.Snapshot) { s.Run.Effects = 1 }, says: "ended by a signal: terminated", stderr: "nbscope: the run goes on with the same command, or with `nbscope resume 7f3c`\n"},
	} {
		k := aRun("7f3c", nil)
		k.HeldBy, k.Path, k.Run.Steps[0].Idle = "process 7", "/runs/7f3c.jsonl", false
		s := drive.Snapshot{Kept: k, ID: "7f3c", Run: k.Run}
		if c.change != nil {
			c.change(&s)
		}
		step, says := "create", c.says
		switch {
		case c.verdict == drive.Done:
			step = "copy" // that it was carried to
		case c.why == nil:
			says = "run 7f3c" + says
		}
		for _, format := range carryFormats() {
			want := fmt.Sprintf("run 7f3c: %s at %s\n", c.verdict, step)
			if format == report.JSON {
				message := ""
				if says != "" {
					raw, _ := json.Marshal(says)
					message = `,"message":` + string(raw)
				}
				want = fmt.Sprintf(`{"run":"7f3c","outcome":%q,"step":%q%s}`+"\n", c.verdict, step, message)
			}
			carrier, out, stderr := carries(t, format)
			err := carrier.end(&s, c.verdict, c.why)
			if ExitCode(err) != c.code || err != nil && err.Error() != says || out() != want || stderr() != c.stderr || !carrier.ended {
				t.Errorf("%s ends with %d (%v) and prints\n%swant\n%sand says %q", name, ExitCode(err), err, out(), want, stderr())
			}
		}
	}
}
