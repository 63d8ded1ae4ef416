package drive

import (
	"context"
	"log/slog"

	"nbscope/model/recreate"
)

// Logged is runs whose every act on a journal stands in the log: which run, which
// event, which effect and how far it got. What was typed, a plan and what was observed
// are in the journal and not in the log.
func Logged(runs Runs, log *slog.Logger) Runs { return loggedRuns{runs, log} }

type loggedRuns struct {
	Runs

	log *slog.Logger
}

// List reads every run.
func (r loggedRuns) List() ([]recreate.Kept, error) {
	kept, err := r.Runs.List()
	damaged := 0
	for i := range kept {
		if kept[i].Unreadable() != "" {
			damaged++
		}
	}
	record(r.log, "list", "", err, slog.Int("runs", len(kept)), slog.Int("unreadable", damaged))
	return kept, err
}

// Begin makes the journal of a run.
func (r loggedRuns) Begin(p recreate.Plan) (Book, error) {
	b, err := r.Runs.Begin(p)
	record(r.log, "begin", p.RunID, err, slog.String("source", p.Source.ARN), slog.String("plan", p.Fingerprint()))
	return r.wrap(b, err)
}

// Open holds a run.
func (r loggedRuns) Open(id string) (Book, error) {
	b, err := r.Runs.Open(id)
	record(r.log, "open", id, err)
	return r.wrap(b, err)
}

func (r loggedRuns) wrap(b Book, err error) (Book, error) {
	if err != nil {
		return nil, err
	}
	return loggedBook{b, r.log}, nil
}

type loggedBook struct {
	Book

	log *slog.Logger
}

// Take applies an event and writes it.
func (b loggedBook) Take(e recreate.Event) ([]recreate.Effect, error) {
	effects, err := b.Book.Take(e)
	b.record("take", err, slog.String("event", string(e.Kind)))
	return effects, err
}

// Perform carries an effect out.
func (b loggedBook) Perform(ctx context.Context, e recreate.Effect, tell func(recreate.Progress)) ([]recreate.Effect, error) {
	effect := slog.String("effect", string(e.Kind))
	b.record("intend", nil, effect, slog.String("target", e.Target.String()), slog.String("notebook", e.Name))
	effects, err := b.Book.Perform(ctx, e, tell)
	attrs := []any{effect}
	if run := b.Run(); run.Problem != nil {
		attrs = append(attrs, slog.String("kind", string(run.Problem.Kind)), slog.String("code", run.Problem.Code))
	}
	b.record("outcome", err, attrs...)
	return effects, err
}

// Close lets the run go.
func (b loggedBook) Close() error {
	err := b.Book.Close()
	b.record("close", err)
	return err
}

func (b loggedBook) record(act string, err error, attrs ...any) {
	run := b.Run()
	step, _ := run.Step()
	record(b.log, act, run.ID(), err, append(attrs, slog.String("step", string(step.Kind)), slog.String("phase", string(run.Phase)))...)
}

// record logs an act on a journal.
func record(log *slog.Logger, act, run string, err error, attrs ...any) {
	attrs = append([]any{"act", act, "run", run}, attrs...)
	if err != nil {
		log.Error("journal", append(attrs, "error", err)...)
		return
	}
	log.Info("journal", attrs...)
}
