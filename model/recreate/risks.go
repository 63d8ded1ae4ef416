package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Risk is something that can go wrong, or that cannot be undone.
type Risk struct {
	Severity model.Severity
	Title    string
	Why      string
}

// Risks lists what can go wrong and what cannot be undone, the heaviest first.
func (p *Plan) Risks() []Risk {
	h := planRisks{p}
	out := slices.Concat(h.network(), h.later(), h.platform(), h.script(), h.reference())
	model.SortStable(out, func(a, b Risk) int { return b.Severity.Rank() - a.Severity.Rank() })
	return out
}

// planRisks are what can go wrong with a plan, and what cannot be undone.
type planRisks struct{ *Plan }

// createRisks are those that come with the creation, which its gate has to say; the
// later steps have gates of their own.
func createRisks(p *Plan) []Risk {
	h := planRisks{p}
	out := slices.Concat(h.network(), h.platform(), h.script(), h.reference())
	return slices.DeleteFunc(out, func(r Risk) bool { return r.Severity.Rank() < model.SeverityMedium.Rank() })
}

// later are those of deleting, stopping and updating the source.
func (p planRisks) later() []Risk {
	out := []Risk{{
		model.SeverityHigh, "Deleting the source cannot be undone",
		"AWS keeps no snapshot of its volume. It is the last step, has its own gate, and can wait for days.",
	}}
	if StartRefused(p.Source.Platform) && !atRest(&p.Source) {
		out = append(out, Risk{
			model.SeverityHigh, "Once stopped, the source may never start again as it is",
			p.Source.Platform + " is over. It is stopped only after the data is verified. Do not stop it by hand before.",
		})
	}
	if needsUpdate(&p.Source) {
		out = append(out, updateRisk(p.Plan))
	}
	return out
}

// updateRisk is that of moving the source to another platform in place.
func updateRisk(p *Plan) Risk {
	return Risk{
		model.SeverityHigh, "The source itself is changed",
		"To be started it is moved to " + p.Spec.Platform + " in place. Its volume is kept; what it had installed outside is not.",
	}
}

func (p planRisks) network() []Risk {
	src, spec := &p.Source, &p.Spec
	var out []Risk
	add := func(s model.Severity, title, why string) { out = append(out, Risk{s, title, why}) }
	before, after := p.Controls()
	if fresh := newlyFailed(before, after); len(fresh) > 0 {
		add(heaviest(fresh), "It will fail "+controlNames(fresh), "These published controls pass now and fail then. A scanner or an automatic remediation may stop or delete the replacement.")
	}
	switch {
	case p.Direction == Enable && spec.SubnetID != "":
		add(model.SeverityHigh, "Traffic leaves outside the VPC",
			"Only addresses of the VPC itself are reached through it. Peered networks, networks behind a transit gateway or VPN, and S3 and DynamoDB through a gateway endpoint "+
				"are no longer: buckets and policies that ask for aws:SourceVpce or aws:SourceVpc refuse the replacement.")
	case p.Direction == IntoVPC:
		add(model.SeverityMedium, "The VPC is reached, the internet still outside it",
			"Addresses of the VPC itself are reached by an interface in "+cmp.Or(spec.SubnetID, "a subnet that is not chosen yet")+", by its security groups. Everything else leaves through SageMaker's own network as before: "+
				"no flow log, firewall, transit gateway or gateway endpoint of the VPC sees it.")
	case p.Direction == Disable && p.EgressAfter.Internet():
		add(model.SeverityMedium, "Traffic goes through the VPC", "The VPC has a way out ("+p.EgressAfter.Phrase()+"); its rules, its inspection and its costs per GB hold for the replacement.")
	case p.Direction == Disable && p.EgressAfter.Closed():
		add(model.SeverityHigh, "The replacement does not reach the internet", "The VPC has no way out ("+p.EgressAfter.Phrase()+"): pip, conda and git fail, and so does what needs AWS services without an endpoint.")
	case p.Direction == Disable && p.EgressAfter == model.VerdictPartial:
		add(model.SeverityHigh, "The replacement reaches a part of the internet only", "The VPC leads out to some addresses, over one IP version, or without names: what pip, conda and git need may be among the rest.")
	case p.Direction == Disable:
		add(model.SeverityHigh, "It is not known what the replacement reaches", "Without direct internet access everything goes through the VPC. Whether it has a way out was not judged.")
	}
	if src.SubnetID != "" && spec.SubnetID != "" {
		add(model.SeverityMedium, "A new network interface",
			"It has another address"+inParens(src.NetworkID)+". Rules of security groups, firewalls and databases that name the old address do not apply to it.")
	}
	return out
}

