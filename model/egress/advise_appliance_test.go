package egress

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// applianceRemedies are for ways that break at an appliance, whose groups are not the
// notebook's.
func applianceRemedies() []remedyCase {
	group := func(change func(*SecurityGroup)) *world {
		return newWorld().appliance().with(func(w *world) { change(w.group("sg-a")) })
	}
	shut := func(egress bool) *world {
		return newWorld().appliance().with(func(w *world) {
			w.acl("acl-2").Entries = slices.DeleteFunc(slices.Clone(w.acl("acl-2").Entries), func(e Entry) bool { return e.Egress == egress })
		})
	}
	return []remedyCase{
		{name: "an appliance whose group lets nothing in", world: group(func(g *SecurityGroup) { g.Ingress = nil }), title: "Create a NAT gateway", after: "nat",
			absent: []string{"authorize-security-group-egress"}},
		{name: "an appliance whose group lets nothing out", world: group(func(g *SecurityGroup) { g.Egress = nil }), title: "Create a NAT gateway", after: "nat",
			absent: []string{"authorize-security-group-egress"}},
		{name: "an ACL that lets nothing in to an appliance", world: shut(false), title: "Open network ACL acl-2 for tcp/443", after: "nat", first: true,
			commands: []string{"--ingress", "From=1024,To=65535 --cidr-block 0.0.0.0/0", "From=443,To=443 --cidr-block 10.0.1.0/24"}, absent: []string{"acl-1"}},
		{name: "an ACL that lets nothing out of an appliance's subnet", world: shut(true), title: "Open network ACL acl-2 for tcp/443", after: "nat", first: true,
			commands: []string{"--egress", "From=443,To=443 --cidr-block 0.0.0.0/0"}, absent: []string{"acl-1"}},
	}
}

func TestNothingIsOfferedForTheGroupOfAnAppliance(t *testing.T) {
	t.Parallel()
	w := newWorld().appliance().with(func(w *world) { w.group("sg-a").Ingress = nil })
	r := newPlace(w.Facts, "vpc-1", []*model.Notebook{w.n}, new(int)).repair(w.n)
	const want = "security group sg-a of the appliance lets no tcp/443 in from 10.0.1.0/24. Nothing is offered for it: what the appliance lets through is for whoever runs it to decide."
	if r.open(nil) || r.stuck != want || len(r.changes) > 0 {
		t.Errorf("%q with %v", r.stuck, r.changes)
	}
}

// TestARemedyClaimsNoMoreThanItGives: with the ACL of all subnets open as the notebook
// needs it, what NAT is answered on other ports is not known.
func TestARemedyClaimsNoMoreThanItGives(t *testing.T) {
	t.Parallel()
	w := newWorld().nat()
	w.acl("acl-1").Subnets, w.acl("acl-2").Subnets = []string{"subnet-a", "subnet-b", "subnet-c"}, nil
	w.acl("acl-1").Entries = []Entry{
		{Number: 100, Egress: true, Action: "allow", Protocol: "-1", To: 65535, CIDR: "0.0.0.0/0"},
		{Number: 100, Action: "allow", Protocol: "6", From: 443, To: 443, CIDR: "10.0.0.0/16"},
	}
	r := w.remedy(t, model.RemedyEndpoints, "Make an endpoint for s3")
	if r.After != model.VerdictUnknown || !strings.HasSuffix(r.Why, "Reached by endpoints then: s3. Perhaps reached then: codecommit, ecr.api, ecr.dkr, git-codecommit, kms, logs, notebook, "+
		"sagemaker.api, sagemaker.runtime, secretsmanager, sts. Whether package indexes and code hosts are reached is not known then.") {
		t.Errorf("%s: %q", r.After, r.Why)
	}
	if r := w.remedy(t, model.RemedyRule); r.Title != "Open network ACL acl-1 for tcp/443" || len(r.Commands) < 2 || r.After != model.VerdictNAT {
		t.Errorf("%q makes %s with\n%s", r.Title, r.After, strings.Join(r.Commands, "\n"))
	}
}

// TestRemediesJudgeAsTheVerdictDoes holds that what is left out of a VPC's own facts
// does not change what is judged in it.
func TestRemediesJudgeAsTheVerdictDoes(t *testing.T) {
	t.Parallel()
	worlds := []*world{inTwoVPCs()}
	for seed := range uint64(500) {
		w := chaos(rand.New(rand.NewPCG(seed, 23)).IntN)
		w.VPCs.Items = append(w.VPCs.Items, VPC{ID: "vpc-2"})
		worlds = append(worlds, w)
	}
	for i, w := range worlds {
		s := find(w.Subnets.Items, func(s *Subnet) bool { return s.ID == w.n.SubnetID })
		if s == nil {
			continue
		}
		all, own := w.judge(), Judge(NewIndex(w.within(s.VPCID)), w.n)
		if own.Verdict != all.Verdict {
			t.Fatalf("world %d: %s by the facts of the VPC, %s by all: %s / %s", i, own.Verdict, all.Verdict, own.Reason, all.Reason)
		}
	}
}
