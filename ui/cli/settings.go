package cli

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui"
)

// Settings are what flags and the configuration file say, flags first. Their table
// says what each is called.
type Settings struct {
	Profiles    []string
	AllProfiles bool
	RoleARNs    []string
	OrgRole     string
	Accounts    []string // of the organization: see model.Patterns
	OUs         []string
	Discover    string // how notebooks of an organization are found: see model.Discovery
	TrustIndex  bool   // what an index believes empty counts as answered
	Regions     []string
	Filter      string
	SkipWords   []string
	Concurrency int
	Bandwidth   string // a rate, see PerSecond
	EndpointURL string
	NoCache     bool
	Refresh     time.Duration
	Keep        time.Duration
	LogFile     string
	LogLevel    string
	ASCII       bool
	Theme       string
	Mouse       bool
	NoMemory    bool
	Sort        string
	Group       string
	Columns     []string
	PolicyName  string
	Overrides   []override
	ReadOnly    []string     // accounts in which nothing is ever changed
	Reach       destinations // of the user's own
	Keys        ownKeys
	Presets     []ownPreset
	Commands    []ownCommand
	Looks       []accountLook

	AllowWrite bool
	Demo       bool
	MayPrompt  bool // a program that signs in may ask on the terminal
	ConfigFile string
}

const (
	maxConcurrency  = 1024
	minRefresh      = 5 * time.Second
	minKeep         = time.Second
	defaultLogLevel = "info"
	maxConfig       = 1 << 20 // bytes of the configuration file
)

var accountPattern = regexp.MustCompile(`^\d{12}$`)

// setting is one thing that flags and the configuration file can say.
type setting struct {
	key, flag, short string // in the file, and on the command line: "" where it cannot be said
	into             any    // where it stands; what stands there is the default
	usage            string
	commas           bool     // the flag takes several values between commas
	wide             bool     // the flag is for commands that look at everything
	unless           []string // flags beside its own that make what the file says not count

	node *yaml.Node // where the file has said it
}

