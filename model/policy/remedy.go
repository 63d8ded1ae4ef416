package policy

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/control"
)

// How much a remedy of the notebook itself touches, beside those of its network.
const (
	invasiveUpdate   = 3 // stops and starts the notebook
	invasiveRecreate = 100
)

const whyRecreate = "A notebook's setting cannot be changed: this makes a second one beside it. " +
	"Copy and check the data, then retire the old one yourself; deleting it loses its volume for good."

// Remedies lists what puts a notebook's findings under a policy right, the least
// invasive first. Where there is no finding there is no remedy.
func Remedies(p model.Policy, n *model.Notebook, e model.Egress) []model.Remedy {
	var out []model.Remedy
	for _, f := range Findings(p, n, e) {
		switch f.Code {
		case CodeDirectOff:
			if !f.Mitigated {
				out = append(out, e.Remedies...)
			}
			out = append(out, remake(n, model.Enabled, whyRecreate))
		case CodeDirectOn:
			out = append(out, e.Remedies...)
			if n.SubnetID != "" {
				out = append(out, remake(n, model.Disabled, offWhy(e)))
			}
		case CodeNoVPC:
			out = append(out, remake(n, model.Disabled, "A notebook's VPC cannot be changed. Choose the subnet and the security groups for the new one."))
		case CodeRootAccess:
			out = append(out, update(n, "Take root access away", "--root-access", model.Disabled))
		case CodePlatform:
			out = append(out, replatform(n))
		}
	}
	out = oneRecreate(out)
	slices.SortStableFunc(out, func(a, b model.Remedy) int { return cmp.Compare(a.Invasive, b.Invasive) })
	return out
}

// oneRecreate keeps the first of several recreations: one new notebook puts
// everything right at once.
func oneRecreate(all []model.Remedy) []model.Remedy {
	seen := false
	return slices.DeleteFunc(all, func(r model.Remedy) bool {
		again := seen && r.Kind == model.RemedyRecreate
		seen = seen || r.Kind == model.RemedyRecreate
		return again
	})
}

func offWhy(e model.Egress) string {
	why := whyRecreate
	if e.WhatIf == nil || !e.WhatIf.Verdict.Internet() {
		why += " Open a way through the VPC first: without one the new notebook does not reach the internet."
	}
	return why
}

func remake(n *model.Notebook, direct, why string) model.Remedy {
	word := "on"
	if direct == model.Disabled {
		word = "off"
	}
	return model.Remedy{
		Kind: model.RemedyRecreate, Title: "Recreate the notebook with direct internet " + word, Why: why, Invasive: invasiveRecreate,
		Commands: createCommands(n, direct),
	}
}

// update changes a setting in place, for which the notebook must be stopped.
func update(n *model.Notebook, title string, change ...string) model.Remedy {
	call := func(words ...string) string {
		all := append([]string{"aws", "sagemaker"}, words...)
		return line(append(all, "--notebook-instance-name", n.Name, "--region", n.Region)...)
	}
	return model.Remedy{
		Kind: model.RemedyUpdate, Title: title, Invasive: invasiveUpdate,
		Why: "The notebook must be stopped for it. What is not under /home/ec2-user/SageMaker is lost, as with every stop.",
		Commands: []string{
			call("stop-notebook-instance"), call("wait", "notebook-instance-stopped"),
			call(append([]string{"update-notebook-instance"}, change...)...),
			call("wait", "notebook-instance-stopped"), call("start-notebook-instance"),
		},
	}
}

// replatform moves an Amazon Linux 2 notebook to the supported platform in place.
// There is no such way for Amazon Linux 1 or for what is not known.
func replatform(n *model.Notebook) model.Remedy {
	if !strings.HasPrefix(n.Platform, "notebook-al2-") {
		return remake(n, model.Disabled, "This platform has no update in place: a new notebook has "+control.Supported+".")
	}
	r := update(n, "Update the platform to "+control.Supported, "--platform-identifier", control.Supported)
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
