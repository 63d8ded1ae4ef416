package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

// inVPC is a notebook that reaches nothing but its VPC.
func inVPC(name string, change func(*sim.Change)) sim.Change {
	c := sim.Change{Name: name, DirectInternetAccess: model.Disabled, VolumeSizeInGB: 20, Tags: map[string]string{"Team": "growth"}}
	if change != nil {
		change(&c)
	}
	return c
}

func TestANotebookIsRecreatedWithDirectInternetFromTheListToTheReport(t *testing.T) {
	t.Parallel()
	d := newDesk(t, deskOptions{locked: true, add: []sim.Change{inVPC("churn", nil)}})
	d.opens("churn")
	d.does("4", "Disabled → Enabled", "read-only")
	d.does("a", "Unlock writes")
	d.does(d.target.Account+"\r", "Create churn-net, to direct internet Enabled")
	d.ahead.Store(int64(time.Second)) // a gate that opens by itself listens after a moment
	d.agrees("Copy waits for you", " write ")
	d.does("a", "Confirm the copy")
	d.does("copied churn\r", "Stop source waits for you")
	d.approves("Stop ", "stopped and kept")
	d.does("a", "The keep time is not over")
	d.does("churn delete before the keep time\r", "has taken the place of churn")
	d.wrote("Create churn-net", "Stop churn", "Delete churn")
	if n, ok := d.notebook("churn-net"); !ok || n.DirectInternetAccess != model.Enabled || n.Tags["Team"] != "growth" || n.IMDSVersion != "2" {
		t.Errorf("the replacement is %+v", n)
	}
	if _, ok := d.notebook("churn"); ok {
		t.Error("the source is still there")
	}
	if r := d.report(); !strings.Contains(r, "churn-net") || !strings.Contains(r, "copied churn") {
		t.Errorf("the report is\n%s", r)
	}
}

func TestAStoppedNotebookIsRecreatedWithoutDirectInternetInASubnetThatIsChosen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, deskOptions{add: []sim.Change{{
		Name: "open", SubnetID: "none", DirectInternetAccess: model.Enabled, Status: "Stopped", VolumeSizeInGB: 10,
	}}})
	d.opens("open")
	d.sees("open-vpc", "1 invalid")
	d.does("3", "the source has no VPC")
	d.types("G" + strings.Repeat("k", 9)) // to the VPC, from the last field up
	d.does("\r", "VPC >", "10.")
	d.does("\r", "Subnet > vpc-", "free")
	d.does("\r", "choose at least one security group")
	d.does("jj\r", "Security groups >", "[ ] sg-")
	d.does(" ", "[*]")
	d.does("\r", "preflight runs again")
	d.does("4", "Enabled → Disabled", "Start source", "ready")
	d.approves("Create open-vpc", "Start source waits for you")
	d.approves("Start ", "Copy waits for you")
	d.does("a", "Confirm the copy")
	d.does("copied open\r", "Stop source waits for you")
	d.approves("Stop ", "stopped and kept")
	d.wrote("Create open-vpc", "Start open", "Stop open")
	if n, ok := d.notebook("open-vpc"); !ok || n.DirectInternetAccess != model.Disabled || n.SubnetID == "" {
		t.Errorf("the replacement is %+v", n)
	}
	if r := d.report(); !strings.Contains(r, "open-vpc") {
		t.Errorf("the report is\n%s", r)
	}
}

func TestASourceOfAmazonLinux2IsStoppedLastAndAStoppedOneIsUpdatedInPlace(t *testing.T) {
	t.Parallel()
	says := map[string]string{
		"InService": "once stopped it may never start again", "Stopped": "AWS no longer starts Amazon Linux 2 notebooks",
	}
	for status, want := range map[string][]string{
		"InService": {"Create old-net", "Stop old"},
		"Stopped":   {"Create old-net", "Update old", "Start old", "Stop old"},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, deskOptions{add: []sim.Change{inVPC("old", func(c *sim.Change) { c.Platform, c.Status = "notebook-al2-v2", status })}})
			d.opens("old")
			d.sees(says[status])
			d.does("4", "notebook-al2-v2 → notebook-al2023-v1", "ready")
			if status == "Stopped" {
				d.approves("Create old-net", "Update source waits for you")
				d.approves("Update ", "Start source waits for you")
				d.approves("Start ", "Copy waits for you")
			} else {
				d.approves("Create old-net", "Copy waits for you")
			}
			d.does("a", "Confirm the copy")
			d.does("copied old\r", "Stop source waits for you")
			d.approves("Stop ", "stopped and kept")
			d.wrote(want...)
		})
	}
}

