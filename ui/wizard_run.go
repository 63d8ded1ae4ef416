package ui

import (
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// The page of the run: what it does or waits for, since when, and what can be
// done. What went before stands in the column of steps.

// Waits get a colour when they last longer than they mostly do.
const (
	slowWait  = 10 * time.Minute
	stuckWait = 30 * time.Minute
)

// stepSign is the sign and the tone of a step's state.
func stepSign(t *theme.Theme, s recreate.StepState) (string, theme.Tone) {
	switch s {
	case recreate.StepActive:
		return t.Glyphs.Cursor, theme.Accent
	case recreate.StepDone:
		return t.Glyphs.Ok, theme.Good
	case recreate.StepSkipped:
		return t.Glyphs.Bullet, theme.Dim
	case recreate.StepBroken:
		return t.Glyphs.Failed, theme.Bad
	case recreate.StepPending:
	}
	return t.Glyphs.Stopped, theme.Dim
}

// runSteps are the rows of the run's steps.
func (w *wizard) runSteps() []stepRow {
	r := w.live
	out := make([]stepRow, 0, len(r.run.Steps))
	for i, s := range r.run.Steps {
		def, _ := recreate.Def(s.Kind)
		row := stepRow{name: def.Title, page: pageRun, now: i == r.run.At}
		row.sign, row.tone = stepSign(w.theme, s.State)
		row.at = row.now && w.page == pageRun
		switch {
		case s.State == recreate.StepPending:
			row.note = gateWord(def.Gate)
		case row.now:
			row.sign, row.tone, row.note = w.nowSign(s)
		case s.Kind == recreate.StepVerify && s.State == recreate.StepDone && r.run.Proof != nil && r.run.Proof.Method == recreate.TransportManual:
			row.note = "attested" // nbscope has not seen it
		case s.State == recreate.StepDone && !s.Began.IsZero():
			row.note = seconds(s.Ended.Sub(s.Began))
		case s.State == recreate.StepSkipped:
			row.note = "not needed"
		case s.State == recreate.StepBroken:
			row.note = "failed"
		}
		out = append(out, row)
	}
	if r.run.Outcome != "" {
		sign, tone := outcomeSign(w.theme, r.run.Outcome)
		out = append(out, stepRow{sign: sign, tone: tone, name: upper(string(r.run.Outcome)), page: pageRun, now: true, at: w.page == pageRun})
	}
	return out
}

func outcomeSign(t *theme.Theme, o recreate.Outcome) (string, theme.Tone) {
	if o == recreate.OutcomeDone {
		return t.Glyphs.Ok, theme.Good
	}
	return t.Glyphs.Bullet, theme.Normal
}

// nowSign is how the current step stands.
func (w *wizard) nowSign(s recreate.Step) (sign string, tone theme.Tone, note string) {
	r, g := w.live, w.theme.Glyphs
	since := seconds(w.ports.now().Sub(s.Began))
	switch {
	case r.underWay():
		return spinner(w.theme, w.ports.frame()), theme.Busy, since
	case r.run.Phase == recreate.PhaseFailed:
		return g.Failed, theme.Bad, "failed"
	case r.run.Phase == recreate.PhaseDrift:
		return g.Warn, theme.Warn, "not as it was"
	case r.run.Phase == recreate.PhasePaused:
		return g.Warn, theme.Warn, "paused"
	case r.interrupted() && !r.run.Waits():
		return g.Warn, theme.Warn, "interrupted"
	}
	return g.Diamond, theme.Accent, gateWord(r.run.Gate())
}

func (w *wizard) runView() string {
	width, height := w.pageWidth(), w.pageHeight()
	return strings.Join(w.scrolled(padded(w.runDocument().paint(w.theme, max(1, width-2))), height), "\n")
}

// runDocument is everything that there is to say of the run.
func (w *wizard) runDocument() document {
	doc := w.runState()
	w.sayChoices(&doc)
	if w.copying() {
		w.sayCopy(&doc)
	}
	w.sayBoth(&doc)
	return doc
}

// runSummary is how the run stands, without what can be done on its page only.
func (w *wizard) runSummary() document {
	doc := w.runState()
	w.sayBoth(&doc)
	return doc
}

// runState says what the run does or waits for.
func (w *wizard) runState() document {
	r := w.live
	var doc document
	w.sayHolder(&doc)
	switch {
	case r.run.Outcome != "":
		w.sayOutcome(&doc)
	case r.underWay():
		w.sayUnderWay(&doc)
	case r.run.Phase == recreate.PhaseFailed:
		w.sayFailure(&doc)
	case r.run.Phase == recreate.PhaseDrift:
		w.sayDrift(&doc)
	case r.run.Phase == recreate.PhasePaused:
		w.sayPause(&doc)
	case r.run.Gate() != recreate.GateNone:
		w.sayGate(&doc)
	default:
		w.sayInterrupted(&doc)
	}
	return doc
}

// sayHolder says why the run can only be read, if so.
func (w *wizard) sayHolder(doc *document) {
	r, g := w.live, w.theme.Glyphs
	switch {
	case r.problem != nil:
		doc.say(theme.Bad, g.Failed+" The journal cannot be written, so the run stands still: "+r.problem.Error())
	case r.kept.Unreadable() != "":
		says, commands := r.kept.WhatNow()
		doc.say(theme.Bad, g.Failed+" "+upper(r.kept.Unreadable())+": "+r.kept.Damaged+r.kept.Newer+". What stands here is as far as it goes.")
		doc.say(theme.Normal, says)
		for _, c := range commands {
			doc.code(c)
		}
	case !r.held() && r.kept.HeldBy != "":
		doc.say(theme.Warn, g.Warn+" Read-only: the run is held by "+r.kept.HeldBy+".")
	}
}

func (w *wizard) sayUnderWay(doc *document) {
	r := w.live
	switch {
	case r.flight == nil && r.queued != nil:
		doc.say(theme.Busy, fmt.Sprintf("%s waits for its turn: %d other runs are being moved.", upper(effectWords(r.queued)), atOnce))
		return
	case r.flight == nil:
		doc.say(theme.Busy, spinner(w.theme, w.ports.frame())+" Writing it down.")
		return
	}
	f := r.flight
	waited := w.ports.now().Sub(f.since)
	tone := theme.Busy
	switch {
	case f.effect.Kind == recreate.EffectWait && waited >= stuckWait:
		tone = theme.Bad
	case f.effect.Kind == recreate.EffectWait && waited >= slowWait:
		tone = theme.Warn
	}
	doc.say(tone, spinner(w.theme, w.ports.frame())+" "+upper(effectWords(&f.effect))+", for "+seconds(waited))
	if r.run.Halting {
		doc.say(theme.Warn, "It stops when this call is finished.")
	}
	if f.effect.Kind != recreate.EffectWait && f.effect.Kind != recreate.EffectSettle {
		return
	}
	w.sayProgress(doc, f, waited)
}

// sayProgress says what a wait has seen so far, and what may be done meanwhile.
func (w *wizard) sayProgress(doc *document, f *flight, waited time.Duration) {
	if f.told {
		sign, tone := statusSign(w.theme, f.progress.Status)
		word := string(f.progress.Status)
		if f.progress.Status == recreate.StatusGone {
			sign, word = w.theme.Glyphs.Bullet, "gone"
		}
		doc.toned("Status now", tone, sign+" "+word)
		doc.value("Looked", count(f.progress.Looks, "time"))
		if f.progress.Reason != "" {
			doc.toned("Reason", theme.Bad, f.progress.Reason)
		}
		if p := f.progress.Problem; p != nil {
			doc.toned("Last answer", theme.Warn, p.Message)
		}
	}
	switch {
	case waited >= stuckWait:
		doc.say(theme.Normal, "This lasts far longer than usual. AWS can neither hurry nor cancel it; the run may be left and resumed any time.")
	case waited >= slowWait:
		doc.say(theme.Normal, "This lasts longer than usual. It mostly takes five minutes, and sometimes up to an hour.")
	default:
		doc.say(theme.Dim, "You may leave this page, or the program: the run can be resumed at any time.")
	}
}

// effectWords is what an effect does, as a clause.
func effectWords(e *recreate.Effect) string {
	switch e.Kind {
	case recreate.EffectObserve:
		return "looking at both notebooks"
	case recreate.EffectSettle:
		return "looking whether the call was carried out, as its answer was lost"
	case recreate.EffectWait:
		until := make([]string, 0, len(e.Until))
		for _, s := range e.Until {
			if s == recreate.StatusGone {
				until = append(until, "gone")
				continue
			}
			until = append(until, string(s))
		}
		return "waiting until " + e.Name + " is " + strings.Join(until, " or ")
	case recreate.EffectCreate:
		return "creating " + e.Name
	case recreate.EffectStart:
		return "starting " + e.Name
	case recreate.EffectStop:
		return "stopping " + e.Name
	case recreate.EffectUpdate:
		return "updating " + e.Name
	case recreate.EffectDelete:
		return "deleting " + e.Name
	}
	return string(e.Kind) + " " + e.Name
}

func (w *wizard) sayFailure(doc *document) {
	r := w.live
	step, _ := r.run.Step()
	def, _ := recreate.Def(step.Kind)
	doc.say(theme.Bad, w.theme.Glyphs.Failed+" "+def.Title+" failed. The source is as it was left by the steps before.")
	if p := r.run.Problem; p != nil {
		sayProblem(doc, w.theme, *p)
	}
	if step.Kind == recreate.StepWait {
		w.sayLog(doc)
	}
}

// sayLog names where a creation that failed has left its words.
func (w *wizard) sayLog(doc *document) {
	p := &w.live.run.Plan
	if p.Spec.LifecycleName == "" {
		return
	}
	doc.heading("Where its scripts write")
	doc.value("Log group", "/aws/sagemaker/NotebookInstances")
	doc.value("Streams", p.Spec.Name+"/LifecycleConfigOnCreate\n"+p.Spec.Name+"/LifecycleConfigOnStart")
}

func (w *wizard) sayDrift(doc *document) {
	doc.say(theme.Warn, w.theme.Glyphs.Warn+" A notebook is not as it was, so the run stopped before it changed anything.")
	for _, d := range w.live.run.Drift {
		doc.heading(fmt.Sprintf("%s: %s", d.On, d.Field))
		doc.value("Before", d.Before)
		doc.toned("Now", theme.Warn, orNone(d.Now))
		doc.value("Means", d.Why)
		if d.Hard {
			doc.toned("", theme.Bad, "This cannot be accepted.")
		}
	}
}

func (w *wizard) sayPause(doc *document) {
	r := w.live
	doc.say(theme.Warn, w.theme.Glyphs.Warn+" Paused. Resuming looks at AWS first and does nothing twice.")
	if r.run.Problem != nil && r.run.Problem.Kind != model.KindCanceled { // who stopped it knows
		sayProblem(doc, w.theme, *r.run.Problem)
	}
}

func (w *wizard) sayInterrupted(doc *document) {
	doc.say(theme.Warn, w.theme.Glyphs.Warn+" Nobody goes on with this run: the program ended in the middle of it, or another one does. Resuming looks at AWS first and does nothing twice.")
}

// sayGate says what the run waits for, and for the copy how it is done.
func (w *wizard) sayGate(doc *document) {
	r := w.live
	step, _ := r.run.Step()
	def, _ := recreate.Def(step.Kind)
	about := ""
	for _, s := range r.run.Plan.Steps() {
		if s.Kind == step.Kind {
			about = s.About
		}
	}
	if r.run.Kept() {
		w.sayKept(doc)
		return
	}
	if r.run.Copying() && r.run.Replacement == nil {
		doc.say(theme.Strong, w.theme.Glyphs.Failed+" "+def.Title+" cannot go on.")
		w.sayDisturbed(doc)
		return
	}
	doc.say(theme.Strong, w.theme.Glyphs.Diamond+" "+def.Title+" waits for you.")
	if about != "" {
		doc.say(theme.Normal, about)
	}
	w.sayDisturbed(doc)
}

// sayKept says what a source that is stopped and kept costs, and what is left to do.
func (w *wizard) sayKept(doc *document) {
	r := w.live
	doc.say(theme.Good, w.theme.Glyphs.Ok+" Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.")
	if cost := keptCost(&r.run); cost != "" {
		doc.value("It costs", cost)
	}
	if r.run.Source != nil {
		doc.value("Stopped", r.run.Source.Modified.UTC().Format(stamp)+" ("+model.Age(w.ports.now().Sub(r.run.Source.Modified))+" ago)")
	}
	if r.run.Proof != nil {
		doc.value("Proof of the copy", r.run.Proof.Says+", by "+r.run.Proof.By)
	}
	doc.say(theme.Normal, "Deleting it loses its volume for good. Wait until nobody misses anything.")
}

// keptCost is what the stopped source's volume costs, "" when it is not known.
func keptCost(r *recreate.Run) string {
	if m := r.Plan.Cost.KeptPerMonth; m != nil {
		return fmt.Sprintf("%s %.2f a month", r.Plan.Cost.Currency, *m)
	}
	return ""
}

func (w *wizard) sayOutcome(doc *document) {
	r := w.live
	switch r.run.Outcome {
	case recreate.OutcomeDone:
		doc.say(theme.Good, w.theme.Glyphs.Ok+" Done: "+r.run.Plan.Spec.Name+" has taken the place of "+r.run.Plan.Source.Name+", which is deleted.")
	case recreate.OutcomeRolledBack:
		doc.say(theme.Normal, w.theme.Glyphs.Bullet+" Rolled back: "+r.run.Plan.Spec.Name+" is removed, and "+r.run.Plan.Source.Name+" is as it was.")
	case recreate.OutcomeClosed:
		doc.say(theme.Normal, w.theme.Glyphs.Bullet+" Ended: both notebooks were left as they are.")
	}
	doc.value("Took", seconds(r.run.EndedAt.Sub(r.run.Began)))
	doc.value("API calls", fmt.Sprint(r.run.Calls))
	if r.kept.Path != "" {
		doc.value("Journal", r.kept.Path)
	}
}

// sayBoth is both notebooks as last seen.
func (w *wizard) sayBoth(doc *document) {
	r := w.live
	doc.heading("As last seen")
	for _, side := range []struct {
		label, name string
		snap        *recreate.Snapshot
		none        string
	}{
		{"Source", r.run.Plan.Source.Name, r.run.Source, "gone"},
		{"Replacement", r.run.Plan.Spec.Name, r.run.Replacement, r.run.NoReplacement()},
	} {
		if side.snap == nil {
			doc.toned(side.label, theme.Dim, side.name+"  "+side.none)
			continue
		}
		status := side.snap.Status
		if f := r.flight; f != nil && f.told && f.effect.Name == side.name {
			status = f.progress.Status // newer than what the run has taken in
		}
		sign, tone := statusSign(w.theme, status)
		doc.toned(side.label, tone, fmt.Sprintf("%s  %s %s, direct internet %s", side.name, sign, status, side.snap.DirectInternet))
		if why := side.snap.FailureReason; why != "" && (r.run.Problem == nil || r.run.Problem.Message != why) {
			doc.toned("Reason", theme.Bad, why)
		}
	}
	doc.value("Run", r.id+", begun "+r.run.Began.UTC().Format(stamp))
}
