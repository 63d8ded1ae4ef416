package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// RunsFormats lists the formats that the list of runs can be written in.
func RunsFormats() []Format { return []Format{Table, JSON} }

// jsonRun is a run in the list of runs.
type jsonRun struct {
	ID          string    `json:"id"`
	Source      string    `json:"source"`      // ARN
	Replacement string    `json:"replacement"` // name
	Account     string    `json:"account"`
	Region      string    `json:"region"`
	Direction   string    `json:"direction"`
	Step        string    `json:"step,omitempty"` // absent once it is over
	State       string    `json:"state"`
	Outcome     string    `json:"outcome,omitempty"`
	Waits       bool      `json:"waits"`
	ForUser     bool      `json:"waitsForUser"` // it stands still until the user does something; not where the source is kept
	Kept        bool      `json:"sourceKept"`   // stopped and kept
	Began       time.Time `json:"began"`
	Changed     time.Time `json:"changed"`
	HeldBy      string    `json:"heldBy,omitempty"`
	Now         *jsonNow  `json:"now,omitempty"`     // how far the effect in flight is
	Damaged     string    `json:"damaged,omitempty"` // why it cannot be read to its end
	Journal     string    `json:"journal"`

	Unreadable *jsonJournal `json:"unreadable,omitempty"` // how far it goes, and what to do
}

// jsonNow is how far an effect is, as whoever carries it out has told last.
type jsonNow struct {
	At   string `json:"at"`
	Says string `json:"says"`
}

func nowOf(k *recreate.Kept) *jsonNow {
	if k.Doing == nil {
		return nil
	}
	return &jsonNow{model.Stamp(k.Doing.At), k.Doing.Says}
}

// Runs prints the list of runs as a table or as one JSON object.
func Runs(w io.Writer, f Format, runs []recreate.Kept, now time.Time) error {
	return writers{
		JSON:  func(b *bytes.Buffer) error { return writeRunsJSON(b, runs) },
		Table: plain(func(b *bytes.Buffer) { writeRunsTable(b, runs, now) }),
	}.write(w, string(f), f, RunsFormats())
}

func writeRunsJSON(out *bytes.Buffer, runs []recreate.Kept) error {
	list := make([]jsonRun, 0, len(runs))
	for i := range runs {
		k := &runs[i]
		step, _ := k.Run.Step()
		list = append(list, jsonRun{
			ID: k.Run.ID(), Source: k.Run.Plan.Source.ARN, Replacement: k.Run.Plan.Spec.Name,
			Account: k.Run.Plan.Source.Account, Region: k.Run.Plan.Source.Region, Direction: string(k.Run.Plan.Direction),
			Step: string(step.Kind), State: runState(k), Outcome: string(k.Run.Outcome), Waits: k.Run.Waits(), ForUser: k.WaitsForUser(), Kept: k.Run.Kept(),
			Began: k.Run.Began, Changed: k.Run.Changed, HeldBy: k.HeldBy, Now: nowOf(k), Damaged: k.Damaged, Journal: k.Path, Unreadable: journalOf(k),
		})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(struct {
		Schema int       `json:"schema"`
		Runs   []jsonRun `json:"runs"`
	}{1, list}); err != nil {
		return fmt.Errorf("write the runs: %w", err)
	}
	return nil
}

// runState is how a run stands, and who is at it.
func runState(k *recreate.Kept) string {
	switch {
	case k.Unreadable() != "":
		return k.Unreadable()
	case k.Doing != nil && (k.HeldBy != "" || k.Mine):
		return k.Doing.Says
	case k.HeldBy != "":
		return "open elsewhere"
	}
	return k.Run.Says()
}

func writeRunsTable(out *bytes.Buffer, runs []recreate.Kept, now time.Time) {
	if len(runs) == 0 {
		out.WriteString("No runs. R on a notebook in the explorer begins one.\n")
		return
	}
	rows := [][]string{{"RUN", "NOTEBOOK", "REPLACEMENT", "ACCOUNT", "REGION", "STATE", "AGE"}}
	for i := range runs {
		k := &runs[i]
		age := "?"
		if !k.Run.Began.IsZero() {
			age = model.Age(now.Sub(k.Run.Began))
		}
		rows = append(rows, []string{
			k.Run.ID(), cmp.Or(k.Run.Plan.Source.Name, "?"), cmp.Or(k.Run.Plan.Spec.Name, "?"), cmp.Or(k.Run.Plan.Source.Account, "?"),
			cmp.Or(k.Run.Plan.Source.Region, "?"), runState(k), age,
		})
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i := range r {
			r[i] = safe(r[i])
			widths[i] = max(widths[i], width(r[i]))
		}
	}
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-width(cell)) + gap)
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
