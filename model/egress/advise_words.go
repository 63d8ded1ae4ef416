package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// What a remedy is called, and what is said of it.

// worsened says who is worse off, those together that fare alike.
func worsened(all []model.Affected) string {
	var who, how []string
	of := map[string][]string{}
	for _, a := range all {
		if !a.Worse {
			continue
		}
		if !slices.Contains(who, a.What) {
			who = append(who, a.What)
		}
		of[a.What] = append(of[a.What], a.Before+", then "+a.After)
	}
	alike := map[string][]string{}
	for _, w := range who {
		fares := strings.Join(of[w], "; ")
		if alike[fares] == nil {
			how = append(how, fares)
		}
		alike[fares] = append(alike[fares], w)
	}
	if len(how) == 0 {
		return ""
	}
	for i, fares := range how {
		how[i] = strings.Join(alike[fares], ", ") + " (" + fares + ")"
	}
	return "Worse off afterwards: " + strings.Join(how, "; ") + "."
}

// effect says what the notebook has of a remedy.
func (c *counsel) effect(e model.Egress, after *standing) string {
	if e.Verdict.Internet() && !c.judged.Verdict.Internet() {
		return "The notebook reaches the internet then: " + e.Verdict.Phrase() + "."
	}
	if e.Verdict == model.VerdictPartial && e.Verdict != c.judged.Verdict {
		return "The notebook reaches a part of the internet then: " + e.Reason + "."
	}
	var says, gained, perhaps []string
	for _, s := range servicesIn(&c.before, after) {
		switch from, to := c.before.services[s], after.services[s]; {
		case to <= from:
		case to == reachYes:
			gained = append(gained, s)
		default:
			perhaps = append(perhaps, s)
		}
	}
	if len(gained) > 0 {
		says = append(says, "Reached by endpoints then: "+strings.Join(gained, ", ")+".")
	}
	if len(perhaps) > 0 {
		says = append(says, "Perhaps reached then: "+strings.Join(perhaps, ", ")+".")
	}
	switch {
	case c.before.open > 0:
		says = append(says, "Package indexes and code hosts are reached as before.")
	case after.open == 0:
		says = append(says, "Package indexes and code hosts stay out of reach.")
	default:
		says = append(says, "Whether package indexes and code hosts are reached is not known then.")
	}
	return strings.Join(says, " ")
}

// goesRound names what stood in the old way and not in the new one.
func goesRound(before, after []model.Hop) string {
	var out []string
	for _, h := range before {
		switch h.Kind { //nolint:exhaustive // the others inspect nothing
		case model.HopEndpoint, model.HopAppliance, model.HopTransit, model.HopCoreNetwork, model.HopVPN:
			if !slices.ContainsFunc(after, func(a model.Hop) bool { return a.ID == h.ID }) {
				out = append(out, hopName(&h))
			}
		}
	}
	return strings.Join(out, " and ")
}

// title joins what a remedy does to one sentence without an end.
func title(words []string) string {
	words = gathered(words)
	if len(words) == 0 {
		return ""
	}
	out := strings.Join(words, ", then ")
	return strings.ToUpper(out[:1]) + out[1:]
}

// gathered makes one phrase of the endpoints that a remedy makes, and of what it does
// in several steps.
func gathered(words []string) []string {
	const each = "make an endpoint for "
	var services, out []string
	at := -1
	for _, w := range words {
		service, ok := strings.CutPrefix(w, each)
		if !ok {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
			continue
		}
		if at < 0 {
			at, out = len(out), append(out, "")
		}
		services = append(services, service)
	}
	switch {
	case len(services) == 1:
		out[at] = each + services[0]
	case len(services) > 1:
		out[at] = "make endpoints for " + strings.Join(services, ", ")
	}
	return out
}

// sentences are the different reasons, each as one that can stand alone.
func sentences(reasons []string) (out []string) {
	for _, why := range reasons {
		if one := sentence(why); one != "" && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// sentence makes a reason one that can stand alone.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
