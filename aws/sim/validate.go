package sim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// constraints collects what a request breaks, in the words of AWS, which names
// every broken constraint at once.
type constraints struct{ broken []string }

func (c *constraints) add(value, member, rule string) {
	c.broken = append(c.broken, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, member, rule))
}

func (c *constraints) between(member string, value *int, low, high int) {
	switch {
	case value == nil:
	case *value < low:
		c.add(fmt.Sprint(*value), member, fmt.Sprintf("have value greater than or equal to %d", low))
	case *value > high:
		c.add(fmt.Sprint(*value), member, fmt.Sprintf("have value less than or equal to %d", high))
	}
}

func (c *constraints) oneOf(member, value string, allowed []string) {
	if value != "" && !slices.Contains(allowed, value) {
		c.add(value, member, "satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
	}
}

func (c *constraints) text(member, value string, longest int, pattern *regexp.Regexp) {
	if len(value) > longest {
		c.add(value, member, fmt.Sprintf("have length less than or equal to %d", longest))
	}
	if value != "" && !pattern.MatchString(value) {
		c.add(value, member, "satisfy regular expression pattern: "+strings.TrimSuffix(strings.TrimPrefix(pattern.String(), "^(?:"), ")$"))
	}
}

// required is for members without which there is nothing to do.
func (c *constraints) required(member, value string) {
	if value == "" {
		c.broken = append(c.broken, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", member))
	}
}

// err is nil when nothing is broken.
func (c *constraints) err(code string) *apiError {
	if len(c.broken) == 0 {
		return nil
	}
	noun := "errors"
	if len(c.broken) == 1 {
		noun = "error"
	}
	return badRequest(code, "%d validation %s detected: %s", len(c.broken), noun, strings.Join(c.broken, "; "))
}

// The patterns of the service model. They are anchored as AWS reads them.
var (
	containsPattern = regexp.MustCompile(`^(?:[a-zA-Z0-9-]+)$`)
	namePattern     = regexp.MustCompile(`^(?:[a-zA-Z0-9](-*[a-zA-Z0-9])*)$`)
	repoPattern     = regexp.MustCompile(`^(?:https://([^/]+)/?(.*)|[a-zA-Z0-9](-*[a-zA-Z0-9])*)$`)
	tokenCode       = regexp.MustCompile(`^(?:\d*)$`)
	sessionPattern  = regexp.MustCompile(`^(?:[\w+=,.@-]*)$`)
)
