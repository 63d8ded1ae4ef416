package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/ui/text"
)

// Help is plain text that is laid out for a width: nothing is asked of a terminal,
// and nothing but letters is written to it.

const (
	plainWidth   = 80  // of help that goes to a file or a pipe
	widest       = 110 // longer lines are hard to read
	narrowest    = 40
	narrow       = 60 // too little for two columns
	flagsAtLeast = 12 // of the width that the descriptions of flags get at the very least
)

// showHelp prints what there is to know of a command.
func showHelp(cmd *cobra.Command, w io.Writer, width int) {
	if width <= 0 {
		width = plainWidth
	}
	p := page{w: w, width: min(max(width, narrowest), widest)}
	p.prose(0, cmd.Short+".")
	p.line(0, "")
	p.title("Usage")
	for _, l := range usageLines(cmd) {
		p.line(2, l)
	}
	if cmd.Long != "" {
		p.line(0, "")
		p.text(cmd.Long)
	}
	if cmd.HasAvailableSubCommands() {
		p.commands(cmd.Commands())
	}
	if cmd.Example != "" {
		p.line(0, "")
		p.title("Examples")
		for l := range strings.SplitSeq(cmd.Example, "\n") {
			p.line(2, l)
		}
	}
	p.flags(cmd.Flags())
}

// usageLines are the ways to call a command.
func usageLines(cmd *cobra.Command) []string {
	var out []string
	if cmd.Runnable() {
		out = append(out, cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		out = append(out, cmd.CommandPath()+" COMMAND [flags]")
	}
	return out
}

// page writes lines that fit a width.
type page struct {
	w     io.Writer
	width int
}

func (p *page) line(indent int, s string) {
	fmt.Fprintln(p.w, strings.TrimRight(strings.Repeat(" ", indent)+s, " "))
}

func (p *page) title(s string) { p.line(0, s+":") }

func (p *page) prose(indent int, s string) {
	for _, l := range text.Wrap(s, p.width-indent) {
		p.line(indent, l)
	}
}

// text writes paragraphs at the page's own width. Indented lines, such as commands
// and tables, stay as they are.
func (p *page) text(s string) {
	for i, block := range paragraphs(s) {
		if i > 0 {
			p.line(0, "")
		}
		if block.verbatim {
			for l := range strings.SplitSeq(block.text, "\n") {
				p.line(0, l)
			}
			continue
		}
		p.prose(0, block.text)
	}
}

// paragraph is a run of lines between empty ones.
type paragraph struct {
	text     string // one line, unless it is verbatim
	verbatim bool   // it is indented, so its lines are kept
}

func paragraphs(s string) []paragraph {
	var out []paragraph
	for block := range strings.SplitSeq(strings.Trim(s, "\n"), "\n\n") {
		if strings.HasPrefix(block, " ") || strings.HasPrefix(block, "\t") {
			out = append(out, paragraph{strings.ReplaceAll(block, "\t", "  "), true})
		} else {
			out = append(out, paragraph{strings.Join(strings.Fields(block), " "), false})
		}
	}
	return out
}

// commands lists the commands below one.
func (p *page) commands(all []*cobra.Command) {
	rows := make([][2]string, 0, len(all))
	for _, c := range all {
		if c.IsAvailableCommand() {
			rows = append(rows, [2]string{c.Name(), c.Short})
		}
	}
	p.line(0, "")
	p.title("Commands")
	p.columns(rows)
}

func (p *page) flags(f *pflag.FlagSet) {
	rows := flagRows(f)
	if len(rows) == 0 {
		return
	}
	p.line(0, "")
	p.title("Flags")
	p.columns(rows)
}

// columns sets two columns, the right one wrapped. A left cell that is too long has
// a line of its own.
func (p *page) columns(rows [][2]string) {
	left := 0
	for _, r := range rows {
		left = max(left, text.Width(r[0]))
	}
	if left = min(left, (p.width-4)*2/5); p.width < narrow {
		left = 4 // each has lines of its own
	}
	room := max(flagsAtLeast, p.width-left-4)
	for _, r := range rows {
		lines := text.Wrap(r[1], room)
		head := r[0]
		if text.Width(head) > left {
			if p.width < narrow {
				head = strings.TrimSpace(head)
			}
			p.line(2, head)
			head = ""
		}
		for _, l := range lines {
			p.line(2, head+strings.Repeat(" ", left-text.Width(head)+2)+l)
			head = ""
		}
	}
}

// flagRows are the flags that are shown: how each is written, and what it does.
func flagRows(f *pflag.FlagSet) [][2]string {
	var rows [][2]string
	f.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			written, does := flagWords(f)
			rows = append(rows, [2]string{written, does})
		}
	})
	return rows
}

// valueName is the annotation of a flag with the name of its value.
const valueName = "value"

// nameValues takes the names of values out of the descriptions of flags, where they
// stand between backquotes: a shell shows the descriptions as they are.
func nameValues(cmd *cobra.Command) {
	name := func(f *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(f)
		switch name { // pflag's names of types, which say nothing to a user
		case "string", "strings", "stringArray":
			name = "value"
		case "int", "uint", "float":
			name = "number"
		case "duration":
			name = "time"
		}
		f.Usage = usage
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[valueName] = []string{name}
	}
	cmd.Flags().VisitAll(name)
	cmd.PersistentFlags().VisitAll(name)
	for _, below := range cmd.Commands() {
		nameValues(below)
	}
}

// flagWords are how a flag is written and what it does.
func flagWords(f *pflag.Flag) (written, does string) {
	does, written = f.Usage, "    --"+f.Name
	if f.Shorthand != "" {
		written = "-" + f.Shorthand + ", --" + f.Name
	}
	if value := strings.Join(f.Annotations[valueName], ""); value != "" {
		written += " " + strings.ToUpper(strings.ReplaceAll(value, " ", "-"))
	}
	if d := defaultWords(f); d != "" && !strings.Contains(does, "default") {
		does += " (default: " + d + ")"
	}
	return written, does
}

// defaultWords is the value that a flag has where it is not given, "" for none.
func defaultWords(f *pflag.Flag) string {
	switch d := strings.Trim(f.DefValue, "[]"); d {
	case "", "false", "true", "0", "0s":
		return ""
	default:
		if short, ok := strings.CutSuffix(d, "h0m0s"); ok { // as a duration writes itself
			d = short + "h"
		}
		return strings.ReplaceAll(d, ",", ", ")
	}
}
