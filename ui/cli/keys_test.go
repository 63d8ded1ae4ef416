package cli

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui"
)

func TestKeysOfTheConfiguration(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ config, errHas string }{
		"an action that is none":            {"filter: a\nkeys:\n  refesh: f5\n", `line 3: keys: there is no action "refesh"; did you mean "refresh"?`},
		"an action with a key of its own":   {"keys: {kill: x}\n", `there is no action "kill"`},
		"an action that is there twice":     {"keys:\n  sort: o\n  sort: O\n", `line 3`},
		"no key":                            {"keys: {sort: []}\n", "keys: sort has no key"},
		"a key that is none":                {"keys:\n  sort: pgdwn\n", `line 2: keys: sort: there is no key "pgdwn"; did you mean "pgdown"?`},
		"a key with what is held":           {"keys: {sort: ctrl+entr}\n", `did you mean "ctrl+enter"?`},
		"a key by another name":             {"keys: {sort: shift+o}\n", `"shift+o" is written "O"`},
		"a key in capitals":                 {"keys: {sort: ctrl+O}\n", `"ctrl+O" is written "ctrl+o"`},
		"a key that is another":             {"keys: {sort: ctrl+i}\n", `"ctrl+i" is tab on most terminals`},
		"a key that is a mapping":           {"keys: {sort: {a: b}}\n", "give a key, or a list of keys"},
		"keys that are no mapping":          {"keys: [a]\n", "line 1: keys: give each action its key"},
		"a key that another action has":     {"keys: {sort: r}\n", `key "r" is for refresh and for sort`},
		"a key of a recreate":               {"keys: {quit: B}\n", `"roll back", which keeps its keys`},
		"a key for two":                     {"keys: {sort: Z, export: Z}\n", `key "Z" is for export and for sort`},
		"a key that a preset has":           {"keys: {sort: '0'}\n", `"preset filters", which keeps its keys`},
		"ctrl+c":                            {"keys: {help: ctrl+c}\n", `key "ctrl+c" is for "quit from anywhere", which keeps its keys and for help`},
		"a preset on no number":             {"presets:\n  - {key: 0, name: a, filter: b}\n", `line 2: presets: key "0": give a number from 1 to 9`},
		"a preset without a name":           {"presets: [{key: 1, filter: b}]\n", "the one on key 1 has no name"},
		"a preset with a field that is not": {"presets:\n  - {key: 2, name: a, filter: 'statsu:failed'}\n", `line 2: presets: a: no field "statsu"`},
		"a preset that is half there":       {"presets: [{key: 2, name: a, filter: 'status:'}]\n", "line 1: presets: a: "},
		"two presets on a key":              {"presets: [{key: 2, name: a, filter: b}, {key: 2, name: c, filter: d}]\n", "presets: key 2 is there twice"},
		"a member of a preset that is none": {"presets:\n  - {key: 2, nam: a}\n", `line 2: there is no setting "nam"; did you mean "name"?`},
		"a command without a title":         {"commands: [{command: b}]\n", "line 1: commands: a command has no title"},
		"a command without a line":          {"commands: [{title: b}]\n", `commands: "b" has no command`},
		"a command on a key that is taken":  {"commands: [{key: y, title: Look, command: b}]\n", `key "y" is for the command "Look" and for copy-arn`},
		"a command on a key of the detail":  {"commands: [{key: V, title: Look, command: b}]\n", `key "V" is for the command "Look" and for probe`},
		"a command on a preset's key":       {"commands: [{key: 0, title: Look, command: b}]\n", `key "0" is for the command "Look"`},
		"two commands on a key":             {"commands: [{key: Z, title: A, command: b}, {key: Z, title: B, command: b}]\n", `key "Z" is for the command "A" and for the command "B"`},
		"a command on no key that there is": {"commands:\n  - {key: ctrl+, title: A, command: b}\n", `line 2: commands: "A": there is no key "ctrl+"`},
		"a command nobody can wait for":     {"commands: [{title: A, command: b, background: true, wait: true}]\n", "where nobody waits for enter"},
		"a misspelt member of a command":    {"commands:\n  - title: A\n    comand: b\n", `line 3: there is no setting "comand"; did you mean "command"?`},
		"an account without a pattern":      {"account-looks: [{colour: red}]\n", "account-looks: an entry has no match"},
		"an account with no pattern":        {"account-looks: [{match: '[', colour: red}]\n", `account-looks: match "[" is no pattern`},
		"a colour that is none":             {"account-looks:\n  - {match: a, colour: rde}\n", `line 2: account-looks: colour "rde": use red, yellow, green, blue, cyan, violet; did you mean "red"?`},
		"a sign of thirteen letters":        {"account-looks: [{match: a, colour: red, sign: ÄÖÜÄÖÜÄÖÜÄÖÜÄ}]\n", "is longer than 12 letters"},
		"a sign that fills the header":      {"account-looks: [{match: a, colour: red, sign: PRODUCTION-ACCOUNT}]\n", "is longer than 12 letters"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := settle(t, c.config); err == nil || !strings.Contains(err.Error(), c.errHas) || ExitCode(err) != ExitUsage {
				t.Errorf("error %v does not say %q", err, c.errHas)
			}
		})
	}
}

