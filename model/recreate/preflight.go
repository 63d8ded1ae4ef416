package recreate

// Preflight makes every check, always all of them and in one order: what is not
// known is unknown, and what does not apply passes and says so.
func Preflight(src *Snapshot, spec Spec, d Direction, f Facts) []Check {
	in := preflight{src: src, spec: &spec, direction: d, facts: &f}
	all := preflightChecks()
	out := make([]Check, len(all))
	for i, check := range all {
		out[i] = check(&in)
	}
	return out
}

// preflight is what the checks look at.
type preflight struct {
	src       *Snapshot
	spec      *Spec
	direction Direction
	facts     *Facts
	queue     queue // what others of a batch take before it
}

// preflightChecks lists the checks: first the source, then what is asked for, then
// what the account gives.
func preflightChecks() []func(*preflight) Check {
	return []func(*preflight) Check{
		checkAccount, checkSource, checkStatus, checkPlatform, checkOwner, checkRuns, checkDirection,
		checkName, checkNameFree, checkSettings, checkType, checkOffered, checkTags,
		checkRole, checkTrust, checkPermissions, checkGuardrail, checkKey,
		checkSubnet, checkAddresses, checkGroups, checkIPType, checkEgress,
		checkSourceScripts, checkLifecycle, checkScripts, checkRepositories, checkTotalQuota, checkTypeQuota,
	}
}

func (c Check) pass(evidence string) Check { return c.answer(Pass, evidence, "") }

func (c Check) warn(evidence, hint string) Check { return c.answer(Warn, evidence, hint) }

func (c Check) fail(evidence, hint string) Check { return c.answer(Fail, evidence, hint) }

func (c Check) unknown(why string) Check { return c.answer(CheckUnknown, why, "") }

func (c Check) answer(r Result, evidence, hint string) Check {
	c.Result, c.Evidence, c.Hint = r, evidence, hint
	return c
}

// reason is why something is not known, or what stands for a reason that nobody
// gave.
func reason(why, otherwise string) string {
	if why == "" {
		return otherwise
	}
	return why
}
