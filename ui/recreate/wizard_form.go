package recreate

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// formPage is the form: a row for each field with its value and why AWS would
// refuse it. Free text is typed, everything else is chosen from what AWS has.
type formPage struct {
	*subject
	scrolling
	field int   // under the cursor
	marks []int // the lines on which the fields begin, and where the last one ends
	room  int   // lines of fields on screen
}

// fieldVPC is a row of the form that is no member of Create: it narrows the
// subnets.
const fieldVPC = "VpcId"

// formFields are the rows of the form.
func formFields() []recreate.FieldDef {
	var out []recreate.FieldDef
	for _, f := range recreate.Fields() {
		if f.Create == recreate.FieldSubnet {
			out = append(out, recreate.FieldDef{
				Create: fieldVPC, Title: "VPC", Form: true,
				Help: "Not sent: the subnet decides. Choosing one lists its subnets.",
			})
		}
		if f.Form {
			out = append(out, f)
		}
	}
	return append(out, dataField(), promisesField())
}

// typedField reports whether a field is free text.
func typedField(create string) bool {
	switch create {
	case recreate.FieldName, recreate.FieldVolume, recreate.FieldTags:
		return true
	}
	return false
}

// mostOf is how many values a field may have.
func mostOf(create string) int {
	switch create {
	case recreate.FieldGroups:
		return recreate.MaxGroups
	case recreate.FieldMoreRepos:
		return recreate.MaxMoreRepos
	}
	return 1
}

func (pg *formPage) reachable() bool { return pg.source() != nil && pg.editable() }

func (pg *formPage) steps() []stepRow {
	g := pg.theme.Glyphs
	row := stepRow{sign: g.Ok, tone: theme.Good, name: pageForm.name(), page: pageForm}
	switch {
	case !pg.editable():
	case pg.draft.source == nil:
		row.sign, row.tone = g.Stopped, theme.Dim
	case len(pg.draft.invalid) > 0:
		row.sign, row.tone, row.note = g.Failed, theme.Bad, fmt.Sprintf("%d invalid", len(pg.draft.invalid))
	}
	return []stepRow{row}
}

// goTo moves the cursor to a field that the form has.
func (pg *formPage) goTo(field string) {
	if i := slices.IndexFunc(formFields(), func(f recreate.FieldDef) bool { return f.Create == field }); i >= 0 {
		pg.field = i
	}
}

// scroll moves the cursor, which what is on screen follows.
func (pg *formPage) scroll(by int) { pg.move(by) }

func (pg *formPage) move(by int) { pg.field = max(0, min(pg.field+by, len(formFields())-1)) }

// click moves the cursor to a field, and edits the one that it is on.
func (pg *formPage) click(_, y int) kit.Intent {
	switch i := pg.pieceAt(pg.marks, y); {
	case i < 0 || i >= len(pg.marks)-1 || y >= pg.room:
		return nil
	case i == pg.field:
		return pg.edit()
	default:
		pg.field = i
		return nil
	}
}

func (pg *formPage) hints() []key.Binding {
	r := pg.keys.Recreate
	return []key.Binding{r.Edit, kit.WithDesc(pg.keys.List.Down, "field"), r.Direction, r.NextStep}
}

func (pg *formPage) commands() []kit.Command {
	r := pg.keys.Recreate
	return []kit.Command{
		{Group: groupRecreate, Name: "Edit the field", Key: r.Edit, Run: pg.edit},
		{Group: groupRecreate, Name: "Turn direct internet the other way", Key: r.Direction, Run: pg.otherDirection},
	}
}

func (pg *formPage) view(width, height int) string {
	fields := formFields()
	pg.field = max(0, min(pg.field, len(fields)-1))
	lines := make([]string, 0, 2*len(fields))
	marks := make([]int, 0, len(fields))
	for i, f := range fields {
		marks = append(marks, len(lines))
		lines = append(lines, pg.fieldLines(f, i == pg.field, width)...)
	}
	marks = append(marks, len(lines))
	help := pg.help(fields[pg.field], width, height)
	foot := min(1, len(help))
	room := max(1, height-len(help)-foot)
	pg.marked(marks, pg.field, len(lines), room)
	pg.marks, pg.room = marks, room
	out := append(pg.scrolled(lines, width, room), help...)
	if foot > 0 {
		out = append(out, pg.state(width))
	}
	return strings.Join(out, "\n")
}

