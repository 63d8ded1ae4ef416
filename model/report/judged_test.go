package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
)

func TestAVerdictOfUnknownCarriesItsReasonIntoEveryFormat(t *testing.T) {
	v := testView()
	v.Notebooks = []*model.Notebook{with(func(n *model.Notebook) {
		n.Egress = &model.Egress{Verdict: model.VerdictUnknown, Reason: "ec2:DescribeRouteTables was refused"}
	})}
	for _, f := range []Format{JSON, CSV, Markdown} {
		if out := string(written(t, f, v, 0)); !strings.Contains(out, "ec2:DescribeRouteTables was refused") {
			t.Errorf("%s does not say why:\n%s", f, out)
		}
	}
	rows, _ := csvRecords(t, written(t, CSV, v, 0))
	if got := rows[1][slices.Index(rows[0], "egress")]; got != "unknown" {
		t.Errorf("the CSV has the verdict %q", got)
	}
}

func TestThePolicyThatHoldsIsNamedPerNotebook(t *testing.T) {
	table := policy.Table{Overrides: []policy.Override{{TagKey: "Team", TagValue: "ml", Policy: model.PolicyReport}}}
	for _, c := range []struct {
		says            string
		n               *model.Notebook
		policy, unknown any
		findings        int // -1: absent
	}{
		{"an override by tag that holds", full(), "report", nil, -1},
		{"no override holds", with(func(n *model.Notebook) { n.Tags = nil }), "connect", nil, 1},
		{
			"tags that are not known leave the policy open", with(func(n *model.Notebook) { n.Tags, n.Tagged = nil, model.Part{} }),
			nil, "tags are not known, and an override asks for one", 1,
		},
	} {
		object := shown(t, c.n, table)
		unknown, _ := object["unknown"].(map[string]any)
		findings := -1
		if list, ok := object["findings"].([]any); ok {
			findings = len(list)
		}
		if object["policy"] != c.policy || unknown["policy"] != c.unknown || findings != c.findings {
			t.Errorf("%s: policy %v, unknown %v, %d findings", c.says, object["policy"], unknown["policy"], findings)
		}
	}
	v := testView()
	v.Policy = table
	if out := string(written(t, CSV, headed(v), 0)); !strings.Contains(out, "#,policy,\"connect, with 1 override\"\n") {
		t.Errorf("the head does not name the policy:\n%s", out)
	}
	var shown bytes.Buffer
	if err := Show(&shown, with(func(n *model.Notebook) { n.Tagged = model.Part{} }), v.Lens, policy.Table{Overrides: []policy.Override{
		{TagKey: "Zone", Policy: model.PolicyReport},
	}}, Text); err != nil || !strings.Contains(shown.String(), "connect, as long as the tags are not known") {
		t.Errorf("show (%v) does not say that the policy is not certain:\n%s", err, shown.String())
	}
}
