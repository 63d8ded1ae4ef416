package aws

import (
	"encoding/json"
	"slices"
	"strings"
)

const sagemakerService = "sagemaker.amazonaws.com"

// trustsSageMaker reports whether a trust policy lets SageMaker assume the role.
// Conditions are taken to be met.
func trustsSageMaker(policy string) bool {
	var doc struct{ Statement oneOrMore[trustStatement] }
	if json.Unmarshal([]byte(policy), &doc) != nil {
		return false
	}
	return slices.ContainsFunc(doc.Statement, func(s trustStatement) bool {
		return s.Effect == "Allow" && slices.ContainsFunc(s.Action, assumes) && s.trusts()
	})
}

type trustStatement struct {
	Effect    string
	Action    oneOrMore[string]
	Principal json.RawMessage
}

func assumes(action string) bool {
	a := strings.ToLower(action)
	return a == "sts:assumerole" || a == "sts:*" || a == "*"
}

func (s *trustStatement) trusts() bool {
	var anyone string
	if json.Unmarshal(s.Principal, &anyone) == nil {
		return anyone == "*"
	}
	var by struct{ Service oneOrMore[string] }
	return json.Unmarshal(s.Principal, &by) == nil && slices.Contains(by.Service, sagemakerService)
}

// oneOrMore is a member of a policy that may be a list or its only element.
type oneOrMore[T any] []T

// UnmarshalJSON takes either.
func (o *oneOrMore[T]) UnmarshalJSON(raw []byte) error {
	var list []T
	if json.Unmarshal(raw, &list) == nil {
		*o = list
		return nil
	}
	var one T
	if err := json.Unmarshal(raw, &one); err != nil {
		return err //nolint:wrapcheck // the reader of a policy asks only whether it can be read
	}
	*o = []T{one}
	return nil
}
