package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// candidate is the recreate of a notebook with this name, with facts of its own.
func candidate(name string, change func(*Snapshot, *Spec, *Facts)) Candidate {
	src := churn(func(s *Snapshot) { s.Name, s.ARN = name, churnARN+"-"+name })
	spec, f := SpecFor(&src, Enable), goodFacts()
	if change != nil {
		change(&src, &spec, &f)
	}
	f.Source = Know(&src)
	p := NewPlan("run-"+name, testTime(), src, spec)
	p.Weigh(f)
	return Candidate{Plan: &p, Alone: p.Checks, Facts: &f}
}

func batchOf(n int, change func(i int, src *Snapshot, spec *Spec, f *Facts)) []Candidate {
	out := make([]Candidate, n)
	for i := range out {
		out[i] = candidate(fmt.Sprintf("n%02d", i), func(s *Snapshot, spec *Spec, f *Facts) {
			if change != nil {
				change(i, s, spec, f)
			}
		})
	}
	return out
}

// begin begins the run of a candidate.
func begin(c *Candidate, change ...func(*Run)) {
	r := Begin(*c.Plan, testTime())
	for _, f := range change {
		f(&r)
	}
	c.Run = &r
}

// placed are the indexes of those that nothing blocks.
func placed(t *testing.T, all []Candidate, shares []Share) []int {
	t.Helper()
	var out []int
	for i, s := range shares {
		if all[i].Run == nil && !Blocked(s.Checks, all[i].Overridden) {
			if s.Left != "" {
				t.Errorf("%d has a place and is told that %s", i, s.Left)
			}
			out = append(out, i)
		}
	}
	return out
}

func roomFor(total, ofType int) func(int, *Snapshot, *Spec, *Facts) {
	return func(_ int, _ *Snapshot, _ *Spec, f *Facts) {
		f.Quotas, f.Usage = Know(Quotas{Total: float64(16 + total), OfType: float64(2 + ofType)}), Know(Usage{Total: 16, OfType: 2, Names: []string{"x"}})
	}
}

func TestABatchCountsWhatItsRecreatesShareOnce(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		all   []Candidate
		fit   []int
		check string // of the first that is left out
		says  string
	}{
		"room for all": {batchOf(3, roomFor(9, 9)), []int{0, 1, 2}, "", ""},
		"the total quota": {
			batchOf(45, roomFor(4, 99)), []int{0, 1, 2, 3}, "quota-total",
			"16 of 20 notebook instances in eu-west-1 are used; 4 of the 45 in this batch that need it fit",
		},
		"the quota of the type": {batchOf(5, roomFor(99, 2)), []int{0, 1}, "quota-type", "2 of the 5 in this batch"},
		"another type takes the room that one without a place leaves": {
			batchOf(4, func(i int, s *Snapshot, spec *Spec, f *Facts) {
				roomFor(2, 1)(i, s, spec, f)
				if i == 3 {
					spec.InstanceType = "ml.m5.xlarge"
				}
			}), []int{0, 3}, "quota-type", "1 of the 3",
		},
		"the addresses of a subnet": {
			batchOf(6, func(_ int, _ *Snapshot, _ *Spec, f *Facts) {
				roomFor(99, 99)(0, nil, nil, f)
				f.Subnet.Value.FreeAddresses = 4
			}),
			[]int{0, 1, 2}, "subnet-addresses", "subnet-0a12 has 4 free addresses; 3 of the 6",
		},
		"subnets apart": {
			batchOf(4, func(i int, _ *Snapshot, spec *Spec, f *Facts) {
				roomFor(99, 99)(0, nil, nil, f)
				f.Subnet.Value.FreeAddresses = 2
				spec.SubnetID = fmt.Sprint("subnet-", i%2)
			}), []int{0, 1}, "subnet-addresses", "1 of the 2",
		},
		"one new name for two": {
			batchOf(2, func(i int, _ *Snapshot, spec *Spec, f *Facts) {
				roomFor(9, 9)(0, nil, nil, f)
				spec.Name = []string{"Same", "same"}[i]
			}), []int{0}, "name-free", "new name of another notebook of this batch",
		},
		"regions apart": {
			batchOf(4, func(i int, s *Snapshot, _ *Spec, f *Facts) {
				roomFor(1, 1)(0, nil, nil, f)
				s.Region = fmt.Sprint("eu-west-", i%2)
			}), []int{0, 1}, "quota-total", "1 of the 2",
		},
		"who is blocked takes no place": {
			batchOf(3, func(i int, s *Snapshot, spec *Spec, f *Facts) {
				roomFor(1, 1)(i, s, spec, f)
				if i == 0 {
					f.Role = Know(Role{})
				}
			}), []int{1}, "quota-total", "1 of the 2",
		},
		"quotas that are not known limit nothing": {
			batchOf(3, func(_ int, _ *Snapshot, _ *Spec, f *Facts) { f.Quotas = Unknown[Quotas]("denied") }), []int{0, 1, 2}, "", "",
		},
		"the least room that was seen counts": {
			batchOf(3, func(i int, _ *Snapshot, _ *Spec, f *Facts) { roomFor(3-i, 9)(0, nil, nil, f) }), []int{0}, "quota-total", "1 of the 3",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shares := WeighTogether(c.all)
			if got := placed(t, c.all, shares); !slices.Equal(got, c.fit) {
				t.Fatalf("placed %v, want %v", got, c.fit)
			}
			for i, s := range shares {
				if len(s.Checks) != len(c.all[i].Alone) {
					t.Errorf("%d has %d checks of %d", i, len(s.Checks), len(c.all[i].Alone))
				}
				if s.Left == "" || Blocked(c.all[i].Alone, false) {
					continue
				}
				j := slices.IndexFunc(s.Checks, func(ch Check) bool { return ch.ID == c.check })
				if got := s.Checks[j]; got.Result != Fail || !strings.Contains(got.Evidence, c.says) || got.Hint == "" {
					t.Errorf("%d: %s: %s: %s", i, got.ID, got.Result, got.Evidence)
				}
				return
			}
			if c.check != "" {
				t.Error("nobody is left out")
			}
		})
	}
}

