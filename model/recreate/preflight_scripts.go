package recreate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nbscope/model"
)

func checkLifecycle(in *preflight) Check {
	c := Check{ID: "lifecycle", Title: "The lifecycle configuration exists", Field: FieldLifecycle}
	f := in.facts.Lifecycle
	switch {
	case in.spec.LifecycleName == "" && in.src.LifecycleName != "":
		return c.pass("created without it; the commands to attach " + in.src.LifecycleName + " afterwards are in the plan")
	case in.spec.LifecycleName == "":
		return c.pass("there is none")
	case !f.Known:
		return c.unknown(reason(f.Why, "SageMaker was not asked"))
	case f.Value == nil:
		return c.fail("there is no "+in.spec.LifecycleName, "Choose another in the form, or none.")
	}
	return c.pass(f.Value.Name)
}

// checkScripts reads the scripts for what often makes a creation fail or stops a
// copy. It can only guess: a script that says nothing of it passes.
func checkScripts(in *preflight) Check {
	c := Check{ID: "lifecycle-scripts", Title: "Its scripts are harmless to the run", Field: FieldLifecycle}
	f := in.facts.Lifecycle
	switch {
	case in.spec.LifecycleName == "":
		return c.pass("none run")
	case !f.Known:
		return c.unknown(reason(f.Why, "SageMaker was not asked"))
	case f.Value == nil:
		return c.unknown("there is no " + in.spec.LifecycleName)
	}
	var found []string
	for _, hook := range []struct{ name, script string }{{"OnCreate", f.Value.OnCreate}, {"OnStart", f.Value.OnStart}} {
		for _, says := range in.hazards(hook.script) {
			found = append(found, hook.name+" "+says)
		}
	}
	if len(found) > 0 {
		return c.warn(strings.Join(found, "; "), "Leave the configuration empty in the form to create without it, and attach it after the copy.")
	}
	return c.pass(fmt.Sprintf("%d lines with nothing that is known to be in the way; they must end within five minutes", scriptLines(f.Value)))
}

func scriptLines(l *model.LifecycleConfig) int {
	return len(commandLines(l.OnCreate + "\n" + l.OnStart))
}

// commandLines are the lines of a script that are neither empty nor a comment.
func commandLines(script string) []string {
	return slices.DeleteFunc(strings.Split(script, "\n"), func(l string) bool {
		l = strings.TrimSpace(l)
		return l == "" || strings.HasPrefix(l, "#")
	})
}

// hazards names what in a script may be in the way.
func (in *preflight) hazards(script string) []string {
	body := strings.Join(commandLines(script), "\n")
	var out []string
	if strings.Contains(script, "\r\n") {
		out = append(out, "has Windows line ends, which AWS reports as taking longer than five minutes")
	}
	if says := idleStop(body); says != "" {
		out = append(out, says)
	}
	if in.src.Platform != PlatformSupported {
		if old := used(body, "yum", "amazon-linux-extras", "initctl", "apt-get"); len(old) > 0 {
			out = append(out, "calls "+joined(old)+", which differ or are missing on Amazon Linux 2023")
		}
	}
	if in.spec.DirectInternet == model.Disabled && !in.after().Internet() {
		if net := used(body, "pip", "pip3", "conda", "mamba", "git clone", "git pull", "wget", "curl", "npm", "yum", "dnf"); len(net) > 0 {
			out = append(out, "calls "+joined(net)+", which need a way to the internet that is not proven")
		}
	}
	return out
}

// idleStop finds a script that stops its notebook when nobody uses it, with how
// long it waits as the script puts it.
func idleStop(body string) string {
	if !regexp.MustCompile(`(?i)auto-?_?stop|stop[-_]notebook[-_]instance`).MatchString(body) {
		return ""
	}
	says := "stops the notebook when it is idle"
	if m := regexp.MustCompile(`(?i)\bidle\w*\s*=\s*["']?\d+|--time[ =]\d+`).FindString(body); m != "" {
		says += " (" + m + ")"
	}
	return says + "; a copy in a terminal does not count as use"
}

// used are the commands that a script calls, of those named.
func used(body string, commands ...string) []string {
	var out []string
	for _, c := range commands {
		if regexp.MustCompile(`(?m)(?:^|[\s;&|(` + "`" + `/"'])` + regexp.QuoteMeta(c) + `(?:[\s;&|)]|$)`).MatchString(body) {
			out = append(out, c)
		}
	}
	return out
}
