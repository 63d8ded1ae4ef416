package recreate

import (
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

const churnARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn"

// kept is a run of churn in this machine's journals that ana began.
func kept(id string, change ...func(*Kept)) Kept {
	src := churn()
	p := NewPlan(id, testTime(), src, SpecFor(&src, Enable))
	p.Identity = model.Identity{Account: testAccount, ARN: "arn:aws:iam::111122223333:user/ana"}
	k := Kept{Run: Begin(p, testTime()), Path: "/runs/" + id}
	for _, f := range change {
		f(&k)
	}
	return k
}

func created(k *Kept) {
	r := churn(func(s *Snapshot) {
		s.Name, s.ARN = "churn-net", churnARN+"-net"
		s.Tags = []model.Tag{{Key: TagRunID, Value: k.Run.ID()}}
	})
	k.Run.Created, k.Run.Replacement = true, &r
}

func over(o Outcome) func(*Kept) { return func(k *Kept) { k.Run.Outcome, k.Run.Phase = o, PhaseOver } }

// left is the replacement of churn that a run left.
func left(id string, change ...func(*Marked)) Marked {
	m := Marked{
		Listed: Listed{ARN: churnARN + "-net", Name: "churn-net", Status: model.StatusInService, Created: testTime().AddDate(0, 0, -1)},
		RunID:  id, SourceARN: churnARN,
		Source: Listed{ARN: churnARN, Name: "churn", Status: model.StatusInService, Created: churn().Created},
	}
	for _, f := range change {
		f(&m)
	}
	return m
}

// asReplacement makes the notebook that a plan is made for the one that a run left.
func asReplacement(s *Snapshot) {
	s.Name, s.ARN, s.Created = "churn-net", churnARN+"-net", testTime().AddDate(0, 0, -1)
	s.Tags = []model.Tag{{Key: TagRunID, Value: "r9"}, {Key: TagSource, Value: churnARN}}
}

func TestOneSourceHasOneReplacement(t *testing.T) {
	t.Parallel()
	gone := func(m *Marked) { m.Source = Listed{} }
	another := func(m *Marked) { m.Source.Created = testTime() } // of the source's name, made since
	elsewhere := func(m *Marked) { m.SourceARN, m.Source = churnARN+"-other", Listed{} }
	noRoom := func(m *Marked) { m.SourceARN, m.Source = "", Listed{} }
	cases := map[string]struct {
		src    func(*Snapshot)
		runs   []Kept
		marked []Marked
		result Result
		says   []string // of the evidence, the hint and the commands
		never  string
	}{
		"nothing": {result: Pass, says: []string{"neither this machine's journals (0)"}},
		"a replacement whose source is gone, of a run of another machine": {
			src: asReplacement, result: Warn, says: []string{"churn-net is the replacement of " + churnARN + ", of run r9, whose journal is not here", "nobody goes on with that run"}, never: "neither",
		},
		"a replacement whose source is gone, which the list has too": {
			src: asReplacement, marked: []Marked{left("r9", gone)}, result: Warn, says: []string{"of run r9, whose journal is not here"}, never: "neither",
		},
		"a replacement without room for the tag of its source": {
			src: func(s *Snapshot) { asReplacement(s); s.Tags = s.Tags[:1] }, result: Warn, says: []string{"churn-net is the replacement of run r9, whose journal is not here"}, never: "neither",
		},
		"a replacement of a run that is over here": {
			src: asReplacement, runs: []Kept{kept("r9", created, over(OutcomeDone))}, marked: []Marked{left("r9", gone)}, result: Pass,
			says: []string{"churn-net is the replacement of run r9, which is over (done)"}, never: "neither",
		},
		"an open run that made nothing": {
			runs: []Kept{kept("r1")}, result: Fail,
			says: []string{"churn is the source of run r1 (waits for you: approve create), begun 2026-11-23T12:00:00Z by arn:aws:iam::111122223333:user/ana", "nbscope resume r1"},
		},
		"an open run with its replacement is said once": {
			runs: []Kept{kept("r1", created)}, marked: []Marked{left("r1")}, result: Fail, says: []string{"run r1"}, never: "has the replacement",
		},
		"an open run that another process holds": {
			runs: []Kept{kept("r1", func(k *Kept) { k.HeldBy = "process 4711" })}, result: Fail, says: []string{"held by process 4711"},
		},
		"a run whose journal is damaged": {
			runs: []Kept{kept("r1", func(k *Kept) { k.Damaged = "cut off" })}, result: Fail, says: []string{"run r1 (journal damaged)", "nbscope runs show r1", "Delete neither"},
		},
		"a run of a newer nbscope": {
			runs: []Kept{kept("r1", func(k *Kept) { k.Newer = "a step" })}, result: Fail, says: []string{"made by a newer nbscope"},
		},
		"a journal of which nothing is read": {
			runs: []Kept{{Run: Run{Plan: Plan{RunID: "r1"}}, Damaged: "empty", Path: "/runs/r1"}}, result: CheckUnknown, says: []string{"run r1: journal damaged", "/runs/r1"},
		},
		"a journal of which nothing is read, and the replacement of its run": {
			runs: []Kept{{Run: Run{Plan: Plan{RunID: "r9"}}, Damaged: "empty", Path: "/runs/r9"}}, marked: []Marked{left("r9")}, result: Fail,
			says: []string{"run r9 made it: journal damaged (/runs/r9)", "Nothing in it can be read"}, never: "there is no journal on this machine",
		},
		"itself a replacement, of a run whose journal cannot be read": {
			src: asReplacement, runs: []Kept{{Run: Run{Plan: Plan{RunID: "r9"}}, Newer: "a step", Path: "/runs/r9"}}, marked: []Marked{left("r9", noRoom)}, result: Fail,
			says: []string{"is itself the replacement of another notebook: run r9 made it: made by a newer nbscope (/runs/r9)", "Go on with the nbscope that wrote it"},
		},
		"the plan's own run":   {runs: []Kept{kept(testRun, created)}, marked: []Marked{left(testRun)}, result: Pass},
		"a run that is closed": {runs: []Kept{kept("r1", over(OutcomeClosed))}, result: Pass},
		"a run that is closed, and its replacement is there": {
			runs: []Kept{kept("r1", created, over(OutcomeClosed))}, marked: []Marked{left("r1")}, result: Fail,
			says: []string{"it has the replacement churn-net, InService, created 2026-11-22T12:00:00Z: run r1 made it, begun 2026-11-23T12:00:00Z by arn:aws:iam::111122223333:user/ana, and is over (closed)", "go on by hand", "# aws sagemaker delete-tags"},
		},
		"a replacement from another machine, under any name": {
			marked: []Marked{left("r9", func(m *Marked) { m.Name, m.ARN = "blue-net", churnARN+"-blue" })}, result: Fail,
			says: []string{"it has the replacement blue-net", "there is no journal on this machine", "where it was begun"},
		},
		"a replacement that is being deleted": {marked: []Marked{left("r9", func(m *Marked) { m.Status = model.StatusDeleting })}, result: Pass},
		"the replacement of another source":   {marked: []Marked{left("r9", elsewhere)}, result: Pass},
		"a replacement that had no room for the source's ARN": {
			runs: []Kept{kept("r1", created, over(OutcomeClosed))}, marked: []Marked{left("r1", noRoom)}, result: Fail, says: []string{"has the replacement churn-net"},
		},
		"the replacement of an older notebook of the same name": {
			src: func(s *Snapshot) { s.Created = testTime() }, runs: []Kept{kept("r1", created, over(OutcomeDone))}, marked: []Marked{left("r1", another)}, result: Pass,
		},
		"a replacement whose age is not known": {
			src: func(s *Snapshot) { s.Created = testTime() }, marked: []Marked{left("r9", func(m *Marked) { m.Created = time.Time{} })}, result: Fail, says: []string{"has the replacement"},
		},
		"the replacement of an open run": {
			src: asReplacement, runs: []Kept{kept("r9", created)}, marked: []Marked{left("r9")}, result: Fail,
			says: []string{"churn-net is the replacement of churn in run r9", "nbscope resume r9"}, never: "is itself",
		},
		"a notebook that only has the name that an open run wants": {
			src: func(s *Snapshot) { asReplacement(s); s.Tags = nil }, runs: []Kept{kept("r9")}, result: Pass,
		},
		"a replacement whose source is still there": {
			src: asReplacement, marked: []Marked{left("r9")}, result: Fail, says: []string{"churn-net is itself the replacement of churn, which is InService: run r9 made it", "tags can be taken off churn-net"},
		},
		"a replacement whose run was closed, with the source there": {
			src: asReplacement, runs: []Kept{kept("r9", created, over(OutcomeClosed))}, marked: []Marked{left("r9")}, result: Fail, says: []string{"is itself the replacement"},
		},
		"a replacement whose source is deleted": {
			src: asReplacement, runs: []Kept{kept("r9", created, over(OutcomeDone))}, marked: []Marked{left("r9", gone)}, result: Pass,
		},
		"a replacement whose source's name is another notebook's now": {src: asReplacement, marked: []Marked{left("r9", another)}, result: Warn},
		"a replacement that had no room, of a run that is done": {
			src: asReplacement, runs: []Kept{kept("r9", created, over(OutcomeDone))}, marked: []Marked{left("r9", noRoom)}, result: Pass,
		},
		"a replacement that had no room, of an unknown run": {src: asReplacement, marked: []Marked{left("r9", noRoom)}, result: Fail, says: []string{"of another notebook"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := churn()
			if c.src != nil {
				c.src(&src)
			}
			f := goodFacts()
			f.Source, f.Runs, f.Marked = Know(&src), Know(c.runs), Know(c.marked)
			got := checksByID(src, planOf(src).Spec, f)["other-runs"]
			said := got.Evidence + "\n" + got.Hint + "\n" + strings.Join(got.Commands, "\n")
			if got.Result != c.result || got.Owner {
				t.Errorf("%s: %s", got.Result, said)
			}
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not in\n%s", want, said)
				}
			}
			if c.never != "" && strings.Contains(said, c.never) {
				t.Errorf("%q is in\n%s", c.never, said)
			}
			for _, line := range got.Commands {
				if strings.Contains(line, " delete-") && !strings.HasPrefix(line, "#") {
					t.Errorf("a command that takes away is live: %s", line)
				}
			}
		})
	}
}

