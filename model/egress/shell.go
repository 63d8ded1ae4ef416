package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// Ids of what a remedy makes or looks up. In the facts they stand for ids that AWS
// will give, in commands for the shell variables that hold those.
const (
	newTableID       = "rtb-new"
	newPublicTableID = "rtb-made-public" // for a subnet that leads to the internet gateway
	newNATID         = "nat-new"
	newAddressID     = "eipalloc-new"
	newGroupID       = "sg-new"
	newListID        = "pl-new"
	associationID    = "rtbassoc-old"
)

// variables are the shell variables by the ids that they stand for.
func variables() map[string]string {
	return map[string]string{
		newTableID: "TABLE", newPublicTableID: "PUBLIC_TABLE", newNATID: "NAT", newAddressID: "ADDRESS", newGroupID: "GROUP", newListID: "LIST", associationID: "ASSOCIATION",
	}
}

// ec2 is one AWS CLI command in a region, every word quoted.
func ec2(region string, words ...string) string {
	all := slices.Concat([]string{"aws", "ec2"}, words, []string{"--region", region})
	for i, w := range all {
		all[i] = shellWord(w)
	}
	return strings.Join(all, " ")
}

// shellWord quotes a word. An id that stands for a variable becomes one, also in
// the middle of the word.
func shellWord(word string) string {
	for id, name := range variables() {
		before, after, found := strings.Cut(word, id)
		if !found {
			continue
		}
		out := `"$` + name + `"`
		if before != "" {
			out = shellWord(before) + out
		}
		if after != "" {
			out += shellWord(after)
		}
		return out
	}
	return model.ShellQuote(word)
}

// keep assigns a field of a command's answer to the variable of an id.
func keep(id, field, cmd string) string {
	return variables()[id] + "=$(" + cmd + " --query " + model.ShellQuote(field) + " --output text)"
}

// routeCommand makes or replaces a route. The target must have a flag.
func routeCommand(region, verb, table string, r Route) string {
	to := []string{"--destination-cidr-block", r.Destination}
	switch {
	case r.PrefixList != "":
		to = []string{"--destination-prefix-list-id", r.PrefixList}
	case strings.Contains(r.Destination, ":"):
		to[0] = "--destination-ipv6-cidr-block"
	}
	return ec2(region, slices.Concat([]string{verb, "--route-table-id", table}, to, []string{targetFlag(r.Target), r.Target})...)
}

// targetFlag is the option that names a target in the command of a route, "" where
// no command can.
func targetFlag(target string) string {
	if strings.HasPrefix(target, "i-") {
		return "--instance-id"
	}
	switch kindOf(target) {
	case model.HopNAT:
		return "--nat-gateway-id"
	case model.HopIGW, model.HopVPN:
		return "--gateway-id"
	case model.HopEgressOnly:
		return "--egress-only-internet-gateway-id"
	case model.HopTransit:
		return "--transit-gateway-id"
	case model.HopPeering:
		return "--vpc-peering-connection-id"
	case model.HopCoreNetwork:
		return "--core-network-arn"
	case model.HopLocalGateway:
		return "--local-gateway-id"
	case model.HopCarrierGateway:
		return "--carrier-gateway-id"
	case model.HopAppliance:
		return "--network-interface-id"
	case model.HopEndpoint:
		return "--vpc-endpoint-id"
	case model.HopNotebook, model.HopService, model.HopSubnet, model.HopBlock, model.HopSecurityGroup, model.HopACL,
		model.HopRouteTable, model.HopResolver, model.HopOther, model.HopInternet:
	}
	return ""
}
