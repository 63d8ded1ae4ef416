package aws

import (
	"context"
	"fmt"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"nbscope/aws/store"
	"nbscope/model"
	"nbscope/model/profile"
)

// origin makes the providers of one profile's credentials. Every request of the
// chain goes where the settings of that profile send it, whichever profile a role
// takes its credentials from: so does the AWS CLI.
type origin struct {
	client  *Client
	profile *profile.Profile
	cfg     sdkaws.Config // without credentials
}

// provider makes what gets the credentials of a source. Nothing is asked yet.
func (o *origin) provider(s *profile.Source) (sdkaws.CredentialsProvider, error) {
	switch s.Kind {
	case profile.Keys:
		return o.client.cached(credentials.StaticCredentialsProvider{Value: sdkaws.Credentials{
			AccessKeyID: s.ID, SecretAccessKey: s.Secret, SessionToken: s.Token, CanExpire: !s.Ends.IsZero(), Expires: s.Ends,
		}}, whoseKeys(s)), nil
	case profile.Role:
		from, err := o.provider(s.From)
		if err != nil {
			return nil, err
		}
		return o.client.cached(&role{origin: o, source: s, from: from}, whoseRole(s.RoleARN)), nil
	case profile.WebIdentity:
		return o.client.cached(stscreds.NewWebIdentityRoleProvider(o.sts(nil), s.RoleARN, tokenFile{s},
			func(w *stscreds.WebIdentityRoleOptions) { w.RoleSessionName = orWord(s.SessionName, roleSessionName) }), whoseRole(s.RoleARN)), nil
	case profile.SSO:
		return o.sso(s)
	case profile.Login:
		return o.login(s)
	case profile.Process:
		return o.client.cached(&process{client: o.client, source: s, patience: processPatience},
			"what credential_process of profile "+s.Profile+" printed"), nil
	case profile.Container:
		return o.container(), nil
	case profile.Metadata:
		return o.metadata(), nil
	}
	return nil, fmt.Errorf("there is no kind %d of credentials", s.Kind)
}

// sts makes a client for one step of a chain.
func (o *origin) sts(creds sdkaws.CredentialsProvider) *sts.Client {
	cfg := o.cfg.Copy()
	cfg.Credentials = creds
	return o.client.sts(cfg)
}

// tokenFile reads the token of a web identity anew for each use: whoever hands it
// out replaces it before it ends.
type tokenFile struct{ source *profile.Source }

// GetIdentityToken is for the SDK.
func (t tokenFile) GetIdentityToken() ([]byte, error) {
	raw, err := store.ReadFile(t.source.TokenFile, longestToken)
	if err != nil {
		return nil, model.Problem{
			Kind: model.KindBadProfile, Operation: opSignIn, Profile: t.source.Profile,
			Message: "cannot read the web identity's token " + t.source.TokenFile + ": " + innermost(err).Error(), Hint: "correct " + t.setBy(),
		}
	}
	return raw, nil
}

// setBy names what says where the token is.
func (t tokenFile) setBy() string {
	if t.source.Profile == "" {
		return "AWS_WEB_IDENTITY_TOKEN_FILE"
	}
	return "web_identity_token_file of profile " + t.source.Profile
}

// metadata asks the metadata service of the host. Its client needs the HTTP client
// in the form that it can set shorter limits on.
func (o *origin) metadata() sdkaws.CredentialsProvider {
	cfg := o.cfg.Copy()
	cfg.HTTPClient = o.client.http
	host := ec2rolecreds.New(func(e *ec2rolecreds.Options) {
		e.Client = imds.NewFromConfig(cfg, func(i *imds.Options) {
			i.Endpoint = o.profile.MetadataEndpoint
			_ = i.EndpointMode.SetFromString(o.profile.MetadataMode) // checked when the profile was read
			if o.profile.MetadataV1Off {
				i.EnableFallback = sdkaws.FalseTernary
			}
		})
	})
	return sdkaws.NewCredentialsCache(guardedHost{guarded{provider: hostCredentials{host}, whose: "the credentials of the instance's role", now: o.client.opt.Now, lasting: true}, host})
}

// guardedHost keeps the rule of the host's provider that old credentials serve on
// while the metadata service is down.
type guardedHost struct {
	guarded
	host *ec2rolecreds.Provider
}

// HandleFailToRefresh is for the SDK.
func (g guardedHost) HandleFailToRefresh(ctx context.Context, before sdkaws.Credentials, err error) (sdkaws.Credentials, error) {
	return g.host.HandleFailToRefresh(ctx, before, err)
}
