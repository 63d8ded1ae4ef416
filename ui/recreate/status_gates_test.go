package recreate

import (
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

func TestWhatAGateWaitsForAndHowARunEnded(t *testing.T) {
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*liveRun)
		want   []string
	}{
		"the source is gone before the copy": {recreate.StepCopy, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil }, []string{
			"strong|▲ churn-model-train is gone: somebody else deleted it. Copy cannot go on.",
			"bad|▲ Something other than this run is at work: the source is gone.",
			"normal|What the replacement holds is all there is now.",
		}},
		"the replacement is gone before the copy": {recreate.StepCopy, recreate.PhaseGate, func(r *liveRun) { r.Run.Created = true }, []string{
			"strong|✗ Copy cannot go on.",
			"bad|▲ Something other than this run is at work: the replacement is gone.",
			"normal|There is nothing left to copy to. End the run, find out what removes such notebooks (a policy of the organization, mostly), and begin another.",
		}},
		"the source is gone before it is stopped": {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil }, []string{
			"strong|▲ churn-model-train is gone: somebody else deleted it. Stop source cannot go on.",
			"bad|▲ Something other than this run is at work: the source is gone.",
			"normal|What the replacement holds is all there is now.",
		}},
		"the source is gone before it is deleted": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil }, []string{
			"strong|▲ churn-model-train is gone: somebody else deleted it. There is nothing left to delete, and it costs nothing.",
			"bad|▲ Something other than this run is at work: the source is gone.",
			"normal|What the replacement holds is all there is now.",
		}},
		"the replacement is stopped before the source is": {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Replacement.Status = model.StatusStopped }, append([]string{
			"strong|◆ Stop source waits for you.",
			"normal|Stops churn-model-train, and it would not start again as it is: AWS starts notebook-al2-v2 only after an update in place to notebook-al2023-v1. This is why it comes after the verification.",
			"bad|▲ Something other than this run is at work: the replacement is Stopped.",
			"normal|The source is left as it is while its replacement does not serve. See to the replacement, in the console or with the AWS CLI, and look at AWS again.",
		}, whatHangs()...)},
		"the replacement is stopped before the copy": {recreate.StepCopy, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			r.Run.Replacement.Status = model.StatusStopped
			r.Run.Plan.Idle.Source = "stops what is idle"
		}, []string{
			"strong|◆ Copy waits for you.",
			"normal|You copy what is under /home/ec2-user/SageMaker, by the commands shown, and say so.",
			"bad|▲ Something other than this run is at work: the replacement is Stopped.",
			"normal|A script against idle notebooks counts Jupyter's sessions, not terminals; a policy of the organization may stop what has direct internet.",
			"normal|AWS no longer starts Amazon Linux 2 notebooks: churn-model-train-net is moved to notebook-al2023-v1 first, in place. Its volume is kept, what it had installed elsewhere is not.",
			"drawn|$ aws sagemaker update-notebook-instance --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-model-train-net --platform-identifier notebook-al2023-v1",
			"drawn|$ aws sagemaker wait notebook-instance-stopped --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-model-train-net",
			"drawn|$ aws sagemaker start-notebook-instance --region eu-west-1 --notebook-instance-name",
			"drawn|    churn-model-train-net",
			"drawn|$ aws sagemaker wait notebook-instance-in-service --region eu-west-1",
			"drawn|    --notebook-instance-name churn-model-train-net",
			"normal|Then go on with the copy: nbscope looks every 30s.",
			"normal|A script on churn-model-train stops what is idle. There, keep a session busy until the copy is verified: a cell of an open notebook that only waits, such as import time; time.sleep(12*3600). Shut down the other kernels, and not that one: without a session such a script goes by the time of the notebook's last change, and stops it at once.",
		}},
		"the stop": {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			r.Run.Proof = proven()
			r.Run.Inside = &recreate.Surveyed{Checks: []recreate.Check{{Title: "Links", Result: recreate.Warn, Evidence: "two"}}}
		}, append([]string{
			"strong|◆ Stop source waits for you.",
			"normal|Copied|by relay, 1h ago",
			"normal|Proven|2 files, 5 B, digest 7f3c7f..7f3c = 7f3c7f..7f3c, compared 2026-11-23T11:00:00Z",
			"warn|▲ Links: two.",
			"normal|Stops churn-model-train, and it would not start again as it is: AWS starts notebook-al2-v2 only after an update in place to notebook-al2023-v1. This is why it comes after the verification.",
		}, whatHangs()...)},
		"the copy": {recreate.StepCopy, recreate.PhaseGate, serving, []string{
			"strong|◆ Copy waits for you.",
			"normal|You copy what is under /home/ec2-user/SageMaker, by the commands shown, and say so.",
		}},
		"the create": {recreate.StepCreate, recreate.PhaseGate, nil, []string{
			"strong|◆ Create waits for you.",
			"normal|Makes churn-model-train-net with direct internet access Enabled. churn-model-train stays as it is.",
		}},
		"kept": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r); r.Run.Proof = proven() }, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"normal|Kept until|2026-11-24 12:00:00 UTC (in 1d); deleting it earlier takes a sentence beside the name",
			"normal|Copied|by relay, 1h ago",
			"normal|Proven|2 files, 5 B, digest 7f3c7f..7f3c = 7f3c7f..7f3c, compared 2026-11-23T11:00:00Z",
			"normal|Since then|churn-model-train was stopped by somebody else, and is at rest since 2026-11-23T12:00:00Z. What was written to it before that is not known. It has not changed since, as seen 2026-11-23T12:00:00Z.",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
		}},
		"kept, and nobody has proven it": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			resting(r)
			r.Run.Plan.Keep = 0
			r.Run.RestedAt = uitest.Noon().Add(-9999 * time.Hour)
		}, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"bad|Copied|nobody has proven it",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
		}},
		"kept, with no way back": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { stranded(r, 1) }, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"bad|Copied|nobody has proven it",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
			"warn|Way back|The source is Stopped and cannot be started as it is (notebook-al2-v2): with the replacement removed nothing would be running; update the source to notebook-al2023-v1 in place, start it, and then remove the replacement; or keep the replacement.",
		}},
		"kept, before any call": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { stranded(r, 0) }, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"bad|Copied|nobody has proven it",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
		}},
		"drift, with no way back": {recreate.StepDelete, recreate.PhaseDrift, func(r *liveRun) { stranded(r, 1) }, []string{
			"warn|▲ A notebook is not as it was, so the run stopped at \"Delete source\".",
		}},
		"closed, with no way back": {recreate.StepDelete, recreate.PhaseOver, func(r *liveRun) { stranded(r, 1); over(r, recreate.OutcomeClosed) }, []string{
			"normal|· Ended: churn-model-train-net is InService, with direct internet access Enabled.",
			"normal|churn-model-train is Stopped; before the run it was InService. It cannot be started as it is (notebook-al2-v2).",
			"normal|Lasted|1m30s",
			"normal|API calls|7",
		}},
		"kept, until now": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			resting(r)
			r.Run.Proof, r.Run.RestedAt, r.Run.Source.Modified = proven(), uitest.Noon().Add(-r.Run.Plan.KeepTime()), uitest.Noon().Add(-r.Run.Plan.KeepTime())
			r.Run.Proof.At = r.Run.RestedAt
		}, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"normal|Copied|by relay, 1d ago",
			"normal|Proven|2 files, 5 B, digest 7f3c7f..7f3c = 7f3c7f..7f3c, compared 2026-11-23T11:00:00Z",
			"normal|Since then|churn-model-train was stopped by somebody else, and is at rest since 2026-11-22T12:00:00Z. It has not changed since, as seen 2026-11-23T12:00:00Z.",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
		}},
		"kept, on a word": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			resting(r)
			r.Run.Plan.Cost.KeptPerMonth = new(float64(7))
			r.Run.Proof = &recreate.Proof{Says: "I did", At: uitest.Noon().Add(-time.Hour)}
		}, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"normal|It costs|$7.00 a month",
			"normal|Kept until|2026-11-24 12:00:00 UTC (in 1d); deleting it earlier takes a sentence beside the name",
			"normal|Copied|\"I did\", typed 2026-11-23 11:00:00 UTC (1h ago) by somebody not known. nbscope has not seen the data.",
			"normal|Since then|churn-model-train was stopped by somebody else, and is at rest since 2026-11-23T12:00:00Z. What was written to it before that is not known. It has not changed since, as seen 2026-11-23T12:00:00Z.",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
		}},
		"kept, on the word of somebody": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			resting(r)
			r.Run.Proof = &recreate.Proof{Says: "I did", By: "ana", At: uitest.Noon().Add(-time.Hour)}
		}, []string{
			"good|✓ Done, but for deleting the source. It is stopped and kept, and can be for as long as you like.",
			"normal|Kept until|2026-11-24 12:00:00 UTC (in 1d); deleting it earlier takes a sentence beside the name",
			"normal|Copied|\"I did\", typed 2026-11-23 11:00:00 UTC (1h ago) by ana. nbscope has not seen the data.",
			"normal|Since then|churn-model-train was stopped by somebody else, and is at rest since 2026-11-23T12:00:00Z. What was written to it before that is not known. It has not changed since, as seen 2026-11-23T12:00:00Z.",
			"normal|Deleting it loses its volume for good. Wait until nobody misses anything.",
		}},
		"done": {recreate.StepDelete, recreate.PhaseOver, func(r *liveRun) {
			serving(r)
			r.Run.Source = nil
			over(r, recreate.OutcomeDone)
			r.Kept.Path = "runs/r.jsonl"
		}, []string{
			"good|✓ Done: churn-model-train-net has taken the place of churn-model-train: it is InService, with direct internet access Enabled.",
			"normal|churn-model-train is gone: this run had asked for its deletion.",
			"normal|Lasted|1m30s",
			"normal|API calls|7",
			"normal|Journal|runs/r.jsonl",
		}},
		"done early": {recreate.StepDelete, recreate.PhaseOver, func(r *liveRun) {
			serving(r)
			r.Run.Source = nil
			over(r, recreate.OutcomeDone)
			r.Run.Steps[0].State = recreate.StepDone
			r.Run.Early = &recreate.Early{Until: uitest.Noon()}
		}, []string{
			"good|✓ Done: churn-model-train-net has taken the place of churn-model-train: it is InService, with direct internet access Enabled.",
			"normal|churn-model-train is deleted.",
			"normal|The deletion was approved before the keep time was over (2026-11-23 12:00:00 UTC), by somebody not known.",
			"normal|Lasted|1m30s",
			"normal|API calls|7",
		}},
		"rolled back": {recreate.StepRemove, recreate.PhaseOver, func(r *liveRun) { over(r, recreate.OutcomeRolledBack) }, []string{
			"normal|· Rolled back: churn-model-train-net is gone: this run had asked for its removal.",
			"normal|churn-model-train is as it was before the run: InService.",
			"normal|Lasted|1m30s",
			"normal|API calls|7",
		}},
		"closed with nothing in service": {recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { resting(r); over(r, recreate.OutcomeClosed) }, []string{
			"warn|▲ Ended: No notebook of this run is in service.",
			"normal|churn-model-train-net was not made.",
			"normal|churn-model-train is Stopped; before the run it was InService. It cannot be started as it is (notebook-al2-v2).",
			"normal|Lasted|1m30s",
			"normal|API calls|7",
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
