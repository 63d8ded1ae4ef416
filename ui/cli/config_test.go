package cli

import (
	"encoding/json"
	"fmt"
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
		"none":                           {nil, ExitOK, "There is no configuration; it would be "},
		"in order":                       {map[string]string{"config.yaml": whole}, ExitOK, "config.yaml is in order."},
		"by the other name":              {map[string]string{"config.yml": whole}, ExitOK, "config.yml is in order."},
		"by both names":                  {map[string]string{"config.yaml": whole, "config.yml": ""}, ExitUsage, "there are two configurations"},
		"a setting that is none":         {map[string]string{"config.yml": "regions: [x]\nconcurency: 3\n"}, ExitUsage, `line 2: there is no setting "concurency"; did you mean "concurrency"?`},
		"a theme that is none":           {map[string]string{"config.yaml": "mouse: true\ntheme: drak\n"}, ExitUsage, `config.yaml: line 2: theme "drak": use light, dark or auto; did you mean "dark"?`},
		"a group that is none":           {map[string]string{"config.yaml": "mouse: true\ngroup: regoin\n"}, ExitUsage, `config.yaml: line 2: group "regoin": use none, account, region, vpc, subnet; did you mean "region"?`},
		"an order that is none":          {map[string]string{"config.yaml": "mouse: true\nsort: -agee\n"}, ExitUsage, `config.yaml: line 2: sort: there is no field "agee"; did you mean "age"?`},
		"a column that is none":          {map[string]string{"config.yaml": "columns:\n- name\n- regoin\n"}, ExitUsage, `config.yaml: line 3: columns: there is no field "regoin"; did you mean "region"?`},
		"a filter with no such field":    {map[string]string{"config.yaml": "mouse: true\nfilter: statsu:failed\n"}, ExitUsage, `config.yaml: line 2: filter: no field "statsu"; did you mean status:?`},
		"a part to skip that is none":    {map[string]string{"config.yaml": "skip: [tags,\n  egres]\n"}, ExitUsage, `config.yaml: line 2: skip "egres": use tags or egress; did you mean "egress"?`},
		"a policy that is none":          {map[string]string{"config.yaml": "\npolicy: restrct\n"}, ExitUsage, `config.yaml: line 2: policy "restrct": use connect, restrict or report; did you mean "restrict"?`},
		"a policy of an override":        {map[string]string{"config.yaml": "overrides:\n- tag: a\n  policy: report\n- tag: b\n  policy: restrct\n"}, ExitUsage, `config.yaml: line 5: overrides: policy "restrct": use connect`},
		"an account that is none":        {map[string]string{"config.yaml": "read-only:\n- 111122223333\n- 12\n"}, ExitUsage, `config.yaml: line 3: read-only "12": give the ids of accounts, of twelve digits`},
		"a key that is taken":            {map[string]string{"config.yaml": "keys:\n  sort: o\n  refresh: q\n"}, ExitUsage, `config.yaml: line 3: keys: key "q" is for quit and for refresh; give one of them another key`},
		"a key that another has got":     {map[string]string{"config.yaml": "keys:\n  quit: r\n  sort: o\n"}, ExitUsage, `config.yaml: line 2: keys: key "r" is for quit and for refresh`},
		"a command on a key that is one": {map[string]string{"config.yaml": "commands:\n- {key: Z, title: A, command: a}\n- title: B\n  command: b\n  key: Z\n"}, ExitUsage, `config.yaml: line 5: commands: key "Z" is for the command "A" and for the command "B"`},
		"a preset on a key that has one": {map[string]string{"config.yaml": "presets:\n- {key: 1, name: a, filter: a}\n- {key: 1, name: b, filter: b}\n"}, ExitUsage, `config.yaml: line 3: presets: key 1 is there twice`},
		"a level of the log":             {map[string]string{"config.yaml": "\nlog-level: wran\n"}, ExitUsage, `config.yaml: line 2: log-level "wran": use debug`},
		"a way to discover":              {map[string]string{"config.yaml": "\ndiscover: swep\n"}, ExitUsage, `config.yaml: line 2: discover "swep": use auto, index, sweep; did you mean "sweep"?`},
		"a rate":                         {map[string]string{"config.yaml": "\nbandwidth: 20\n"}, ExitUsage, `config.yaml: line 2: bandwidth "20": give a number`},
		"too often":                      {map[string]string{"config.yaml": "\nrefresh: 1s\n"}, ExitUsage, `config.yaml: line 2: refresh 1s: the shortest is 5s`},
		"too short":                      {map[string]string{"config.yaml": "\nkeep: 1ms\n"}, ExitUsage, `config.yaml: line 2: keep 1ms: the shortest is 1s`},
		"too many":                       {map[string]string{"config.yaml": "\nconcurrency: 9999\n"}, ExitUsage, `config.yaml: line 2: concurrency 9999: give a number from 0`},
		"a number that is a word":        {map[string]string{"config.yaml": "concurrency: many\n"}, ExitUsage, "config.yaml: line 1: concurrency: write a whole number\n"},
		"a time without a unit":          {map[string]string{"config.yaml": "\nrefresh: 30\n"}, ExitUsage, "config.yaml: line 2: refresh: write a time with its unit, such as 30s, 5m or 48h\n"},
		"a list that is a word":          {map[string]string{"config.yaml": "\nregions: eu-west-1\n"}, ExitUsage, "config.yaml: line 2: regions: write a list of texts, as in [one, two]\n"},
		"a list in a list":               {map[string]string{"config.yaml": "regions:\n- a\n- [b]\n"}, ExitUsage, "config.yaml: line 3: regions: write a list of texts"},
		"a yes that is none":             {map[string]string{"config.yaml": "\nmouse: nope\n"}, ExitUsage, "config.yaml: line 2: mouse: write true or false\n"},
		"a text that is a list":          {map[string]string{"config.yaml": "\ntheme: [light]\n"}, ExitUsage, "config.yaml: line 2: theme: write one text\n"},
		"entries that are none":          {map[string]string{"config.yaml": "\noverrides: {tag: a, policy: report}\n"}, ExitUsage, "config.yaml: line 2: overrides: give it as a list of entries"},
		"a member that is no text":       {map[string]string{"config.yaml": "presets:\n- key: 1\n  name: [a]\n  filter: b\n"}, ExitUsage, "config.yaml: line 3: name: write one text\n"},
		"a second document":              {map[string]string{"config.yaml": "mouse: true\n---\ntheme: light\n"}, ExitUsage, "config.yaml: line 2: a second document begins here: keep one\n"},
		"one document with its marks":    {map[string]string{"config.yaml": "---\nmouse: true\n...\n"}, ExitOK, "is in order"},
		"a sign of twelve letters":       {map[string]string{"config.yaml": "account-looks: [{match: a, colour: red, sign: ÄÖÜÄÖÜÄÖÜÄÖÜ}]\n"}, ExitOK, "is in order"},
		"an account without quotes":      {map[string]string{"config.yaml": "read-only: [111122223333, 012345678901]\noverrides: [{account: 111122223333, policy: report}]\naccount-looks: [{match: 111122223333, colour: red}]\n"}, ExitOK, "is in order"},
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
			Type  any
			Enum  []string
			Items struct{ Type any }
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
		if p, ok := schema.Properties[x.key]; !ok || p.Type == nil && len(p.Enum) == 0 {
			t.Errorf("it says nothing of %s: %+v", x.key, p)
		}
	}
	if got := schema.Properties["read-only"].Items.Type; fmt.Sprint(got) != "[string integer]" { // as the file is read
		t.Errorf("an account that is read only is of %q", got)
	}
	if len(schema.Properties) != keys {
		t.Errorf("it has %d settings, the file %d", len(schema.Properties), keys)
	}
}
