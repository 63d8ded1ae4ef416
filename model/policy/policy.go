package policy

import (
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/model/control"
)

// Codes of findings. They stay what they are: filters and scripts use them.
const (
	CodeDirectOff       = "direct-internet-off"
	CodeDirectOn        = "direct-internet-on"
	CodeDirectUnknown   = "direct-internet-unknown"
	CodeNoVPC           = "no-vpc"
	CodeRootAccess      = "root-access"
	CodeRootUnknown     = "root-access-unknown"
	CodePlatform        = "platform-unsupported"
	CodePlatformUnknown = "platform-unknown"
	CodeBlocked         = "endpoint-blocked"
)

// Findings judges a notebook and its egress under a policy. An unknown policy
// finds nothing, as report does.
func Findings(p model.Policy, n *model.Notebook, e model.Egress) []model.Finding {
	switch p {
	case model.PolicyConnect:
		return Connect(n, e)
	case model.PolicyRestrict:
		return Restrict(n, e)
	case model.PolicyReport:
	}
	return Report(n, e)
}

// OutsideVPC says of a notebook without a VPC whether a policy asks that it go into
// one, and what for; "" for one in a VPC, or where that is not known.
func OutsideVPC(p model.Policy, n *model.Notebook) string {
	if n.NetworkMode() != model.NetworkNoVPC {
		return ""
	}
	two := "With direct internet on it then passes " + control.CustomVPC().ID + " and still fails " + control.AgainstDirect()[0].ID +
		", and keeps its way to the internet; with it off it passes both, and has the way that the VPC gives."
	switch p {
	case model.PolicyConnect:
		return "No VPC: the rule of this policy is about notebooks in a VPC, and finds nothing. Its audit says of one without that it be deployed within a VPC: " +
			"where you follow that, recreate it into one with direct internet on."
	case model.PolicyRestrict:
		return "No VPC: " + control.CustomVPC().ID + " asks for one. " + two
	case model.PolicyReport:
	}
	return "No VPC: this policy asks for none. Under restrict " + control.CustomVPC().ID + " does, and under connect the audit of its rule. " + two
}

// Report finds nothing: it leaves the facts to the reader.
func Report(*model.Notebook, model.Egress) []model.Finding { return nil }

// Connect wants direct internet access for every notebook in a VPC. How much its
// absence weighs depends on what the VPC gives instead.
func Connect(n *model.Notebook, e model.Egress) []model.Finding {
	switch n.NetworkMode() {
	case model.NetworkUnknown:
		return notJudged(n)
	case model.NetworkNoVPC, model.NetworkDirect:
		return nil
	case model.NetworkVPCOnly:
	}
	f := model.Finding{Code: CodeDirectOff, Follows: control.Reach(), Breaks: control.AgainstDirect()}
	switch e.Verdict {
	case model.VerdictIsolated:
		f.Severity, f.Phrase = model.SeverityHigh, "direct internet off; isolated"
	case model.VerdictNAT, model.VerdictInspected, model.VerdictDirect:
		f.Severity, f.Mitigated = model.SeverityLow, true
		f.Phrase = "direct internet off; mitigated by " + e.Verdict.Phrase() + " egress"
	case model.VerdictPartial:
		f.Severity, f.Phrase = model.SeverityMedium, "direct internet off; reaches a part of the internet only"
	case model.VerdictEndpoints:
		f.Severity, f.Phrase = model.SeverityMedium, "direct internet off; endpoints only"
	case model.VerdictIndirect:
		f.Severity, f.Phrase = model.SeverityMedium, "direct internet off; egress not proven, leaves the VPC"
	case model.VerdictUnknown:
		f.Severity, f.Phrase = model.SeverityMedium, "direct internet off; egress unknown"
	default: // not judged yet, or a verdict from the future: as unknown
		f.Severity, f.Phrase = model.SeverityMedium, "direct internet off; egress not judged"
		if n.Networked.State == model.LoadSkipped {
			// Nobody has looked at what decides how much it weighs.
			f.Severity, f.Phrase = model.SeverityUnknown, "direct internet off; egress "+n.Networked.Reason
		}
	}
	return append([]model.Finding{f}, blocked(e)...)
}

