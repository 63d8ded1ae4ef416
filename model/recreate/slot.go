package recreate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nbscope/model"
)

// A slot is where a member's value stands in a record: a *string, *model.Status, *int,
// *time.Time, *[]string or *[]model.Tag.

// slotText is a value as it is shown, "" for none: lists joined by ", ".
func slotText(slot any) string {
	switch v := slot.(type) {
	case *string:
		return *v
	case *model.Status:
		return string(*v)
	case *int:
		return number(*v)
	case *time.Time:
		return model.Stamp(*v)
	case *[]string:
		return joined(*v)
	case *[]model.Tag:
		return writeTags(*v)
	}
	return ""
}

// readSlot takes a typed value.
func readSlot(slot any, text string) {
	switch v := slot.(type) {
	case *string:
		*v = text
	case *int:
		*v, _ = strconv.Atoi(text) // whoever calls has looked whether it is a number
	case *[]string:
		*v = listed(text)
	}
}

// fillSlot copies a value between slots of one kind.
func fillSlot(into, from any) {
	switch v := into.(type) {
	case *string:
		*v = *from.(*string)
	case *model.Status:
		*v = *from.(*model.Status)
	case *int:
		*v = *from.(*int)
	case *time.Time:
		*v = *from.(*time.Time)
	case *[]string:
		*v = slices.Clone(*from.(*[]string))
	case *[]model.Tag:
		*v = slices.Clone(*from.(*[]model.Tag))
	}
}

// printOf is a value as it counts for fingerprints: what two values have alike only
// if they are the same to AWS.
func printOf(slot any) string {
	switch v := slot.(type) {
	case *int:
		return strconv.Itoa(*v)
	case *time.Time:
		return one(v.UTC().Format(time.RFC3339Nano))
	case *[]string:
		return many(*v)
	case *[]model.Tag:
		return tagList(*v)
	}
	return one(slotText(slot))
}

// blank reports whether there is no value.
func blank(slot any) bool { return slotText(slot) == "" }

// masked is a slot of what may be shown of a value.
func (f *FieldDef) masked(slot any) any {
	switch f.Create {
	case FieldRepository:
		shown := model.MaskURL(*slot.(*string))
		return &shown
	case FieldMoreRepos:
		shown := model.MaskURLs(*slot.(*[]string))
		return &shown
	}
	return slot
}

// shows reports whether another value of a replacement than was asked for proves that
// it was made otherwise.
func (f *FieldDef) shows(asked, seen any) bool {
	return f.proves == provesAll || f.proves == provesGiven && !blank(asked) && !blank(seen)
}

// Name is the member's name: that of Create, where it has one.
func (f *FieldDef) Name() string {
	if f.Create != "" {
		return f.Create
	}
	return f.Describe
}

// before is the source's value as it is shown.
func (f *FieldDef) before(s *Snapshot) string { return slotText(f.masked(f.seen(s))) }

// after is a spec's value as the form shows it: without the tags of a run.
func (f *FieldDef) after(s *Spec) string {
	if f.Create == FieldTags {
		own := s.withoutRun()
		s = &own
	}
	return slotText(f.masked(f.want(s)))
}

// take puts a typed value into a spec.
func (f *FieldDef) take(s *Spec, value string) {
	if f.Create == FieldTags {
		setTags(s, value)
		return
	}
	readSlot(f.want(s), value)
}

// Refuses says why AWS would refuse a typed value of the field, "" when it would
// not. What depends on other fields is left to Spec.Validate.
func (f *FieldDef) Refuses(value string) string {
	if f.bad == nil {
		return "it cannot be set"
	}
	return f.bad(strings.TrimSpace(value))
}

// FieldOf returns the field that Create calls so.
func FieldOf(create string) (FieldDef, bool) {
	for _, f := range Fields() {
		if f.Create == create && create != "" {
			return f, true
		}
	}
	return FieldDef{}, false
}

// Value is a field of the spec as the form shows it: lists joined by ", ", "" for
// a field that is not sent.
func (s *Spec) Value(create string) string {
	f, ok := FieldOf(create)
	if !ok || f.want == nil {
		return ""
	}
	return f.after(s)
}

// Set takes a typed value into a field of the spec. The error says why AWS would
// refuse it, and the spec stays as it was. A masked address stands for the one that
// the spec has.
func (s *Spec) Set(create, value string) error {
	f, ok := FieldOf(create)
	if !ok || f.want == nil {
		return fmt.Errorf("%s cannot be set", create)
	}
	if why := f.Refuses(value); why != "" {
		return fmt.Errorf("%s: %s", f.Title, why)
	}
	value, err := s.reveal(create, strings.TrimSpace(value))
	if err != nil {
		return fmt.Errorf("%s: %w", f.Title, err)
	}
	f.take(s, value)
	return nil
}

// number is a number as it is printed, "" for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
