package recreate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What a comparison has found to differ, as a list that can be searched, saved, and
// accepted by name.

// mostListed is how many differences are listed at a time: what is accepted of them stands
// in every record of the journal from then on.
const mostListed = 2000

// chooseDifferences lists the open differences, to accept some of them by name. Where there
// are more than a list holds, it asks for a text that is in those that are wanted.
func (g gates) chooseDifferences(r *liveRun) kit.Intent {
	v := r.Run.Verified
	switch {
	case v.Whole():
		return kit.Show{Overlay: g.listed(r, "Accept", r.Run.OpenDifferences())}
	case v.Unequal() <= mostListed:
		return g.findDifferences(r, "")
	}
	var about kit.Document
	about.Say(theme.Normal, fmt.Sprintf("There are %s differences, and %s are listed at a time. A path stands as in a manifest: a space is %%20.", recreate.Number(v.Unequal()), recreate.Number(mostListed)))
	return kit.Show{Overlay: kit.NewPrompt(kit.Prompt{
		GateText: kit.GateText{Title: "A text that is in the path, or nothing", About: about}, Keys: g.keys.Typing, Accept: "list", Now: g.cfg.Now, Refuses: func(string) string { return "" },
		Do: func(s string) kit.Intent { return g.findDifferences(r, strings.ToLower(strings.TrimSpace(s))) },
	})}
}

// findDifferences reads them from the file beside the journal, and lists them.
func (g gates) findDifferences(r *liveRun, wanted string) kit.Intent {
	return kit.Job("differences", func(ctx context.Context) kit.Intent {
		found, more, err := g.cfg.Driver.Differences(ctx, r.ID, wanted, mostListed)
		return kit.Func(func(h kit.Host) tea.Cmd {
			if err != nil {
				return h.Say(theme.Bad, kit.ProblemOf(err).Error())
			}
			accepted := r.Run.AcceptedIDs()
			found = slices.DeleteFunc(found, func(d recreate.Difference) bool { return accepted[d.ID] })
			if len(found) == 0 {
				return h.Say(theme.Warn, "no open difference has that text")
			}
			title := "Accept"
			if more {
				title = "Accept, of the first " + recreate.Number(mostListed)
			}
			return kit.Perform(h, kit.Show{Overlay: g.listed(r, title, found)})
		})
	})
}

// listed offers differences to be accepted.
func (g gates) listed(r *liveRun, title string, open []recreate.Difference) *chooser {
	choices := make([]recreate.Choice, len(open))
	for i, d := range open {
		choices[i] = recreate.Choice{Value: d.ID, Label: text.Clean(d.Path), Note: d.Status + ": " + d.Says}
	}
	c := newChooser(chooser{
		gate: g.keys.Gate, most: len(open), now: g.cfg.Now, frame: func() int { return 0 },
		do: func(ids []string) kit.Intent { return g.acceptThese(r, open, ids) },
	}, title, g.keys.Typing)
	c.took(0, choices, nil)
	return c
}

// acceptThese opens the gate of accepting differences.
func (g gates) acceptThese(r *liveRun, open []recreate.Difference, ids []string) kit.Intent {
	if !r.Can(recreate.EventAccepted) || r.Run.Phase != recreate.PhaseDiffer {
		return nil
	}
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	accepted := r.Run.AcceptedIDs()
	chosen := slices.DeleteFunc(slices.Clone(open), func(d recreate.Difference) bool { return !wanted[d.ID] || accepted[d.ID] })
	if len(chosen) == 0 {
		return kit.Say{Tone: theme.Warn, Text: "no difference was chosen: " + g.keys.Gate.Mark.Help().Key + " chooses one"}
	}
	about := g.subject(&r.Run, nil)
	about.Accepts = chosen
	st := recreate.StakesOf(recreate.EventAccepted, []recreate.Subject{about}, g.cfg.Now())
	return g.approve(&st, false, intentDecide{run: r, event: recreate.Event{Kind: recreate.EventAccepted, Accepts: chosen}})
}

// mostSaved is how many differences are saved from here.
const mostSaved = 200_000

// saveDifferences writes what differs to a file, a JSON object for each line.
func (g gates) saveDifferences(r *liveRun) kit.Intent {
	return kit.Job("differences", func(ctx context.Context) kit.Intent {
		found, more, err := g.cfg.Driver.Differences(ctx, r.ID, "", mostSaved)
		if err != nil {
			return kit.Say{Tone: theme.Bad, Text: kit.ProblemOf(err).Error()}
		}
		if more {
			return kit.Say{Tone: theme.Warn, Text: "there are more than " + recreate.Number(mostSaved) + ": nbscope runs differences " + r.ID + " -o json writes them all"}
		}
		var b strings.Builder
		for i := range found {
			if err := report.Difference(&b, report.JSON, &found[i], false); err != nil {
				return kit.Say{Tone: theme.Bad, Text: err.Error()}
			}
		}
		return kit.Save{Name: "nbscope-" + r.ID + "-differences.jsonl", Data: b.String()}
	})
}
