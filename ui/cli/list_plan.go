package cli

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/model/report"
	"nbscope/ui/match"
)

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
		k, err := sortKey(strings.TrimSpace(w))
		if err != nil {
			return nil, usagef("sort: %w", err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func sortKey(word string) (model.SortKey, error) {
	name := strings.TrimPrefix(word, "-")
	id, err := fieldID(name)
	if err == nil && id == model.AllTags {
		err = fmt.Errorf("%s is many: name one tag, such as tag:Team", name)
	}
	key, _ := model.SortNamed(word)
	return key, err
}

func fieldIDs(what string, words []string) ([]model.FieldID, error) {
	if len(words) == 0 {
		return nil, nil // the default of the format
	}
	ids := make([]model.FieldID, 0, len(words))
	for _, w := range words {
		id, err := fieldID(w)
		if err != nil {
			return nil, usagef("%s: %w", what, err)
		}
		if !slices.Contains(ids, id) { // two heads of the CSV may be of one field
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func fieldID(word string) (model.FieldID, error) {
	word = strings.TrimSpace(word)
	if f, ok := model.FieldNamed(word); ok {
		return f.ID, nil
	}
	var valid []string
	for _, f := range slices.Concat(model.Fields(), model.MoreFields()) {
		valid = append(valid, string(f.ID))
	}
	return "", fmt.Errorf("there is no field %q%s; the fields are %s, and tag:KEY", word, didYouMean(strings.ToLower(word), valid), strings.Join(valid, ", "))
}
