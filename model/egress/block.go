package egress

import (
	"fmt"
	"strings"

	"nbscope/model"
)

// Modes of VPC Block Public Access.
const (
	blockOff   = "off"
	blockBoth  = "block-bidirectional"
	blockIn    = "block-ingress"
	exemptBoth = "allow-bidirectional"
	exemptOut  = "allow-egress"
)

// passage is how traffic gets through an internet gateway. Block Public Access
// in its milder mode lets out only what cannot be reached from outside.
type passage uint8

const (
	viaTranslation passage = iota // NAT, or an egress-only gateway
	viaOwnAddress
)

// blocking is VPC Block Public Access, as the region and its exclusions have it.
type blocking struct {
	vpcs       shelf[VPC]
	region     BlockPublicAccess
	exclusions Family[Exclusion]
}

// mode is the mode that holds for a subnet, or for a whole VPC. AWS gives it
// with either, exclusions counted; where it does not, the region's mode and the
// exclusions tell.
func (b *blocking) mode(vpc string, s *Subnet) (mode, why string) {
	if s != nil && s.Block != "" {
		return s.Block, ""
	}
	if v := b.vpcs.byID[vpc]; s == nil && v != nil && v.Block != "" {
		return v.Block, ""
	}
	if why = unread("the settings of Block Public Access", b.region.Part); why != "" {
		return "", why
	}
	if b.region.Mode == "" || b.region.Mode == blockOff {
		return blockOff, ""
	}
	if why = unread("the exclusions from Block Public Access", b.exclusions.Part); why != "" {
		return "", why
	}
	mode = b.region.Mode
	for _, e := range b.exclusions.Items {
		if !e.covers(vpc, s) || !inForce(e.State) {
			continue
		}
		switch e.Mode {
		case exemptBoth:
			return blockOff, ""
		case exemptOut:
			mode = blockIn
		default:
			return "", fmt.Sprintf("exclusion %s from Block Public Access has the mode %q, which nbscope does not know", e.ID, e.Mode)
		}
	}
	return mode, ""
}

// covers reports whether an exclusion is for a subnet or, without one, for all of a
// VPC.
func (e *Exclusion) covers(vpc string, s *Subnet) bool {
	if e.SubnetID != "" {
		return s != nil && e.SubnetID == s.ID
	}
	return e.VPCID == vpc
}

// inForce reports whether an exclusion counts: it stands, or it is being changed.
func inForce(state string) bool {
	return state == "" || !strings.HasPrefix(state, "delete") && !strings.HasPrefix(state, "disable") &&
		!strings.HasSuffix(state, "failed") && state != "create-in-progress"
}

// unblocked checks Block Public Access where the traffic's address belongs: in the
// subnet of the NAT gateway or appliance that asks, else in the notebook's own. A
// subnet between there and the gateway exempts nothing by being excluded itself,
// such as that of a firewall endpoint.
func (w *walker) unblocked(s *Subnet, open space, how passage) (ends fate, ok bool) {
	id := w.subnet.VPCID
	mode, why := w.ix.block.mode(id, w.source)
	last := mode
	if why == "" && s != nil && s != w.source {
		last, why = w.ix.block.mode(id, s)
	}
	shut := func(says string) (fate, bool) { return w.dropped(open, model.HopBlock, id, says), false }
	known := func(m string) bool { return m == blockOff || m == blockBoth || m == blockIn }
	switch {
	case why != "":
		return w.untold(open, model.HopBlock, id, "", why), false
	case mode == blockBoth:
		return shut("shuts every internet gateway here (block-bidirectional), and so the NAT gateways behind them")
	case !known(mode) || !known(last):
		return w.lost(open, model.HopBlock, id, "", "has the mode %q, which nbscope does not know", mode+" "+last), false
	case last == blockBoth:
		return w.lost(open, model.HopBlock, id, "", "shuts subnet %s, which the traffic leaves through, and exempts where it comes from, and nbscope does not know which counts", s.ID), false
	case mode == blockIn && how == viaOwnAddress, last == blockIn && how == viaOwnAddress:
		return shut("lets only NAT and egress-only gateways out (block-ingress)")
	case mode == blockIn:
		w.add(model.HopBlock, id, "", model.HopOK, "lets NAT and egress-only gateways out (block-ingress)")
	}
	return fate{}, true
}
