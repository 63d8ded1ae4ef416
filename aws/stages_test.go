package aws

import (
	"container/heap"
	"context"
	"slices"
	"testing"
	"time"

	"nbscope/model"
)

// listedAt is when the targets of these tests are listed.
var listedAt = time.Unix(1.7e9, 0)

// targetOf is the scan of one target that has listed these, on an AWS that is asked nothing
// as long as nothing is handed in.
func targetOf(t *testing.T, index *discovery, req model.ScanRequest, change func(*Options), rows ...*model.Notebook) *targetRun {
	t.Helper()
	c := newStub(t).client(t, func(o *Options) {
		o.Now = standing(listedAt)
		if change != nil {
			change(o)
		}
	})
	s := newScan(c, req, func(model.Batch) {})
	t.Cleanup(s.batcher.finish)
	s.index = index
	if index != nil {
		index.scan = s
	}
	r := newTargetRun(s, &session{client: c, account: homeAccount}, "eu-west-1", noRemark)
	r.rows = map[string]*model.Notebook{}
	for _, n := range rows {
		r.rows[n.ARN], r.order = n, append(r.order, n.ARN)
	}
	return r
}

func TestANotebookWithoutAVPCIsJudgedWhereItIsNotYet(t *testing.T) {
	t.Parallel()
	done, refused := model.Part{State: model.LoadDone}, model.Part{State: model.LoadFailed, Reason: "no"}
	for name, c := range map[string]struct {
		change func(*model.Notebook)
		skip   bool
		want   model.Part
		judged bool
	}{
		"judged":                 {func(*model.Notebook) {}, false, done, false},
		"not judged":             {func(n *model.Notebook) { n.Egress = nil }, false, done, true},
		"judged before":          {func(n *model.Notebook) { n.Networked = model.Part{} }, false, done, true},
		"judged for less":        {func(n *model.Notebook) { n.Egress = &model.Egress{} }, false, done, true},
		"not described":          {func(n *model.Notebook) { n.Described, n.Egress = refused, nil }, false, refused, true},
		"nobody wants a verdict": {func(n *model.Notebook) { n.Networked, n.Egress = model.Part{}, nil }, true, model.Part{}, false},
		"in a VPC, and judged":   {func(n *model.Notebook) { n.SubnetID = "subnet-1" }, false, done, false},
	} {
		n := &model.Notebook{ARN: "arn", Described: done, Located: done, Networked: done, Egress: judgedFor(), NetworkedAt: listedAt, DirectInternet: model.Enabled}
		c.change(n)
		r := targetOf(t, nil, model.ScanRequest{}, func(o *Options) { o.Skip.Egress = c.skip }, n)
		went := 0
		r.network.weigh(t.Context(), func(context.Context) { went++ })
		got := r.rows["arn"]
		if went != 1 || got.Networked != c.want || (got.Egress != n.Egress) != c.judged || r.network.facts != nil {
			t.Errorf("%s: went on %d times, with %+v, %+v", name, went, got.Networked, got.Egress)
		}
	}
}

// TestNetworksOfNoVerdictAreReadLast: where an index says who goes first.
func TestNetworksOfNoVerdictAreReadLast(t *testing.T) {
	t.Parallel()
	done := model.Part{State: model.LoadDone}
	in := func(subnet, direct string) *model.Notebook {
		return &model.Notebook{
			ARN: subnet + direct, SubnetID: subnet, DirectInternet: direct, Described: done, Located: done, Networked: done, Egress: judgedFor(), NetworkedAt: listedAt,
		}
	}
	open, direct, closed := in("", model.Disabled), in("subnet-1", model.Enabled), in("subnet-1", model.Disabled)
	for name, c := range map[string]struct {
		index *discovery
		rows  []*model.Notebook
		want  bool
	}{
		"no index":                   {nil, []*model.Notebook{direct}, false},
		"direct internet alone":      {&discovery{}, []*model.Notebook{open, direct}, true},
		"a verdict hangs on it":      {&discovery{}, []*model.Notebook{direct, closed}, false},
		"the first verdict does":     {&discovery{}, []*model.Notebook{closed, direct}, false},
		"nothing is in a VPC":        {&discovery{}, []*model.Notebook{open}, true},
		"no index, and not in a VPC": {nil, []*model.Notebook{open}, false},
	} {
		r := targetOf(t, c.index, model.ScanRequest{}, nil, c.rows...)
		r.scan.client.queue.limit = func() int { return 0 }
		r.network.weigh(t.Context(), func(context.Context) {})
		r.network.beside(t.Context(), &r.seen, rankNext, func(context.Context) {})
		if got := turns(r.scan.client.queue); !slices.Equal(got, []turn{{1, map[bool]int{true: lastLag}[c.want]}}) {
			t.Errorf("%s: calls wait as %v", name, got)
		}
	}
}

