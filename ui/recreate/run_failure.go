package recreate

import (
	"charm.land/bubbles/v2/key"

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
		return kit.WithDesc(k.Retry, r.RemedyWords(m))
	case recreate.RemedyType:
		return kit.WithDesc(k.OtherType, r.RemedyWords(m))
	case recreate.RemedySubnet:
		return kit.WithDesc(k.OtherSubnet, r.RemedyWords(m))
	case recreate.RemedyNoLifecycle:
		return kit.WithDesc(k.NoScripts, r.RemedyWords(m))
	case recreate.RemedyKey:
		return kit.WithDesc(k.OtherKey, r.RemedyWords(m))
	case recreate.RemedyRemove:
	}
	return kit.WithDesc(k.Rollback, r.RemedyWords(m))
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
