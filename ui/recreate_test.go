package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// book is the only run that there is.
func (s *studio) book() *fakeBook {
	s.t.Helper()
	if len(s.runs.order) != 1 {
		s.t.Fatalf("there are %d runs, want 1", len(s.runs.order))
	}
	return s.runs.books[s.runs.order[0]]
}

func TestWithoutAClientOrAPlaceForJournalsTheKeySaysWhy(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("R")
	d.sees("cannot be recreated here: there is no client for it", "read-only")
	d = loaded(t, 120, 40, func(c *Config) { c.Recreator = uitest.NewRecreator() })
	d.keys("R")
	d.sees("there is no place to keep the journal of a run")
}

func TestNothingIsWrittenByKeysThatRepeat(t *testing.T) {
	for _, start := range [][]string{nil, {"R"}, {"R", "3"}, {"R", "4"}, {"space", "space", "R"}, approved(), attested()} {
		s := newStudio(t, 120, 40, func(s *studio) { s.aws.Unlocked[uitest.Shared] = true })
		s.press(start...)
		s.aws.Unlocked[uitest.Prod] = true
		before := s.wrote()
		for _, row := range [][]string{{"enter"}, {"y"}, {"a"}, {"a", "enter"}, {"a", "y"}, {"enter", "y"}, {"space", "enter"}, {"a", "a", "enter", "enter"}, {"R", "a", "enter"}} {
			for range 20 {
				s.press(row...)
				s.clock.Pass(100 * time.Millisecond)
			}
			if got := s.wrote(); got != before {
				t.Fatalf("after %v, %v again and again writes: %q, before %q\n%s", start, row, got, before, s.view())
			}
			s.press("esc", "esc")
		}
	}
}

// wrote is what was changed so far, of every run.
func (s *studio) wrote() string {
	var out []string
	for _, id := range s.runs.order {
		out = append(out, s.runs.books[id].did())
	}
	return strings.Join(out, "|")
}

func TestARunGoesFromTheListToTheDeletedSourceAndNoGateIsOpenedByAccident(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("R", "4", "a")
	s.sees("Unlock writes to prod-ml", "read-only")
	s.press("4711", "enter")
	s.sees("this is not " + uitest.Prod)
	s.press(repeat("backspace", 4)...)
	s.press(uitest.Prod, "enter")
	s.sees("Create churn-model-train-net, to direct internet Enabled", "[ Cancel ]", " write ")
	s.press("tab", "enter")
	if len(s.runs.order) != 0 {
		t.Fatal("keys pressed as the gate opened by itself approved the create")
	}
	s.press("later", "enter")
	s.seesNot("[ Cancel ]")
	if len(s.runs.order) != 0 {
		t.Fatal("enter on Cancel approved the create")
	}
	s.press("a", "tab", "enter")
	b := s.book()
	if b.did() != "create" || b.newOne.DirectInternet != model.Enabled {
		t.Fatalf("did %q, made %+v", b.did(), b.newOne)
	}
	s.sees("Copy waits for you", "The copy, by hand")
	s.press("a", "copied it", "enter")
	s.sees("this is not copied churn-model-train")
	s.press(repeat("backspace", 9)...)
	s.press("copied churn-model-train", "enter")
	if p := b.run.Proof; p == nil || p.By != uitest.Identities()[0].ARN {
		t.Fatalf("the proof is %+v, want one by the user", p)
	}
	s.press("a", "tab", "enter")
	s.sees("stopped and kept", "$7.00 a month")
	s.press("a", "churn-model", "enter")
	s.sees("this is not churn-model-train")
	if strings.Contains(b.did(), "delete") {
		t.Fatal("half a name deleted the source")
	}
	s.press("-train", "enter")
	s.sees("The keep time is not over", "this is not churn-model-train delete before the keep time")
	if strings.Contains(b.did(), "delete") {
		t.Fatal("the name alone deleted the source before its keep time was over")
	}
	s.press(" delete before the keep time", "enter")
	if b.did() != "create stop delete" || b.run.Outcome != recreate.OutcomeDone {
		t.Errorf("did %q, outcome %q", b.did(), b.run.Outcome)
	}
	s.sees("has taken the place of churn-model-train")
	if b.held {
		t.Error("a run that is over is still held")
	}
}

func repeat(key string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = key
	}
	return out
}

func TestAStoppedSourceOfAmazonLinux2IsUpdatedStartedAndStoppedAgain(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) {
		s.aws.Unlocked[uitest.Prod] = true
		s.aws.Snaps["churn-model-train"] = uitest.Snapshot("churn-model-train", func(n *recreate.Snapshot) { n.Status = model.StatusStopped })
	})
	s.press("R", "4")
	s.sees("Update source", "Start source")
	s.press("a", "tab", "enter", "a", "tab", "enter", "a", "tab", "enter")
	s.sees("Copy waits for you")
	s.press("a", "copied churn-model-train", "enter", "a", "tab", "enter")
	if got := s.book().did(); got != "create update start stop" {
		t.Errorf("did %q", got)
	}
}

