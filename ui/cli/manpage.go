package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The manual page is made from the same words as the help.

func newMan(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Long:  "man prints the manual page of nbscope and all its commands, for man(1) to format.",
		Example: `nbscope man | man -l -
nbscope man > /usr/local/share/man/man1/nbscope.1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return manual(env.Stdout, cmd.Root()) },
	}
}

// manual writes the page in the language of man(7).
func manual(w io.Writer, root *cobra.Command) error {
	m := &roff{}
	m.macro("nh")
	m.macro("TH", "NBSCOPE", "1", "", "nbscope "+root.Version, "User Commands")
	m.macro("SH", "NAME")
	m.say("nbscope - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	m.macro("SH", "SYNOPSIS")
	for _, l := range usageLines(root) {
		m.say(l)
		m.macro("br")
	}
	m.macro("SH", "DESCRIPTION")
	m.text(root.Long)
	m.macro("SH", "COMMANDS")
	common := root.Flags()
	for _, c := range root.Commands() {
		m.command(c, common)
	}
	m.macro("SH", "OPTIONS")
	m.say("Those of the explorer. The commands take the same ones where they make sense; what they have besides stands with each.")
	m.flags(common, nil)
	m.macro("SH", "EXIT STATUS")
	m.table(exitStatus())
	m.macro("SH", "FILES")
	m.table(files())
	m.macro("SH", "ENVIRONMENT")
	m.table(environment())
	m.macro("SH", "EXAMPLES")
	m.verbatim(root.Example)
	m.macro("SH", "SEE ALSO")
	m.say("aws(1)")
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("write the manual page: %w", err)
	}
	return nil
}

func exitStatus() [][2]string {
	return [][2]string{
		{"0", "Done. For list and show: everything that was asked for was answered. For apply and resume: done until there."},
		{"1", "Anything that has no number of its own, such as no sign-in at all, or a damaged journal for runs."},
		{"2", "A mistake on the command line, in the configuration or in the plan."},
		{"3", "For list and show: something was not answered, and what was seen is printed. For apply and resume: a decision is due."},
		{"4", "For list with --fail-on: there is such a finding. It outranks 3."},
		{"5", "For apply and resume: the world is not as it was approved, or the run is not this program's to go on with."},
		{"6", "For apply and resume: a step or a check failed, nothing could be tried, or the run is over."},
		{"129, 130, 143", "SIGHUP, SIGINT or SIGTERM ended it."},
	}
}

func files() [][2]string {
	return [][2]string{
		{"$XDG_CONFIG_HOME/nbscope/config.yaml (~/.config)", "The settings. Read, never written."},
		{"$XDG_CACHE_HOME/nbscope/ (~/.cache)", "The last inventory of each account, readable by you alone."},
		{"$XDG_STATE_HOME/nbscope/runs/ (~/.local/state)", "A journal of each recreate, readable by you alone."},
	}
}

func environment() [][2]string {
	return [][2]string{
		{"AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...", "As in the AWS CLI; flags come first."},
		{"NO_COLOR", "No colours, whatever its value."},
		{"LC_ALL, LC_CTYPE, LANG", "The first that is set says whether the terminal shows more than ASCII."},
		{"HOME, XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME", "Where the files are."},
	}
}

// roff is a document in the language of man(7).
type roff struct{ b strings.Builder }

func (m *roff) macro(name string, args ...string) {
	m.b.WriteString("." + name)
	for _, a := range args {
		m.b.WriteString(` "` + strings.ReplaceAll(inRoff(a), `"`, `\(dq`) + `"`)
	}
	m.b.WriteByte('\n')
}

// say writes a line of text, which man fills into the paragraph.
func (m *roff) say(s string) {
	line := inRoff(s)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	m.b.WriteString(line + "\n")
}

// inRoff makes a text stand for itself: a hyphen stays one that can be copied.
func inRoff(s string) string { return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s) }

func (m *roff) text(s string) {
	for i, p := range paragraphs(s) {
		switch {
		case p.verbatim:
			m.verbatim(p.text)
		case i > 0:
			m.macro("PP")
			fallthrough
		default:
			m.say(p.text)
		}
	}
}

func (m *roff) verbatim(s string) {
	m.macro("PP")
	m.macro("nf")
	m.macro("RS", "4")
	for l := range strings.SplitSeq(strings.Trim(s, "\n"), "\n") {
		m.say(l)
	}
	m.macro("RE")
	m.macro("fi")
}

func (m *roff) table(rows [][2]string) {
	for _, r := range rows {
		m.macro("TP")
		m.macro("B", r[0])
		m.say(r[1])
	}
}

// command writes a command and those below it, with the flags that are its own.
func (m *roff) command(c *cobra.Command, common *pflag.FlagSet) {
	if !c.IsAvailableCommand() {
		return
	}
	m.macro("SS", strings.TrimSuffix(c.UseLine(), " [flags]"))
	if c.Long == "" {
		m.say(c.Short + ".")
	} else {
		m.text(c.Long)
	}
	m.flags(c.Flags(), common)
	if c.Example != "" {
		m.verbatim(c.Example)
	}
	if c.Name() == "completion" {
		return // cobra's pages say how to load each, and so does --help
	}
	for _, below := range c.Commands() {
		m.command(below, common)
	}
}

// flags writes the flags that are not among those told already.
func (m *roff) flags(f, known *pflag.FlagSet) {
	var rows [][2]string
	f.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		if known != nil {
			if told := known.Lookup(f.Name); told != nil && !told.Hidden {
				return
			}
		}
		written, does := flagWords(f)
		rows = append(rows, [2]string{strings.TrimSpace(written), strings.ToUpper(does[:1]) + does[1:] + "."})
	})
	m.table(slices.Clip(rows))
}
