package sim

import (
	"slices"
	"strings"
)

// describeOfferings says where EC2 has an instance type, which is a hint and no
// more: SageMaker does not tell where it has its own. The largest types are only
// in the first zone, and one in Sydney has no burstable ones.
func describeOfferings(s *cloud, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	by := r.form.Get("LocationType")
	if by == "" {
		by = "region"
	}
	if !slices.Contains([]string{"region", "availability-zone", "availability-zone-id"}, by) {
		return nil, badRequest("InvalidParameterValue", "Value (%s) for parameter locationType is invalid.", by)
	}
	type zone struct{ name, id string }
	var zones []zone
	for _, n := range p.net.allSubnets() {
		if z := (zone{n.zone, n.zoneID}); !slices.Contains(zones, z) {
			zones = append(zones, z)
		}
	}
	var items []item
	offer := func(name, location string) {
		id := name + " " + location
		if slices.ContainsFunc(items, func(it item) bool { return it.id == id }) {
			return
		}
		items = append(items, item{
			id: id,
			view: func() element {
				return group("item", leaf("instanceType", name), leaf("locationType", by), leaf("location", location))
			},
			attrs: map[string][]string{"instance-type": {name}, "location": {location}},
		})
	}
	for _, full := range knownTypes() {
		name := strings.TrimPrefix(full, "ml.")
		if by == "region" {
			offer(name, r.region)
			continue
		}
		for _, z := range zones {
			switch location := map[string]string{"availability-zone": z.name, "availability-zone-id": z.id}[by]; {
			case strings.HasPrefix(name, "p") && !strings.HasSuffix(z.name, "a"), strings.HasPrefix(name, "t3") && z.id == "apse2-az3":
			default:
				offer(name, location)
			}
		}
	}
	return describeAll(r, kind{
		set: "instanceTypeOfferingSet", code: "InvalidInstanceType", noun: "instance type", page: [2]int{5, 1000},
		filters: []string{"instance-type", "location"},
	}, items)
}
