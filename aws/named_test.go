package aws

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/egress"
	"nbscope/model/recreate"
)

// factsOf is a reader of facts that has read these, in a scan as the request says.
func factsOf(req model.ScanRequest, out egress.Facts) *factReader {
	run := &targetRun{scan: &scan{req: req}, board: board{target: model.Target{Account: "1", Region: "r"}}}
	run.network.targetRun = run
	return &factReader{
		ec2Reader: ec2Reader{run}, out: out, before: map[string]string{}, vpcs: idSet{}, subnets: idSet{}, interfaces: idSet{}, groupsAsked: idSet{}, listsAsked: idSet{},
	}
}

func TestAnIDIsAskedForOnce(t *testing.T) {
	t.Parallel()
	asked := idSet{"b": true}
	if got := asked.fresh([]string{"a", "", "b", "c", "a"}); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("%q", got)
	}
	if got := asked.fresh([]string{"a", "c"}); got != nil {
		t.Errorf("again %q", got)
	}
}

func TestWhatFactsNameIsAskedFor(t *testing.T) {
	t.Parallel()
	f := factsOf(model.ScanRequest{}, egress.Facts{
		RouteTables: egress.Read(egress.RouteTable{Routes: []egress.Route{{Target: "eni-1"}, {Target: "i-1"}, {Target: "igw-1"}, {PrefixList: "pl-1", Target: "vpce-1"}, {PrefixList: "pl-2", Target: "nat-1"}, {PrefixList: "pl-3", Target: "vpce-2"}}}),
		Endpoints:   egress.Read(egress.Endpoint{ID: "vpce-1", Type: "Gateway", Groups: []string{"sg-2"}}, egress.Endpoint{ID: "vpce-2", Type: "GatewayLoadBalancer", VPCID: "vpc-1", PrivateDNS: true}),
		SecurityGroups: egress.Read(
			egress.SecurityGroup{ID: "sg-1", Egress: []egress.Rule{{PrefixLists: []string{"pl-4"}}}, Ingress: []egress.Rule{{PrefixLists: []string{"pl-5"}}}},
			egress.SecurityGroup{ID: "sg-9", Egress: []egress.Rule{{PrefixLists: []string{"pl-9"}}}},
		),
		VPCs: egress.Read(egress.VPC{ID: "vpc-1", OwnerID: "1"}, egress.VPC{ID: "vpc-2", OwnerID: "1"}, egress.VPC{ID: "vpc-3", OwnerID: "2"}),
	})
	inVPC(f, &model.Notebook{SubnetID: "subnet-1", SecurityGroups: []string{"sg-1", "sg-3"}})
	f.appliances, f.groupsAsked = []string{"sg-4"}, idSet{"sg-3": true}
	for name, c := range map[string]struct{ got, want []string }{
		"targets":         {f.targetsWith("eni-"), []string{"eni-1"}},
		"groups":          {f.groupsNamed(), []string{"sg-1", "sg-3", "sg-2", "sg-4"}},
		"groups to ask":   {f.groupsFresh(), []string{"sg-2", "sg-4"}},
		"lists":           {f.listsNamed(), []string{"pl-4", "pl-5", "pl-1", "pl-2", "pl-3"}},
		"what routes use": {slices.Sorted(maps.Keys(f.routed())), []string{"eni-1", "i-1"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	for list, want := range map[string]bool{"pl-1": false, "pl-2": true, "pl-3": true, "pl-4": false} {
		if got := f.routesBy(list); got != want {
			t.Errorf("a route leads %s elsewhere: %v", list, got)
		}
	}
	for vpc, want := range map[string]bool{"vpc-1": true, "vpc-2": false, "vpc-3": true, "vpc-4": true} {
		if got := f.hangsOnHostnames(vpc); got != want {
			t.Errorf("%s: %v", vpc, got)
		}
	}
	advises := factsOf(model.ScanRequest{Advise: true}, f.out)
	if !advises.hangsOnHostnames("vpc-2") {
		t.Error("advice does not look at names")
	}
}

// inVPC adds a notebook in a VPC to the target that facts are read for.
func inVPC(f *factReader, n *model.Notebook) {
	r := f.network.targetRun
	if r.rows == nil {
		r.rows = map[string]*model.Notebook{}
	}
	n.ARN, n.Described = fmt.Sprint(len(r.rows)), model.Part{State: model.LoadDone}
	r.rows[n.ARN] = n
	r.order = append(r.order, n.ARN)
}

// TestInterfacesAreAskedForByTheHundreds, those that routes name with the first.
func TestInterfacesAreAskedForByTheHundreds(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]struct{ jobs, more int }{
		0: {1, 0}, 198: {1, 0}, 199: {2, 1}, 398: {2, 1}, 399: {3, 2},
	} {
		f := factsOf(model.ScanRequest{}, egress.Facts{RouteTables: egress.Read(egress.RouteTable{Routes: []egress.Route{{Target: "eni-a"}, {Target: "eni-b"}}})})
		for i := range n {
			inVPC(f, &model.Notebook{SubnetID: "subnet-1", NetworkID: fmt.Sprint("eni-", i)})
		}
		if got := len(f.readInterfaces()); got != want.jobs || len(f.more) != want.more || len(f.interfaces) != n+2 {
			t.Errorf("%d: %d jobs, %d more, %d ids", n, got, len(f.more), len(f.interfaces))
		}
	}
}

func TestThePlaceOfANotebookIsWhatTheFactsTell(t *testing.T) {
	t.Parallel()
	done := model.Part{State: model.LoadDone}
	in := func(subnet string) *model.Notebook {
		return &model.Notebook{Described: done, SubnetID: subnet, VPCID: "old", VPCName: "old", SubnetName: "old"}
	}
	known := in("subnet-1")
	known.Located = done
	f := factsOf(model.ScanRequest{}, egress.Facts{
		VPCs: egress.Read(egress.VPC{ID: "vpc-1", Name: "main"}), Subnets: egress.Read(egress.Subnet{ID: "subnet-1", VPCID: "vpc-1", Name: "private"}),
	})
	f.byID = egress.Read(egress.Subnet{ID: "subnet-2", VPCID: "vpc-2"})
	place := func(n *model.Notebook) string {
		return strings.Join([]string{n.VPCID, n.VPCName, n.SubnetName, n.Located.Reason, fmt.Sprint(n.Located.Known())}, "|")
	}
	var got []string
	for _, n := range f.placed([]*model.Notebook{in("subnet-1"), in("subnet-2"), in("subnet-3"), known, in("")}) {
		got = append(got, place(n))
	}
	want := []string{"vpc-1|main|private||true", "vpc-2||||true", "|||" + reasonNoSubnet + "|false", "old|old|old||true", "old|old|old||false"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	f.out.Subnets = egress.Refused[egress.Subnet]("denied")
	if got := place(f.placed([]*model.Notebook{in("subnet-3")})[0]); got != "|||denied|false" {
		t.Errorf("refused: %s", got)
	}
	full := factsOf(model.ScanRequest{Mode: model.Full}, f.out)
	if !full.network.wanted(known) || f.network.wanted(known) || f.network.wanted(in("")) || f.network.wanted(&model.Notebook{SubnetID: "subnet-1"}) {
		t.Error("another place is wanted than is not known")
	}
}

func TestVPCsAreAskedAboutOnceMostAreKnown(t *testing.T) {
	t.Parallel()
	done := model.Part{State: model.LoadDone}
	for _, c := range []struct {
		all, open int
		want      bool
	}{{0, 0, true}, {8, 0, true}, {8, 1, true}, {7, 1, false}, {16, 2, true}, {16, 3, false}} {
		f := factsOf(model.ScanRequest{}, egress.Facts{})
		f.before["known"] = "vpc-1"
		for i := range c.all {
			n := &model.Notebook{SubnetID: "known"}
			if i < c.open {
				n.SubnetID = fmt.Sprint("open-", i)
			}
			inVPC(f, n)
		}
		if got := f.mostPlaced(); got != c.want {
			t.Errorf("%d of %d are open: %v", c.open, c.all, got)
		}
		if got, want := f.freshVPCs(), c.all > c.open; (len(got) == 1) != want {
			t.Errorf("%d of %d are open: VPCs %q", c.open, c.all, got)
		}
		f.vpcs["vpc-1"] = true
		if got := f.freshVPCs(); got != nil {
			t.Errorf("asked about again: %q", got)
		}
	}
	f := factsOf(model.ScanRequest{}, egress.Facts{Subnets: egress.Read[egress.Subnet](), Interfaces: egress.Read(egress.Interface{ID: "eni-1", SubnetID: "s1", VPCID: "v1"})})
	f.byID = egress.Read(egress.Subnet{ID: "s2", VPCID: "v2"})
	f.known = map[string]*model.Notebook{"a": {Located: done, SubnetID: "s3", VPCID: "v3"}, "b": {SubnetID: "s4", VPCID: "v4"}, "c": {Located: done, SubnetID: "s5"}}
	f.before["s6"] = "v6"
	if got := f.vpcsTold(); !maps.Equal(got, map[string]string{"s1": "v1", "s2": "v2", "s3": "v3", "s6": "v6"}) {
		t.Errorf("told are %v", got)
	}
	n := func(subnet string) *model.Notebook { return &model.Notebook{Described: done, SubnetID: subnet} }
	f.vpcs["v1"], f.vpcs["v2"], f.subnets["s7"] = true, true, true
	for subnet, want := range map[string]bool{"s1": true, "s2": false, "s3": false, "s7": false, "s8": true, "": false} {
		if got := f.isOpen(n(subnet), f.vpcsTold()); got != want {
			t.Errorf("%s is open: %v", subnet, got)
		}
	}
}

func TestTheDNSOfAVPCIsKnownOnceBothAttributesAre(t *testing.T) {
	t.Parallel()
	done, no, other := model.Part{State: model.LoadDone}, model.Part{State: model.LoadFailed, Reason: "no"}, model.Part{State: model.LoadFailed, Reason: "other"}
	for name, c := range map[string]struct {
		parts [2]model.Part
		want  model.Part
	}{
		"both": {[2]model.Part{done, done}, done}, "the first is not": {[2]model.Part{no, done}, no}, "the second is not": {[2]model.Part{done, no}, no}, "neither": {[2]model.Part{no, other}, no},
	} {
		vpcs := egress.Read(egress.VPC{ID: "x"}, egress.VPC{ID: "vpc-1", Name: "main"})
		(&dnsOf{vpc: "vpc-1", parts: c.parts, support: true}).settle(&vpcs)
		(&dnsOf{vpc: "vpc-2", parts: c.parts, hostnames: true}).settle(&vpcs)
		want := []egress.VPC{{ID: "x"}, {ID: "vpc-1", Name: "main", Attributes: c.want, DNSSupport: true}, {ID: "vpc-2", Attributes: c.want, DNSHostnames: true}}
		if !reflect.DeepEqual(vpcs.Items, want) {
			t.Errorf("%s: %+v", name, vpcs.Items)
		}
	}
}

func TestAListOfNotebooksHasItsBounds(t *testing.T) {
	t.Parallel()
	rows := model.Problem{Kind: model.KindTooLarge, Operation: opListNotebooks, Hint: hintTooLarge, Message: fmt.Sprintf("a page of the list has %d notebook instances, and %d were asked for", 10*pageSize+1, pageSize)}
	end := model.Problem{Kind: model.KindTooLarge, Operation: opListNotebooks, Hint: hintTooLarge, Message: fmt.Sprintf("the list has no end: %d pages were read", maxListPages)}
	for i, c := range []struct {
		pages, rows int
		want        error
	}{{1, 10 * pageSize, nil}, {1, 10*pageSize + 1, rows}, {maxListPages, 1, nil}, {maxListPages + 1, 1, end}} {
		if got := flooding(c.pages, c.rows); !errors.Is(got, c.want) {
			t.Errorf("%d: %v", i, got)
		}
	}
	for name, want := range map[string]bool{
		"aZ-09": true, strings.Repeat("a", 63): true, strings.Repeat("a", 64): false, "a_b": false, "a/b": false, "a:b": false, "a@b": false, "a[b": false, "a`b": false, "a{b": false, "é": false,
	} {
		if got := isNotebookName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestANotebookThatCouldNotBeDescribedIsAsOfThenOrUnknown(t *testing.T) {
	t.Parallel()
	done := model.Part{State: model.LoadDone}
	known := model.Notebook{Name: "a", Described: done, Located: done, Egress: &model.Egress{}, Networked: done, NetworkedAt: time.Unix(1, 0)}
	for kind, stale := range map[model.ProblemKind]bool{model.KindDenied: false, model.KindSCP: false, model.KindTimeout: true, model.KindService: true} {
		got := unanswered(known, model.Problem{Kind: kind, Message: "why"})
		failed := model.Part{State: model.LoadFailed, Reason: "why"}
		if got.Stale != stale || (got.Egress != nil) != stale || stale && got.Described != done || !stale && (got.Described != failed || got.Located != failed || got.Networked != (model.Part{})) {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	if got := unanswered(model.Notebook{Stale: true}, model.Problem{Kind: model.KindTimeout, Message: "why"}); got.Stale || got.Described.Reason != "why" {
		t.Errorf("one that was never described: %+v", got)
	}
	if got := unlisted(&model.Notebook{Name: "a", Egress: &model.Egress{}}, "CreationTime"); got.Described.Reason != "the list does not give CreationTime of a" || got.Located != got.Described || got.Egress != nil {
		t.Errorf("%+v", got)
	}
	for name, c := range map[string]struct {
		mode model.Mode
		n    model.Notebook
		want bool
	}{
		"known": {model.Incremental, model.Notebook{Described: done, Status: "InService"}, false}, "a full scan": {model.Full, model.Notebook{Described: done, Status: "InService"}, true},
		"never": {model.Incremental, model.Notebook{Status: "InService"}, true}, "stale": {model.Incremental, model.Notebook{Described: done, Stale: true, Status: "InService"}, true},
		"moving": {model.Incremental, model.Notebook{Described: done, Status: "Pending"}, true},
	} {
		if got := (&targetRun{scan: &scan{req: model.ScanRequest{Mode: c.mode}}}).toDescribe(&c.n); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWhatMendsARefusedChangeIsAboutTheChange(t *testing.T) {
	t.Parallel()
	const scp = "the organization forbids it, and nothing was changed; only its administrators can allow it"
	for i, c := range []struct {
		effect  recreate.Effect
		problem model.Problem
		want    string
	}{
		{recreate.Effect{Kind: stop}, model.Problem{Kind: model.KindSCP}, scp},
		{recreate.Effect{Kind: create, Spec: &recreate.Spec{}}, model.Problem{Kind: model.KindSCP}, scp},
		{recreate.Effect{Kind: create, Spec: &recreate.Spec{DirectInternet: "Enabled"}}, model.Problem{Kind: model.KindSCP}, scp + "; such a policy often looks at sagemaker:DirectInternetAccess, which is Enabled here"},
		{recreate.Effect{Kind: recreate.EffectUpdate, Spec: &recreate.Spec{DirectInternet: "Enabled"}}, model.Problem{Kind: model.KindSCP}, scp},
		{recreate.Effect{Kind: stop}, model.Problem{Kind: model.KindDenied, Message: "you may not", Hint: "as before"}, "as before"},
		{recreate.Effect{Kind: stop}, model.Problem{Kind: model.KindThrottled}, "AWS takes no more calls at this moment; try again in a minute"},
		{recreate.Effect{Kind: stop}, model.Problem{Kind: model.KindLimit}, "ask for a higher quota in Service Quotas, or make room by removing a notebook that is not needed"},
		{recreate.Effect{Kind: stop}, model.Problem{Kind: model.KindConflict}, "look at the notebook's status, and try again once AWS is done with it"},
		{recreate.Effect{Kind: stop}, model.Problem{Kind: model.KindInvalid, Hint: "as before"}, "as before"},
	} {
		p := c.problem
		(&act{effect: &c.effect}).explain(&p)
		if p.Hint != c.want {
			t.Errorf("%d: %q, want %q", i, p.Hint, c.want)
		}
	}
}
