package aws

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"

	"nbscope/model"
)

// sharedFiles are the user's AWS files, where the variables say or in their home.
func sharedFiles() (configFile, credentialsFile string) {
	configFile, credentialsFile = os.Getenv("AWS_CONFIG_FILE"), os.Getenv("AWS_SHARED_CREDENTIALS_FILE")
	if configFile == "" {
		configFile = config.DefaultSharedConfigFilename()
	}
	if credentialsFile == "" {
		credentialsFile = config.DefaultSharedCredentialsFilename()
	}
	return configFile, credentialsFile
}

// profileNames lists every profile of both files, sorted. The SDK has no way to
// list them, and parses the whole file anew for each that it loads. A file that
// does not exist holds no profiles; one that cannot be read is an error.
func profileNames() ([]string, error) {
	configFile, credentialsFile := sharedFiles()
	var out []string
	for _, f := range []struct {
		path     string
		prefixed bool
	}{{configFile, true}, {credentialsFile, false}} {
		raw, err := os.ReadFile(f.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, configProblem("cannot read "+f.path+": "+innermost(err).Error(), "make the file readable")
		}
		out = append(out, sections(string(raw), f.prefixed)...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// sections reads the profiles' names out of the section heads of a file. In the
// config file they are prefixed with the word profile, default excepted, and
// other kinds of sections stand among them; in the credentials file each section
// is a profile.
func sections(text string, prefixed bool) []string {
	var out []string
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "[")
		if !ok {
			continue
		}
		name, _, ok := strings.Cut(rest, "]")
		if !ok {
			continue
		}
		name = strings.TrimSpace(name)
		after, has := strings.CutPrefix(name, "profile")
		switch {
		case has && after != "" && strings.ContainsAny(after[:1], " \t"):
			name = strings.Trim(strings.TrimSpace(after), `"'`)
		case prefixed && name != "default":
			continue
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

// ssoSession is what a profile says about signing in through a browser.
type ssoSession struct {
	profile string
	session string // "" for a profile of the older form
	url     string
}

// ssoOf finds the SSO settings that a profile, or the profile that it takes its
// credentials from, signs in with.
func ssoOf(sc *config.SharedConfig) (ssoSession, bool) {
	for range 8 { // longer than any chain that the SDK accepts
		if sc == nil {
			break
		}
		if sc.SSOSessionName != "" || sc.SSOStartURL != "" {
			return ssoSession{profile: sc.Profile, session: sc.SSOSessionName, url: sc.SSOStartURL}, true
		}
		sc = sc.Source
	}
	return ssoSession{}, false
}

// login is the command that renews the token.
func (s ssoSession) login() string {
	if s.session != "" {
		return "aws sso login --sso-session " + shellWord(s.session)
	}
	if s.profile == "" || s.profile == "default" {
		return "aws sso login"
	}
	return "aws sso login --profile " + shellWord(s.profile)
}

// expired reports whether the cached token is known to be of no more use. The
// SDK has no typed error for it in sessions, and asks AWS first in older
// profiles. A token that can be refreshed is not expired.
func (s ssoSession) expired(now time.Time) bool {
	key := s.session
	if key == "" {
		key = s.url
	}
	path, err := ssocreds.StandardCachedTokenFilepath(key)
	if err != nil {
		return false
	}
	raw, err := os.ReadFile(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	var token struct {
		ExpiresAt    time.Time `json:"expiresAt"`
		RefreshToken string    `json:"refreshToken"`
		RegisteredTo time.Time `json:"registrationExpiresAt"`
	}
	if err != nil || json.Unmarshal(raw, &token) != nil {
		return false // the SDK says what is wrong with it
	}
	if now.Before(token.ExpiresAt) {
		return false
	}
	renewable := s.session != "" && token.RefreshToken != "" && now.Before(token.RegisteredTo)
	return !renewable
}

func (s ssoSession) problem() model.Problem {
	what := "the SSO sign-in of profile " + s.profile
	if s.session != "" {
		what = "the SSO session " + s.session
	}
	return model.Problem{
		Kind: model.KindSSOExpired, Operation: opSignIn, Profile: s.profile,
		Message: what + " has expired or was never begun", Hint: "run: " + s.login(),
	}
}

// noProfile is the problem of a profile that does not exist.
func noProfile(name string) model.Problem {
	p := model.Problem{
		Kind: model.KindNoProfile, Operation: opSignIn, Profile: name,
		Message: "there is no profile named " + name,
	}
	names, err := profileNames()
	switch near := model.Nearest(name, names); {
	case err == nil && near != "":
		p.Hint = "did you mean " + near + "? `aws configure list-profiles` shows them all"
	case err == nil && len(names) == 0:
		p.Hint = "no profiles are configured; run: aws configure sso"
	default:
		p.Hint = "run: aws configure list-profiles"
	}
	return p
}

// shellWord quotes a word for a POSIX shell where it needs it.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+=,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
