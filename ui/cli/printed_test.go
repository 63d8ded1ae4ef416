package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/ui/kit"
)

func TestTwoColumnsOfHelp(t *testing.T) {
	t.Parallel()
	rows := [][2]string{{"a", "one two three four five six seven eight nine ten"}, {"    --a-long-name VALUE", "of it"}}
	for width, want := range map[int]string{
		narrow - 1: "  a     one two three four five six seven eight nine ten\n  --a-long-name VALUE\n        of it\n",
		narrow:     "  a                       one two three four five six seven\n                          eight nine ten\n      --a-long-name VALUE\n                          of it\n",
		80:         "  a                        one two three four five six seven eight nine ten\n      --a-long-name VALUE  of it\n",
	} {
		var b strings.Builder
		(&page{w: &b, width: width}).columns(rows)
		if b.String() != want {
			t.Errorf("at %d columns it is\n%s", width, b.String())
		}
	}
	var b strings.Builder
	(&page{w: &b, width: 80}).flags(pflag.NewFlagSet("none", pflag.ContinueOnError))
	if b.String() != "" {
		t.Errorf("of no flags it says %q", b.String())
	}
	f := pflag.NewFlagSet("one", pflag.ContinueOnError)
	f.Bool("all", false, "each")
	(&page{w: &b, width: 80}).flags(f)
	if b.String() != "\nFlags:\n      --all  each\n" {
		t.Errorf("of a flag it says %q", b.String())
	}
	var m roff
	m.text("one\n\n  two\n\nthree\nfour")
	if m.b.String() != "one\n.PP\n.nf\n.RS \"4\"\n  two\n.RE\n.fi\n.PP\nthree four\n" {
		t.Errorf("the manual has %q", m.b.String())
	}
}

func TestWhatCouldNotBeSeenIsToldWithThreeReasons(t *testing.T) {
	t.Parallel()
	at := model.Target{Account: "111122223333", Region: "eu-west-1"}
	row := func(region string, why ...string) *model.Notebook {
		n := known(strings.Join(why, ""), at.Account, region)
		parts := []*model.Part{&n.Tagged, &n.Described}
		for i, w := range why {
			*parts[i] = model.Part{State: model.LoadFailed, Reason: w}
		}
		return n
	}
	other := row("eu-west-2", "elsewhere")
	for name, c := range map[string]struct {
		rows []*model.Notebook
		want string
	}{
		"one":      {[]*model.Notebook{other, row(at.Region, "b")}, "b"},
		"the same": {[]*model.Notebook{row(at.Region, "b"), row(at.Region, "b", "b")}, "b"},
		"three":    {[]*model.Notebook{row(at.Region, "c", "b"), row(at.Region, "a")}, "a; b; c"},
		"one more": {[]*model.Notebook{row(at.Region, "c", "d"), row(at.Region, "b", "a")}, "a; b; c; and 1 reason more"},
		"two more": {[]*model.Notebook{row(at.Region, "c", "d"), row(at.Region, "b", "a"), row(at.Region, "e")}, "a; b; c; and 2 reasons more"},
	} {
		got := untold(model.TargetStatus{Target: at, Unknown: len(c.rows)}, c.rows)
		if want := kit.Count(len(c.rows), "notebook") + " not seen in full: " + c.want; got.Message != want || got.Target != at {
			t.Errorf("%s: %q, want %q", name, got.Message, want)
		}
	}
}

func TestTheColumnsOfATable(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"list":                       "NAME ACCOUNT REGION STATUS VPC SUBNET DIRECT EGRESS FINDING TYPE PLATFORM AGE",
		"list --skip egress":         "NAME ACCOUNT REGION STATUS VPC SUBNET DIRECT FINDING TYPE PLATFORM AGE",
		"list --columns region,name": "REGION NAME",
		"list --columns name,tag:Team --skip egress": "NAME Team",
	} {
		o := command(t, world(), strings.Fields(args)...)
		head, _, _ := strings.Cut(o.stdout, "\n")
		if got := strings.Join(strings.Fields(head), " "); got != want {
			t.Errorf("%s has %q, want %q", args, got, want)
		}
	}
}

