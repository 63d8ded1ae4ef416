package recreate

import (
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

func TestWhatARunStandsStillFor(t *testing.T) {
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*liveRun)
		want   []string
	}{
		"damaged": {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Held = false; r.Kept.Damaged = "record 7 is cut" }, append([]string{
			"bad|✗ Journal damaged: record 7 is cut. What stands here is as far as it goes.",
			"normal|It is left as it is, and nobody goes on with the run. Look at both notebooks and decide by what is there: churn-model-train-net is this run's if it has the tag nbscope:run-id = r. Delete neither before you have found your data on the other.",
			"normal|aws sagemaker describe-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train",
			"normal|aws sagemaker describe-notebook-instance --region eu-west-1 --notebook-instance-name churn-model-train-net",
			"normal|aws sagemaker list-tags --region eu-west-1 --resource-arn arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train-net",
			"strong|◆ Stop source waits for you.",
			"normal|Stops churn-model-train, and it would not start again as it is: AWS starts notebook-al2-v2 only after an update in place to notebook-al2023-v1. This is why it comes after the verification.",
		}, whatHangs()...)},
		"newer": {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Held = false; r.Kept.Newer = "a step that is not known" }, append([]string{
			"bad|✗ Made by a newer nbscope: a step that is not known. What stands here is as far as it goes.",
			"normal|Go on with the nbscope that wrote it, or a newer one. This one leaves the journal as it is.",
			"strong|◆ Stop source waits for you.",
			"normal|Stops churn-model-train, and it would not start again as it is: AWS starts notebook-al2-v2 only after an update in place to notebook-al2023-v1. This is why it comes after the verification.",
		}, whatHangs()...)},
		"elsewhere": {recreate.StepWait, recreate.PhaseWait, func(r *liveRun) { r.Held = false; r.Kept.HeldBy = "process 7" }, []string{
			"warn|▲ Read-only: the run is held by process 7.",
		}},
		"held here though read as held": {recreate.StepStart, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Kept.HeldBy = "process 7" }, []string{
			"strong|◆ Start source waits for you.",
		}},
		"let go": {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false; r.Problem = &model.Problem{Message: "the disk is full"} }, []string{
			"bad|✗ The run stands still: the disk is full",
			"normal|Resuming looks at AWS first and does nothing twice.",
		}},
		"over, with a problem": {recreate.StepDelete, recreate.PhaseOver, func(r *liveRun) {
			serving(r)
			r.Problem = &model.Problem{Message: "late"}
			over(r, recreate.OutcomeDone)
		}, []string{
			"warn|▲ Ended: churn-model-train-net is InService, with direct internet access Enabled.",
			"normal|churn-model-train is as it was before the run: InService.",
			"normal|Lasted|1m30s",
			"normal|API calls|7",
		}},
		"nobody goes on": {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false }, []string{
			"warn|▲ This run has stopped: the program ended in the middle of it. Resuming looks at AWS first and does nothing twice.",
		}},
		"failed": {recreate.StepStop, recreate.PhaseFailed, func(r *liveRun) { serving(r); r.Run.Problem = &model.Problem{Kind: model.KindDenied, Message: "no"} }, []string{
			"bad|✗ Stop source failed.",
			"bad|Problem|✗ no",
			"normal|Kind|denied",
		}},
		"not tried": {recreate.StepStop, recreate.PhaseFailed, func(r *liveRun) { serving(r); r.Run.Steps[0].Idle = true }, []string{
			"warn|▲ Stop source was not tried: no call was made.",
		}},
		"a creation that AWS refused": {recreate.StepCreate, recreate.PhaseFailed, func(r *liveRun) {
			r.Run.Problem = &model.Problem{Code: "ValidationException", Message: "bad subnet", RequestID: "7f3c"}
		}, []string{
			"bad|✗ churn-model-train-net was not created.",
			"normal|Cause|not one that nbscope knows",
			"bad|Reason|bad subnet",
			"normal|Code|ValidationException",
			"normal|Request id|7f3c",
		}},
		"a creation that AWS refused, without an id": {recreate.StepCreate, recreate.PhaseFailed, func(r *liveRun) {
			r.Run.Problem = &model.Problem{Code: "ResourceLimitExceeded", Message: "The account-level service limit is 4"}
		}, []string{
			"bad|✗ churn-model-train-net was not created.",
			"normal|Cause|a quota",
			"bad|Reason|The account-level service limit is 4",
			"strong|What to do|A quota of the account is used up: have it raised, delete a notebook that nobody needs, or take another type where the quota is that of a type.",
			"normal|Code|ResourceLimitExceeded",
		}},
		"a creation that came to nothing": {recreate.StepWait, recreate.PhaseFailed, func(r *liveRun) {
			serving(r)
			r.Run.Replacement.Status, r.Run.Replacement.FailureReason = model.StatusFailed, "InsufficientInstanceCapacity"
			r.Run.Problem = &model.Problem{Code: "X", RequestID: "y"}
		}, []string{
			"bad|✗ churn-model-train-net was created and failed.",
			"normal|Cause|no machine is free",
			"bad|Reason|InsufficientInstanceCapacity",
			"strong|What to do|AWS has no such machine free in the subnet's zone now: retry later, or take another type, or a subnet in another zone.",
		}},
		"drift": {recreate.StepStop, recreate.PhaseDrift, func(r *liveRun) {
			serving(r)
			r.Run.Drift = []recreate.Drift{{On: recreate.SideSource, Field: "Type", Before: "a", Now: "", Why: "so"}, {On: recreate.SideReplacement, Field: "Tags", Before: "", Now: "x", Why: "else", Hard: true}}
		}, []string{
			"warn|▲ A notebook is not as it was, so the run stopped at \"Stop source\".",
			"header|source: Type",
			"normal|Before|a",
			"warn|Now|none",
			"normal|Means|so",
			"header|replacement: Tags",
			"dim|Before|none",
			"warn|Now|x",
			"normal|Means|else",
			"bad|This cannot be accepted.",
		}},
		"a replacement at rest": {recreate.StepStop, recreate.PhaseDrift, func(r *liveRun) {
			serving(r)
			r.Run.Replacement.Status = model.StatusStopped
			r.Run.Drift = []recreate.Drift{{On: recreate.SideReplacement, Field: "Status", Before: "InService", Now: "Stopped", Why: "so"}}
		}, []string{
			"warn|▲ A notebook is not as it was, so the run stopped at \"Stop source\".",
			"header|replacement: Status",
			"normal|Before|InService",
			"warn|Now|Stopped",
			"normal|Means|so",
			"normal|Start the replacement yourself. AWS no longer starts Amazon Linux 2 notebooks: churn-model-train-net is moved to notebook-al2023-v1 first, in place. Its volume is kept, what it had installed elsewhere is not.",
			"drawn|$ aws sagemaker update-notebook-instance --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-model-train-net --platform-identifier notebook-al2023-v1",
			"drawn|$ aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-model-train-net",
			"drawn|$ aws sagemaker start-notebook-instance --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-model-train-net",
			"drawn|$ aws sagemaker wait notebook-instance-in-service --region eu-west-1",
			"drawn|    --notebook-instance-name churn-model-train-net",
			"normal|Then look at AWS again: the run goes on from here.",
		}},
		"paused": {recreate.StepStart, recreate.PhasePaused, func(r *liveRun) {
			serving(r)
			r.Run.Problem = &model.Problem{Kind: model.KindCanceled, Message: "stopped"}
		}, []string{
			"warn|▲ Paused. Resuming looks at AWS first and does nothing twice.",
		}},
		"paused by a problem": {recreate.StepStart, recreate.PhasePaused, func(r *liveRun) { serving(r); r.Run.Problem = &model.Problem{Kind: model.KindDenied, Message: "no"} }, []string{
			"warn|▲ Paused. Resuming looks at AWS first and does nothing twice.",
			"bad|Problem|✗ no",
			"normal|Kind|denied",
		}},
		"paused for nothing": {recreate.StepStart, recreate.PhasePaused, serving, []string{
			"warn|▲ Paused. Resuming looks at AWS first and does nothing twice.",
		}},
		"a promise is not kept": {recreate.StepReach, recreate.PhaseFailed, unkept, []string{
			"warn|▲ churn-model-train-net does not keep what the plan promised, so nothing is copied to it yet.",
			"good|s3|✓ name 2 ms, connection 4 ms, TLS 6 ms to 192.0.2.7",
			"bad|github.com|✗ no answer",
			"unknown|sagemaker.api|? not tried",
			"good|direct-closed|✓ nothing answers but through the VPC",
			"warn|▲ Its environment names a proxy, http://proxy:3128: nothing was tried through it.",
			"normal|Mend the network and try again, go on in spite of it, or roll back.",
		}},
		"a look finds what is in the way": {recreate.StepSurvey, recreate.PhaseFailed, func(r *liveRun) {
			serving(r)
			r.Run.Inside = &recreate.Surveyed{Checks: []recreate.Check{{Title: "Speed", Result: recreate.Pass, Evidence: "fast", Hint: "none"}, {Title: "Room", Result: recreate.Fail, Evidence: "full", Hint: "make room"}}}
			r.Run.Problem = &model.Problem{Operation: recreate.OpSurvey, Message: "full"}
		}, []string{
			"warn|▲ The copy would not come to its end, so that nothing of it is begun yet.",
			"bad|✗ Room: full.",
			"dim|make room",
			"good|✓ Speed: fast.",
			"normal|Mend it and try again, go on in spite of it, take another way for the data, or roll back.",
		}},
		"a look that failed": {recreate.StepSurvey, recreate.PhaseFailed, func(r *liveRun) {
			serving(r)
			r.Run.Inside = &recreate.Surveyed{}
			r.Run.Problem = &model.Problem{Operation: "x", Message: "denied"}
		}, []string{
			"bad|✗ Survey failed.",
			"bad|Problem|✗ denied",
			"normal|Operation|x",
			"dim|Kind|none",
		}},
		"a probe that failed": {recreate.StepReach, recreate.PhaseFailed, func(r *liveRun) { unkept(r); r.Run.Problem.Operation = "x" }, []string{
			"bad|✗ Reach failed.",
			"bad|Problem|✗ it does not",
			"normal|Operation|x",
			"dim|Kind|none",
		}},
		"it differs": {recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 13) }, []string{
			"warn|▲ The copy is not proven: 13 missing.",
			"normal|Source|9 files, digest aa",
			"normal|Replacement|8 files, digest bb",
			"normal|Compared|2026-11-23 12:00:00 UTC",
			"normal|Copy again what differs, or accept each difference by its name: what the source alone has is gone once it is deleted.",
			"header|Not equal, 13 open",
			"normal|  p/a  missing",
			"normal|  p/b  missing",
			"normal|  p/c  missing",
			"normal|  p/d  missing",
			"normal|  p/e  missing",
			"normal|  p/f  missing",
			"normal|  p/g  missing",
			"normal|  p/h  missing",
			"normal|  p/i  missing",
			"normal|  p/j  missing",
			"normal|  p/k  missing",
			"normal|  p/l  missing",
			"dim|and 1 more: A lists them, d writes them to a file",
		}},
		"it differs by a few": {recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) {
			serving(r)
			differ(r, 1)
			r.Run.Verified.LeftOut = 1234
			r.Run.Verified.Source.Bytes = 5
		}, []string{
			"warn|▲ The copy is not proven: 1 missing.",
			"normal|Source|9 files, 5 B, digest aa",
			"normal|Replacement|8 files, digest bb",
			"normal|Compared|2026-11-23 12:00:00 UTC",
			"normal|Left out|1,234 by a rule",
			"normal|Copy again what differs, or accept each difference by its name: what the source alone has is gone once it is deleted.",
			"header|Not equal, 1 open",
			"normal|  p/a  missing",
		}},
		"nothing was equal": {recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 0); r.Run.Verified.Equal = 0 }, []string{
			"warn|▲ The copy is not proven: nothing differs.",
			"normal|Source|9 files, digest aa",
			"normal|Replacement|8 files, digest bb",
			"normal|Compared|2026-11-23 12:00:00 UTC",
			"normal|Nothing was equal, so nothing proves a copy.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rs := standing(c.step, c.phase, c.change)
			if d := uitest.Differ(uitest.Told(rs.state(), rs.theme), c.want); d != "" {
				t.Error(d)
			}
		})
	}
}

// whatHangs is what a gate says of what hangs on a source that is to be stopped.
func whatHangs() []string {
	return []string{
		"strong|What hangs on churn-model-train",
		"drawn|· Found: tags of churn-model-train that rules may choose by: Owner, Team.",
		"drawn|· Not known: whether tags, repositories and lifecycle scripts of other notebooks name",
		"drawn|  churn-model-train. They were not searched.",
		"drawn|· Not known: who uses it by name or ARN. Look in IAM, key and service control policies,",
		"drawn|  EventBridge rules, alarms and log groups for",
		"drawn|  arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train",
		"drawn|· Not known: who has bookmarks or links to",
		"drawn|  churn-model-train.notebook.eu-west-1.sagemaker.aws",
		"drawn|· Not known: what lets in the address of eni-01. Look for it in security groups, firewalls",
		"drawn|  and databases.",
	}
}
