package recreate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// The data of a run on its page: how far it has come, what differs, and the way that
// it takes.

// barWidth is the room for the bar of a copy, in cells.
const barWidth = 28

// sayMoving says how far a copy, or a comparison, has come, and what bounds it.
func (rs runStatus) sayMoving(doc *kit.Document, m *recreate.Moving) {
	if m == nil {
		doc.Say(theme.Dim, "You may leave this page, or the program: it goes on in the notebooks, and is taken up again.")
		return
	}
	done, total := m.Bytes, m.BytesTotal
	if total == 0 {
		done, total = m.Files, m.FilesTotal
	}
	if total > 0 {
		full := int(min(1, float64(done)/float64(total)) * barWidth)
		fill, empty := "█", "░"
		if rs.theme.Glyphs.Ellipsis == "..." { // ASCII
			fill, empty = "#", "."
		}
		doc.Toned("Progress", theme.Busy, strings.Repeat(fill, full)+strings.Repeat(empty, barWidth-full)+fmt.Sprintf(" %d%%", 100*done/total))
	}
	doc.Value("Now", m.Says())
	for _, s := range m.Remarks {
		doc.Toned("", theme.Warn, s)
	}
	doc.Say(theme.Dim, "You may leave this page, or the program: it goes on in the notebooks, and is taken up again.")
}

// sayDiffer says what was compared and is not equal.
func (rs runStatus) sayDiffer(doc *kit.Document) {
	r, g := &rs.live.Run, rs.theme.Glyphs
	v := r.Verified
	doc.Say(theme.Warn, g.Warn+" The copy is not proven: "+v.Counts()+".")
	sayCompared(doc, v)
	switch {
	case v.Equal == 0:
		doc.Say(theme.Normal, "Nothing was equal, so that there is nothing to prove a copy by.")
	case v.Open() > 0:
		doc.Say(theme.Normal, "Copy again what differs, or accept each difference by its name: what the source alone has is gone once it is deleted.")
	}
	open := r.OpenDifferences()
	if len(open) == 0 {
		return
	}
	doc.Heading(fmt.Sprintf("Not equal, %s open", recreate.Number(v.Open())))
	const most = 12
	for _, d := range open[:min(most, len(open))] {
		doc.Say(theme.Normal, "  "+text.Clean(d.Path)+"  "+d.Says)
	}
	if left := v.Open() - int64(min(most, len(open))); left > 0 {
		doc.Say(theme.Dim, fmt.Sprintf("and %s more: %s lists them, %s writes them to a file", recreate.Number(left), rs.keys().Accept.Help().Key, rs.keys().Differences.Help().Key))
	}
}

func (rs runStatus) keys() kit.RunKeys { return kit.DefaultKeyMap().Runs }

// sayCompared says what was compared, and how: the digests are equal exactly where all is.
func sayCompared(doc *kit.Document, v *recreate.Verified) {
	for _, t := range []struct {
		label string
		tree  recreate.Tree
	}{{"Source", v.Source}, {"Replacement", v.Replacement}} {
		size := ""
		if t.tree.Bytes > 0 {
			size = ", " + recreate.Size(t.tree.Bytes)
		}
		doc.Value(t.label, fmt.Sprintf("%s files%s, digest %s", recreate.Number(t.tree.Files), size, t.tree.Digest))
	}
	doc.Value("Compared", v.At.UTC().Format(kit.TimeLayout))
	if v.LeftOut > 0 {
		doc.Value("Left out", recreate.Number(v.LeftOut)+" by a rule")
	}
}

// sayProven says why the copy may be relied upon.
func sayProven(doc *kit.Document, p *recreate.Proof, now time.Time) {
	for _, f := range p.Facts(now) {
		doc.Value(f.Label, f.Value)
	}
}

// chooseWay chooses another way for the data of a run.
func (g gates) chooseWay(r *liveRun) kit.Intent {
	return chooseTransport(g.keys, g.now, r.Run.Plan.Transport, g.runs.cfg.Transports, func(t recreate.Transport, bucket string) kit.Intent {
		about := g.subject(&r.Run, nil)
		about.Transport = t
		st := recreate.StakesOf(recreate.EventRerouted, []recreate.Subject{about}, g.now())
		return g.approve(&st, false, intentDecide{run: r, event: recreate.Event{Kind: recreate.EventRerouted, Transport: t, Bucket: bucket}})
	})
}

