package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/report"
)

type showFlags struct {
	settings Settings
	output   string
	account  string
}

func newShow(env *Env) *cobra.Command {
	var f showFlags
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Print one notebook instance with its whole configuration",
		Example: `nbscope show churn-model-train --region eu-west-1
nbscope show churn-model-train --region eu-west-1 -o json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("show takes the name of one notebook instance, but got %d; see %s --help", len(args), cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd.Context(), env, &f, cmd.Flags(), args[0])
		},
	}
	f.settings.register(cmd.Flags())
	hideExplorerFlags(cmd.Flags())
	for _, name := range []string{"filter", "no-cache"} {
		cmd.Flags().Lookup(name).Hidden = true
	}
	cmd.Flags().StringVar(&f.account, "account", "", "the account's `id or alias`, where several have a notebook of that name")
	cmd.Flags().StringVarP(&f.output, "output", "o", "text", "text or json")
	return cmd
}

func show(ctx context.Context, env *Env, f *showFlags, flags *pflag.FlagSet, name string) error {
	if err := f.settings.complete(flags, lookup(env.Environ)); err != nil {
		return err
	}
	format, err := report.ParseFormat(f.output, report.ShowFormats())
	if err != nil {
		return usagef("--output: %w", err)
	}
	f.settings.NoCache = true // one notebook must not replace what is kept of all
	session, err := env.Open(ctx, f.settings)
	if err != nil {
		return err
	}
	defer func() { _ = session.Close() }() // nothing is left to lose once the answer is printed
	progress := newProgress(env.Stderr, env.Now)
	inv, err := collect(ctx, session.Backend, model.ScanRequest{Mode: model.Full, Name: name}, askOnTerminal(env), progress.show)
	progress.clear()
	if err != nil {
		return err
	}
	if err := nothingScanned(inv); err != nil {
		return err
	}
	lens := model.Lens{Now: env.Now(), Aliases: inv.Aliases()}
	n, err := pick(inv, lens, f, name)
	if err != nil {
		if incomplete := tell(env.Stderr, inv); incomplete != nil {
			return fmt.Errorf("%w, but not every target answered", err)
		}
		return err
	}
	if err := report.Show(env.Stdout, n, lens, f.settings.Policy(), format); err != nil {
		return err
	}
	if len(n.Unknown()) > 0 {
		return tell(env.Stderr, inv)
	}
	return nil
}

// pick finds the one notebook that is meant. Names are compared without their
// case, as AWS does for its ARNs.
func pick(inv *model.Inventory, lens model.Lens, f *showFlags, name string) (*model.Notebook, error) {
	var found []*model.Notebook
	for _, n := range inv.Rows() {
		mine := f.account == "" || f.account == n.Account || f.account == lens.Aliases[n.Account]
		if mine && strings.EqualFold(n.Name, name) {
			found = append(found, n)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("there is no notebook instance %q in the %s", name, scope(inv, f))
	}
	places := make([]string, len(found))
	for i, n := range found {
		places[i] = lens.Text(n, model.FieldAccount) + " " + n.Region
	}
	return nil, usagef("%q names %d notebook instances (%s): choose with --region and --account", name, len(found), strings.Join(places, ", "))
}

func scope(inv *model.Inventory, f *showFlags) string {
	c := inv.Coverage()
	out := fmt.Sprintf("%d targets that answered", c.Answered)
	if len(f.settings.Regions) > 0 {
		out += " in " + strings.Join(f.settings.Regions, ", ")
	}
	return out
}