// TestThoseThatArePlacedSayHowManyFit checks the same sentence in what passes.
func TestThoseThatArePlacedSayHowManyFit(t *testing.T) {
	t.Parallel()
	all := batchOf(5, roomFor(3, 99))
	for i, s := range WeighTogether(all) {
		got := s.Checks[slices.IndexFunc(s.Checks, func(c Check) bool { return c.ID == "quota-total" })]
		if !strings.Contains(got.Evidence, "3 of the 5 in this batch that need it fit") || (got.Result == Pass) != (i < 3) {
			t.Errorf("%d: %s: %s", i, got.Result, got.Evidence)
		}
		if (s.Left == "") != (i < 3) || i >= 3 && s.Left != "3 of 5 fit: quota of notebooks" {
			t.Errorf("%d: %q", i, s.Left)
		}
	}
}

func TestWhatIsBegunIsTaken(t *testing.T) {
	t.Parallel()
	listed := func(f *Facts, used int, names ...string) {
		f.Quotas, f.Usage = Know(Quotas{Total: 20, OfType: 99}), Know(Usage{Total: used, OfType: 1, Names: names})
	}
	room := func() []Candidate {
		return batchOf(4, func(_ int, _ *Snapshot, _ *Spec, f *Facts) { listed(f, 18) }) // for two
	}
	cases := map[string]struct {
		change func([]Candidate)
		fit    []int
	}{
		"nothing is":                   {func([]Candidate) {}, []int{0, 1}},
		"one of those behind":          {func(all []Candidate) { begin(&all[3]) }, []int{0}},
		"two":                          {func(all []Candidate) { begin(&all[0]); begin(&all[1]) }, nil},
		"one that was rolled back":     {func(all []Candidate) { begin(&all[0], func(r *Run) { r.Outcome = OutcomeRolledBack }) }, []int{1, 2}},
		"one that ended with nothing":  {func(all []Candidate) { begin(&all[0], func(r *Run) { r.Outcome = OutcomeClosed }) }, []int{1, 2}},
		"one that ended, and is there": {func(all []Candidate) { begin(&all[0], func(r *Run) { r.Outcome, r.Created = OutcomeClosed, true }) }, []int{1}},
		"one that was counted when the others were checked again": {func(all []Candidate) {
			begin(&all[0])
			for i := range all[1:] {
				listed(all[i+1].Facts, 19, "N00-NET")
			}
		}, []int{1}},
		"one, and room was made since": {func(all []Candidate) {
			begin(&all[0])
			for i := range all[1:] {
				listed(all[i+1].Facts, 16, "n00-net")
			}
		}, []int{1, 2, 3}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := room()
			c.change(all)
			shares := WeighTogether(all)
			if got := placed(t, all, shares); !slices.Equal(got, c.fit) {
				t.Errorf("placed %v, want %v", got, c.fit)
			}
			for i, s := range shares {
				if all[i].Run != nil && !slices.EqualFunc(s.Checks, all[i].Alone, func(a, b Check) bool { return a.Evidence == b.Evidence }) {
					t.Error("what was checked of a run that is begun has changed")
				}
			}
		})
	}
}

