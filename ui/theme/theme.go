// Package theme gives every colour and weight of the screen a meaning. Widgets
// and screens name a Tone and never a colour, so that light, dark and NO_COLOR
// are decided in one place.
//
// Styles do not nest in a terminal: the end of an inner one also ends the outer
// one's background. A theme therefore has the sequences of every tone on every
// ground, and a widget writes each cell with the ground it stands on.
package theme

// Tone is what a piece of text means.
type Tone uint8

// The tones.
const (
	Normal  Tone = iota // text
	Dim                 // context that the eye may pass over
	Strong              // names, counts: weight without colour
	Accent              // focus: the cursor's mark, the active tab, keys in help
	Good                // as it should be
	Busy                // in transition
	Warn                // deviates, medium
	Bad                 // deviates, high; errors
	Unknown             // not known, with a reason
	Match               // letters that the filter matched
	Header              // heads of columns
	tones
)

// Ground is what a piece of text stands on.
type Ground uint8

// The grounds.
const (
	Plain  Ground = iota // the terminal's own
	Cursor               // the row under the cursor, the focused button
	Marked               // a marked row
	grounds
)

// Theme turns tones into terminal styles. It never changes once made.
type Theme struct {
	// Glyphs are the signs that go with the colours.
	Glyphs Glyphs

	options   Options
	sequences [grounds][tones]Sequence
}

// Options choose a theme.
type Options struct {
	Dark    bool
	NoColor bool // weight, underline and reverse only
	Few     bool // the terminal has 16 colours, which it chooses itself
	ASCII   bool // glyphs from ASCII only
}

// New returns the theme for a terminal.
func New(o Options) *Theme {
	t := &Theme{Glyphs: glyphs(o.ASCII), options: o}
	for g := range grounds {
		for tone := range tones {
			switch {
			case o.NoColor:
				t.sequences[g][tone] = weight(g, tone)
			case o.Few:
				t.sequences[g][tone] = few(g, tone, o.Dark)
			case o.Dark:
				t.sequences[g][tone] = dark().sequence(g, tone)
			default:
				t.sequences[g][tone] = light().sequence(g, tone)
			}
		}
	}
	return t
}

// Options returns what the theme was made from.
func (t *Theme) Options() Options { return t.options }

// Sequence is a pair of strings to write before and after a text. Either both
// are empty or Off undoes all of On.
type Sequence struct{ On, Off string }

// On is the sequence of a tone on a ground. A tone or ground that does not
// exist counts as the first of its kind.
func (t *Theme) On(g Ground, tone Tone) Sequence {
	if g >= grounds {
		g = Plain
	}
	if tone >= tones {
		tone = Normal
	}
	return t.sequences[g][tone]
}

// Seq is the sequence of a tone on the plain ground.
func (t *Theme) Seq(tone Tone) Sequence { return t.On(Plain, tone) }

// RowSeq is the sequence of a tone on the cursor's row: the row's ground goes
// through every cell, because styles do not nest in a terminal.
func (t *Theme) RowSeq(tone Tone) Sequence { return t.On(Cursor, tone) }

// MarkSeq is the sequence of a tone on a marked row.
func (t *Theme) MarkSeq(tone Tone) Sequence { return t.On(Marked, tone) }

// Render writes s, which must be clean, in a tone.
func (t *Theme) Render(tone Tone, s string) string {
	return t.RenderOn(Plain, tone, s)
}

// RenderOn writes s, which must be clean, in a tone on a ground.
func (t *Theme) RenderOn(g Ground, tone Tone, s string) string {
	q := t.On(g, tone)
	if s == "" || q.On == "" {
		return s
	}
	return q.On + s + q.Off
}
