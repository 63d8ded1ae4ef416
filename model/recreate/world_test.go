package recreate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// cloud is the two notebooks of a run as AWS would hold them, for tests of the
// machine alone: it carries effects out, and can be told to lose an answer or to
// refuse a call.
type cloud struct {
	now      time.Time
	notes    map[string]*Snapshot // by name; immutable values
	replaced int                  // creates that were carried out
	atOnce   int                  // most replacements that ever existed at a time
	deleted  []string             // names
	did      []string             // the run's calls that were carried out, as "delete churn-model"
	tried    []string             // and those that were made
	verified func() bool          // whether a deletion of the source is in order
	wrong    []string             // what must never happen, and did
	ranAt    time.Time            // when the source was last started
	fails    string               // FailureReason of the next creation
	source   string

	data     int             // how often somebody wrote on the source
	there    int             // what of it the copy has brought over
	flaws    []Difference    // what differs whatever is copied
	compared []string        // the ids of what differed when both were compared last
	consent  map[string]bool // the ids that the user has accepted
	copies   int
	cleaned  int
	shut     []string // places that the replacement does not reach
	leaks    bool     // it reaches the internet past the VPC
	filled   int64    // bytes of the replacement that something else has taken
}

func start() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// seed is the example that the project began with: a notebook in a subnet with a
// group, a key and a role.
func seed() Snapshot {
	return Snapshot{
		ARN: "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/churn-model", Name: "churn-model",
		Account: "111122223333", Region: "us-east-1", Status: model.StatusInService,
		URL: "churn-model.notebook.us-east-1.sagemaker.aws", Created: start().AddDate(-1, 0, 0), Modified: start().AddDate(0, -1, 0),
		InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-ExecutionRole",
		SubnetID: "subnet-0a1b2c3d", SecurityGroups: []string{"sg-0a1b2c3d"}, NetworkID: "eni-0a1b2c3d",
		DirectInternet: model.Disabled, RootAccess: model.Enabled,
		KMSKeyID: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		VolumeGB: 5, Platform: PlatformSupported, IMDSVersion: "2", IPAddressType: "ipv4",
		Tags:   []model.Tag{{Key: "Team", Value: "growth"}, {Key: "aws:createdBy", Value: "console"}},
		SeenAt: start(),
	}
}

func newWorld(source Snapshot) *cloud {
	return &cloud{
		now: start(), notes: map[string]*Snapshot{source.Name: &source}, source: source.Name,
		verified: func() bool { return false }, consent: map[string]bool{},
	}
}

func (w *cloud) tick() time.Time {
	w.now = w.now.Add(time.Minute)
	return w.now
}

// touch changes a notebook as AWS would, with its time of modification.
func (w *cloud) touch(name string, change func(*Snapshot)) {
	n, ok := w.notes[name]
	if !ok {
		return
	}
	c := *n
	change(&c)
	c.Modified = w.tick()
	w.notes[name] = &c
	if name == w.source && n.Status != model.StatusInService && c.Status == model.StatusInService {
		w.ranAt = c.Modified
		w.data++
	}
}

func (w *cloud) see(e Effect) *Observation {
	one := func(name string) *Snapshot {
		n, ok := w.notes[name]
		if !ok {
			return nil
		}
		c := *n
		c.SeenAt = w.now
		return &c
	}
	return &Observation{Source: one(e.Source), Replacement: one(e.Replacement)}
}

// settle lets AWS finish what it works at.
func (w *cloud) settle() {
	for _, name := range slices.Sorted(maps.Keys(w.notes)) {
		switch n := w.notes[name]; n.Status {
		case model.StatusPending:
			w.touch(name, func(s *Snapshot) {
				s.Status = model.StatusInService
				if w.fails != "" && name != w.source {
					s.Status, s.FailureReason = model.StatusFailed, w.fails
					w.fails = ""
				}
			})
		case model.StatusStopping, model.StatusUpdating:
			w.touch(name, func(s *Snapshot) { s.Status = model.StatusStopped })
		case model.StatusDeleting:
			delete(w.notes, name)
		case model.StatusInService, model.StatusStopped, model.StatusFailed, model.StatusPendingMaintenance, model.StatusInMaintenance:
		}
	}
}

