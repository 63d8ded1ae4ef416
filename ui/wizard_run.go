package ui

import (
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
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
	out := make([]stepRow, 0, len(r.Run.Steps))
	for i, s := range r.Run.Steps {
		def, _ := recreate.Def(s.Kind)
		row := stepRow{name: def.Title, page: pageRun, now: i == r.Run.At}
		row.sign, row.tone = stepSign(w.theme, s.State)
		row.at = row.now && w.page == pageRun
		switch {
		case s.State == recreate.StepPending:
			row.note = gateWord(def.Gate)
		case row.now:
			row.sign, row.tone, row.note = w.nowSign(s)
		case s.Kind == recreate.StepVerify && s.State == recreate.StepDone && r.Run.Proof != nil && r.Run.Proof.Method == recreate.TransportManual:
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
	if r.Run.Outcome != "" {
		sign, tone := outcomeSign(w.theme, r.Run.Outcome)
		out = append(out, stepRow{sign: sign, tone: tone, name: upper(string(r.Run.Outcome)), page: pageRun, now: true, at: w.page == pageRun})
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
	case r.UnderWay():
		return spinner(w.theme, w.ports.frame()), theme.Busy, since
	case r.Run.Phase == recreate.PhaseFailed:
		return g.Failed, theme.Bad, "failed"
	case r.Run.Phase == recreate.PhaseDrift:
		return g.Warn, theme.Warn, "not as it was"
	case r.Run.Phase == recreate.PhasePaused:
		return g.Warn, theme.Warn, "paused"
	case r.Interrupted() && !r.Run.Waits():
		return g.Warn, theme.Warn, "interrupted"
	}
	return g.Diamond, theme.Accent, gateWord(r.Run.Gate())
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
	case r.Run.Outcome != "":
		w.sayOutcome(&doc)
	case r.UnderWay():
		w.sayUnderWay(&doc)
	case r.Run.Phase == recreate.PhaseFailed:
		w.sayFailure(&doc)
	case r.Run.Phase == recreate.PhaseDrift:
		w.sayDrift(&doc)
	case r.Run.Phase == recreate.PhasePaused:
		w.sayPause(&doc)
	case r.Run.Gate() != recreate.GateNone:
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
	case r.Problem != nil && !r.Over():
		doc.say(theme.Bad, g.Failed+" The run stands still: "+r.Problem.Error())
	case r.Kept.Damaged != "":
		doc.say(theme.Bad, g.Failed+" The journal is damaged: "+r.Kept.Damaged+". What stands here is as far as it goes.")
	case !r.Held && r.Kept.HeldBy != "":
		doc.say(theme.Warn, g.Warn+" Read-only: the run is held by "+r.Kept.HeldBy+".")
	}
}

func (w *wizard) sayUnderWay(doc *document) {
	r := w.live
	switch {
	case r.Flight == nil && r.Queued != nil:
		doc.say(theme.Busy, fmt.Sprintf("%s waits for its turn: %d calls are made at a time.", upper(r.Queued.Says()), drive.Slots))
		return
	case r.Flight == nil:
		doc.say(theme.Busy, spinner(w.theme, w.ports.frame())+" Writing it down.")
		return
	}
	f := r.Flight
	waited := w.ports.now().Sub(f.Since)
	tone := theme.Busy
	switch {
	case f.Effect.Kind == recreate.EffectWait && waited >= stuckWait:
		tone = theme.Bad
	case f.Effect.Kind == recreate.EffectWait && waited >= slowWait:
		tone = theme.Warn
	}
	doc.say(tone, spinner(w.theme, w.ports.frame())+" "+upper(f.Effect.Says())+", for "+seconds(waited))
	if r.Run.Halting {
		doc.say(theme.Warn, "It stops when this call is finished.")
	}
	if f.Effect.Kind != recreate.EffectWait && f.Effect.Kind != recreate.EffectSettle {
		return
	}
	w.sayProgress(doc, f, waited)
}

// sayProgress says what a wait has seen so far, and what may be done meanwhile.
func (w *wizard) sayProgress(doc *document, f *drive.Flight, waited time.Duration) {
	if f.Told {
		sign, tone := statusSign(w.theme, f.Progress.Status)
		word := string(f.Progress.Status)
		if f.Progress.Status == recreate.StatusGone {
			sign, word = w.theme.Glyphs.Bullet, "gone"
		}
		doc.toned("Status now", tone, sign+" "+word)
		doc.value("Looked", count(f.Progress.Looks, "time"))
		if f.Progress.Reason != "" {
			doc.toned("Reason", theme.Bad, f.Progress.Reason)
		}
		if p := f.Progress.Problem; p != nil {
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

func (w *wizard) sayFailure(doc *document) {
	r := w.live
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	doc.say(theme.Bad, w.theme.Glyphs.Failed+" "+def.Title+" failed. The source is as it was left by the steps before.")
	if p := r.Run.Problem; p != nil {
		sayProblem(doc, w.theme, *p)
	}
	if step.Kind == recreate.StepWait {
		w.sayLog(doc)
	}
}

// sayLog names where a creation that failed has left its words.
func (w *wizard) sayLog(doc *document) {
	p := &w.live.Run.Plan
	if p.Spec.LifecycleName == "" {
		return
	}
	doc.heading("Where its scripts write")
	doc.value("Log group", "/aws/sagemaker/NotebookInstances")
	doc.value("Streams", p.Spec.Name+"/LifecycleConfigOnCreate\n"+p.Spec.Name+"/LifecycleConfigOnStart")
}

func (w *wizard) sayDrift(doc *document) {
	doc.say(theme.Warn, w.theme.Glyphs.Warn+" A notebook is not as it was, so the run stopped before it changed anything.")
	for _, d := range w.live.Run.Drift {
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
	if r.Run.Problem != nil && r.Run.Problem.Kind != model.KindCanceled { // who stopped it knows
		sayProblem(doc, w.theme, *r.Run.Problem)
	}
}

func (w *wizard) sayInterrupted(doc *document) {
	if w.live.Problem != nil { // it was let go here
		doc.say(theme.Normal, "Resuming looks at AWS first and does nothing twice.")
		return
	}
	doc.say(theme.Warn, w.theme.Glyphs.Warn+" Nobody goes on with this run: the program ended in the middle of it, or another one does. Resuming looks at AWS first and does nothing twice.")
}

// sayGate says what the run waits for, and for the copy how it is done.
func (w *wizard) sayGate(doc *document) {
	r := w.live
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	about := ""
	for _, s := range r.Run.Plan.Steps() {
		if s.Kind == step.Kind {
			about = s.About
		}
	}
	if r.Run.Kept() {
		w.sayKept(doc)
		return
	}
	if r.Run.Copying() && r.Run.Replacement == nil {
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
	if cost := keptCost(&r.Run); cost != "" {
		doc.value("It costs", cost)
	}
	if r.Run.Source != nil {
		doc.value("Stopped", r.Run.Source.Modified.UTC().Format(stamp)+" ("+model.Age(w.ports.now().Sub(r.Run.Source.Modified))+" ago)")
	}
	if r.Run.Proof != nil {
		doc.value("Proof of the copy", r.Run.Proof.Says+", by "+r.Run.Proof.By)
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
	switch r.Run.Outcome {
	case recreate.OutcomeDone:
		doc.say(theme.Good, w.theme.Glyphs.Ok+" Done: "+r.Run.Plan.Spec.Name+" has taken the place of "+r.Run.Plan.Source.Name+", which is deleted.")
	case recreate.OutcomeRolledBack:
		doc.say(theme.Normal, w.theme.Glyphs.Bullet+" Rolled back: "+r.Run.Plan.Spec.Name+" is removed, and "+r.Run.Plan.Source.Name+" is as it was.")
	case recreate.OutcomeClosed:
		doc.say(theme.Normal, w.theme.Glyphs.Bullet+" Ended: both notebooks were left as they are.")
	}
	doc.value("Took", seconds(r.Run.EndedAt.Sub(r.Run.Began)))
	doc.value("API calls", fmt.Sprint(r.Run.Calls))
	if r.Kept.Path != "" {
		doc.value("Journal", r.Kept.Path)
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
		{"Source", r.Run.Plan.Source.Name, r.Run.Source, "gone"},
		{"Replacement", r.Run.Plan.Spec.Name, r.Run.Replacement, r.Run.NoReplacement()},
	} {
		if side.snap == nil {
			doc.toned(side.label, theme.Dim, side.name+"  "+side.none)
			continue
		}
		status := side.snap.Status
		if f := r.Flight; f != nil && f.Told && f.Effect.Name == side.name {
			status = f.Progress.Status // newer than what the run has taken in
		}
		sign, tone := statusSign(w.theme, status)
		doc.toned(side.label, tone, fmt.Sprintf("%s  %s %s, direct internet %s", side.name, sign, status, side.snap.DirectInternet))
		if why := side.snap.FailureReason; why != "" && (r.Run.Problem == nil || r.Run.Problem.Message != why) {
			doc.toned("Reason", theme.Bad, why)
		}
	}
	doc.value("Run", r.ID+", begun "+r.Run.Began.UTC().Format(stamp))
}
