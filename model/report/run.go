package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/model/recreate"
)

// RunFormats lists the formats that the report of a run can be written in.
func RunFormats() []Format { return []Format{Markdown, JSON} }

// Run prints the report of a run: what was planned, by whom, what was done when,
// and how it ended. It holds no secret: a URL that signs in is never part of a
// run, and what looks like a secret in what a person typed or AWS said is masked.
// An unknown format is a *FormatError.
//
// Where the journal cannot be read to its end the report says so first: why, how far
// it goes, and what to do.
func Run(w io.Writer, k *recreate.Kept, f Format) error {
	return writers{
		JSON:     func(b *bytes.Buffer) error { return journalJSON(b, k) },
		Markdown: plain(func(b *bytes.Buffer) { journalMarkdown(b, k) }),
	}.write(w, "run", f, RunFormats())
}

type jsonRunReport struct {
	Schema      int          `json:"schema"`
	ID          string       `json:"id"`
	Journal     *jsonJournal `json:"journal,omitempty"` // where it cannot be read to its end
	Plan        jsonPlan     `json:"plan"`
	Phase       string       `json:"phase"`
	Outcome     string       `json:"outcome,omitempty"` // absent while it is under way
	Ending      *jsonEnding  `json:"ending,omitempty"`  // what was seen of it in the end
	KeptUntil   string       `json:"keptUntil,omitempty"`
	Early       *jsonEarly   `json:"early,omitempty"` // the source was deleted before that
	SourceSince []string     `json:"sourceSince,omitempty"`

	ReplacementSince []string `json:"replacementSince,omitempty"` // how it is not what the plan made, as last seen

	Began       string          `json:"began"`
	Changed     string          `json:"changed"`
	Ended       string          `json:"ended,omitempty"`
	Calls       int             `json:"calls"`
	Steps       []jsonRunStep   `json:"steps"`
	Reach       *jsonReached    `json:"reach,omitempty"`  // what was tried from inside the replacement
	Survey      *jsonSurvey     `json:"survey,omitempty"` // what was in both notebooks before the copy
	Proof       *jsonProof      `json:"proof,omitempty"`
	Compared    *jsonCompared   `json:"compared,omitempty"`    // what was compared last, while it is no proof
	Differences []jsonDifferent `json:"differences,omitempty"` // of it, the first
	Drift       []jsonDrift     `json:"drift,omitempty"`
	Problem     *jsonRunProblem `json:"problem,omitempty"`
	Failure     *jsonFailure    `json:"failure,omitempty"` // where the replacement could not be made
	Source      jsonRunNotebook `json:"source"`
	Replacement jsonRunNotebook `json:"replacement"`
}

// jsonReached is what came of the plan's promises.
type jsonReached struct {
	At       string            `json:"at,omitempty"` // absent where nothing could be tried
	Results  []model.Tried     `json:"results"`
	Broken   []recreate.Broken `json:"broken"`
	WaivedBy string            `json:"waivedBy,omitempty"`
	WaivedAt string            `json:"waivedAt,omitempty"`
}

func reachedOf(r *recreate.Reached) *jsonReached {
	if r == nil {
		return nil
	}
	out := &jsonReached{Results: []model.Tried{}, Broken: orEmpty(r.Broken)}
	if p := r.Probe; p != nil {
		out.At, out.Results = model.Stamp(p.At), orEmpty(p.Results)
	}
	if w := r.Waived; w != nil {
		out.WaivedBy, out.WaivedAt = w.By, model.Stamp(w.At)
	}
	return out
}

// jsonSurvey is what a look into both notebooks says of the copy.
type jsonSurvey struct {
	At          string           `json:"at"`
	Checks      []recreate.Check `json:"checks"`
	ClonedAgain []string         `json:"clonedAgain,omitempty"` // folders that were not copied, as the replacement has all of them
	WaivedBy    string           `json:"waivedBy,omitempty"`
	WaivedAt    string           `json:"waivedAt,omitempty"`
}

func surveyOf(s *recreate.Surveyed) *jsonSurvey {
	if s == nil {
		return nil
	}
	out := &jsonSurvey{At: model.Stamp(s.Survey.At), Checks: orEmpty(s.Checks), ClonedAgain: s.Survey.ClonedAgain}
	if w := s.Waived; w != nil {
		out.WaivedBy, out.WaivedAt = w.By, model.Stamp(w.At)
	}
	return out
}

