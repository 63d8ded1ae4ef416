package aws

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

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
	who      func() (model.Identity, bool) // what STS said with the credentials that it gave; nil where it gave none
	regions  bool                          // they are wanted, and no other sign-in leads to the account as far as is known
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
		label: p.Source.Profile, profile: name, source: p.Source, homeless: p.Region == "" && !slices.ContainsFunc(c.opt.Regions, isLiteral),
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
		Retryer:       c.retryer,
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
		if e.URL == "" {
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
func (c *wiring) homeRegion(p *profile.Profile) string {
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
func (c *wiring) staticConfig() sdkaws.Config {
	s := c.opt.Static
	return sdkaws.Config{
		Region:      orWord(s.Region, fallbackRegion),
		Credentials: sdkaws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(s.ID, s.Secret, "")),
		HTTPClient:  c.wire,
		Retryer:     c.retryer,
		Logger:      c.sdkLog(),
		APIOptions:  c.apiOptions("", nil),
	}
}

// sdkLog takes what the SDK would write to standard error, into the screen.
func (c *wiring) sdkLog() logging.Logger {
	return logging.LoggerFunc(func(class logging.Classification, format string, _ ...any) {
		c.opt.Log.Debug("sdk", "class", string(class), "message", format) // the words alone: what they are about may be a secret
	})
}

func (c *wiring) apiOptions(account string, p *profile.Profile) []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{c.meter.install(account), c.intake.install, readWhole, refusePlainHTTP, c.keepEndpoint(p), c.checkAnswers}
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
	// This is not bounded in time, because it may ask the user for a code.
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return nil, fmt.Errorf("get credentials: %w", err)
	}
	identity, told, err := c.identify(ctx, cfg, l)
	if err != nil {
		return nil, err
	}
	l.past.session = c.enroll(cfg, identity, l)
	l.past.session.hear(told)
	return l.past.session, nil
}

// identify finds out whose credentials these are, and what regions there are where
// these are wanted: whoever has assumed a role knows the one, and otherwise both can be
// asked at the same time.
func (c *Client) identify(ctx context.Context, cfg sdkaws.Config, l *login) (model.Identity, *regionsTold, error) {
	assumed, known := model.Identity{}, false
	if l.who != nil {
		assumed, known = l.who()
	}
	switch {
	case known && !l.regions:
		return assumed, nil, nil
	case known:
		cfg = cfg.Copy()
		cfg.APIOptions = c.apiOptions(assumed.Account, settingsOf(cfg))
		told := c.tellRegions(ctx, cfg)
		if told.err == nil || !isAboutCredentials(classify(told.err).Kind) {
			return assumed, told, nil
		}
	case l.regions:
		return c.proveWithRegions(ctx, cfg)
	}
	identity, err := c.prove(ctx, cfg)
	return identity, nil, err
}

// isAboutCredentials reports whether a refusal speaks of the credentials, and not of
// what was asked.
func isAboutCredentials(k model.ProblemKind) bool {
	return slices.Contains([]model.ProblemKind{model.KindExpired, model.KindBadCredentials, model.KindNoCredentials, model.KindSignature, model.KindUnsigned}, k)
}

// prove asks STS, in the sign-in region, whose credentials these are.
func (c *Client) prove(ctx context.Context, cfg sdkaws.Config) (model.Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	out, err := c.sts(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return model.Identity{}, fmt.Errorf("prove the credentials: %w", err)
	}
	identity, _ := identityOf(out.Arn) // which the check of answers found to be of the account
	return identity, nil
}

// identityOf reads an ARN of STS or IAM.
func identityOf(arn *string) (model.Identity, bool) {
	parts := strings.SplitN(sdkaws.ToString(arn), ":", 6)
	if len(parts) < 6 {
		return model.Identity{}, false
	}
	return model.Identity{Account: parts[4], ARN: *arn, Partition: parts[1]}, true
}

func (c *wiring) sts(cfg sdkaws.Config) *sts.Client {
	return sts.NewFromConfig(c.aimed(cfg, sts.ServiceID))
}

// roleLogin is the sign-in that assumes a role from another session.
func (c *Client) roleLogin(base *session, arn string) *login {
	assumed := &assumption{client: base.assumer(), role: arn}
	return &login{
		label: arn, who: assumed.who,
		load: func(context.Context) (sdkaws.Config, error) {
			provider := stscreds.NewAssumeRoleProvider(assumed, arn, func(o *stscreds.AssumeRoleOptions) {
				o.RoleSessionName = roleSessionName
			})
			cfg := base.cfg.Copy()
			cfg.APIOptions = c.apiOptions("", settingsOf(base.cfg))
			cfg.Credentials = c.cached(provider, whoseRole(arn))
			return cfg, nil
		},
	}
}

// assumption assumes a role, and keeps what STS says of who one is then: it needs no
// second call to be told that.
type assumption struct {
	client *sts.Client
	role   string

	mu  sync.Mutex
	arn *string
}

// AssumeRole is for the SDK.
func (a *assumption) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, opts ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	out, err := a.client.AssumeRole(ctx, in, opts...)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil && out.AssumedRoleUser != nil {
		a.arn = out.AssumedRoleUser.Arn
	}
	return out, err //nolint:wrapcheck // the SDK's own
}

// who is the identity in the role, if STS has said so of the account that was asked
// for.
func (a *assumption) who() (model.Identity, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked, _ := identityOf(&a.role)
	told, ok := identityOf(a.arn)
	return told, ok && told.Account == asked.Account && told.Partition == asked.Partition
}
