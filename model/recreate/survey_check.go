package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// DataChecks are what a survey says of the copy to come. Where nobody has looked there
// is one, which says so.
func (p *Plan) DataChecks(f Fact[*Survey]) []Check {
	if !f.Known || f.Value == nil {
		c := Check{ID: "data-size", Title: "The data fits the new volume"}
		return []Check{c.unknown(reason(f.Why, "how much there is on the source is not known: a look inside signs in to it, and wants writes unlocked"))}
	}
	return dataChecks(p, f.Value)
}

// dataChecks are the checks of a survey: what is in the way of a copy once the
// replacement is there fails; before, only what would make it be made too small.
func dataChecks(p *Plan, s *Survey) []Check {
	in := surveying{plan: p, survey: s}
	all := []func(*surveying) Check{
		checkDataSize, checkDataNames, checkRoom, checkReadable, checkChanging, checkMounts, checkLeftOut,
		checkTools, checkWays, checkS3, checkIdle, checkTime, checkRecommended,
	}
	out := make([]Check, len(all))
	for i, check := range all {
		out[i] = check(&in)
	}
	return out
}

type surveying struct {
	plan   *Plan
	survey *Survey
}

func (in *surveying) source() *Interior { return &in.survey.Source }

// each hands over the notebooks that were looked into, with their names.
func (in *surveying) each(see func(name string, n *Interior)) {
	see(in.plan.Source.Name, &in.survey.Source)
	if in.survey.Replacement != nil {
		see(in.plan.Spec.Name, in.survey.Replacement)
	}
}

// hinders is what is in the way once there is a replacement, and a warning before.
func (in *surveying) hinders(c Check, evidence, hint string) Check {
	if in.survey.Replacement != nil {
		return c.fail(evidence, hint)
	}
	return c.warn(evidence, hint)
}

const (
	gib       = 1 << 30
	overhead  = 0.93 // of a volume is left for files by ext4, as it is made by default
	tight     = 0.85 // of that, from where on there is little room
	inodeSize = 16 << 10
)

func checkDataSize(in *surveying) Check {
	c := Check{ID: "data-size", Title: "The data fits the new volume", Field: FieldVolume}
	n, r := in.source(), in.survey.Replacement
	if n.Bytes < 0 {
		return c.unknown("how much there is on the source could not be counted")
	}
	room := int64(float64(in.plan.Spec.VolumeGB) * gib * overhead)
	on := fmt.Sprintf("a volume of %d GB", in.plan.Spec.VolumeGB)
	if r != nil {
		if r.Free < 0 {
			return c.unknown("how much is free on the replacement is not known")
		}
		room, on = r.Free, in.plan.Spec.Name
	}
	evidence := fmt.Sprintf("%s in %s files on the source, and %s has room for %s", Size(n.Bytes), Number(n.Files), on, Size(room))
	switch {
	case n.Bytes > room && r != nil:
		return c.fail(evidence, "Roll back, and choose a larger volume in a new plan.")
	case n.Bytes > room:
		return c.fail(evidence, "Choose a larger volume.")
	case float64(n.Bytes) > tight*float64(room):
		return c.warn(evidence+": little is left", "Choose a larger volume.")
	}
	return c.pass(evidence)
}

func checkDataNames(in *surveying) Check {
	c := Check{ID: "data-names", Title: "The new volume has room for every name", Field: FieldVolume}
	n, r := in.source(), in.survey.Replacement
	if n.Entries < 0 || r != nil && r.Inodes < 0 {
		return c.unknown("how many names there are, or how many more the volume takes, is not known")
	}
	room := int64(in.plan.Spec.VolumeGB) * gib / inodeSize
	if r != nil {
		room = r.Inodes
	}
	evidence := fmt.Sprintf("%s names, and room for %s", Number(n.Entries), Number(room))
	if n.Entries > room {
		return c.fail(evidence, "Choose a larger volume: a file system has a number of names by its size.")
	}
	return c.pass(evidence)
}

// partsRoom is what a copy takes of the source's disk for the parts on their way.
const partsRoom = 256 << 20

func checkRoom(in *surveying) Check {
	c := Check{ID: "data-room", Title: "The source has room for the parts on their way"}
	free := in.source().Free
	switch {
	case free < 0:
		return c.unknown("how much is free on the source is not known")
	case free < partsRoom:
		return in.hinders(c, fmt.Sprintf("%s free, and a copy takes up to %s meanwhile", Size(free), Size(partsRoom)), "Free some on the source: empty its trash, or remove checkpoints.")
	}
	return c.pass(Size(free) + " free")
}

