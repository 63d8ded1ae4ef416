package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"nbscope/model"
)

// shut is a notebook in a VPC without direct internet access.
func shut(name string, verdict model.Verdict) *model.Notebook {
	n := known(name, "111122223333", "eu-west-1")
	n.SubnetID, n.VPCID, n.DirectInternet = "subnet-1", "vpc-1", model.Disabled
	n.Egress = &model.Egress{Verdict: verdict, Reason: "Because."}
	return n
}

// judgedWorld is a world in which every target answered, unless it is partial.
func judgedWorld(partial bool, notebooks ...*model.Notebook) []model.Batch {
	batches := world()
	batches[0].Notebooks = notebooks
	if !partial {
		batches[0].Targets = batches[0].Targets[:1]
	}
	return batches
}

func TestFailOnMakesFindingsTheExitCode(t *testing.T) {
	t.Parallel()
	nat, isolated, endpoints := shut("n", model.VerdictNAT), shut("i", model.VerdictIsolated), shut("e", model.VerdictEndpoints)
	refused := known("r", "111122223333", "eu-west-1")
	refused.Described, refused.Egress = model.Part{State: model.LoadFailed, Reason: "denied"}, nil
	untold := shut("t", model.VerdictIsolated)
	untold.RootAccess, untold.Platform = "", "notebook-al2-v2"
	cases := map[string]struct {
		batches []model.Batch
		args    string
		code    int
	}{
		"without the flag a finding is only printed":      {judgedWorld(false, isolated), "", ExitOK},
		"a finding of any severity":                       {judgedWorld(false, nat), "--fail-on finding", ExitFinding},
		"one that could not be judged is a finding":       {judgedWorld(false, refused), "--fail-on finding", ExitFinding},
		"and leaves a severity open":                      {judgedWorld(false, refused), "--fail-on low", ExitPartial},
		"which one that is certain outranks":              {judgedWorld(false, refused, isolated), "--fail-on high", ExitFinding},
		"a value that AWS did not give leaves it open":    {judgedWorld(false, untold), "--fail-on high --policy restrict", ExitPartial},
		"nothing is open where nobody judges":             {judgedWorld(false, refused), "--fail-on high --policy report", ExitOK},
		"what the filter may have left out is open":       {judgedWorld(false, refused, nat), "--fail-on high --filter egress:isolated", ExitPartial},
		"an unknown verdict leaves what is worse open":    {judgedWorld(false, shut("u", model.VerdictUnknown)), "--fail-on high", ExitPartial},
		"but is a finding of its own severity":            {judgedWorld(false, shut("u", model.VerdictUnknown)), "--fail-on medium", ExitFinding},
		"and says nothing of the setting itself":          {judgedWorld(false, shut("u", model.VerdictUnknown)), "--fail-on high --policy restrict", ExitOK},
		"no finding":                                      {judgedWorld(false, known("d", "111122223333", "eu-west-1")), "--fail-on finding", ExitOK},
		"the severity asked for":                          {judgedWorld(false, isolated), "--fail-on HIGH", ExitFinding},
		"one below the severity asked for":                {judgedWorld(false, endpoints, nat), "--fail-on high", ExitOK},
		"one above the severity asked for":                {judgedWorld(false, isolated), "--fail-on medium", ExitFinding},
		"a mitigated one is low":                          {judgedWorld(false, nat), "--fail-on medium", ExitOK},
		"only what the filter shows counts":               {judgedWorld(false, isolated, nat), "--fail-on high --filter egress:nat", ExitOK},
		"the policy decides":                              {judgedWorld(false, isolated), "--fail-on finding --policy restrict", ExitOK},
		"the policy report never fails":                   {judgedWorld(false, isolated), "--fail-on finding --policy report", ExitOK},
		"a finding that was seen outranks what was not":   {judgedWorld(true, isolated), "--fail-on finding", ExitFinding},
		"without a finding what was not seen is the code": {judgedWorld(true, nat), "--fail-on high", ExitPartial},
		"a summary fails as the list does":                {judgedWorld(false, isolated), "--fail-on high --summary vpc", ExitFinding},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := command(t, c.batches, append([]string{"list"}, strings.Fields(c.args)...)...)
			if o.code != c.code {
				t.Errorf("exit code %d, want %d: %s", o.code, c.code, o.stderr)
			}
			if o.stdout == "" {
				t.Error("nothing was printed")
			}
			if strings.Contains(o.stderr, errFinding.Error()) {
				t.Errorf("the exit code is explained as an error: %s", o.stderr)
			}
			if partial := len(c.batches[0].Targets) > 1; partial && !strings.Contains(o.stderr, "an SCP says no") {
				t.Errorf("what was not seen is not told: %s", o.stderr)
			}
		})
	}
}

func TestListJudgesByThePolicy(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]string{"connect": "direct-internet-off", "restrict": "", "report": ""} {
		o := command(t, judgedWorld(false, shut("i", model.VerdictIsolated)), "list", "-o", "json", "--policy", policy)
		var got struct {
			Policy    string
			Notebooks []struct {
				Policy   string
				Egress   struct{ Verdict, Reason string }
				Findings []struct{ Code, Severity string }
			}
		}
		if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
			t.Fatal(err)
		}
		n, code := got.Notebooks[0], ""
		if len(n.Findings) > 0 {
			code = n.Findings[0].Code
		}
		if got.Policy != policy || n.Policy != policy || n.Egress.Verdict != "isolated" || code != want {
			t.Errorf("under %s: %+v", policy, got)
		}
	}
}

func TestSummaryIsPrintedInPlaceOfTheNotebooks(t *testing.T) {
	t.Parallel()
	batches := judgedWorld(false, shut("i", model.VerdictIsolated), shut("n", model.VerdictNAT))
	o := command(t, batches, "list", "--summary", "VPC")
	if o.code != ExitOK || !strings.Contains(o.stdout, "vpc-1") || !strings.Contains(o.stdout, "ISOLATED") || strings.Contains(o.stdout, "TYPE") {
		t.Errorf("exit code %d, printed\n%s", o.code, o.stdout)
	}
	o = command(t, batches, "list", "--summary", "account", "-o", "json")
	var got struct {
		By     string
		Groups []struct {
			ID     string
			Egress map[string]int
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.By != "account" || len(got.Groups) != 1 || got.Groups[0].ID != "111122223333" || got.Groups[0].Egress["nat"] != 1 {
		t.Errorf("the summary is %+v", got)
	}
}

func TestShowTellsTheChainAndTheFindings(t *testing.T) {
	t.Parallel()
	n := shut("i", model.VerdictIsolated)
	n.Egress.Chain = []model.Hop{{Kind: model.HopRouteTable, ID: "rtb-1", Says: "No default route.", State: model.HopBroken}}
	o := command(t, judgedWorld(false, n), "show", "i")
	for _, want := range []string{"isolated", "BROKEN  rtb-1  No default route.", "direct-internet-off", "SageMaker.1", "create-notebook-instance"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("it does not say %q:\n%s", want, o.stdout)
		}
	}
	if o = command(t, judgedWorld(false, n), "show", "i", "--policy", "report"); strings.Contains(o.stdout, "direct-internet-off") {
		t.Errorf("the policy report finds something:\n%s", o.stdout)
	}
}
