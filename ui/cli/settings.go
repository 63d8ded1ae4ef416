package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Settings are what flags and the configuration file say, flags first.
type Settings struct {
	Profiles    []string      `yaml:"profiles"`
	AllProfiles bool          `yaml:"all-profiles"`
	RoleARNs    []string      `yaml:"role-arns"`
	OrgRole     string        `yaml:"org-role"`
	Regions     []string      `yaml:"regions"`
	Filter      string        `yaml:"filter"`
	SkipWords   []string      `yaml:"skip"`
	Concurrency int           `yaml:"concurrency"`
	EndpointURL string        `yaml:"endpoint-url"`
	NoCache     bool          `yaml:"no-cache"`
	Refresh     time.Duration `yaml:"refresh"`
	Keep        time.Duration `yaml:"keep"`
	LogFile     string        `yaml:"log-file"`
	LogLevel    string        `yaml:"log-level"`
	ASCII       bool          `yaml:"ascii"`
	PolicyName  string        `yaml:"policy"`
	Overrides   []override    `yaml:"overrides"`
	ReadOnly    []string      `yaml:"read-only"` // accounts in which nothing is ever changed; a file alone, so that no flag lifts it

	Reach destinations `yaml:"reach"` // of the user's own; a file alone

	AllowWrite bool   `yaml:"-"` // a flag alone: a file must not make writing a habit
	Demo       bool   `yaml:"-"`
	MayPrompt  bool   `yaml:"-"` // a program that signs in may ask on the terminal
	ConfigFile string `yaml:"-"`
}

const (
	maxConcurrency  = 1024
	minRefresh      = 5 * time.Second
	minKeep         = time.Second
	defaultLogLevel = "info"
	maxConfig       = 1 << 20 // bytes of the configuration file
)

var accountPattern = regexp.MustCompile(`^\d{12}$`)

// register adds the flags that every scanning command shares.
func (s *Settings) register(f *pflag.FlagSet) {
	f.BoolVar(&s.Demo, "demo", false, "explore the embedded simulated AWS: no account, no network, none of your files")
	f.StringArrayVar(&s.Profiles, "profile", nil, "sign in with this `profile` (repeatable)")
	f.BoolVar(&s.AllProfiles, "all-profiles", false, "sign in with every profile of the AWS configuration")
	f.StringArrayVar(&s.RoleARNs, "role-arn", nil, "assume this role, an `ARN` (repeatable)")
	f.StringVar(&s.OrgRole, "org-role", "", "assume the role of this `name` in every active account of the organization")
	f.StringArrayVar(&s.Regions, "region", nil, "scan this `region`; globs such as eu-* work (repeatable; default: every enabled region)")
	f.StringSliceVar(&s.SkipWords, "skip", nil, "do not ask for these `parts`: tags, egress; they have no columns then, and are not missed")
	f.StringVarP(&s.Filter, "filter", "f", "", "start with this filter, for example 'net:vpc-only !status:failed'")
	f.StringVar(&s.PolicyName, "policy", "", "connect: a notebook in a VPC must have direct internet access (default); restrict: none may; report: facts only")
	f.IntVar(&s.Concurrency, "concurrency", 0, "most calls to AWS in flight at a time; 0: 64, and 8 for each region of each account up to 256")
	f.StringVar(&s.EndpointURL, "endpoint-url", "", "send every call to this `URL`, as in the AWS CLI")
	f.BoolVar(&s.NoCache, "no-cache", false, "neither show nor write the inventory kept from the last scan")
	f.DurationVar(&s.Refresh, "refresh", 0, "scan again this often, for example 30s (default: only what is in transition)")
	f.DurationVar(&s.Keep, "keep", recreate.DefaultKeep, "how long new plans keep the stopped source before its deletion is offered plainly; earlier takes a sentence beside the name")
	f.StringVar(&s.LogFile, "log-file", "", "write a log to this `file`")
	f.StringVar(&s.LogLevel, "log-level", defaultLogLevel, "debug, info, warn or error")
	f.BoolVar(&s.ASCII, "ascii", false, "draw with ASCII only")
	f.StringVar(&s.ConfigFile, "config", "", "read this configuration `file` instead of the usual one")
}

