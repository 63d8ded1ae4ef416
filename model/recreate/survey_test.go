package recreate

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// interior is a notebook that nothing is wrong with.
func interior(change func(*Interior)) Interior {
	n := Interior{
		UID: 1000, Sudo: true, Python: "3.7.16", Curl: true, Size: 20 << 30, Free: 9 << 30, Inodes: 1_200_000,
		Entries: 1200, Files: 1000, Bytes: 5_200_000_000, Excluded: 2,
		Ways: []WayIn{{Name: "kernel", In: 48e6, Out: 62e6}, {Name: "contents", In: 20e6, Out: 70e6}},
		S3:   &model.Tried{Destination: model.DestinationS3, State: model.TryReached, MS: 9},
	}
	if change != nil {
		change(&n)
	}
	return n
}

// surveyOf is a look into a source alone, or into both.
func surveyOf(source, replacement func(*Interior), both bool) *Survey {
	s := &Survey{At: start(), Source: interior(source)}
	if both {
		r := interior(func(n *Interior) { n.Files, n.Bytes, n.Entries, n.Free = 0, 0, 1, 18<<30 })
		if replacement != nil {
			replacement(&r)
		}
		s.Replacement = &r
	}
	return s
}

func checkOf(t *testing.T, all []Check, id string) Check {
	t.Helper()
	i := slices.IndexFunc(all, func(c Check) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no check %s among %d", id, len(all))
	}
	return all[i]
}

