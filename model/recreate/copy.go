package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Place is where a step of a copy by hand is done.
type Place string

// The places.
const (
	AtSource      Place = "source"      // a terminal of the source's Jupyter
	AtReplacement Place = "replacement" // a terminal of the replacement's Jupyter
	AtHere        Place = "here"        // your own shell, with the AWS CLI
	AtBoth        Place = "both"        // first in the one Jupyter, then in the other
)

// setBucket is for the user to complete.
const setBucket = "BUCKET=name-of-your-bucket"

// CopyStep is one step of a copy by hand.
type CopyStep struct {
	Title    string
	Where    Place
	About    string   // what to look at; may be empty
	Commands []string // for a POSIX shell, to be copied as they are
}

// ManualCopy says how the data is copied by hand and how to prove it. A script that is
// pasted into both notebooks does it: it fails loudly, names what it cannot read, and
// prints for either side a line with a digest, which nbscope compares (CompareProofs).
func ManualCopy(plan *Plan) []CopyStep {
	p := byHand{plan}
	src, spec := &p.Source, &p.Spec
	here := func(name string) string {
		return onNotebook(src.Region, name, "create-presigned-notebook-instance-url", "--query", "AuthorizedUrl", "--output", "text")
	}
	do := p.do
	return append([]CopyStep{
		{
			Title: "Open a terminal on both notebooks", Where: AtHere,
			About:    "Each prints a URL that signs in for five minutes: treat it as a password. In Jupyter choose New, Terminal. " + p.aboutKernels(),
			Commands: []string{here(src.Name), here(spec.Name)},
		},
		{
			Title: "Write the script of this run", Where: AtBoth,
			About: "The same on both. It uses sudo; with NBSCOPE_SUDO=no before its name it does not, and names what only root can read: that is not copied." +
				p.aboutSudo(),
			Commands: p.script(),
		},
		{
			Title: "See how much there is", Where: AtSource,
			About:    fmt.Sprintf("The replacement's volume has %d GB. What is mounted from elsewhere (EFS, FSx) is not copied: mount it there too.", spec.VolumeGB),
			Commands: []string{do("size")},
		},
		{
			Title: "Send it through a bucket", Where: AtSource,
			About: fmt.Sprintf("The role %s needs s3:PutObject on the bucket here and s3:GetObject there. Set the bucket's name first. No access to S3: take the next step instead.",
				roleName(src.RoleARN)),
			Commands: []string{setBucket, do(`send "$BUCKET"`)},
		},
		{
			Title: "Or: pack it for a download", Where: AtSource,
			About: "Only without a bucket. It needs room on the source's volume. Download the folder " + p.folder() +
				" in Jupyter, part by part, and upload it into the replacement's home.",
			Commands: []string{do("pack")},
		},
		{
			Title: "Unpack it", Where: AtReplacement,
			About:    "Nothing that is there is overwritten: a file that stands in the way is named. After a download take the last line in place of the one with the bucket.",
			Commands: []string{setBucket, do(`receive "$BUCKET"`), "# " + do("unpack")},
		},
	}, p.proofSteps()...)
}

// proofSteps are what follows the copy itself.
func (p byHand) proofSteps() []CopyStep {
	do := p.do
	return []CopyStep{
		{
			Title: "Prove the source", Where: AtSource,
			About:    "Only now, so that it is of what is there after the copy. Its last line is one of the two that nbscope compares. Where it names what cannot be read, that is not copied.",
			Commands: []string{do("prove source")},
		},
		{
			Title: "Prove the replacement", Where: AtReplacement,
			About:    "Its last line is the other one. The lines say themselves which is which.",
			Commands: []string{do("prove replacement")},
		},
		{
			Title: "Where they differ, see what differs", Where: AtReplacement,
			About: "First run the commented line on the source. A line with < is missing or other there; one with > was there before, such as a repository that was cloned at the creation. " +
				"This is to look at only: the two lines are the proof.",
			Commands: []string{setBucket, "# " + do(`lend "$BUCKET"`), do(`differ "$BUCKET"`)},
		},
		{
			Title: "Clean up", Where: AtSource,
			About:    "It removes what this run has in the bucket, and here. On the replacement run the last line.",
			Commands: []string{setBucket, do(`clean "$BUCKET"`), "# " + do("clean")},
		},
	}
}

// do is the command that does a verb of the script.
func (p byHand) do(verb string) string { return "bash " + p.file() + " " + verb }

// aboutSudo says where sudo is known to be refused.
func (p byHand) aboutSudo() string {
	var off []string
	if p.Source.RootAccess == model.Disabled {
		off = append(off, p.Source.Name)
	}
	if p.Spec.RootAccess == model.Disabled {
		off = append(off, p.Spec.Name)
	}
	if len(off) == 0 {
		return ""
	}
	return " Root access is disabled on " + strings.Join(off, " and ") + ": run it so there."
}

