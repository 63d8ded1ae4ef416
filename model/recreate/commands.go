package recreate

import (
	"fmt"
	"slices"
)

// Commands are the plan as AWS CLI commands for a POSIX shell, one after another:
// what a person has to do stands between them as a comment. So does what stops or
// deletes a notebook, behind what must be true first: a shell that is given all of
// them at once does neither.
func (p *Plan) Commands() []string {
	kinds := program(p)
	steps := make([][]string, len(kinds))
	for i, k := range kinds {
		steps[i] = p.stepCommands(k)
	}
	return slices.Concat(steps...)
}

// stepCommands are the commands of one step.
func (p *Plan) stepCommands(k StepKind) []string {
	region := p.Source.Region
	source := func(verb string, more ...string) string {
		return onNotebook(region, p.Source.Name, verb, more...)
	}
	switch k {
	case StepCreate:
		return []string{p.Spec.CreateCommand(&p.Source)}
	case StepWait:
		return []string{p.Spec.WaitCommand(region)}
	case StepUpdate:
		return p.Source.moveCommands()
	case StepStart:
		return []string{source("start-notebook-instance"), waitFor(region, p.Source.Name, "in-service")}
	case StepCopy:
		return []string{remark(fmt.Sprintf("By hand: copy what is under %s from %s to %s. nbscope shows the commands.", home, p.Source.Name, p.Spec.Name))}
	case StepVerify:
		return append([]string{remark("By hand: compare both manifests. Go on only when they are the same.")}, p.attachCommands()...)
	case StepStop:
		return Later("Only when both manifests were compared and are the same. "+p.aboutStop(),
			source("stop-notebook-instance"), waitFor(region, p.Source.Name, "stopped"))
	case StepDelete:
		return Later("Only when both manifests were the same, the source is stopped, and nobody misses anything any more: "+
			"this deletes the source and its volume for good.", source("delete-notebook-instance"))
	case StepReach, StepSurvey, StepFailed, StepAwait, StepHalt, StepRemove, StepRestart, StepRestop, StepClean:
	}
	return nil
}

// attachCommands attach the lifecycle configuration that the replacement was
// created without. They are comments: when to do it is for a person to say.
func (p *Plan) attachCommands() []string {
	if p.Source.LifecycleName == "" || p.Spec.LifecycleName != "" {
		return nil
	}
	return Later("To attach the lifecycle configuration that the replacement was created without, when both manifests are the same; its scripts run at the next start:",
		p.Attach()...)
}

// Later are commands as comments, behind what must be true before they are run.
func Later(when string, commands ...string) []string {
	out := append(make([]string, 0, 1+len(commands)), remark(when))
	for _, c := range commands {
		out = append(out, "# "+oneLine(c))
	}
	return out
}

// Attach are the commands that give the replacement the source's lifecycle
// configuration; none where it has one, or the source has none.
func (p *Plan) Attach() []string {
	if p.Source.LifecycleName == "" || p.Spec.LifecycleName != "" {
		return nil
	}
	region, name := p.Source.Region, p.Spec.Name
	return []string{
		onNotebook(region, name, "stop-notebook-instance"),
		waitFor(region, name, "stopped"),
		onNotebook(region, name, "update-notebook-instance", "--lifecycle-config-name", p.Source.LifecycleName),
		waitFor(region, name, "stopped"),
		onNotebook(region, name, "start-notebook-instance"),
	}
}

func onNotebook(region, name, verb string, more ...string) string {
	return sagemakerCall(append([]string{verb, "--region", region, "--notebook-instance-name", name}, more...)...)
}

func waitFor(region, name, state string) string {
	return sagemakerCall("wait", "notebook-instance-"+state, "--region", region, "--notebook-instance-name", name)
}