func TestProgressIsShownTenTimesASecond(t *testing.T) {
	t.Parallel()
	inv := model.NewInventory()
	inv.Begin(1, nil)
	b := world()[0]
	b.Generation = 1
	inv.Apply(b)
	var out strings.Builder
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	p := &progressLine{w: &out, now: func() time.Time { return now }}
	for _, c := range []struct {
		after time.Duration
		shown bool
	}{{0, true}, {100*time.Millisecond - 1, false}, {1, true}, {time.Second, true}} {
		now = now.Add(c.after)
		before := out.Len()
		p.show(model.Batch{}, inv)
		if (out.Len() > before) != c.shown {
			t.Errorf("after %s it is shown: %v", c.after, !c.shown)
		}
	}
	(*progressLine)(nil).show(model.Batch{}, inv)
	(*progressLine)(nil).clear()
	p.clear()
	if !strings.HasSuffix(out.String(), "\r"+strings.Repeat(" ", len("2/2 targets, 2 notebooks"))+"\r") {
		t.Errorf("it is cleared by %q", out.String())
	}
}

// TestAListIsKeptWithWhatWasKnownOfTargetsThatFailed, and says so where it cannot be kept.
func TestAListIsKeptWithWhatWasKnownOfTargetsThatFailed(t *testing.T) {
	t.Parallel()
	old := known("old", "111122223333", "eu-west-3")
	gone := known("gone", "111122223333", "eu-west-1")
	for name, c := range map[string]struct {
		load  func() Kept
		fails error
		want  string
	}{
		"nothing was kept":   {nil, nil, "zeta alpha"},
		"of a failed target": {func() Kept { return Kept{Notebooks: []*model.Notebook{old, gone}} }, nil, "zeta alpha old"},
		"where it cannot be": {nil, errors.New("the disk is full"), "zeta alpha"},
	} {
		var saved []string
		o := commandIn(t, Env{
			Args: []string{"list", "-o", "csv", "--columns", "name"}, Now: func() time.Time { return time.Unix(0, 0) },
			Open: func(context.Context, Settings) (Session, error) {
				b := &backend{batches: world(), asked: new(model.ScanRequest)}
				return Session{Backend: b, Load: c.load, Close: func() error { return nil }, Save: func(_ context.Context, who []model.Identity, rows []*model.Notebook) error {
					for _, n := range rows {
						saved = append(saved, n.Name)
					}
					if len(who) != 1 || who[0].Account != "111122223333" {
						t.Errorf("%s: kept for %+v", name, who)
					}
					return c.fails
				}}, nil
			},
		})
		if got := strings.Join(saved, " "); got != c.want || strings.Contains(o.stderr, "nbscope: the disk is full\n") != (c.fails != nil) || o.code != ExitPartial {
			t.Errorf("%s: kept is %q, exit %d, told %q", name, got, o.code, o.stderr)
		}
	}
}

// TestTheHelpOfACommand is all of it, at a width, and at that of a file.
func TestTheHelpOfACommand(t *testing.T) {
	t.Parallel()
	cmd := &cobra.Command{
		Use: "do THING", Short: "Do a thing", Long: "one\ntwo\n\n  a  table\n\nthree", Example: "do it\ndo that",
		Run: func(*cobra.Command, []string) {},
	}
	below := &cobra.Command{Use: "more", Short: "Do more", Run: func(*cobra.Command, []string) {}}
	cmd.Flags().Bool("all", false, "each")
	const parts = "Do a thing.\n\nUsage:\n  do THING [flags]\n%s\none two\n\n  a  table\n\nthree\n%s\nExamples:\n  do it\n  do that\n\nFlags:\n      --all  each\n"
	for _, width := range []int{80, 0, -1} {
		var b strings.Builder
		showHelp(cmd, &b, width)
		if b.String() != fmt.Sprintf(parts, "", "") {
			t.Errorf("at %d columns it is\n%s", width, b.String())
		}
	}
	cmd.AddCommand(&cobra.Command{Use: "gone", Short: "x", Hidden: true, Run: below.Run}, below)
	var b strings.Builder
	showHelp(cmd, &b, 80)
	if b.String() != fmt.Sprintf(parts, "  do COMMAND [flags]\n", "\nCommands:\n  more  Do more\n") {
		t.Errorf("with a command below it is\n%s", b.String())
	}
	bare := &cobra.Command{Use: "bare", Short: "Nothing", Run: below.Run}
	b.Reset()
	showHelp(bare, &b, 80)
	if b.String() != "Nothing.\n\nUsage:\n  bare\n" {
		t.Errorf("of a bare command it is\n%s", b.String())
	}
	for width, widestLine := range map[int]int{narrowest - 1: narrowest, narrowest: narrowest, widest: widest, widest + 9: widest} {
		var b strings.Builder
		long := &cobra.Command{Use: "x", Short: strings.Repeat("a ", 200), Run: below.Run}
		showHelp(long, &b, width)
		if first, _, _ := strings.Cut(b.String(), "\n"); len(first) > widestLine || len(first) < widestLine-1 {
			t.Errorf("at %d columns its first line has %d", width, len(first))
		}
	}
}
