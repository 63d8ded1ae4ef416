package aws

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	pricingtypes "github.com/aws/aws-sdk-go-v2/service/pricing/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

const (
	priceService  = "AmazonSageMaker"
	priceNotebook = "Notebk:"         // between the region's prefix and what is used, in a usage type
	priceVolume   = "VolumeUsage.gp2" // after it: a GB and month of storage
	priceCurrency = "USD"
)

// prices reads the list prices of notebook instances in a region, once. The list
// is filtered by the region alone: most of its rows leave the instance type empty,
// and say it in the usage type only.
func (s *session) prices(ctx context.Context, region string) (recreate.Prices, error) {
	return s.client.prices.get(ctx, region, func() (recreate.Prices, error) {
		endpoint, ok := pricingRegion(s.partition, region)
		if !ok {
			return recreate.Prices{}, model.Problem{
				Kind: model.KindNotOffered, Operation: "pricing:GetProducts", Message: "there is no price list in USD for " + region,
			}
		}
		cfg := s.cfg.Copy()
		cfg.Region = endpoint
		client := pricing.NewFromConfig(s.client.aimed(cfg, pricing.ServiceID))
		pages := pricing.NewGetProductsPaginator(client, &pricing.GetProductsInput{
			ServiceCode: sdkaws.String(priceService), MaxResults: sdkaws.Int32(pageSize),
			Filters: []pricingtypes.Filter{{
				Type: pricingtypes.FilterTypeTermMatch, Field: sdkaws.String("regionCode"), Value: sdkaws.String(region),
			}},
		})
		out := recreate.Prices{Hourly: map[string]float64{}}
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return recreate.Prices{}, err
			}
			for _, row := range page.PriceList {
				takePrice(&out, region, row)
			}
		}
		return out, nil
	})
}

// pricingRegion is the nearest of the few regions that serve the price list; false
// for partitions whose prices are in another currency, or not published.
func pricingRegion(partition, region string) (string, bool) {
	switch {
	case partition != "aws":
		return "", false
	case strings.HasPrefix(region, "eu-"), strings.HasPrefix(region, "me-"), strings.HasPrefix(region, "af-"), strings.HasPrefix(region, "il-"):
		return "eu-central-1", true
	case strings.HasPrefix(region, "ap-"):
		return "ap-south-1", true
	}
	return "us-east-1", true
}

// priceRow is what matters of a row of the price list.
type priceRow struct {
	Product struct {
		Attributes struct{ UsageType, RegionCode string }
	}
	Terms struct {
		OnDemand map[string]struct {
			PriceDimensions map[string]struct {
				BeginRange   string
				PricePerUnit map[string]string
			}
		}
	}
	PublicationDate string
}

// takePrice adds what a row says about notebook instances. A row that cannot be
// read leaves its price unknown.
func takePrice(into *recreate.Prices, region, raw string) {
	var row priceRow
	if json.Unmarshal([]byte(raw), &row) != nil || row.Product.Attributes.RegionCode != region {
		return
	}
	_, used, ok := strings.Cut(row.Product.Attributes.UsageType, priceNotebook)
	price := row.price()
	if !ok || price <= 0 {
		return
	}
	switch {
	case used == priceVolume:
		into.VolumeMonth = price
	case strings.HasPrefix(used, "ml."):
		into.Hourly[used] = price
	default:
		return
	}
	if date, _, _ := strings.Cut(row.PublicationDate, "T"); date > into.AsOf {
		into.AsOf = date
	}
}

// price is what the first unit costs, 0 where the row does not say.
func (r *priceRow) price() float64 {
	for _, term := range r.Terms.OnDemand {
		for _, d := range term.PriceDimensions {
			if d.BeginRange != "" && d.BeginRange != "0" {
				continue
			}
			if v, err := strconv.ParseFloat(d.PricePerUnit[priceCurrency], 64); err == nil && v > 0 {
				return v
			}
		}
	}
	return 0
}
