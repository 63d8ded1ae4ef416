package policy

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/control"
	"nbscope/model/recreate"
)

// secondNotebook is what a recreate costs until the source is gone. Its price is
// asked for with a plan.
const secondNotebook = "a second notebook until the first is deleted"

const whyRecreate = "A notebook's setting cannot be changed: this makes a second one beside it. " +
	"Copy and check the data, then retire the old one yourself; deleting it loses its volume for good."

// Remedies lists what puts a notebook's findings under a policy right, in the order
// in which they should be looked at. Where there is no finding there is no remedy.
func Remedies(p model.Policy, n *model.Notebook, e model.Egress) []model.Remedy {
	var out []model.Remedy
	advice := e.Advice
	if advice == nil {
		advice = &model.Advice{}
	}
	for _, f := range Findings(p, n, e) {
		switch f.Code {
		case CodeBlocked:
			out = append(out, advice.Remedies...)
		case CodeDirectOff:
			out = append(out, advice.Remedies...)
			if advice.Elsewhere != nil {
				out = append(out, moveTo(n, *advice.Elsewhere))
			}
			out = append(out, remake(n, model.Enabled, model.VerdictDirect, whyRecreate, f.Breaks))
		case CodeDirectOn:
			if n.SubnetID != "" {
				out = append(out, restricted(n, e, advice, f.Breaks)...)
			}
		case CodeNoVPC:
			out = append(out, remake(n, model.Disabled, model.VerdictUnknown,
				"A notebook's VPC cannot be changed. Say with SUBNET and GROUP where the new one shall stand.", nil), intoVPC(n))
		case CodeRootAccess:
			out = append(out, rootless(n, e)...)
		case CodePlatform:
			out = append(out, replatform(n, e))
		}
	}
	out = onceEach(out)
	model.SortStable(out, func(a, b model.Remedy) int { return a.Compare(&b) })
	return out
}

// onceEach keeps the first of several remedies that are the same but for the finding
// behind them: one new notebook puts everything right at once.
func onceEach(all []model.Remedy) []model.Remedy {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(r model.Remedy) bool {
		mark := r.Title + "\n" + strings.Join(r.Commands, "\n")
		again := seen[mark]
		seen[mark] = true
		return again
	})
}

// restricted takes direct internet off. Where the VPC gives no way out, what opens
// one comes with it: neither is right alone.
func restricted(n *model.Notebook, e model.Egress, advice *model.Advice, breaks []model.Control) []model.Remedy {
	alone := model.VerdictUnknown
	if e.WhatIf != nil {
		alone = e.WhatIf.Verdict
	}
	why := whyRecreate
	var out []model.Remedy
	if !alone.Internet() {
		for _, r := range advice.Remedies {
			if r.After.Internet() {
				out = append(out, together(r, remake(n, model.Disabled, r.After, whyRecreate, nil)))
			}
		}
		why += " Alone it takes the internet away: nothing in the VPC gives a proven way."
	}
	return append(out, remake(n, model.Disabled, alone, why, breaks))
}

// together is one remedy of two that only work one after the other.
func together(first, then model.Remedy) model.Remedy {
	then.Title = first.Title + ", then " + strings.ToLower(then.Title[:1]) + then.Title[1:]
	then.Why = first.Why + " " + then.Why
	then.Commands = slices.Concat(first.Commands, then.Commands)
	then.Cost = first.Cost.Plus(then.Cost)
	then.Affects = slices.Concat(first.Affects, then.Affects)
	return then
}

// remake makes the notebook anew in its place.
func remake(n *model.Notebook, direct string, after model.Verdict, why string, breaks []model.Control) model.Remedy {
	word := "on"
	if direct == model.Disabled {
		word = "off"
	}
	r := model.Remedy{
		Kind: model.RemedyRecreate, Recreates: true, Title: "Recreate the notebook with direct internet " + word, Why: why,
		Commands: createCommands(n, direct), Cost: model.Cost{Unknown: []string{secondNotebook}}, After: after,
	}
	for _, c := range breaks {
		r.Affects = append(r.Affects, model.Affected{
			What: c.ID, Before: "passes", After: "fails" + c.Severity.Behind(), Worse: true, Control: true, Severity: c.Severity,
		})
	}
	return r
}

