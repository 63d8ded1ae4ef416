package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model/journal"
)

// What apply and resume say is what there is now, and not what was done once.

// carried are both commands that carry a run up to a step.
func (s *shell) carried(plan, approve, id, until string) map[string]answer {
	return map[string]answer{
		"apply":  s.run("apply", plan, "--approve", approve, "--until", until, "-o", "json"),
		"resume": s.run("resume", id, "--until", until, "-o", "json"),
	}
}

// both checks both commands.
func (s *shell) both(answers map[string]answer, code int, outcome string, says ...string) {
	s.t.Helper()
	for _, a := range answers {
		last := s.ends(a, code, outcome, says...)
		if _, named := last["replacement"]; named && outcome == "drift" && strings.Contains(strings.Join(says, " "), "the replacement is gone") {
			s.t.Errorf("it names a replacement that is gone: %v", last)
		}
	}
}

func TestWhatSomebodyUndidIsNotDone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hand  sim.Change
		until string
		says  []string
	}{
		"deleted":                     {sim.Change{Op: "delete", Name: "churn-net"}, "wait", []string{"the replacement is gone"}},
		"deleted, though only made":   {sim.Change{Op: "delete", Name: "churn-net"}, "create", []string{"the replacement is gone"}},
		"stopped":                     {sim.Change{Op: "set", Name: "churn-net", Status: "Stopped"}, "wait", []string{`is "Stopped"`}},
		"untagged":                    {sim.Change{Op: "set", Name: "churn-net", RemoveTags: []string{"nbscope:run-id"}}, "wait", []string{"is none", "not proven to be this run's"}},
		"deleted before the copy":     {sim.Change{Op: "delete", Name: "churn-net"}, "copy", []string{"the replacement is gone"}},
		"stopped before the copy":     {sim.Change{Op: "set", Name: "churn-net", Status: "Stopped"}, "copy", []string{`is "Stopped"`}},
		"untagged before the copy":    {sim.Change{Op: "set", Name: "churn-net", RemoveTags: []string{"nbscope:run-id"}}, "stop", []string{"not proven to be this run's"}},
		"its source gone at the copy": {sim.Change{Op: "delete", Name: "churn"}, "copy", []string{"the source is gone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShell(t, fast, inVPC("churn", nil))
			plan, approve, id := s.plan("churn")
			s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")
			s.both(s.carried(plan, approve, id, "wait"), 0, "done")
			s.change(c.hand)
			s.both(s.carried(plan, approve, id, c.until), 5, "drift", append(c.says, "`nbscope resume "+id+"`")...)
			if got := s.wrote(); got != "Create churn-net" {
				t.Errorf("AWS was asked for %s", got)
			}
		})
	}
}

// TestAWaitThatFailedIsNotACreationThatIsThere lets somebody delete the replacement
// while it is being made.
func TestAWaitThatFailedIsNotACreationThatIsThere(t *testing.T) {
	t.Parallel()
	s := newShell(t, 1, inVPC("churn", nil)) // it is Pending for minutes
	plan, approve, id := s.plan("churn")
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "create", "-o", "json"), 0, "done")
	s.change(sim.Change{Op: "delete", Name: "churn-net"})
	s.both(map[string]answer{"resume": s.run("resume", id, "--until", "wait", "-o", "json")}, 6, "failed", "somebody else deleted it")
	s.both(s.carried(plan, approve, id, "create"), 5, "drift", "the replacement is gone")
}

