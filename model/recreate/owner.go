package recreate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"nbscope/model"
)

// owner is something that manages a notebook in our place.
type owner struct {
	name     string   // as a sentence begins with it
	evidence string   // which tag or name says so
	hint     string   // what to do instead
	commands []string // the change to make in its place
}

// ownersOf tells from a notebook's tags and name what manages it, and how that would
// make what the spec has.
func ownersOf(s *Snapshot, spec *Spec) []owner {
	var out []owner
	for _, look := range []func(*Snapshot, *Spec) (owner, bool){cloudFormation, serviceCatalog, awsService} {
		if o, ok := look(s, spec); ok {
			out = append(out, o)
		}
	}
	return append(out, taggedOwners(s, spec)...)
}

const replaceHint = "Every tool that changes this setting replaces the notebook and deletes its volume: copy the data elsewhere first."

func cloudFormation(s *Snapshot, spec *Spec) (owner, bool) {
	stack := s.Tag("aws:cloudformation:stack-name")
	if stack == "" {
		return owner{}, false
	}
	logical := s.Tag("aws:cloudformation:logical-id")
	if logical == "" {
		logical = "TheNotebook"
	}
	return owner{
		name: "CloudFormation", evidence: "stack " + stack, hint: "Change the template of stack " + stack + " instead. " + replaceHint,
		commands: []string{
			command("aws", "cloudformation", "get-template", "--region", s.Region, "--stack-name", stack, "--query", "TemplateBody", "--output", "text"),
			remark(fmt.Sprintf("in it: Resources.%s.Properties.DirectInternetAccess: %s%s", logical, spec.DirectInternet, placeToo(s, spec))),
			command("aws", "cloudformation", "deploy", "--region", s.Region, "--stack-name", stack, "--template-file", "template.yaml", "--no-execute-changeset"),
		},
	}, true
}

func serviceCatalog(s *Snapshot, _ *Spec) (owner, bool) {
	for _, t := range s.Tags {
		if strings.HasPrefix(t.Key, "aws:servicecatalog:") {
			return owner{
				name: "Service Catalog", evidence: "tag " + t.Key + "=" + t.Value,
				hint:     "Update the provisioned product instead. " + replaceHint,
				commands: []string{command("aws", "servicecatalog", "search-provisioned-products", "--region", s.Region, "--filters", "SearchQuery="+s.Name)},
			}, true
		}
	}
	return owner{}, false
}

// tool is a program that manages notebooks and leaves its mark in tags: at the
// beginning of a key, or in the value of a key that speaks of who manages what.
type tool struct {
	name     string
	marks    []string // in small letters
	anywhere bool     // the mark alone tells, wherever it stands: nothing else is called so
	hint     string   // "" for the general one
	commands func(s *Snapshot, spec *Spec) []string
}

// tools go from the special to the general: what one finds in a tag, those after it
// do not look at. Terraform has no tag of its own; teams mark in many ways what it
// manages. ACK's controllers set services.k8s.aws/controller-version and
// services.k8s.aws/namespace on everything that they make.
func tools() []tool {
	return []tool{
		{name: "CDK for Terraform", marks: []string{"cdktf", "cdk-for-terraform"}, anywhere: true, commands: terraformCommands,
			hint: "Change the construct of aws_sagemaker_notebook_instance instead."},
		{name: "Terraform", marks: []string{"terraform", "opentofu"}, anywhere: true, commands: terraformCommands,
			hint: "Change the resource aws_sagemaker_notebook_instance instead."},
		{name: "Terraform", marks: []string{"tf:"}, commands: terraformCommands,
			hint: "Change the resource aws_sagemaker_notebook_instance instead."},
		{name: "ACK", marks: []string{"services.k8s.aws/"}, commands: ackCommands,
			hint: "Change spec.directInternetAccess of the NotebookInstance in Kubernetes instead."},
		{name: "Pulumi", marks: []string{"pulumi"}},
		{name: "Crossplane", marks: []string{"crossplane"}},
		{name: "CDK", marks: []string{"aws-cdk"}},
		{name: "Ansible", marks: []string{"ansible"}},
	}
}

