package recreate

import (
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// TestHowARunStandsIsTheSameInEveryPlace looks at the sign and the words in a list, and at
// those of the step that it stands at.
func TestHowARunStandsIsTheSameInEveryPlace(t *testing.T) {
	moving := func(m *recreate.Moving) func(*liveRun) {
		return flies(recreate.EffectCopy, 65*time.Second, recreate.Progress{Moving: m})
	}
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*liveRun)
		cell   string
		now    string
	}{
		"done":              {recreate.StepDelete, recreate.PhaseOver, func(r *liveRun) { serving(r); r.Run.Source = nil; over(r, recreate.OutcomeDone) }, "dim|✓ done", ""},
		"closed":            {recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { serving(r); over(r, recreate.OutcomeClosed) }, "dim|· closed", ""},
		"closed, and bad":   {recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { resting(r); over(r, recreate.OutcomeClosed) }, "warn|▲ closed, nothing is in service", ""},
		"let go":            {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false; r.Problem = &model.Problem{Message: "full"} }, "bad|✗ stands still", "warn|▲|interrupted"},
		"damaged":           {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false; r.Kept.Damaged = "x" }, "bad|✗ journal damaged", "accent|◆|"},
		"failed":            {recreate.StepStop, recreate.PhaseFailed, serving, "bad|✗ stop source failed", "bad|✗|failed"},
		"not tried":         {recreate.StepStop, recreate.PhaseFailed, func(r *liveRun) { r.Run.Steps[0].Idle = true }, "bad|✗ stop source was not tried", "warn|▲|not tried"},
		"elsewhere":         {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false; r.Kept.HeldBy = "process 7" }, "busy|◐ held by another process", "accent|◆|"},
		"drift":             {recreate.StepStop, recreate.PhaseDrift, serving, "warn|▲ a notebook is not as it was", "warn|▲|not as it was"},
		"differs":           {recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 1) }, "warn|▲ waits for you: 1 missing", "warn|▲|not equal"},
		"paused":            {recreate.StepStart, recreate.PhasePaused, serving, "warn|▲ paused at start source", "warn|▲|paused"},
		"interrupted":       {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false }, "warn|▲ interrupted at start source", "warn|▲|interrupted"},
		"left at a gate":    {recreate.StepStart, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Held = false }, "accent|◆ waits for you: approve start source", "accent|◆|approve"},
		"kept":              {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r) }, "normal|○ stopped and kept", "accent|◆|type name"},
		"disturbed":         {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil }, "warn|▲ the source is gone", "accent|◆|approve"},
		"at a gate":         {recreate.StepStart, recreate.PhaseGate, serving, "accent|◆ waits for you: approve start source", "accent|◆|approve"},
		"the copy":          {recreate.StepCopy, recreate.PhaseGate, serving, "accent|◆ waits for you: copy the data", "accent|◆|by hand"},
		"queued":            {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Queued = &recreate.Effect{} }, "busy|◐ waits for its turn", "busy|◐|5m00s"},
		"a wait":            {recreate.StepStart, recreate.PhaseWait, flies(recreate.EffectWait, 65*time.Second, recreate.Progress{}), "busy|◐ waiting, 1m05s", "busy|◐|5m00s"},
		"a wait, told":      {recreate.StepStart, recreate.PhaseWait, flies(recreate.EffectWait, 65*time.Second, recreate.Progress{Status: model.StatusPending}), "busy|◐ Pending, 1m05s", "busy|◐|5m00s"},
		"a call, told":      {recreate.StepStart, recreate.PhaseAct, flies(recreate.EffectStart, 65*time.Second, recreate.Progress{Status: model.StatusPending}), "busy|◐ starting, 1m05s", "busy|◐|5m00s"},
		"a copy":            {recreate.StepCopy, recreate.PhaseAct, moving(nil), "busy|◐ copying, 1m05s", "busy|◐|5m00s"},
		"a copy, unknown":   {recreate.StepCopy, recreate.PhaseAct, moving(&recreate.Moving{Bytes: 5}), "busy|◐ copying, 1m05s", "busy|◐|5m00s"},
		"a copy, half done": {recreate.StepCopy, recreate.PhaseAct, moving(&recreate.Moving{Bytes: 3, BytesTotal: 4}), "busy|◐ copying 75%, 1m05s", "busy|◐|5m00s"},
	} {
		rs := standing(c.step, c.phase, c.change)
		cell := stateCell(rs.theme.Glyphs, rs.live, uitest.Noon())
		if got := uitest.ToneName(cell.Tone) + "|" + cell.Text; got != c.cell {
			t.Errorf("%s: in a list it is %q, want %q", name, got, c.cell)
		}
		if c.now == "" {
			continue
		}
		sign, tone, note := rs.nowSign(rs.live.Run.Steps[0])
		if got := strings.Join([]string{uitest.ToneName(tone), sign, note}, "|"); got != c.now {
			t.Errorf("%s: its step is %q, want %q", name, got, c.now)
		}
	}
}

