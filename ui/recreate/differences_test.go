package recreate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// onDisk are the runs of a machine, which are only read.
type onDisk struct {
	drive.Runs
	kept    []recreate.Kept
	differs []recreate.Difference
	err     error
	unread  error // of the journals
	lost    error // of the batches
}

func (d *onDisk) List() ([]recreate.Kept, error) { return d.kept, nil }
func (d *onDisk) Stamps(func(string) bool) (map[string]string, error) {
	return map[string]string{}, d.unread
}
func (d *onDisk) Batches() ([]recreate.KeptBatch, error) { return nil, d.lost }
func (d *onDisk) KeepBatch(recreate.KeptBatch) error     { return nil }
func (d *onDisk) DropBatch(string) error                 { return nil }
func (d *onDisk) Differences(_ context.Context, _ *recreate.Run, each func(*recreate.Difference) bool) error {
	for i := range d.differs {
		if !each(&d.differs[i]) {
			break
		}
	}
	return d.err
}

// driven is a book of these runs with a driver behind it.
func driven(t *testing.T, all ...*liveRun) (*Runs, *hosting, *onDisk) {
	t.Helper()
	disk := &onDisk{}
	for _, r := range all {
		disk.kept = append(disk.kept, recreate.Kept{Run: r.Run})
	}
	b, h := bookOf(all...)
	b.cfg.Driver = drive.New(drive.Config{Runs: disk, Writes: b.cfg.Recreator.(*uitest.Recreator), Now: uitest.Noon})
	if err := b.cfg.Driver.Load(); err != nil {
		t.Fatal(err)
	}
	return b, h, disk
}

// missing are so many differences.
func missing(n int) []recreate.Difference {
	out := make([]recreate.Difference, n)
	for i := range out {
		out[i] = recreate.Difference{ID: fmt.Sprint("id", i), Path: fmt.Sprintf("Data/%04d.csv", i), Status: "missing", Says: "not there"}
	}
	return out
}

func TestDifferencesAreListedAcceptedAndSaved(t *testing.T) {
	r := named("r", recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 2) })
	b, h, disk := driven(t, r)
	disk.differs = missing(3)
	list := func(do kit.Intent) *chooser {
		t.Helper()
		h.shown, h.Asked = nil, nil
		kit.Perform(h, do)
		c, _ := h.shown.(*chooser)
		return c
	}
	c := list(b.gates.chooseDifferences(r)) // all of them are in the journal
	if c == nil || c.Title != "Accept" || len(c.choices) != 2 || c.choices[0].Label != "p/a" || c.choices[0].Note != ": missing" || c.most != 2 {
		t.Fatalf("it lists %+v", c)
	}
	r.Run.Verified.Missing = mostListed
	if c := list(b.gates.chooseDifferences(r)); c == nil || c.Title != "Accept" || len(c.choices) != 3 || c.choices[0].Note != "missing: not there" {
		t.Errorf("from the file it lists %+v", c)
	}
	r.Run.Accepted = []recreate.Acceptance{{Difference: recreate.Difference{ID: "id1"}}}
	if c := list(b.gates.findDifferences(r, "000")); c == nil || len(c.choices) != 2 {
		t.Errorf("without what is accepted it lists %+v", c)
	}
	if list(b.gates.findDifferences(r, "zz")) != nil || fmt.Sprint(h.Asked) != "[job differences say no open difference has that text]" {
		t.Errorf("asked %q", h.Asked)
	}
	r.Run.Verified.Missing = mostListed + 1
	kit.Perform(h, b.gates.chooseDifferences(r))
	prompt, ok := h.shown.(*kit.Prompt)
	if !ok || uitest.Told(prompt.About, plain())[0] != "normal|There are 2,001 differences, and 2,000 are listed at a time. A path stands as in a manifest: a space is %20." {
		t.Fatalf("it shows %+v", h.shown)
	}
	if c := list(prompt.Do(" DATA/0002 ")); c == nil || len(c.choices) != 1 || prompt.Refuses("") != "" {
		t.Errorf("by a text it lists %+v", c)
	}
	disk.differs = missing(mostListed + 1)
	if c := list(b.gates.findDifferences(r, "")); c == nil || c.Title != "Accept, of the first 2,000" || len(c.choices) != mostListed-1 {
		t.Errorf("of many it lists %q", c.Title)
	}
	disk.err = errors.New("it is cut")
	if list(b.gates.findDifferences(r, "")) != nil || fmt.Sprint(h.Asked) != "[job differences say it is cut]" {
		t.Errorf("asked %q", h.Asked)
	}
	list(b.gates.saveDifferences(r))
	if fmt.Sprint(h.Asked) != "[job differences say it is cut]" {
		t.Errorf("asked %q", h.Asked)
	}
	disk.err, disk.differs = nil, missing(2)
	list(b.gates.saveDifferences(r))
	if len(h.Asked) != 2 || !strings.HasPrefix(h.Asked[1], "save nbscope-r-differences.jsonl {") || strings.Count(h.Asked[1], "\n") != 2 || !strings.Contains(h.Asked[1], `"Data/0001.csv"`) {
		t.Errorf("asked %q", h.Asked)
	}
	disk.differs = make([]recreate.Difference, mostSaved+1)
	list(b.gates.saveDifferences(r))
	if h.Asked[1] != "say there are more than 200,000: nbscope runs differences r -o json writes them all" {
		t.Errorf("asked %q", h.Asked[1:])
	}
}

