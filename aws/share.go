package aws

import (
	"reflect"
	"slices"
	"strings"

	"nbscope/model"
)

// sharer lets notebooks of one network share what is equal in their judgements.
// Of some kilobytes each, little is a notebook's own, and an inventory may hold a
// hundred thousand of them.
type sharer struct {
	first map[string]*model.Egress // by what a judgement rests on
}

func newSharer() *sharer { return &sharer{first: map[string]*model.Egress{}} }

// share returns the judgement to keep in place of e: the first one of the same
// network where the two are equal, else e with the parts that are equal in one
// place. It must be called before e is seen by others.
func (s *sharer) share(n *model.Notebook, e *model.Egress) *model.Egress {
	key := strings.Join(append([]string{n.SubnetID, n.DirectInternet, n.IPAddressType}, n.SecurityGroups...), " ")
	first, ok := s.first[key]
	switch {
	case !ok:
		s.first[key] = e
		e.Chain = slices.Clip(e.Chain)
		return e
	case reflect.DeepEqual(first, e):
		return first
	}
	e.Chain = same(first.Chain, slices.Clip(e.Chain))
	e.Warnings = same(first.Warnings, e.Warnings)
	e.IPv6 = same(first.IPv6, e.IPv6)
	e.Endpoints = same(first.Endpoints, e.Endpoints)
	e.WhatIf = same(first.WhatIf, e.WhatIf)
	e.Remedies = same(first.Remedies, e.Remedies)
	return e
}

// same returns known where it equals fresh, so that fresh can be forgotten.
func same[T any](known, fresh T) T {
	if reflect.DeepEqual(known, fresh) {
		return known
	}
	return fresh
}
