package recreate

import (
	"fmt"
	"strings"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// The copy by hand, as the page of the run shows it.

// sayCopy lists the steps of a copy by hand, with the commands of each side.
func (pg *runPage) sayCopy(doc *kit.Document) {
	p := &pg.live.Run.Plan
	j := pg.keys.Runs
	doc.Heading("The copy, by hand")
	doc.Say(theme.Dim, fmt.Sprintf("%s and %s copy a URL that signs in to either notebook's Jupyter; %s copies all of the commands, %s saves them.",
		j.SignInSource.Help().Key, j.SignInReplacement.Help().Key, pg.keys.Recreate.Copy.Help().Key, pg.keys.Recreate.Save.Help().Key))
	for i, s := range recreate.ManualCopy(p) {
		doc.Heading(fmt.Sprintf("%d  %s  (%s)", i+1, s.Title, pg.placeWords(s.Where)))
		if s.About != "" {
			doc.Say(theme.Normal, s.About)
		}
		for _, c := range s.Commands {
			doc.Drawn(func(width int) []string { return kit.DrawCommand(pg.theme, c, width) })
		}
	}
}

func (pg *runPage) placeWords(p recreate.Place) string {
	switch p {
	case recreate.AtSource:
		return "a terminal of " + pg.live.Run.Plan.Source.Name
	case recreate.AtReplacement:
		return "a terminal of " + pg.live.Run.Plan.Spec.Name
	case recreate.AtHere:
		return "your own shell"
	case recreate.AtBoth:
		return "a terminal of each notebook"
	}
	return string(p)
}

// copyScript is the copy by hand as one text.
func (pg *runPage) copyScript() string {
	p := &pg.live.Run.Plan
	var b strings.Builder
	for i, s := range recreate.ManualCopy(p) {
		fmt.Fprintf(&b, "# %d. %s (%s)\n", i+1, s.Title, pg.placeWords(s.Where))
		if s.About != "" {
			fmt.Fprintf(&b, "# %s\n", s.About)
		}
		b.WriteString(joinLines(s.Commands))
		b.WriteByte('\n')
	}
	return b.String()
}

// copying reports whether the run waits for the copy by hand, and can be given one.
func (pg *runPage) copying() bool {
	return pg.live.Run.Copying() && !pg.live.UnderWay() && pg.live.Run.Replacement != nil
}

// signIn asks for a URL that signs in. It is a secret: it goes to the clipboard
// and nowhere else.
func (pg *runPage) signIn(name string) kit.Intent {
	t := pg.live.Run.Plan.Target()
	return intentWrite{runs: pg.ports.book, account: t.Account, what: "sign in to " + name, then: func(bool) kit.Intent { return intentPresign{port: pg.ports.aws, target: t, name: name} }}
}
