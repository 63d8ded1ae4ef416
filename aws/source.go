package aws

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
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
		return cached(credentials.NewStaticCredentialsProvider(s.ID, s.Secret, s.Token)), nil
	case profile.Role:
		from, err := o.provider(s.From)
		if err != nil {
			return nil, err
		}
		return cached(&role{origin: o, source: s, from: from}), nil
	case profile.WebIdentity:
		return cached(stscreds.NewWebIdentityRoleProvider(o.sts(nil), s.RoleARN, tokenFile{s},
			func(w *stscreds.WebIdentityRoleOptions) { w.RoleSessionName = orWord(s.SessionName, roleSessionName) })), nil
	case profile.SSO:
		return o.sso(s)
	case profile.Login:
		return o.login(s)
	case profile.Process:
		return cached(&process{client: o.client, source: s, patience: processPatience}), nil
	case profile.Container:
		return o.container()
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

// container asks the endpoint that a container of ECS or EKS is told of.
func (o *origin) container() (sdkaws.CredentialsProvider, error) {
	endpoint := os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if relative := os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); relative != "" {
		endpoint = "http://169.254.170.2" + relative
	}
	// The step that refuses plain HTTP holds for this endpoint as well: it takes
	// loopback and the addresses that AWS gives to such endpoints.
	provider := endpointcreds.New(endpoint, func(e *endpointcreds.Options) {
		e.HTTPClient, e.APIOptions, e.Retryer = o.cfg.HTTPClient, o.cfg.APIOptions, newRetryer()
		e.AuthorizationToken = os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN")
		if file := os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); file != "" {
			e.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(func() (string, error) {
				token, err := store.ReadFile(file, longestToken)
				if err != nil {
					return "", configProblem("cannot read "+file+": "+innermost(err).Error(), "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
				}
				return string(token), nil
			})
		}
	})
	return cached(provider, func(c *sdkaws.CredentialsCacheOptions) { c.ExpiryWindow = 5 * time.Minute }), nil
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
	return sdkaws.NewCredentialsCache(guardedHost{guarded{host}, host})
}

// cached keeps credentials until they end.
func cached(p sdkaws.CredentialsProvider, opts ...func(*sdkaws.CredentialsCacheOptions)) sdkaws.CredentialsProvider {
	return sdkaws.NewCredentialsCache(guarded{p}, opts...)
}

// guarded catches a panic of a provider. The SDK's cache runs providers in a
// goroutine of its own, where nobody else could: it would end the program with the
// terminal in disorder.
type guarded struct{ provider sdkaws.CredentialsProvider }

// Retrieve is for the SDK.
func (g guarded) Retrieve(ctx context.Context) (creds sdkaws.Credentials, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{value: fmt.Sprint(r), stack: debug.Stack()}
		}
	}()
	return g.provider.Retrieve(ctx)
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
