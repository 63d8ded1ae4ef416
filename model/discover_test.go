package model

import (
	"strings"
	"testing"
	"time"
)

// full is an index that can be relied on, as of noon.
func fullIndex() Index {
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	return Index{
		Region: "us-east-1", Asked: noon, State: IndexActive, Created: noon.Add(-90 * 24 * time.Hour), Read: true,
		Named: 3, Reported: noon.Add(-2 * time.Hour),
	}
}

func TestTheSilenceOfAnIndex(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Index)
		why    string // "": it means something
	}{
		"of one that works":              {func(*Index) {}, ""},
		"of one that was refused":        {func(x *Index) { x.Refused = &Problem{Message: "no"} }, "could not be asked: no"},
		"of none":                        {func(x *Index) { x.Region = "" }, "none of the whole organization"},
		"of one read in part":            {func(x *Index) { x.Read = false }, "not all of it"},
		"of one that is being made":      {func(x *Index) { x.State = "CREATING" }, "it is creating"},
		"of one whose state is not told": {func(x *Index) { x.State = "" }, "it is "},
		"of a young one":                 {func(x *Index) { x.Created = x.Asked.Add(-35 * time.Hour) }, "younger than 36 h"},
		"of one of 36 hours":             {func(x *Index) { x.Created = x.Asked.Add(-36 * time.Hour) }, ""},
		"of one without an age":          {func(x *Index) { x.Created = time.Time{} }, "younger than 36 h"},
		"of one that names nothing":      {func(x *Index) { x.Named = 0 }, "names no notebook instance at all"},
		"of one with old news":           {func(x *Index) { x.Reported = x.Asked.Add(-37 * time.Hour) }, "heard of none of them for 36 h"},
		"of one without times":           {func(x *Index) { x.Reported = time.Time{} }, "heard of none of them for 36 h"},
	} {
		x := fullIndex()
		c.change(&x)
		why := x.Silent()
		if !strings.Contains(why, c.why) || (why == "") != (c.why == "") {
			t.Errorf("%s: %q, want %q", name, why, c.why)
		}
		if x.Believe(true, 0, 0) != (c.why == "") {
			t.Errorf("%s: believed %v", name, x.Believe(true, 0, 0))
		}
		if says := x.Says(); c.why != "" && !strings.Contains(says, c.why) {
			t.Errorf("%s: it says %q", name, says)
		}
	}
	x := fullIndex()
	if x.Believe(false, 0, 0) || x.Believe(true, 1, 0) || x.Believe(true, 0, 1) {
		t.Error("believed empty without an index there, or against what is known")
	}
	x.Missed, x.Gone, x.Stray = 2, 1, 4
	for _, want := range []string{"us-east-1 names 3 notebooks", "missed 2 that AWS lists", "1 gone since", "4 in accounts"} {
		if !strings.Contains(x.Says(), want) {
			t.Errorf("%q does not say %q", x.Says(), want)
		}
	}
}

func TestTheViewOfTheWholeOrganizationIsChosen(t *testing.T) {
	t.Parallel()
	const org = "arn:aws:organizations::111122223333:organization/o-1"
	for name, c := range map[string]struct {
		views []View
		want  string
	}{
		"none":                   {nil, ""},
		"of an account":          {[]View{{"a", "arn:aws:iam::111122223333:root", ""}}, ""},
		"of a unit":              {[]View{{"a", "arn:aws:organizations::111122223333:ou/o-1/ou-1", ""}}, ""},
		"one that hides":         {[]View{{"a", org, "service:ec2"}}, ""},
		"without a scope":        {[]View{{"a", "", ""}}, ""},
		"of the organization":    {[]View{{"a", "arn:aws:iam::111122223333:root", ""}, {"b", org, "tag:x"}, {"c", org, ""}}, "c"},
		"of another's partition": {[]View{{"a", "arn:aws-cn:organizations::111122223333:organization/o-1", ""}}, "a"},
	} {
		if got := WholeView(c.views); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestWhatAnIndexNamesNeverReplacesWhatWasSeen takes in batches of a scan that was told
// of an index.
func TestWhatAnIndexNamesNeverReplacesWhatWasSeen(t *testing.T) {
	t.Parallel()
	inv := NewInventory()
	seen := notebook("1", "eu", "seen")
	inv.Seed(nil, []*Notebook{seen})
	inv.Begin(1, nil)
	named := func(name string) *Notebook { n := notebook("1", "eu", name); n.Indexed = true; return n }
	at := func(region string, s TargetState) TargetStatus {
		return TargetStatus{Target: Target{"1", region}, State: s}
	}
	inv.Apply(Batch{
		Generation: 1, Index: &Index{Region: "eu", Named: 2}, Notebooks: []*Notebook{named("seen"), named("new")},
		Targets: []TargetStatus{at("eu", StatePending), at("us", StateBelieved), at("ap", StateBelieved)},
	})
	if n := inv.Get(seen.ARN); n.Indexed || n.Source() != "cache" {
		t.Errorf("what was seen is from %q", n.Source())
	}
	if n := inv.Get(named("new").ARN); n == nil || n.Source() != "index" || n.Knows(FieldStatus) || !n.Knows(FieldName) || n.Unknown()["status"] == "" || n.Unknown()["name"] != "" {
		t.Errorf("what is new is %+v", n)
	}
	if c := inv.Coverage(); c.Believed != 2 || c.Pending != 1 || c.Answered != 0 || c.Complete() || c.Trusted() {
		t.Errorf("%+v", c)
	}
	live := at("us", StateOK)
	live.Missed, live.Vanished = 2, 1
	inv.Apply(Batch{Generation: 1, Targets: []TargetStatus{at("eu", StateOK), live}, Notebooks: []*Notebook{notebook("1", "eu", "new")}})
	if c := inv.Coverage(); c.Believed != 1 || c.Answered != 2 || c.Complete() || !c.Trusted() {
		t.Errorf("%+v", c)
	}
	if n := inv.Get(named("new").ARN); n.Source() != "live" {
		t.Errorf("what was looked at is from %q", n.Source())
	}
	if x := inv.Index(); x.Missed != 2 || x.Gone != 1 || x.Named != 2 {
		t.Errorf("%+v", x)
	}
	inv.Begin(2, nil)
	if inv.Index() != nil {
		t.Error("the index of an earlier scan is kept")
	}
	failed := at("us", StateFailed)
	inv.Apply(Batch{Generation: 2, Targets: []TargetStatus{at("eu", StateBelieved), failed}})
	if inv.Coverage().Trusted() {
		t.Error("a target that failed is trusted")
	}
}
