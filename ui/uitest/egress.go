package uitest

import (
	"nbscope/model"
)

// What a judgement looks like, for the screens.

// Hop is one station of a way.
func Hop(kind model.HopKind, id, name string, state model.HopState, says string) model.Hop {
	return model.Hop{Kind: kind, ID: id, Name: name, State: state, Says: says}
}

// insideVPC are the hops before the route table.
func insideVPC(n *model.Notebook) []model.Hop {
	return []model.Hop{
		Hop(model.HopSubnet, n.SubnetID, n.SubnetName, model.HopOK, "holds the notebook's interface, in VPC "+n.VPCID+" ("+n.VPCName+")"),
		Hop(model.HopSecurityGroup, n.SecurityGroups[0], "notebooks", model.HopOK, "lets tcp/443 out to the whole internet"),
		Hop(model.HopACL, "acl-0f3e2d1c0b9a88776", "", model.HopOK, "lets tcp/443 out and its answers in"),
	}
}

// Coverage is how the endpoints serve, a letter for each service.
func Coverage(states string) []model.EndpointCoverage {
	services := []string{
		"sagemaker.api", "sagemaker.runtime", "notebook", "sts", "logs", "kms", "s3", "ecr.api", "ecr.dkr", "secretsmanager", "codecommit", "git-codecommit",
	}
	out := make([]model.EndpointCoverage, len(services))
	for i, s := range services {
		c := model.EndpointCoverage{Service: s, State: model.EndpointMissing}
		switch states[i] {
		case 'c':
			c.State, c.ID, c.Why = model.EndpointCovered, "vpce-0c0ffee"+s[:1], "answers under the service's own name"
		case 'p':
			c.State, c.ID, c.Why = model.EndpointPartial, "vpce-0c0ffee"+s[:1], "private DNS is off: programs must name the endpoint"
		case '?':
			c.State, c.Why = model.EndpointUnknown, "not allowed to describe VPC endpoints"
		}
		out[i] = c
	}
	return out
}

func whatIfOn() *model.WhatIf {
	return &model.WhatIf{
		DirectInternet: model.Enabled, Verdict: model.VerdictDirect,
		Reason: "SageMaker's own network carries everything that is not for the VPC's own addresses",
		Loses: []string{
			"10.20.0.0/16 through VPC peering pcx-0a1b2c3d is not reached with direct internet on",
			"gateway endpoint vpce-0c0ffees (s3) is not used with direct internet on: resources whose policy asks for aws:SourceVpce refuse",
		},
	}
}

// JudgedAs gives a notebook in a VPC without direct internet a verdict with its
// evidence.
func JudgedAs(n *model.Notebook, v model.Verdict) *model.Egress {
	const table = "rtb-05d4c3b2a1908f7e6"
	e := &model.Egress{Verdict: v, Chain: insideVPC(n), Warnings: []string{"custom DNS resolvers, the Route 53 DNS firewall and proxies are not evaluated"}, WhatIf: whatIfOn()}
	switch v {
	case model.VerdictNAT:
		e.Reason, e.Endpoints = "NAT gateway nat-0b1c2d3e4f leads to the internet", Coverage("............")
		e.Chain = append(e.Chain,
			Hop(model.HopRouteTable, table, "private", model.HopOK, "serves subnet "+n.SubnetID+"; it sends 0.0.0.0/0 to nat-0b1c2d3e4f"),
			Hop(model.HopNAT, "nat-0b1c2d3e4f", "egress-a", model.HopOK, "is available and public, with an address of its own"),
			Hop(model.HopSubnet, "subnet-0pub1ic", "public-a", model.HopOK, "holds the NAT gateway"),
			Hop(model.HopRouteTable, "rtb-0pub1ic", "public", model.HopOK, "serves subnet subnet-0pub1ic; it sends 0.0.0.0/0 to igw-0a9b8c7d"),
			Hop(model.HopIGW, "igw-0a9b8c7d", "", model.HopOK, "is attached to the VPC"),
			Hop(model.HopInternet, "", "", model.HopOK, "is reached outbound only"))
	case model.VerdictIsolated:
		e.Reason, e.Endpoints = "route table "+table+" has no route to the IPv4 internet; no VPC endpoint serves the notebook either", Coverage("............")
		e.Chain = append(e.Chain, Hop(model.HopRouteTable, table, "", model.HopBroken,
			"is the main table of the VPC and serves subnet "+n.SubnetID+", which names none; it has no route to the IPv4 internet"))
		e.Advice = &model.Advice{Remedies: Remedies(n)}
	case model.VerdictEndpoints:
		e.Reason, e.Endpoints = "security group lets nothing out to the internet; VPC endpoints serve sagemaker.api, sagemaker.runtime, sts, s3", Coverage("cc.pc.c..?..")
		e.Chain[1].State, e.Chain[1].Says = model.HopBroken, "lets tcp/443 out to group sg-0e9d8c only, not to the internet"
		e.Chain = append(e.Chain, Hop(model.HopRouteTable, table, "private", model.HopOK, "serves subnet "+n.SubnetID+"; it sends 0.0.0.0/0 to nat-0b1c2d3e4f"))
		e.Advice = &model.Advice{Remedies: Remedies(n)}
	case model.VerdictUnknown:
		e.Reason = "not allowed to describe route tables (ec2:DescribeRouteTables)"
		e.Chain = append(e.Chain, Hop(model.HopRouteTable, "", "", model.HopUnknown, e.Reason))
	case model.VerdictDirect, model.VerdictInspected, model.VerdictPartial, model.VerdictIndirect:
		e.Reason = "test"
	}
	return e
}

