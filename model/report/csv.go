package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strconv"
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
// ARNs, numbers without units, and at the end the notebook's own ARN and why some
// of it is not known.
func csvColumns(v View) []csvColumn {
	var out []csvColumn
	for _, f := range fieldsOf(v) {
		out = append(out, csvColumnsOf(v, f.ID)...)
	}
	return append(out,
		csvColumn{"arn", func(n *model.Notebook) string { return n.ARN }},
		csvColumn{"why_unknown", func(n *model.Notebook) string { return strings.Join(reasons(n), "; ") }},
	)
}

// csvColumnsOf are the columns that stand for a field.
func csvColumnsOf(v View, id model.FieldID) []csvColumn {
	var out []csvColumn
	add := func(name string, value func(n *model.Notebook) string) {
		out = append(out, csvColumn{name, func(n *model.Notebook) string { return orUnknown(n, id, value(n)) }})
	}
	switch id {
	case model.FieldAccount:
		add("account", func(n *model.Notebook) string { return n.Account })
		add("alias", func(n *model.Notebook) string { return v.Lens.Aliases[n.Account] })
	case model.FieldAge:
		add("created", func(n *model.Notebook) string { return timestamp(n.Created) })
	case model.FieldNet:
		add("network_mode", func(n *model.Notebook) string { return cmp.Or(string(n.NetworkMode()), textUnknown) })
		add("direct_internet", func(n *model.Notebook) string { return cmp.Or(n.DirectInternet, textUnknown) })
	case model.FieldEgress:
		add("egress", func(n *model.Notebook) string {
			if n.Egress == nil {
				return ""
			}
			return string(n.Egress.Verdict)
		})
	case model.FieldFinding:
		add("finding", func(n *model.Notebook) string { return v.Lens.Text(n, id) })
		add("finding_codes", func(n *model.Notebook) string { return strings.Join(codesOf(v.Lens.FindingsOf(n)), " ") })
	case model.FieldRole:
		add("role", func(n *model.Notebook) string { return n.RoleARN })
	case model.FieldKMS:
		add("kms", func(n *model.Notebook) string { return n.KMSKeyID })
	case model.FieldVolume:
		add("volume_gb", func(n *model.Notebook) string {
			if n.VolumeGB == 0 {
				return ""
			}
			return strconv.Itoa(n.VolumeGB)
		})
	case model.FieldName, model.FieldRegion, model.FieldStatus, model.FieldVPC, model.FieldSubnet, model.FieldType,
		model.FieldPlatform, model.FieldSG, model.FieldLifecycle, model.FieldRoot, model.FieldIMDS, model.FieldTags:
		add(string(id), func(n *model.Notebook) string { return v.Lens.Text(n, id) })
	}
	return out
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
