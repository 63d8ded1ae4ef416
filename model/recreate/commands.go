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
		steps[i] = p.commands(k)
	}
	return slices.Concat(steps...)
}

// commands are the commands of one step.
func (p *Plan) commands(k StepKind) []string {
	if d, _ := Def(k); d.commands != nil {
		return d.commands(p)
	}
	return nil
}

func (p *Plan) onSource(verb string) string {
	return onNotebook(p.Source.Region, p.Source.Name, verb)
}

func copyCommands(p *Plan) []string {
	return []string{remark(fmt.Sprintf("By hand: copy what is under %s from %s to %s. nbscope shows the commands.", home, p.Source.Name, p.Spec.Name))}
}

func verifyCommands(p *Plan) []string {
	out := []string{remark("By hand: compare both manifests. Go on only when they are the same.")}
	if attach := p.Attach(); len(attach) > 0 { // when to do it is for a person to say
		out = append(out, Later("To attach the lifecycle configuration that the replacement was created without, when both manifests are the same; its scripts run at the next start:",
			attach...)...)
	}
	return out
}

func stopCommands(p *Plan) []string {
	return Later("Only when both manifests were compared and are the same. "+aboutStop(p),
		p.onSource("stop-notebook-instance"), waitFor(p.Source.Region, p.Source.Name, "stopped"))
}

func deleteCommands(p *Plan) []string {
	return Later("Only when both manifests were the same, the source is stopped, and nobody misses anything any more: "+
		"this deletes the source and its volume for good.", p.onSource("delete-notebook-instance"))
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
