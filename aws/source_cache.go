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
	"path/filepath"
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
// file. It is read here, once, and not by the SDK, which waits for a pipe and reads a
// device for ever, has no type for most of what can be wrong, and panics at a damaged
// token.

// renewed has the SDK renew a cached token. It works on a copy of what was read, in
// the folder of the token, and what it makes of it takes the token's place.
func renewed(path string, token []byte, renew func(path string) error) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".nbscope-")
	if err != nil {
		return configProblem("cannot renew "+path+": "+innermost(err).Error(), "make its folder writable")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	work := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(work, token, 0o600); err != nil {
		return configProblem("cannot renew "+path+": "+innermost(err).Error(), "make room in its folder")
	}
	if err := renew(work); err != nil {
		return err
	}
	token, err = store.ReadFile(work, longestToken)
	if err == nil {
		err = store.WriteFile(path, token, 0o600)
	}
	if err != nil {
		return configProblem("cannot "+err.Error(), "make the file writable")
	}
	return nil
}

// unreadable is for a cached token that is there and cannot be read, which a new
// sign-in replaces.
func unreadable(path string, err error, stale model.Problem) model.Problem {
	return configProblem("cannot read "+path+": "+innermost(err).Error(), "make it a readable file, or take it away, then "+stale.Hint)
}

// ssoToken is a token as `aws sso login` leaves it.
type ssoToken struct {
	access, refresh  string
	ends, registered *moment
	id, secret       string // of this machine, for renewals

	file []byte // the token as the SDK reads it
}

// ssoPortal is the portal of IAM Identity Center, which lies in a region of its own.
type ssoPortal struct {
	source *profile.Source
	path   string // of the token
	portal *sso.Client
	oidc   *ssooidc.Client
	now    func() time.Time
}

func (o *origin) sso(s *profile.Source) (sdkaws.CredentialsProvider, error) {
	cfg := o.cfg.Copy()
	cfg.Region = s.SSORegion
	path, err := ssocreds.StandardCachedTokenFilepath(orWord(s.SSOSession, s.StartURL))
	if err != nil {
		return nil, fmt.Errorf("find the cache of SSO: %w", err)
	}
	return o.client.cached(&ssoPortal{
		source: s, path: path, now: o.client.opt.Now,
		portal: sso.NewFromConfig(o.client.aimed(cfg, sso.ServiceID)),
		oidc:   ssooidc.NewFromConfig(o.client.aimed(cfg, ssooidc.ServiceID)),
	}, "the credentials that the SSO portal gives for profile "+s.Profile), nil
}

// Retrieve is for the SDK.
func (p *ssoPortal) Retrieve(ctx context.Context) (sdkaws.Credentials, error) {
	token, err := readSSO(p.source, p.path, p.now())
	if err != nil {
		return sdkaws.Credentials{}, err
	}
	access := token.access
	if !p.now().Before(token.ends.Time) {
		err := renewed(p.path, token.file, func(path string) error {
			bearer, err := ssocreds.NewSSOTokenProvider(p.oidc, path).RetrieveBearerToken(ctx)
			access = bearer.Value
			return err
		})
		if err != nil {
			return sdkaws.Credentials{}, &ssoError{p.source, err}
		}
	}
	out, err := p.portal.GetRoleCredentials(ctx, &sso.GetRoleCredentialsInput{
		AccessToken: &access, AccountId: &p.source.SSOAccount, RoleName: &p.source.SSORole,
	})
	if err != nil {
		return sdkaws.Credentials{}, &ssoError{p.source, err}
	}
	return sdkaws.Credentials{
		AccessKeyID: sdkaws.ToString(out.RoleCredentials.AccessKeyId), SecretAccessKey: sdkaws.ToString(out.RoleCredentials.SecretAccessKey),
		SessionToken: sdkaws.ToString(out.RoleCredentials.SessionToken), CanExpire: true, Expires: time.UnixMilli(out.RoleCredentials.Expiration),
	}, nil
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

// readSSO reads the cached token: one that is valid or can be renewed. Tokens of the
// older form cannot.
func readSSO(s *profile.Source, path string, now time.Time) (*ssoToken, error) {
	raw, err := store.ReadFile(path, longestToken)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, staleSSO(s, "was never started, or has been signed out")
	case err != nil:
		return nil, unreadable(path, err, staleSSO(s, ""))
	}
	token, err := parseSSO(raw)
	switch {
	case err != nil, token.access == "", token.ends == nil:
		return nil, staleSSO(s, "has a damaged cache, "+path)
	case now.Before(token.ends.Time):
		return token, nil
	}
	renewable := s.SSOSession != "" && token.refresh != "" && token.id != "" && token.secret != "" && token.registered != nil && now.Before(token.registered.Time)
	if !renewable {
		return nil, staleSSO(s, "expired at "+token.ends.UTC().Format(time.RFC3339))
	}
	return token, nil
}

