package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// gap separates two columns.
const gap = "  "

// narrow is the width to which a column is shortened before another is left out.
const narrow = 14

// column is a column of the table with its cells, made safe.
type column struct {
	field model.Field
	width int
	cells []string
}

func writeTable(w *bytes.Buffer, v View, limit int) {
	columns, left := fit(columnsOf(v), limit)
	for row := -1; row < len(v.Notebooks); row++ {
		var line strings.Builder
		for i := range columns {
			if i > 0 {
				line.WriteString(gap)
			}
			line.WriteString(columns[i].cell(row))
		}
		w.WriteString(strings.TrimRight(line.String(), " "))
		w.WriteByte('\n')
	}
	footer(w, v, left)
}

// footer says what the rows do not: that there are none, which columns were left
// out, and what could not be seen.
func footer(w *bytes.Buffer, v View, left []string) {
	var says []string
	if len(v.Notebooks) == 0 {
		switch {
		case v.Filter == "":
			says = append(says, "No notebooks.")
		case v.Undecided.Notebooks > 0:
			says = append(says, "No notebook is known to match "+safe(v.Filter)+".")
		default:
			says = append(says, "No notebook matches "+safe(v.Filter)+".")
		}
	}
	if u := undecided(v); u != "" {
		says = append(says, safe(u)+".")
	}
	if len(left) > 0 {
		says = append(says, "Not shown, too narrow: "+strings.Join(left, ", ")+".")
	}
	if !v.Coverage.Complete() || staleRows(v) > 0 {
		says = append(says, "Not everything was seen: "+summary(v)+".")
		for _, gap := range gaps(v) {
			says = append(says, "  "+safe(gap))
		}
	}
	if len(says) > 0 {
		fmt.Fprintf(w, "\n%s\n", strings.Join(says, "\n"))
	}
}

func columnsOf(v View) []column {
	fields := fieldsOf(v)
	out := make([]column, len(fields))
	for i, f := range fields {
		c := column{field: f, width: width(f.Title), cells: make([]string, len(v.Notebooks))}
		for row, n := range v.Notebooks {
			c.cells[row] = safe(v.Lens.Cell(n, f.ID).Text)
			c.width = max(c.width, width(c.cells[row]))
		}
		out[i] = c
	}
	return out
}

// cell is the text of a row, -1 for the head, filled to the column's width.
func (c *column) cell(row int) string {
	text := c.field.Title
	if row >= 0 {
		text = c.cells[row]
	}
	text = cut(text, c.width)
	pad := strings.Repeat(" ", c.width-width(text))
	if c.field.Right {
		return pad + text
	}
	return text + pad
}

// fit shortens columns, and leaves out those that matter least, until a line
// takes at most limit cells. It returns the titles of those left out.
func fit(columns []column, limit int) (shown []column, left []string) {
	if limit <= 0 {
		return columns, nil
	}
	for _, leaves := range leaveOrder() {
		if least(columns) <= limit || len(columns) == 1 {
			break
		}
		for i := range columns {
			if columns[i].field.ID == leaves.ID {
				left = append(left, columns[i].field.Title)
				columns = append(columns[:i], columns[i+1:]...)
				break
			}
		}
	}
	for total(columns) > limit {
		widest := 0
		for i := range columns {
			if columns[i].width > columns[widest].width {
				widest = i
			}
		}
		if columns[widest].width <= 1 {
			break
		}
		columns[widest].width--
	}
	return columns, left
}

// leaveOrder is the order in which columns leave a narrow terminal.
func leaveOrder() []model.Field {
	out := slices.DeleteFunc(model.Fields(), func(f model.Field) bool { return f.Printed == 0 })
	model.SortStable(out, func(a, b model.Field) int { return b.Printed - a.Printed })
	return out
}

// least is the width of a line whose columns are as short as they may be.
func least(columns []column) int {
	out := len(gap) * (len(columns) - 1)
	for i := range columns {
		out += min(columns[i].width, narrow)
	}
	return out
}

func total(columns []column) int {
	out := len(gap) * (len(columns) - 1)
	for i := range columns {
		out += columns[i].width
	}
	return out
}
