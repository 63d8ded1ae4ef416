package explore

import (
	"context"
	"errors"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// section is a part of a notebook's detail.
type section uint8

const (
	sectionOverview section = iota
	sectionNetwork
	sectionFindings
	sectionConfig
	sectionLifecycle
	sectionTags
	sectionRaw
)

func sections() []section {
	return []section{sectionOverview, sectionNetwork, sectionFindings, sectionConfig, sectionLifecycle, sectionTags, sectionRaw}
}

func (s section) name() string {
	return [...]string{"Overview", "Network", "Findings", "Configuration", "Lifecycle", "Tags", "JSON"}[s]
}

// inspection is what was fetched for a section.
type inspection struct {
	lifecycle    model.LifecycleConfig
	raw          []byte
	repositories []repositoryFound
}

// part is where the fetching of a section stands.
type part struct {
	since   time.Time
	done    bool
	found   inspection
	problem *model.Problem
}

// detail shows one notebook: sections as tabs over a document that scrolls.
type detail struct {
	world   *kit.World
	keys    kit.KeyMap
	theme   *theme.Theme
	port    Inspector // nil: there is nobody to ask
	open    bool
	focused bool

	notebook      *model.Notebook
	section       section
	parts         map[section]*part
	id            int // of the notebook shown, so that late answers are dropped
	reveal        bool
	advice        *advice             // nil: nobody asked
	probes        map[string]*probing // by ARN
	remedy        int                 // marked, of those of the notebook
	top           int
	width, height int
	doc           []string // painted lines, nil when they have to be made again
	docWidth      int
}

func newDetail(w *kit.World, keys kit.KeyMap, t *theme.Theme, p Inspector) detail {
	return detail{port: p, world: w, keys: keys, theme: t, parts: map[section]*part{}, probes: map[string]*probing{}}
}

func (d *detail) restyle(t *theme.Theme) { d.theme, d.doc = t, nil }
func (d *detail) changed()               { d.doc = nil }

func (d *detail) resize(width, height int) {
	if d.width != width {
		d.doc = nil
	}
	d.width, d.height = width, height
}

// show turns to a notebook. A newer observation of the same one keeps what was
// fetched and the place.
func (d *detail) show(n *model.Notebook) kit.Intent {
	if n == d.notebook {
		return d.fetch()
	}
	if n == nil || d.notebook == nil || n.ARN != d.notebook.ARN {
		d.parts, d.top, d.reveal, d.remedy, d.advice = map[section]*part{}, 0, false, 0, nil
		d.id++
	}
	d.notebook, d.doc = n, nil
	return d.fetch()
}

// fetch asks for what the section shows and nobody has asked for.
func (d *detail) fetch() kit.Intent {
	part, remedies := d.fetchPart(), d.fetchAdvice()
	switch {
	case part == nil:
		return remedies
	case remedies == nil:
		return part
	}
	return kit.Sequence{part, remedies}
}

func (d *detail) fetchPart() kit.Intent {
	if d.notebook == nil || d.parts[d.section] != nil || !d.fetched(d.section) {
		return nil
	}
	d.parts[d.section] = &part{since: d.world.Now}
	d.doc = nil
	n, of, id := d.notebook, d.section, d.id
	return kit.Job("detail", func(ctx context.Context) kit.Intent {
		found, err := inspect(ctx, d.port, n, of)
		return kit.Func(func(kit.Host) tea.Cmd {
			if p := d.parts[of]; p != nil && id == d.id && d.notebook != nil && n.ARN == d.notebook.ARN { // it is still shown
				p.done, p.found, p.problem, d.doc = true, found, kit.ProblemOf(err), nil
			}
			return nil
		})
	})
}

// fetched reports whether the section has something that is asked for only when
// somebody looks.
func (d *detail) fetched(s section) bool {
	switch s {
	case sectionRaw:
		return true
	case sectionLifecycle:
		return d.notebook.LifecycleName != ""
	case sectionConfig:
		return len(registered(d.notebook)) > 0
	case sectionOverview, sectionNetwork, sectionFindings, sectionTags:
	}
	return false
}

// inspect fetches what a section shows.
func inspect(ctx context.Context, in Inspector, n *model.Notebook, of section) (found inspection, err error) {
	switch {
	case in == nil:
		err = errors.New("details cannot be fetched here")
	case of == sectionLifecycle:
		found.lifecycle, err = in.Lifecycle(ctx, n.Target(), n.LifecycleName)
	case of == sectionConfig:
		found.repositories = inspectRepositories(ctx, in, n)
	default:
		found.raw, err = in.Raw(ctx, n.Target(), n.Name)
	}
	return found, err
}

func (d *detail) turn(by int) kit.Intent {
	n := len(sections())
	return d.turnTo(section((int(d.section) + by + n) % n))
}

func (d *detail) turnTo(s section) kit.Intent {
	if s == d.section && d.parts[s] != nil && d.parts[s].problem != nil {
		delete(d.parts, s) // asking again is what turning to a failed section is for
	}
	if d.advice != nil && d.advice.problem != nil {
		d.advice = nil
	}
	d.section, d.top, d.doc = s, 0, nil
	return d.fetch()
}

func (d *detail) toggleReveal() kit.Intent {
	d.reveal, d.doc = !d.reveal, nil
	return nil
}

func (d *detail) scroll(by int) {
	d.top = max(0, min(d.top+by, len(d.lines())-d.room()))
}

// room is the number of lines of the document on screen.
func (d *detail) room() int { return max(0, d.height-2) }

// hasScript reports whether there is something that may be masked.
func (d *detail) hasScript() bool {
	return d.section == sectionLifecycle && d.notebook != nil && d.notebook.LifecycleName != ""
}

func (d *detail) hints() []key.Binding {
	l, k := d.keys.List, d.keys.Detail
	return []key.Binding{
		kit.WithDesc(l.Back, "back"), kit.EnabledIf(k.CopyRemedy, d.section == sectionFindings), kit.EnabledIf(k.NextRemedy, d.section == sectionFindings),
		kit.WithDesc(l.Right, "next section"), d.keys.Notes.Recreate, kit.WithDesc(l.Down, "scroll"), kit.EnabledIf(k.Probe, d.probeable()), k.NextNotebook,
		kit.EnabledIf(k.Reveal, d.hasScript()), d.keys.Notes.CopyARN, d.keys.Notes.CopyCLI, d.keys.Notes.Console,
	}
}

func (d *detail) lines() []string {
	if d.doc == nil || d.docWidth != d.width {
		d.doc, d.docWidth = detailPages{d}.document().Paint(d.theme, max(1, d.width-2)), d.width
	}
	return d.doc
}

// view draws the name, the tabs and as much of the document as there is room.
func (d *detail) view() string {
	lines := d.lines()
	d.top = max(0, min(d.top, len(lines)-d.room()))
	out := make([]string, 0, d.height)
	out = append(out, d.heading(), d.tabRow().Draw(d.theme, d.focused))
	for i := range d.room() {
		line := ""
		if d.top+i < len(lines) {
			line = lines[d.top+i]
		}
		out = append(out, kit.FitLine(" "+line, d.width))
	}
	return strings.Join(out[:min(len(out), max(0, d.height))], "\n")
}

func (d *detail) heading() string {
	if d.notebook == nil {
		return kit.Bar(d.theme, d.width, []kit.Span{{Tone: theme.Dim, Text: " no notebook"}}, nil)
	}
	n := d.notebook
	sign, tone := kit.StatusSign(d.theme, n.Status)
	left := []kit.Span{{Tone: theme.Strong, Text: " " + n.Name}}
	right := []kit.Span{{Tone: tone, Text: sign + " " + string(n.Status) + " "}}
	return kit.Bar(d.theme, d.width, left, right)
}

// Inspector fetches what only a detail view needs. Errors are model.Problem.
type Inspector interface {
	Lifecycle(ctx context.Context, t model.Target, name string) (model.LifecycleConfig, error)
	Repository(ctx context.Context, t model.Target, name string) (model.CodeRepository, error)
	Raw(ctx context.Context, t model.Target, name string) ([]byte, error)
	// Advise looks at a notebook's network again and judges what would better it.
	// known are the notebooks of its target; the answer is the notebook as it is now.
	Advise(ctx context.Context, n *model.Notebook, known []*model.Notebook) (*model.Notebook, error)
	// Probe tries from inside a notebook what it reaches: it makes a URL that signs in.
	Probe(ctx context.Context, t model.Target, name string) (model.Probe, error)
}

// tabRow is the row of the sections.
func (d *detail) tabRow() kit.TabRow {
	r := kit.TabRow{At: int(d.section), Width: d.width}
	for _, s := range sections() {
		r.Names = append(r.Names, s.name())
	}
	return r
}

// click chooses the tab under the mouse.
func (d *detail) click(x, y int) kit.Intent {
	if y != 1 {
		return nil
	}
	if i := d.tabRow().Hit(x); i >= 0 {
		return d.turnTo(section(i))
	}
	return nil
}
