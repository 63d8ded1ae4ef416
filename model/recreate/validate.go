package recreate

import (
	"fmt"
	"strings"

	"nbscope/model"
)

// Validate says, by member of Create, why AWS or a run would refuse the spec. It
// is empty when nothing speaks against it. What needs an answer of AWS is left to
// Preflight.
func (s *Spec) Validate(src *Snapshot) map[string]string {
	out := map[string]string{}
	for _, f := range Fields() {
		if f.bad == nil {
			continue
		}
		if why := f.bad(f.after(s)); why != "" {
			out[f.Create] = why
		}
	}
	add := func(field, why string) {
		if why != "" && out[field] == "" {
			out[field] = why
		}
	}
	add(FieldName, s.refusedName(src))
	add(FieldRole, s.refusedRole(src))
	add(FieldSubnet, s.refusedSubnet(src))
	add(FieldGroups, s.refusedGroups(src))
	add(FieldVolume, s.refusedVolume(src))
	if s.IPAddressType == dualStack && s.SubnetID == "" {
		add(FieldIPType, "dual stack needs a subnet that has IPv6")
	}
	return out
}

func (s *Spec) refusedName(src *Snapshot) string {
	if strings.EqualFold(s.Name, src.Name) {
		return "the source has this name, whatever its case, until it is deleted"
	}
	return ""
}

func (s *Spec) refusedRole(src *Snapshot) string {
	parts := strings.Split(s.RoleARN, ":")
	if len(parts) > 4 && parts[4] != src.Account {
		return fmt.Sprintf("the role is of account %s and the notebook of %s: AWS passes no role between accounts", parts[4], src.Account)
	}
	return ""
}

func (s *Spec) refusedSubnet(src *Snapshot) string {
	switch {
	case s.SubnetID == "" && DirectionTo(src, s.DirectInternet) == IntoVPC:
		return "the source has no VPC, and direct internet access on: choose the subnet to go into, or turn it off"
	case s.SubnetID != "" || s.DirectInternet != model.Disabled:
		return ""
	case src.SubnetID == "":
		return "the source has no VPC: choose the subnet, since direct internet access can be off in a subnet only"
	}
	return "direct internet access can be off in a subnet only"
}

// refusedGroups lets a notebook in a subnet be without groups only where AWS let
// the source be.
func (s *Spec) refusedGroups(src *Snapshot) string {
	bare := src.SubnetID != "" && len(src.SecurityGroups) == 0
	switch {
	case s.SubnetID == "" && len(s.SecurityGroups) > 0:
		return "security groups need a subnet"
	case s.SubnetID != "" && len(s.SecurityGroups) == 0 && !bare:
		return "choose at least one security group of the subnet's VPC"
	}
	return ""
}

func (s *Spec) refusedVolume(src *Snapshot) string {
	if s.VolumeGB < src.VolumeGB {
		return fmt.Sprintf("the source has %d GB, and AWS does not tell how much of it is used", src.VolumeGB)
	}
	return ""
}
