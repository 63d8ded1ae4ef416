package recreate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Request is the input of CreateNotebookInstance as indented JSON to be shown: the
// API's member names, always in the same order, absent where nothing is sent. It is
// exact, save for what Masked lists; Reveal gives that back.
func (s *Spec) Request() []byte {
	var out bytes.Buffer
	if err := json.Indent(&out, s.members((*FieldDef).masked), "", "  "); err != nil {
		return nil // what members writes is JSON
	}
	return out.Bytes()
}

// Input is the exact input of CreateNotebookInstance as JSON with the API's member
// names. It may hold what signs in to a repository: it is for AWS alone.
func (s *Spec) Input() []byte {
	return s.members(func(_ *FieldDef, slot any) any { return slot })
}

// members writes what is sent as a JSON object, in the order of Fields.
func (s *Spec) members(shown func(f *FieldDef, slot any) any) []byte {
	var out []string
	for _, f := range Fields() {
		if f.want == nil || blank(f.want(s)) && !f.always {
			continue
		}
		value := jsonLine(shown(&f, f.want(s)))
		if f.within != "" {
			value = "{" + jsonLine(f.within) + ":" + value + "}"
		}
		out = append(out, jsonLine(f.Create)+":"+value)
	}
	return []byte("{" + strings.Join(out, ",") + "}")
}

// ParseRequest reads an input of CreateNotebookInstance as Request writes it. A
// member that this version does not send is an error: it must not be dropped in
// silence.
func ParseRequest(raw []byte) (Spec, error) {
	var out Spec
	members, err := objectOf(raw)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		f, ok := FieldOf(name)
		if !ok || f.want == nil {
			return Spec{}, fmt.Errorf("not an input of CreateNotebookInstance: unknown field %q", name)
		}
		if err == nil {
			err = f.decode(name, members[name], f.want(&out), true)
		}
	}
	if err != nil {
		return Spec{}, fmt.Errorf("not an input of CreateNotebookInstance: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return out, nil
}

// ReadDescribe reads an answer of DescribeNotebookInstance: JSON with the API's member
// names, times as RFC 3339. What a describe does not tell is left to whoever calls:
// the place, the tags and the time. A member that this version does not know is
// passed over.
func ReadDescribe(raw []byte) (Snapshot, error) {
	var out Snapshot
	members, err := objectOf(raw)
	for _, f := range Fields() {
		if value, there := members[f.Describe]; there && err == nil {
			err = f.decode(f.Describe, value, f.seen(&out), false)
		}
	}
	if err != nil {
		return Snapshot{}, fmt.Errorf("not an answer of DescribeNotebookInstance: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return out, nil
}

func objectOf(raw []byte) (members map[string]json.RawMessage, err error) {
	err = json.Unmarshal(raw, &members)
	return members, err
}

// decode reads the member's value into a slot; null leaves it as it is. With strict
// an object may hold no other member than the one that is known.
func (f *FieldDef) decode(name string, raw json.RawMessage, slot any, strict bool) error {
	if f.within != "" {
		inner, err := objectOf(raw)
		for other := range inner {
			if strict && other != f.within {
				return fmt.Errorf("%s: unknown field %q", name, other)
			}
		}
		value, there := inner[f.within]
		if err != nil || !there {
			return err
		}
		raw = value
	}
	if err := json.Unmarshal(raw, slot); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if at, ok := slot.(*time.Time); ok {
		*at = at.UTC()
	}
	return nil
}