func TestWhatASurveySaysOfTheCopy(t *testing.T) {
	t.Parallel()
	p := movedPlan(seed())
	p.Spec.VolumeGB, p.Spec.DefaultRepository = 20, "https://git.example/forecasting"
	const before, after = false, true
	got := func(n *Interior) { n.Bucket = &Reach{Bucket: "data"} }
	refused := func(n *Interior) { n.Bucket = &Reach{"data", "it is refused"} }
	for _, c := range []struct {
		name    string
		when    bool
		source  func(*Interior)
		replace func(*Interior)
		id      string
		want    Result
		says    string
	}{
		{"it fits", before, nil, nil, "data-size", Pass, "5.2 GB in 1,000 files on the source, and a volume of 20 GB has room for 20.0 GB"},
		{"it is tight", before, func(n *Interior) { n.Bytes = 18e9 }, nil, "data-size", Warn, "little is left"},
		{"it does not fit", before, func(n *Interior) { n.Bytes = 30e9 }, nil, "data-size", Fail, "30.0 GB"},
		{"it is not counted", before, func(n *Interior) { n.Bytes = -1 }, nil, "data-size", CheckUnknown, "could not be counted"},
		{"the new one is full", after, nil, func(n *Interior) { n.Free = 1 << 30 }, "data-size", Fail, "churn-model-net has room for 1.1 GB"},
		{"the new one does not say", after, nil, func(n *Interior) { n.Free = -1 }, "data-size", CheckUnknown, "not known"},
		{"too many names", before, func(n *Interior) { n.Entries = 2_000_000 }, nil, "data-names", Fail, "room for 1,310,720"},
		{"too many for the new one", after, nil, func(n *Interior) { n.Inodes = 1000 }, "data-names", Fail, "room for 1,000"},
		{"no room for parts, before", before, func(n *Interior) { n.Free = 1 << 20 }, nil, "data-room", Warn, "1.0 MB free"},
		{"no room for parts, after", after, func(n *Interior) { n.Free = 1 << 20 }, nil, "data-room", Fail, "1.0 MB free"},
		{"all is read", before, nil, nil, "data-unreadable", Pass, "as root"},
		{"some is not", before, func(n *Interior) {
			n.Sudo, n.Unread, n.Unreadable = false, 5, []Unreadable{{"keys/a", "Permission denied"}, {"b", "x"}, {"c", "x"}, {"d", "x"}}
		}, nil, "data-unreadable", Warn, "5 names cannot be read: keys/a (Permission denied), b (x), c (x) and 2 more"},
		{"files change", before, func(n *Interior) { n.Changing = 3 }, nil, "data-changing", Warn, "3 files"},
		{"something is mounted", before, func(n *Interior) { n.Mounts = []string{"efs (nfs4)"} }, nil, "data-mounts", Warn, "not copied: efs (nfs4)"},
		{"a clone that is clean", before, func(n *Interior) { n.Clones = []Clone{{"forecasting", CloneClean, ""}} }, nil, "data-left-out", Pass, "2 names"},
		{"one that is not", before, func(n *Interior) { n.Clones = []Clone{{"forecasting", CloneChanged, "it has stashes"}} }, nil, "data-left-out", Warn, "forecasting (it has stashes)"},
		{"one of the user's own", after, func(n *Interior) { n.Clones = []Clone{{"mine", CloneChanged, "it has stashes"}} }, nil, "data-left-out", Pass, "2 names"},
		{"no python yet", before, func(n *Interior) { n.Python = "" }, nil, "data-tools", Warn, "churn-model: no python3"},
		{"no python there", after, nil, func(n *Interior) { n.Python, n.Sudo, n.Curl = "", false, false }, "data-tools", Fail, "churn-model-net: no python3, no sudo, no curl"},
		{"the ways", after, nil, nil, "data-ways", Pass, "churn-model: kernel 48.0 MB/s in, 62.0 MB/s out, contents 20.0 MB/s in, 70.0 MB/s out"},
		{"no way in", after, nil, func(n *Interior) { n.Ways = []WayIn{{Name: "contents", Why: "HTTP 413"}} }, "data-ways", Fail, "did not come back as they were sent to churn-model-net"},
		{"none yet", before, func(n *Interior) { n.Ways = nil }, nil, "data-ways", Warn, "churn-model"},
		{"S3 is reached", after, nil, nil, "data-s3", Pass, "churn-model: its host answers in 9 ms; churn-model-net: its host answers in 9 ms. Whether a bucket lets them in is not known: none was tried"},
		{"an object got through", after, got, got, "data-s3", Pass, "churn-model: an object got through data; churn-model-net: an object got through data"},
		{"an object did not, though S3 is reached", after, refused, nil, "data-s3", Pass, "churn-model: data: it is refused; churn-model-net: its host answers in 9 ms. Relay needs no way out"},
		{"S3 is not", before, func(n *Interior) { n.S3 = &model.Tried{State: model.TryTimeout} }, nil, "data-s3", Pass, "Relay needs no way out"},
		{"a script", before, func(n *Interior) { n.AutoStop = []string{"*/5 * * * * python3 autostop.py"} }, nil, "data-idle", Warn, "churn-model: */5 * * * * python3 autostop.py"},
		{"no script", after, nil, nil, "data-idle", Pass, "no line"},
		{"the time before", before, nil, nil, "data-time", Pass, "relay: not known, the way into the replacement, which is measured once it is there; S3 at least 39s (the source's volume, 134.2 MB/s)"},
		{"the time", after, nil, nil, "data-time", Pass, "relay at most 2m (the way into the replacement, 48.0 MB/s over one connection)"},
		{"slow out", after, func(n *Interior) { n.Ways[0].Out, n.Ways[1].Out = 1e6, 2e6 }, nil, "data-time", Pass, "relay at most 43m (the way out of the source, 2.0 MB/s"},
		{"what is recommended", after, nil, nil, "data-transport", Pass, "recommended: relay: 5.2 GB on the source, and no bucket was named"},
	} {
		s := surveyOf(c.source, c.replace, c.when)
		got := checkOf(t, p.DataChecks(Know(s)), c.id)
		if got.Result != c.want || !strings.Contains(got.Evidence, c.says) {
			t.Errorf("%s: %s, %q; want %s and %q", c.name, got.Result, got.Evidence, c.want, c.says)
		}
		if got.Result == Fail && got.Hint == "" {
			t.Errorf("%s: nothing mends it", c.name)
		}
	}
}

