package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/model/report"
	"nbscope/ui/kit"
	"nbscope/ui/match"
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
	if was, near, ok := plan.query.Near(inv.Rows(), view.Lens); ok && len(view.Notebooks) == 0 {
		fmt.Fprintf(env.Stderr, "nbscope: nothing is called %s; did you mean %s?\n", text.Clean(was), text.Clean(near))
	}
	return errors.Join(f.tell(env.Stderr, inv), plan.failOn.check(env.Stderr, view))
}

// listPlan is what the flags of list ask for, checked before anything is called.
type listPlan struct {
	format  report.Format
	query   query.Query
	keys    []model.SortKey
	columns []model.FieldID
	failOn  failOn
	summary model.FieldID // "": print notebooks
}

// print writes the notebooks, or the summary of them.
func (p *listPlan) print(env *Env, view report.View) error {
	if p.summary != "" {
		return report.Summary(env.out(), p.format, view, p.summary)
	}
	return report.Write(env.out(), p.format, view, terminalWidth(env.Stdout))
}

func (f *listFlags) plan(env *Env) (listPlan, error) {
	var p listPlan
	var err error
	if p.format, err = report.ParseFormat(f.output, report.ListFormats()); err != nil {
		return p, usageError{fmt.Errorf("--output: %w", err)}
	}
	if err := f.refuseFormat(p.format); err != nil {
		return p, err
	}
	if p.failOn, err = parseFailOn(f.failOn); err != nil {
		return p, err
	}
	if p.summary, err = summaryField(f.summary); err != nil {
		return p, err
	}
	if p.keys, err = sortKeys(f.sort); err != nil {
		return p, err
	}
	if p.columns, err = fieldIDs("columns", f.columns); err != nil {
		return p, err
	}
	if err := f.refuseSkipped(&p); err != nil {
		return p, err
	}
	skip := f.settings.Skip()
	if p.format == report.Table && p.columns == nil {
		p.columns = slices.DeleteFunc(tableColumns(), func(id model.FieldID) bool { return skip.Why(id) != "" })
	}
	var issues []query.Issue
	if p.query, issues = query.ParseStrict(f.settings.Filter, env.Now()); len(issues) == 0 {
		p.query, issues = p.query.Without(skip.Why)
	}
	if len(issues) > 0 {
		return p, usagef("--filter: %s", issues[0])
	}
	return p, nil
}

// refuseFormat refuses what a format cannot do.
func (f *listFlags) refuseFormat(format report.Format) error {
	switch {
	case f.header && format != report.CSV:
		return usagef("--with-header is for -o csv; the other formats have a place of their own for that")
	case format == report.JSONL && (f.sorts || f.summary != ""):
		return usagef("-o jsonl writes each notebook as it comes: leave out --sort and --summary")
	}
	return nil
}

// refuseSkipped refuses to order, to print or to fail on what is not asked for.
func (f *listFlags) refuseSkipped(p *listPlan) error {
	skip := f.settings.Skip()
	for _, k := range p.keys {
		if why := skip.Why(k.Field); why != "" {
			return usagef("--sort: %s is %s", k.Field, why)
		}
	}
	for _, id := range p.columns {
		if why := skip.Why(id); why != "" {
			return usagef("--columns: %s is %s", id, why)
		}
	}
	if p.failOn.weighs() {
		if why := f.settings.Policy().Needs(skip); why != "" {
			return usagef("--fail-on %s: %s", f.failOn, why)
		}
	}
	return nil
}

// tableColumns are the columns of a printed table unless others are named: what
// fits a wide terminal, with the answer that most came for.
func tableColumns() []model.FieldID {
	return []model.FieldID{
		model.FieldName, model.FieldAccount, model.FieldRegion, model.FieldStatus, model.FieldVPC, model.FieldSubnet,
		model.FieldNet, model.FieldEgress, model.FieldFinding, model.FieldType, model.FieldPlatform, model.FieldAge,
	}
}

// withTags puts a column for each tag of the rows where all of them are asked for.
func withTags(columns []model.FieldID, rows []*model.Notebook) []model.FieldID {
	at := slices.Index(columns, model.AllTags)
	if at < 0 {
		return columns
	}
	return slices.Concat(columns[:at], model.TagFields(rows), columns[at+1:])
}

// choose returns the rows that match, in the order asked for.
func (p *listPlan) choose(all []*model.Notebook, lens model.Lens) []*model.Notebook {
	hits := query.NewEngine(match.Fuzzy).Run(p.query, all, lens)
	view := make([]int32, len(hits))
	for i, h := range hits {
		view[i] = h.Row
	}
	model.Sort(all, view, p.keys, lens)
	rows := make([]*model.Notebook, len(view))
	for i, r := range view {
		rows[i] = all[r]
	}
	return rows
}

