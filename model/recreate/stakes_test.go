package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// said is all that is put at stake, a line each: a danger by the letter of its weight.
func said(st *Stakes) string {
	out := []string{st.Title, "[" + st.Yes + "]"}
	for _, d := range st.Dangers {
		out = append(out, strings.ToUpper(string(d.Severity[:1]))+" "+d.Title+": "+d.Why+" "+strings.Join(d.Names, ","))
	}
	out = append(out, st.Costs...)
	for _, f := range st.Facts {
		out = append(out, f.Label+": "+f.Value)
	}
	for _, x := range st.LeftOut {
		out = append(out, "without "+x.Source+": "+x.Why)
	}
	return strings.Join(append(out, st.Remarks...), "\n")
}

// TestWhatADecisionPutsAtStake has for each decision what its gate must say, and what
// it must not: what is not so, or what another step's gate says.
func TestWhatADecisionPutsAtStake(t *testing.T) {
	t.Parallel()
	al2 := func(s *Snapshot) { s.Platform = "notebook-al2-v3" }
	al1 := func(s *Snapshot) { s.Platform = "notebook-al1-v1" }
	rest := func(s *Snapshot) { s.Status = model.StatusStopped }
	scripted := func(s *Snapshot) { rest(s); s.LifecycleName = "install" }
	for name, c := range map[string]struct {
		source func(*Snapshot)
		at     func(*story)
		k      EventKind
		says   []string
		not    []string
	}{
		"create": {nil, func(*story) {}, EventApproved, []string{
			"Create churn-model-net, to direct internet Enabled\n[Create]", "H It will fail", "H Traffic leaves outside the VPC", "While both run: ",
			"sagemaker:CreateNotebookInstance", "Direct internet: Disabled on the source, Enabled on the replacement",
		}, []string{"Deleting the source", "L "}},
		"update": {func(s *Snapshot) { al2(s); rest(s) }, func(k *story) { k.to(StepUpdate) }, EventApproved, []string{
			"Update churn-model\n", "H The source itself is changed", "sagemaker:UpdateNotebookInstance",
		}, []string{"Traffic leaves"}},
		"start": {scripted, func(k *story) { k.to(StepStart) }, EventApproved, []string{
			"Start churn-model\n", "M Its lifecycle scripts run: install runs as root", "While it runs: ",
		}, []string{"Traffic leaves", "lost"}},
		"stop": {nil, func(k *story) { k.to(StepStop) }, EventApproved, []string{
			"Stop churn-model\n[Stop]", "M What is not under " + home + " is lost", "M Its copy rests on somebody's word", "What is stopped keeps its volume",
			`Copied: "copied churn-model", typed `, "Found: tags of churn-model that rules may choose by: Team.", "Not known: who uses it by name or ARN.",
		}, []string{"Amazon Linux", "H "}},
		"stop for ever": {al1, func(k *story) { k.to(StepStop) }, EventApproved, []string{
			"H It runs Amazon Linux: stopped, it never starts again: Stopped, for ever",
		}, nil},
		"stop until an update": {al2, func(k *story) { k.to(StepStop) }, EventApproved, []string{
			"H It runs Amazon Linux 2: stopped, it does not start again as it is: Stopped, and it would not start again as it is",
		}, nil},
		"stop of what changed": {nil, func(k *story) {
			k.to(StepStop)
			src := *k.run.Source
			src.Modified = k.w.tick()
			k.run.Source = &src
		}, EventApproved, []string{"H It changed since its copy was proven: churn-model changed at"}, nil},
		"delete": {nil, func(k *story) { k.to(StepDelete) }, EventApproved, []string{
			"Delete churn-model\n", "H The keep time is not over: churn-model is to be kept until", "H It cannot be undone", "H Its copy rests on somebody's word", "Since then: ",
			"Kept, it costs",
		}, []string{"Nobody has proven", "Not known: who"}},
		"delete later":           {nil, func(k *story) { k.to(StepDelete); k.w.now = k.w.now.AddDate(0, 0, 3) }, EventApproved, []string{"H It cannot be undone"}, []string{"keep time is not over"}},
		"delete without a proof": {nil, func(k *story) { k.to(StepDelete); k.run.Proof = nil }, EventApproved, []string{"H Nobody has proven its copy"}, nil},
		"attest":                 {nil, func(k *story) { k.to(StepCopy) }, EventAttested, []string{"H nbscope has not seen the data: churn-model can be stopped and deleted later"}, nil},
		"roll back": {nil, func(k *story) { k.to(StepStop) }, EventRollback, []string{
			"Roll back to churn-model\n", "H The replacement is removed: churn-model-net goes with everything", "What is done: churn-model runs and is left as it is.",
		}, nil},
		"roll back to what cannot start": {al2, func(k *story) { k.to(StepDelete) }, EventRollback, []string{
			"H The source cannot be put back as it was: The source is Stopped", "Or else: Ending the run",
		}, nil},
		"try a failed creation again": {nil, failCreation, EventRetry, []string{
			"Remove the failed churn-model-net\n[Try again]", "H The replacement that failed is removed", "sagemaker:DeleteNotebookInstance",
		}, []string{"Traffic leaves"}},
		"another plan": {nil, failCreation, EventAmended, []string{
			"Use another plan for churn-model-net", "[Use this plan]", "H The replacement that failed is removed", "H Traffic leaves outside the VPC", "While both run",
		}, nil},
		"end": {nil, func(k *story) { k.to(StepStop) }, EventClosed, []string{
			"[End the run]", "M The run cannot be continued", "While both run",
		}, []string{"No notebook of the run"}},
		"end with nothing in service": {nil, func(k *story) {
			k.to(StepStop)
			k.run.Source, k.run.Replacement = nil, nil
		}, EventClosed, []string{"H No notebook of the run is in service"}, nil},
		"accept": {nil, func(k *story) {
			k.to(StepStop)
			k.w.touch("churn-model", func(s *Snapshot) { s.InstanceType = "ml.m5.xlarge" })
			k.approve().goesOn()
		}, EventAccepted, []string{"[Accept]", "M Source, InstanceType: was ml.t3.medium, now ml.m5.xlarge: Somebody else changed the source"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, c.source)
			c.at(k)
			s := Subject{Run: k.run}
			if c.k == EventAmended {
				s.Next = &k.run.Plan
			}
			st := StakesOf(c.k, []Subject{s}, k.w.now)
			got := said(&st)
			for _, want := range c.says {
				if !strings.Contains(got, want) {
					t.Errorf("it does not say %q:\n%s", want, got)
				}
			}
			for _, bad := range c.not {
				if strings.Contains("\n"+got, "\n"+bad) || len(bad) > 2 && strings.Contains(got, bad) {
					t.Errorf("it says %q:\n%s", bad, got)
				}
			}
			if st.Refused != "" || len(st.Names) != 1 || st.Names[0].Account != "111122223333" || st.Names[0].Replacement != "churn-model-net" {
				t.Errorf("it is about %v, refused %q", st.Names, st.Refused)
			}
			if !slices.IsSortedFunc(st.Dangers, func(a, b Danger) int { return b.Severity.Rank() - a.Severity.Rank() }) {
				t.Errorf("the heaviest danger is not first:\n%s", got)
			}
		})
	}
}