// TestABucketThatLetsNobodyInIsInTheWay holds for who wants S3 and nothing else.
func TestABucketThatLetsNobodyInIsInTheWay(t *testing.T) {
	t.Parallel()
	refused := func(n *Interior) { n.Bucket = &Reach{"data", "it is refused"} }
	shut := func(n *Interior) { n.S3 = &model.Tried{State: model.TryTimeout} }
	for _, c := range []struct {
		source func(*Interior)
		both   bool
		auto   bool
		want   Result
	}{{refused, true, false, Fail}, {refused, false, false, Warn}, {refused, true, true, Pass}, {shut, true, false, Warn}, {nil, true, false, Pass}} {
		p := movedPlan(seed())
		p.Transport, p.Bucket, p.Auto = TransportS3, "data", c.auto
		s := surveyOf(c.source, nil, c.both)
		if got := checkOf(t, dataChecks(&p, s), "data-s3"); got.Result != c.want {
			t.Errorf("%+v: %+v", c, got)
		}
		if s.reachesS3() != (c.source == nil) {
			t.Errorf("%+v: it says that S3 is reached: %v", c, s.reachesS3())
		}
	}
}

func TestThatNobodyHasLookedIsSaid(t *testing.T) {
	t.Parallel()
	p := movedPlan(seed())
	for _, c := range []struct {
		fact Fact[*Survey]
		says string
	}{
		{Fact[*Survey]{}, "wants writes unlocked"}, {Unknown[*Survey]("it is Stopped"), "it is Stopped"}, {Know[*Survey](nil), "wants writes unlocked"},
	} {
		got := p.DataChecks(c.fact)
		if len(got) != 1 || got[0].Result != CheckUnknown || !strings.Contains(got[0].Evidence, c.says) {
			t.Errorf("%+v", got)
		}
	}
	p.Spec.VolumeGB = 20
	p.Weigh(Facts{Survey: Know(surveyOf(nil, nil, false))})
	if p.Survey == nil || checkOf(t, p.Checks, "data-size").Result != Pass {
		t.Errorf("the plan has %+v", p.Survey)
	}
}

func TestALookInsideComesBeforeTheCopy(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).approve().goesOn()
	at := slices.IndexFunc(k.run.Steps, func(s Step) bool { return s.Kind == StepSurvey })
	if at < 0 || !k.run.Steps[at].Ours() || k.run.Steps[at].Note != "7 files, 5.2 GB" || k.run.Inside == nil || len(k.run.Inside.Checks) < 10 {
		t.Fatalf("%+v, %+v", k.run.Steps, k.run.Inside)
	}
	if got := slices.Index(k.w.did, "survey churn-model"); got < 0 || got > slices.Index(k.w.did, "copy churn-model") {
		t.Errorf("it did %v", k.w.did)
	}
	k.finishes()

	before := movedPlan(seed())
	before.LooksInside = false // of a version that did not look
	for _, p := range []Plan{before, runPlan(seed())} {
		r := Begin(p, start())
		if slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Kind == StepSurvey }) {
			t.Errorf("%s: it looks inside", p.Transport)
		}
	}
}

func TestWhatIsInTheWayStopsTheRunBeforeTheCopy(t *testing.T) {
	t.Parallel()
	full := func() *story {
		k := moved(t, nil)
		k.w.filled = 17 << 30
		k.approve().goesOn()
		k.stands(PhaseFailed, "the copy would not come to its end: 5.2 GB in 7 files on the source, and churn-model-net has room for 1.1 GB")
		return k
	}
	k := full()
	k.offers(EventRetry, EventResumed, EventAccepted, EventRerouted, EventRollback, EventClosed)
	if k.w.copies > 0 || k.run.Says() != "waits for you: the copy would not come to its end" {
		t.Errorf("it says %q after %d copies", k.run.Says(), k.w.copies)
	}
	s := StakesOf(EventAccepted, []Subject{{Run: k.run}}, k.w.now)
	if len(s.Dangers) != 1 || s.Dangers[0].Title != "The data fits the new volume: no" || s.Yes != "Go on" {
		t.Errorf("the gate says %+v", s)
	}
	k.w.filled = 0
	k.does(Event{Kind: EventRetry}).goesOn()
	if k.w.copies != 1 || k.run.Inside.Waived != nil {
		t.Errorf("after it was mended: phase %s, %d copies", k.run.Phase, k.w.copies)
	}
	k.finishes()

	k = full()
	k.does(Event{Kind: EventAccepted, By: "ana"}).goesOn()
	if in := k.run.Inside; in.Waived == nil || in.Waived.By != "ana" || k.w.copies != 1 {
		t.Errorf("%+v after %d copies", in, k.w.copies)
	}
	k = full()
	k.does(Event{Kind: EventRerouted, Transport: TransportManual})
	if k.run.Gate() != GateAttest {
		t.Errorf("by hand it is in phase %s with the gate %q", k.run.Phase, k.run.Gate())
	}
	k = full()
	k.does(Event{Kind: EventRollback, Typed: "churn-model-net"}).goesOn().ended(OutcomeRolledBack, "churn-model")
}

