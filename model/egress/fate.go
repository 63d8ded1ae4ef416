package egress

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"nbscope/model"
)

// fate is how the addresses fare that a way is asked for. Those that it leaves out
// are closed.
type fate struct {
	open      space // are reached over the internet
	inspected bool  // some of them through an inspection appliance
	beyond    space // leave to where these facts do not show
	doubt     space // it is not known
	final     space // closed, whatever an appliance on the way does
}

// join puts the fates of two parts together.
func (f fate) join(g fate) fate {
	both := func(a, b space) space { return union(slices.Concat(a, b)) }
	return fate{both(f.open, g.open), f.inspected || g.inspected, both(f.beyond, g.beyond), both(f.doubt, g.doubt), both(f.final, g.final)}
}

// shut returns the addresses of whole that are closed.
func (f fate) shut(whole space) space { return whole.minus(f.open).minus(f.beyond).minus(f.doubt) }

// verdict is the word for a fate of the addresses of whole. Doubt about any of them
// is doubt about the word. What is closed or leaves for other private networks is a
// hole; one smaller than what the internet routes by itself is told as a warning and
// is not "a part of the internet".
func (f fate) verdict(whole space, grain uint64) model.Verdict {
	switch {
	case !f.doubt.empty():
		return model.VerdictUnknown
	case f.open.empty() && f.beyond.empty():
		return verdictNone
	case f.open.empty():
		return model.VerdictIndirect
	case whole.minus(f.open).size() >= grain:
		return model.VerdictPartial
	case f.inspected:
		return model.VerdictInspected
	}
	return model.VerdictNAT
}

// mostNames is how many ranges a sentence names.
const mostNames = 3

// names lists the addresses of a part of the internet by the fewest CIDRs that
// hold them and no other address of the internet, and says whether all are named.
func (st stack) names(part space) (cidrs []string, all bool) {
	width := 64
	if st.v4 {
		width = 32
	}
	var cut func(lo uint64, length int)
	cut = func(lo uint64, length int) {
		at := space{{lo, lo + (^uint64(0)>>(64-width))>>length}}
		switch {
		case len(cidrs) > mostNames || part.and(at).empty():
		case st.internet.and(at).minus(part).empty():
			cidrs = append(cidrs, st.cidr(lo, length))
		default:
			cut(lo, length+1)
			cut(lo+uint64(1)<<(width-length-1), length+1)
		}
	}
	cut(0, 0)
	if len(cidrs) > mostNames {
		return cidrs[:mostNames], false
	}
	return cidrs, true
}

func (st stack) cidr(lo uint64, length int) string {
	if st.v4 {
		return fmt.Sprintf("%d.%d.%d.%d/%d", byte(lo>>24), byte(lo>>16), byte(lo>>8), byte(lo), length)
	}
	var raw [16]byte
	for i := range 8 {
		raw[i] = byte(lo >> (56 - 8*i))
	}
	return netip.PrefixFrom(netip.AddrFrom16(raw), length).String()
}

// phrase names a part of the internet in a sentence.
func (st stack) phrase(part space) string {
	cidrs, all := st.names(part)
	if !all {
		cidrs = append(cidrs, "and more")
	}
	return strings.Join(cidrs, ", ")
}

// bounds says which part of the internet it is: by what is missing, or by what
// there is where that takes fewer words.
func (st stack) bounds(there, missing space) string {
	if st.translated() {
		return "a part of the internet only"
	}
	if _, all := st.names(missing); !all {
		if _, each := st.names(there); each {
			return "only " + st.phrase(there) + " of the " + st.name + " internet"
		}
	}
	return "the " + st.name + " internet except " + st.phrase(missing)
}
