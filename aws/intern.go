package aws

import (
	"encoding/json"
	"slices"

	"nbscope/model"
)

// interner lets the notebooks of a target share what is equal in their judgements.
// Each judgement is some kilobytes, little of it is a notebook's own, and an
// inventory may hold a hundred thousand of them. It holds one value of each kind
// by itself, or by its content where it has none to compare it by.
type interner map[any]any

// content is a value as JSON, apart from values that are text.
type content struct{ json string }

// intern returns the judgement to keep in place of e: one that is equal, else e
// with the parts that are equal in one place. It must be called before e is seen
// by others.
func (s interner) intern(e *model.Egress) *model.Egress {
	if had, ok := s[e].(*model.Egress); ok {
		return had // notebooks that are alike have one already
	}
	known := internContent(s, e)
	s[e] = known
	if known != e {
		return known
	}
	e.Reason = internValue(s, e.Reason)
	e.Chain = s.chain(e.Chain)
	e.Warnings = internContent(s, e.Warnings)
	if e.IPv6 != nil {
		e.IPv6.Chain = s.chain(e.IPv6.Chain)
		e.IPv6 = internContent(s, e.IPv6)
	}
	e.Endpoints = internContent(s, e.Endpoints)
	e.WhatIf = internContent(s, e.WhatIf)
	e.Reach = internContent(s, e.Reach)
	return e
}

func (s interner) chain(hops []model.Hop) []model.Hop {
	for i, h := range hops {
		hops[i] = internValue(s, h)
	}
	return internContent(s, slices.Clone(hops)) // as long as it is: it grew while it was made
}

// internContent returns the first value with this content.
func internContent[T any](s interner, v T) T {
	text, err := json.Marshal(v)
	if err != nil {
		return v
	}
	key := content{string(text)}
	// Another type may have the same content: none, say.
	if had, ok := s[key].(T); ok {
		return had
	}
	s[key] = v
	return v
}

// internValue returns the first of equal values.
func internValue[T comparable](s interner, v T) T {
	if had, ok := s[v].(T); ok {
		return had
	}
	s[v] = v
	return v
}
