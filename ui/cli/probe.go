package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/probe"
	"nbscope/model/report"
)

func newProbe(env *Env) *cobra.Command {
	var f showFlags
	cmd := &cobra.Command{
		Use:   "probe NAME",
		Short: "Try from inside a notebook instance what it reaches",
		Long: `probe runs a script inside a notebook instance that is in service: for each place that
notebook instances are judged for, and for those of "reach" in the configuration, it asks for the
name, makes a connection to tcp/443 and agrees on TLS, over IPv4 and IPv6. The result is printed
beside how the network is judged; where the two disagree, both stand.

It makes a URL that signs in to the notebook's Jupyter, which --allow-write allows, and changes
nothing in the account. Nothing is left behind in the notebook.

Exit codes: 0 everything was reached that can be tried; 3 not everything; 6 it could not be tried;
2 a mistake on the command line; 130 or 143 after a signal.`,
		Example: `nbscope probe churn-model-train --region eu-west-1 --allow-write
nbscope probe churn-model-train --region eu-west-1 --allow-write -o json | jq .probe`,
		Args: oneArg("the name of one notebook instance"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return try(cmd.Context(), env, &f, cmd.Flags(), args[0])
		},
	}
	f.register(env, cmd)
	f.settings.registerWrites(cmd.Flags())
	return cmd
}

// errNotReached ends with a code of its own; what was not reached is printed already.
var errNotReached = errors.New("not everything was reached")

// try probes one notebook.
func try(ctx context.Context, env *Env, f *showFlags, flags *pflag.FlagSet, name string) error {
	if err := f.settings.complete(flags, env); err != nil {
		return err
	}
	format, err := report.ParseFormat(f.output, report.ShowFormats())
	if err != nil {
		return usagef("--output: %w", err)
	}
	if !f.settings.AllowWrite && !f.settings.Demo {
		return usagef("probe makes a URL that signs in to the notebook: allow it with --allow-write")
	}
	w, err := wantedBy(env, name, f.account, &f.settings)
	if err != nil {
		return err
	}
	f.settings.NoCache = true // one notebook must not replace what is kept of all
	session, err := openPlain(ctx, env, f.settings)
	if err != nil {
		return untried(ctx, err)
	}
	defer session.end(env)
	n, inv, err := find(ctx, env, session, w)
	if err != nil {
		return untried(ctx, err)
	}
	tellWait(env, n)
	got, err := session.Backend.Probe(ctx, n.Target(), n.Name)
	if err != nil {
		return untried(ctx, err)
	}
	seen := *n
	seen.Probe = &got
	lens := model.Lens{Now: env.Now(), Aliases: inv.Aliases()}
	if err := report.Probe(env.Stdout, &seen, lens, f.settings.Policy(), format); err != nil {
		return err
	}
	if all := probe.Compare(n.Egress, &got); len(all) > 0 {
		fmt.Fprintf(env.Stderr, "nbscope: the network is judged otherwise for %d of the places\n", len(all))
	}
	if !got.Whole() {
		return codeError{ExitPartial, errNotReached}
	}
	return nil
}

// untried is why nothing was tried, which is no answer about the network.
func untried(ctx context.Context, err error) error {
	if ExitCode(err) == ExitUsage || context.Cause(ctx) != nil {
		return err
	}
	return codeError{ExitBroke, err}
}
