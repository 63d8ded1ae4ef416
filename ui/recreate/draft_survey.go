package recreate

import (
	"context"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
)

// What is in the source, before its replacement is made.

// inside is what is known of it, for the checks.
func (d *draft) inside() recreate.Fact[*recreate.Survey] {
	q := &d.surveying
	switch {
	case q.running:
		return recreate.Unknown[*recreate.Survey]("the source is being looked into")
	case q.problem != nil:
		return recreate.Unknown[*recreate.Survey]("how much there is on the source is not known: " + q.problem.Message)
	case d.survey != nil:
		return recreate.Know(d.survey)
	case d.source.Status != model.StatusInService:
		return recreate.Unknown[*recreate.Survey]("how much there is on the source is not known: it is " + string(d.source.Status))
	}
	return recreate.Fact[*recreate.Survey]{}
}

// surveyable reports whether the source can be looked into now.
func (d *draft) surveyable() bool {
	return d.plan != nil && d.source.Status == model.StatusInService && !d.surveying.running
}

// lookInside looks into the source, once writes to its account are unlocked: that signs
// in to it.
func (d *draft) lookInside() kit.Intent {
	if !d.surveyable() {
		return nil
	}
	return kit.Unlocked{Account: d.target.Account, What: "look into " + d.name, Then: taken(d.beginSurvey)}
}

func (d *draft) beginSurvey() kit.Intent {
	if !d.surveyable() {
		return nil
	}
	d.surveying.begin(d.ports.now())
	d.rejudge()
	id, p := d.surveying.id, *d.plan
	return question(&d.surveying, func(ctx context.Context) kit.Intent {
		found, err := d.ports.aws.Survey(ctx, &p)
		return taken(func() kit.Intent { d.surveyed(id, found, kit.ProblemOf(err)); return nil })
	})
}

// surveyed takes what is in the source. What the checks make of it depends on the plan.
func (d *draft) surveyed(id int, s recreate.Survey, problem *model.Problem) {
	if !d.surveying.end(id, d.ports.now(), problem) {
		return
	}
	if problem == nil {
		d.survey = &s
	}
	d.rejudge()
}