// TestNobodyCouldLook leaves the choice to the user, and an answer without anything in it
// is none.
func TestNobodyCouldLook(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).until(EffectSurvey)
	if err := k.try(Event{Kind: EventDone, Effect: k.next.ID}); err == nil {
		t.Error("nothing was looked at, and that is taken for an answer")
	}
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindDenied, Message: "denied"}})
	k.stands(PhaseFailed, "denied")
	s := StakesOf(EventAccepted, []Subject{{Run: k.run}}, k.w.now)
	if len(s.Dangers) != 1 || !strings.HasPrefix(s.Dangers[0].Title, "Nobody has looked") {
		t.Errorf("the gate says %+v", s.Dangers)
	}
	k.does(Event{Kind: EventAccepted, By: "ana"}).goesOn()
	if k.run.Inside != nil || k.w.copies != 1 {
		t.Errorf("%+v after %d copies", k.run.Inside, k.w.copies)
	}
}

func TestAScriptThatIsFoundKeepsTheCopyBusy(t *testing.T) {
	t.Parallel()
	k := moved(t, nil)
	if k.run.KeepsBusy() {
		t.Error("nothing stops it")
	}
	k.run.Inside = &Surveyed{Survey: *surveyOf(nil, func(n *Interior) { n.AutoStop = []string{"x"} }, true)}
	if !k.run.KeepsBusy() {
		t.Error("a script is found, and nothing keeps the notebook busy")
	}
}

func TestTimesAreSaidRoughly(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		time.Second: "1s", 89 * time.Second: "89s", 90 * time.Second: "2m", 59 * time.Minute: "59m", 2 * time.Hour: "2h", 200 * time.Minute: "3h20m",
	} {
		if got := Roughly(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
	for gb, want := range map[int]float64{5: 128 << 20, 170: 128 << 20, 252: 189 << 20, 334: 250 << 20, 16384: 250 << 20} {
		if got := volumeRate(gb); got != want {
			t.Errorf("%d GB: %.0f, want %.0f", gb, got, want)
		}
	}
}

// clones makes a repository and a clone of it, as creations do.
func clones(t *testing.T, names ...string) (root string, run func(folder string, words ...string)) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	run = func(folder string, words ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Dir = folder
		cmd.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "GIT_") }),
			"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=Dana", "GIT_AUTHOR_EMAIL=d@example.com", "GIT_COMMITTER_NAME=Dana", "GIT_COMMITTER_EMAIL=d@example.com")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", words, err, out)
		}
	}
	from, root := t.TempDir(), t.TempDir()
	run(from, "git", "init", "-q")
	run(from, "sh", "-c", "mkdir src; echo a > src/a; printf 'out/\\n' > .gitignore")
	run(from, "git", "add", ".")
	run(from, "git", "commit", "-qm", "one")
	for _, name := range names {
		run(root, "git", "clone", "-q", "file://"+from, name)
	}
	return root, run
}

