package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"nbscope/model"
)

// SummaryFields lists what a summary can be made by.
func SummaryFields() []model.FieldID {
	return []model.FieldID{model.FieldAccount, model.FieldRegion, model.FieldVPC}
}

// Summary prints how many notebooks each account, region or VPC has by network
// mode, by verdict and by the severity of the worst finding.
func Summary(w io.Writer, f Format, v View, by model.FieldID) error {
	if !slices.Contains(SummaryFields(), by) {
		return fmt.Errorf("no summary by %q", by)
	}
	v.Lens.Findings = v.Policy.Findings
	groups, total := grouped(v, by)
	return writers{
		JSON:     func(b *bytes.Buffer) error { return encode(b, summaryOf(v, by, groups, total)) },
		CSV:      func(b *bytes.Buffer) error { return summaryCSV(b, v, by, groups) },
		Markdown: plain(func(b *bytes.Buffer) { summaryMarkdown(b, v, by, append(groups, total)) }),
		Table:    plain(func(b *bytes.Buffer) { summaryTable(b, v, by, append(groups, total)) }),
	}.write(w, "summary", f, Formats())
}

// group is one line of a summary.
type group struct {
	id, name  string // of the account, the region or the VPC; the name may be empty
	notebooks int
	counts    map[string]int // by the names of tallies
}

// tally is something that a summary counts.
type tally struct {
	set   string // of the three sets that each notebook is in once
	value string
	title string
}

func (t tally) name() string { return t.set + "_" + strings.ReplaceAll(t.value, "-", "_") }

// The sets of tallies.
const (
	setMode    = "mode"
	setEgress  = "egress"
	setFinding = "finding"
)

// valueNone is the severity of no finding.
const valueNone = "none"

// tallies lists what is counted. In each set every notebook counts once: what is
// not known is a value.
func tallies() []tally {
	out := []tally{
		{setMode, string(model.NetworkNoVPC), "NO VPC"},
		{setMode, string(model.NetworkDirect), "VPC + DIRECT"},
		{setMode, string(model.NetworkVPCOnly), "VPC ONLY"},
		{setMode, textUnknown, "MODE UNKNOWN"},
	}
	for _, v := range model.Verdicts() {
		title := strings.ToUpper(v.Phrase())
		if v == model.VerdictUnknown {
			title = "EGRESS UNKNOWN"
		}
		out = append(out, tally{setEgress, string(v), title})
	}
	for _, s := range model.Severities() {
		title := strings.ToUpper(string(s))
		if s == model.SeverityUnknown {
			title = "FINDING UNKNOWN"
		}
		out = append(out, tally{setFinding, string(s), title})
	}
	return append(out, tally{setFinding, valueNone, "NO FINDING"})
}

// grouped counts the rows of the view, the groups in the order of their ids.
func grouped(v View, by model.FieldID) ([]group, group) {
	index := map[string]*group{}
	total := group{id: "total", counts: map[string]int{}}
	for _, n := range v.Notebooks {
		id, name := groupOf(n, v.Lens, by)
		g, ok := index[id]
		if !ok {
			g = &group{id: id, name: name, counts: map[string]int{}}
			index[id] = g
		}
		g.name = cmp.Or(g.name, name)
		for _, to := range []*group{g, &total} {
			to.notebooks++
			for _, t := range tallied(n, v.Lens) {
				to.counts[t.name()]++
			}
		}
	}
	out := make([]group, 0, len(index))
	for _, g := range index {
		out = append(out, *g)
	}
	model.SortStable(out, func(a, b group) int { return cmp.Compare(a.id, b.id) })
	return out, total
}

func groupOf(n *model.Notebook, l model.Lens, by model.FieldID) (id, name string) {
	switch {
	case by == model.FieldAccount:
		return n.Account, l.Aliases[n.Account]
	case by == model.FieldRegion:
		return n.Region, ""
	case !n.Knows(model.FieldVPC):
		return textUnknown, ""
	case n.VPCID == "":
		return valueNone, "no VPC"
	}
	return n.VPCID, n.VPCName
}

// tallied are the values under which the notebook counts, one of each set. A
// verdict or a severity of tomorrow is one that this version does not know.
func tallied(n *model.Notebook, l model.Lens) []tally {
	out := []tally{{set: setMode, value: textUnknown}, {set: setEgress, value: textUnknown}, {set: setFinding, value: textUnknown}}
	if mode := n.NetworkMode(); mode != model.NetworkUnknown {
		out[0].value = string(mode)
	}
	if n.Egress != nil && slices.Contains(model.Verdicts(), n.Egress.Verdict) {
		out[1].value = string(n.Egress.Verdict)
	}
	if n.Knows(model.FieldFinding) {
		worst, ok := model.Worst(l.FindingsOf(n))
		switch {
		case !ok:
			out[2].value = valueNone
		case worst.Severity.Rank() > 0:
			out[2].value = string(worst.Severity)
		}
	}
	return out
}

type jsonSummary struct {
	Schema      int          `json:"schema"`
	GeneratedAt string       `json:"generatedAt"`
	Policy      string       `json:"policy"`
	Filter      string       `json:"filter"`
	Coverage    jsonCoverage `json:"coverage"`
	By          string       `json:"by"`
	Groups      []jsonGroup  `json:"groups"`
	Total       jsonGroup    `json:"total"`
}

type jsonGroup struct {
	ID          string         `json:"id,omitempty"`
	Name        string         `json:"name,omitempty"`
	Notebooks   int            `json:"notebooks"`
	NetworkMode map[string]int `json:"networkMode"`
	Egress      map[string]int `json:"egress"`
	Findings    map[string]int `json:"findings"`
}

func summaryOf(v View, by model.FieldID, groups []group, total group) jsonSummary {
	out := jsonSummary{
		Schema: schema, GeneratedAt: model.Stamp(v.GeneratedAt), Policy: string(defaultPolicy(v.Policy)), Filter: v.Filter,
		Coverage: coverageOf(v), By: string(by), Groups: make([]jsonGroup, 0, len(groups)), Total: jsonGroupOf(total),
	}
	out.Total.ID = ""
	for _, g := range groups {
		out.Groups = append(out.Groups, jsonGroupOf(g))
	}
	return out
}

func jsonGroupOf(g group) jsonGroup {
	out := jsonGroup{
		ID: g.id, Name: g.name, Notebooks: g.notebooks,
		NetworkMode: map[string]int{}, Egress: map[string]int{}, Findings: map[string]int{},
	}
	sets := map[string]map[string]int{setMode: out.NetworkMode, setEgress: out.Egress, setFinding: out.Findings}
	for _, t := range tallies() {
		sets[t.set][t.value] = g.counts[t.name()]
	}
	return out
}

// summaryCSV has a column for every tally, and no line for the total: a
// spreadsheet would count it.
func summaryCSV(w *bytes.Buffer, v View, by model.FieldID, groups []group) error {
	out := csv.NewWriter(w)
	records := make([][]string, 0, len(groups)+8)
	records = append(records, preamble(v)...)
	all := tallies()
	head := append(make([]string, 0, 3+len(all)), string(by), "name", "notebooks")
	for _, t := range all {
		head = append(head, t.name())
	}
	records = append(records, head)
	for _, g := range groups {
		record := append(make([]string, 0, len(head)), inert(safe(g.id)), inert(safe(g.name)), strconv.Itoa(g.notebooks))
		for _, t := range all {
			record = append(record, strconv.Itoa(g.counts[t.name()]))
		}
		records = append(records, record)
	}
	if err := out.WriteAll(records); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}
