package ui

import (
	"fmt"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// sizes are the terminals that the screens are held for.
func sizes() [][2]int { return [][2]int{{80, 24}, {120, 40}, {200, 60}, {40, 12}} }

// everySize are the scenes that are held as they stand at every size: the others are
// at one, and say at every size what they are for.
func everySize() []string { return []string{"list", "detail", "preflight", "changes", "copy", "batch"} }

// hold holds a screen.
func hold(t *testing.T, scene string, size [2]int, view string, says []string) {
	t.Helper()
	told := strings.Join(strings.FieldsFunc(view, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("│┃|", r) }), " ")
	for _, s := range says {
		if !strings.Contains(told, s) {
			t.Errorf("at %dx%d it does not say %q:\n%s", size[0], size[1], s, view)
		}
	}
	if size == [2]int{120, 40} || slices.Contains(everySize(), scene) {
		golden.RequireEqual(t, []byte(view))
	}
}

// scene is a screen worth holding: what leads there from a loaded list, and what it
// says at every size.
type scene struct{ keys, says []string }

func scenes() map[string]scene {
	return map[string]scene{
		"list":      {nil, []string{"churn-model-train", "fraud-features-eu", "Notebooks 12"}},
		"filter":    {[]string{"/", "fr"}, []string{"fraud-features-eu", "fields: name account region status", "enter keep", "esc clear"}},
		"fields":    {[]string{"/"}, []string{"name: account: region:", "enter keep"}},
		"issue":     {[]string{"/", "vcp:x"}, []string{"churn-model-train", "Notebooks 12/12"}},
		"group":     {[]string{"b", "b"}, []string{"ap-southeast-2 2 notebooks", "credit-risk-2024"}},
		"detail":    {[]string{"j", "enter"}, []string{"endpoints only: security group lets", "medium: direct internet off;", "sagemaker.runtime, sts, s3"}},
		"config":    {[]string{"j", "enter", "4"}, []string{"● InService", "Findings"}},
		"network":   {[]string{"j", "enter", "enter", "2"}, []string{"Overview [Network] Findings", "security group lets", "sagemaker.runtime, sts, s3"}},
		"findings":  {[]string{"enter", "enter", "j", "3"}, []string{"Network [Findings]", "none under this policy"}},
		"vpcs":      {[]string{"tab", "j", "j"}, []string{"777788889999 us-east-1", "◇ 1 endpoints only"}},
		"tags":      {[]string{"enter", "[", "["}, []string{"Configuration", "churn-model-train"}},
		"targets":   {[]string{"tab", "tab"}, []string{"· denied (SCP)", "▲ ok in part", "Targets 12"}},
		"target":    {[]string{"tab", "tab", "enter"}, []string{"prod-ml 111122223333 eu-west-3", "Ask the owners of the organization", "2 notebooks listed, 2 described"}},
		"help":      {[]string{"?"}, []string{"half a page down", "half a page up", "j ↓ scroll"}},
		"palette":   {[]string{":", "group"}, []string{"Group by account", "Group by region", "Group by subnet", "Go to, or do > group"}},
		"export":    {[]string{"e"}, []string{"Export 12 notebooks as >", "nbscope-20261123T120000Z.json", "nbscope-20261123T120000Z.csv", "nbscope-20261123T120000Z.md"}},
		"marks":     {[]string{"space", "space", "G"}, []string{"recommender-dev", "timeseries-poc"}},
		"nothing":   {[]string{"/", "zzzzz", "enter"}, []string{"No notebook is known to match zzzzz", "12 notebooks hidden by the filter.", "1 target did not answer."}},
		"unknown":   {[]string{"/", "image", "enter"}, []string{"? vpc: not allowed to describe", "image-labels", "▲ 1 medium"}},
		"unlocated": {[]string{"/", "image", "enter", "enter"}, []string{"direct: SageMaker's own network", "? vpc: not allowed to describe"}},
	}
}

func TestScreens(t *testing.T) {
	for name, c := range scenes() {
		for _, s := range sizes() {
			t.Run(fmt.Sprintf("%s/%dx%d", name, s[0], s[1]), func(t *testing.T) {
				d := loaded(t, s[0], s[1], nil)
				d.keys(c.keys...)
				hold(t, name, s, d.view(), c.says)
			})
		}
	}
}

// TestColours holds the sequences themselves: what carries colour and what does
// not.
func TestColours(t *testing.T) {
	for name, change := range map[string]func(*rig){
		"dark":  func(*rig) {},
		"light": func(d *rig) { d.send(tea.BackgroundColorMsg{Color: color.White}) },
		"16":    func(d *rig) { d.send(tea.ColorProfileMsg{Profile: colorprofile.ANSI}) },
	} {
		t.Run(name, func(t *testing.T) {
			d := loaded(t, 80, 24, nil)
			change(d)
			d.view()
			golden.RequireEqual(t, []byte(d.app.View().Content))
		})
	}
	t.Run("no colour", func(t *testing.T) {
		d := loaded(t, 80, 24, func(c *Config) { c.NoColor = true })
		d.keys("/", "fr", "enter", "space")
		d.view()
		content := d.app.View().Content
		for _, bad := range []string{"[38;", "[48;", ";38;", ";48;", "[31m", "[32m", "[33m", "[34m"} {
			if strings.Contains(content, bad) {
				t.Errorf("NO_COLOR lets %q through", bad)
			}
		}
		golden.RequireEqual(t, []byte(content))
	})
}

