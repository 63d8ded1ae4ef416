package profile

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// reader reads the settings of one section and keeps the first that cannot be
// what was meant.
type reader struct {
	name   string
	values values
	bad    *model.Problem
}

func (v *reader) has(key string) bool { _, ok := v.values[key]; return ok }

// text is a setting that is one word or a path, "" where it is not set.
func (v *reader) text(key string) string {
	s, ok := v.values[key]
	if !ok {
		return ""
	}
	if says, hint := oddity(s); says != "" && v.bad == nil {
		p := v.wrong(key, key+" "+says, hint)
		v.bad = &p
	}
	return s.text
}

// must is text for a setting that may not be empty.
func (v *reader) must(key string) string {
	text := v.text(key)
	if text == "" && v.bad == nil {
		p := v.wrong(key, key+" is empty", "give it a value, or take the line out")
		v.bad = &p
	}
	return text
}

// given is must where it is set at all.
func (v *reader) given(key string) string {
	if !v.has(key) {
		return ""
	}
	return v.must(key)
}

// wrong is a problem with a setting, which it names with file and line.
func (v *reader) wrong(key, message, hint string) model.Problem {
	if s, ok := v.values[key]; ok {
		message += fmt.Sprintf(" (%s line %d)", s.path, s.line)
	}
	return problem(v.name, message, hint)
}

// check returns what was wrong so far, and what stands indented under another
// setting.
func (v *reader) check() error {
	if v.bad != nil {
		return *v.bad
	}
	return v.indented()
}

// indented refuses a setting that another has swallowed: an indented line goes on
// with the value above, for the AWS CLI; for other tools it is a setting.
func (v *reader) indented() error {
	for _, key := range sortedKeys(v.values) {
		s := v.values[key]
		if s.table != nil {
			continue
		}
		for i, line := range strings.Split(s.text, "\n") {
			name, _, ok := strings.Cut(line, "=")
			if i > 0 && ok && slices.Contains(strings.Fields(signsIn), strings.ToLower(strings.TrimSpace(name))) {
				return problem(v.name, fmt.Sprintf("%s line %d is indented, which makes %s a part of the value of %s", s.path, s.line+i, strings.TrimSpace(name), key),
					"begin the line without blanks")
			}
		}
	}
	return nil
}

// signsIn are the settings that decide who signs in, where and how.
const signsIn = `aws_access_key_id aws_secret_access_key aws_session_token aws_security_token role_arn source_profile
	credential_source external_id mfa_serial role_session_name duration_seconds web_identity_token_file sso_session sso_account_id
	sso_role_name sso_start_url sso_region login_session credential_process region endpoint_url services`

func sortedKeys(v values) []string {
	out := make([]string, 0, len(v))
	for key := range v {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// oddity says why a value cannot be meant as it stands.
func oddity(s setting) (says, hint string) {
	text := s.text
	switch {
	case s.table != nil:
		return "is a table of indented settings", "write the value behind the equals sign"
	case strings.Contains(text, "\n"):
		return "goes on in the indented line below", "begin the line without blanks"
	case len(text) > 1 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0]:
		return "is in quotes, which are a part of the value", "take the quotes out"
	}
	if says = Unclean(text); says != "" {
		return says, "write it again without that"
	}
	for _, sign := range []string{" #", " ;", "\t#", "\t;"} {
		if strings.Contains(text, sign) {
			return "has a comment behind it, which is a part of the value", "put the comment on a line of its own"
		}
	}
	return "", ""
}

func upper(service string) string { return strings.ToUpper(service) }
