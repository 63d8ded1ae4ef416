package ui

import (
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/match"
	"nbscope/ui/theme"
)

func TestOneKeySwitchesThePolicyAndEverythingThatHangsOnIt(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.sees("policy connect", "▲ 1 high  ◆ 2 medium  · 2 low")
	d.keys("P")
	d.sees("policy restrict", "a notebook must not have direct internet access", "▲ 6 high")
	d.keys("P")
	d.sees("policy report", "facts without findings")
	d.seesNot("▲ 1 high", "low, mitigated", "medium")
	d.keys("P")
	d.sees("policy connect", "▲ 1 high  ◆ 2 medium  · 2 low")
}

func TestAFilterByFindingIsAskedAnewUnderAnotherPolicy(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "finding:high", "enter")
	d.sees(" 1/12", "pricing-lab", "▲ 1 high")
	d.seesNot("2 medium", "2 low")
	d.keys("P")
	d.sees(" 6/12", "churn-model-train", "▲ 6 high")
	d.seesNot("pricing-lab")
}

func TestTheSortByFindingIsMadeAnewUnderAnotherPolicy(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.app.notebooks.sortBy(model.FieldFinding)
	d.app.Arrange()
	d.keys("g")
	if n := d.app.notebooks.current(); n.Name != "pricing-lab" {
		t.Fatalf("the worst is %s", n.Name)
	}
	d.keys("P", "g")
	if n := d.app.notebooks.current(); n.DirectInternet != model.Enabled {
		t.Errorf("the worst is %s under a policy against direct internet", n.Name)
	}
}

func TestALongFilterIsNotCutByTheCounts(t *testing.T) {
	d := loaded(t, 40, 12, nil)
	d.keys("/", "net:disabled !status:failed")
	d.sees("/ led !status:failed") // its end, where one types
	if c := d.app.View().Cursor; c == nil || c.X != len(" Notebooks  5/12  / led !status:failed") {
		t.Errorf("the cursor stands at %+v", c)
	}
}

func TestOverridesOutliveTheSwitch(t *testing.T) {
	d := loaded(t, 120, 40, func(c *Config) {
		c.Policy = policy.Table{Default: model.PolicyReport, Overrides: []policy.Override{{Account: shared, Policy: model.PolicyConnect}}}
	})
	d.sees("policy report", "▲ 1 high", "pricing-lab")
	for range model.Policies() {
		d.keys("P")
		if worst, ok := model.Worst(d.app.world.Lens.FindingsOf(rowNamed(t, d, "pricing-lab"))); !ok || worst.Severity != model.SeverityHigh {
			t.Errorf("under %s the override does not hold", d.app.world.Policy.Default)
		}
	}
	d.keys("/", "pricing", "enter", "enter", "enter", "3")
	d.sees("connect (an override for this")
}

func rowNamed(t *testing.T, d *rig, name string) *model.Notebook {
	t.Helper()
	for _, n := range d.app.world.Rows {
		if n.Name == name {
			return n
		}
	}
	t.Fatalf("there is no notebook %s", name)
	return nil
}

func TestALateAnswerUnderTheOldPolicyIsDropped(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	a := d.app
	a.arranger.busy = true // as beside the loop
	old := arrangedMsg{seq: a.arranger.seq, result: arrangement{rows: a.world.Rows, lens: a.world.Lens}}
	d.keys("P")
	d.send(old)
	d.sees("Notebooks 12", "churn-model-train", "▲ 6 high")
}