// aboutKernels says what to do with the kernels before a copy: none may change a file,
// but where a script stops idle notebooks one has to stay busy.
func (p byHand) aboutKernels() string {
	busy := p.StayBusy()
	if busy == "" {
		return "Shut down every running kernel of the source, so that no file changes while it is copied."
	}
	if p.Idle.Source == "" {
		busy += " On " + p.Source.Name + " shut down every running kernel, so that no file changes while it is copied."
	}
	return busy
}

// StayBusy says which notebook a script may stop in the middle of a copy, and what
// keeps it from that; "" where none is known to.
func (p *Plan) StayBusy() string {
	var stopped []string
	for _, side := range []struct{ name, says string }{{p.Source.Name, p.Idle.Source}, {p.Spec.Name, p.Idle.Replacement}} {
		if side.says != "" {
			stopped = append(stopped, "A script on "+side.name+" "+side.says+".")
		}
	}
	if len(stopped) == 0 {
		return ""
	}
	return strings.Join(stopped, " ") + " There, " + stayBusy
}

// StartAgain says how a notebook that something stopped is brought back, so that a
// copy can go on, with AWS CLI commands; none where nothing is to be done, or nothing
// is known to work. What may not be started as it is, is moved to the platform first.
func StartAgain(s *Snapshot) (says string, commands []string) {
	await := func(state string) string { return waitFor(s.Region, s.Name, state) }
	start := []string{onNotebook(s.Region, s.Name, "start-notebook-instance"), await("in-service")}
	switch s.Status {
	case model.StatusStopping:
		commands = []string{await("stopped")}
	case model.StatusStopped, model.StatusFailed:
	case model.StatusPending, model.StatusUpdating, model.StatusPendingMaintenance, model.StatusInMaintenance:
		return s.Name + " is " + string(s.Status) + ": AWS is working on it. Wait, and look again.", nil
	case model.StatusInService:
		return s.Name + " runs.", nil
	case model.StatusDeleting:
		return s.Name + " is being deleted: there is no way back.", nil
	default:
		return s.Name + " is " + statusWords(s.Status) + ": there is no way back that nbscope knows.", nil
	}
	switch {
	case isAL1(s.Platform):
		return "AWS neither starts nor updates Amazon Linux 1 notebooks: there is no documented way to the data on " + s.Name +
			". Delete nothing, and ask AWS support.", nil
	case isAL2(s.Platform) && s.Status == model.StatusFailed:
		return "AWS no longer starts Amazon Linux 2 notebooks. " + s.Name + " is Failed, and whether AWS moves it to " + PlatformSupported +
			" as it is, is not documented: this tries. If it is refused, ask AWS support, and delete nothing.", append(s.moveCommands(), start...)
	case isAL2(s.Platform):
		return "AWS no longer starts Amazon Linux 2 notebooks: " + s.Name + " is moved to " + PlatformSupported +
			" first, in place. Its volume is kept, what it had installed elsewhere is not.", slices.Concat(commands, s.moveCommands(), start)
	}
	return s.Name + " is started again; its lifecycle scripts run, and its cost begins.", append(commands, start...)
}

// StartAgain says how the notebooks of a copy that something stopped are brought
// back, with AWS CLI commands.
func (w Words) StartAgain() (says, commands []string) {
	for _, s := range []*Snapshot{w.Source, w.Replacement} {
		if s == nil || s.Status == model.StatusInService {
			continue
		}
		what, how := StartAgain(s)
		says, commands = append(says, what), append(commands, how...)
	}
	return says, commands
}

// StartReplacement says how a replacement that is at rest is started again, where the run
// stands still for that, with AWS CLI commands, and what to do then; "" where it need not
// be.
func (w Words) StartReplacement() (says string, commands []string, then string) {
	if w.Phase != PhaseDrift || !w.ours() || !atRest(w.Replacement) || w.Rolling && !w.nothingRuns() {
		return "", nil, ""
	}
	then = "Then look at AWS again: the run goes on from here."
	if w.Rolling {
		then = "Then end the run: " + w.Plan.Spec.Name + " serves, and is kept."
	}
	says, commands = StartAgain(w.Replacement)
	return "Start the replacement yourself. " + says, commands, then
}

// moveCommands move a stopped notebook to the supported platform in place.
func (s *Snapshot) moveCommands() []string {
	return []string{
		onNotebook(s.Region, s.Name, "update-notebook-instance", "--platform-identifier", PlatformSupported),
		waitFor(s.Region, s.Name, "stopped"),
	}
}

// slug is a name as it can stand in a path within double quotes.
func slug(name string) string {
	out := []byte(name)
	for i, c := range out {
		if !alphanumeric(rune(c)) && c != '-' {
			out[i] = '_'
		}
	}
	return string(out)
}

// roleName is the last part of a role's ARN.
func roleName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