func TestDifferencesAreAcceptedByNameOnly(t *testing.T) {
	r := named("r", recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 3) })
	b, h, _ := driven(t, r)
	open := r.Run.OpenDifferences()
	accept := func(ids ...string) string {
		h.shown, h.Asked = nil, nil
		kit.Perform(h, b.gates.acceptThese(r, open, ids))
		if a, ok := h.shown.(*kit.Approval); ok {
			return a.Title
		}
		return fmt.Sprint(h.Asked)
	}
	if got := accept(); got != "[say no difference was chosen: space chooses one]" {
		t.Errorf("of none: %s", got)
	}
	r.Run.Accepted = []recreate.Acceptance{{Difference: recreate.Difference{ID: "a"}}}
	if got := accept("a"); got != "[say no difference was chosen: space chooses one]" {
		t.Errorf("of what is accepted: %s", got)
	}
	if got := accept("a", "b"); strings.HasPrefix(got, "[") {
		t.Errorf("of two: %s", got)
	}
	r.Run.Phase = recreate.PhaseFailed
	if got := accept("b"); got != "[]" {
		t.Errorf("of a run that does not differ: %s", got)
	}
	r.Run.Phase, r.Held = recreate.PhaseDiffer, false
	if got := accept("b"); got != "[]" {
		t.Errorf("of a run that nobody holds: %s", got)
	}
}

// TestWhatIsKnownOfJournalsIsWhatWasRead asks before they are read, and after.
func TestWhatIsKnownOfJournalsIsWhatWasRead(t *testing.T) {
	r := named("r", recreate.StepStart, recreate.PhaseGate, func(r *liveRun) { r.Kept.Path = "runs/r.jsonl" })
	b, _ := bookOf(r)
	says := func(known bool, why string) {
		t.Helper()
		if f := b.journals(); f.Known != known || f.Why != why {
			t.Errorf("known %v, %q; want %v, %q", f.Known, f.Why, known, why)
		}
	}
	says(false, "there is no place for the journals of runs")
	if got := b.whyNotRecreate(); got != "notebooks cannot be recreated here: there is no place to keep the journal of a run" {
		t.Errorf("it cannot: %q", got)
	}
	b, _, _ = driven(t, r)
	says(false, "this machine's journals are still being read")
	b.loaded = true
	says(true, "")
	if f := b.journals(); len(f.Value) != 1 || f.Value[0].Path != "runs/r.jsonl" || f.Value[0].Run.ID() != "r" || b.whyNotRecreate() != "" {
		t.Errorf("they are %+v", f.Value)
	}
	b.problem = &model.Problem{Message: "denied"}
	says(false, "this machine's journals could not be read: denied")
	b.cfg.Recreator = nil
	if got := b.whyNotRecreate(); got != "notebooks cannot be recreated here: there is no client for it" {
		t.Errorf("it cannot: %q", got)
	}
}

// TestSeveralNotebooksAreOpenedTogether leaves out those with a run.
func TestSeveralNotebooksAreOpenedTogether(t *testing.T) {
	arn := func(name string) string {
		return "arn:aws:sagemaker:eu-west-1:" + uitest.Prod + ":notebook-instance/" + name
	}
	notebook := func(name string) *model.Notebook {
		return &model.Notebook{ARN: arn(name), Name: name, Account: uitest.Prod, Region: "eu-west-1"}
	}
	r := named("a", recreate.StepStart, recreate.PhaseGate, serving)
	b, h, _ := driven(t, r)
	ids := 0
	b.cfg.NewRunID = func() string { ids++; return fmt.Sprint("new", ids) }
	open := func(leftOut string, names ...string) []string {
		h.Asked, h.pushed = nil, nil
		var all []*model.Notebook
		for _, n := range names {
			all = append(all, notebook(n))
		}
		b.Recreate(all, leftOut)
		var said []string
		for _, s := range h.Asked {
			if strings.HasPrefix(s, "say ") {
				said = append(said, s)
			}
		}
		return said
	}
	if got := fmt.Sprint(open("", "n-a", "n-a")); got != "[say every one of them has a run already]" || h.pushed != nil {
		t.Errorf("told %s", got)
	}
	if got := fmt.Sprint(open("", "n-b", "n-c")); got != "[]" || len(h.pushed.(*batch).drafts) != 2 {
		t.Errorf("told %s", got)
	}
	if got := fmt.Sprint(open("1 gone", "n-a", "n-b")); got != "[say 1 gone; 1 notebook left out: there is a run already]" || len(h.pushed.(*batch).drafts) != 1 {
		t.Errorf("told %s", got)
	}
	if got := fmt.Sprint(open("", "n-a")); got != "[say there is a run of this notebook already]" || h.pushed.(*wizard).live != r {
		t.Errorf("told %s", got)
	}
	w := h.pushed
	h.stacked = []kit.Screen{w}
	open("", "n-a")
	if h.pushed != w {
		t.Error("its page is opened twice")
	}
	if got := fmt.Sprint(open("1 gone", "n-d")); got != "[say 1 gone]" || h.pushed.(*wizard).draft.name != "n-d" {
		t.Errorf("told %s", got)
	}
	d := h.pushed
	h.stacked = []kit.Screen{w, d}
	open("", "n-d")
	if h.pushed != d {
		t.Error("a notebook is planned on two pages")
	}
	b.Left(d)
	if d := d.(*wizard).draft; b.drafts[arn("n-d")] != d {
		t.Error("what was left is forgotten")
	}
	shared := &wizard{subject: d.(*wizard).subject, shared: true}
	h.stacked = []kit.Screen{shared, w}
	open("", "n-e", "n-f")
	if h.closed != 1 {
		t.Errorf("%d pages are closed for a batch", h.closed)
	}
	b.OpenRun("zz")
	if h.Asked[len(h.Asked)-1] != "say there is no run zz" {
		t.Errorf("asked %q", h.Asked)
	}
}
