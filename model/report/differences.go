package report

import (
	"encoding/json"
	"fmt"
	"io"

	"nbscope/model/recreate"
)

// DifferenceFormats lists the formats that differences can be written in.
func DifferenceFormats() []Format { return []Format{Table, JSON} }

// jsonDifference is one difference, on a line of its own: there may be millions.
type jsonDifference struct {
	ID       string `json:"id"` // of the difference as it was seen
	Path     string `json:"path"`
	Status   string `json:"status"`
	Says     string `json:"says"`
	Accepted bool   `json:"accepted,omitempty"` // by name
}

// Difference writes one difference as a line.
func Difference(w io.Writer, f Format, d *recreate.Difference, accepted bool) error {
	var err error
	switch f {
	case JSON:
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		err = enc.Encode(jsonDifference{d.ID, d.Path, d.Status, d.Says, accepted})
	case Table:
		word := ""
		if accepted {
			word = gap + "accepted"
		}
		_, err = fmt.Fprintf(w, "%-12s%s%s%s%s%s\n", safe(d.Status), gap, safe(d.Path), gap, safe(d.Says), word)
	case JSONL, CSV, Markdown, Text, Shell:
		_, err = ParseFormat(string(f), DifferenceFormats())
		return err
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}
