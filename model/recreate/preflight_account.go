package recreate

import (
	"fmt"
	"slices"
	"strings"
)

func checkRole(in *preflight) Check {
	c := Check{ID: "role", Title: "Role", Field: FieldRole}
	f := in.facts.Role
	switch {
	case !f.Known:
		return c.unknown(reason(f.Why, "IAM was not asked"))
	case !f.Value.Exists:
		return c.fail(in.spec.RoleARN+" does not exist", "Choose another role in the form.")
	}
	return c.pass(in.spec.RoleARN)
}

func checkTrust(in *preflight) Check {
	c := Check{ID: "role-trust", Title: "Trust policy of the role", Field: FieldRole}
	f := in.facts.Role
	switch {
	case !f.Known:
		return c.unknown(reason(f.Why, "IAM was not asked"))
	case !f.Value.Exists:
		return c.fail("there is no role "+in.spec.RoleARN, "Choose another role in the form.")
	}
	trust, err := trustOf(f.Value.Trust)
	switch {
	case err != nil:
		return c.unknown("its trust policy could not be read: " + err.Error())
	case trust.denied:
		return c.fail("its trust policy denies "+sagemakerService, "Take the statement out of the role's trust policy.")
	case !trust.allowed:
		return c.fail("its trust policy does not let "+sagemakerService+" assume it", "Let it: sts:AssumeRole for the service "+sagemakerService+".")
	case trust.conditional:
		return c.warn("its trust policy lets "+sagemakerService+" assume it under conditions", "Make sure that they hold for the new notebook: aws:SourceArn has its name.")
	}
	return c.pass("its trust policy lets " + sagemakerService + " assume it")
}

// checkPermissions holds what the policy simulator says of the caller. A denial by
// a statement is final, so it fails the check where the creation needs the action.
// Where it only found nothing that allows, it was perhaps not told everything (a
// policy with conditions, a session's policy), and a create that AWS refuses
// leaves nothing behind: that warns.
func checkPermissions(in *preflight) Check {
	c := Check{ID: "permissions", Title: "Your permissions"}
	f := in.facts.Simulated
	if !f.Known {
		return c.unknown(reason(f.Why, "the policy simulator was not asked"))
	}
	if len(f.Value) == 0 {
		return c.unknown("the policy simulator said nothing")
	}
	var denied, doubtful []string
	for _, d := range f.Value {
		switch {
		case d.Allowed:
		case (d.Explicit || d.ByOrg) && len(d.MissingKeys) == 0 && in.needed(d.Action):
			denied = append(denied, d.Action)
		default:
			doubtful = append(doubtful, d.Action)
		}
	}
	const limits = "the simulator knows neither a session's policy nor every condition"
	switch {
	case len(denied) > 0:
		return c.fail("denied: "+strings.Join(denied, ", "), "Ask whoever manages your policies to remove the denial.")
	case len(doubtful) > 0:
		return c.warn("not proven: "+strings.Join(doubtful, ", ")+"; "+limits, "If AWS refuses a step, nothing is lost: the run stops there and can go on under somebody who has the permission.")
	}
	return c.pass(fmt.Sprintf("the policy simulator allows all %d actions, which is not a proof: %s", len(f.Value), limits))
}

// needed reports whether the creation needs an action. Without the others the run
// stops later, with both notebooks there.
func (in *preflight) needed(action string) bool {
	p := Plan{Source: *in.src, Spec: *in.spec}
	return action == EffectCreate.Action() || slices.Contains(extraPermissions(&p, EffectCreate), action)
}

// checkGuardrail is the service control policy that many organizations have on
// the very setting.
func checkGuardrail(in *preflight) Check {
	c := Check{ID: "guardrail", Title: "Service control policies", Field: FieldDirect}
	f := in.facts.Simulated
	if !f.Known {
		return c.unknown(reason(f.Why, "the policy simulator was not asked"))
	}
	const key = "sagemaker:DirectInternetAccess"
	for _, d := range f.Value {
		if d.Action != EffectCreate.Action() {
			continue
		}
		switch {
		case d.ByOrg:
			return c.fail(fmt.Sprintf("a service control policy denies %s with %s=%s", d.Action, key, in.spec.DirectInternet),
				"Only the administrators of the organization can allow it. Do not leave the setting out to get around it.")
		case slices.ContainsFunc(d.MissingKeys, func(k string) bool { return strings.EqualFold(k, key) }):
			return c.unknown("the simulator did not look at the condition key " + key)
		}
		return c.pass(fmt.Sprintf("the policy simulator names none that denies %s with %s=%s, which is not a proof", d.Action, key, in.spec.DirectInternet))
	}
	return c.unknown("the policy simulator said nothing about " + EffectCreate.Action())
}

func checkKey(in *preflight) Check {
	c := Check{ID: "kms-key", Title: "Encryption key", Field: FieldKey}
	f := in.facts.Key
	switch {
	case in.spec.KMSKeyID == "":
		return c.pass("no key of your own: AWS's key encrypts the volume")
	case !f.Known:
		return c.unknown(reason(f.Why, "KMS was not asked"))
	case !f.Value.Exists:
		return c.fail(in.spec.KMSKeyID+" does not exist", "Choose another key in the form.")
	case f.Value.State != "Enabled":
		return c.fail(fmt.Sprintf("%s is %s", keyName(in), f.Value.State), "Have it enabled, or choose another key.")
	}
	return c.pass(keyName(in) + " is Enabled; whether a grant can be made on it is seen only at the creation")
}

func keyName(in *preflight) string {
	if in.facts.Key.Value.ARN != "" {
		return in.facts.Key.Value.ARN
	}
	return in.spec.KMSKeyID
}