// needsASCII fails where a screen has more than ASCII.
func needsASCII(t *testing.T, where, view string) {
	t.Helper()
	if i := strings.IndexFunc(view, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(view[i:])
		t.Errorf("%s: the screen has %q:\n%s", where, r, view)
	}
}

// TestASCIIDrawsNothingElse draws every scene at every size, and for every notebook each
// section of its detail from top to bottom. What AWS tells is ASCII in this world.
func TestASCIIDrawsNothingElse(t *testing.T) {
	ascii := func(c *Config) { c.ASCII = true }
	for name, c := range scenes() {
		for _, size := range sizes() {
			d := loaded(t, size[0], size[1], ascii)
			d.keys(c.keys...)
			needsASCII(t, name, d.view())
		}
	}
	for _, keys := range [][]string{{"tab", "/", "zzz", "enter"}, {"C"}, {"q"}, {"T"}, {"M"}, {"tab", "tab", "b"}} {
		d := loaded(t, 120, 40, ascii)
		d.keys(keys...)
		needsASCII(t, fmt.Sprint(keys), d.view())
	}
	d := loaded(t, 120, 40, ascii)
	d.keys("enter", "enter")
	for range d.app.world.Rows {
		for section := range 7 {
			d.keys(fmt.Sprint(section + 1))
			for range 4 {
				needsASCII(t, fmt.Sprintf("section %d", section+1), d.view())
				d.keys("pgdown")
			}
		}
		d.keys("n")
	}
}

// states are situations that must not be a blank screen.
func states() map[string]struct {
	feed []model.Batch
	end  bool
	want []string
} {
	denied := model.Problem{Kind: model.KindSSOExpired, Operation: "sign in", Profile: "prod", Message: "the SSO session has expired", Hint: "Run: aws sso login --profile prod"}
	target := func(s model.TargetState) model.TargetStatus {
		return model.TargetStatus{Target: model.Target{Account: uitest.Prod, Region: "eu-west-1"}, State: s}
	}
	failed := target(model.StateFailed)
	failed.Problem = &model.Problem{Kind: model.KindNetwork, Message: "cannot reach the endpoint http://127.0.0.1:1", Hint: "Check --endpoint-url."}
	type state = struct {
		feed []model.Batch
		end  bool
		want []string
	}
	one := uitest.Identities()[:1]
	return map[string]state{
		"signing in": {nil, false, []string{"Signing in and asking which regions are enabled", "ctrl+x stops"}},
		"loading": {[]model.Batch{{Identities: one, Targets: []model.TargetStatus{target(model.StateListing)}}}, false,
			[]string{"0 of 1 target answered", "shift+tab shows the targets", "0/1 targets"}},
		"empty": {[]model.Batch{{Identities: one, Targets: []model.TargetStatus{target(model.StateEmpty)}}}, true,
			[]string{"No notebook instances in 1 target.", "r scans again"}},
		"nobody signed in": {[]model.Batch{{Problems: []model.Problem{denied}}}, true,
			[]string{"prod: the SSO session has expired", "aws sso login --profile prod", "r tries again", "not signed in", "✗ 1"}},
		"nothing answered": {[]model.Batch{{Identities: one, Targets: []model.TargetStatus{failed}}}, true,
			[]string{"cannot reach the endpoint", "Check --endpoint-url."}},
		"partly empty": {[]model.Batch{{Identities: one, Targets: []model.TargetStatus{target(model.StateEmpty)}, Problems: []model.Problem{denied}}}, true,
			[]string{"No notebook instances in the 1 target that answered.", "1 sign-in failed. There may be some.", "shift+tab shows which and why"}},
		"no targets at all": {nil, true, []string{"No targets"}},
	}
}

func TestNoSituationIsBlank(t *testing.T) {
	for name, s := range states() {
		t.Run(name, func(t *testing.T) {
			d := newRig(t, 80, 24, nil)
			for _, b := range s.feed {
				d.feed(b)
			}
			if s.end {
				d.finish()
			}
			d.sees(s.want...)
			golden.RequireEqual(t, []byte(d.view()))
		})
	}
}

