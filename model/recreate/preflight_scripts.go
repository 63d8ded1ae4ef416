package recreate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nbscope/model"
)

func checkLifecycle(in *preflight) Check {
	c := Check{ID: "lifecycle", Title: "Lifecycle configuration", Field: FieldLifecycle}
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

// checkScripts reads the scripts of the replacement for what often makes a creation
// fail or stops a copy. It can only guess: a script that says nothing of it passes.
func checkScripts(in *preflight) Check {
	c := Check{ID: "lifecycle-scripts", Title: "Scripts of the replacement", Field: FieldLifecycle}
	f := in.facts.Lifecycle
	switch {
	case in.spec.LifecycleName == "":
		return c.pass("none run")
	case !f.Known:
		return c.unknown(reason(f.Why, "SageMaker was not asked"))
	case f.Value == nil:
		return c.unknown("there is no " + in.spec.LifecycleName)
	}
	if found := hazards(f.Value, in.there(), true); len(found) > 0 {
		hint := "Leave the configuration empty in the form to create without it, and attach it after the copy."
		if idleOf(in.spec.LifecycleName, f) != "" {
			hint += " Or " + stayBusy
		}
		return c.warn(strings.Join(found, "; "), hint)
	}
	return c.pass(fmt.Sprintf("%d lines with nothing that is known to be in the way; they must end within five minutes", scriptLines(f.Value)))
}

// checkSourceScripts reads the scripts that run on the source: one that stops idle
// notebooks stops it in the middle of the copy, and OnStart runs whenever it is
// started, by the run too.
func checkSourceScripts(in *preflight) Check {
	c := Check{ID: "source-scripts", Title: "Scripts of the source"}
	f, now := in.facts.SourceLifecycle, in.now()
	switch {
	case now.LifecycleName == "":
		return c.pass("it has none")
	case !f.Known:
		return c.unknown(reason(f.Why, "SageMaker was not asked"))
	case f.Value == nil:
		return c.unknown("there is no " + now.LifecycleName + " any more")
	}
	var hints []string
	if idleOf(now.LifecycleName, f) != "" {
		hints = append(hints, "Before the copy, "+stayBusy)
	}
	found := hazards(f.Value, in.here(), atRest(now))
	switch {
	case len(found) > len(hints):
		hints = append(hints, "The start is a step of its own. If OnStart keeps the source from starting, "+
			"take "+now.LifecycleName+" off it while it is stopped: the commands do so.")
		c.Commands = Later("only if the start fails because of "+now.LifecycleName+":",
			onNotebook(now.Region, now.Name, "update-notebook-instance", "--disassociate-lifecycle-config"))
	case len(found) == 0 && atRest(now):
		return c.pass(fmt.Sprintf("OnStart runs when the run starts it: %d lines with nothing that is known to be in the way", len(commandLines(f.Value.OnStart))))
	case len(found) == 0:
		return c.pass(fmt.Sprintf("%d lines with nothing that is known to stop it", scriptLines(f.Value)))
	}
	return c.warn(strings.Join(found, "; "), strings.Join(hints, " "))
}

// surroundings are what scripts run in.
type surroundings struct {
	home     string // the platform that they were written on
	platform string // the one that they run on
	internet bool   // a way to the internet is proven
}

func (in *preflight) there() surroundings {
	return surroundings{in.src.Platform, in.spec.Platform, in.spec.DirectInternet != model.Disabled || in.after().Internet()}
}

// here is what the source's scripts run in when the run starts it.
func (in *preflight) here() surroundings {
	now, e := in.now(), in.facts.Egress
	out := surroundings{now.Platform, now.Platform, now.DirectInternet != model.Disabled || e != nil && e.Verdict.Internet()}
	if needsUpdate(now) {
		out.platform = PlatformSupported
	}
	return out
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

// hazards names what in a configuration's scripts may be in the way, those that stop
// the notebook first. What can make a script fail counts where the scripts run.
func hazards(l *model.LifecycleConfig, in surroundings, run bool) []string {
	var stops, fails []string
	for _, hook := range []struct{ name, script string }{{"OnCreate", l.OnCreate}, {"OnStart", l.OnStart}} {
		body := strings.Join(commandLines(hook.script), "\n")
		if says := stopsItself(body); says != "" {
			stops = append(stops, hook.name+" "+says+"; a copy in a terminal does not count as use")
		}
		if !run {
			continue
		}
		for _, says := range in.breaks(hook.script, body) {
			fails = append(fails, hook.name+" "+says)
		}
	}
	return append(stops, fails...)
}

// breaks names what may make a script fail.
func (in surroundings) breaks(script, body string) []string {
	var out []string
	if strings.Contains(script, "\r\n") {
		out = append(out, "has Windows line ends, which AWS reports as taking longer than five minutes")
	}
	if in.home != in.platform {
		if old := used(body, "yum", "amazon-linux-extras", "initctl", "apt-get"); len(old) > 0 {
			out = append(out, "calls "+joined(old)+", which differ or are missing on Amazon Linux 2023")
		}
	}
	if !in.internet {
		if net := used(body, "pip", "pip3", "conda", "mamba", "git clone", "git pull", "wget", "curl", "npm", "yum", "dnf"); len(net) > 0 {
			out = append(out, "calls "+joined(net)+", and a way to the internet for that is not proven")
		}
	}
	return out
}

// IdleStop says by what the scripts of each notebook stop it by themselves, as a
// clause; "" where they do not, as far as they were read.
type IdleStop struct {
	Source      string `json:"source,omitempty"`
	Replacement string `json:"replacement,omitempty"`
}

// idleOf is how the scripts of a configuration stop their notebook, "" where none is
// known to. Those that could not be read may.
func idleOf(name string, f Fact[*model.LifecycleConfig]) string {
	switch {
	case name == "", f.Known && f.Value == nil:
		return ""
	case !f.Known:
		return "may stop the notebook when it is idle: what it does could not be read"
	}
	return stopsItself(strings.Join(commandLines(f.Value.OnCreate+"\n"+f.Value.OnStart), "\n"))
}

// stopsItself finds a script that stops its notebook, with how long it waits as the
// script puts it.
func stopsItself(body string) string {
	if !regexp.MustCompile(`(?i)auto-?_?stop|stop[-_]notebook[-_]instance`).MatchString(body) {
		return ""
	}
	if m := regexp.MustCompile(`(?i)\bidle\w*\s*=\s*["']?\d+|--time[ =]\d+`).FindString(body); m != "" {
		return "stops the notebook when it is idle (" + m + ")"
	}
	if regexp.MustCompile(`(?i)auto-?_?stop|idle`).MatchString(body) {
		return "stops the notebook when it is idle"
	}
	return "stops the notebook by itself"
}

// stayBusy is what keeps a script from taking a notebook for idle. Those that AWS
// published look at Jupyter's sessions, and where there is none at when the notebook
// was last changed.
const stayBusy = "keep a session busy until the copy is verified: a cell of an open notebook that only waits, such as " +
	"import time; time.sleep(12*3600). Shut down the other kernels, and not that one: without a session such a script goes by the time of the notebook's last change, and stops it at once."

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