// intoVPC makes the notebook anew in a VPC, with direct internet access on: only the
// wish for a VPC is met by it.
func intoVPC(n *model.Notebook) model.Remedy {
	r := remake(n, model.Enabled, model.VerdictDirect, "It keeps its way to the internet, and still fails "+control.AgainstDirect()[0].ID+
		". Say with SUBNET and GROUP where the new one shall stand. "+whyRecreate, nil)
	r.Title = "Recreate the notebook into a VPC with direct internet on"
	return r
}

// moveTo makes the notebook anew in another subnet of its VPC.
func moveTo(n *model.Notebook, to model.Placement) model.Remedy {
	moved := *n
	moved.SubnetID = to.SubnetID
	r := remake(&moved, model.Disabled, to.Verdict, whyRecreate, nil)
	r.Title = strings.TrimSpace("Recreate the notebook in private subnet " + to.SubnetID + " " + to.Name)
	return r
}

// update changes a setting in place, for which the notebook must be stopped.
func update(n *model.Notebook, e model.Egress, title string, change ...string) model.Remedy {
	call := func(words ...string) string {
		all := append([]string{"aws", "sagemaker"}, words...)
		return line(append(all, "--notebook-instance-name", n.Name, "--region", n.Region)...)
	}
	return model.Remedy{
		Kind: model.RemedyUpdate, Title: title, After: e.Verdict,
		Why: "The notebook must be stopped for it. What is not under /home/ec2-user/SageMaker is lost, as with every stop.",
		Commands: recreate.Later("Only when everything on "+n.Name+" that is needed is copied elsewhere and compared, and nobody works on it:",
			call("stop-notebook-instance"), call("wait", "notebook-instance-stopped"),
			call(append([]string{"update-notebook-instance"}, change...)...),
			call("wait", "notebook-instance-stopped"), call("start-notebook-instance"),
		),
	}
}

// rootless takes root access away in place. Amazon Linux 2 starts again only on
// another platform, so that both change at once; Amazon Linux 1 never does, and there
// is no way in place.
func rootless(n *model.Notebook, e model.Egress) []model.Remedy {
	title, change := "Take root access away", []string{"--root-access", model.Disabled}
	switch {
	case strings.HasPrefix(n.Platform, "notebook-al1-"):
		return nil
	case strings.HasPrefix(n.Platform, "notebook-al2-"):
		title += " and update the platform to " + control.Supported + ", without which it no longer starts"
		change = append(change, "--platform-identifier", control.Supported)
	}
	return []model.Remedy{update(n, e, title, change...)}
}

// replatform moves an Amazon Linux 2 notebook to the supported platform in place.
// There is no such way for Amazon Linux 1 or for what is not known.
func replatform(n *model.Notebook, e model.Egress) model.Remedy {
	if !strings.HasPrefix(n.Platform, "notebook-al2-") {
		alone := model.VerdictUnknown
		if e.WhatIf != nil && n.DirectInternet == model.Enabled {
			alone = e.WhatIf.Verdict
		} else if e.Verdict != "" {
			alone = e.Verdict
		}
		return remake(n, model.Disabled, alone, "This platform has no update in place: a new notebook has "+control.Supported+".", nil)
	}
	r := update(n, e, "Update the platform to "+control.Supported, "--platform-identifier", control.Supported)
	r.Why += " Save the data elsewhere before: a stopped Amazon Linux 2 notebook cannot be started again as it was."
	return r
}

func line(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = model.ShellQuote(w)
	}
	return strings.Join(quoted, " ")
}
