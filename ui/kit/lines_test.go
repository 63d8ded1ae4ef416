package kit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/theme"
)

func plainTheme() *theme.Theme { return theme.New(theme.Options{NoColor: true}) }

// read are painted lines as they are read, with every space of them.
func read(lines []string) string { return ansi.Strip(strings.Join(lines, "\n")) }

func TestALineIsFilledDroppedAndCutInThatOrder(t *testing.T) {
	t.Parallel()
	s := func(drop int, text string) Span { return Span{Text: text, Drop: drop} }
	for _, c := range []struct {
		width       int
		left, right []Span
		want        string
	}{
		{0, []Span{s(0, "a")}, nil, ""}, {-1, []Span{s(0, "a")}, nil, ""},
		{5, nil, nil, "     "}, {5, []Span{s(0, "ab")}, nil, "ab   "}, {5, nil, []Span{s(0, "ab")}, "   ab"}, {5, []Span{s(0, "ab")}, []Span{s(0, "c")}, "ab  c"},
		{4, []Span{s(0, "ab")}, []Span{s(0, "c")}, "ab c"}, {3, []Span{s(0, "ab")}, []Span{s(0, "c")}, "… c"}, // a gap between both
		{4, []Span{s(0, "ab"), s(1, "cd"), s(2, "ef")}, nil, "abcd"}, {3, []Span{s(0, "ab"), s(1, "cd"), s(2, "ef")}, nil, "ab "}, {6, []Span{s(0, "ab"), s(1, "cd"), s(2, "ef")}, nil, "abcdef"},
		{4, []Span{s(0, "ab")}, []Span{s(1, "cd")}, "ab  "}, {5, []Span{s(0, "ab")}, []Span{s(1, "cd")}, "ab cd"}, {6, []Span{s(2, "ab"), s(0, "x")}, []Span{s(2, "cd"), s(0, "y")}, "x    y"},
		{3, []Span{s(0, "abcd")}, nil, "ab…"}, {2, []Span{s(0, "a")}, []Span{s(0, "xyz")}, "x…"}, {4, []Span{s(0, "abc")}, []Span{s(0, "xyz")}, " xyz"},
		{3, []Span{s(0, "ab "), s(0, "cd")}, nil, "ab…"}, {3, []Span{s(0, "abc"), s(0, "d")}, nil, "abc"}, {3, []Span{s(0, "ab ")}, nil, "ab "},
	} {
		got := ansi.Strip(Bar(plainTheme(), c.width, slices.Clone(c.left), slices.Clone(c.right)))
		if c.want != got {
			t.Errorf("%v | %v in %d: %q, want %q", c.left, c.right, c.width, got, c.want)
		}
		if w := ansi.StringWidth(got); w != max(0, c.width) {
			t.Errorf("%v | %v in %d is %d wide", c.left, c.right, c.width, w)
		}
	}
	facts := func(all []Span) string {
		var out []string
		for _, f := range all {
			out = append(out, fmt.Sprint(f.Text, f.Drop))
		}
		return strings.Join(out, " ")
	}
	if got := facts(FactSpans(theme.Dim, "-", "", "a", "", "b", "c")); got != "a1 -3 b3 -4 c4" {
		t.Errorf("facts are %q", got)
	}
	if got := facts(FactSpansAfter(theme.Dim, "-", "a", "b")); got != "-1 a1 -2 b2" {
		t.Errorf("facts behind others are %q", got)
	}
}

func TestABlockHasItsSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		want          string
	}{{2, 3, "a \nbc\n  "}, {2, 1, "a "}, {0, 2, "\n"}, {2, 0, ""}, {2, -1, ""}} {
		if got := Block([]string{"a", "bcd"}, c.width, c.height); got != c.want {
			t.Errorf("in %d by %d: %q, want %q", c.width, c.height, got, c.want)
		}
	}
	if got := ansi.Strip(SideBySide("a\nb\nc", "x\ny", plainTheme())); got != "a│x\nb│y\nc│" {
		t.Errorf("side by side: %q", got)
	}
	if got := ansi.Strip(RuleLine(plainTheme(), 3) + RuleLine(plainTheme(), -1)); got != "───" {
		t.Errorf("a rule is %q", got)
	}
	if got := read(Indented(plainTheme(), theme.Dim, "ab cd", 8)); got != "    ab\n    cd" || Indented(plainTheme(), theme.Dim, "", 8) != nil {
		t.Errorf("indented: %q", got)
	}
	if got := read(Hanging(plainTheme(), Span{Text: "* "}, "  ", theme.Dim, "ab cd", 5)); got != "* ab \n  cd " {
		t.Errorf("hanging: %q", got)
	}
	long := strings.TrimSpace(strings.Repeat("word ", 40))
	for width, want := range map[int]int{200: 89, 92: 89, 91: 89, 90: 89, 60: 59} {
		if got := len(strings.TrimRight(ansi.Strip(Hanging(plainTheme(), Span{}, "", theme.Dim, long, width)[0]), " ")); got != want {
			t.Errorf("prose in %d is %d wide, want %d", width, got, want)
		}
	}
}

