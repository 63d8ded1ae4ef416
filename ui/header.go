package ui

import (
	"fmt"
	"time"

	"nbscope/model"
	"nbscope/ui/theme"
)

// headerLines and footerLines never change, so that nothing jumps.
const (
	headerLines = 2
	footerLines = 2
)

// headerLine says who we are and how much of the world could be seen.
func (a *App) headerLine() string {
	left := []span{{tone: theme.Accent, text: " nbscope", drop: 1}}
	left = append(left, a.identitySpans()...)
	left = append(left, a.policySpans()...)
	left = append(left, a.writeSpan())
	if a.cfg.Demo {
		left = append(left, span{tone: theme.Warn, text: "   DEMO", drop: 3})
	}
	return bar(a.theme, a.width, left, a.coverageSpans())
}

// identitySpans names the account, and how many more there are.
func (a *App) identitySpans() []span {
	ids := a.world.identities
	if len(ids) == 0 {
		if a.world.scan.running {
			return nil // the right side says that this is awaited
		}
		return []span{{tone: theme.Dim, text: "   not signed in", drop: 4}}
	}
	out := []span{{tone: theme.Strong, text: "   " + ids[0].Label()}}
	if ids[0].Alias != "" {
		out = append(out, span{tone: theme.Dim, text: " " + ids[0].Account, drop: 9})
	}
	if len(ids) > 1 {
		out = append(out, span{tone: theme.Dim, text: fmt.Sprintf(" +%d", len(ids)-1), drop: 2})
	}
	return out
}

// coverageSpans is the right side: progress, targets, notebooks, what is missing.
func (a *App) coverageSpans() []span {
	w, g := a.world, a.theme.Glyphs
	c := w.coverage
	var out []span
	if w.scan.running && !w.scan.quiet() {
		out = append(out, span{tone: theme.Busy, text: spinner(a.theme, w.scan.frame) + " "})
	}
	out = append(out, a.targetSpans(c)...)
	out = append(out,
		span{tone: theme.Dim, text: " " + g.Bullet + " ", drop: 1},
		span{tone: theme.Normal, text: fmt.Sprintf("%*d", a.countWidth, len(w.rows)), drop: 1},
		span{tone: theme.Dim, text: " notebooks", drop: 5},
	)
	stopped := w.canceled()
	if stopped > 0 {
		out = append(out, span{tone: theme.Warn, text: fmt.Sprintf("  %s %d", g.Warn, stopped)}, span{tone: theme.Warn, text: " stopped", drop: 6})
	}
	if n := c.Failed - stopped + c.Problems; n > 0 {
		out = append(out, span{tone: theme.Bad, text: fmt.Sprintf("  %s %d", g.Failed, n)}, span{tone: theme.Bad, text: " failed", drop: 6})
	}
	if c.Unseen > 0 {
		out = append(out, span{tone: theme.Warn, text: fmt.Sprintf("  %s %d", g.Warn, c.Unseen)}, span{tone: theme.Warn, text: " unseen", drop: 6})
	}
	if n, age := a.stale(); n > 0 {
		out = append(out, span{tone: theme.Warn, text: fmt.Sprintf("  %d stale", n), drop: 4}, span{tone: theme.Warn, text: ", " + age + " ago", drop: 6})
	}
	return append(append(out, a.waitingSpans()...), span{text: " "})
}

// targetSpans is how many targets are done with, and since when the rest is awaited.
func (a *App) targetSpans(c model.Coverage) []span {
	since := span{}
	if a.scanStoppable() && a.world.now.Sub(a.world.scan.began) >= 2*time.Second {
		since = span{tone: theme.Dim, text: " for " + a.world.waited(), drop: 9}
	}
	switch {
	case c.Targets > 0:
		width := len(fmt.Sprint(c.Targets))
		return []span{
			{tone: a.coverageTone(c), text: fmt.Sprintf("%*d/%d", width, c.Answered+a.failedWhileScanning(c), c.Targets)},
			{tone: theme.Dim, text: " targets", drop: 5}, since,
		}
	case a.scanStoppable():
		return []span{{tone: theme.Dim, text: "signing in"}, since}
	}
	return []span{{tone: theme.Dim, text: "no targets"}}
}

// coverageTone warns where a scan is over and not everything was seen; what it was
// stands beside.
func (a *App) coverageTone(c model.Coverage) theme.Tone {
	if a.world.scan.running || a.world.scan.ended.IsZero() || c.Complete() {
		return theme.Normal
	}
	return theme.Warn
}

// failedWhileScanning counts targets that are done with, so that progress reaches
// the end; once the scan is over only those that answered count.
func (a *App) failedWhileScanning(c model.Coverage) int {
	if a.scanStoppable() {
		return c.Failed
	}
	return 0
}

// stale is the number of notebooks shown as they were in an earlier session, or
// not found by the last scan, and the age of the oldest.
func (a *App) stale() (int, string) {
	if !a.staleKnown {
		a.staleKnown, a.staleCount, a.staleSince = true, 0, time.Time{}
		for _, n := range a.world.rows {
			if a.world.faded(n) {
				a.staleCount++
				if a.staleSince.IsZero() || n.SeenAt.Before(a.staleSince) {
					a.staleSince = n.SeenAt
				}
			}
		}
	}
	if a.staleCount == 0 {
		return 0, ""
	}
	return a.staleCount, model.Age(a.world.now.Sub(a.staleSince))
}

// headline is the second line, and the cell of the cursor in it.
func (a *App) headline() (string, int) {
	left, right, cursor := a.screen().headline(a.width)
	return bar(a.theme, a.width, left, right), min(cursor, a.width-1)
}