// Remedies are three for a notebook: a rule, a route, a recreate.
func Remedies(n *model.Notebook) []model.Remedy {
	return []model.Remedy{
		{
			Kind: model.RemedyRule, Title: "Let tcp/443 out in security group " + n.SecurityGroups[0], After: model.VerdictNAT,
			Why: "No group of the notebook lets tcp/443 out to the internet. The rule holds for everything else in the group too.",
			Commands: []string{"aws ec2 authorize-security-group-egress --region " + n.Region + " --group-id " + n.SecurityGroups[0] +
				" --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'"},
		},
		{
			Kind: model.RemedyNATRoute, Title: "Route subnet " + n.SubnetID + " to NAT gateway nat-0b1c2d3e4f", Cost: model.Cost{USD: 36.5}, After: model.VerdictNAT,
			Affects: []model.Affected{{What: "subnet subnet-0b private-b", Before: "isolated", After: "NAT"}},
			Why:     "The route holds for every machine in the subnet.",
			Commands: []string{
				"aws ec2 create-route-table --vpc-id " + n.VPCID + " --region " + n.Region,
				"aws ec2 create-route --region " + n.Region + " --route-table-id rtb-05d4c3b2a1908f7e6 --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0b1c2d3e4f",
			},
		},
	}
}

// judge gives a notebook of the small world its egress, so that every verdict
// that is common occurs.
func judge(i int, n *model.Notebook) {
	if !n.Described.Known() || n.Egress != nil {
		return
	}
	n.Networked, n.NetworkedAt = done(), Noon()
	switch {
	case n.SubnetID == "" || n.DirectInternet == model.Enabled:
		const says = "carries everything that is not for the VPC's own addresses"
		n.Egress = &model.Egress{
			Verdict: model.VerdictDirect, Reason: "SageMaker's own network " + says, Chain: []model.Hop{
				Hop(model.HopService, "", "", model.HopOK, says), Hop(model.HopInternet, "", "", model.HopOK, "is reached outbound only"),
			},
		}
		if n.SubnetID != "" {
			n.Egress.Endpoints = Coverage("c.....c.....")
			n.Egress.WhatIf = &model.WhatIf{
				DirectInternet: model.Disabled, Verdict: model.VerdictEndpoints, Reason: "the VPC has no way to the internet",
				Loses: []string{"the way to the internet, unless the VPC gives one"},
			}
		}
	case !n.Located.Known():
		n.Egress = JudgedAs(n, model.VerdictUnknown)
		n.Networked = Refused(n.Egress.Reason)
	default:
		all := []model.Verdict{model.VerdictNAT, model.VerdictIsolated, model.VerdictNAT, model.VerdictEndpoints, model.VerdictUnknown}
		n.Egress = JudgedAs(n, all[i/2%len(all)])
	}
	n.Egress.Reach = Reaching(n.Egress)
}

// Reaching is what a notebook with such a judgement reaches.
func Reaching(e *model.Egress) (out []model.Reach) {
	for _, place := range append(model.Destinations(), "artifactory.example.com", "10.2.0.0/16") {
		r := model.Reach{Destination: place, State: model.Reached, By: "NAT gateway nat-0b1c2d3e4f"}
		switch {
		case place == "artifactory.example.com":
			r.State, r.By, r.Why = model.ReachDepends, "", "where its name leads, which is not looked up"
		case e.Verdict == model.VerdictUnknown:
			r.State, r.By, r.Why = model.ReachUnknown, "", e.Reason
		case e.Verdict == model.VerdictDirect:
			r.By = "direct internet"
		case e.Verdict == model.VerdictEndpoints && place == model.DestinationS3:
			r.By = "gateway endpoint vpce-0c0ffees"
		case e.Verdict.Closed():
			r.State, r.By, r.Why = model.ReachBlocked, "route table rtb-05d4c3b2a1908f7e6", "it has no route to the IPv4 internet"
		}
		out = append(out, r)
	}
	return out
}

// EvilEgress has a text that terminals obey in every place.
func EvilEgress(evil string) *model.Egress {
	chain := []model.Hop{
		Hop(model.HopKind(evil), evil, evil, model.HopOK, evil), Hop(model.HopNAT, evil, evil, model.HopBroken, evil),
		Hop(model.HopRouteTable, evil, evil, model.HopState(evil), evil),
	}
	covered := []model.EndpointCoverage{{Service: evil, ID: evil, Why: evil, State: model.EndpointPartial}, {Service: evil, Why: evil}}
	return &model.Egress{
		Verdict: model.VerdictIsolated, Reason: evil, Chain: chain, Warnings: []string{evil}, Endpoints: covered,
		Reach:  []model.Reach{{Destination: evil, State: model.ReachState(evil), By: evil, Why: evil}, {Destination: evil, State: model.ReachDepends, Why: evil}},
		IPv6:   &model.Path{Verdict: model.Verdict(evil), Reason: evil, Chain: chain},
		WhatIf: &model.WhatIf{DirectInternet: evil, Verdict: model.Verdict(evil), Reason: evil, Loses: []string{evil}},
		Advice: &model.Advice{Remedies: []model.Remedy{{
			Title: evil, Why: evil, Commands: []string{evil}, Cost: model.Cost{Unknown: []string{evil}}, Affects: []model.Affected{{What: evil, Before: evil, After: evil}},
		}}, None: []string{evil}},
	}
}
