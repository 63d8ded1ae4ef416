package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What the page of the run offers: the copy by hand, and the decisions.

// sayCopy lists the steps of a copy by hand, with the commands of each side.
func (w *wizard) sayCopy(doc *document) {
	p := &w.live.run.Plan
	j := w.keys.Runs
	doc.heading("The copy, by hand")
	doc.say(theme.Dim, fmt.Sprintf("%s and %s copy a URL that signs in to either notebook's Jupyter; %s copies all of the commands, %s saves them.",
		j.SignInSource.Help().Key, j.SignInReplacement.Help().Key, w.keys.Recreate.Copy.Help().Key, w.keys.Recreate.Save.Help().Key))
	for i, s := range recreate.ManualCopy(&p.Source, p.Spec) {
		doc.heading(fmt.Sprintf("%d  %s  (%s)", i+1, s.Title, w.placeWords(s.Where)))
		if s.About != "" {
			doc.say(theme.Normal, s.About)
		}
		for _, c := range s.Commands {
			doc.drawn(func(width int) []string { return drawCommand(w.theme, c, width) })
		}
	}
}

func (w *wizard) placeWords(p recreate.Place) string {
	switch p {
	case recreate.AtSource:
		return "a terminal of " + w.live.run.Plan.Source.Name
	case recreate.AtReplacement:
		return "a terminal of " + w.live.run.Plan.Spec.Name
	case recreate.AtHere:
		return "your own shell"
	}
	return string(p)
}

// copyScript is the copy by hand as one text.
func (w *wizard) copyScript() string {
	p := &w.live.run.Plan
	var b strings.Builder
	for i, s := range recreate.ManualCopy(&p.Source, p.Spec) {
		fmt.Fprintf(&b, "# %d. %s (%s)\n", i+1, s.Title, w.placeWords(s.Where))
		if s.About != "" {
			fmt.Fprintf(&b, "# %s\n", s.About)
		}
		b.WriteString(joinLines(s.Commands))
		b.WriteByte('\n')
	}
	return b.String()
}

// sayDisturbed says what has come between a copy and its notebooks.
func (w *wizard) sayDisturbed(doc *document) {
	r := &w.live.run
	what := r.Disturbed()
	if what == "" {
		return
	}
	doc.say(theme.Bad, w.theme.Glyphs.Warn+" Something else than this run is at work: "+what+".")
	switch {
	case r.Replacement == nil:
		doc.say(theme.Normal, "There is nothing left to copy to. The source is untouched: end the run, find out what removes such notebooks "+
			"(a policy of the organization, mostly), and begin another.")
	case r.Source == nil:
		doc.say(theme.Normal, "What the replacement holds is all there is now.")
	default:
		doc.say(theme.Normal, "A script against idle notebooks counts Jupyter's sessions, not terminals; a policy of the organization may stop what has direct "+
			"internet. Start the notebook again, in the console or with the AWS CLI, and go on with the copy: nbscope looks every "+
			seconds(copyEvery)+".")
	}
}

// copying reports whether the run waits for the copy by hand, and can be given one.
func (w *wizard) copying() bool {
	return w.live.run.Copying() && !w.live.underWay() && w.live.run.Replacement != nil
}

// decisionKeys are the keys of the decisions, with words for the run as it stands.
func (w *wizard) decisionKeys() []key.Binding {
	r, k := w.live, w.keys.Runs
	var out []key.Binding
	for _, c := range r.choices() {
		if b, ok := decisionKey(k, r, c); ok {
			out = append(out, b)
		}
	}
	if r.interrupted() {
		out = append(out, k.Resume)
	}
	return out
}

// decisionKey is the key of a decision.
func decisionKey(k RunKeys, r *liveRun, c recreate.EventKind) (key.Binding, bool) {
	step, _ := r.run.Step()
	def, _ := recreate.Def(step.Kind)
	failed := step.Kind == recreate.StepWait && r.run.Phase == recreate.PhaseFailed
	words := map[recreate.EventKind]key.Binding{
		recreate.EventApproved: as(k.Decide, "approve "+lower(def.Title)),
		recreate.EventAttested: as(k.Decide, "say that it is copied"),
		recreate.EventRetry:    k.Retry,
		recreate.EventAmended:  k.Amend,
		recreate.EventAccepted: k.Accept,
		recreate.EventResumed:  as(k.Resume, "look at AWS again"),
		recreate.EventRollback: k.Rollback,
		recreate.EventClosed:   k.Close,
		recreate.EventHalted:   k.Stop,
	}
	if def.Gate == recreate.GateName {
		words[recreate.EventApproved] = as(k.Decide, "delete the source")
	}
	if r.run.Phase == recreate.PhasePaused {
		words[recreate.EventResumed] = k.Resume
	}
	if failed {
		words[recreate.EventRetry] = as(k.Retry, "remove the failed one, try again")
		words[recreate.EventAmended] = as(k.Amend, "change the plan: type, subnet, scripts")
	}
	b, ok := words[c]
	return b, ok
}

