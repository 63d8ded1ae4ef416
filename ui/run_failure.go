package ui

import (
	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// A creation that failed: why, where it says more, and the ways on.

// sayCreation says why the replacement could not be made.
func (rs runStatus) sayCreation(doc *document, f *recreate.Failure) {
	r := rs.live
	step, _ := r.Run.Step()
	what := "was not created"
	if step.Kind == recreate.StepWait {
		what = "was created and failed"
	}
	doc.say(theme.Bad, rs.theme.Glyphs.Failed+" "+r.Run.Plan.Spec.Name+" "+what+".")
	doc.value("Cause", f.Kind.Words())
	doc.toned("Reason", theme.Bad, f.Says)
	if f.Hint != "" {
		doc.toned("What to do", theme.Strong, upper(f.Hint)+".")
	}
	if p := r.Run.Problem; p != nil && step.Kind == recreate.StepCreate {
		doc.value("Code", p.Code)
		if p.RequestID != "" {
			doc.value("Request id", p.RequestID)
		}
	}
}

// sayLog says where a creation that failed has left its words, and what reads them.
func (rs runStatus) sayLog(doc *document) {
	f, ok := rs.live.Run.Failure()
	if !ok || f.LogRead == "" || rs.live.UnderWay() {
		return
	}
	doc.heading("Its log")
	doc.value("Group", f.LogGroup)
	doc.value("Stream", f.LogStream)
	doc.drawn(func(width int) []string { return drawCommand(rs.theme, f.LogRead, width) })
}

// remedyKey is the key of a way on.
func remedyKey(k RunKeys, r *recreate.Run, m recreate.Remedy) key.Binding {
	switch m {
	case recreate.RemedyRetry:
		return as(k.Retry, r.RemedyWords(m))
	case recreate.RemedyType:
		return as(k.OtherType, r.RemedyWords(m))
	case recreate.RemedySubnet:
		return as(k.OtherSubnet, r.RemedyWords(m))
	case recreate.RemedyNoLifecycle:
		return as(k.NoScripts, r.RemedyWords(m))
	case recreate.RemedyKey:
		return as(k.OtherKey, r.RemedyWords(m))
	case recreate.RemedyRemove:
	}
	return as(k.Rollback, r.RemedyWords(m))
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
func (pg *runPage) remedyCommands() []command {
	var out []command
	for _, m := range pg.remedies() {
		if field := m.Field(); field != "" {
			b := remedyKey(pg.keys.Runs, &pg.live.Run, m)
			out = append(out, command{group: groupRun, name: upper(b.Help().Desc), key: b, run: func() intent { return pg.amendAt(field, m == recreate.RemedyNoLifecycle) }})
		}
	}
	return out
}
