package aws

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"nbscope/aws/store"
	"nbscope/model"
)

const (
	defaultTimeout = 2 * time.Minute
	maxConcurrency = 4096

	defaultLookEvery = 5 * time.Second

	hintPlainHTTP = "use https, or an address such as http://127.0.0.1:4566"
)

// check validates the options and fills in what has a default.
func (o *Options) check() error {
	if o.Now == nil {
		return configProblem("no clock was given", "")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Timeout < 0 {
		return configProblem(fmt.Sprintf("the timeout %s is negative", o.Timeout), "give a duration such as 2m")
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.LookEvery < 0 {
		return configProblem(fmt.Sprintf("the pause %s between two looks is negative", o.LookEvery), "give a duration such as 5s")
	}
	if o.LookEvery == 0 {
		o.LookEvery = defaultLookEvery
	}
	if o.Concurrency < 0 || o.Concurrency > maxConcurrency {
		return configProblem(fmt.Sprintf("concurrency %d is out of range", o.Concurrency),
			fmt.Sprintf("give a number from 1 to %d", maxConcurrency))
	}
	for _, step := range []func() error{o.checkSignIn, o.checkRoles, o.checkRegions, o.checkEndpoints, o.checkProxies} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (o *Options) checkSignIn() error {
	o.Profiles = withoutDoubles(o.Profiles)
	if o.Static != nil {
		return o.checkStatic()
	}
	roles := len(o.RoleARNs) > 0 || o.OrgRole != ""
	switch {
	case o.AllProfiles && len(o.Profiles) > 0:
		return configProblem("--all-profiles and --profile exclude each other", "leave one of them out")
	case len(o.RoleARNs) > 0 && o.OrgRole != "":
		return configProblem("--role-arn and --org-role exclude each other", "leave one of them out")
	case roles && (o.AllProfiles || len(o.Profiles) > 1):
		return configProblem("roles are assumed from one sign-in, and several profiles are given",
			"give one --profile with --role-arn or --org-role")
	}
	for _, p := range o.Profiles {
		if strings.TrimSpace(p) == "" {
			return configProblem("a profile name is empty", "name a profile; `aws configure list-profiles` shows them")
		}
	}
	return nil
}

func (o *Options) checkStatic() error {
	switch {
	case o.Static.ID == "" || o.Static.Secret == "":
		return configProblem("the fixed credentials are incomplete", "")
	case o.AllProfiles || len(o.Profiles) > 0:
		return configProblem("fixed credentials and profiles exclude each other", "leave the profiles out")
	case len(o.RoleARNs) > 0 && o.OrgRole != "":
		return configProblem("--role-arn and --org-role exclude each other", "leave one of them out")
	}
	return nil
}

// longestRole is the length of a role's name with its path. A pattern that counts so
// far takes milliseconds to compile, which every start would pay.
const longestRole = 512

var (
	roleARNPattern  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/([\w+=,.@/-]+)$`)
	roleNamePattern = regexp.MustCompile(`^[\w+=,.@/-]+$`)
	regionPattern   = regexp.MustCompile(`^[a-z0-9*?\[\]^-]+$`)
)

func (o *Options) checkRoles() error {
	for _, arn := range o.RoleARNs {
		if m := roleARNPattern.FindStringSubmatch(arn); len(m) < 2 || len(m[1]) > longestRole {
			return configProblem(fmt.Sprintf("%q is not the ARN of a role", arn), "it looks like arn:aws:iam::111122223333:role/Name")
		}
	}
	o.RoleARNs = withoutDoubles(o.RoleARNs)
	if err := o.checkChoice(); err != nil {
		return err
	}
	if strings.HasPrefix(o.OrgRole, "arn:") {
		return configProblem("--org-role takes the name of a role and not an ARN", "give the part after role/")
	}
	if o.OrgRole != "" && (len(o.OrgRole) > longestRole || !roleNamePattern.MatchString(o.OrgRole)) {
		return configProblem(fmt.Sprintf("%q is not the name of a role", o.OrgRole), "it looks like OrganizationAccountAccessRole")
	}
	return nil
}

// checkChoice checks what chooses among the accounts of an organization.
func (o *Options) checkChoice() error {
	if o.Discover == model.DiscoverIndex && o.OrgRole == "" {
		return configProblem("--discover index looks for the notebooks of an organization, which --org-role reaches", "give --org-role with it")
	}
	for flag, patterns := range map[string]model.Patterns{"--account": o.Accounts, "--ou": o.OUs} {
		if len(patterns) > 0 && o.OrgRole == "" {
			return configProblem(flag+" chooses among the accounts that --org-role reaches", "give --org-role with it")
		}
		for _, p := range patterns {
			if err := model.CheckPattern(p); err != nil {
				return configProblem(flag+": "+err.Error(), "use a name, an id, or a pattern such as prod-*, with ! before it to leave it out")
			}
		}
	}
	return nil
}

func (o *Options) checkRegions() error {
	for i, r := range o.Regions {
		r = strings.ToLower(strings.TrimSpace(r))
		if _, err := path.Match(r, ""); err != nil || !regionPattern.MatchString(r) {
			return configProblem(fmt.Sprintf("%q is neither a region nor a pattern for regions", o.Regions[i]),
				"use a name such as eu-west-1 or a pattern such as eu-*")
		}
		o.Regions = slices.Clone(o.Regions)
		o.Regions[i] = r
	}
	o.Regions = withoutDoubles(o.Regions)
	return nil
}

// checkEndpoints holds every endpoint that the user can set outside of files to
// the rule that plain HTTP stays on this machine. Endpoints in the shared config
// file are held to it when they are used.
func (o *Options) checkEndpoints() error {
	if o.EndpointURL != "" {
		if err := checkEndpoint("--endpoint-url", o.EndpointURL); err != nil {
			return err
		}
	}
	if o.Static != nil || strings.EqualFold(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		return nil
	}
	for name, value := range endpointVariables() {
		if err := checkEndpoint(name, value); err != nil {
			return err
		}
	}
	return nil
}

// endpointVariables are the environment variables that move endpoints.
func endpointVariables() map[string]string {
	out := map[string]string{}
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "AWS_ENDPOINT_URL") && value != "" {
			out[name] = value
		}
	}
	return out
}

func checkEndpoint(source, raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return configProblem(fmt.Sprintf("%s: %q is not a URL of an endpoint", source, raw), "it looks like https://host:port")
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return configProblem(source+": an endpoint has no user, query or fragment", "it looks like https://host:port")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return configProblem(fmt.Sprintf("%s: plain HTTP only on loopback, and %s is not", source, u.Hostname()), hintPlainHTTP)
	}
	return nil
}

// isLoopback reports whether a host is this machine, without asking a name
// server, which could be made to say so.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func configProblem(message, hint string) model.Problem {
	return model.Problem{Kind: model.KindConfig, Message: message, Hint: hint}
}

// CacheKey names the sign-in, so that what was seen as someone else, somewhere
// else or in other regions is never shown as theirs. It holds no secret.
func (o Options) CacheKey() string {
	h := sha256.New()
	write := func(name string, values ...string) { fmt.Fprintf(h, "%s=%q\n", name, values) }
	write("profiles", o.Profiles...)
	write("all", fmt.Sprint(o.AllProfiles))
	write("roles", o.RoleARNs...)
	write("org", o.OrgRole)
	if len(o.Accounts)+len(o.OUs) > 0 { // else the key is what it was before they could be given
		write("accounts", o.Accounts...)
		write("units", o.OUs...)
	}
	write("regions", o.Regions...)
	write("endpoint", o.EndpointURL)
	if o.Static != nil {
		write("static", o.Static.ID, o.Static.Region)
		return hex.EncodeToString(h.Sum(nil))[:24]
	}
	surroundings(write)
	if len(o.Profiles) == 0 && !o.AllProfiles {
		write("profile", defaultProfile())
		write("account", accountOfKey(os.Getenv("AWS_ACCESS_KEY_ID")))
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}

// surroundings are the variables that say who signs in, and where, whatever the profile.
func surroundings(write func(name string, values ...string)) {
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN"} {
		write(name, os.Getenv(name))
	}
	variables := endpointVariables()
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		write(name, variables[name])
	}
}

// SignIn is what the cache tells sign-ins of the same user by that have seen the same
// notebooks, in whatever regions and by whatever flags. It holds no secret.
func (o Options) SignIn() store.SignIn {
	out := store.SignIn{All: o.AllProfiles, Profiles: slices.Sorted(slices.Values(o.Profiles)), Regions: slices.Sorted(slices.Values(o.Regions))}
	h := sha256.New()
	write := func(name string, values ...string) { fmt.Fprintf(h, "%s=%q\n", name, values) }
	write("roles", slices.Sorted(slices.Values(o.RoleARNs))...)
	write("org", o.OrgRole)
	write("endpoint", o.EndpointURL)
	if o.Static != nil {
		write("static", o.Static.ID, o.Static.Region)
	} else {
		surroundings(write)
		if len(o.Profiles) == 0 && !o.AllProfiles {
			out.Profiles = []string{cmp.Or(defaultProfile(), "default")}
			if account := accountOfKey(os.Getenv("AWS_ACCESS_KEY_ID")); account != "" {
				write("account", account)
			}
		}
	}
	out.Place = hex.EncodeToString(h.Sum(nil))[:24]
	return out
}

// accountOfKey reads the account out of an access key id, which carries it in
// bits 1 to 40 of its base32 part, or returns the id's kind where it does not.
// Temporary keys change every hour, and the account behind them does not.
func accountOfKey(id string) string {
	if len(id) != 20 {
		return id
	}
	raw, err := base32.StdEncoding.DecodeString(id[4:])
	if err != nil || len(raw) < 6 {
		return id
	}
	var bits uint64
	for _, b := range raw[:6] {
		bits = bits<<8 | uint64(b)
	}
	return fmt.Sprintf("%012d", bits&0x7fffffffff80>>7)
}

func defaultProfile() string {
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return ""
}

func withoutDoubles(in []string) []string {
	var out []string
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
