package journal

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// TestJournalsOfEveryVersionAreReadAsTheyWereWritten replays the committed journals
// up to each of their records, and holds the runs against what the program that
// wrote them read.
func TestJournalsOfEveryVersionAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	v1, v2 := journalsOf(t, "v1"), journalsOf(t, "v2")
	if len(v1) < 74 || len(v2) < 30 {
		t.Fatalf("only %d and %d journals", len(v1), len(v2))
	}
	for _, name := range append(v1, v2...) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, lines := readLines(t, name+".jsonl"), readLines(t, name+".want.jsonl")
			if len(raw) != len(lines) {
				t.Fatalf("%d records, and %d lines of what they mean", len(raw), len(lines))
			}
			wanted, got := map[string]json.RawMessage{}, replayed{}
			for i, line := range lines {
				if err := json.Unmarshal(line, &wanted); err != nil { // over what the line before has left
					t.Fatal(err)
				}
				if err := got.take(bytes.TrimSuffix(raw[i], []byte("\n"))); err != nil {
					t.Fatalf("record %d: %v", i+1, err)
				}
				compare(t, wanted, membersOf(t, wantOf(&got.run, got.records)))
			}
			whole, err := os.ReadFile(name + ".jsonl")
			if err != nil {
				t.Fatal(err)
			}
			end := replay(whole)
			if end.torn != strings.HasSuffix(name, "torn") || end.damaged != "" {
				t.Errorf("read whole it is torn: %v, and damaged: %q", end.torn, end.damaged)
			}
			compare(t, wanted, membersOf(t, wantOf(&end.run, end.records)))
		})
	}
}

func compare(t *testing.T, wanted, got map[string]json.RawMessage) {
	t.Helper()
	for member, value := range wanted {
		same := bytes.Equal(value, got[member])
		if member == "choices" {
			same = (string(value) == "[]") == (string(got[member]) == "[]")
		}
		if !same {
			t.Errorf("after record %s the run has %s %s, want %s", wanted["records"], member, got[member], value)
		}
	}
	for member, value := range got {
		if _, ok := wanted[member]; !ok && string(value) != "null" { // it came after that journal
			t.Errorf("after record %s the run has %s %s, which it had not", wanted["records"], member, value)
		}
	}
}

// journalsOf are the committed journals of a version, as paths without their ending.
func journalsOf(t *testing.T, version string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", version, "*.want.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = strings.TrimSuffix(files[i], ".want.jsonl")
	}
	return files
}

// readLines are the lines of a file, each with its end.
func readLines(t *testing.T, path string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.SplitAfter(raw, []byte("\n"))[:bytes.Count(raw, []byte("\n"))]
}

// want is a run as a test compares it.
type want struct {
	Records  int           `json:"records"`
	Step     string        `json:"step"`
	At       int           `json:"at"`
	Phase    string        `json:"phase"`
	Back     string        `json:"back"`
	Gate     string        `json:"gate"`
	Choices  []string      `json:"choices"`
	Steps    []wantStep    `json:"steps"`
	InFlight *wantEffect   `json:"inFlight"`
	Effects  int           `json:"effects"`
	Calls    int           `json:"calls"`
	Began    string        `json:"began"`
	Changed  string        `json:"changed"`
	Ended    string        `json:"ended"`
	Outcome  string        `json:"outcome"`
	Source   *wantNotebook `json:"source"`
	Repl     *wantNotebook `json:"replacement"`
	Plan     wantPlan      `json:"plan"`
	Relied   bool          `json:"sourceAsReliedOn"`
	Created  bool          `json:"created"`
	MadeAt   string        `json:"madeAt"`
	InDoubt  bool          `json:"inDoubt"`
	Override bool          `json:"overridden"`
	RestedAt string        `json:"restedAt"`
	Stopped  bool          `json:"stopped"`
	Started  bool          `json:"started"`
	Halting  bool          `json:"halting"`
	Rolling  bool          `json:"rolling"`
	Proof    *wantProof    `json:"proof"`
	Problem  *wantProblem  `json:"problem"`
	Cause    *wantProblem  `json:"cause"`
	Drift    []wantDrift   `json:"drift"`

	Verified *recreate.Verified    `json:"verified"`
	Accepted []recreate.Acceptance `json:"accepted"`
	Closing  *bool                 `json:"closing"` // nil where it is not
}

type wantStep struct {
	Kind  string `json:"kind"`
	State string `json:"state"`
	Began string `json:"began,omitempty"`
	Ended string `json:"ended,omitempty"`
	Note  string `json:"note,omitempty"`
}