type jsonRunStep struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	State string `json:"state"`
	Ours  bool   `json:"ours"` // done by this run's own call: what others did is not claimed
	Began string `json:"began,omitempty"`
	Ended string `json:"ended,omitempty"`
	Note  string `json:"note,omitempty"`
}

type jsonProof struct {
	Method string `json:"method"`
	At     string `json:"at"`
	By     string `json:"by"`
	Says   string `json:"says"`

	Compared *jsonCompared   `json:"compared,omitempty"` // absent where only somebody's word stands for the copy
	Accepted []jsonDifferent `json:"accepted,omitempty"`
}

// jsonDifferent is a name that is not equal on both notebooks.
type jsonDifferent struct {
	ID     string `json:"id"`
	Path   string `json:"path"`
	Status string `json:"status"`
	Says   string `json:"says"`
	By     string `json:"by,omitempty"` // who has accepted it
	At     string `json:"at,omitempty"`
}

func differentOf(d *recreate.Difference) jsonDifferent {
	return jsonDifferent{ID: d.ID, Path: d.Path, Status: d.Status, Says: d.Says}
}

func acceptedOf(all []recreate.Acceptance) []jsonDifferent {
	out := make([]jsonDifferent, 0, len(all))
	for i := range all {
		d := differentOf(&all[i].Difference)
		d.By, d.At = all[i].By, model.Stamp(all[i].At)
		out = append(out, d)
	}
	return out
}

type jsonEnding struct {
	Good bool     `json:"good"` // the replacement was seen to serve in the source's place
	Says []string `json:"says"`
}

type jsonEarly struct {
	At    string `json:"at"`
	By    string `json:"by"`
	Until string `json:"until"`
}

type jsonDrift struct {
	On     string `json:"on"`
	Field  string `json:"field"`
	Before string `json:"before"`
	Now    string `json:"now"`
	Why    string `json:"why"`
}

