package aws

import (
	"cmp"
	"os"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// roleClient points the client that assumes the role of a profile at the
// endpoint that was asked for. The SDK's loader resolves credentials before it
// resolves endpoints, so that client would talk to AWS itself, whatever the flag
// and the variables say.
func (c *Client) roleClient(client stscreds.AssumeRoleAPIClient) stscreds.AssumeRoleAPIClient {
	own, ok := client.(*sts.Client)
	url := c.stsEndpoint()
	if !ok || url == "" {
		return client
	}
	o := own.Options()
	o.BaseEndpoint = sdkaws.String(url)
	return sts.New(o)
}

// stsEndpoint is where calls to STS are to be sent, "" for AWS's own endpoint.
func (c *Client) stsEndpoint() string {
	if c.opt.EndpointURL != "" {
		return c.opt.EndpointURL
	}
	if strings.EqualFold(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		return ""
	}
	return cmp.Or(os.Getenv("AWS_ENDPOINT_URL_STS"), os.Getenv("AWS_ENDPOINT_URL"))
}
