package recreate

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// runPage is the run: what it does or waits for, since when, and what can be done.
// What went before stands in the column of steps.
type runPage struct {
	*subject
	scrolling
	openForm func(field string) kit.Intent
}

func (pg *runPage) reachable() bool { return pg.live != nil }

// status is how the run stands.
func (pg *runPage) status() runStatus {
	return runStatus{live: pg.live, theme: pg.theme, ports: pg.ports}
}

// steps are the rows of the run, or of what is to come.
func (pg *runPage) steps() []stepRow {
	if pg.live == nil || pg.editable() {
		return pg.ahead()
	}
	r := pg.live
	out := make([]stepRow, 0, len(r.Run.Steps))
	for i, s := range r.Run.Told() {
		def, _ := recreate.Def(s.Kind)
		row := stepRow{name: def.Title, page: pageRun, now: i == r.Run.At && !r.Over()}
		row.sign, row.tone = stepSign(pg.theme, s.State)
		switch {
		case s.State == recreate.StepPending:
			row.note = waitWord(s.Kind, s.Gate, r.Run.Plan.Transport)
		case row.now:
			row.sign, row.tone, row.note = pg.status().nowSign(s)
		default:
			row.note = stepNote(&s, r.Run.Proof)
		}
		if s.State == recreate.StepBroken && !s.Failed() {
			row.sign, row.tone = pg.theme.Glyphs.Bullet, theme.Dim
		}
		out = append(out, row)
	}
	if r.Run.Outcome != "" {
		sign, tone := endingSign(pg.theme, &r.Run)
		out = append(out, stepRow{sign: sign, tone: tone, name: r.Run.Ending().Title, page: pageRun, now: true})
	}
	return out
}

// stepNote is how a step ended: how long it took where this run did it.
func stepNote(s *recreate.Step, proof *recreate.Proof) string {
	switch {
	case s.State == recreate.StepBroken:
		return s.Word()
	case s.Ours() && !s.Began.IsZero():
		return kit.Elapsed(s.Ended.Sub(s.Began))
	case s.Kind == recreate.StepVerify && proof != nil && proof.Method == recreate.TransportManual:
		if proof.Verified != nil {
			return "by digest"
		}
		return "attested" // nbscope has not seen it
	case s.Kind == recreate.StepCopy:
		return "by hand"
	case s.Lost:
		return "as seen"
	}
	return "not needed"
}

// ahead are the steps that the plan will take.
func (pg *runPage) ahead() []stepRow {
	p := pg.draftPlan()
	if p == nil {
		return nil
	}
	var out []stepRow
	for _, s := range p.Steps() {
		out = append(out, stepRow{sign: pg.theme.Glyphs.Stopped, tone: theme.Dim, name: s.Title, note: waitWord(s.Kind, s.Gate, p.Transport), page: pagePreview})
	}
	return out
}

func (pg *runPage) view(width, height int) string {
	return strings.Join(pg.scrolled(kit.Padded(pg.document().Paint(pg.theme, max(1, width-2))), width, height), "\n")
}

// document is everything that there is to say of the run.
func (pg *runPage) document() kit.Document {
	status := pg.status()
	doc := status.state()
	pg.sayChoices(&doc)
	status.sayLog(&doc)
	if pg.copying() {
		pg.sayCopy(&doc)
	}
	status.sayBoth(&doc)
	return doc
}

// decisionKeys are the keys of the decisions, with words for the run as it stands.
func (pg *runPage) decisionKeys() []key.Binding {
	r, k := pg.live, pg.keys.Runs
	var out []key.Binding
	named := map[recreate.EventKind]bool{}
	for _, m := range pg.remedies() {
		out = append(out, remedyKey(k, &r.Run, m))
		named[m.Event()] = m.Field() == ""
	}
	for _, c := range r.Choices() {
		if named[c] {
			continue
		}
		if b, ok := decisionKey(k, r, c); ok {
			out = append(out, b)
		}
	}
	return out
}

// keyWidth is the room for the names of keys.
const keyWidth = 9

