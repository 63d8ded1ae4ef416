package sim

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

func TestStatusesMoveWithTheClockAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.TimeScale = 10 })
	name := r.notebooks("us-east-1")[0].Name
	c := r.sagemaker("us-east-1")
	read := func() (string, time.Time) {
		out, err := c.DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &name})
		if err != nil {
			code, message := codeOf(t, err)
			return code + " " + message, time.Time{}
		}
		return string(out.NotebookInstanceStatus), *out.LastModifiedTime
	}
	steps := []struct {
		set   string
		after time.Duration // of AWS's own time
		want  string
	}{
		{"Pending", 0, "Pending"}, {"", takesStart - time.Second, "Pending"}, {"", time.Second, "InService"}, {"", 900 * time.Hour, "InService"},
		{"Stopping", takesStop, "Stopped"}, {"Updating", takesUpdate, "Stopped"},
		{"PendingMaintenance", takesToPlan, "InMaintenance"}, {"", takesToRepair, "InService"},
		{"Deleting", takesDelete - time.Second, "Deleting"}, {"", time.Second, "ValidationException RecordNotFound"},
	}
	for _, s := range steps {
		_, before := read()
		was, _ := read()
		if s.set != "" {
			if err := r.Change(Change{Op: "set", Name: name, Status: s.set}); err != nil {
				t.Fatal(err)
			}
			was, before = read()
		}
		r.clock.advance(s.after / 10)
		status, modified := read()
		if status != s.want {
			t.Fatalf("%s after %s, want %s", status, s.after, s.want)
		}
		if moved := modified.After(before); moved != (status != was) && !modified.IsZero() {
			t.Errorf("%s to %s: last modified moved = %v", was, status, moved)
		}
	}
	if err := r.Change(Change{Op: "set", Name: name, Status: "Stopped"}); err == nil {
		t.Error("a notebook that is gone can be set")
	}
}

func TestALifeGoesRoundForEver(t *testing.T) {
	t.Parallel()
	start := newClock().Now()
	l := life{since: start, phases: workday(), round: true}
	day := l.length()
	for _, c := range []struct {
		after time.Duration
		want  string
		began time.Duration
	}{
		{-time.Hour, stopped, 0}, {0, stopped, 0}, {8 * time.Minute, pending, 8 * time.Minute},
		{day - time.Second, stopping, day - takesStop}, {day, stopped, day}, {7*day + 30*time.Minute, inService, 7*day + 13*time.Minute},
	} {
		status, began := l.at(start.Add(c.after/5), 5)
		if status != c.want || !began.Equal(start.Add(c.began/5).Truncate(time.Millisecond)) {
			t.Errorf("after %s: %s since %s, want %s since %s", c.after, status, began.Sub(start), c.want, c.began/5)
		}
	}
	if status, _ := l.at(start.Add(1000*time.Hour), 0); status != stopped {
		t.Errorf("without a scale: %s", status)
	}
}

func TestTheDemoWorldIsNeverAtRest(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.TimeScale = 20 })
	before := map[string]string{}
	for _, n := range r.World().Notebooks {
		before[n.ARN] = n.Status
	}
	for range 3 {
		r.clock.advance(7 * time.Minute)
		moved, seen := 0, map[string]bool{}
		for _, n := range r.World().Notebooks {
			seen[n.Status] = true
			if before[n.ARN] != n.Status {
				moved++
			}
			before[n.ARN] = n.Status
		}
		if moved == 0 || len(seen) != len(statuses()) {
			t.Errorf("%d moved, statuses %v", moved, seen)
		}
	}
}