// registerWrites adds the flag of the commands that can change things.
func (s *Settings) registerWrites(f *pflag.FlagSet) {
	f.BoolVar(&s.AllowWrite, "allow-write", false, "build the client that can change things; without it the explorer asks for the account's id first")
}

// complete fills in what the flags left open from the configuration file, then
// checks the values. Errors are usage errors that name the flag or the line.
func (s *Settings) complete(f *pflag.FlagSet, env *Env) error {
	// The demo must not depend on a file of the user's, save for one that is named.
	if !s.Demo || s.ConfigFile != "" {
		if err := s.mergeFile(f, env); err != nil {
			return err
		}
	}
	return s.validate()
}

func (s *Settings) mergeFile(f *pflag.FlagSet, env *Env) error {
	path := s.ConfigFile
	if path == "" {
		dir := configDir(lookup(env.Environ))
		if dir == "" {
			return nil
		}
		path = filepath.Join(dir, "nbscope", "config.yaml")
	}
	raw, err := env.ReadFile(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) && s.ConfigFile == "" {
		return nil
	}
	if err != nil {
		return usagef("the configuration: %w", err)
	}
	var file Settings
	if err := parseConfig(raw, &file); err != nil {
		return usagef("%s: %w", path, err)
	}
	s.take(&file, f)
	return nil
}

