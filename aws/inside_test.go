package aws

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/manifest"
	"nbscope/model/probe"
	"nbscope/model/recreate"
)

// scripted is a notebook whose Jupyter does what it is told, and fails at one of its calls.
type scripted struct {
	mover.Session

	fails  string // the call
	prints string
	code   int
	done   []string
}

func (s *scripted) does(call, what string) error {
	s.done = append(s.done, strings.TrimSpace(call+" "+what))
	if s.fails == call {
		return errors.New("no " + call)
	}
	return nil
}

func (s *scripted) Up(context.Context) error                   { return s.does("up", "") }
func (s *scripted) Mkdir(_ context.Context, path string) error { return s.does("mkdir", path) }
func (s *scripted) Clear(_ context.Context, dir string) error  { return s.does("clear", dir) }
func (s *scripted) Put(_ context.Context, path string, _ []byte) error {
	return s.does("put", path)
}

func (s *scripted) Root(_ context.Context, seen string) (string, error) {
	return "/home/ec2-user/SageMaker/", s.does("root", seen)
}

func (s *scripted) Shell(_ context.Context, script string, _ ...string) (out string, code int, err error) {
	if script == "command -v python3" {
		return "", s.code, s.does("python3", "")
	}
	return s.prints, s.code, s.does("shell", script)
}

func TestWhatIsBroughtIntoANotebookIsTakenAwayWhateverFails(t *testing.T) {
	t.Parallel()
	const at = "/home/ec2-user/SageMaker"
	for fails, want := range map[string]struct{ says, done string }{
		"":      {"", "mkdir d|put d/f|root d/f|shell " + at + " " + at + "/d|clear d"},
		"mkdir": {"no mkdir", "mkdir d|clear d"},
		"put":   {"no put", "mkdir d|put d/f|clear d"},
		"root":  {"no root", "mkdir d|put d/f|root d/f|clear d"},
		"shell": {"no shell", "mkdir d|put d/f|root d/f|shell " + at + " " + at + "/d|clear d"},
		"clear": {"no clear", "mkdir d|put d/f|root d/f|shell " + at + " " + at + "/d|clear d"},
	} {
		s := &scripted{fails: fails, prints: "said"}
		got, err := inside(t.Context(), s, "d", map[string]string{"f": "text"}, func(root, dir string) string { return root + " " + dir })
		if fmt.Sprint(err) != orWord(want.says, "<nil>") || strings.Join(s.done, "|") != want.done || (got == "said") != (fails == "" || fails == "clear" || fails == "shell") {
			t.Errorf("%q: %q, %v after %q", fails, got, err, s.done)
		}
	}
}

func TestAProbeNeedsPython(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		notebook scripted
		says     string
		calls    int
	}{
		"it is there":     {scripted{}, "<nil>", 7},
		"it is not":       {scripted{code: 1}, "the script in the notebook has not answered: there is no python3", 1},
		"nobody can tell": {scripted{fails: "python3"}, "no python3", 1},
	} {
		if _, err := runProbe(t.Context(), &c.notebook, "d", nil); fmt.Sprint(err) != c.says || len(c.notebook.done) != c.calls {
			t.Errorf("%s: %v after %q", name, err, c.notebook.done)
		}
	}
}

