// Package theme gives every colour and weight of the screen a meaning. Widgets
// and screens name a Tone and never a colour, so that light, dark and NO_COLOR
// are decided in one place.
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

// Theme turns tones into terminal styles.
type Theme struct{}

// Options choose a theme.
type Options struct {
	Dark    bool
	NoColor bool // weight, underline and reverse only
	ASCII   bool // glyphs from ASCII only
}

// New returns the theme for a terminal.
func New(o Options) *Theme { return &Theme{} }

// Sequence is a pair of strings to write before and after a text.
type Sequence struct{ On, Off string }

// Seq is the sequence of a tone on the plain ground.
func (t *Theme) Seq(tone Tone) Sequence { return Sequence{} }

// RowSeq is the sequence of a tone on the cursor's row: the row's ground goes
// through every cell, because styles do not nest in a terminal.
func (t *Theme) RowSeq(tone Tone) Sequence { return Sequence{} }

// Render writes s, which must be clean, in a tone.
func (t *Theme) Render(tone Tone, s string) string { return s }
