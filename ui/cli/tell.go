package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/text"
)

// What could not be seen, told on standard error and made the exit code.

func failedTargets(inv *model.Inventory) []model.TargetStatus {
	var out []model.TargetStatus
	for _, t := range inv.Targets() {
		if t.State.Final() && !t.State.Answered() {
			out = append(out, t)
		}
	}
	return out
}

// tell is tell, with what an index has said: an index that is trusted settles what it
// believes empty.
func (f *listFlags) tell(w io.Writer, inv *model.Inventory) error {
	err := tell(w, inv)
	c := inv.Coverage()
	if x := inv.Index(); x != nil && (x.Region != "" || x.Refused != nil) { // that there is none is no news
		fmt.Fprintf(w, "nbscope: %s\n", text.Clean(x.Says()))
	}
	if c.Believed > 0 {
		fmt.Fprintf(w, "nbscope: %s not asked: the index names no notebook there\n", kit.Count(c.Believed, "target"))
	}
	if f.settings.TrustIndex && c.Trusted() {
		return nil
	}
	return err
}

// tell writes what could not be seen to standard error, and makes it the exit
// code. A part of a notebook that was refused counts as well as a target.
func tell(w io.Writer, inv *model.Inventory) error {
	for _, p := range inv.Problems() {
		printError(w, p)
	}
	for _, t := range inv.Targets() {
		if t.Problem != nil && !t.State.Answered() {
			printError(w, *t.Problem)
		}
		for _, warning := range t.Warnings {
			printError(w, warning)
		}
		if t.State.Answered() && t.Unknown > 0 && len(t.Warnings) == 0 {
			printError(w, untold(t, inv.Rows()))
		}
	}
	c := inv.Coverage()
	if c.Targets == 0 && c.Problems == 0 {
		fmt.Fprintln(w, "nbscope: no account or region was asked")
	}
	if !c.Complete() {
		return errPartial
	}
	return nil
}

// untold says what could not be seen of a target's notebooks although no call for
// them failed: AWS left values out, or gave some that are not understood.
func untold(t model.TargetStatus, rows []*model.Notebook) model.Problem {
	const most = 3
	var whys []string
	for _, n := range rows {
		if n.Target() != t.Target || !n.Unseen() {
			continue
		}
		for _, why := range n.Unknown() {
			if !slices.Contains(whys, why) && !isSkipped(n, why) {
				whys = append(whys, why)
			}
		}
	}
	slices.Sort(whys)
	if more := len(whys) - most; more > 0 {
		whys = append(whys[:most], "and "+kit.Count(more, "reason")+" more")
	}
	return model.Problem{Target: t.Target, Message: kit.Count(t.Unknown, "notebook") + " not seen in full: " + strings.Join(whys, "; ")}
}

// isSkipped reports whether the reason is that the user does not want a part to be seen,
// which is none for not having seen it.
func isSkipped(n *model.Notebook, why string) bool {
	for _, p := range [...]model.Part{n.Described, n.Located, n.Tagged, n.Networked} {
		if p.State == model.LoadSkipped && p.Reason == why {
			return true
		}
	}
	return false
}

// tellWait says on a terminal what is waited for, for minutes where its Jupyter does not
// serve yet.
func tellWait(env *Env, n *model.Notebook) {
	if isTerminal(env.Stderr) {
		fmt.Fprintf(env.Stderr, "nbscope: trying from inside %s, whose Jupyter is waited for\n", text.Clean(n.Name))
	}
}