// sayChoices lists what can be done now with the keys that do it.
func (pg *runPage) sayChoices(doc *kit.Document) {
	keys := pg.decisionKeys()
	if len(keys) == 0 {
		if why, since := pg.live.Standstill(); why != "" && !pg.live.Over() && !pg.live.Elsewhere() { // of those it is said already
			doc.Say(theme.Dim, "Nothing can be decided now: "+why+", as of "+since.UTC().Format(kit.TimeLayout)+".")
		}
		return
	}
	doc.Heading("What you can do")
	for _, b := range keys {
		doc.Drawn(func(width int) []string {
			return []string{kit.Bar(pg.theme, width, []kit.Span{
				{Tone: theme.Accent, Text: "  " + text.FitWith(b.Help().Key, keyWidth, pg.theme.Glyphs.Ellipsis)}, {Text: b.Help().Desc},
			}, nil)}
		})
	}
}

func (pg *runPage) hints() []key.Binding {
	out := pg.decisionKeys()
	k := pg.keys.Runs
	if pg.copying() && pg.live.Held {
		out = append(out[:min(1, len(out))], k.SignInSource, k.SignInReplacement, pg.keys.Recreate.Copy)
	}
	return append(append(out, pg.dataHints()...), k.Report)
}

// waitWord is what a step that is to come wants, or how it is done.
func waitWord(k recreate.StepKind, g recreate.Gate, t recreate.Transport) string {
	if k == recreate.StepCopy && t.Moves() {
		return recreate.WayOf(t).Title
	}
	return gateWord(g)
}

func (pg *runPage) commands() []kit.Command {
	r, k := pg.live, pg.keys.Runs
	g := pg.ports.gates
	var out []kit.Command
	for _, c := range r.Choices() {
		b, ok := decisionKey(k, r, c)
		if !ok {
			continue
		}
		run := func() kit.Intent { return g.open(r, c, false) }
		switch {
		case c == recreate.EventAmended:
			run = func() kit.Intent { return pg.amendAt(suspect(&r.Run), false) }
		case r.Interrupted():
			run = func() kit.Intent { return g.resume([]*liveRun{r}) }
		}
		out = append(out, kit.Command{Group: groupRun, Name: kit.UpperFirst(b.Help().Desc), Key: b, Run: run})
	}
	out = append(out, pg.remedyCommands()...)
	out = append(out, pg.dataCommands()...)
	running := r.Held && r.Run.Outcome == ""
	return append(out,
		kit.Command{Group: groupRun, Name: "Copy a URL that signs in to the source", Key: kit.EnabledIf(k.SignInSource, running), Run: func() kit.Intent { return pg.signIn(r.Run.Plan.Source.Name) }},
		kit.Command{Group: groupRun, Name: "Copy a URL that signs in to the replacement", Key: kit.EnabledIf(k.SignInReplacement, running && r.Run.Created), Run: func() kit.Intent { return pg.signIn(r.Run.Plan.Spec.Name) }},
		kit.Command{Group: groupRun, Name: "Copy the commands of the copy", Key: kit.EnabledIf(pg.keys.Recreate.Copy, pg.copying()), Run: func() kit.Intent { return kit.Copy{What: "the commands of the copy", Text: pg.copyScript()} }},
		kit.Command{Group: groupRun, Name: "Save the commands of the copy", Key: kit.EnabledIf(pg.keys.Recreate.Save, pg.copying()), Run: func() kit.Intent {
			return kit.Save{Name: "nbscope-" + r.ID + "-copy.sh", Data: pg.copyScript()}
		}},
		kit.Command{Group: groupRun, Name: "Report of the run, Markdown", Key: k.Report, Run: func() kit.Intent { return intentReport{kept: r.Journal()} }},
		kit.Command{Group: groupRun, Name: "Report of the run, JSON", Key: k.ReportJSON, Run: func() kit.Intent { return intentReport{kept: r.Journal(), json: true} }},
	)
}

