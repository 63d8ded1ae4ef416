package aws

import (
	"context"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"

	"nbscope/aws/store"
	"nbscope/model"
	"nbscope/model/profile"
)

// Sign-ins through a browser are begun by the AWS CLI, which leaves a token in a
// file. The file is looked at before the SDK does: it has no type for most of what
// can be wrong there, and a damaged one makes it panic.

// checked looks at a cached token before each use of it.
type checked struct {
	check    func() error
	provider sdkaws.CredentialsProvider
	explain  func(error) error
}

// Retrieve is for the SDK.
func (c checked) Retrieve(ctx context.Context) (sdkaws.Credentials, error) {
	if err := c.check(); err != nil {
		return sdkaws.Credentials{}, err
	}
	creds, err := c.provider.Retrieve(ctx)
	if err != nil {
		return creds, c.explain(err)
	}
	return creds, nil
}

// sso is the portal of IAM Identity Center, which lies in a region of its own.
func (o *origin) sso(s *profile.Source) (sdkaws.CredentialsProvider, error) {
	cfg := o.client.shared(o.cfg.Copy())
	cfg.Region = s.SSORegion
	path, err := ssocreds.StandardCachedTokenFilepath(orWord(s.SSOSession, s.StartURL))
	if err != nil {
		return nil, fmt.Errorf("find the cache of SSO: %w", err)
	}
	opts := []func(*ssocreds.Options){func(p *ssocreds.Options) { p.CachedTokenFilepath = path }}
	if s.SSOSession != "" {
		oidc := ssooidc.NewFromConfig(cfg, func(c *ssooidc.Options) { o.client.endpoint(&c.BaseEndpoint) })
		opts = append(opts, func(p *ssocreds.Options) { p.SSOTokenProvider = ssocreds.NewSSOTokenProvider(oidc, path) })
	}
	portal := sso.NewFromConfig(cfg, func(c *sso.Options) { o.client.endpoint(&c.BaseEndpoint) })
	return cached(checked{
		check:    func() error { return checkSSO(s, path, o.client.opt.Now()) },
		provider: ssocreds.New(portal, s.SSOAccount, s.SSORole, s.StartURL, opts...),
		explain:  func(err error) error { return &ssoError{s, err} },
	}), nil
}

// ssoError is what went wrong on the way through SSO.
type ssoError struct {
	source *profile.Source
	err    error
}

func (e *ssoError) Error() string { return "sign in through SSO: " + e.err.Error() }
func (e *ssoError) Unwrap() error { return e.err }

// ssoLogin is the command that renews the token.
func ssoLogin(s *profile.Source) string {
	switch {
	case s.SSOSession != "":
		return "aws sso login --sso-session " + model.ShellQuote(s.SSOSession)
	case s.Profile == "default":
		return "aws sso login"
	}
	return "aws sso login --profile " + model.ShellQuote(s.Profile)
}

func staleSSO(s *profile.Source, says string) model.Problem {
	what := "the SSO sign-in of profile " + s.Profile
	if s.SSOSession != "" {
		what = "the SSO session " + s.SSOSession
	}
	return model.Problem{
		Kind: model.KindSSOExpired, Operation: opSignIn, Profile: s.Profile, Message: what + " " + says, Hint: "run: " + ssoLogin(s),
	}
}