func checkReadable(in *surveying) Check {
	c := Check{ID: "data-unreadable", Title: "Everything on the source can be read"}
	n := in.source()
	switch {
	case n.Unread < 0:
		return c.unknown("what can be read could not be counted")
	case n.Unread == 0 && n.Sudo:
		return c.pass("all of it, as root")
	case n.Unread == 0:
		return c.pass("all of it, as the user " + fmt.Sprint(n.UID))
	}
	evidence := numbered(n.Unread, "name") + " cannot be read: " + theNames(n.Unreadable, n.Unread)
	if n.Sudo {
		return c.warn(evidence, "They stand as not compared, to be accepted by name.")
	}
	return c.warn(evidence, "Root access is disabled. They stand as not compared, to be accepted by name.")
}

// numbered is a number of things.
func numbered(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + one + "s"
}

func theNames(all []Unreadable, of int64) string {
	names := make([]string, len(all))
	for i, u := range all {
		names[i] = u.Path + " (" + u.Why + ")"
	}
	return firstThree(names, of)
}

// firstOf are the first three names, and how many there are beside.
func firstThree(names []string, of int64) string {
	shown := names[:min(3, len(names))]
	out := strings.Join(shown, ", ")
	if more := of - int64(len(shown)); more > 0 {
		out += fmt.Sprintf(" and %s more", Number(more))
	}
	return out
}

func checkChanging(in *surveying) Check {
	c := Check{ID: "data-changing", Title: "Nothing is being written on the source"}
	switch n := in.source().Changing; {
	case n < 0:
		return c.unknown("what changes could not be counted")
	case n > 0:
		return c.warn(numbered(n, "file")+" written in the last minute", "What changes is copied again. Shut the kernels down before the copy is compared.")
	}
	return c.pass("no file was written in the last minute")
}

func checkMounts(in *surveying) Check {
	c := Check{ID: "data-mounts", Title: "Nothing else is mounted there"}
	if m := in.source().Mounts; len(m) > 0 {
		return c.warn("not copied: "+firstThree(m, int64(len(m))), "Mount it in the new notebook too: a lifecycle script of the source's does so, most likely.")
	}
	return c.pass("no mount below " + home)
}

func checkLeftOut(in *surveying) Check {
	c := Check{ID: "data-left-out", Title: "What is left out by rule"}
	n := in.source()
	if n.Excluded < 0 {
		return c.unknown("what is left out could not be counted")
	}
	evidence := fmt.Sprintf("%s names: lost+found, the trash, what is mounted, and nbscope's own", Number(n.Excluded))
	if again := in.survey.ClonedAgain; len(again) > 0 {
		evidence += "; cloned again, with every commit: " + strings.Join(again, ", ") + " (git's own settings there stay behind)"
	}
	kept := in.cloned()
	if len(kept) == 0 {
		return c.pass(evidence)
	}
	return c.warn(evidence+"; copied, and cloned for the new notebook too: "+strings.Join(kept, ", "),
		"Nothing is put over what is there: what differs is shown after the copy. Commit and push before, or give the folder another name.")
}

// cloned are the clones of the source that the creation makes too, and that are copied
// all the same. Before there is a replacement, they are told by the names of the folders.
func (in *surveying) cloned() (out []string) {
	if len(in.plan.Spec.MoreRepositories) == 0 && in.plan.Spec.DefaultRepository == "" {
		return nil
	}
	for _, c := range in.source().Clones {
		r := in.survey.Replacement
		there := r != nil && slices.ContainsFunc(r.Clones, func(o Clone) bool { return o.Folder == c.Folder })
		switch {
		case r != nil && (!there || slices.Contains(in.survey.ClonedAgain, c.Folder)), r == nil && c.State == CloneClean:
		case c.Says != "":
			out = append(out, c.Folder+" ("+c.Says+")")
		default:
			out = append(out, c.Folder)
		}
	}
	return out
}