// failCreation lets the creation fail.
func failCreation(k *story) {
	k.w.fails = "no capacity"
	k.approve().goesOn()
}

// TestWhatIsSeenSinceCounts shows a list that is newer than the run's own look, and
// one that is older.
func TestWhatIsSeenSinceCounts(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepStop)
	now := k.w.tick()
	ask := func(s Subject) string {
		s.Run = k.run
		st := StakesOf(EventApproved, []Subject{s}, now)
		return said(&st)
	}
	halted := Sight{At: now, Status: model.StatusStopped, Modified: now}
	gone := Sight{At: now, Status: StatusGone}
	if got := ask(Subject{Replacement: halted}); !strings.Contains(got, "H Something other than this run is at work: The replacement is Stopped.") {
		t.Errorf("the replacement was stopped, and it says\n%s", got)
	}
	if got := ask(Subject{Replacement: gone}); !strings.Contains(got, "The replacement is gone.") {
		t.Errorf("the replacement is gone, and it says\n%s", got)
	}
	if got := ask(Subject{Source: gone}); !strings.Contains(got, "The source is gone.") {
		t.Errorf("the source is gone, and it says\n%s", got)
	}
	if got := ask(Subject{Source: Sight{At: now, Status: model.StatusInService, Modified: now}}); !strings.Contains(got, "H It changed since its copy was proven") {
		t.Errorf("the source was started anew, and it says\n%s", got)
	}
	halted.At = k.run.Replacement.SeenAt
	if got := ask(Subject{Replacement: halted}); strings.Contains(got, "at work") {
		t.Errorf("an older list counts:\n%s", got)
	}
}

