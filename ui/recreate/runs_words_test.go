package recreate

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestTheFootOfTheListOfRunsNamesTheRunUnderTheCursor(t *testing.T) {
	t.Parallel()
	all := someRuns()
	all[0].Kept.Path, all[1].Kept.Path, all[1].Kept.HeldBy, all[5].Kept.Path = "/runs/failed.jsonl", "/runs/gate.jsonl", "process 8", "/runs/there.jsonl"
	s, _, _ := listOf(all...)
	for id, want := range map[string]string{
		"failed": "run failed, begun 2026-11-23 12:00:00 UTC, /runs/failed.jsonl",
		"gate":   "run gate, begun 2026-11-23 12:00:00 UTC, /runs/gate.jsonl",
		"there":  "run there, begun 2026-11-23 12:00:00 UTC, held by process 7",
		"over":   "run over, begun 2026-11-23 12:00:00 UTC",
	} {
		s.table.MoveToKey(id)
		if r := s.current(); r == nil || r.ID != id {
			t.Errorf("the cursor on %s is on %+v", id, r)
			continue
		}
		var got []string
		for _, f := range s.Facts() {
			if w := strings.TrimSpace(f.Text); w != "" && w != "·" {
				got = append(got, w)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestWhatIsMarkedIsResumedWhereSomethingOfItCanBe(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"left": true, "gate": false} { // the other way round they are decided
		s, _, _ := listOf(someRuns()...)
		s.table.MoveToKey(id)
		s.mark()
		hints := s.Hints()
		if hints[1].Help().Desc != "resume "+s.resumeWord() || hints[1].Enabled() != want || hints[0].Enabled() == want {
			t.Errorf("%s: %q is offered: %v", id, hints[1].Help().Desc, hints[1].Enabled())
		}
	}
}

func TestOfWhatIsApprovedTogetherOnlyWhatHasBegunIsLookedAt(t *testing.T) {
	t.Parallel()
	r := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	j := joint{all: []candidate{{run: r}, {draft: &draft{}}}}
	if got := j.runs(); len(got) != 1 || got[0] != r {
		t.Errorf("looked at are %+v", got)
	}
}

func TestAWizardIsOfItsDraftOrOfItsRun(t *testing.T) {
	t.Parallel()
	d, w, _ := checkedDraft(nil)
	if got := w.spec(); got != &d.spec {
		t.Errorf("of a draft it is about %+v", got)
	}
	r := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	w.live = r
	if got := w.spec(); got != &r.Run.Plan.Spec {
		t.Errorf("of a run it is about %+v", got)
	}
	w.draft, w.live = nil, nil
	if got := w.spec(); got.Name != "" {
		t.Errorf("of nothing it is about %+v", got)
	}
}

// gateSays is the document of a gate.
func gateSays(st *recreate.Stakes) []string {
	b, _ := bookOf()
	return uitest.Told(b.gates.aboutStakes(st), plain())
}

func TestAGateSaysWhyOfOneAndNamesOfSeveral(t *testing.T) {
	t.Parallel()
	name := func(source, replacement string) recreate.Naming {
		return recreate.Naming{RunID: source, Source: source, Replacement: replacement, Account: uitest.Prod, Region: "eu-west-1"}
	}
	danger := func(s model.Severity, why string, names ...string) []recreate.Danger {
		return []recreate.Danger{{Risk: recreate.Risk{Title: "It is gone", Severity: s, Why: why}, Names: names}}
	}
	one := []string{"normal|Source|a", "normal|Replacement|a-net", "normal|Where|" + uitest.Prod + " eu-west-1"}
	for title, c := range map[string]struct {
		stakes recreate.Stakes
		want   []string
	}{
		"one, and why":       {recreate.Stakes{Dangers: danger(model.SeverityHigh, "For good.", "a"), Names: []recreate.Naming{name("a", "a-net")}}, append([]string{"drawn|✗ It is gone", "drawn|  For good."}, one...)},
		"one, less grave":    {recreate.Stakes{Dangers: danger(model.SeverityLow, "For good.", "a"), Names: []recreate.Naming{name("a", "a-net")}}, append([]string{"drawn|◦ It is gone"}, one...)},
		"one, without why":   {recreate.Stakes{Dangers: danger(model.SeverityHigh, "", "a"), Names: []recreate.Naming{name("a", "a-net")}}, append([]string{"drawn|✗ It is gone"}, one...)},
		"two, not why":       {recreate.Stakes{Dangers: danger(model.SeverityHigh, "For good.", "a", "b"), Names: []recreate.Naming{name("a", "a-net"), name("b", "b-net")}}, []string{"drawn|✗ It is gone (both)", "normal|New names|each source's with -net behind it", "header|" + uitest.Prod + " eu-west-1: 2 notebooks", "normal|a · b"}},
		"three, one other":   {recreate.Stakes{Names: []recreate.Naming{name("a", "a-net"), name("b", "b-net"), name("c", "d")}}, []string{"normal|New names|each source's with -net behind it, but for those given", "header|" + uitest.Prod + " eu-west-1: 3 notebooks", "normal|a · b · c → d"}},
		"three, other first": {recreate.Stakes{Names: []recreate.Naming{name("c", "d"), name("e", "e"), name("a", "a-net"), name("b", "b-net")}}, []string{"normal|New names|each source's with -net behind it, but for those given", "header|" + uitest.Prod + " eu-west-1: 4 notebooks", "normal|c → d · e → e · a · b"}},
		"two and three":      {recreate.Stakes{Names: []recreate.Naming{name("a", "a-x"), name("b", "b-x"), name("c", "c-net"), name("d", "d-net"), name("e", "e-net")}}, []string{"normal|New names|each source's with -net behind it, but for those given", "header|" + uitest.Prod + " eu-west-1: 5 notebooks", "normal|a → a-x · b → b-x · c · d · e"}},
		"two and two":        {recreate.Stakes{Names: []recreate.Naming{name("a", "a-x"), name("c", "c-net"), name("d", "d-net"), name("b", "b-x")}}, []string{"normal|New names|each source's with -net behind it, but for those given", "header|" + uitest.Prod + " eu-west-1: 4 notebooks", "normal|a → a-x · c · d · b → b-x"}},
		"two, none alike":    {recreate.Stakes{Names: []recreate.Naming{name("a", "x"), name("b", "y")}}, []string{"header|" + uitest.Prod + " eu-west-1: 2 notebooks", "normal|a → x · b → y"}},
		"two, nothing made":  {recreate.Stakes{Names: []recreate.Naming{name("a", ""), name("b", "")}}, []string{"header|" + uitest.Prod + " eu-west-1: 2 notebooks", "normal|a · b"}},
	} {
		if d := uitest.Differ(gateSays(&c.stakes), c.want); d != "" {
			t.Errorf("%s: %s", title, d)
		}
	}
}

// keeping are the batches that a driver was asked to keep.
type keeping struct {
	*onDisk
	mu    sync.Mutex
	asked []string
}

func (k *keeping) note(s string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = append(k.asked, s)
	return nil
}

func (k *keeping) KeepBatch(b recreate.KeptBatch) error { return k.note("keep " + b.ID) }
func (k *keeping) DropBatch(id string) error            { return k.note("drop " + id) }

func TestABatchIsKeptUntilItIsForgotten(t *testing.T) {
	t.Parallel()
	s, b, _ := batchOf("a", "b")
	s.keep() // where there is no place for it, nothing
	for _, step := range []struct {
		do   func()
		want []string
	}{
		{s.keep, []string{"keep b"}},
		{s.keep, nil}, // as it was
		{s.forget, []string{"drop b"}},
		{s.forget, nil},
		{s.keep, nil},
	} {
		disk := &keeping{onDisk: &onDisk{}}
		b.cfg.Driver = drive.New(drive.Config{Runs: disk, Now: uitest.Noon})
		b.cfg.Driver.Start(t.Context())
		step.do()
		if err := b.cfg.Driver.Close(); err != nil || !slices.Equal(disk.asked, step.want) {
			t.Errorf("asked %q, %v, want %q", disk.asked, err, step.want)
		}
	}
}

func TestADraftThatWasKeptGoesTheWayThatWasChosen(t *testing.T) {
	t.Parallel()
	b, _ := bookOf()
	src := uitest.Snapshot("a", nil)
	spec := recreate.SpecFor(&src, recreate.Enable)
	for name, c := range map[string]struct {
		kept recreate.KeptDraft
		want recreate.Direction
	}{
		"both":      {recreate.KeptDraft{Name: "a", Source: &src, Spec: &spec}, recreate.Enable},
		"no source": {recreate.KeptDraft{Name: "a", Spec: &spec}, ""},
		"no spec":   {recreate.KeptDraft{Name: "a", Source: &src}, ""},
	} {
		d := b.draftFrom(&c.kept)
		if d.direction != c.want || (d.spec.Name != "") != (c.want != "") || d.source != c.kept.Source {
			t.Errorf("%s: %q, %+v", name, d.direction, d.spec)
		}
	}
}

func TestTheReplacementOfAFailedCreateDoesNotTakeItsOwnName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amends *liveRun
		run    string
		want   bool // the name is free
	}{
		"its own":                 {&liveRun{}, "7f3c", true},
		"another run's":           {&liveRun{}, "9999", false},
		"its own, of a new draft": {nil, "7f3c", false},
	} {
		d, _, aws := checkedDraft(nil)
		d.amends = c.amends
		aws.Finds = func(s recreate.Snapshot, spec recreate.Spec) recreate.Facts {
			f := uitest.GoodFacts(s, spec)
			f.NameTaken = recreate.Know(&recreate.Snapshot{Name: spec.Name, Tags: []model.Tag{{Key: recreate.TagRunID, Value: c.run}}})
			return f
		}
		kit.Perform(&uitest.Host{}, d.check())
		if free := d.facts.NameTaken.Value == nil; free != c.want {
			t.Errorf("%s: the name is free: %v", name, free)
		}
	}
}

func TestAPageOfAPlanIsLeftAsItIsShown(t *testing.T) {
	t.Parallel()
	run := named("gate", recreate.StepStart, recreate.PhaseGate, serving)
	for name, c := range map[string]struct {
		shared bool
		live   *liveRun
		back   bool // to a batch, which has the plan checked anew
	}{
		"alone": {false, nil, false}, "of a batch": {true, nil, true}, "of a batch, begun": {true, run, false},
	} {
		_, w, _ := checkedDraft(nil)
		w.shared, w.live = c.shared, c.live
		do := w.leave()
		if all, ok := do.(kit.Sequence); ok != c.back || ok && len(all) != 2 {
			t.Errorf("%s: it is left by %T", name, do)
		}
	}
}

func TestACheckThatFailedIsNamedInItsTone(t *testing.T) {
	t.Parallel()
	dark := theme.New(theme.Options{Dark: true})
	for result, want := range map[recreate.Result]theme.Tone{recreate.Fail: theme.Bad, recreate.Warn: theme.Strong, recreate.CheckUnknown: theme.Strong} {
		check := recreate.Check{Title: "A subnet", Result: result, Evidence: "it is full"}
		pg, _, w := checkedBy(check)
		w.theme = dark
		if got := pg.checkEntry(&check, false, 60)[0]; !strings.Contains(got, dark.Render(want, check.Title)) {
			t.Errorf("%s: %q", result, got)
		}
	}
}
