package ui

import (
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// world is what there is to show. App brings it up to date and screens read it.
type world struct {
	now        time.Time
	started    time.Time // of the program
	lens       model.Lens
	rows       []*model.Notebook
	targets    []model.TargetStatus
	problems   []model.Problem
	identities []model.Identity
	coverage   model.Coverage
	scan       scanState
	inv        *model.Inventory
	policy     policy.Table
	skip       model.Skip
	runs       map[string]runNote // of this machine, by the ARN of either notebook
	marks      map[string]string  // the ARN of a source to that of its replacement, by the replacement's tags
}

// scanState is where the newest scan stands.
type scanState struct {
	running bool
	mode    model.Mode
	began   time.Time
	ended   time.Time // zero until the first one has ended
	frame   int       // of the progress glyph
	crash   string    // what a scan died of
	stopped bool      // the user cancelled it
}

// waited is how long the scan has been running, in words.
func (w *world) waited() string {
	return fmt.Sprintf("%d s", max(0, int(w.now.Sub(w.scan.began).Seconds())))
}

// quiet reports whether the scan runs in the background of a list that is shown
// already, so that it must not move anything.
func (s scanState) quiet() bool { return s.running && s.mode == model.Transition }

// identity is who we are in an account.
func (w *world) identity(account string) model.Identity {
	for _, id := range w.identities {
		if id.Account == account {
			return id
		}
	}
	return model.Identity{}
}

// isRole reports whether the label of a sign-in is a role's ARN and not the name
// of a profile.
func isRole(label string) bool { return len(label) > 4 && label[:4] == "arn:" }

// consoleURL is the page of a notebook in the AWS console, "" when there is none.
func (w *world) consoleURL(n *model.Notebook) string {
	return model.ConsoleURL(n, w.identity(n.Account).Partition)
}

// cliCommand describes a notebook with the AWS CLI, signed in as nbscope is.
func (w *world) cliCommand(n *model.Notebook) string {
	profile := ""
	if p := w.identity(n.Account).Profiles; len(p) > 0 && !isRole(p[0]) && p[0] != "default" {
		profile = p[0]
	}
	return model.DescribeCommand(n, profile)
}

// defaultPolicy is the policy where no override holds.
func (w *world) defaultPolicy() model.Policy {
	if w.policy.Default == "" {
		return model.PolicyConnect
	}
	return w.policy.Default
}

// canceled is the number of targets that were not looked at because the scan was
// stopped, which is no failure.
func (w *world) canceled() int {
	n := 0
	for i := range w.targets {
		if w.targets[i].State == model.StateCanceled {
			n++
		}
	}
	return n
}

// hidden is the number of accounts whose regions could not be listed.
func (w *world) hidden() int {
	n := 0
	for i := range w.problems {
		if w.problems[i].HidesRegions() {
			n++
		}
	}
	return n
}

// unanswered says what gave no answer.
func (w *world) unanswered() string {
	var out []string
	if n := w.coverage.Failed; n > 0 {
		out = append(out, count(n, "target")+" did not answer")
	}
	if n := w.coverage.Problems - w.hidden(); n > 0 {
		out = append(out, count(n, "sign-in")+" failed")
	}
	if n := w.hidden(); n > 0 {
		out = append(out, "the regions of "+count(n, "account")+" are not listed")
	}
	if len(out) == 0 {
		return "Not everything was seen."
	}
	return upper(strings.Join(out, ", ")) + "."
}

// faded reports whether a notebook is shown as it was, not as it is: from the
// cache and not confirmed yet, or missed by the last scan.
func (w *world) faded(n *model.Notebook) bool {
	return n.Stale && (n.SeenAt.Before(w.started) || !w.scan.running)
}

// runNote is what the list of notebooks says of a run.
type runNote struct {
	id    string
	role  string // "source" or "replacement"
	words string
	tone  theme.Tone
}

// remark reads the tags that runs leave on replacements, so that a colleague sees
// them too.
func (w *world) remark(notebooks []*model.Notebook) {
	for _, n := range notebooks {
		for _, t := range n.Tags {
			if t.Key == recreate.TagSource {
				if w.marks == nil {
					w.marks = map[string]string{}
				}
				w.marks[t.Value] = n.ARN
			}
		}
	}
}

// notebook is the one with this ARN, nil where the inventory has none.
func (w *world) notebook(arn string) *model.Notebook {
	for _, n := range w.rows {
		if n.ARN == arn {
			return n
		}
	}
	return nil
}

// listed is what the inventory shows of a notebook, as far as it is new.
func (w *world) listed(t model.Target, arn string) recreate.Sight {
	if n := w.inv.Get(arn); n != nil {
		if n.Stale {
			return recreate.Sight{}
		}
		return recreate.Sight{At: n.SeenAt, Status: n.Status, Modified: n.Modified}
	}
	for i := range w.targets {
		if row := &w.targets[i]; row.Target == t && row.State.Answered() {
			return recreate.Sight{At: row.Started, Status: recreate.StatusGone}
		}
	}
	return recreate.Sight{}
}

// running reports whether a notebook is part of a run, for all that is known here:
// of this machine's journals, or by the tag of the notebook that replaces it.
func (w *world) running(n *model.Notebook) bool {
	if _, ok := w.runs[n.ARN]; ok {
		return true
	}
	_, ok := w.replacedBy(n)
	return ok
}

// replacedBy is the notebook that a run has made to replace another, as long as it is
// there and says so.
func (w *world) replacedBy(n *model.Notebook) (arn string, ok bool) {
	arn, ok = w.marks[n.ARN]
	if !ok {
		return "", false
	}
	by := w.inv.Get(arn)
	return arn, by != nil && by.Status != model.StatusDeleting && tagValue(by, recreate.TagSource) == n.ARN
}

// runWords is what is known of a notebook's part in a run: of this machine's
// journals, else of the tags that a run has left; "" for none.
func (w *world) runWords(n *model.Notebook) (string, theme.Tone) {
	if note, ok := w.runs[n.ARN]; ok {
		return "recreate, " + note.role + ": " + note.words, note.tone
	}
	for _, t := range n.Tags {
		if t.Key == recreate.TagRunID {
			return "replacement of " + nameOfARN(tagValue(n, recreate.TagSource)) + ", run " + t.Value, theme.Dim
		}
	}
	if by, ok := w.replacedBy(n); ok {
		return "being replaced by " + nameOfARN(by), theme.Dim
	}
	return "", theme.Normal
}
