package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	"github.com/aws/aws-sdk-go-v2/service/pricing/types"
)

// priced is what a client reads of a row of the price list.
type priced struct {
	Product struct {
		Attributes map[string]string
	}
	Terms struct {
		OnDemand map[string]struct {
			PriceDimensions map[string]struct {
				Unit         string
				PricePerUnit map[string]string
			}
		}
	}
}

func (r rig) prices(t *testing.T, size int32, filters ...types.Filter) map[string]string {
	t.Helper()
	in := &pricing.GetProductsInput{ServiceCode: sdkaws.String("AmazonSageMaker"), Filters: filters}
	if size > 0 {
		in.MaxResults = &size
	}
	out := map[string]string{}
	for p := pricing.NewGetProductsPaginator(pricing.NewFromConfig(r.config("us-east-1")), in); p.HasMorePages(); {
		got, err := p.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range got.PriceList {
			var v priced
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				t.Fatal(err)
			}
			if column, ok := v.Product.Attributes["instanceType"]; !ok || column != "" {
				t.Errorf("the column of the instance type holds %q", column)
			}
			for _, term := range v.Terms.OnDemand {
				for _, d := range term.PriceDimensions {
					out[v.Product.Attributes["usagetype"]+" "+v.Product.Attributes["regionCode"]] = d.PricePerUnit["USD"] + " " + d.Unit
				}
			}
		}
	}
	return out
}

func TestPricesAreFoundByUsageTypeInEveryRegionOfTheList(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	all := r.prices(t, 0)
	if len(all) != len(priceRegions())*(3*len(hourly())+1) || fmt.Sprint(r.prices(t, 37)) != fmt.Sprint(all) {
		t.Errorf("%d rows", len(all))
	}
	for usage, want := range map[string]string{
		"USE1-Notebk:VolumeUsage.gp2 us-east-1": "0.1400000000 GB-Mo", "USE1-Notebk:ml.t3.medium us-east-1": "0.0500000000 Hrs",
		"EU-Notebk:ml.t3.medium eu-west-1": "0.0540000000 Hrs", "EUC1-Train:ml.m5.xlarge eu-central-1": "0.2645000000 Hrs",
	} {
		if all[usage] != want {
			t.Errorf("%s costs %q, want %s", usage, all[usage], want)
		}
	}
	filter := func(kind types.FilterType, field, value string) types.Filter {
		return types.Filter{Type: kind, Field: &field, Value: &value}
	}
	for name, c := range map[string]struct {
		filters []types.Filter
		want    int
	}{
		"a region":             {[]types.Filter{filter("TERM_MATCH", "regionCode", "eu-west-1")}, 3*len(hourly()) + 1},
		"a region's notebooks": {[]types.Filter{filter("TERM_MATCH", "regionCode", "EU-WEST-1"), filter("CONTAINS", "usagetype", "Notebk:")}, len(hourly()) + 1},
		"storage":              {[]types.Filter{filter("EQUALS", "productFamily", "ML Instance Storage")}, len(priceRegions())},
		"two regions":          {[]types.Filter{filter("ANY_OF", "regionCode", "eu-west-1, us-east-1")}, 6*len(hourly()) + 2},
		"all but one":          {[]types.Filter{filter("NONE_OF", "regionCode", "eu-west-1")}, (len(priceRegions()) - 1) * (3*len(hourly()) + 1)},
		"the instance type":    {[]types.Filter{filter("TERM_MATCH", "instanceType", "ml.t3.medium")}, 0},
	} {
		if got := r.prices(t, 0, c.filters...); len(got) != c.want {
			t.Errorf("%s: %d rows, want %d", name, len(got), c.want)
		}
	}
	_, err := pricing.NewFromConfig(r.config("eu-west-1")).GetProducts(context.Background(), &pricing.GetProductsInput{ServiceCode: sdkaws.String("AmazonSageMaker")})
	if code, _ := codeOf(t, err); code != "UnknownOperationException" {
		t.Error(err)
	}
	_, err = pricing.NewFromConfig(r.config("us-east-1")).GetProducts(context.Background(), &pricing.GetProductsInput{ServiceCode: sdkaws.String("AmazonSageMaker"), MaxResults: sdkaws.Int32(101)})
	wantError(t, err, "InvalidParameterException", "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100")
}

func TestOfferingsHintAtWhereAnInstanceTypeIs(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, nil), context.Background()
	ask := func(by ec2types.LocationType, names ...string) string {
		var out []string
		p := ec2.NewDescribeInstanceTypeOfferingsPaginator(r.ec2("us-east-1"), &ec2.DescribeInstanceTypeOfferingsInput{
			LocationType: by, Filters: []ec2types.Filter{{Name: sdkaws.String("instance-type"), Values: names}}, MaxResults: sdkaws.Int32(5),
		})
		for p.HasMorePages() {
			got, err := p.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range got.InstanceTypeOfferings {
				out = append(out, string(o.InstanceType)+"@"+*o.Location)
			}
		}
		return strings.Join(out, " ")
	}
	if got, want := ask("availability-zone", "t3.medium", "p4d.24xlarge"), "t3.medium@us-east-1a t3.medium@us-east-1b p4d.24xlarge@us-east-1a"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := ask("", "t3.*"), "t3.medium@us-east-1 t3.large@us-east-1 t3.xlarge@us-east-1 t3.2xlarge@us-east-1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, err := r.ec2("us-east-1").DescribeInstanceTypeOfferings(ctx, &ec2.DescribeInstanceTypeOfferingsInput{LocationType: "street"})
	wantError(t, err, "InvalidParameterValue", "Value (street) for parameter locationType is invalid.")
}
