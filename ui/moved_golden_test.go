package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// The pages of a run that moves its data by itself.

// byHand are the keys that choose by hand in the form, and approve the plan. Relay is
// what is recommended.
func byHand(more ...string) []string {
	return append([]string{"R", "3", "G", "k", "enter", "hand", "enter", "4", "a", uitest.Prod, "enter", "later", "tab", "enter"}, more...)
}

// comparison is what a comparison of both notebooks says, with so many names missing.
func comparison(missing int) *recreate.Verified {
	tree := recreate.Tree{Entries: 1_502_011, Files: 1_284_102, Bytes: 96_400_000_000, Digest: strings.Repeat("7f3c9ae1", 8)}
	v := &recreate.Verified{Equal: 1_502_011 - int64(missing), Source: tree, Replacement: tree, LeftOut: 2, Missing: int64(missing), File: "7f3c0001.copy/differences.jsonl"}
	v.Differences = missed(min(missing, recreate.MaxDifferences))
	if missing > 0 {
		v.Replacement.Digest = strings.Repeat("a0e14b77", 8)
	}
	return v
}

// missed are so many names that are missing.
func missed(n int) (out []recreate.Difference) {
	for i := range n {
		out = append(out, recreate.Difference{ID: fmt.Sprintf("%032d", i), Path: fmt.Sprintf("data/part-%02d%%0a.csv", i), Status: "missing", Says: "missing"})
	}
	return out
}

// compares is a world in which so many names do not arrive.
func compares(missing int) func(*studio) {
	return func(s *studio) {
		s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
			out := smooth(ctx, b, e, tell)
			if e.Kind == recreate.EffectVerify {
				out.Verified = comparison(missing)
			}
			return out
		}
	}
}

// moving is a world in which a copy has come half of its way.
func moving(s *studio) {
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		if e.Kind != recreate.EffectCopy {
			return smooth(ctx, b, e, tell)
		}
		tell(recreate.Progress{Moving: &recreate.Moving{
			Stage: "sending", Files: 812_004, FilesTotal: 1_284_102, Bytes: 61_200_000_000, BytesTotal: 96_400_000_000, Rate: 48_000_000,
			Part: 3826, Again: 2, Bound: "the way into the replacement", Remarks: []string{"A script that stops idle notebooks is held back by an open session."},
		}})
		s.parked <- struct{}{}
		<-ctx.Done()
		return recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindCanceled, Message: "left"}}
	}
}

// lookedInto is a world in which there is more on the source than it seems.
func lookedInto(s *studio) {
	inside := *uitest.Survey(time.Time{})
	inside.Replacement = nil
	inside.Source.Unread, inside.Source.Mounts = 1, []string{"efs (nfs4)"}
	inside.Source.Unreadable = []recreate.Unreadable{{Path: "keys/id_rsa", Why: "Permission denied"}}
	s.aws.Inside = inside
}

// full is a world in which something else has taken the room of the replacement.
func full(s *studio) {
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		out := smooth(ctx, b, e, tell)
		if e.Kind == recreate.EffectSurvey {
			out.Surveyed.Replacement.Free = 2_100_000_000
		}
		return out
	}
}