func TestAnOwnerThatIsOverriddenStandsInLine(t *testing.T) {
	t.Parallel()
	all := batchOf(2, func(i int, s *Snapshot, spec *Spec, f *Facts) {
		roomFor(1, 9)(i, s, spec, f)
		if i == 0 {
			s.Tags = append(s.Tags, model.Tag{Key: "ManagedBy", Value: "ml-platform"})
		}
	})
	if got := placed(t, all, WeighTogether(all)); !slices.Equal(got, []int{1}) {
		t.Errorf("placed %v", got)
	}
	all[0].Overridden = true
	if got := placed(t, all, WeighTogether(all)); !slices.Equal(got, []int{0}) {
		t.Errorf("overridden, placed %v", got)
	}
}

func TestTheRefusalOfASharedLimitHoldsForThoseThatShareIt(t *testing.T) {
	t.Parallel()
	const total = "The account- service limit 'Total number of notebook instances' is 8 NotebookInstances, with current utilization of 8 NotebookInstances."
	const ofType = "The account-level service limit 'ml.t3.xlarge for notebook instance usage' is 2 Instances, with current utilization of 2 Instances."
	otherType := func(_ *Snapshot, spec *Spec, _ *Facts) { spec.InstanceType = "ml.m5.large" }
	otherSubnet := func(_ *Snapshot, spec *Spec, _ *Facts) { spec.SubnetID = "subnet-2" }
	noSubnet := func(_ *Snapshot, spec *Spec, _ *Facts) { spec.SubnetID, spec.SecurityGroups = "", nil }
	elsewhere := func(s *Snapshot, spec *Spec, _ *Facts) { s.Region, spec.SubnetID = "eu-west-3", "subnet-3" }
	atCreate := func(message string) func(*Run) {
		return func(r *Run) {
			r.Phase, r.Problem = PhaseFailed, &model.Problem{Kind: model.KindLimit, Code: "ResourceLimitExceeded", Message: message}
		}
	}
	inWait := func(reason string) func(*Run) {
		return func(r *Run) {
			made := r.Plan.Source
			made.Status, made.FailureReason = model.StatusFailed, reason
			r.Phase, r.At, r.Created, r.Replacement = PhaseFailed, 1, true, &made
		}
	}
	type others map[string]bool
	shapes := map[string]func(*Snapshot, *Spec, *Facts){"same": nil, "other type": otherType, "other subnet": otherSubnet, "no subnet": noSubnet, "elsewhere": elsewhere}
	cases := map[string]struct {
		run   func(*Run)
		holds others // nil: it is no shared limit
	}{
		"the total quota":       {atCreate(total), others{"same": true, "other type": true, "other subnet": true, "no subnet": true}},
		"the quota of the type": {atCreate(ofType), others{"same": true, "other subnet": true, "no subnet": true}},
		"a full subnet":         {inWait("There are not enough free addresses in subnet 'subnet-0a12'"), others{"same": true, "other type": true}},
		"too many interfaces":   {inWait("You have reached the limit of network interfaces"), others{"same": true, "other type": true, "other subnet": true}},
		"a script":              {inWait("Notebook Instance Lifecycle Config 'x' took longer than 5 minutes"), nil},
		"a refusal":             {atCreate("RoleArn is not valid"), others{"same": true, "other type": true, "other subnet": true, "no subnet": true}}, // the code says that it is a limit
		"a wait":                {func(r *Run) { r.Phase, r.At = PhaseWait, 1 }, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := candidate("first", nil)
			begin(&first, c.run)
			x, ok := RefusalOf(first.Run)
			if ok != (c.holds != nil) {
				t.Fatalf("a refusal: %v, %+v", ok, x)
			}
			for shape, change := range shapes {
				if other := candidate("other", change); ok && x.Holds(other.Plan) != c.holds[shape] {
					t.Errorf("%s: %v", shape, !c.holds[shape])
				}
			}
			if ok && (x.By != "first" || x.Says == "") {
				t.Errorf("%+v", x)
			}
		})
	}
}
