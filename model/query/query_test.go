package query

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"nbscope/model"
	"nbscope/model/policy"
)

// testFuzzy is a plain subsequence match: the earliest place of each letter,
// with a point for each that follows the one before it.
func testFuzzy(pattern, s string) (int, []int, bool) {
	var at []int
	score, from := 0, 0
	for _, want := range strings.ToLower(pattern) {
		found := -1
		for i := from; i < len(s); {
			r, size := utf8.DecodeRuneInString(s[i:])
			if unicode.ToLower(r) == want {
				found = i
				if i == from && len(at) > 0 {
					score += 5
				}
				from = i + size
				break
			}
			i += size
		}
		if found < 0 {
			return 0, nil, false
		}
		at = append(at, found)
	}
	return score - at[0], at, true
}

func testNow() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func testLens() model.Lens {
	return lensUnder(model.PolicyConnect)
}

func lensUnder(p model.Policy) model.Lens {
	judge := func(n *model.Notebook) []model.Finding {
		var e model.Egress
		if n.Egress != nil {
			e = *n.Egress
		}
		return policy.Findings(p, n, e)
	}
	return model.Lens{Now: testNow(), Aliases: map[string]string{"111122223333": "prod-ml"}, Findings: judge}
}

func done() model.Part { return model.Part{State: model.LoadDone} }

// testRows is a small world that has every case that a term distinguishes.
func testRows() []*model.Notebook {
	base := model.Notebook{
		Account: "111122223333", Region: "eu-west-1", Status: model.StatusInService, InstanceType: "ml.t3.medium",
		Created: testNow().Add(-40 * 24 * time.Hour), Described: done(), Located: done(), Tagged: done(),
		SubnetID: "subnet-0a1b", SubnetName: "private-a", VPCID: "vpc-0a12", VPCName: "ml-prod",
		SecurityGroups: []string{"sg-0f1", "sg-0f2"}, DirectInternet: model.Disabled, RootAccess: model.Enabled,
		RoleARN: "arn:aws:iam::111122223333:role/service/DataScience", Platform: "notebook-al2-v2", IMDSVersion: "1",
		VolumeGB: 5, Tags: []model.Tag{{Key: "Owner", Value: "Ana B"}, {Key: "Team", Value: "ml"}},
		Networked: done(), Egress: &model.Egress{Verdict: model.VerdictIsolated},
	}
	churn := base
	churn.Name = "churn-model-train"

	fraud := base
	fraud.Name, fraud.Account, fraud.Region = "fraud-features", "444455556666", "us-east-1"
	fraud.SubnetID, fraud.SubnetName, fraud.VPCID, fraud.VPCName, fraud.SecurityGroups = "", "", "", "", nil
	fraud.DirectInternet, fraud.RootAccess, fraud.Platform = model.Enabled, model.Disabled, "notebook-al2023-v1"
	fraud.Status, fraud.IMDSVersion, fraud.VolumeGB, fraud.Tags = model.StatusFailed, "2", 500, nil
	fraud.KMSKeyID, fraud.LifecycleName = "arn:aws:kms:us-east-1:444455556666:key/ab12", "autostop"
	fraud.Created, fraud.Egress = testNow().Add(-time.Hour), &model.Egress{Verdict: model.VerdictDirect}

	open := base
	open.Name, open.DirectInternet, open.Status, open.InstanceType = "open-lab", model.Enabled, model.StatusStopped, "ml.g5.xlarge"
	open.Egress = &model.Egress{Verdict: model.VerdictDirect}
	open.VPCID, open.VPCName, open.LifecycleName = "vpc-07fe", "shared", "none"

	refused := model.Notebook{
		Name: "refused-one", Account: "444455556666", Region: "eu-west-3", Status: model.StatusStopping, InstanceType: "ml.t3.large",
		Created:   testNow().Add(-800 * 24 * time.Hour),
		Described: model.Part{State: model.LoadFailed, Reason: "denied"},
		Located:   model.Part{State: model.LoadFailed, Reason: "denied"},
		Tagged:    model.Part{State: model.LoadFailed, Reason: "denied"},
	}
	waiting := model.Notebook{Name: "waiting", Account: "111122223333", Region: "eu-west-1", Status: model.StatusPendingMaintenance}

	future := base
	future.Name, future.DirectInternet, future.Status = "future", "Filtered", model.StatusPending
	future.Located = model.Part{}
	future.VPCID, future.VPCName = "", ""
	future.Egress = &model.Egress{Verdict: model.VerdictUnknown, Reason: "a value of tomorrow"}

	out := []*model.Notebook{&churn, &fraud, &open, &refused, &waiting, &future}
	for _, n := range out {
		n.ARN = "arn:aws:sagemaker:" + n.Region + ":" + n.Account + ":notebook-instance/" + n.Name
	}
	return out
}

