package store_test

import (
	"fmt"

	"nbscope/model"
)

// judgement is what was found about the network of a sample.
func judgement(i int) *model.Egress {
	e := &model.Egress{
		Verdict: model.VerdictNAT, Reason: "internet gateway igw-1 is attached", Warnings: []string{"DNS firewalls are not evaluated"},
		Chain: []model.Hop{
			{Kind: model.HopSubnet, ID: fmt.Sprintf("subnet-%03d", i%9), Name: "private", Says: "holds the notebook's interface", State: model.HopOK},
			{Kind: model.HopSecurityGroup, ID: "sg-1", Name: "notebooks", Says: "allows tcp/443 out to the IPv4 internet", State: model.HopOK},
			{Kind: model.HopACL, ID: "acl-1", Says: "lets tcp/443 out and answers back in", State: model.HopOK},
			{Kind: model.HopRouteTable, ID: "rtb-1", Says: "it sends 0.0.0.0/0 to nat-1", State: model.HopOK},
			{Kind: model.HopNAT, ID: "nat-1", Says: "is available and public", State: model.HopOK},
			{Kind: model.HopIGW, ID: "igw-1", Says: "is attached", State: model.HopOK}, {Kind: model.HopInternet, State: model.HopOK},
		},
	}
	for _, service := range []string{"sagemaker.api", "sagemaker.runtime", "notebook", "sts", "logs", "kms", "s3", "ecr.api", "ecr.dkr"} {
		e.Endpoints = append(e.Endpoints, model.EndpointCoverage{Service: service, State: model.EndpointMissing, Why: "the VPC has no endpoint for it"})
	}
	for i, name := range append(model.Destinations(), "10.2.0.0/16") {
		e.Reach = append(e.Reach, model.Reach{Destination: name, State: model.ReachStates()[i%4], By: "NAT gateway nat-1", Why: "it is so"})
	}
	e.WhatIf = &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect, Reason: "through SageMaker", Loses: []string{"peers"}}
	if i%3 == 0 {
		e.IPv6 = &model.Path{Verdict: model.VerdictIsolated, Reason: "no route", Chain: e.Chain[:1:1]}
	}
	return e
}
