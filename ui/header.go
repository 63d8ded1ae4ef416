package ui

import (
	"fmt"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// headerLines and footerLines never change, so that nothing jumps.
const (
	headerLines = 2
	footerLines = 2
)

// drawing draws App and changes nothing.
type drawing struct{ *App }

// headerLine says who we are and how much of the world could be seen.
func (a drawing) headerLine() string {
	left := []kit.Span{{Tone: theme.Accent, Text: " nbscope", Drop: 1}}
	left = append(left, a.identitySpans()...)
	left = append(left, a.policySpans()...)
	left = append(left, a.writeSpan())
	if a.cfg.Demo {
		left = append(left, kit.Span{Tone: theme.Warn, Text: "   DEMO", Drop: 3})
	}
	return kit.Bar(a.theme, a.width, left, a.coverageSpans())
}

// identitySpans names the account that the page is about, else the first, and how many
// more there are.
func (a drawing) identitySpans() []kit.Span {
	ids := a.world.Identities
	if len(ids) == 0 {
		if a.world.Scan.Running {
			return nil // the right side says that this is awaited
		}
		return []kit.Span{{Tone: theme.Dim, Text: "   not signed in", Drop: 4}}
	}
	id := ids[0]
	if s, ok := a.Front().(kit.OfAccount); ok {
		if of := a.world.Identity(s.Account()); of.Account != "" {
			id = of
		}
	}
	look := a.world.AccountLook(id.Account, theme.Strong)
	out := []kit.Span{{Tone: look.Tone, Text: "   " + id.Label()}}
	if look.Sign != "" {
		out = append(out, kit.Span{Tone: look.Tone, Text: " [" + look.Sign + "]"})
	}
	if id.Alias != "" {
		out = append(out, kit.Span{Tone: theme.Dim, Text: " " + id.Account, Drop: 9})
	}
	if len(ids) > 1 {
		out = append(out, kit.Span{Tone: theme.Dim, Text: fmt.Sprintf(" +%d", len(ids)-1), Drop: 2})
	}
	return out
}

// coverageSpans is the right side: progress, targets, notebooks, what is missing.
func (a drawing) coverageSpans() []kit.Span {
	w, g := a.world, a.theme.Glyphs
	c := w.Coverage
	var out []kit.Span
	if w.Scan.Running && !w.Scan.Quiet() {
		out = append(out, kit.Span{Tone: theme.Busy, Text: kit.Spinner(a.theme, w.Scan.Frame) + " "})
	}
	out = append(out, a.targetSpans(c)...)
	out = append(out,
		kit.Span{Tone: theme.Dim, Text: " " + g.Bullet + " ", Drop: 1},
		kit.Span{Tone: theme.Normal, Text: fmt.Sprintf("%*d", a.countWidth, len(w.Rows)), Drop: 1},
		kit.Span{Tone: theme.Dim, Text: " notebooks", Drop: 5},
	)
	stopped := w.Canceled()
	if stopped > 0 {
		out = append(out, kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("  %s %d", g.Warn, stopped)}, kit.Span{Tone: theme.Warn, Text: " stopped", Drop: 6})
	}
	if c.Believed > 0 {
		out = append(out, kit.Span{Tone: theme.Unknown, Text: fmt.Sprintf("  %s %d", g.Unknown, c.Believed), Drop: 3}, kit.Span{Tone: theme.Unknown, Text: " believed empty", Drop: 6})
	}
	forbidden := w.Forbidden()
	if forbidden > 0 {
		out = append(out, kit.Span{Tone: theme.Dim, Text: fmt.Sprintf("  %d forbidden", forbidden), Drop: 4})
	}
	if n := c.Failed - stopped - forbidden + c.Problems; n > 0 {
		out = append(out, kit.Span{Tone: theme.Bad, Text: fmt.Sprintf("  %s %d", g.Failed, n)}, kit.Span{Tone: theme.Bad, Text: " failed", Drop: 6})
	}
	if c.Unseen > 0 {
		out = append(out, kit.Span{Tone: theme.Unknown, Text: fmt.Sprintf("  %s %d", g.Unknown, c.Unseen)}, kit.Span{Tone: theme.Unknown, Text: " not known", Drop: 6})
	}
	if a.stale == nil {
		a.stale = stalenessOf(w)
	}
	if s := a.stale; s.count > 0 {
		out = append(out, kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("  %d stale", s.count), Drop: 4}, kit.Span{Tone: theme.Warn, Text: ", " + model.Age(w.Now.Sub(s.since)) + " ago", Drop: 6})
	}
	return append(append(out, a.waits.spans(a.runs.Waiting(), g.Run, a.keys.Global.Waiting.Help().Key)...), kit.Span{Text: " "})
}

