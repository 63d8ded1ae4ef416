package query

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"nbscope/model"
)

// typist edits a filter as people do: mostly a letter more, sometimes one less,
// another term, a term in front, or something else altogether.
type typist struct {
	r    *rand.Rand
	text string
}

func (y *typist) next() string {
	pick := func(from ...string) string { return from[y.r.IntN(len(from))] }
	letter := func() string {
		return pick("a", "e", "r", "n", ":", "i", "g", "d", "f", "R", "o", "m", "-", "1", " ", " ", "!", "'", "|", "é", "k", "s", `"`)
	}
	switch k := y.r.IntN(20); {
	case k < 11:
		y.text += letter()
	case k < 13:
		if v := []rune(y.text); len(v) > 0 {
			y.text = string(v[:len(v)-1])
		}
	case k == 13:
		y.text += " " + pick("finding:", "status:", "platform:al2", "vpc:", "tag:team=", "egress:", "type:", "sg:sg-", "imds:", "role:")
	case k < 15:
		y.text += " " + pick("net:disabled", "finding:high|none", "egress:isolated", "vpc:none|vpc-0", "!status:failed", "fr", "fraud", "'prod", "!prod", "age:>30d", "team=ml", "region:eu-")
	case k == 15:
		y.text = letter() + y.text
	case k == 16:
		y.text = pick("fraud", "prod fr", "") + " " + y.text
	case k == 17:
		y.text = ""
	}
	return y.text
}

// oddNames are names that AWS would not allow: what they look like in lower case
// is not what they look like.
func oddNames() []*model.Notebook {
	var out []*model.Notebook
	for _, n := range []string{"\x00fraud", "fr\x00aud", "İd-mod", "ſard", "\u212aern-lab", "fr\xffd", "École-réd", "", "FRAUD-Model", "a\u0301ord"} {
		out = append(out, &model.Notebook{Name: n, ARN: "arn:" + n, Region: "eu-west-1", Described: done()})
	}
	return out
}

func TestWhatWasFoundBeforeNeverChangesWhatIsFound(t *testing.T) {
	rows := append(lawRows(), oddNames()...)
	for seed := range uint64(60) {
		y := typist{r: rand.New(rand.NewPCG(seed, 7))}
		used, now, lens := NewEngine(testFuzzy), testNow(), testLens()
		seen := slices.Clone(rows)
		for range 80 {
			switch y.r.IntN(12) {
			case 0: // a row changes
				i := y.r.IntN(len(seen))
				changed := *seen[i]
				changed.Name += "-fraud"
				seen[i] = &changed
			case 1:
				now = now.Add(time.Duration(y.r.IntN(40)) * 24 * time.Hour)
			case 2:
				lens.Aliases = map[string]string{"111122223333": "fr" + y.text}
			case 3: // the policy is switched
				lens.Findings = lensUnder(model.Policies()[y.r.IntN(3)]).Findings
				used = NewEngine(testFuzzy)
			}
			q, _ := Parse(y.next(), now)
			got, want := used.Run(q, seen, lens), NewEngine(testFuzzy).Run(q, seen, lens)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d: %q finds %v after what was typed before, %v by itself", seed, y.text, got, want)
			}
		}
	}
}

func TestATermMoreLooksOnlyAtWhatWasFound(t *testing.T) {
	asked := 0
	e := NewEngine(func(pattern, s string) (int, []int, bool) {
		asked++
		return testFuzzy(pattern, s)
	})
	rows := benchRows(500)
	run := func(filter string) []Hit {
		q, _ := Parse(filter, testNow())
		asked = 0
		return e.Run(q, rows, testLens())
	}
	first := len(run("fra"))
	run("frau")
	if asked > first || asked == 0 {
		t.Errorf("a letter more looks at %d names, %d were found before", asked, first)
	}
	run("frau region:eu-")
	if asked != 0 {
		t.Errorf("a term more looks at %d names again for the word that has not changed", asked)
	}
	run("frau")
	if asked != 0 {
		t.Errorf("a term less looks at %d names again", asked)
	}
	run("rau")
	if asked == 0 {
		t.Error("a wider word looks at nothing, though more may be found")
	}
}

func TestALongerValueLooksOnlyAtWhatTheShorterOneFound(t *testing.T) {
	rows := benchRows(500)
	for filters, narrows := range map[[2]string]bool{
		{"vpc:vpc-0", "vpc:vpc-00"}: true, {"region:e", "region:eu"}: true, {"status:in", "status:inservice"}: true,
		{"finding:direct", "finding:direct-internet-off"}: true, {"vpc:n", "vpc:none"}: false, {"platform:al2", "platform:al20"}: false,
		{"tag:team=m", "tag:team=ml"}: false, {"region:eu|us", "region:eu-"}: true, {"region:eu-|us", "region:eu|us-"}: false,
		{"finding:high", "finding:hi"}: false, {"!status:in", "status:ins"}: true,
	} {
		e := NewEngine(testFuzzy)
		var of [2]*memo
		for i, filter := range filters {
			q, issues := Parse(filter, testNow())
			if len(issues) > 0 {
				t.Fatalf("%q: %v", filter, issues)
			}
			e.Run(q, rows, testLens())
			of[i] = e.memos[len(e.memos)-1]
		}
		if got := of[1].term.narrows(of[0].term); got != narrows {
			t.Errorf("%q narrows %q: %v", filters[1], filters[0], got)
		}
	}
}
