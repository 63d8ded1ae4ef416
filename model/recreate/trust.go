package recreate

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// sagemakerService is the principal that takes a notebook's role.
const sagemakerService = "sagemaker.amazonaws.com"

// trust is what a role's trust policy says to SageMaker.
type trust struct {
	allowed     bool
	denied      bool
	conditional bool // no statement allows it without conditions
}

// words is a text or a list of texts, as policies write both.
type words []string

// UnmarshalJSON reads either.
func (w *words) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*w = words{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(raw, &many); err != nil {
		return fmt.Errorf("neither a text nor a list of texts: %w", err)
	}
	*w = many
	return nil
}

type statement struct {
	Effect    string
	Principal json.RawMessage
	Action    words
	Condition map[string]json.RawMessage
}

// statements is one statement or a list of them.
type statements []statement

// UnmarshalJSON reads either.
func (s *statements) UnmarshalJSON(raw []byte) error {
	var many []statement
	if json.Unmarshal(raw, &many) == nil {
		*s = many
		return nil
	}
	var one statement
	if err := json.Unmarshal(raw, &one); err != nil {
		return fmt.Errorf("neither a statement nor a list of statements: %w", err)
	}
	*s = statements{one}
	return nil
}

var errNoStatement = errors.New("it has no statement")

// trustOf reads a trust policy, as JSON or escaped for a URL as IAM sends it.
func trustOf(document string) (trust, error) {
	if strings.HasPrefix(document, "%") {
		plain, err := url.PathUnescape(document)
		if err != nil {
			return trust{}, fmt.Errorf("unescape: %w", err)
		}
		document = plain
	}
	var policy struct{ Statement statements }
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		return trust{}, fmt.Errorf("read: %w", err)
	}
	if len(policy.Statement) == 0 {
		return trust{}, errNoStatement
	}
	var out trust
	plain := false
	for _, s := range policy.Statement {
		if !s.forSageMaker() || !s.assumes() {
			continue
		}
		switch s.Effect {
		case "Allow":
			out.allowed = true
			plain = plain || len(s.Condition) == 0
		case "Deny":
			out.denied = out.denied || len(s.Condition) == 0
			out.conditional = out.conditional || len(s.Condition) > 0
		}
	}
	out.conditional = out.conditional || out.allowed && !plain
	return out, nil
}

func (s statement) forSageMaker() bool {
	var everybody string
	if json.Unmarshal(s.Principal, &everybody) == nil {
		return everybody == "*"
	}
	var by struct{ Service words }
	if json.Unmarshal(s.Principal, &by) != nil {
		return false
	}
	for _, name := range by.Service {
		// In China the same service has the partition's own ending, too.
		if strings.TrimSuffix(name, ".cn") == sagemakerService || name == "*" {
			return true
		}
	}
	return false
}

func (s statement) assumes() bool {
	for _, a := range s.Action {
		if ok, err := path.Match(strings.ToLower(a), "sts:assumerole"); ok && err == nil {
			return true
		}
	}
	return false
}

// TrustsSageMaker reports whether the role's trust policy lets SageMaker take it,
// when its conditions are met.
func (r Role) TrustsSageMaker() bool {
	t, err := trustOf(r.Trust)
	return err == nil && t.allowed && !t.denied
}
