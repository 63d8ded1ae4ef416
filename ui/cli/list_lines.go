package cli

import (
	"context"
	"errors"
	"maps"
	"slices"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/model/report"
	"nbscope/ui/match"
)

// listLines prints the inventory as it comes in: the notebooks of each target once it
// has answered or failed, and at the end what could not be seen.
func listLines(ctx context.Context, env *Env, f *listFlags, plan *listPlan, session Session) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	table := f.settings.Policy()
	l := lines{
		out: report.NewLines(env.out(), table), stop: stop, plan: plan,
		lens:    model.Lens{Now: env.Now(), Findings: table.Findings},
		waiting: map[model.Target]map[string]bool{}, atEnd: asksAccounts(plan.query),
	}
	inv, err := scanAll(ctx, env, session, true, l.see)
	if err != nil {
		return err
	}
	view := f.view(env, plan, inv)
	l.out.End(view)
	return errors.Join(l.out.Flush(), f.end(env, plan, inv, view))
}

// lines prints notebooks when nothing more will be told of them.
type lines struct {
	out     *report.Lines
	stop    context.CancelCauseFunc // the scan: nobody reads any more
	plan    *listPlan
	lens    model.Lens
	waiting map[model.Target]map[string]bool // ARNs
	atEnd   bool                             // what the filter asks for is known at the end only
}

// asksAccounts reports whether a filter may match the alias of an account, which is
// told at any time of a scan.
func asksAccounts(q query.Query) bool {
	return slices.ContainsFunc(q.Terms(), func(t query.Term) bool { return t.Field == "" || t.Field == model.FieldAccount })
}

// see takes in a batch, and prints what is whole by now.
func (l *lines) see(b model.Batch, inv *model.Inventory) {
	for _, n := range b.Notebooks {
		if l.waiting[n.Target()] == nil {
			l.waiting[n.Target()] = map[string]bool{}
		}
		l.waiting[n.Target()][n.ARN] = true
	}
	l.lens.Aliases = inv.Aliases()
	if b.Done {
		for _, t := range inv.Targets() {
			l.print(&t, inv)
		}
	} else if !l.atEnd {
		for i := range b.Targets {
			if t := &b.Targets[i]; t.State.Final() && !t.Borrows {
				l.print(t, inv)
			}
		}
	}
	if err := l.out.Flush(); err != nil {
		l.stop(err)
	}
}

// print writes the notebooks of a target that match. What the last line does not need
// of them is let go of, so that the text of an inventory is never in memory.
func (l *lines) print(t *model.TargetStatus, inv *model.Inventory) {
	var rows, light []*model.Notebook
	for _, arn := range slices.Sorted(maps.Keys(l.waiting[t.Target])) {
		n := inv.Get(arn)
		if n == nil { // gone since
			continue
		}
		rows = append(rows, n)
		if n.Egress != nil && n.Egress.Advice != nil {
			lighter, egress := *n, *n.Egress
			egress.Advice, lighter.Egress = nil, &egress
			light = append(light, &lighter)
		}
	}
	delete(l.waiting, t.Target)
	for _, h := range query.NewEngine(match.Fuzzy).Run(l.plan.query, rows, l.lens) {
		l.out.Notebook(rows[h.Row], t)
	}
	inv.Apply(model.Batch{Generation: inv.Generation(), Notebooks: light})
}
