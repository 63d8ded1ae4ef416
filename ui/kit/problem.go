package kit

import (
	"errors"
	"strings"

	"nbscope/model"
)

// Errors, as the user meets them.

// ProblemOf makes a problem of any error; nil for none.
func ProblemOf(err error) *model.Problem {
	if err == nil {
		return nil
	}
	var p model.Problem
	if !errors.As(err, &p) {
		p = model.Problem{Kind: model.KindUnknown, Message: err.Error()}
	}
	return &p
}

// Brief is a problem in a line. The messages of IAM begin with ARNs that would fill
// it, so that there the hint says more; they stand in full below.
func Brief(p *model.Problem) string {
	if p.Hint != "" && strings.HasPrefix(p.Message, "User: ") {
		return p.Hint
	}
	return p.Message
}
