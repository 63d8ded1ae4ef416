// Package report turns an inventory, filtered and sorted as shown, into what
// other programs and people read: JSON, CSV, Markdown and a plain table. The
// JSON is a contract, described in docs/output.md.
//
// CSV has what the rows were made from before its header, in records whose first
// field is "#": a reader that skips comments skips them, a spreadsheet shows them
// as rows. A text that a spreadsheet would take for a formula has an apostrophe
// before it.
//
// Every format tells what it was made from: when, as whom, with which filter,
// and what could not be seen. Text from AWS never carries a command to a
// terminal, a formula to a spreadsheet or markup to a page.
package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/query"
)

// View is what is exported: exactly the rows shown, and what is needed to judge
// them later.
type View struct {
	GeneratedAt time.Time
	Policy      policy.Table // judges every row, in place of what the lens judges by
	Filter      string
	Identities  []model.Identity
	Coverage    model.Coverage
	Failed      []model.TargetStatus // final and not answered
	Problems    []model.Problem      // sign-ins that failed
	Index       *model.Index         // what an index has said; nil: none was asked
	Notebooks   []*model.Notebook
	Undecided   query.Undecided // notebooks that are left out although they may match
	Skip        model.Skip      // what was not asked for has no column
	Columns     []model.FieldID // for CSV, Markdown and the table; nil for all
	Header      bool            // CSV begins with what the rows were made from
	Lens        model.Lens
}

// Format is an output format of list and of the export.
type Format string

// The formats. Text is for a single notebook only.
const (
	Table    Format = "table"
	JSON     Format = "json"
	JSONL    Format = "jsonl" // by Lines, as it comes
	CSV      Format = "csv"
	Markdown Format = "markdown"
	Text     Format = "text"
)

// Formats lists the formats that a list of notebooks can be written in.
func Formats() []Format { return []Format{Table, JSON, CSV, Markdown} }

// ListFormats lists the formats that a scan can be written in.
func ListFormats() []Format { return slices.Insert(Formats(), 2, JSONL) }

// ShowFormats lists the formats that one notebook can be written in.
func ShowFormats() []Format { return []Format{Text, JSON} }

// FormatError says that there is no such format. Its message names those that
// there are.
type FormatError struct {
	Format  string
	Valid   []Format
	Suggest string // the nearest valid one, "" when nothing is near
}

// Error names the valid formats.
func (e *FormatError) Error() string {
	names := make([]string, 0, len(e.Valid))
	for _, f := range e.Valid {
		names = append(names, string(f))
	}
	last := len(names) - 1
	out := fmt.Sprintf("unknown output format %q: use %s or %s", e.Format, strings.Join(names[:last], ", "), names[last])
	if e.Suggest != "" {
		out += "; did you mean " + e.Suggest + "?"
	}
	return out
}

// ParseFormat finds a format among the valid ones, without regard to case. The
// error is a *FormatError.
func ParseFormat(s string, valid []Format) (Format, error) {
	names := make([]string, 0, len(valid))
	for _, f := range valid {
		if strings.EqualFold(s, string(f)) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", &FormatError{Format: s, Valid: valid, Suggest: model.Nearest(s, names)}
}

// About writes what the rows of a view were made from, for a file beside one that has
// no place for it: a line each.
func About(w io.Writer, v View) error {
	var out bytes.Buffer
	v.Lens.Findings = v.Policy.Findings
	for _, f := range facts(v) {
		fmt.Fprintf(&out, "%s: %s\n", f.name, f.says)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write what the rows were made from: %w", err)
	}
	return nil
}

// Write prints the view in a format: JSON and CSV row by row, which may end in the
// middle where w fails, the others whole or not at all. width is the terminal's for
// Table, 0 for no limit. An unknown format is a *FormatError, which names the valid
// ones, and writes nothing.
func Write(w io.Writer, f Format, v View, width int) error {
	v.Lens.Findings = v.Policy.Findings
	switch f {
	case JSON:
		return writeJSON(w, v)
	case CSV:
		return writeCSV(w, v)
	case Table, JSONL, Markdown, Text, Shell:
	}
	return writers{
		Markdown: plain(func(b *bytes.Buffer) { writeMarkdown(b, v) }),
		Table:    plain(func(b *bytes.Buffer) { writeTable(b, v, width) }),
	}.write(w, string(f), f, Formats())
}

// writers are what makes each format.
type writers map[Format]func(*bytes.Buffer) error

// plain is one that cannot fail.
func plain(write func(*bytes.Buffer)) func(*bytes.Buffer) error {
	return func(b *bytes.Buffer) error { write(b); return nil }
}

// write writes a format, all of it or nothing. One that there is not is a
// *FormatError, which names those that there are.
func (all writers) write(w io.Writer, what string, f Format, valid []Format) error {
	made := all[f]
	if made == nil {
		_, err := ParseFormat(string(f), valid)
		return err
	}
	var out bytes.Buffer
	if err := made(&out); err != nil {
		return err
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}
