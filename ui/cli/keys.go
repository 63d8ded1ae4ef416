package cli

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui"
)

// What the configuration says of the explorer's keys, presets, commands and accounts. An
// error names its line, as those of the decoder do.

func faultAt(n *yaml.Node, format string, args ...any) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: ", n.Line) + fmt.Sprintf(format, args...)}}
}

// sayAll takes what an entry of a list says, strictly.
func sayAll(node *yaml.Node, all ...setting) error {
	return takeAll(node, all, func(string) bool { return false })
}

// ownKeys are keys of the user's, by the names of actions.
type ownKeys map[string][]string

// UnmarshalYAML reads a key, or a list of them, for each action.
func (k *ownKeys) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return faultAt(node, "keys: give each action its key, as in refresh: f5")
	}
	*k = ownKeys{}
	names := ui.ActionNames()
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if !slices.Contains(names, name.Value) {
			return faultAt(name, "keys: there is no action %q%s", name.Value, didYouMean(name.Value, names))
		}
		if _, twice := (*k)[name.Value]; twice {
			return faultAt(name, "keys: %q is there twice", name.Value)
		}
		given := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			given = value.Content
		}
		if len(given) == 0 {
			return faultAt(value, "keys: %s has no key", name.Value)
		}
		for _, g := range given {
			if err := checkKey(g, "keys: "+name.Value); err != nil {
				return err
			}
			(*k)[name.Value] = append((*k)[name.Value], g.Value)
		}
	}
	return nil
}

func checkKey(node *yaml.Node, where string) error {
	if node.Kind != yaml.ScalarNode {
		return faultAt(node, "%s: give a key, or a list of keys", where)
	}
	if why := ui.CheckKey(node.Value); why != "" {
		return faultAt(node, "%s: %s", where, why)
	}
	return nil
}

// ownPreset is a filter on a number key.
type ownPreset struct{ Key, Name, Filter string }

// UnmarshalYAML reads an entry.
func (p *ownPreset) UnmarshalYAML(node *yaml.Node) error {
	if err := sayAll(node, setting{key: "key", into: &p.Key}, setting{key: "name", into: &p.Name}, setting{key: "filter", into: &p.Filter}); err != nil {
		return err
	}
	switch {
	case len(p.Key) != 1 || p.Key < "1" || p.Key > "9":
		return faultAt(node, "presets: key %q: give a number from 1 to 9", p.Key)
	case strings.TrimSpace(p.Name) == "":
		return faultAt(node, "presets: the one on key %s has no name", p.Key)
	}
	// What a term about an age means is another matter: whether it can be read is not.
	if _, issues := query.ParseStrict(p.Filter, time.Time{}); len(issues) > 0 {
		return faultAt(node, "presets: %s: %s", p.Name, issues[0])
	}
	return nil
}

// ownCommand is a command line of the user's.
type ownCommand struct {
	Key        string
	Title      string
	Command    string
	Background bool
	Wait       bool
	Writes     bool
}

// UnmarshalYAML reads an entry.
func (c *ownCommand) UnmarshalYAML(node *yaml.Node) error {
	err := sayAll(node, setting{key: "key", into: &c.Key}, setting{key: "title", into: &c.Title}, setting{key: "command", into: &c.Command},
		setting{key: "background", into: &c.Background}, setting{key: "wait", into: &c.Wait}, setting{key: "writes", into: &c.Writes})
	switch {
	case err != nil:
		return err
	case strings.TrimSpace(c.Title) == "":
		return faultAt(node, "commands: a command has no title")
	case strings.TrimSpace(c.Command) == "":
		return faultAt(node, "commands: %q has no command", c.Title)
	case c.Background && c.Wait:
		return faultAt(node, "commands: %q runs in the background, where nobody waits for enter", c.Title)
	}
	if why := ui.CheckKey(c.Key); c.Key != "" && why != "" {
		return faultAt(node, "commands: %q: %s", c.Title, why)
	}
	return nil
}

// accountLook is how accounts are shown.
type accountLook struct{ Match, Colour, Sign string }

// maxSign is how wide the sign of an account may be: it stands in the header.
const maxSign = 12

// UnmarshalYAML reads an entry.
func (a *accountLook) UnmarshalYAML(node *yaml.Node) error {
	if err := sayAll(node, setting{key: "match", into: &a.Match}, setting{key: "colour", into: &a.Colour}, setting{key: "sign", into: &a.Sign}); err != nil {
		return err
	}
	colours := ui.AccountColours()
	switch _, err := path.Match(a.Match, ""); {
	case a.Match == "":
		return faultAt(node, "account-looks: an entry has no match: give a pattern of ids or aliases, as in match: \"prod-*\"")
	case err != nil:
		return faultAt(node, "account-looks: match %q is no pattern", a.Match)
	case !slices.Contains(colours, a.Colour):
		return faultAt(node, "account-looks: colour %q: use %s%s", a.Colour, strings.Join(colours, ", "), didYouMean(a.Colour, colours))
	case utf8.RuneCountInString(a.Sign) > maxSign:
		return faultAt(node, "account-looks: sign %q is longer than %d letters", a.Sign, maxSign)
	}
	return nil
}

// own are the commands as the explorer takes them.
func (s *Settings) own() []ui.OwnCommand {
	out := make([]ui.OwnCommand, 0, len(s.Commands))
	for _, c := range s.Commands {
		out = append(out, ui.OwnCommand{Key: c.Key, Title: c.Title, Line: c.Command, Background: c.Background, Wait: c.Wait, Writes: c.Writes})
	}
	return out
}

// presets are the user's filters as the explorer takes them.
func (s *Settings) presets() []model.Preset {
	out := make([]model.Preset, 0, len(s.Presets))
	for _, p := range s.Presets {
		out = append(out, model.Preset{Key: rune(p.Key[0]), Name: p.Name, Filter: p.Filter})
	}
	return out
}

// looks are the looks of accounts as the explorer takes them.
func (s *Settings) looks() []ui.AccountLook {
	out := make([]ui.AccountLook, 0, len(s.Looks))
	for _, a := range s.Looks {
		out = append(out, ui.NewAccountLook(a.Match, a.Colour, a.Sign))
	}
	return out
}

// validateKeys checks that no key means two things.
func (s *Settings) validateKeys() error {
	for i, p := range s.Presets {
		if slices.ContainsFunc(s.Presets[:i], func(q ownPreset) bool { return q.Key == p.Key }) {
			return faultOf([]any{"presets", i, "key"}, ": key %s is there twice", p.Key)
		}
	}
	clash, action, command := ui.Clash(s.Keys, s.own())
	switch {
	case clash == "":
		return nil
	case action != "":
		return faultOf([]any{"keys", action}, ": %s; give one of them another key", clash)
	}
	return faultOf([]any{"commands", command, "key"}, ": %s; give one of them another key", clash)
}
