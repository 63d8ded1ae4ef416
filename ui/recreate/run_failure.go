package recreate

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// A creation that failed: why, where it says more, and the ways on.

// sayCreation says why the replacement could not be made.
func (rs runStatus) sayCreation(doc *kit.Document, f *recreate.Failure) {
	r := rs.live
	step, _ := r.Run.Step()
	what := "was not created"
	if step.Kind == recreate.StepWait {
		what = "was created and failed"
	}
	doc.Say(theme.Bad, rs.theme.Glyphs.Failed+" "+r.Run.Plan.Spec.Name+" "+what+".")
	doc.Value("Cause", f.Kind.Words())
	doc.Toned("Reason", theme.Bad, f.Says)
	if f.Hint != "" {
		doc.Toned("What to do", theme.Strong, kit.UpperFirst(f.Hint)+".")
	}
	if p := r.Run.Problem; p != nil && step.Kind == recreate.StepCreate {
		doc.Value("Code", p.Code)
		if p.RequestID != "" {
			doc.Value("Request id", p.RequestID)
		}
	}
}

// sayLog says where a creation that failed has left its words, and what reads them.
func (rs runStatus) sayLog(doc *kit.Document) {
	f, ok := rs.live.Run.Failure()
	if !ok || f.LogRead == "" || rs.live.UnderWay() {
		return
	}
	doc.Heading("Its log")
	doc.Value("Group", f.LogGroup)
	doc.Value("Stream", f.LogStream)
	doc.Drawn(func(width int) []string { return kit.DrawCommand(rs.theme, f.LogRead, width) })
}

// remedyKey is the key of a way on.
func remedyKey(k kit.RunKeys, r *recreate.Run, m recreate.Remedy) key.Binding {
	switch m {
	case recreate.RemedyRetry:
		return kit.WithDesc(k.Retry, m.Words(r))
	case recreate.RemedyType:
		return kit.WithDesc(k.OtherType, m.Words(r))
	case recreate.RemedySubnet:
		return kit.WithDesc(k.OtherSubnet, m.Words(r))
	case recreate.RemedyNoLifecycle:
		return kit.WithDesc(k.NoScripts, m.Words(r))
	case recreate.RemedyKey:
		return kit.WithDesc(k.OtherKey, m.Words(r))
	case recreate.RemedyRemove:
	}
	return kit.WithDesc(k.Rollback, m.Words(r))
}

// remedies are the ways on from a failed creation that can be taken here and now,
// the likeliest first.
func (pg *runPage) remedies() []recreate.Remedy {
	f, ok := pg.live.Run.Failure()
	if !ok {
		return nil
	}
	var out []recreate.Remedy
	for _, m := range f.Choices {
		if pg.live.Can(m.Event()) {
			out = append(out, m)
		}
	}
	return out
}

// remedyCommands are the ways on that change the plan at one field; the others are
// decisions like any.
func (pg *runPage) remedyCommands() []kit.Command {
	var out []kit.Command
	for _, m := range pg.remedies() {
		if field := m.Field(); field != "" {
			b := remedyKey(pg.keys.Runs, &pg.live.Run, m)
			out = append(out, kit.Command{Group: groupRun, Name: kit.UpperFirst(b.Help().Desc), Key: b, Run: func() kit.Intent { return pg.amendAt(field, m == recreate.RemedyNoLifecycle) }})
		}
	}
	return out
}

// What a deletion takes, what stands for the copy, and how a run ended: all by what
// was observed.

// deletionText is what is typed for a deletion of the source.
func deletionText(r *recreate.Run, now time.Time) string {
	if r.KeepLeft(now) > 0 {
		return r.Plan.Source.Name + " " + recreate.EarlyText
	}
	return r.Plan.Source.Name
}

// sayProof says who stands for the copy, and what the source did since.
func sayProof(doc *kit.Document, r *recreate.Run, now time.Time) {
	sayReach(doc, r)
	p := r.Proof
	if p == nil {
		doc.Toned("Copied", theme.Bad, "nobody has proven it")
		return
	}
	if p.Verified != nil {
		sayProven(doc, p, now)
		doc.Value("Since then", strings.Join(r.Words().SourceSince(), " "))
		return
	}
	doc.Value("Copied", fmt.Sprintf("%q, typed %s (%s ago) by %s. nbscope has not seen the data.",
		p.Says, p.At.UTC().Format(kit.TimeLayout), model.Age(now.Sub(p.At)), whoever(p.By)))
	doc.Value("Since then", strings.Join(r.Words().SourceSince(), " "))
}

// whoever is who did something, by the ARN.
func whoever(by string) string { return cmp.Or(by, "somebody not known") }

// sayReach says what the replacement was found to reach.
func sayReach(doc *kit.Document, r *recreate.Run) {
	if says := r.Reach.Says(r.Plan.Promises); says != "" {
		doc.Value("Reach", says)
	}
}

// sayEnding says how a run ended.
func sayEnding(doc *kit.Document, t *theme.Theme, r *recreate.Run) {
	end := r.Ending()
	sign, tone := endingSign(t, r)
	for i, s := range end.Says {
		if i == 0 {
			doc.Say(tone, sign+" "+end.Title+": "+s)
			continue
		}
		doc.Say(theme.Normal, s)
	}
	if e := r.DeletedEarly(); e != nil {
		doc.Say(theme.Normal, fmt.Sprintf("The deletion was approved before the keep time was over (%s), by %s.", e.Until.UTC().Format(kit.TimeLayout), whoever(e.By)))
	}
}

// endingSign is the sign and the tone of how a run ended: a tick only where the
// replacement was seen to serve.
func endingSign(t *theme.Theme, r *recreate.Run) (string, theme.Tone) {
	switch end := r.Ending(); {
	case end.Good:
		return t.Glyphs.Ok, theme.Good
	case end.Alarming:
		return t.Glyphs.Warn, theme.Warn
	}
	return t.Glyphs.Bullet, theme.Normal
}
