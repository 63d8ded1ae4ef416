package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"nbscope/model"
	"nbscope/ui"
)

// configPath is the configuration file that is read without a flag: the first that is
// there of config.yaml and config.yml, the first of them where neither is; "" where no
// home is known.
func configPath(env *Env) (string, error) {
	dir := configDir(lookup(env.Environ))
	if dir == "" {
		return "", nil
	}
	var there []string
	for _, name := range []string{"config.yaml", "config.yml"} {
		path := filepath.Join(dir, "nbscope", name)
		if _, err := env.ReadFile(path, maxConfig); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, path)
		}
	}
	switch len(there) {
	case 0:
		return filepath.Join(dir, "nbscope", "config.yaml"), nil
	case 2:
		return "", usagef("there are two configurations, %s and %s: keep one", there[0], there[1])
	}
	return there[0], nil
}

func newConfig(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check and print the configuration",
		Long: `config reads the configuration file as every command does. It signs in nowhere.

Exit codes: 0 when the file is in order, or there is none; 2 when it is not, with the line.`,
		Example: `nbscope config check
nbscope config show
nbscope config schema > nbscope.schema.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var file string
	cmd.PersistentFlags().StringVar(&file, "config", "", "read this configuration `file` instead of the usual one")
	cmd.AddCommand(
		&cobra.Command{
			Use: "check", Short: "Say whether the configuration file is in order", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return checkConfig(env, file) },
		},
		&cobra.Command{
			Use: "show", Short: "Print the configuration as it is read, with what it leaves to the program", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return showConfig(env, file) },
		},
		&cobra.Command{
			Use: "schema", Short: "Print a JSON Schema of the configuration file, for editors", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return printSchema(env) },
		},
	)
	return cmd
}

// readConfig is what a configuration file says, and where it is.
func readConfig(env *Env, file string) (s Settings, path string, err error) {
	f := pflag.NewFlagSet("config", pflag.ContinueOnError)
	s.register(f)
	s.ConfigFile = file
	if path = file; path == "" {
		if path, err = configPath(env); err != nil {
			return s, "", err
		}
	}
	err = s.complete(f, env)
	return s, path, err
}

func checkConfig(env *Env, file string) error {
	_, path, err := readConfig(env, file)
	if err != nil {
		return err
	}
	says := path + " is in order."
	if _, missing := env.ReadFile(path, maxConfig); missing != nil { // any other error was told when it was read
		says = "There is no configuration; it would be " + path + "."
	}
	fmt.Fprintln(env.Stdout, says)
	return nil
}

func showConfig(env *Env, file string) error {
	s, _, err := readConfig(env, file)
	if err != nil {
		return err
	}
	doc := yaml.Node{Kind: yaml.MappingNode}
	for _, x := range s.table() {
		if x.key == "" {
			continue
		}
		v := reflect.ValueOf(x.into).Elem()
		if v.IsZero() && v.Kind() != reflect.Bool {
			continue
		}
		var value yaml.Node
		if d, ok := x.into.(*time.Duration); ok {
			value.SetString(d.String())
		} else if err := value.Encode(v.Interface()); err != nil {
			return fmt.Errorf("print %s: %w", x.key, err)
		}
		doc.Content = append(doc.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: x.key}, &value)
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return fmt.Errorf("print the configuration: %w", err)
	}
	if _, err := out.WriteTo(env.Stdout); err != nil {
		return fmt.Errorf("print the configuration: %w", err)
	}
	return nil
}

// schemaOf describes the values of a setting.
func schemaOf(x *setting) map[string]any {
	text := map[string]any{"type": []string{"string", "integer"}} // an id of an account need not be in quotes
	switch x.into.(type) {
	case *bool:
		return map[string]any{"type": "boolean"}
	case *int:
		return map[string]any{"type": "integer"}
	case *time.Duration:
		return map[string]any{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(h|m|s|ms))+$`}
	case *string:
		if words := wordsOf(x.key); words != nil {
			return map[string]any{"enum": words}
		}
		return text
	case *[]override:
		return entries([]string{"policy"}, map[string]any{"account": map[string]any{"type": text["type"], "pattern": accountPattern.String()}, "tag": text, "policy": map[string]any{"enum": model.Policies()}})
	case *[]ownPreset:
		return entries([]string{"key", "name", "filter"}, map[string]any{"key": map[string]any{"type": []string{"integer", "string"}, "pattern": "^[1-9]$", "minimum": 1, "maximum": 9}, "name": text, "filter": text})
	case *[]ownCommand:
		yes := map[string]any{"type": "boolean"}
		return entries([]string{"title", "command"}, map[string]any{"key": text, "title": text, "command": text, "background": yes, "wait": yes, "writes": yes})
	case *[]accountLook:
		return entries([]string{"match", "colour"}, map[string]any{"match": text, "colour": map[string]any{"enum": ui.AccountColours()}, "sign": map[string]any{"type": "string", "maxLength": maxSign}})
	case *ownKeys:
		properties := map[string]any{}
		for _, name := range ui.ActionNames() {
			properties[name] = map[string]any{"type": []string{"string", "array"}, "items": text, "minItems": 1}
		}
		return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	}
	if words := wordsOf(x.key); words != nil {
		text = map[string]any{"enum": words}
	}
	if x.key == "read-only" {
		text["pattern"] = accountPattern.String()
	}
	return map[string]any{"type": "array", "items": text}
}

// entries describes a list of mappings.
func entries(required []string, properties map[string]any) map[string]any {
	return map[string]any{"type": "array", "items": map[string]any{
		"type": "object", "additionalProperties": false, "required": required, "properties": properties,
	}}
}

// wordsOf are the only values of a setting, nil where there are others.
func wordsOf(key string) any {
	switch key {
	case "policy":
		return model.Policies()
	case "theme":
		return ui.Grounds()
	case "group":
		return ui.Groups()
	case "log-level":
		return []string{"debug", "info", "warn", "error"}
	case "skip":
		return model.Skippable()
	}
	return nil
}

func printSchema(env *Env) error {
	var s Settings
	properties := map[string]any{}
	for _, x := range s.table() {
		if x.key == "" {
			continue
		}
		p := schemaOf(&x)
		if x.usage != "" {
			p["description"] = strings.ReplaceAll(x.usage, "`", "")
		}
		properties[x.key] = p
	}
	out, err := json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "configuration of nbscope",
		"type": "object", "additionalProperties": false, "properties": properties,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := fmt.Fprintf(env.Stdout, "%s\n", out); err != nil {
		return fmt.Errorf("print the schema: %w", err)
	}
	return nil
}
