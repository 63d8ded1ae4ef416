package query

import (
	"slices"
	"strings"

	"nbscope/model"
)

// Example is a filter and what it shows, for the help screen and docs/filter.md.
type Example struct {
	Filter  string
	Meaning string
}

// FieldNames are the fields of the language, in the order of the help.
func FieldNames() []string {
	all := fields()
	out := make([]string, 0, len(all))
	for i := range all {
		out = append(out, string(all[i].id))
	}
	return out
}

// Help explains the language by example, in the order in which it is best read.
func Help() []Example { return helpFor(model.Fields()) }

func helpFor(all []model.Field) []Example {
	out := examples()
	for _, f := range all {
		said := func(e Example) bool { return strings.Contains(e.Filter, string(f.ID)+":") }
		if f.ID != model.FieldName && !slices.ContainsFunc(out, said) {
			out = append(out, Example{exampleOf(f.ID), f.Long + ", by any part of it"})
		}
	}
	return out
}

func examples() []Example {
	return []Example{
		{"churn", "names with these letters in this order, best match first, or any other column with the word"},
		{"churn eu-west", "both words"},
		{"'churn", "exactly this, in any column"},
		{`"Ana B"`, "two words that belong together, exactly"},
		{"!sandbox", "where the word occurs nowhere"},
		{"status:failed", "a status, or the beginning of one"},
		{"status:stopped|failed", "either of two values"},
		{"!status:inservice", "any other status"},
		{"account:prod", "an account by its id or alias, or the beginning of one"},
		{"region:eu-", "regions that begin so"},
		{"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", "an ARN, as it is copied; several pasted lines are or"},
		{"url:churn.notebook", "a part of the URL of its Jupyter, or a whole one, or that of its page in the console"},
		{"vpc:none", "notebooks without a VPC"},
		{"vpc:none|vpc-0a", "without a VPC, or in one whose id begins so"},
		{"subnet:subnet-0a1", "a subnet by the beginning of its id, or by its name"},
		{"sg:sg-0f", "a security group by the beginning of its id"},
		{"net:disabled", "direct internet is off; net:enabled: on, also without a VPC"},
		{"net:vpc-only", "in a VPC, direct internet off; net:vpc-direct: in a VPC, on"},
		{"net:unknown", "where it is not known"},
		{"egress:isolated", "no way to the internet; also direct, nat, inspected, partial, indirect, endpoints-only"},
		{"egress:unknown", "whether it reaches the internet could not be told, or not yet"},
		{"net:vpc-only !egress:nat|inspected", "direct internet off and no way out proven, whatever the policy"},
		{"reach:pypi", "package index, place by place: also conda, github, codeartifact, s3, sts, sagemaker.api, sagemaker.runtime, ecr, logs, and your own"},
		{"!reach:s3", "not known to be reached; reach:s3=blocked: known not to be; also =depends, =unknown"},
		{"finding:high|medium", "by the worst finding under the policy; also low, unknown, none"},
		{"finding:mitigated", "found, but its harm is proven to be averted"},
		{"finding:direct-internet-off", "has this finding, or one whose code begins so"},
		{"type:t3", "an instance type, with or without ml."},
		{"platform:al2", "Amazon Linux 2; platform:al2023 for the one after it"},
		{"role:DataScience", "an execution role by a part of its name"},
		{"lcc:none", "no lifecycle configuration"},
		{"kms:none", "no encryption key of one's own"},
		{"tag:Team", "has the tag, whatever its value"},
		{"tag:Team=ml", "has the tag with this value; tag:Team=ml* for the beginning of one"},
		{`tag:"Cost Center=42"`, "a tag with a space in it"},
		{"age:>30d", "older than 30 days; units s m h d w mo y, also < <= >="},
		{"volume:>100", "a volume of more than 100 GB"},
		{"root:enabled", "root access is on"},
		{"imds:1", "the old metadata service is allowed"},
		{"vpc:unknown", "not known: on its way, or refused; any field that comes with the details takes it"},
		{"!net:disabled", "not known to be off: what could not be seen stays in"},
		{"!net:disabled !net:unknown", "known not to be off"},
	}
}
