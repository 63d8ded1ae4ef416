package sim

import "time"

func describeBlockPublicAccess(s *cloud, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	mode, state := p.net.block, "update-complete"
	if mode == "" {
		mode, state = "off", "default-state"
	}
	return group("", group("vpcBlockPublicAccessOptions",
		leaf("awsAccountId", r.account.id), leaf("awsRegion", r.region), leaf("state", state),
		leaf("internetGatewayBlockMode", mode), leaf("managedBy", "account"), leaf("exclusionsAllowed", "allowed"),
		moment("lastUpdateTimestamp", s.world.base.Add(-700*24*time.Hour)))), nil
}

func (x ec2View) describeBlockExclusions() (kind, []item) {
	items := make([]item, 0, len(x.exempt))
	for _, e := range x.exempt {
		items = append(items, item{
			id: e.id,
			view: func() element {
				return group("item",
					leaf("exclusionId", e.id), leaf("internetGatewayExclusionMode", e.mode), leaf("resourceArn", e.resource), leaf("state", e.state),
					moment("creationTimestamp", x.place.world.base.Add(-600*24*time.Hour)), tagSet(nil))
			},
			attrs: map[string][]string{"resource-arn": {e.resource}, "internet-gateway-exclusion-mode": {e.mode}, "state": {e.state}},
		})
	}
	return kind{
		set: "vpcBlockPublicAccessExclusionSet", ids: "ExclusionId", refName: "exclusionIds", code: "InvalidVpcBlockPublicAccessExclusionId.NotFound",
		noun: "exclusion", page: [2]int{5, 1000}, filters: []string{"resource-arn", "internet-gateway-exclusion-mode", "state"},
	}, items
}