func TestFactsAreQuietWithoutAPolicyAndWhereTheyAgree(t *testing.T) {
	th := theme.New(theme.Options{Dark: true})
	isolated := notebook(3, "isolated", prod, "eu-west-1", nil)
	direct := notebook(0, "direct", prod, "eu-west-1", nil)
	nat := notebook(1, "nat", prod, "eu-west-1", nil)
	for _, c := range []struct {
		name   string
		policy model.Policy
		n      *model.Notebook
		want   kit.Leaning
	}{
		{"isolated is a fact under report", model.PolicyReport, isolated, kit.Leaning{}},
		{"isolated deviates under connect", model.PolicyConnect, isolated, kit.Leaning{Direct: theme.Bad, Egress: theme.Bad}},
		{"isolated agrees with restrict", model.PolicyRestrict, isolated, kit.Leaning{}},
		{"direct is a fact under report", model.PolicyReport, direct, kit.Leaning{}},
		{"direct agrees with connect", model.PolicyConnect, direct, kit.Leaning{}},
		{"direct deviates under restrict, which is about the switch", model.PolicyRestrict, direct, kit.Leaning{Direct: theme.Bad}},
		{"what NAT mitigates is quiet", model.PolicyConnect, nat, kit.Leaning{}},
	} {
		found := policy.Table{Default: c.policy}.Findings(c.n)
		if got := kit.LeaningOf(th, c.n, found); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestWeightsFollowTheRowsAndTheLens(t *testing.T) {
	calls := 0
	lens := model.Lens{Findings: func(*model.Notebook) []model.Finding {
		calls++
		return []model.Finding{{Severity: model.SeverityHigh}}
	}}
	rows := []*model.Notebook{notebook(1, "a", prod, "r", nil), notebook(3, "b", prod, "r", nil)}
	var w weights
	if got := w.count([]int32{0, 1}, rows, lens); got[model.SeverityHigh.Rank()] != 2 || calls != 2 {
		t.Fatalf("%v after %d calls", got, calls)
	}
	again := append(append([]*model.Notebook(nil), rows...), notebook(5, "c", prod, "r", nil))
	again[1] = notebook(3, "b", prod, "r", nil)
	if got := w.count([]int32{1, 2}, again, lens); got[model.SeverityHigh.Rank()] != 2 || calls != 4 {
		t.Errorf("%v after %d calls, want 2 high and a call for each row that is new", got, calls)
	}
}

func TestRemediesAreCopiedOneAfterTheOther(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "credit", "enter", "enter", "enter", "3")
	d.sees("◆ medium: direct internet off; endpoints only", "Recreate breaks  SageMaker.1", "▌ 1  Let tcp/443 out", "c copy remedy")
	want := "authorize-security-group-egress"
	for i := 1; i <= 3; i++ {
		if do, ok := d.app.notebooks.detail.copyRemedy().(kit.Copy); !ok || !strings.Contains(do.Text, want) {
			t.Errorf("remedy %d copies %q", i, do.Text)
		}
		d.keys("c")
		d.sees(fmt.Sprintf("commands of remedy %d of 3 copied", i), fmt.Sprintf("▌ %d  ", i))
		d.keys("x")
		want = []string{"", "create-route-table", "create-notebook-instance"}[i%3]
	}
	d.sees("▌ 1  Let tcp/443 out")
	d.keys("n")
	if d.app.notebooks.detail.remedy != 0 {
		t.Error("the mark stays although the notebook is another one")
	}
}

func TestWithoutAFindingThereIsNothingToCopy(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("enter", "enter", "3", "c")
	d.sees("none under this policy", "there is no remedy to copy")
}

func TestEveryCheckIsALink(t *testing.T) {
	d := loaded(t, 120, 110, nil)
	d.keys("/", "credit", "enter", "enter", "enter", "3")
	content := d.app.View().Content
	for _, c := range policy.Connect(rowNamed(t, d, "credit-risk-2024"), model.Egress{Verdict: model.VerdictEndpoints})[0].Breaks {
		if !strings.Contains(content, "\x1b]8;;"+c.URL+"\x07") {
			t.Errorf("%s is no link to %s", c.ID, c.URL)
		}
	}
}

func TestTheNetworkSaysWhyItIsNotJudged(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*model.Notebook)
		want   string
	}{
		"refused":     {func(n *model.Notebook) { n.Networked = refused("no ec2 for you") }, "? unknown: no ec2 for you"},
		"undescribed": {func(n *model.Notebook) { n.Described = refused("no describe for you") }, "? unknown: no describe for you"},
		"waiting":     {func(n *model.Notebook) { n.Networked = model.Part{} }, "not judged yet; r reads the"},
	} {
		n := notebook(1, "aaa", prod, "eu-west-1", nil)
		n.Egress = nil
		c.change(n)
		d := newRig(t, 120, 40, nil)
		d.feed(model.Batch{Identities: identities(), Notebooks: []*model.Notebook{n}})
		d.finish()
		d.keys("enter", "enter", "2")
		if !strings.Contains(d.view(), c.want) {
			t.Errorf("%s: not %q in\n%s", name, c.want, d.view())
		}
		d.keys("3", "esc", "esc", "tab")
		d.view()
	}
}

