package aws

import (
	"context"
	"fmt"
	"os"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"nbscope/model"
	"nbscope/model/profile"
)

const (
	fallbackRegion  = "us-east-1"
	roleSessionName = "nbscope"
)

// login is one way to sign in, as one scan uses it.
type login struct {
	order    int
	label    string // what the credentials are called: a profile, a role's ARN, "" for variables and the host
	profile  string // that was chosen, "" where none was
	source   *profile.Source
	homeless bool          // no region is set
	none     model.Problem // told where the last in the chain, the host, has no credentials
	load     func(context.Context) (sdkaws.Config, error)
	past     *loginState
}

// loginState outlives a scan: the next one goes on with the session while it holds.
type loginState struct {
	busy    chan struct{} // held while signing in
	session *session
}

// logins returns the ways to sign in that the options name, in their order. For
// roles it is the sign-in that they are assumed from.
func (c *Client) logins() ([]*login, error) {
	if c.opt.Static != nil {
		return []*login{c.login(0, &login{label: "default", load: func(context.Context) (sdkaws.Config, error) { return c.staticConfig(), nil }})}, nil
	}
	files, err := readProfiles()
	if err != nil {
		return nil, err
	}
	names := c.opt.Profiles
	if c.opt.AllProfiles {
		if names = files.Names(); len(names) == 0 {
			return nil, model.Problem{
				Kind: model.KindNoProfile, Operation: opSignIn,
				Message: "no profiles are configured", Hint: "run: aws configure sso",
			}
		}
	}
	if len(names) == 0 {
		names = []string{""} // the variables decide
	}
	out := make([]*login, len(names))
	for i, name := range names {
		out[i] = c.login(i, c.loginOf(files, name))
	}
	return out, nil
}

// loginOf describes how a profile signs in, or why it does not. An empty name
// leaves it to the variables.
func (c *Client) loginOf(files *profile.Files, name string) *login {
	p, err := files.Resolve(name, os.LookupEnv)
	if name == "" {
		name = defaultProfile()
	}
	if err != nil {
		return &login{label: name, profile: name, load: func(context.Context) (sdkaws.Config, error) { return sdkaws.Config{}, err }}
	}
	for _, notice := range p.Notices {
		c.opt.Log.Info("a setting has no effect", "profile", p.Name, "notice", notice)
	}
	return &login{
		label: p.Source.Profile, profile: name, source: p.Source, homeless: p.Region == "",
		none: files.NoCredentials(p.Name, name != "", os.LookupEnv),
		load: func(context.Context) (sdkaws.Config, error) { return c.configOf(p) },
	}
}

// login adds what earlier scans left of a way to sign in.
func (c *Client) login(order int, l *login) *login {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := l.profile + "\x00" + l.label
	past := c.known[key]
	if past == nil {
		past = &loginState{busy: make(chan struct{}, 1)}
		c.known[key] = past
	}
	l.order, l.past = order, past
	return l
}

// configOf makes the SDK's configuration for a profile. The SDK's own loader is not
// asked: it reads the files in another way than the AWS CLI.
func (c *Client) configOf(p *profile.Profile) (sdkaws.Config, error) {
	cfg := sdkaws.Config{
		Region:        c.homeRegion(p),
		HTTPClient:    c.wire,
		Retryer:       newRetryer,
		Logger:        c.sdkLog(),
		ConfigSources: []any{settings{p}},
		APIOptions:    c.apiOptions("", p),
	}
	if p.CABundle != "" {
		client, err := c.trusting(p)
		if err != nil {
			return cfg, err
		}
		cfg.HTTPClient = client
	}
	for _, service := range []string{"sts", ""} {
		e := c.endpointOf(p, service)
		if e.URL == "" || e.URL == c.opt.EndpointURL {
			continue
		}
		if err := checkEndpoint(e.From, e.URL); err != nil {
			return cfg, err
		}
	}
	var err error
	cfg.Credentials, err = (&origin{client: c, profile: p, cfg: cfg}).provider(p.Source)
	return cfg, err
}

// homeRegion is where a profile signs in. Without a region it is one of the
// partition that --region or the profile's role names.
func (c *Client) homeRegion(p *profile.Profile) string {
	if p.Region != "" {
		return p.Region
	}
	for _, r := range c.opt.Regions {
		if isLiteral(r) && profile.PartitionOf(r) != "aws" {
			return r
		}
	}
	return orWord(profile.HomeRegion(p.Partition()), fallbackRegion)
}

// staticConfig is built without the files, so that no file and no variable of
// the user's has a say.
func (c *Client) staticConfig() sdkaws.Config {
	s := c.opt.Static
	return sdkaws.Config{
		Region:      orWord(s.Region, fallbackRegion),
		Credentials: sdkaws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(s.ID, s.Secret, "")),
		HTTPClient:  c.wire,
		Retryer:     newRetryer,
		Logger:      c.sdkLog(),
		APIOptions:  c.apiOptions("", nil),
	}
}

// sdkLog takes what the SDK would write to standard error, into the screen.
func (c *Client) sdkLog() logging.Logger {
	return logging.LoggerFunc(func(class logging.Classification, format string, _ ...any) {
		c.opt.Log.Debug("sdk", "class", string(class), "message", format) // the words alone: what they are about may be a secret
	})
}

func (c *Client) apiOptions(account string, p *profile.Profile) []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{c.meter.install(account), c.intake.install, refusePlainHTTP, c.keepEndpoint(p), c.checkAnswers}
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
	identity, err := c.prove(ctx, cfg)
	if err != nil {
		return nil, err
	}
	l.past.session = c.enroll(cfg, identity, l)
	return l.past.session, nil
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
	return sts.NewFromConfig(c.aimed(cfg, sts.ServiceID))
}

// loadRole assumes a role from another session.
func (c *Client) loadRole(base *session, arn string) func(context.Context) (sdkaws.Config, error) {
	return func(context.Context) (sdkaws.Config, error) {
		provider := stscreds.NewAssumeRoleProvider(c.sts(base.cfg), arn, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = roleSessionName
		})
		cfg := base.cfg.Copy()
		cfg.APIOptions = c.apiOptions("", settingsOf(base.cfg))
		cfg.Credentials = cached(provider)
		return cfg, nil
	}
}
