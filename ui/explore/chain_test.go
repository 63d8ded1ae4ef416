package explore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"nbscope/model"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// chainOf is the drawing of a notebook's way with this verdict.
func chainOf(t *theme.Theme, v model.Verdict, width int) []string {
	n := uitest.Notebook(1, "demand-forecast", uitest.Prod, "eu-west-1", nil)
	e := uitest.JudgedAs(n, v)
	return drawChain(t, chainStations(t, n, model.Path{Verdict: v, Chain: e.Chain}), width)
}

func TestTheChainIsDrawnAtEveryWidth_Golden(t *testing.T) {
	plain := theme.New(theme.Options{NoColor: true})
	for _, v := range []model.Verdict{model.VerdictNAT, model.VerdictIsolated, model.VerdictEndpoints, model.VerdictUnknown} {
		for _, width := range []int{36, 60, 118} {
			t.Run(fmt.Sprintf("%s/%d", v, width), func(t *testing.T) {
				lines := chainOf(plain, v, width)
				for i, l := range lines {
					if got := ansi.StringWidth(l); got != width {
						t.Errorf("line %d is %d cells wide: %q", i, got, ansi.Strip(l))
					}
					lines[i] = strings.TrimRight(ansi.Strip(l), " ")
				}
				if width == 60 {
					golden.RequireEqual(t, []byte(strings.Join(lines, "\n")+"\n"))
				}
			})
		}
	}
}

func TestNothingOfTheChainIsLostWhereverItIsBroken(t *testing.T) {
	plain := theme.New(theme.Options{NoColor: true})
	n := uitest.Notebook(1, "demand-forecast", uitest.Prod, "eu-west-1", nil)
	e := uitest.JudgedAs(n, model.VerdictNAT)
	squeeze := func(s string) string {
		return strings.NewReplacer(" ", "", "\n", "", plain.Glyphs.Vertical, "").Replace(ansi.Strip(s))
	}
	for width := 12; width <= 200; width += 7 {
		got := squeeze(strings.Join(chainOf(plain, model.VerdictNAT, width), "\n"))
		for _, h := range e.Chain {
			for _, want := range []string{h.ID, h.Name, h.Says} {
				if !strings.Contains(got, squeeze(want)) {
					t.Errorf("at %d cells %q is not there", width, want)
				}
			}
		}
	}
}

func TestTheEndOfAWaySaysWhatIsProven(t *testing.T) {
	plain := theme.New(theme.Options{NoColor: true})
	n := uitest.Notebook(1, "x", uitest.Prod, "eu-west-1", nil)
	for verdict, want := range map[model.Verdict]string{
		model.VerdictIsolated: "is not reached", model.VerdictEndpoints: "is not reached", model.VerdictUnknown: "is not known",
		model.VerdictIndirect: "beyond what this account sees", model.VerdictInspected: "is reached", model.VerdictPartial: "in part", "from the future": "is not known",
	} {
		all := chainStations(plain, n, model.Path{Verdict: verdict, Chain: []model.Hop{uitest.Hop(model.HopTransit, "tgw-1", "", model.HopOK, "")}})
		if end := all[len(all)-1]; end.kind != "internet" || !strings.Contains(end.says, want) {
			t.Errorf("%s ends with %+v, want %q", verdict, end, want)
		}
	}
}

func TestAPartThatStopsDoesNotThinTheRailOfTheRest(t *testing.T) {
	plain := theme.New(theme.Options{NoColor: true})
	n := uitest.Notebook(1, "x", uitest.Prod, "eu-west-1", nil)
	rail := plain.Glyphs.Bullet + "  "
	chain := []model.Hop{
		uitest.Hop(model.HopRouteTable, "rtb-1", "", model.HopBroken, "its route 151.101.0.0/16 is a blackhole"),
		uitest.Hop(model.HopRouteTable, "rtb-1", "", model.HopOK, "it sends 0.0.0.0/0 to nat-1"),
		uitest.Hop(model.HopInternet, "", "", model.HopOK, "is reached over IPv4"),
	}
	for verdict, note := range map[model.Verdict]string{model.VerdictPartial: "a part stops here", model.VerdictIsolated: "rtb-1  stops here"} {
		drawn := ansi.Strip(strings.Join(drawChain(plain, chainStations(plain, n, model.Path{Verdict: verdict, Chain: chain}), 80), "\n"))
		thinned := strings.Contains(drawn, rail+"it sends")
		if !strings.Contains(drawn, note) || thinned == (verdict == model.VerdictPartial) {
			t.Errorf("%s:\n%s", verdict, drawn)
		}
	}
}

func TestOnlyABrokenHopIsPaintedAsAFault(t *testing.T) {
	dark := theme.New(theme.Options{Dark: true})
	bad := dark.Seq(theme.Bad).On
	if all := strings.Join(chainOf(dark, model.VerdictNAT, 80), "\n"); strings.Contains(all, bad) {
		t.Error("a way without a break has the colour of a fault")
	}
	for _, l := range chainOf(dark, model.VerdictIsolated, 80) {
		broken := strings.Contains(l, "route table") || strings.Contains(l, "internet") && strings.Contains(l, "✗")
		if strings.Contains(l, bad) != broken {
			t.Errorf("the colour of a fault is wrong in %q", ansi.Strip(l))
		}
	}
}

func TestTheMatrixShowsEveryServiceOnce(t *testing.T) {
	plain := theme.New(theme.Options{NoColor: true})
	all := uitest.Coverage("cc.pc.c..?..")
	for width := 8; width < 220; width += 11 {
		lines := drawMatrix(plain, all, width)
		for _, l := range lines {
			if got := ansi.StringWidth(l); got != width {
				t.Fatalf("at %d cells a line has %d", width, got)
			}
		}
		if width < 24 {
			continue
		}
		got := ansi.Strip(strings.Join(lines, " "))
		if strings.Count(got, "sagemaker.") != 2 || strings.Count(got, "✓ s3") != 1 || strings.Count(got, "≈ sts") != 1 {
			t.Errorf("at %d cells: %q", width, got)
		}
	}
}