func summaryField(word string) (model.FieldID, error) {
	valid := make([]string, 0, len(report.SummaryFields()))
	for _, id := range report.SummaryFields() {
		if word == "" || strings.EqualFold(word, string(id)) {
			return model.FieldID(strings.ToLower(word)), nil
		}
		valid = append(valid, string(id))
	}
	return "", usagef("--summary %q: use account, region or vpc%s", word, didYouMean(word, valid))
}

func sortKeys(words []string) ([]model.SortKey, error) {
	keys := make([]model.SortKey, 0, len(words))
	for _, w := range words {
		name, descending := strings.CutPrefix(w, "-")
		ids, err := fieldIDs("sort", []string{name})
		if err != nil {
			return nil, err
		}
		if ids[0] == model.AllTags {
			return nil, usagef("sort %s: name one tag, such as tag:Team", name)
		}
		keys = append(keys, model.SortKey{Field: ids[0], Descending: descending})
	}
	return keys, nil
}

func fieldIDs(what string, words []string) ([]model.FieldID, error) {
	if len(words) == 0 {
		return nil, nil // the default of the format
	}
	fields := model.Fields()
	valid := make([]string, len(fields))
	for i, f := range fields {
		valid[i] = string(f.ID)
	}
	ids := make([]model.FieldID, 0, len(words))
	for _, w := range words {
		name, key, tag := strings.Cut(strings.TrimSpace(w), ":")
		id := model.FieldID(strings.ToLower(name))
		if tag {
			id += model.FieldID(":" + key) // as it is written: keys differ by case
		}
		if _, ok := model.FieldOf(id); !ok {
			return nil, usagef("%s: there is no field %q%s; the fields are %s, and tag:KEY", what, w, didYouMean(string(id), valid), strings.Join(valid, ", "))
		}
		ids = append(ids, id)
	}
	return ids, nil
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

func failedTargets(inv *model.Inventory) []model.TargetStatus {
	var out []model.TargetStatus
	for _, t := range inv.Targets() {
		if t.State.Final() && !t.State.Answered() {
			out = append(out, t)
		}
	}
	return out
}

// tell is tell, with what an index has said: an index that is trusted settles what it
// believes empty.
func (f *listFlags) tell(w io.Writer, inv *model.Inventory) error {
	err := tell(w, inv)
	c := inv.Coverage()
	if x := inv.Index(); x != nil && (x.Region != "" || x.Refused != nil) { // that there is none is no news
		fmt.Fprintf(w, "nbscope: %s\n", text.Clean(x.Says()))
	}
	if c.Believed > 0 {
		fmt.Fprintf(w, "nbscope: %s not asked: the index names no notebook there\n", kit.Count(c.Believed, "target"))
	}
	if f.settings.TrustIndex && c.Trusted() {
		return nil
	}
	return err
}

// tell writes what could not be seen to standard error, and makes it the exit
// code. A part of a notebook that was refused counts as well as a target.
func tell(w io.Writer, inv *model.Inventory) error {
	for _, p := range inv.Problems() {
		printError(w, p)
	}
	for _, t := range inv.Targets() {
		if t.Problem != nil && !t.State.Answered() {
			printError(w, *t.Problem)
		}
		for _, warning := range t.Warnings {
			printError(w, warning)
		}
		if t.State.Answered() && t.Unknown > 0 && len(t.Warnings) == 0 {
			printError(w, untold(t, inv.Rows()))
		}
	}
	c := inv.Coverage()
	if c.Targets == 0 && c.Problems == 0 {
		fmt.Fprintln(w, "nbscope: no account or region was asked")
	}
	if !c.Complete() {
		return errPartial
	}
	return nil
}

// untold says what could not be seen of a target's notebooks although no call for
// them failed: AWS left values out, or gave some that are not understood.
func untold(t model.TargetStatus, rows []*model.Notebook) model.Problem {
	const most = 3
	var whys []string
	for _, n := range rows {
		if n.Target() != t.Target || !n.Unseen() {
			continue
		}
		for _, why := range n.Unknown() {
			if !slices.Contains(whys, why) {
				whys = append(whys, why)
			}
		}
	}
	slices.Sort(whys)
	if more := len(whys) - most; more > 0 {
		whys = append(whys[:most], fmt.Sprintf("and %d reasons more", more))
	}
	return model.Problem{Target: t.Target, Message: kit.Count(t.Unknown, "notebook") + " not seen in full: " + strings.Join(whys, "; ")}
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
