package ui

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/uitest"
)

// shownRegions are the regions of the targets in the order shown.
func shownRegions(d *rig) []string {
	var out []string
	for _, l := range strings.Split(d.view(), "\n")[headerLines+1:] {
		if m := regexp.MustCompile(`r\d-\w+|default credentials`).FindString(l); m != "" && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

func mixedTargets() model.Batch {
	b := model.Batch{Identities: uitest.Identities()}
	for i, s := range []model.TargetState{
		model.StateNotOffered, model.StateEmpty, model.StateOK, model.StatePending, model.StateListing, model.StateOK,
		model.StateThrottled, model.StateDenied,
	} {
		b.Targets = append(b.Targets, model.TargetStatus{
			Target: model.Target{Account: uitest.Prod, Region: "r" + strconv.Itoa(i) + "-" + strings.Fields(string(s))[0]}, State: s, Calls: i % 3,
			Started: uitest.Noon(), Ended: uitest.Noon().Add(time.Duration(i) * time.Second),
		})
	}
	b.Targets[5].Warnings = []model.Problem{{Kind: model.KindDenied, Message: "not allowed to describe subnets"}}
	return b
}

func TestTargetsThatNeedAttentionComeFirst(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	b := mixedTargets()
	b.Problems = []model.Problem{{Kind: model.KindSSOExpired, Message: "the SSO session has expired", Hint: "aws sso login"}}
	d.feed(b)
	d.keys("tab", "tab")
	want := []string{"default credentials", "r7-denied", "r6-throttled", "r5-ok", "r4-listing", "r3-pending", "r2-ok", "r1-empty", "r0-not"}
	if got := shownRegions(d); !slices.Equal(got, want) {
		t.Errorf("in the order %v, want %v", got, want)
	}
	d.sees("▌  default credentials", "aws sso login", "r scan again", "STATE ↑")
}

func TestTargetsAreSortedByKeyByClickAndByName(t *testing.T) {
	d := newRig(t, 120, 40, nil)
	d.feed(mixedTargets())
	d.finish()
	d.keys("tab", "tab", "s")
	if head := strings.Split(d.view(), "\n")[2]; !strings.Contains(head, "FOUND") || !strings.Contains(head, "↓") {
		t.Errorf("the most found first: %q", head)
	}
	d.keys("s", "S")
	if got := shownRegions(d); got[0] != "r0-not" || got[len(got)-1] != "r5-ok" {
		t.Errorf("by calls, fewest first: %v", got)
	}
	d.send(tea.MouseClickMsg{X: 24, Y: headerLines, Button: tea.MouseLeft})
	d.sees("REGION ↑")
	if got := shownRegions(d); got[0] != "r0-not" {
		t.Errorf("by region: %v", got)
	}
	d.keys(":", "sort by time", "enter")
	if got := shownRegions(d); got[0] != "r7-denied" {
		t.Errorf("by time taken, longest first: %v", got)
	}
}

func TestTheMessageOfATargetOpensByASecondClick(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("tab", "tab")
	d.send(tea.MouseClickMsg{X: 20, Y: headerLines + 1, Button: tea.MouseLeft})
	d.sees("esc back to the list")
}
