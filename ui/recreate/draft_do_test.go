package recreate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestAReportIsOfTheRunThatIsShownUnderANameThatStaysInItsFolder(t *testing.T) {
	n := &uitest.Host{}
	run := recreate.Run{Plan: recreate.Plan{RunID: "../7f3c", Source: recreate.Snapshot{Name: "churn"}}}
	intentReport{kept: recreate.Kept{Run: run, Damaged: "record 7 is cut"}}.Do(n)
	if len(n.Asked) != 1 || !strings.HasPrefix(n.Asked[0], "save nbscope-run-..-7f3c.md ") || !strings.Contains(n.Asked[0], "churn") || !strings.Contains(n.Asked[0], "record 7 is cut") {
		t.Errorf("asked %q", n.Asked)
	}
}

func TestALookOfADraftBringsItsProblemWithoutApp(t *testing.T) {
	n, aws := &uitest.Host{}, uitest.NewRecreator()
	aws.Err = errors.New("no way")
	d := &draft{name: "churn", ports: wizardPorts{aws: aws, now: uitest.NewClock().Now}}
	kit.Perform(n, d.observe())
	if d.observing.running || d.observing.problem == nil || d.observing.problem.Message != "no way" {
		t.Errorf("the question is %+v", d.observing)
	}
	if want := []string{"job recreate", "changed"}; !slices.Equal(n.Asked, want) {
		t.Errorf("asked %q, want %q", n.Asked, want)
	}
}

func TestPresignedURLsAreSecretAndAreNeverSaid(t *testing.T) {
	n := &uitest.Host{}
	presigned("churn", "https://secret", nil).Do(n)
	if !slices.Equal(n.Copied, []string{"https://secret"}) || slices.ContainsFunc(n.Asked, func(s string) bool { return strings.Contains(s, "secret") }) {
		t.Errorf("asked %q", n.Asked)
	}
	presigned("churn", "", model.Problem{Message: "denied"}).Do(n)
	if last := n.Asked[len(n.Asked)-1]; last != "say denied" {
		t.Errorf("told %q", last)
	}
}

func TestWorkThatIsGivenUpEnds(t *testing.T) {
	begun := make(chan struct{})
	work, stop := stoppable(func(ctx context.Context) string {
		close(begun)
		<-ctx.Done()
		return "given up"
	})
	got := make(chan string)
	go func() { got <- work(context.Background()) }()
	<-begun
	stop()
	stop()
	if s := <-got; s != "given up" {
		t.Errorf("got %q", s)
	}
}