func TestTheOtherDirectionAsksForASubnet(t *testing.T) {
	s := newStudio(t, 120, 40, openSource)
	s.press("R")
	s.sees("churn-model-train-vpc", "1 invalid")
	s.press("4", "a")
	s.sees("AWS would refuse Subnet")
	s.press("3", "j", "j", "j", "j", "j", "j", "j", "j", "enter", "enter")
	s.sees("Subnet > vpc-0a12", "subnet-0a1 private-1")
	s.seesNot("private-2")
	s.press("enter", "j", "j", "enter")
	s.sees("Security groups", "sg-09", "it is of vpc-0b34")
	s.press("space", "enter")
	s.sees("preflight runs again when you leave the form")
	s.press("]")
	s.seesNot("It cannot be approved")
	s.press("a", uitest.Prod, "enter", "later", "tab", "enter")
	if got := s.book().newOne; got == nil || got.DirectInternet != model.Disabled || got.SubnetID != "subnet-0a1" || len(got.SecurityGroups) != 1 {
		t.Errorf("made %+v", got)
	}
}

// TestIntoAVPCAsksForASubnetAndItsGroups takes a notebook without a VPC into one, with
// direct internet on as before.
func TestIntoAVPCAsksForASubnetAndItsGroups(t *testing.T) {
	s := newStudio(t, 120, 40, openSource)
	s.press("R", "3", "D")
	s.sees("churn-model-train-vpc", "choose the subnet to go into", "VPC no VPC → one not chosen yet")
	s.press("4", "a")
	s.sees("AWS would refuse Subnet")
	s.press("3", "j", "j", "j", "j", "j", "j", "j", "j", "enter", "enter", "enter", "j", "j", "enter")
	s.sees("Security groups")
	s.press("space", "enter")
	s.sees("VPC no VPC → subnet-0a1")
	s.press("]", "a", uitest.Prod, "enter", "later")
	s.sees("Create churn-model-train-vpc, into a VPC")
	s.press("tab", "enter")
	if got := s.book().newOne; got == nil || got.DirectInternet != model.Enabled || got.SubnetID != "subnet-0a1" || len(got.SecurityGroups) != 1 {
		t.Errorf("made %+v", got)
	}
}

func TestALookThatFailsIsAskedAgain(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.aws.Err = model.Problem{Kind: model.KindNetwork, Message: "cannot reach the endpoint", Hint: "Check the network."}
	s.press("R")
	s.sees("cannot reach the endpoint", "Check the network.", "r asks again", "failed")
	s.aws.Err = nil
	s.press("r")
	s.sees("churn-model-train-net", "Passed")
}

func TestAFormThatChangesMakesPreflightAnew(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("R", "3", "enter", "backspace", "backspace", "backspace", "new", "enter")
	s.sees("churn-model-train-new", "to be run again")
	asked := len(s.aws.Calls)
	s.press("4")
	if len(s.aws.Calls) != asked+1 {
		t.Errorf("leaving the form asked %v", s.aws.Calls[asked:])
	}
	s.seesNot("to be run again")
}

func TestATypedValueThatAWSRefusesIsNotTaken(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("R", "3", "j", "j", "j", "enter", "backspace", "backspace", "3")
	s.sees("Volume (GB): AWS takes a whole number of GB from 5 to 16384")
	s.press("0")
	s.sees("the source has 50 GB")
	s.press("enter")
	s.sees("the source has 50 GB") // the prompt stays
	s.press("0", "enter")
	s.sees("300", "was 50")
}

func TestChoicesThatCannotBeHadAreAskedAgainOrTyped(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("R", "3", "j")
	s.aws.Err = model.Problem{Kind: model.KindDenied, Message: "not allowed to list", Hint: "Ask for iam:ListRoles."}
	s.press("enter")
	s.sees("not allowed to list", "Ask for iam:ListRoles.", "r ask again")
	s.aws.Err = nil
	s.press("r", "xlarge", "enter")
	s.sees("ml.m5.xlarge", "was ml.t3.medium")
	s.press("enter", "ctrl+t")
	s.press(repeat("backspace", 12)...)
	s.press("ml.r5.large", "enter")
	s.sees("ml.r5.large", "was ml.t3.medium")
	s.press("enter", "p3.2", "enter")
	s.sees("Amazon Linux 2023 does not run on ml.p3")
}

func TestAFailedCreationIsRemovedAndMadeAgainWithAnotherPlan(t *testing.T) {
	s := newStudio(t, 120, 40, noCapacity)
	s.press(approved()...)
	s.sees("Insufficient notebook instance capacity", "remove the failed one, try the same again", "take another instance type", "take another subnet", "remove the failed one, and end", "change the plan")
	b := s.book()
	s.press("m")
	s.sees("▌ Instance type")
	s.press("enter", "xlarge", "enter", "4")
	s.runs.perform = smooth
	s.press("a", "tab", "enter")
	s.sees("Create waits for you")
	s.press("a", "tab", "enter")
	if b.did() != "create delete create" || b.newOne.InstanceType != "ml.m5.xlarge" {
		t.Errorf("did %q, made %+v", b.did(), b.newOne)
	}
	s.sees("Copy waits for you")
}

