package recreate

import (
	"fmt"
	"strings"
)

// owner is something that manages a notebook in our place.
type owner struct {
	name     string   // as a sentence begins with it
	evidence string   // which tag or name says so
	hint     string   // what to do instead
	commands []string // the change to make in its place
}

// ownersOf tells from a notebook's tags and name what manages it.
func ownersOf(s *Snapshot) []owner {
	var out []owner
	for _, look := range []func(*Snapshot) (owner, bool){cloudFormation, serviceCatalog, terraform, otherTools, awsService} {
		if o, ok := look(s); ok {
			out = append(out, o)
		}
	}
	return out
}

const replaceHint = "Every tool that changes this setting makes the notebook anew and deletes its volume: copy the data elsewhere first."

func cloudFormation(s *Snapshot) (owner, bool) {
	stack := s.Tag("aws:cloudformation:stack-name")
	if stack == "" {
		return owner{}, false
	}
	logical := s.Tag("aws:cloudformation:logical-id")
	if logical == "" {
		logical = "TheNotebook"
	}
	want := DirectionOf(s).Value()
	return owner{
		name: "CloudFormation", evidence: "stack " + stack, hint: "Change the template of stack " + stack + " in place of this. " + replaceHint,
		commands: []string{
			command("aws", "cloudformation", "get-template", "--region", s.Region, "--stack-name", stack, "--query", "TemplateBody", "--output", "text"),
			remark(fmt.Sprintf("in it: Resources.%s.Properties.DirectInternetAccess: %s", logical, want)),
			command("aws", "cloudformation", "deploy", "--region", s.Region, "--stack-name", stack, "--template-file", "template.yaml", "--no-execute-changeset"),
		},
	}, true
}

func serviceCatalog(s *Snapshot) (owner, bool) {
	for _, t := range s.Tags {
		if strings.HasPrefix(t.Key, "aws:servicecatalog:") {
			return owner{
				name: "Service Catalog", evidence: "tag " + t.Key + "=" + t.Value,
				hint:     "Update the provisioned product in place of this. " + replaceHint,
				commands: []string{command("aws", "servicecatalog", "search-provisioned-products", "--region", s.Region, "--filters", "SearchQuery="+s.Name)},
			}, true
		}
	}
	return owner{}, false
}

// terraform has no tag of its own; teams mark what it manages in many ways.
func terraform(s *Snapshot) (owner, bool) {
	for _, t := range s.Tags {
		key, value := strings.ToLower(t.Key), strings.ToLower(t.Value)
		switch {
		case value == "false" || value == "no" || reservedTag(t.Key):
			continue
		case strings.Contains(key, "terraform"), strings.Contains(value, "terraform"), strings.HasPrefix(key, "tf:"), strings.HasPrefix(key, "opentofu"), strings.Contains(value, "opentofu"):
			return owner{
				name: "Terraform", evidence: "tag " + t.Key + "=" + t.Value,
				hint: "Change the resource aws_sagemaker_notebook_instance in place of this. " + replaceHint,
				commands: []string{
					remark(fmt.Sprintf(`in the resource: direct_internet_access = "%s"`, DirectionOf(s).Value())),
					"terraform plan",
				},
			}, true
		}
	}
	return owner{}, false
}

func otherTools(s *Snapshot) (owner, bool) {
	for _, t := range s.Tags {
		key, value := strings.ToLower(t.Key), strings.ToLower(t.Value)
		for _, tool := range []struct{ mark, name string }{{"pulumi", "Pulumi"}, {"crossplane", "Crossplane"}, {"aws-cdk", "CDK"}} {
			managed := strings.Contains(key, "managed") && strings.Contains(value, tool.mark)
			if strings.HasPrefix(key, tool.mark) || managed {
				return owner{name: tool.name, evidence: "tag " + t.Key + "=" + t.Value, hint: "Change DirectInternetAccess there in place of this. " + replaceHint}, true
			}
		}
	}
	return owner{}, false
}

// awsService finds notebooks that another service of AWS made for itself.
func awsService(s *Snapshot) (owner, bool) {
	const hint = "Make a new one there in place of this: that service may not find a notebook with another name."
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
