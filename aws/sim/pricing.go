package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

func pricingOperations() []operation {
	return []operation{{name: "Pricing.GetProducts", handle: getProducts}}
}

// priceRegion is a region of the price list. The prefix of its usage types follows
// no rule.
type priceRegion struct {
	name, prefix, location string
	percent                int // of the price in the first
}

func priceRegions() []priceRegion {
	return []priceRegion{
		{"us-east-1", "USE1", "US East (N. Virginia)", 100},
		{"us-west-2", "USW2", "US West (Oregon)", 100},
		{"eu-west-1", "EU", "EU (Ireland)", 108},
		{"eu-central-1", "EUC1", "EU (Frankfurt)", 115},
		{"ap-southeast-2", "APS2", "Asia Pacific (Sydney)", 125},
		{"ap-northeast-1", "APN1", "Asia Pacific (Tokyo)", 129},
	}
}

// hourly are the prices of an hour in the first region, in a hundredth of a cent.
// They are the simulation's numbers, not AWS's. A type that is not there has no
// price, as happens with new ones.
func hourly() map[string]int {
	return map[string]int{
		"ml.t3.medium": 500, "ml.t3.large": 1000, "ml.t3.xlarge": 2000, "ml.t3.2xlarge": 4000, "ml.t2.medium": 464,
		"ml.m5.xlarge": 2300, "ml.m5.2xlarge": 4610, "ml.m5.4xlarge": 9220, "ml.m5d.large": 1360, "ml.m6i.large": 1150,
		"ml.c5.xlarge": 2040, "ml.c5.4xlarge": 8160, "ml.r5.large": 1510, "ml.r5.4xlarge": 12100,
		"ml.g4dn.xlarge": 7364, "ml.g5.xlarge": 14080, "ml.g5.12xlarge": 70900, "ml.p4d.24xlarge": 376890,
		"ml.p2.xlarge": 11250, "ml.p3.2xlarge": 38250, "ml.p3.8xlarge": 146880,
	}
}

// product is a row of the price list.
type product struct {
	attributes map[string]string
	family     string
	unit       string
	price      float64
}

// products lists the rows of SageMaker by region and usage type. As in AWS's
// list, the column of the instance type is empty, and rows of other parts of
// SageMaker stand between those of the notebooks.
func products() []product {
	prices := hourly()
	types := make([]string, 0, len(prices))
	for name := range prices {
		types = append(types, name)
	}
	slices.Sort(types)
	regions := priceRegions()
	out := make([]product, 0, len(regions)*(3*len(types)+1))
	for _, region := range regions {
		for _, part := range []struct{ name, component string }{{"Hosting", "Hosting"}, {"Notebk", "Notebook"}, {"Train", "Training"}} {
			for _, name := range types {
				price := float64(prices[name]*region.percent) / 1e6
				out = append(out, region.row(part.name+":"+name, part.component, "ML Instance", "Hrs", price))
			}
		}
		out = append(out, region.row("Notebk:VolumeUsage.gp2", "Notebook", "ML Instance Storage", "GB-Mo", 0.14*float64(region.percent)/100))
	}
	return out
}

func (v priceRegion) row(usage, component, family, unit string, price float64) product {
	return product{family: family, unit: unit, price: price, attributes: map[string]string{
		"servicecode": "AmazonSageMaker", "servicename": "Amazon SageMaker", "usagetype": v.prefix + "-" + usage, "regionCode": v.name,
		"location": v.location, "locationType": "AWS Region", "component": component, "instanceType": "", "operation": "RunInstance",
	}}
}

// text is the row as AWS hands it out: JSON within a string.
func (v product) text(published time.Time) string {
	const offer, rate = "JRTCKXETXF", "6YS6EN2CT7"
	sku := strings.ToUpper(newRNG(1, "sku", v.attributes["usagetype"]).hex(16))
	term := map[string]any{
		"sku": sku, "offerTermCode": offer, "effectiveDate": published.Format(time.RFC3339), "termAttributes": map[string]string{},
		"priceDimensions": map[string]any{sku + "." + offer + "." + rate: map[string]any{
			"rateCode": sku + "." + offer + "." + rate, "unit": v.unit, "beginRange": "0", "endRange": "Inf", "appliesTo": []string{},
			"description":  fmt.Sprintf("$%g per %s of %s", v.price, v.unit, v.attributes["usagetype"]),
			"pricePerUnit": map[string]string{"USD": fmt.Sprintf("%.10f", v.price)},
		}},
	}
	raw, err := json.Marshal(map[string]any{
		"product":     map[string]any{"productFamily": v.family, "sku": sku, "attributes": v.attributes},
		"serviceCode": "AmazonSageMaker", "version": published.Format("20060102150405"), "publicationDate": published.Format(time.RFC3339),
		"terms": map[string]any{"OnDemand": map[string]any{sku + "." + offer: term}},
	})
	if err != nil {
		return ""
	}
	return string(raw)
}

// priceFilter is a filter of GetProducts.
type priceFilter struct{ Type, Field, Value string }

func (f priceFilter) matches(v product) bool {
	have := ""
	if strings.EqualFold(f.Field, "productFamily") {
		have = v.family
	}
	for name, value := range v.attributes {
		if strings.EqualFold(name, f.Field) {
			have = value
		}
	}
	list := strings.Split(f.Value, ",")
	among := slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(strings.TrimSpace(one), have) })
	switch f.Type {
	case "CONTAINS":
		return strings.Contains(strings.ToLower(have), strings.ToLower(f.Value))
	case "ANY_OF":
		return among
	case "NONE_OF":
		return !among
	}
	return strings.EqualFold(have, f.Value)
}

func getProducts(s *cloud, r *request) (any, *apiError) {
	var in struct {
		ServiceCode, FormatVersion, NextToken string
		Filters                               []priceFilter
		MaxResults                            *int
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if r.region != "us-east-1" {
		return nil, notOffered() // AWS has no endpoint for prices there
	}
	var c constraints
	c.required("serviceCode", in.ServiceCode)
	c.between("maxResults", in.MaxResults, 1, 100)
	for i, f := range in.Filters {
		c.oneOf(fmt.Sprintf("filters.%d.member.type", i+1), f.Type, []string{"TERM_MATCH", "EQUALS", "CONTAINS", "ANY_OF", "NONE_OF"})
	}
	if e := c.err("InvalidParameterException"); e != nil {
		return nil, e
	}
	var found []product
	for _, v := range products() {
		if in.ServiceCode == "AmazonSageMaker" && !slices.ContainsFunc(in.Filters, func(f priceFilter) bool { return !f.matches(v) }) {
			found = append(found, v)
		}
	}
	cut, next, ok := page(r, found, sizeOf(in.MaxResults, 100), fmt.Sprint(in.ServiceCode, in.Filters), in.NextToken)
	if !ok {
		return nil, badRequest("InvalidNextTokenException", "The pagination token is invalid. Try again without a pagination token.")
	}
	published := s.world.base.Add(-50 * 24 * time.Hour)
	out := struct {
		FormatVersion string
		NextToken     string `json:",omitempty"`
		PriceList     []string
	}{"aws_v1", next, make([]string, 0, len(cut))}
	for _, v := range cut {
		out.PriceList = append(out.PriceList, v.text(published))
	}
	return out, nil
}