// table lists the settings in the order of the help.
func (s *Settings) table() []setting {
	// A sign-in on the command line replaces the file's sign-in as a whole.
	signIn := []string{"profile", "all-profiles", "role-arn", "org-role", "demo"}
	return []setting{
		{flag: "demo", into: &s.Demo, usage: "explore the embedded simulated AWS: no account, no network, none of your files"},
		{key: "profiles", flag: "profile", into: &s.Profiles, unless: signIn, usage: "sign in with this `profile` (repeatable)"},
		{key: "all-profiles", flag: "all-profiles", into: &s.AllProfiles, unless: signIn, usage: "sign in with every profile of the AWS configuration"},
		{key: "role-arns", flag: "role-arn", into: &s.RoleARNs, unless: signIn, usage: "assume this role, an `ARN` (repeatable)"},
		{key: "org-role", flag: "org-role", into: &s.OrgRole, unless: signIn, usage: "assume the role of this `name` in every active account of the organization"},
		{key: "accounts", flag: "account", into: &s.Accounts, wide: true, unless: signIn, usage: "with --org-role, take the accounts whose id or name matches this `pattern`; ! before it leaves them out (repeatable)"},
		{key: "ous", flag: "ou", into: &s.OUs, wide: true, unless: signIn, usage: "with --org-role, take the accounts below an organizational unit whose id, name or path matches this `pattern`, such as Workloads/Prod; ! before it leaves them out (repeatable)"},
		{key: "discover", flag: "discover", into: &s.Discover, wide: true, usage: "with --org-role, how notebooks are found: auto asks AWS Resource Explorer first, where there is an index of the organization, then every account and region; index leaves out what that believes empty; sweep asks no index (default: auto)"},
		{key: "trust-index", flag: "trust-index", into: &s.TrustIndex, wide: true, usage: "exit with 0 also where nothing is missing but what the index believes empty"},
		{key: "regions", flag: "region", into: &s.Regions, usage: "scan this `region`; globs such as eu-* work (repeatable; default: every enabled region)"},
		{key: "skip", flag: "skip", into: &s.SkipWords, commas: true, usage: "do not ask for these `parts`: tags, egress; they have no columns then, and are not missed"},
		{key: "filter", flag: "filter", short: "f", into: &s.Filter, usage: "start with this `filter`, for example 'net:vpc-only !status:failed'"},
		{key: "policy", flag: "policy", into: &s.PolicyName, usage: "judge by this `policy`: connect, a notebook in a VPC must have direct internet access (default); restrict, none may; report, facts only"},
		{key: "concurrency", flag: "concurrency", into: &s.Concurrency, usage: "most calls to AWS in flight at a time; 0: 64, and 8 for each region of each account up to 256"},
		{key: "bandwidth", flag: "bandwidth", into: &s.Bandwidth, usage: "most that copies by relay take of this machine's line, all together and each way: a `rate` such as 20MB, a second (default: no limit)"},
		{key: "endpoint-url", flag: "endpoint-url", into: &s.EndpointURL, unless: []string{"demo"}, usage: "send every call to this `URL`, as in the AWS CLI"},
		{key: "no-cache", flag: "no-cache", into: &s.NoCache, usage: "neither show nor write the inventory kept from the last scan"},
		{key: "refresh", flag: "refresh", into: &s.Refresh, usage: "scan again this often, for example 30s (default: only what is in transition)"},
		{key: "keep", flag: "keep", into: &s.Keep, usage: "how long new plans keep the stopped source; deleting it earlier takes a typed sentence beside the name"},
		{key: "log-file", flag: "log-file", into: &s.LogFile, usage: "write a log to this `file`"},
		{key: "log-level", flag: "log-level", into: &s.LogLevel, usage: "log from this `level` on: debug, info, warn or error"},
		{key: "ascii", flag: "ascii", into: &s.ASCII, usage: "draw with ASCII only (default: where the locale has no more)"},
		{key: "theme", flag: "theme", into: &s.Theme, usage: "the `ground` of the terminal: light, dark, or auto, which asks it"},
		{key: "mouse", flag: "mouse", into: &s.Mouse, usage: "take the mouse for click and wheel; --mouse=false leaves it to the terminal"},
		{key: "no-memory", flag: "no-memory", into: &s.NoMemory, usage: "neither recall nor keep how the list was sorted, grouped and filtered"},
		{flag: "config", into: &s.ConfigFile, usage: "read this configuration `file` instead of the usual one"},
		// A file alone says these: how the explorer looks is a matter of taste, a list of
		// rules or places fits no flag, and what a file forbids no flag allows.
		{key: "sort", into: &s.Sort},
		{key: "group", into: &s.Group},
		{key: "columns", into: &s.Columns},
		{key: "overrides", into: &s.Overrides},
		{key: "read-only", into: &s.ReadOnly},
		{key: "reach", into: &s.Reach},
		{key: "keys", into: &s.Keys},
		{key: "presets", into: &s.Presets},
		{key: "commands", into: &s.Commands},
		{key: "account-looks", into: &s.Looks},
	}
}

// register sets the defaults, and adds the flags that every scanning command shares.
func (s *Settings) register(f *pflag.FlagSet) {
	*s = Settings{Keep: recreate.DefaultKeep, LogLevel: defaultLogLevel, Discover: string(model.DiscoverAuto), Theme: string(ui.GroundAuto), Mouse: true}
	s.flags(f, false)
}

// registerWide adds the flags of the commands that look at everything, beside those of
// register.
func (s *Settings) registerWide(f *pflag.FlagSet) { s.flags(f, true) }

func (s *Settings) flags(f *pflag.FlagSet, wide bool) {
	for _, x := range s.table() {
		if x.flag == "" || x.wide != wide {
			continue
		}
		switch v := x.into.(type) {
		case *bool:
			f.BoolVarP(v, x.flag, x.short, *v, x.usage)
		case *int:
			f.IntVarP(v, x.flag, x.short, *v, x.usage)
		case *string:
			f.StringVarP(v, x.flag, x.short, *v, x.usage)
		case *time.Duration:
			f.DurationVarP(v, x.flag, x.short, *v, x.usage)
		case *[]string:
			if x.commas {
				f.StringSliceVarP(v, x.flag, x.short, nil, x.usage)
			} else {
				f.StringArrayVarP(v, x.flag, x.short, nil, x.usage)
			}
		}
	}
}

// registerWrites adds the flag of the commands that can change things.
func (s *Settings) registerWrites(f *pflag.FlagSet) {
	f.BoolVar(&s.AllowWrite, "allow-write", false, "allow changes; without it the explorer asks for the account's id first")
}

// complete fills in what the flags left open from the configuration file, then
// checks the values. Errors are usage errors that name the flag or the line.
func (s *Settings) complete(f *pflag.FlagSet, env *Env) error {
	// The demo must not depend on a file of the user's, save for one that is named.
	var file said
	if !s.Demo || s.ConfigFile != "" {
		var err error
		if file, err = s.mergeFile(f, env); err != nil {
			return err
		}
	}
	return file.place(s.validate(), s.table())
}