// turn is so many calls that wait together, and where they stand in the queue.
type turn struct{ calls, at int }

// turns takes what waits out of a queue, in its order.
func turns(q *queue) (out []turn) {
	for len(q.waiting) > 0 {
		if j, ok := heap.Pop(&q.waiting).(*job); ok {
			out = append(out, turn{j.n, j.turn})
		}
	}
	return out
}

// TestNetworksAreReadBesideTheDescribesWhereEveryPlaceIsKnown from before, and only there.
func TestNetworksAreReadBesideTheDescribesWhereEveryPlaceIsKnown(t *testing.T) {
	t.Parallel()
	made := time.Unix(1.7e9, 0)
	done := model.Part{State: model.LoadDone}
	place := func(name, subnet, vpc string) model.Place {
		return model.Place{Name: name, Created: made, SubnetID: subnet, VPCID: vpc}
	}
	listed := func(name string) *model.Notebook { return &model.Notebook{ARN: name, Name: name, Created: made} }
	described := func(name, subnet, vpc string) *model.Notebook {
		n := listed(name)
		n.Described, n.SubnetID, n.VPCID, n.Networked, n.Egress, n.NetworkedAt = done, subnet, vpc, done, judgedFor(), listedAt
		return n
	}
	for name, c := range map[string]struct {
		rows []*model.Notebook
		kept []model.Place
		skip bool
		want bool
	}{
		"all are kept":                      {rows: []*model.Notebook{listed("a"), listed("b")}, kept: []model.Place{place("a", "s", "v"), place("b", "", "")}, want: true},
		"one is not":                        {rows: []*model.Notebook{listed("a"), listed("b")}, kept: []model.Place{place("a", "s", "v")}},
		"a VPC is not known":                {rows: []*model.Notebook{listed("a"), listed("b")}, kept: []model.Place{place("a", "s", "v"), place("b", "s", "")}},
		"none is in a VPC":                  {rows: []*model.Notebook{listed("a")}, kept: []model.Place{place("a", "", "")}},
		"it was made anew":                  {rows: []*model.Notebook{listed("a")}, kept: []model.Place{{Name: "a", Created: made.Add(1), SubnetID: "s", VPCID: "v"}}},
		"nothing is kept":                   {rows: []*model.Notebook{listed("a")}},
		"no verdict is wanted":              {rows: []*model.Notebook{listed("a")}, kept: []model.Place{place("a", "s", "v")}, skip: true},
		"a verdict still holds":             {rows: []*model.Notebook{described("a", "s", "v")}},
		"one of two holds":                  {rows: []*model.Notebook{described("a", "s", "v"), listed("b")}, kept: []model.Place{place("b", "s", "v")}, want: true},
		"the other is not in a VPC":         {rows: []*model.Notebook{described("a", "s", "v"), listed("b")}, kept: []model.Place{place("b", "", "")}},
		"a describe says more than is kept": {rows: []*model.Notebook{described("a", "", ""), listed("b")}, kept: []model.Place{place("a", "s", ""), place("b", "s", "v")}, want: true},
	} {
		req := model.ScanRequest{Kept: func(model.Target) []model.Place { return c.kept }}
		r := targetOf(t, nil, req, func(o *Options) { o.Skip.Egress = c.skip }, c.rows...)
		r.scan.client.queue.limit = func() int { return 0 }
		r.network.foresee(t.Context())
		if got := len(turns(r.scan.client.queue)) > 0; got != c.want || (r.network.facts != nil) != c.want {
			t.Errorf("%s: networks are read: %v", name, got)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		r = targetOf(t, nil, req, nil, c.rows...)
		r.network.foresee(over)
		if r.network.facts != nil {
			t.Errorf("%s: networks are read of a scan that is over", name)
		}
	}
}

// TestInterfacesTellTheVPCsOfWhatIsDescribed where they have one, before the last describe
// has come.
func TestInterfacesTellTheVPCsOfWhatIsDescribed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		network, subnet string
		skip, over      bool
		want            []turn
	}{
		"one with an interface":  {"eni-1", "subnet-1", false, false, []turn{{1, 0}}},
		"one without":            {"", "subnet-1", false, false, nil},
		"one that is in no VPC":  {"eni-1", "", false, false, nil},
		"nobody wants a verdict": {"eni-1", "subnet-1", true, false, nil},
		"the scan is over":       {"eni-1", "subnet-1", false, true, nil},
	} {
		n := &model.Notebook{ARN: "arn", Described: model.Part{State: model.LoadDone}, NetworkID: c.network, SubnetID: c.subnet}
		r := targetOf(t, nil, model.ScanRequest{}, func(o *Options) { o.Skip.Egress = c.skip }, n, &model.Notebook{ARN: "other", NetworkID: "eni-2"})
		r.scan.client.queue.limit = func() int { return 0 }
		ctx, cancel := context.WithCancel(t.Context())
		if c.over {
			cancel()
		}
		r.network.scout(ctx)
		cancel()
		if got := turns(r.scan.client.queue); !slices.Equal(got, c.want) || (r.network.facts != nil) != (c.want != nil) {
			t.Errorf("%s: calls wait as %v", name, got)
		}
	}
}

