package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/report"
	"nbscope/ui/text"
)

type listFlags struct {
	settings Settings
	output   string
	sort     []string
	columns  []string
	failOn   string
	summary  string
	header   bool
	sorts    bool // --sort was given
}

func newList(env *Env) *cobra.Command {
	var f listFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Print the inventory: the same scan and the same filter as the explorer",
		Long: `list scans, filters, prints and exits.

Exit codes: 0 when everything that was asked for was answered, 3 when something was
not: a target that failed, a notebook that was not seen in full (what was seen is
printed all the same, the failures go to standard error and into the JSON), 4 with
--fail-on when there is such a finding among what is printed, also when something
was not seen, 2 for a mistake on the command line, 1 for anything else.`,
		Example: `# what is in a VPC without direct internet access
nbscope list --filter 'net:vpc-only'

# in a pipeline: fails when a notebook in a VPC is isolated
nbscope list --fail-on high

# counts by network mode, egress and severity
nbscope list --summary account

# for another program
nbscope list -o json | jq -r '.notebooks[].arn'

# a line for each notebook as soon as its region has answered, and one of what was not seen
nbscope list -o jsonl > notebooks.jsonl`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return list(cmd.Context(), env, &f, cmd.Flags()) },
	}
	f.settings.register(cmd.Flags())
	f.settings.registerWide(cmd.Flags())
	hideExplorerFlags(cmd.Flags())
	cmd.Flags().StringVarP(&f.output, "output", "o", string(report.Table), "the `format`: table, json, jsonl, csv or markdown")
	cmd.Flags().StringSliceVar(&f.sort, "sort", []string{"name"}, "sort by these `fields`; -age sorts the other way round")
	cmd.Flags().StringSliceVar(&f.columns, "columns", nil, "print these `fields` (table, csv, markdown); tag:Team is one tag, tag:* each of them")
	cmd.Flags().StringVar(&f.failOn, "fail-on", "", "exit with 4 when what is printed has a finding of this `severity` or above: low, medium or high; finding is any")
	cmd.Flags().StringVar(&f.summary, "summary", "", "print counts by this `field` instead of notebooks: account, region or vpc")
	cmd.Flags().BoolVar(&f.header, "with-header", false, "begin CSV with lines marked # that say when, as whom and with which filter it was made, and what could not be seen")
	completes(env, cmd, &f.settings, report.ListFormats()...)
	return cmd
}

// hideExplorerFlags keeps flags that only the explorer heeds out of the help of
// the printing commands.
func hideExplorerFlags(f *pflag.FlagSet) {
	for _, name := range []string{"refresh", "ascii", "keep", "theme", "mouse", "no-memory"} {
		f.Lookup(name).Hidden = true
	}
}

func list(ctx context.Context, env *Env, f *listFlags, flags *pflag.FlagSet) error {
	if err := f.settings.complete(flags, env); err != nil {
		return err
	}
	f.sorts = flags.Changed("sort")
	plan, err := f.plan(env)
	if err != nil {
		return err
	}
	session, err := openPlain(ctx, env, f.settings)
	if err != nil {
		return err
	}
	defer session.end(env)
	if plan.format == report.JSONL {
		return listLines(ctx, env, f, &plan, session)
	}
	inv, err := scanAll(ctx, env, session, plan.format == report.JSON && plan.summary == "")
	if err != nil {
		return err
	}
	view := f.view(env, &plan, inv)
	if err := plan.print(env, view); err != nil {
		return err
	}
	return f.end(env, &plan, inv, view)
}

// view is what is printed of an inventory.
func (f *listFlags) view(env *Env, plan *listPlan, inv *model.Inventory) report.View {
	table := f.settings.Policy()
	lens := model.Lens{Now: env.Now(), Aliases: inv.Aliases(), Findings: table.Findings}
	rows := plan.choose(inv.Rows(), lens)
	return report.View{
		GeneratedAt: env.Now(), Policy: table, Filter: f.settings.Filter,
		Identities: inv.Identities(), Coverage: inv.Coverage(), Failed: failedTargets(inv), Problems: inv.Problems(), Index: inv.Index(),
		Notebooks: rows, Undecided: plan.query.Undecided(inv.Rows(), lens), Skip: f.settings.Skip(), Columns: withTags(plan.columns, rows), Lens: lens,
		Header: f.header,
	}
}

