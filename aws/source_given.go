package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/aws/store"
	"nbscope/model"
	"nbscope/model/profile"
)

// Credentials that somebody gives are looked at before a request is signed with them:
// what is wrong with them is told of those who gave them, and not of the call that AWS
// refuses for it. Those that have ended are refused, as by the AWS CLI.

// cached keeps credentials until they end. They are called whose where something is
// wrong with them.
func (c *Client) cached(p sdkaws.CredentialsProvider, whose string, opts ...func(*sdkaws.CredentialsCacheOptions)) sdkaws.CredentialsProvider {
	return sdkaws.NewCredentialsCache(guarded{provider: p, whose: whose, now: c.opt.Now}, opts...)
}

func whoseKeys(s *profile.Source) string {
	switch {
	case s.Profile != "":
		return "the keys of profile " + s.Profile
	case !s.Ends.IsZero():
		return "the keys of the environment, as AWS_CREDENTIAL_EXPIRATION says,"
	}
	return "the keys of the environment"
}

func whoseRole(arn string) string { return "the credentials that STS gave for " + arn }

// guarded looks at what a provider gives, and catches its panics. The SDK's cache runs
// providers in a goroutine of its own, where nobody else could: it would end the program
// with the terminal in disorder.
type guarded struct {
	provider sdkaws.CredentialsProvider
	whose    string
	now      func() time.Time
	lasting  bool // they may serve on when they have ended
}

// Retrieve is for the SDK.
func (g guarded) Retrieve(ctx context.Context) (creds sdkaws.Credentials, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{value: fmt.Sprint(r), stack: debug.Stack()}
		}
	}()
	// The call that is to be signed keeps in the context which one it is. The calls that
	// get credentials are others, and not all of the SDK's clients say so.
	creds, err = g.provider.Retrieve(middleware.ClearStackValues(ctx))
	if err == nil {
		err = g.check(&creds)
	}
	if err != nil {
		return sdkaws.Credentials{}, err
	}
	return creds, nil
}

// check refuses credentials that no request can be signed with.
func (g guarded) check(c *sdkaws.Credentials) error {
	for _, part := range []struct {
		name, value string
		must        bool
	}{{"AccessKeyId", c.AccessKeyID, true}, {"SecretAccessKey", c.SecretAccessKey, true}, {"Token", c.SessionToken, false}} {
		if part.must && part.value == "" {
			return badCredentials(g.whose + " lack " + part.name)
		}
		if says := profile.Unclean(part.value); says != "" {
			return badCredentials(g.whose + ": " + part.name + " " + says)
		}
	}
	switch {
	case !c.CanExpire:
		return nil
	case c.Expires.IsZero():
		return badCredentials(g.whose + " lack Expiration")
	case !g.lasting && !g.now().Before(c.Expires):
		return model.Problem{
			Kind: model.KindExpired, Operation: opSignIn, Message: g.whose + " ended at " + c.Expires.UTC().Format(time.RFC3339),
			Hint: "renew them where they come from; if they are new, this machine's clock is wrong",
		}
	}
	return nil
}

func badCredentials(says string) model.Problem {
	return model.Problem{Kind: model.KindBadCredentials, Operation: opSignIn, Message: says, Hint: "look at what gives them"}
}

// hostCredentials are those of the metadata service of the host, whose client says of
// most failures only what it could not read.
type hostCredentials struct{ provider sdkaws.CredentialsProvider }

// Retrieve is for the SDK.
func (h hostCredentials) Retrieve(ctx context.Context) (sdkaws.Credentials, error) {
	creds, err := h.provider.Retrieve(ctx)
	var api smithy.APIError
	var op *smithy.OperationError
	var odd *json.SyntaxError
	var other *json.UnmarshalTypeError
	switch {
	case err == nil, errors.As(err, &op):
		return creds, err //nolint:wrapcheck // classified by what it is
	case errors.As(err, &api):
		err = badCredentials("the metadata service of the host gives no credentials of its role: " + ofWhom(api))
	case errors.As(err, &odd), errors.As(err, &other):
		err = model.Problem{
			Kind: model.KindProtocol, Operation: opSignIn, Message: "the metadata service of the host does not answer as that of AWS does",
			Hint: "set AWS_EC2_METADATA_DISABLED=true where this is no host of AWS, or look for what answers in its place",
		}
	case strings.Contains(err.Error(), "empty EC2 IMDS role list"): // the SDK has no type for it
		err = &roleless{}
	}
	return creds, err //nolint:wrapcheck // classified by what it is
}

