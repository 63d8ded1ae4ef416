package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestWhatDiffersIsSaid(t *testing.T) {
	t.Parallel()
	base := []string{folder("d"), file("d/f", "one"), link("l", "d/f")}
	swap := func(i int, line string) []string {
		out := slices.Clone(base)
		out[i] = line
		return out
	}
	const acl = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	cases := map[string]struct {
		source, replacement []string
		want                []found
		says                string
		left                int64
	}{
		"nothing":       {base, base, nil, "", 0},
		"a mode":        {base, swap(1, set(base[1], 1, "600")), []found{{"d/f", Differing, FieldMode}}, "mode 644 became 600", 0},
		"a time":        {base, swap(1, set(base[1], 3, "1700000000123456780")), []found{{"d/f", Differing, FieldMtime}}, "22:13:20.123456789 became 2023-11-14 22:13:20.12345678", 0},
		"content alone": {base, swap(1, set(base[1], 4, sum("two"))), []found{{"d/f", Differing, FieldContent}}, "content", 0},
		"a size too":    {base, swap(1, file("d/f", "longer")), []found{{"d/f", Differing, FieldContent | FieldSize}}, "size 3 became 6, content", 0},
		"a target":      {base, swap(2, link("l", "d/g")), []found{{"l", Differing, FieldTarget}}, `leads to "d/g", led to "d/f"`, 0},
		"a type":        {base, swap(2, file("l", "one")), []found{{"l", Differing, FieldType}}, "symbolic link became file", 0},
		"an ACL":        {base, swap(1, set(base[1], 5, acl)), []found{{"d/f", Differing, FieldACL}}, "access control list", 0},
		"an attribute":  {base, swap(1, set(base[1], 6, acl)), []found{{"d/f", Differing, FieldXattrs}}, "extended attributes", 0},
		"a hard link": {
			append(slices.Clone(base), file("m", "x"), set(file("n", "x"), 7, "=m")), append(slices.Clone(base), file("m", "x"), file("n", "x")),
			[]found{{"n", Differing, FieldHardLink}}, "hard links", 0,
		},
		"a folder of a folder": {base, []string{link("l", "d/f")}, []found{{"d", Missing, 0}, {"d/f", Missing, 0}}, "missing", 0},
		"the last":             {base, base[:2], []found{{"l", Missing, 0}}, "missing", 0},
		"one more":             {base, append(slices.Clone(base), file("z", "z")), []found{{"z", Extra, 0}}, "extra", 0},
		"one before":           {base, append([]string{file("a", "z")}, base...), []found{{"a", Extra, 0}}, "extra", 0},
		"unread at the source": {swap(1, set(base[1], 4, "!EACCES")), base, []found{{"d/f", NotCompared, FieldContent}}, "on the source permission denied", 0},
		"unread at both":       {swap(1, set(base[1], 4, "!EACCES")), swap(1, set(base[1], 4, "!EACCES")), []found{{"d/f", NotCompared, 0}}, "permission denied", 0},
		"it grew":              {base, swap(1, set(base[1], 4, "!changed")), []found{{"d/f", NotCompared, FieldContent}}, "on the replacement it changed while it was read", 0},
		"attributes unread":    {base, swap(1, set(base[1], 6, "!EPERM")), []found{{"d/f", NotCompared, FieldXattrs}}, "its extended attributes could not be read", 0},
		"a closed folder at the source": {
			[]string{set(folder("d"), 4, "!EACCES"), link("l", "d/f")}, base,
			[]found{{"d", NotCompared, FieldContent}, {"d/f", NotCompared, 0}}, "what is in the folder is not known", 0,
		},
		"a closed folder at the replacement": {
			base, []string{set(folder("d"), 4, "!EACCES"), link("l", "d/f")},
			[]found{{"d", NotCompared, FieldContent}, {"d/f", NotCompared, 0}}, "on the replacement what is in the folder", 0,
		},
		"not seen":              {[]string{unseen("d", "EIO"), link("l", "d/f")}, base, []found{{"d", NotCompared, FieldType}, {"d/f", NotCompared, 0}}, "the disk cannot read it", 0},
		"left out by both":      {append([]string{leftOut("a", RuleTrash)}, base...), append([]string{leftOut("a", RuleTrash)}, base...), nil, "", 1},
		"left out by one":       {append([]string{leftOut("a", RuleMount)}, base...), append([]string{folder("a"), file("a/b", "x")}, base...), nil, "", 2},
		"a mount in its place":  {base, []string{leftOut("d", RuleMount), link("l", "d/f")}, []found{{"d", NotCompared, 0}, {"d/f", NotCompared, 0}}, "mounted from elsewhere", 0},
		"only there, left out":  {base, append([]string{leftOut("a", RuleTrash)}, base...), nil, "", 1},
		"a name that is prefix": {append([]string{leftOut("a", RuleTrash)}, base...), append([]string{leftOut("a", RuleTrash), file("a.b", "x")}, base...), []found{{"a.b", Extra, 0}}, "extra", 1},
		"missing and unread":    {append([]string{set(file("a", "x"), 4, "!EACCES")}, base...), base, []found{{"a", Missing, 0}}, "missing", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, all := compare(t, c.source, c.replacement)
			var list []found
			var says []string
			for _, d := range all {
				list, says = append(list, found{d.Path, d.Status, d.Fields}), append(says, d.Says())
			}
			if !slices.Equal(list, c.want) {
				t.Errorf("got %v, want %v", list, c.want)
			}
			if !strings.Contains(strings.Join(says, "\n"), c.says) {
				t.Errorf("%q is not said: %q", c.says, says)
			}
			if got.LeftOut != c.left {
				t.Errorf("left out are %d, want %d", got.LeftOut, c.left)
			}
			if got.Proven() != (len(c.want) == 0) || got.Open() != int64(len(c.want)) {
				t.Errorf("proven %v with %d open", got.Proven(), got.Open())
			}
			if same := got.Source.Digest == got.Replacement.Digest; len(c.want) == 0 && !same {
				t.Error("all is equal, and the digests are not")
			}
		})
	}
}

