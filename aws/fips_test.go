package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
)

// nowhere knows no address.
type nowhere struct{}

func (nowhere) RoundTrip(req *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: req.URL.Hostname(), IsNotFound: true}}
}

// TestAFIPSEndpointIsMissingWhereTheOneBesideItIsNot: without that this machine may
// know no names at all, or only some.
func TestAFIPSEndpointIsMissingWhereTheOneBesideItIsNot(t *testing.T) {
	t.Parallel()
	missing := func(name string) error {
		return fmt.Errorf("send: %w", &net.DNSError{Name: name, Err: "no such host", IsNotFound: true})
	}
	for name, c := range map[string]struct {
		err    error
		known  string // the one name that has an address
		looked string
		says   bool
	}{
		"SageMaker":          {missing("api-fips.sagemaker.eu-west-1.amazonaws.com"), "api.sagemaker.eu-west-1.amazonaws.com", "api.sagemaker.eu-west-1.amazonaws.com", true},
		"STS":                {missing("sts-fips.eu-west-1.amazonaws.com"), "sts.eu-west-1.amazonaws.com", "sts.eu-west-1.amazonaws.com", true},
		"neither":            {missing("sts-fips.eu-west-1.amazonaws.com"), "", "sts.eu-west-1.amazonaws.com", false},
		"no FIPS":            {missing("sts.eu-west-1.amazonaws.com"), "", "", false},
		"not found out":      {&net.DNSError{Name: "sts-fips.eu-west-1.amazonaws.com", IsTimeout: true}, "sts.eu-west-1.amazonaws.com", "", false},
		"something else":     {errors.New("refused"), "", "", false},
		"nothing went wrong": {nil, "", "", false},
	} {
		looked := ""
		err := lookBeside(t.Context(), func(_ context.Context, host string) ([]string, error) {
			looked = host
			if host == c.known {
				return []string{"192.0.2.1"}, nil
			}
			return nil, missing(host)
		}, c.err)
		if (err == nil) != (c.err == nil) || !errors.Is(err, c.err) || looked != c.looked {
			t.Errorf("%s: %v after a look at %q", name, err, looked)
		}
		if err != nil && strings.Contains(classify(err).Message, "there is no FIPS endpoint here") != c.says {
			t.Errorf("%s: %+v", name, classify(err))
		}
		if c.looked != "" && !strings.Contains(classify(err).Hint, hintFIPS) {
			t.Errorf("%s: the hint is %q", name, classify(err).Hint)
		}
	}
}

// TestARegionThatHasNoFIPSEndpointIsKnown also where no name at all can be looked up.
func TestARegionThatHasNoFIPSEndpointIsKnown(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"api-fips.sagemaker.eu-west-1.amazonaws.com":    "there is no FIPS endpoint of SageMaker in eu-west-1: ",
		"sts-fips.ca-central-1.amazonaws.com":           "there is no FIPS endpoint of STS in ca-central-1: ",
		"api-fips.sagemaker.ca-central-1.amazonaws.com": "no address is known for ",
		"sts-fips.us-east-1.amazonaws.com":              "no address is known for ",
		"fips.ec2.eu-west-1.amazonaws.com":              "no address is known for ",
	} {
		p := classify(&net.DNSError{Name: host, Err: "no such host", IsNotFound: true})
		if !strings.HasPrefix(p.Message, want) || !strings.Contains(p.Hint, hintFIPS) {
			t.Errorf("%s: %+v", host, p)
		}
	}
}

// TestTheWireLooksBeside has localhost for the endpoint that every machine knows.
func TestTheWireLooksBeside(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://fips.localhost/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := wire{nowhere{}}.Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if p := classify(err); !strings.HasPrefix(p.Message, "there is no FIPS endpoint here: fips.localhost has no address, and localhost has one") || retryable(err) != sdkaws.FalseTernary {
		t.Errorf("%+v", p)
	}
}
