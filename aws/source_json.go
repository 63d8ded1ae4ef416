package aws

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
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

// moment is a time as tools of AWS write one: in the form of RFC 3339, with UTC behind
// it as older ones did, with an offset without a colon, or with a blank before the hour.
type moment struct{ time.Time }

// UnmarshalJSON is for encoding/json.
func (m *moment) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("a time: %w", err)
	}
	if utc, ok := strings.CutSuffix(text, "UTC"); ok {
		text = strings.TrimSpace(utc) + "Z"
	}
	text = strings.Replace(text, " ", "T", 1)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05Z0700", text)
	}
	m.Time = t
	return err //nolint:wrapcheck // it says all
}