func TestProblemsOfSignInsStandOnTopOfTheTargets(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("r")
	b := uitest.SmallWorld()
	b.Problems = []model.Problem{{Kind: model.KindNoProfile, Profile: "gone", Message: "there is no profile gone", Hint: "aws configure list-profiles names those that exist"}}
	d.feed(b)
	d.finish()
	d.keys("tab", "tab")
	row := strings.Split(d.view(), "\n")[3]
	if !strings.Contains(row, "gone") || !strings.Contains(row, "sign-in failed") {
		t.Errorf("the first row is %q", row)
	}
	d.keys("g")
	d.sees("aws configure list-profiles names those that exist")
}

func TestAnySizeIsDrawnExactly(t *testing.T) {
	for _, c := range scenes() {
		d := loaded(t, 120, 40, nil)
		d.keys(c.keys...)
		for w := 0; w <= 130; w += 1 + w/9 {
			for _, h := range []int{0, 1, 2, 3, 5, 11, 12, 13, 20, 50} {
				d.send(tea.WindowSizeMsg{Width: w, Height: h})
				d.view()
				d.keys("j", "k")
			}
		}
		d.send(tea.WindowSizeMsg{Width: -3, Height: -1})
		d.view()
	}
}

func TestATooSmallTerminalSaysSoAndCanBeLeft(t *testing.T) {
	d := loaded(t, 39, 12, nil)
	d.sees("nbscope needs 40x12, this is 39x12", "ctrl+c quits")
	d.keys("x", "j", ":")
	if d.app.overlay != nil {
		t.Error("a key opened what cannot be seen")
	}
	if !quits(d.keys("ctrl+c")) {
		t.Error("ctrl+c does not quit")
	}
}

// ownLinks are the links that the explorer makes of addresses that it knows.
func ownLinks() *regexp.Regexp {
	return regexp.MustCompile(`\x1b\]8;;(https://[\w./#-]*)?\x07`)
}

// TestHostileTextNeverReachesTheTerminal puts text that terminals obey into every
// place where AWS's text is drawn.
func TestHostileTextNeverReachesTheTerminal(t *testing.T) {
	const evil = "x\x1b]0;owned\a\x1b[2J\x9b31m\u202egnp\r\n\x00\u200b日本\xff"
	n := uitest.Notebook(1, "evil"+evil, uitest.Prod, "eu-west-1"+evil, func(n *model.Notebook) {
		n.Status, n.VPCName, n.SubnetName, n.FailureReason = model.Status(evil), evil, evil, evil
		n.Tags = []model.Tag{{Key: evil, Value: evil}}
		n.LifecycleName, n.RoleARN, n.Platform, n.URL, n.Repositories = evil, evil, evil, evil, []string{evil}
		n.VPCID, n.SubnetID, n.SecurityGroups = evil, evil, []string{evil}
		n.Egress = uitest.EvilEgress(evil)
	})
	refusal := model.Problem{Message: evil, Hint: evil, Profile: evil, Operation: evil, Code: evil, RequestID: evil}
	in := &fakeInspector{}
	d := newRig(t, 120, 40, func(c *Config) { c.Notices, c.Inspector = []string{evil}, in }).withPump()
	d.feed(model.Batch{
		Identities: []model.Identity{{Account: uitest.Prod, Alias: evil}}, Notebooks: []*model.Notebook{n}, Problems: []model.Problem{refusal},
		Targets: []model.TargetStatus{{Target: n.Target(), State: model.TargetState(evil), Problem: &refusal, Warnings: []model.Problem{refusal}}},
	})
	d.finish()
	check := func(where string) {
		d.view()
		v := d.app.View()
		v.Content = ownLinks().ReplaceAllString(v.Content, "")
		for _, bad := range []string{"\x1b]0;", "\a", "\x1b[2J", "\u009b", "\u202e", "\r", "\x00", "owned\x1b", "\u200b"} {
			if !utf8.ValidString(v.Content) || !utf8.ValidString(v.WindowTitle) {
				t.Errorf("%s: not UTF-8", where)
			}
			if strings.Contains(v.Content, bad) || strings.Contains(v.WindowTitle, bad) {
				t.Errorf("%s: %q reaches the terminal", where, bad)
			}
		}
	}
	check("list")
	d.keys("b")
	check("groups")
	for range 7 {
		d.keys("enter", "]")
		check("detail")
	}
	for _, answer := range []fakeInspector{{raw: evil, lifecycle: model.LifecycleConfig{Name: evil, OnStart: evil}}, {err: refusal}} {
		*in = answer
		for range 7 {
			d.run(d.keys("]"))
			check("fetched")
		}
		d.run(d.keys("esc", "esc"))
		d.keys("enter", "enter")
	}
	d.keys("esc", "esc", "tab", "tab")
	check("targets")
	d.keys("tab", "tab")
	check("vpcs")
	d.keys("enter")
	check("the notebooks of a VPC")
	d.keys("esc", "tab")
	d.keys("j", "enter")
	check("target")
	q := model.Question{Profile: evil, Prompt: evil, Cancel: func() {}}
	d.app.ask(q)
	check("question")
	d.app.overlay = nil
	d.keys("/")
	d.send(tea.PasteMsg{Content: evil})
	check("paste")
}
