package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// question asks the user what a sign-in wants to know. The code is shown as it is
// typed: it is good for half a minute, and a typing error costs one.
type question struct {
	field
	keys  TypingKeys
	asked model.Question
	since time.Time
	now   func() time.Time
}

func newQuestion(q model.Question, keys TypingKeys, now func() time.Time) *question {
	return &question{field: newField(), keys: keys, asked: q, since: now(), now: now}
}

func (q *question) take(msg tea.Msg) (intent, bool) {
	if q.now().Sub(q.since) < swallow {
		return nil, false
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, q.keys.Cancel):
			q.asked.Cancel()
			return nil, true
		case key.Matches(k, q.keys.Accept):
			if q.value() == "" {
				return nil, false
			}
			q.asked.Answer(q.value())
			return nil, true
		}
	}
	q.update(msg)
	return nil, false
}

func (q *question) hints() []key.Binding {
	return []key.Binding{as(q.keys.Accept, "answer"), as(q.keys.Cancel, "fail this sign-in")}
}

func (q *question) lines(t *theme.Theme, width, _ int) ([]string, int, int) {
	title := []span{{tone: theme.Warn, text: " " + t.Glyphs.Warn + " "}, {tone: theme.Strong, text: "A sign-in asks"}}
	if q.asked.Profile != "" {
		title = append(title, span{tone: theme.Dim, text: "  profile " + q.asked.Profile, drop: 1})
	}
	const mark = "   > "
	at := len(mark)
	shown, pos := q.window(width - at - 1)
	return []string{
		ruleLine(t, width),
		bar(t, width, title, nil),
		bar(t, width, []span{{text: "   " + q.asked.Prompt}}, nil),
		bar(t, width, []span{{tone: theme.Accent, text: mark}, {text: shown}}, nil),
		ruleLine(t, width),
	}, at + pos, 3
}
