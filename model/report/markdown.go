package report

import (
	"bytes"
	"fmt"
	"strings"

	"nbscope/model"
)

func writeMarkdown(w *bytes.Buffer, v View) {
	w.WriteString("# SageMaker notebook instances\n\n")
	markdownHead(w, v)
	markdownRows(w, v)
	unknowns(w, v)
}

// markdownHead tells what the page was made from, and what could not be seen.
func markdownHead(w *bytes.Buffer, v View) {
	fmt.Fprintf(w, "%s", model.Count(len(v.Notebooks), "notebook"))
	if v.Filter != "" {
		fmt.Fprintf(w, " matching %s", escape(safe(v.Filter)))
	}
	fmt.Fprintf(w, ", %s.\nPolicy %s. %s.\n", model.Stamp(v.GeneratedAt), policyWords(v.Policy), escape(summary(v)))
	if !v.Coverage.Complete() {
		w.WriteString("Not everything was seen.\n")
	}
	for _, f := range facts(v) {
		if f.name == "identity" {
			fmt.Fprintf(w, "\n- identity: %s", escape(f.says))
		}
	}
	if len(v.Identities) > 0 {
		w.WriteString("\n")
	}
	if u := undecided(v); u != "" {
		fmt.Fprintf(w, "\n%s.\n", escape(safe(u)))
	}
	if missing := gaps(v); len(missing) > 0 {
		w.WriteString("\n**Not seen:**\n\n")
		for _, gap := range missing {
			fmt.Fprintf(w, "- %s\n", escape(safe(gap)))
		}
	}
	w.WriteString("\n")
}

func markdownRows(w *bytes.Buffer, v View) {
	fields := fieldsOf(v)
	for _, f := range fields {
		fmt.Fprintf(w, "| %s ", f.Title)
	}
	w.WriteString("|\n")
	for _, f := range fields {
		if f.Right {
			w.WriteString("| ---: ")
		} else {
			w.WriteString("| --- ")
		}
	}
	w.WriteString("|\n")
	for _, n := range v.Notebooks {
		for _, f := range fields {
			fmt.Fprintf(w, "| %s ", markdownCell(v.Lens, n, f.ID))
		}
		w.WriteString("|\n")
	}
}

// unknowns tells under the table why values are not known: on paper nobody can
// look it up.
func unknowns(w *bytes.Buffer, v View) {
	head := "\n**Not known:**\n\n"
	for _, n := range v.Notebooks {
		if why := n.Reasons(); len(why) > 0 {
			fmt.Fprintf(w, "%s- %s: %s\n", head, escape(safe(n.Name)), escape(safe(strings.Join(why, "; "))))
			head = ""
		}
	}
}

func markdownCell(l model.Lens, n *model.Notebook, f model.FieldID) string {
	cell := l.Cell(n, f)
	if cell.State == model.CellPending || cell.State == model.CellUnknown {
		return textUnknown
	}
	return escape(safe(cell.Text))
}

// escape makes a safe text stand in a page as it is: no column, no markup, no
// HTML.
func escape(s string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "|", `\|`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`,
		"&", "&amp;", "<", "&lt;", ">", "&gt;",
	).Replace(s)
}