// TestANetworkIsReadOnceItIsDue, and not of a target that is over.
func TestANetworkIsReadOnceItIsDue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		skip, over, crashed bool
		reads               bool
	}{
		"a verdict is due":       {reads: true},
		"nobody wants a verdict": {skip: true},
		"the scan is over":       {over: true},
		"the target has crashed": {crashed: true},
	} {
		done := model.Part{State: model.LoadDone}
		n := &model.Notebook{ARN: "arn", Described: done, Located: done, SubnetID: "subnet-1"}
		r := targetOf(t, nil, model.ScanRequest{}, func(o *Options) { o.Skip.Egress = c.skip }, n)
		r.scan.client.queue.limit = func() int { return 0 }
		if c.crashed {
			r.crashed = &panicError{value: "boom"}
		}
		ctx, cancel := context.WithCancel(t.Context())
		if c.over {
			cancel()
		}
		went := 0
		r.network.weigh(ctx, func(context.Context) { went++ })
		cancel()
		if reads := len(turns(r.scan.client.queue)) > 0; reads != c.reads || (r.network.facts != nil) != c.reads || (went == 0) != c.reads {
			t.Errorf("%s: it is read: %v, and gone on %d times", name, reads, went)
		}
	}
}

func TestDescribesOfALargerTargetGoFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page, rows int
		want       []turn // what waits, in its order
	}{
		{1, 0, nil},
		{1, 10, []turn{{10, 0}}},
		{1, 2 * scouts, []turn{{2 * scouts, 0}}},
		{1, 2*scouts + 1, []turn{{scouts + 1, scouts - 4*slotsMost}, {scouts, 0}}},
		{1, 99, []turn{{83, scouts - 4*slotsMost}, {scouts, 0}}},
		{1, 100, []turn{{scouts, 0}, {84, scouts}}},
		{2, 100, []turn{{100, -slotsMost}}},
		{2, 5, []turn{{5, -slotsMost}}},
		{5, 100, []turn{{100, -4 * slotsMost}}},
		{9, 100, []turn{{100, -4 * slotsMost}}},
	} {
		r := targetOf(t, nil, model.ScanRequest{}, nil)
		r.scan.client.queue.limit = func() int { return 0 }
		r.describeAll(t.Context(), c.page, make([]string, c.rows))
		if got := turns(r.scan.client.queue); !slices.Equal(got, c.want) {
			t.Errorf("%d of page %d wait as %v, want %v", c.rows, c.page, got, c.want)
		}
	}
	r := targetOf(t, nil, model.ScanRequest{Only: []model.Target{{}}}, nil)
	r.scan.client.queue.limit = func() int { return 0 }
	r.describeAll(t.Context(), 2, make([]string, 1))
	if got := turns(r.scan.client.queue); !slices.Equal(got, []turn{{1, -slotsMost - urgent}}) {
		t.Errorf("what somebody waits for waits as %v", got)
	}
}
