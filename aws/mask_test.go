package aws

import (
	"net/http"
	"strings"
	"testing"

	"nbscope/model"
)

func TestAnInventoryHoldsNoSecretOfARepositoryAndASnapshotDoes(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2"
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	s.hook = func(c call) (int, string, bool) {
		if c.op != "DescribeNotebookInstance" {
			return 0, "", false
		}
		answer := s.notebooks[model.Target{Account: c.account, Region: c.region}][0].describe(c)
		answer["DefaultCodeRepository"] = "https://ana:" + secret + "@git.example/a"
		answer["AdditionalCodeRepositories"] = []string{"b", "https://" + secret + "@git.example/c"}
		answer["FailureReason"] = "fatal: unable to access 'https://ana:" + secret + "@git.example/a'"
		return http.StatusOK, mustJSON(answer), true
	}
	client := s.client(t)
	inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
	n := inv.Rows()[0]
	if got := strings.Join(n.Repositories, " "); got != "https://****@git.example/a b https://****@git.example/c" || strings.Contains(n.FailureReason, secret) {
		t.Errorf("the inventory has %q, failed by %q", got, n.FailureReason)
	}
	raw, err := client.Raw(t.Context(), n.Target(), n.Name)
	if err != nil || strings.Contains(string(raw), secret) || strings.Count(string(raw), model.Mask) != 3 {
		t.Errorf("the answer is shown as %s (%v)", raw, err)
	}
	source, err := client.Snapshot(t.Context(), n.Target(), n.Name)
	if err != nil || source.DefaultRepository != "https://ana:"+secret+"@git.example/a" || strings.Contains(source.FailureReason, secret) {
		t.Errorf("a plan would be made of %q, failed by %q (%v)", source.DefaultRepository, source.FailureReason, err)
	}
}

func TestWhatAWSSaysIsMasked(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		if c.op == "ListNotebookInstances" {
			return refuse("ValidationException", "Value 'https://ana:hunter2@git.example/x' is refused")
		}
		return 0, "", false
	}
	st := stateOf(once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full}), homeAccount, "eu-west-1")
	if st.Problem == nil || st.Problem.Message != "Value 'https://ana:****@git.example/x' is refused" {
		t.Errorf("the problem is %+v", st.Problem)
	}
}
