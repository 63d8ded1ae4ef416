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
)

// CopyStep is one step of a copy by hand.
type CopyStep struct {
	Title    string
	Where    Place
	About    string   // what to look at; may be empty
	Commands []string // for a POSIX shell, to be copied as they are
}

// Names of what the copy makes.
const (
	sourceManifest = "source.manifest"
	newManifest    = "replacement.manifest"
	archive        = "notebook.tar.gz"
	copyFolder     = "/tmp/nbscope"
)

// ManualCopy says how the data is copied by hand and how to prove it: an archive
// that keeps modes, links and hidden files, through a bucket or through this
// machine, and a manifest of both sides to compare.
func ManualCopy(p *Plan) []CopyStep {
	src, spec := &p.Source, &p.Spec
	here := func(name string) string {
		return onNotebook(src.Region, name, "create-presigned-notebook-instance-url", "--query", "AuthorizedUrl", "--output", "text")
	}
	return []CopyStep{
		{
			Title: "Open a terminal on both notebooks", Where: AtHere,
			About:    "Each prints a URL that signs in for five minutes: treat it as a password. In Jupyter choose New, Terminal. " + p.aboutKernels(),
			Commands: []string{here(src.Name), here(spec.Name)},
		},
		{
			Title: "See how much there is", Where: AtSource,
			About: fmt.Sprintf("The replacement's volume has %d GB. What is mounted from elsewhere (EFS, FSx) is not copied: mount it there too.", spec.VolumeGB),
			Commands: []string{
				"cd " + home,
				"df -h .",
				"sudo du -xsh .",
			},
		},
		{Title: "Write the source's manifest", Where: AtSource, About: "Type, mode, link target, size and SHA-256 of everything, also of what is hidden or root's.", Commands: manifest(sourceManifest)},
		{
			Title: "Send it through a bucket", Where: AtSource,
			About: fmt.Sprintf("The role %s needs s3:PutObject on the bucket here and s3:GetObject there. Set the bucket's name first. No access to S3: take the next step instead.", roleName(src.RoleARN)),
			Commands: []string{
				"BUCKET=name-of-your-bucket",
				pack() + " | " + s3Copy(src) + ` - "s3://$BUCKET/nbscope/` + slug(src.Name) + "/" + archive + `"` + expected(src),
				s3Copy(src) + " " + copyFolder + "/" + sourceManifest + ` "s3://$BUCKET/nbscope/` + slug(src.Name) + "/" + sourceManifest + `"`,
			},
		},
		{
			Title: "Or: pack it for a download", Where: AtSource,
			About: "Only without a bucket. It needs room on the source's volume. Download nbscope-copy in Jupyter, part by part, and upload it into the replacement's home.",
			Commands: []string{
				"mkdir -p " + home + "/nbscope-copy",
				pack() + " | split -b 1G - " + home + "/nbscope-copy/" + archive + ".",
				"cp " + copyFolder + "/" + sourceManifest + " " + home + "/nbscope-copy/",
			},
		},
		unpackStep(src),
		{Title: "Write the replacement's manifest", Where: AtReplacement, Commands: manifest(newManifest)},
		{
			Title: "Compare", Where: AtReplacement,
			About: "Nothing but the last line means that both are the same. A line with < is missing or other there; one with > was there before, such as a repository that was cloned at the creation.",
			Commands: []string{
				"diff " + copyFolder + "/" + sourceManifest + " " + copyFolder + "/" + newManifest + " && echo 'both are the same'",
			},
		},
		{
			Title: "See that the source did not change meanwhile", Where: AtSource,
			About: "If it did, copy again.",
			Commands: append(manifest("again.manifest"),
				"diff "+copyFolder+"/"+sourceManifest+" "+copyFolder+"/again.manifest && echo 'nothing changed'"),
		},
	}
}

// aboutKernels says what to do with the kernels before a copy: none may change a file,
// but where a script stops idle notebooks one has to stay busy.
func (p *Plan) aboutKernels() string {
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
		return s.Name + " is " + string(s.Status) + ": AWS is at work on it. Wait, and look again.", nil
	case model.StatusInService:
		return s.Name + " runs.", nil
	case model.StatusDeleting:
		return s.Name + " is being deleted: there is no way back.", nil
	default:
		return s.Name + " is " + statusWords(s.Status) + ": there is no way back that nbscope knows.", nil
	}
	switch {
	case isAL1(s.Platform):
		return "AWS starts no Amazon Linux 1 notebook any more, and updates none in place: there is no documented way to the data on " + s.Name +
			". Delete nothing, and ask AWS support.", nil
	case isAL2(s.Platform) && s.Status == model.StatusFailed:
		return "AWS starts no Amazon Linux 2 notebook any more. " + s.Name + " is Failed, and whether AWS moves it to " + PlatformSupported +
			" as it is, is not documented: this tries. If it is refused, ask AWS support, and delete nothing.", append(s.moveCommands(), start...)
	case isAL2(s.Platform):
		return "AWS starts no Amazon Linux 2 notebook any more: " + s.Name + " is moved to " + PlatformSupported +
			" first, in place. Its volume is kept, what it had installed elsewhere is not.", slices.Concat(commands, s.moveCommands(), start)
	}
	return s.Name + " is started again; its lifecycle scripts run, and its cost begins.", append(commands, start...)
}

