package explore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestANetworkThatIsNotJudgedSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*model.Notebook)
		running bool
		want    string
	}{
		"refused":  {func(n *model.Notebook) { n.Described = uitest.Refused("denied") }, false, "unknown|Egress|? unknown: denied"},
		"not read": {func(n *model.Notebook) { n.Networked = uitest.Refused("no route tables") }, false, "unknown|Egress|? unknown: no route tables"},
		"skipped": {func(n *model.Notebook) {
			n.Networked = model.Part{State: model.LoadSkipped, Reason: "left out by --skip"}
		}, false, "dim|Egress|left out by --skip"},
		"described":     {nil, false, "dim|Egress|not judged yet; r reads the network"},
		"being read":    {nil, true, "dim|Egress|… on its way"},
		"not described": {func(n *model.Notebook) { n.Described = model.Part{} }, false, "dim|Egress|… on its way"},
	} {
		n := known(nil)
		n.Egress, n.Networked = nil, model.Part{}
		if c.change != nil {
			c.change(n)
		}
		d := pageOf(n, sectionNetwork, func(d *detail) { d.world.Scan.Running = c.running })
		if diff := uitest.Differ(uitest.Told(d.document(), d.theme), []string{c.want}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestEachPartOfANetworkIsToldWhereThereIsSomething writes the parts one by one.
func TestEachPartOfANetworkIsToldWhereThereIsSomething(t *testing.T) {
	t.Parallel()
	n := known(nil)
	d := pageOf(n, sectionNetwork, nil)
	covered := func(states ...model.EndpointState) (out []model.EndpointCoverage) {
		for i, s := range states {
			out = append(out, model.EndpointCoverage{Service: fmt.Sprint("s", i), State: s, ID: "vpce-1", Why: "so"})
		}
		return out
	}
	for name, c := range map[string]struct {
		say  func(*kit.Document)
		want []string
	}{
		"no other switch": {func(doc *kit.Document) { d.sayWhatIf(doc, nil) }, []string{}},
		"on": {func(doc *kit.Document) {
			d.sayWhatIf(doc, &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect, Reason: "so"})
		}, []string{"header|With direct internet on instead", "normal|Egress|✓ direct", "normal|Because|so", "dim|It would lose|nothing that is known"}},
		"off": {func(doc *kit.Document) {
			d.sayWhatIf(doc, &model.WhatIf{DirectInternet: model.Disabled, Verdict: model.VerdictIsolated, Loses: []string{"a", "b"}})
		}, []string{"header|With direct internet off instead", "normal|Egress|✗ isolated", "dim|It would lose", "drawn|· a", "drawn|· b"}},
		"no endpoints": {func(doc *kit.Document) { d.sayEndpoints(doc, nil) }, []string{}},
		"endpoints": {func(doc *kit.Document) {
			all := covered(model.EndpointCovered, model.EndpointPartial, model.EndpointBlocked, model.EndpointMissing, model.EndpointUnknown)
			all[0].Why = ""
			d.sayEndpoints(doc, all)
		}, []string{
			"header|VPC endpoints: 1 of 5 services covered", "drawn|✓ s0  ≈ s1  ✗ s2  · s3  ? s4", "dim|✓ covered  ≈ partly  ✗ refuses  · none  ? unknown",
			"normal|s1|≈ vpce-1 so", "bad|s2|✗ vpce-1 so", "unknown|s4|? vpce-1 so",
		}},
		"no IPv6": {func(doc *kit.Document) { d.overIPv6(doc, n, nil) }, []string{}},
		"IPv6": {func(doc *kit.Document) { d.overIPv6(doc, n, &model.Path{Verdict: model.VerdictIsolated}) }, []string{
			"header|Over IPv6", "normal|Egress|✗ isolated",
		}},
		"IPv6, with its reason": {func(doc *kit.Document) { d.overIPv6(doc, n, &model.Path{Verdict: model.VerdictIsolated, Reason: "so"}) }, []string{
			"header|Over IPv6", "normal|Egress|✗ isolated", "normal|Because|so",
		}},
		"a verdict": {func(doc *kit.Document) { d.sayVerdict(doc, n, model.VerdictIsolated, "so") }, []string{
			"bad|Egress|✗ isolated", "normal|Because|so", "normal|Direct internet|Disabled (VPC only)",
		}},
		"a verdict without a finding": {func(doc *kit.Document) {
			d.sayVerdict(doc, uitest.Notebook(0, "a", uitest.Prod, "eu-west-1", nil), model.VerdictDirect, "")
		}, []string{"strong|Egress|✓ direct", "normal|Direct internet|Enabled (VPC + direct)"}},
	} {
		var doc kit.Document
		c.say(&doc)
		if diff := uitest.Differ(uitest.Told(doc, d.theme), c.want); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestWhatWasTriedOverIPv6IsToldWhereItSaysMore has a notebook with one family of
// addresses, and with both.
func TestWhatWasTriedOverIPv6IsToldWhereItSaysMore(t *testing.T) {
	t.Parallel()
	v4 := model.Tried{Destination: "s3", Family: model.FamilyIPv4, State: model.TryReached, MS: 9, Detail: "name 2 ms"}
	v6 := model.Tried{Destination: "s3", Family: model.FamilyIPv6, State: model.TryTimeout}
	only6 := model.Tried{Destination: "pypi", Family: model.FamilyIPv6, State: model.TryReached}
	const head = "header|Tried from inside, on tcp/443, 2026-11-23 12:00:00 UTC (0s ago)"
	for name, c := range map[string]struct {
		kind  string
		probe *model.Probe
		want  []string
	}{
		"not tried": {"ipv4", nil, []string{}},
		"one":       {"ipv4", &model.Probe{At: uitest.Noon(), Results: []model.Tried{v4, v6}}, []string{head, "drawn|✓ s3", "drawn|  reached: name 2 ms"}},
		"both":      {"dualstack", &model.Probe{At: uitest.Noon(), Results: []model.Tried{v4, v6}}, []string{head, "drawn|✓ s3", "drawn|  reached: name 2 ms", "drawn|✗ s3 over IPv6", "drawn|  timeout"}},
		"only IPv6": {"ipv4", &model.Probe{At: uitest.Noon(), Proxy: "http://p", Results: []model.Tried{only6}}, []string{
			head, "drawn|▲ The notebook's environment names a proxy, http://p: nothing was tried through it.", "drawn|✓ pypi over IPv6", "drawn|  reached",
		}},
	} {
		n := known(nil)
		n.Egress, n.IPAddressType = nil, c.kind
		d := pageOf(n, sectionNetwork, func(d *detail) { d.probes[n.ARN] = &probing{created: n.Created, found: c.probe} })
		var doc kit.Document
		d.sayTried(&doc, n)
		if diff := uitest.Differ(uitest.Told(doc, d.theme), c.want); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for state, want := range map[model.TryState]string{model.TryReached: "normal|✓", model.TryNot: "unknown|?", model.TryTimeout: "strong|✗"} {
		sign, tone := triedSign(plain(), state)
		if got := uitest.ToneName(tone) + "|" + sign; got != want {
			t.Errorf("%s is %q, want %q", state, got, want)
		}
	}
}

// TestANotebookIsTriedFromInsideOnce begins a try, another one, and one of another
// notebook under its name.
func TestANotebookIsTriedFromInsideOnce(t *testing.T) {
	t.Parallel()
	n := known(nil)
	d := pageOf(n, sectionOverview, nil)
	d.port.(*answering).probe = model.Probe{Proxy: "first"}
	h := &uitest.Host{}
	if !d.probeable() || d.probed(n) != nil {
		t.Fatal("it cannot be tried")
	}
	d.beginProbe(h, n)
	if p := d.probed(n); p == nil || p.running || p.found.Proxy != "first" || p.problem != nil {
		t.Errorf("the try is %+v", p)
	}
	d.port.(*answering).err = model.Problem{Message: "denied"}
	d.beginProbe(h, n)
	if p := d.probed(n); p.found.Proxy != "first" || p.problem.Message != "denied" || fmt.Sprint(h.Asked) != "[job probe job probe say denied]" {
		t.Errorf("the try is %+v, asked %q", p, h.Asked)
	}
	d.probed(n).running = true
	if d.probeable() || d.probe() != nil || d.beginProbe(h, n) != nil || len(h.Asked) != 3 {
		t.Errorf("it is tried twice: %q", h.Asked)
	}
	other := *n
	other.Created = other.Created.Add(time.Hour)
	if d.probed(&other) != nil {
		t.Error("another notebook of that name was tried")
	}
	d.notebook = &other
	if ask, ok := d.probe().(kit.Unlocked); !ok || ask.Account != uitest.Prod || ask.What != "try from inside what churn reaches" {
		t.Errorf("it asks %+v", ask)
	}
	other.Status = model.StatusStopped
	if d.probeable() {
		t.Error("what is stopped is tried")
	}
	if d.notebook = nil; d.probeable() || d.probe() != nil {
		t.Error("nothing is tried")
	}
}

func TestARemedyIsInOneLineWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	r := model.Remedy{Title: "Let it out", After: model.VerdictNAT}
	facts := remedyFacts(plain(), &r)
	width := len("2 ") + len(r.Title) + 3 + len([]rune(facts))
	one := strings.Split(strings.TrimSuffix(kit.PlainLines(drawRemedy(plain(), 2, &r, width)), "\n"), "\n")
	if len(one) != 1 || one[0] != "2 Let it out   "+facts {
		t.Errorf("in %d cells: %q", width, one)
	}
	two := strings.Split(strings.TrimSuffix(kit.PlainLines(drawRemedy(plain(), 2, &r, width-1)), "\n"), "\n")
	if len(two) < 2 || two[0] != "2 Let it out" {
		t.Errorf("in %d cells: %q", width-1, two)
	}
	dark := theme.New(theme.Options{Dark: true})
	warn := dark.Seq(theme.Warn).On
	for name, c := range map[string]struct {
		remedy model.Remedy
		want   bool
	}{
		"harmless": {r, false}, "it worsens": {model.Remedy{Title: "a", Affects: []model.Affected{{Worse: true}}}, true},
		"it recreates": {model.Remedy{Title: "a", Affects: []model.Affected{{Worse: true}}, Recreates: true}, false},
	} {
		if got := strings.Contains(strings.Join(drawRemedy(dark, 1, &c.remedy, 200), ""), warn); got != c.want {
			t.Errorf("%s: a warning is %v", name, got)
		}
	}
}