// blocked finds endpoints that take the calls to AWS services and fail them, or a part,
// whoever refuses there: those calls fail although there is a way to the internet.
func blocked(e model.Egress) []model.Finding {
	var all, some []string
	for _, c := range e.Endpoints {
		switch {
		case c.State == model.EndpointBlocked:
			all = append(all, c.Service)
		case c.Fails:
			some = append(some, c.Service)
		}
	}
	var phrases []string
	if len(all) > 0 {
		phrases = append(phrases, "calls to "+strings.Join(all, ", "))
	}
	if len(some) > 0 {
		phrases = append(phrases, "some calls to "+strings.Join(some, ", "))
	}
	if len(phrases) == 0 {
		return nil
	}
	return []model.Finding{{
		Code: CodeBlocked, Severity: model.SeverityMedium, Follows: control.Reach(),
		Phrase: strings.Join(phrases, " and ") + " fail at VPC endpoints",
	}}
}

// Restrict wants direct internet access off, a VPC, no root access and a platform
// that is supported.
func Restrict(n *model.Notebook, e model.Egress) []model.Finding {
	if !n.Described.Known() {
		return notJudged(n)
	}
	var out []model.Finding
	switch n.NetworkMode() {
	case model.NetworkUnknown:
		out = append(out, notJudged(n)...)
	case model.NetworkDirect:
		f := model.Finding{Code: CodeDirectOn, Severity: model.SeverityHigh, Phrase: "direct internet on", Follows: control.AgainstDirect()}
		if e.WhatIf == nil || !e.WhatIf.Verdict.Internet() {
			f.Breaks = control.Reach()
		}
		out = append(out, f)
	case model.NetworkNoVPC:
		if n.DirectInternet != model.Disabled {
			out = append(out, model.Finding{
				Code: CodeDirectOn, Severity: model.SeverityHigh, Phrase: "direct internet on", Follows: control.AgainstDirect(), Breaks: control.Reach(),
			})
		}
		out = append(out, model.Finding{Code: CodeNoVPC, Severity: model.SeverityHigh, Phrase: "no VPC", Follows: []model.Control{control.CustomVPC()}})
	case model.NetworkVPCOnly:
	}
	switch n.RootAccess {
	case model.Disabled:
	case model.Enabled:
		out = append(out, model.Finding{Code: CodeRootAccess, Severity: model.SeverityMedium, Phrase: "root access on", Follows: []model.Control{control.NoRoot()}})
	default:
		out = append(out, unknown(CodeRootUnknown, "root access", n.RootAccess))
	}
	switch n.Platform {
	case control.Supported:
	case "":
		out = append(out, unknown(CodePlatformUnknown, "platform", n.Platform))
	default:
		out = append(out, model.Finding{
			Code: CodePlatform, Severity: model.SeverityMedium, Phrase: "platform " + n.Platform + " unsupported", Follows: []model.Control{control.Platform()},
		})
	}
	return out
}

// unknown finds that a policy asks for what a value does not say.
func unknown(code, what, value string) model.Finding {
	says := "AWS gave no value"
	if value != "" {
		says = strconv.Quote(value)
	}
	return model.Finding{Code: code, Severity: model.SeverityUnknown, Phrase: what + " unknown: " + says}
}

// notJudged marks what a policy asks for and nobody could tell, so that it does
// not pass for compliant. What is only on its way is no finding yet.
func notJudged(n *model.Notebook) []model.Finding {
	switch n.Described.State {
	case model.LoadPending:
		return nil
	case model.LoadFailed:
		return []model.Finding{{Code: CodeDirectUnknown, Severity: model.SeverityUnknown, Phrase: "not described: " + n.Described.Reason}}
	case model.LoadDone, model.LoadSkipped:
	}
	return []model.Finding{unknown(CodeDirectUnknown, "direct internet", n.DirectInternet)}
}