func TestWhyANotebookCannotBeAskedIsToldByWhatItSays(t *testing.T) {
	t.Parallel()
	n := &recreate.Snapshot{Account: "1", Region: "r", Name: "churn"}
	own := model.Problem{Kind: model.KindDenied, Message: "no"}
	over, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		kind model.ProblemKind
		says string
		hint string
	}{
		"not signed in":     {t.Context(), fmt.Errorf("x: %w", jupyter.ErrNotSignedIn), model.KindDenied, "churn: x: not signed in to Jupyter", "look whether your role may call " + opPresign + " from this address"},
		"another host":      {t.Context(), jupyter.ErrHost, model.KindProtocol, "churn: the URL is not the notebook's", "look at the endpoint that is configured"},
		"refused":           {t.Context(), jupyter.ErrRefused, model.KindDenied, "churn: refused", "look at the policies for the notebook's URL, and whether its Jupyter opens terminals"},
		"no terminal":       {t.Context(), jupyter.ErrNotFound, model.KindNotOffered, "churn: not found", "its Jupyter opens no terminal, so that nothing can be tried inside"},
		"no python":         {t.Context(), probe.ErrNoAnswer, model.KindNotOffered, "churn: the script in the notebook has not answered", "the script needs python3 in the notebook's terminal"},
		"nothing came":      {t.Context(), jupyter.ErrTemporary, model.KindNetwork, "churn: no answer from Jupyter", "try again"},
		"the first of two":  {t.Context(), errors.Join(jupyter.ErrTemporary, jupyter.ErrRefused), model.KindDenied, "churn: no answer from Jupyter\nrefused", "look at the policies for the notebook's URL, and whether its Jupyter opens terminals"},
		"something else":    {t.Context(), errors.New("what"), model.KindService, "churn: what", ""},
		"nobody waits more": {over, jupyter.ErrTemporary, model.KindCanceled, "churn: no answer from Jupyter", ""},
	} {
		want := model.Problem{Kind: c.kind, Operation: recreate.OpProbe, Target: n.Target(), Message: c.says, Hint: c.hint}
		if got := insideProblem(c.ctx, n, c.err); got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
		want.Operation = recreate.OpSurvey
		if got := surveyProblem(c.ctx, n, c.err); got != want {
			t.Errorf("%s, of a survey:\n got %+v\nwant %+v", name, got, want)
		}
	}
	if got := insideProblem(t.Context(), n, own); got != own {
		t.Errorf("a problem became %+v", got)
	}
	for ctx, kind := range map[context.Context]model.ProblemKind{t.Context(): model.KindLimit, over: model.KindCanceled} {
		want := model.Problem{Kind: kind, Operation: recreate.OpSurvey, Target: n.Target(), Message: "the disk is full"}
		if got := surveyProblem(ctx, n, full{}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// numbered are n texts.
func numbered(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint("n", i))
	}
	return out
}