// TestOneOfTwoAppliesOfAPlanGoesOnAndTheOtherSaysSo applies a plan twice at once.
func TestOneOfTwoAppliesOfAPlanGoesOnAndTheOtherSaysSo(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	var all [4]answer
	var apply sync.WaitGroup
	for i := range all {
		apply.Go(func() { all[i] = s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json") })
	}
	apply.Wait()
	done := 0
	for _, a := range all {
		if a.code == 0 {
			s.ends(a, 0, "done")
			done++
			continue
		}
		s.ends(a, 5, "held", "run "+id+" is held by process ")
	}
	if got := s.wrote(); done == 0 || got != "Create churn-net" {
		t.Errorf("%d were done, and AWS was asked for %s", done, got)
	}
	held, err := journal.Open(s.runs, nil, time.Now).Open(id)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	s.both(s.carried(plan, approve, id, "stop"), 5, "held", "is held by process ")
}

// TestAJournalThatCannotBeReadIsNothingElse damages the journal of a run that was done
// up to its wait.
func TestAJournalThatCannotBeReadIsNothingElse(t *testing.T) {
	t.Parallel()
	lines := func(change func([]string)) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all := strings.SplitAfter(string(raw), "\n")
			change(all)
			if err := os.WriteFile(path, []byte(strings.Join(all, "")), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	swap := func(by func(string) error) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := by(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		damage func(*testing.T, string)
		says   string
	}{
		"a pipe":               {swap(pipe), "journal damaged"},
		"a link":               {swap(func(p string) error { return os.Symlink("/dev/null", p) }), "journal damaged"},
		"nothing":              {swap(func(p string) error { return os.WriteFile(p, nil, 0o600) }), "journal damaged"},
		"its first record bad": {lines(func(all []string) { all[0] = "{]\n" }), "journal damaged"},
		"its last record bad":  {lines(func(all []string) { all[len(all)-2] = "{]\n" }), "journal damaged"},
		"of a newer version":   {lines(func(all []string) { all[0] = strings.Replace(all[0], `"schema":2`, `"schema":3`, 1) }), "made by a newer nbscope"},
		"with a newer event": {lines(func(all []string) {
			all[len(all)-2] = strings.Replace(all[len(all)-2], `"kind":"done"`, `"kind":"sung"`, 1)
		}), "made by a newer nbscope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShell(t, fast, inVPC("churn", nil))
			plan, approve, id := s.plan("churn")
			s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")
			c.damage(t, filepath.Join(s.runs, id+".jsonl"))
			s.both(s.carried(plan, approve, id, "wait"), 5, "unreadable", "run "+id+": "+c.says)
			for _, a := range s.carried(plan, approve, id, "wait") {
				damaged := strings.Contains(c.says, "damaged")
				if damaged && !strings.Contains(a.stderr, "nbscope:run-id = "+id) || strings.Contains(a.stdout, "replacement") {
					t.Errorf("it says\n%s%s", a.stdout, a.stderr)
				}
			}
		})
	}
}

func TestWhatWasNotTriedHasNotFailed(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	begun := s.runs
	apply := func() answer { return s.run("apply", plan, "--approve", approve, "--until", "copy", "-o", "json") }
	s.change(sim.Change{Op: "faults", Faults: "deny=" + s.target.Region})
	s.ends(apply(), 6, "not tried", "")
	s.change(sim.Change{Op: "faults"})
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")
	s.change(sim.Change{Op: "faults", Faults: "deny=" + s.target.Region})
	s.both(s.carried(plan, approve, id, "copy"), 6, "not tried")
	s.both(s.carried(plan, approve, id, "wait"), 6, "not tried") // what cannot be seen is not said to be done
	s.change(sim.Change{Op: "faults"})

	s.runs = filepath.Join(s.dir, "no folder")
	s.write(s.runs, "a file")
	s.both(s.carried(plan, approve, id, "wait"), 6, "not tried", "not a directory")
	s.runs = begun
	if a := s.run("resume", "none", "--until", "wait", "-o", "json"); a.code != 2 || !strings.Contains(a.stderr, `there is no run "none"`) {
		t.Errorf("exit %d: %s", a.code, a.stderr)
	}
}

func TestWhatWasAddedIsToldWithWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, _ := s.plan("churn")
	s.change(sim.Change{Op: "set", Name: "churn", Tags: map[string]string{"Foo": "bar"}, RemoveTags: []string{"Team"}})
	a := s.run("apply", plan, "--approve", approve, "-o", "json")
	s.ends(a, 5, "drift", `Tags.Foo of the source was none, and is "bar"`, `Tags.Team of the source was "growth", and is none`)
	if strings.Contains(a.stderr, `""`) {
		t.Errorf("it shows an empty text:\n%s", a.stderr)
	}
}

// TestTheSamePlanOnAnotherMachineNamesItsRun applies one plan's file on two machines.
func TestTheSamePlanOnAnotherMachineNamesItsRun(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")
	s.runs = filepath.Join(s.dir, "another machine")
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 5, "other run",
		"it has the replacement churn-net, InService, created ", "run "+id+" made it", "Go on with that run where it was begun")
}
