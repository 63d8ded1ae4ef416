package recreate

import (
	"encoding/json"
	"strings"

	"nbscope/model"
)

// CreateCommand is the AWS CLI command that makes the notebook beside its source,
// every word quoted for a POSIX shell.
func (s *Spec) CreateCommand(src *Snapshot) string {
	words := []string{sagemakerCall("create-notebook-instance", "--region", src.Region)}
	for _, f := range Fields() {
		if f.want == nil {
			continue
		}
		value, quote := s.optionWords(&f), model.ShellQuote
		if f.Create == FieldRepository || f.Create == FieldMoreRepos {
			quote = func(address string) string { return repositoryWord(src, address) }
		}
		if len(value) > 0 {
			words = append(words, "--"+f.Option)
		}
		for _, v := range value {
			words = append(words, quote(v))
		}
	}
	return strings.Join(words, " ")
}

// WaitCommand is the AWS CLI command that waits until the notebook runs.
func (s *Spec) WaitCommand(region string) string {
	return sagemakerCall("wait", "notebook-instance-in-service", "--region", region, "--notebook-instance-name", s.Name)
}

// optionWords are the words behind a field's option, none for what is not sent.
func (s *Spec) optionWords(f *FieldDef) []string {
	switch v := f.want(s).(type) {
	case *[]string:
		return *v
	case *[]model.Tag: // as JSON, since the shorthand cannot say every text
		if len(*v) == 0 {
			return nil
		}
		return []string{jsonLine(*v)}
	default:
		text := slotText(v)
		switch {
		case text == "":
			return nil
		case f.within != "":
			text = f.within + "=" + text
		}
		return []string{text}
	}
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

// oneLine takes out of a text whatever could end a line, command a terminal or not be
// seen.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if model.Hidden(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
