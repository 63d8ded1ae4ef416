package explore

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What a notebook needs, place by place: whether it reaches it, and by which way.

// reachSign is the sign and the tone of a place.
func reachSign(t *theme.Theme, s model.ReachState) (string, theme.Tone) {
	switch s {
	case model.Reached:
		return t.Glyphs.Ok, theme.Normal
	case model.ReachBlocked:
		return t.Glyphs.Failed, theme.Strong
	case model.ReachDepends:
		return t.Glyphs.Arrow, theme.Normal
	case model.ReachUnknown:
	}
	return t.Glyphs.Unknown, theme.Unknown
}

func reachLegend(t *theme.Theme) string {
	out := make([]string, 0, len(model.ReachStates()))
	for _, s := range model.ReachStates() {
		sign, _ := reachSign(t, s)
		out = append(out, sign+" "+string(s))
	}
	return strings.Join(out, "  ")
}

// sayReaches puts every place with its sign behind one label.
func (d detailPages) sayReaches(doc *kit.Document, n *model.Notebook) {
	if n.AwaitsNetwork() && n.Egress != nil {
		doc.Say(theme.Normal, "")
		doc.Toned("Reaches", theme.Dim, d.awaited())
	}
	if n.Egress == nil || len(n.Egress.Reach) == 0 {
		return
	}
	doc.Say(theme.Normal, "")
	doc.Drawn(func(width int) []string { return drawPlaces(d.theme, n.Egress.Reach, width) })
	d.sayProbe(doc, n)
}

// drawPlaces sets the places behind each other, in as few lines as hold them.
func drawPlaces(t *theme.Theme, all []model.Reach, width int) []string {
	places := make([]placeSign, 0, len(all))
	for _, r := range all {
		sign, tone := reachSign(t, r.State)
		places = append(places, placeSign{text.Clean(r.Destination), sign, tone})
	}
	return drawSigns(t, "Reaches", places, width)
}

// placeSign is a place with how it fares.
type placeSign struct {
	name, sign string
	tone       theme.Tone
}

func drawSigns(t *theme.Theme, label string, all []placeSign, width int) []string {
	indent := kit.LabelWidth
	if width < 40 {
		indent = min(len(label)+2, width/2)
	}
	lead := kit.Span{Tone: theme.Dim, Text: text.FitWith(label, indent, t.Glyphs.Ellipsis)}
	room := text.Width(lead.Text)
	var out []string
	line, used := append(make([]kit.Span, 0, 1+2*len(all)), lead), room
	for _, p := range all {
		name := p.name + " "
		w := text.Width(name + p.sign)
		if used > room && used+2+w > width {
			out = append(out, kit.Bar(t, width, line, nil))
			line, used = []kit.Span{{Text: strings.Repeat(" ", room)}}, room
		}
		if used > room {
			name, w = "  "+name, w+2
		}
		line, used = append(line, kit.Span{Tone: theme.Normal, Text: name}, kit.Span{Tone: p.tone, Text: p.sign}), used+w
	}
	return append(out, kit.Bar(t, width, line, nil))
}

// sayReach tells of every place by which way it is reached, or why not. Places that
// fare alike are told of together.
func (d detailPages) sayReach(doc *kit.Document, e *model.Egress) {
	if len(e.Reach) == 0 {
		return
	}
	doc.Heading("What it needs, on tcp/443")
	doc.Say(theme.Dim, reachLegend(d.theme))
	for _, g := range alike(e.Reach) {
		sign, tone := reachSign(d.theme, g.State)
		doc.Drawn(func(width int) []string {
			return kit.Hanging(d.theme, kit.Span{Tone: tone, Text: sign + " "}, "  ", theme.Strong, strings.Join(g.places, "  "), width)
		})
		doc.Drawn(func(width int) []string {
			return kit.Hanging(d.theme, kit.Span{Text: "  "}, "  ", theme.Dim, strings.TrimSpace(string(g.State)+" "+g.Says()), width)
		})
	}
}

// placesAlike are places that fare alike.
type placesAlike struct {
	model.Reach
	places    []string
	endpoints []string // their own, where that is the way
}

// alike gathers places by how they fare, in the order in which they come. Those that
// fare so each by an endpoint of its own are together too, with all endpoints named.
func alike(all []model.Reach) []placesAlike {
	const endpoint = "VPC endpoint "
	var out []placesAlike
	for _, r := range all {
		place := r.Destination
		r.Destination = ""
		id, own := strings.CutPrefix(r.By, endpoint)
		if own = own && !strings.Contains(id, " "); own {
			r.By = endpoint
		}
		i := slices.IndexFunc(out, func(g placesAlike) bool { return g.Reach == r })
		if i < 0 {
			i, out = len(out), append(out, placesAlike{Reach: r})
		}
		g := &out[i]
		g.places = append(g.places, place)
		if own && !slices.Contains(g.endpoints, id) {
			g.endpoints = append(g.endpoints, id)
		}
	}
	for i := range out {
		if g := &out[i]; len(g.endpoints) > 0 {
			g.By = endpoint + strings.Join(g.endpoints, ", ")
		}
	}
	return out
}