type wantEffect struct {
	ID    int      `json:"id"`
	Kind  string   `json:"kind"`
	Step  string   `json:"step"`
	On    string   `json:"on,omitempty"`
	Name  string   `json:"name,omitempty"`
	Until []string `json:"until,omitempty"`
	Spec  string   `json:"spec,omitempty"` // its name and type
}

type wantNotebook struct {
	ARN      string `json:"arn"`
	Status   string `json:"status"`
	Type     string `json:"type"`
	Platform string `json:"platform"`
	Tags     int    `json:"tags"`
	Modified string `json:"modified"`
	Seen     string `json:"seen"`
}

type wantPlan struct {
	RunID       string `json:"runId"`
	Made        string `json:"made"`
	Direction   string `json:"direction"`
	Replacement string `json:"replacement"`
	Type        string `json:"type"`
	Transport   string `json:"transport"`
	Checks      int    `json:"checks"`
	By          string `json:"by"`
}

type wantProof struct {
	Method string `json:"method"`
	At     string `json:"at"`
	By     string `json:"by"`
	Says   string `json:"says"`
	Seen   string `json:"seen"`

	Verified *recreate.Verified    `json:"verified,omitempty"`
	Accepted []recreate.Acceptance `json:"accepted,omitempty"`
}

type wantProblem struct {
	Kind      string `json:"kind"`
	Operation string `json:"operation,omitempty"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
}

type wantDrift struct {
	On     string `json:"on"`
	Field  string `json:"field"`
	Before string `json:"before"`
	Now    string `json:"now"`
	Why    string `json:"why"`
	Hard   bool   `json:"hard,omitempty"`
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func texts[T ~string](list []T) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// wantOf is a run in the words of the committed files.
func wantOf(r *recreate.Run, records int) want {
	step, _ := r.Step()
	w := want{
		Records: records, Step: string(step.Kind), At: r.At, Phase: string(r.Phase), Back: string(r.Back), Gate: string(r.Gate()),
		Choices: texts(r.Choices()), Effects: r.Effects, Calls: r.Calls, Began: stamp(r.Began), Changed: stamp(r.Changed), Ended: stamp(r.EndedAt),
		Outcome: string(r.Outcome), Source: wantNotebookOf(r.Source), Repl: wantNotebookOf(r.Replacement),
		Relied:  r.Source != nil && r.Source.Matches(r.Expect),
		Created: r.Created, MadeAt: stamp(r.MadeAt), InDoubt: r.InDoubt, Override: r.Overridden, RestedAt: stamp(r.RestedAt),
		Stopped: r.Stopped, Started: r.Started, Halting: r.Halting, Rolling: r.Rolling,
		Problem: wantProblemOf(r.Problem), Cause: wantProblemOf(r.Cause),
		Plan: wantPlan{
			r.Plan.RunID, stamp(r.Plan.Made), string(r.Plan.Direction), r.Plan.Spec.Name, r.Plan.Spec.InstanceType,
			string(r.Plan.Transport), len(r.Plan.Checks), r.Plan.Identity.ARN,
		},
	}
	for _, s := range r.Steps {
		w.Steps = append(w.Steps, wantStep{string(s.Kind), string(s.State), stamp(s.Began), stamp(s.Ended), s.Note})
	}
	if e := r.InFlight; e != nil {
		w.InFlight = &wantEffect{ID: e.ID, Kind: string(e.Kind), Step: string(e.Step), On: string(e.On), Name: e.Name, Until: texts(e.Until)}
		if e.Spec != nil {
			w.InFlight.Spec = e.Spec.Name + " " + e.Spec.InstanceType
		}
	}
	if p := r.Proof; p != nil {
		w.Proof = &wantProof{string(p.Method), stamp(p.At), p.By, p.Says, stamp(p.Seen), p.Verified, p.Accepted}
	}
	w.Verified, w.Accepted = r.Verified, r.Accepted
	if r.Closing {
		w.Closing = &r.Closing
	}
	for _, d := range r.Drift {
		w.Drift = append(w.Drift, wantDrift{string(d.On), d.Field, d.Before, d.Now, d.Why, d.Hard})
	}
	return w
}

func wantNotebookOf(s *recreate.Snapshot) *wantNotebook {
	if s == nil {
		return nil
	}
	return &wantNotebook{s.ARN, string(s.Status), s.InstanceType, s.Platform, len(s.Tags), stamp(s.Modified), stamp(s.SeenAt)}
}

func wantProblemOf(p *model.Problem) *wantProblem {
	if p == nil {
		return nil
	}
	return &wantProblem{string(p.Kind), p.Operation, p.Message, p.Hint}
}

// membersOf is a run's members as JSON.
func membersOf(t *testing.T, w want) map[string]json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
