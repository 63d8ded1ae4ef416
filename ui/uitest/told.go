package uitest

import (
	"regexp"
	"slices"
	"strings"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// ToneName is a tone's name, as it stands in what Told and Spans return.
func ToneName(t theme.Tone) string {
	return map[theme.Tone]string{
		theme.Normal: "normal", theme.Dim: "dim", theme.Strong: "strong", theme.Accent: "accent", theme.Good: "good", theme.Busy: "busy",
		theme.Warn: "warn", theme.Bad: "bad", theme.Unknown: "unknown", theme.Match: "match", theme.Header: "header",
	}[t]
}

// edges are between what stands at the left and at the right of a line.
var edges = regexp.MustCompile(`(\S) {20,}(\S)`)

// Told is a document piece by piece, each behind the name of its tone: "warn|Status|text",
// without a label "warn|text". What draws itself stands there as it is drawn, behind
// "drawn", with no more than three cells between its edges.
func Told(doc kit.Document, t *theme.Theme) []string {
	const wide = 400
	out := make([]string, 0, len(doc))
	for _, e := range doc {
		switch {
		case e.Label != "":
			out = append(out, strings.Join([]string{ToneName(e.Tone), e.Label, e.Text}, "|"))
		case e.Text != "":
			out = append(out, ToneName(e.Tone)+"|"+e.Text)
		default:
			for l := range strings.Lines(kit.PlainLines(kit.Document{e}.Paint(t, wide))) {
				if l = strings.TrimRight(l, "\n"); l != "" {
					out = append(out, "drawn|"+edges.ReplaceAllString(l, "$1   $2"))
				}
			}
		}
	}
	return out
}

// Spans are pieces of a line, each behind the name of its tone.
func Spans(all []kit.Span) []string {
	out := make([]string, 0, len(all))
	for _, s := range all {
		out = append(out, ToneName(s.Tone)+"|"+s.Text)
	}
	return out
}

// Differ says where two lists differ first, "" where they are equal.
func Differ(got, want []string) string {
	if slices.Equal(got, want) {
		return ""
	}
	return "got\n  " + strings.Join(got, "\n  ") + "\nwant\n  " + strings.Join(want, "\n  ")
}