func checkTools(in *surveying) Check {
	c := Check{ID: "data-tools", Title: "The notebooks have what a copy needs"}
	var out []string
	missing := false
	in.each(func(name string, n *Interior) {
		words := []string{"python " + n.Python}
		if n.Python == "" {
			words[0], missing = "no python3", true
		}
		if !n.Sudo {
			words = append(words, "no sudo")
		}
		if !n.Curl {
			words = append(words, "no curl")
		}
		out = append(out, name+": "+strings.Join(words, ", "))
	})
	if missing {
		return in.hinders(c, strings.Join(out, "; "), "By hand is the only way.")
	}
	return c.pass(strings.Join(out, "; "))
}

func checkWays(in *surveying) Check {
	c := Check{ID: "data-ways", Title: "Jupyter lets data in and out"}
	var out, shut []string
	in.each(func(name string, n *Interior) {
		var ways []string
		for _, w := range n.Ways {
			if w.Why != "" {
				ways = append(ways, w.Name+": "+w.Why)
				continue
			}
			ways = append(ways, fmt.Sprintf("%s %s/s in, %s/s out", w.Name, Size(int64(w.In)), Size(int64(w.Out))))
		}
		if in, _ := n.rate(); in == 0 {
			shut = append(shut, name)
		}
		out = append(out, name+": "+strings.Join(ways, ", "))
	})
	if len(shut) > 0 {
		return in.hinders(c, "16 MiB did not come back as they were sent to "+strings.Join(shut, " and ")+": "+strings.Join(out, "; "), "By hand is what is left, or look at the limits of its Jupyter.")
	}
	return c.pass("16 MiB came back as they were sent; " + strings.Join(out, "; "))
}

func checkS3(in *surveying) Check {
	c := Check{ID: "data-s3", Title: "The way to S3"}
	var out []string
	reached, bucket := true, false
	in.each(func(name string, n *Interior) {
		says, known := n.wayToS3()
		out, reached = append(out, name+": "+says), reached && n.reachesS3()
		bucket = bucket || known
	})
	evidence := strings.Join(out, "; ")
	hint := "Take relay, which needs no way out."
	switch {
	case reached && bucket:
		return c.pass(evidence)
	case reached:
		return c.pass(evidence + ". Whether a bucket lets them in is not known: none was tried")
	case in.plan.Transport == TransportS3 && !in.plan.Auto && bucket:
		return in.hinders(c, evidence, hint)
	case in.plan.Transport == TransportS3 && !in.plan.Auto:
		return c.warn(evidence, hint)
	}
	return c.pass(evidence + ". Relay needs no way out")
}

// wayToS3 is what was seen of a notebook's way to S3, and whether a bucket was tried.
func (n *Interior) wayToS3() (says string, bucket bool) {
	b := n.Bucket
	switch {
	case b != nil && b.Why == "":
		return "an object got through " + b.Bucket, true
	case b != nil:
		return b.Bucket + ": " + b.Why, true
	case n.S3 == nil:
		return "not tried", false
	case n.S3.State.Reached():
		return fmt.Sprintf("its host answers in %d ms", n.S3.MS), false
	}
	return n.S3.State.Words(), false
}

func checkIdle(in *surveying) Check {
	c := Check{ID: "data-idle", Title: "No script ends the copy by stopping a notebook"}
	var lines []string
	in.each(func(name string, n *Interior) {
		for _, l := range n.AutoStop {
			lines = append(lines, name+": "+l)
		}
	})
	if len(lines) == 0 {
		return c.pass("no line of a crontab that can be seen looks like one")
	}
	hint := "Take the line away for as long as the copy lasts."
	if busy := in.plan.StayBusy(); busy != "" {
		hint = busy
	}
	return c.warn(firstThree(lines, int64(len(lines))), hint)
}

func checkTime(in *surveying) Check {
	c := Check{ID: "data-time", Title: "How long the copy takes"}
	times := in.plan.Times(in.survey)
	if len(times) == 0 {
		return c.unknown(amountUnknown)
	}
	out := make([]string, len(times))
	for i := range times {
		out[i] = times[i].Says()
	}
	return c.pass(strings.Join(out, "; "))
}

func checkRecommended(in *surveying) Check {
	c := Check{ID: "data-transport", Title: "How the data goes"}
	t, why := Recommend(&in.plan.Source, &model.Egress{Verdict: in.plan.Egress}, in.plan.Bucket, []Transport{TransportRelay, TransportS3}, in.survey)
	says := "recommended: " + WayOf(t).Title + ": " + why
	if in.plan.Transport != t {
		return c.pass("chosen: " + WayOf(in.plan.Transport).Title + "; " + says)
	}
	return c.pass(says)
}
