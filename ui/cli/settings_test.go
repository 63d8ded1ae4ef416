package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/policy"
)

// readFile is what main gives in its place, without its care.
func readFile(path string, _ int64) ([]byte, error) { return os.ReadFile(path) }

// settle runs flags and a configuration file through the same path as a command.
func settle(t *testing.T, config string, args ...string) (Settings, error) {
	t.Helper()
	home := t.TempDir()
	if config != "" {
		dir := filepath.Join(home, ".config", "nbscope")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var s Settings
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	s.register(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	err := s.complete(f, &Env{Environ: []string{"HOME=" + home}, ReadFile: readFile})
	return s, err
}

func TestSettings(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config string
		args   []string
		check  func(Settings) bool
		errHas string
	}{
		"without a file the defaults hold": {
			check: func(s Settings) bool { return s.Concurrency == 0 && s.LogLevel == "info" && s.Refresh == 0 },
		},
		"a file fills in what no flag says": {
			config: "profiles: [prod, sandbox]\nregions: ['eu-*']\nrefresh: 1m\nconcurrency: 8\nascii: true\n",
			check: func(s Settings) bool {
				return slices.Equal(s.Profiles, []string{"prod", "sandbox"}) && slices.Equal(s.Regions, []string{"eu-*"}) &&
					s.Refresh == time.Minute && s.Concurrency == 8 && s.ASCII
			},
		},
		"a flag beats the file": {
			config: "filter: status:failed\nconcurrency: 8\n", args: []string{"-f", "fraud", "--concurrency", "9"},
			check: func(s Settings) bool { return s.Filter == "fraud" && s.Concurrency == 9 },
		},
		"a sign-in on the command line replaces the file's whole sign-in": {
			config: "profiles: [prod]\norg-role: Audit\n", args: []string{"--profile", "dev"},
			check: func(s Settings) bool { return slices.Equal(s.Profiles, []string{"dev"}) && s.OrgRole == "" },
		},
		"the demo reads no file of the user's": {
			config: "profiles: [prod]\nnonsense: [\n", args: []string{"--demo"},
			check: func(s Settings) bool { return s.Demo && s.Profiles == nil },
		},
		"an empty file says nothing":            {config: "\n# nothing\n", check: func(s Settings) bool { return s.Concurrency == 0 }},
		"an unknown key names line and nearest": {config: "regions: [a]\nprofils: [b]\n", errHas: `line 2: there is no setting "profils"; did you mean "profiles"?`},
		"a setting that is there twice":         {config: "filter: a\nfilter: b\n", errHas: `line 2: "filter" is there twice`},
		"a file that is no mapping":             {config: "- regions\n", errHas: "line 1: give each setting as key: value"},
		"what a flag replaces is read as well":  {config: "concurrency: many\n", args: []string{"--concurrency", "9"}, errHas: "line 1"},
		"broken YAML names the file":            {config: "regions: [a\n", errHas: "config.yaml: not valid YAML"},
		"a value of the wrong type is refused":  {config: "concurrency: many\n", errHas: "line 1"},
		"a named file must exist":               {args: []string{"--config", "/nonexistent/c.yaml"}, errHas: "/nonexistent/c.yaml"},
		"a keep time is read":                   {config: "keep: 48h\n", check: func(s Settings) bool { return s.Keep == 48*time.Hour }},
		"a flag goes before it":                 {config: "keep: 48h\n", args: []string{"--keep", "1h"}, check: func(s Settings) bool { return s.Keep == time.Hour }},
		"no keep time is the default":           {check: func(s Settings) bool { return s.Keep == 24*time.Hour }},
		"keeping nothing is no keep time":       {args: []string{"--keep", "0s"}, errHas: "--keep 0s: the shortest is 1s"},
		"fewer than none is no concurrency":     {args: []string{"--concurrency", "-1"}, errHas: "--concurrency -1: give a number from 0 to 1024"},
		"a bandwidth is read":                   {config: "bandwidth: 100Mbit\n", check: perSecond(12_500_000)},
		"a flag goes before the file's":         {config: "bandwidth: 100Mbit\n", args: []string{"--bandwidth", "20MB/s"}, check: perSecond(20_000_000)},
		"no bandwidth is no limit":              {check: perSecond(0)},
		"too little bandwidth is refused":       {args: []string{"--bandwidth", "7Mbit"}, errHas: `--bandwidth "7Mbit": give a number and MB, GB, Mbit or Gbit, a second, from 1MB on`},
		"the least bandwidth is taken":          {args: []string{"--bandwidth", "1MB"}, check: perSecond(1_000_000)},
		"as many bits are as much":              {args: []string{"--bandwidth", "8Mbit/s"}, check: perSecond(1_000_000)},
		"a gigabyte is a thousand megabytes":    {args: []string{"--bandwidth", "2GB"}, check: perSecond(2_000_000_000)},
		"a gigabit is an eighth of it":          {args: []string{"--bandwidth", "2Gbit"}, check: perSecond(250_000_000)},
		"a bandwidth has a unit":                {args: []string{"--bandwidth", "20000000"}, errHas: "--bandwidth"},
		"refreshing too often is refused":       {args: []string{"--refresh", "1s"}, errHas: "--refresh 1s: the shortest is 5s"},
		"a log level is one of four":            {args: []string{"--log-level", "wran"}, errHas: `did you mean "warn"?`},
		"the policy is connect unless one is named": {
			check: func(s Settings) bool { return s.Policy().Default == model.PolicyConnect && s.Policy().Overrides == nil },
		},
		"a policy is taken in any case, and a flag beats the file": {
			config: "policy: report\n", args: []string{"--policy", "Restrict"},
			check: func(s Settings) bool { return s.Policy().Default == model.PolicyRestrict },
		},
		"overrides stand beside a policy on the command line": {
			config: "overrides:\n  - {account: 111122223333, policy: Report}\n  - tag: zone=lab=a\n    policy: restrict\n  - {tag: regulated, policy: restrict}\n",
			args:   []string{"--policy", "connect"},
			check: func(s Settings) bool {
				return slices.Equal(s.Policy().Overrides, []policy.Override{
					{Account: "111122223333", Policy: model.PolicyReport},
					{TagKey: "zone", TagValue: "lab=a", Policy: model.PolicyRestrict},
					{TagKey: "regulated", Policy: model.PolicyRestrict},
				})
			},
		},
		"places of the user's own": {
			config: "reach: [Artifactory.example.com, 10.2.0.0/16, 10.3.4.5, \"2001:db8::/32\"]\n",
			check: func(s Settings) bool {
				return len(s.Reach) == 4 && s.Reach[0].Name == "artifactory.example.com" && s.Reach[0].Host() && s.Reach[1].Name == "10.2.0.0/16" &&
					!s.Reach[1].Host() && s.Reach[2].Name == "10.3.4.5/32" && s.Reach[3].Name == "2001:db8::/32"
			},
		},
		"a place that is a URL":                       {config: "filter: a\nreach:\n  - a.example.com\n  - https://pypi.org/simple\n", errHas: `line 4: reach: "https://pypi.org/simple" is a URL: give its host name alone`},
		"a place with a port":                         {config: "reach: [\"a.example.com:8443\"]\n", errHas: `line 1: reach: "a.example.com:8443" has a port`},
		"a place with a pattern":                      {config: "reach: [\"*.example.com\"]\n", errHas: "is a pattern"},
		"a place without a domain":                    {config: "reach: [artifactory]\n", errHas: `"artifactory" is not a full host name`},
		"a place within a range":                      {config: "reach: [10.2.0.1/16]\n", errHas: `line 1: reach: "10.2.0.1/16" is an address within a range: the range is 10.2.0.0/16`},
		"a place that is no range":                    {config: "reach: [10.2.0.0/33]\n", errHas: "neither a host name nor a range"},
		"a place that is everything":                  {config: "reach: [0.0.0.0/0]\n", errHas: `"0.0.0.0/0" is everything`},
		"a place that is judged anyway":               {config: "reach: [S3]\n", errHas: `"S3" is judged already`},
		"a place that is there twice":                 {config: "reach: [a.example.com, A.example.com]\n", errHas: "a.example.com is there twice"},
		"places that are no list":                     {config: "reach: a.example.com\n", errHas: "line 1: reach: give a list such as"},
		"a place that is a map":                       {config: "reach: [{host: a.example.com}]\n", errHas: "line 1: reach: give each place as"},
		"a policy that does not exist":                {args: []string{"--policy", "conect"}, errHas: `--policy "conect": use connect, restrict or report; did you mean "connect"?`},
		"a policy that does not exist, in the file":   {config: "policy: strict\n", errHas: `use connect, restrict or report`},
		"an override without a policy":                {config: "overrides: [{account: 111122223333}]\n", errHas: `line 1: overrides: policy "": use connect`},
		"an override with a policy that is none":      {config: "overrides: [{account: 111122223333, policy: repot}]\n", errHas: `did you mean "report"?`},
		"an override that fits nothing":               {config: "overrides: [{policy: report}]\n", errHas: "line 1: overrides: this one names neither an account nor a tag"},
		"an override for an account that cannot be":   {config: "overrides: [{account: prod, policy: report}]\n", errHas: `account "prod" is not an account id`},
		"an override for a tag without a key":         {config: "overrides: [{tag: =x, policy: report}]\n", errHas: `tag "=x" has no key`},
		"a misspelt key of an override names nearest": {config: "overrides:\n  - acount: a\n", errHas: `line 2: there is no setting "acount"; did you mean "account"?`},
		"the demo signs in by itself":                 {args: []string{"--demo", "--profile", "x"}, errHas: "--demo signs in by itself"},
		"the demo with every profile":                 {args: []string{"--demo", "--all-profiles"}, errHas: "--demo signs in by itself"},
		"the demo with a role":                        {args: []string{"--demo", "--role-arn", "arn:aws:iam::111122223333:role/r"}, errHas: "--demo signs in by itself"},
		"the demo with an organization":               {args: []string{"--demo", "--org-role", "r"}, errHas: "--demo signs in by itself"},
		"the demo with an endpoint":                   {args: []string{"--demo", "--endpoint-url", "http://127.0.0.1:1"}, errHas: "--demo signs in by itself"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := settle(t, c.config, c.args...)
			if c.errHas != "" {
				if err == nil || !strings.Contains(err.Error(), c.errHas) {
					t.Fatalf("error %v does not say %q", err, c.errHas)
				}
				if ExitCode(err) != ExitUsage {
					t.Errorf("exit code %d, want %d", ExitCode(err), ExitUsage)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(s) {
				t.Errorf("settings are %+v", s)
			}
		})
	}
}

func TestEverySettingIsReadFromTheFileUnlessAFlagIsGiven(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"profiles": "[a]", "all-profiles": "true", "role-arns": "[a]", "org-role": "a", "accounts": "[a]", "ous": "[a]", "discover": "sweep", "trust-index": "true", "regions": "[a]", "filter": "a", "skip": "[tags]",
		"concurrency": "2", "bandwidth": "20MB", "endpoint-url": "a", "no-cache": "true", "refresh": "9s", "keep": "48h", "log-file": "a", "log-level": "warn", "ascii": "true", "theme": "light", "mouse": "true",
		"no-memory": "true", "sort": "'-age'", "group": "account", "columns": "[name, 'tag:Team']",
		"policy": "report", "overrides": "[{account: '111122223333', policy: report}]",
		"read-only": "['111122223333']", "reach": "[10.2.0.0/16]",
		"keys": "{sort: o}", "presets": "[{key: 3, name: a, filter: b}]", "commands": "[{title: a, command: b}]", "account-looks": "[{match: a, colour: red}]",
	}
	var s Settings
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	s.register(f)
	s.registerWide(f)
	for i, x := range s.table() {
		if x.flag != "" && f.Lookup(x.flag) == nil {
			t.Errorf("%s has no flag", x.flag)
		}
		if x.key == "" {
			continue
		}
		for _, given := range []bool{false, true} {
			if given && x.flag == "" {
				continue
			}
			var now Settings
			all := now.table()
			before := fmt.Sprint(reflect.ValueOf(all[i].into).Elem())
			if err := parseConfig([]byte(x.key+": "+values[x.key]+"\n"), all, func(flag string) bool { return given && flag == x.flag }); err != nil {
				t.Errorf("%s: %v", x.key, err)
			}
			if after := fmt.Sprint(reflect.ValueOf(all[i].into).Elem()); (after == before) != given {
				t.Errorf("%s, with the flag given %v, became %s from %s", x.key, given, after, before)
			}
		}
	}
}

func TestBaseDirectoriesFollowTheXDGRules(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		env  map[string]string
		want string
	}{
		"the variable wins":              {map[string]string{"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/nbscope"},
		"a relative variable is ignored": {map[string]string{"XDG_CACHE_HOME": "x", "HOME": "/h"}, "/h/.cache/nbscope"},
		"home is the fallback":           {map[string]string{"HOME": "/h"}, "/h/.cache/nbscope"},
		"no home means no cache":         {map[string]string{}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := CacheDir(func(k string) string { return c.env[k] }); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// perSecond looks at how much copies may take of the line.
func perSecond(want int) func(Settings) bool {
	return func(s Settings) bool {
		got, err := s.PerSecond()
		return got == want && err == nil
	}
}
