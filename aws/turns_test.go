package aws

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

func TestAWaitIsOverOnceLooksAgreeOnWhatWillStay(t *testing.T) {
	t.Parallel()
	const gone, running, stopped, broken, pending = recreate.StatusGone, model.StatusInService, model.StatusStopped, model.StatusFailed, model.StatusPending
	repeat := func(n int, s model.Status) []model.Status { return slices.Repeat([]model.Status{s}, n) }
	for name, c := range map[string]struct {
		until, seen []model.Status
		want        bool
	}{
		"what is waited for":              {[]model.Status{stopped, running}, repeat(1, running), true},
		"what AWS is changing":            {[]model.Status{running}, repeat(50, pending), false},
		"gone, seen twice":                {[]model.Status{running}, repeat(looksUntilGone-1, gone), false},
		"gone":                            {[]model.Status{running}, repeat(looksUntilGone, gone), true},
		"gone, and there in between":      {[]model.Status{running}, slices.Concat(repeat(2, gone), repeat(1, pending), repeat(2, gone)), false},
		"failed, seen once":               {[]model.Status{running}, repeat(looksUntilFailed-1, broken), false},
		"failed":                          {[]model.Status{running}, repeat(looksUntilFailed, broken), true},
		"at rest, almost":                 {[]model.Status{running}, repeat(looksUntilRest-1, stopped), false},
		"at rest":                         {[]model.Status{running}, repeat(looksUntilRest, stopped), true},
		"running, of what was to be gone": {[]model.Status{gone}, repeat(looksUntilRest, running), true},
		"running, almost":                 {[]model.Status{gone}, repeat(looksUntilRest-1, running), false},
	} {
		w := &waiter{act: &act{effect: &recreate.Effect{Until: c.until, Name: "churn", Target: model.Target{Region: "r"}}}}
		for _, s := range c.seen {
			w.count(s)
		}
		if got := w.over(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, c := range map[string]struct {
		seen  []model.Status
		after time.Duration
		want  string
	}{
		"never seen": {nil, time.Hour, "churn is still not seen after 60 minutes"},
		"a minute":   {repeat(1, pending), time.Minute, "churn is still Pending after 1 minutes"},
		"less":       {repeat(2, pending), 59 * time.Second, "churn is still Pending after 59s"},
	} {
		w := &waiter{act: &act{effect: &recreate.Effect{Name: "churn", Target: model.Target{Region: "r"}}}}
		for _, s := range c.seen {
			w.count(s)
		}
		want := model.Problem{Kind: model.KindTimeout, Operation: opDescribe, Target: w.effect.Target, Message: c.want, Hint: "AWS goes on by itself; resume the run to go on waiting"}
		if got := w.gaveUp(c.after); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestACallInDoubtIsSettledByWhatIsSeen(t *testing.T) {
	t.Parallel()
	at := time.Unix(1.7e9, 0)
	seen := func(change func(*recreate.Snapshot)) *recreate.Snapshot {
		out := &recreate.Snapshot{Status: model.StatusInService, Platform: "p", Modified: at}
		change(out)
		return out
	}
	as := seen(func(*recreate.Snapshot) {})
	for name, c := range map[string]struct {
		step          recreate.StepKind
		before, after *recreate.Snapshot
		want          bool
	}{
		"a step that calls nothing":       {recreate.StepCopy, as, as, true},
		"a create, and nothing is there":  {recreate.StepCreate, nil, nil, false},
		"a create, without its tag yet":   {recreate.StepCreate, nil, as, false},
		"a create, with its tag":          {recreate.StepCreate, nil, seen(func(s *recreate.Snapshot) { s.Tags = []model.Tag{{Key: recreate.TagRunID, Value: "x"}} }), true},
		"a create, of tags nobody reads":  {recreate.StepCreate, nil, seen(func(s *recreate.Snapshot) { s.TagsUnknown = "denied" }), true},
		"a stop, and nothing moved":       {recreate.StepStop, as, as, false},
		"a stop, of what was not there":   {recreate.StepStop, nil, as, true},
		"a stop, of what is gone":         {recreate.StepStop, as, nil, true},
		"a stop, and it stops":            {recreate.StepStop, as, seen(func(s *recreate.Snapshot) { s.Status = "Stopping" }), true},
		"a stop, and it is another":       {recreate.StepStop, as, seen(func(s *recreate.Snapshot) { s.Platform = "q" }), true},
		"a stop, and it was changed":      {recreate.StepStop, as, seen(func(s *recreate.Snapshot) { s.Modified = at.Add(1) }), true},
		"a start, and nothing moved":      {recreate.StepStart, as, as, false},
		"a start, and it was changed too": {recreate.StepStart, as, seen(func(s *recreate.Snapshot) { s.Modified = at.Add(-1) }), true},
	} {
		a := &act{effect: &recreate.Effect{Step: c.step}, run: &recreate.Run{Source: c.before}}
		now := &recreate.Observation{Source: c.after}
		if c.step == recreate.StepCreate {
			a.run, now = &recreate.Run{Source: as, Replacement: c.before}, &recreate.Observation{Source: as, Replacement: c.after}
		}
		if got := a.settled(now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAJitterIsAFifthEitherWay(t *testing.T) {
	t.Parallel()
	least, most := time.Hour, time.Duration(0)
	for range 2000 {
		d := jittered(100 * time.Second)
		least, most = min(least, d), max(most, d)
	}
	if least < 80*time.Second || least > 90*time.Second || most >= 120*time.Second || most < 110*time.Second {
		t.Errorf("from %s to %s", least, most)
	}
	for d, want := range map[time.Duration]time.Duration{0: 0, 1: 1, 2: 2} {
		if got := jittered(d); got != want {
			t.Errorf("%d: %d", d, got)
		}
	}
}

func TestWhatAWSSaysOfARegionIsLookedUp(t *testing.T) {
	t.Parallel()
	words := map[string]model.RegionWord{"a": model.RegionEnabled, "b": model.RegionNotEnabled}
	for name, c := range map[string]struct {
		list   regionList
		region string
		want   model.RegionWord
	}{
		"enabled":        {regionList{ask: []string{"a"}, words: words}, "a", model.RegionEnabled},
		"not enabled":    {regionList{ask: []string{"a"}, words: words}, "b", model.RegionNotEnabled},
		"not named":      {regionList{ask: []string{"a"}, words: words}, "c", model.RegionNotNamed},
		"nothing told":   {regionList{ask: []string{"a"}}, "a", model.RegionNotAsked},
		"nobody has yet": {regionList{}, "a", model.RegionNotAsked},
	} {
		s := &session{regions: c.list}
		if got := s.wordOf(t.Context(), c.region, len(c.list.ask) > 0); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	unknown := &session{client: &Client{}, home: "a", told: &regionsTold{words: words}}
	if got := unknown.wordOf(t.Context(), "b", true); got != model.RegionNotEnabled || unknown.told != nil {
		t.Errorf("what nobody has asked yet is not asked: %v", got)
	}
	none := model.Problem{Kind: model.KindProtocol, Operation: "op", Message: "the list has no region that is enabled", Hint: hintNotAWS}
	if err := anyRegion(map[string]model.RegionWord{"b": model.RegionNotEnabled}, "op"); !errors.Is(err, none) {
		t.Errorf("none is enabled: %v", err)
	}
	if err := anyRegion(nil, "op"); !errors.Is(err, none) {
		t.Errorf("none at all: %v", err)
	}
	if err := anyRegion(words, "op"); err != nil {
		t.Errorf("one is: %v", err)
	}
	kept := regionList{ask: []string{"home", "a"}, words: words}
	s := &session{home: "home", regions: kept}
	if got, err := s.regionsOf(t.Context(), false); err != nil || !reflect.DeepEqual(got, kept) {
		t.Errorf("what is kept is asked again: %+v, %v", got, err)
	}
	s = &session{client: &Client{}, home: "b", told: &regionsTold{words: map[string]model.RegionWord{"z": model.RegionEnabled, "a": model.RegionEnabled, "b": model.RegionEnabled, "c": model.RegionNotEnabled}}, regions: kept}
	if got, err := s.regionsOf(t.Context(), true); err != nil || !slices.Equal(got.ask, []string{"b", "a", "z"}) || s.told != nil || got.guessed != nil {
		t.Errorf("what was told beside the sign-in: %+v, %v", got, err)
	}
	for patterns, want := range map[string]bool{"eu-west-1": true, "eu-*": false, "eu-?": false, "eu-[a]": false} {
		if got := newRegionFilter([]string{"us-east-1", patterns}).namesAll(); got != want {
			t.Errorf("%s: names all is %v", patterns, got)
		}
	}
	if newRegionFilter(nil).namesAll() {
		t.Error("no pattern names all")
	}
}

func TestPartsThatNobodyWillFetchAreSettled(t *testing.T) {
	t.Parallel()
	failed, done := model.Part{State: model.LoadFailed, Reason: "over"}, model.Part{State: model.LoadDone}
	n := model.Notebook{Described: done, Tags: []model.Tag{{Key: "k"}}, Egress: &model.Egress{}, NetworkedAt: time.Unix(1, 0)}
	for name, c := range map[string]struct {
		skip              model.Skip
		tagged, networked model.Part
		tags, egress      bool
	}{
		"nothing is skipped": {model.Skip{}, failed, failed, true, true},
		"tags are":           {model.Skip{Tags: true}, model.Skip{Tags: true}.Part(model.FieldTags), failed, false, true},
		"networks are":       {model.Skip{Egress: true}, failed, model.Skip{Egress: true}.Part(model.FieldEgress), true, false},
	} {
		r := &targetRun{scan: &scan{client: &Client{wiring: wiring{opt: Options{Skip: c.skip}}}}}
		got := r.settled(n, failed)
		if got.Described != done || got.Located != failed || got.Tagged != c.tagged || got.Networked != c.networked || (got.Tags != nil) != c.tags || (got.Egress != nil) != c.egress || got.NetworkedAt.IsZero() == c.egress {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestATargetOfAnIndexIsAskedOnce(t *testing.T) {
	t.Parallel()
	target := func(account, region string) model.Target { return model.Target{Account: account, Region: region} }
	d := &discovery{
		scan:   &scan{filter: newRegionFilter([]string{"a", "b", "d"}), client: &Client{}},
		rows:   map[model.Target][]*model.Notebook{target("1", "b"): {{}}, target("1", "a"): {{}}, target("2", "a"): {{}}, target("1", "c"): {{}}},
		sees:   map[string][]string{"1": {"a", "d", "e"}},
		stands: map[model.Target]bool{target("1", "b"): false, target("1", "a"): false, target("1", "c"): true},
	}
	if got := d.begin("1"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("begun %q", got)
	}
	if got := d.begin("1"); got != nil {
		t.Errorf("begun again %q", got)
	}
	if got := d.begin("2"); got != nil {
		t.Errorf("begun for an account that did not arrive: %q", got)
	}
	ask, believed := d.rest("1", "aws", []string{"a", "x"})
	if !slices.Equal(ask, []string{"x", "d"}) || believed != nil {
		t.Errorf("the rest is %q, and %+v is believed", ask, believed)
	}
	if ask, _ := d.rest("1", "aws", []string{"x"}); ask != nil {
		t.Errorf("once more: %q", ask)
	}
	var nobody *discovery
	if got := nobody.begin("1"); got != nil {
		t.Errorf("without an index %q", got)
	}
	if ask, believed := nobody.rest("1", "aws", []string{"a"}); !slices.Equal(ask, []string{"a"}) || believed != nil {
		t.Errorf("without an index %q, %+v", ask, believed)
	}
	for name, c := range map[string]struct {
		asked  bool
		mode   model.Discovery
		region string
		want   bool
	}{
		"not asked yet": {false, model.DiscoverIndex, "", false}, "none": {true, model.DiscoverIndex, "", true},
		"one": {true, model.DiscoverIndex, "r", false}, "none, and others are asked": {true, model.DiscoverAuto, "", false},
	} {
		x := &discovery{asked: c.asked, mode: c.mode, index: model.Index{Region: c.region}}
		if got := x.isUseless(); got != c.want {
			t.Errorf("%s: useless is %v", name, got)
		}
	}
}

func TestASlowLaneHasNoMoreThanItsShare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lane, all average
		held      int
		want      bool
	}{
		"as fast as others":          {1, 1, 9, false},
		"twice as slow":              {2, 1, 9, false},
		"slower, with its share":     {4, 1, 4, true}, // 16 places at a quarter of the speed
		"slower, with less":          {4, 1, 3, false},
		"much slower, with one":      {100, 1, 1, true},
		"much slower, and with none": {100, 1, 0, false},
	} {
		q := &queue{limit: func() int { return 16 }, took: c.all}
		if got := q.isSlow(&lane{took: c.lane, held: c.held}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	var a average
	for i, want := range []average{2, 2.5, 1.875} {
		a.add([]time.Duration{2 * time.Second, 4 * time.Second, 0}[i], 0.25)
		if !near(float64(a), float64(want)) {
			t.Errorf("%d: %g, want %g", i, a, want)
		}
	}
}
