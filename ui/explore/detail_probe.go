package explore

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/probe"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What a notebook reaches when that is tried from inside it: beside the judgement, with
// its own time.

// probing is where the probe of a notebook stands. It is kept while the program runs.
type probing struct {
	created time.Time // of the notebook: another one may have its name by now
	since   time.Time
	running bool
	found   *model.Probe // the newest; nil before there is one
	problem *model.Problem
}

// probed is what is known of the notebook's probe; nil where nobody asked for one.
func (d *detail) probed(n *model.Notebook) *probing {
	if p := d.probes[n.ARN]; p != nil && p.created.Equal(n.Created) {
		return p
	}
	return nil
}

// probes reports whether the notebook can be probed now.
func (d *detail) probeable() bool {
	n := d.notebook
	if n == nil || d.port == nil || n.Status != model.StatusInService {
		return false
	}
	p := d.probed(n)
	return p == nil || !p.running
}

// probe tries the notebook from inside, once writes to its account are unlocked: a URL
// is made that signs in to it.
func (d *detail) probe() kit.Intent {
	if !d.probeable() {
		return nil
	}
	n := d.notebook
	return kit.Unlocked{Account: n.Account, What: "try from inside what " + n.Name + " reaches", Then: kit.Func(func(h kit.Host) tea.Cmd { return d.beginProbe(h, n) })}
}

func (d *detail) beginProbe(h kit.Host, n *model.Notebook) tea.Cmd {
	p := &probing{created: n.Created, since: d.world.Now, running: true}
	if last := d.probed(n); last != nil {
		if last.running {
			return nil
		}
		p.found = last.found
	}
	d.probes[n.ARN], d.doc = p, nil
	return kit.Perform(h, kit.Job("probe", func(ctx context.Context) kit.Intent {
		found, err := d.port.Probe(ctx, n.Target(), n.Name)
		return kit.Func(func(h kit.Host) tea.Cmd {
			p.running, p.problem, d.doc = false, kit.ProblemOf(err), nil
			if err != nil {
				return h.Say(theme.Bad, p.problem.Error())
			}
			p.found = &found
			return nil
		})
	}))
}

// sayProbe is the probe in the overview: each place with how the try ended.
func (d detailPages) sayProbe(doc *kit.Document, n *model.Notebook) {
	p := d.probed(n)
	key := d.keys.Detail.Probe.Help().Key
	switch {
	case p != nil && p.running:
		doc.Toned("Probe", theme.Busy, "being tried from inside since "+p.since.UTC().Format(kit.ClockLayout))
	case p == nil && n.Status != model.StatusInService:
		doc.Toned("Probe", theme.Dim, "not tried: it can be while the notebook is in service")
	case p == nil:
		doc.Toned("Probe", theme.Dim, "not tried; "+key+" tries from inside")
	}
	if p == nil {
		return
	}
	if p.problem != nil {
		doc.Toned("Probe", theme.Unknown, d.theme.Glyphs.Unknown+" could not be tried: "+p.problem.Message)
	}
	if p.found == nil {
		return
	}
	doc.Drawn(func(width int) []string { return drawTried(d.theme, p.found, width) })
	*doc = append(*doc, kit.Entry{Indented: true, Tone: theme.Dim, Text: "tried " + d.time(p.found.At)})
	var otherwise []string
	for _, one := range probe.Compare(n.Egress, p.found) {
		otherwise = append(otherwise, one.Destination+" as "+string(one.State))
	}
	if len(otherwise) > 0 {
		*doc = append(*doc, kit.Entry{Indented: true, Tone: theme.Warn, Text: d.theme.Glyphs.Warn + " judged otherwise: " + strings.Join(otherwise, ", ") + "; Network shows both"})
	}
}

// sayDisagreements says where what was tried and what was judged differ. Both stand.
func (d detailPages) sayDisagreements(doc *kit.Document, n *model.Notebook, p *model.Probe) {
	for _, one := range probe.Compare(n.Egress, p) {
		d.point(doc, theme.Warn, d.theme.Glyphs.Warn, one.Says()+".")
	}
}

// drawTried sets the places that were tried behind each other, in as few lines as hold
// them.
func drawTried(t *theme.Theme, p *model.Probe, width int) []string {
	places := make([]placeSign, 0, len(p.Results))
	for _, dest := range p.Destinations() {
		tried, _ := p.Of(dest)
		sign, tone := triedSign(t, tried.State)
		switch {
		case tried.State.Reached():
			sign += fmt.Sprintf(" %d ms", tried.MS)
		default:
			sign += " " + tried.State.Words()
		}
		places = append(places, placeSign{text.Clean(dest), sign, tone})
	}
	return drawSigns(t, "Probe", places, width)
}

func triedSign(t *theme.Theme, s model.TryState) (string, theme.Tone) {
	switch {
	case s.Reached():
		return t.Glyphs.Ok, theme.Normal
	case s == model.TryNot:
		return t.Glyphs.Unknown, theme.Unknown
	}
	return t.Glyphs.Failed, theme.Strong
}

// sayTried tells of every place how the try went, host by host. IPv6 is told of where the
// notebook may have it, or where it makes a difference.
func (d detailPages) sayTried(doc *kit.Document, n *model.Notebook) {
	p := d.probed(n)
	if p == nil || p.found == nil {
		return
	}
	doc.Heading("Tried from inside, on tcp/443, " + d.time(p.found.At))
	if p.found.Proxy != "" {
		d.point(doc, theme.Warn, d.theme.Glyphs.Warn, "The notebook's environment names a proxy, "+p.found.Proxy+": nothing was tried through it.")
	}
	d.sayDisagreements(doc, n, p.found)
	for _, t := range p.found.Results {
		best, _ := p.found.Of(t.Destination)
		if t.Family == model.FamilyIPv6 && best.Family != model.FamilyIPv6 && n.IPAddressType != "dualstack" {
			continue
		}
		sign, tone := triedSign(d.theme, t.State)
		place := t.Destination
		if t.Family == model.FamilyIPv6 {
			place += " over IPv6"
		}
		doc.Drawn(func(width int) []string {
			return kit.Hanging(d.theme, kit.Span{Tone: tone, Text: sign + " "}, "  ", theme.Strong, place, width)
		})
		says := t.State.Words()
		if t.Detail != "" {
			says += ": " + t.Detail
		}
		doc.Drawn(func(width int) []string {
			return kit.Hanging(d.theme, kit.Span{Text: "  "}, "  ", theme.Dim, says, width)
		})
	}
}
