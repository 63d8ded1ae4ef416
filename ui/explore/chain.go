package explore

import (
	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// The way from a notebook to the internet, drawn from top to bottom: a line for
// every hop, what it proves below it, and a rail that gets thin where the way
// ends.

// hopSign is the sign and the tone of a hop's state.
func hopSign(t *theme.Theme, s model.HopState) (string, theme.Tone) {
	switch s {
	case model.HopOK:
		return t.Glyphs.Ok, theme.Normal
	case model.HopBroken:
		return t.Glyphs.Failed, theme.Bad
	case model.HopUnknown:
	}
	return t.Glyphs.Unknown, theme.Unknown
}

// station is a hop as it is drawn.
type station struct {
	sign string
	tone theme.Tone
	kind string
	id   string
	name string
	note string // behind the name, in the station's tone
	says string
}

// chainStations are the notebook, the hops and the end of the way.
func chainStations(t *theme.Theme, n *model.Notebook, p model.Path) []station {
	out := []station{{sign: t.Glyphs.Running, tone: theme.Strong, kind: "notebook", id: n.Name}}
	for _, h := range p.Chain {
		if h.Kind == model.HopNotebook {
			out[0].says = h.Says
			continue
		}
		sign, tone := hopSign(t, h.State)
		s := station{sign: sign, tone: tone, kind: h.Kind.Words(), id: h.ID, name: h.Name, says: h.Says}
		switch h.State {
		case model.HopBroken:
			s.note = "stops here"
			if p.Verdict == model.VerdictPartial && p.Chain[len(p.Chain)-1].Kind == model.HopInternet { // the rest goes on below
				s.note, s.tone = "a part stops here", theme.Warn
			}
		case model.HopUnknown:
			s.note = "not known"
		case model.HopOK:
		}
		out = append(out, s)
	}
	if last := p.Chain[len(p.Chain)-1]; last.Kind == model.HopInternet {
		return out
	}
	end := station{sign: t.Glyphs.Unknown, tone: theme.Unknown, kind: "internet", says: "it is not known whether it is reached"}
	switch {
	case p.Verdict.Internet():
		end.sign, end.tone, end.says = t.Glyphs.Ok, theme.Normal, "is reached"
	case p.Verdict.Closed():
		end.sign, end.tone, end.says = t.Glyphs.Failed, theme.Bad, "is not reached"
	case p.Verdict == model.VerdictPartial:
		end.sign, end.says = t.Glyphs.Partly, "is reached in part"
	case p.Verdict == model.VerdictIndirect:
		end.says = "may be reached beyond what this account sees"
	}
	return append(out, end)
}

// drawChain lays the stations out below each other.
func drawChain(t *theme.Theme, stations []station, width int) []string {
	var out []string
	rail := t.Glyphs.Vertical
	for i, s := range stations {
		if s.tone == theme.Bad || s.tone == theme.Unknown {
			rail = t.Glyphs.Bullet // the way goes on from here only if it did go that far
		}
		side := rail
		if i == len(stations)-1 {
			side = " "
		}
		lead := []kit.Span{{Tone: theme.Dim, Text: side + "  "}}
		for j, line := range headLines(s, max(1, width-3)) {
			if j == 0 {
				out = append(out, kit.Bar(t, width, append([]kit.Span{{Tone: s.tone, Text: s.sign + "  "}}, line...), nil))
				continue
			}
			out = append(out, kit.Bar(t, width, append(lead, line...), nil))
		}
		for _, l := range kit.Sentences(s.says, width-3) {
			out = append(out, kit.Bar(t, width, append(lead, kit.Span{Tone: theme.Dim, Text: l}), nil))
		}
	}
	return out
}

// headLines are kind, id, name and note of a station, in as few lines as hold
// them whole.
func headLines(s station, room int) [][]kit.Span {
	kind := theme.Normal
	if s.tone == theme.Bad || s.tone == theme.Unknown {
		kind = s.tone
	}
	parts := []kit.Span{
		{Tone: kind, Text: s.kind}, {Tone: theme.Strong, Text: s.id}, {Tone: theme.Normal, Text: s.name}, {Tone: s.tone, Text: s.note},
	}
	out := [][]kit.Span{nil}
	used := 0
	for _, p := range parts {
		for _, piece := range kit.Chunks(text.Clean(p.Text), room) {
			w := text.Width(piece)
			if w == 0 {
				continue
			}
			if used > 0 && used+2+w > room {
				out, used = append(out, nil), 0
			}
			if used > 0 {
				piece, w = "  "+piece, w+2
			}
			at := len(out) - 1
			out[at], used = append(out[at], kit.Span{Tone: p.Tone, Text: piece}), used+w
		}
	}
	return out
}

// endpointSign is the sign and the tone of an endpoint's state.
func endpointSign(t *theme.Theme, s model.EndpointState) (string, theme.Tone) {
	switch s {
	case model.EndpointCovered:
		return t.Glyphs.Ok, theme.Normal
	case model.EndpointPartial:
		return t.Glyphs.Partly, theme.Normal
	case model.EndpointBlocked:
		return t.Glyphs.Failed, theme.Bad
	case model.EndpointMissing:
		return t.Glyphs.Bullet, theme.Dim
	case model.EndpointUnknown:
	}
	return t.Glyphs.Unknown, theme.Unknown
}

// mostServiceWidth is how wide a service's name gets in the matrix: those of one's
// own may be long, and stand in full below.
const mostServiceWidth = 24

// drawMatrix sets the services in as many columns as there is room for.
func drawMatrix(t *theme.Theme, all []model.EndpointCoverage, width int) []string {
	longest := 1
	for _, c := range all {
		longest = max(longest, text.Width(text.Clean(c.Service)))
	}
	longest = min(longest, mostServiceWidth)
	cell := longest + 4
	columns := max(1, (width+2)/cell)
	var out []string
	for i := 0; i < len(all); i += columns {
		var line []kit.Span
		for at, c := range all[i:min(i+columns, len(all))] {
			sign, tone := endpointSign(t, c.State)
			room := min(cell, width-at*cell) // the last needs no gap behind it
			line = append(line, kit.Span{Tone: tone, Text: text.FitWith(sign+" "+text.Clean(c.Service), room, t.Glyphs.Ellipsis)})
		}
		out = append(out, kit.Bar(t, width, line, nil))
	}
	return out
}