// roleless is a host without a role.
type roleless struct{}

func (*roleless) Error() string { return "the host has no role" }

// ofWhom is what a giver of credentials says of why it gives none.
func ofWhom(err smithy.APIError) string {
	says := strings.TrimSpace(err.ErrorCode() + " " + model.Masked(err.ErrorMessage()))
	return orWord(shortened(says, 200), "it does not say why")
}

// container asks the endpoint that a container of ECS or EKS is told of.
func (o *origin) container() sdkaws.CredentialsProvider {
	named, endpoint := "AWS_CONTAINER_CREDENTIALS_FULL_URI", os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if relative := os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); relative != "" {
		named, endpoint = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "http://169.254.170.2"+relative
	}
	// The step that refuses plain HTTP holds for this endpoint as well: it takes
	// loopback and the addresses that AWS gives to such endpoints.
	provider := endpointcreds.New(endpoint, func(e *endpointcreds.Options) {
		e.HTTPClient, e.Retryer = o.cfg.HTTPClient, newRetryer()
		e.APIOptions = slices.Concat(o.cfg.APIOptions, []func(*middleware.Stack) error{containerSays})
		e.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(containerToken)
	})
	return o.client.cached(containerCredentials{provider, named}, "the container's credentials ("+named+")",
		func(c *sdkaws.CredentialsCacheOptions) { c.ExpiryWindow = 5 * time.Minute })
}

// containerToken is what the endpoint wants to be shown, "" for nothing.
func containerToken() (string, error) {
	const byValue, byFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
	named, token := byValue, os.Getenv(byValue)
	if file := os.Getenv(byFile); file != "" {
		raw, err := store.ReadFile(file, longestToken)
		if err != nil {
			return "", configProblem("cannot read "+file+": "+innermost(err).Error(), "correct "+byFile)
		}
		named, token = byFile, string(raw)
	}
	if says := profile.Unclean(token); says != "" {
		return "", configProblem("the token of "+named+" "+says, "write it again without that")
	}
	return token, nil
}

// containerCredentials are those of a container's endpoint.
type containerCredentials struct {
	provider sdkaws.CredentialsProvider
	named    string // the variable that names the endpoint
}

// Retrieve is for the SDK.
func (c containerCredentials) Retrieve(ctx context.Context) (sdkaws.Credentials, error) {
	if _, err := containerToken(); err != nil { // of which the SDK keeps the words alone
		return sdkaws.Credentials{}, err
	}
	creds, err := c.provider.Retrieve(ctx)
	var api smithy.APIError
	var odd *smithy.DeserializationError
	switch {
	case errors.As(err, &api):
		err = badCredentials("the endpoint of " + c.named + " gives no credentials: " + ofWhom(api))
	case errors.As(err, &odd) && !cutShort(err):
		err = badCredentials("the endpoint of " + c.named + " does not answer with credentials")
	}
	return creds, err //nolint:wrapcheck // classified by what it is
}

// containerSays makes an error of an answer that says why there are no credentials. The
// SDK takes it for credentials that are empty.
func containerSays(s *middleware.Stack) error {
	step := middleware.DeserializeMiddlewareFunc("nbscope.container", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, md, err := next.HandleDeserialize(ctx, in)
		res, ok := out.RawResponse.(*smithyhttp.Response)
		if err != nil || !ok || res.StatusCode != http.StatusOK {
			return out, md, err
		}
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			return out, md, &smithy.DeserializationError{Err: err}
		}
		res.Body = struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(raw), res.Body}
		var said struct{ AccessKeyID, Code, Message string }
		if json.Unmarshal(raw, &said) == nil && said.AccessKeyID == "" && said.Code+said.Message != "" {
			err = &smithy.GenericAPIError{Code: said.Code, Message: said.Message}
		}
		return out, md, err
	})
	if err := s.Deserialize.Insert(step, "OperationDeserializer", middleware.After); err != nil {
		return fmt.Errorf("add the reading of refusals: %w", err)
	}
	return nil
}
