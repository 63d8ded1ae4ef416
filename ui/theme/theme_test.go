package theme

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// channel reads the two hex digits at i.
func channel(t *testing.T, hex string, i int) uint8 {
	t.Helper()
	v, err := strconv.ParseUint(hex[i:i+2], 16, 8)
	if err != nil {
		t.Fatalf("read colour %s: %v", hex, err)
	}
	return uint8(v)
}

func rgb(t *testing.T, hex string) color.Color {
	t.Helper()
	return color.RGBA{R: channel(t, hex, 1), G: channel(t, hex, 3), B: channel(t, hex, 5), A: 255}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	linear := func(i int) float64 {
		c := float64(channel(t, hex, i)) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(1) + 0.7152*linear(3) + 0.0722*linear(5)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestEveryToneIsReadableOnEveryGround(t *testing.T) {
	for name, c := range map[string]struct {
		p     palette
		plain []string // what a terminal's own ground may be
	}{
		"dark":  {dark(), []string{"#1e1e2e", "#000000", "#282c34"}},
		"light": {light(), []string{"#ffffff", "#fdf6e3", "#f4f4f4"}},
	} {
		for g := range grounds {
			for tone := range tones {
				ink, ground := c.p.colour(g, tone)
				behind := c.plain
				if ground != "" {
					behind = []string{ground}
				}
				for _, b := range behind {
					if ink == "" {
						continue // the terminal's own pair
					}
					if got := contrast(t, ink, b); got < 4.5 {
						t.Errorf("%s: tone %d on ground %d: %s on %s has contrast %.2f", name, tone, g, ink, b, got)
					}
				}
			}
		}
	}
}

func TestTheCursorRowShowsOnTerminalsWithFewColours(t *testing.T) {
	for name, c := range map[string]struct {
		p     palette
		plain string
	}{"dark": {dark(), "#000000"}, "light": {light(), "#ffffff"}} {
		for _, profile := range []colorprofile.Profile{colorprofile.ANSI256, colorprofile.ANSI} {
			row := profile.Convert(rgb(t, c.p.grounds[Cursor]))
			if row == profile.Convert(rgb(t, c.plain)) {
				t.Errorf("%s: the cursor's row has the ground of the screen in %v", name, profile)
			}
			for tone := range tones {
				ink, _ := c.p.colour(Cursor, tone)
				if profile.Convert(rgb(t, ink)) == row {
					t.Errorf("%s: tone %d (%s) vanishes on the cursor's row in %v", name, tone, ink, profile)
				}
			}
		}
	}
}

func TestWith16ColoursEveryToneThatMattersHasItsOwn(t *testing.T) {
	for _, dark := range []bool{true, false} {
		th, used := New(Options{Dark: dark, Few: true}), map[string]Tone{}
		for _, tone := range []Tone{Normal, Dim, Good, Busy, Warn, Bad, Unknown} {
			on := th.Seq(tone).On
			if other, ok := used[on]; ok {
				t.Errorf("dark %v: tones %d and %d are both written %q", dark, tone, other, on)
			}
			used[on] = tone
		}
		for _, code := range []string{"38;", "48;"} {
			for g := range grounds {
				for tone := range tones {
					if q := th.On(g, tone); strings.Contains(q.On, code) {
						t.Errorf("dark %v: tone %d on ground %d is written %q, which 16 colours do not have", dark, tone, g, q.On)
					}
				}
			}
		}
		for tone := range tones {
			if on := th.RowSeq(tone).On; !strings.Contains(on, "7") || strings.Contains(on, "\x1b[3") {
				t.Errorf("dark %v: tone %d on the cursor's row is written %q", dark, tone, on)
			}
		}
	}
}

func TestWithoutColourNothingIsColouredAndTheCursorRowIsReversed(t *testing.T) {
	th := New(Options{Dark: true, NoColor: true})
	for tone := range tones {
		for g := range grounds {
			q := th.On(g, tone)
			codes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(q.On, "\x1b["), "m"), ";")
			reversed := false
			for _, c := range codes {
				switch c {
				case "", "1", "2", "4":
				case "7":
					reversed = true
				default:
					t.Errorf("tone %d on ground %d has code %q", tone, g, c)
				}
			}
			if reversed != (g == Cursor) {
				t.Errorf("tone %d on ground %d: reversed is %v", tone, g, reversed)
			}
		}
	}
}

func TestWithoutColourWhatIsDimIsFaintExceptOnTheCursor(t *testing.T) {
	th := New(Options{NoColor: true})
	for g := range grounds {
		codes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(th.On(g, Dim).On, "\x1b["), "m"), ";")
		if faint := slices.Contains(codes, "2"); faint != (g != Cursor) {
			t.Errorf("on ground %d faint is %v", g, faint)
		}
	}
}

