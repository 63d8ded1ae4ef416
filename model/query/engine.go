package query

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"nbscope/model"
)

// Fuzzy finds pattern in s as a subsequence. It returns a score (larger is
// better) and the byte offsets in s that matched. The terminal side implements
// it with sahilm/fuzzy, so that this package needs the standard library only.
// Where a pattern matches, what is left of it without some letters must match too.
type Fuzzy func(pattern, s string) (score int, at []int, ok bool)

// Many is Fuzzy over many names: it calls found with the place in names and the
// score of each that matches.
type Many func(pattern string, names []string, found func(i, score int))

// Hit is a row that matched, and how well.
type Hit struct {
	Row   int32
	Score int32
}

// Scores: a match in the name counts more than any in another column, and the
// fuzzy score decides among names. The bounds keep the sum over many words
// inside an int32.
const (
	scoreName  = 1 << 20
	scoreBound = 1<<19 - 1
)

// Engine runs queries over the notebooks of an inventory, under one policy, and
// remembers of each row that has not changed what the newest terms say of it. It is
// not safe for concurrent use.
type Engine struct {
	fuzzy   Fuzzy
	many    Many
	rows    []prepared
	unready int // of rows
	columns columns
	aliases map[string]string           // those that the columns were made with
	memos   []*memo                     // the newest last
	spare   *memo                       // one that was forgotten: its room is for the next
	doubts  map[model.FieldID][]verdict // of each row, whether what a term on a field asks for is not known; "": a word
	hits    []Hit                       // room for what is found
}

// prepared is what words are looked for in. The notebook is kept to see that the
// row has not changed since.
type prepared struct {
	n       *model.Notebook
	ready   bool     // what follows is that of n, or says the same
	name    string   // here too, as reading it from a notebook costs more than looking into it
	folded  string   // the name in lower case
	columns []uint32 // the other columns that words look into, by their numbers
	settled verdict  // whether everything is known that a filter can ask for
}

// NewEngine returns an engine that matches bare words with fuzzy. Without one,
// bare words match names as substrings only.
func NewEngine(fuzzy Fuzzy) *Engine {
	return &Engine{fuzzy: fuzzy, many: func(pattern string, names []string, found func(i, score int)) {
		for i, name := range names {
			if score, _, ok := fuzzy(pattern, name); ok {
				found(i, score)
			}
		}
	}}
}

// InBatches lets the engine ask about many names at once, which costs less. It
// must find and score as the engine's Fuzzy does.
func (e *Engine) InBatches(many Many) *Engine {
	e.many = many
	return e
}

// Prepare makes every row ready to be looked into, which is most of what the first
// word costs.
func (e *Engine) Prepare(rows []*model.Notebook, lens model.Lens) {
	e.know(rows, lens.Aliases)
	e.readyAll(&lens)
}

func (e *Engine) readyAll(lens *model.Lens) {
	for i := 0; e.unready > 0; i++ {
		e.prepare(i, lens)
	}
}

// Run returns the rows that match, in the order of rows. Score tells how well,
// larger is better, and is 0 for a query that is not ranked. What it returns holds
// until the next run.
func (e *Engine) Run(q Query, rows []*model.Notebook, lens model.Lens) []Hit {
	e.hits = slices.Grow(e.hits[:0], len(rows))[:len(rows)]
	out := e.hits
	for i := range out {
		out[i] = Hit{Row: int32(i)}
	}
	if q.Empty() {
		return out
	}
	e.know(rows, lens.Aliases)
	terms := inOrder(q.terms)
	memos := make([]*memo, len(terms))
	for i, t := range terms {
		memos[i] = e.memoOf(t)
		if t.field == "" { // what all parts read, none of them writes
			e.readyAll(&lens)
			memos[i].readAll(e.columns.texts)
		}
	}
	out = inParts(out, func(part []Hit) []Hit {
		look := look{engine: e, lens: &lens}
		for i, t := range terms {
			part = look.keep(t, memos[i], part)
		}
		return part
	})
	e.forgetOld(len(q.terms))
	return out
}

