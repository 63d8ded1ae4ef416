package aws

import (
	"context"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// What an index says, and what its silence is worth.

// ask reads what the index names. It looks for one first, and for a view of the whole
// organization: a search where there is none could make one.
func (d *discovery) ask(ctx context.Context) error {
	own, err := d.base.explorer(d.base.home).indexes(ctx)
	if err != nil {
		return err
	}
	var regions []string
	gathers := ""
	for _, i := range own {
		regions = append(regions, i.Region)
		if i.Type == "AGGREGATOR" {
			gathers = i.Region
		}
	}
	if gathers == "" {
		return nil
	}
	at := d.base.explorer(gathers)
	state, err := at.state(ctx)
	if err != nil {
		return err
	}
	views, err := at.views(ctx)
	if err != nil {
		return err
	}
	view := model.WholeView(views)
	if view == "" {
		return nil
	}
	d.mu.Lock()
	d.index.Region, d.index.State, d.index.Read = gathers, state.State, true
	if state.CreatedAt != nil {
		d.index.Created = *state.CreatedAt
	}
	d.sees[d.base.account] = regions
	d.mu.Unlock()
	return at.notebooks(ctx, view, d.take)
}

// take takes in a page of what the index names. What nothing can be made out of, such as
// an ARN of another form, is not read, so that the silence of the rest proves nothing.
func (d *discovery) take(page []explorerResource) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var rows []*model.Notebook
	for i := range page {
		r := &page[i]
		t := model.Target{Account: r.OwningAccountId, Region: r.Region}
		arn := strings.ToLower(r.Arn) // as SageMaker writes it
		name, ok := strings.CutPrefix(arn, "arn:"+d.base.partition+":sagemaker:"+t.Region+":"+t.Account+":notebook-instance/")
		if !ok || !isNotebookName(name) {
			d.index.Read = false
			continue
		}
		d.index.Named++
		n := &model.Notebook{ARN: arn, Name: name, Account: t.Account, Region: t.Region, Indexed: true}
		if at := r.LastReportedAt; at != nil {
			n.SeenAt = *at
			if at.After(d.index.Reported) {
				d.index.Reported = *at
			}
		}
		if !d.scan.takes(t.Region, d.base.partition) {
			continue
		}
		d.rows[t] = append(d.rows[t], n)
		rows = append(rows, n)
	}
	if !d.chooses() {
		d.scan.batcher.add(model.Batch{Notebooks: rows})
	}
}

// chooses reports whether it is not known yet of which accounts the user wants to be told.
func (d *discovery) chooses() bool {
	opt := &d.scan.client.opt
	return len(opt.Accounts)+len(opt.OUs) > 0
}

// takes reports whether a region is among those that the user wants.
func (s *scan) takes(region, partition string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.filter.choose([]string{region}, partition), region)
}

// namedIn are the targets of an account in which the index names notebooks. With mu held.
func (d *discovery) namedIn(account string) []model.Target {
	var out []model.Target
	for t := range d.rows {
		if t.Account == account {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, compareTargets)
	return out
}

// unconfirmed is what the index names in a target that could not be asked.
func (d *discovery) unconfirmed(t model.Target, why string) []*model.Notebook {
	d.mu.Lock()
	defer d.mu.Unlock()
	return unconfirmed(d.rows[t], why)
}

// unconfirmed are rows of an index of which nothing else could be seen.
func unconfirmed(rows []*model.Notebook, why string) []*model.Notebook {
	failed := model.Part{State: model.LoadFailed, Reason: "known from an index alone: " + why}
	out := make([]*model.Notebook, len(rows))
	for i, n := range rows {
		row := *n
		row.Described, row.Located, row.Tagged, row.Networked = failed, failed, failed, failed
		out[i] = &row
	}
	return out
}

// believes reports whether a target is believed empty. With mu held.
func (d *discovery) believes(t model.Target) bool {
	kept := len(d.scan.req.Known[t])
	if d.scan.req.Kept != nil {
		kept += len(d.scan.req.Kept(t))
	}
	return d.index.Believe(slices.Contains(d.sees[t.Account], t.Region), len(d.rows[t]), kept)
}

// isBelieved reports whether a target that is to be asked is believed empty.
func (d *discovery) isBelieved(t model.Target) bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.believes(t)
}

// expects is what the index says of a target: what it names, and whether that is all that
// it would name.
func (d *discovery) expects(t model.Target) (named []string, all bool) {
	if d == nil {
		return nil, false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.rows[t] {
		named = append(named, n.ARN)
	}
	return named, d.index.Read
}

// membersAtOnce is how many accounts can be asked about in one call.
const membersAtOnce = 10

// proofPatience is how long it is asked which accounts have an index. AWS answers three
// such calls in a second; what is not known by then is looked at instead.
const proofPatience = 30 * time.Second

// prove finds out in which regions the accounts have an index: in others silence means
// nothing. The calls go one after another, and end when everything is asked anyway.
func (d *discovery) prove(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, proofPatience)
	defer cancel()
	d.mu.Lock()
	at := d.base.explorer(d.index.Region)
	accounts := slices.DeleteFunc(slices.Clone(d.accounts), func(id string) bool { return id == d.base.account })
	d.tellBelieved([]string{d.base.account})
	d.mu.Unlock()
	for some := range slices.Chunk(accounts, membersAtOnce) {
		indexes, err := at.indexesOf(ctx, some)
		d.mu.Lock()
		if d.second {
			d.mu.Unlock()
			break
		}
		if err != nil {
			d.index.Blind = classify(err).Message
			heard := d.index
			d.scan.batcher.add(model.Batch{Index: &heard})
			d.mu.Unlock()
			break
		}
		for _, i := range indexes {
			d.sees[i.AccountId] = append(d.sees[i.AccountId], i.Region)
		}
		d.tellBelieved(some)
		d.mu.Unlock()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.proven = true
	d.advance()
}

// tellBelieved tells of the targets of accounts that are believed empty and that nobody
// has asked yet. With mu held.
func (d *discovery) tellBelieved(accounts []string) {
	var b model.Batch
	for _, id := range accounts {
		for _, r := range d.sees[id] {
			t := model.Target{Account: id, Region: r}
			if _, told := d.stands[t]; !told && d.believes(t) && d.scan.takes(r, d.base.partition) {
				d.stands[t] = false
				b.Targets = append(b.Targets, model.TargetStatus{Target: t, State: model.StateBelieved})
			}
		}
	}
	d.scan.batcher.add(b)
}
