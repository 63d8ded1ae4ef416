package aws

import (
	"context"
	"slices"
	"sync"

	"nbscope/model"
)

// discovery looks first where an index says that there are notebooks, and then
// everywhere else. One scan of an organization has one; it is nil where nobody asks an
// index.
//
// The second part begins when most of the first is done: it is large, and would only be
// in the way of the verdicts that somebody waits for.
type discovery struct {
	scan *scan
	base *session
	mode model.Discovery

	mu       sync.Mutex
	index    model.Index
	rows     map[model.Target][]*model.Notebook // that the index names
	sees     map[string][]string                // regions with an index, by account; none of an account: nobody knows
	accounts []string                           // that are chosen
	early    []orgAccount                       // those that came before the index had answered
	later    []func()                           // what waits for the second part
	stands   map[model.Target]bool              // targets that the user knows of; true: asked, or given up
	first    int                                // targets of the first part
	open     int                                // of these, those that are not done

	asked  bool          // the index has said what it names, or will not
	listed bool          // no account follows
	whole  bool          // every account that is chosen is known
	proven bool          // what there is to know of what the index sees is known
	second bool          // the second part has begun
	began  chan struct{} // closed with it
}

// orgAccount is an account of the organization, with what signs in to it and has it scanned:
// for what the index names in it, or for all of it. That returns why nobody could sign in.
type orgAccount struct {
	id   string
	scan func(named bool) *model.Problem
}

// discover asks the index beside whatever else the scan does.
func (s *scan) discover(ctx context.Context, base *session) *discovery {
	mode := s.client.opt.Discover
	if mode == "" || mode == model.DiscoverSweep || len(s.req.Only) > 0 || s.req.Name != "" || s.req.Listed {
		return nil
	}
	d := &discovery{
		scan: s, base: base, mode: mode, index: model.Index{Asked: s.client.opt.Now()},
		rows: map[model.Target][]*model.Notebook{}, sees: map[string][]string{}, stands: map[model.Target]bool{}, began: make(chan struct{}),
	}
	s.signs.do(func() { <-d.began }) // sign-ins are not over before
	s.signs.do(func() {
		defer d.answered(ctx)
		if err := d.ask(ctx); err != nil {
			p := classify(err)
			d.mu.Lock()
			defer d.mu.Unlock()
			d.index.Refused, d.index.Read = &p, false
		}
	})
	return d
}

// answered goes on with the accounts that wait for what the index says.
func (d *discovery) answered(ctx context.Context) {
	d.mu.Lock()
	d.asked = true
	early := d.early
	d.early = nil
	heard := d.index
	useless := d.isUseless()
	d.mu.Unlock()
	d.scan.batcher.add(model.Batch{Index: &heard})
	if useless {
		p := model.Problem{
			Kind: model.KindNotFound, Operation: "--discover index", Message: heard.Says(),
			Hint: "use --discover auto, which asks every account where there is no index",
		}
		if r := heard.Refused; r != nil {
			p.Kind, p.Code = r.Kind, r.Code
		}
		d.scan.problem(p)
		early = nil
	}
	for _, m := range early {
		d.arrive(m)
	}
	d.goOn(ctx)
}

// isUseless reports whether only an index was to be asked, and there is none. It is called
// with mu held, as are those below that say so.
func (d *discovery) isUseless() bool {
	return d.asked && d.mode == model.DiscoverIndex && d.index.Region == ""
}

// arrive has an account scanned when its turn has come: at once where the index names
// notebooks, else in the second part.
func (d *discovery) arrive(m orgAccount) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.asked {
		d.early = append(d.early, m)
		return
	}
	if d.isUseless() {
		return
	}
	d.accounts = append(d.accounts, m.id)
	named := d.namedIn(m.id)
	if len(named) == 0 {
		d.inSecond(func() { _ = m.scan(false) }) // which has told why
		return
	}
	var b model.Batch
	for _, t := range named {
		if d.chooses() {
			b.Notebooks = append(b.Notebooks, d.rows[t]...)
		}
		b.Targets = append(b.Targets, model.TargetStatus{Target: t, State: model.StatePending, Named: len(d.rows[t])})
		d.stands[t] = false
	}
	d.first += len(named)
	d.open += len(named)
	d.scan.batcher.add(b)
	d.scan.signs.do(func() {
		p := &model.Problem{Kind: model.KindUnknown, Message: "nbscope failed on the way to it"} // where that panics
		defer func() { d.giveUp(named, p) }()
		p = m.scan(true)
	})
}

