package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// withDetail is a loaded explorer whose detail shows one notebook, with commands
// that do their work.
func withDetail(t *testing.T, name string, in *fakeInspector) *rig {
	t.Helper()
	d := loaded(t, 120, 40, func(c *Config) { c.Inspector = in }).withPump()
	d.keys("/", "'"+name, "enter", "enter")
	return d
}

func TestLifecycleScriptsAreFetchedWhenLookedAtAndMaskedUntilAskedFor(t *testing.T) {
	in := &fakeInspector{lifecycle: model.LifecycleConfig{Name: "install-proxy", OnStart: "#!/bin/bash\n\texport API_TOKEN=abcdefgh12345678\n"}}
	d := withDetail(t, "credit-risk-2024", in)
	if len(in.calls) != 0 {
		t.Fatalf("fetched %v before anybody looked", in.calls)
	}
	d.run(d.keys("]", "]", "]", "]"))
	if len(in.calls) != 1 || in.calls[0] != "lifecycle install-proxy" {
		t.Fatalf("fetched %v", in.calls)
	}
	d.sees("At every start", "export API_TOKEN=****", "1 value that may be secret masked; v shows them.")
	d.seesNot("abcdefgh12345678")
	d.keys("v")
	d.sees("    export API_TOKEN=abcdefgh12345678")
	d.keys("v")
	d.seesNot("abcdefgh12345678")
	d.run(d.keys("["))
	d.run(d.keys("]"))
	if len(in.calls) != 1 {
		t.Errorf("coming back fetches again: %v", in.calls)
	}
}

func TestWithoutALifecycleConfigurationNothingIsFetched(t *testing.T) {
	in := &fakeInspector{}
	d := withDetail(t, "churn-model-train", in)
	d.run(d.keys("]", "]", "]", "]"))
	d.sees("No lifecycle configuration is attached")
	if len(in.calls) != 0 {
		t.Errorf("fetched %v", in.calls)
	}
}

func TestRawJSONIsIndentedAndAFailureIsSaidAndCanBeTriedAgain(t *testing.T) {
	in := &fakeInspector{raw: `{"A":{"B":1}}`, err: model.Problem{Kind: model.KindThrottled, Message: "too many calls", Hint: "Wait a minute."}}
	d := withDetail(t, "churn-model-train", in)
	d.run(d.keys("["))
	d.sees("too many calls", "Wait a minute.", "ask once more")
	in.err = nil
	d.keys("enter") // the focus, so that number keys choose sections
	d.run(d.keys("7"))
	d.sees(`"B": 1`)
	in.err = errors.New("plain")
	d.run(d.keys("7"))
	if len(in.calls) != 2 {
		t.Errorf("a section that is there was fetched again: %v", in.calls)
	}
}

func TestAnAnswerForANotebookThatIsNotShownAnyMoreIsDropped(t *testing.T) {
	d := withDetail(t, "churn-model-train", &fakeInspector{raw: `"of another one"`})
	late := d.keys("[")
	d.sees("Fetching the answer")
	d.keys("esc", "esc", "j", "enter", "[")
	d.run(late)
	d.seesNot("of another one")
}

func TestTheDetailFollowsTheCursorBesideTheListAndFillsANarrowScreen(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("enter", "j")
	d.sees("NAME ↑", "│ credit-risk-2024", "Overview  Network  Findings  Configuration", "›")
	d.keys("enter", "n")
	d.sees("│ customer-segments-with-a-very")
	narrow := loaded(t, 80, 24, nil)
	narrow.keys("enter")
	narrow.seesNot("NAME ↑")
	narrow.keys("n", "p", "j", "k", "G", "g")
	narrow.sees("churn-model-train", "Direct internet  Enabled (VPC + direct)")
}

func TestWhatIsNotKnownSaysWhyInTheDetail(t *testing.T) {
	d := withDetail(t, "image-labels", &fakeInspector{})
	d.sees("? unknown: not allowed to")
	d = withDetail(t, "fraud-features-eu", &fakeInspector{})
	d.sees("… on its way")
	d.seesNot("VPC              none")
}