// checkSSO says what is wrong with the cached token, nil for one that is valid or
// can be renewed. Tokens of the older form cannot.
func checkSSO(s *profile.Source, path string, now time.Time) error {
	raw, err := store.ReadFile(path, longestToken)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return staleSSO(s, "was never begun, or has been signed out")
	case err != nil:
		return configProblem("cannot read "+path+": "+innermost(err).Error(), "make the file readable")
	}
	var token struct {
		AccessToken  string     `json:"accessToken"`
		ExpiresAt    *time.Time `json:"expiresAt"`
		RefreshToken string     `json:"refreshToken"`
		ClientID     string     `json:"clientId"`
		ClientSecret string     `json:"clientSecret"`
		RegisteredTo time.Time  `json:"registrationExpiresAt"`
	}
	switch err := json.Unmarshal(raw, &token); {
	case err != nil, token.AccessToken == "", token.ExpiresAt == nil:
		return staleSSO(s, "has a damaged cache, "+path)
	case now.Before(*token.ExpiresAt):
		return nil
	}
	renewable := s.SSOSession != "" && token.RefreshToken != "" && token.ClientID != "" && token.ClientSecret != "" && now.Before(token.RegisteredTo)
	if !renewable {
		return staleSSO(s, "expired at "+token.ExpiresAt.UTC().Format(time.RFC3339))
	}
	return nil
}

// login is a sign-in by `aws login`.
func (o *origin) login(s *profile.Source) (sdkaws.CredentialsProvider, error) {
	path, err := logincreds.StandardCachedTokenFilepath(s.LoginSession, os.Getenv("AWS_LOGIN_CACHE_DIRECTORY"))
	if err != nil {
		return nil, fmt.Errorf("find the cache of aws login: %w", err)
	}
	client := signin.NewFromConfig(o.client.shared(o.cfg.Copy()), func(c *signin.Options) { o.client.endpoint(&c.BaseEndpoint) })
	return cached(checked{
		check: func() error { return checkLogin(s, path) },
		provider: logincreds.New(client, path, func(l *logincreds.Options) {
			l.RestrictPermissions = true
		}),
		explain: func(err error) error { return explainLogin(s, err) },
	}), nil
}

func staleLogin(s *profile.Source, says string) model.Problem {
	command := "aws login"
	if s.Profile != "default" {
		command += " --profile " + model.ShellQuote(s.Profile)
	}
	return model.Problem{
		Kind: model.KindExpired, Operation: opSignIn, Profile: s.Profile,
		Message: "the sign-in of profile " + s.Profile + " by aws login " + says, Hint: "run: " + command,
	}
}

// checkLogin says what is wrong with the token that `aws login` left, nil for one
// that the SDK can use and renew.
func checkLogin(s *profile.Source, path string) error {
	raw, err := store.ReadFile(path, longestToken)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return staleLogin(s, "was never begun, or has been signed out")
	case err != nil:
		return configProblem("cannot read "+path+": "+innermost(err).Error(), "make the file readable")
	}
	var token *struct {
		AccessToken *struct {
			ID      string    `json:"accessKeyId"`
			Secret  string    `json:"secretAccessKey"`
			Session string    `json:"sessionToken"`
			Account string    `json:"accountId"`
			Expires time.Time `json:"expiresAt"`
		} `json:"accessToken"`
		ClientID     string `json:"clientId"`
		RefreshToken string `json:"refreshToken"`
		Key          string `json:"dpopKey"`
	}
	damaged := staleLogin(s, "has a damaged cache, "+path)
	if json.Unmarshal(raw, &token) != nil || token == nil || token.AccessToken == nil {
		return damaged
	}
	key := token.AccessToken
	lacks := slices.Contains([]string{key.ID, key.Secret, key.Session, key.Account, token.ClientID, token.RefreshToken}, "")
	if lacks || key.Expires.IsZero() || !isLoginKey(token.Key) {
		return damaged
	}
	return nil
}

// isLoginKey reports whether a key is one that renewals can be signed with: of the
// curve P-256, in PEM.
func isLoginKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	return err == nil && key.Curve == elliptic.P256()
}

// explainLogin names the command for whatever only a new sign-in mends.
func explainLogin(s *profile.Source, err error) error {
	p := classify(err)
	if slices.Contains([]model.ProblemKind{
		model.KindNetwork, model.KindTimeout, model.KindThrottled, model.KindService, model.KindCanceled, model.KindConfig, model.KindProtocol,
	}, p.Kind) {
		return err
	}
	return staleLogin(s, "cannot be renewed: "+p.Message)
}
