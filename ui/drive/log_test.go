package drive

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

// lineLog is a log without its times, and its lines since they were read last.
func lineLog() (log *slog.Logger, lines func() string) {
	var out bytes.Buffer
	return slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})), func() string { defer out.Reset(); return out.String() }
}

// page is a book of a run at one moment, whose every act ends alike.
type page struct {
	Book
	run recreate.Run
	err error
}

func (p *page) Run() recreate.Run { return p.run }
func (p *page) Close() error      { return p.err }
func (p *page) Take(recreate.Event) ([]recreate.Effect, error) {
	return []recreate.Effect{{ID: 7}}, p.err
}

func (p *page) Perform(context.Context, recreate.Effect, func(recreate.Progress)) ([]recreate.Effect, error) {
	return []recreate.Effect{{ID: 8}}, p.err
}

// pages hands out one page.
type pages struct {
	Runs
	page *page
}

func (p pages) Open(string) (Book, error)         { return p.page, nil }
func (p pages) Begin(recreate.Plan) (Book, error) { return p.page, nil }

// TestTheLogSaysEachActOnAJournal does everything with a journal that works, and with one
// that does not.
func TestTheLogSaysEachActOnAJournal(t *testing.T) {
	t.Parallel()
	run := recreate.Begin(planFor("7f3c", "churn"), noon())
	effect := recreate.Effect{Kind: recreate.EffectCreate, Name: "churn-net", Target: model.Target{Account: account, Region: "eu-west-1"}}
	where := effect.Target.String()
	const at = " step=create phase=gate"
	denied := run
	denied.Problem = &model.Problem{Kind: model.KindDenied, Code: "AccessDenied", Message: "no"}
	for name, c := range map[string]struct {
		run  recreate.Run
		err  error
		want []string
	}{
		"it works": {run, nil, []string{
			"INFO act=take run=7f3c event=approved" + at, "INFO act=intend run=7f3c effect=create target=" + where + " notebook=churn-net" + at,
			"INFO act=outcome run=7f3c effect=create" + at, "INFO act=close run=7f3c" + at,
		}},
		"AWS refuses": {denied, nil, []string{
			"INFO act=take run=7f3c event=approved" + at, "INFO act=intend run=7f3c effect=create target=" + where + " notebook=churn-net" + at,
			"INFO act=outcome run=7f3c effect=create kind=denied code=AccessDenied" + at, "INFO act=close run=7f3c" + at,
		}},
		"the disk is full": {run, errors.New("full"), []string{
			"ERROR act=take run=7f3c event=approved" + at + " error=full", "INFO act=intend run=7f3c effect=create target=" + where + " notebook=churn-net" + at,
			"ERROR act=outcome run=7f3c effect=create" + at + " error=full", "ERROR act=close run=7f3c" + at + " error=full",
		}},
	} {
		log, lines := lineLog()
		runs := Logged(pages{page: &page{run: c.run, err: c.err}}, log)
		if _, err := runs.Begin(run.Plan); err != nil {
			t.Fatal(err)
		}
		book, err := runs.Open("7f3c")
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(); strings.Count(got, "level=INFO ") != 2 {
			t.Errorf("%s: of the opening it says\n%s", name, got)
		}
		taken, err1 := book.Take(recreate.Event{Kind: recreate.EventApproved})
		done, err2 := book.Perform(t.Context(), effect, nil)
		err3 := book.Close()
		for _, err := range []error{err1, err2, err3} {
			if !errors.Is(err, c.err) {
				t.Errorf("%s: it hands on %v", name, err)
			}
		}
		kept := book.Run()
		if len(taken) != 1 || taken[0].ID != 7 || len(done) != 1 || done[0].ID != 8 || kept.ID() != "7f3c" {
			t.Errorf("%s: it hands on %v and %v", name, taken, done)
		}
		got := strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(lines()), "level=", ""), "msg=journal ", "")
		if want := strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s: it says\n%s\nwant\n%s", name, got, want)
		}
	}
}
