package recreate

import (
	"fmt"
	"strings"

	"nbscope/model"
)

func checkAccount(in *preflight) Check {
	c := Check{ID: "account", Title: "Account signed in to"}
	id := in.facts.Identity
	switch {
	case id.Account == "":
		return c.unknown("who is signed in is not known")
	case id.Account != in.src.Account:
		return c.fail(fmt.Sprintf("%s is of account %s, the notebook of %s", id.ARN, id.Account, in.src.Account), "Sign in to account "+in.src.Account+".")
	}
	return c.pass(fmt.Sprintf("%s in account %s", id.ARN, id.Account))
}

// now is the source as it is: as the facts have it, else as the plan does.
func (in *preflight) now() *Snapshot {
	if in.facts.Source.Known && in.facts.Source.Value != nil {
		return in.facts.Source.Value
	}
	return in.src
}

func checkSource(in *preflight) Check {
	c := Check{ID: "source", Title: "Source since the plan"}
	f := in.facts.Source
	switch {
	case !f.Known:
		return c.unknown(reason(f.Why, "the source was not described again"))
	case f.Value == nil:
		return c.fail(in.src.Name+" does not exist any more", "Read the notebooks again.")
	case f.Value.Fingerprint() != in.src.Fingerprint():
		return c.fail("it differs in "+strings.Join(differences(in.src, f.Value), ", "), "Make the plan again from what it is now.")
	}
	return c.pass(fmt.Sprintf("%s, described %s, is unchanged", f.Value.ARN, model.Stamp(f.Value.SeenAt)))
}

// differences names the fields in which two snapshots of one notebook differ, by
// what Fingerprint heeds.
func differences(a, b *Snapshot) []string {
	all := Differences(a, b)
	out := make([]string, len(all))
	for i, d := range all {
		out[i] = fmt.Sprintf("%s (%s, now %s)", d.Field, orNone(d.Before), orNone(d.Now))
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func checkStatus(in *preflight) Check {
	c := Check{ID: "source-status", Title: "Status of the source"}
	s := in.now()
	evidence := fmt.Sprintf("%s is %s", s.Name, s.Status)
	switch s.Status {
	case model.StatusInService:
		return c.pass(evidence)
	case model.StatusStopped:
		return c.warn(evidence+": it has to be started for the copy, which runs its scripts and costs", "A step of the run starts it, after you approve.")
	case model.StatusFailed:
		return c.warn(evidence+": "+reason(s.FailureReason, "AWS gave no reason"), "AWS lets a failed notebook be started. If that fails too, only AWS support may get at its data.")
	case model.StatusDeleting:
		return c.fail(evidence+": its data goes with it", "Nothing can be done.")
	case model.StatusPending, model.StatusStopping, model.StatusUpdating, model.StatusPendingMaintenance, model.StatusInMaintenance:
		return c.fail(evidence+": AWS is working on it", "Wait until it is InService or Stopped, and check again.")
	}
	return c.unknown(fmt.Sprintf("%s has the status %q, which nbscope does not know", s.Name, s.Status))
}

func checkPlatform(in *preflight) Check {
	c := Check{ID: "source-platform", Title: "Platform of the source"}
	s := in.now()
	evidence := fmt.Sprintf("%s runs %s", s.Name, s.Platform)
	switch {
	case s.Platform == "":
		return c.unknown("AWS named no platform for " + s.Name)
	case isAL1(s.Platform) && atRest(s):
		return c.fail(evidence+" and is "+string(s.Status)+": AWS neither starts nor updates Amazon Linux 1 notebooks",
			"There is no documented way to its data. Ask AWS support.")
	case isAL2(s.Platform) && atRest(s):
		return c.warn(evidence+" and is "+string(s.Status)+": AWS no longer starts Amazon Linux 2 notebooks",
			"A step of the run first moves it to "+PlatformSupported+" in place, which keeps its volume.")
	case StartRefused(s.Platform):
		return c.warn(evidence+": once stopped it may never start again", "Do not stop it before the copy is verified. The run stops it last.")
	}
	return c.pass(evidence)
}

func checkOwner(in *preflight) Check {
	c := Check{ID: "ownership", Title: "Other tools that manage the source"}
	owners := ownersOf(in.src, in.spec)
	if len(owners) == 0 {
		if in.src.TagsUnknown != "" {
			return c.unknown("its tags are not known: " + in.src.TagsUnknown)
		}
		return c.pass(fmt.Sprintf("neither its name nor its tags (%d) point to another tool", len(in.src.Tags)))
	}
	c.Owner = true
	var evidence, hints []string
	for _, o := range owners {
		evidence = append(evidence, o.name+" ("+o.evidence+")")
		hints = append(hints, o.hint)
		c.Commands = append(c.Commands, o.commands...)
	}
	return c.fail("managed by "+strings.Join(evidence, " and "), strings.Join(hints, " "))
}

func checkDirection(in *preflight) Check {
	c := Check{ID: "direct-internet", Title: "Change of the setting", Field: FieldDirect}
	before, after := in.src.DirectInternet, in.spec.DirectInternet
	switch {
	case before == "":
		return c.unknown("AWS gave no value for the source")
	case badSwitch(before) != "":
		return c.unknown(fmt.Sprintf("the source has the value %q, which nbscope does not know: what becomes of it is not known", before))
	case in.direction == IntoVPC && in.spec.SubnetID == "":
		return c.fail("direct internet access is "+before+" already, and the replacement would have no VPC either",
			"To go into a VPC, choose a subnet and its security groups.")
	case in.direction == IntoVPC && before == after:
		return c.pass("no VPC becomes " + in.spec.SubnetID + ", direct internet access stays " + after)
	case before == after:
		return c.fail("direct internet access is "+before+" already", "There is nothing to do.")
	case after != in.direction.Value():
		return c.fail(fmt.Sprintf("the plan is to %s it, and the spec says %s", in.direction, after), "Choose "+in.direction.Value()+".")
	}
	return c.pass(before + " becomes " + after)
}

func checkTags(in *preflight) Check {
	c := Check{ID: "tags", Title: "Tags", Field: FieldTags}
	if why := badTags(in.spec.Value(FieldTags)); why != "" {
		return c.fail(why, "Change the tags in the form.")
	}
	if in.src.TagsUnknown != "" {
		return c.unknown("the source's tags could not be read: " + in.src.TagsUnknown)
	}
	reserved := 0
	for _, t := range in.src.Tags {
		if reservedTag(t.Key) {
			reserved++
		}
	}
	own := len(in.spec.withoutRun().Tags)
	evidence := fmt.Sprintf("%d tags and the run's, of %d that AWS takes", own, MaxTags)
	if reserved > 0 {
		evidence += fmt.Sprintf("; %d that AWS reserves stay behind", reserved)
	}
	if own+2 > MaxTags {
		return c.warn(evidence, "There is no room for "+TagSource+": the replacement does not say what it replaces.")
	}
	return c.pass(evidence)
}
