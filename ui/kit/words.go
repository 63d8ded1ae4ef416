package kit

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/ui/text"
)

// Small words that every page needs.

// Count is a number with its noun.
func Count(n int, noun string) string { return model.Count(n, noun) }

// UpperFirst begins a sentence.
func UpperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// LowerFirst begins a clause.
func LowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// OrNone is a text made safe; "" reads as none.
func OrNone(s string) string {
	if s == "" {
		return "none"
	}
	return text.Clean(s)
}

// AccountLong is an account by its alias and its id.
func AccountLong(id string, aliases map[string]string) string {
	if a := aliases[id]; a != "" {
		return a + " " + id
	}
	return id
}

// AccountShort is an account by its alias, else by its id.
func AccountShort(id string, aliases map[string]string) string {
	if a := aliases[id]; a != "" {
		return a
	}
	return id
}

// TimeLayout is how absolute times are written.
const TimeLayout = "2006-01-02 15:04:05 MST"

// ClockLayout is how a time of today is written.
const ClockLayout = "15:04:05 MST"

// Elapsed is a wait in words that change once a second: an age with the next smaller unit
// beside it, such as "45s", "3m07s", "2h05m" or "3d".
func Elapsed(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	switch {
	case s < 60 || s >= 48*3600:
		return model.Age(d)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	}
	return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
}

// TruncateHead is the end of a text in at most width cells.
func TruncateHead(s string, width int, ellipsis string) string {
	s = text.Clean(s)
	if text.Width(s) <= width {
		return s
	}
	for left := text.Width(s); left > width-text.Width(ellipsis) && s != ""; {
		size, w := text.Next(s)
		s, left = s[size:], left-w
	}
	return ellipsis + s
}

// nameOfARN is the notebook's name in its ARN.
func nameOfARN(arn string) string {
	if arn == "" {
		return "another notebook"
	}
	return arn[strings.LastIndexByte(arn, '/')+1:]
}

func tagValue(n *model.Notebook, key string) string {
	for _, t := range n.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// Sentences wraps prose into a readable width; nothing gives no line.
func Sentences(s string, width int) []string {
	if s == "" {
		return nil
	}
	return text.Wrap(s, max(1, min(width, ProseWidth)))
}

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
