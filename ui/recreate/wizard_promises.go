package recreate

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What a plan promises of the replacement, as a row of the form, and what came of it.

// fieldPromises is a row of the form that is no member of Create.
const fieldPromises = "Promises"

func promisesField() recreate.FieldDef {
	return recreate.FieldDef{
		Create: fieldPromises, Title: "Has to reach", Form: true,
		Help: "Tried from inside the new notebook before anything is copied to it; where it is not so, the run waits for you. It makes a URL that signs in there.",
	}
}

// promises are those of a draft: what was chosen, or what its policy promises.
func (d *draft) promises() []string {
	if d.promised != nil {
		return *d.promised
	}
	return recreate.PromisesBy(d.policy, &d.spec)
}

// promise has the plan promise something else. Nothing that preflight has seen depends
// on it.
func (d *draft) promise(all []string) {
	d.promised = &all
	if d.plan != nil {
		d.plan.Promises = all
	}
}

// dress gives a plan what is chosen here, beside its spec.
func (d *draft) dress(p *recreate.Plan) {
	p.Policy, p.Keep, p.Promises = d.policy, d.ports.keep, d.promises()
	d.way().dress(p)
}

func (pg *formPage) choosePromises() kit.Intent {
	d := pg.draft
	all := recreate.Promises(pg.ports.own)
	choices := make([]recreate.Choice, len(all))
	for i, name := range all {
		choices[i] = recreate.Choice{Value: name, Note: strings.Join(model.Hosts(name), ", ")}
		if name == recreate.PromiseClosed {
			choices[i].Note = "nothing on the internet answers but through the VPC"
		}
	}
	c := newChooser(chooser{
		gate: pg.keys.Gate, most: len(all), chosen: slices.Clone(d.promises()), now: pg.ports.now, frame: pg.ports.frame, none: true,
		do: func(values []string) kit.Intent {
			d.promise(slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !slices.Contains(values, name) }))
			pg.changed()
			return nil
		},
	}, "The new notebook has to reach", pg.keys.Typing)
	c.took(0, choices, nil)
	return kit.Show{Overlay: c}
}

// sayUnkept says what the replacement was promised to reach, and does not.
func (rs runStatus) sayUnkept(doc *kit.Document) {
	r, g := &rs.live.Run, rs.theme.Glyphs
	doc.Say(theme.Warn, g.Warn+" "+r.Plan.Spec.Name+" does not keep what the plan promised, so nothing is copied to it yet.")
	for _, name := range r.Plan.Promises {
		broken := slices.IndexFunc(r.Reach.Broken, func(b recreate.Broken) bool { return b.Promise == name })
		switch {
		case broken >= 0 && r.Reach.Broken[broken].Unknown:
			doc.Toned(name, theme.Unknown, g.Unknown+" "+r.Reach.Broken[broken].Why)
		case broken >= 0:
			doc.Toned(name, theme.Bad, g.Failed+" "+r.Reach.Broken[broken].Why)
		case name == recreate.PromiseClosed:
			doc.Toned(name, theme.Good, g.Ok+" nothing answers but through the VPC")
		default:
			t, _ := r.Reach.Probe.Of(name)
			doc.Toned(name, theme.Good, g.Ok+" "+t.Detail)
		}
	}
	if p := r.Reach.Probe.Proxy; p != "" {
		doc.Say(theme.Warn, g.Warn+" Its environment names a proxy, "+p+": nothing was tried through it.")
	}
	doc.Say(theme.Normal, "Mend the network and try again, go on in spite of it, or roll back.")
}