// TestSeveralAreCountedAndSomeLeftOut approves a stop for four, of which two are not
// to be stopped.
func TestSeveralAreCountedAndSomeLeftOut(t *testing.T) {
	t.Parallel()
	subject := func(i int, change func(*Snapshot)) Subject {
		k := tell(t, func(s *Snapshot) {
			s.Name = fmt.Sprintf("n%d", i)
			s.ARN = strings.Replace(s.ARN, "churn-model", s.Name, 1)
			if change != nil {
				change(s)
			}
		})
		p := &k.run.Plan
		k.run = Begin(NewPlan(runID(i), p.Made, p.Source, SpecFor(&p.Source, p.Direction)), start())
		k.w.verified = func() bool { return verified(&k.run, k.w) }
		k.to(StepStop)
		price := float64(i)
		k.run.Plan.Cost.KeptPerMonth = &price
		return Subject{Run: k.run}
	}
	al2 := func(s *Snapshot) { s.Platform = "notebook-al2-v3" }
	all := []Subject{subject(1, al2), subject(2, nil), subject(3, nil), subject(4, nil)}
	late := start().Add(24 * time.Hour)
	all[1].Replacement = Sight{At: late, Status: model.StatusStopped, Modified: late}
	all[2].Source = Sight{At: late, Status: model.StatusInService, Modified: late}
	st := StakesOf(EventApproved, all, late)
	got := said(&st)
	for _, want := range []string{
		"Stop 2 sources of runs to direct internet Enabled\n[Stop 2]", "H It runs Amazon Linux 2: stopped, it does not start again as it is: Stopped", " n1\n", "M What is not under " + home + " is lost",
		" n1,n4\n", "$5.00 a month", "sagemaker:StopNotebookInstance, 2 times", "without n2: the replacement is Stopped",
		"without n3: it changed since its copy was proven, at 2026-11-25T12:00:00Z: copy it again first",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	if len(st.Names) != 2 || st.Names[0].RunID != "r1" || st.Names[1].RunID != "r4" {
		t.Errorf("it is decided for %v", st.Names)
	}
	if none := StakesOf(EventApproved, all[1:3], late); none.Refused == "" || len(none.Names) != 0 {
		t.Errorf("with all left out it is decided for %v: %q", none.Names, none.Refused)
	}
}

func runID(i int) string { return fmt.Sprintf("r%d", i) }

// TestMixedDirectionsAreRefused asks about creates in both directions at once.
func TestMixedDirectionsAreRefused(t *testing.T) {
	t.Parallel()
	on := seed()
	on.DirectInternet = model.Enabled
	var all []Subject
	for _, src := range []Snapshot{seed(), on, seed()} {
		p := planOf(src)
		p.RunID = runID(len(all))
		all = append(all, Subject{Run: Begin(p, start())})
	}
	if st := StakesOf(EventApproved, all, start()); st.Refused != "Each direction has a gate of its own: 1 to direct internet Disabled, 2 to direct internet Enabled." {
		t.Errorf("it is refused by %q", st.Refused)
	}
	st := StakesOf(EventApproved, []Subject{all[0], all[2]}, start())
	if st.Refused != "" || st.Title != "Create 2 replacements, to direct internet Enabled" {
		t.Errorf("two of a direction: %q, refused %q", st.Title, st.Refused)
	}
}
