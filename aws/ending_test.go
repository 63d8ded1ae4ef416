package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/model"
)

func TestWhatAnIndexAndTheListDoNotShareIsCounted(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	for name, c := range map[string]struct {
		whole            bool
		named, listed    []string
		vanished, missed int
		gone             []string
	}{
		"the same":                   {true, []string{"a", "b"}, []string{"a", "b"}, 0, 0, []string{"old"}},
		"the index has more":         {true, []string{"a", "b", "c"}, []string{"b"}, 2, 0, []string{"old", "a", "c"}},
		"the list has more":          {true, []string{"a"}, []string{"a", "b", "c"}, 0, 2, []string{"old"}},
		"each has one of its own":    {true, []string{"a"}, []string{"b"}, 1, 1, []string{"old", "a"}},
		"the index was read in part": {false, []string{"a"}, []string{"b", "c"}, 1, 0, []string{"old", "a"}},
		"neither has any":            {true, nil, nil, 0, 0, []string{"old"}},
	} {
		d := &discovery{index: model.Index{Read: c.whole}, rows: map[model.Target][]*model.Notebook{}}
		for _, arn := range c.named {
			d.rows[target] = append(d.rows[target], &model.Notebook{ARN: arn})
		}
		var rows []*model.Notebook
		for _, arn := range c.listed {
			rows = append(rows, &model.Notebook{ARN: arn})
		}
		r := targetOf(t, d, model.ScanRequest{}, nil, rows...)
		gone := r.compare([]string{"old"})
		if st := r.snapshot(); st.Vanished != c.vanished || st.Missed != c.missed || st.Named != len(c.named) || !slices.Equal(gone, c.gone) {
			t.Errorf("%s: %d named, %d vanished, %d missed, gone are %q", name, st.Named, st.Vanished, st.Missed, gone)
		}
	}
}

func TestTheSecondPartBeginsWhenMostOfTheFirstIsDone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*discovery)
		want   bool
	}{
		"nothing is in the first":           {func(*discovery) {}, true},
		"a tenth is under way":              {func(d *discovery) { d.first, d.open = 20, 2 }, true},
		"more than a tenth is":              {func(d *discovery) { d.first, d.open = 19, 2 }, false},
		"one of nine":                       {func(d *discovery) { d.first, d.open = 9, 1 }, false},
		"the index has not answered":        {func(d *discovery) { d.asked = false }, false},
		"accounts follow":                   {func(d *discovery) { d.listed = false }, false},
		"silence is not weighed yet":        {func(d *discovery) { d.mode = model.DiscoverIndex }, false},
		"silence is weighed":                {func(d *discovery) { d.mode, d.proven = model.DiscoverIndex, true }, true},
		"there is no index to go by":        {func(d *discovery) { d.mode, d.index.Region, d.listed = model.DiscoverIndex, "", false }, true},
		"there is none, and all is to come": {func(d *discovery) { d.index.Region, d.listed = "", false }, false},
	} {
		d := &discovery{mode: model.DiscoverAuto, index: model.Index{Region: "r"}, asked: true, listed: true}
		c.change(d)
		ran := make(chan bool, 1)
		d.scan, d.began, d.later = &scan{signs: newCrew(1, nil)}, make(chan struct{}), []func(){func() { ran <- true }}
		d.advance()
		d.scan.signs.wait()
		d.advance() // which changes nothing
		d.scan.signs.wait()
		began := false
		select {
		case <-d.began:
			began = true
		default:
		}
		if began != c.want || d.second != c.want || (len(ran) > 0) != c.want || (d.later == nil) != c.want {
			t.Errorf("%s: began %v, %d done", name, began, len(ran))
		}
	}
}

