package egress

import "nbscope/model"

// pricesOf is the day on which the list prices below were last seen. They are those
// of the AWS Price List of 2025-10-01 (AmazonEC2 for NAT gateways, AmazonVPC for
// endpoints and public IPv4 addresses), unchanged since.
const pricesOf = "2026-06-01"

// hoursPerMonth is how AWS makes a month's price of an hour's.
const hoursPerMonth = 730

// price holds the list prices of a region in USD, 0 where one is not known.
type price struct {
	natHour      float64 // of a zonal NAT gateway
	natGB        float64 // of what goes through one
	endpointHour float64 // of an interface endpoint, for each zone
	endpointGB   float64
	addressHour  float64 // of a public IPv4 address, a NAT gateway's too
}

// priceOf is a region's list prices. A public IPv4 address costs the same in every
// region; of the rest only what a published list was seen for stands here.
func priceOf(region string) price {
	p := price{addressHour: 0.005}
	switch region {
	case "us-east-1":
		p.natHour, p.natGB, p.endpointHour, p.endpointGB = 0.045, 0.045, 0.01, 0.01
	case "cn-north-1", "cn-northwest-1":
		p.addressHour = 0 // prices there are in another currency
	}
	return p
}

// newNAT is what a NAT gateway and its address cost.
func (p price) newNAT() model.Cost {
	return monthly(p.natHour, "a NAT gateway").Plus(monthly(p.addressHour, "a public IPv4 address"))
}

// newEndpoint is what an interface endpoint in one zone costs.
func (p price) newEndpoint() model.Cost { return monthly(p.endpointHour, "an interface endpoint") }

// byGB says what traffic costs beside the month.
func byGB(usd float64, through, region string) string {
	if usd == 0 {
		return "What goes through " + through + " costs by the GB besides; the price is not known."
	}
	return "What goes through " + through + " costs " + model.Money(&usd, "per GB") + " besides (list prices of " + region + ", seen " + pricesOf + ")."
}

func monthly(hour float64, what string) model.Cost {
	if hour == 0 {
		return model.Cost{Unknown: []string{what}}
	}
	return model.Cost{USD: hour * hoursPerMonth}
}
