package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"nbscope/model"
)

// values are the settings of a profile or of another section.
type values = map[string]setting

// Files are the config file and the credentials file together.
type Files struct {
	config, credentials File

	profiles map[string]values // settings of both, those in credentials count
	plain    map[string]values // of the config file alone
	keys     map[string]values // of the credentials file alone
	sessions map[string]values // sso-session
	services map[string]values
}

// Join puts the two files together. A head in the credentials file is the name of
// a profile as it stands; in the config file it is the word profile and the name
// as one word of a shell. Of two heads for one profile in a file the later counts
// whole.
func Join(config, credentials File) *Files {
	f := &Files{
		config: config, credentials: credentials,
		profiles: map[string]values{}, plain: map[string]values{}, keys: map[string]values{},
		sessions: map[string]values{}, services: map[string]values{},
	}
	for _, s := range config.sections {
		kind, name := headOf(s.head)
		switch kind {
		case "profile":
			f.plain[name] = s.settings
		case "sso-session":
			f.sessions[name] = s.settings
		case "services":
			f.services[name] = s.settings
		}
	}
	for name, v := range f.plain {
		f.profiles[name] = maps.Clone(v)
	}
	for _, s := range credentials.sections {
		f.keys[s.head] = s.settings
		if f.profiles[s.head] == nil {
			f.profiles[s.head] = values{}
		}
		maps.Copy(f.profiles[s.head], s.settings)
	}
	return f
}

// headOf takes a head of the config file apart. The kind is "" for one that the
// AWS CLI passes over.
func headOf(head string) (kind, name string) {
	if head == "default" {
		return "profile", head
	}
	for _, kind := range []string{"profile", "sso-session", "services"} {
		if strings.HasPrefix(head, kind) {
			if words, err := Words(head); err == nil && len(words) == 2 {
				return kind, words[1]
			}
			return "", ""
		}
	}
	return "", ""
}

// Names lists the profiles, sorted. One without a name cannot be named.
func (f *Files) Names() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(f.profiles)), func(name string) bool { return name == "" })
}

// misread finds a head that people read as this profile and the AWS CLI does not.
type misread struct {
	path, head string
	line       int
	write      string // how it is to be written
	settings   values
}

func (m misread) String() string { return fmt.Sprintf("[%s] in %s line %d", m.head, m.path, m.line) }

// blanks reports whether it is blanks inside the brackets that it is not read for.
func (m misread) blanks() bool {
	words, err := Words(m.head)
	return err == nil && strings.TrimSpace(m.head) != m.head && len(words) > 0
}

// misreadAs finds the heads that look like a profile's and are not read as it.
func (f *Files) misreadAs(name string) []misread {
	var out []misread
	for i, file := range []File{f.config, f.credentials} {
		right := name
		if i == 0 && name != "default" {
			right = "profile " + quoteName(name)
		}
		for _, s := range file.sections {
			read := s.head
			if i == 0 {
				_, read = headOf(s.head)
			}
			if read != name && looseName(s.head) == name {
				out = append(out, misread{path: file.Path, head: s.head, line: s.line, write: "[" + right + "]", settings: s.settings})
			}
		}
	}
	return out
}

// looseName is what a head seems to say.
func looseName(head string) string {
	name := strings.TrimSpace(head)
	if len(name) > 8 && strings.EqualFold(name[:7], "profile") && (name[7] == ' ' || name[7] == '\t') {
		name = strings.TrimSpace(name[8:])
	}
	return strings.Trim(name, `"'`)
}

// quoteName writes a name as one word of a head.
func quoteName(name string) string {
	if words, err := Words(name); err == nil && len(words) == 1 && words[0] == name {
		return name
	}
	if !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// noProfile is the problem of a profile that is in neither file.
func (f *Files) noProfile(name string) model.Problem {
	p := model.Problem{Kind: model.KindNoProfile, Profile: name, Message: "there is no profile named " + name}
	if m := f.misreadAs(name); len(m) > 0 {
		p.Message += "; " + m[0].String() + " is not read as one"
		p.Hint = "write " + m[0].write
		return p
	}
	names := f.Names()
	switch near := model.Nearest(name, names); {
	case near != "" && near != name:
		p.Hint = "did you mean " + near + "? `aws configure list-profiles` shows them all"
	case len(names) == 0:
		p.Hint = "no profiles are configured; run: aws configure sso"
	default:
		p.Hint = "run: aws configure list-profiles"
	}
	return p
}