// taggedOwners tells from tags what manages a notebook: a tool that is known, or
// whoever a tag names.
func taggedOwners(s *Snapshot, spec *Spec) []owner {
	var out []owner
	for _, t := range s.Tags {
		if reservedTag(t.Key) || saysNo(t.Value) {
			continue
		}
		o, ok := toolOf(s, spec, t)
		if !ok {
			o, ok = managedBy(t)
		}
		if ok && !slices.ContainsFunc(out, func(had owner) bool { return had.name == o.name }) {
			out = append(out, o)
		}
	}
	return out
}

func toolOf(s *Snapshot, spec *Spec, t model.Tag) (owner, bool) {
	key, value := strings.ToLower(t.Key), strings.ToLower(t.Value)
	for _, known := range tools() {
		if !slices.ContainsFunc(known.marks, func(mark string) bool {
			return strings.HasPrefix(key, mark) || tellsOwner(key) && strings.Contains(value, mark) ||
				known.anywhere && (strings.Contains(key, mark) || strings.Contains(value, mark))
		}) {
			continue
		}
		o := owner{name: known.name, evidence: "tag " + t.Key + "=" + t.Value, hint: known.hint}
		if o.hint == "" {
			o.hint = "Change DirectInternetAccess there instead."
		}
		o.hint += " " + replaceHint
		if known.commands != nil {
			o.commands = known.commands(s, spec)
		}
		return o, true
	}
	return owner{}, false
}

// managedBy is whoever a tag such as ManagedBy names, be it a tool or a team.
func managedBy(t model.Tag) (owner, bool) {
	if !strings.HasSuffix(plainWord(t.Key), "managedby") || plainWord(t.Value) == "" {
		return owner{}, false
	}
	return owner{
		name: t.Value, evidence: "tag " + t.Key + "=" + t.Value,
		hint: "Ask there whether a tool makes this notebook, and change DirectInternetAccess with it instead. " + replaceHint,
	}, true
}

// tellsOwner reports whether a tag's key speaks of who made or manages something.
func tellsOwner(key string) bool {
	key = plainWord(key)
	return slices.ContainsFunc([]string{"managed", "provisioned", "deployed", "createdby", "iac"}, func(w string) bool { return strings.Contains(key, w) })
}

// saysNo reports whether the value of a tag says that nothing, or a person's hand,
// is behind it.
func saysNo(value string) bool {
	switch plainWord(value) {
	case "no", "none", "false", "nobody", "manual", "manually", "byhand", "hand", "human", "person", "user", "console", "clickops":
		return true
	}
	return false
}

// plainWord is the letters and digits of a text, small.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// placeToo is what else is to be written where a notebook goes into a VPC.
func placeToo(s *Snapshot, spec *Spec) string {
	if s.SubnetID != "" || spec.SubnetID == "" {
		return ""
	}
	return ", with the subnet " + spec.SubnetID + " and the security groups " + joined(spec.SecurityGroups)
}

func terraformCommands(s *Snapshot, spec *Spec) []string {
	return []string{
		remark(fmt.Sprintf(`in the resource: direct_internet_access = "%s"%s`, spec.DirectInternet, placeToo(s, spec))),
		"terraform plan",
	}
}

func ackCommands(s *Snapshot, spec *Spec) []string {
	where := []string{"--all-namespaces"}
	if space := s.Tag("services.k8s.aws/namespace"); space != "" {
		where = []string{"--namespace", space}
	}
	return []string{
		command(append([]string{"kubectl", "get", "notebookinstances.sagemaker.services.k8s.aws"}, where...)...),
		remark("in its spec: directInternetAccess: " + spec.DirectInternet + placeToo(s, spec)),
	}
}

// awsService finds notebooks that another service of AWS made for itself.
func awsService(s *Snapshot, _ *Spec) (owner, bool) {
	const hint = "Make a new one there instead: that service may not find a notebook with another name."
	if strings.HasPrefix(strings.ToLower(s.Name), "aws-neptune-") {
		return owner{name: "Neptune", evidence: "the name " + s.Name, hint: hint}, true
	}
	for _, t := range s.Tags {
		for _, mark := range []struct{ key, name string }{
			{"sagemaker:project-", "A SageMaker project"}, {"sagemaker:domain-arn", "SageMaker Studio"}, {"aws:elasticmapreduce:", "EMR"},
			{"amazondatazone", "DataZone"}, {"aws:datazone:", "DataZone"},
		} {
			if strings.HasPrefix(strings.ToLower(t.Key), mark.key) {
				return owner{name: mark.name, evidence: "tag " + t.Key + "=" + t.Value, hint: hint}, true
			}
		}
	}
	return owner{}, false
}
