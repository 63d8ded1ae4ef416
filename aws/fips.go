package aws

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"nbscope/model"
)

// hintFIPS is for where there is no FIPS endpoint.
const hintFIPS = "leave the region out with --region, or turn use_fips_endpoint (AWS_USE_FIPS_ENDPOINT) off for it"

// isFIPS reports whether a host is named as AWS names its FIPS endpoints, such as
// api-fips.sagemaker.us-east-1.amazonaws.com.
func isFIPS(host string) bool {
	return strings.Contains(host, "-fips.") || strings.HasPrefix(host, "fips.")
}

// besideFIPS is the name of the endpoint without FIPS.
func besideFIPS(host string) string {
	return strings.TrimPrefix(strings.Replace(host, "-fips.", ".", 1), "fips.")
}

// fipsError is the name of a FIPS endpoint that nobody knows, where the name of the
// endpoint beside it is known: names are resolved here, and that one does not exist.
type fipsError struct{ error }

func (e *fipsError) Unwrap() error { return e.error }

// lookBeside looks up the name beside that of a FIPS endpoint which was not found.
func lookBeside(ctx context.Context, lookup func(context.Context, string) ([]string, error), err error) error {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok || !dns.IsNotFound || !isFIPS(dns.Name) {
		return err
	}
	if known, failed := lookup(ctx, besideFIPS(dns.Name)); failed != nil || len(known) == 0 {
		return err
	}
	return &fipsError{err}
}

// classifyFIPS says of a FIPS endpoint without an address what is known of it.
func classifyFIPS(err error, host string, p *model.Problem) {
	if _, ok := errors.AsType[*fipsError](err); ok {
		p.Message = "there is no FIPS endpoint here: " + host + " has no address, and " + besideFIPS(host) + " has one"
		p.Hint = hintFIPS
		return
	}
	if service, region, none := withoutFIPS(host); none {
		p.Message = "there is no FIPS endpoint of " + service + " in " + region + ": " + host + " has no address"
		p.Hint = hintFIPS
		return
	}
	p.Hint += "; where there is no FIPS endpoint, " + hintFIPS
}

// withoutFIPS names the service and the region of a host that is called as a FIPS endpoint
// there would be, where there is none. Regions of the common partition, and of GovCloud,
// that have one: the endpoints of the SDK's packages for these services.
func withoutFIPS(host string) (service, region string, none bool) {
	name, ok := strings.CutSuffix(host, ".amazonaws.com")
	if !ok {
		return "", "", false
	}
	have := []string{"us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-east-1", "us-gov-west-1"}
	switch {
	case strings.HasPrefix(name, "api-fips.sagemaker."):
		service, region = "SageMaker", strings.TrimPrefix(name, "api-fips.sagemaker.")
		have = append(have, "ca-central-1", "ca-west-1")
	case strings.HasPrefix(name, "sts-fips."):
		service, region = "STS", strings.TrimPrefix(name, "sts-fips.")
	default:
		return "", "", false
	}
	return service, region, !slices.Contains(have, region)
}
