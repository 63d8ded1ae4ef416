package recreate

import (
	"encoding/json"
	"strings"
	"unicode"

	"nbscope/model"
)

// CreateCommand is the AWS CLI command that makes the notebook, every word quoted
// for a POSIX shell.
func (s *Spec) CreateCommand(region string) string {
	words := []string{"create-notebook-instance", "--region", region}
	for _, f := range Fields() {
		if f.set == nil {
			continue
		}
		if value := s.optionWords(f); len(value) > 0 {
			words = append(append(words, "--"+f.Option), value...)
		}
	}
	return sagemakerCall(words...)
}

// WaitCommand is the AWS CLI command that waits until the notebook runs.
func (s *Spec) WaitCommand(region string) string {
	return sagemakerCall("wait", "notebook-instance-in-service", "--region", region, "--notebook-instance-name", s.Name)
}

// optionWords are the words behind a field's option, none for what is not sent.
func (s *Spec) optionWords(f FieldDef) []string {
	switch f.Create {
	case FieldGroups:
		return s.SecurityGroups
	case FieldMoreRepos:
		return s.MoreRepositories
	case FieldIMDS:
		if s.IMDSVersion != "" {
			return []string{"MinimumInstanceMetadataServiceVersion=" + s.IMDSVersion}
		}
		return nil
	case FieldTags:
		return tagWords(s.Tags)
	}
	if v := f.get(s); v != "" {
		return []string{v}
	}
	return nil
}

// tagWords is the value of --tags: JSON, since the shorthand cannot say every
// text.
func tagWords(tags []model.Tag) []string {
	if len(tags) == 0 {
		return nil
	}
	return []string{jsonLine(tags)}
}

// jsonLine is a value as JSON on one line, "" for what has none.
func jsonLine(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// sagemakerCall is one AWS CLI command, every word quoted.
func sagemakerCall(words ...string) string {
	return command(append([]string{"aws", "sagemaker"}, words...)...)
}

func command(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = model.ShellQuote(w)
	}
	return strings.Join(quoted, " ")
}

// remark is a comment of a shell script. A line break in a text of AWS's must not
// end it.
func remark(text string) string { return "# " + oneLine(text) }

// breaksLine reports whether a character is a control, breaks a line, or is
// invisible formatting, which reorders or hides its neighbours.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// oneLine takes out of a text whatever could end a line or command a terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if breaksLine(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
