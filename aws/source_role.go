package aws

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"nbscope/model"
	"nbscope/model/profile"
)

// codeWindow is how long an MFA device shows one code; each is taken once.
const codeWindow = 30 * time.Second

// role assumes the role of a profile, with an MFA code where the profile names a
// device.
type role struct {
	origin *origin
	source *profile.Source
	from   sdkaws.CredentialsProvider
}

// Retrieve is for the SDK.
func (r *role) Retrieve(ctx context.Context) (sdkaws.Credentials, error) {
	if r.source.MFASerial == "" {
		return r.assume(ctx, r.from, "")
	}
	base, err := r.from.Retrieve(ctx)
	if err != nil {
		return sdkaws.Credentials{}, err
	}
	if base.SessionToken != "" {
		// Only keys that do not end can begin a session of the device: here each role
		// needs a code of its own.
		return r.withCode(func(code string) (sdkaws.Credentials, error) { return r.assume(ctx, r.from, code) })
	}
	return r.withSession(ctx, base)
}

// assume calls AssumeRole, with a code where one is given.
func (r *role) assume(ctx context.Context, from sdkaws.CredentialsProvider, code string) (sdkaws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, r.origin.client.opt.Timeout)
	defer cancel()
	s := r.source
	return stscreds.NewAssumeRoleProvider(r.origin.sts(from), s.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration = orWord(s.SessionName, roleSessionName), s.Duration
		if s.Duration == 0 {
			o.Duration = time.Hour // the service's own default
		}
		if s.ExternalID != "" {
			o.ExternalID = sdkaws.String(s.ExternalID)
		}
		if code != "" {
			o.SerialNumber = sdkaws.String(s.MFASerial)
			o.TokenProvider = func() (string, error) { return code, nil }
		}
	}).Retrieve(ctx)
}

// device is the session that one MFA device began with one pair of keys. Every
// profile with both uses it: a code is asked for once.
type device struct {
	mu       sync.Mutex
	creds    sdkaws.Credentials
	refused  bool      // the keys may not begin a session
	canceled *listener // the scan in which the user gave no code: it asks once
}

// device returns what is known of a device, with the keys that it goes with.
func (c *Client) device(serial, key string) *device {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := serial + "\x00" + key
	if c.devices[name] == nil {
		c.devices[name] = &device{}
	}
	return c.devices[name]
}

// withSession assumes the role from the session of the device, which it begins
// where there is none. A role that wants a younger one gets it once.
func (r *role) withSession(ctx context.Context, base sdkaws.Credentials) (sdkaws.Credentials, error) {
	d := r.origin.client.device(r.source.MFASerial, base.AccessKeyID)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refused {
		return r.withCode(func(code string) (sdkaws.Credentials, error) { return r.assume(ctx, r.from, code) })
	}
	if scan := r.origin.client.asker.newest(); scan != nil && scan == d.canceled {
		return sdkaws.Credentials{}, errMFACanceled
	}
	fresh := false
	if !d.creds.HasKeys() || d.creds.Expired() {
		fresh = true
		if creds, done, err := r.begin(ctx, d); done || err != nil {
			return creds, err
		}
	}
	creds, err := r.assumeFrom(ctx, d.creds)
	if err == nil || fresh || classify(err).Kind != model.KindDenied {
		return creds, err
	}
	if creds, done, err := r.begin(ctx, d); done || err != nil {
		return creds, err
	}
	return r.assumeFrom(ctx, d.creds)
}

func (r *role) assumeFrom(ctx context.Context, session sdkaws.Credentials) (sdkaws.Credentials, error) {
	return r.assume(ctx, credentials.NewStaticCredentialsProvider(session.AccessKeyID, session.SecretAccessKey, session.SessionToken), "")
}

// begin begins the session of a device. Keys that may not do that assume the role
// with the code itself, and done is true.
func (r *role) begin(ctx context.Context, d *device) (creds sdkaws.Credentials, done bool, err error) {
	creds, err = r.withCode(func(code string) (sdkaws.Credentials, error) {
		session, err := r.session(ctx, code)
		var api smithy.APIError
		if err == nil || !errors.As(err, &api) || isRefusedCode(err) {
			return session, err
		}
		d.refused, done = true, true
		return r.assume(ctx, r.from, code)
	})
	switch {
	case errors.Is(err, errMFACanceled):
		d.canceled = r.origin.client.asker.newest()
	case err == nil && !done:
		d.creds = creds
	}
	return creds, done, err
}

// session calls GetSessionToken. It asks for no permission.
func (r *role) session(ctx context.Context, code string) (sdkaws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, r.origin.client.opt.Timeout)
	defer cancel()
	out, err := r.origin.sts(r.from).GetSessionToken(ctx, &sts.GetSessionTokenInput{
		SerialNumber: sdkaws.String(r.source.MFASerial), TokenCode: sdkaws.String(code),
	})
	if err != nil {
		return sdkaws.Credentials{}, fmt.Errorf("begin a session of the MFA device: %w", err)
	}
	c := out.Credentials // which the check of answers found whole
	return sdkaws.Credentials{
		AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken, CanExpire: true, Expires: *c.Expiration,
	}, nil
}

// withCode asks for a code and uses it. One that is refused is asked for again, and
// what is given is used once the device shows the next code: the same would be
// refused again, whether it was mistyped or used before.
func (r *role) withCode(use func(code string) (sdkaws.Credentials, error)) (sdkaws.Credentials, error) {
	a, now := r.origin.client.asker, r.origin.client.opt.Now
	device := "MFA code for " + r.source.MFASerial
	prompt, next := device, time.Time{}
	for {
		code, err := a.ask(r.source.Profile, prompt)
		switch {
		case err != nil:
			return sdkaws.Credentials{}, err
		case !sixDigits.MatchString(code):
			prompt = "A code has six digits. " + device
			continue
		}
		if err := a.pause(next.Sub(now())); err != nil {
			return sdkaws.Credentials{}, err
		}
		creds, err := use(code)
		if !isRefusedCode(err) {
			return creds, err
		}
		next = now().Truncate(codeWindow).Add(codeWindow)
		prompt = fmt.Sprintf("Refused; the next code in %d s. %s", 1+int(next.Sub(now())/time.Second), device)
	}
}

var sixDigits = regexp.MustCompile(`^\d{6}$`)

// isRefusedCode reports whether STS refused the code itself. It has no code of its
// own for that. A device that does not exist or belongs to somebody else is
// refused in other words, and no code will do.
func isRefusedCode(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	return strings.Contains(api.ErrorMessage(), "MultiFactorAuthentication failed") && strings.Contains(api.ErrorMessage(), "invalid MFA one time pass code")
}
