package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// noting is a host that keeps what it is asked, and does jobs at once.
type noting struct {
	Host
	asked []string
}

func (n *noting) note(s string) tea.Cmd {
	n.asked = append(n.asked, s)
	return nil
}

func (n *noting) Say(_ theme.Tone, s string) tea.Cmd { return n.note("say " + s) }
func (n *noting) Save(name, data string) tea.Cmd     { return n.note("save " + name + " " + data) }
func (n *noting) Pop() tea.Cmd                       { return n.note("pop") }
func (n *noting) Changed()                           { n.note("changed") }

func (n *noting) Job(what string, work func(context.Context) intent) tea.Cmd {
	n.note("job " + what)
	return perform(n, work(context.Background()))
}

func TestIntentsAreDoneInTheirOrderAndNoneIsNone(t *testing.T) {
	n := &noting{}
	perform(n, intentAll{intentSay{text: "a"}, nil, intentAll{intentSave{"b.sh", "x"}}, intentCopyWhole{"the script", "y"}, intentPop{}})
	want := []string{"say a", "save b.sh x", "say the script copied", "pop"}
	if !slices.Equal(n.asked, want) {
		t.Errorf("asked %q, want %q", n.asked, want)
	}
}

func TestAReportIsOfTheRunThatIsShownUnderANameThatStaysInItsFolder(t *testing.T) {
	n := &noting{}
	run := recreate.Run{Plan: recreate.Plan{RunID: "../7f3c", Source: recreate.Snapshot{Name: "churn"}}}
	intentReport{kept: recreate.Kept{Run: run, Damaged: "record 7 is cut"}}.Do(n)
	if len(n.asked) != 1 || !strings.HasPrefix(n.asked[0], "save nbscope-run-..-7f3c.md ") || !strings.Contains(n.asked[0], "churn") || !strings.Contains(n.asked[0], "record 7 is cut") {
		t.Errorf("asked %q", n.asked)
	}
}

func TestALookOfADraftBringsItsProblemWithoutApp(t *testing.T) {
	n, aws := &noting{}, newFakeRecreator()
	aws.err = errors.New("no way")
	d := &draft{name: "churn", ports: wizardPorts{aws: aws, now: newClock().now}}
	perform(n, d.observe())
	if d.observing.running || d.observing.problem == nil || d.observing.problem.Message != "no way" {
		t.Errorf("the question is %+v", d.observing)
	}
	if want := []string{"job recreate", "changed"}; !slices.Equal(n.asked, want) {
		t.Errorf("asked %q, want %q", n.asked, want)
	}
}

func TestPresignedURLsAreSecretAndAreNeverSaid(t *testing.T) {
	n := &noting{}
	c := presignedMsg{name: "churn", url: "https://secret"}.Do(n)
	if c == nil || slices.ContainsFunc(n.asked, func(s string) bool { return strings.Contains(s, "secret") }) {
		t.Errorf("asked %q", n.asked)
	}
	presignedMsg{problem: &model.Problem{Message: "denied"}}.Do(n)
	if last := n.asked[len(n.asked)-1]; last != "say denied" {
		t.Errorf("told %q", last)
	}
}

func TestARunThatIsNotKnownIsSaid(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.follow(s.app.perform(intentOpenRun{"gone"}))
	s.sees("there is no run gone")
}
