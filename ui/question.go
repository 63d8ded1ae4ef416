package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// question asks the user what a sign-in wants to know. The code is shown as it is
// typed: it is good for half a minute, and a typing error costs one.
type question struct {
	kit.Field
	keys  kit.TypingKeys
	asked model.Question
	since time.Time
	now   func() time.Time
}

func newQuestion(q model.Question, keys kit.TypingKeys, now func() time.Time) *question {
	return &question{Field: kit.NewField(), keys: keys, asked: q, since: now(), now: now}
}

func (q *question) Take(msg tea.Msg) (kit.Intent, bool) {
	if q.now().Sub(q.since) < kit.DeafFor {
		return nil, false
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, q.keys.Cancel):
			q.asked.Cancel()
			return nil, true
		case key.Matches(k, q.keys.Accept):
			if q.Value() == "" {
				return nil, false
			}
			q.asked.Answer(q.Value())
			return nil, true
		}
	}
	q.Update(msg)
	return nil, false
}

func (q *question) Typing() bool { return true }

func (q *question) Hints() []key.Binding {
	return []key.Binding{kit.WithDesc(q.keys.Accept, "answer"), kit.WithDesc(q.keys.Cancel, "fail this sign-in")}
}

func (q *question) Lines(t *theme.Theme, width, _ int) ([]string, int, int) {
	title := []kit.Span{{Tone: theme.Warn, Text: " " + t.Glyphs.Warn + " "}, {Tone: theme.Strong, Text: "A sign-in asks"}}
	if q.asked.Profile != "" {
		title = append(title, kit.Span{Tone: theme.Dim, Text: "  profile " + q.asked.Profile, Drop: 1})
	}
	const mark = "   > "
	at := len(mark)
	shown, pos := q.Window(width - at - 1)
	return []string{
		kit.RuleLine(t, width),
		kit.Bar(t, width, title, nil),
		kit.Bar(t, width, []kit.Span{{Text: "   " + q.asked.Prompt}}, nil),
		kit.Bar(t, width, []kit.Span{{Tone: theme.Accent, Text: mark}, {Text: shown}}, nil),
		kit.RuleLine(t, width),
	}, at + pos, 3
}