// look runs the script, as a notebook does.
func look(t *testing.T, root string, commits ...string) []FoundClone {
	t.Helper()
	script := filepath.Join(t.TempDir(), "clones.sh")
	if err := os.WriteFile(script, []byte(ClonesScript), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "bash", append([]string{script, root}, commits...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found, err := ReadClones("a word of the terminal\r\n" + strings.ReplaceAll(string(out), "\n", "\r\n"))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return found
}

func TestAClonesChangesAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change string
		want   CloneState
		says   string
	}{
		"as it was cloned":  {"true", CloneClean, ""},
		"a change":          {"echo b > src/a", CloneChanged, "1 files are in no commit"},
		"a new file":        {"echo b > new", CloneChanged, "in no commit"},
		"an ignored file":   {"mkdir out; echo b > out/x", CloneChanged, "in no commit"},
		"a stash":           {"echo b > src/a; git stash -q", CloneChanged, "stashes"},
		"a commit":          {"echo b > src/a; git commit -qam two", CloneChanged, "not pushed"},
		"one on a branch":   {"git checkout -q -b side; echo b > src/a; git commit -qam two; git checkout -q -", CloneChanged, "not pushed"},
		"one that is loose": {"git checkout -q --detach; echo b > src/a; git commit -qam two", CloneChanged, "not pushed"},
		"one overlooked":    {"git update-index --assume-unchanged src/a; echo b > src/a", CloneChanged, "overlook"},
		"a hook":            {"echo x > .git/hooks/pre-commit", CloneChanged, "hooks"},
		"an empty folder":   {"mkdir empty", CloneChanged, "empty folders"},
		"a broken one":      {"echo > .git/HEAD", CloneUnknown, "git does not read it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, run := clones(t, "my repo")
			run(filepath.Join(root, "my repo"), "sh", "-ec", c.change)
			got := look(t, root)
			if len(got) != 1 || got[0].Folder != "my repo" || got[0].State != c.want || !strings.Contains(got[0].Says, c.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAFolderIsClonedAgainWhereTheReplacementHasEveryCommit(t *testing.T) {
	t.Parallel()
	root, run := clones(t, "a", "b")
	run(filepath.Join(root, "b"), "git", "config", "remote.origin.url", "https://ana:secret@git.example/b")
	run(root, "mkdir", "plain", "empty")
	source := look(t, root)
	if len(source) != 2 || source[1].Origin != "https://git.example/b" {
		t.Fatalf("%+v", source)
	}
	again := look(t, root, source[0].Tips...)
	if got := ClonedAgain(source, again); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("cloned again are %v", got)
	}
	for name, change := range map[string]func(s, r []FoundClone){
		"changed":         func(s, _ []FoundClone) { s[0].State, s[1].State = CloneChanged, CloneUnknown },
		"another origin":  func(_, r []FoundClone) { r[0].Origin, r[1].Origin = "x", "" },
		"not the commits": func(_, r []FoundClone) { r[0].Has, r[1].Has = nil, []string{"0"} },
		"another folder":  func(_, r []FoundClone) { r[0].Folder, r[1].Folder = "c", "d" },
		"no commits":      func(s, _ []FoundClone) { s[0].Tips, s[1].Tips = nil, nil },
	} {
		s, r := slices.Clone(source), slices.Clone(again)
		change(s, r)
		if got := ClonedAgain(s, r); len(got) > 0 {
			t.Errorf("%s: cloned again are %v", name, got)
		}
	}
}

func TestAnAnswerOfNoClonesIsNone(t *testing.T) {
	t.Parallel()
	name := base64.StdEncoding.EncodeToString([]byte("a"))
	for _, bad := range []string{"", "clone " + name + " clean = , , ", "clone x\nclones end", "clone ! clean = , , \nclones end", "clone  clean = , , \nclones end"} {
		if got, err := ReadClones(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
	if got, err := ReadClones("clones none\n"); err != nil || got != nil {
		t.Errorf("without git: %+v, %v", got, err)
	}
	if got, err := ReadClones("clone " + name + " merry = , , \nclones end\n"); err != nil || got[0].State != CloneUnknown {
		t.Errorf("another word: %+v, %v", got, err)
	}
}
