package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"nbscope/model/query"
)

// said is what a configuration file says that no flag replaces.
type said struct {
	path string
	all  []setting
}

// place puts the line of the file, or the flag, before what is wrong with a setting.
func (f said) place(err error, all []setting) error {
	wrong, ok := errors.AsType[*settingFault](err)
	if !ok {
		return err
	}
	named := func(x setting) bool { return x.key == wrong.path[0] }
	if at := slices.IndexFunc(f.all, named); at >= 0 && f.all[at].node != nil {
		return usagef("%s: line %d: %w", f.path, lineOf(f.all[at].node, wrong.path[1:]), wrong)
	}
	if at := slices.IndexFunc(all, named); all[at].flag != "" {
		return usagef("--%s%w", all[at].flag, wrong.err)
	}
	return usageError{wrong}
}

// lineOf is where a part of a value stands, by its key or its number: as deep as there
// are such.
func lineOf(node *yaml.Node, path []any) int {
	for _, step := range path {
		switch step := step.(type) {
		case int:
			if node.Kind != yaml.SequenceNode || step >= len(node.Content) {
				return node.Line
			}
			node = node.Content[step]
		case string:
			at := slices.IndexFunc(node.Content, func(n *yaml.Node) bool { return n.Value == step })
			if node.Kind != yaml.MappingNode || at < 0 {
				return node.Line
			}
			node = node.Content[at]
		}
	}
	return node.Line
}

// settingFault is what is wrong with the value of a setting, wherever that was said. The
// path is its key, and then the keys and numbers of what it is made of.
type settingFault struct {
	path []any
	err  error // behind the name of the setting
}

func (e *settingFault) Error() string { return fmt.Sprint(e.path[0], e.err) }
func (e *settingFault) Unwrap() error { return e.err }

func faultOf(path []any, format string, args ...any) error {
	return usageError{&settingFault{path, fmt.Errorf(format, args...)}}
}

func (s *Settings) mergeFile(f *pflag.FlagSet, env *Env) (said, error) {
	path := s.ConfigFile
	if path == "" {
		var err error
		if path, err = configPath(env); path == "" {
			return said{}, err
		}
	}
	raw, err := env.ReadFile(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) && s.ConfigFile == "" {
		return said{}, nil
	}
	if err != nil {
		return said{}, usagef("the configuration: %w", err)
	}
	file := said{path, s.table()}
	if err := parseConfig(raw, file.all, f.Changed); err != nil {
		return file, usagef("%s: %w", path, err)
	}
	if err := s.filterFault(); err != nil && slices.ContainsFunc(file.all, func(x setting) bool { return x.key == "filter" && x.node != nil }) {
		return file, file.place(err, file.all) // one that was typed is told where it is used
	}
	return file, nil
}

// filterFault is what means nothing in the filter.
func (s *Settings) filterFault() error {
	if _, issues := query.ParseStrict(s.Filter, time.Time{}); len(issues) > 0 {
		return faultOf([]any{"filter"}, ": %s", issues[0])
	}
	return nil
}

// parseConfig reads the YAML of a configuration file, strictly: a key that does
// not exist is an error with its line and the nearest one that does.
func parseConfig(raw []byte, all []setting, given func(flag string) bool) error {
	var file, second yaml.Node
	docs := yaml.NewDecoder(bytes.NewReader(raw))
	err := docs.Decode(&file)
	if err == nil {
		if err = docs.Decode(&second); err == nil {
			return fmt.Errorf("line %d: a second document begins here: keep one", second.Line)
		}
	}
	switch {
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("not valid YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	case len(file.Content) == 0: // an empty file
		return nil
	}
	err = takeAll(file.Content[0], all, given)
	if te, ok := errors.AsType[*yaml.TypeError](err); ok && len(te.Errors) > 0 {
		return errors.New(strings.ReplaceAll(te.Errors[0], "!!", ""))
	}
	return err
}

// takeAll takes what a mapping says, save for settings of which a flag was given:
// these are only read.
func takeAll(node *yaml.Node, all []setting, given func(flag string) bool) error {
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: give each setting as key: value", node.Line)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		at := slices.IndexFunc(all, func(x setting) bool { return x.key == name.Value && x.key != "" })
		switch {
		case at < 0:
			return unknownKey(name, all)
		case seen[name.Value]:
			return fmt.Errorf("line %d: %q is there twice", name.Line, name.Value)
		}
		seen[name.Value] = true
		into := all[at].into
		if slices.ContainsFunc(append([]string{all[at].flag}, all[at].unless...), given) {
			into = reflect.New(reflect.TypeOf(into).Elem()).Interface()
		} else {
			all[at].node = value
		}
		if err := value.Decode(into); err != nil {
			return plainly(err, name.Value, into)
		}
	}
	return nil
}

var decoderFault = regexp.MustCompile(`^line (\d+): cannot (?:unmarshal|decode)`)

// plainly is an error of the decoder, which names its line, without what only programmers
// know.
func plainly(err error, key string, into any) error {
	te, ok := errors.AsType[*yaml.TypeError](err)
	if !ok || len(te.Errors) == 0 {
		return err
	}
	m := decoderFault.FindStringSubmatch(te.Errors[0])
	if m == nil {
		return err
	}
	want := "give it as a list of entries, as in the documentation"
	switch into.(type) {
	case *bool:
		want = "write true or false"
	case *int:
		want = "write a whole number"
	case *time.Duration:
		want = "write a time with its unit, such as 30s, 5m or 48h"
	case *string:
		want = "write one text"
	case *[]string:
		want = "write a list of texts, as in [one, two]"
	}
	return fmt.Errorf("line %s: %s: %s", m[1], key, want)
}

func unknownKey(name *yaml.Node, all []setting) error {
	keys := make([]string, 0, len(all))
	for _, x := range all {
		keys = append(keys, x.key)
	}
	return fmt.Errorf("line %d: there is no setting %q%s", name.Line, name.Value, didYouMean(name.Value, keys))
}