func TestEverySignHasItsToneAndItsWord(t *testing.T) {
	p := plain()
	var got []string
	add := func(sign string, tone theme.Tone, words ...string) {
		got = append(got, strings.Join(append([]string{uitest.ToneName(tone), sign}, words...), "|"))
	}
	for _, r := range []recreate.Result{recreate.Fail, recreate.Warn, recreate.Pass, recreate.CheckUnknown, "new"} {
		sign, tone := resultSign(p, r)
		add(sign, tone, resultTitle(r))
	}
	for _, s := range []recreate.StepState{recreate.StepPending, recreate.StepActive, recreate.StepDone, recreate.StepSkipped, recreate.StepBroken} {
		sign, tone := stepSign(p, s)
		add(sign, tone, string(s))
	}
	if d := uitest.Differ(got, []string{
		"bad|✗|Failed", "warn|▲|Warnings", "good|✓|Passed", "unknown|?|Not known", "unknown|?|new",
		"dim|○|pending", "accent|▌|active", "good|✓|done", "dim|·|skipped", "bad|✗|failed",
	}); d != "" {
		t.Error(d)
	}
	check := func(results ...recreate.Result) (out []recreate.Check) {
		for _, r := range results {
			out = append(out, recreate.Check{Result: r})
		}
		return out
	}
	for _, c := range []struct {
		checks []recreate.Check
		want   string
	}{
		{nil, "good|✓|0 ✓ 0 ▲ 0 ✗"}, {check(recreate.Pass), "good|✓|1 ✓ 0 ▲ 0 ✗"}, {check(recreate.Pass, recreate.Warn), "warn|▲|1 ✓ 1 ▲ 0 ✗"},
		{check(recreate.Fail, recreate.Warn), "bad|✗|0 ✓ 1 ▲ 1 ✗"}, {check(recreate.CheckUnknown), "good|✓|0 ✓ 0 ▲ 0 ✗ 1 ?"},
	} {
		got = nil
		sign, tone, note := countSigns(p, c.checks)
		add(sign, tone, note)
		if got[0] != c.want {
			t.Errorf("the checks are %q, want %q", got[0], c.want)
		}
	}
}

func TestWhatIsSeenOfBothNotebooks(t *testing.T) {
	const run = "normal|Run|r, begun 2026-11-23 12:00:00 UTC"
	told := func(p recreate.Progress, name string) func(*liveRun) {
		return func(r *liveRun) {
			serving(r)
			r.Flight = &drive.Flight{Effect: recreate.Effect{Kind: recreate.EffectWait, Name: name}, Progress: p, Told: true}
		}
	}
	const both = "normal|Source|churn-model-train  ● InService, direct internet Disabled"
	for name, c := range map[string]struct {
		change func(*liveRun)
		want   []string
	}{
		"one": {nil, []string{both, "dim|Replacement|churn-model-train-net  not there"}},
		"two": {serving, []string{both, "normal|Replacement|churn-model-train-net  ● InService, direct internet Enabled"}},
		"the source is gone": {func(r *liveRun) { serving(r); r.Run.Source = nil }, []string{
			"dim|Source|churn-model-train  gone", "normal|Replacement|churn-model-train-net  ● InService, direct internet Enabled",
		}},
		"a wait has seen more": {told(recreate.Progress{Status: model.StatusStopped}, "churn-model-train"), []string{
			"dim|Source|churn-model-train  ○ Stopped, direct internet Disabled", "normal|Replacement|churn-model-train-net  ● InService, direct internet Enabled",
		}},
		"a copy says nothing of it": {told(recreate.Progress{Status: model.StatusStopped, Moving: &recreate.Moving{}}, "churn-model-train"), []string{
			both, "normal|Replacement|churn-model-train-net  ● InService, direct internet Enabled",
		}},
		"a wait has seen that it is gone": {func(r *liveRun) {
			told(recreate.Progress{Status: recreate.StatusGone}, "churn-model-train-net")(r)
			r.Run.Replacement, r.Run.Created = nil, false
		}, []string{both, "dim|Replacement|churn-model-train-net  gone"}},
		"it failed": {func(r *liveRun) {
			serving(r)
			r.Run.Replacement.Status, r.Run.Replacement.FailureReason = model.StatusFailed, "no room"
		}, []string{both, "bad|Replacement|churn-model-train-net  ✗ Failed, direct internet Enabled", "bad|Reason|no room"}},
		"it failed for the run's problem": {func(r *liveRun) {
			serving(r)
			r.Run.Replacement.Status, r.Run.Replacement.FailureReason = model.StatusFailed, "no room"
			r.Run.Problem = &model.Problem{Message: "no room"}
		}, []string{both, "bad|Replacement|churn-model-train-net  ✗ Failed, direct internet Enabled"}},
		"it failed beside another problem": {func(r *liveRun) {
			serving(r)
			r.Run.Replacement.Status, r.Run.Replacement.FailureReason = model.StatusFailed, "no room"
			r.Run.Problem = &model.Problem{Message: "else"}
		}, []string{both, "bad|Replacement|churn-model-train-net  ✗ Failed, direct internet Enabled", "bad|Reason|no room"}},
		"it is not as it was made": {func(r *liveRun) { serving(r); r.Run.Served = r.Run.Replacement }, []string{
			both, "normal|Replacement|churn-model-train-net  ● InService, direct internet Enabled",
			"warn|Not as planned|PlatformIdentifier was notebook-al2023-v1, now notebook-al2-v2", "warn|Not as planned|InstanceMetadataServiceConfiguration was 2, now 1",
			"warn|Not as planned|tag nbscope:source-arn was arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train, now none",
		}},
	} {
		rs := standing(recreate.StepStop, recreate.PhaseWait, c.change)
		var doc kit.Document
		rs.sayBoth(&doc)
		if d := uitest.Differ(uitest.Told(doc, rs.theme), append(append([]string{"header|As last seen"}, c.want...), run)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
