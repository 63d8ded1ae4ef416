package store

import (
	"encoding/json"
	"fmt"

	"nbscope/model"
)

// judgementHead is how many words stand before the hops: verdict, reason,
// warnings, IPv6, endpoints, what-if and remedies.
const judgementHead = 7

// putEgress keeps a judgement as words and returns its place in Judged, counted
// from 1; 0 is none. Whatever has a structure is a word of JSON. Notebooks in one
// subnet share most of it, if not all, and each is written, and read, once.
func (f *file) putEgress(e *model.Egress) (int, error) {
	if e == nil {
		return 0, nil
	}
	out := []int{f.word(string(e.Verdict)), f.word(e.Reason)}
	parts := make([]any, 0, judgementHead+len(e.Chain))
	parts = append(parts, e.Warnings, e.IPv6, e.Endpoints, e.WhatIf, e.Remedies)
	for _, h := range e.Chain {
		parts = append(parts, h)
	}
	for _, p := range parts {
		text, err := json.Marshal(p)
		if err != nil {
			return 0, fmt.Errorf("write a judgement: %w", err)
		}
		out = append(out, f.word(string(text)))
	}
	key := fmt.Sprint(out)
	if f.judged[key] == 0 {
		f.Judged = append(f.Judged, out)
		f.judged[key] = len(f.Judged)
	}
	return f.judged[key], nil
}

// readJudged reads all judgements; false where one is damaged.
func (f *file) readJudged() bool {
	f.judgement = make([]*model.Egress, len(f.Judged))
	for i, words := range f.Judged {
		e, ok := f.egress(words)
		if !ok {
			return false
		}
		f.judgement[i] = e
	}
	return true
}

// egress reads a judgement back; ok is false where it is damaged.
func (f *file) egress(words []int) (e *model.Egress, ok bool) {
	if len(words) < judgementHead || !f.fits(words) {
		return nil, false
	}
	e = &model.Egress{Verdict: model.Verdict(f.Words[words[0]]), Reason: f.Words[words[1]]}
	ok = structured(f, words[2], &e.Warnings) && structured(f, words[3], &e.IPv6) && structured(f, words[4], &e.Endpoints) &&
		structured(f, words[5], &e.WhatIf) && structured(f, words[6], &e.Remedies)
	if hops := words[judgementHead:]; len(hops) > 0 {
		e.Chain = make([]model.Hop, len(hops))
		for i, w := range hops {
			ok = ok && structured(f, w, &e.Chain[i])
		}
	}
	return e, ok
}

// structured reads a word of JSON. What it holds is shared by all that name it,
// as nobody changes it.
func structured[T any](f *file, word int, to *T) bool {
	// Another type may have left the same text behind: null, say.
	if had, ok := f.read[word].(T); ok {
		*to = had
		return true
	}
	if json.Unmarshal([]byte(f.Words[word]), to) != nil {
		return false
	}
	if f.read == nil {
		f.read = map[int]any{}
	}
	f.read[word] = *to
	return true
}