// formLabelWidth is the room for the names of fields.
func formLabelWidth(width int) int { return min(26, max(14, width*2/7)) }

func (pg *formPage) fieldLines(f recreate.FieldDef, at bool, width int) []string {
	ground, lead, label := theme.Plain, "  ", theme.Dim
	if at {
		ground, lead, label = theme.Cursor, pg.theme.Glyphs.Cursor+" ", theme.Strong
	}
	value, tone := pg.spec().Value(f.Create), theme.Normal
	if f.Create == fieldVPC {
		value, tone = pg.vpc(), theme.Dim
	}
	if f.Create == fieldData {
		value = pg.draft.way().words()
	}
	if f.Create == fieldPromises {
		value = strings.Join(pg.draft.promises(), ", ")
	}
	if value == "" {
		value, tone = "none", theme.Dim
	}
	left := []kit.Span{
		{Tone: theme.Accent, Text: lead},
		{Tone: label, Text: text.FitWith(f.Title, formLabelWidth(width), pg.theme.Glyphs.Ellipsis) + " "},
	}
	before, changed := pg.before(f.Create)
	if changed {
		tone = theme.Accent
	}
	left = append(left, kit.Span{Tone: tone, Text: value})
	if changed {
		if before == "" {
			before = "none"
		}
		left = append(left, kit.Span{Tone: theme.Dim, Text: "   was " + before, Drop: 1})
	}
	out := []string{kit.BarOn(pg.theme, ground, width, left, nil)}
	if why := pg.draft.invalid[f.Create]; why != "" {
		indent := strings.Repeat(" ", formLabelWidth(width)+3)
		out = append(out, kit.Hanging(pg.theme, kit.Span{Tone: theme.Bad, Text: indent + pg.theme.Glyphs.Failed + " "}, indent+"  ", theme.Bad, why, width)...)
	}
	return out
}

// before is the source's value of a field, and whether the new notebook has
// another one.
func (pg *formPage) before(create string) (string, bool) {
	carried := recreate.SpecFor(pg.source(), pg.draft.direction)
	carried.DirectInternet = pg.source().DirectInternet
	carried.Platform, carried.IMDSVersion, carried.Name = pg.source().Platform, pg.source().IMDSVersion, pg.source().Name
	before := carried.Value(create)
	return before, before != pg.spec().Value(create)
}

// help is what the field means, which stands below the form.
func (pg *formPage) help(f recreate.FieldDef, width, height int) []string {
	if height < lowPage {
		return nil
	}
	out := []string{kit.RuleLine(pg.theme, width)}
	lines := text.Wrap(f.Help, max(1, min(width-2, kit.ProseWidth)))
	if len(lines) > 2 {
		lines = lines[:2]
	}
	for _, l := range lines {
		out = append(out, kit.FitLine(" "+pg.theme.Render(theme.Normal, l), width))
	}
	return out
}

// state says whether preflight has seen the values, and how many fields there are below
// those on screen.
func (pg *formPage) state(width int) string {
	state := kit.Span{Tone: theme.Dim, Text: " preflight has checked these values"}
	switch {
	case len(pg.draft.invalid) > 0:
		state = kit.Span{Tone: theme.Bad, Text: fmt.Sprintf(" %s %s would be refused", pg.theme.Glyphs.Failed, kit.Count(len(pg.draft.invalid), "field"))}
	case !pg.draft.checked:
		state = kit.Span{Tone: theme.Warn, Text: " " + pg.theme.Glyphs.Warn + " preflight runs again when you leave the form"}
	}
	var more []kit.Span
	fields := pg.marks[:len(pg.marks)-1]
	if below := len(fields) - sort.SearchInts(fields, pg.top+pg.room); below > 0 {
		more = []kit.Span{{Tone: theme.Accent, Text: kit.Count(below, "field") + " below "}}
	}
	return kit.Bar(pg.theme, width, []kit.Span{state}, more)
}

