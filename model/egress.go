package model

import "strings"

// Verdict says whether and how a notebook reaches the internet. Its values are
// those of the JSON contract; "" means not judged yet.
type Verdict string

// The verdicts.
const (
	VerdictDirect    Verdict = "direct"         // through the network that SageMaker runs
	VerdictNAT       Verdict = "nat"            // through the VPC's own gateway, outbound only
	VerdictInspected Verdict = "inspected"      // through an inspection appliance behind a Gateway Load Balancer
	VerdictPartial   Verdict = "partial"        // a part of the internet only, one IP version, or addresses without names
	VerdictIndirect  Verdict = "indirect"       // leaves the VPC to where this account does not see
	VerdictEndpoints Verdict = "endpoints-only" // no internet, but AWS services through VPC endpoints
	VerdictIsolated  Verdict = "isolated"       // no internet and no endpoint
	VerdictUnknown   Verdict = "unknown"        // a fact that the answer needs is not known
)

// Verdicts lists every verdict, the freest way out first.
func Verdicts() []Verdict {
	return []Verdict{
		VerdictDirect, VerdictNAT, VerdictInspected, VerdictPartial, VerdictIndirect, VerdictEndpoints, VerdictIsolated, VerdictUnknown,
	}
}

// Phrase is the verdict as a screen words it, "" before there is one.
func (v Verdict) Phrase() string {
	switch v {
	case VerdictNAT:
		return "NAT"
	case VerdictEndpoints:
		return "endpoints only"
	case VerdictDirect, VerdictInspected, VerdictPartial, VerdictIndirect, VerdictIsolated, VerdictUnknown:
		return string(v)
	}
	return string(v)
}

// Internet reports whether the verdict proves a way to the internet, all of it.
func (v Verdict) Internet() bool {
	return v == VerdictDirect || v == VerdictNAT || v == VerdictInspected
}

// Closed reports whether the verdict proves that there is no way to the internet.
func (v Verdict) Closed() bool { return v == VerdictEndpoints || v == VerdictIsolated }

// HopState says what a hop means for the way that leads over it.
type HopState string

// The states of a hop.
const (
	HopOK      HopState = "ok"
	HopBroken  HopState = "broken"
	HopUnknown HopState = "unknown"
)

// HopKind is the kind of resource that a hop stands for.
type HopKind string

// The kinds of hops.
const (
	HopNotebook       HopKind = "notebook"
	HopService        HopKind = "sagemaker-network"
	HopSubnet         HopKind = "subnet"
	HopBlock          HopKind = "block-public-access"
	HopSecurityGroup  HopKind = "security-group"
	HopACL            HopKind = "network-acl"
	HopRouteTable     HopKind = "route-table"
	HopNAT            HopKind = "nat-gateway"
	HopIGW            HopKind = "internet-gateway"
	HopEgressOnly     HopKind = "egress-only-internet-gateway"
	HopTransit        HopKind = "transit-gateway"
	HopVPN            HopKind = "virtual-private-gateway"
	HopPeering        HopKind = "vpc-peering"
	HopCoreNetwork    HopKind = "core-network"
	HopLocalGateway   HopKind = "local-gateway"
	HopCarrierGateway HopKind = "carrier-gateway"
	HopAppliance      HopKind = "appliance"
	HopEndpoint       HopKind = "vpc-endpoint"
	HopResolver       HopKind = "dns-resolver" // of the VPC; only where names are what a verdict turns on
	HopOther          HopKind = "other"
	HopInternet       HopKind = "internet"
)

// Words is the kind in a sentence: "NAT gateway".
func (k HopKind) Words() string {
	switch k {
	case HopNAT:
		return "NAT gateway"
	case HopACL:
		return "network ACL"
	case HopPeering:
		return "VPC peering"
	case HopEndpoint:
		return "VPC endpoint"
	case HopService:
		return "SageMaker network"
	case HopResolver:
		return "DNS resolver"
	case HopEgressOnly:
		return "egress-only gateway"
	case HopBlock:
		return "Block Public Access"
	case HopNotebook, HopSubnet, HopSecurityGroup, HopRouteTable, HopIGW, HopTransit, HopVPN, HopCoreNetwork, HopLocalGateway,
		HopCarrierGateway, HopAppliance, HopOther, HopInternet:
	}
	return strings.ReplaceAll(string(k), "-", " ")
}

// Hop is one station on the way from a notebook to the internet, with what it
// proves, so that an engineer can check it in the console.
type Hop struct {
	Kind  HopKind
	ID    string
	Name  string // the Name tag, "" when there is none
	Says  string // one sentence
	State HopState
}

// Path is one way out with its verdict and evidence.
type Path struct {
	Verdict Verdict
	Reason  string // one sentence, empty only with an empty verdict
	Chain   []Hop
}

// Egress is the judgement of a notebook's network.
type Egress struct {
	Verdict  Verdict
	Reason   string
	Chain    []Hop
	Warnings []string // caveats, and what direct internet takes away where it is on

	IPv6      *Path              // nil unless the notebook is dual stack
	Endpoints []EndpointCoverage // empty without a VPC
	WhatIf    *WhatIf            // the same notebook with the switch the other way; nil without a VPC
	Reach     []Reach            // what it needs, place by place; nil as long as that was not judged
	Advice    *Advice            // what would better the way through the VPC; nil as long as nobody asked
}

// Improvable reports whether there may be something to better in the VPC: a way that
// is not proven open, be it the notebook's or the one that it would have with direct
// internet off, or an endpoint that refuses.
func (e *Egress) Improvable() bool {
	for _, c := range e.Endpoints {
		if c.State == EndpointBlocked || c.Fails {
			return true
		}
	}
	return !e.Verdict.Internet() || e.WhatIf != nil && e.WhatIf.DirectInternet == Disabled && !e.WhatIf.Verdict.Internet()
}

// EndpointState says how well a VPC endpoint stands in for the internet.
type EndpointState string

// The states of a service's endpoint.
const (
	EndpointCovered EndpointState = "covered"
	EndpointPartial EndpointState = "partial" // reachable with restrictions
	EndpointBlocked EndpointState = "blocked" // calls are led to it and refused, whatever leads to the internet
	EndpointMissing EndpointState = "missing" // no endpoint that this notebook can use
	EndpointUnknown EndpointState = "unknown"
)

// EndpointCoverage is the coverage of one AWS service by a VPC endpoint.
type EndpointCoverage struct {
	Service string // as the end of the endpoint service's name: "sagemaker.api", "s3"
	State   EndpointState
	ID      string // the endpoint that Why speaks of, "" when there is none
	Why     string // one sentence
	Fails   bool   // of one that is partial: a part of the calls that are led to it is refused
}

// WhatIf is what the notebook would reach with direct internet access set the
// other way, everything else unchanged.
type WhatIf struct {
	DirectInternet string // Enabled or Disabled
	Verdict        Verdict
	Reason         string
	Loses          []string // what works now and would not any more
}