func TestAMessageStandsInTheUpperThird(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		m             Message
		want          []string
	}{
		{11, 4, Message{Title: "abc"}, []string{"", "    abc", "", ""}},
		{12, 7, Message{Title: "abc", Body: "de", Hint: "f"}, []string{"", "    abc", "    de", "", "    f", "", ""}},
		{12, 6, Message{Title: "abc", Body: "de", Hint: "f"}, []string{"", "    abc", "    de", "    f", "", ""}},
		{12, 7, Message{Hint: "f"}, []string{"", "", "     f", "", "", "", ""}},
		{23, 3, Message{Title: "aaaaaaaaaa bbbbbbbbbbbb"}, []string{"aaaaaaaaaa bbbbbbbbbbbb", "", ""}},
		{24, 3, Message{Title: "aaaaaaaaaa bbbbbbbbbb"}, []string{"       aaaaaaaaaa", "       bbbbbbbbbb", ""}},
		{24, 3, Message{Title: "aaaaaaaaaa bbbbbbbbb"}, []string{"  aaaaaaaaaa bbbbbbbbb", "", ""}},
	} {
		got := strings.Split(ansi.Strip(Centered(plainTheme(), c.width, c.height, c.m)), "\n")
		for i := range got {
			if len(got[i]) != c.width {
				t.Errorf("line %d of %+v is %d wide", i, c.m, len(got[i]))
			}
			got[i] = strings.TrimRight(got[i], " ")
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("in %d by %d: %q, want %q", c.width, c.height, got, c.want)
		}
	}
	dark := theme.New(theme.Options{Dark: true})
	for tone, want := range map[theme.Tone]theme.Tone{theme.Normal: theme.Strong, theme.Bad: theme.Bad} {
		if out := Centered(dark, 20, 3, Message{Tone: tone, Title: "abc"}); !strings.Contains(out, dark.Render(want, "abc")) {
			t.Errorf("a title of tone %d is %q", tone, out)
		}
	}
}

func TestARowOfTabsShowsTheOneThatIsLookedAt(t *testing.T) {
	t.Parallel()
	names := []string{"One", "Two", "Three"} // 5, 5 and 7 cells
	for _, c := range []struct {
		at, width int
		want      string
		hits      string // of every cell; - for none
	}{
		{0, 17, "[One] Two  Three ", "00000111112222222"},
		{0, 16, " [One] Two     ›", "-0000011111-----"},
		{1, 16, "  One [Two]    ›", "-0000011111-----"},
		{2, 16, "‹ Two [Three]   ", "-111112222222---"},
		{0, 14, " [One] Two   ›", "-0000011111---"},
		{0, 13, " [One]      ›", "-00000-------"},
		{2, 11, "‹[Three]   ", "-2222222---"},
		{1, 9, "‹[Two]  ›", "-11111---"},
	} {
		r := TabRow{Names: names, At: c.at, Width: c.width}
		if got := ansi.Strip(r.Draw(plainTheme(), false)); got != c.want {
			t.Errorf("%d in %d: %q, want %q", c.at, c.width, got, c.want)
		}
		var hits strings.Builder
		for x := range c.width {
			if i := r.Hit(x); i >= 0 {
				fmt.Fprint(&hits, i)
			} else {
				hits.WriteByte('-')
			}
		}
		if hits.String() != c.hits {
			t.Errorf("%d in %d is hit at %q, want %q", c.at, c.width, hits.String(), c.hits)
		}
	}
	// Behind one that has no room, none is shown, however short it is: they stay in their order.
	if got := ansi.Strip(TabRow{Names: []string{"One", "Three", "X"}, Width: 14}.Draw(plainTheme(), false)); got != " [One]       ›" {
		t.Errorf("behind one without room: %q", got)
	}
	dark := theme.New(theme.Options{Dark: true})
	for brackets, want := range map[bool]string{true: "[One] Two ", false: " One  Two "} {
		if got := ansi.Strip(TabRow{Names: names[:2], Width: 10}.Draw(dark, brackets)); got != want {
			t.Errorf("in colour with brackets %v: %q", brackets, got)
		}
	}
}

