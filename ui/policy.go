package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How the policy reaches the screens: how it is switched and named, and how many
// notebooks it finds fault with.

// switchPolicy turns to the next policy. Overrides stay what they are.
func (a *App) switchPolicy() tea.Cmd {
	all := model.Policies()
	next := all[(slices.Index(all, a.world.DefaultPolicy())+1)%len(all)]
	a.world.Policy.Default = next
	a.notebooks.Restart() // what was filtered and sorted by findings is wrong now
	a.look()
	return tea.Batch(a.perform(a.syncScreens()), a.Arrange(), a.Say(theme.Good, policyPhrase(next)))
}

func policyPhrase(p model.Policy) string {
	switch p {
	case model.PolicyConnect:
		return "policy connect: a notebook in a VPC must have direct internet access"
	case model.PolicyRestrict:
		return "policy restrict: a notebook must not have direct internet access"
	case model.PolicyReport:
		return "policy report: facts without findings"
	}
	return "policy " + string(p)
}

// policySpans name the policy in the header.
func (a *App) policySpans() []kit.Span {
	p := a.world.DefaultPolicy()
	out := []kit.Span{{Text: "  "}, {Tone: theme.Dim, Text: " policy", Drop: 6}, {Tone: theme.Normal, Text: " " + string(p)}}
	if len(a.world.Policy.Overrides) > 0 {
		out = append(out, kit.Span{Tone: theme.Dim, Text: " and " + kit.Count(len(a.world.Policy.Overrides), "override"), Drop: 10})
	}
	return out
}