// TestWhatIsNotReadIsNoProof checks that an obstacle is told beside what is not
// known, and that nothing passes without both kinds of facts.
func TestWhatIsNotReadIsNoProof(t *testing.T) {
	t.Parallel()
	src := churn()
	denied, unread := Unknown[[]Marked]("tag:GetResources: denied"), Unknown[[]Kept]("no place for journals")
	cases := map[string]struct {
		runs   Fact[[]Kept]
		marked Fact[[]Marked]
		result Result
		says   string
	}{
		"tags that may not be read":           {Know[[]Kept](nil), denied, CheckUnknown, "tag:GetResources: denied"},
		"journals that are not read":          {unread, Know[[]Marked](nil), CheckUnknown, "no place for journals"},
		"neither":                             {unread, denied, CheckUnknown, "no place for journals; tag:GetResources: denied"},
		"a run here, and tags not read":       {Know([]Kept{kept("r1")}), denied, Fail, "run r1"},
		"a mark there, and journals not read": {unread, Know([]Marked{left("r9")}), Fail, "run r9"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := goodFacts()
			f.Runs, f.Marked = c.runs, c.marked
			got := checksByID(src, planOf(src).Spec, f)["other-runs"]
			if got.Result != c.result || !strings.Contains(got.Evidence, c.says) {
				t.Errorf("%s: %s", got.Result, got.Evidence)
			}
		})
	}
}
