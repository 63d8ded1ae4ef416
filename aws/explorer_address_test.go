package aws

import (
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/model"
	"nbscope/model/profile"
)

func TestWhereAnIndexIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		partition, endpoint string
		words               map[string]string // of the environment; nil for no profile
		want                string            // "" for not offered
	}{
		"no profile":              {partition: "aws", want: "https://resource-explorer-2.eu-west-1.amazonaws.com/Search"},
		"a profile":               {partition: "aws", words: map[string]string{}, want: "https://resource-explorer-2.eu-west-1.amazonaws.com/Search"},
		"FIPS":                    {partition: "aws", words: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, want: "https://resource-explorer-2-fips.eu-west-1.amazonaws.com/Search"},
		"dual stack":              {partition: "aws", words: map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true"}, want: "https://resource-explorer-2.eu-west-1.api.aws/Search"},
		"both":                    {partition: "aws", words: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, want: "https://resource-explorer-2-fips.eu-west-1.api.aws/Search"},
		"an endpoint":             {partition: "aws", endpoint: "http://localhost:5000", want: "http://localhost:5000/Search"},
		"an endpoint with a path": {partition: "aws-cn", endpoint: "http://localhost:5000/a/", want: "http://localhost:5000/a/Search"},
		"a partition without":     {partition: "aws-cn"},
		"a partition of the moon": {partition: "aws-moon"},
		"an endpoint before FIPS": {partition: "aws", words: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, endpoint: "http://localhost:5000", want: "http://localhost:5000/Search"},
	} {
		e := &explorer{partition: c.partition, client: &Client{}}
		e.client.opt.EndpointURL = c.endpoint
		e.cfg = sdkaws.Config{Region: "eu-west-1"}
		if c.words != nil {
			p, err := (&profile.Files{}).Resolve("", func(name string) (string, bool) { v, ok := c.words[name]; return v, ok })
			if err != nil {
				t.Fatal(err)
			}
			e.cfg.ConfigSources = []any{settings{profile: p}}
		}
		got, err := e.address("Search")
		if c.want == "" {
			if classify(err).Kind != model.KindNotOffered {
				t.Errorf("%s: got %v, %v", name, got, err)
			}
			continue
		}
		if err != nil || got.String() != c.want {
			t.Errorf("%s: got %v, %v, want %s", name, got, err, c.want)
		}
	}
}
