package report

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"nbscope/model"
)

// summaryColumns are the columns for a person: what no group has is left out.
func summaryColumns(by model.FieldID, lines []group) []column {
	first := column{field: model.Field{Title: strings.ToUpper(string(by))}}
	number := column{field: model.Field{Title: "NOTEBOOKS", Right: true}}
	for _, g := range lines {
		first.cells = append(first.cells, safe(strings.TrimSpace(g.id+" "+g.name)))
		number.cells = append(number.cells, strconv.Itoa(g.notebooks))
	}
	out := []column{first, number}
	for _, t := range tallies() {
		c, some := column{field: model.Field{Title: t.title, Right: true}}, false
		for _, g := range lines {
			n := g.counts[t.name()]
			some = some || n > 0
			c.cells = append(c.cells, strconv.Itoa(n))
		}
		if some {
			out = append(out, c)
		}
	}
	for i := range out {
		out[i].width = width(out[i].field.Title)
		for _, text := range out[i].cells {
			out[i].width = max(out[i].width, width(text))
		}
	}
	return out
}

func summaryTable(w *bytes.Buffer, v View, by model.FieldID, lines []group) {
	columns := summaryColumns(by, lines)
	for row := -1; row < len(lines); row++ {
		var text strings.Builder
		for i := range columns {
			if i > 0 {
				text.WriteString(gap)
			}
			text.WriteString(columns[i].cell(row))
		}
		w.WriteString(strings.TrimRight(text.String(), " "))
		w.WriteByte('\n')
	}
	fmt.Fprintf(w, "\nFindings under policy %s.\n", policyWords(v.Policy))
	footer(w, v, nil)
}

func summaryMarkdown(w *bytes.Buffer, v View, by model.FieldID, lines []group) {
	fmt.Fprintf(w, "# SageMaker notebook instances by %s\n\n", by)
	markdownHead(w, v)
	columns := summaryColumns(by, lines)
	for _, c := range columns {
		fmt.Fprintf(w, "| %s ", c.field.Title)
	}
	w.WriteString("|\n")
	for _, c := range columns {
		if c.field.Right {
			w.WriteString("| ---: ")
		} else {
			w.WriteString("| --- ")
		}
	}
	w.WriteString("|\n")
	for row := range lines {
		for _, c := range columns {
			fmt.Fprintf(w, "| %s ", escape(c.cells[row]))
		}
		w.WriteString("|\n")
	}
}