func (p planRisks) platform() []Risk {
	src, spec := &p.Source, &p.Spec
	var out []Risk
	add := func(s model.Severity, title, why string) { out = append(out, Risk{s, title, why}) }
	if src.Platform != spec.Platform {
		add(model.SeverityMedium, "Another operating system", "Packages, kernels, Python and paths differ from "+orUnnamed(src.Platform)+". Lifecycle scripts that call yum, amazon-linux-extras or initctl may fail.")
	}
	if src.IMDSVersion == "1" {
		add(model.SeverityMedium, "The metadata service asks for a token", "Old SDKs and scripts that read it without one get no credentials.")
	}
	add(model.SeverityMedium, "What is not under "+home+" is not copied", "Conda environments, pip packages, cron jobs and files elsewhere are lost, as with every stop.")
	return out
}

func (p planRisks) script() []Risk {
	src, spec := &p.Source, &p.Spec
	var out []Risk
	switch {
	case spec.LifecycleName != "":
		out = append(out, Risk{model.SeverityMedium, "The lifecycle configuration runs again",
			spec.LifecycleName + " runs as root on the replacement, at the creation and at every start. If it fails, or takes more than five minutes, the creation fails. " +
				"If it stops idle notebooks it may stop either of them during the copy: a terminal does not count as use."})
	case src.LifecycleName != "":
		out = append(out, Risk{model.SeverityLow, "The lifecycle configuration is not attached", "Attach " + src.LifecycleName + " when the data is copied: the commands are with the others."})
	}
	if spec.DefaultRepository+joined(spec.MoreRepositories) != "" {
		out = append(out, Risk{model.SeverityLow, "Repositories are cloned again", "They are cloned at the creation and stand where the copied folders go. What was not pushed is in the copy only."})
	}
	return out
}

func (p planRisks) reference() []Risk {
	src, spec := &p.Source, &p.Spec
	out := []Risk{{model.SeverityMedium, "Another name, ARN and URL",
		"What names " + src.ARN + " does not apply to the replacement: IAM and resource policies, service control policies, EventBridge rules, alarms, log streams, bookmarks."}}
	if spec.KMSKeyID != "" {
		out = append(out, Risk{model.SeverityLow, "A new grant on the key", "AWS makes a grant on " + spec.KMSKeyID + " for the new volume. A key policy that names the old notebook's ARN does not apply to it, and whether the grant can be made is seen only at the creation."})
	}
	if owners := ownersOf(src, spec); len(owners) > 0 {
		names := make([]string, len(owners))
		for i, o := range owners {
			names[i] = o.name
		}
		out = append(out, Risk{model.SeverityHigh, "Something else manages the source", strings.Join(names, " and ") + " does not know of the replacement: its next deployment may make or delete a notebook by itself."})
	}
	if src.TagsUnknown != "" {
		out = append(out, Risk{model.SeverityMedium, "The source's tags are not known", "They cannot be carried, and what manages the notebook cannot be told from them: " + src.TagsUnknown})
	}
	return append(out, Risk{model.SeverityLow, "Both notebooks cost", "While the data is copied both run; a stopped source costs its volume until it is deleted."})
}

// newlyFailed are the controls of after that are not in before.
func newlyFailed(before, after []model.Control) []model.Control {
	return slices.DeleteFunc(slices.Clone(after), func(c model.Control) bool { return slices.Contains(before, c) })
}

func heaviest(all []model.Control) model.Severity {
	out := model.SeverityMedium
	for _, c := range all {
		if c.Severity.Rank() > out.Rank() {
			out = c.Severity
		}
	}
	return out
}

// controlNames names the heaviest of some controls, and says how many more there
// are: the controls are listed by themselves.
func controlNames(all []model.Control) string {
	worst := slices.MaxFunc(all, func(a, b model.Control) int { return a.Severity.Rank() - b.Severity.Rank() })
	out := worst.ID
	if worst.Severity != "" {
		out += fmt.Sprintf(" (%s)", worst.Severity)
	}
	switch n := len(all) - 1; n {
	case 0:
		return out
	case 1:
		return out + " and another published control"
	default:
		return fmt.Sprintf("%s and %d more published controls", out, n)
	}
}

func inParens(s string) string {
	if s == "" {
		return ""
	}
	return " than " + s
}

func orUnnamed(platform string) string {
	if platform == "" {
		return "a platform that AWS did not name"
	}
	return platform
}