func TestACreationThatFailsIsRemovedAndMadeAgainAndRolledBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, deskOptions{add: []sim.Change{inVPC("churn", nil)}})
	if err := d.sim.SetFaults("capacity"); err != nil {
		t.Fatal(err)
	}
	d.opens("churn")
	d.does("4", "ready")
	d.approves("Create churn-net", "churn-net was created and failed", "Insufficient notebook instance capacity", "change the plan")
	d.does("m", "▌ Instance type", "ready")
	d.does("\r", "Instance type >", "ml.t3.medium")
	d.does("ml.t3.large\r", "ml.t3.large", "was ml.t3.medium")
	if err := d.sim.SetFaults(""); err != nil {
		t.Fatal(err)
	}
	d.does("4", "ml.t3.medium → ml.t3.large", "ready")
	d.does("a", "Use another plan for churn-net", "The replacement that failed is removed")
	d.agrees("Create waits for you")
	d.approves("Create churn-net", "Copy waits for you")
	d.does("B", "Type: churn-net")
	d.does("churn-net\r", "Rolled back: churn-net is removed")
	d.wrote("Create churn-net", "Delete churn-net", "Create churn-net", "Stop churn-net", "Delete churn-net")
	if n, ok := d.notebook("churn"); !ok || n.Status != "InService" {
		t.Errorf("the source is %+v", n)
	}
	if r := d.report(); !strings.Contains(r, "rolled back") {
		t.Errorf("the report is\n%s", r)
	}
}

// rows waits until so many lines of the screen are like this; what the footer says
// of a run is not among them.
func (d *desk) rows(like *regexp.Regexp, n int) {
	d.t.Helper()
	for len(like.FindAllString(d.glass.text(), -1)) < n {
		d.sees("batch-a")
		<-d.glass.drawn
	}
}

func TestABatchOfThreeIsApprovedTogetherAndEachIsCopiedByItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t, deskOptions{add: []sim.Change{
		inVPC("batch-a", nil), inVPC("batch-b", nil),
		inVPC("batch-c", func(c *sim.Change) { c.Tags["aws:cloudformation:stack-name"] = "ml-notebooks" }),
	}})
	d.sees("by name")
	d.does("/batch-\r", "/ batch-", "3/")
	d.does("   ", "3 marked")
	d.does("R", "Recreate 3 notebooks", "2 ready", "1 blocked", "a approves: create of 2")
	d.does("a", "Create 2 replacements, to direct internet Enabled", "each source's with -net behind it", "batch-a", "batch-b")
	d.agrees("2 begun", "Nothing can be approved together now")
	d.rows(regexp.MustCompile(`batch-[ab]\s.*waits for you: copy the data`), 2)
	for _, name := range []string{"batch-a", "batch-b"} {
		d.does("j", "batch-a")
		d.does("\r", "Recreate  "+name, "Copy waits for you")
		d.does("a", "Confirm the copy")
		d.does("copied "+name+"\r", "Stop source waits for you")
		d.does("\x1b", "Recreate 3 notebooks")
	}
	d.sees("a approves: stop source of 2")
	d.does("a", "Stop 2 sources of runs to direct internet Enabled")
	<-time.After(600 * time.Millisecond) // it opens after a look at AWS, and is deaf for half a second
	d.agrees("2 begun")
	d.rows(regexp.MustCompile(`batch-[ab]\s.*stopped and kept`), 2)
	d.sees("Nothing can be approved together now")
	var creates, stops int
	for _, w := range d.sim.Writes() {
		switch {
		case strings.HasSuffix(w.Name, "-net") && strings.Contains(w.Operation, "Create"):
			creates++
		case strings.Contains(w.Operation, "Stop"):
			stops++
		default:
			t.Errorf("AWS was asked for %s %s", w.Operation, w.Name)
		}
	}
	if creates != 2 || stops != 2 {
		t.Errorf("%d creates and %d stops, want 2 and 2", creates, stops)
	}
	if _, ok := d.notebook("batch-c-net"); ok {
		t.Error("the notebook that something else manages was recreated")
	}
}
