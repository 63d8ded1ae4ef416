package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestTheManualHoldsEveryCommandFlagAndExitCode reads the page as man does: a line
// that begins with a dot is a macro, everything else is text.
func TestTheManualHoldsEveryCommandFlagAndExitCode(t *testing.T) {
	t.Parallel()
	o := command(t, world(), "man")
	if o.code != ExitOK || o.opened != 0 {
		t.Fatalf("exit %d, %q, opened %d", o.code, o.stderr, o.opened)
	}
	plain := strings.NewReplacer(`\-`, "-", `\e`, `\`, `\(dq`, `"`, `\&`, "").Replace(o.stdout)
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Name() != "help" && !strings.Contains(plain, c.CommandPath()) {
			t.Errorf("there is no %s", c.CommandPath())
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !f.Hidden && !strings.Contains(plain, "--"+f.Name) {
				t.Errorf("%s has no --%s", c.CommandPath(), f.Name)
			}
		})
		for _, below := range c.Commands() {
			visit(below)
		}
	}
	visit(newRoot(&Env{Environ: []string{"HOME=/home/ana"}}))
	for _, code := range []int{ExitOK, ExitFailed, ExitUsage, ExitPartial, ExitFinding, ExitDrift, ExitBroke} {
		if !strings.Contains(plain, fmt.Sprintf("\n.B \"%d\"\n", code)) {
			t.Errorf("exit status %d is not told", code)
		}
	}
	for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"} {
		if !strings.Contains(plain, "\n.SH \""+section+"\"\n") {
			t.Errorf("there is no section %s", section)
		}
	}
	known := map[string]bool{"nh": true, "TH": true, "SH": true, "SS": true, "PP": true, "TP": true, "B": true, "br": true, "nf": true, "fi": true, "RS": true, "RE": true}
	verbatim := false
	for l := range strings.SplitSeq(strings.TrimSuffix(o.stdout, "\n"), "\n") {
		name, isMacro := strings.CutPrefix(l, ".")
		name, _, _ = strings.Cut(name, " ")
		switch {
		case isMacro && !known[name], strings.HasPrefix(l, "'"):
			t.Errorf("man does not know the request of %q", l)
		case isMacro:
			verbatim = name == "nf" || verbatim && name != "fi"
		case l == "" && !verbatim:
			t.Error("a paragraph is broken by an empty line")
		case !verbatim && strings.HasPrefix(l, " "):
			t.Errorf("a line that begins with a space breaks its paragraph: %q", l)
		case strings.Contains(strings.NewReplacer(`\-`, "", `\e`, "", `\&`, "", `\(dq`, "").Replace(l), `\`):
			t.Errorf("a backslash that is not one: %q", l)
		}
	}
}

// TestParagraphsAreFilledAndIndentedLinesKept is how long texts reach help and manual.
func TestParagraphsAreFilledAndIndentedLinesKept(t *testing.T) {
	t.Parallel()
	got := paragraphs("one\ntwo\n\n  a  b\n    c\n\n\tx\n\nthree")
	want := []paragraph{{"one two", false}, {"  a  b\n    c", true}, {"  x", true}, {"three", false}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestAFlagIsWrittenWithItsValueAndDefault in words that say something.
func TestAFlagIsWrittenWithItsValueAndDefault(t *testing.T) {
	t.Parallel()
	cmd := &cobra.Command{Use: "x"}
	f := cmd.Flags()
	f.StringP("output", "o", "table", "the `format`: table or json")
	f.Int("most", 64, "most calls")
	f.Duration("keep", 24*3600*1e9, "how long")
	f.StringSlice("sort", []string{"name", "age"}, "sort by these `fields`")
	f.Bool("demo", false, "no account")
	f.String("policy", "", "which (default: connect)")
	nameValues(cmd)
	want := [][2]string{
		{"    --demo", "no account"},
		{"    --keep TIME", "how long (default: 24h)"},
		{"    --most NUMBER", "most calls (default: 64)"},
		{"-o, --output FORMAT", "the format: table or json (default: table)"},
		{"    --policy VALUE", "which (default: connect)"},
		{"    --sort FIELDS", "sort by these fields (default: name, age)"},
	}
	if got := flagRows(f); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestALineOfTheManualIsNeverARequest has text begin with what roff takes for one.
func TestALineOfTheManualIsNeverARequest(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{".env": "\\&.env\n", "'tis": "\\&'tis\n", "a.b'c": "a.b'c\n"} {
		var m roff
		m.say(text)
		if got := m.b.String(); got != want {
			t.Errorf("%q is written as %q, want %q", text, got, want)
		}
	}
}
