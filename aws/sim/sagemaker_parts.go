package sim

import (
	"slices"
	"strings"
	"time"
)

// connectNew puts a new notebook into the subnet that a request names. The
// errors about subnets and groups have EC2's texts; those about direct internet
// and dual stack are the simulation's, after what the documentation says.
func (p *place) connectNew(n *notebook, in createInput) *apiError {
	if in.SubnetId == "" {
		switch {
		case n.direct == off:
			return invalid("DirectInternetAccess can be Disabled only when SubnetId is specified.")
		case len(in.SecurityGroupIds) > 0:
			return invalid("SecurityGroupIds can be specified only together with SubnetId.")
		case n.ipType == dualstack:
			return invalid("IpAddressType dualstack needs a subnet that supports IPv6.")
		}
		return nil
	}
	all := p.net.allSubnets()
	i := slices.IndexFunc(all, func(v *subnet) bool { return v.id == in.SubnetId })
	if i < 0 {
		return invalid("The subnet ID '%s' does not exist", in.SubnetId)
	}
	n.subnet = all[i]
	if n.ipType == dualstack && n.subnet.ipv6 == "" {
		return invalid("IpAddressType dualstack needs a subnet that supports IPv6.")
	}
	for _, id := range in.SecurityGroupIds {
		if e := p.checkGroup(n.subnet.vpc, id); e != nil {
			return e
		}
	}
	n.groups = slices.Clone(in.SecurityGroupIds)
	if len(n.groups) == 0 && len(n.subnet.vpc.groups) > 0 {
		n.groups = []string{n.subnet.vpc.groups[0].id} // the VPC's default
	}
	return nil
}

func (p *place) checkGroup(v *vpc, id string) *apiError {
	is := func(g *securityGroup) bool { return g.id == id }
	if slices.ContainsFunc(v.groups, is) {
		return nil
	}
	for _, other := range p.net.vpcs {
		if slices.ContainsFunc(other.groups, is) {
			return invalid("You have specified two resources that belong to different networks.")
		}
	}
	return invalid("The security group '%s' does not exist", id)
}

// checkParts looks for what a notebook refers to, old and new alike. The text
// about the role is AWS's; those about instance types, keys and lifecycle
// configurations are the simulation's.
func (p *place) checkParts(n *notebook, in settings) *apiError {
	switch {
	case n.platform != al2023:
		return unsupportedPlatform(n.platform)
	case !fitsPlatform(n.instanceType):
		return invalid("Instance type (%s) is not supported for platform identifier (%s).", n.instanceType, n.platform)
	case len(in.AcceleratorTypes) > 0:
		return invalid("AcceleratorTypes is no longer supported. Elastic Inference is no longer available.")
	case !p.world.trusted(n.role, p.account):
		return invalid("Could not assume role %s. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.", n.role)
	}
	if e := p.keys.check(n.kms); e != nil {
		return e
	}
	if n.lifecycle != "" && p.config(n.lifecycle) == nil {
		return invalid("Notebook Instance Lifecycle Config (%s) does not exist.", p.configARN(n.lifecycle))
	}
	for _, repo := range append([]string{n.repo}, n.moreRepos...) {
		if repo == "" || strings.Contains(repo, "://") {
			continue
		}
		if !slices.ContainsFunc(p.repos, func(c *repository) bool { return c.name == repo }) {
			return invalid("Cannot find CodeRepository %s", p.arn("sagemaker", "code-repository/"+repo))
		}
	}
	return nil
}

func unsupportedPlatform(platform string) *apiError {
	return invalid("Platform identifier (%s) is not supported for this service.", platform)
}

// config finds a lifecycle configuration, with p.mu held.
func (p *place) config(name string) *lifecycle {
	i := slices.IndexFunc(p.configs, func(c *lifecycle) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		return nil
	}
	return p.configs[i]
}

func (p *place) configARN(name string) string {
	return p.arn("sagemaker", "notebook-instance-lifecycle-config/"+strings.ToLower(name))
}

// How long it takes until a notebook fails.
const (
	takesToRefuse = 2 * time.Minute
	takesToGiveUp = 12 * time.Minute
	takesScript   = takesStart + 5*time.Minute
)

// doom is how a notebook that starts now is going to fail, and when; "" if it is
// not. One that has its network interface already does not need another.
func (p *place) doom(n *notebook, r *request) (reason string, after time.Duration) {
	texts := failureReasons()
	f := r.faults
	wants := n.subnet != nil && n.eni == ""
	switch {
	case wants && (f.NoInterface || f.deniesOp("ec2:CreateNetworkInterface", r.region)):
		return texts[2], takesToRefuse
	case wants && p.freeIn(r.now)[n.subnet] <= 0:
		return "The specified subnet does not have enough free addresses to satisfy the request.", takesToRefuse
	case f.noCapacityIn(r.region):
		return texts[0], takesToGiveUp
	case n.lifecycle != "" && f.LifecycleFails:
		return strings.NewReplacer("%CONFIG%", p.configARN(n.lifecycle), "%ARN%", n.arn()).Replace(texts[1]), takesScript
	}
	return "", 0
}

// freeIn counts the free addresses of the subnets: notebooks that came since the
// world was made take one each, and those that went give theirs back.
func (p *place) freeIn(now time.Time) map[*subnet]int {
	free := map[*subnet]int{}
	for _, s := range p.net.allSubnets() {
		free[s] = s.free
	}
	for _, n := range p.sorted {
		switch gone := n.gone(now); {
		case n.subnet == nil:
		case n.made && n.eni != "" && !gone:
			free[n.subnet]--
		case !n.made && gone:
			free[n.subnet]++
		}
	}
	return free
}