// end tells what could not be seen, and makes the exit code.
func (f *listFlags) end(env *Env, plan *listPlan, inv *model.Inventory, view report.View) error {
	if near := plan.query.Near(inv.Rows(), view.Lens); near != nil && len(view.Notebooks) == 0 {
		fmt.Fprintf(env.Stderr, "nbscope: %s\n", text.Clean(near.String()))
	}
	return errors.Join(f.tell(env.Stderr, inv), plan.failOn.check(env.Stderr, view))
}

// scanAll makes a full scan, with progress on a terminal, and keeps the result. A
// printed inventory is always fresh: what was kept only says where to begin. advise has
// remedies judged for every notebook. What sees batches sees each of them before it is
// kept.
func scanAll(ctx context.Context, env *Env, session Session, advise bool, see ...func(model.Batch, *model.Inventory)) (*model.Inventory, error) {
	progress := newProgress(env)
	kept := keptBy(session)
	go kept() // beside the sign-in
	req := model.ScanRequest{Mode: model.Full, Advise: advise, Kept: func(t model.Target) []model.Place { return kept()[t] }}
	inv, err := collect(ctx, session.Backend, req, askOnTerminal(env), append(see, progress.show)...)
	progress.clear()
	if err != nil {
		return nil, err
	}
	if err := nothingScanned(inv); err != nil {
		return nil, err
	}
	if session.Save != nil {
		if err := session.Save(ctx, inv.Identities(), withUnseen(inv, session)); err != nil {
			fmt.Fprintf(env.Stderr, "nbscope: %s\n", text.Clean(err.Error()))
		}
	}
	return inv, nil
}

// keptBy reads where an earlier scan saw notebooks, by target, once.
func keptBy(session Session) func() map[model.Target][]model.Place {
	return sync.OnceValue(func() map[model.Target][]model.Place {
		places := map[model.Target][]model.Place{}
		if session.Load == nil {
			return places
		}
		for _, n := range session.Load().Notebooks {
			at := model.Place{Name: n.Name, SubnetID: n.SubnetID, VPCID: n.VPCID}
			if n.Described.Known() { // else it is of no use to say when the notebook was made
				at.Created = n.Created
			}
			places[n.Target()] = append(places[n.Target()], at)
		}
		return places
	})
}

// withUnseen is what to keep of a scan: what it saw, and of the targets that failed
// what was known of them. A failure must not make the next scan forget.
func withUnseen(inv *model.Inventory, session Session) []*model.Notebook {
	rows, failed := inv.Rows(), failedTargets(inv)
	if len(failed) == 0 || session.Load == nil {
		return rows
	}
	old := model.NewInventory()
	old.Seed(nil, session.Load().Notebooks)
	kept := old.Snapshot()
	for _, t := range failed {
		for _, n := range kept[t.Target] {
			if inv.Get(n.ARN) == nil {
				rows = append(slices.Clip(rows), n)
			}
		}
	}
	return rows
}

// nothingScanned makes one error of the problems that kept a scan from having any
// target at all: the first is returned, the others are counted. There is nothing
// to print then.
func nothingScanned(inv *model.Inventory) error {
	problems := inv.Problems()
	if len(inv.Targets()) > 0 || len(problems) == 0 {
		return nil
	}
	first := problems[0]
	if more := len(problems) - 1; more > 0 {
		first.Message += fmt.Sprintf(" (and %d more failed)", more)
	}
	return first
}

// terminalWidth is the width to fit a table into, 0 (no limit) for a file or a pipe.
func terminalWidth(f *os.File) int {
	if !isTerminal(f) {
		return 0
	}
	w, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}
