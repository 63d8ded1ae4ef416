package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

func checkName(in *preflight) Check {
	c := Check{ID: "name", Title: "Form of the new name", Field: FieldName}
	if why := in.spec.Validate(in.src)[FieldName]; why != "" {
		return c.fail(fmt.Sprintf("%q: %s", in.spec.Name, why), "Choose another name.")
	}
	return c.pass(fmt.Sprintf("%s has %d of %d characters", in.spec.Name, len(in.spec.Name), MaxName))
}

func checkNameFree(in *preflight) Check {
	c := Check{ID: "name-free", Title: "Notebooks of the new name", Field: FieldName}
	f := in.facts.NameTaken
	switch {
	case strings.EqualFold(in.spec.Name, in.src.Name):
		return c.fail("the source is called "+in.src.Name, "Choose another name.")
	case !f.Known:
		return c.unknown(reason(f.Why, "AWS was not asked"))
	case f.Value == nil && in.queue[c.ID].full:
		return c.fail(in.spec.Name+" is the new name of another notebook of this batch", "Choose another name.")
	case f.Value == nil:
		return c.pass(fmt.Sprintf("no notebook of account %s in %s is called %s", in.src.Account, in.src.Region, in.spec.Name))
	}
	t := f.Value
	evidence := fmt.Sprintf("%s has it, %s, created %s", t.ARN, t.Status, model.Stamp(t.Created))
	if id := t.Tag(TagRunID); id != "" {
		evidence += ", by run " + id + " of nbscope"
	}
	return c.fail(evidence, "Choose another name, or go on with that run.")
}

// checkSettings holds everything that the form checks, save for what has a check
// of its own.
func checkSettings(in *preflight) Check {
	c := Check{ID: "settings", Title: "Settings"}
	refused := in.spec.Validate(in.src)
	for _, own := range []string{FieldName, FieldType, FieldTags} {
		delete(refused, own)
	}
	if len(refused) == 0 {
		return c.pass("every field has a value that AWS takes")
	}
	var why []string
	for _, f := range Fields() { // in their order
		if says := refused[f.Create]; says != "" && f.Create != "" {
			why = append(why, f.Title+": "+says)
			if c.Field == "" {
				c.Field = f.Create
			}
		}
	}
	return c.fail(strings.Join(why, "; "), "Change it in the form.")
}

func checkType(in *preflight) Check {
	c := Check{ID: "instance-type", Title: "Instance type for the platform", Field: FieldType}
	if why := badType(in.spec.InstanceType); why != "" {
		return c.fail(in.spec.InstanceType+": "+why, "Choose another type.")
	}
	return c.pass(fmt.Sprintf("%s is not of a family that Amazon Linux 2023 leaves out (%s)", in.spec.InstanceType, strings.Join(retiredFamilies(), ", ")))
}

func checkOffered(in *preflight) Check {
	c := Check{ID: "type-offered", Title: "Instance type in the zone", Field: FieldType}
	f, kind := in.facts.Offered, in.spec.InstanceType
	switch {
	case in.spec.SubnetID == "":
		return c.pass("no subnet: SageMaker chooses the zone")
	case !f.Known:
		return c.unknown(reason(f.Why, "EC2 was not asked"))
	case !f.Value:
		return c.warn(fmt.Sprintf("EC2 does not offer %s in the zone of %s%s", kind, in.spec.SubnetID, inZone(in)),
			"That is a hint, not a proof. If the creation fails for lack of capacity, take another type or a subnet in another zone.")
	}
	return c.pass(fmt.Sprintf("EC2 offers %s in the zone of %s%s, which is a hint, not a proof", kind, in.spec.SubnetID, inZone(in)))
}

func inZone(in *preflight) string {
	if zone := in.facts.Subnet.Value.Zone; zone != "" {
		return " (" + zone + ")"
	}
	return ""
}

func checkTotalQuota(in *preflight) Check {
	c := Check{ID: "quota-total", Title: "Quota of notebooks"}
	return c.quota(in, in.facts.Quotas.Value.Total, in.facts.Usage.Value.Total, "notebook instances in "+in.src.Region,
		[]string{
			"aws", "service-quotas", "request-service-quota-increase", "--region", in.src.Region, "--service-code", "sagemaker",
			"--quota-code", totalQuota, "--desired-value",
		})
}

// totalQuota is the code of the quota on all notebook instances. Those on types
// have a code each.
const totalQuota = "L-04CE2E67"

func checkTypeQuota(in *preflight) Check {
	c := Check{ID: "quota-type", Title: "Quota of the instance type", Field: FieldType}
	return c.quota(in, in.facts.Quotas.Value.OfType, in.facts.Usage.Value.OfType, in.spec.InstanceType+" for notebook instances in "+in.src.Region, nil)
}

// quota compares what there is and one more with a limit.
func (c Check) quota(in *preflight, limit float64, used int, what string, raise []string) Check {
	switch {
	case !in.facts.Quotas.Known:
		return c.unknown(reason(in.facts.Quotas.Why, "Service Quotas was not asked"))
	case !in.facts.Usage.Known:
		return c.unknown(reason(in.facts.Usage.Why, "the notebooks were not counted"))
	case limit < 0:
		return c.unknown("Service Quotas lists no limit for " + what)
	}
	place := in.queue[c.ID]
	evidence := fmt.Sprintf("%d of %.0f %s are used", used, limit, what) + place.says()
	used += place.ahead
	if float64(used+1) <= limit && !place.full {
		return c.pass(evidence)
	}
	if raise != nil {
		c.Commands = []string{command(append(raise, fmt.Sprint(used+1))...)}
	} else {
		name := in.spec.InstanceType + " for notebook instance usage"
		c.Commands = []string{command("aws", "service-quotas", "list-service-quotas", "--region", in.src.Region, "--service-code", "sagemaker",
			"--query", "Quotas[?QuotaName=='"+name+"'].[QuotaCode,Value]", "--output", "text")}
	}
	return c.fail(evidence+", and both notebooks exist while the data is copied", "Ask for a higher quota, delete a notebook that nobody needs, or take another type.")
}

func checkRepositories(in *preflight) Check {
	c := Check{ID: "repositories", Title: "Repositories", Field: FieldRepository}
	all := slices.DeleteFunc(append([]string{in.spec.DefaultRepository}, in.spec.MoreRepositories...), func(r string) bool { return r == "" })
	urls := slices.DeleteFunc(slices.Clone(all), func(r string) bool { return !strings.HasPrefix(r, "https://") })
	f := in.facts.Repos
	switch {
	case len(all) == 0:
		return c.pass("there is none")
	case len(urls) < len(all) && !f.Known:
		return c.unknown(reason(f.Why, "SageMaker was not asked"))
	}
	var missing, private []string
	for _, r := range f.Value {
		switch {
		case !r.Exists:
			missing = append(missing, r.Name)
		case r.Secret != "":
			private = append(private, r.Name+" ("+r.Secret+")")
		}
	}
	switch {
	case len(missing) > 0:
		return c.fail("SageMaker has no repository "+strings.Join(missing, ", "), "Register it, or leave it out in the form.")
	case in.spec.DirectInternet == model.Disabled && !in.after().Internet():
		return c.warn(strings.Join(shown(all), ", ")+": without a proven way out of the VPC", "If it cannot be cloned the creation may fail. Leave it out and clone it later.")
	case len(private) > 0:
		return c.warn("private: "+strings.Join(private, ", "), "The role needs secretsmanager:GetSecretValue for it, which is seen only at the creation.")
	}
	return c.pass(strings.Join(shown(all), ", "))
}