// perform carries an effect out and returns its outcome.
func (w *cloud) perform(e Effect) Event {
	out := Event{Kind: EventDone, At: w.tick(), Effect: e.ID, Calls: 1}
	switch e.Kind {
	case EffectObserve, EffectSettle:
		out.Observed = w.see(e)
	case EffectWait:
		w.settle()
		out.Observed = w.see(e)
	case EffectCopy, EffectVerify, EffectClean:
		w.move(e, &out)
	case EffectSurvey:
		w.did = append(w.did, string(e.Kind)+" "+e.Name)
		out.Surveyed = w.inside()
	case EffectProbe:
		w.did = append(w.did, string(e.Kind)+" "+e.Name)
		out.Probed = w.reaches()
	case EffectCreate, EffectStart, EffectStop, EffectUpdate, EffectDelete:
		if why := w.call(e); why != "" {
			return Event{Kind: EventFailed, At: w.now, Effect: e.ID, Problem: &model.Problem{Kind: model.KindConflict, Message: why}}
		}
	}
	return out
}

// move copies, compares or cleans up, as a mover would that never fails by itself.
func (w *cloud) move(e Effect, out *Event) {
	for _, name := range []string{e.Source, e.Replacement} {
		if n := w.notes[name]; e.Kind != EffectClean && (n == nil || n.Status != model.StatusInService) {
			out.Kind, out.Problem = EventFailed, &model.Problem{Kind: model.KindConflict, Message: name + " does not run"}
			return
		}
	}
	w.did = append(w.did, string(e.Kind)+" "+e.Name)
	switch e.Kind { //nolint:exhaustive // the others do not come here
	case EffectCopy:
		w.copies, w.there = w.copies+1, w.data
	case EffectVerify:
		out.Verified = w.compare()
	case EffectClean:
		w.cleaned++
	}
}

// reaches is what a probe of the replacement finds.
func (w *cloud) reaches() *model.Probe {
	p := &model.Probe{At: w.now, Own: []string{"10.0.0.9"}}
	for _, d := range model.Destinations() {
		t := model.Tried{Destination: d, Family: model.FamilyIPv4, State: model.TryReached, MS: 84, From: []string{"10.0.0.9"}}
		if w.leaks {
			t.From = []string{"172.16.91.12"}
		}
		if slices.Contains(w.shut, d) {
			t.State, t.MS, t.From, t.Detail = model.TryTimeout, 0, nil, "no answer in 8 s"
		}
		p.Results = append(p.Results, t)
	}
	return p
}

// inside is what a look into both notebooks finds.
func (w *cloud) inside() *Survey {
	n := Interior{
		UID: 1000, Sudo: true, Python: "3.7.16", Curl: true, Size: 20 << 30, Free: 12 << 30, Inodes: 1_200_000,
		Entries: 9, Files: 7, Bytes: 5_200_000_000, Excluded: 2, Ways: []WayIn{{Name: "kernel", In: 48e6, Out: 60e6}},
		S3: &model.Tried{Destination: model.DestinationS3, State: model.TryReached, MS: 9},
	}
	r := n
	r.Files, r.Bytes, r.Entries, r.Free = 0, 0, 1, 18<<30-w.filled
	return &Survey{At: w.now, Source: n, Replacement: &r}
}

// compare is what a comparison says of both notebooks now.
func (w *cloud) compare() *Verified {
	v := &Verified{
		Equal: 7, Source: Tree{Entries: 9, Files: 7, Bytes: 96_400_000_000, Digest: strings.Repeat("7f", 32)},
		Differences: slices.Clone(w.flaws),
	}
	v.Replacement = v.Source
	if w.there != w.data {
		v.Differences = append(v.Differences, Difference{
			ID: fmt.Sprintf("%032x", w.data<<8+w.there), Path: "notes.txt", Status: "differing", Says: "content",
		})
	}
	w.compared = nil
	for _, d := range v.Differences {
		w.compared = append(w.compared, d.ID)
		switch d.Status {
		case "missing":
			v.Missing++
		case "extra":
			v.Extra++
		case "differing":
			v.Differing++
		default:
			v.NotCompared++
		}
		if w.consent[d.ID] {
			v.Accepted++
		}
	}
	if len(v.Differences) > 0 {
		v.Replacement.Digest = strings.Repeat("a0", 32)
	}
	return v
}

// open are the ids that differed when both were compared last, and nobody has accepted.
func (w *cloud) open() []string {
	return slices.DeleteFunc(slices.Clone(w.compared), func(id string) bool { return w.consent[id] })
}

