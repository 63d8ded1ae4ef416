package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"nbscope/model"
	"nbscope/model/policy"
)

// The kinds of lines of JSONL.
const (
	lineNotebook = "notebook"
	lineCoverage = "coverage"
)

// Lines writes notebooks as JSON Lines while a scan goes on: an object a line, and at
// the end one line of what they are and what could not be seen. A file without that
// last line was cut off. Nothing of a notebook is kept once it is written.
type Lines struct {
	w      *bufio.Writer
	policy policy.Table
	count  int
	err    error
}

// NewLines returns what writes to w; the policy judges every notebook.
func NewLines(w io.Writer, p policy.Table) *Lines {
	return &Lines{w: bufio.NewWriter(w), policy: p}
}

// lineCover is how much of a notebook's target has been seen.
type lineCover struct {
	State    string `json:"state"`
	Complete bool   `json:"complete"`
	Unseen   int    `json:"unseen"` // notebooks of the target with an unknown part
}

// Notebook writes a notebook as list -o json has it, with how much of its target has
// been seen.
func (l *Lines) Notebook(n *model.Notebook, t *model.TargetStatus) {
	out := notebookOf(n, l.policy)
	cover := lineCover{string(t.State), t.State.Answered() && t.Unknown == 0, t.Unknown}
	out.members = append([]jsonMember{{"kind", lineNotebook}, {"coverage", cover}}, out.members...)
	l.count++
	l.write(out)
}

// End writes the last line: what list -o json has beside its notebooks, and how many of
// them there are in the file.
func (l *Lines) End(v View) {
	l.write(struct {
		Kind    string `json:"kind"`
		Written int    `json:"written"`
		*jsonHead
	}{lineCoverage, l.count, headOf(v)})
}

func (l *Lines) write(v any) {
	if l.err != nil {
		return
	}
	var line bytes.Buffer
	if l.err = encodeIndented(&line, v, "", ""); l.err == nil {
		_, l.err = line.WriteTo(l.w)
	}
}

// Flush hands on what was written. The error is the first that any line met.
func (l *Lines) Flush() error {
	if l.err == nil {
		l.err = l.w.Flush()
	}
	if l.err != nil {
		return fmt.Errorf("write lines of JSON: %w", l.err)
	}
	return nil
}