func TestTheTabOfTheSectionIsOnScreenAtEveryWidth(t *testing.T) {
	for width := 40; width < 140; width += 9 {
		d := loaded(t, width, 24, nil)
		d.keys("enter", "enter")
		for _, s := range sections() {
			d.app.notebooks.detail.turnTo(s)
			d.sees("[" + s.name() + "]")
		}
	}
}

func TestHelpTellsWhyThereArePolicies(t *testing.T) {
	d := loaded(t, 80, 24, nil)
	d.keys("?")
	d.view()
	d.keys("G")
	d.sees("Policy: connect now, P switches", "points both ways", "SageMaker.1", "no setting is a fault by itself")
}

// vpcWorld is two subnets of one VPC, which another account uses too.
func vpcWorld() []*model.Notebook {
	in := func(account, vpc, subnet string) func(*model.Notebook) {
		return func(n *model.Notebook) { n.Account, n.VPCID, n.SubnetID = account, vpc, subnet }
	}
	return []*model.Notebook{
		notebook(1, "a", prod, "eu-west-1", in(prod, "vpc-1", "subnet-1")),
		notebook(3, "b", prod, "eu-west-1", in(prod, "vpc-1", "subnet-2")),
		notebook(7, "c", prod, "eu-west-1", in(prod, "vpc-1", "subnet-2")),
		notebook(3, "d", sandbox, "eu-west-1", in(sandbox, "vpc-1", "subnet-1")),
		notebook(5, "none", prod, "eu-west-1", func(n *model.Notebook) { n.SubnetID, n.VPCID = "", "" }),
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
		prod + "  3 ✗ 1 isolated  ◆ 1 endpoints only  ✓ 1 NAT within=false",
		prod + " subnet-1 1 ✓ 1 NAT within=true",
		prod + " subnet-2 2 ✗ 1 isolated  ◆ 1 endpoints only within=true",
		sandbox + " subnet-1 1 ✗ 1 isolated within=false",
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
	all[2].Egress = judgedAs(all[2], model.VerdictUnknown)
	rows := vpcRows(all, model.Lens{})
	for i, want := range []model.EndpointState{model.EndpointUnknown, model.EndpointMissing, model.EndpointUnknown, model.EndpointMissing} {
		if got, _ := rows[i].state([]string{"kms"}); got != want {
			t.Errorf("row %d: kms is %q, want %q", i, got, want)
		}
	}
}

func TestEnterOnAVPCShowsExactlyItsNotebooks(t *testing.T) {
	world := vpcWorld()
	lens := model.Lens{Findings: policy.Table{}.Findings}
	for _, r := range vpcRows(world, lens) {
		q, issues := query.Parse(r.filter(), noon())
		if len(issues) > 0 {
			t.Fatalf("%s: %v", r.filter(), issues)
		}
		if hits := query.NewEngine(match.Fuzzy).Run(q, world, lens); len(hits) != r.notebooks {
			t.Errorf("%s finds %d notebooks, want %d", r.filter(), len(hits), r.notebooks)
		}
	}
	d := loaded(t, 120, 40, nil)
	d.keys("enter", "tab", "/", "analytics", "enter", "j", "enter")
	d.sees("/ vpc:vpc-0312ab34cd56ef7890 account:"+shared, "Notebooks  3/12", "feature-store-demo", "pricing-lab")
	d.seesNot("Overview", "churn-model-train")
}

func TestAnIDThatIsNoneIsQuotedInTheFilter(t *testing.T) {
	for in, want := range map[string]string{"vpc-0a": "vpc-0a", "": `""`, `a b"c\`: `"a b\"c\\"`, "x|y": `"x|y"`} {
		if got := filterValue(in); got != want {
			t.Errorf("filterValue(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestTheVPCsScreenIsNeverBlank(t *testing.T) {
	d := newRig(t, 80, 24, nil)
	d.keys("tab")
	d.sees("No VPC yet", "tab shows the targets")
	d.finish()
	d.sees("No VPC: no notebook was found, and not everything was seen.")
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateEmpty)}})
	d.sees("No VPC: there are no notebooks.")
	d.feed(model.Batch{Notebooks: []*model.Notebook{notebook(5, "x", prod, "r", oddities(5))}})
	d.sees("No notebook is in a VPC.")
	d.feed(model.Batch{Notebooks: []*model.Notebook{refusedNotebook("y")}})
	d.sees("No notebook is known to be in a VPC.", "Of 1 of 2 notebooks it is not known: not allowed to describe.", "u shows them")
	d.keys("u")
	d.sees("vpc:unknown", "1/2")
	d = loaded(t, 80, 24, nil)
	d.keys("tab", "/", "zzz", "enter")
	d.sees("No VPC or subnet contains “zzz”.")
	d.keys("esc")
	d.sees("vpc-0012 ml-prod")
}

// refusedNotebook is one that may not be described.
func refusedNotebook(name string) *model.Notebook {
	return notebook(90, name, prod, "eu-west-1", func(n *model.Notebook) {
		refused := model.Part{State: model.LoadFailed, Reason: "not allowed to describe"}
		n.Described, n.Located, n.Networked, n.Egress = refused, refused, refused, nil
		n.SubnetID, n.VPCID, n.DirectInternet = "", "", ""
	})
}

func TestAnEmptyListNeverCallsAbsentWhatCouldNotBeJudged(t *testing.T) {
	d := newRig(t, 80, 24, nil)
	direct := notebook(1, "open", prod, "eu-west-1", oddities(5))
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateDescribing)}, Notebooks: []*model.Notebook{
		direct, notebook(2, "late", prod, "eu-west-1", func(n *model.Notebook) {
			n.Described, n.Located, n.Networked, n.Egress = model.Part{}, model.Part{}, model.Part{}, nil
		}),
	}})
	d.keys("3")
	d.sees("No notebook is known to match egress:isolated", "1 may match: what the filter asks for is on its way.", "u shows what may match")
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateOK)}, Notebooks: []*model.Notebook{refusedNotebook("shut")}})
	d.feed(model.Batch{Gone: []string{notebook(2, "late", prod, "eu-west-1", nil).ARN}})
	d.finish()
	d.sees("No notebook is known to match egress:isolated", "1 may match: what the filter asks for is not known", "(not allowed to", "describe)")
	d.keys("u")
	d.sees("egress:isolated|unknown", "1/2", "shut")
	d.keys("esc", "3")
	d.feed(model.Batch{Gone: []string{refusedNotebook("shut").ARN}})
	d.sees("No notebook matches egress:isolated")
	d.seesNot("may match", "u shows")
}

func TestWhatIsSkippedHasNoColumnAndItsFilterSaysWhy(t *testing.T) {
	skip := model.Skip{Tags: true, Egress: true}
	d := newRig(t, 120, 40, func(c *Config) { c.Skip = skip })
	n := notebook(1, "open", prod, "eu-west-1", oddities(5))
	n.Tagged, n.Tags, n.Networked, n.Egress = skip.Part(model.FieldTags), nil, skip.Part(model.FieldEgress), nil
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateOK)}, Notebooks: []*model.Notebook{n}})
	d.finish()
	d.sees("NAME", "FINDING", "open")
	d.seesNot("EGRESS", "TAGS")
	d.keys("3")
	d.sees("egress is skipped by --skip egress", "open")
	d.keys("esc", "enter", "2")
	d.sees("skipped by --skip egress")
	d.keys("esc", "tab")
	d.seesNot("EGRESS", "pending")
}

// target is the only target of a scan, in a state.
func target(s model.TargetState) model.TargetStatus {
	return model.TargetStatus{Target: model.Target{Account: prod, Region: "eu-west-1"}, State: s}
}