type jsonRunProblem struct {
	Kind      string `json:"kind"`
	Operation string `json:"operation,omitempty"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}

// jsonRunNotebook is a notebook as it was last seen.
type jsonRunNotebook struct {
	Name   string `json:"name"`
	Exists bool   `json:"exists"`
	ARN    string `json:"arn,omitempty"`
	Status string `json:"status,omitempty"`
	SeenAt string `json:"seenAt,omitempty"`
}

func runOf(k *recreate.Kept) jsonRunReport {
	r := &k.Run
	out := jsonRunReport{
		Schema: schema, ID: r.ID(), Journal: journalOf(k), Plan: planOf(&r.Plan), Phase: string(r.Phase), Outcome: string(r.Outcome),
		Began: model.Stamp(r.Began), Changed: model.Stamp(r.Changed), Ended: model.Stamp(r.EndedAt), Calls: r.Calls, Steps: []jsonRunStep{},
		KeptUntil: model.Stamp(r.KeptUntil()), SourceSince: r.Words().SourceSince(), ReplacementSince: allMasked(r.Words().ReplacementSince()),
		Source: runNotebookOf(r.Plan.Source.Name, r.Source), Replacement: runNotebookOf(r.Plan.Spec.Name, r.Replacement),
	}
	for _, s := range r.Told() {
		d, _ := recreate.Def(s.Kind)
		out.Steps = append(out.Steps, jsonRunStep{string(s.Kind), d.Title, s.Word(), s.Ours(), model.Stamp(s.Began), model.Stamp(s.Ended), masked(s.Note)})
	}
	if end := r.Ending(); end.Title != "" {
		out.Ending = &jsonEnding{end.Good, end.Says}
	}
	if e := r.DeletedEarly(); e != nil {
		out.Early = &jsonEarly{model.Stamp(e.At), e.By, model.Stamp(e.Until)}
	}
	out.Reach, out.Survey = reachedOf(r.Reach), surveyOf(r.Inside)
	if p := r.Proof; p != nil {
		out.Proof = &jsonProof{string(p.Method), model.Stamp(p.At), p.By, masked(p.Says), comparedOf(p.Verified), acceptedOf(p.Accepted)}
	}
	if v := r.Verified; v != nil {
		out.Compared = comparedOf(v)
		for i := range v.Differences {
			out.Differences = append(out.Differences, differentOf(&v.Differences[i]))
		}
	}
	for _, d := range r.Drift {
		out.Drift = append(out.Drift, jsonDrift{string(d.On), d.Field, masked(d.Before), masked(d.Now), d.Why})
	}
	out.Failure = failureOf(r)
	if p := r.Problem; p != nil {
		out.Problem = &jsonRunProblem{string(p.Kind), p.Operation, masked(p.Message), masked(p.Hint), p.RequestID}
	}
	return out
}

func runNotebookOf(name string, s *recreate.Snapshot) jsonRunNotebook {
	if s == nil {
		return jsonRunNotebook{Name: name}
	}
	return jsonRunNotebook{Name: s.Name, Exists: true, ARN: s.ARN, Status: string(s.Status), SeenAt: model.Stamp(s.SeenAt)}
}

// allMasked hides it in each.
func allMasked(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = masked(s)
	}
	return out
}

// masked hides what looks like a secret.
func masked(s string) string {
	out, _ := model.MaskSecrets(s)
	return out
}

func runMarkdown(w *bytes.Buffer, r *recreate.Run) {
	p := &r.Plan
	item := func(label, value string) { fmt.Fprintf(w, "- %s: %s\n", label, escape(safe(value))) }
	item("run", r.ID())
	item("outcome", runOutcome(r))
	item("account and region", p.Source.Account+", "+p.Source.Region)
	item("by", orDash(p.Identity.ARN))
	item("began", model.Stamp(r.Began))
	item("last event", model.Stamp(r.Changed))
	if !r.EndedAt.IsZero() {
		item("ended", model.Stamp(r.EndedAt))
	}
	item("API calls", strconv.Itoa(r.Calls))
	item("plan", p.Fingerprint()+", made "+model.Stamp(p.Made))
	item("source", runNotebook(p.Source.ARN, r.Source, "gone"))
	item("replacement", runNotebook(p.Spec.Name, r.Replacement, r.Words().NoReplacement()))
	if says := r.Reach.Says(r.Plan.Promises); says != "" {
		item("the replacement reaches", says)
	}
	item("proof of the copy", proofLine(r.Proof))
	if since := r.Words().ReplacementSince(); len(since) > 0 {
		item("the replacement is not as planned", masked(strings.Join(since, "; ")))
	}
	if since := r.Words().SourceSince(); len(since) > 0 {
		item("the source since then", strings.Join(since, " "))
	}
	if until := r.KeptUntil(); !until.IsZero() {
		item("kept until", model.Stamp(until))
	}
	if e := r.DeletedEarly(); e != nil {
		item("deleted before the keep time was over", "approved "+model.Stamp(e.At)+" by "+orDash(e.By)+", kept until "+model.Stamp(e.Until))
	}
	if r.Problem != nil {
		item("problem", masked(r.Problem.Error()))
	}
	runFailure(w, r)
	runSteps(w, r)
	runDrift(w, r.Drift)
	runSurvey(w, r.Inside)
	runCompared(w, r)
	markdownChecks(w, "Preflight", p.Checks)
	markdownChanges(w, p.Changes())
	runControls(w, p)
	fmt.Fprintf(w, "\n## Commands that do the same\n\n")
	for _, c := range p.Commands() {
		fmt.Fprintf(w, "    %s\n", safe(c)) // a block of code: nothing in it is markup
	}
}

func runOutcome(r *recreate.Run) string {
	if r.Outcome != "" {
		return r.Says() + ". " + strings.Join(r.Ending().Says, " ")
	}
	if r.Kept() {
		return "under way: the source is stopped and kept"
	}
	s, ok := r.Step()
	if !ok {
		return "under way"
	}
	d, _ := recreate.Def(s.Kind)
	if what := r.Guard().Disturbed(); what != "" {
		return "under way: " + d.Title + ", " + what
	}
	if strings.EqualFold(d.Title, string(r.Phase)) {
		return "under way: " + d.Title
	}
	return "under way: " + d.Title + ", " + string(r.Phase)
}

func runNotebook(name string, s *recreate.Snapshot, absent string) string {
	if s == nil {
		return name + ", " + absent
	}
	return fmt.Sprintf("%s, %s when last seen %s", s.ARN, s.Status, model.Stamp(s.SeenAt))
}

func proofLine(p *recreate.Proof) string {
	if p == nil {
		return "none yet"
	}
	if p.Verified != nil {
		return p.Sentence()
	}
	return fmt.Sprintf("%s, attested %s by %s: %s", p.Method, model.Stamp(p.At), orDash(p.By), masked(p.Says))
}

func runSteps(w *bytes.Buffer, r *recreate.Run) {
	rows := make([][]string, 0, len(r.Steps))
	for i, s := range r.Told() {
		d, _ := recreate.Def(s.Kind)
		rows = append(rows, []string{strconv.Itoa(i + 1), d.Title, s.Says(), model.Stamp(s.Began), model.Stamp(s.Ended), masked(s.Note)})
	}
	markdownTable(w, "Steps", []string{"#", "Step", "State", "Began", "Ended", "Note"}, rows)
}

// runSurvey is what a look into both notebooks says of the copy.
func runSurvey(w *bytes.Buffer, s *recreate.Surveyed) {
	if s == nil {
		return
	}
	title := "What was inside before the copy, " + model.Stamp(s.Survey.At)
	if by := s.Waived; by != nil {
		title += "; gone on in spite of it by " + by.By + ", " + model.Stamp(by.At)
	}
	markdownChecks(w, title, s.Checks)
}

func runDrift(w *bytes.Buffer, all []recreate.Drift) {
	if len(all) == 0 {
		return
	}
	rows := make([][]string, 0, len(all))
	for _, d := range all {
		rows = append(rows, []string{string(d.On), d.Field, masked(d.Before), masked(d.Now), d.Why})
	}
	markdownTable(w, "What was not as planned", []string{"Notebook", "Field", "Before", "Now", "Means"}, rows)
}

// runCompared is what is known of the data: the digests in full, and what is not equal.
func runCompared(w *bytes.Buffer, r *recreate.Run) {
	v, all := r.Verified, [][]string{}
	if r.Proof != nil && r.Proof.Verified != nil {
		v = r.Proof.Verified
		for _, a := range r.Proof.Accepted {
			all = append(all, []string{a.Path, a.Status, a.Says, "accepted by " + a.By + ", " + model.Stamp(a.At)})
		}
	}
	if v == nil {
		return
	}
	rows := [][]string{}
	for _, t := range []struct {
		name string
		tree recreate.Tree
	}{{"source", v.Source}, {"replacement", v.Replacement}} {
		rows = append(rows, []string{t.name, recreate.Number(t.tree.Entries), recreate.Number(t.tree.Files), recreate.Number(t.tree.Bytes), t.tree.Digest})
	}
	markdownTable(w, "The data, compared "+model.Stamp(v.At), []string{"Notebook", "Names", "Files", "Bytes", "SHA-256"}, rows)
	fmt.Fprintf(w, "\n%s equal; %s; %s left out by a rule\n", recreate.Number(v.Equal), v.Counts(), recreate.Number(v.LeftOut))
	for _, d := range r.OpenDifferences() {
		all = append(all, []string{d.Path, d.Status, d.Says, "open"})
	}
	if len(all) > 0 {
		markdownTable(w, "What is not equal", []string{"Path", "Is", "How", ""}, all)
	}
	if v.File != "" {
		fmt.Fprintf(w, "\nEvery difference is in %s, beside the journal.\n", escape(safe(v.File)))
	}
}

func markdownChecks(w *bytes.Buffer, title string, checks []recreate.Check) {
	rows := make([][]string, 0, len(checks))
	for _, c := range checks {
		rows = append(rows, []string{string(c.Result), c.Title, c.Evidence})
	}
	markdownTable(w, title+": "+checkCounts(checks), []string{"Result", "Check", "Evidence"}, rows)
}

func markdownChanges(w *bytes.Buffer, changes []recreate.Change) {
	var rows [][]string
	for _, c := range recreate.DangerFirst(changes) {
		if c.Action == recreate.Carry && c.Before == "" {
			continue
		}
		rows = append(rows, []string{c.Action, c.Field, c.Before, c.After, c.Why})
	}
	markdownTable(w, "Changes", []string{"Action", "Field", "Before", "After", "Why"}, rows)
}

func runControls(w *bytes.Buffer, p *recreate.Plan) {
	before, after := p.Controls()
	fmt.Fprintf(w, "\n## Controls that it fails\n\n")
	fmt.Fprintf(w, "- before: %s\n", escape(orDash(strings.Join(controlIDs(before), ", "))))
	fmt.Fprintf(w, "- after: %s\n", escape(orDash(strings.Join(controlIDs(after), ", "))))
}

// markdownTable writes a titled table; a cell that is empty has a dash.
func markdownTable(w *bytes.Buffer, title string, head []string, rows [][]string) {
	fmt.Fprintf(w, "\n## %s\n\n| %s |\n|%s\n", title, strings.Join(head, " | "), strings.Repeat(" --- |", len(head)))
	for _, row := range rows {
		for _, cell := range row {
			fmt.Fprintf(w, "| %s ", escape(safe(orDash(cell))))
		}
		w.WriteString("|\n")
	}
}