// parseSSO reads the text of a cached token. The SDK takes fewer forms of times, so
// that what it gets has them in the one that it takes.
func parseSSO(raw []byte) (*ssoToken, error) {
	var all jsonObject
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("a cached token: %w", err)
	}
	var token ssoToken
	err := all.take(map[string]any{
		"accessToken": &token.access, "expiresAt": &token.ends, "refreshToken": &token.refresh,
		"clientId": &token.id, "clientSecret": &token.secret, "registrationExpiresAt": &token.registered,
	})
	if err != nil || token.ends == nil {
		return &token, err
	}
	if all["expiresAt"], err = json.Marshal(token.ends.UTC().Truncate(time.Second)); err == nil {
		token.file, err = json.Marshal(all)
	}
	return &token, err //nolint:wrapcheck // what was read can be written
}

// signIn is a sign-in by `aws login`.
type signIn struct {
	source *profile.Source
	path   string // of the token
	client *signin.Client
	now    func() time.Time
}

func (o *origin) login(s *profile.Source) (sdkaws.CredentialsProvider, error) {
	path, err := logincreds.StandardCachedTokenFilepath(s.LoginSession, os.Getenv("AWS_LOGIN_CACHE_DIRECTORY"))
	if err != nil {
		return nil, fmt.Errorf("find the cache of aws login: %w", err)
	}
	client := signin.NewFromConfig(o.client.aimed(o.cfg.Copy(), signin.ServiceID))
	return o.client.cached(&signIn{source: s, path: path, client: client, now: o.client.opt.Now}, "the credentials of aws login for profile "+s.Profile), nil
}

// Retrieve is for the SDK.
func (p *signIn) Retrieve(ctx context.Context) (creds sdkaws.Credentials, err error) {
	token, err := readLogin(p.source, p.path)
	if err != nil {
		return creds, err
	}
	if p.now().Before(token.ends) {
		return sdkaws.Credentials{AccessKeyID: token.id, SecretAccessKey: token.secret, SessionToken: token.session, CanExpire: true, Expires: token.ends}, nil
	}
	err = renewed(p.path, token.file, func(path string) error {
		creds, err = logincreds.New(p.client, path, func(l *logincreds.Options) { l.RestrictPermissions = true }).Retrieve(ctx)
		return err
	})
	if err != nil {
		return sdkaws.Credentials{}, explainLogin(p.source, err)
	}
	return creds, nil
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

// loginToken is a token as `aws login` leaves it.
type loginToken struct {
	id, secret, session, account string
	ends                         time.Time
	client, refresh, key         string

	file []byte
}

// readLogin reads the cached token: one that the SDK can use and renew.
func readLogin(s *profile.Source, path string) (*loginToken, error) {
	raw, err := store.ReadFile(path, longestToken)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, staleLogin(s, "was never started, or has been signed out")
	case err != nil:
		return nil, unreadable(path, err, staleLogin(s, ""))
	}
	t := loginToken{file: raw}
	var all, access jsonObject
	if err = json.Unmarshal(raw, &all); err == nil {
		err = all.take(map[string]any{"accessToken": &access, "clientId": &t.client, "refreshToken": &t.refresh, "dpopKey": &t.key})
	}
	if err == nil {
		err = access.take(map[string]any{
			"accessKeyId": &t.id, "secretAccessKey": &t.secret, "sessionToken": &t.session, "accountId": &t.account, "expiresAt": &t.ends,
		})
	}
	lacks := slices.Contains([]string{t.id, t.secret, t.session, t.account, t.client, t.refresh}, "")
	if err != nil || lacks || t.ends.IsZero() || !isLoginKey(t.key) {
		return nil, staleLogin(s, "has a damaged cache, "+path)
	}
	return &t, nil
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
