package aws

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

// askedOfNetworks are the calls to EC2 about networks.
func askedOfNetworks(s *sim.Server) map[string]int {
	out := map[string]int{}
	for op, n := range s.Calls() {
		if name, ok := strings.CutPrefix(op, "EC2."); ok && name != "DescribeRegions" {
			out[name] = n.Calls
		}
	}
	return out
}

// TestATargetCostsOneCallForEachFamilyAndTwoForEachVPC counts over HTTP. The gallery
// has a VPC for each of its notebooks, and all that is asked for by its name: it takes
// more calls than other targets, and those do not grow with the VPCs.
func TestATargetCostsOneCallForEachFamilyAndTwoForEachVPC(t *testing.T) {
	t.Parallel()
	families := map[string]int{
		"DescribeVpcs": 1, "DescribeSubnets": 1, "DescribeRouteTables": 1, "DescribeNatGateways": 1, "DescribeInternetGateways": 1,
		"DescribeSecurityGroups": 1, "DescribeNetworkAcls": 1, "DescribeVpcEndpoints": 1, "DescribeNetworkInterfaces": 2, "DescribeDhcpOptions": 1,
	}
	plain, plainURL := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 40 })
	large, galleryURL, _ := showGallery(t, "")
	for name, c := range map[string]struct {
		sim  *sim.Server
		url  string
		gone int            // VPCs of subnets that are gone, which interfaces tell
		more map[string]int // what is named in what was read
	}{
		"a plain target": {plain, plainURL, 0, map[string]int{"DescribeManagedPrefixLists": 1}},
		"the gallery": {large, galleryURL, 1, map[string]int{
			"DescribeSubnets": 1, "DescribeInternetGateways": 1, "DescribeSecurityGroups": 1, // those of other VPCs, and of appliances
			"DescribeNetworkInterfaces":  2, // appliances, by interface and by instance
			"DescribeManagedPrefixLists": 1, "GetManagedPrefixListEntries": 4, "DescribeEgressOnlyInternetGateways": 1,
			"DescribeVpcBlockPublicAccessOptions": 1, "DescribeVpcBlockPublicAccessExclusions": 1,
		}},
	} {
		inv := once(t, simClient(t, c.sim, c.url, nil), nil, model.ScanRequest{Mode: model.Full})
		vpcs := map[string]bool{}
		for _, n := range inv.Rows() {
			if n.VPCID != "" {
				vpcs[n.VPCID] = true
			}
		}
		if len(vpcs) < 5 || len(inv.Targets()) != 1 {
			t.Fatalf("%s: %d VPCs in %d targets prove little", name, len(vpcs), len(inv.Targets()))
		}
		want := maps.Clone(families)
		want["DescribeVpcAttribute"] = 2 * (len(vpcs) + c.gone)
		for op, n := range c.more {
			want[op] += n
		}
		got := askedOfNetworks(c.sim)
		if op := "DescribeNetworkInterfaces"; got[op] < want[op] && got[op] > 0 {
			want[op] = got[op] // those that tell the VPCs come in a call of their own, if they come first
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %d VPCs cost %v, want %v", name, len(vpcs), got, want)
		}
	}
}

// pairs answers the first question for an attribute of a VPC when the second is there.
type pairs struct {
	handler http.Handler

	mu   sync.Mutex
	both map[string]chan struct{} // by VPC; closed by the second
	met  int
}

func (p *pairs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(raw))
	if form, err := url.ParseQuery(string(raw)); err == nil && form.Get("Action") == "DescribeVpcAttribute" {
		select {
		case <-p.meet(form.Get("VpcId")):
		case <-r.Context().Done():
			return
		}
	}
	p.handler.ServeHTTP(w, r)
}

func (p *pairs) meet(vpc string) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	both, second := p.both[vpc]
	if second {
		p.met++
		close(both)
	} else {
		both = make(chan struct{})
		p.both[vpc] = both
	}
	return both
}

func TestTheTwoAttributesOfAVPCAreAskedForSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, url := directWorld(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 40 })
		c := simClient(t, s, url, nil)
		p := &pairs{handler: s.Handler(), both: map[string]chan struct{}{}}
		c.wire = wire{direct{p}}
		begin := time.Now()
		inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
		if p.met != vpcsOf(inv) || p.met == 0 || time.Since(begin) > 0 {
			t.Errorf("%d pairs of %d VPCs met after %v", p.met, vpcsOf(inv), time.Since(begin))
		}
		for _, n := range inv.Rows() {
			if n.SubnetID != "" && !n.Networked.Known() {
				t.Errorf("%s: %+v", n.Name, n.Networked)
			}
		}
	})
}