// inOrder puts the terms on fields, which cost little, before the words, and those
// before the words that rank, which cost most.
func inOrder(terms []term) []*term {
	out := make([]*term, len(terms))
	for i := range terms {
		out[i] = &terms[i]
	}
	cost := func(t *term) int {
		switch {
		case t.field == model.FieldFinding:
			return 1 // it is judged
		case t.field != "":
			return 0
		case t.fuzzy():
			return 3
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b *term) int { return cmp.Compare(cost(a), cost(b)) })
	return out
}

// matchName finds a bare word in a name.
func (e *Engine) matchName(t *term, name, folded string) (score int, at []int, ok bool) {
	if e.plainly(t) {
		start, end := indexFold(name, t.folded)
		return -start, appendRunes(nil, name, start, end), start >= 0
	}
	if !subsequence(t.folded, folded) {
		return 0, nil, false
	}
	return e.fuzzy(t.word, name)
}

// plainly reports whether a word is looked for as it is and ranked by its place:
// for a single letter the fuzzy match would say no more and cost more, as it
// hits nearly every row.
func (e *Engine) plainly(t *term) bool {
	return e.fuzzy == nil || utf8.RuneCountInString(t.folded) == 1
}

// know takes over the rows. What is remembered of those that have changed is
// forgotten, and everything when an account got another name.
func (e *Engine) know(rows []*model.Notebook, aliases map[string]string) {
	if !maps.Equal(e.aliases, aliases) {
		e.rows, e.memos, e.doubts, e.columns = nil, nil, nil, columns{}
		e.aliases = maps.Clone(aliases)
	}
	if n := len(rows); n > len(e.rows) {
		e.rows = slices.Grow(e.rows, n-len(e.rows))[:n]
	} else {
		clear(e.rows[n:])
		e.rows = e.rows[:n]
	}
	e.unready = 0
	for i, n := range rows {
		p := &e.rows[i]
		if p.n == n {
			if !p.ready {
				e.unready++
			}
			continue
		}
		// A newer observation of the same notebook mostly says the same in every column.
		p.ready = p.ready && sameColumns(p.n, n)
		if !p.ready {
			e.unready++
		}
		p.n, p.settled = n, unasked
		for _, m := range e.memos {
			m.forget(i)
		}
		for _, rows := range e.doubts {
			forget(rows, i)
		}
	}
	for _, m := range e.memos {
		m.fit(len(rows))
	}
	for f, rows := range e.doubts {
		e.doubts[f] = fit(rows, len(e.rows))
	}
}

// prepare returns what words are looked for in.
func (e *Engine) prepare(i int, lens *model.Lens) *prepared {
	p := &e.rows[i]
	if !p.ready {
		p.name, p.folded, p.columns = p.n.Name, strings.ToLower(p.n.Name), e.columns.of(p.n, lens)
		p.ready = true
		e.unready--
	}
	return p
}

// searchedFields are the fields whose columns bare words look into. Switches and numbers
// are left out: "on" or "5" would find everything.
func searchedFields() []model.FieldID {
	return []model.FieldID{
		model.FieldName, model.FieldAccount, model.FieldRegion, model.FieldStatus, model.FieldVPC, model.FieldSubnet, model.FieldType,
		model.FieldPlatform, model.FieldSG, model.FieldRole, model.FieldLifecycle, model.FieldKMS, model.FieldTags,
	}
}

// sameColumns reports whether both give the same name and the same line.
func sameColumns(a, b *model.Notebook) bool {
	return a.Name == b.Name && a.Account == b.Account && a.Region == b.Region && a.Status == b.Status &&
		a.VPCID == b.VPCID && a.VPCName == b.VPCName && a.SubnetID == b.SubnetID && a.SubnetName == b.SubnetName &&
		sameDetails(a, b)
}

func sameDetails(a, b *model.Notebook) bool {
	return a.InstanceType == b.InstanceType && a.Platform == b.Platform && a.RoleARN == b.RoleARN &&
		a.LifecycleName == b.LifecycleName && a.KMSKeyID == b.KMSKeyID &&
		slices.Equal(a.SecurityGroups, b.SecurityGroups) && slices.Equal(a.Tags, b.Tags)
}
