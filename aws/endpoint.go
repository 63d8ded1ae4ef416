package aws

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model/profile"
)

// settings hand what a profile says of AWS's own endpoints to the SDK's clients, as
// one of their configuration sources.
type settings struct{ profile *profile.Profile }

// GetUseFIPSEndpoint is for the SDK.
func (s settings) GetUseFIPSEndpoint(context.Context) (sdkaws.FIPSEndpointState, bool, error) {
	return sdkaws.FIPSEndpointStateEnabled, s.profile.FIPS, nil
}

// GetUseDualStackEndpoint is for the SDK.
func (s settings) GetUseDualStackEndpoint(context.Context) (sdkaws.DualStackEndpointState, bool, error) {
	return sdkaws.DualStackEndpointStateEnabled, s.profile.DualStack, nil
}

// endpointID is the name that variables and services sections have for a service,
// which the SDK calls "SSO OIDC" and the like.
func endpointID(service string) string {
	return strings.ReplaceAll(strings.ToLower(service), " ", "_")
}

// settingsOf finds the settings that a configuration was made with, nil for fixed
// credentials.
func settingsOf(cfg sdkaws.Config) *profile.Profile {
	for _, source := range cfg.ConfigSources {
		if s, ok := source.(settings); ok {
			return s.profile
		}
	}
	return nil
}

// aimed is a configuration for the client of one service, by its ServiceID. An
// endpoint that is set wins over FIPS and dual stack, which choose among AWS's own:
// the AWS CLI holds it so, and the SDK refuses the two together.
func (c *wiring) aimed(cfg sdkaws.Config, service string) sdkaws.Config {
	if e := c.endpointOf(settingsOf(cfg), service); e.URL != "" {
		cfg.BaseEndpoint, cfg.ConfigSources = sdkaws.String(e.URL), nil
	}
	return cfg
}

// endpointOf is where the requests to a service are meant to go, the zero value for
// AWS's own endpoint.
func (c *wiring) endpointOf(p *profile.Profile, service string) profile.Endpoint {
	switch {
	case c.opt.EndpointURL != "":
		return profile.Endpoint{URL: c.opt.EndpointURL, From: "--endpoint-url"}
	case p == nil:
		return profile.Endpoint{}
	}
	return p.Endpoint(endpointID(service))
}

// elsewhereError stops a request that would leave for another host than the one
// that is configured.
type elsewhereError struct {
	host string
	want profile.Endpoint
}

func (e *elsewhereError) Error() string {
	return fmt.Sprintf("the request would go to %s and not to %s, as %s says", e.host, e.want.URL, e.want.From)
}

// keepEndpoint is the last step before the wire: whatever the SDK makes of the
// variables and files, a signed request goes where the user sends it, or nowhere.
// The metadata service and the endpoint of a container have addresses of their own.
func (c *wiring) keepEndpoint(p *profile.Profile) func(*middleware.Stack) error {
	step := middleware.DeserializeMiddlewareFunc("nbscope.endpoint", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		service := awsmw.GetServiceID(ctx)
		req, ok := in.Request.(*smithyhttp.Request)
		if !ok || service == "" || service == imds.ServiceID || service == containerServiceID {
			return next.HandleDeserialize(ctx, in)
		}
		if want := c.endpointOf(p, service); want.URL != "" {
			u, err := url.Parse(want.URL)
			if err != nil || (u.Host != req.URL.Host && !strings.HasSuffix(req.URL.Host, "."+u.Host)) { // S3 puts the bucket before it
				return middleware.DeserializeOutput{}, middleware.Metadata{}, &elsewhereError{req.URL.Host, want}
			}
		}
		return next.HandleDeserialize(ctx, in)
	})
	return func(s *middleware.Stack) error {
		if err := s.Deserialize.Add(step, middleware.After); err != nil {
			return fmt.Errorf("add the check of the endpoint: %w", err)
		}
		return nil
	}
}

// containerServiceID is what the SDK calls the endpoint of a container.
const containerServiceID = "endpoint-credentials"