func TestLeavingTheFormOfAnotherPlanGoesBackToTheRun(t *testing.T) {
	s := newStudio(t, 120, 40, noCapacity)
	s.press(approved("m", "esc")...)
	s.sees("was created and failed")
	if got := s.book().did(); got != "create" {
		t.Errorf("did %q", got)
	}
}

func TestARollbackNeedsTheNewNameAndRemovesTheReplacement(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press(attested("B", "churn-model-train", "enter")...)
	s.sees("this is not churn-model-train-net")
	s.press("-net", "enter")
	if b := s.book(); b.did() != "create stop delete" || b.newOne != nil || b.run.Outcome != recreate.OutcomeRolledBack {
		t.Errorf("did %q, outcome %q", b.did(), b.run.Outcome)
	}
	s.sees("Rolled back")
}

func TestDriftIsShownAndAccepted(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press(attested()...)
	somebodyStopsIt(s)
	s.sees("source: InstanceType", "ml.m5.4xlarge", "accept the difference")
	s.press("A", "enter")
	s.sees("not as it was")
	s.press("A", "tab", "enter")
	s.sees("Stop source waits for you")
	if got := s.book().did(); got != "create" {
		t.Errorf("did %q", got)
	}
}

func TestTheOwnerOfANotebookIsOverriddenByItsName(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) {
		s.aws.Unlocked[uitest.Prod] = true
		s.aws.Snaps["churn-model-train"] = uitest.Snapshot("churn-model-train", func(n *recreate.Snapshot) {
			n.Tags = append(n.Tags, model.Tag{Key: "aws:cloudformation:stack-name", Value: "ml-notebooks"})
		})
	})
	s.press("R", "4")
	s.sees("something else manages this notebook")
	s.press("a")
	s.sees("CloudFormation", "ml-notebooks")
	s.press("churn-model-train", "enter", "a", "tab", "enter")
	if got := s.book().did(); got != "create" {
		t.Errorf("did %q", got)
	}
}

func TestAURLThatSignsInIsCopiedAndNeverShownOrKept(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press(approved()...)
	copied := ""
	for _, k := range []string{"J", "K"} {
		cmd := s.keys(k)
		if got := s.copied(cmd); !strings.Contains(got, "authToken=secret") {
			t.Errorf("%s copies %q", k, got)
		} else {
			copied += got
		}
		s.seesNot("authToken")
		s.sees("sent to the terminal: treat it as a password")
	}
	if !strings.Contains(copied, "//churn-model-train.") || !strings.Contains(copied, "//churn-model-train-net.") {
		t.Errorf("copied %q", copied)
	}
	for _, e := range s.book().events {
		if strings.Contains(e.Typed, "authToken") {
			t.Error("the URL is in the journal")
		}
	}
}

func TestAJournalThatCannotBeWrittenIsTold(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) { s.aws.Unlocked[uitest.Prod] = true })
	s.runs.err = errors.New("no space left on the device")
	s.press("R", "4", "a", "tab", "enter")
	s.sees("no space left on the device")
	s.runs.err = nil
	s.press("a", "tab", "enter")
	s.sees("Copy waits for you")
	s.book().takeFail = errors.New("the disk is gone")
	s.press("a", "copied churn-model-train", "enter")
	s.sees("the disk is gone", "Copy waits for you")
}

func TestAViewIsCopiedAndSaved(t *testing.T) {
	var path, data string
	s := newStudio(t, 120, 40, nil)
	s.app.cfg.ExportDir = "out"
	s.app.cfg.WriteFile = func(p string, d []byte) error { path, data = p, string(d); return nil }
	s.press("R", "4", "tab", "tab", "w")
	if path != "out/nbscope-7f3c0001-cli.sh" || !strings.Contains(data, "create-notebook-instance") {
		t.Errorf("saved %q in %q", data, path)
	}
	s.sees("written to out/nbscope-7f3c0001-cli.sh")
	s.press("y")
	s.sees("cli of the plan sent to the terminal")
	s.seesNot("terminal: ")
}

func TestTheReportOfARunIsWrittenFromItsPage(t *testing.T) {
	files := map[string]string{}
	s := newStudio(t, 120, 40, nil)
	s.app.cfg.WriteFile = func(p string, d []byte) error { files[p] = string(d); return nil }
	s.press(approved("e", "E")...)
	if md := files["nbscope-run-7f3c0001.md"]; !strings.Contains(md, "churn-model-train-net") {
		t.Errorf("the report is %q", md)
	}
	if js := files["nbscope-run-7f3c0001.json"]; !strings.HasPrefix(js, "{") {
		t.Errorf("the JSON report is %q", js)
	}
}
