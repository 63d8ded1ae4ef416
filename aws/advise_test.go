package aws

import (
	"context"
	"strings"
	"testing"

	"nbscope/aws/sim"
	"nbscope/model"
)

// adviceOf asks for advice about a case of the gallery.
func adviceOf(t *testing.T, client *Client, inv *model.Inventory, name string) *model.Notebook {
	t.Helper()
	for _, n := range inv.Rows() {
		if n.Name == name {
			got, err := client.Advise(context.Background(), n, inv.Rows())
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

func TestAdviceComesByAskingAndRestsOnWhatIsThereNow(t *testing.T) {
	t.Parallel()
	s, url, _ := showGallery(t, "")
	client := simClient(t, s, url, nil)
	inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
	for _, n := range inv.Rows() {
		if n.Egress.Advice != nil {
			t.Fatalf("%s: a scan judged remedies that nobody asked for", n.Name)
		}
	}
	for name, want := range map[string]string{
		"acl-of-the-nat-gateway":        "Open network ACL acl-",
		"nat-pending":                   "Wait until NAT gateway nat-",
		"nat-behind-a-detached-gateway": "Attach internet gateway igw-",
		"group-without-egress":          "Let tcp/443 out to the internet in security group sg-",
	} {
		s.ResetCalls()
		n := adviceOf(t, client, inv, name)
		if a := n.Egress.Advice; a == nil || len(a.Remedies) == 0 || !strings.HasPrefix(a.Remedies[0].Title, want) || a.Remedies[0].After != model.VerdictNAT {
			t.Errorf("%s: %+v", name, a)
		}
		for op, c := range s.Calls() {
			if strings.HasPrefix(op, "SageMaker.Describe") && c.Calls > 0 {
				t.Errorf("%s: %d × %s for notebooks that are known", name, c.Calls, op)
			}
		}
	}
	alone := adviceOf(t, client, inv, "no-route").Egress.Advice
	if len(alone.None) == 0 || !strings.HasPrefix(alone.None[0], "No NAT gateway of VPC vpc-") {
		t.Errorf("a VPC without a public subnet: %+v", alone)
	}
	public := adviceOf(t, client, inv, "igw-only").Egress.Advice
	if len(public.None) == 0 || !strings.Contains(public.None[0], "public subnet") {
		t.Errorf("a public subnet: %+v", public)
	}
}

func TestAScanThatAdvisesAdvisesEveryNotebook(t *testing.T) {
	t.Parallel()
	s, url, _ := showGallery(t, "")
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full, Advise: true})
	for _, n := range inv.Rows() {
		if n.SubnetID == "" {
			continue
		}
		if n.Egress.Advice == nil {
			t.Errorf("%s has no advice", n.Name)
			continue
		}
		a := n.Egress.Advice
		if n.Egress.Verdict.Closed() && len(a.Remedies)+len(a.None) == 0 {
			t.Errorf("%s is %s and neither is a remedy offered nor said why not", n.Name, n.Egress.Verdict)
		}
		for i := range a.Remedies {
			if n.DirectInternet == model.Disabled && a.Remedies[i].Worsens() {
				t.Errorf("%s: a remedy in a VPC of its own worsens somebody: %+v", n.Name, a.Remedies[i])
			}
		}
	}
}

func TestAdviceAboutANotebookThatIsGoneSaysSo(t *testing.T) {
	t.Parallel()
	s, url := oneNAT(t, 1)
	client := simClient(t, s, url, nil)
	inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
	n := inv.Rows()[0]
	if err := s.Change(sim.Change{Op: "delete", Name: n.Name}); err != nil {
		t.Fatal(err)
	}
	_, err := client.Advise(context.Background(), n, inv.Rows())
	if p, ok := err.(model.Problem); !ok || p.Kind != model.KindNotFound { //nolint:errorlint // a Problem is never wrapped
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = client.Advise(ctx, n, nil); err == nil {
		t.Error("a canceled question is answered")
	}
}

// TestWhyThereIsNoAdviceIsSaid: whoever cannot be asked is named, and what was seen of the
// notebook before is no answer.
func TestWhyThereIsNoAdviceIsSaid(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	for name, c := range map[string]struct {
		account, op string
		code        string
		want        model.ProblemKind
	}{
		"the list is refused":     {homeAccount, "ListNotebookInstances", "AccessDeniedException", model.KindDenied},
		"the list fails":          {homeAccount, "ListNotebookInstances", "ValidationException", model.KindInvalid},
		"nobody can sign in":      {homeAccount, "GetCallerIdentity", "InvalidClientTokenId", model.KindBadCredentials},
		"of an account elsewhere": {awayAccount, "", "", model.KindNoCredentials},
	} {
		s := newStub(t)
		s.fill(homeAccount, "eu-west-1", 1)
		s.hook = func(got call) (int, string, bool) {
			switch {
			case got.op != c.op:
				return 0, "", false
			case got.op == "GetCallerIdentity":
				return refuseXML(c.code, "no")
			}
			return refuse(c.code, "no")
		}
		n := &model.Notebook{ARN: "arn:aws:sagemaker:eu-west-1:" + c.account + ":notebook-instance/nb-0000", Name: "nb-0000", Account: c.account, Region: target.Region}
		got, err := s.client(t).Advise(t.Context(), n, nil)
		if p, ok := err.(model.Problem); got != nil || !ok || p.Kind != c.want || p.Target != n.Target() { //nolint:errorlint // a Problem is never wrapped
			t.Errorf("%s: %+v, %+v", name, got, err)
		}
	}
}
