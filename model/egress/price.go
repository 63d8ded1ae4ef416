package egress

import "nbscope/model"

// hoursPerMonth is how AWS makes a month's price of an hour's.
const hoursPerMonth = 730

// price holds the list prices of a region in USD, 0 where one is not known.
type price struct {
	seen         string  // the day of the list, or on which it was last looked at
	natHour      float64 // of a zonal NAT gateway
	natGB        float64 // of what goes through one
	endpointHour float64 // of an interface endpoint, for each zone
	endpointGB   float64
	addressHour  float64 // of a public IPv4 address, a NAT gateway's too
}

// priceOf is a region's list prices: of the AWS Price List, AmazonEC2 for NAT gateways
// and AmazonVPC for endpoints and public IPv4 addresses. An address costs the same in
// every region; of the rest only what was seen with its day stands here.
func priceOf(region string) price {
	const address = 0.005
	switch region {
	case "us-east-1":
		return price{seen: "2026-06-01", natHour: 0.045, natGB: 0.045, endpointHour: 0.01, endpointGB: 0.01, addressHour: address}
	case "us-west-2":
		return price{seen: "2026-10-01", natHour: 0.045, endpointHour: 0.01, endpointGB: 0.01, addressHour: address}
	case "eu-west-1":
		return price{seen: "2026-09-25", natHour: 0.048, natGB: 0.048, addressHour: address}
	case "cn-north-1", "cn-northwest-1":
		return price{} // prices there are in another currency
	}
	return price{addressHour: address}
}

// newNAT is what a NAT gateway and its address cost.
func (p price) newNAT() model.Cost {
	return monthly(p.natHour, "a NAT gateway").Plus(monthly(p.addressHour, "a public IPv4 address"))
}

// newEndpoint is what an interface endpoint in one zone costs.
func (p price) newEndpoint() model.Cost { return monthly(p.endpointHour, "an interface endpoint") }

// byGB says what traffic costs beside the month.
func (p price) byGB(usd float64, through, region string) string {
	if usd == 0 {
		return "What goes through " + through + " costs by the GB besides; the price is not known."
	}
	return "What goes through " + through + " costs " + model.Money(&usd, "per GB") + " besides (list prices of " + region + ", seen " + p.seen + ")."
}

func monthly(hour float64, what string) model.Cost {
	if hour == 0 {
		return model.Cost{Unknown: []string{what}}
	}
	return model.Cost{USD: hour * hoursPerMonth}
}