// targetSpans is how many targets are done with, and since when the rest is awaited.
func (a drawing) targetSpans(c model.Coverage) []kit.Span {
	since := kit.Span{}
	if a.scans.scanStoppable() && a.world.Now.Sub(a.world.Scan.Began) >= 2*time.Second {
		since = kit.Span{Tone: theme.Dim, Text: " for " + a.world.Waited(), Drop: 9}
	}
	switch {
	case c.Targets > 0:
		width := len(fmt.Sprint(c.Targets))
		return []kit.Span{
			{Tone: a.coverageTone(c), Text: fmt.Sprintf("%*d/%d", width, c.Answered+a.failedWhileScanning(c), c.Targets)},
			{Tone: theme.Dim, Text: " targets", Drop: 5}, since,
		}
	case a.scans.scanStoppable():
		return []kit.Span{{Tone: theme.Dim, Text: "signing in"}, since}
	}
	return []kit.Span{{Tone: theme.Dim, Text: "no targets"}}
}

// coverageTone warns where a scan is over and not everything was seen; what it was
// stands beside.
func (a drawing) coverageTone(c model.Coverage) theme.Tone {
	if a.world.Scan.Running || a.world.Scan.Ended.IsZero() || c.Complete() {
		return theme.Normal
	}
	return theme.Warn
}

// failedWhileScanning counts targets that are done with, so that progress reaches
// the end; once the scan is over only those that answered count.
func (a drawing) failedWhileScanning(c model.Coverage) int {
	if a.scans.scanStoppable() {
		return c.Failed
	}
	return 0
}

// staleness is how many notebooks are shown as they were in an earlier session, or were
// not found by the last scan, and when the oldest was seen.
type staleness struct {
	count int
	since time.Time
}

func stalenessOf(w *kit.World) *staleness {
	var out staleness
	for _, n := range w.Rows {
		if w.Faded(n) && !n.Indexed {
			out.count++
			if out.since.IsZero() || n.SeenAt.Before(out.since) {
				out.since = n.SeenAt
			}
		}
	}
	return &out
}

// headline is the second line, and the cell of the cursor in it.
func (a drawing) headline() (string, int) {
	left, right, cursor := a.Front().Headline(a.width)
	return kit.Bar(a.theme, a.width, left, right), min(cursor, a.width-1)
}

// writeSpan says whether this session may change something: in the account that
// the page is about, or anywhere.
func (a drawing) writeSpan() kit.Span {
	locked, open := kit.Span{Tone: theme.Dim, Text: "   read-only", Drop: 3}, kit.Span{Tone: theme.Warn, Text: "   write"}
	if s, ok := a.Front().(kit.OfAccount); ok {
		if a.runs.Writable(s.Account()) {
			return open
		}
		return kit.Span{Tone: theme.Dim, Text: "   read-only"}
	}
	n := 0
	for _, id := range a.world.Identities {
		if a.runs.Writable(id.Account) {
			n++
		}
	}
	switch {
	case n == 0:
		return locked
	case n == len(a.world.Identities):
		return open
	}
	return kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("   write in %d of %d", n, len(a.world.Identities))}
}

// policySpans name the policy in the header.
func (a drawing) policySpans() []kit.Span {
	p := a.world.DefaultPolicy()
	out := []kit.Span{{Text: "  "}, {Tone: theme.Dim, Text: " policy", Drop: 6}, {Tone: theme.Normal, Text: " " + string(p)}}
	if len(a.world.Policy.Overrides) > 0 {
		out = append(out, kit.Span{Tone: theme.Dim, Text: " and " + kit.Count(len(a.world.Policy.Overrides), "override"), Drop: 10})
	}
	return out
}
