package egress

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// core are the services without which a notebook can do little: its own API, the
// credentials, its logs and the data.
func core() []string { return []string{"s3", "sagemaker.api", "sagemaker.runtime", "sts", "logs"} }

// endpointRemedy gives the core services an endpoint each, or mends the one that
// there is.
func (ix *Index) endpointRemedy(n *model.Notebook, s *Subnet, covered []model.EndpointCoverage) (model.Remedy, bool) {
	if strings.HasPrefix(n.Region, "cn-") {
		return model.Remedy{}, false // services there have names of more than one form
	}
	table, _, _ := ix.table(s)
	if table == nil {
		return model.Remedy{}, false
	}
	var names, mends, gateways, interfaces []string
	for _, c := range covered {
		if !slices.Contains(core(), c.Service) || c.State == model.EndpointCovered || c.State == model.EndpointUnknown {
			continue
		}
		if c.ID != "" {
			if cmd := ix.mend(n, table, ix.endpoints.byID[c.ID]); cmd != "" {
				names = append(names, c.Service)
				if !slices.Contains(mends, cmd) { // endpoints may share the group that refuses
					mends = append(mends, cmd)
				}
			}
			continue
		}
		names = append(names, c.Service)
		service := "com.amazonaws." + n.Region + "." + c.Service
		if c.Service == "s3" {
			gateways = append(gateways, ec2(n.Region, "create-vpc-endpoint", "--vpc-id", s.VPCID, "--vpc-endpoint-type", endpointGateway,
				"--service-name", service, "--route-table-ids", table.ID))
			continue
		}
		interfaces = append(interfaces, ec2(n.Region, "create-vpc-endpoint", "--vpc-id", s.VPCID, "--vpc-endpoint-type", endpointInterface,
			"--service-name", service, "--subnet-ids", s.ID, "--security-group-ids", varGroup, "--private-dns-enabled"))
	}
	if len(names) == 0 {
		return model.Remedy{}, false
	}
	r := model.Remedy{
		Kind:     model.RemedyEndpoints,
		Title:    "Give the VPC endpoints for " + strings.Join(names, ", "),
		Why:      "AWS services answer without the internet then; package indexes and code hosts do not. Private DNS is switched for the whole VPC, so every client in it uses the endpoints.",
		Commands: slices.Concat(mends, gateways),
		Invasive: invasiveEndpoints,
	}
	if len(interfaces) > 0 {
		r.Commands = slices.Concat(r.Commands, endpointGroup(n, s), interfaces)
		if n.Region == priceRegion {
			cents := len(interfaces) * hoursPerMonth * centsPerHour
			r.CostPerMonth = fmt.Sprintf("about $%d.%02d in one zone, and $0.01 per GB", cents/100, cents%100)
		}
	}
	return r, true
}

// mend is the command that puts right what keeps the notebook from an endpoint
// that exists, "" when there is none.
func (ix *Index) mend(n *model.Notebook, t *RouteTable, e *Endpoint) string {
	switch {
	case e == nil || !isAvailable(e.State):
		return ""
	case e.Type == endpointGateway && !slices.Contains(e.RouteTables, t.ID):
		return ec2(n.Region, "modify-vpc-endpoint", "--vpc-endpoint-id", e.ID, "--add-route-table-ids", t.ID)
	case e.Type != endpointInterface:
		return ""
	}
	g := ix.guestOf(n, ix.subnets.byID[n.SubnetID])
	switch {
	case len(e.Groups) > 0 && len(n.SecurityGroups) > 0 && g.letIn(e).state == refused:
		return ec2(n.Region, "authorize-security-group-ingress", "--group-id", e.Groups[0], "--protocol", "tcp", "--port", "443",
			"--source-group", unique(n.SecurityGroups)[0])
	case !e.PrivateDNS:
		return ec2(n.Region, "modify-vpc-endpoint", "--vpc-endpoint-id", e.ID, "--private-dns-enabled")
	}
	return ""
}

// endpointGroup makes the security group that new endpoints stand in.
func endpointGroup(n *model.Notebook, s *Subnet) []string {
	return []string{
		keep(varGroup, "GroupId", ec2(n.Region, "create-security-group", "--vpc-id", s.VPCID,
			"--group-name", "endpoints-for-"+s.ID, "--description", "tcp/443 from notebooks to VPC endpoints")),
		ec2(n.Region, "authorize-security-group-ingress", "--group-id", varGroup, "--protocol", "tcp", "--port", "443", "--cidr", s.CIDR),
	}
}
