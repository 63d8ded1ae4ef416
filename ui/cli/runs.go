package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/text"
)

// RunLister reads the journals of runs without holding any.
type RunLister interface {
	IDs() ([]string, error)
	List() ([]recreate.Kept, error)
	Read(id string) (recreate.Kept, error)
	// Differences hands over what the last comparison of a run has found to differ, until
	// each says that it is enough.
	Differences(ctx context.Context, r *recreate.Run, each func(*recreate.Difference) bool) error
}

func newRuns(env *Env) *cobra.Command {
	var output string
	var watch bool
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the journaled runs of recreates",
		Long: `runs lists every recreate that was begun on this machine: where it stands, what waits
for you, and which sources are stopped and kept. It reads files of yours and signs in nowhere.

It exits 1 when a journal is damaged: "runs show ID" prints what can still be read of it, and
how to go on by hand. A journal that a newer nbscope has made is none of them: it is left
alone, and the list says so.

With --watch it shows them anew whenever something changes, until ctrl+c, which exits 130 as
everywhere: also how far a copy is that another nbscope of this machine carries out.`,
		Example: `nbscope runs
nbscope runs -o json
nbscope runs --watch
nbscope runs show 7f3c2a9be1d0`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listRuns(cmd.Context(), env, output, watch) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "the `format`: table or json")
	cmd.Flags().BoolVar(&watch, "watch", false, "show them anew whenever something changes, until ctrl+c")
	completes(env, cmd, &Settings{}, report.RunsFormats()...)
	cmd.AddCommand(newShowRun(env), newRunDifferences(env))
	return cmd
}

func listRuns(ctx context.Context, env *Env, output string, watch bool) error {
	format, err := report.ParseFormat(output, report.RunsFormats())
	if err != nil {
		return usagef("--output: %w", err)
	}
	if watch {
		return watchRuns(ctx, env, format, time.Tick(watchEvery))
	}
	lister, err := env.Runs()
	if err != nil {
		return err
	}
	runs, err := lister.List()
	if err != nil {
		return err
	}
	if err := report.Runs(env.out(), format, runs, env.Now()); err != nil {
		return err
	}
	if format == report.Table {
		waiting(env, runs)
	}
	return damaged(env, runs)
}

// waiting tells how many runs stand still until somebody does something, and how to
// go on with the one that has waited the longest.
func waiting(env *Env, runs []recreate.Kept) {
	n := 0
	var oldest *recreate.Kept
	for i := range runs {
		k := &runs[i]
		if !k.WaitsForUser() {
			continue
		}
		n++
		if oldest == nil || k.Run.Changed.Before(oldest.Run.Changed) {
			oldest = k
		}
	}
	switch {
	case n == 1:
		fmt.Fprintf(env.Stdout, "\n1 run waits for you: `nbscope resume %s` goes on with it.\n", text.Clean(oldest.Run.ID()))
	case n > 1:
		fmt.Fprintf(env.Stdout, "\n%d runs wait for you: `nbscope resume %s` goes on with the one that waits the longest.\n", n, text.Clean(oldest.Run.ID()))
	}
}

