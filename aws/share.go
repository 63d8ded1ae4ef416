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

// share replaces the parts of e that are equal to those of the first judgement of
// the same network. It must be called before e is seen by others.
func (s *sharer) share(n *model.Notebook, e *model.Egress) {
	key := strings.Join(append([]string{n.SubnetID, n.DirectInternet, n.IPAddressType}, n.SecurityGroups...), " ")
	first, ok := s.first[key]
	if !ok {
		s.first[key] = e
		e.Chain = slices.Clip(e.Chain)
		return
	}
	e.Warnings = same(first.Warnings, e.Warnings)
	e.IPv6 = same(first.IPv6, e.IPv6)
	e.Endpoints = same(first.Endpoints, e.Endpoints)
	e.WhatIf = same(first.WhatIf, e.WhatIf)
	e.Remedies = same(first.Remedies, e.Remedies)
	e.Reason = same(first.Reason, e.Reason)
	e.Chain = slices.Clip(e.Chain)
	for i := range e.Chain {
		if i < len(first.Chain) && e.Chain[i] == first.Chain[i] {
			e.Chain[i] = first.Chain[i] // equal strings in one place
		}
	}
}

// same returns known where it equals fresh, so that fresh can be forgotten.
func same[T any](known, fresh T) T {
	if reflect.DeepEqual(known, fresh) {
		return known
	}
	return fresh
}