// edit opens what changes the field under the cursor.
func (pg *formPage) edit() kit.Intent {
	if !pg.editable() || pg.draft.source == nil {
		return nil
	}
	f := formFields()[pg.field]
	switch {
	case f.Create == recreate.FieldDirect:
		return pg.otherDirection()
	case f.Create == fieldVPC:
		return pg.chooseVPC()
	case f.Create == fieldData:
		return pg.chooseData()
	case f.Create == fieldPromises:
		return pg.choosePromises()
	case typedField(f.Create):
		return pg.typeField(f)
	}
	return pg.chooseField(f)
}

// otherDirection turns direct internet access the other way.
func (pg *formPage) otherDirection() kit.Intent {
	pg.draft.turn()
	pg.changed()
	return nil
}

func (pg *formPage) typeField(f recreate.FieldDef) kit.Intent {
	var about kit.Document
	about.Say(theme.Normal, f.Help)
	refuses := func(s string) string {
		spec := pg.draft.spec
		if err := spec.Set(f.Create, s); err != nil {
			return err.Error()
		}
		return spec.Validate(pg.draft.source)[f.Create]
	}
	return kit.Show{Overlay: kit.NewPrompt(kit.Prompt{
		GateText: kit.GateText{Title: f.Title, About: about}, Keys: pg.keys.Typing, Accept: "take", Told: pg.draft.spec.Value(f.Create), Now: pg.ports.now,
		Refuses: refuses, Warns: refuses, Do: func(s string) kit.Intent { return pg.setField(f.Create, s) },
	})}
}

// setField puts a value into the form; what is refused is said.
func (pg *formPage) setField(create, value string) kit.Intent {
	pg.changed()
	if err := pg.draft.set(create, value); err != nil {
		return kit.Say{Tone: theme.Bad, Text: err.Error()}
	}
	return nil
}

func (pg *formPage) chooseField(f recreate.FieldDef) kit.Intent {
	most := mostOf(f.Create)
	var chosen []string
	if v := pg.draft.spec.Value(f.Create); v != "" {
		chosen = strings.Split(v, ", ")
	}
	c := newChooser(chooser{
		gate: pg.keys.Gate, most: most, chosen: chosen, now: pg.ports.now, frame: pg.ports.frame,
		none: pg.takesNone(f.Create), typed: func() kit.Intent { return pg.typeField(f) },
		do: func(values []string) kit.Intent { return pg.setField(f.Create, strings.Join(values, ", ")) },
	}, f.Title, pg.keys.Typing)
	if f.Create == recreate.FieldSubnet && pg.draft.vpc != "" {
		c.Set(pg.draft.vpc)
	}
	c.ask = func(id int) kit.Intent { return pg.draft.choices(c, f.Create, id) }
	return kit.Sequence{kit.Show{Overlay: c}, c.ask(0)}
}

// takesNone reports whether a field may be left empty.
func (pg *formPage) takesNone(create string) bool {
	spec := pg.draft.spec
	return spec.Set(create, "") == nil
}

// vpc is the VPC of the subnet, as far as it is known.
func (pg *formPage) vpc() string {
	d := pg.draft
	switch {
	case d.spec.SubnetID == "":
		return ""
	case d.checked && d.facts.Subnet.Known:
		return d.facts.Subnet.Value.VPCID
	case d.notebook != nil && d.notebook.SubnetID == d.spec.SubnetID:
		return d.notebook.VPCID
	}
	return "that of the subnet"
}

// chooseVPC chooses a VPC, and then one of its subnets.
func (pg *formPage) chooseVPC() kit.Intent {
	subnet, _ := recreate.FieldOf(recreate.FieldSubnet)
	c := newChooser(chooser{
		gate: pg.keys.Gate, most: 1, chosen: []string{pg.vpc()}, now: pg.ports.now, frame: pg.ports.frame,
		typed: func() kit.Intent { return pg.typeField(subnet) },
		do: func(values []string) kit.Intent {
			pg.draft.vpc = values[0]
			return pg.chooseField(subnet)
		},
	}, "VPC", pg.keys.Typing)
	c.ask = func(id int) kit.Intent { return pg.draft.choices(c, fieldVPC, id) }
	return kit.Sequence{kit.Show{Overlay: c}, c.ask(0)}
}
