package sim

import "slices"

// regionInfo is a region of AWS. Weight is the share of the notebooks that lives
// there, in no unit.
type regionInfo struct {
	name   string
	short  string // in the ids of availability zones
	optIn  bool   // has to be enabled by the account
	weight int
	geo    string
}

// allRegions lists the regions of the partition: those that every account has
// first, and of both kinds those in which teams work before the empty ones.
func allRegions() []regionInfo {
	return []regionInfo{
		{"us-east-1", "use1", false, 300, "United States of America"},
		{"eu-west-1", "euw1", false, 170, "Ireland"},
		{"us-west-2", "usw2", false, 140, "United States of America"},
		{"eu-central-1", "euc1", false, 110, "Germany"},
		{"ap-southeast-2", "apse2", false, 60, "Australia"},
		{"ap-northeast-1", "apne1", false, 60, "Japan"},
		{"us-east-2", "use2", false, 40, "United States of America"},
		{"eu-west-2", "euw2", false, 40, "United Kingdom"},
		{"eu-west-3", "euw3", false, 10, "France"},
		{"ap-south-1", "aps1", false, 20, "India"},
		{"ca-central-1", "cac1", false, 8, "Canada"},
		{"sa-east-1", "sae1", false, 5, "Brazil"},
		{"eu-north-1", "eun1", false, 6, "Sweden"},
		{"ap-southeast-1", "apse1", false, 6, "Singapore"},
		{"ap-northeast-2", "apne2", false, 0, "South Korea"},
		{"ap-northeast-3", "apne3", false, 0, "Japan"},
		{"us-west-1", "usw1", false, 0, "United States of America"},
		{"eu-south-1", "eus1", true, 4, "Italy"},
		{"eu-central-2", "euc2", true, 5, "Switzerland"},
		{"ap-southeast-4", "apse4", true, 0, "Australia"},
		{"me-central-1", "mec1", true, 3, "United Arab Emirates"},
		{"eu-south-2", "eus2", true, 0, "Spain"},
		{"ap-southeast-3", "apse3", true, 0, "Indonesia"},
		{"ap-east-1", "ape1", true, 0, "Hong Kong"},
		{"me-south-1", "mes1", true, 0, "Bahrain"},
		{"af-south-1", "afs1", true, 2, "South Africa"},
		{"il-central-1", "ilc1", true, 1, "Israel"},
		{"ca-west-1", "caw1", true, 1, "Canada"},
		{"mx-central-1", "mxc1", true, 1, "Mexico"},
		{"ap-south-2", "aps2", true, 0, "India"},
		{"ap-southeast-5", "apse5", true, 0, "Malaysia"},
		{"ap-southeast-7", "apse7", true, 0, "Thailand"},
		{"ap-east-2", "ape2", true, 0, "Taiwan"},
		{"ap-southeast-6", "apse6", true, 0, "New Zealand"},
	}
}

func isRegion(name string) bool {
	return slices.ContainsFunc(allRegions(), func(r regionInfo) bool { return r.name == name })
}

// optStatus is a region's state for the accounts, in EC2's words: a fault can
// take a region away, and one outside of the world has not been opted into.
func (w *world) optStatus(r regionInfo, f *Faults) string {
	switch {
	case slices.Contains(f.OptIn, r.name):
		return "not-opted-in"
	case !r.optIn:
		return "opt-in-not-required"
	case w.places[placeKey{w.accounts[0].id, r.name}] != nil:
		return "opted-in"
	}
	return "not-opted-in"
}

// known lists the regions that DescribeRegions may tell of: those of the world,
// and those that wait to be opted into.
func (w *world) known() []regionInfo {
	out := slices.Clone(w.regions)
	for _, r := range allRegions()[len(w.regions):] {
		if r.optIn {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b regionInfo) int { return compare(a.name, b.name) })
	return out
}

// enabled says whether the accounts' credentials are good in a region.
func (w *world) enabled(region string, f *Faults) bool {
	if f.Partition != "" {
		return true
	}
	all := allRegions()
	i := slices.IndexFunc(all, func(r regionInfo) bool { return r.name == region })
	return i >= 0 && w.optStatus(all[i], f) != "not-opted-in"
}
