package cli

import (
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui"
	"nbscope/ui/drive"
	"nbscope/ui/text"
)

// Values of flags and arguments are completed from what lies on this machine. AWS is
// not asked: a shell waits.

// Values are what can be completed without asking AWS.
type Values struct {
	Profiles func() []string
	Regions  func() []string
	Names    func(Settings) iter.Seq[Named] // of the last inventory of the sign-in
}

// Named is a notebook of the last inventory, or an account where it has no Name.
type Named struct{ Name, Region, Account, Alias string }

// completing is how long the words beside values are looked for.
const completing = 25 * time.Millisecond

// completer completes the values of one command.
type completer struct {
	env      *Env
	cmd      *cobra.Command
	settings *Settings
}

// completes lets a shell complete the flags of a command that have known values, and
// the formats of its output.
func completes(env *Env, cmd *cobra.Command, s *Settings, formats ...report.Format) completer {
	c := completer{env, cmd, s}
	c.flag("output", fixed(formats...))
	c.flag("policy", fixed(model.Policies()...))
	c.flag("log-level", fixed("debug", "info", "warn", "error"))
	c.flag("fail-on", fixed("finding", "low", "medium", "high"))
	c.flag("summary", fixed(report.SummaryFields()...))
	c.flag("until", fixed(drive.Untils()...))
	c.flag("transport", fixed(recreate.TransportRelay, recreate.TransportS3, recreate.TransportManual, recreate.TransportAuto))
	c.flag("direct-internet", fixed("enabled", "disabled"))
	c.flag("discover", fixed(model.Discoveries()...))
	c.flag("theme", fixed(ui.Grounds()...))
	c.flag("skip", listed(model.Skippable))
	c.flag("columns", listed(fieldWords))
	c.flag("sort", listed(fieldWords))
	c.flag("profile", from(env.Values.Profiles))
	c.flag("region", from(env.Values.Regions))
	c.flag("account", c.accounts)
	c.flag("filter", c.filters)
	for name, extensions := range map[string][]string{"config": {"yaml", "yml"}, "log-file": nil} {
		if f := cmd.Flags().Lookup(name); f != nil {
			_ = cmd.MarkFlagFilename(name, extensions...) // it is there
		}
	}
	return c
}

// offer returns words that complete what was typed.
type offer func(typed string) []cobra.Completion

// flag completes a flag, where the command has it. A word that ends in a colon or a
// comma is one to go on with.
func (c completer) flag(name string, o offer) {
	if c.cmd.Flags().Lookup(name) == nil {
		return
	}
	_ = c.cmd.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		directive := cobra.ShellCompDirectiveNoFileComp
		if name == "filter" || name == "columns" || name == "sort" {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return o(typed), directive
	})
}

// argument completes the one argument of the command.
func (c completer) argument(o offer) {
	c.cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return o(typed), cobra.ShellCompDirectiveNoFileComp
	}
}

func fixed[S ~string](words ...S) offer {
	return func(typed string) []cobra.Completion {
		var out []cobra.Completion
		for _, w := range words {
			if strings.HasPrefix(string(w), typed) {
				out = append(out, string(w))
			}
		}
		return out
	}
}

func from(words func() []string) offer {
	return func(typed string) []cobra.Completion {
		if words == nil {
			return nil
		}
		return fixed(words()...)(typed)
	}
}

// listed completes the last word of a list with commas between, of words that are not
// in it yet. A minus before a word stays.
func listed(words func() []string) offer {
	return func(typed string) []cobra.Completion {
		at := strings.LastIndexByte(typed, ',') + 1
		before, last := typed[:at], typed[at:]
		last, minus := strings.CutPrefix(last, "-")
		if minus {
			before += "-"
		}
		had := strings.Split(strings.ReplaceAll(typed[:at], "-", ""), ",")
		var out []cobra.Completion
		for _, w := range words() {
			word, _, _ := strings.Cut(w, "\t")
			if strings.HasPrefix(word, last) && !slices.Contains(had, word) {
				out = append(out, before+w)
			}
		}
		return out
	}
}

