package aws

import (
	"context"
	"errors"
	"net"
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
	p.Hint += "; where there is no FIPS endpoint, " + hintFIPS
}
