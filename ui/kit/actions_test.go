package kit

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestANameOfAKeyIsChecked(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a": "", "A": "", "ctrl+a": "", "alt+x": "", "f5": "", "ctrl+alt+x": "", "ctrl+up": "", "shift+up": "", "?": "", "ж": "", "+": "", "ctrl++": "",
		"ctrl+i": `"ctrl+i" is tab on most terminals`, "shift+a": `"shift+a" is written "A"`, "ctrl+A": `"ctrl+A" is written "ctrl+a"`, "alt+B": `"alt+B" is written "alt+b"`,
		"": `there is no key ""`, " ": `there is no key " "`, "entr": `there is no key "entr"; did you mean "enter"?`, "ctrl+entr": `there is no key "ctrl+entr"; did you mean "ctrl+enter"?`, "ab": `there is no key "ab"`,
		"ctrl+": `there is no key "ctrl+"`,
	} {
		if got := CheckKey(name); got != want && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestKeysThatMeanTwoThingsClash(t *testing.T) {
	t.Parallel()
	was := DefaultKeyMap()
	for name, c := range map[string]struct {
		keys    map[string][]string
		own     []OwnCommand
		says    string
		action  string
		command int
	}{
		"none":              {nil, nil, "", "", 0},
		"another":           {map[string][]string{"quit": {"Q"}}, nil, "", "", 0},
		"a name of none":    {map[string][]string{"fly": {"j"}, "": {"k"}}, nil, "", "", 0},
		"no keys":           {map[string][]string{"quit": {}}, nil, "", "", 0},
		"with a kept one":   {map[string][]string{"quit": {"ctrl+c"}}, nil, `key "ctrl+c" is for quit and for "quit from anywhere", which keeps its keys`, "quit", 0},
		"with another":      {map[string][]string{"quit": {"r"}}, nil, `key "r" is for quit and for refresh`, "quit", 0},
		"later":             {map[string][]string{"refresh": {"q"}}, nil, `key "q" is for quit and for refresh`, "refresh", 0},
		"elsewhere":         {map[string][]string{"sort": {"a"}}, nil, `key "a" is for mark-all and for sort`, "sort", 0},
		"in another place":  {map[string][]string{"sort": {"B"}}, nil, "", "", 0},
		"down, on a run":    {map[string][]string{"down": {"B"}}, nil, `key "B" is for down and for "roll back", which keeps its keys`, "down", 0},
		"export, on a run":  {map[string][]string{"export": {"B"}}, nil, `key "B" is for export and for "roll back", which keeps its keys`, "export", 0},
		"export, on a plan": {map[string][]string{"export": {"D"}}, nil, `key "D" is for export and for "other direction", which keeps its keys`, "export", 0},
		"retry, as down":    {map[string][]string{"retry": {"j"}}, nil, `key "j" is for down and for retry`, "retry", 0},
		"retry, as quit":    {map[string][]string{"retry": {"q"}}, nil, `key "q" is for quit and for retry`, "retry", 0},
		"retry, as sort":    {map[string][]string{"retry": {"s"}}, nil, "", "", 0},
		"retry, on a run":   {map[string][]string{"retry": {"B"}}, nil, "", "", 0},
		"probe, as sort":    {map[string][]string{"probe": {"s"}}, nil, `key "s" is for sort and for probe`, "probe", 0},
		"probe, as down":    {map[string][]string{"probe": {"j"}}, nil, `key "j" is for down and for probe`, "probe", 0},
		"probe, on a run":   {map[string][]string{"probe": {"B"}}, nil, "", "", 0},
		"own":               {nil, []OwnCommand{{Title: "x"}, {Key: "Z", Title: "y"}, {Key: "N", Title: "z"}}, "", "", 0},
		"own, of an action": {nil, []OwnCommand{{Title: "x"}, {Key: "j", Title: "y"}}, `key "j" is for the command "y" and for down`, "", 1},
		"own, twice":        {nil, []OwnCommand{{Key: "Z", Title: "x"}, {Key: "N", Title: "y"}, {Key: "Z", Title: "z"}}, `key "Z" is for the command "x" and for the command "z"`, "", 2},
		"own, of a run":     {nil, []OwnCommand{{Key: "B", Title: "x"}}, "", "", 0},
	} {
		says, action, command := was.With(c.keys).Clash(c.own)
		if says != c.says || action != c.action || command != c.command {
			t.Errorf("%s: %q, %q, %d; want %q, %q, %d", name, says, action, command, c.says, c.action, c.command)
		}
	}
	now := was.With(map[string][]string{"quit": {"Q", "ctrl+q"}})
	if b := now.Global.Quit; !slices.Equal(b.Keys(), []string{"Q", "ctrl+q"}) || b.Help().Key != "Q ctrl+q" || b.Help().Desc != "quit" || was.Global.Quit.Keys()[0] != "q" {
		t.Errorf("quit is %q, %q", b.Keys(), b.Help())
	}
	names := ActionNames()
	if !slices.Contains(names, "next-screen") || !slices.Contains(names, "copy-arn") || slices.Contains(names, "kill") || slices.Contains(names, "") || slices.Contains(names, "approve") {
		t.Errorf("the actions are %q", names)
	}
	for member, want := range map[string]string{"Quit": "quit", "NextScreen": "next-screen", "CopyARN": "copy-arn", "CopyCLI": "copy-cli"} {
		if got := dashed(member); got != want {
			t.Errorf("%s is %q", member, got)
		}
	}
}

func TestACommandOfTheUsersHasItsKeyAndItsValues(t *testing.T) {
	t.Parallel()
	if b := (OwnCommand{Title: "x"}).Binding(); b.Enabled() || len(b.Keys()) != 0 {
		t.Errorf("without a key it is %q", b.Keys())
	}
	if b := (OwnCommand{Key: "Z", Title: "x"}).Binding(); !slices.Equal(b.Keys(), []string{"Z"}) || b.Help().Desc != "x" {
		t.Errorf("its key is %q", b.Keys())
	}
	n := model.Notebook{Name: "churn", Region: "eu-west-1", Account: "1", ARN: "arn:aws:x/churn"}
	env, err := OwnEnv(&n, "prod")
	if want := []string{"NAME=churn", "REGION=eu-west-1", "ACCOUNT=1", "ARN=arn:aws:x/churn", "PROFILE=prod"}; err != nil || !slices.Equal(env, want) {
		t.Errorf("it is given %q, %v", env, err)
	}
	n.Region = "x; rm"
	if env, err := OwnEnv(&n, ""); env != nil || err == nil || err.Error() != `its region, "x; rm", is nothing that AWS gives: no command gets to see it` {
		t.Errorf("it is given %q, %v", env, err)
	}
	moves := map[string]int{}
	for _, c := range DefaultKeyMap().List.Moves(5, 99, func(by int) Intent { moves["by"] = by; return nil }) {
		c.Run()
		moves[c.Name] = moves["by"]
	}
	delete(moves, "by")
	for name, by := range map[string]int{"down": 1, "up": -1, "half a page down": 5, "half a page up": -5, "a page down": 10, "a page up": -10, "first": -99, "last": 99} {
		if moves[name] != by {
			t.Errorf("%s moves by %d, want %d", name, moves[name], by)
		}
	}
}
