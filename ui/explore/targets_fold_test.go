package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// organization is targets of accounts by number in regions by letter: a is forbidden by
// the organization, b refuses in every account but one that refuses everywhere, c has
// notebooks, d and e have none.
func organization(accounts int) []targetRow {
	denied := func(in string) *model.Problem {
		return &model.Problem{Kind: model.KindDenied, Message: "not allowed in " + in}
	}
	var out []targetRow
	for n := range accounts {
		for region := range strings.SplitSeq("abcde", "") {
			t := model.TargetStatus{
				Target: model.Target{Account: fmt.Sprint(n), Region: region}, State: model.StateEmpty, Calls: 1, Throttles: n,
				Started: uitest.Noon().Add(time.Duration(n) * time.Second), Ended: uitest.Noon().Add(time.Minute),
			}
			switch {
			case n == 0:
				t.State, t.Problem = model.StateDenied, denied(region)
			case region == "a":
				t.State, t.Problem = model.StateDenied, &model.Problem{Kind: model.KindSCP, Message: "forbidden"}
			case region == "b":
				t.State, t.Problem = model.StateDenied, denied(region)
			case region == "c":
				t.State, t.Notebooks = model.StateOK, n
			}
			out = append(out, targetRow{status: &t})
		}
	}
	return out
}

func TestTargetsFoldByWhatTheyHaveInCommon(t *testing.T) {
	t.Parallel()
	problem := model.Problem{Message: "no sign-in"}
	rows := folded(append([]targetRow{{problem: &problem}}, organization(4)...))
	var got []string
	for _, r := range rows {
		if r.problem != nil {
			got = append(got, r.problem.Message)
			continue
		}
		got = append(got, fmt.Sprintf("%s %s %s: %d %d %d", r.status.Target.Account, r.status.Target.Region, stateWord(r.status), max(1, len(r.of)), r.status.Notebooks, r.status.Throttles))
	}
	want := []string{
		"no sign-in", "0 5 regions denied: 5 0 0", "3 accounts a denied (SCP): 3 0 6", "3 accounts b denied: 3 0 6",
		"1 c ok: 1 1 1", "1 2 regions empty: 2 0 2", "2 c ok: 1 2 2", "2 2 regions empty: 2 0 4", "3 c ok: 1 3 3", "3 2 regions empty: 2 0 6",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	n := 0
	for _, r := range rows[1:] {
		n += len(r.targets())
	}
	if n != 20 {
		t.Errorf("they stand for %d targets", n)
	}
	if r := rows[2].status; !r.Started.Equal(uitest.Noon().Add(time.Second)) || r.Problem.Message != "forbidden" {
		t.Errorf("the sum is %+v", r)
	}
}

func TestAFoldThatIsAtWorkHasNotEnded(t *testing.T) {
	t.Parallel()
	begun := uitest.Noon()
	of := []*model.TargetStatus{{Started: begun, Ended: begun.Add(time.Second)}, {Started: begun.Add(time.Second)}, {}}
	if got := sum(of); !got.Ended.IsZero() || !got.Started.Equal(begun) {
		t.Errorf("it began %v and ended %v", got.Started, got.Ended)
	}
	of[1].Ended = begun.Add(3 * time.Second)
	if got := sum(of); took(got, time.Time{}) != 3*time.Second {
		t.Errorf("it took %v", took(got, time.Time{}))
	}
}

// TestWhatAFoldShowsIsWhatIsTriedAgain goes into folds and out, with and without a
// filter, and while what they hold changes.
func TestWhatAFoldShowsIsWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{NoColor: true})
	w := &kit.World{}
	s, ok := NewTargets(w, kit.DefaultKeyMap(), th).(*targetsScreen)
	if !ok {
		t.Fatal("it is no screen of targets")
	}
	s.Resize(120, 40)
	fill := func(accounts int) {
		w.Targets = nil
		for _, r := range organization(accounts) {
			w.Targets = append(w.Targets, *r.status)
		}
		s.Sync()
	}
	only := func() []string {
		scan, ok := s.retry().(kit.Scan)
		if !ok {
			t.Fatal("it scans nothing")
		}
		var out []string
		for _, o := range scan.Only {
			out = append(out, o.Account+o.Region)
		}
		return out
	}
	fill(40)
	if len(s.rows) != 200 {
		t.Errorf("%d targets are folded into %d rows", s.total(), len(s.rows))
	}
	fill(50)
	if at, _ := s.table.Cursor(); at != 0 || s.table.Len() >= 150 || s.total() != 250 {
		t.Fatalf("the cursor is on %d of %d", at, s.table.Len())
	}
	if got := only(); strings.Join(got, " ") != "0a 0b 0c 0d 0e" {
		t.Errorf("the account that refuses everywhere is tried again in %v", got)
	}
	s.table.Move(1)
	if got := only(); len(got) != 49 || got[0] != "1b" || s.retryWord() != "retry these 49" {
		t.Errorf("%d are tried again, the first %s; %s", len(got), got[0], s.retryWord())
	}
	body := s.Body()
	for _, want := range []string{"49 accounts", "not allowed in b", "Accounts", "1, 10, 11"} {
		if !strings.Contains(body, want) {
			t.Errorf("it does not say %q:\n%s", want, body)
		}
	}
	s.open()
	if got := only(); len(s.rows) != 49 || len(got) != 1 || got[0] != "1b" {
		t.Errorf("%d rows are inside, and %v is tried again", len(s.rows), got)
	}
	s.bar.Apply("30")
	s.Sync()
	if len(s.rows) != 1 || s.rows[0].status.Target.Account != "30" {
		t.Errorf("%d rows contain 30", len(s.rows))
	}
	s.back()
	if s.fold.inside != nil || s.bar.Text != "30" {
		t.Errorf("esc goes back to %v, with the filter %q", s.fold.inside, s.bar.Text)
	}
	s.back()
	if _, ok := s.back().(kit.Pop); !ok || s.bar.Text != "" {
		t.Errorf("esc does not leave in the end")
	}
	s.table.MoveTo(1)
	s.open()
	for i := range w.Targets {
		w.Targets[i].State, w.Targets[i].Problem = model.StateEmpty, nil
	}
	s.Sync()
	if s.fold.inside != nil || len(s.rows) != 50 {
		t.Errorf("a fold that is empty is open, with %d rows", len(s.rows))
	}
	s.toggleFold()
	if len(s.rows) != 250 {
		t.Errorf("each target is a row: %d are", len(s.rows))
	}
	fill(3)
	s.toggleFold()
	if len(s.rows) != 7 {
		t.Errorf("a few are folded when they are asked to: %d rows", len(s.rows))
	}
}

func TestEveryNumberOfAFoldIsTheSumOfItsTargets(t *testing.T) {
	t.Parallel()
	numbers := func(by int) *model.TargetStatus {
		return &model.TargetStatus{Notebooks: by, Described: 2 * by, Unknown: 3 * by, Calls: 4 * by, Throttles: 5 * by, Named: 6 * by, Missed: 7 * by, Vanished: 8 * by}
	}
	got := sum([]*model.TargetStatus{numbers(1), numbers(10), numbers(100)})
	for what, n := range map[string][2]int{
		"notebooks": {got.Notebooks, 111}, "described": {got.Described, 222}, "unknown": {got.Unknown, 333}, "calls": {got.Calls, 444},
		"throttles": {got.Throttles, 555}, "named": {got.Named, 666}, "missed": {got.Missed, 777}, "vanished": {got.Vanished, 888},
	} {
		if n[0] != n[1] {
			t.Errorf("%s: got %d, want %d", what, n[0], n[1])
		}
	}
}