func TestADifferenceIsAcceptedAsItWasSeen(t *testing.T) {
	t.Parallel()
	source := []string{file("a", "one"), file("b", "two")}
	there := []string{file("a", "other"), file("b", "two")}
	c, all := compare(t, source, there)
	if c.Proven() || len(all) != 1 {
		t.Fatalf("%+v", c)
	}
	id := all[0].ID()
	if c, _ := compare(t, source, there, id); !c.Proven() || c.Accepted != 1 || c.Differing != 1 {
		t.Errorf("the accepted difference stays open: %+v", c)
	}
	for name, changed := range map[string][]string{
		"it changed again":       {file("a", "third"), file("b", "two")},
		"it is missing now":      {file("b", "two")},
		"another one differs":    {file("a", "one"), file("b", "2")},
		"another one differs as": {file("a", "other"), file("b", "other")},
	} {
		if c, _ := compare(t, source, changed, id); c.Proven() {
			t.Errorf("%s: still taken as accepted", name)
		}
	}
}

func TestACopyOfNothingIsNotProven(t *testing.T) {
	t.Parallel()
	if c, _ := compare(t, []string{set(file("a", "x"), 4, "!EACCES")}, []string{file("a", "x")}); c.Proven() {
		t.Errorf("%+v", c)
	}
	c, all := compare(t, []string{file("a", "x")}, []string{file("b", "x")})
	var ids []string
	for _, d := range all {
		ids = append(ids, d.ID())
	}
	if c, _ = compare(t, []string{file("a", "x")}, []string{file("b", "x")}, ids...); c.Proven() {
		t.Errorf("all of it was accepted, and nothing is equal: %+v", c)
	}
}

func TestAComparisonWithNoProofIsNone(t *testing.T) {
	t.Parallel()
	good, short := text(Source, tree()...), text(Replacement, tree()...)
	a, err := NewReader(strings.NewReader(good), want(Source))
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewReader(strings.NewReader(short[:len(short)-20]), want(Replacement))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(a, b, nil, nil)
	var u *Unproven
	if !errors.As(err, &u) || u.Reason != Short || c.Proven() {
		t.Errorf("%v, %+v", err, c)
	}
}