func TestWhatASurveySawIsTakenOverAsFarAsItIsToldByName(t *testing.T) {
	t.Parallel()
	many := numbered(recreate.MaxNamed + 1)
	pairs := make([][2]string, len(many))
	unreadable := make([]recreate.Unreadable, len(many))
	found, clones := make([]recreate.FoundClone, len(many)), make([]recreate.Clone, len(many))
	for i, n := range many {
		pairs[i], unreadable[i] = [2]string{n, "denied"}, recreate.Unreadable{Path: n, Why: "denied"}
		clones[i] = recreate.Clone{Folder: n}
		found[i] = recreate.FoundClone{Clone: clones[i]}
	}
	for name, c := range map[string]struct {
		sight  mover.Sight
		clones []recreate.FoundClone
		want   recreate.Interior
	}{
		"nothing": {mover.Sight{}, nil, recreate.Interior{}},
		"one of each": {
			mover.Sight{
				UID: 1000, Sudo: true, Python: "3.10", Curl: true, Size: 9, Free: 8, Inodes: 7, Entries: 6, Files: 5, Bytes: 4, Excluded: 3, Changing: 2, Unread: 1,
				Mounts: many[:1], Unreadable: pairs[:1], AutoStop: "*/5 * * * * stop.py --token=s3cr3tt0ken", Ways: []mover.Way{{Name: "contents", In: 1, Out: 2, Why: "slow"}},
				Bucket: &mover.Reach{Bucket: "b", Why: "no"},
			},
			found[:1],
			recreate.Interior{
				UID: 1000, Sudo: true, Python: "3.10", Curl: true, Size: 9, Free: 8, Inodes: 7, Entries: 6, Files: 5, Bytes: 4, Excluded: 3, Changing: 2, Unread: 1,
				Mounts: many[:1], Unreadable: unreadable[:1], AutoStop: []string{"*/5 * * * * stop.py --token=" + model.Mask}, Ways: []recreate.WayIn{{Name: "contents", In: 1, Out: 2, Why: "slow"}},
				Bucket: &recreate.Reach{Bucket: "b", Why: "no"}, Clones: clones[:1],
			},
		},
		"as many as are told": {
			mover.Sight{Mounts: many[:recreate.MaxNamed], AutoStop: strings.Join(many[:recreate.MaxNamed], "\n")}, found[:recreate.MaxNamed],
			recreate.Interior{Mounts: many[:recreate.MaxNamed], AutoStop: many[:recreate.MaxNamed], Clones: clones[:recreate.MaxNamed]},
		},
		"one too many": {
			mover.Sight{Mounts: many, AutoStop: strings.Join(many, "\n"), Unreadable: pairs}, found,
			recreate.Interior{Mounts: many[:recreate.MaxNamed], AutoStop: many[:recreate.MaxNamed], Clones: clones[:recreate.MaxNamed], Unreadable: unreadable[:recreate.MaxNamed]},
		},
	} {
		if got := interiorOf(&c.sight, c.clones, nil); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

// TestClonesThatCannotBeSeenAreNone, so that they are copied.
func TestClonesThatCannotBeSeenAreNone(t *testing.T) {
	t.Parallel()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	line := func(folder, state string) string {
		return "clone " + b64(folder) + " " + state + " =" + b64("https://x/y") + " c1,c2  -\n"
	}
	const ends = "clones end\n"
	for name, c := range map[string]struct {
		notebook scripted
		want     []string // the commits of the clean ones
	}{
		"two":              {scripted{prints: line("a", "clean") + line("b", "changed") + ends}, []string{"c1", "c2"}},
		"one that changed": {scripted{prints: line("b", "changed") + ends}, nil},
		"no end":           {scripted{prints: line("a", "clean")}, nil},
		"no shell":         {scripted{prints: line("a", "clean") + ends, fails: "shell"}, nil},
	} {
		if got := tips(clonesIn(t.Context(), "r", &c.notebook, []string{"a b"})); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
		if last := c.notebook.done[len(c.notebook.done)-2]; !strings.HasSuffix(last, "/clones.sh' '/home/ec2-user/SageMaker' 'a b'") && !strings.HasSuffix(last, "/clones.sh /home/ec2-user/SageMaker 'a b'") {
			t.Errorf("%s: it ran %s", name, last)
		}
	}
	run := &recreate.Run{Inside: &recreate.Surveyed{Survey: recreate.Survey{ClonedAgain: []string{"a"}}}}
	again := "clone " + b64("a") + " clean =" + b64("https://x/y") + " c1,c2 c1,c2 -\n" + ends
	for name, c := range map[string]struct {
		source, replacement scripted
		want                []string
	}{
		"as before":              {scripted{prints: again}, scripted{prints: again}, []string{"a"}},
		"a source that changed":  {scripted{prints: line("a", "changed") + ends}, scripted{prints: again}, nil},
		"a source that is mute":  {scripted{prints: again, fails: "up"}, scripted{prints: again}, nil},
		"a replacement, as well": {scripted{prints: again}, scripted{prints: again, fails: "up"}, nil},
		"clones that are new":    {scripted{prints: strings.ReplaceAll(again, b64("a"), b64("z"))}, scripted{prints: strings.ReplaceAll(again, b64("a"), b64("z"))}, nil},
	} {
		j := &mover.Job{Source: mover.Side{Session: &c.source}, Replacement: mover.Side{Session: &c.replacement}}
		if got := (&Copier{}).stillCloned(t.Context(), &Move{Run: run}, j); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestS3IsTriedInsideAsFarAsItCanBe: what is not tried is nothing that was seen.
func TestS3IsTriedInsideAsFarAsItCanBe(t *testing.T) {
	t.Parallel()
	p := &recreate.Plan{Source: recreate.Snapshot{ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", Region: "eu-west-1", Account: "111122223333"}}
	for name, n := range map[string]scripted{"no python": {code: 1}, "no answer": {prints: "what"}} {
		if got := s3From(t.Context(), &n, p); got != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestTheWayOfACopyFollowsFromThePlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan recreate.Plan
		want mover.Transport
		back recreate.Transport
	}{
		{recreate.Plan{}, mover.Relay, recreate.TransportRelay},
		{recreate.Plan{Transport: recreate.TransportRelay, Auto: true}, mover.Relay, recreate.TransportRelay},
		{recreate.Plan{Transport: recreate.TransportS3}, mover.S3, recreate.TransportS3},
		{recreate.Plan{Transport: recreate.TransportS3, Auto: true}, mover.Auto, recreate.TransportRelay},
	} {
		if got := by(&c.plan); got != c.want || transportOf(got) != c.back {
			t.Errorf("%+v: %s, and back %s", c.plan, got, transportOf(got))
		}
	}
}

func TestHowFarACopyIsIsToldWhole(t *testing.T) {
	t.Parallel()
	var got recreate.Moving
	tell := told(func(m recreate.Moving) { got = m })
	tell(mover.Progress{Phase: mover.Reading, Files: 1, TotalFiles: 2, Bytes: 3, TotalBytes: 4, Rate: 5, Part: 6, Retries: 7, Bound: mover.ByPut, By: mover.Relay, Why: "it is little"})
	want := recreate.Moving{
		Stage: "reading every file on both sides", Files: 1, FilesTotal: 2, Bytes: 3, BytesTotal: 4, Rate: 5, Part: 6, Again: 7,
		Bound: "the source's way to S3", Remarks: []string{"by relay: it is little"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDifferencesAreReadAsFarAsARunHoldsThem(t *testing.T) {
	t.Parallel()
	r := &Copier{Runs: t.TempDir()}
	file := filepath.Join(r.Runs, "r.data", "differences")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1.7e9, 0)
	result := func(missing int64) *mover.Result {
		return &mover.Result{At: at, Differences: file, Comparison: manifest.Comparison{
			Source: manifest.Tree{Entries: 1, Files: 2, Bytes: 3, Digest: "a"}, Equal: 1, Missing: missing, LeftOut: 2,
		}}
	}
	out := recreate.Verified{At: at, Source: recreate.Tree{Entries: 1, Files: 2, Bytes: 3, Digest: "a"}, Equal: 1, LeftOut: 2}
	if got, err := r.verified(result(0)); err != nil || !reflect.DeepEqual(got, out) {
		t.Errorf("nothing differs: %+v, %v", got, err)
	}
	if _, err := r.verified(result(1)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	line := `{"id":"1","path":"a","status":"missing","says":"gone"}` + "\n"
	for n, want := range map[int]int{1: 1, recreate.MaxDifferences: recreate.MaxDifferences, recreate.MaxDifferences + 1: recreate.MaxDifferences} {
		if err := os.WriteFile(file, []byte(strings.Repeat(line, n)), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := r.verified(result(int64(n)))
		if err != nil || got.File != filepath.Join("r.data", "differences") || got.Missing != int64(n) || len(got.Differences) != want ||
			got.Differences[want-1] != (recreate.Difference{ID: "1", Path: "a", Status: "missing", Says: "gone"}) {
			t.Errorf("%d: %+v, %v", n, got, err)
		}
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := firstDifferences(file); err == nil || got != nil || !strings.HasPrefix(err.Error(), "read the differences: ") {
		t.Errorf("half a file: %+v, %v", got, err)
	}
}

// TestWhatDidNotComeToItsEndIsDoubtedWhereItMayGoOn in the notebook.
func TestWhatDidNotComeToItsEndIsDoubtedWhereItMayGoOn(t *testing.T) {
	t.Parallel()
	over, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		kind model.ProblemKind
		want recreate.EventKind
	}{
		"a lost network":      {t.Context(), model.Problem{Kind: model.KindNetwork}, model.KindNetwork, recreate.EventDoubted},
		"no answer in time":   {t.Context(), model.Problem{Kind: model.KindTimeout}, model.KindTimeout, recreate.EventDoubted},
		"a refusal":           {t.Context(), model.Problem{Kind: model.KindDenied}, model.KindDenied, recreate.EventFailed},
		"one that says why":   {t.Context(), full{}, model.KindLimit, recreate.EventFailed},
		"left alone":          {over, model.Problem{Kind: model.KindNetwork}, model.KindCanceled, recreate.EventFailed},
		"left, and it is why": {over, full{}, model.KindCanceled, recreate.EventFailed},
	} {
		a, _, _ := guarding(func(*recreate.Run, *recreate.Effect, *recreate.Snapshot, *recreate.Snapshot) {})
		got := a.unmoved(c.ctx, c.err)
		if got.Kind != c.want || got.Problem.Kind != c.kind || got.Problem.Target != a.effect.Target {
			t.Errorf("%s: %s, %+v", name, got.Kind, got.Problem)
		}
	}
}
