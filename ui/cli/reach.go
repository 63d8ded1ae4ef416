package cli

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"nbscope/model"
)

// destinations are what the configuration adds to the places that every notebook is
// judged for: host names, addresses and ranges of addresses.
type destinations []model.Destination

// MarshalYAML writes them as they are read.
func (d destinations) MarshalYAML() (any, error) {
	names := make([]string, 0, len(d))
	for _, one := range d {
		names = append(names, one.Name)
	}
	return names, nil
}

// UnmarshalYAML reads a list of them. An error names its line, as those of the
// decoder do.
func (d *destinations) UnmarshalYAML(list *yaml.Node) error {
	fault := func(n *yaml.Node, format string, args ...any) error {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: reach: ", n.Line) + fmt.Sprintf(format, args...)}}
	}
	if list.Kind != yaml.SequenceNode {
		return fault(list, "give a list such as [artifactory.example.com, 10.2.0.0/16]")
	}
	for _, n := range list.Content {
		if n.Kind != yaml.ScalarNode {
			return fault(n, "give each place as a host name or a range of addresses")
		}
		one, err := model.ParseDestination(n.Value)
		if err != nil {
			return fault(n, "%v", err)
		}
		if slices.Contains(*d, one) {
			return fault(n, "%s is there twice", one.Name)
		}
		*d = append(*d, one)
	}
	return nil
}
