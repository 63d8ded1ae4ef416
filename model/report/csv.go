package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"nbscope/model"
)

// writeCSV writes RFC 4180 records, lines ended by a line feed. What the rows
// were made from stands before them in records whose first field is "#": a
// reader that skips comments skips them, a spreadsheet shows them as rows.
func writeCSV(w *bytes.Buffer, v View) error {
	out := csv.NewWriter(w)
	for _, f := range facts(v) {
		if err := out.Write([]string{"#", f.name, inert(f.says)}); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
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
		if strings.HasPrefix(record[0], "#") {
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

type csvColumn struct {
	name string
	text func(n *model.Notebook) string
}

// csvColumns are the view's columns with what a machine needs in place of what a
// person reads: the account's id beside its alias, times instead of ages, whole
// ARNs, and the notebook's own ARN at the end.
func csvColumns(v View) []csvColumn {
	var out []csvColumn
	for _, f := range fieldsOf(v.Columns) {
		name := string(f.ID)
		value := func(n *model.Notebook) string { return v.Lens.Text(n, f.ID) }
		switch f.ID {
		case model.FieldAccount:
			alias := func(n *model.Notebook) string { return v.Lens.Aliases[n.Account] }
			out = append(out, csvColumn{"account", func(n *model.Notebook) string { return n.Account }}, csvColumn{"alias", alias})
			continue
		case model.FieldAge:
			name, value = "created", func(n *model.Notebook) string { return timestamp(n.Created) }
		case model.FieldRole:
			value = func(n *model.Notebook) string { return n.RoleARN }
		case model.FieldKMS:
			value = func(n *model.Notebook) string { return n.KMSKeyID }
		case model.FieldName, model.FieldRegion, model.FieldStatus, model.FieldVPC, model.FieldSubnet, model.FieldNet,
			model.FieldType, model.FieldPlatform, model.FieldSG, model.FieldLifecycle, model.FieldRoot,
			model.FieldIMDS, model.FieldVolume, model.FieldTags:
		}
		out = append(out, csvColumn{name, func(n *model.Notebook) string { return orUnknown(n, f.ID, value(n)) }})
	}
	return append(out, csvColumn{"arn", func(n *model.Notebook) string { return n.ARN }})
}

// orUnknown is the value, or why it is not known. Nothing at all means that AWS
// says that there is none.
func orUnknown(n *model.Notebook, f model.FieldID, value string) string {
	if n.Knows(f) {
		return value
	}
	return "unknown (" + n.Reason(f) + ")"
}

// inert keeps a spreadsheet from taking a text for a formula.
func inert(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
