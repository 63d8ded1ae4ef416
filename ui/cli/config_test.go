package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// configured runs the command line in a home with these files below .config/nbscope.
func configured(t *testing.T, files map[string]string, args ...string) outcome {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, ".config", "nbscope", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return commandAt(t, dir, Env{Args: args})
}

const whole = `profiles: [prod, sandbox]
regions: ["eu-*"]
filter: "net:vpc-only"
concurrency: 8
refresh: 2m0s
keep: 48h0m0s
theme: light
mouse: false
sort: -age
group: account
columns: [region, "tag:Team"]
policy: restrict
overrides:
  - {account: "999988887777", policy: connect}
  - {tag: Zone=regulated, policy: report}
read-only: ["111122223333"]
reach: [artifactory.example.com, 10.2.0.0/16]
keys:
  refresh: [f5, Z]
  sort: o
  console: ctrl+o
presets:
  - {key: 3, name: mine, filter: "tag:team=me"}
commands:
  - {key: L, title: Log, command: 'less "$NAME"', wait: true}
  - {title: Stop, command: 'aws sagemaker stop-notebook-instance --notebook-instance-name "$NAME"', background: true, writes: true}
account-looks:
  - {match: "prod-*", colour: red, sign: PROD}
`

func TestAConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		files map[string]string
		code  int
		says  string
	}{
		"none":                    {nil, ExitOK, "There is no configuration; it would be "},
		"in order":                {map[string]string{"config.yaml": whole}, ExitOK, "config.yaml is in order."},
		"by the other name":       {map[string]string{"config.yml": whole}, ExitOK, "config.yml is in order."},
		"by both names":           {map[string]string{"config.yaml": whole, "config.yml": ""}, ExitUsage, "there are two configurations"},
		"a setting that is none":  {map[string]string{"config.yml": "regions: [x]\nconcurency: 3\n"}, ExitUsage, `line 2: there is no setting "concurency"; did you mean "concurrency"?`},
		"a theme that is none":    {map[string]string{"config.yaml": "theme: drak\n"}, ExitUsage, `did you mean "dark"?`},
		"a group that is none":    {map[string]string{"config.yaml": "group: regoin\n"}, ExitUsage, `did you mean "region"?`},
		"an order that is none":   {map[string]string{"config.yaml": "sort: -agee\n"}, ExitUsage, `did you mean "age"?`},
		"a column that is none":   {map[string]string{"config.yaml": "columns: [name, regoin]\n"}, ExitUsage, `did you mean "region"?`},
		"a number that is a word": {map[string]string{"config.yaml": "concurrency: many\n"}, ExitUsage, "line 1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := configured(t, c.files, "config", "check")
			if o.code != c.code || !strings.Contains(o.stdout+o.stderr, c.says) {
				t.Errorf("exit %d, want %d: %s%s, want %q", o.code, c.code, o.stdout, o.stderr, c.says)
			}
		})
	}
}

// TestWhatIsShownOfAConfigurationIsReadAsTheSame reads what was printed again.
func TestWhatIsShownOfAConfigurationIsReadAsTheSame(t *testing.T) {
	t.Parallel()
	read := func(text string) Settings {
		var s Settings
		f := pflag.NewFlagSet("test", pflag.ContinueOnError)
		s.register(f)
		if err := parseConfig([]byte(text), s.table(), f.Changed); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		return s
	}
	o := configured(t, map[string]string{"config.yaml": whole}, "config", "show")
	if got, want := read(o.stdout), read(whole); o.code != ExitOK || !reflect.DeepEqual(got, want) {
		t.Errorf("exit %d, %s\n%+v\nwant\n%+v", o.code, o.stdout, got, want)
	}
}

func TestTheSchemaHasEverySettingOfTheFile(t *testing.T) {
	t.Parallel()
	o := configured(t, nil, "config", "schema")
	var schema struct {
		AdditionalProperties bool
		Properties           map[string]struct {
			Type string
			Enum []string
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &schema); err != nil || o.code != ExitOK || schema.AdditionalProperties {
		t.Fatalf("exit %d, %v: %s", o.code, err, o.stdout)
	}
	var s Settings
	keys := 0
	for _, x := range s.table() {
		if x.key == "" {
			continue
		}
		keys++
		if p, ok := schema.Properties[x.key]; !ok || p.Type == "" && len(p.Enum) == 0 {
			t.Errorf("it says nothing of %s: %+v", x.key, p)
		}
	}
	if len(schema.Properties) != keys {
		t.Errorf("it has %d settings, the file %d", len(schema.Properties), keys)
	}
}
