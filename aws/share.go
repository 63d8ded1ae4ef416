package aws

import (
	"encoding/json"
	"slices"

	"nbscope/model"
)

// sharer lets the notebooks of a target share what is equal in their judgements.
// Each judgement is some kilobytes, little of it is a notebook's own, and an
// inventory may hold a hundred thousand of them. It holds one value of each kind
// by itself, or by its content where it has none to compare it by.
type sharer map[any]any

// content is a value as JSON, apart from values that are text.
type content struct{ json string }

// share returns the judgement to keep in place of e: one that is equal, else e
// with the parts that are equal in one place. It must be called before e is seen
// by others.
func (s sharer) share(e *model.Egress) *model.Egress {
	if had, ok := s[e].(*model.Egress); ok {
		return had // notebooks that are alike have one already
	}
	known := same(s, e)
	s[e] = known
	if known != e {
		return known
	}
	e.Reason = single(s, e.Reason)
	e.Chain = s.chain(e.Chain)
	e.Warnings = same(s, e.Warnings)
	if e.IPv6 != nil {
		e.IPv6.Chain = s.chain(e.IPv6.Chain)
		e.IPv6 = same(s, e.IPv6)
	}
	e.Endpoints = same(s, e.Endpoints)
	e.WhatIf = same(s, e.WhatIf)
	e.Reach = same(s, e.Reach)
	return e
}

func (s sharer) chain(hops []model.Hop) []model.Hop {
	for i, h := range hops {
		hops[i] = single(s, h)
	}
	return same(s, slices.Clone(hops)) // as long as it is: it grew while it was made
}

// same returns the first value with this content.
func same[T any](s sharer, v T) T {
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

// single returns the first of equal values.
func single[T comparable](s sharer, v T) T {
	if had, ok := s[v].(T); ok {
		return had
	}
	s[v] = v
	return v
}
