package egress

import (
	"encoding/json"
	"fmt"
	"strings"

	"nbscope/model"
)

// condition is one line of a statement's conditions.
type condition struct {
	operator, key string
	values        []string
}

// conditions takes the conditions of a statement apart, in a fixed order.
func conditions(raw json.RawMessage) (out []condition, ok bool) {
	if len(raw) == 0 {
		return nil, true
	}
	var by map[string]map[string]json.RawMessage
	if json.Unmarshal(raw, &by) != nil {
		return nil, false
	}
	for operator, keys := range by {
		for key, raw := range keys {
			values, ok := scalars(raw)
			if !ok {
				return nil, false
			}
			out = append(out, condition{operator, key, values})
		}
	}
	model.SortStable(out, func(a, b condition) int { return strings.Compare(a.operator+a.key, b.operator+b.key) })
	return out, true
}

// scalars reads one value or a list of them: texts, numbers, true and false.
func scalars(raw json.RawMessage) (out []string, ok bool) {
	each, ok := oneOrMore[any](raw)
	if !ok {
		return nil, false
	}
	if list, many := each[0].([]any); many && len(each) == 1 {
		each = list
	}
	for _, v := range each {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bool, float64:
			out = append(out, fmt.Sprint(v))
		default:
			return nil, false
		}
	}
	return out, true
}

// condition says whether all conditions of a statement hold.
func (s *statement) condition(who *caller) match {
	all, _ := conditions(s.Condition)
	out := certainly(true)
	for i := range all {
		out = both(out, all[i].holds(who))
	}
	return out
}

func (c *condition) words() string {
	return "condition " + c.operator + " " + c.key + " " + strings.Join(c.values, " ")
}

// holds evaluates a condition. A key that a request does not carry fails what asks
// for a value, and passes what asks for another and what asks only if it is there
// (IAM: reference_policies_elements_condition_operators).
func (c *condition) holds(who *caller) match {
	operator := c.operator
	for _, of := range []string{"ForAnyValue:", "ForAllValues:"} {
		operator = strings.TrimPrefix(operator, of)
	}
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	value, known, carried := who.value(c.key)
	compare, negated, ok := comparison(operator)
	switch {
	case operator == "Null" && known && len(c.values) == 1:
		return certainly(strings.EqualFold(c.values[0], "false") == carried)
	case !ok || !known:
		return perhaps(c.words())
	case !carried:
		return certainly(negated || ifExists || strings.HasPrefix(c.operator, "ForAllValues:"))
	}
	out := certainly(false)
	for _, want := range c.values {
		filled, open := who.fill(want)
		if open {
			out = either(out, perhaps(c.words()))
			continue
		}
		out = either(out, certainly(compare(filled, value)))
	}
	if negated {
		out = out.not()
	}
	if out.state == model.HopUnknown {
		return perhaps(c.words())
	}
	return out
}

// comparison is how an operator compares, whether it is turned round, and whether it
// is one that nbscope evaluates.
func comparison(operator string) (compare func(want, have string) bool, negated, ok bool) {
	equal := func(want, have string) bool { return want == have }
	switch operator {
	case "StringEquals", "StringNotEquals":
		compare = equal
	case "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "Bool":
		compare = strings.EqualFold
	case "StringLike", "StringNotLike", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
		compare = fits
	default:
		return nil, false, false
	}
	return compare, strings.Contains(operator, "Not"), true
}

// value is what a request of the notebook carries under a key of IAM's. It is known
// for what the facts tell; a request through an endpoint carries no aws:SourceIp.
func (who *caller) value(key string) (value string, known, carried bool) {
	switch strings.ToLower(key) {
	case "aws:principalarn":
		value = who.role
	case "aws:principalaccount":
		value = who.account
	case "aws:principaltype":
		value = "AssumedRole"
	case "aws:sourcevpc":
		value = who.vpc
	case "aws:sourcevpce":
		value = who.endpoint.ID
	case "aws:requestedregion":
		value = who.region
	case "aws:principalisawsservice", "aws:viaawsservice":
		value = "false"
	case "aws:securetransport":
		value = "true"
	case "aws:sourceip":
		return "", true, false
	}
	return value, value != "", value != ""
}

// fill puts what is known in the place of a policy's variables; open reports whether
// others are left.
func (who *caller) fill(text string) (filled string, open bool) {
	for strings.Contains(text, "${") {
		before, rest, _ := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		value, known, carried := who.value(name)
		if !closed || !known || !carried {
			return text, true
		}
		text = before + value + after
	}
	return text, false
}
