package ui

import (
	"nbscope/model"
)

// policyNote tells why there are policies at all.
func policyNote(p model.Policy, key string) helpGroup {
	return helpGroup{
		title: "Policy: " + string(p) + " now, " + key + " switches",
		prose: "Published guidance on direct internet access points both ways. AWS Security Hub (SageMaker.1), AWS Config and Prowler " +
			"want it disabled, so that a VPC's own controls see all traffic. The rule that nbscope follows unless told otherwise wants it " +
			"enabled for a notebook in a VPC, because one without it often cannot reach what it needs; it also says that a NAT gateway " +
			"does the same service. Both have reasons, and no setting is a fault by itself. connect takes the second side, restrict the " +
			"first, and report only shows the facts. Every finding names the checks that it follows and those that its remedy would fail.",
	}
}