func TestWhoIsToldCanEndIt(t *testing.T) {
	t.Parallel()
	stop := errors.New("disk full")
	a, _ := NewReader(strings.NewReader(text(Source, file("a", "a"))), want(Source))
	b, _ := NewReader(strings.NewReader(text(Replacement, file("b", "b"))), want(Replacement))
	if _, err := Compare(a, b, nil, func(*Difference) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}

// randomTree is a sorted tree of lines, some of every type.
func randomTree(r *rand.Rand) []string {
	type node struct{ path, line string }
	var all []node
	var fill func(up string, depth int)
	fill = func(up string, depth int) {
		for _, i := range r.Perm(24)[:1+r.IntN(6)] {
			name := up + []string{"a", "a b", "a.b", "z", "\xff", "\n", "-x", "#end", "%41", "é", "B", "0"}[i%12] + strings.Repeat("+", i/12)
			switch k := r.IntN(8); {
			case k < 2 && depth > 0:
				all = append(all, node{name, folder(name)})
				fill(name+"/", depth-1)
			case k < 3:
				all = append(all, node{name, link(name, fmt.Sprint("to", r.IntN(9)))})
			case k < 4:
				all = append(all, node{name, "p\t600\t0\t5\t-\t-\t-\t-\t" + enc(name)})
			default:
				all = append(all, node{name, file(name, fmt.Sprint(r.IntN(99)))})
			}
		}
	}
	fill("", 3)
	slices.SortFunc(all, func(a, b node) int { return Order([]byte(a.path), []byte(b.path)) })
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = n.line
	}
	return out
}

// mutate changes one thing of one entry, or takes one away that holds no other.
func mutate(r *rand.Rand, lines []string) ([]string, string) {
	out := slices.Clone(lines)
	i := r.IntN(len(out))
	path := out[i][strings.LastIndexByte(out[i], '\t')+1:]
	leaf := i+1 == len(out) || !strings.HasPrefix(out[i+1][strings.LastIndexByte(out[i+1], '\t')+1:], path+"/")
	for {
		switch r.IntN(7) {
		case 0:
			out[i] = set(out[i], 1, "7")
		case 1:
			out[i] = set(out[i], 3, "-17")
		case 2:
			out[i] = set(out[i], 5, sum("acl"))
		case 3:
			out[i] = set(out[i], 6, sum("xattr"))
		case 4:
			if out[i][0] != 'f' {
				continue
			}
			out[i] = set(out[i], 4, sum("other"))
		case 5:
			if out[i][0] != 'l' {
				continue
			}
			out[i] = set(out[i], 7, ">elsewhere")
		case 6:
			if !leaf || len(out) < 2 {
				continue
			}
			out = slices.Delete(out, i, i+1)
		}
		raw, err := appendBytes(nil, []byte(path))
		if err != nil {
			panic(err)
		}
		return out, string(raw)
	}
}

func TestLawsOfAComparison(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 12))
		a := randomTree(r)
		c, all := compare(t, a, a)
		if len(all) > 0 || !c.Proven() || c.Equal != int64(len(a)) {
			t.Fatalf("seed %d: a tree differs from itself: %v", seed, all)
		}
		b, path := mutate(r, a)
		if c, all = compare(t, a, b); len(all) != 1 || all[0].Path != path || c.Proven() {
			t.Fatalf("seed %d: a change of %q is seen as %v", seed, path, all)
		}
		// The other way round the same names differ, missing for extra.
		b = randomTree(r)
		c, all = compare(t, a, b)
		d, back := compare(t, b, a)
		turned := map[Status]Status{Missing: Extra, Extra: Missing, Differing: Differing}
		for i := range all {
			if len(back) != len(all) || all[i].Path != back[i].Path || turned[all[i].Status] != back[i].Status || all[i].Fields != back[i].Fields {
				t.Fatalf("seed %d: %v the other way round is %v", seed, all, back)
			}
		}
		if c.Equal != d.Equal || c.Equal+c.Missing+c.Differing != int64(len(a)) || c.Equal+c.Extra+c.Differing != int64(len(b)) {
			t.Fatalf("seed %d: %+v and %+v do not add up to %d and %d", seed, c, d, len(a), len(b))
		}
	}
}

