package query

import (
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

// Engine runs queries over the notebooks of an inventory and remembers what it
// prepared for rows that have not changed. It is not safe for concurrent use.
type Engine struct {
	fuzzy   Fuzzy
	many    Many
	batch   batch
	rows    []prepared
	aliases map[string]string // those that the prepared lines were made with
	line    []byte            // room to make a line in
	past    past
}

// prepared is what words are looked for in. The notebook is kept to see that the
// row has not changed since.
type prepared struct {
	n    *model.Notebook
	name string // in lower case
	line string // the other columns in lower case, a line each
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
	e.know(lens.Aliases)
	e.ready(len(rows))
	for i, n := range rows {
		e.prepare(i, n, lens)
	}
}

// Run returns the rows that match, in the order of rows. Score tells how well,
// larger is better, and is 0 for a query that is not ranked. The caller must not
// change the hits: the next run starts from them where it can.
func (e *Engine) Run(q Query, rows []*model.Notebook, lens model.Lens) []Hit {
	if q.Empty() {
		e.remember(q, rows, nil)
		out := make([]Hit, len(rows))
		for i := range out {
			out[i].Row = int32(i)
		}
		return out
	}
	e.know(lens.Aliases)
	p := e.plan(q, rows)
	byField, words, ranks := split(q.terms, p.known)
	if len(words)+len(ranks) > 0 {
		e.ready(len(rows))
	}
	look := look{engine: e, lens: &lens, rows: rows, byField: byField, words: words}
	var out []Hit
	if p.every {
		out = make([]Hit, 0, len(rows))
		for i := range rows {
			out = look.at(out, Hit{Row: int32(i)})
		}
	} else {
		out = make([]Hit, 0, len(p.among))
		for _, h := range p.among {
			if !p.score {
				h.Score = 0
			}
			out = look.at(out, h)
		}
	}
	for _, t := range ranks {
		out = look.rank(t, out)
	}
	e.remember(q, rows, out)
	return out
}

// split separates the terms on fields, which cost little, from the words and from
// the words that rank, which cost most. What is known to hold is left out.
func split(terms []term, known []bool) (byField, words, ranks []*term) {
	for i := range terms {
		t := &terms[i]
		switch {
		case known[i]:
		case t.field != "":
			byField = append(byField, t)
		case t.fuzzy():
			ranks = append(ranks, t)
		default:
			words = append(words, t)
		}
	}
	return byField, words, ranks
}

func holdAll(terms []*term, n *model.Notebook, l *model.Lens) bool {
	for _, t := range terms {
		found := false
		for i := range t.values {
			if t.values[i].holds(n, l) {
				found = true
				break
			}
		}
		if found == t.negated {
			return false
		}
	}
	return true
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

// know forgets everything when an account got another name.
func (e *Engine) know(aliases map[string]string) {
	if maps.Equal(e.aliases, aliases) {
		return
	}
	clear(e.rows)
	e.past = past{}
	e.aliases = maps.Clone(aliases)
}

// ready makes room for n prepared rows.
func (e *Engine) ready(n int) {
	if n > len(e.rows) {
		e.rows = slices.Grow(e.rows, n-len(e.rows))[:n]
	}
	clear(e.rows[n:])
	e.rows = e.rows[:n]
}

// prepare returns what words are looked for in. A newer observation of the same
// notebook mostly says the same in every column: it keeps the older's lines.
func (e *Engine) prepare(i int, n *model.Notebook, lens model.Lens) *prepared {
	p := &e.rows[i]
	if p.n == n {
		return p
	}
	if p.n == nil || !sameColumns(p.n, n) {
		e.line = appendColumns(e.line[:0], n, lens)
		p.name, p.line = strings.ToLower(n.Name), string(e.line)
	}
	p.n = n
	return p
}

// searchedFields are the columns that bare words look into. Switches and numbers are
// left out: "on" or "5" would find everything.
func searchedFields() []model.FieldID {
	return []model.FieldID{
		model.FieldName, model.FieldAccount, model.FieldRegion, model.FieldStatus, model.FieldVPC, model.FieldSubnet, model.FieldType,
		model.FieldPlatform, model.FieldSG, model.FieldRole, model.FieldLifecycle, model.FieldKMS, model.FieldTags,
	}
}

// appendColumns joins the columns that words look into, the name apart, in lower
// case. The line break keeps a word from matching across two columns.
func appendColumns(line []byte, n *model.Notebook, lens model.Lens) []byte {
	for _, column := range [...]string{
		n.Account, lens.Aliases[n.Account], n.Region, string(n.Status), n.VPCID, n.VPCName, n.SubnetID, n.SubnetName, n.InstanceType,
		lens.Text(n, model.FieldPlatform), lens.Text(n, model.FieldRole), n.LifecycleName, lens.Text(n, model.FieldKMS),
	} {
		line = appendColumn(line, column)
	}
	for _, id := range n.SecurityGroups {
		line = appendColumn(line, id)
	}
	for i := range n.Tags {
		line = appendLower(line, n.Tags[i].Key)
		line = append(line, '=')
		line = appendColumn(line, n.Tags[i].Value)
	}
	return line
}

func appendColumn(line []byte, s string) []byte {
	if s == "" {
		return line
	}
	return append(appendLower(line, s), '\n')
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