func TestWhatTheConfigurationSaysReachesTheExplorer(t *testing.T) {
	t.Parallel()
	s, err := settle(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Keys["refresh"]; !slices.Equal(got, []string{"f5", "Z"}) {
		t.Errorf("refresh is on %q", got)
	}
	want := []ui.OwnCommand{
		{Key: "L", Title: "Log", Line: `less "$NAME"`, Wait: true},
		{Title: "Stop", Line: `aws sagemaker stop-notebook-instance --notebook-instance-name "$NAME"`, Background: true, Writes: true},
	}
	if !slices.Equal(s.own(), want) {
		t.Errorf("commands are %+v", s.own())
	}
	if got := s.presets(); !slices.Equal(got, []model.Preset{{Key: '3', Name: "mine", Filter: "tag:team=me"}}) {
		t.Errorf("presets are %+v", got)
	}
	if got := s.looks(); !slices.Equal(got, []ui.AccountLook{ui.NewAccountLook("prod-*", "red", "PROD")}) {
		t.Errorf("accounts are %+v", got)
	}
}

// TestNamesOfActionsStay lists them all: files of users hold them.
func TestNamesOfActionsStay(t *testing.T) {
	t.Parallel()
	const want = "quit help palette next-screen prev-screen refresh full-scan cancel-scan export policy waiting mouse " +
		"up down half-up half-down page-up page-down top bottom left right filter back open " +
		"mark mark-all sort reverse group undecided columns copy-arn copy-cli console copy-console recreate " +
		"next-section prev-section next-notebook prev-notebook reveal copy-remedy next-remedy probe retry"
	if got := strings.Join(ui.ActionNames(), " "); got != want {
		t.Errorf("they are\n%s\nwant\n%s", got, want)
	}
	var schema struct {
		Properties struct {
			Keys struct{ Properties map[string]any }
		}
	}
	o := configured(t, nil, "config", "schema")
	if err := json.Unmarshal([]byte(o.stdout), &schema); err != nil || len(schema.Properties.Keys.Properties) != len(strings.Fields(want)) {
		t.Errorf("%v: the schema has %d", err, len(schema.Properties.Keys.Properties))
	}
}

// TestTheConfigurationThatIsDocumentedIsInOrder reads the example as a user would copy it.
func TestTheConfigurationThatIsDocumentedIsInOrder(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	if s, err := settle(t, example); err != nil || len(s.Commands) != 3 {
		t.Errorf("%v: %d commands", err, len(s.Commands))
	}
	for _, name := range slices.Concat(ui.ActionNames(), ui.AccountColours()) {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("%s is not documented", name)
		}
	}
}
