package sim

// updateInput is the request of UpdateNotebookInstance. The members are those of
// the API.
type updateInput struct {
	settings
	DisassociateLifecycleConfig            bool
	DisassociateDefaultCodeRepository      bool
	DisassociateAdditionalCodeRepositories bool
	DisassociateAcceleratorTypes           bool
}

func updateNotebook(s *cloud, r *request) (any, *apiError) {
	var in updateInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	in.check(&c)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	t := transition{[]string{stopped}, updating}
	p := s.world.place(r.account, r.region)
	return p.move(r, in.NotebookInstanceName, t, func(n *notebook) *apiError {
		if e := in.apply(p, n, r); e != nil {
			return e
		}
		n.settleFrom(updating, r.now)
		return nil
	})
}

// refuse is what stands in the way of an update. The platform leads to the newest
// only; a volume can grow and never shrink.
func (in updateInput) refuse(n *notebook, r *request) *apiError {
	switch {
	case in.VolumeSizeInGB != nil && *in.VolumeSizeInGB < n.volume:
		return invalid("VolumeSizeInGB can only be increased: it is %d.", n.volume)
	case in.PlatformIdentifier != "" && (in.PlatformIdentifier != al2023 || n.platform == al1):
		return unsupportedPlatform(in.PlatformIdentifier)
	case in.LifecycleConfigName != "" && in.DisassociateLifecycleConfig:
		return invalid("LifecycleConfigName and DisassociateLifecycleConfig cannot be specified together.")
	case in.RoleArn != "" && r.faults.deniesOp("iam:PassRole", r.region):
		return deniedFor(r, "iam:PassRole", in.RoleArn, noPolicyAllows)
	case in.IpAddressType == dualstack && (n.subnet == nil || n.subnet.ipv6 == ""):
		return invalid("IpAddressType dualstack needs a subnet that supports IPv6.")
	}
	return nil
}

// apply changes what is given.
func (in updateInput) apply(p *place, n *notebook, r *request) *apiError {
	if e := in.refuse(n, r); e != nil {
		return e
	}
	if in.InstanceType != "" && in.InstanceType != n.instanceType {
		if e := p.limits.roomOfType(in.InstanceType, 1, r.now); e != nil {
			return e
		}
	}
	n.configure(in.settings)
	if in.DisassociateLifecycleConfig {
		n.lifecycle = ""
	}
	if in.DisassociateDefaultCodeRepository {
		n.repo = ""
	}
	if in.DisassociateAdditionalCodeRepositories {
		n.moreRepos = nil
	}
	if n.platform != al2023 {
		return nil // nothing but its platform stands in the way of an old notebook
	}
	return p.checkParts(n, in.settings)
}
