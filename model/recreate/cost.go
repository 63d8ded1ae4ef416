package recreate

import (
	"strings"

	"nbscope/model"
)

const hoursPerMonth = 730

// CostLine is one line of the costs for a screen.
type CostLine struct{ Label, Value string }

// CostOf is what the run costs at list prices. A price that is missing stays
// absent: nothing is guessed.
func CostOf(src *Snapshot, spec Spec, prices Fact[Prices]) Cost {
	out := Cost{Currency: "USD"}
	if !prices.Known {
		out.Unknown = prices.Why
		if out.Unknown == "" {
			out.Unknown = "prices were not asked for"
		}
		return out
	}
	out.AsOf = prices.Value.AsOf
	var missing []string
	hourly := func(kind string) *float64 {
		if v, ok := prices.Value.Hourly[kind]; ok {
			return &v
		}
		missing = append(missing, kind)
		return nil
	}
	out.InstanceHour = hourly(spec.InstanceType)
	out.SourceHour = out.InstanceHour
	if src.InstanceType != spec.InstanceType {
		out.SourceHour = hourly(src.InstanceType)
	}
	if v := prices.Value.VolumeMonth; v > 0 {
		kept := v * float64(src.VolumeGB)
		out.VolumeMonth, out.KeptPerMonth = &v, &kept
	} else {
		missing = append(missing, "the volume")
	}
	if len(missing) > 0 {
		out.Unknown = "the price list of the region has no price for " + strings.Join(missing, " and ")
		return out
	}
	volumes := *out.VolumeMonth * float64(src.VolumeGB+spec.VolumeGB) / hoursPerMonth
	overlap := *out.InstanceHour + *out.SourceHour + volumes
	out.OverlapPerHour = &overlap
	return out
}

// Lines are the costs as a screen shows them; what is not known says so.
func (c Cost) Lines() []CostLine {
	out := []CostLine{
		{"While both run", model.Money(c.OverlapPerHour, "an hour")},
		{"Replacement", model.Money(c.InstanceHour, "an hour")},
		{"Source", model.Money(c.SourceHour, "an hour while it runs")},
		{"Source stopped and kept", model.Money(c.KeptPerMonth, "a month")},
		{"Storage", model.Money(c.VolumeMonth, "a GB and month, also while stopped")},
	}
	if c.Unknown != "" {
		out = append(out, CostLine{"Not known", c.Unknown})
	}
	if c.AsOf != "" {
		out = append(out, CostLine{"Price list", c.AsOf})
	}
	return append(out, CostLine{"Not counted", "data through S3 and NAT gateways, and what your own scripts start"})
}
