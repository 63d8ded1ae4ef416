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

// blockMode is the mode that holds for a subnet. AWS gives it with the subnet,
// exclusions counted; where it does not, the region's mode and the exclusions
// tell.
func (ix *Index) blockMode(s *Subnet) (mode, why string) {
	if s.Block != "" {
		return s.Block, ""
	}
	if why = unread("the settings of Block Public Access", ix.block.Part); why != "" {
		return "", why
	}
	if ix.block.Mode == "" || ix.block.Mode == blockOff {
		return blockOff, ""
	}
	if why = unread("the exclusions from Block Public Access", ix.exclusions.Part); why != "" {
		return "", why
	}
	mode = ix.block.Mode
	for _, e := range ix.exclusions.Items {
		if e.SubnetID != s.ID && (e.SubnetID != "" || e.VPCID != s.VPCID) || !inForce(e.State) {
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

// inForce reports whether an exclusion counts: it stands, or it is being changed.
func inForce(state string) bool {
	return state == "" || !strings.HasPrefix(state, "delete") && !strings.HasPrefix(state, "disable") &&
		!strings.HasSuffix(state, "failed") && state != "create-in-progress"
}

// unblocked checks Block Public Access on the last stretch, in the gateway's
// subnet and in the notebook's own. The subnet is nil for a regional NAT
// gateway, which stands in none.
func (w *walker) unblocked(s *Subnet, how passage) (verdict model.Verdict, ok bool) {
	own, why := w.ix.blockMode(w.subnet)
	last := own
	if why == "" && s != nil && s != w.subnet {
		last, why = w.ix.blockMode(s)
	}
	id := w.subnet.VPCID
	switch {
	case why != "":
		w.add(model.HopBlock, id, "", model.HopUnknown, why)
	case last == blockBoth, own == blockBoth && s == nil:
		w.add(model.HopBlock, id, "", model.HopBroken, "shuts every internet gateway here (block-bidirectional), and so the NAT gateways behind them")
		return verdictNone, false
	case own == blockBoth:
		w.add(model.HopBlock, id, "", model.HopUnknown, "shuts the notebook's subnet %s and exempts %s, and nbscope does not know which counts", w.subnet.ID, s.ID)
	case last == blockIn && how == viaOwnAddress:
		w.add(model.HopBlock, id, "", model.HopBroken, "lets only NAT and egress-only gateways out (block-ingress)")
		return verdictNone, false
	case last == blockIn:
		w.add(model.HopBlock, id, "", model.HopOK, "lets NAT and egress-only gateways out (block-ingress)")
		return "", true
	case last == blockOff:
		return "", true
	default:
		w.add(model.HopBlock, id, "", model.HopUnknown, "has the mode %q, which nbscope does not know", last)
	}
	return model.VerdictUnknown, false
}
