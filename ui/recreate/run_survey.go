package recreate

import (
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What was found in both notebooks before the copy, on the page of a run.

// unfit reports whether the run stands because of it.
func (rs runStatus) unfit() bool {
	r := &rs.live.Run
	step, _ := r.Step()
	return step.Kind == recreate.StepSurvey && r.Inside != nil && r.Problem != nil && r.Problem.Operation == recreate.OpSurvey
}

// sayUnfit says what is in the way of the copy, and all else that was found.
func (rs runStatus) sayUnfit(doc *kit.Document) {
	doc.Say(theme.Warn, rs.theme.Glyphs.Warn+" The copy would not come to its end, so that nothing of it is begun yet.")
	for _, result := range recreate.Results() {
		rs.sayFound(doc, result)
	}
	doc.Say(theme.Normal, "Mend it and try again, go on in spite of it, take another way for the data, or roll back.")
}

// sayInside says what the user should know of what was found while the data is moved, and
// before the source is stopped.
func (rs runStatus) sayInside(doc *kit.Document) {
	r := &rs.live.Run
	if r.Inside == nil {
		return
	}
	rs.sayFound(doc, recreate.Fail)
	rs.sayFound(doc, recreate.Warn)
	if by := r.Inside.Waived; by != nil {
		doc.Toned("Gone on", theme.Warn, "in spite of it, by "+by.By)
	}
}

// sayFound says what the checks with one result have seen.
func (rs runStatus) sayFound(doc *kit.Document, result recreate.Result) {
	checks := rs.live.Run.Inside.Checks
	for i := range checks {
		c := &checks[i]
		if c.Result != result {
			continue
		}
		sign, tone := resultSign(rs.theme, c.Result)
		doc.Say(tone, sign+" "+c.Title+": "+c.Evidence+".")
		if c.Hint != "" && c.Result != recreate.Pass {
			doc.Say(theme.Dim, c.Hint)
		}
	}
}