// TestTheFirstPartIsWhatAnIndexNamesInEveryAccount, however they come.
func TestTheFirstPartIsWhatAnIndexNamesInEveryAccount(t *testing.T) {
	t.Parallel()
	s := &scan{client: newStub(t).client(t, func(*Options) {}), signs: newCrew(2, nil)}
	s.batcher = newBatcher(1, func(model.Batch) {})
	defer s.batcher.finish()
	d := &discovery{
		scan: s, mode: model.DiscoverAuto, index: model.Index{Region: "r"}, asked: true, listed: true,
		rows: map[model.Target][]*model.Notebook{}, stands: map[model.Target]bool{}, began: make(chan struct{}),
	}
	began := false
	d.later = []func(){func() { began = true }}
	for id, targets := range map[string]int{"1": 12, "2": 8} {
		for i := range targets {
			d.rows[model.Target{Account: id, Region: fmt.Sprint(i)}] = nil
		}
	}
	for _, id := range []string{"1", "2"} {
		d.arrive(orgAccount{id, func(bool) *model.Problem { d.begin(id); return nil }})
		s.signs.wait()
	}
	for done := range 18 {
		if began {
			t.Fatalf("the second part begins when %d of 20 are done", done)
		}
		d.done()
		s.signs.wait()
	}
	if !began {
		t.Error("the second part waits for the last tenth of the first")
	}
}

func TestWhatAnIndexNamesWhereNobodyLooksIsTold(t *testing.T) {
	t.Parallel()
	for _, whole := range []bool{true, false} {
		var got model.Batch
		s := &scan{}
		s.batcher = newBatcher(1, func(b model.Batch) { got.Merge(b) })
		d := &discovery{scan: s, whole: whole, accounts: []string{"1"}, rows: map[model.Target][]*model.Notebook{
			{Account: "1", Region: "a"}: {{ARN: "mine"}},
			{Account: "2", Region: "a"}: {{ARN: "b"}, {ARN: "c"}},
			{Account: "3", Region: "a"}: {{ARN: "d"}},
		}}
		d.end()
		s.batcher.finish()
		slices.Sort(got.Gone)
		told := map[string]string{}
		for _, n := range got.Notebooks {
			told[n.ARN] = n.Described.Reason
		}
		const why = "known from an index alone: whether its account is to be looked at is not known"
		gone, open, stray := []string{"b", "c", "d"}, map[string]string{}, 3
		if !whole {
			gone, open, stray = nil, map[string]string{"b": why, "c": why, "d": why}, 0
		}
		if got.Index == nil || got.Index.Stray != stray || !slices.Equal(got.Gone, gone) || !maps.Equal(told, open) {
			t.Errorf("all accounts are known: %v: gone %q, told %q, %+v", whole, got.Gone, told, got.Index)
		}
	}
}

