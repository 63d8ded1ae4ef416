package report

import (
	"bytes"
	"cmp"
	"fmt"

	"nbscope/model"
	"nbscope/model/recreate"
)

// jsonJournal is a journal that cannot be read to its end.
type jsonJournal struct {
	Path     string     `json:"path"`
	State    string     `json:"state"` // "damaged" or "newer"
	Why      string     `json:"why"`
	Last     jsonRecord `json:"lastRecord"`
	WhatNow  string     `json:"whatNow"`
	Commands []string   `json:"commands"` // that only look
}

// jsonRecord is a record of a journal; its number is 0 where there is none.
type jsonRecord struct {
	N    int    `json:"n"`
	At   string `json:"at,omitempty"`
	Says string `json:"says,omitempty"`
}

// journalOf is nil where the journal can be read to its end.
func journalOf(k *recreate.Kept) *jsonJournal {
	if k.Unreadable() == "" {
		return nil
	}
	says, commands := k.WhatNow()
	out := &jsonJournal{
		Path: k.Path, State: "damaged", Why: k.Damaged, Last: jsonRecord{k.Last.N, model.Stamp(k.Last.At), k.Last.Says},
		WhatNow: says, Commands: append([]string{}, commands...),
	}
	if k.Newer != "" {
		out.State, out.Why = "newer", k.Newer
	}
	return out
}

// journalJSON leaves out the run where nothing of it could be read.
func journalJSON(w *bytes.Buffer, k *recreate.Kept) error {
	if len(k.Run.Steps) > 0 {
		return encode(w, runOf(k))
	}
	return encode(w, struct {
		Schema      int          `json:"schema"`
		ID          string       `json:"id"`
		Source      string       `json:"source,omitempty"` // ARN
		Replacement string       `json:"replacement,omitempty"`
		Journal     *jsonJournal `json:"journal"`
	}{schema, k.Run.ID(), k.Run.Plan.Source.ARN, k.Run.Plan.Spec.Name, journalOf(k)})
}

func journalMarkdown(w *bytes.Buffer, k *recreate.Kept) {
	p := &k.Run.Plan
	fmt.Fprintf(w, "# Recreate of %s as %s\n\n", escape(safe(cmp.Or(p.Source.Name, "?"))), escape(safe(cmp.Or(p.Spec.Name, "?"))))
	unreadable(w, k)
	if len(k.Run.Steps) > 0 {
		runMarkdown(w, &k.Run)
	}
}

// unreadable says of a journal that cannot be read to its end how far it goes, and
// what to do.
func unreadable(w *bytes.Buffer, k *recreate.Kept) {
	j := journalOf(k)
	if j == nil {
		return
	}
	item := func(label, value string) { fmt.Fprintf(w, "- %s: %s\n", label, escape(safe(value))) }
	fmt.Fprintf(w, "## %s\n\n", map[string]string{"damaged": "Its journal is damaged", "newer": "It was made by a newer nbscope"}[j.State])
	item("run", k.Run.ID())
	item("why", j.Why)
	item("journal", j.Path)
	last := "none"
	if j.Last.N > 0 {
		last = fmt.Sprintf("%d, %s: %s", j.Last.N, j.Last.At, j.Last.Says)
	}
	item("last record that can be read", last)
	if len(k.Run.Steps) > 0 {
		item("by then", runOutcome(&k.Run))
	}
	fmt.Fprintf(w, "\n%s\n\n", escape(safe(j.WhatNow)))
	for _, c := range j.Commands {
		fmt.Fprintf(w, "    %s\n", safe(c))
	}
	if len(k.Run.Steps) > 0 {
		fmt.Fprintf(w, "\n## As far as it can be read\n\n")
	}
}
