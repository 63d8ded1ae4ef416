package recreate

import (
	"fmt"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// runStatus says how a run stands: on its page, and in the list of runs.
type runStatus struct {
	live  *liveRun
	theme *theme.Theme
	ports wizardPorts
}

// Waits get a colour when they last longer than they mostly do.
const (
	slowWait  = 10 * time.Minute
	stuckWait = 30 * time.Minute
)

// summary is how the run stands, without what can be done on its page only.
func (rs runStatus) summary() kit.Document {
	doc := rs.state()
	rs.sayLog(&doc)
	rs.sayBoth(&doc)
	return doc
}

// state says what the run does or waits for.
func (rs runStatus) state() kit.Document {
	r := rs.live
	var doc kit.Document
	rs.sayHolder(&doc)
	switch {
	case r.Run.Outcome != "":
		rs.sayOutcome(&doc)
	case r.UnderWay():
		rs.sayUnderWay(&doc)
	case r.Run.Phase == recreate.PhaseFailed:
		rs.sayFailure(&doc)
	case r.Run.Phase == recreate.PhaseDrift:
		rs.sayDrift(&doc)
	case r.Run.Phase == recreate.PhaseDiffer && r.Run.Verified != nil:
		rs.sayDiffer(&doc)
	case r.Run.Phase == recreate.PhasePaused:
		rs.sayPause(&doc)
	case r.Run.Gate() != recreate.GateNone:
		rs.sayGate(&doc)
	default:
		rs.sayInterrupted(&doc)
	}
	rs.sayNoWayBack(&doc)
	return doc
}

// sayNoWayBack says what a rollback would leave, where it is not what was before.
func (rs runStatus) sayNoWayBack(doc *kit.Document) {
	r := &rs.live.Run
	if way := r.WayBack(); r.Waits() && r.Effects > 0 && r.Phase != recreate.PhaseDrift && way.Danger != "" {
		doc.Toned("Way back", theme.Warn, kit.UpperFirst(way.Danger)+".")
	}
}

// nowSign is how the current step stands.
func (rs runStatus) nowSign(s recreate.Step) (sign string, tone theme.Tone, note string) {
	r, g := rs.live, rs.theme.Glyphs
	since := kit.Elapsed(rs.ports.now().Sub(s.Began))
	switch {
	case r.UnderWay():
		return kit.Spinner(rs.theme, rs.ports.frame()), theme.Busy, since
	case r.Run.Untried():
		return g.Warn, theme.Warn, "not tried"
	case r.Run.Phase == recreate.PhaseFailed:
		return g.Failed, theme.Bad, "failed"
	case r.Run.Phase == recreate.PhaseDrift:
		return g.Warn, theme.Warn, "not as it was"
	case r.Run.Phase == recreate.PhaseDiffer:
		return g.Warn, theme.Warn, "not equal"
	case r.Run.Phase == recreate.PhasePaused:
		return g.Warn, theme.Warn, "paused"
	case r.Interrupted() && !r.Run.Waits():
		return g.Warn, theme.Warn, "interrupted"
	}
	return g.Run, theme.Accent, gateWord(r.Run.Gate())
}

// sayHolder says why the run can only be read, if so.
func (rs runStatus) sayHolder(doc *kit.Document) {
	r, g := rs.live, rs.theme.Glyphs
	switch {
	case r.Problem != nil && !r.Over():
		doc.Say(theme.Bad, g.Failed+" The run stands still: "+r.Problem.Error())
	case r.Kept.Unreadable() != "":
		kept := r.Journal()
		says, commands := kept.WhatNow()
		doc.Say(theme.Bad, g.Failed+" "+kit.UpperFirst(r.Kept.Unreadable())+": "+r.Kept.Damaged+r.Kept.Newer+". What stands here is as far as it goes.")
		doc.Say(theme.Normal, says)
		for _, c := range commands {
			doc.Code(c)
		}
	case !r.Held && r.Kept.HeldBy != "":
		doc.Say(theme.Warn, g.Warn+" Read-only: the run is held by "+r.Kept.HeldBy+".")
	}
}

func (rs runStatus) sayUnderWay(doc *kit.Document) {
	r := rs.live
	switch {
	case r.Flight == nil && r.Queued != nil:
		most := fmt.Sprintf("at most %d calls are made at a time", drive.Slots)
		if r.Queued.Kind.Moves() {
			most = "only a few copies run at a time"
		}
		doc.Say(theme.Busy, kit.UpperFirst(r.Queued.Says())+" waits for its turn: "+most+".")
		return
	case r.Flight == nil:
		doc.Say(theme.Busy, kit.Spinner(rs.theme, rs.ports.frame())+" Writing it down.")
		return
	}
	f := r.Flight
	waited := rs.ports.now().Sub(f.Since)
	tone := theme.Busy
	switch {
	case f.Effect.Kind == recreate.EffectWait && waited >= stuckWait:
		tone = theme.Bad
	case f.Effect.Kind == recreate.EffectWait && waited >= slowWait:
		tone = theme.Warn
	}
	doc.Say(tone, kit.Spinner(rs.theme, rs.ports.frame())+" "+kit.UpperFirst(f.Effect.Says())+", for "+kit.Elapsed(waited))
	if f.Effect.Kind == recreate.EffectSurvey {
		doc.Say(theme.Dim, "Nothing is copied yet, and nothing of the look is left there.")
		return
	}
	if f.Effect.Kind.Moves() {
		rs.sayMoving(doc, f.Progress.Moving)
		rs.sayInside(doc)
		return
	}
	if r.Run.Halting {
		doc.Say(theme.Warn, "It stops when this call is finished.")
	}
	if f.Effect.Kind != recreate.EffectWait && f.Effect.Kind != recreate.EffectSettle {
		return
	}
	rs.sayProgress(doc, f, waited)
}

// sayProgress says what a wait has seen so far, and what may be done meanwhile.
func (rs runStatus) sayProgress(doc *kit.Document, f *drive.Flight, waited time.Duration) {
	if f.Told {
		sign, tone := kit.StatusSign(rs.theme, f.Progress.Status)
		word := string(f.Progress.Status)
		if f.Progress.Status == recreate.StatusGone {
			sign, word = rs.theme.Glyphs.Bullet, "gone"
		}
		doc.Toned("Status now", tone, sign+" "+word)
		doc.Value("Looked", kit.Count(f.Progress.Looks, "time"))
		if f.Progress.Reason != "" {
			doc.Toned("Reason", theme.Bad, f.Progress.Reason)
		}
		if p := f.Progress.Problem; p != nil {
			doc.Toned("Last answer", theme.Warn, p.Message)
		}
	}
	switch {
	case waited >= stuckWait:
		doc.Say(theme.Normal, "This takes far longer than usual. AWS can neither hurry nor cancel it; the run may be left and resumed any time.")
	case waited >= slowWait:
		doc.Say(theme.Normal, "This takes longer than usual. It usually takes five minutes, and sometimes up to an hour.")
	default:
		if throttled(f) {
			doc.Say(theme.Warn, "AWS puts calls off: too many are made in this account. nbscope asks again by itself.")
		}
		doc.Say(theme.Dim, "It mostly takes five minutes. You may leave this page, or the program: the run can be resumed at any time.")
	}
}

// throttled reports whether it was AWS's limits that the last look met.
func throttled(f *drive.Flight) bool {
	return f.Told && f.Progress.Problem != nil && f.Progress.Problem.Kind == model.KindThrottled
}

func (rs runStatus) sayFailure(doc *kit.Document) {
	r := rs.live
	if f, ok := r.Run.Failure(); ok {
		rs.sayCreation(doc, &f)
		return
	}
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	if step.Kind == recreate.StepReach && r.Run.Reach != nil && r.Run.Reach.Probe != nil && r.Run.Problem != nil && r.Run.Problem.Operation == recreate.OpProbe {
		rs.sayUnkept(doc)
		return
	}
	if rs.unfit() {
		rs.sayUnfit(doc)
		return
	}
	if r.Run.Untried() {
		doc.Say(theme.Warn, rs.theme.Glyphs.Warn+" "+def.Title+" was not tried: no call was made.")
	} else {
		doc.Say(theme.Bad, rs.theme.Glyphs.Failed+" "+def.Title+" failed.")
	}
	if p := r.Run.Problem; p != nil {
		kit.SayProblem(doc, rs.theme, *p)
	}
}

func (rs runStatus) sayDrift(doc *kit.Document) {
	doc.Say(theme.Warn, rs.theme.Glyphs.Warn+" "+rs.live.Run.Words().DriftSays())
	for _, d := range rs.live.Run.Drift {
		doc.Heading(fmt.Sprintf("%s: %s", d.On, d.Field))
		doc.Value("Before", d.Before)
		doc.Toned("Now", theme.Warn, kit.OrNone(d.Now))
		doc.Value("Means", d.Why)
		if d.Hard {
			doc.Toned("", theme.Bad, "This cannot be accepted.")
		}
	}
	says, commands, then := rs.live.Run.Words().StartReplacement()
	if says == "" {
		return
	}
	doc.Say(theme.Normal, says)
	for _, c := range commands {
		doc.Drawn(func(width int) []string { return kit.DrawCommand(rs.theme, c, width) })
	}
	doc.Say(theme.Normal, then)
}

func (rs runStatus) sayPause(doc *kit.Document) {
	r := rs.live
	doc.Say(theme.Warn, rs.theme.Glyphs.Warn+" Paused. Resuming looks at AWS first and does nothing twice.")
	if r.Run.Problem != nil && r.Run.Problem.Kind != model.KindCanceled { // who stopped it knows
		kit.SayProblem(doc, rs.theme, *r.Run.Problem)
	}
}

func (rs runStatus) sayInterrupted(doc *kit.Document) {
	switch {
	case rs.live.Problem != nil: // it was let go here
		doc.Say(theme.Normal, "Resuming looks at AWS first and does nothing twice.")
	case rs.live.Elsewhere(): // as was said
	default:
		doc.Say(theme.Warn, rs.theme.Glyphs.Warn+" This run has stopped: the program ended in the middle of it. Resuming looks at AWS first and does nothing twice.")
	}
}

// sayGate says what the run waits for, and for the copy how it is done.
func (rs runStatus) sayGate(doc *kit.Document) {
	r := rs.live
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	about := ""
	for _, s := range r.Run.Plan.Steps() {
		if s.Kind == step.Kind {
			about = s.About
		}
	}
	if r.Run.Kept() {
		rs.sayKept(doc)
		return
	}
	if r.Run.Copying() && r.Run.Replacement == nil {
		doc.Say(theme.Strong, rs.theme.Glyphs.Failed+" "+def.Title+" cannot go on.")
		rs.sayDisturbed(doc)
		return
	}
	if def.Kind == recreate.StepDelete && r.Run.Source == nil {
		doc.Say(theme.Strong, rs.theme.Glyphs.Warn+" "+r.Run.Plan.Source.Name+" is gone: somebody else deleted it. There is nothing left to delete, and it costs nothing.")
		rs.sayDisturbed(doc)
		return
	}
	if r.Run.Source == nil {
		doc.Say(theme.Strong, rs.theme.Glyphs.Warn+" "+r.Run.Plan.Source.Name+" is gone: somebody else deleted it. "+def.Title+" cannot go on.")
		rs.sayDisturbed(doc)
		return
	}
	doc.Say(theme.Strong, rs.theme.Glyphs.Run+" "+def.Title+" waits for you.")
	if p := r.Run.Proof; p != nil && p.Verified != nil {
		sayProven(doc, p, rs.ports.now())
		sayReach(doc, &r.Run)
		rs.sayInside(doc)
	}
	if about != "" {
		doc.Say(theme.Normal, about)
	}
	rs.sayDisturbed(doc)
	if def.Kind == recreate.StepStop {
		doc.Say(theme.Strong, "What hangs on "+r.Run.Plan.Source.Name)
		for _, s := range r.Run.Plan.HangsOn(rs.ports.names(&r.Run.Plan)) {
			doc.Drawn(func(width int) []string {
				return kit.Hanging(rs.theme, kit.Span{Tone: theme.Normal, Text: rs.theme.Glyphs.Bullet + " "}, "  ", theme.Normal, s, width)
			})
		}
	}
}

// sayDisturbed says what has come between a step that waits and its notebooks.
func (rs runStatus) sayDisturbed(doc *kit.Document) {
	r := &rs.live.Run
	what := r.Guard().Disturbed()
	if what == "" {
		return
	}
	doc.Say(theme.Bad, rs.theme.Glyphs.Warn+" Something other than this run is at work: "+what+".")
	switch {
	case r.Source == nil:
		doc.Say(theme.Normal, "What the replacement holds is all there is now.")
	case !r.Copying():
		doc.Say(theme.Normal, "The source is left as it is while its replacement does not serve. See to the replacement, in the console or with the AWS CLI, "+
			"and look at AWS again.")
	case r.Replacement == nil:
		doc.Say(theme.Normal, "There is nothing left to copy to. End the run, find out what removes such notebooks "+
			"(a policy of the organization, mostly), and begin another.")
	default:
		doc.Say(theme.Normal, "A script against idle notebooks counts Jupyter's sessions, not terminals; a policy of the organization may stop what has direct "+
			"internet.")
		rs.sayStartAgain(doc)
	}
}

// sayStartAgain says how what was stopped in the middle of a copy is brought back.
func (rs runStatus) sayStartAgain(doc *kit.Document) {
	says, commands := rs.live.Run.Words().StartAgain()
	for _, s := range says {
		doc.Say(theme.Normal, s)
	}
	for _, c := range commands {
		doc.Drawn(func(width int) []string { return kit.DrawCommand(rs.theme, c, width) })
	}
	if len(commands) > 0 {
		doc.Say(theme.Normal, "Then go on with the copy: nbscope looks every "+kit.Elapsed(CopyEvery)+".")
	}
	if busy := rs.live.Run.Plan.StayBusy(); busy != "" {
		doc.Say(theme.Normal, busy)
	}
}

// sayKept says what a source that is stopped and kept costs, and what is left to do.
func (rs runStatus) sayKept(doc *kit.Document) {
	r, now := &rs.live.Run, rs.ports.now()
	doc.Say(theme.Good, rs.theme.Glyphs.Ok+" Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.")
	if cost := keptCost(r); cost != "" {
		doc.Value("It costs", cost)
	}
	if left := r.KeepLeft(now); left > 0 {
		doc.Value("Kept until", r.KeptUntil().UTC().Format(kit.TimeLayout)+" (in "+model.Age(left)+"); deleting it earlier takes a sentence beside the name")
	}
	sayProof(doc, r, now)
	doc.Say(theme.Normal, "Deleting it loses its volume for good. Wait until nobody misses anything.")
}

func (rs runStatus) sayOutcome(doc *kit.Document) {
	r := rs.live
	sayEnding(doc, rs.theme, &r.Run)
	doc.Value("Lasted", kit.Elapsed(r.Run.EndedAt.Sub(r.Run.Began)))
	doc.Value("API calls", fmt.Sprint(r.Run.Calls))
	if r.Kept.Path != "" {
		doc.Value("Journal", r.Kept.Path)
	}
}

// sayBoth is both notebooks as last seen.
func (rs runStatus) sayBoth(doc *kit.Document) {
	r := rs.live
	doc.Heading("As last seen")
	for _, side := range []struct {
		label, name string
		snap        *recreate.Snapshot
		none        string
	}{
		{"Source", r.Run.Plan.Source.Name, r.Run.Source, "gone"},
		{"Replacement", r.Run.Plan.Spec.Name, r.Run.Replacement, r.Run.Words().NoReplacement()},
	} {
		if side.snap == nil {
			if f := r.Flight; f != nil && f.Told && f.Effect.Name == side.name && f.Progress.Status == recreate.StatusGone {
				side.none = "gone"
			}
			doc.Toned(side.label, theme.Dim, side.name+"  "+side.none)
			continue
		}
		status := side.snap.Status
		if f := r.Flight; f != nil && f.Told && f.Progress.Moving == nil && f.Effect.Name == side.name {
			status = f.Progress.Status // newer than what the run has taken in
		}
		sign, tone := kit.StatusSign(rs.theme, status)
		doc.Toned(side.label, tone, fmt.Sprintf("%s  %s %s, direct internet %s", side.name, sign, status, side.snap.DirectInternet))
		if why := side.snap.FailureReason; why != "" && (r.Run.Problem == nil || r.Run.Problem.Message != why) {
			doc.Toned("Reason", theme.Bad, why)
		}
	}
	for _, d := range r.Run.Words().ReplacementSince() {
		doc.Toned("Not as planned", theme.Warn, d)
	}
	doc.Value("Run", r.ID+", begun "+r.Run.Began.UTC().Format(kit.TimeLayout))
}

// CopyEvery is how often the notebooks of a copy by hand are looked at again.
const CopyEvery = 30 * time.Second