// chooseTransport chooses among the transports, and asks for the bucket where one is
// needed.
func chooseTransport(keys kit.KeyMap, now func() time.Time, at recreate.Transport, can []recreate.Transport, do func(recreate.Transport, string) kit.Intent) kit.Intent {
	ways := recreate.Ways()
	choices := make([]recreate.Choice, len(ways))
	for i, w := range ways {
		choices[i] = recreate.Choice{Value: string(w.Transport), Label: w.Title, Note: w.Needs}
		if w.Transport.Moves() && !slices.Contains(can, w.Transport) {
			choices[i].Bad = "not available in this session"
		}
	}
	c := newChooser(chooser{
		gate: keys.Gate, most: 1, chosen: []string{string(at)}, now: now, frame: func() int { return 0 },
		do: func(values []string) kit.Intent {
			t := recreate.Transport(values[0])
			switch {
			case t.Moves() && !slices.Contains(can, t):
				return kit.Say{Tone: theme.Warn, Text: "not available in this session"}
			case t == recreate.TransportS3:
				return askBucket(keys, now, func(bucket string) kit.Intent { return do(t, bucket) })
			}
			return do(t, "")
		},
	}, "The data goes", keys.Typing)
	c.took(0, choices, nil)
	return kit.Show{Overlay: c}
}

func askBucket(keys kit.KeyMap, now func() time.Time, do func(string) kit.Intent) kit.Intent {
	var about kit.Document
	about.Say(theme.Normal, "It must be in the notebooks' region, and yours to put objects into, to get and to delete them. Nothing is left in it.")
	return kit.Show{Overlay: kit.NewPrompt(kit.Prompt{
		GateText: kit.GateText{Title: "The bucket's name", About: about}, Keys: keys.Typing, Accept: "take", Now: now,
		Refuses: func(s string) string {
			return recreate.BadBucket(strings.TrimSpace(s))
		},
		Do: func(s string) kit.Intent { return do(strings.TrimSpace(s)) },
	})}
}

// paste takes the two lines that both notebooks have printed of a copy by hand. What
// differs is said, and nothing is decided then.
func (g gates) paste(r *liveRun) kit.Intent {
	return g.askLine("The last line that the source has printed", "take", lineFault, func(one string) kit.Intent {
		refuses := func(other string) string {
			h, err := r.Run.Plan.CompareProofs(one, other)
			switch {
			case err != nil:
				return err.Error()
			case h.Unread > 0:
				return recreate.Number(h.Unread) + " names of the source could not be read: then your word is needed for the rest, by the other key"
			}
			return ""
		}
		return g.askLine("The last line that the replacement has printed", "compare", refuses, func(other string) kit.Intent {
			return intentDecide{run: r, event: recreate.Event{Kind: recreate.EventAttested, Step: recreate.StepCopy, Pasted: []string{one, other}}}
		})
	})
}

func lineFault(s string) string {
	if _, err := recreate.ReadHandProof(s); err != nil {
		return err.Error()
	}
	return ""
}

func (g gates) askLine(title, accept string, refuses func(string) string, do func(string) kit.Intent) kit.Intent {
	var about kit.Document
	about.Say(theme.Normal, "It begins with nbscope-proof. Paste it as it stands; it holds no secret.")
	return kit.Show{Overlay: kit.NewPrompt(kit.Prompt{
		GateText: kit.GateText{Title: title, About: about}, Keys: g.keys.Typing, Accept: accept, Now: g.now, Refuses: refuses, Do: do,
	})}
}

// dataCommands are about the data of a run.
func (pg *runPage) dataCommands() []kit.Command {
	r, k := pg.live, pg.keys.Runs
	differ := r.Run.Phase == recreate.PhaseDiffer && r.Run.Verified != nil
	return []kit.Command{
		{
			Group: groupRun, Name: "Compare by the two digests that the notebooks have printed", Key: kit.EnabledIf(k.Paste, r.Can(recreate.EventAttested)),
			Run: func() kit.Intent { return pg.gates().paste(r) },
		},
		{Group: groupRun, Name: "Save the differences", Key: kit.EnabledIf(k.Differences, differ), Run: func() kit.Intent { return pg.gates().saveDifferences(r) }},
	}
}

// dataHints are its keys.
func (pg *runPage) dataHints() []key.Binding {
	var out []key.Binding
	for _, c := range pg.dataCommands() {
		if c.Key.Enabled() {
			out = append(out, c.Key)
		}
	}
	return out
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
	return chooseTransport(pg.keys, pg.ports.now, d.way(), pg.ports.can, func(t recreate.Transport, bucket string) kit.Intent {
		d.goBy(t, bucket)
		pg.changed()
		return nil
	})
}

// dataWords is how the data goes, for a row.
func dataWords(t recreate.Transport, bucket string) string {
	if t == recreate.TransportS3 {
		return "S3, bucket " + bucket
	}
	return recreate.WayOf(t).Title
}

// way is how the data of a draft goes: as chosen, else as is recommended for what this
// session can carry out.
func (d *draft) way() recreate.Transport {
	switch {
	case d.transport != "":
		return d.transport
	case d.source == nil:
		return recreate.TransportManual
	}
	t, _ := recreate.Recommend(d.source, d.egress(), "", d.ports.can, d.survey)
	return t
}

// goBy has the data go another way. Of what preflight has seen only what is said of the
// data depends on it.
func (d *draft) goBy(t recreate.Transport, bucket string) {
	d.transport, d.bucket = t, bucket
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