func TestMovedScreens(t *testing.T) {
	scenes := map[string]recreateScene{
		"ways":        {keys: byHand("T"), says: []string{"A terminal in both notebooks, and your time."}},
		"way gate":    {keys: byHand("T", "relay", "enter"), says: []string{"Take another way for the data of churn-model-train"}},
		"buckets":     {keys: byHand("T", "S3", "enter"), says: []string{"sagemaker-eu-west-1-111122223333", "Old_Data"}},
		"bucket gate": {keys: byHand("T", "S3", "enter", "make", "enter"), says: []string{"nbscope-111122223333"}},
		"moving":      {world: moving, keys: approved(), says: []string{"Copying churn-model-train to churn-model-train-net, for 0s", "sending, 61.2 GB of 96.4 GB, 812,004 of 1,284,102 files", "bound by the way into the replacement, 12m left"}},
		"left":        {world: moving, keys: approved("ctrl+x"), after: func(s *studio) { s.lands() }, says: []string{"Paused. Resuming looks at AWS first and does nothing twice."}},
		"differ":      {world: compares(30), keys: approved(), says: []string{"The copy is not proven: 30 missing.", "Copy again what differs, or accept each difference by its name"}},
		"differences": {world: compares(30), keys: approved("A", "part-1", "ctrl+a"), says: []string{"[*] data/part-10%0a.csv", "[*] data/part-18%0a.csv"}},
		"accept gate": {world: compares(3), keys: approved("A", "part-01", "space", "enter"), says: []string{"Accept what differs of churn-model-train", "1 missing: on the source only, and gone with it"}},
		"proven":      {world: compares(0), keys: approved(), says: []string{"Stops churn-model-train, and it would not start again as it is: AWS starts", "Found: tags of churn-model-train that rules may choose by: Owner, Team."}},
		"proven stop": {world: compares(0), keys: approved("a"), says: []string{"It runs Amazon Linux 2: stopped, it does not start again as it is", "Its keep time is over at 2026-11-24T12:00:01Z at the earliest."}},
		"accepted":    {world: compares(2), keys: approved("A", "ctrl+a", "enter", "tab", "enter", "a"), says: []string{"What is not under /home/ec2-user/SageMaker is lost", "Its keep time is over at 2026-11-24T12:00:01Z at the earliest."}},
		"paste":       {keys: byHand("p", "nbscope-proof 1 7f3c0001 source 9 7 0 "+strings.Repeat("ab", 32), "enter", "nbscope-proof 1 7f3c0001 replacement 9 7 0 "+strings.Repeat("cd", 32), "enter"), says: []string{"It begins with nbscope-proof. Paste it as it stands; it holds no secret."}},
		"pasted":      {keys: byHand("p", "nbscope-proof 1 7f3c0001 source 9 7 0 "+strings.Repeat("ab", 32), "enter", "nbscope-proof 1 7f3c0001 replacement 9 7 0 "+strings.Repeat("ab", 32), "enter", "a"), says: []string{"Its copy was compared by two digests that somebody pasted: nbscope has not seen the data"}},
		"inside": {world: lookedInto, keys: []string{"R", "2", "I", uitest.Prod, "enter"}, says: []string{
			"96.4 GB in 1,284,102 files on the source, and a volume of 50 GB has room", "→ Choose a larger volume.",
			"1 name cannot be read: keys/id_rsa (Permission denied)", "not copied: efs (nfs4)", "I look inside",
		}},
		"unfit": {world: full, keys: approved(), says: []string{
			"The copy would not come to its end, so that nothing of it is begun yet.", "churn-model-train-net has room for 2.1 GB.",
			"Roll back, and choose a larger volume in a new plan.", "t try again",
		}},
		"unfit gate": {world: full, keys: approved("A"), says: []string{
			"Go on in spite of what is in the way of the copy of churn-model-train", "The data fits the new volume: no", "churn-model-train-net has room for 2.1 GB.", "[ Cancel ] [ Go on ]",
		}},
		"many":      {world: compares(450), keys: approved("A", "part-44"), says: []string{"Accept > part-44", "0 of 450 at most", "[ ] data/part-449%0a.csv missing: missing", "ctrl+a choose all found"}},
		"very many": {world: compares(45_000), keys: approved("A"), says: []string{"There are 45,000 differences, and 2,000 are listed at a time.", "enter list"}},
		"found":     {world: compares(45_000), keys: approved("A", "part-4499", "enter"), says: []string{"0 of 11 at most", "[ ] data/part-4499%0a.csv missing: missing", "[ ] data/part-44999%0a.csv missing: missing"}},
	}
	for name, scene := range scenes {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := newStudioOf(t, size[0], size[1], func(c *Config) { c.Transports = []recreate.Transport{recreate.TransportRelay, recreate.TransportS3} }, scene.world)
				s.press(scene.keys...)
				if scene.after != nil {
					scene.after(s)
				}
				hold(t, name, size, s.view(), scene.says)
			})
		}
	}
}