// StartAgain says how the notebooks of a copy that something stopped are brought
// back, with AWS CLI commands.
func (r *Run) StartAgain() (says, commands []string) {
	for _, s := range []*Snapshot{r.Source, r.Replacement} {
		if s == nil || s.Status == model.StatusInService {
			continue
		}
		what, how := StartAgain(s)
		says, commands = append(says, what), append(commands, how...)
	}
	return says, commands
}

// moveCommands move a stopped notebook to the supported platform in place.
func (s *Snapshot) moveCommands() []string {
	return []string{
		onNotebook(s.Region, s.Name, "update-notebook-instance", "--platform-identifier", PlatformSupported),
		waitFor(s.Region, s.Name, "stopped"),
	}
}

// leftOut is what a copy leaves out: the file system's own folder, the wastebasket
// of Jupyter, and what the copy itself makes.
func leftOut() []string { return []string{"lost+found", ".Trash-*", "nbscope-copy"} }

func pack() string {
	words := []string{"sudo tar --create --gzip --one-file-system --numeric-owner"}
	for _, name := range leftOut() {
		words = append(words, model.ShellQuote("--exclude=./"+name))
	}
	return strings.Join(append(words, "--directory", home, "--file - ."), " ")
}

// manifest writes one line for everything under the home, sorted: for a file its
// type, mode, size, name and SHA-256, for a link its target.
func manifest(name string) []string {
	skipped := make([]string, 0, len(leftOut()))
	for _, name := range leftOut() {
		skipped = append(skipped, "-path "+model.ShellQuote("./"+name))
	}
	file := copyFolder + "/" + name
	find := `sudo find . -xdev \( ` + strings.Join(skipped, " -o ") + ` \) -prune -o `
	return []string{
		"mkdir -p " + copyFolder + " && cd " + home,
		find + `\( -type f -printf 'f %m %s %p\n' -o -type l -printf 'l %p -> %l\n' -o ! -path . -printf '%y %m %p\n' \) | LC_ALL=C sort > ` + file,
		find + "-type f -print0 | LC_ALL=C sort -z | sudo xargs -0 -r sha256sum >> " + file,
		"wc -l " + file,
	}
}

func unpackStep(src *Snapshot) CopyStep {
	extract := "sudo tar --extract --gzip --same-permissions --same-owner --numeric-owner --keep-old-files --directory " + home + " --file -"
	from := `"s3://$BUCKET/nbscope/` + slug(src.Name) + "/"
	return CopyStep{
		Title: "Unpack it", Where: AtReplacement,
		About: "Nothing that is there is overwritten: a file that stands in the way is named. After a download the parts are in nbscope-copy: take the last two lines in place of those with the bucket.",
		Commands: []string{
			"ls -A " + home,
			"mkdir -p " + copyFolder,
			"BUCKET=name-of-your-bucket",
			s3Copy(src) + " " + from + sourceManifest + `" ` + copyFolder + "/" + sourceManifest,
			s3Copy(src) + " " + from + archive + `" - | ` + extract,
			"# cp " + home + "/nbscope-copy/" + sourceManifest + " " + copyFolder + "/",
			"# cat " + home + "/nbscope-copy/" + archive + ".* | " + extract,
		},
	}
}

// s3Copy begins a copy to or from a bucket. It names a region, since there may be no
// other setting; where the bucket is elsewhere the AWS CLI follows it there.
func s3Copy(src *Snapshot) string {
	return "aws s3 cp --region " + model.ShellQuote(src.Region)
}

// expected tells S3 how much is coming: above 50 GB a stream needs more than the
// usual number of parts.
func expected(src *Snapshot) string {
	const usual = 50
	if src.VolumeGB <= usual {
		return ""
	}
	return fmt.Sprintf(" --expected-size %d", src.VolumeGB<<30)
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