func TestATargetEndsAsWhatSpeaksForItSays(t *testing.T) {
	t.Parallel()
	offered := model.Problem{Kind: model.KindNotOffered, Message: "unknown operation"}
	done := model.Part{State: model.LoadDone}
	kept := func(at ...model.Place) func(model.Target) []model.Place {
		return func(model.Target) []model.Place { return at }
	}
	const (
		offers = "SageMaker says that it does not know this call, in a region that is known to offer notebook instances"
		before = "SageMaker says that it does not know this call, in a region where notebook instances were seen before"
		none   = "SageMaker does not offer notebook instances in this region"
		ended  = "the scan ended before it was asked"
	)
	type from struct {
		region   string
		listed   bool
		problem  *model.Problem
		rows     []*model.Notebook
		known    int
		named    []string
		kept     func(model.Target) []model.Place
		crashed  bool
		canceled bool
	}
	for name, c := range map[string]struct {
		from    from
		state   model.TargetState
		told    string
		unknown int
	}{
		"a list that names none":          {from{listed: true}, model.StateEmpty, "", 0},
		"a list that names some":          {from{listed: true, rows: []*model.Notebook{{ARN: "a", Described: done, Located: done, Tagged: done, Networked: done}, {ARN: "b"}}}, model.StateOK, "", 2},
		"no list":                         {from{}, model.StateFailed, "the notebooks were not listed to the end", 0},
		"no such call":                    {from{region: "mx-central-1", problem: &offered}, model.StateNotOffered, none, 0},
		"no such call where it is":        {from{region: "eu-west-1", problem: &offered}, model.KindNotOffered.State(), offers, 0},
		"where notebooks are known":       {from{region: "mx-central-1", problem: &offered, known: 1}, model.KindNotOffered.State(), before, 0},
		"where an index names one":        {from{region: "mx-central-1", problem: &offered, named: []string{"x", "y"}}, model.KindNotOffered.State(), before, 2},
		"where the index's one was known": {from{region: "mx-central-1", problem: &offered, known: 1, named: []string{"x"}}, model.KindNotOffered.State(), before, 1},
		"where a place is kept":           {from{region: "mx-central-1", problem: &offered, kept: kept(model.Place{})}, model.KindNotOffered.State(), before, 0},
		"where no place is kept":          {from{region: "mx-central-1", problem: &offered, kept: kept()}, model.StateNotOffered, none, 0},
		"a crash":                         {from{listed: true, crashed: true}, model.StateFailed, "nbscope failed within: boom", 0},
		"it took too long":                {from{listed: true, canceled: true}, model.KindTimeout.State(), "no answer in time", 0},
	} {
		f := c.from
		r := targetOf(t, nil, model.ScanRequest{Kept: f.kept}, nil, f.rows...)
		r.target.Region, r.status.Target.Region = f.region, f.region
		r.status.Notebooks, r.status.Problem, r.answer.Listed, r.named = len(f.rows), f.problem, f.listed, f.named
		if len(f.named) > 0 {
			r.scan.index = &discovery{scan: r.scan, rows: map[model.Target][]*model.Notebook{}}
		}
		r.known = map[string]*model.Notebook{}
		for i := range f.known {
			r.known[fmt.Sprint(i)] = &model.Notebook{}
		}
		if f.crashed {
			r.crashed = &panicError{value: "boom"}
		}
		ctx := r.start(t.Context(), &r.tally)
		if f.canceled {
			r.cancel(errTargetTimeout)
		}
		r.finish(ctx, false)
		st := r.snapshot()
		said := ""
		if st.Problem != nil {
			said = st.Problem.Message
		}
		if st.State != c.state || said != c.told || st.Unknown != c.unknown || st.Ended.IsZero() {
			t.Errorf("%s: %s, %q, %d unknown", name, st.State, said, st.Unknown)
		}
		if p := st.Problem; p != nil && p.Target.Region != f.region && (f.crashed || f.canceled) {
			t.Errorf("%s: the problem is of %s", name, p.Target)
		}
		for _, n := range r.current() {
			if n.Tagged.State == model.LoadPending || n.ARN == "b" && n.Tagged.Reason != ended {
				t.Errorf("%s: %s is left as %+v", name, n.ARN, n.Tagged)
			}
		}
	}
}

func TestATargetThatEndsLetsGoOfWhatWaitsForIt(t *testing.T) {
	t.Parallel()
	for name, waits := range map[string]bool{"somebody waits": true, "nobody does": false} {
		r := targetOf(t, nil, model.ScanRequest{}, nil)
		calls := 0
		if waits {
			r.onEnd = func() { calls++ }
		}
		ctx := r.start(t.Context(), &r.tally)
		r.end()
		r.scan.open.Wait()
		if ctx.Err() == nil || (calls == 1) != waits {
			t.Errorf("%s: told %d times, %v", name, calls, ctx.Err())
		}
	}
}

