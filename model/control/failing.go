package control

import "nbscope/model"

// Supported is the only platform that still gets support.
const Supported = "notebook-al2023-v1"

// Facts are what the controls look at. What is not known fails nothing.
type Facts struct {
	DirectInternet string
	SubnetID       string // "" means no VPC
	RootAccess     string
	Platform       string
	Egress         model.Verdict // of the VPC alone, where direct internet access is off; "" when it was not judged
}

// Failing lists the controls that a notebook fails. Those that want a notebook to
// reach what it needs are failed by one that is proven to be closed.
func Failing(f Facts) []model.Control {
	var out []model.Control
	if f.DirectInternet == model.Enabled {
		out = append(out, AgainstDirect()...)
	}
	if f.SubnetID == "" {
		out = append(out, CustomVPC())
	}
	if f.RootAccess == model.Enabled {
		out = append(out, NoRoot())
	}
	if f.Platform != "" && f.Platform != Supported {
		out = append(out, Platform())
	}
	if f.DirectInternet == model.Disabled && f.Egress.Closed() {
		out = append(out, Reach()...)
	}
	return out
}