// find returns the names that the filter shows, joined by a space.
func find(t *testing.T, filter string) string {
	t.Helper()
	q, issues := ParseStrict(filter, testNow())
	if len(issues) > 0 {
		t.Fatalf("filter %q has issues: %v", filter, issues)
	}
	rows := testRows()
	var names []string
	for _, h := range NewEngine(testFuzzy).Run(q, rows, testLens()) {
		names = append(names, rows[h.Row].Name)
	}
	return strings.Join(names, " ")
}

func TestTerms(t *testing.T) {
	const all = "churn-model-train fraud-features open-lab refused-one waiting future"
	for _, c := range []struct{ says, filter, want string }{
		{"nothing shows everything", "", all},
		{"white space shows everything", " \t\u00a0", all},
		{"a bare word matches the name fuzzily", "chtr", "churn-model-train"},
		{"a bare word matches other columns as a substring", "g5.xl", "open-lab"},
		{"a bare word does not match other columns fuzzily", "g5xl", ""},
		{"a bare word matches the alias", "prod-ml", "churn-model-train open-lab waiting future"},
		{"a bare word matches a tag", "team=ml", "churn-model-train open-lab future"},
		{"a bare word does not match across two columns", "eu-west-1inservice", ""},
		{"words are joined by and", "prod-ml open", "open-lab"},
		{"case does not count in words", "FRAUD", "fraud-features"},
		{"an exact word is not fuzzy", "'chtr", ""},
		{"an exact word finds a part of the name", "'model", "churn-model-train"},
		{"a quoted text keeps its space", `"ana b"`, "churn-model-train open-lab future"},
		{"a negated word hides rows with it in any column", "!prod-ml", "fraud-features refused-one"},
		{"a negated word is not fuzzy", "!chtr", all},
		{"two negations cancel out", "!!open", "open-lab"},
		{"a negated exact word", "!'open", "churn-model-train fraud-features refused-one waiting future"},
		{"name by a part of it", "name:model", "churn-model-train"},
		{"account by the beginning of its id", "account:4444", "fraud-features refused-one"},
		{"account by alias", "account:PROD", "churn-model-train open-lab waiting future"},
		{"account not by the middle of its id", "account:5555", ""},
		{"region by its beginning", "region:eu-", "churn-model-train open-lab refused-one waiting future"},
		{"region in either of two", "region:us-|eu-west-3", "fraud-features refused-one"},
		{"status in any case", "status:FAILED", "fraud-features"},
		{"status by its beginning", "status:stop", "open-lab refused-one"},
		{"a whole status is not the beginning of a longer one", "status:pending", "future"},
		{"vpc by the beginning of its id", "vpc:vpc-0a", "churn-model-train"},
		{"vpc without its dash", "vpc:07", "open-lab"},
		{"vpc by name", "vpc:shared", "open-lab"},
		{"vpc none is never what is not known", "vpc:none", "fraud-features"},
		{"vpc none or an id", "vpc:none|vpc-07", "fraud-features open-lab"},
		{"vpc unknown is pending or refused", "vpc:unknown", "refused-one waiting future"},
		{"subnet by id", "subnet:subnet-0a1", "churn-model-train open-lab future"},
		{"subnet none", "subnet:none", "fraud-features"},
		{"any security group", "sg:sg-0f2", "churn-model-train open-lab future"},
		{"net disabled", "net:disabled", "churn-model-train"},
		{"net off", "net:off", "churn-model-train"},
		{"net enabled also without a VPC", "net:enabled", "fraud-features open-lab"},
		{"net on", "net:on", "fraud-features open-lab"},
		{"net direct", "net:direct", "fraud-features open-lab"},
		{"net vpc-direct asks for a VPC", "net:vpc-direct", "open-lab"},
		{"net vpc-only", "net:vpc-only", "churn-model-train"},
		{"net by a beginning that two modes share", "net:vpc", "churn-model-train open-lab"},
		{"net none", "net:none", "fraud-features"},
		{"net no-vpc", "net:no-vpc", "fraud-features"},
		{"net unknown has a future value of the field in it", "net:unknown", "refused-one waiting future"},
		{"egress by its verdict", "egress:isolated", "churn-model-train"},
		{"egress by either of two", "egress:NAT|direct", "fraud-features open-lab"},
		{"egress by a beginning", "egress:endpoints", ""},
		{"egress unknown: judged so, refused or on its way", "egress:unknown", "refused-one waiting future"},
		{"needs internet, whatever the policy", "net:vpc-only !egress:nat|inspected", "churn-model-train"},
		{"finding by the worst severity", "finding:high", "churn-model-train"},
		{"finding none only where it could be judged", "finding:none", "fraud-features open-lab"},
		{"finding unknown: not judged, or on its way", "finding:unknown", "refused-one waiting future"},
		{"finding by its code", "finding:direct-internet-off", "churn-model-train"},
		{"finding by the beginning of several codes", "finding:direct-", "churn-model-train refused-one future"},
		{"finding by a code that no notebook has here", "finding:root-access", ""},
		{"nothing is mitigated", "finding:mitigated", ""},
		{"a negated value keeps what is not known", "!net:disabled", "fraud-features open-lab refused-one waiting future"},
		{"what is not known can be left out by name", "!net:disabled !net:unknown", "fraud-features open-lab"},
		{"type with its ml.", "type:ml.t3", "churn-model-train fraud-features refused-one future"},
		{"type without its ml.", "type:g5", "open-lab"},
		{"platform al2 is not al2023", "platform:al2", "churn-model-train open-lab future"},
		{"platform by its whole name", "platform:notebook-al2-v2", "churn-model-train open-lab future"},
		{"platform by the beginning that all have", "platform:note", "churn-model-train fraud-features open-lab future"},
		{"platform al20", "platform:al20", "fraud-features"},
		{"role by a part of its name", "role:science", "churn-model-train fraud-features open-lab future"},
		{"role by the beginning of its ARN", "role:arn:aws:iam::1111", "churn-model-train fraud-features open-lab future"},
		{"role not by its path", "role:service", ""},
		{"kms by key id", "kms:ab12", "fraud-features"},
		{"kms none", "kms:none", "churn-model-train open-lab future"},
		{"lcc by name", "lcc:auto", "fraud-features"},
		{"lcc none", "lcc:none", "churn-model-train refused-one waiting future"},
		{"a quoted none is a name", `lcc:"none"`, "open-lab"},
		{"a field by its other name", "lifecycle:auto", "fraud-features"},
		{"tag by key", "tag:team", "churn-model-train open-lab future"},
		{"tag by key and value", "tag:Team=ML", "churn-model-train open-lab future"},
		{"tag value is whole", "tag:Team=m", ""},
		{"tag value by its beginning", "tag:Team=m*", "churn-model-train open-lab future"},
		{"tag with a space", `tag:"Owner=ana b"`, "churn-model-train open-lab future"},
		{"tag with a quoted value", `tag:Owner="ana b"`, "churn-model-train open-lab future"},
		{"tag none is not unknown", "tag:none", "fraud-features"},
		{"tag unknown", "tag:unknown", "refused-one waiting"},
		{"older than", "age:>30d", "churn-model-train open-lab refused-one future"},
		{"older than in years", "age:>=2y", "refused-one"},
		{"younger than", "age:<2h", "fraud-features"},
		{"younger than in months", "age:<1mo", "fraud-features"},
		{"no age is no age", "!age:>0s !age:<=0s", "waiting"},
		{"volume above", "volume:>100", "fraud-features"},
		{"volume with a unit", "volume:<=5GB", "churn-model-train open-lab future"},
		{"volume equal", "volume:500", "fraud-features"},
		{"volume never matches what is not known", "volume:<1", ""},
		{"root enabled is not direct internet", "root:enabled", "churn-model-train open-lab future"},
		{"root off", "root:off", "fraud-features"},
		{"root unknown", "root:unknown", "refused-one waiting"},
		{"imds with a v", "imds:v1", "churn-model-train open-lab future"},
		{"a field in any case", "VPC:none", "fraud-features"},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := find(t, c.filter); got != c.want {
				t.Errorf("filter %q shows %q, want %q", c.filter, got, c.want)
			}
		})
	}
}