func TestADocumentIsLaidOutForItsWidth(t *testing.T) {
	t.Parallel()
	var doc Document
	doc.Heading("Head")
	doc.Value("Label", "ab")
	doc.Value("None", "")
	doc.Heading("More")
	doc.Code("a  b")
	paint := func(d Document, width int) string {
		lines := d.Paint(plainTheme(), width)
		for _, l := range lines {
			if w := ansi.StringWidth(l); w != width {
				t.Errorf("in %d a line is %d wide: %q", width, w, ansi.Strip(l))
			}
		}
		var out []string
		for _, l := range lines {
			out = append(out, strings.TrimRight(ansi.Strip(l), " "))
		}
		return strings.Join(out, "|")
	}
	for width, want := range map[int]string{
		40: "Head|Label            ab|None             none||More|a  b", 39: "Head|Label       ab|None        none||More|a  b", 23: "Head|Label      ab|None       none||More|a  b", 10: "Head|Lab… ab|None none||More|a  b", 3: "Hea|d| ab| no| ne||Mor|e|a|b",
	} {
		if got := paint(doc, width); got != want {
			t.Errorf("in %d: %q, want %q", width, got, want)
		}
	}
	long := Document{{Label: "a-label-of-twenty-five-let", Text: "x"}}
	for width, want := range map[int]string{54: "a-label-of-twenty-five-let x", 52: "a-label-of-t…nty-five-let x"} {
		if got := paint(long, width); got != want {
			t.Errorf("a long label in %d: %q, want %q", width, got, want)
		}
	}
	if got := paint(Document{{Text: "x", Indented: true}, {Label: "L", Text: "abc def"}}, 22); got != "           x|L          abc def" {
		t.Errorf("indented: %q", got)
	}
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{{"abcd", 2, "ab|cd"}, {"abc", 2, "ab|c"}, {"ab", 2, "ab"}, {"", 2, ""}, {"ab", 1, "a|b"}, {"a世", 2, "a|世"}, {"a世b", 1, "a|世|b"}, {"a世", 1, "a|世"}, {"世", 1, "世"}, {"世a", 3, "世a"}, {"世ab", 3, "世a|b"}} {
		if got := strings.Join(Chunks(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q in %d breaks into %q, want %q", c.text, c.width, got, c.want)
		}
	}
	for _, c := range []struct {
		width int
		want  string
	}{{10, "abcdefghij"}, {9, "abcd…ghij"}, {5, "ab…ij"}, {2, "a…"}, {1, "a…"}} {
		if got := middle("abcdefghij", c.width, "…"); got != c.want {
			t.Errorf("in %d it is %q, want %q", c.width, got, c.want)
		}
	}
	for width, want := range map[int]string{10: "abcdefghij", 11: "abcdefghij", 9: "…cdefghij", 1: "…", 0: "…"} {
		if got := TruncateHead("abcdefghij", width, "…"); got != want {
			t.Errorf("its end in %d is %q, want %q", width, got, want)
		}
	}
	entry := Document{{Text: "x", Link: "https://a"}, {Text: "x", Link: "https://a\x1b"}}
	if lines := entry.Paint(plainTheme(), 5); !strings.Contains(lines[0], ansi.SetHyperlink("https://a")) || strings.Contains(lines[1], "https") {
		t.Errorf("links are %q", lines)
	}
}

func TestAProblemIsWrittenOutAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	told := func(p model.Problem) string {
		var doc Document
		SayProblem(&doc, plainTheme(), p)
		var out []string
		for _, e := range doc {
			out = append(out, fmt.Sprint(e.Tone, "|", e.Label, "|", e.Text))
		}
		return strings.Join(out, " ")
	}
	bad, strong, normal, dim := fmt.Sprint(theme.Bad), fmt.Sprint(theme.Strong), fmt.Sprint(theme.Normal), fmt.Sprint(theme.Dim)
	if got, want := told(model.Problem{Message: "no"}), bad+"|Problem|✗ no "+dim+"|Kind|none"; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	all := model.Problem{Kind: model.KindSCP, Message: "no", Hint: "ask", Operation: "ec2:x", Code: "C", Profile: "prod", RequestID: "7f"}
	if got, want := told(all), strong+"|What to do|ask "+normal+"|Problem|· no "+normal+"|Operation|ec2:x "+normal+"|Kind|"+string(model.KindSCP)+" "+normal+"|Code|C "+normal+"|Sign-in|prod "+normal+"|Request id|7f"; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	for want, p := range map[string]model.Problem{"no": {Message: "no", Hint: "ask"}, "ask": {Message: "User: arn", Hint: "ask"}, "User: arn": {Message: "User: arn"}} {
		if got := Brief(&p); got != want {
			t.Errorf("in short it is %q, want %q", got, want)
		}
	}
}

func TestSmallWordsAtTheirLimits(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 59 * time.Second: "59s", 60 * time.Second: "1m00s", 187 * time.Second: "3m07s", 3599 * time.Second: "59m59s", time.Hour: "1h00m", 125 * time.Minute: "2h05m",
		48*time.Hour - time.Second: "47h59m", 48 * time.Hour: "2d", 73 * time.Hour: "3d",
	} {
		if got := Elapsed(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
	if got := UpperFirst("") + UpperFirst("ab") + LowerFirst("") + LowerFirst("AB") + OrNone("") + OrNone("x"); got != "AbaBnonex" {
		t.Errorf("they are %q", got)
	}
	for arn, want := range map[string]string{"": "another notebook", "arn:aws:x/y/churn": "churn", "churn": "churn"} {
		if got := nameOfARN(arn); got != want {
			t.Errorf("%q is named %q, want %q", arn, got, want)
		}
	}
	if Sentences("", 9) != nil || !slices.Equal(Sentences("ab cd", 3), []string{"ab", "cd"}) || !slices.Equal(Sentences("a b", 0), []string{"a", "b"}) {
		t.Errorf("prose is %q", Sentences("ab cd", 3))
	}
	if got := KeyLine(key.NewBinding(key.WithHelp("r", "reads")), key.NewBinding(key.WithHelp("q", "quits"))); got != "r reads   q quits" {
		t.Errorf("keys are %q", got)
	}
}
