package aws

import (
	"context"
	"fmt"
	"os"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"nbscope/model"
)

const (
	fallbackRegion  = "us-east-1"
	roleSessionName = "nbscope"
)

// login is one way to sign in, as one scan uses it.
type login struct {
	order   int
	label   string // as the user named it: a profile, a role's ARN, or default
	profile string // "" for the SDK's own chain without a profile
	chain   bool   // the SDK's own chain decides
	load    func(context.Context) (sdkaws.Config, error)
	sso     ssoSession
	past    *loginState
}

// loginState outlives a scan: the next one goes on with the session while it holds.
type loginState struct {
	busy    chan struct{} // held while signing in
	session *session
}

// logins returns the ways to sign in that the options name, in their order. For
// roles it is the sign-in that they are assumed from.
func (c *Client) logins() ([]*login, error) {
	names := c.opt.Profiles
	if c.opt.AllProfiles {
		all, err := profileNames()
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			return nil, model.Problem{
				Kind: model.KindNoProfile, Operation: opSignIn,
				Message: "no profiles are configured", Hint: "run: aws configure sso",
			}
		}
		names = all
	}
	if len(names) == 0 {
		profile := ""
		if c.opt.Static == nil {
			profile = defaultProfile()
		}
		// The loader finds AWS_PROFILE by itself: naming it here would put it before
		// the environment's keys, which the AWS CLI does not do either.
		l := c.login(0, orWord(profile, "default"), profile, c.loadProfile(""))
		l.chain = true
		return []*login{l}, nil
	}
	out := make([]*login, len(names))
	for i, name := range names {
		out[i] = c.login(i, name, name, c.loadProfile(name))
	}
	return out, nil
}

// login describes a way to sign in, with what earlier scans left of it.
func (c *Client) login(order int, label, profile string, load func(context.Context) (sdkaws.Config, error)) *login {
	c.mu.Lock()
	defer c.mu.Unlock()
	past := c.known[label]
	if past == nil {
		past = &loginState{busy: make(chan struct{}, 1)}
		c.known[label] = past
	}
	return &login{order: order, label: label, profile: profile, load: load, past: past}
}

// loadProfile loads a profile, or the SDK's own chain where name is empty.
func (c *Client) loadProfile(name string) func(context.Context) (sdkaws.Config, error) {
	return func(ctx context.Context) (sdkaws.Config, error) {
		if c.opt.Static != nil {
			return c.staticConfig(), nil
		}
		opts := []func(*config.LoadOptions) error{
			config.WithHTTPClient(c.http),
			config.WithRetryer(newRetryer),
			config.WithLogger(c.sdkLog()),
			config.WithAPIOptions(c.apiOptions("")),
			config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
				serial := sdkaws.ToString(o.SerialNumber)
				o.TokenProvider = func() (string, error) { return c.asker.ask(name, serial) }
				o.Client = c.roleClient(o.Client)
			}),
		}
		if name != "" {
			opts = append(opts, config.WithSharedConfigProfile(name))
		}
		if c.opt.EndpointURL != "" {
			opts = append(opts, config.WithBaseEndpoint(c.opt.EndpointURL))
		}
		cfg, err := config.LoadDefaultConfig(ctx, opts...)
		if err != nil {
			return cfg, &loadError{err}
		}
		return cfg, nil
	}
}

// staticConfig is built without the loader, so that no file and no variable of
// the user's has a say.
func (c *Client) staticConfig() sdkaws.Config {
	s := c.opt.Static
	cfg := sdkaws.Config{
		Region:      orWord(s.Region, fallbackRegion),
		Credentials: sdkaws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(s.ID, s.Secret, "")),
		HTTPClient:  c.http,
		Retryer:     newRetryer,
		Logger:      c.sdkLog(),
		APIOptions:  c.apiOptions(""),
	}
	if c.opt.EndpointURL != "" {
		cfg.BaseEndpoint = sdkaws.String(c.opt.EndpointURL)
	}
	return cfg
}

// sdkLog takes what the SDK would write to standard error, into the screen.
func (c *Client) sdkLog() logging.Logger {
	return logging.LoggerFunc(func(class logging.Classification, format string, args ...any) {
		c.opt.Log.Debug("sdk", "class", string(class), "message", fmt.Sprintf(format, args...))
	})
}

func (c *Client) apiOptions(account string) []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{c.meter.install(account), c.intake.install, refusePlainHTTP}
}

// signIn proves a login and returns its session, which another login of the same
// account may have begun. A session of an earlier scan is taken up again as long
// as it holds.
func (c *Client) signIn(ctx context.Context, l *login) (*session, error) {
	select {
	case l.past.busy <- struct{}{}:
		defer func() { <-l.past.busy }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if l.past.session != nil && l.past.session.holds(ctx) {
		c.join(l.past.session, l)
		return l.past.session, nil
	}
	l.past.session = nil
	cfg, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.preflight(&cfg, c); err != nil {
		return nil, err
	}
	identity, err := c.prove(ctx, cfg)
	if err != nil {
		return nil, err
	}
	l.past.session = c.enroll(cfg, identity, l)
	return l.past.session, nil
}

// preflight finds out about SSO, and settles the region.
func (l *login) preflight(cfg *sdkaws.Config, c *Client) error {
	for _, source := range cfg.ConfigSources {
		if sc, ok := source.(config.SharedConfig); ok {
			l.sso, _ = ssoOf(&sc)
		}
	}
	if cfg.Region == "" {
		cfg.Region = fallbackRegion
	}
	if l.sso.profile != "" && l.sso.expired(c.opt.Now()) && (!l.chain || os.Getenv("AWS_ACCESS_KEY_ID") == "") {
		return l.sso.problem()
	}
	return nil
}

// prove gets credentials and asks STS, in the sign-in region, whose they are.
// Getting them is not bounded in time, because it may ask the user for a code.
func (c *Client) prove(ctx context.Context, cfg sdkaws.Config) (model.Identity, error) {
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return model.Identity{}, fmt.Errorf("get credentials: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	out, err := c.sts(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return model.Identity{}, fmt.Errorf("prove the credentials: %w", err)
	}
	arn := sdkaws.ToString(out.Arn)
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || sdkaws.ToString(out.Account) == "" {
		return model.Identity{}, model.Problem{
			Kind: model.KindProtocol, Operation: "sts:GetCallerIdentity",
			Message: "STS did not say who the caller is", Hint: "check the endpoint URL",
		}
	}
	return model.Identity{Account: sdkaws.ToString(out.Account), ARN: arn, Partition: parts[1]}, nil
}

func (c *Client) sts(cfg sdkaws.Config) *sts.Client {
	cfg = c.shared(cfg)
	return sts.NewFromConfig(cfg, func(o *sts.Options) { c.endpoint(&o.BaseEndpoint) })
}

// endpoint applies --endpoint-url, which wins over every variable and file.
func (c *Client) endpoint(base **string) {
	if c.opt.EndpointURL != "" {
		*base = sdkaws.String(c.opt.EndpointURL)
	}
}

// loadRole assumes a role from another session.
func (c *Client) loadRole(base *session, arn string) func(context.Context) (sdkaws.Config, error) {
	return func(context.Context) (sdkaws.Config, error) {
		provider := stscreds.NewAssumeRoleProvider(c.sts(base.cfg), arn, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = roleSessionName
		})
		cfg := base.cfg.Copy()
		cfg.APIOptions = c.apiOptions("")
		cfg.Credentials = sdkaws.NewCredentialsCache(provider)
		return cfg, nil
	}
}
