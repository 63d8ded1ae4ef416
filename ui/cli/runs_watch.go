package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nbscope/model/recreate"
	"nbscope/model/report"
)

// watchEvery is how often the journals are read while runs are watched.
const watchEvery = time.Second

// watchRuns shows the runs anew whenever they change, until it is told to end. On a
// terminal the list stands in one place; a pipe gets each that differs from the one
// before.
func watchRuns(ctx context.Context, env *Env, format report.Format, every <-chan time.Time) error {
	lister, err := env.Runs()
	if err != nil {
		return err
	}
	redraw := ""
	if format == report.Table && isTerminal(env.Stdout) {
		redraw = "\x1b[H\x1b[2J"
	}
	last := ""
	for {
		runs, err := lister.List()
		if err != nil {
			return err //nolint:wrapcheck // it names the folder
		}
		var out bytes.Buffer
		if err := report.Runs(&out, format, runs, env.Now()); err != nil {
			return err //nolint:wrapcheck // it says what
		}
		if now := out.String(); now != last {
			if _, err := fmt.Fprint(env.Stdout, redraw, now); err != nil {
				return fmt.Errorf("write the runs: %w", err)
			}
			last = now
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx) //nolint:wrapcheck // which signal it was, for the exit code
		case <-every:
		}
	}
}

func newRunDifferences(env *Env) *cobra.Command {
	var output, filter string
	cmd := &cobra.Command{
		Use:   "differences ID",
		Short: "Print every difference that the last comparison of a run has found",
		Long: `differences prints every name that is not equal on both notebooks, as the last comparison of
the run has found it: one on a line, however many there are. What was accepted by name is
marked. It reads files of yours and signs in nowhere.

A path stands as in a manifest: what is no letter, digit or one of ._/+@,=:- is written as %XX.`,
		Example: `nbscope runs differences 7f3c2a9be1d0 --filter data/raw
nbscope runs differences 7f3c2a9be1d0 -o json | jq -r 'select(.status == "missing").path'`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := report.ParseFormat(output, report.DifferenceFormats())
			if err != nil {
				return usagef("--output: %w", err)
			}
			return printDifferences(cmd.Context(), env, args[0], format, filter)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table, or json: an object on each line")
	cmd.Flags().StringVar(&filter, "filter", "", "only those that have this `text` in their path, status or explanation")
	return cmd
}

func printDifferences(ctx context.Context, env *Env, id string, format report.Format, filter string) error {
	k, err := findRun(env, id)
	if err != nil {
		return err
	}
	lister, err := env.Runs()
	if err != nil {
		return err
	}
	if k.Run.Compared() == nil {
		return fmt.Errorf("run %s has compared nothing yet", id)
	}
	accepted := k.Run.AcceptedIDs()
	var failed error
	err = lister.Differences(ctx, &k.Run, func(d *recreate.Difference) bool {
		if d.Matches(strings.ToLower(filter)) {
			failed = report.Difference(env.Stdout, format, d, accepted[d.ID])
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	return err //nolint:wrapcheck // it says what
}
