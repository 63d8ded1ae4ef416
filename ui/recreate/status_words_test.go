package recreate

import (
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// plain is a theme without colours, whose signs stand as they are.
func plain() *theme.Theme { return theme.New(theme.Options{NoColor: true}) }

// standing is a run that stands at a step of a kind, held here.
func standing(kind recreate.StepKind, phase recreate.Phase, change func(*liveRun)) runStatus {
	w := begun()
	r := w.live
	def, _ := recreate.Def(kind)
	r.ID, r.Run.Phase, r.Run.At = "r", phase, 0
	r.Run.Steps = []recreate.Step{{Kind: kind, Gate: def.Gate, State: recreate.StepActive, Began: uitest.Noon().Add(-5 * time.Minute)}}
	if change != nil {
		change(r)
	}
	return runStatus{live: r, theme: w.theme, ports: w.ports}
}

// flies has an effect of a run be under way for a while.
func flies(kind recreate.EffectKind, waited time.Duration, p recreate.Progress) func(*liveRun) {
	return func(r *liveRun) {
		r.Flight = &drive.Flight{
			Effect: recreate.Effect{ID: 1, Kind: kind, Name: "churn-net", Source: "churn", Replacement: "churn-net", Until: []model.Status{model.StatusInService}},
			Since:  uitest.Noon().Add(-waited), Progress: p, Told: p.Looks > 0,
		}
	}
}

func TestWhatIsUnderWayIsToldWithHowFarItIs(t *testing.T) {
	const (
		wait  = "|◐ Waiting until churn-net is InService, for "
		usual = "dim|It mostly takes five minutes. You may leave this page, or the program: the run can be resumed at any time."
		slow  = "normal|This takes longer than usual. It usually takes five minutes, and sometimes up to an hour."
		stuck = "normal|This takes far longer than usual. AWS can neither hurry nor cancel it; the run may be left and resumed any time."
		leave = "dim|You may leave this page, or the program: it goes on in the notebooks, and is taken up again."
	)
	inside := &recreate.Surveyed{
		Checks: []recreate.Check{
			{Title: "Room", Result: recreate.Fail, Evidence: "it is full", Hint: "make room"}, {Title: "Links", Result: recreate.Warn, Evidence: "two"},
			{Title: "Speed", Result: recreate.Pass, Evidence: "fast", Hint: "nothing"},
		},
		Waived: &recreate.Waived{By: "ana"},
	}
	for name, c := range map[string]struct {
		change func(*liveRun)
		want   []string
	}{
		"queued": {func(r *liveRun) { r.Queued = &recreate.Effect{Kind: recreate.EffectStop, Name: "churn"} }, []string{
			"busy|Stopping churn waits for its turn: at most 4 calls are made at a time.",
		}},
		"a copy, queued": {func(r *liveRun) {
			r.Queued = &recreate.Effect{Kind: recreate.EffectCopy, Source: "a", Replacement: "b"}
		}, []string{
			"busy|Copying a to b waits for its turn: only a few copies run at a time.",
		}},
		"written down":  {func(r *liveRun) { r.Deciding = true }, []string{"busy|◐ Writing it down."}},
		"a call":        {flies(recreate.EffectStop, time.Minute, recreate.Progress{}), []string{"busy|◐ Stopping churn-net, for 1m00s"}},
		"a slow call":   {flies(recreate.EffectStop, stuckWait, recreate.Progress{}), []string{"busy|◐ Stopping churn-net, for 30m00s"}},
		"a look inside": {flies(recreate.EffectSurvey, 5*time.Second, recreate.Progress{}), []string{"busy|◐ Looking into churn and churn-net, for 5s", "dim|Nothing is copied yet, and nothing of the look is left there."}},
		"it halts": {func(r *liveRun) { flies(recreate.EffectStop, 0, recreate.Progress{})(r); r.Run.Halting = true }, []string{
			"busy|◐ Stopping churn-net, for 0s", "warn|It stops when this call is finished.",
		}},
		"in doubt": {flies(recreate.EffectSettle, 0, recreate.Progress{}), []string{
			"busy|◐ Checking whether the call was carried out, as its answer was lost, for 0s", usual,
		}},
		"a wait before ten minutes":    {flies(recreate.EffectWait, slowWait-time.Second, recreate.Progress{}), []string{"busy" + wait + "9m59s", usual}},
		"a wait of ten minutes":        {flies(recreate.EffectWait, slowWait, recreate.Progress{}), []string{"warn" + wait + "10m00s", slow}},
		"a wait before thirty minutes": {flies(recreate.EffectWait, stuckWait-time.Second, recreate.Progress{}), []string{"warn" + wait + "29m59s", slow}},
		"a wait of thirty minutes":     {flies(recreate.EffectWait, stuckWait, recreate.Progress{}), []string{"bad" + wait + "30m00s", stuck}},
		"a wait that is told": {flies(recreate.EffectWait, 0, recreate.Progress{Status: model.StatusPending, Looks: 1}), []string{
			"busy" + wait + "0s", "busy|Status now|◐ Pending", "normal|Looked|1 time", usual,
		}},
		"a wait for what is gone": {flies(recreate.EffectWait, 0, recreate.Progress{Status: recreate.StatusGone, Looks: 2, Reason: "it fell"}), []string{
			"busy" + wait + "0s", "normal|Status now|· gone", "normal|Looked|2 times", "bad|Reason|it fell", usual,
		}},
		"a wait that is put off": {flies(recreate.EffectWait, 0, recreate.Progress{Status: model.StatusFailed, Looks: 2, Problem: &model.Problem{Kind: model.KindThrottled, Message: "too fast"}}), []string{
			"busy" + wait + "0s", "bad|Status now|✗ Failed", "normal|Looked|2 times", "warn|Last answer|too fast",
			"warn|AWS puts calls off: too many are made in this account. nbscope asks again by itself.", usual,
		}},
		"a wait with another problem": {flies(recreate.EffectWait, 0, recreate.Progress{Status: model.StatusPending, Looks: 2, Problem: &model.Problem{Kind: model.KindDenied, Message: "no"}}), []string{
			"busy" + wait + "0s", "busy|Status now|◐ Pending", "normal|Looked|2 times", "warn|Last answer|no", usual,
		}},
		"a copy of which nothing is told": {flies(recreate.EffectCopy, 0, recreate.Progress{}), []string{"busy|◐ Copying churn to churn-net, for 0s", leave}},
		"a copy, with what was found": {
			func(r *liveRun) {
				flies(recreate.EffectCopy, 0, recreate.Progress{Moving: &recreate.Moving{Stage: "sending", Bytes: 3, BytesTotal: 4, Files: 1, FilesTotal: 9, Remarks: []string{"slow"}}})(r)
				r.Run.Inside = inside
			}, []string{
				"busy|◐ Copying churn to churn-net, for 0s", "busy|Progress|█████████████████████░░░░░░░ 75%", "normal|Now|sending, 3 B of 4 B, 1 of 9 files", "warn|slow", leave,
				"bad|✗ Room: it is full.", "dim|make room", "warn|▲ Links: two.", "warn|Gone on|in spite of it, by ana",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rs := standing(recreate.StepStop, recreate.PhaseAct, c.change)
			if d := uitest.Differ(uitest.Told(rs.state(), rs.theme), c.want); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestHowFarACopyIs(t *testing.T) {
	const leave = "dim|You may leave this page, or the program: it goes on in the notebooks, and is taken up again."
	for name, c := range map[string]struct {
		moving recreate.Moving
		want   []string
	}{
		"nothing is known": {recreate.Moving{Stage: "reading the source"}, []string{"normal|Now|reading the source", leave}},
		"only files": {recreate.Moving{Stage: "comparing", Files: 1, FilesTotal: 2}, []string{
			"busy|Progress|██████████████░░░░░░░░░░░░░░ 50%", "normal|Now|comparing, 1 of 2 files", leave,
		}},
		"nothing yet": {recreate.Moving{Stage: "sending", BytesTotal: 28}, []string{"busy|Progress|░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0%", "normal|Now|sending, 0 B of 28 B", leave}},
		"a cell":      {recreate.Moving{Stage: "sending", Bytes: 1, BytesTotal: 28}, []string{"busy|Progress|█░░░░░░░░░░░░░░░░░░░░░░░░░░░ 3%", "normal|Now|sending, 1 B of 28 B", leave}},
		"all":         {recreate.Moving{Stage: "sending", Bytes: 28, BytesTotal: 28}, []string{"busy|Progress|████████████████████████████ 100%", "normal|Now|sending, 28 B of 28 B", leave}},
	} {
		rs := standing(recreate.StepCopy, recreate.PhaseAct, nil)
		var doc kit.Document
		rs.sayMoving(&doc, &c.moving)
		if d := uitest.Differ(uitest.Told(doc, rs.theme), c.want); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
