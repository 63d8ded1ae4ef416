package kit

import (
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// World is what there is to show. App brings it up to date and screens read it.
type World struct {
	Now        time.Time
	Started    time.Time // of the program
	Lens       model.Lens
	Rows       []*model.Notebook
	Targets    []model.TargetStatus
	Problems   []model.Problem
	Index      *model.Index // what an index has said of an organization; nil: none was asked
	Identities []model.Identity
	Coverage   model.Coverage
	Scan       ScanState
	Inventory  *model.Inventory
	Policy     policy.Table
	Skip       model.Skip
	Presets    []model.Preset     // the filters on number keys
	Own        []OwnCommand       // of the user's
	Accounts   []AccountLook      // that the user tells apart, the first that fits
	Back       string             // the screen that one step leads back to, as a hint words it; "" for none
	Runs       map[string]RunNote // of this machine, by the ARN of either notebook
	marks      map[string]string  // the ARN of a source to that of its replacement, by the replacement's tags
}

// ScanState is where the newest scan stands.
type ScanState struct {
	Running bool
	Mode    model.Mode
	Began   time.Time
	Ended   time.Time // zero until the first one has ended
	Frame   int       // of the progress glyph
	Crash   string    // what a scan died of
	Stopped bool      // the user cancelled it
}

// BackWord is what esc leads to where nothing else is left to undo, as a hint words it;
// "" for nothing.
func (w *World) BackWord() string {
	if w.Back == "" {
		return ""
	}
	return "back to " + w.Back
}

// Waited is how long the scan has been running, in words.
func (w *World) Waited() string {
	return Elapsed(w.Now.Sub(w.Scan.Began))
}

// Quiet reports whether the scan runs in the background of a list that is shown
// already, so that it must not move anything.
func (s ScanState) Quiet() bool { return s.Running && s.Mode == model.Transition }

// Identity is who we are in an account.
func (w *World) Identity(account string) model.Identity {
	for _, id := range w.Identities {
		if id.Account == account {
			return id
		}
	}
	return model.Identity{}
}

// isRole reports whether the label of a sign-in is a role's ARN and not the name
// of a profile.
func isRole(label string) bool { return len(label) > 4 && label[:4] == "arn:" }

// ConsoleURL is the page of a notebook in the AWS console, "" when there is none.
func (w *World) ConsoleURL(n *model.Notebook) string {
	return model.ConsoleURL(n, w.Identity(n.Account).Partition)
}

// CLICommand describes a notebook with the AWS CLI, signed in as nbscope is.
func (w *World) CLICommand(n *model.Notebook) string {
	return model.DescribeCommand(n, w.Profile(n.Account))
}

// Profile is the one that signs in to an account, "" where that is the default or a role.
func (w *World) Profile(account string) string {
	if p := w.Identity(account).Profiles; len(p) > 0 && !isRole(p[0]) && p[0] != "default" {
		return p[0]
	}
	return ""
}

// DefaultPolicy is the policy where no override holds.
func (w *World) DefaultPolicy() model.Policy {
	if w.Policy.Default == "" {
		return model.PolicyConnect
	}
	return w.Policy.Default
}

// Canceled is the number of targets that were not looked at because the scan was
// stopped, which is no failure.
func (w *World) Canceled() int {
	n := 0
	for i := range w.Targets {
		if w.Targets[i].State == model.StateCanceled {
			n++
		}
	}
	return n
}

// Forbidden is the number of targets that the organization forbids.
func (w *World) Forbidden() int {
	n := 0
	for i := range w.Targets {
		if w.Targets[i].Forbidden() {
			n++
		}
	}
	return n
}

// Throttles is how often AWS put a call off, over all targets.
func (w *World) Throttles() int {
	n := 0
	for i := range w.Targets {
		n += w.Targets[i].Throttles
	}
	return n
}

// Hidden is the number of accounts whose regions could not be listed.
func (w *World) Hidden() int {
	n := 0
	for i := range w.Problems {
		if w.Problems[i].HidesRegions() {
			n++
		}
	}
	return n
}

// Unanswered says what gave no answer.
func (w *World) Unanswered() string {
	var out []string
	if n := w.Coverage.Failed; n > 0 {
		out = append(out, Count(n, "target")+" did not answer")
	}
	if n := w.Coverage.Believed; n > 0 {
		out = append(out, Count(n, "target")+" believed empty by an index")
	}
	if n := w.Coverage.Problems - w.Hidden(); n > 0 {
		out = append(out, Count(n, "sign-in")+" failed")
	}
	if n := w.Hidden(); n > 0 {
		out = append(out, "the regions of "+Count(n, "account")+" are not listed")
	}
	if len(out) == 0 {
		return "Not everything was seen."
	}
	return UpperFirst(strings.Join(out, ", ")) + "."
}

// Faded reports whether a notebook is shown as it was, not as it is: from the
// cache or an index and not confirmed yet, or missed by the last scan.
func (w *World) Faded(n *model.Notebook) bool {
	return n.Indexed || n.Stale && (n.SeenAt.Before(w.Started) || !w.Scan.Running)
}

// SeenWords say of a notebook that is faded where what is shown of it is from.
func (w *World) SeenWords(n *model.Notebook) string {
	age := model.Age(w.Now.Sub(n.SeenAt)) + " ago"
	switch {
	case n.Indexed && n.SeenAt.IsZero():
		return "named by an index, nobody has looked"
	case n.Indexed:
		return "named by an index, as of " + age + "; nobody has looked"
	}
	return "seen " + age
}

// RunNote is what the list of notebooks says of a run.
type RunNote struct {
	ID    string
	Role  string // "source" or "replacement"
	Words string
	Tone  theme.Tone
}

// Remark reads the tags that runs leave on replacements, so that a colleague sees
// them too.
func (w *World) Remark(notebooks []*model.Notebook) {
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

// Notebook is the one with this ARN, nil where the inventory has none.
func (w *World) Notebook(arn string) *model.Notebook {
	for _, n := range w.Rows {
		if n.ARN == arn {
			return n
		}
	}
	return nil
}

// Listed is what the inventory shows of a notebook, as far as it is new.
func (w *World) Listed(t model.Target, arn string) recreate.Sight {
	if n := w.Inventory.Get(arn); n != nil {
		if n.Stale || n.Indexed {
			return recreate.Sight{}
		}
		return recreate.Sight{At: n.SeenAt, Status: n.Status, Modified: n.Modified}
	}
	for i := range w.Targets {
		if row := &w.Targets[i]; row.Target == t && row.State.Answered() {
			return recreate.Sight{At: row.Started, Status: recreate.StatusGone}
		}
	}
	return recreate.Sight{}
}

// Mentions are what the scan has shown of other notebooks that names a plan's source.
func (w *World) Mentions(p *recreate.Plan) recreate.Mentions {
	unseen := 0
	for i := range w.Targets {
		if row := &w.Targets[i]; row.Target.Account == p.Source.Account && !row.State.Answered() {
			unseen++
		}
	}
	return p.MentionsIn(w.Rows, unseen)
}

// Running reports whether a notebook is part of a run, for all that is known here:
// of this machine's journals, or by the tag of the notebook that replaces it.
func (w *World) Running(n *model.Notebook) bool {
	if _, ok := w.Runs[n.ARN]; ok {
		return true
	}
	_, ok := w.ReplacedBy(n)
	return ok
}

// ReplacedBy is the notebook that a run has made to replace another, as long as it is
// there and says so.
func (w *World) ReplacedBy(n *model.Notebook) (arn string, ok bool) {
	arn, ok = w.marks[n.ARN]
	if !ok {
		return "", false
	}
	by := w.Inventory.Get(arn)
	return arn, by != nil && by.Status != model.StatusDeleting && tagValue(by, recreate.TagSource) == n.ARN
}

// RunWords is what is known of a notebook's part in a run: of this machine's
// journals, else of the tags that a run has left; "" for none.
func (w *World) RunWords(n *model.Notebook) (string, theme.Tone) {
	if note, ok := w.Runs[n.ARN]; ok {
		return "recreate, " + note.Role + ": " + note.Words, note.Tone
	}
	for _, t := range n.Tags {
		if t.Key == recreate.TagRunID {
			return "replacement of " + nameOfARN(tagValue(n, recreate.TagSource)) + ", run " + t.Value, theme.Dim
		}
	}
	if by, ok := w.ReplacedBy(n); ok {
		return "being replaced by " + nameOfARN(by), theme.Dim
	}
	return "", theme.Normal
}

// Neighbours are the known notebooks of a notebook's target, itself among them.
func (w *World) Neighbours(n *model.Notebook) []*model.Notebook {
	var out []*model.Notebook
	for _, other := range w.Rows {
		if other.Target() == n.Target() {
			out = append(out, other)
		}
	}
	return out
}
