package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// changed are the members of a replacement that somebody else can change while it
// serves, each with what the run calls it.
func changed() map[string]func(*Snapshot) {
	return map[string]func(*Snapshot){
		FieldRole:                             func(n *Snapshot) { n.RoleARN += "2" },
		FieldType:                             func(n *Snapshot) { n.InstanceType = "ml.m5.4xlarge" },
		FieldVolume:                           func(n *Snapshot) { n.VolumeGB = 777 },
		FieldPlatform:                         func(n *Snapshot) { n.Platform = "notebook-al2-v3" },
		FieldRoot:                             func(n *Snapshot) { n.RootAccess = model.Disabled },
		FieldIMDS:                             func(n *Snapshot) { n.IMDSVersion = "1" },
		FieldRepository:                       func(n *Snapshot) { n.DefaultRepository = "theirs" },
		"NotebookInstanceLifecycleConfigName": func(n *Snapshot) { n.LifecycleName = "theirs" },
		"SecurityGroups":                      func(n *Snapshot) { n.SecurityGroups = []string{"sg-other"} },
		"tag Team":                            func(n *Snapshot) { n.Tags = retagged(n.Tags, "Team", "theirs") },
		"tag Cost":                            func(n *Snapshot) { n.Tags = retagged(n.Tags, "Cost", "7") },
	}
}

func retagged(tags []model.Tag, key, value string) []model.Tag {
	out := slices.DeleteFunc(slices.Clone(tags), func(t model.Tag) bool { return t.Key == key })
	return append(out, model.Tag{Key: key, Value: value})
}

// TestAReplacementThatSomebodyChangedDoesNotReplaceInSilence changes each member of it
// at each gate that gives the source up, and while it is being made.
func TestAReplacementThatSomebodyChangedDoesNotReplaceInSilence(t *testing.T) {
	t.Parallel()
	for field, change := range changed() {
		for _, step := range []StepKind{StepWait, StepStop, StepDelete} {
			late := step != StepWait
			if !late && field == "tag Cost" {
				continue // an organization may tag what is being made
			}
			at := step
			k := tell(t, nil)
			if late {
				k.to(step)
			} else {
				at = StepStop
				k.approve()
				for k.next.Kind != EffectWait {
					k.does(k.w.perform(*k.next))
				}
			}
			k.w.touch("churn-model-net", change)
			k.to(at)
			before := k.w.notes["churn-model"].Status
			if late {
				k.does(Event{Kind: EventResumed}).goesOn()
			}
			gate := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now)
			if !slices.ContainsFunc(gate.Dangers, func(d Danger) bool {
				return d.Severity == model.SeverityHigh && strings.Contains(d.Why, field+" was ")
			}) || gate.Refused != "" {
				t.Errorf("%s before %s: the gate says %v %q", field, step, gate.Dangers, gate.Refused)
			}
			if two := StakesOf(EventApproved, []Subject{{Run: k.run}, {Run: k.run}}, k.w.now); len(two.LeftOut) != 2 {
				t.Errorf("%s before %s: together they are not left out", field, step)
			}
			k.approve().goesOn()
			k.stands(PhaseDrift, "somebody else changed the replacement since it was made")
			if d := k.run.Drift; len(d) != 1 || d[0].On != SideReplacement || d[0].Field != field || d[0].Hard {
				t.Errorf("%s before %s: %v", field, step, d)
			}
			if now := k.w.notes["churn-model"]; now == nil || now.Status != before {
				t.Errorf("%s before %s: the source was touched", field, step)
			}
			k.does(Event{Kind: EventAccepted})
			k.stands(PhaseGate, "")
			if late && field != "tag Cost" && len(k.run.Words().ReplacementSince()) == 0 {
				t.Errorf("%s before %s: once accepted nobody is told", field, step)
			}
			k.approve().goesOn()
			if now := k.w.notes["churn-model"]; now != nil && now.Status == before || len(k.run.Guard().Hindered()) > 0 {
				t.Errorf("%s before %s: accepted, it goes on to %s %s", field, step, k.run.Phase, k.run.Says())
			}
		}
	}
}

// TestARunFromBeforeHoldsNothingAgainstItsReplacement has none of what a replacement is
// held against, as journals of earlier versions.
func TestARunFromBeforeHoldsNothingAgainstItsReplacement(t *testing.T) {
	t.Parallel()
	for field, change := range changed() {
		k := tell(t, nil).to(StepStop)
		k.run.Served = nil
		k.w.touch("churn-model-net", change)
		k.approve().goesOn()
		if k.run.At == len(k.run.Steps) || k.run.Steps[k.run.At].Kind != StepDelete || k.run.Phase != PhaseGate || k.run.Words().ReplacementSince() != nil {
			t.Errorf("%s: it stands at %s", field, k.run.Says())
		}
	}
}