func TestAToneIsDrawnInTheColoursOfThePalette(t *testing.T) {
	for name, c := range map[string]struct {
		th *Theme
		p  palette
	}{"dark": {New(Options{Dark: true}), dark()}, "light": {New(Options{}), light()}} {
		for g := range grounds {
			for tone := range tones {
				ink, ground := c.p.colour(g, tone)
				for code, hex := range map[string]string{"38;2;": ink, "48;2;": ground} {
					if hex == "" {
						continue
					}
					code += fmt.Sprintf("%d;%d;%d", channel(t, hex, 1), channel(t, hex, 3), channel(t, hex, 5))
					if on := c.th.On(g, tone).On; !strings.Contains(on, code) {
						t.Errorf("%s: tone %d on ground %d: %q has no %q", name, tone, g, on, code)
					}
				}
			}
		}
	}
}

func TestWhatIsSwitchedOnIsSwitchedOff(t *testing.T) {
	for _, o := range []Options{{}, {Dark: true}, {NoColor: true}, {Few: true}, {Few: true, Dark: true}} {
		th := New(o)
		for g := range grounds {
			for tone := range tones {
				if q := th.On(g, tone); (q.On == "") != (q.Off == "") {
					t.Errorf("%+v: tone %d on ground %d: %q and %q", o, tone, g, q.On, q.Off)
				}
			}
		}
	}
}

func TestToneNamesPickTheirGround(t *testing.T) {
	th := New(Options{Dark: true})
	if th.Seq(Bad) != th.On(Plain, Bad) || th.RowSeq(Bad) != th.On(Cursor, Bad) || th.MarkSeq(Bad) != th.On(Marked, Bad) {
		t.Error("a short name gives another ground's sequence")
	}
	if th.On(grounds, tones) != th.Seq(Normal) || th.On(99, 99) != th.Seq(Normal) {
		t.Error("an unknown tone is not drawn as normal text")
	}
	if th.Options() != (Options{Dark: true}) {
		t.Error("the theme forgot its options")
	}
}

func TestRenderLeavesPlainTextAlone(t *testing.T) {
	th := New(Options{Dark: true})
	if got := th.Render(Normal, "x"); got != "x" {
		t.Errorf("normal text became %q", got)
	}
	if got := th.Render(Bad, ""); got != "" {
		t.Errorf("no text became %q", got)
	}
	if got := th.Render(Bad, "x"); got != th.Seq(Bad).On+"x"+th.Seq(Bad).Off {
		t.Errorf("got %q", got)
	}
}

func TestEveryGlyphIsOneCell(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		v := reflect.ValueOf(New(Options{ASCII: ascii}).Glyphs)
		for i := range v.NumField() {
			name, g := v.Type().Field(i).Name, v.Field(i).String()
			if ansi.StringWidth(g) != 1 || ansi.WcWidth.StringWidth(g) != 1 {
				t.Errorf("ascii %v: %s %q is not one cell", ascii, name, g)
			}
			if ascii && g[0] >= 0x80 {
				t.Errorf("%s %q is not ASCII", name, g)
			}
		}
	}
}

func TestBarFillsInProportion(t *testing.T) {
	g := New(Options{ASCII: true}).Glyphs
	for _, c := range []struct {
		done, total, width int
		want               string
	}{
		{0, 10, 4, "...."}, {5, 10, 4, "##.."}, {10, 10, 4, "####"}, {11, 10, 4, "####"},
		{-1, 10, 4, "...."}, {1, 0, 4, "...."}, {1, 2, 0, ""}, {1, 2, -3, ""},
	} {
		if got := g.Bar(c.done, c.total, c.width); got != c.want {
			t.Errorf("%d of %d over %d cells: %q, want %q", c.done, c.total, c.width, got, c.want)
		}
	}
}

// TestEveryStateHasASignOfItsOwn keeps two states from looking alike, with and without
// Unicode.
func TestEveryStateHasASignOfItsOwn(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		g := New(Options{ASCII: ascii}).Glyphs
		states := []string{
			g.Running, g.Stopped, g.Busy, g.Ok, g.Failed, g.Warn, g.Low, g.Unknown, g.Partly, g.Some, g.Run, g.Bullet, g.Arrow, g.Mark, g.Ellipsis,
		}
		seen := map[string]int{}
		for i, s := range states {
			if before, ok := seen[s]; ok {
				t.Errorf("ascii %v: the states %d and %d both have the sign %q", ascii, before, i, s)
			}
			seen[s] = i
		}
	}
}
