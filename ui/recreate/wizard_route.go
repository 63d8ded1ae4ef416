package recreate

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// The way that the data takes: as a row of the form, and of a run.

// route is how data goes.
type route struct {
	by     recreate.Transport
	bucket string // of S3
	made   bool   // it is made where there is none of that name
}

// words are a route for a row.
func (r route) words() string {
	switch {
	case r.by == recreate.TransportS3 && r.made:
		return "S3, bucket " + r.bucket + ", to be made"
	case r.by == recreate.TransportS3:
		return "S3, bucket " + r.bucket
	}
	return recreate.WayOf(r.by).Title
}

// router chooses a route.
type router struct {
	keys  kit.KeyMap
	now   func() time.Time
	frame func() int
	can   []recreate.Transport
	aws   Recreator
	at    route // that is taken now
	do    func(route) kit.Intent

	source recreate.Snapshot // whose data it is
	spec   recreate.Spec
}

// choose chooses among the transports, and a bucket where one is needed.
func (g *router) choose() kit.Intent {
	ways := recreate.Ways()
	choices := make([]recreate.Choice, len(ways))
	for i, w := range ways {
		choices[i] = recreate.Choice{Value: string(w.Transport), Label: w.Title, Note: w.Needs}
		if w.Transport.Moves() && !slices.Contains(g.can, w.Transport) {
			choices[i].Bad = "not available in this session"
		}
	}
	c := newChooser(chooser{
		gate: g.keys.Gate, most: 1, chosen: []string{string(g.at.by)}, now: g.now, frame: g.frame,
		do: func(values []string) kit.Intent {
			t := recreate.Transport(values[0])
			switch {
			case t.Moves() && !slices.Contains(g.can, t):
				return kit.Say{Tone: theme.Warn, Text: "not available in this session"}
			case t == recreate.TransportS3:
				return g.chooseBucket()
			}
			return g.do(route{by: t})
		},
	}, "The data goes", g.keys.Typing)
	c.took(0, choices, nil)
	return kit.Show{Overlay: c}
}

// chooseBucket chooses among the buckets that there are in the notebooks' region. One that
// may not be listed can be typed.
func (g *router) chooseBucket() kit.Intent {
	c := newChooser(chooser{
		gate: g.keys.Gate, most: 1, chosen: []string{g.at.bucket}, now: g.now, frame: g.frame, typed: g.typeBucket,
		do: func(values []string) kit.Intent {
			name, made := recreate.ReadBucketChoice(values[0])
			if why := recreate.BadBucket(name); why != "" {
				return kit.Say{Tone: theme.Warn, Text: why}
			}
			return g.do(route{recreate.TransportS3, name, made})
		},
	}, "Through the bucket", g.keys.Typing)
	c.ask = func(id int) kit.Intent {
		return kit.Job("recreate", func(ctx context.Context) kit.Intent {
			found, err := g.aws.Choices(ctx, g.source, g.spec, recreate.FieldBucket)
			return kit.Func(func(kit.Host) tea.Cmd { c.took(id, found, kit.ProblemOf(err)); return nil })
		})
	}
	return kit.Sequence{kit.Show{Overlay: c}, c.ask(0)}
}

func (g *router) typeBucket() kit.Intent {
	var about kit.Document
	about.Say(theme.Normal, "It must be in the notebooks' account and region, and yours to list, to put objects into, to get and to delete them. Nothing is left in it.")
	return kit.Show{Overlay: kit.NewPrompt(kit.Prompt{
		GateText: kit.GateText{Title: "The bucket's name", About: about}, Keys: g.keys.Typing, Accept: "take", Now: g.now,
		Refuses: func(s string) string { return recreate.BadBucket(strings.TrimSpace(s)) },
		Do:      func(s string) kit.Intent { return g.do(route{by: recreate.TransportS3, bucket: strings.TrimSpace(s)}) },
	})}
}

// chooseWay chooses another way for the data of a run.
func (g gates) chooseWay(r *liveRun) kit.Intent {
	p := &r.Run.Plan
	way := router{
		keys: g.keys, now: g.cfg.Now, frame: func() int { return 0 }, can: g.cfg.Transports, aws: g.cfg.Recreator,
		source: p.Source, spec: p.Spec, at: route{p.Transport, p.Bucket, p.MakeBucket},
		do: func(to route) kit.Intent {
			about := g.subject(&r.Run, nil)
			if about.Transport = to.by; to.made {
				about.MakeBucket = to.bucket
			}
			st := recreate.StakesOf(recreate.EventRerouted, []recreate.Subject{about}, g.cfg.Now())
			return g.approve(&st, false, intentDecide{run: r, event: recreate.Event{Kind: recreate.EventRerouted, Transport: to.by, Bucket: to.bucket, MakeBucket: to.made}})
		},
	}
	return way.choose()
}

// The row of the form for the data, which is no member of Create.
const fieldData = "Transport"

// dataField is how the data goes, as a row of the form.
func dataField() recreate.FieldDef {
	return recreate.FieldDef{
		Create: fieldData, Title: "Data", Form: true,
		Help: "How the data gets to the new notebook: by relay through this machine, through S3, or by your own hand. Only the first two are compared by nbscope.",
	}
}

func (pg *formPage) chooseData() kit.Intent {
	d := pg.draft
	way := router{
		keys: pg.keys, now: pg.ports.now, frame: pg.ports.frame, can: pg.ports.can, aws: pg.ports.aws, source: *d.source, spec: d.spec, at: d.way(),
		do: func(to route) kit.Intent {
			d.goBy(to)
			pg.changed()
			return nil
		},
	}
	return way.choose()
}

// way is how the data of a draft goes: as chosen, else as is recommended for what this
// session can carry out.
func (d *draft) way() route {
	switch {
	case d.route.by != "":
		return d.route
	case d.source == nil:
		return route{by: recreate.TransportManual}
	}
	t, _ := recreate.Recommend(d.source, d.egress(), "", d.ports.can, d.survey)
	return route{by: t}
}

// goBy has the data go another way. Of what preflight has seen only what is said of the
// data depends on it.
func (d *draft) goBy(to route) {
	d.route = to
	d.rejudge()
}

// rejudge makes the checks anew from what is known, where there is a plan.
func (d *draft) rejudge() {
	if d.plan == nil {
		return
	}
	d.dress(d.plan)
	d.facts.Survey = d.inside()
	d.judge()
}

// dress has a plan take the route.
func (r route) dress(p *recreate.Plan) { p.Transport, p.Bucket, p.MakeBucket = r.by, r.bucket, r.made }

// sayWays says what each way of the data needs, costs and leaves behind, with the one
// of the plan first.
func sayWays(doc *kit.Document, p *recreate.Plan) {
	ways := recreate.Ways()
	if i := slices.IndexFunc(ways, func(w recreate.Way) bool { return w.Transport == p.Transport }); i > 0 {
		ways = slices.Insert(slices.Delete(slices.Clone(ways), i, i+1), 0, ways[i])
	}
	for i, w := range ways {
		title := "Or: " + w.Title
		if i == 0 {
			title = "The data goes " + w.Transport.By()
		}
		doc.Heading(title)
		doc.Value("Needs", w.Needs)
		doc.Value("Costs", w.Costs)
		doc.Value("Leaves", w.Leaves)
	}
}