// parseConfig reads the YAML of a configuration file, strictly: a key that does
// not exist is an error with its line and the nearest one that does.
func parseConfig(raw []byte, into *Settings) error {
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	err := dec.Decode(into)
	if err == nil || errors.Is(err, io.EOF) { // an empty file
		return nil
	}
	var te *yaml.TypeError
	if !errors.As(err, &te) || len(te.Errors) == 0 {
		return fmt.Errorf("not valid YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	first := te.Errors[0]
	if line, key, ok := unknownKey(first); ok {
		msg := fmt.Sprintf("%s: there is no setting %q", line, key)
		if near := model.Nearest(key, append(configKeys(), overrideKeys()...)); near != "" {
			msg += fmt.Sprintf("; did you mean %q?", near)
		}
		return errors.New(msg)
	}
	return errors.New(strings.ReplaceAll(first, "!!", ""))
}

// unknownKey takes apart yaml's "line 3: field x not found in type cli.Settings".
func unknownKey(msg string) (line, key string, ok bool) {
	line, rest, ok := strings.Cut(msg, ": field ")
	if !ok {
		return "", "", false
	}
	key, _, ok = strings.Cut(rest, " not found")
	return line, key, ok
}

func configKeys() []string {
	return []string{
		"profiles", "all-profiles", "role-arns", "org-role", "regions", "filter", "skip", "concurrency",
		"endpoint-url", "no-cache", "refresh", "keep", "log-file", "log-level", "ascii", "policy", "overrides", "read-only", "reach",
	}
}

// take copies each setting of the file whose flag was not given. A sign-in on
// the command line replaces the file's sign-in as a whole.
func (s *Settings) take(file *Settings, f *pflag.FlagSet) {
	given := func(names ...string) bool { return slices.ContainsFunc(names, f.Changed) }
	if !given("profile", "all-profiles", "role-arn", "org-role", "demo") {
		s.Profiles, s.AllProfiles, s.RoleARNs, s.OrgRole = file.Profiles, file.AllProfiles, file.RoleARNs, file.OrgRole
	}
	or(&s.Regions, file.Regions, given("region"))
	or(&s.Filter, file.Filter, given("filter"))
	or(&s.SkipWords, file.SkipWords, given("skip"))
	or(&s.Concurrency, file.Concurrency, given("concurrency") || file.Concurrency == 0)
	or(&s.EndpointURL, file.EndpointURL, given("endpoint-url", "demo"))
	or(&s.NoCache, file.NoCache, given("no-cache"))
	or(&s.Refresh, file.Refresh, given("refresh"))
	or(&s.Keep, file.Keep, given("keep") || file.Keep == 0)
	or(&s.LogFile, file.LogFile, given("log-file"))
	or(&s.LogLevel, file.LogLevel, given("log-level") || file.LogLevel == "")
	or(&s.PolicyName, file.PolicyName, given("policy"))
	or(&s.ASCII, file.ASCII, given("ascii"))
	s.Overrides, s.ReadOnly, s.Reach = file.Overrides, file.ReadOnly, file.Reach
}

// or lets a flag that was given stand, and takes the file's value where none was.
func or[T any](flag *T, file T, given bool) {
	if !given {
		*flag = file
	}
}

func (s *Settings) validate() error {
	if s.Demo && (len(s.Profiles) > 0 || s.AllProfiles || len(s.RoleARNs) > 0 || s.OrgRole != "" || s.EndpointURL != "") {
		return usagef("--demo signs in by itself: leave out --profile, --all-profiles, --role-arn, --org-role and --endpoint-url")
	}
	if s.Concurrency < 0 || s.Concurrency > maxConcurrency {
		return usagef("--concurrency %d: give a number from 0 to %d", s.Concurrency, maxConcurrency)
	}
	for _, account := range s.ReadOnly {
		if !accountPattern.MatchString(account) {
			return usagef("read-only %q: give the ids of accounts, twelve digits in quotes", account)
		}
	}
	if err := s.validateTimes(); err != nil {
		return err
	}
	if _, err := s.level(); err != nil {
		return err
	}
	if err := s.validateSkip(); err != nil {
		return err
	}
	return s.validatePolicy()
}

func (s *Settings) validateSkip() error {
	for _, w := range s.SkipWords {
		if !slices.Contains(model.Skippable(), w) {
			return usagef("--skip %q: use %s%s", w, strings.Join(model.Skippable(), " or "), didYouMean(w, model.Skippable()))
		}
	}
	return nil
}

// Skip is what is not to be asked for.
func (s *Settings) Skip() model.Skip {
	return model.Skip{Tags: slices.Contains(s.SkipWords, "tags"), Egress: slices.Contains(s.SkipWords, "egress")}
}

// configDir is $XDG_CONFIG_HOME, or ~/.config; "" where neither is known.
func configDir(getenv func(string) string) string {
	return baseDir(getenv, "XDG_CONFIG_HOME", ".config")
}

// RunsDir is where the journals of runs are kept, "" when no home is known.
func RunsDir(getenv func(string) string) string {
	if dir := baseDir(getenv, "XDG_STATE_HOME", filepath.Join(".local", "state")); dir != "" {
		return filepath.Join(dir, "nbscope", "runs")
	}
	return ""
}

// CacheDir is where the inventory is kept, "" when no home is known.
func CacheDir(getenv func(string) string) string {
	if dir := baseDir(getenv, "XDG_CACHE_HOME", ".cache"); dir != "" {
		return filepath.Join(dir, "nbscope")
	}
	return ""
}

func baseDir(getenv func(string) string, variable, below string) string {
	if dir := getenv(variable); filepath.IsAbs(dir) {
		return dir // the XDG rules say that a relative path is to be ignored
	}
	home := getenv("HOME")
	if home == "" {
		home = getenv("USERPROFILE")
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, below)
}

func didYouMean(word string, candidates []string) string {
	if near := model.Nearest(word, candidates); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

func (s *Settings) validateTimes() error {
	if s.Refresh != 0 && s.Refresh < minRefresh {
		return usagef("--refresh %s: the shortest is %s, out of respect for AWS's rate limits", s.Refresh, minRefresh)
	}
	if s.Keep < minKeep {
		return usagef("--keep %s: the shortest is %s; a deletion before the time is over takes a sentence", s.Keep, minKeep)
	}
	return nil
}
