package aws

import (
	"crypto/x509"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/aws/store"
	"nbscope/model/profile"
)

// trusting returns the HTTP client that trusts a profile's certificates in place of
// the system's. One is made for each file.
func (c *Client) trusting(p *profile.Profile) (sdkaws.HTTPClient, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client, ok := c.bundles[p.CABundle]; ok {
		return client, nil
	}
	raw, err := store.ReadFile(p.CABundle, longestFile)
	if err != nil {
		return nil, configProblem("cannot read "+p.CABundle+", the certificates of "+p.CABundleFrom+": "+innermost(err).Error(),
			"name a file of PEM certificates there, or take it out")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, configProblem(p.CABundle+", the certificates of "+p.CABundleFrom+", holds no certificate in PEM", "name a file of PEM certificates there, or take it out")
	}
	t := c.http.GetTransport()
	t.TLSClientConfig.RootCAs = pool
	c.bundles[p.CABundle] = wire{t}
	return c.bundles[p.CABundle], nil
}