func TestADeltaSendsWhatIsBehind(t *testing.T) {
	t.Parallel()
	source := []string{
		folder("a"), folder("a/b"), file("a/b/new", "new"), file("a/b/same", "same"), set(file("a/denied", "x"), 4, "!EACCES"),
		set(file("a/grows", "x"), 4, "!changed"), file("head", "h"), set(file("other", "h"), 7, "=head"), file("same", "s"),
	}
	there := []string{
		folder("a"), set(folder("a/b"), 3, "5"), file("a/b/same", "same"), folder("gone"), file("gone/x", "x"), file("head", "h"), file("other", "h"), file("same", "s"),
	}
	_, all := compare(t, source, there)
	var again, changes bytes.Buffer
	d := NewDelta(&again, &changes)
	for i := range all {
		if err := d.Add(&all[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(again.String(), "\x00"), "\x00"); !slices.Equal(got, []string{"./a", "./a/b", "./a/b/new", "./a/grows"}) {
		t.Errorf("sent again: %q", got)
	}
	var verbs []string
	for l := range strings.SplitSeq(strings.TrimSpace(changes.String()), "\n") {
		verbs = append(verbs, l[:strings.IndexByte(l, '\t')]+" "+l[strings.LastIndexByte(l, '\t')+1:])
	}
	if !slices.Equal(verbs, []string{"replace a/b", "remove gone", "remove gone/x", "replace other", "link other"}) {
		t.Errorf("to change: %q", verbs)
	}
	if d.Removed != 2 || d.Again != 3 || d.Linked != 1 {
		t.Errorf("%+v", d)
	}
	if err := NewDelta(failing{}, io.Discard).Close(); err != nil {
		t.Errorf("nothing was to be written: %v", err)
	}
	broken := NewDelta(failing{}, io.Discard)
	_ = broken.Add(&all[0])
	if broken.Close() == nil {
		t.Error("what could not be written is not said")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// TestRulesAreNamed holds that each rule of a copy has words of its own.
func TestRulesAreNamed(t *testing.T) {
	t.Parallel()
	rules := Rules([]string{"nbscope-7f3c"}, "my repo", "b")
	if len(rules) != 5 || rules[3].Path != "my%20repo" || rules[3].Code != RuleRepository {
		t.Errorf("%+v", rules)
	}
	for _, code := range []string{RuleSystem, RuleTrash, RuleWork, RuleMount, RuleRepository} {
		if Why(code) == code {
			t.Errorf("%s is not said in words", code)
		}
	}
	if Why("later") != "later" {
		t.Error("a code of a later version is lost")
	}
}

// TestMemoryIsFlat counts what a comparison allocates: as much for many files as for few.
func TestMemoryIsFlat(t *testing.T) {
	cost := func(n int) float64 {
		var lines []string
		for i := range n {
			lines = append(lines, file(fmt.Sprintf("f %06d", i), "x"))
		}
		a, b := text(Source, lines...), text(Replacement, lines...)
		return testing.AllocsPerRun(3, func() {
			x, errX := NewReader(strings.NewReader(a), want(Source))
			y, errY := NewReader(strings.NewReader(b), want(Replacement))
			if err := errors.Join(errX, errY); err != nil {
				t.Fatal(err)
			}
			if c, err := Compare(x, y, nil, nil); err != nil || c.Equal != int64(n) {
				t.Fatalf("%+v, %v", c, err)
			}
		})
	}
	few, many := cost(10), cost(3000)
	if many > few+20 {
		t.Errorf("10 files take %v allocations, 3,000 take %v", few, many)
	}
}

// endless hands out n entries of a manifest as they are read, then ends within a line.
type endless struct {
	left int
	at   int
	buf  []byte
}

func (e *endless) Read(p []byte) (int, error) {
	for len(e.buf) == 0 {
		if e.left == 0 {
			return 0, io.EOF
		}
		e.left--
		e.at++
		e.buf = fmt.Appendf(e.buf, "f\t644\t10\t1700000000000000000\t%064x\t-\t-\t-\tdata%%20%09d\n", e.at, e.at)
	}
	n := copy(p, e.buf)
	e.buf = e.buf[:copy(e.buf, e.buf[n:])]
	return n, nil
}

// BenchmarkCompare compares manifests of as many files as it is asked to: allocations
// must not grow with them.
func BenchmarkCompare(b *testing.B) {
	b.ReportAllocs()
	head := strings.SplitAfter(text(Source), "\n")[0]
	x, err := NewReader(io.MultiReader(strings.NewReader(head), &endless{left: b.N}), want(Source))
	if err != nil {
		b.Fatal(err)
	}
	y, err := NewReader(io.MultiReader(strings.NewReader(strings.Replace(head, `"source"`, `"replacement"`, 1)), &endless{left: b.N}), want(Replacement))
	if err != nil {
		b.Fatal(err)
	}
	var u *Unproven
	if _, err := Compare(x, y, nil, nil); !errors.As(err, &u) || u.Reason != Short {
		b.Fatal(err)
	}
}
