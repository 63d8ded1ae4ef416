package recreate

import (
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// serving has a run's replacement be there, in service, as this run made it.
func serving(r *liveRun) {
	n := uitest.Snapshot(r.Run.Plan.Spec.Name, func(s *recreate.Snapshot) {
		s.DirectInternet, s.Tags = model.Enabled, append(s.Tags, model.Tag{Key: recreate.TagRunID, Value: r.Run.Plan.RunID})
	})
	r.Run.Created, r.Run.Replacement = true, &n
}

// resting has a run's source be at rest, as this run has stopped it.
func resting(r *liveRun) {
	r.Run.Source.Status, r.Run.Source.Modified, r.Run.RestedAt = model.StatusStopped, uitest.Noon(), uitest.Noon()
}

// stranded has a run's source be at rest, which cannot start again as it is, after so many
// effects.
func stranded(r *liveRun, effects int) {
	serving(r)
	resting(r)
	r.Run.Effects, r.Run.MadeAt = effects, r.Run.Replacement.Created
}

// over has a run be over.
func over(r *liveRun, how recreate.Outcome) {
	r.Run.Outcome, r.Run.EndedAt, r.Run.Calls = how, r.Run.Began.Add(90*time.Second), 7
}

// proven is a copy that was compared.
func proven() *recreate.Proof {
	tree := recreate.Tree{Entries: 3, Files: 2, Bytes: 5, Digest: "7f3c7f3c7f3c"}
	return &recreate.Proof{Method: recreate.TransportRelay, At: uitest.Noon().Add(-time.Hour), Verified: &recreate.Verified{At: uitest.Noon().Add(-time.Hour), Source: tree, Replacement: tree, Equal: 3}}
}

// unkept has a run's replacement not keep what was promised of it.
func unkept(r *liveRun) {
	serving(r)
	r.Run.Plan.Promises = []string{model.DestinationS3, "github.com", model.DestinationSageMaker, recreate.PromiseClosed}
	probe := uitest.Probe(uitest.Noon())
	probe.Proxy = "http://proxy:3128"
	r.Run.Reach = &recreate.Reached{Probe: probe, Broken: []recreate.Broken{{Promise: "github.com", Why: "no answer"}, {Promise: model.DestinationSageMaker, Why: "not tried", Unknown: true}}}
	r.Run.Problem = &model.Problem{Operation: recreate.OpProbe, Message: "it does not"}
}

// differ has a run's comparison find so many names that are not equal.
func differ(r *liveRun, n int) {
	v := &recreate.Verified{At: uitest.Noon(), Equal: 5, Missing: int64(n), Source: recreate.Tree{Files: 9, Digest: "aa"}, Replacement: recreate.Tree{Files: 8, Digest: "bb"}}
	for i := range n {
		id := string(rune('a' + i))
		v.Differences = append(v.Differences, recreate.Difference{ID: id, Path: "p/" + id, Says: "missing"})
	}
	r.Run.Verified = v
}
