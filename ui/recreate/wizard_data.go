package recreate

import (
	"fmt"
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
		doc.Toned("Progress", theme.Busy, rs.theme.Glyphs.Bar(full, barWidth, barWidth)+fmt.Sprintf(" %d%%", 100*done/total))
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
		doc.Say(theme.Normal, "Nothing was equal, so nothing proves a copy.")
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
		GateText: kit.GateText{Title: title, About: about}, Keys: g.keys.Typing, Accept: accept, Now: g.cfg.Now, Refuses: refuses, Do: do,
	})}
}

// dataCommands are about the data of a run.
func (pg *runPage) dataCommands() []kit.Command {
	r, k := pg.live, pg.keys.Runs
	differ := r.Run.Phase == recreate.PhaseDiffer && r.Run.Verified != nil
	return []kit.Command{
		{
			Group: groupRun, Name: "Compare by the two digests that the notebooks have printed", Key: kit.EnabledIf(k.Paste, r.Can(recreate.EventAttested)),
			Run: func() kit.Intent { return pg.ports.gates.paste(r) },
		},
		{Group: groupRun, Name: "Save the differences", Key: kit.EnabledIf(k.Differences, differ), Run: func() kit.Intent { return pg.ports.gates.saveDifferences(r) }},
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
