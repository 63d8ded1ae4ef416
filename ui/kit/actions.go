package kit

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
)

// Actions are what the user's configuration gives other keys to. Their names are those of
// the members of KeyMap. The keys of a recreate and of its gates stay what they are: what
// changes something is approved by the keys that its page and its guide name.

// place is where keys hold at the same time.
type place uint8

const (
	onList    place = 1 << iota // of notebooks, and the detail beside it
	onTargets                   // and VPCs
	onRuns                      // a recreate, and the list of runs
)

// action is a key binding with its name in the configuration.
type action struct {
	name    string // "" where it cannot be given other keys
	binding *key.Binding
	on      place
}

// keeps reports which members keep their keys: those that work while text is typed, and
// those with a key for each of several things.
func keeps(member string) bool {
	return slices.Contains([]string{"Kill", "Suspend", "Section", "Preset"}, member)
}

// actions are all bindings of the explorer's screens.
func (k *KeyMap) actions() []action {
	var out []action
	add := func(group any, on place, named bool) {
		v := reflect.ValueOf(group).Elem()
		for i := range v.NumField() {
			a := action{on: on}
			member := v.Type().Field(i).Name
			if named && !keeps(member) {
				a.name = dashed(member)
			}
			a.binding, _ = reflect.TypeAssert[*key.Binding](v.Field(i).Addr())
			out = append(out, a)
		}
	}
	add(&k.Global, onList|onTargets|onRuns, true)
	add(&k.List, onList|onTargets|onRuns, true)
	add(&k.Notes, onList, true)
	add(&k.Detail, onList, true)
	add(&k.Target, onTargets, true)
	add(&k.Recreate, onRuns, false)
	add(&k.Runs, onRuns, false)
	return out
}

// dashed is the name of a member in lower case, with a dash before each of its words.
func dashed(member string) string {
	var b strings.Builder
	lower := false
	for _, r := range member {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('-')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// ActionNames are the names of the actions that can be given other keys.
func ActionNames() []string {
	var out []string
	k := DefaultKeyMap()
	for _, a := range k.actions() {
		if a.name != "" {
			out = append(out, a.name)
		}
	}
	return out
}

// With is the key map with other keys for some actions, by name; a name that does not
// exist changes nothing.
func (k KeyMap) With(keys map[string][]string) KeyMap {
	for _, a := range k.actions() {
		if own := keys[a.name]; len(own) > 0 && a.name != "" {
			*a.binding = bind(strings.Join(own, " "), a.binding.Help().Desc, own...)
		}
	}
	return k
}

// Clash says which of the keys that the configuration gives means something else where it
// holds: to another action, or to a command of the user's; "" for none. To blame is an
// action by its name, or the command of that number.
func (k KeyMap) Clash(own []OwnCommand) (says, action string, command int) {
	was := DefaultKeyMap()
	before, now := was.actions(), k.actions()
	for i := range now {
		for j := range i {
			for _, shared := range now[i].binding.Keys() {
				if now[i].on&now[j].on == 0 || !slices.Contains(now[j].binding.Keys(), shared) {
					continue
				}
				if slices.Contains(before[i].binding.Keys(), shared) && slices.Contains(before[j].binding.Keys(), shared) {
					continue // meant so: the page in front gives a key its meaning
				}
				blame := now[i]
				if slices.Contains(before[i].binding.Keys(), shared) {
					blame = now[j]
				}
				return fmt.Sprintf("key %q is for %s and for %s", shared, now[j].words(), now[i].words()), blame.name, 0
			}
		}
	}
	for i, c := range own {
		if c.Key == "" {
			continue
		}
		for _, a := range now {
			if a.on&onList != 0 && slices.Contains(a.binding.Keys(), c.Key) {
				return fmt.Sprintf("key %q is for the command %q and for %s", c.Key, c.Title, a.words()), "", i
			}
		}
		if j := slices.IndexFunc(own[:i], func(o OwnCommand) bool { return o.Key == c.Key }); j >= 0 {
			return fmt.Sprintf("key %q is for the command %q and for the command %q", c.Key, own[j].Title, c.Title), "", i
		}
	}
	return "", "", 0
}

// words name an action in an error.
func (a action) words() string {
	if a.name != "" {
		return a.name
	}
	return fmt.Sprintf("%q, which keeps its keys", a.binding.Help().Desc)
}

// namedKeys are the keys that are no letter.
func namedKeys() []string {
	return strings.Fields("enter esc tab space backspace delete insert up down left right home end pgup pgdown " +
		"f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12")
}

// sameKey is the key that most terminals do not tell from one, "" for none.
func sameKey(name string) string {
	return map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc", "ctrl+h": "backspace"}[name]
}

// CheckKey says what is wrong with the name of a key, "" for nothing.
func CheckKey(name string) string {
	held, rest := "", name
	for _, m := range []string{"ctrl+", "alt+", "shift+"} {
		if after, ok := strings.CutPrefix(rest, m); ok && after != "" {
			rest, held = after, held+m
		}
	}
	if other := sameKey(name); other != "" {
		return fmt.Sprintf("%q is %s on most terminals", name, other)
	}
	if r, size := utf8.DecodeRuneInString(rest); size > 0 && size == len(rest) && unicode.IsGraphic(r) && r != ' ' {
		return checkLetter(name, held, r)
	}
	if slices.Contains(namedKeys(), rest) {
		return ""
	}
	why := fmt.Sprintf("there is no key %q", name)
	if near := model.Nearest(rest, namedKeys()); near != "" {
		why += fmt.Sprintf("; did you mean %q?", held+near)
	}
	return why
}

// checkLetter says how a letter is written that is pressed while others are held.
func checkLetter(name, held string, r rune) string {
	switch {
	case held == "shift+":
		return fmt.Sprintf("%q is written %q", name, string(unicode.ToUpper(r)))
	case held != "" && unicode.IsUpper(r):
		return fmt.Sprintf("%q is written %q", name, held+string(unicode.ToLower(r)))
	}
	return ""
}