// amendAt opens the form again at a field, for another plan of the same run; without
// leaves the field out of it.
func (pg *runPage) amendAt(field string, without bool) kit.Intent {
	r := pg.live
	if !r.Can(recreate.EventAmended) {
		return nil
	}
	p := &r.Run.Plan
	source := p.Source
	pg.draft = &draft{
		target: p.Target(), name: p.Source.Name, runID: r.ID, ports: pg.ports, policy: p.Policy, amends: r,
		source: &source, base: &source, direction: p.Direction, spec: p.Spec, route: route{p.Transport, p.Bucket, p.MakeBucket}, promised: &p.Promises, notebook: pg.world.Notebook(source.ARN),
	}
	if without {
		_ = pg.draft.spec.Set(field, "") // it is one that may be left out
	}
	pg.draft.changed()
	return kit.Sequence{pg.openForm(field), pg.draft.observe()}
}

// suspect is the field that a failure is likeliest about: where the form opens.
func suspect(r *recreate.Run) string {
	if f, ok := r.Failure(); ok {
		for _, m := range f.Choices {
			if field := m.Field(); field != "" {
				return field
			}
		}
	}
	if r.Problem == nil {
		return recreate.FieldName
	}
	message := strings.ToLower(r.Problem.Message)
	for _, about := range []struct{ word, field string }{{"subnet", recreate.FieldSubnet}, {"vpc", recreate.FieldSubnet}, {"role", recreate.FieldRole}} {
		if strings.Contains(message, about.word) {
			return about.field
		}
	}
	return recreate.FieldType
}

// The copy by hand, as the page of the run shows it.

// sayCopy lists the steps of a copy by hand, with the commands of each side.
func (pg *runPage) sayCopy(doc *kit.Document) {
	p := &pg.live.Run.Plan
	j := pg.keys.Runs
	doc.Heading("The copy, by hand")
	doc.Say(theme.Dim, fmt.Sprintf("%s and %s copy a URL that signs in to either notebook's Jupyter; %s copies all of the commands, %s saves them.",
		j.SignInSource.Help().Key, j.SignInReplacement.Help().Key, pg.keys.Recreate.Copy.Help().Key, pg.keys.Recreate.Save.Help().Key))
	for i, s := range recreate.ManualCopy(p) {
		doc.Heading(fmt.Sprintf("%d  %s  (%s)", i+1, s.Title, pg.placeWords(s.Where)))
		if s.About != "" {
			doc.Say(theme.Normal, s.About)
		}
		for _, c := range s.Commands {
			doc.Drawn(func(width int) []string { return kit.DrawCommand(pg.theme, c, width) })
		}
	}
}

func (pg *runPage) placeWords(p recreate.Place) string {
	switch p {
	case recreate.AtBoth:
		return "a terminal of each notebook"
	case recreate.AtSource:
		return "a terminal of " + pg.live.Run.Plan.Source.Name
	case recreate.AtReplacement:
		return "a terminal of " + pg.live.Run.Plan.Spec.Name
	case recreate.AtHere:
		return "your own shell"
	}
	return string(p)
}

// copyScript is the copy by hand as one text.
func (pg *runPage) copyScript() string {
	p := &pg.live.Run.Plan
	var b strings.Builder
	for i, s := range recreate.ManualCopy(p) {
		fmt.Fprintf(&b, "# %d. %s (%s)\n", i+1, s.Title, pg.placeWords(s.Where))
		if s.About != "" {
			fmt.Fprintf(&b, "# %s\n", s.About)
		}
		b.WriteString(joinLines(s.Commands))
		b.WriteByte('\n')
	}
	return b.String()
}

// copying reports whether the run waits for the copy by hand, and can be given one.
func (pg *runPage) copying() bool {
	return pg.live.Run.Copying() && !pg.live.UnderWay() && pg.live.Run.Replacement != nil
}

// signIn asks for a URL that signs in. It is a secret: it goes to the clipboard
// and nowhere else.
func (pg *runPage) signIn(name string) kit.Intent {
	t := pg.live.Run.Plan.Target()
	return intentWrite{gates: pg.ports.gates, account: t.Account, what: "sign in to " + name, then: func(bool) kit.Intent { return presign(pg.ports.aws, t, name) }}
}
