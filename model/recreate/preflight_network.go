package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// noVPC stands for a check of a network that the spec does not have.
const noVPC = "no VPC: it stands in SageMaker's own network"

// Addresses of a subnet: a notebook takes one, and a service that grows takes
// some between the check and the creation.
const (
	minAddresses  = 2
	fewAddresses  = 5
	subnetIsReady = "available"
)

func checkSubnet(in *preflight) Check {
	c := Check{ID: "subnet", Title: "Subnet", Field: FieldSubnet}
	f := in.facts.Subnet
	switch {
	case in.spec.SubnetID == "" && in.spec.DirectInternet == model.Disabled:
		return c.fail("no subnet, and direct internet access can be off in a subnet only", "Choose a subnet in the form.")
	case in.spec.SubnetID == "":
		return c.pass(noVPC)
	case !f.Known:
		return c.unknown(reason(f.Why, "EC2 was not asked"))
	case !f.Value.Exists:
		return c.fail(in.spec.SubnetID+" does not exist, or is not shared with this account", "Choose another subnet in the form.")
	case f.Value.State != subnetIsReady:
		return c.fail(fmt.Sprintf("%s is %s", in.spec.SubnetID, f.Value.State), "Wait until it is available, or choose another.")
	}
	return c.pass(fmt.Sprintf("%s of %s in %s is available", in.spec.SubnetID, f.Value.VPCID, f.Value.Zone))
}

func checkAddresses(in *preflight) Check {
	c := Check{ID: "subnet-addresses", Title: "Free addresses in the subnet", Field: FieldSubnet}
	f := in.facts.Subnet
	place := in.queue[c.ID]
	evidence := fmt.Sprintf("%s has %d free addresses", in.spec.SubnetID, f.Value.FreeAddresses) + place.says()
	free := f.Value.FreeAddresses - place.ahead
	switch {
	case in.spec.SubnetID == "":
		return c.pass(noVPC)
	case !f.Known || !f.Value.Exists:
		return c.unknown(reason(f.Why, "the subnet is not known"))
	case free < minAddresses || place.full:
		return c.fail(evidence+", the notebook needs one and AWS some to spare", "Choose another subnet of the same VPC, or free addresses there.")
	case free < fewAddresses:
		return c.warn(evidence, "Others may take them before the notebook is made.")
	}
	return c.pass(evidence)
}

func checkGroups(in *preflight) Check {
	c := Check{ID: "security-groups", Title: "Security groups", Field: FieldGroups}
	want := in.spec.SecurityGroups
	switch {
	case in.spec.SubnetID == "" && len(want) == 0:
		return c.pass(noVPC)
	case len(want) == 0 && in.spec.Validate(in.src)[FieldGroups] != "":
		return c.fail("there is none", "Choose the groups in the form.")
	case len(want) == 0:
		return c.warn("there is none, as on the source", "AWS then takes the VPC's default group.")
	case len(want) > MaxGroups:
		return c.fail(fmt.Sprintf("%d groups, of %d that AWS takes", len(want), MaxGroups), "Leave some out in the form.")
	case !in.facts.Groups.Known:
		return c.unknown(reason(in.facts.Groups.Why, "EC2 was not asked"))
	}
	return c.groups(in, want)
}

func (c Check) groups(in *preflight, want []string) Check {
	var missing, foreign []string
	vpc := in.facts.Subnet.Value.VPCID
	for _, id := range want {
		i := slices.IndexFunc(in.facts.Groups.Value, func(g Group) bool { return g.ID == id })
		switch {
		case i < 0:
			missing = append(missing, id)
		case vpc != "" && in.facts.Groups.Value[i].VPCID != vpc:
			foreign = append(foreign, id+" of "+in.facts.Groups.Value[i].VPCID)
		}
	}
	switch {
	case len(missing) > 0:
		return c.fail("there is no "+strings.Join(missing, ", "), "Choose other groups in the form.")
	case len(foreign) > 0:
		return c.fail(fmt.Sprintf("%s, and the subnet is of %s", strings.Join(foreign, ", "), vpc), "Choose groups of "+vpc+" in the form.")
	case vpc == "":
		return c.unknown(joined(want) + " exist; the subnet's VPC is not known")
	}
	return c.pass(fmt.Sprintf("%s of %s", joined(want), vpc))
}

func checkIPType(in *preflight) Check {
	c := Check{ID: "address-type", Title: "Address type", Field: FieldIPType}
	f := in.facts.Subnet
	switch {
	case in.spec.IPAddressType != dualStack:
		return c.pass("IPv4 only: every subnet has it")
	case in.spec.SubnetID == "":
		return c.fail("dual stack needs a subnet", "Choose "+ipv4+" in the form.")
	case !f.Known || !f.Value.Exists:
		return c.unknown(reason(f.Why, "the subnet is not known"))
	case !f.Value.IPv6:
		return c.fail(in.spec.SubnetID+" has no IPv6 range", "Choose "+ipv4+", or a subnet that has one.")
	}
	return c.pass(in.spec.SubnetID + " has an IPv6 range")
}

// after is what the replacement reaches through its VPC.
func (in *preflight) after() model.Verdict {
	p := Plan{Source: *in.src, Spec: *in.spec}
	p.Judge(in.facts.Egress)
	return p.EgressAfter
}

// checkEgress says what turning the switch does to what the notebook reaches.
func checkEgress(in *preflight) Check {
	c := Check{ID: "egress", Title: "What it will reach"}
	e, verdict := in.facts.Egress, in.after()
	if in.spec.SubnetID == "" && in.src.SubnetID == "" {
		return c.pass(noVPC + ", before and after")
	}
	if verdict == "" || verdict == model.VerdictUnknown {
		why := "the network was not judged"
		if e != nil {
			why = "the network that it would stand in was not judged"
		}
		if in.direction == Enable {
			why += "; what is reached through the VPC only (peering, transit gateway, gateway endpoints, aws:SourceVpce) may be lost"
		}
		return c.unknown(why)
	}
	var loses []string
	if e.WhatIf != nil {
		loses = e.WhatIf.Loses
	}
	evidence := fmt.Sprintf("egress becomes %s, from %s", verdict.Phrase(), e.Verdict.Phrase())
	switch {
	case in.direction == Disable && !verdict.Internet():
		return c.warn(evidence+": it is not proven to reach the internet", "Open a way through the VPC first: the remedies of the notebook have the commands.")
	case len(loses) > 0:
		return c.warn(evidence+"; it loses: "+strings.Join(loses, "; "), "Make sure that nothing on it needs that.")
	}
	return c.pass(evidence)
}
