package query

import (
	"testing"

	"nbscope/model"
)

func TestUndecidedIsWhatTheFilterLeavesOutWithoutKnowing(t *testing.T) {
	t.Parallel()
	done, refused := model.Part{State: model.LoadDone}, model.Part{State: model.LoadFailed, Reason: "denied"}
	skipped := model.Skip{Tags: true}.Part(model.FieldTags)
	isolated := func(n *model.Notebook) { n.Egress = &model.Egress{Verdict: model.VerdictIsolated} }
	nb := func(name string, change ...func(*model.Notebook)) *model.Notebook {
		n := &model.Notebook{
			ARN: name, Name: name, Account: "1", Region: "eu-west-1", Described: done, Located: done, Tagged: done, Networked: done,
			SubnetID: "subnet-1", VPCID: "vpc-1", DirectInternet: model.Disabled, Egress: &model.Egress{Verdict: model.VerdictNAT},
			RootAccess: model.Disabled, Platform: "notebook-al2023-v1", IMDSVersion: "2", VolumeGB: 5,
		}
		for _, c := range change {
			c(n)
		}
		return n
	}
	undescribed := func(n *model.Notebook) {
		n.Described, n.Located, n.Networked, n.Egress, n.SubnetID, n.VPCID, n.DirectInternet = refused, refused, refused, nil, "", "", ""
	}
	pending := func(n *model.Notebook) {
		n.Described, n.Located, n.Networked, n.Egress = model.Part{}, model.Part{}, model.Part{}, nil
	}
	unknown := func(n *model.Notebook) {
		n.Egress = &model.Egress{Verdict: model.VerdictUnknown, Reason: "the subnet is shared"}
	}
	for name, c := range map[string]struct {
		filter string
		rows   []*model.Notebook
		want   Undecided
	}{
		"everything is known":         {"egress:isolated", []*model.Notebook{nb("a")}, Undecided{}},
		"one matches":                 {"egress:isolated", []*model.Notebook{nb("a", isolated)}, Undecided{}},
		"a verdict that is unknown":   {"egress:isolated", []*model.Notebook{nb("a", unknown), nb("b")}, Undecided{1, 0, "the subnet is shared", "egress:isolated|unknown"}},
		"a describe that was refused": {"net:vpc-only", []*model.Notebook{nb("a", undescribed)}, Undecided{1, 0, "denied", "net:vpc-only|unknown"}},
		"one that is on its way":      {"egress:isolated", []*model.Notebook{nb("a", pending)}, Undecided{1, 1, "", "egress:isolated|unknown"}},
		"a refusal by IAM, in brief": {"net:vpc-only", []*model.Notebook{nb("a", undescribed, func(n *model.Notebook) {
			n.Described.Reason = "User: arn:x is not authorized to perform: sagemaker:DescribeNotebookInstance on resource: arn:y because"
		})}, Undecided{1, 0, "not authorized to perform sagemaker:DescribeNotebookInstance", "net:vpc-only|unknown"}},
		"the most frequent reason":         {"egress:isolated", []*model.Notebook{nb("a", unknown), nb("b", undescribed), nb("c", undescribed)}, Undecided{3, 0, "denied", "egress:isolated|unknown"}},
		"ruled out by another term":        {"egress:isolated region:us-", []*model.Notebook{nb("a", unknown)}, Undecided{}},
		"another term holds":               {"egress:isolated region:eu-", []*model.Notebook{nb("a", unknown)}, Undecided{1, 0, "the subnet is shared", "egress:isolated|unknown region:eu-"}},
		"what asks for the unknown":        {"egress:unknown", []*model.Notebook{nb("a")}, Undecided{}},
		"a negated term keeps the unknown": {"!egress:nat", []*model.Notebook{nb("a", undescribed), nb("b")}, Undecided{}},
		"two terms in doubt":               {"egress:isolated vpc:vpc-2", []*model.Notebook{nb("a", undescribed)}, Undecided{1, 0, "denied", "egress:isolated|unknown vpc:vpc-2|unknown"}},
		"a word in a column not known":     {"zzz", []*model.Notebook{nb("a", undescribed)}, Undecided{1, 0, "denied", ""}},
		"a word that is nowhere":           {"zzz", []*model.Notebook{nb("a")}, Undecided{}},
		"a word, and tags are skipped":     {"zzz", []*model.Notebook{nb("a", func(n *model.Notebook) { n.Tagged = skipped })}, Undecided{}},
		"a tag that may not be read":       {"tag:Team", []*model.Notebook{nb("a", func(n *model.Notebook) { n.Tagged = refused })}, Undecided{1, 0, "denied", "tag:Team|unknown"}},
		"a member that AWS did not give":   {"root:on", []*model.Notebook{nb("a", func(n *model.Notebook) { n.RootAccess = "" }), nb("b")}, Undecided{1, 0, "AWS gave no value for root access", "root:on|unknown"}},
		"and another that it gave":         {"volume:>10", []*model.Notebook{nb("a", func(n *model.Notebook) { n.RootAccess = "" }), nb("b")}, Undecided{}},
		"a field of the list":              {"status:failed", []*model.Notebook{nb("a", undescribed)}, Undecided{}},
	} {
		q, issues := ParseStrict(c.filter, testNow())
		if len(issues) > 0 {
			t.Fatal(issues)
		}
		if got := q.Undecided(c.rows, model.Lens{Now: testNow()}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		if c.want.Filter == "" {
			continue
		}
		shows, issues := ParseStrict(c.want.Filter, testNow())
		if hits := NewEngine(nil).Run(shows, c.rows, model.Lens{Now: testNow()}); len(issues) > 0 || len(hits) != c.want.Notebooks {
			t.Errorf("%s: %q shows %d, %v", name, c.want.Filter, len(hits), issues)
		}
	}
}

func TestATermOnWhatIsSkippedIsNamedAndFiltersNothing(t *testing.T) {
	t.Parallel()
	q, _ := ParseStrict("egress:isolated region:eu-", testNow())
	kept, issues := q.Without(model.Skip{Egress: true}.Why)
	if len(issues) != 1 || issues[0].Message != "egress is skipped by --skip egress" || issues[0].End != len("egress:isolated") || kept.String() != "region:eu-" {
		t.Errorf("%q, %+v", kept, issues)
	}
	if same, issues := q.Without(model.Skip{}.Why); len(issues) != 0 || same.String() != q.String() {
		t.Errorf("%q, %+v", same, issues)
	}
}
