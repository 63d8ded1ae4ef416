package aws

import (
	"encoding/json"
	"fmt"
	"time"

	"nbscope/model/profile"
)

// jsonObject has the members of an object of JSON whose names count letter by letter, as for
// the AWS CLI: into a struct encoding/json takes them in any case.
type jsonObject map[string]json.RawMessage

// take reads members into the places for them, and leaves those alone that are not
// there.
func (m jsonObject) take(places map[string]any) error {
	for name, place := range places {
		if raw, ok := m[name]; ok {
			if err := json.Unmarshal(raw, place); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// moment is a time as tools of AWS write one.
type moment struct{ time.Time }

// UnmarshalJSON is for encoding/json.
func (m *moment) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("a time: %w", err)
	}
	var err error
	m.Time, err = profile.ParseTime(text)
	return err //nolint:wrapcheck // it says all
}
