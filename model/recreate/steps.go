package recreate

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
)

// PlanStep is one step of a plan as the preview shows it.
type PlanStep struct {
	Kind        StepKind
	Title       string
	Gate        Gate
	Destructive bool
	Calls       []string // API calls in their order, as IAM spells them; those that change something first
	Permissions []string // IAM actions that the caller needs for them, "(on the role)" of the notebook's role
	About       string   // one or two sentences
}

// API calls that look only.
const (
	callDescribe = "sagemaker:DescribeNotebookInstance"
	callListTags = "sagemaker:ListTags"
	callPresign  = "sagemaker:CreatePresignedNotebookInstanceUrl"
)

// Steps are the steps that the plan takes.
func (p *Plan) Steps() []PlanStep {
	kinds := program(p)
	out := make([]PlanStep, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, planStep(p, k))
	}
	return out
}

func planStep(p *Plan, k StepKind) PlanStep {
	d := p.def(k)
	s := PlanStep{Kind: k, Title: d.Title, Gate: d.Gate, Destructive: d.Destructive, About: p.about(k)}
	if d.Act != "" && !d.Act.Moves() {
		s.Calls = append(s.Calls, d.Act.Action())
	}
	s.Calls = append(s.Calls, p.Transport.calls(k)...)
	if k == StepCopy && p.MakeBucket {
		s.Calls = append(s.Calls, "s3:CreateBucket")
	}
	if d.Act.Moves() || k != StepCopy && k != StepVerify { // for what is done by hand a person stands
		s.Calls = append(s.Calls, callDescribe, callListTags)
	}
	s.Permissions = append(slices.Clone(s.Calls), extraPermissions(p, d.Act)...)
	return s
}

// extraPermissions are the IAM actions that AWS checks beside the call's own. For
// a create some are checked later, while the notebook is being made.
func extraPermissions(p *Plan, act EffectKind) []string {
	var out []string
	src, spec := &p.Source, &p.Spec
	key, subnet := src.KMSKeyID != "", src.SubnetID != ""
	switch act {
	case EffectCreate:
		key, subnet = spec.KMSKeyID != "", spec.SubnetID != ""
		out = append(out, "sagemaker:AddTags", "iam:PassRole")
	case EffectUpdate:
		return []string{"iam:PassRole"}
	case EffectStart:
		out = append(out, "iam:PassRole")
	case EffectDelete:
		if subnet {
			out = append(out, "ec2:DeleteNetworkInterface")
		}
		if key {
			out = append(out, "kms:DescribeKey")
		}
		return out
	case EffectProbe:
		if spec.SubnetID != "" {
			out = append(out, "ec2:DescribeNetworkInterfaces")
		}
		return out
	case EffectStop, EffectObserve, EffectSettle, EffectWait, EffectCopy, EffectVerify, EffectClean, EffectSurvey:
		return nil
	default:
		return nil
	}
	if subnet {
		out = append(out, "ec2:CreateNetworkInterface", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")
	}
	if key {
		out = append(out, "kms:DescribeKey", "kms:CreateGrant")
	}
	if act == EffectCreate && spec.DefaultRepository+joined(spec.MoreRepositories) != "" {
		out = append(out, "secretsmanager:GetSecretValue") // where the repository is private
	}
	return out
}

// about is what the step is, in one or two sentences.
func (p *Plan) about(k StepKind) string {
	if d, _ := Def(k); d.about != nil {
		return d.about(p)
	}
	return ""
}

// aboutCopy is what the copy is, by the plan's transport.
func aboutCopy(p *Plan) string {
	src, spec := p.Source.Name, p.Spec.Name
	read := "The source is only read, and goes on running."
	if atRest(&p.Source) {
		read = "The source is started for it, and only read."
	}
	switch p.Transport {
	case TransportRelay:
		return fmt.Sprintf("Moves what is under %s from %s to %s through this machine. %s You may leave it; it goes on later.", home, src, spec, read)
	case TransportS3:
		made, or := "", ""
		if p.MakeBucket {
			made = ", which is made for it and stays, empty"
		}
		if p.Auto {
			or = " Where there is little, or no way to S3 from either, it goes through this machine."
		}
		return fmt.Sprintf("Moves what is under %s from %s to %s through the bucket %s%s, by URLs that you sign. %s%s",
			home, src, spec, cmp.Or(p.Bucket, "(not named yet)"), made, read, or)
	case TransportManual, TransportAuto:
	}
	return fmt.Sprintf("You copy what is under %s, by the commands shown, and say so.", home)
}

func aboutVerify(p *Plan) string {
	if p.Transport.Moves() {
		return "Compares every name on both notebooks, with its content. Nothing goes on until all is equal, or each difference is accepted by name."
	}
	return "You compare both manifests and confirm it: nbscope has not seen the data."
}

// with is what the replacement has that the run is for, as a phrase.
func (p *Plan) with() string {
	direct := "with direct internet access " + p.Spec.DirectInternet
	if p.Direction == IntoVPC && p.Spec.SubnetID != "" {
		return "in " + p.Spec.SubnetID + " of your VPC, " + direct + " as before"
	}
	return direct
}

// Turn is the setting that a recreate is about, before and after, in the words of AWS
// or "no VPC", and where none is chosen yet so.
func Turn(src *Snapshot, spec *Spec) (what, before, after string) {
	if DirectionTo(src, spec.DirectInternet) == IntoVPC {
		return "VPC", "no VPC", cmp.Or(spec.SubnetID, "one not chosen yet")
	}
	return "direct internet", src.DirectInternet, spec.DirectInternet
}

func aboutStop(p *Plan) string {
	if never := forEver(p.Source.Platform); never != "" && !atRest(&p.Source) {
		return "Stops " + p.Source.Name + never + ". This is why it comes after the verification."
	}
	return fmt.Sprintf("Stops %s; its volume stays and costs. What is not under %s is lost, as with every stop.", p.Source.Name, home)
}

func aboutDelete(p *Plan) string {
	return fmt.Sprintf("Deletes %s and its volume for good. It can wait for days, and is kept for %s at least: deleting it earlier takes a typed sentence beside the name.", p.Source.Name, hours(p.KeepTime()))
}

// home is the only folder that outlives a stop.
const home = "/home/ec2-user/SageMaker"

// Alternatives are remedies that give the notebook a way out without making it
// anew, in their order.
func (p *Plan) Alternatives(e *model.Egress) []model.Remedy {
	if e == nil || e.Advice == nil || p.Direction != Enable {
		return nil
	}
	return e.Advice.Remedies
}
