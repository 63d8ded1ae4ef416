package ui

import (
	"fmt"
	"strings"

	"nbscope/model/recreate"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// The page of the form: a row for each field with its value and why AWS would
// refuse it. Free text is typed, everything else is chosen from what AWS has.

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
	return out
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

func (w *wizard) formView() string {
	width, height := w.pageWidth(), w.pageHeight()
	fields := formFields()
	w.field = max(0, min(w.field, len(fields)-1))
	help := w.formHelp(fields[w.field], width)
	room := max(1, height-len(help))
	lines := make([]string, 0, 2*len(fields))
	marks := make([]int, 0, len(fields))
	for i, f := range fields {
		marks = append(marks, len(lines))
		lines = append(lines, w.fieldLines(f, i == w.field, width)...)
	}
	w.marked(marks, w.field, len(lines), room)
	return strings.Join(append(w.scrolled(lines, room), help...), "\n")
}

// formLabelWidth is the room for the names of fields.
func formLabelWidth(width int) int { return min(26, max(14, width*2/7)) }

func (w *wizard) fieldLines(f recreate.FieldDef, at bool, width int) []string {
	ground, lead, label := theme.Plain, "  ", theme.Dim
	if at {
		ground, lead, label = theme.Cursor, w.theme.Glyphs.Cursor+" ", theme.Strong
	}
	value, tone := w.spec().Value(f.Create), theme.Normal
	if f.Create == fieldVPC {
		value, tone = w.vpc(), theme.Dim
	}
	if value == "" {
		value, tone = "none", theme.Dim
	}
	left := []span{
		{tone: theme.Accent, text: lead},
		{tone: label, text: text.FitWith(f.Title, formLabelWidth(width), w.theme.Glyphs.Ellipsis) + " "},
	}
	before, changed := w.before(f.Create)
	if changed {
		tone = theme.Accent
	}
	left = append(left, span{tone: tone, text: value})
	if changed {
		if before == "" {
			before = "none"
		}
		left = append(left, span{tone: theme.Dim, text: "   was " + before, drop: 1})
	}
	out := []string{barOn(w.theme, ground, width, left, nil)}
	if why := w.draft.invalid[f.Create]; why != "" {
		indent := strings.Repeat(" ", formLabelWidth(width)+3)
		out = append(out, hanging(w.theme, span{tone: theme.Bad, text: indent + w.theme.Glyphs.Failed + " "}, indent+"  ", theme.Bad, why, width)...)
	}
	return out
}

// before is the source's value of a field, and whether the new notebook has
// another one.
func (w *wizard) before(create string) (string, bool) {
	carried := recreate.SpecFor(w.source(), w.draft.direction)
	carried.DirectInternet = w.source().DirectInternet
	carried.Platform, carried.IMDSVersion, carried.Name = w.source().Platform, w.source().IMDSVersion, w.source().Name
	before := carried.Value(create)
	return before, before != w.spec().Value(create)
}

// formHelp is what stands below the form: what the field means, and whether
// preflight has seen the values.
func (w *wizard) formHelp(f recreate.FieldDef, width int) []string {
	if w.pageHeight() < lowPage {
		return nil
	}
	out := []string{ruleLine(w.theme, width)}
	lines := text.Wrap(f.Help, max(1, min(width-2, proseWidth)))
	if len(lines) > 2 {
		lines = lines[:2]
	}
	for _, l := range lines {
		out = append(out, fitBlock(" "+w.theme.Render(theme.Normal, l), width))
	}
	state := span{tone: theme.Dim, text: " preflight has seen these values"}
	switch {
	case len(w.draft.invalid) > 0:
		state = span{tone: theme.Bad, text: fmt.Sprintf(" %s %s would be refused", w.theme.Glyphs.Failed, count(len(w.draft.invalid), "field"))}
	case !w.draft.checked:
		state = span{tone: theme.Warn, text: " " + w.theme.Glyphs.Warn + " preflight is made again when you leave the form"}
	}
	return append(out, bar(w.theme, width, []span{state}, nil))
}

// edit opens what changes the field under the cursor.
func (w *wizard) edit() intent {
	if !w.editable() || w.draft.source == nil {
		return nil
	}
	f := formFields()[w.field]
	switch {
	case f.Create == recreate.FieldDirect:
		return w.otherDirection()
	case f.Create == fieldVPC:
		return w.chooseVPC()
	case typedField(f.Create):
		return w.typeField(f)
	}
	return w.chooseField(f)
}

// otherDirection turns direct internet access the other way.
func (w *wizard) otherDirection() intent {
	w.draft.turn()
	w.doc = paintedDoc{}
	return nil
}

func (w *wizard) typeField(f recreate.FieldDef) intent {
	var about document
	about.say(theme.Normal, f.Help)
	refuses := func(s string) string {
		spec := w.draft.spec
		if err := spec.Set(f.Create, s); err != nil {
			return err.Error()
		}
		return spec.Validate(w.draft.source)[f.Create]
	}
	return intentOverlay{newPrompt(prompt{
		keys: w.keys.Typing, title: f.Title, about: about, accept: "take", told: w.draft.spec.Value(f.Create), now: w.ports.now,
		refuses: refuses, warns: refuses, do: func(s string) intent { return w.setField(f.Create, s) },
	})}
}

// setField puts a value into the form; what is refused is said.
func (w *wizard) setField(create, value string) intent {
	w.doc = paintedDoc{}
	if err := w.draft.set(create, value); err != nil {
		return intentSay{theme.Bad, err.Error()}
	}
	return nil
}

func (w *wizard) chooseField(f recreate.FieldDef) intent {
	most := mostOf(f.Create)
	var chosen []string
	if v := w.draft.spec.Value(f.Create); v != "" {
		chosen = strings.Split(v, ", ")
	}
	c := newChooser(chooser{
		gate: w.keys.Gate, most: most, chosen: chosen, now: w.ports.now, frame: w.ports.frame,
		none: w.takesNone(f.Create), typed: func() intent { return w.typeField(f) },
		do: func(values []string) intent { return w.setField(f.Create, strings.Join(values, ", ")) },
	}, f.Title, w.keys.Typing)
	if f.Create == recreate.FieldSubnet && w.draft.vpc != "" {
		c.set(w.draft.vpc)
	}
	c.ask = func(id int) intent { return intentChoices{draft: w.draft, field: f.Create, chooser: c, id: id} }
	return intentAll{intentOverlay{c}, c.ask(0)}
}

// takesNone reports whether a field may be left empty.
func (w *wizard) takesNone(create string) bool {
	spec := w.draft.spec
	return spec.Set(create, "") == nil
}

// vpc is the VPC of the subnet, as far as it is known.
func (w *wizard) vpc() string {
	d := w.draft
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
func (w *wizard) chooseVPC() intent {
	subnet, _ := recreate.FieldOf(recreate.FieldSubnet)
	c := newChooser(chooser{
		gate: w.keys.Gate, most: 1, chosen: []string{w.vpc()}, now: w.ports.now, frame: w.ports.frame,
		typed: func() intent { return w.typeField(subnet) },
		do: func(values []string) intent {
			w.draft.vpc = values[0]
			return w.chooseField(subnet)
		},
	}, "VPC", w.keys.Typing)
	c.ask = func(id int) intent { return intentChoices{draft: w.draft, field: fieldVPC, chooser: c, id: id} }
	return intentAll{intentOverlay{c}, c.ask(0)}
}
