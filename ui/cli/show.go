package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/report"
	"nbscope/ui/text"
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
		Args: oneArg("the name of one notebook instance"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd.Context(), env, &f, cmd.Flags(), args[0])
		},
	}
	f.register(env, cmd)
	return cmd
}

// register adds the flags of a command about one notebook.
func (f *showFlags) register(env *Env, cmd *cobra.Command) {
	f.settings.register(cmd.Flags())
	hideExplorerFlags(cmd.Flags())
	for _, name := range []string{"filter", "no-cache"} {
		cmd.Flags().Lookup(name).Hidden = true
	}
	cmd.Flags().StringVar(&f.account, "account", "", "the account's `id or alias`, where several have a notebook of that name")
	cmd.Flags().StringVarP(&f.output, "output", "o", "text", "the `format`: text or json")
	c := completes(env, cmd, &f.settings, report.ShowFormats()...)
	c.argument(c.names)
}

func show(ctx context.Context, env *Env, f *showFlags, flags *pflag.FlagSet, name string) error {
	if err := f.settings.complete(flags, env); err != nil {
		return err
	}
	format, err := report.ParseFormat(f.output, report.ShowFormats())
	if err != nil {
		return usagef("--output: %w", err)
	}
	w, err := wantedBy(env, name, f.account, &f.settings)
	if err != nil {
		return err
	}
	f.settings.NoCache = true // one notebook must not replace what is kept of all
	session, err := openPlain(ctx, env, f.settings)
	if err != nil {
		return err
	}
	defer session.end(env)
	n, inv, err := find(ctx, env, session, w)
	if err != nil {
		return err
	}
	table := f.settings.Policy()
	if len(table.Findings(n)) > 0 {
		n = advised(ctx, env, session, n)
	}
	lens := model.Lens{Now: env.Now(), Aliases: inv.Aliases()}
	if err := report.Show(env.out(), n, lens, table, format); err != nil {
		return err
	}
	if len(n.Unknown()) > 0 || n.Unseen() {
		return tell(env.Stderr, inv)
	}
	return nil
}

// advised is the notebook with what would better its network, judged by facts that
// are read now. Where that fails it is told, and the notebook says that nothing was
// judged.
func advised(ctx context.Context, env *Env, session Session, n *model.Notebook) *model.Notebook {
	if n.Egress == nil || n.SubnetID == "" || !n.Egress.Improvable() {
		return n
	}
	got, err := session.Backend.Advise(ctx, n, nil)
	if err != nil {
		printError(env.Stderr, err)
		return n
	}
	return got
}

// wanted is the one notebook that a command is about.
type wanted struct {
	name    string
	address model.Address // where it was called by one
	account string        // id or alias, "" for any
	regions []string
	known   []string // names that were seen the last time
}

// wantedBy reads what a notebook is called on the command line: its name, its ARN, or
// the URL of its Jupyter or of its page in the console. An address says where to look.
func wantedBy(env *Env, called, account string, s *Settings) (wanted, error) {
	a, ok := model.ParseAddress(called)
	if ok {
		if a.Account != "" {
			if account != "" && account != a.Account {
				return wanted{}, usagef("--account %s: %s is of account %s", account, text.Clean(called), a.Account)
			}
			account = a.Account
		}
		called, s.Regions = a.Name, []string{a.Region}
	}
	w := wanted{name: called, address: a, account: account, regions: s.Regions}
	if env.Values.Names != nil {
		for n := range env.Values.Names(*s) {
			if n.Name != "" {
				w.known = append(w.known, n.Name)
			}
		}
	}
	return w, nil
}

// find scans for the one notebook that is meant.
func find(ctx context.Context, env *Env, session Session, w wanted) (*model.Notebook, *model.Inventory, error) {
	names := []string{w.name}
	if w.address.Host != "" {
		names = w.address.Called()
	}
	var inv *model.Inventory
	for _, name := range names {
		var err error
		if inv, err = look(ctx, env, session, model.ScanRequest{Mode: model.Full, Name: name}); err != nil {
			return nil, nil, err
		}
		if n, err := w.pick(inv, model.Lens{Now: env.Now(), Aliases: inv.Aliases()}); n != nil || err != nil {
			return n, inv, err
		}
	}
	incomplete := tell(env.Stderr, inv)
	near := model.Nearest(w.name, w.known)
	if near == "" { // nobody has looked here before, or not lately
		if listed, err := look(ctx, env, session, model.ScanRequest{Mode: model.Full, Listed: true}); err == nil {
			near = model.Nearest(w.name, w.namesIn(listed))
		}
	}
	missing := fmt.Sprintf("there is no notebook instance %q in the %s", w.name, w.scope(inv))
	if incomplete != nil {
		missing += ", but not every target answered"
	}
	if near != "" {
		missing += fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, nil, errors.New(missing)
}

// look makes a scan with progress on a terminal.
func look(ctx context.Context, env *Env, session Session, req model.ScanRequest) (*model.Inventory, error) {
	progress := newProgress(env)
	inv, err := collect(ctx, session.Backend, req, askOnTerminal(env), progress.show)
	progress.clear()
	if err != nil {
		return nil, err
	}
	return inv, nothingScanned(inv)
}

// isOf reports whether a notebook is of the account that is meant.
func (w wanted) isOf(n *model.Notebook, lens model.Lens) bool {
	return w.account == "" || w.account == n.Account || w.account == lens.Aliases[n.Account]
}

// namesIn are the names of the notebooks among which the one is that is meant.
func (w wanted) namesIn(inv *model.Inventory) []string {
	lens := model.Lens{Aliases: inv.Aliases()}
	var out []string
	for _, n := range inv.Rows() {
		if w.isOf(n, lens) {
			out = append(out, n.Name)
		}
	}
	return out
}

// pick finds the notebook among those that were seen, nil where it is not there. Names
// are compared without their case, as AWS does for its ARNs.
func (w wanted) pick(inv *model.Inventory, lens model.Lens) (*model.Notebook, error) {
	var found []*model.Notebook
	for _, n := range inv.Rows() {
		if w.isOf(n, lens) && (strings.EqualFold(n.Name, w.name) || w.address.Name != "" && w.address.Names(n)) {
			found = append(found, n)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, nil //nolint:nilnil // what is said of it is known later
	}
	places := make([]string, len(found))
	for i, n := range found {
		places[i] = lens.Text(n, model.FieldAccount) + " " + n.Region
	}
	return nil, usagef("%q names %d notebook instances (%s): choose with --region and --account", w.name, len(found), strings.Join(places, ", "))
}

func (w wanted) scope(inv *model.Inventory) string {
	c := inv.Coverage()
	out := fmt.Sprintf("%d targets that answered", c.Answered)
	if c.Answered == 1 {
		out = "one target that answered"
	}
	if len(w.regions) > 0 {
		out += " in " + strings.Join(w.regions, ", ")
	}
	return out
}
