package ui

import (
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// believing is what a scan tells of an index: a notebook that it names, a target that it
// believes empty, and one that was asked.
func believing() model.Batch {
	noon := uitest.Noon()
	at := func(region string) model.Target { return model.Target{Account: uitest.Prod, Region: region} }
	return model.Batch{
		Identities: uitest.Identities()[:1],
		Index: &model.Index{
			Region: "us-east-1", Asked: noon, State: model.IndexActive, Created: noon.Add(-90 * 24 * time.Hour), Read: true, Named: 1, Reported: noon.Add(-2 * time.Hour),
		},
		Targets: []model.TargetStatus{
			{Target: at("eu-west-1"), State: model.StatePending, Named: 1},
			{Target: at("eu-west-2"), State: model.StateBelieved},
			{Target: at("eu-west-3"), State: model.StateOK, Notebooks: 2, Named: 1, Missed: 2, Vanished: 1},
		},
		Notebooks: []*model.Notebook{{
			ARN: "arn:aws:sagemaker:eu-west-1:" + uitest.Prod + ":notebook-instance/churn", Name: "churn", Account: uitest.Prod, Region: "eu-west-1",
			Indexed: true, SeenAt: noon.Add(-3 * time.Hour),
		}},
	}
}

func TestWhatAnIndexSaysIsShownAsThat(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	d.feed(believing())
	d.sees("churn", "named by an index, as of 3h ago; nobody has looked", "? 1 believed empty")
	d.seesNot("0001-01-01")
	d.keys("enter")
	d.sees("named by an index, as of 3h ago")
	d.seesNot("0001-01-01")
	d.keys("esc", "tab", "tab")
	d.sees("? believed empty", "not asked: the index in us-east-1", "0 notebooks listed", "the index names 1", "1 believed empty")
	d.keys("j", "enter")
	d.sees("not asked: the index in us-east-1 names none; its news are 2h old")
	d.keys("esc", "j", "enter")
	d.sees("the index names 1, the index missed 2, 1 of them are gone")
	d.run(d.finish())
	d.sees("AWS Resource Explorer in us-east-1 names 1 notebook; missed 2 that AWS lists; 1 gone since")
}

func TestNothingFoundIsNotSaidOfWhatIsBelieved(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	b := believing()
	b.Notebooks, b.Targets = nil, b.Targets[1:2]
	d.feed(b)
	d.finish()
	d.sees("1 target believed empty by an index. There may be some.")
}
