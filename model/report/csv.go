package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"nbscope/model"
)

// writeCSV writes RFC 4180 records, lines ended by a line feed: the names of the
// columns and the rows, which programs read as they are. They leave as they are made.
func writeCSV(w io.Writer, v View) error {
	out := csv.NewWriter(w)
	if err := out.WriteAll(preamble(v)); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	columns := csvColumns(v)
	record := make([]string, len(columns))
	for i, c := range columns {
		record[i] = c.name
	}
	if err := out.Write(record); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for _, n := range v.Notebooks {
		for i, c := range columns {
			record[i] = inert(safe(c.text(n)))
		}
		if v.Header && strings.HasPrefix(record[0], "#") {
			record[0] = "'" + record[0]
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// preamble is what the rows were made from, in records whose first field is "#": a
// reader that skips comments skips them, a spreadsheet shows them as rows. Most
// readers do neither, so it is there only where it is asked for.
func preamble(v View) [][]string {
	if !v.Header {
		return nil
	}
	var out [][]string
	for _, f := range facts(v) {
		out = append(out, []string{"#", f.name, inert(f.says)})
	}
	return out
}

type csvColumn struct {
	name string
	text func(n *model.Notebook) string
}

// csvColumns are the view's columns with what a machine needs in place of what a
// person reads: the account's id beside its alias, times instead of ages, whole
// ARNs, numbers without units, and at the end the notebook's own ARN and why some
// of it is not known.
func csvColumns(v View) []csvColumn {
	var out []csvColumn
	for _, f := range fieldsOf(v) {
		out = append(out, csvColumnsOf(v, &f)...)
	}
	for _, id := range []model.FieldID{model.FieldARN, model.FieldWhy} { // also where nobody asks for them
		if f, ok := model.FieldOf(id); ok && !slices.ContainsFunc(out, func(c csvColumn) bool { return c.name == string(id) }) {
			out = append(out, csvColumnsOf(v, &f)...)
		}
	}
	return out
}

// csvColumnsOf are the columns that stand for a field: one with its text, mostly.
func csvColumnsOf(v View, f *model.Field) []csvColumn {
	columns, ok := csvOf(v)[f.ID]
	if !ok {
		columns = []csvColumn{{string(f.ID), func(n *model.Notebook) string { return v.Lens.Text(n, f.ID) }}}
	}
	for i, c := range columns {
		columns[i].text = func(n *model.Notebook) string { return orUnknown(n, f.ID, c.text(n)) }
	}
	return columns
}

// csvOf are the columns of the fields of which a machine needs something else than a
// person reads.
func csvOf(v View) map[model.FieldID][]csvColumn {
	return map[model.FieldID][]csvColumn{
		model.FieldAccount: {
			{"account", func(n *model.Notebook) string { return n.Account }},
			{"alias", func(n *model.Notebook) string { return v.Lens.Aliases[n.Account] }},
		},
		model.FieldAge: {{"created", func(n *model.Notebook) string { return model.Stamp(n.Created) }}},
		model.FieldNet: {
			{"network_mode", func(n *model.Notebook) string { return cmp.Or(string(n.NetworkMode()), textUnknown) }},
			{"direct_internet", func(n *model.Notebook) string { return cmp.Or(n.DirectInternet, textUnknown) }},
		},
		model.FieldEgress: {{"egress", func(n *model.Notebook) string {
			if n.Egress == nil {
				return ""
			}
			return string(n.Egress.Verdict)
		}}},
		model.FieldFinding: {
			{"finding", func(n *model.Notebook) string { return v.Lens.Text(n, model.FieldFinding) }},
			{"finding_codes", func(n *model.Notebook) string { return strings.Join(codesOf(v.Lens.FindingsOf(n)), " ") }},
		},
		model.FieldRole: {{"role", func(n *model.Notebook) string { return n.RoleARN }}},
		model.FieldKMS:  {{"kms", func(n *model.Notebook) string { return n.KMSKeyID }}},
		model.FieldVolume: {{"volume_gb", func(n *model.Notebook) string {
			if n.VolumeGB == 0 {
				return ""
			}
			return strconv.Itoa(n.VolumeGB)
		}}},
	}
}

func codesOf(findings []model.Finding) []string {
	out := make([]string, 0, len(findings))
	for _, f := range findings {
		out = append(out, f.Code)
	}
	return out
}

// orUnknown is the value, or the word for what is not known. Nothing at all means
// that AWS says that there is none.
func orUnknown(n *model.Notebook, f model.FieldID, value string) string {
	if n.Knows(f) {
		return value
	}
	return textUnknown
}

// inert keeps a spreadsheet from taking a text for a formula.
func inert(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