// TestAVerdictMayBeKnownBeforeTheNetworkIs: what is still to come is said, and nothing is
// told of it.
func TestAVerdictMayBeKnownBeforeTheNetworkIs(t *testing.T) {
	d := loaded(t, 120, 40, nil).withPump()
	direct := func(n *model.Notebook) {
		n.DirectInternet, n.SubnetID, n.Networked = model.Enabled, "subnet-1", model.Part{}
		n.Egress = &model.Egress{Verdict: model.VerdictDirect, Reason: "SageMaker's own network"}
	}
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(0, "early-bird", uitest.Prod, "eu-west-1", direct)}})
	d.keys("/", "'early-bird", "enter", "enter")
	d.sees("✓ direct: SageMaker's own network", "Reaches          not judged yet; r reads the")
	d.keys("r")
	d.sees("Reaches          … on its way")
	d.keys("]")
	d.sees("In the VPC       … on its way")
	d.seesNot("To keep in mind", "It would lose")
	d.keys("]")
	d.sees("Findings         … on its way")
}

func TestTheConsoleURLIsALink(t *testing.T) {
	d := withDetail(t, "churn-model-train", &fakeInspector{})
	d.send(tea.WindowSizeMsg{Width: 120, Height: 60})
	if !strings.Contains(d.app.View().Content, ansi.SetHyperlink("https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/churn-model-train")) {
		t.Error("the console URL is not a hyperlink")
	}
}

func TestLongCodeIsBrokenAndNotCut(t *testing.T) {
	in := &fakeInspector{raw: `{"Url":"` + strings.Repeat("a", 60) + "END" + `"}`}
	d := withDetail(t, "churn-model-train", in)
	d.run(d.keys("["))
	d.sees("END")
}

func TestTheMouseChoosesOpensAndScrolls(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	click := func(x, y int) { d.send(tea.MouseClickMsg{X: x, Y: y + 1, Button: tea.MouseLeft}) }
	click(10, 5)
	d.sees("▌  customer-segments-with")
	d.seesNot("Overview")
	click(10, 5)
	d.sees("Overview", "│ customer-segments")
	line := strings.Split(d.view(), "\n")[4]
	before, _, _ := strings.Cut(line, "Findings")
	cells := ansi.StringWidth(before)
	click(cells+1, 3)
	d.sees("Policy           connect", "medium: direct internet off")
	small := loaded(t, 80, 12, nil)
	small.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	small.seesNot("churn-model-train")
	small.keys("/")
	small.send(tea.MouseClickMsg{X: 3, Y: 5, Button: tea.MouseLeft}, tea.MouseClickMsg{X: 3, Y: 5, Button: tea.MouseRight})
	if small.app.mode() != modeTyping {
		t.Error("a click while typing closed the filter")
	}
}

func TestARepositoryGivenByNameShowsItsURLAndBranch(t *testing.T) {
	in := &fakeInspector{}
	d := loaded(t, 120, 40, func(c *Config) { c.Inspector = in }).withPump()
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(0, "a-first", uitest.Prod, "eu-west-1", func(n *model.Notebook) {
		n.Repositories = []string{"team-notes", "https://ana:hunter2@git.example/public.git"}
	})}})
	d.keys("g", "enter")
	if len(in.calls) != 0 {
		t.Fatalf("fetched %v before anybody looked", in.calls)
	}
	d.keys("]", "]")
	cmd := d.keys("]")
	d.sees("asking for its URL since")
	d.run(cmd)
	d.sees("https://git.example/team", "branch main", "https://****@git.e")
	if len(in.calls) != 1 || in.calls[0] != "repository team-notes" {
		t.Errorf("fetched %v", in.calls)
	}
}

func TestARepositoryThatIsGoneSaysSo(t *testing.T) {
	in := &fakeInspector{err: model.Problem{Kind: model.KindUnknown, Message: "no such repository"}}
	d := loaded(t, 120, 40, func(c *Config) { c.Inspector = in }).withPump()
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(0, "a-first", uitest.Prod, "eu-west-1", func(n *model.Notebook) {
		n.Repositories = []string{"gone"}
	})}})
	d.keys("g", "enter", "]", "]")
	d.run(d.keys("]"))
	d.sees("gone", "? URL unknown: no such")
}

func TestLongKeysOfTagsStayApart(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.feed(model.Batch{Notebooks: []*model.Notebook{uitest.Notebook(0, "a-first", uitest.Prod, "eu-west-1", func(n *model.Notebook) {
		n.Tags = []model.Tag{{Key: "aws:cloudformation:stack-id", Value: "one"}, {Key: "aws:cloudformation:stack-name", Value: "two"}}
	})}})
	d.keys("g", "enter", "[", "[")
	d.sees("stack-id", "stack-name")
}
