package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// Shell variables that one command of a remedy sets for the next. They are the
// only words of a command that are not quoted as text.
const (
	varTable   = `"$TABLE"`
	varNAT     = `"$NAT"`
	varAddress = `"$ADDRESS"`
	varGroup   = `"$GROUP"`
)

// ec2 is one AWS CLI command in a region, every word quoted.
func ec2(region string, words ...string) string {
	return command("ec2", region, words...)
}

func command(service, region string, words ...string) string {
	all := slices.Concat([]string{"aws", service}, words, []string{"--region", region})
	for i, w := range all {
		switch w {
		case varTable, varNAT, varAddress, varGroup:
		default:
			all[i] = model.ShellQuote(w)
		}
	}
	return strings.Join(all, " ")
}

// keep assigns a field of a command's answer to a shell variable.
func keep(variable, field, cmd string) string {
	return strings.Trim(variable, `"$`) + "=$(" + cmd + " --query " + model.ShellQuote(field) + " --output text)"
}

// createRoute is the command that repeats a route in another table; false for a
// target that no route can name by a command we know.
func createRoute(region, table string, r Route) (cmd string, ok bool) {
	flag := targetFlag(r.Target)
	if flag == "" {
		return "", false
	}
	to := []string{"--destination-cidr-block", r.Destination}
	switch {
	case r.PrefixList != "":
		to = []string{"--destination-prefix-list-id", r.PrefixList}
	case strings.Contains(r.Destination, ":"):
		to[0] = "--destination-ipv6-cidr-block"
	}
	return ec2(region, slices.Concat([]string{"create-route", "--route-table-id", table}, to, []string{flag, r.Target})...), true
}

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