// giveUp settles those of the targets that nobody came to ask.
func (d *discovery) giveUp(named []model.Target, why *model.Problem) {
	for _, t := range named {
		d.mu.Lock()
		begun := d.stands[t]
		d.stands[t] = true
		d.mu.Unlock()
		if begun {
			continue
		}
		p := model.Problem{Kind: model.KindUnknown, Message: "nobody asked it"}
		if why != nil {
			p = *why
		}
		p.Target = t
		rows := d.unconfirmed(t, p.Message)
		status := model.TargetStatus{Target: t, State: p.Kind.State(), Problem: &p, Named: len(rows), Unknown: len(rows), Ended: d.scan.client.opt.Now()}
		d.scan.batcher.add(model.Batch{Targets: []model.TargetStatus{status}, Notebooks: rows})
		d.done()
	}
}

// begin marks the targets of an account that the index names as being asked, and returns
// their regions.
func (d *discovery) begin(account string) []string {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var regions []string
	for _, t := range d.namedIn(account) {
		if begun, told := d.stands[t]; told && !begun {
			d.stands[t] = true
			regions = append(regions, t.Region)
		}
	}
	return regions
}

// rest sorts the regions of an account that are not asked yet into those to ask and those
// that stay believed empty. It adds those in which the account has an index: they are
// enabled, whatever else is known.
func (d *discovery) rest(account, partition string, regions []string) (ask []string, believed []model.TargetStatus) {
	if d == nil {
		return regions, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.sees[account] {
		if !slices.Contains(regions, r) && d.scan.takes(r, partition) {
			regions = append(slices.Clip(regions), r)
		}
	}
	for _, r := range regions {
		t := model.Target{Account: account, Region: r}
		if d.stands[t] {
			continue
		}
		if d.mode == model.DiscoverIndex && d.believes(t) {
			d.stands[t] = false
			believed = append(believed, model.TargetStatus{Target: t, State: model.StateBelieved})
			continue
		}
		d.stands[t] = true
		ask = append(ask, r)
	}
	return ask, believed
}

// done counts a target of the first part.
func (d *discovery) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	d.advance()
}

// inSecond has something done in the second part. With mu held.
func (d *discovery) inSecond(do func()) {
	if d.second {
		d.scan.signs.do(do)
		return
	}
	d.later = append(d.later, do)
}

// after has something done in the second part, or now where there is none.
func (d *discovery) after(do func()) {
	if d == nil {
		do()
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inSecond(do)
}

// allListed says that no account follows, and whether all came.
func (d *discovery) allListed(ctx context.Context, whole bool) {
	if d == nil {
		return
	}
	d.mu.Lock()
	d.listed, d.whole = true, whole
	d.mu.Unlock()
	d.goOn(ctx)
}

// goOn finds out what the index sees, once it is known of which accounts that is asked.
func (d *discovery) goOn(ctx context.Context) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked && d.listed && !d.proven {
		d.proven = d.index.Silent() != ""
		if !d.proven {
			d.scan.signs.do(func() { d.prove(ctx) })
		}
	}
	d.advance()
}

// stragglers is the share of the first part that may still be under way when the second begins:
// a target that takes long holds up nobody else.
const stragglers = 10

// advance begins the second part when it is time. With mu held.
func (d *discovery) advance() {
	ready := d.asked && d.listed && d.open*stragglers <= d.first && (d.proven || d.mode == model.DiscoverAuto)
	if d.second || !ready && !d.isUseless() {
		return
	}
	d.second = true
	defer close(d.began)
	for _, do := range d.later {
		d.scan.signs.do(do)
	}
	d.later = nil
}

// end tells of what the index names in accounts that are none of the organization's, or
// not among the chosen: nobody looks there.
func (d *discovery) end() {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var b model.Batch
	for t, rows := range d.rows {
		if slices.Contains(d.accounts, t.Account) {
			continue
		}
		if !d.whole {
			b.Notebooks = append(b.Notebooks, unconfirmed(rows, "whether its account is to be looked at is not known")...)
			continue
		}
		d.index.Stray += len(rows)
		for _, n := range rows {
			b.Gone = append(b.Gone, n.ARN)
		}
	}
	heard := d.index
	b.Index = &heard
	d.scan.batcher.add(b)
}
