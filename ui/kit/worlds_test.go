package kit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func TestTheWorldCountsWhatGaveNoAnswer(t *testing.T) {
	t.Parallel()
	hides := model.Problem{Kind: model.KindDenied, Operation: "ec2:DescribeRegions", Target: model.Target{Account: "1"}}
	if !hides.HidesRegions() {
		t.Fatal("the problem hides no regions")
	}
	for want, w := range map[string]World{
		"Not everything was seen.":                 {},
		"1 target did not answer.":                 {Coverage: model.Coverage{Failed: 1}},
		"2 targets believed empty by an index.":    {Coverage: model.Coverage{Believed: 2}},
		"1 sign-in failed.":                        {Coverage: model.Coverage{Problems: 1}, Problems: []model.Problem{{}}},
		"The regions of 1 account are not listed.": {Coverage: model.Coverage{Problems: 1}, Problems: []model.Problem{hides}},
		"3 targets did not answer, 1 target believed empty by an index, 1 sign-in failed, the regions of 2 accounts are not listed.": {
			Coverage: model.Coverage{Failed: 3, Believed: 1, Problems: 3}, Problems: []model.Problem{hides, {}, hides},
		},
	} {
		if got := w.Unanswered(); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
	w := World{Targets: []model.TargetStatus{
		{State: model.StateCanceled, Throttles: 2}, {State: model.StateDenied, Problem: &model.Problem{Kind: model.KindSCP}}, {State: model.StateOK, Throttles: 3}, {State: model.StateCanceled},
	}}
	if w.Canceled() != 2 || w.Forbidden() != 1 || w.Throttles() != 5 || w.Hidden() != 0 {
		t.Errorf("canceled %d, forbidden %d, put off %d, hidden %d", w.Canceled(), w.Forbidden(), w.Throttles(), w.Hidden())
	}
}

func TestTheWorldKnowsWhoItIs(t *testing.T) {
	t.Parallel()
	w := World{Now: noon(), Identities: []model.Identity{
		{Account: "1", Profiles: []string{"prod"}}, {Account: "2", Profiles: []string{"default"}}, {Account: "3", Profiles: []string{"arn:aws:iam::3:role/x"}}, {Account: "4"}, {Account: "5", Profiles: []string{"arn:"}},
	}}
	for account, want := range map[string]string{"1": "prod", "2": "", "3": "", "4": "", "5": "arn:", "6": ""} {
		if got := w.Profile(account); got != want {
			t.Errorf("the profile of %s is %q, want %q", account, got, want)
		}
	}
	if w.Identity("2").Profiles[0] != "default" || w.Identity("9").Account != "" {
		t.Errorf("they are %+v and %+v", w.Identity("2"), w.Identity("9"))
	}
	if got := w.DefaultPolicy(); got != model.PolicyConnect {
		t.Errorf("the policy is %s", got)
	}
	w.Policy = policy.Table{Default: model.PolicyReport}
	w.Scan.Began = noon().Add(-65 * time.Second)
	if w.DefaultPolicy() != model.PolicyReport || w.Waited() != "1m05s" || w.BackWord() != "" {
		t.Errorf("the policy is %s, waited %s, back is %q", w.DefaultPolicy(), w.Waited(), w.BackWord())
	}
	w.Back = "Targets"
	if got := w.BackWord(); got != "back to Targets" {
		t.Errorf("back is %q", got)
	}
	for _, s := range []struct {
		scan ScanState
		want bool
	}{{ScanState{}, false}, {ScanState{Running: true}, false}, {ScanState{Mode: model.Transition}, false}, {ScanState{Running: true, Mode: model.Transition}, true}} {
		if s.scan.Quiet() != s.want {
			t.Errorf("%+v is quiet: %v", s.scan, !s.want)
		}
	}
	looks := World{Lens: model.Lens{Aliases: map[string]string{"1": "Prod-ML"}}, Accounts: []AccountLook{{Match: "PROD-*", Tone: theme.Bad, Sign: "!"}, {Match: "2", Tone: theme.Warn}, {Match: "[", Tone: theme.Good}}}
	for id, want := range map[string]string{"1": "Prod-ML 1 [!]" + fmt.Sprint(theme.Bad), "2": "2" + fmt.Sprint(theme.Warn), "3": "3" + fmt.Sprint(theme.Dim)} {
		words, tone := looks.AccountWords(id, theme.Dim)
		if got := words + fmt.Sprint(tone); got != want {
			t.Errorf("account %s is %q, want %q", id, got, want)
		}
	}
	if got := AccountShort("1", looks.Lens.Aliases) + AccountShort("2", nil) + AccountLong("2", nil); got != "Prod-ML22" {
		t.Errorf("they are %q", got)
	}
}

func TestANotebookIsFadedWhereItIsNotConfirmed(t *testing.T) {
	t.Parallel()
	started := noon()
	for _, c := range []struct {
		n       model.Notebook
		running bool
		want    bool
	}{
		{model.Notebook{}, false, false}, {model.Notebook{Indexed: true}, true, true}, {model.Notebook{Stale: true, SeenAt: started}, false, true},
		{model.Notebook{Stale: true, SeenAt: started}, true, false}, {model.Notebook{Stale: true, SeenAt: started.Add(-1)}, true, true}, {model.Notebook{SeenAt: started.Add(-1)}, false, false},
	} {
		w := World{Now: noon(), Started: started, Scan: ScanState{Running: c.running}}
		if got := w.Faded(&c.n); got != c.want {
			t.Errorf("%+v while a scan runs %v is faded: %v", c.n, c.running, got)
		}
	}
	w := World{Now: noon()}
	for want, n := range map[string]model.Notebook{
		"named by an index, nobody has looked": {Indexed: true}, "named by an index, as of 1h ago; nobody has looked": {Indexed: true, SeenAt: noon().Add(-time.Hour)}, "seen 1h ago": {SeenAt: noon().Add(-time.Hour)},
	} {
		if got := w.SeenWords(&n); got != want {
			t.Errorf("it was seen %q, want %q", got, want)
		}
	}
}

// TestARunIsFoundByItsJournalElseByItsTags has a notebook be a source, a replacement, and
// none of both.
func TestARunIsFoundByItsJournalElseByItsTags(t *testing.T) {
	t.Parallel()
	arn := func(name string) string { return "arn:aws:sagemaker:eu-west-1:1:notebook-instance/" + name }
	source := &model.Notebook{ARN: arn("a"), Account: "1", Region: "eu-west-1", Status: model.StatusInService, SeenAt: noon(), Modified: noon()}
	made := &model.Notebook{ARN: arn("a-net"), Account: "1", Region: "eu-west-1", Tags: []model.Tag{{Key: "Owner", Value: "ana"}, {Key: recreate.TagRunID, Value: "7f"}, {Key: recreate.TagSource, Value: arn("a")}}}
	other := &model.Notebook{ARN: arn("b"), Account: "2", Region: "eu-west-1"}
	rows := []*model.Notebook{source, made, other}
	inv := model.NewInventory()
	inv.Apply(model.Batch{Notebooks: rows})
	w := World{Now: noon(), Rows: rows, Inventory: inv}
	words := func(n *model.Notebook) string {
		says, tone := w.RunWords(n)
		return fmt.Sprint(says, "|", tone, "|", w.Running(n))
	}
	if got := words(source); got != fmt.Sprint("|", theme.Normal, "|false") {
		t.Errorf("before it is read the source is %q", got)
	}
	w.Remark(rows)
	for n, want := range map[*model.Notebook]string{
		source: fmt.Sprint("being replaced by a-net|", theme.Dim, "|true"), made: fmt.Sprint("replacement of a, run 7f|", theme.Dim, "|false"), other: fmt.Sprint("|", theme.Normal, "|false"),
	} {
		if got := words(n); got != want {
			t.Errorf("%s is %q, want %q", n.ARN, got, want)
		}
	}
	w.Runs = map[string]RunNote{arn("b"): {ID: "8e", Role: "source", Words: "waits", Tone: theme.Warn}}
	if got := words(other); got != fmt.Sprint("recreate, source: waits|", theme.Warn, "|true") {
		t.Errorf("by its journal it is %q", got)
	}
	gone := *made
	gone.Status = model.StatusDeleting
	inv.Apply(model.Batch{Notebooks: []*model.Notebook{&gone}})
	if _, ok := w.ReplacedBy(source); ok {
		t.Error("what is being deleted replaces it")
	}
	untagged := *made
	untagged.Tags = nil
	inv.Apply(model.Batch{Notebooks: []*model.Notebook{&untagged}})
	if _, ok := w.ReplacedBy(source); ok {
		t.Error("what has lost its tag replaces it")
	}
	if got := w.Neighbours(source); len(got) != 2 || got[1] != made || w.Notebook(arn("b")) != other || w.Notebook("x") != nil {
		t.Errorf("its neighbours are %d", len(got))
	}
}

func TestWhatTheListShowsOfANotebookIsAsNewAsItIs(t *testing.T) {
	t.Parallel()
	at := model.Target{Account: "1", Region: "r"}
	inv := model.NewInventory()
	inv.Apply(model.Batch{Notebooks: []*model.Notebook{
		{ARN: "new", Status: model.StatusStopped, SeenAt: noon(), Modified: noon().Add(-1)}, {ARN: "stale", Stale: true, SeenAt: noon()}, {ARN: "indexed", Indexed: true, SeenAt: noon()},
	}})
	w := World{Inventory: inv, Targets: []model.TargetStatus{{Target: at, State: model.StateEmpty, Started: noon()}, {Target: model.Target{Account: "1", Region: "s"}, State: model.StateDenied}}}
	for arn, want := range map[string]recreate.Sight{
		"new": {At: noon(), Status: model.StatusStopped, Modified: noon().Add(-1)}, "stale": {}, "indexed": {}, "gone": {At: noon(), Status: recreate.StatusGone},
	} {
		if got := w.Listed(at, arn); got != want {
			t.Errorf("%s is %+v, want %+v", arn, got, want)
		}
	}
	if got := w.Listed(w.Targets[1].Target, "gone"); got != (recreate.Sight{}) {
		t.Errorf("where nothing answered it is %+v", got)
	}
}

// TestWhatNamesASourceIsSoughtInItsAccount counts the targets that may hide more: those of
// the source's account that have not answered.
func TestWhatNamesASourceIsSoughtInItsAccount(t *testing.T) {
	t.Parallel()
	row := func(account, region string, s model.TargetState) model.TargetStatus {
		return model.TargetStatus{Target: model.Target{Account: account, Region: region}, State: s}
	}
	plan := recreate.Plan{Source: recreate.Snapshot{ARN: "arn:aws:sagemaker:r:1:notebook-instance/a", Name: "a", Account: "1", Region: "r"}}
	rows := []*model.Notebook{
		{ARN: plan.Source.ARN, Name: "a", Account: "1", Region: "r"}, {ARN: "arn:aws:sagemaker:s:1:notebook-instance/b", Name: "b", Account: "1", Region: "s"},
		{ARN: "arn:aws:sagemaker:r:2:notebook-instance/c", Name: "c", Account: "2", Region: "r"},
	}
	for want, targets := range map[int][]model.TargetStatus{
		0: {row("1", "r", model.StateOK), row("1", "s", model.StateEmpty), row("2", "r", model.StateDenied)},
		1: {row("1", "r", model.StateOK), row("1", "s", model.StateDenied), row("2", "r", model.StateDenied)},
		2: {row("1", "r", model.StateListing), row("1", "s", model.StateDenied), row("2", "r", model.StateOK)},
	} {
		w := World{Rows: rows, Targets: targets}
		if got, m := w.Mentions(&plan), plan.MentionsIn(rows, want); got.Searched != 1 || !slices.Equal(got.Unknown, m.Unknown) {
			t.Errorf("of %d targets that did not answer: searched %d, unknown %q; want %q", want, got.Searched, got.Unknown, m.Unknown)
		}
	}
}

func TestEveryStateHasItsSignAndItsTone(t *testing.T) {
	t.Parallel()
	p := plainTheme()
	var got []string
	add := func(sign string, tone theme.Tone) { got = append(got, fmt.Sprint(sign, tone)) }
	for _, s := range []model.Status{model.StatusInService, model.StatusStopped, model.StatusFailed, model.StatusPending, model.StatusInMaintenance, "New"} {
		add(StatusSign(p, s))
	}
	for _, s := range []model.TargetState{
		model.StatePending, model.StateBelieved, model.StateListing, model.StateOK, model.StateEmpty, model.StateThrottled, model.StateDenied, "new",
	} {
		add(TargetSign(p, s))
	}
	for _, s := range []model.Severity{model.SeverityHigh, model.SeverityMedium, model.SeverityLow, model.SeverityUnknown, "new"} {
		add(SeveritySign(p, s))
	}
	for _, v := range []model.Verdict{
		model.VerdictDirect, model.VerdictNAT, model.VerdictInspected, model.VerdictPartial, model.VerdictIndirect, model.VerdictEndpoints, model.VerdictIsolated, model.VerdictUnknown, "new",
	} {
		got = append(got, VerdictSign(p, v))
	}
	want := fmt.Sprintf("●%d ○%d ✗%d ◐%d ◐%d ·%d …%d ?%d ◐%d ✓%d ·%d ▲%d ✗%d ?%d ✗%d ▲%d ◦%d ?%d ·%d ✓ ✓ ✓ ≈ → ◇ ✗ ? ·",
		theme.Normal, theme.Dim, theme.Bad, theme.Busy, theme.Busy, theme.Normal, theme.Dim, theme.Dim, theme.Busy, theme.Normal, theme.Dim, theme.Warn, theme.Bad, theme.Normal,
		theme.Bad, theme.Warn, theme.Normal, theme.Unknown, theme.Normal)
	if line := strings.Join(got, " "); line != want {
		t.Errorf("they are\n%s, want\n%s", line, want)
	}
	for frame, want := range map[int]string{0: "◐/|", 1: "◓//", 3: "◒/\\", 4: "◐/|"} {
		if got := Spinner(p, frame) + "/" + Spinner(theme.New(theme.Options{ASCII: true}), frame); got != want {
			t.Errorf("frame %d is %q, want %q", frame, got, want)
		}
	}
}

func TestANotebookLeansAsItsFindingsWeigh(t *testing.T) {
	t.Parallel()
	finding := func(code string, s model.Severity, mitigated bool) model.Finding {
		return model.Finding{Code: code, Severity: s, Mitigated: mitigated}
	}
	off, on := policy.CodeDirectOff, policy.CodeDirectOn
	for name, c := range map[string]struct {
		egress   *model.Egress
		findings []model.Finding
		want     Leaning
	}{
		"nothing":             {nil, nil, Leaning{}},
		"off":                 {&model.Egress{Verdict: model.VerdictIsolated}, []model.Finding{finding(off, model.SeverityHigh, false)}, Leaning{Direct: theme.Bad, Egress: theme.Bad}},
		"off, not known":      {&model.Egress{Verdict: model.VerdictUnknown}, []model.Finding{finding(off, model.SeverityMedium, false)}, Leaning{Direct: theme.Warn, Egress: theme.Unknown}},
		"on":                  {&model.Egress{Verdict: model.VerdictDirect}, []model.Finding{finding(on, model.SeverityHigh, false)}, Leaning{Direct: theme.Bad}},
		"mitigated":           {nil, []model.Finding{finding(on, model.SeverityHigh, true)}, Leaning{}},
		"unknown":             {nil, []model.Finding{finding(on, model.SeverityUnknown, false), finding(on, model.SeverityLow, false)}, Leaning{}},
		"mitigated, then not": {nil, []model.Finding{finding(on, model.SeverityHigh, true), finding(on, model.SeverityMedium, false)}, Leaning{Direct: theme.Warn}},
	} {
		if got := LeaningOf(plainTheme(), &model.Notebook{Egress: c.egress}, c.findings); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