func (s *Settings) validate() error {
	if s.Demo && (len(s.Profiles) > 0 || s.AllProfiles || len(s.RoleARNs) > 0 || s.OrgRole != "" || s.EndpointURL != "") {
		return usagef("--demo signs in by itself: leave out --profile, --all-profiles, --role-arn, --org-role and --endpoint-url")
	}
	if err := s.validateLimits(); err != nil {
		return err
	}
	for i, account := range s.ReadOnly {
		if !accountPattern.MatchString(account) {
			return faultOf([]any{"read-only", i}, " %q: give the ids of accounts, of twelve digits", account)
		}
	}
	if _, err := s.level(); err != nil {
		return err
	}
	for _, check := range []func() error{s.validateTimes, s.validateSkip, s.validateDiscovery, s.validateLook} {
		if err := check(); err != nil {
			return err
		}
	}
	return s.validatePolicy()
}

// validateLook checks how the explorer and its list are wanted.
func (s *Settings) validateLook() error {
	if !slices.Contains(ui.Grounds(), ui.Ground(s.Theme)) {
		return faultOf([]any{"theme"}, " %q: use light, dark or auto%s", s.Theme, didYouMean(s.Theme, []string{"light", "dark", "auto"}))
	}
	if s.Sort != "" {
		if _, err := sortKey(s.Sort); err != nil {
			return faultOf([]any{"sort"}, ": %w", err)
		}
	}
	if groups := ui.Groups(); s.Group != "" && !slices.Contains(groups, s.Group) {
		return faultOf([]any{"group"}, " %q: use %s%s", s.Group, strings.Join(groups, ", "), didYouMean(s.Group, groups))
	}
	for i, c := range s.Columns {
		if _, err := fieldID(c); err != nil {
			return faultOf([]any{"columns", i}, ": %w", err)
		}
	}
	return s.validateKeys()
}

func (s *Settings) validateSkip() error {
	for i, w := range s.SkipWords {
		if !slices.Contains(model.Skippable(), w) {
			return faultOf([]any{"skip", i}, " %q: use %s%s", w, strings.Join(model.Skippable(), " or "), didYouMean(w, model.Skippable()))
		}
	}
	return nil
}

// minBandwidth is the least that copies can be limited to: below, a part takes longer than
// it is waited for.
const minBandwidth = 1_000_000

var ratePattern = regexp.MustCompile(`^(\d{1,6})(MB|GB|Mbit|Gbit)(?:/s)?$`)

// PerSecond is how many bytes a second copies may take of this machine's line, 0 for no
// limit.
func (s *Settings) PerSecond() (int, error) {
	if s.Bandwidth == "" {
		return 0, nil
	}
	unit := map[string]int{"MB": 1e6, "GB": 1e9, "Mbit": 1e6 / 8, "Gbit": 1e9 / 8}
	if m := ratePattern.FindStringSubmatch(s.Bandwidth); m != nil {
		n, err := strconv.Atoi(m[1])
		if n *= unit[m[2]]; err == nil && n >= minBandwidth {
			return n, nil
		}
	}
	return 0, faultOf([]any{"bandwidth"}, " %q: give a number and MB, GB, Mbit or Gbit, a second, from 1MB on", s.Bandwidth)
}

func (s *Settings) validateDiscovery() error {
	ways := make([]string, 0, len(model.Discoveries()))
	for _, d := range model.Discoveries() {
		ways = append(ways, string(d))
	}
	if !slices.Contains(ways, s.Discover) {
		return faultOf([]any{"discover"}, " %q: use %s%s", s.Discover, strings.Join(ways, ", "), didYouMean(s.Discover, ways))
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

func (s *Settings) validateLimits() error {
	if s.Concurrency < 0 || s.Concurrency > maxConcurrency {
		return faultOf([]any{"concurrency"}, " %d: give a number from 0 to %d", s.Concurrency, maxConcurrency)
	}
	_, err := s.PerSecond()
	return err
}

func (s *Settings) validateTimes() error {
	if s.Refresh != 0 && s.Refresh < minRefresh {
		return faultOf([]any{"refresh"}, " %s: the shortest is %s, out of respect for AWS's rate limits", s.Refresh, minRefresh)
	}
	if s.Keep < minKeep {
		return faultOf([]any{"keep"}, " %s: the shortest is %s; a deletion before the time is over takes a sentence", s.Keep, minKeep)
	}
	return nil
}