// keyWidth is the room for the names of keys.
const keyWidth = 9

// sayChoices lists what can be done now with the keys that do it.
func (w *wizard) sayChoices(doc *document) {
	keys := w.decisionKeys()
	if len(keys) == 0 {
		return
	}
	doc.heading("What you can do")
	for _, b := range keys {
		doc.drawn(func(width int) []string {
			return []string{bar(w.theme, width, []span{
				{tone: theme.Accent, text: "  " + text.Fit(b.Help().Key, keyWidth)}, {text: b.Help().Desc},
			}, nil)}
		})
	}
}

func (w *wizard) runHints() []key.Binding {
	out := w.decisionKeys()
	k := w.keys.Runs
	if w.copying() && w.live.held() {
		out = append(out[:min(1, len(out))], k.SignInSource, k.SignInReplacement, w.keys.Recreate.Copy)
	}
	return append(out, k.Report)
}

func (w *wizard) runCommands() []command {
	r, k := w.live, w.keys.Runs
	g := gates{keys: w.keys, theme: w.theme, now: w.ports.now}
	var out []command
	for _, c := range r.choices() {
		b, ok := decisionKey(k, r, c)
		if !ok {
			continue
		}
		run := func() intent { return g.open(r, c) }
		if c == recreate.EventAmended {
			run = w.amend
		}
		out = append(out, command{group: groupRun, name: upper(b.Help().Desc), key: b, run: run})
	}
	if r.interrupted() {
		out = append(out, command{group: groupRun, name: "Resume: look at AWS, then ask", key: k.Resume, run: func() intent { return intentTakeUp{run: r} }})
	}
	running := r.held() && r.run.Outcome == ""
	return append(out,
		command{group: groupRun, name: "Copy a URL that signs in to the source", key: when(k.SignInSource, running), run: func() intent { return w.signIn(r.run.Plan.Source.Name) }},
		command{group: groupRun, name: "Copy a URL that signs in to the replacement", key: when(k.SignInReplacement, running && r.run.Created), run: func() intent { return w.signIn(r.run.Plan.Spec.Name) }},
		command{group: groupRun, name: "Copy the commands of the copy", key: when(w.keys.Recreate.Copy, w.copying()), run: func() intent { return intentCopyWhole{"the commands of the copy", w.copyScript()} }},
		command{group: groupRun, name: "Save the commands of the copy", key: when(w.keys.Recreate.Save, w.copying()), run: func() intent {
			return intentSave{name: "nbscope-" + r.id + "-copy.sh", data: w.copyScript()}
		}},
		command{group: groupRun, name: "Report of the run, Markdown", key: k.Report, run: func() intent { return intentReport{run: r.run} }},
		command{group: groupRun, name: "Report of the run, JSON", key: k.ReportJSON, run: func() intent { return intentReport{run: r.run, json: true} }},
	)
}

// signIn asks for a URL that signs in. It is a secret: it goes to the clipboard
// and nowhere else.
func (w *wizard) signIn(name string) intent {
	t := w.live.run.Plan.Target()
	return intentWrite{t.Account, func(bool) intent { return intentPresign{port: w.ports.aws, target: t, name: name} }}
}

// amend opens the form again, for another plan of the same run.
func (w *wizard) amend() intent {
	r := w.live
	if !r.can(recreate.EventAmended) {
		return nil
	}
	p := &r.run.Plan
	source := p.Source
	w.draft = &draft{
		target: p.Target(), name: p.Source.Name, runID: r.id, ports: w.ports, policy: p.Policy, amends: r,
		source: &source, direction: p.Direction, spec: p.Spec, notebook: w.world.notebook(source.ARN),
	}
	w.draft.changed()
	w.follows, w.page, w.doc = false, pageForm, paintedDoc{}
	w.field = slices.IndexFunc(formFields(), func(f recreate.FieldDef) bool { return f.Create == suspect(r.run.Problem) })
	return w.draft.observe()
}

// suspect is the field that a failure is likeliest about: where the form opens.
func suspect(p *model.Problem) string {
	if p == nil {
		return recreate.FieldName
	}
	message := strings.ToLower(p.Message)
	for _, about := range []struct{ word, field string }{
		{"lifecycle", recreate.FieldLifecycle}, {"subnet", recreate.FieldSubnet}, {"address", recreate.FieldSubnet},
		{"vpc", recreate.FieldSubnet}, {"kms", recreate.FieldKey}, {"role", recreate.FieldRole},
	} {
		if strings.Contains(message, about.word) {
			return about.field
		}
	}
	return recreate.FieldType
}
