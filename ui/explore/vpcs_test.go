package explore

import (
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/query"
	"nbscope/ui/match"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// vpcWorld is two subnets of one VPC, which another account uses too.
func vpcWorld() []*model.Notebook {
	in := func(account, vpc, subnet string) func(*model.Notebook) {
		return func(n *model.Notebook) { n.Account, n.VPCID, n.SubnetID = account, vpc, subnet }
	}
	return []*model.Notebook{
		uitest.Notebook(1, "a", uitest.Prod, "eu-west-1", in(uitest.Prod, "vpc-1", "subnet-1")),
		uitest.Notebook(3, "b", uitest.Prod, "eu-west-1", in(uitest.Prod, "vpc-1", "subnet-2")),
		uitest.Notebook(7, "c", uitest.Prod, "eu-west-1", in(uitest.Prod, "vpc-1", "subnet-2")),
		uitest.Notebook(3, "d", uitest.Sandbox, "eu-west-1", in(uitest.Sandbox, "vpc-1", "subnet-1")),
		uitest.Notebook(5, "none", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.SubnetID, n.VPCID = "", "" }),
	}
}

func TestVPCsSumUpTheirSubnets(t *testing.T) {
	lens := model.Lens{Findings: policy.Table{}.Findings}
	rows := vpcRows(vpcWorld(), lens)
	got := make([]string, 0, len(rows))
	th := theme.New(theme.Options{NoColor: true})
	for i := range rows {
		r := &rows[i]
		got = append(got, fmt.Sprintf("%s %s %d %s within=%v", r.account, r.subnet, r.notebooks, r.egressWords(th), r.within))
	}
	want := []string{
		uitest.Prod + "  3 ✗ 1 isolated  ◇ 1 endpoints only  ✓ 1 NAT within=false",
		uitest.Prod + " subnet-1 1 ✓ 1 NAT within=true",
		uitest.Prod + " subnet-2 2 ✗ 1 isolated  ◇ 1 endpoints only within=true",
		uitest.Sandbox + " subnet-1 1 ✗ 1 isolated within=false",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if s, _ := rows[2].state([]string{"s3"}); s != model.EndpointPartial || !rows[2].unlike["s3"] {
		t.Errorf("s3 serves one of two notebooks and is %q", s)
	}
}

func TestWhatIsNotKnownOfOneNotebookIsNotKnownOfItsVPC(t *testing.T) {
	all := vpcWorld()
	all[2].Egress = uitest.JudgedAs(all[2], model.VerdictUnknown)
	rows := vpcRows(all, model.Lens{})
	for i, want := range []model.EndpointState{model.EndpointUnknown, model.EndpointMissing, model.EndpointUnknown, model.EndpointMissing} {
		if got, _ := rows[i].state([]string{"kms"}); got != want {
			t.Errorf("row %d: kms is %q, want %q", i, got, want)
		}
	}
}

func TestTheFilterOfAVPCFindsExactlyItsNotebooks(t *testing.T) {
	world := vpcWorld()
	lens := model.Lens{Findings: policy.Table{}.Findings}
	for _, r := range vpcRows(world, lens) {
		q, issues := query.Parse(r.filter(), uitest.Noon())
		if len(issues) > 0 {
			t.Fatalf("%s: %v", r.filter(), issues)
		}
		if hits := query.NewEngine(match.Fuzzy).Run(q, world, lens); len(hits) != r.notebooks {
			t.Errorf("%s finds %d notebooks, want %d", r.filter(), len(hits), r.notebooks)
		}
	}
}

func TestAnIDThatIsNoneIsQuotedInTheFilter(t *testing.T) {
	for in, want := range map[string]string{"vpc-0a": "vpc-0a", "": `""`, `a b"c\`: `"a b\"c\\"`, "x|y": `"x|y"`} {
		if got := filterValue(in); got != want {
			t.Errorf("filterValue(%q) = %s, want %s", in, got, want)
		}
	}
}