// call makes a call that changes something; the answer is why AWS refuses it.
func (w *cloud) call(e Effect) string {
	n := w.notes[e.Name]
	w.tried = append(w.tried, string(e.Kind)+" "+e.Name)
	if e.Kind == EffectCreate {
		why := w.create(e)
		if why == "" {
			w.did = append(w.did, string(e.Kind)+" "+e.Name)
		}
		return why
	}
	if n == nil {
		return "RecordNotFound"
	}
	to := map[EffectKind]model.Status{
		EffectStart: model.StatusPending, EffectStop: model.StatusStopping, EffectUpdate: model.StatusUpdating, EffectDelete: model.StatusDeleting,
	}[e.Kind]
	from := map[EffectKind][]model.Status{
		EffectStart:  {model.StatusStopped, model.StatusFailed},
		EffectStop:   {model.StatusInService},
		EffectUpdate: {model.StatusStopped},
		EffectDelete: {model.StatusStopped, model.StatusFailed},
	}[e.Kind]
	if !slices.Contains(from, n.Status) {
		return fmt.Sprintf("Status (%s) not in (%v)", n.Status, from)
	}
	if e.Kind == EffectStart && StartRefused(n.Platform) {
		return "Platform identifier (" + n.Platform + ") is not supported for this service."
	}
	w.judge(e, n)
	w.did = append(w.did, string(e.Kind)+" "+e.Name)
	w.touch(e.Name, func(s *Snapshot) {
		s.Status = to
		if e.Kind == EffectUpdate {
			s.Platform = e.Spec.Platform
		}
	})
	return ""
}

// judge notes what must never happen.
func (w *cloud) judge(e Effect, n *Snapshot) {
	isSource := e.Name == w.source
	switch {
	case e.Kind == EffectDelete && isSource && len(w.open()) > 0:
		w.wrong = append(w.wrong, "the source is deleted with differences that nobody has accepted")
	case e.Kind == EffectDelete && isSource && !w.verified():
		w.wrong = append(w.wrong, "the source is deleted before its data is verified")
	case e.Kind == EffectStop && isSource && StartRefused(n.Platform) && !w.verified():
		w.wrong = append(w.wrong, "a source that can never be started again is stopped before its data is verified")
	case !isSource && n.Tag(TagRunID) != "run-1":
		w.wrong = append(w.wrong, "a notebook of somebody else is touched: "+string(e.Kind))
	}
	if e.Kind == EffectDelete {
		w.deleted = append(w.deleted, e.Name)
	}
}

func (w *cloud) create(e Effect) string {
	if w.notes[e.Name] != nil {
		return "Cannot create a duplicate Notebook Instance"
	}
	s := *e.Spec
	w.notes[s.Name] = &Snapshot{
		ARN: "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/" + s.Name, Name: s.Name, Account: "111122223333", Region: "us-east-1",
		Status: model.StatusPending, InstanceType: s.InstanceType, RoleARN: s.RoleARN, SubnetID: s.SubnetID, SecurityGroups: s.SecurityGroups,
		DirectInternet: s.DirectInternet, RootAccess: s.RootAccess, KMSKeyID: s.KMSKeyID, VolumeGB: s.VolumeGB, Platform: s.Platform,
		IMDSVersion: s.IMDSVersion, IPAddressType: s.IPAddressType, Tags: s.Tags, LifecycleName: s.LifecycleName,
		DefaultRepository: s.DefaultRepository, MoreRepositories: s.MoreRepositories, Created: w.tick(), Modified: w.now,
	}
	w.replaced++
	mine := 0
	for _, n := range w.notes {
		if n.Tag(TagRunID) == "run-1" {
			mine++
		}
	}
	w.atOnce = max(w.atOnce, mine)
	return ""
}

// runPlan is run-1's plan for a source.
func runPlan(s Snapshot) Plan { return NewPlan("run-1", start(), s, SpecFor(&s, DirectionOf(&s))) }

// movedPlan is the same, with the data moved by the run itself.
func movedPlan(s Snapshot) Plan {
	p := runPlan(s)
	p.Transport = TransportRelay
	return p
}

// promisedPlan is the same, with something promised of the replacement.
func promisedPlan(s Snapshot, promises ...string) Plan {
	p := movedPlan(s)
	p.Promises = promises
	return p
}
