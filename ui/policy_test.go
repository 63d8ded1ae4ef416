package ui

import (
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestOneKeySwitchesThePolicyAndEverythingThatHangsOnIt(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.sees("policy connect", "✗ 1 high  ▲ 2 medium  ◦ 2 low")
	d.keys("P")
	d.sees("policy restrict", "a notebook must not have direct internet access", "✗ 6 high")
	d.keys("P")
	d.sees("policy report", "facts without findings")
	d.seesNot("✗ 1 high", "low, mitigated", "medium")
	d.keys("P")
	d.sees("policy connect", "✗ 1 high  ▲ 2 medium  ◦ 2 low")
}

func TestAFilterByFindingIsAskedAnewUnderAnotherPolicy(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "finding:high", "enter")
	d.sees(" 1/12", "pricing-lab", "✗ 1 high")
	d.seesNot("2 medium", "2 low")
	d.keys("P")
	d.sees(" 6/12", "churn-model-train", "✗ 6 high")
	d.seesNot("pricing-lab")
}

func TestTheSortByFindingIsMadeAnewUnderAnotherPolicy(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys(":", "sort by finding", "enter", "g")
	d.sees("▌  pricing-lab")
	d.keys("P", "g", "enter", "enter")
	d.sees("Direct internet  Enabled")
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
		c.Policy = policy.Table{Default: model.PolicyReport, Overrides: []policy.Override{{Account: uitest.Shared, Policy: model.PolicyConnect}}}
	})
	d.sees("policy report", "✗ 1 high", "pricing-lab")
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

func TestFactsAreQuietWithoutAPolicyAndWhereTheyAgree(t *testing.T) {
	th := theme.New(theme.Options{Dark: true})
	isolated := uitest.Notebook(3, "isolated", uitest.Prod, "eu-west-1", nil)
	direct := uitest.Notebook(0, "direct", uitest.Prod, "eu-west-1", nil)
	nat := uitest.Notebook(1, "nat", uitest.Prod, "eu-west-1", nil)
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

func TestRemediesAreCopiedOneAfterTheOther(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("j", "enter", "enter", "3")
	d.sees("▲ medium: direct internet off; endpoints only", "Recreate breaks  SageMaker.1", "▌ 1  Let tcp/443 out", "c copy remedy")
	want := "authorize-security-group-egress"
	for i := 1; i <= 3; i++ {
		if got := d.copied(d.keys("c")); !strings.Contains(got, want) {
			t.Errorf("remedy %d copies %q", i, got)
		}
		d.sees(fmt.Sprintf("commands of remedy %d of 3 sent to the terminal", i), fmt.Sprintf("▌ %d  ", i))
		d.keys("x")
		want = []string{"", "create-route-table", "create-notebook-instance"}[i%3]
	}
	d.sees("▌ 1  Let tcp/443 out")
	d.keys("x", "n", "p")
	d.sees("▌ 1  Let tcp/443 out") // the mark is of the notebook that was left
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
		"refused":     {func(n *model.Notebook) { n.Networked = uitest.Refused("no ec2 for you") }, "? unknown: no ec2 for you"},
		"undescribed": {func(n *model.Notebook) { n.Described = uitest.Refused("no describe for you") }, "? unknown: no describe for you"},
		"waiting":     {func(n *model.Notebook) { n.Networked = model.Part{} }, "not judged yet; r reads the"},
	} {
		n := uitest.Notebook(1, "aaa", uitest.Prod, "eu-west-1", nil)
		n.Egress = nil
		c.change(n)
		d := newRig(t, 120, 40, nil)
		d.feed(model.Batch{Identities: uitest.Identities(), Notebooks: []*model.Notebook{n}})
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
		for _, s := range []string{"Overview", "Network", "Findings", "Configuration", "Lifecycle", "Tags", "JSON"} {
			d.sees("[" + s + "]")
			d.keys("]")
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

func TestEnterOnAVPCTurnsToItsNotebooks(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("enter", "tab", "/", "analytics", "enter", "j", "enter")
	d.sees("/ vpc:vpc-0312ab34cd56ef7890 account:"+uitest.Shared, "Notebooks  3/12", "feature-store-demo", "pricing-lab")
	d.seesNot("Overview", "churn-model-train")
}

func TestTheVPCsScreenIsNeverBlank(t *testing.T) {
	d := newRig(t, 80, 24, nil)
	d.keys("tab")
	d.sees("No VPC yet", "tab shows the targets")
	d.finish()
	d.sees("No VPC: no notebook was found, and not everything was seen.")
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateEmpty)}})
	d.sees("No VPC: there are no notebooks.")
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(5, "x", uitest.Prod, "r", uitest.Oddities(5))}})
	d.sees("No notebook is in a VPC.")
	d.feed(model.Batch{Notebooks: []*model.Notebook{refusedNotebook("y")}})
	d.sees("No notebook is known to be in a VPC.", "For 1 of 2 notebooks it is not known: not allowed to describe.", "u shows them")
	d.keys("u")
	d.sees("vpc:unknown", "1/2")
	d = loaded(t, 80, 24, nil)
	d.keys("tab", "/", "zzz", "enter")
	d.sees("No VPC or subnet contains \"zzz\".")
	d.keys("esc")
	d.sees("vpc-0012 ml-prod")
}

// refusedNotebook is one that may not be described.
func refusedNotebook(name string) *model.Notebook {
	return uitest.Notebook(90, name, uitest.Prod, "eu-west-1", func(n *model.Notebook) {
		refused := model.Part{State: model.LoadFailed, Reason: "not allowed to describe"}
		n.Described, n.Located, n.Networked, n.Egress = refused, refused, refused, nil
		n.SubnetID, n.VPCID, n.DirectInternet = "", "", ""
	})
}

func TestAnEmptyListNeverCallsAbsentWhatCouldNotBeJudged(t *testing.T) {
	d := newRig(t, 80, 24, nil)
	direct := uitest.Notebook(1, "open", uitest.Prod, "eu-west-1", uitest.Oddities(5))
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateDescribing)}, Notebooks: []*model.Notebook{
		direct, uitest.Notebook(2, "late", uitest.Prod, "eu-west-1", func(n *model.Notebook) {
			n.Described, n.Located, n.Networked, n.Egress = model.Part{}, model.Part{}, model.Part{}, nil
		}),
	}})
	d.keys("3")
	d.sees("No notebook is known to match egress:isolated", "1 may match: what the filter asks for is on its way.", "u shows what may match")
	d.feed(model.Batch{Targets: []model.TargetStatus{target(model.StateOK)}, Notebooks: []*model.Notebook{refusedNotebook("shut")}})
	d.feed(model.Batch{Gone: []string{uitest.Notebook(2, "late", uitest.Prod, "eu-west-1", nil).ARN}})
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
	n := uitest.Notebook(1, "open", uitest.Prod, "eu-west-1", uitest.Oddities(5))
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
	return model.TargetStatus{Target: model.Target{Account: uitest.Prod, Region: "eu-west-1"}, State: s}
}
