// Package report turns an inventory, filtered and sorted as shown, into what
// other programs and people read: JSON, CSV, Markdown and a plain table. The
// JSON is a contract, described in the README.
package report

import (
	"io"
	"time"

	"nbscope/model"
)

// View is what is exported: exactly the rows shown, and what is needed to judge
// them later.
type View struct {
	GeneratedAt time.Time
	Policy      string
	Filter      string
	Identities  []model.Identity
	Coverage    model.Coverage
	Failed      []model.TargetStatus // final and not answered
	Problems    []model.Problem      // sign-ins that failed
	Notebooks   []*model.Notebook
	Columns     []model.FieldID // for CSV, Markdown and the table; nil for all
	Lens        model.Lens
}

// Format is an output format of list and of the export.
type Format string

// The formats.
const (
	Table    Format = "table"
	JSON     Format = "json"
	CSV      Format = "csv"
	Markdown Format = "markdown"
)

// Write prints the view in a format. width is the terminal's for Table, 0 for
// no limit. An unknown format is an error that names the valid ones.
func Write(w io.Writer, f Format, v View, width int) error { return nil }
