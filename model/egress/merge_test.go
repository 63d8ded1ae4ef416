package egress

import (
	"math/rand/v2"
	"slices"
	"testing"

	"nbscope/model"
)

const vpcOwner = "999988887777"

// views are what the owner of a VPC sees of it, and what an account sees that it is
// shared with: not the NAT gateways, the egress-only gateways and the endpoints, and
// of groups and interfaces only its own.
func views(w *world) (own, owner Facts) {
	mine := func(id string) bool { return slices.Contains(w.n.SecurityGroups, id) }
	own, owner = w.Facts, w.Facts
	own.Accounts, owner.Accounts = []string{account}, []string{vpcOwner}
	own.NATGateways, own.EgressOnly, own.Endpoints = Read[NATGateway](), Read[InternetGateway](), Read[Endpoint]()
	own.SecurityGroups = those(w.SecurityGroups, func(g *SecurityGroup) bool { return mine(g.ID) })
	owner.SecurityGroups = those(w.SecurityGroups, func(g *SecurityGroup) bool { return !mine(g.ID) })
	own.Interfaces = those(w.Interfaces, func(i *Interface) bool { return i.ID == w.n.NetworkID })
	owner.Interfaces = those(w.Interfaces, func(i *Interface) bool { return i.ID != w.n.NetworkID })
	return own, owner
}

func those[T any](f Family[T], is func(*T) bool) Family[T] {
	out := Family[T]{Part: f.Part}
	for i := range f.Items {
		if is(&f.Items[i]) {
			out.Items = append(out.Items, f.Items[i])
		}
	}
	return out
}

func TestTwoViewsOfASharedVPCAreJudgedAsOne(t *testing.T) {
	t.Parallel()
	seen := map[model.Verdict]int{}
	for seed := range uint64(1500) {
		w := chaos(rand.New(rand.NewPCG(seed, 19)).IntN)
		for i := range w.Subnets.Items {
			w.Subnets.Items[i].OwnerID = vpcOwner
		}
		whole := w.Facts
		whole.Accounts = []string{account, vpcOwner}
		want := Judge(NewIndex(whole), w.n)
		own, owner := views(w)
		got := Judge(NewIndex(Merge(own, owner, vpcOwner)), w.n)
		if got.Verdict != want.Verdict {
			t.Fatalf("seed %d: both views together are %s, the whole %s\n%s\n%s", seed, got.Verdict, want.Verdict, got.Reason, want.Reason)
		}
		seen[want.Verdict]++
		alone := Judge(NewIndex(own), w.n)
		if alone.Verdict != want.Verdict && alone.Verdict != model.VerdictUnknown {
			t.Fatalf("seed %d: one view alone is %s, the whole %s", seed, alone.Verdict, want.Verdict)
		}
	}
	if seen["nat"] < 50 || seen["isolated"] < 50 {
		t.Errorf("too few claims: %v", seen)
	}
}

func TestWhatAnOwnerWasRefusedStaysUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld().nat()
	for i := range w.Subnets.Items {
		w.Subnets.Items[i].OwnerID = vpcOwner
	}
	for name, deny := range denials() {
		own, owner := views(w)
		deny(&owner, "AccessDenied")
		got := Judge(NewIndex(Merge(own, owner, vpcOwner)), w.n)
		// Of the others the guest's own view has what this way needs.
		needed := slices.Contains([]string{"route tables", "NAT gateways", "ACLs", "Block Public Access"}, name)
		if needed != (got.Verdict == model.VerdictUnknown) {
			t.Errorf("without the owner's %s: %s: %s", name, got.Verdict, got.Reason)
		}
	}
}
