package aws

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"nbscope/model"
)

func TestAScanMakesTheFewestCallsAndSeesEverything(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 250)
	s.fill(homeAccount, "us-east-1", 3)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	want := map[string]int{
		"GetCallerIdentity": 1, "DescribeRegions": 1, "ListAccountAliases": 1, "ListNotebookInstances": 3 + 1,
		"DescribeNotebookInstance": 253, "GetResources": 1 + 1, "DescribeSubnets": 4, "DescribeVpcs": 2, "DescribeVpcAttribute": 2,
	}
	for _, op := range networkCalls() {
		want[op] = 2
	}
	if got := s.counted(); !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	if inv.Len() != 253 || !inv.Coverage().Complete() || inv.Coverage().Unseen != 0 {
		t.Fatalf("%d notebooks, coverage %+v", inv.Len(), inv.Coverage())
	}
	for _, n := range inv.Rows() {
		if !n.Described.Known() || !n.Located.Known() || !n.Tagged.Known() || !n.Networked.Known() || n.Egress == nil || n.Stale {
			t.Fatalf("not settled: %+v", n)
		}
	}
	n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0006")
	if n == nil || n.VPCID != "vpc-1" || n.VPCName != "main" || n.DirectInternet != "Disabled" || n.RootAccess != "Enabled" ||
		n.NetworkMode() != model.NetworkVPCOnly || fmt.Sprint(n.Tags) != "[{A 6} {Team ml}]" {
		t.Errorf("got %+v", n)
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateOK || st.Notebooks != 250 || st.Described != 250 || st.Calls != 3+250+1+3+1+len(networkCalls()) {
		t.Errorf("status %+v", st)
	}
	if id := inv.Identities(); len(id) != 1 || id[0].Alias != "alias-1111" || id[0].Partition != "aws" {
		t.Errorf("identities %+v", id)
	}
}

func TestARefreshOfAnUnchangedWorldOnlyLists(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 150)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.counted()
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	if got, want := s.counted(), map[string]int{"ListNotebookInstances": 3}; !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	for _, n := range inv.Rows() {
		if n.Stale || !n.Described.Known() || !n.Tagged.Known() || !n.Located.Known() || !n.Networked.Known() || n.Egress == nil {
			t.Fatalf("lost on the way: %+v", n)
		}
	}
}

func TestARefreshAsksAgainOnlyForWhatChanged(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 10)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.counted()
	s.edit(homeAccount, "eu-west-1", 1, func(n *stubNotebook) { n.status, n.modified = "Stopped", 1.8e9 })
	s.edit(homeAccount, "eu-west-1", 2, func(n *stubNotebook) { n.status = "Stopping" })
	s.edit(homeAccount, "eu-west-1", 3, func(n *stubNotebook) { n.modified = 1.8e9 })
	s.drop(homeAccount, "eu-west-1", 9)
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	got := s.counted()
	if want := map[string]int{"ListNotebookInstances": 2, "DescribeNotebookInstance": 3, "DescribeSubnets": 0}; got["DescribeNotebookInstance"] != 3 || got["GetResources"] != 0 || got["DescribeSubnets"] != 0 {
		t.Errorf("calls %v, want %v", got, want)
	}
	if inv.Len() != 9 {
		t.Errorf("%d notebooks, want 9", inv.Len())
	}
	// A status that AWS is changing is looked at again, although nothing moved.
	once(t, c, inv, model.ScanRequest{Mode: model.Transition, Only: []model.Target{{Account: homeAccount, Region: "eu-west-1"}}})
	if got, want := s.counted(), map[string]int{"ListNotebookInstances": 1, "DescribeNotebookInstance": 1}; !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
}

func TestANotebookMadeAnewUnderItsOldNameIsNotMistakenForTheOldOne(t *testing.T) {
	t.Parallel()
	known := &model.Notebook{ARN: "a", Created: time.Unix(1, 0), Tagged: model.Part{State: model.LoadDone}, Tags: []model.Tag{{Key: "k"}}}
	fresh := &model.Notebook{ARN: "a", Created: time.Unix(2, 0)}
	if got := carry(fresh, known); got.Tagged.Known() || len(got.Tags) != 0 {
		t.Errorf("carried %+v", got)
	}
}

func TestFullAsksForEverythingAgain(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 5)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	first := s.counted()
	s.edit(homeAccount, "eu-west-1", 0, func(n *stubNotebook) { n.tags = nil })
	once(t, c, inv, model.ScanRequest{Mode: model.Full})
	second := s.counted()
	delete(first, "GetCallerIdentity") // who is who was proven
	first["DescribeSubnets"]--         // which VPC a subnet is in is known
	if !maps.Equal(first, second) {
		t.Errorf("calls %v, then %v", first, second)
	}
	if n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0000"); len(n.Tags) != 0 {
		t.Errorf("tags %v stayed", n.Tags)
	}
}
