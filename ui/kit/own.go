package kit

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/ui/theme"
)

// What the user's configuration adds to the explorer.

// GroupOwn is the group of the user's own commands.
const GroupOwn = "Your commands"

// OwnCommand is a command line of the user's about the notebook under the cursor.
type OwnCommand struct {
	Key        string // "": by its title in the palette only
	Title      string
	Line       string // for the system's shell; values come as variables and never stand in it
	Background bool   // beside the explorer, and its last lines are told
	Wait       bool   // for enter before the explorer comes back
	Writes     bool   // it changes something: this session has to be unlocked for the account
}

// Binding is its key, none where it has none.
func (c OwnCommand) Binding() key.Binding {
	if c.Key == "" {
		return key.Binding{}
	}
	return bind(c.Key, c.Title, c.Key)
}

// awsWord is what a name, an id or an ARN of AWS's is made of: nothing that a shell, a
// command that takes options, or a pattern of files reads as more than text, even where
// the user's command line leaves out quotes.
var awsWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9:/_.-]*$`)

// OwnEnv are the variables that a command of the user's gets about a notebook. An error
// names a value that AWS cannot have given, which no command gets to see.
func OwnEnv(n *model.Notebook, profile string) ([]string, error) {
	var out []string
	for _, v := range [][2]string{{"NAME", n.Name}, {"REGION", n.Region}, {"ACCOUNT", n.Account}, {"ARN", n.ARN}} {
		if !awsWord.MatchString(v[1]) {
			return nil, fmt.Errorf("its %s, %q, is nothing that AWS gives: no command gets to see it", strings.ToLower(v[0]), v[1])
		}
		out = append(out, v[0]+"="+v[1])
	}
	return append(out, "PROFILE="+profile), nil
}

// AccountLook is how accounts are shown that the user wants to tell apart.
type AccountLook struct {
	Match string // a pattern of ids and aliases, in any case
	Tone  theme.Tone
	Sign  string // beside it in the header and where something is approved; "" for none
}

// AccountColours are the words for the tones of accounts. None is a colour of its own, so
// that each can be read on every ground.
func AccountColours() []string { return []string{"red", "yellow", "green", "blue", "cyan", "violet"} }

// AccountTone is the tone of a colour's word.
func AccountTone(colour string) theme.Tone {
	return map[string]theme.Tone{
		"red": theme.Bad, "yellow": theme.Warn, "green": theme.Good, "blue": theme.Accent, "cyan": theme.Busy, "violet": theme.Unknown,
	}[colour]
}

// AccountLook is how an account is shown: by the first rule that fits, else in this tone.
func (w *World) AccountLook(id string, otherwise theme.Tone) AccountLook {
	alias := w.Lens.Aliases[id]
	for _, l := range w.Accounts {
		for _, name := range []string{id, alias} {
			if ok, err := path.Match(strings.ToLower(l.Match), strings.ToLower(name)); ok && err == nil && name != "" {
				return l
			}
		}
	}
	return AccountLook{Tone: otherwise}
}

// AccountWords are an account by its alias, its id and its sign, in its tone.
func (w *World) AccountWords(id string, otherwise theme.Tone) (string, theme.Tone) {
	look, words := w.AccountLook(id, otherwise), AccountLong(id, w.Lens.Aliases)
	if look.Sign != "" {
		words += " [" + look.Sign + "]"
	}
	return words, look.Tone
}