// TestARefusedListIsWeighed by what AWS says of the region, and by whether the credentials
// are good elsewhere.
func TestARefusedListIsWeighed(t *testing.T) {
	t.Parallel()
	const region = "eu-west-1"
	words := map[string]model.RegionWord{region: model.RegionEnabled}
	for name, c := range map[string]struct {
		code   string
		words  map[string]model.RegionWord
		proves bool
		kind   model.ProblemKind
		word   model.RegionWord
		proven bool
		broken bool
	}{
		"a denial":                       {"AccessDeniedException", words, true, model.KindDenied, model.RegionEnabled, false, false},
		"credentials that are not taken": {"UnrecognizedClientException", words, true, model.KindBadCredentials, model.RegionEnabled, true, false},
		"nor anywhere else":              {"UnrecognizedClientException", words, false, model.KindExpired, model.RegionEnabled, false, true},
		"where the region is off":        {"UnrecognizedClientException", map[string]model.RegionWord{region: model.RegionNotEnabled}, false, model.KindBadCredentials, model.RegionNotEnabled, false, false},
		"a region to opt in to":          {"OptInRequired", words, true, model.KindNotEnabled, model.RegionEnabled, true, false},
		"one that no list names":         {"OptInRequired", map[string]model.RegionWord{"z": model.RegionEnabled}, true, model.KindNotEnabled, model.RegionNotNamed, true, false},
		"an old token":                   {"ExpiredTokenException", words, true, model.KindExpired, model.RegionEnabled, false, true},
	} {
		s, over := newStub(t), false
		s.hook = func(call) (int, string, bool) {
			if !over {
				return 0, "", false
			}
			return refuseXML("ExpiredToken", "old")
		}
		r := targetOf(t, nil, model.ScanRequest{}, nil)
		session, err := s.client(t).enter(t.Context(), r.target)
		if err != nil {
			t.Fatal(err)
		}
		session.regions, over = regionList{ask: []string{region}, words: c.words}, !c.proves
		r.session = session
		p := r.judge(t.Context(), sagemakerError(c.code, "no"))
		if p.Kind != c.kind || p.Target != r.target || r.answer.Region != c.word || r.answer.Proven != c.proven || r.session.isBroken() != c.broken {
			t.Errorf("%s: %s of %s, word %v, proven %v, broken %v", name, p.Kind, p.Target, r.answer.Region, r.answer.Proven, r.session.isBroken())
		}
		if settled := r.session.settled[region]; settled != c.proven {
			t.Errorf("%s: settled is %v", name, settled)
		}
	}
}

func TestASubnetIsAskedForWhereItsPlaceIsNotKnown(t *testing.T) {
	t.Parallel()
	done, failed := model.Part{State: model.LoadDone}, model.Part{State: model.LoadFailed}
	in := func(arn, subnet string, described, located model.Part) *model.Notebook {
		return &model.Notebook{ARN: arn, SubnetID: subnet, VPCID: "v-" + subnet, VPCName: "n-" + subnet, SubnetName: "s-" + subnet, Described: described, Located: located}
	}
	rows := []*model.Notebook{
		in("a", "1", done, done), in("b", "2", done, model.Part{}), in("c", "2", done, model.Part{}), in("d", "3", done, failed),
		in("e", "4", failed, model.Part{}), in("f", "", done, model.Part{}),
	}
	for mode, want := range map[model.Mode]struct {
		known map[string]location
		need  map[string][]string
	}{
		model.Incremental: {map[string]location{"1": {"v-1", "n-1", "s-1"}}, map[string][]string{"2": {"b", "c"}}},
		model.Full:        {map[string]location{}, map[string][]string{"1": {"a"}, "2": {"b", "c"}, "3": {"d"}}},
	} {
		r := targetOf(t, nil, model.ScanRequest{Mode: mode}, nil, rows...)
		known, need := r.network.places()
		if !maps.Equal(known, want.known) || !reflect.DeepEqual(need, want.need) {
			t.Errorf("mode %v: %+v, %v", mode, known, need)
		}
	}
}

func TestASessionIsGoneOnWithWhileItsCredentialsAre(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		broken bool
		want   bool
	}{
		"good": {nil, false, true}, "not to be renewed": {errors.New("no"), false, false}, "refused by AWS": {nil, true, false},
	} {
		s := &session{broken: c.broken}
		s.cfg.Credentials = sdkaws.CredentialsProviderFunc(func(context.Context) (sdkaws.Credentials, error) { return sdkaws.Credentials{}, c.err })
		if got := s.holds(t.Context()); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