// damaged tells of journals that cannot be read to their end. It fails for those
// that are damaged; a newer program's are in order.
func damaged(env *Env, runs []recreate.Kept) error {
	var ids []string
	for i := range runs {
		k := &runs[i]
		if k.Unreadable() == "" {
			continue
		}
		fmt.Fprintf(env.Stderr, "nbscope: run %s: %s: %s\n", text.Clean(k.Run.ID()), k.Unreadable(), text.Clean(cmp.Or(k.Newer, k.Damaged)))
		if k.Damaged != "" {
			ids = append(ids, k.Run.ID())
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return fmt.Errorf("damaged journals: %d of %d; `nbscope runs show %s` prints what can be read, and commands that look", len(ids), len(runs), text.Clean(ids[0]))
}

func newShowRun(env *Env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Print the report of one run: plan, steps, calls, outcome",
		Args:  oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			format, err := report.ParseFormat(output, runFormats())
			if err != nil {
				return usagef("--output: %w", err)
			}
			kept, err := findRun(env, args[0])
			if err != nil && kept.Unreadable() == "" {
				return err
			}
			if err := report.Run(env.out(), &kept, format); err != nil {
				return err
			}
			if kept.Damaged != "" {
				return fmt.Errorf("the journal of run %s is damaged; this is as far as it can be read", text.Clean(kept.Run.ID()))
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "markdown", "the `format`: markdown or json")
	c := completes(env, cmd, &Settings{}, runFormats()...)
	c.argument(c.runs)
	return cmd
}

func runFormats() []report.Format { return []report.Format{report.Markdown, report.JSON} }

func newResume(env *Env) *cobra.Command {
	var s Settings
	var carry carryFlags
	cmd := &cobra.Command{
		Use:   "resume ID",
		Short: "Go on with a run, in the explorer or up to a step",
		Long: `resume opens the explorer on a run that was left, stopped or killed. AWS is looked at first;
whatever changes something is asked for again. Sign in as you did for the run.

With --until it goes on without the explorer, as far as no decision is due, as "nbscope apply"
does, with its exit codes. It approves nothing: a create that waits for its approval is approved
by applying its plan again, and a way back that was begun in the explorer goes on there.`,
		Example: `nbscope resume 7f3c2a9be1d0 --profile prod
nbscope resume 7f3c2a9be1d0 --until wait -o json`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("until") {
				return resume(cmd.Context(), env, &s, cmd.Flags(), &carry, args[0])
			}
			kept, err := findRun(env, args[0])
			if err != nil && kept.Unreadable() == "" {
				return err
			}
			if kept.Unreadable() != "" {
				says, _ := kept.WhatNow()
				return fmt.Errorf("run %s: %s (%s): %s. %s", text.Clean(args[0]), kept.Unreadable(), kept.Path, text.Clean(cmp.Or(kept.Newer, kept.Damaged)), text.Clean(says))
			}
			if cmd.Flags().Changed("output") {
				return usagef("--output is for resume --until; the explorer prints nothing")
			}
			return explore(cmd.Context(), env, &s, cmd.Flags(), kept.Run.ID())
		},
	}
	s.register(cmd.Flags())
	s.registerWrites(cmd.Flags())
	cmd.Flags().Lookup("demo").Hidden = true // its world ends with it, and the runs too
	carry.register(cmd.Flags(), "")
	c := completes(env, cmd, &s, carryFormats()...)
	c.argument(c.runs)
	return cmd
}

// resume carries a run without the explorer.
func resume(ctx context.Context, env *Env, s *Settings, flags *pflag.FlagSet, f *carryFlags, id string) error {
	if err := f.check(); err != nil {
		return err
	}
	kept, err := findRun(env, id)
	switch {
	case errors.Is(err, errNoRun):
		return usageError{err}
	case ExitCode(err) == ExitUsage:
		return err
	case err != nil && kept.Unreadable() == "":
		return newCarrier(ctx, env, f, id).failed(err)
	}
	c, err := openCarrier(ctx, env, s, flags, f, kept.Run.ID())
	if err != nil {
		return err
	}
	return c.closed(c.goOn(""))
}

// errNoRun is what findRun fails with where no id begins so.
var errNoRun = errors.New("there is no run")

func oneRun(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("%s takes the id of one run, but got %d; `nbscope runs` lists them", cmd.CommandPath(), len(args))
	}
	return nil
}

// findRun finds a run by its id, or by the beginning of one that no other begins with.
// Where its file cannot be read there is an error, and the run says that too.
func findRun(env *Env, id string) (recreate.Kept, error) {
	lister, err := env.Runs()
	if err != nil {
		return recreate.Kept{}, err
	}
	kept, err := lister.Read(id)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return kept, err
	}
	runs, err := lister.List()
	if err != nil {
		return recreate.Kept{}, err
	}
	var found []recreate.Kept
	for i := range runs {
		if strings.HasPrefix(runs[i].Run.ID(), id) {
			found = append(found, runs[i])
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return recreate.Kept{}, fmt.Errorf("%w %q; `nbscope runs` lists them", errNoRun, id)
	}
	return recreate.Kept{}, usagef("%q is the beginning of the ids of %d runs: give more of it", id, len(found))
}
