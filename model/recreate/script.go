package recreate

import "strings"

// Script is the plan for "sh -eu": it carries out create and wait, and prints the
// rest of the steps.
func (p *Plan) Script() string {
	return strings.Join(append([]string{"#!/bin/sh", "set -eu"}, p.Commands()[:2]...), "\n") + "\n"
}
