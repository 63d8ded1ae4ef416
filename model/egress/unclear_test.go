package egress

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestAVerdictThatHangsOnAFactNotUnderstoodSaysWhich(t *testing.T) {
	t.Parallel()
	dual := func(w *world) { w.n.IPAddressType = "ipv9" }
	for name, c := range map[string]struct {
		w    *world
		want string // in the sentence; "" for none
	}{
		"all is understood":               {newWorld().nat(), ""},
		"an ACL without an action":        {newWorld().nat().with(func(w *world) { w.acl("acl-1").Entries[0].Action = "" }), `acl-1 has the action "" in rule 100`},
		"an ACL without a range":          {newWorld().nat().with(func(w *world) { w.acl("acl-1").Entries[0].CIDR = "" }), `address range ""`},
		"a rule without a range":          {newWorld().nat().egress(tcp443("")), "sg-1"},
		"a list with a range that is not": {newWorld().nat().list("pl-own", "nowhere").egress(toList("pl-own")), "pl-own"},
		"a route without a destination":   {newWorld().route("rtb-a", to("", "nat-1")), "rtb-a"},
		"a route in a state of its own":   {newWorld().nat().with(func(w *world) { w.natRoute().State = "asleep" }), "asleep"},
		"a route to a future target":      {newWorld().route("rtb-a", to("0.0.0.0/0", "wormhole-1")), "wormhole-1"},
		"a NAT gateway of no state":       {newWorld().nat(func(g *NATGateway) { g.State = "" }), "nat-1"},
		"a NAT gateway of no kind":        {newWorld().nat(func(g *NATGateway) { g.Connectivity = "" }), "connectivity"},
		"a NAT gateway of a future mode":  {newWorld().nat(func(g *NATGateway) { g.Availability = "global" }), "global"},
		"a gateway whose state is none":   {newWorld().nat().with(func(w *world) { w.InternetGateways.Items[0].State = "" }), "igw-1"},
		"an endpoint of no state":         {newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.State = "" }), "vpce-sts"},
		"an endpoint whose policy is not": {newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.Policy = "{" }), "policy"},
		"a notebook of a future IP":       {newWorld().with(dual), "ipv9"},
		"a notebook of no group":          {newWorld().nat().with(func(w *world) { w.n.SecurityGroups = nil }), "names no security group"},
		"a way that AWS does not show":    {newWorld().nat().with(func(w *world) { w.NATGateways.Items = nil }), ""},
		"a fact that nothing hangs on":    {newWorld().nat().with(func(w *world) { w.group("sg-a").Egress = []Rule{tcp443("nowhere")} }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ix := NewIndex(c.w.Facts)
			e := Judge(ix, c.w.n)
			got := ix.Unclear(c.w.n, &e)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q; %s: %s", got, c.want, e.Verdict, e.Reason)
			}
		})
	}
}

// TestPortsThatAnACLShutsAreTold: a few among those that answers come back on make no
// other verdict, and are named.
func TestPortsThatAnACLShutsAreTold(t *testing.T) {
	t.Parallel()
	for acl, want := range map[string]string{
		"acl-2": "network ACL acl-2 lets not every answer back in on port 3389, 5432-5433: the few connections that get it fail",
		"acl-1": "network ACL acl-1 lets not every answer back in on port 40000: the few connections that get it fail",
	} {
		w := newWorld().nat()
		deny := func(number, from, upTo int) Entry {
			return Entry{Number: number, Action: "deny", Protocol: "6", From: from, To: upTo, CIDR: "0.0.0.0/0"}
		}
		rules := []Entry{deny(1, 22, 22), deny(2, 3389, 3389), deny(3, 5432, 5433)}
		if acl == "acl-1" {
			rules = append(rules, deny(4, 40000, 40000))
		}
		w.acl(acl).Entries = append(rules, w.acl(acl).Entries...)
		if e := w.judge(); e.Verdict != model.VerdictNAT || !slices.Contains(e.Warnings, want) {
			t.Errorf("%s: %s, %q", acl, e.Verdict, e.Warnings)
		}
	}
}