// fieldWords are the fields with what they are.
func fieldWords() []string {
	all := slices.Concat(model.Fields(), model.MoreFields())
	out := make([]string, 0, len(all))
	for _, f := range all {
		out = append(out, cobra.CompletionWithDesc(string(f.ID), f.Long))
	}
	return out
}

// known is the last inventory of the sign-in that the flags name. Flags are read
// twice for a completion, so what may be repeated is.
func (c completer) known() iter.Seq[Named] {
	s := *c.settings
	if c.env.Values.Names == nil || s.complete(c.cmd.Flags(), c.env) != nil {
		return func(func(Named) bool) {}
	}
	for _, list := range []*[]string{&s.Profiles, &s.RoleARNs, &s.Regions} {
		*list = unique(*list)
	}
	return c.env.Values.Names(s)
}

// unique keeps the first of each word.
func unique(words []string) []string {
	var out []string
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// names completes notebooks: those of the regions and the account that were given.
func (c completer) names(typed string) []cobra.Completion {
	var out []cobra.Completion
	account := ""
	if f := c.cmd.Flags().Lookup("account"); f != nil {
		account = f.Value.String()
	}
	for n := range c.known() {
		if n.Name == "" || !strings.HasPrefix(n.Name, typed) || account != "" && account != n.Account && account != n.Alias {
			continue
		}
		if r := c.settings.Regions; len(r) > 0 && !slices.ContainsFunc(r, func(glob string) bool { ok, _ := path.Match(glob, n.Region); return ok }) {
			continue
		}
		out = append(out, cobra.CompletionWithDesc(text.Clean(n.Name), text.Clean(accountWords(n)+" "+n.Region)))
	}
	return out
}

func accountWords(n Named) string {
	if n.Alias != "" {
		return n.Alias
	}
	return n.Account
}

// accounts completes ids and aliases.
func (c completer) accounts(typed string) []cobra.Completion {
	var out []cobra.Completion
	for n := range c.known() {
		if n.Name != "" {
			break // they come first
		}
		if strings.HasPrefix(n.Account, typed) {
			out = append(out, cobra.CompletionWithDesc(n.Account, text.Clean(n.Alias)))
		}
		if n.Alias != "" && strings.HasPrefix(n.Alias, typed) {
			out = append(out, cobra.CompletionWithDesc(text.Clean(n.Alias), n.Account))
		}
	}
	return out
}

// filters completes the last word of a filter: its fields, and their values.
func (c completer) filters(typed string) []cobra.Completion {
	var rows []*model.Notebook
	lens := model.Lens{Aliases: map[string]string{}}
	at := query.Word(typed, len(typed))
	if strings.Contains(typed[at:], ":") {
		for n := range c.known() {
			if lens.Aliases[n.Account] = n.Alias; n.Name != "" {
				rows = append(rows, &model.Notebook{Name: n.Name, Region: n.Region, Account: n.Account})
			}
		}
	}
	all := query.Suggestions(typed, len(typed), rows, lens)
	out := make([]cobra.Completion, 0, len(all))
	for _, s := range all {
		out = append(out, typed[:at]+text.Clean(s))
	}
	return out
}

// runs completes the ids of runs, with what each is about as far as there is time.
func (c completer) runs(typed string) []cobra.Completion {
	lister, err := c.env.Runs()
	if err != nil {
		return nil
	}
	ids, err := lister.IDs()
	if err != nil {
		return nil
	}
	var out []cobra.Completion
	for began := c.env.Now(); len(ids) > 0; ids = ids[1:] {
		if !strings.HasPrefix(ids[0], typed) {
			continue
		}
		about := ""
		if c.env.Now().Sub(began) < completing {
			if k, err := lister.Read(ids[0]); err == nil {
				about = fmt.Sprintf("%s, %s", k.Run.Plan.Source.Name, k.Run.Says())
			}
		}
		out = append(out, cobra.CompletionWithDesc(ids[0], text.Clean(about)))
	}
	return out
}
